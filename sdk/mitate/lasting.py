"""How long an answer may be reused: until a clock, a schedule or the end of the visit could change it.

What a visitor does meanwhile may change it, too: a kept answer is shown once and refreshed behind it, so that what was
done counts one page later. Only facts that are others on nearly every page forbid keeping it.

What matters is worked out once for each document: the times of day, instants and facts that its rules compare.
Where being exact isn't worth it, an answer is said to last less long than it would, never longer.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, cast

from mitate_rules import Program
from mitate_rules.settle import settle
from mitate_rules.tree import Call, Literal, Node, Var, walk
from mitate_rules.vocabulary import Vocabulary

from .context.clock import zone_info
from .context.visits import VISIT_SECONDS, finite, number, pair
from .model import Experience, Schedule, Site
from .schedule import instant

DAY: Final = 86_400
MOST: Final = DAY
"""No answer is reused for longer than a day."""
FADING: Final = 3_600
"""Interests fade all the time, by half in days or weeks: an answer that reads one lasts so long."""

MINUTES: Final[Mapping[str, Sequence[int]]] = {
    "hour": range(0, 1440, 60),
    "minute": range(1440),
    "weekday": (0,),
    "date": (0,),
    "month": (0,),
    "season": (0,),
    "day_part": (5 * 60, 12 * 60, 17 * 60, 22 * 60),
}
"""The minutes of a day at which each fact of a clock may change."""

CHANGING: Final = (
    "page.referrer", "search.", "visit.", "visits.logins", "visits.page_views", "visits.total_seconds",
)  # fmt: skip
"""Facts that are others on the very next page, or may be without any deed of the visitor, by how their names begin."""

DAYS_SINCE: Final[Mapping[str, tuple[str, ...]]] = {
    "visits.days_since_first": ("visits.first",),
    "visits.days_since_last": ("last_seen", "visits.previous_last"),
    "purchases.days_since_last": ("purchases.last",),
}
"""Facts that count full days -> the remembered instants they may count from."""
LAST_DAYS_AGO: Final = ".last_days_ago"
"""What ends the name of a fact that counts full days since an event."""

_COMPARED: Final = frozenset({"==", "===", "!=", "!==", "<", "<=", ">", ">=", "in"})
_MOMENTS: Final = frozenset({"before", "after", "between", "days_since"})
_CLOCKS: Final = ("time", "site_time")
_READ_A_CLOCK: Final = _MOMENTS | {"count_events", "time_between", "weekday"}
_QUANTIFIERS: Final = frozenset({"all", "filter", "none", "some"})


class Lasting:
    """Tells how long the answers of one loaded site last. Every thread may ask."""

    def __init__(self, site: Site) -> None:
        read = _Reading(site)
        self._site_zone = site.timezone
        self._read = read
        self._instants = sorted(read.instants)
        self._minutes = {clock: sorted(minutes) for clock, minutes in read.minutes.items()}
        self._clocked = bool(self._instants or read.local or any(self._minutes.values()))
        self._personal = bool(
            read.visits or read.fading or read.moments or read.ages or read.counted or read.births or read.windows
        )
        self._fixed = 0 if read.always else None if self._clocked or self._personal else MOST
        self._known: dict[str, tuple[float, float]] = {}

    def seconds(self, context: Mapping[str, object], memory: Mapping[str, object], now: float) -> int:
        """Give for how many seconds from `now` (seconds, UTC) no clock changes this visitor's answer: 0 to a day.

        `context` and `memory` are what was decided from. What the visitor does, what is learned of them and another
        version of the document may change it earlier; an answer that reads interests lasts `FADING` seconds at most.
        """
        if self._fixed is not None:
            return self._fixed
        end = now + MOST
        if self._clocked:
            end = min(end, self._until(str(context.get("time.zone") or self._site_zone), now))
        if self._personal:
            end = min([end, *self._ends(context, memory, now)])
        return max(0, int(end - now))

    def _until(self, zone: str, now: float) -> float:
        """Give the next moment at which a clock may change an answer, for visitors in a zone."""
        since, until = self._known.get(zone, (0.0, 0.0))
        if since <= now < until:
            return until
        try:
            until = min(self._changes(zone, now), default=now + MOST)
        except (OverflowError, ValueError, OSError):  # beyond the calendar
            return now
        self._known[zone] = now, until
        return until

    def _changes(self, zone: str, now: float) -> Iterable[float]:
        yield now + MOST
        # An instant that is reached may be the last one at which something holds.
        yield from self._instants[bisect_left(self._instants, now) :][:1]
        yield from (at for bound in self._read.local if (at := instant(bound, zone)) >= now)
        for name, minutes in ((zone, self._minutes["time"]), (self._site_zone, self._minutes["site_time"])):
            if minutes:
                yield next_time(minutes, name, now)

    def _ends(self, context: Mapping[str, object], memory: Mapping[str, object], now: float) -> Iterable[float]:
        read = self._read
        if read.visits:
            last_seen = number(memory, "last_seen")
            left = VISIT_SECONDS if last_seen is None else last_seen + VISIT_SECONDS - now
            yield now + (left if 0 < left <= VISIT_SECONDS else VISIT_SECONDS)
        if read.fading:
            yield now + FADING
        for times, length in read.windows:
            for happened in _numbers_in(context.get(times)):
                yield from (change for change in (happened, happened + length) if change >= now)
        for fact in read.moments:
            if (at := finite(context.get(fact))) is not None and at >= now:
                yield at
        since = [finite(context.get(fact)) for fact in read.ages] + [_latest(memory, field) for field in read.counted]
        for at in (*read.births, *since):
            if at is not None:
                yield now + DAY - (now - at) % DAY


class _Reading:
    """What a site's live experiences read that changes with time."""

    def __init__(self, site: Site) -> None:
        self.always = False
        """The very next page gets another answer, or may."""
        self.visits = False
        self.fading = False
        self.windows: set[tuple[str, float]] = set()
        """Facts that list instants, and for how many seconds each of them is counted."""
        self.minutes: dict[str, set[int]] = {clock: set() for clock in _CLOCKS}
        self.instants: set[float] = set()
        self.local: set[str] = set()
        """Bounds on the visitor's own clock."""
        self.moments: set[str] = set()
        """Facts whose value is an instant that is compared with the present."""
        self.ages: set[str] = set()
        """Facts since whose value full days are counted."""
        self.counted: set[str] = set()
        """Remembered instants since which full days are counted."""
        self.births: set[float] = set()
        """Written instants since which full days are counted."""
        self._seen: set[str] = set()
        for one in site.experiences.values():
            if one.status == "live":
                self._experience(one, site)

    def _experience(self, one: Experience, site: Site) -> None:
        self._program(site.rules.program(one.id))
        if one.suppress is not None:
            self._program(one.suppress)
        for variant in one.variants:
            for content in variant.content.values():
                for fact in content.filling.facts_read:
                    self._fact(fact)
        if one.schedule is not None:
            self._schedule(one.schedule, site.timezone)
        if one.frequency is not None and one.frequency.per == "visit":
            self.visits = True
        elif one.frequency is not None and one.frequency.per != "lifetime":
            self.minutes["time"].add(0)

    def _schedule(self, schedule: Schedule, site_zone: str) -> None:
        for bound in (schedule.start, schedule.until):
            if bound is None:
                continue
            if schedule.zone == "visitor" and datetime.fromisoformat(bound).tzinfo is None:
                self.local.add(bound)
            else:
                self.instants.add(instant(bound, site_zone if schedule.zone in ("site", "visitor") else schedule.zone))

    def _program(self, program: Program) -> None:
        self._rule(program.node, program.vocabulary)

    def _rule(self, node: Node, words: Vocabulary) -> None:
        pending: list[Node] = [node]
        while pending:
            one = pending.pop()
            if isinstance(one, Call) and one.op == "audience":
                pending += self._audience(one, words)
            elif isinstance(one, Call) and one.op in _QUANTIFIERS:
                pending.append(one.args[0])
                self.always |= _asks_a_clock(one.args[1])
            elif isinstance(one, Call):
                pending += self._call(one.op, settle(one, words))
            elif isinstance(one, Var):
                self._fact(one.name)
                pending += [] if one.default is None else [one.default]

    def _audience(self, call: Call, words: Vocabulary) -> list[Node]:
        name = call.args[0].value if isinstance(call.args[0], Literal) else None
        if not isinstance(name, str) or name in self._seen:
            return []
        self._seen.add(name)
        tree = words.audience(name).node
        return [] if tree is None else [tree]

    def _call(self, op: str, operands: Sequence[Node]) -> Sequence[Node]:
        """Take up what one condition compares; give the operands that are still to be looked at."""
        if op == "time_between":
            return self._time_of_day(operands)
        if op == "count_events":
            return self._window(operands)
        if op in _MOMENTS:
            return self._moments(op, operands)
        if op in _COMPARED:
            return self._hours(operands)
        return operands

    def _time_of_day(self, operands: Sequence[Node]) -> Sequence[Node]:
        first, last, hour, _ = operands
        if isinstance(hour, Var):
            clock = self.minutes[hour.name.partition(".")[0]]
            clock.update(int(value) % 1440 for one in (first, last) for value in _numbers(one))
        return ()

    def _window(self, operands: Sequence[Node]) -> Sequence[Node]:
        times, since, _, _ = operands
        if isinstance(since, Var):  # the start of this visit
            self.visits = True
        elif isinstance(times, Var) and isinstance(since, Call):
            self.windows.update((times.name, length) for one in since.args for length in _numbers(one))
        return ()

    def _hours(self, operands: Sequence[Node]) -> Sequence[Node]:
        """An hour compared with written numbers changes something only where it becomes one of them, or no longer is."""
        hour = next((one for one in operands if isinstance(one, Var) and one.name.endswith("time.hour")), None)
        others = [one for one in operands if one is not hour]
        clock = None if hour is None or hour.default is not None else self.minutes.get(hour.name.partition(".")[0])
        if clock is None or not all(isinstance(one, Literal) for one in others):
            return operands
        whole = {math.floor(value) for one in others for value in _numbers(one)}
        clock.update(step * 60 for value in whole for step in (value, value + 1) if 0 <= step < 24)
        clock.add(0)
        return ()

    def _moments(self, op: str, operands: Sequence[Node]) -> Sequence[Node]:
        facts = [one for one in operands if isinstance(one, Var)]
        written = {value for one in operands[: 1 if op == "days_since" else None] for value in _numbers(one)}
        counts_days = op == "days_since"
        (self.births if counts_days else self.instants).update(written)
        others = [one for one in facts if one.name != "time.now"]
        instants = {one.name for one in others if not one.name.endswith("time.date")}
        (self.ages if counts_days else self.moments).update(instants)
        computed = [one for one in operands if isinstance(one, Call)]
        if len(others) < len(facts) and (computed or any(one.default is not None for one in facts)):
            self.always = True
        return [*others, *computed]

    def _fact(self, name: str) -> None:
        """Take up a fact that is read for its own sake."""
        clock, _, part = name.partition(".")
        several = part.endswith("*") and clock in (*self.minutes, "visits", "page")
        if several or name.startswith(CHANGING) or name == "time.now":
            self.always = True
        elif clock in self.minutes:
            self.minutes[clock].update(MINUTES.get(part, ()))
        else:
            self.visits |= clock == "visits"
            self.fading |= clock == "interests"
            self.counted.update(DAYS_SINCE.get(name, ()))
            if clock == "events" and part.endswith(LAST_DAYS_AGO):
                self.counted.add(name.removesuffix(LAST_DAYS_AGO))


def _numbers(node: Node) -> list[float]:
    """Give the numbers that are written in an operand."""
    value = node.value if isinstance(node, Literal) else None
    return _numbers_in(cast("object", value) if isinstance(value, tuple) else (value,))


def _numbers_in(value: object) -> list[float]:
    """Give the numbers of a list; none of anything else."""
    items = cast("Sequence[object]", value) if isinstance(value, (list, tuple)) else ()
    return [at for one in items if (at := finite(one)) is not None]


def _asks_a_clock(items: Node) -> bool:
    """Tell whether what is asked of a list's items hangs on a clock: they may be instants of any kind."""
    return any(isinstance(one, Call) and one.op in _READ_A_CLOCK for one in walk(items))


def _latest(memory: Mapping[str, object], field: str) -> float | None:
    """Give a remembered instant: a number, or what stands behind a count."""
    counted = pair(memory, field)
    return number(memory, field) if counted is None else counted[1]


def next_time(minutes: Sequence[int], zone: str, now: float) -> float:
    """Give the next instant after `now` at which a zone's clock shows one of these minutes of the day (sorted).

    A moment at which the clock is set forward or back comes first.
    """
    offset = _offset(zone, now)
    midnight = (now + offset) // DAY * DAY - offset
    passed = (now - midnight) / 60
    later = next((minute for minute in minutes if minute > passed), minutes[0] + 1440)
    at = midnight + later * 60
    if _offset(zone, at) == offset:
        return at
    # Nothing within a day is set twice.
    before, after = now, at
    while after - before > 0.001:
        middle = (before + after) / 2
        before, after = (middle, after) if _offset(zone, middle) == offset else (before, middle)
    return round(after)


def _offset(zone: str, at: float) -> float:
    offset = datetime.fromtimestamp(at, UTC).astimezone(zone_info(zone)).utcoffset()
    return (offset or timedelta()).total_seconds()
