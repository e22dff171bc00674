"""One slot's decision, watched: everything that is read on the way to it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal as Either
from typing import TypeVar, cast

import msgspec

from mitate.consent import Purposes
from mitate.deciding import Decider, Draw, Memory
from mitate.model import Decision, Experience, Experiment, Site
from mitate_rules import Answer, Context, Explanation, Program, Residual, Rest, RuleSet
from mitate_rules.facts import Read
from mitate_rules.partial import Folds
from mitate_rules.steps import Step
from mitate_rules.tree import Call, Literal, Node, Var
from mitate_rules.tree import walk as nodes
from mitate_rules.vocabulary import Vocabulary

from .addresses import is_in
from .record import Asked

Drawn = TypeVar("Drawn", bool, int | None)


class _Facts(Context):
    """A context that notes what is read of it."""

    __slots__ = ("noted",)

    def __init__(self, values: Mapping[str, object], noted: dict[str, object]) -> None:
        super().__init__(values)
        self.noted = noted

    def get(self, name: str, default: object = None, /) -> object:  # pyright: ignore[reportIncompatibleMethodOverride]
        value = self.noted[name] = super().get(name, default)
        return value


class _Remembered(dict[str, object]):
    """A profile's memory that notes what is read of it."""

    def __init__(self, values: Memory, noted: dict[str, object]) -> None:
        super().__init__(values)
        self.noted = noted

    def get(self, name: str, default: object = None, /) -> object:  # pyright: ignore[reportIncompatibleMethodOverride]
        value = self.noted[name] = super().get(name, default)
        return value


class _Asking:
    """A draw that notes by what keys it was asked, and what it answered."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.keys: set[str] = set()
        self.answers: dict[str, bool | int | None] = {}

    def held_out_everywhere(self, share: float, key: str) -> bool:
        return self._note("site", key, self.draw.held_out_everywhere(share, key))

    def in_layer(self, layer: str, size: int, place: int, key: str) -> bool:
        return self._note(f"layer:{layer}:{place}", key, self.draw.in_layer(layer, size, place, key))

    def held_out(self, experiment: Experiment, key: str) -> bool:
        return self._note(f"{experiment.seed}:holdout", key, self.draw.held_out(experiment, key))

    def arm(self, experience: Experience, key: str, weights: Sequence[float]) -> int | None:
        return self._note(f"{experience.experiment.seed}:arm", key, self.draw.arm(experience, key, weights))

    def _note(self, question: str, key: str, answer: Drawn) -> Drawn:
        self.keys.add(key)
        self.answers[question] = answer
        return answer


class _Watched:
    """A rule that notes how it was answered."""

    def __init__(self, program: Program, told: list[Explanation]) -> None:
        self.program = program
        self.told = told

    def __call__(self, context: object) -> Answer:
        explanation = self.program.explain(context)
        self.told.append(explanation)
        return explanation.result

    def fold(self, read: Read, folds: Folds | None = None, *, undecided: bool = False) -> bool | Rest:
        """Give what is left of the rule; it was read when it was asked."""
        return self.program.fold(read, folds, undecided=undecided)


class _InTurn:
    """The rules of one slot's experiences, asked one after the other, so that nothing is read but what decides."""

    def __init__(self, rules: RuleSet, names: Sequence[str], told: list[Explanation]) -> None:
        self.rules = rules
        self.names = names
        self.told = told

    def outcomes(self, context: Context) -> Iterator[tuple[str, Either[True] | Residual]]:
        for name in self.names:
            answer = _Watched(self.rules.program(name), self.told)(context)
            if answer is not False:
                yield name, True if answer is True else Residual(self.rules.program(name), context.get, {})


class Walk:
    """One slot's decision with everything it read. `told` explains the rules that were asked."""

    def __init__(self, site: Site, slot: str, context: Context, memory: Memory, draw: Draw) -> None:
        self.site = site
        self.slot = slot
        self.facts: dict[str, object] = {}
        self.remembered: dict[str, object] = {}
        self.told: list[Explanation] = []
        self.draw = _Asking(draw)
        self._values = context
        self._context = _Facts(context, self.facts)
        self._memory = _Remembered(memory, self.remembered)
        mine = [one for one in site.experiences.values() if slot in one.slots and one.status != "draft"]
        rules = _InTurn(site.rules, [one.id for one in mine], self.told)
        narrow = msgspec.structs.replace(
            site,
            experiences={one.id: self._watched(one) for one in mine},
            rules=cast("RuleSet", rules),
        )
        self._decider = Decider(narrow)

    def decide(self, purposes: Purposes, key: str | None, now: float) -> Decision:
        """Decide for the slot, noting what is read."""
        return self._decider.decide(self._context, self._memory, purposes, key, now, self.draw)[self.slot]

    def _watched(self, one: Experience) -> Experience:
        suppress = None if one.suppress is None else cast("Program", _Watched(one.suppress, self.told))
        return msgspec.structs.replace(one, slots=(self.slot,), suppress=suppress)

    @property
    def compared(self) -> set[str]:
        """The facts that were compared with networks."""
        return {name for node, _ in self._asks() for name in _names(node)}

    def answers(self, name: str) -> list[Asked]:
        """Give what was asked of an address, with the answers."""
        address = self._values[name]
        asked = dict.fromkeys(operand for node, operand in self._asks() if name in _names(node))
        return [
            Asked(networks=list(one) if isinstance(one, tuple) else one, answer=is_in(self.site, address, one))
            for one in asked
        ]

    def _asks(self) -> Iterator[tuple[Node, str | tuple[str, ...]]]:
        """Give each condition that was evaluated and asks about networks, with the networks."""
        for explanation in self.told:
            for node in _evaluated(explanation.step):
                for call in _calls(node, explanation.vocabulary):
                    if call.op == "in_cidr":
                        yield node, cast("str | tuple[str, ...]", cast(Literal, call.args[1]).value)


def _calls(node: Node, vocabulary: Vocabulary) -> Iterator[Call]:
    """Give the operators of a condition, those of audiences inside its operands included."""
    for part in nodes(node):
        if isinstance(part, Call):
            yield part
            if part.op == "audience":
                tree = vocabulary.audience(cast(str, cast(Literal, part.args[0]).value)).node
                yield from () if tree is None else _calls(tree, vocabulary)


def _evaluated(step: Step) -> Iterator[Node]:
    if step.result is None:
        return
    if step.parts and step.op in ("and", "or", "audience"):
        for part in step.parts:
            yield from _evaluated(part)
    elif step.op != "audience":
        yield step.node


def _names(node: Node) -> set[str]:
    return {part.name for part in nodes(node) if isinstance(part, Var) and part.name}
