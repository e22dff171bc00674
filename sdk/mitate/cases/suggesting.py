"""The cases that are missing: for each point no case reaches, a visitor is found who reaches it.

    for each point that is not reached, in the site's order
        say what the conditions must be for it, and that no earlier experience takes the slot
        let the solver find facts; say them as a case; run it
        keep the case when it reaches the point, and note everything else it reaches

What the slots show today is written down as expected, for a person to judge. The same site gives the same cases.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from mitate.answers import ExplainedDecisions
from mitate.context.facts import BUILT_IN
from mitate.context.links import LINKS
from mitate.document.folder import Part
from mitate.mitate import Mitate
from mitate.model import Experience, Reason, Schedule, Site
from mitate.schedule import instant, is_running
from mitate_rules import WITHHELD, compile_rule
from mitate_rules.facts import is_live
from mitate_rules.solving import solutions
from mitate_rules.tree import Node

from .case import Case
from .coverage import Point, live, points, reached, suppress_of, vocabulary
from .form import CASES_SCHEMA_NAME, HOLDOUT
from .imagining import local
from .reading import FOLDER, case_of, home_of, load
from .routes import Wanted, routes
from .running import Runner
from .unfolding import Single

SUGGESTED: Final = f"{FOLDER}/suggested.json"
NOON: Final = "2026-01-15T12:00"
SOMEONE: Final = "company.example"
"""The company of a visitor who must have one to fall into an arm."""

Raw = dict[str, object]


@dataclass(frozen=True)
class Suggestions:
    """Cases worth writing, ready and as JSON; and what no visitor was found for."""

    cases: tuple[Case, ...]
    raw: tuple[Raw, ...]
    left: tuple[Point, ...]
    texts: Mapping[Point, str]
    at: str

    def __iter__(self) -> Iterator[Case]:
        return iter(self.cases)

    def __len__(self) -> int:
        return len(self.cases)

    def __str__(self) -> str:
        """Give the text of `cases/suggested.json`: one case a line."""
        lines = ",\n".join(f"    {json.dumps(one, ensure_ascii=False)}" for one in self.raw)
        schema, at = json.dumps(f"../{CASES_SCHEMA_NAME}"), json.dumps(self.at)
        return f'{{\n  "$schema": {schema},\n  "at": {at},\n  "cases": [\n{lines}\n  ]\n}}\n'


@dataclass(frozen=True)
class Wish:
    """What a visitor must be like to reach a point."""

    experience: Experience
    wanted: Sequence[Wanted] = ()
    at: str | None = None
    bucket: Mapping[str, str] = field(default_factory=dict[str, str])
    consent: bool = True
    history: tuple[Raw, ...] = ()


def suggest(mitate: Mitate, own: Iterable[Case] | None = None) -> Suggestions:
    """Find the cases that are missing beside `own` (those of the site's folder but for earlier suggestions)."""
    if own is None:
        own = [case for case in load(home_of(mitate.path), mitate.site) if case.file != SUGGESTED]
    with Runner(mitate) as runner:
        return _Suggester(mitate.site, runner, list(own)).all()


class _Suggester:
    def __init__(self, site: Site, runner: Runner, own: Sequence[Case]) -> None:
        self.site = site
        self.runner = runner
        self.words = vocabulary(site)
        self.links = _links(site)
        self._starts: dict[str, dict[str, object]] = {}
        self.texts = points(site)
        self.found = set[Point]().union(*(runner.result(case).reached for case in own))
        self.at = local(own[0].now, site.timezone) if own else NOON

    def all(self) -> Suggestions:
        """Suggest a case for each point in turn, unless an earlier one reaches it too."""
        raws: list[Raw] = []
        left: list[Point] = []
        for point in self.texts:
            if point in self.found:
                continue
            raw = self._case_for(point)
            if raw is None:
                left.append(point)
            else:
                raws.append(raw)
        cases = tuple(case_of(_single({"at": self.at, **raw}), self.site) for raw in raws)
        return Suggestions(cases, tuple(raws), tuple(left), self.texts, self.at)

    def _case_for(self, point: Point) -> Raw | None:
        for wish in self._wishes(point):
            for raw in self._visitors(wish):
                decisions = self._decide(raw)
                new = {one for one in reached(self.site, decisions) if one in self.texts and one not in self.found}
                if point in new:
                    self.found |= new
                    others = [self.texts[one] for one in self.texts if one in new and one != point]
                    expect = _outcome(wish.experience, decisions)
                    return {
                        "name": self.texts[point],
                        **raw,
                        "expect": expect,
                        "suggested": _covers(self.texts[point], others),
                    }
        return None

    def _decide(self, raw: Raw) -> ExplainedDecisions:
        return self.runner.decide(case_of(_single({"at": self.at, **raw}), self.site))

    # -- what a point needs ----------------------------------------------------------------------

    def _wishes(self, point: Point) -> Iterator[Wish]:
        """Give what reaches a point, the clearest first: with the slot free, then whatever comes before."""
        for one in live(self.site):
            for wish in self._wishes_of(point, one):
                earlier = [(self.site.rules.program(other.id).node, False) for other in self._earlier(one)]
                timed = replace(wish, at=wish.at or self._running(one.schedule))
                yield replace(timed, wanted=[*wish.wanted, *earlier])
                if earlier:
                    yield timed

    def _wishes_of(self, point: Point, one: Experience) -> Iterator[Wish]:
        matches: list[Wanted] = [(self.site.rules.program(one.id).node, True)]
        kept = [] if one.suppress is None else [(one.suppress.node, False)]
        if point.kind == "variant" and point.owner == one.id:
            yield Wish(one, [*matches, *kept], bucket=_arm(one, point.what))
        elif point.kind == "reason" and point.owner == one.id:
            yield from self._endings(one, Reason(point.what), [*matches, *kept])
        elif point.kind == "condition" and point.holds is not None:
            for route in routes(self.site.rules.program(one.id).node, one.id, point, self.words):
                yield Wish(one, route)
            if one.suppress is not None:
                for route in routes(one.suppress.node, suppress_of(one.id), point, self.words):
                    yield Wish(one, [*route, *matches])

    def _endings(self, one: Experience, reason: Reason, matches: list[Wanted]) -> Iterator[Wish]:
        if reason is Reason.HOLDOUT:
            yield Wish(one, matches, bucket={one.id: HOLDOUT})
        elif reason is Reason.CAPPED and one.frequency is not None:
            yield Wish(one, matches, history=({"shown": one.id, "times": one.frequency.max, "ago": "1m"},))
        elif reason is Reason.SUPPRESSED and one.suppress is not None:
            yield Wish(one, [matches[0], (one.suppress.node, True)])
        elif reason is Reason.DISABLED and one.schedule is not None:
            yield from (Wish(one, matches, at=at) for at in self._outside(one.schedule))
        elif reason is Reason.CONSENT:
            yield Wish(one, matches, consent=False)

    def _earlier(self, one: Experience) -> Iterator[Experience]:
        for other in live(self.site):
            if other is one:
                return
            if set(other.slots) & set(one.slots):
                yield other

    def _zone(self, schedule: Schedule) -> str:
        return self.site.timezone if schedule.zone in ("site", "visitor") else schedule.zone

    def _running(self, schedule: Schedule | None) -> str | None:
        """Give a time at which a schedule runs, None where that is now."""
        zone = self.site.timezone
        if schedule is None or is_running(schedule, instant(self.at, zone), zone, zone):
            return None
        if schedule.start is not None:
            return local(instant(schedule.start, self._zone(schedule)) + 60, zone)
        return None if schedule.until is None else local(instant(schedule.until, self._zone(schedule)) - 60, zone)

    def _outside(self, schedule: Schedule) -> Iterator[str]:
        if schedule.start is not None:
            yield local(instant(schedule.start, self._zone(schedule)) - 60, self.site.timezone)
        if schedule.until is not None:
            yield local(instant(schedule.until, self._zone(schedule)), self.site.timezone)

    # -- who has what it needs -------------------------------------------------------------------

    def _visitors(self, wish: Wish) -> Iterator[Raw]:
        """Give cases for a wish without what they expect, the ones that read best first."""
        start: Raw = {}
        if wish.at is not None:
            start["at"] = wish.at
        if wish.bucket:
            start["bucket"] = dict(wish.bucket)
        if wish.history:
            start["history"] = list(wish.history)
        known = self._known_at(start)
        for context in solutions(wish.wanted, self.words, given=known, limit=2, assume=self.links):
            facts = {name: context.get(name) for name in {**known, **context}}
            needed = {name: facts[name] for name in sorted(facts) if facts[name] != known.get(name)}
            if wish.experience.experiment.unit == "account" and wish.experience.splits:
                needed.setdefault("account.domain", SOMEONE)
            for raw in _told(needed, start, self.at, self.site.timezone):
                yield raw if wish.consent else {**raw, "consent": False}

    def _known_at(self, start: Raw) -> dict[str, object]:
        """Give what is known of a visitor of whom nothing else is said; the same starts come again and again."""
        key = json.dumps(start)
        if key not in self._starts:
            self._starts[key] = _known(self._decide(start))
        return self._starts[key]


MOST_NAMED: Final = 2


def _covers(first: str, others: Sequence[str]) -> str:
    """Say what a case is the first to reach."""
    more = len(others) - MOST_NAMED
    return "; ".join([first, *others[:MOST_NAMED]]) + (f"; and {more} more" if more > 0 else "")


def _links(site: Site) -> list[Node]:
    """Give what always holds between the facts a site reads, so that nobody impossible is suggested."""
    reads = site.reads | site.rules.facts_read
    return [
        compile_rule(link, site.facts).node
        for names, link in LINKS.items()
        if reads.issuperset(names) and all(site.facts.get(name) is BUILT_IN[name] for name in names)
    ]


def _known(decisions: ExplainedDecisions) -> dict[str, object]:
    """Give what is known of a visitor of whom a case says nothing."""
    contexts = [one.context for one in decisions.stories.values()]
    known = contexts[0].items() if contexts else ()
    return {name: value for name, value in known if value is not WITHHELD and value is not None}


def _arm(one: Experience, variant: str) -> dict[str, str]:
    """Say the arm, where it isn't the one everybody is put into."""
    first = next((other.id for other in one.variants if other.content and other.weight > 0), one.variants[0].id)
    return {} if variant == first else {one.id: variant}


def _single(raw: Raw) -> Single:
    return Single(raw, "", Part(SUGGESTED), {})


def _outcome(one: Experience, decisions: ExplainedDecisions) -> Raw:
    """Say what the slots of an experience show, as briefly as a case can."""
    expect: Raw = {}
    for slot in one.slots:
        decision = decisions[slot]
        if decision.variant is not None:
            expect[slot] = f"{decision.experience}/{decision.variant}"
        else:
            expect[slot] = "page" if decision.reason is Reason.DEFAULT else decision.reason.value
    return expect


# -- facts said as a person would ----------------------------------------------------------------

_KEYS: Final = {"visits.count": "visits", "visits.days_since_last": "days_away", "geo.country": "country"}
_CLOCKS: Final = ("time.", "site_time.")


def _told(facts: Mapping[str, object], start: Raw, at: str, zone: str) -> Iterator[Raw]:
    """Say facts in keys of a case and on its clock; then all of them outright, which always holds."""
    rest = {name: value for name, value in facts.items() if not is_live(name)}
    happened = {name.removeprefix("live."): value for name, value in facts.items() if is_live(name)}
    start = {**start, **({"live": happened} if happened else {})}
    facts = dict(rest)
    raw: Raw = {}
    clock = {name: rest.pop(name) for name in facts if name.startswith(_CLOCKS)}
    if clock and (moment := _moment(clock, str(start.get("at", at)), zone)) is not None:
        raw["at"] = moment
    for name, key in _KEYS.items():
        if rest.get(name) is not None:
            raw[key] = rest.pop(name)
    if raw:
        yield {**start, **raw, **({"facts": rest} if rest else {})}
    yield {**start, **({"facts": dict(facts)} if facts else {})}


def _moment(clock: Mapping[str, object], at: str, zone: str) -> str | None:
    """Give the time that has these clock facts, if one has them: all are read in one zone here."""
    said: dict[str, object] = {}
    for name, value in clock.items():
        part = name.partition(".")[2]
        if said.setdefault(part, value) != value:
            return None
    if isinstance(now := said.get("now"), int | float):
        return local(now, zone)
    moment = datetime.fromisoformat(at)
    if isinstance(day := said.get("date"), str):
        moment = datetime.fromisoformat(day).replace(hour=moment.hour, minute=moment.minute)
    if isinstance(weekday := said.get("weekday"), int):
        moment += timedelta(days=(weekday - moment.isoweekday()) % 7)
    if isinstance(hour := said.get("hour"), int):
        moment = moment.replace(hour=hour)
    if isinstance(minute := said.get("minute"), int):
        moment = moment.replace(minute=minute)
    return moment.replace(tzinfo=ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
