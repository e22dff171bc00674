"""Cases, run: what each slot shows against what it should, and what all of them reach."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from mitate.answers import ExplainedDecisions
from mitate.mitate import Mitate
from mitate.model import Decision, Reason
from mitate.recording import Reported
from mitate.visitor import Visitor

from .case import Case, Expected, Happened
from .coverage import Coverage, Point, cover, reached
from .expecting import fits, got
from .form import EVERY_SLOT
from .imagining import address
from .placed import Placed

_APART: Final = 60.0
"""Seconds between several things of one kind in a visitor's history."""
_OF_THE_SPLIT: Final = ("key", "arms.")
"""What a case fixes itself, whatever was drawn in its history."""


@dataclass(frozen=True)
class Difference:
    """One slot that doesn't show what it should.

    `why` says what decided it; `missed` why the expected experience didn't take the slot, where that is known, and
    `change` the smallest change that lets its rule match.
    """

    slot: str
    expected: str
    got: str
    why: str
    missed: str | None = None
    change: str | None = None


@dataclass(frozen=True)
class Result:
    """How one case went, in how many seconds, and what it reached of the site."""

    case: Case
    decisions: Mapping[str, Decision]
    differences: tuple[Difference, ...]
    seconds: float
    reached: frozenset[Point] = frozenset()

    @property
    def passed(self) -> bool:
        """Tell whether every slot shows what it should."""
        return not self.differences

    def diff(self) -> str:
        """Give the differences as lines of text, for people."""
        return "\n".join(line for one in self.differences for line in lines(one))


def lines(one: Difference) -> Iterator[str]:
    """Give a difference line by line: expected, got, why."""
    yield f"{one.slot}: expected  {one.expected}"
    margin = " " * len(one.slot)
    yield f"{margin}  got       {one.got}"
    for word, text in (("why", one.why), ("missed", one.missed), ("change", one.change)):
        if text:
            yield f"{margin}  {word:<9} {text}"


@dataclass(frozen=True)
class Report:
    """How the cases went, and what they reach of the site."""

    results: tuple[Result, ...]
    coverage: Coverage

    @property
    def passed(self) -> tuple[Result, ...]:
        """Give the results without a difference."""
        return tuple(one for one in self.results if one.passed)

    @property
    def failed(self) -> tuple[Result, ...]:
        """Give the results with a difference."""
        return tuple(one for one in self.results if not one.passed)

    @property
    def ok(self) -> bool:
        """Tell whether every case passed."""
        return not self.failed


def run(mitate: Mitate, cases: Iterable[Case]) -> Report:
    """Run cases against a loaded site. No profile of it is read, nothing is written to its stores."""
    runner = Runner(mitate)
    with runner:
        results = tuple(map(runner.result, cases))
    return Report(results, cover(mitate.site, (one.reached for one in results)))


class Runner:
    """Runs cases one by one. A history is lived through in a site of its own, with a memory of its own."""

    def __init__(self, mitate: Mitate, timer: Callable[[], float] = time.perf_counter) -> None:
        self.mitate = mitate
        self._timer = timer
        self._past: Mitate | None = None
        self._lived = 0

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        if self._past is not None:
            self._past.close()

    def result(self, case: Case) -> Result:
        """Run one case."""
        started = self._timer()
        try:
            decisions = self.decide(case)
        except Exception as fault:  # on the site, the page's own content with Reason.ERROR
            return self._faulty(case, fault, self._timer() - started)
        differences = tuple(self._differences(case, decisions))
        seconds = self._timer() - started
        # The stories are let go: those of thousands of cases would fill the memory.
        return Result(case, dict(decisions), differences, seconds, frozenset(reached(self.mitate.site, decisions)))

    def decide(self, case: Case) -> ExplainedDecisions:
        """Decide for a case's visitor, whatever it expects."""
        profile = {**self._lived_through(case), **case.profile}
        group = None if case.bucket is None else Placed(self.mitate.site, case.bucket)
        return self.mitate.simulate(
            case.visitor, now=case.now, profile=profile or None, facts=case.facts or None, group=group
        )

    def _faulty(self, case: Case, fault: Exception, seconds: float) -> Result:
        shown = {slot: Decision(slot, Reason.ERROR) for slot in self.mitate.site.slots}
        why = f"deciding failed: {type(fault).__name__}: {fault}"
        wrong = (
            Difference(slot, str(expected), got(expected, shown[slot]), why)
            for slot, expected in _by_slot(case, self.mitate).items()
            if not fits(expected, shown[slot])
        )
        return Result(case, shown, tuple(wrong), seconds)

    # -- the past --------------------------------------------------------------------------------

    def _lived_through(self, case: Case) -> dict[str, object]:
        """Give the profile that a case's history leaves, made as the real site makes it."""
        if not case.history:
            return {}
        if self._past is None:
            self._past = Mitate.from_path(self.mitate.path)
        self._lived += 1
        visitor_id = f"case-{self._lived:017d}"
        for number, (at, happened) in enumerate(sorted(_moments(case), key=lambda one: one[0])):
            # What happened at the same moment is still two things.
            self._live(case, happened, visitor_id, f"{visitor_id}-{int(at * 1000):x}-{number:x}"[-64:], at)
        self._past.flush()
        known = self._past.profiles.read(visitor_id)
        data = {} if known is None else dict(known.data)
        return {name: value for name, value in data.items() if not name.startswith(_OF_THE_SPLIT)}

    def _live(self, case: Case, happened: Happened, visitor_id: str, seen: str, at: float) -> None:
        assert self._past is not None
        visitor = Visitor(
            id=visitor_id,
            page_view=seen,
            ip=case.visitor.ip,
            user_agent=case.visitor.user_agent,
            url=address(happened.page or "/", self.mitate.site),
            zone=case.visitor.zone,
            language=case.visitor.language,
            consent={"personalization": True, "analytics": True},
        )
        if happened.event is None:  # a backend's event is no page view
            self._past.decide(visitor, now=at)
        if happened.shown is not None:
            shown = Reported(type="exposure", id=f"{seen}-shown", experience=happened.shown)
            self._past.record(visitor, [shown], now=at)
        if happened.dismissed is not None:
            dismissed = Reported(type="dismiss", id=f"{seen}-dismissed"[-64:], experience=happened.dismissed)
            self._past.record(visitor, [dismissed], now=at)
        if happened.event is not None:
            event = Reported(
                type="track", id=f"{seen}-{happened.event}"[-64:], name=happened.event, value=happened.value,
                props=dict(happened.props),
            )  # fmt: skip
            self._past.record(visitor, [event], now=at)

    # -- the present -----------------------------------------------------------------------------

    def _differences(self, case: Case, decisions: ExplainedDecisions) -> Iterator[Difference]:
        for slot, expected in _by_slot(case, self.mitate).items():
            decision = decisions.get(slot) or Decision(slot, Reason.DEFAULT)
            waiting = [one.experience for one in decisions.stories[slot].offers] if slot in decisions else []
            if not fits(expected, decision, waiting):
                known = slot in decisions
                yield Difference(
                    slot,
                    str(expected),
                    got(expected, decision, waiting),
                    decisions.why(slot, case.language) if known else "no experience fills this slot",
                    self._missed(case, expected, slot, decisions) if known else None,
                    self._change(case, expected, slot, decisions) if known else None,
                )

    def _missed(self, case: Case, expected: Expected, slot: str, decisions: ExplainedDecisions) -> str | None:
        """Say how the expected experience ended, when another one (or none) took the slot."""
        wanted = self._wanted(expected, slot)
        if wanted is None or wanted == decisions[slot].experience:
            return None
        step = next((one for one in decisions.stories[slot].steps if one.experience.id == wanted), None)
        if step is None:
            return None
        said = step.explanation.sentence(case.language)
        ending = f"{step.ending}" if isinstance(step.ending, Reason | str) else "no match"
        return f"{wanted}: {ending}. {said}"

    def _change(self, case: Case, expected: Expected, slot: str, decisions: ExplainedDecisions) -> str | None:
        wanted = self._wanted(expected, slot)
        if wanted is None or wanted == decisions[slot].experience:
            return None
        program = self.mitate.site.rules.program(wanted)
        found = program.changes(decisions.stories[slot].context, limit=1)
        return found[0].sentence(case.language, program.vocabulary) if found else None

    def _wanted(self, expected: Expected, slot: str) -> str | None:
        """Give the experience that was expected in a slot, also where only its variant was named."""
        if expected.experience is not None or expected.variant is None:
            return expected.experience
        having = [
            one.id
            for one in self.mitate.site.experiences.values()
            if slot in one.slots and any(variant.id == expected.variant for variant in one.variants)
        ]
        return having[0] if having else None


def _moments(case: Case) -> Iterator[tuple[float, Happened]]:
    """Give each thing that happened with its instant; several of one kind come a minute apart, the last one then."""
    for one in case.history:
        for back in range(one.times):
            yield case.now - one.ago - back * _APART, one


def _by_slot(case: Case, mitate: Mitate) -> Mapping[str, Expected]:
    """Give what is expected of each slot, in the site's order; ``*`` stands for those not named."""
    others = case.expect.get(EVERY_SLOT)
    wanted = {slot: case.expect.get(slot, others) for slot in mitate.site.slots}
    return {slot: expected for slot, expected in wanted.items() if expected is not None}
