"""When an experience runs, in the zone its owner meant."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from .model import Schedule

EARLIEST: Final = 14 * 3600.0
"""A clock on the Line Islands (UTC+14) reaches a local time so many seconds before UTC's does."""
LATEST: Final = 12 * 3600.0
"""And one on Baker Island (UTC-12) so many seconds after it."""


def is_running(schedule: Schedule, now: float, visitor_zone: str, site_zone: str) -> bool:
    """Tell whether `now` (seconds, UTC) lies in ``[start, until)``."""
    return time_left(schedule, now, visitor_zone, site_zone) > 0


def time_left(schedule: Schedule, now: float, visitor_zone: str, site_zone: str) -> float:
    """Give the seconds until the schedule ends: 0 where it isn't running, infinity where it has no end."""
    zone = visitor_zone if schedule.zone == "visitor" else site_zone if schedule.zone == "site" else schedule.zone
    if schedule.start is not None and now < instant(schedule.start, zone):
        return 0.0
    return math.inf if schedule.until is None else max(0.0, instant(schedule.until, zone) - now)


def earliest_and_latest(bound: str, zone: str, site_zone: str) -> tuple[float, float]:
    """Give the first and the last instant a bound may mean, wherever the visitor is."""
    if zone == "visitor" and datetime.fromisoformat(bound).tzinfo is None:
        at = instant(bound, "UTC")
        return at - EARLIEST, at + LATEST
    at = instant(bound, site_zone if zone in ("visitor", "site") else zone)
    return at, at


@lru_cache(maxsize=4096)
def instant(bound: str, zone: str) -> float:
    """Give the instant (seconds, UTC) a bound means.

    `bound` is an ISO 8601 date or date-time; one with an offset needs no `zone`. A local time that
    the clock skips or shows twice means the first instant at or after it.
    """
    local = datetime.fromisoformat(bound)
    if local.tzinfo is not None:
        return local.timestamp()
    clock = ZoneInfo(zone)
    first = local.replace(tzinfo=clock, fold=0).timestamp()
    if _local(first, clock) == local:
        return first
    # Skipped: the two readings of the gap lie on either side of the moment the clock jumps.
    before, after = local.replace(tzinfo=clock, fold=1).timestamp(), first
    while after - before > 1:
        middle = (before + after) // 2
        if _local(middle, clock) < local:
            before = middle
        else:
            after = middle
    return after


def _local(at: float, clock: ZoneInfo) -> datetime:
    return (datetime.fromtimestamp(0, UTC) + timedelta(seconds=at)).astimezone(clock).replace(tzinfo=None, fold=0)
