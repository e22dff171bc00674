"""What an experience waits for in the page, in words: the rule that a page is told, read out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from mitate.document.raw import as_list, as_object
from mitate.model import Offer, Reason
from mitate.phrases import WAITS, say
from mitate_rules import Kept
from mitate_rules.messages import spoken
from mitate_rules.sentences import say as say_value
from mitate_rules.vocabulary import Vocabulary

from .record import Step, Told, as_labels, pick_label

_NEGATED: Final = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_FLIPPED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def waits(told: Told, offer: Offer, language: str) -> str:
    """Say what an experience waits for, and what comes of it where that is no change of the slot."""
    experience = told.site.experiences[offer.experience]
    label, wish = told.label(experience, language), _Reader(told, language).wish(offer.when)
    said = say("waits" if wish else "whole-live", language, label=label, wish=wish)
    if next(one for one in offer.decisions if one.slot == told.decision.slot).reason is Reason.HOLDOUT:
        return say("waits-held-out", language, waits=said)
    return said


def untold(told: Told, step: Step, why: Kept, language: str) -> str:
    """Say why an experience can't wait in the page, and what to do about it."""
    label = told.label(step.experience, language)
    labels = (as_labels(told.site.facts.get(name, {}).get("label")) for name in sorted(why.facts))
    names = [pick_label(one, name, language) for one, name in zip(labels, sorted(why.facts), strict=True)]
    listed = ("、" if language.startswith("ja") else ", ").join(dict.fromkeys(names))
    return say(f"untold-{why.reason}", language, label=label, facts=listed)


class _Reader:
    """Reads a page's rule out as what is waited for; what it has no words for is None."""

    def __init__(self, told: Told, language: str) -> None:
        self.told = told
        self.lang = spoken(language)
        self.words = WAITS[self.lang]

    @property
    def vocabulary(self) -> Vocabulary:
        return self.told.site.rules.program(next(iter(self.told.site.rules))).vocabulary

    def wish(self, rule: object, sign: bool = True, within: str = "") -> str | None:
        ((op, operands),) = (as_object(rule) or {"": None}).items()
        args = as_list(operands) or [operands]
        if op in ("!", "!!"):
            return self.wish(args[0], sign is (op == "!!"), within)
        if op in ("and", "or"):
            joint = op if sign else ("or" if op == "and" else "and")
            # What must happen reads better before what must not.
            ordered = sorted(args, key=lambda one: "!" in (as_object(one) or {}))
            return self._joined(joint, [self.wish(one, sign, joint) for one in ordered], within)
        if op == "var":
            return self._fact(str(args[0]), sign)
        return self._compared(op, args, sign) if len(args) == 2 else None

    def _joined(self, op: str, parts: Sequence[str | None], within: str) -> str | None:
        said = [one for one in parts if one is not None]
        if len(said) < len(parts):
            return None
        *first, last = said
        text = self.words[op].format(first=self.words["comma"].join(first), last=last)
        return self.words[f"{op} within"].format(c=text) if within and within != op else text

    def _fact(self, name: str, sign: bool) -> str | None:
        fact = self.vocabulary.facts.find(name)
        if fact is None:
            return None
        if fact.type != "boolean":
            return self._compared(">" if sign else "<=", [{"var": name}, 0], True)
        label = self._label(name)
        return label if sign else self.words["no"].format(f=_bare(label))

    def _compared(self, op: str, args: Sequence[object], sign: bool) -> str | None:
        left, right = (_name(one) for one in args)
        if left is None:
            left, right, op, args = right, left, _FLIPPED.get(op, op), args[::-1]
        if left is None:
            return None
        if isinstance(args[1], bool) and op in ("==", "!="):
            return self._fact(left, sign is ((op == "==") is args[1]))
        op = op if sign else _NEGATED.get(op, "")
        if op not in self.words or not (right or isinstance(args[1], int | float)):
            return None
        fact = self.vocabulary.facts.find(left)
        wanted = self._label(right) if right else say_value(args[1], fact, self.vocabulary, self.lang)
        return self.words[op].format(f=self._label(left), v=wanted)

    def _label(self, name: str) -> str:
        """Give a fact's label; where it names a slot, by what people call that."""
        fact = self.vocabulary.facts.find(name)
        label = (fact.label.get(self.lang) if fact is not None else None) or name
        what = name.split(".", 2)[-1]
        slot = self.told.site.slots.get(what)
        return label if slot is None else label.replace(what, pick_label(slot.label, what, self.lang))


def _name(operand: object) -> str | None:
    members: Mapping[str, object] = as_object(operand) or {}
    name = members.get("var")
    return name if isinstance(name, str) else None


def _bare(label: str) -> str:
    """Take the article off a label: "a click" gives "click"."""
    return label.removeprefix("a ").removeprefix("the ")
