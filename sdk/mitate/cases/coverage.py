"""What cases reach of a site: each variant, each way an experience can end, each condition holding and failing.

A condition counts where it was evaluated: from left to right, as long as the answer is open. So for each condition of
an "and" (or an "or") there must be a case in which it alone decides (modified condition coverage of short-circuit
evaluation), an order comparison only where its facts are known, and an experience only where its slot was still free.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

from mitate.answers import ExplainedDecisions
from mitate.consent import NECESSARY
from mitate.context.facts import find
from mitate.model import Experience, Reason, Site
from mitate.story import LATER
from mitate_rules.operators import NEEDS_ALL, OPERATORS
from mitate_rules.steps import Step
from mitate_rules.tree import Call, Node, Var
from mitate_rules.tree import Literal as Value
from mitate_rules.vocabulary import Vocabulary

Kind = Literal["variant", "reason", "condition"]

_ENDINGS: Final = (Reason.HOLDOUT, Reason.CAPPED, Reason.SUPPRESSED, Reason.DISABLED, Reason.CONSENT)


@dataclass(frozen=True)
class Point:
    """One thing a case can reach. `owner` is an experience, its ``suppress`` or an audience.

    `what` is the variant, the reason, or the pointer of the condition in its rule; `holds` is the condition's answer.
    """

    kind: Kind
    owner: str
    what: str
    holds: bool | None = None


@dataclass(frozen=True)
class Coverage:
    """What can be reached, in the site's order, and what was."""

    points: tuple[Point, ...]
    reached: frozenset[Point]
    texts: Mapping[Point, str]
    """Each point in words."""

    @property
    def missing(self) -> tuple[Point, ...]:
        """Give what no case reaches, in the site's order."""
        return tuple(point for point in self.points if point not in self.reached)

    @property
    def percent(self) -> float:
        """Give how much is reached, 0–100."""
        count = len(self.points)
        return 100.0 if count == 0 else 100.0 * (count - len(self.missing)) / count

    def to_dict(self) -> dict[str, object]:
        """Give the report as JSON-ready values."""
        return {
            "percent": round(self.percent, 1),
            "points": len(self.points),
            "missing": [
                {"kind": one.kind, "in": one.owner, "what": one.what, "holds": one.holds, "text": self.texts[one]}
                for one in self.missing
            ],
        }


# -- what can be reached -------------------------------------------------------------------------


def points(site: Site) -> dict[Point, str]:
    """Give everything cases can reach, in the site's order, each with its words."""
    found: dict[Point, str] = {}
    words = vocabulary(site)
    for one in live(site):
        for variant in one.variants:
            if variant.weight > 0:
                found[Point("variant", one.id, variant.id)] = f"{one.id}/{variant.id} is shown"
        for reason in _endings(one, site):
            found[Point("reason", one.id, reason.value)] = f"{one.id} ends in {reason.value}"
        for owner, node in trees(one, site, words):
            for leaf in leaves(node):
                for holds, word in ((True, "holds"), (False, "fails")):
                    point = Point("condition", owner, leaf.pointer, holds)
                    found.setdefault(point, f"{owner}: {said(leaf)} {word}")
    return found


def live(site: Site) -> list[Experience]:
    """Give the experiences that can be shown, in order."""
    return [one for one in site.experiences.values() if one.status == "live"]


def _endings(one: Experience, site: Site) -> Iterator[Reason]:
    possible = {
        Reason.HOLDOUT: one.experiment.holdout > 0,
        Reason.CAPPED: one.frequency is not None,
        Reason.SUPPRESSED: one.suppress is not None,
        Reason.DISABLED: one.schedule is not None,
        Reason.CONSENT: one.frequency is not None or one.splits or _needs_consent(one, site),
    }
    return (reason for reason in _ENDINGS if possible[reason])


def _needs_consent(one: Experience, site: Site) -> bool:
    reads = site.rules.program(one.id).facts_read | (set[str]() if one.suppress is None else one.suppress.facts_read)
    return any(
        (find(name, site.facts) or {}).get("purpose", "personalization") != NECESSARY
        for name in reads
        if not name.startswith(("live.", "consent."))
    )


def suppress_of(experience: str) -> str:
    """Name the owner of the conditions of an experience's `suppress`."""
    return f"{experience} suppress"


def audience(name: str) -> str:
    """Name the owner of an audience's conditions."""
    return f"audience {name}"


def trees(one: Experience, site: Site, words: Vocabulary) -> Iterator[tuple[str, Node]]:
    """Give the rules that decide about an experience, with their owners: its own, and the audiences they name."""
    programs = [(one.id, site.rules.program(one.id))]
    if one.suppress is not None:
        programs.append((suppress_of(one.id), one.suppress))
    for owner, program in programs:
        yield owner, program.node
        yield from _audiences(program.node, words, set())


def _audiences(node: Node, words: Vocabulary, seen: set[str]) -> Iterator[tuple[str, Node]]:
    for leaf in leaves(node):
        if (name := audience_of(leaf)) is None or name in seen:
            continue
        seen.add(name)
        inner = words.audience(name).node
        if inner is not None:
            yield audience(name), inner
            yield from _audiences(inner, words, seen)


def vocabulary(site: Site) -> Vocabulary:
    """Give the words of a site's rules."""
    return Vocabulary(site.facts, {one.name: {"when": one.when} for one in site.audiences.values()}, site.lists)


def audience_of(leaf: Node) -> str | None:
    """Give the audience a condition names."""
    if isinstance(leaf, Call) and leaf.op == "audience" and isinstance(leaf.args[0], Value):
        return cast(str, leaf.args[0].value)
    return None


def leaves(node: Node) -> Iterator[Node]:
    """Give the single conditions of a rule, from left to right."""
    if isinstance(node, Call) and node.op in ("and", "or", "!", "!!", "if"):
        for arg in node.args:
            yield from leaves(arg)
    elif not isinstance(node, Value):
        yield node


_BETWEEN: Final = {"==": "=", "===": "=", "!==": "!="}


def said(node: Node) -> str:
    """Say a condition briefly: ``geo.country = "JP"``, ``audience nurses``, or as JSON-Logic."""
    if isinstance(node, Value):
        return json.dumps(node.value, ensure_ascii=False)
    if isinstance(node, Var):
        return node.name
    if (name := audience_of(node)) is not None:
        return audience(name)
    if len(node.args) == 2 and not any(isinstance(arg, Call) for arg in node.args):
        return f"{said(node.args[0])} {_BETWEEN.get(node.op, node.op)} {said(node.args[1])}"
    return f"{node.op}({', '.join(map(said, node.args))})"


# -- what was reached ----------------------------------------------------------------------------


def reached(site: Site, decisions: ExplainedDecisions) -> set[Point]:
    """Give what one decision reached."""
    found: set[Point] = set()
    for slot, decision in decisions.items():
        if decision.experience is None and decision.reason in (Reason.BOT, Reason.HOLDOUT, Reason.ERROR):
            continue  # before any experience
        if decision.experience is not None and decision.variant is not None:
            found.add(Point("variant", decision.experience, decision.variant))
        story = decisions.stories[slot]
        for step in story.steps:
            if step.ending == LATER or step.experience.status != "live":
                continue
            _record(step.explanation.step, step.experience.id, found)
            if isinstance(step.ending, Reason):
                found.add(Point("reason", step.experience.id, step.ending.value))
            suppress = step.experience.suppress
            if suppress is not None and step.explanation.result is True and step.ending is not Reason.DISABLED:
                _record(suppress.explain(story.context).step, suppress_of(step.experience.id), found)
    return found


def _record(step: Step, owner: str, found: set[Point]) -> None:
    """Note each condition that was evaluated.

    An order comparison over a missing fact holds under neither sign: that is no test of its bound.
    """
    named = audience_of(step.node)
    if step.op in ("and", "or"):
        for part in step.parts:
            _record(part, owner, found)
        return
    if isinstance(step.result, bool) and not isinstance(step.node, Value) and not (_orders(step) and step.lacking):
        found.add(Point("condition", owner, step.node.pointer, step.result is step.sign))
    if named is not None:
        for part in step.parts:
            _record(part, audience(named), found)


def _orders(step: Step) -> bool:
    operator = OPERATORS.get(step.op)
    return operator is not None and operator.takes in NEEDS_ALL


def cover(site: Site, found: Iterable[Iterable[Point]]) -> Coverage:
    """Give what is reached of a site, from what each case reached."""
    texts = points(site)
    everything = set[Point]().union(*found)
    return Coverage(tuple(texts), frozenset(everything & texts.keys()), texts)
