"""Visits: how often, how long ago, how much; and what one page view changes about that.

A visit ends after 30 minutes without a page view. Facts are as this page view makes them: on the
very first, `visits.count` is already 1. Asking again about the same page view changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Final, cast

from mitate.profiles import Add, Change, First, Latest, Profile
from mitate.visitor import Visitor

from .clock import zones
from .fill import Fill
from .page import take_apart

VISIT_SECONDS: Final = 1800
DAY: Final = 86_400
_LARGEST: Final = 10**308
"""Whole numbers beyond can't be reckoned with as fractions."""

Remembered = Mapping[str, object]
_NOTHING: Final[Remembered] = {}


def number(remembered: Remembered, field: str) -> float | None:
    """Give a remembered number, or None for anything else."""
    value = remembered.get(field)
    return None if value is None else finite(value)


def finite(value: object) -> float | None:
    """Give a number that can be reckoned with, or None for anything else."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, int) and not isinstance(value, bool) and -_LARGEST < value < _LARGEST:
        return value
    return None


def whole(remembered: Remembered, field: str) -> int:
    """Give a remembered count, 0 where none is."""
    value = remembered.get(field)
    if type(value) is int:  # nearly always
        return max(0, value)
    return max(0, int(finite(value) or 0))


def pair(remembered: Remembered, field: str) -> tuple[float, float] | None:
    """Give a remembered sum and its instant."""
    known = remembered.get(field)
    if known is None or not isinstance(known, (list, tuple)):
        return None
    both = cast("Sequence[object]", known)
    if len(both) != 2:
        return None
    total, at = finite(both[0]), finite(both[1])
    return None if total is None or at is None else (total, at)


def days_between(earlier: float | None, later: float) -> int | None:
    """Give the whole days from one instant to another, 0 when the clock ran backwards."""
    return None if earlier is None else max(0, int((later - earlier) // DAY))


def is_new_visit(remembered: Remembered, now: float) -> bool:
    """Tell whether a page view now opens a visit: 30 minutes passed, or it is the first ever.

    A clock set back counts as no time passed.
    """
    last_seen = number(remembered, "last_seen")
    return last_seen is None or now - last_seen >= VISIT_SECONDS


def changes(visitor: Visitor, profile: Profile | None, now: float) -> list[Change]:
    """Give what this page view changes in the profile; nothing for a request without a page-view id.

    A visit's id is made of the instant the one before it ended, so two tabs opened at once count one.
    """
    page_view = visitor.page_view
    if page_view is None:
        return []
    remembered = _NOTHING if profile is None else profile.data
    if remembered.get("visit.page_view") == page_view:
        return []
    last_seen = number(remembered, "last_seen")
    # After a clock was set back, page views still come one after the other.
    at = now if last_seen is None or now > last_seen else last_seen + 0.001
    found: list[Change] = [Add("page_views", 1, f"page-view:{page_view}")]
    if is_new_visit(remembered, now):
        found.append(Add("visits.count", 1, f"visit-after:{last_seen or 0}"))
        found.append(Latest("visit.started", at, at))
        found.append(Latest("visit.landing", _path(visitor), at))
        found.append(Latest("visit.base_page_views", whole(remembered, "page_views"), at))
        if last_seen is None:
            found.append(First("visits.first", at, at))
        else:
            found.append(Latest("visits.previous_last", last_seen, at))
    if visitor.zone is not None and visitor.zone != remembered.get("zone") and visitor.zone in zones():
        found.append(Latest("zone", visitor.zone, at))
    found += [Latest("last_seen", at, at), Latest("visit.page_view", page_view, at)]
    return found


def _path(visitor: Visitor) -> str | None:
    address = take_apart(visitor.url)
    return None if address is None else address.path


def _counts_now(visitor: Visitor, remembered: Remembered) -> int:
    """Give 1 where this page view isn't among the remembered ones yet."""
    known = visitor.page_view is not None and remembered.get("visit.page_view") == visitor.page_view
    return 0 if known else 1


Give = Callable[[Visitor, Remembered, float, bool], object]
"""(visitor, remembered fields, now, whether this page view opens a visit) -> the value."""


def _count(_visitor: Visitor, remembered: Remembered, _now: float, opens: bool) -> int:
    return max(1, whole(remembered, "visits.count") + opens)


def _days_since_last(_visitor: Visitor, remembered: Remembered, now: float, opens: bool) -> int | None:
    return days_between(number(remembered, "last_seen" if opens else "visits.previous_last"), now)


def _visit_page_views(visitor: Visitor, remembered: Remembered, _now: float, opens: bool) -> int:
    if opens:
        return 1
    before = whole(remembered, "page_views") - whole(remembered, "visit.base_page_views")
    return max(1, before + _counts_now(visitor, remembered))


def _visit_seconds(_visitor: Visitor, remembered: Remembered, now: float, opens: bool) -> int:
    started = None if opens else number(remembered, "visit.started")
    return 0 if started is None else max(0, int(now - started))


def _started(_visitor: Visitor, remembered: Remembered, now: float, opens: bool) -> float | None:
    return now if opens else number(remembered, "visit.started")


def _landing(visitor: Visitor, remembered: Remembered, _now: float, opens: bool) -> object:
    return _path(visitor) if opens else remembered.get("visit.landing")


FACTS: Final[Mapping[str, Give]] = {
    "visits.count": _count,
    "visits.first": lambda _v, r, now, _o: now if (first := number(r, "visits.first")) is None else first,
    "visits.is_new": lambda v, r, now, opens: _count(v, r, now, opens) == 1,
    "visits.days_since_first": lambda _v, r, now, _o: days_between(number(r, "visits.first"), now) or 0,
    "visits.days_since_last": _days_since_last,
    "visits.page_views": lambda v, r, _now, _o: max(1, whole(r, "page_views") + _counts_now(v, r)),
    "visits.total_seconds": lambda _v, r, _now, _o: whole(r, "total_seconds"),
    "visits.logins": lambda _v, r, _now, _o: whole(r, "logins"),
    "visit.page_views": _visit_page_views,
    "visit.seconds": _visit_seconds,
    "visit.started": _started,
    "visit.landing_path": _landing,
}


def fill_visits(names: frozenset[str]) -> Fill:
    """Prepare the `visits.*` and `visit.*` facts `names`."""
    wanted = [(name, FACTS[name]) for name in sorted(names) if name in FACTS]

    def fill(visitor: Visitor, remembered: Remembered, now: float, facts: dict[str, object]) -> None:
        opens = is_new_visit(remembered, now)
        for name, give in wanted:
            if (value := give(visitor, remembered, now, opens)) is not None:
                facts[name] = value

    return fill


def fill_events(names: frozenset[str]) -> Fill:
    """Prepare `events.<name>.count`, `.last_days_ago` and `.times`; an event that never came has count 0 and no times."""
    counts = [(name, name[: -len(".count")]) for name in sorted(names) if name.endswith(".count")]
    ages = [(name, name[: -len(".last_days_ago")]) for name in sorted(names) if name.endswith(".last_days_ago")]

    times = [name for name in sorted(names) if name.endswith(".times")]

    def fill(_visitor: Visitor, remembered: Remembered, now: float, facts: dict[str, object]) -> None:
        for name in times:
            known = remembered.get(name)
            facts[name] = known if isinstance(known, list) else []
        for name, field in counts:
            happened = pair(remembered, field)
            facts[name] = 0 if happened is None else max(0, int(happened[0]))
        for name, field in ages:
            if (happened := pair(remembered, field)) is not None:
                facts[name] = days_between(happened[1], now)

    return fill


def fill_purchases(names: frozenset[str]) -> Fill:
    """Prepare the `purchases.*` facts `names`."""

    def fill(_visitor: Visitor, remembered: Remembered, now: float, facts: dict[str, object]) -> None:
        for name in names:
            value: object
            if name == "purchases.count":
                value = whole(remembered, name)
            elif name == "purchases.total_value":
                value = number(remembered, name) or 0
            elif name == "purchases.days_since_last":
                value = days_between(number(remembered, "purchases.last"), now)
            else:
                value = remembered.get(name)
            if value is not None:
                facts[name] = value

    return fill
