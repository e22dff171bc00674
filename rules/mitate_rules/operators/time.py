"""Instants, dates, times of day and days of the week."""

from __future__ import annotations

import datetime
import functools
import math
import re
from typing import Final, cast

from mitate_rules import values
from mitate_rules.operators.comparisons import ORDER
from mitate_rules.operators.text import is_in

DAY: Final = 86_400
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)


def instant(text: str) -> float | None:
    """Read an ISO 8601 instant with its offset as epoch seconds; None when it is none.

    Of the many spellings only the one that every language reads alike: ECMA-262, "Date Time String Format".
    """
    if _INSTANT.fullmatch(text) is None:
        return None
    try:
        moment = datetime.datetime.fromisoformat(text)
        return moment.timestamp() if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


@functools.lru_cache(maxsize=2048)
def day_number(text: str) -> int | None:
    """Read a `YYYY-MM-DD` date as a count of days; None when it is none."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None
    try:
        return datetime.date.fromisoformat(text).toordinal()
    except ValueError:
        return None


def elapsed_days(since: object, now: object) -> int | None:
    """Count the full days between two instants, or two dates."""
    if isinstance(since, str) and isinstance(now, str):
        first, last = day_number(since), day_number(now)
        return None if first is None or last is None else last - first
    if values.is_number(since) and values.is_number(now):
        days = (values.to_number(now) - values.to_number(since)) / DAY
        return math.floor(days) if math.isfinite(days) else None
    return None


def days_since(since: object, sign: object, days: object, now: object) -> bool | None:
    """Compare the full days since an instant or a date with a number."""
    compare = ORDER.get(sign) if isinstance(sign, str) else None
    return compare(elapsed_days(since, now), days) if compare is not None else None


def minutes(text: object) -> int | None:
    """Read a time of day, `HH:MM` from 00:00 to 24:00, as minutes."""
    found = re.fullmatch(r"(\d\d):(\d\d)", text, re.ASCII) if isinstance(text, str) else None
    if found is None:
        return None
    count = int(found[1]) * 60 + int(found[2])
    return count if int(found[2]) < 60 and count <= 1440 else None


def time_between(start: object, end: object, hour: object, minute: object) -> bool | None:
    """Tell whether a time of day is in [start, end), in minutes; a start after the end spans midnight."""
    is_number = values.is_number
    if not (is_number(hour) and is_number(minute) and is_number(start) and is_number(end)):
        return None
    if not (0 <= cast(float, hour) <= 24 and 0 <= cast(float, minute) < 60):
        return None  # no clock shows that
    first, last, now = cast(float, start), cast(float, end), cast(float, hour) * 60 + cast(float, minute)
    return first <= now < last if first <= last else now >= first or now < last


def weekday(days: object, today: object) -> bool:
    """Tell whether today (1 to 7, Monday is 1) is one of the days."""
    return is_in(today, days)
