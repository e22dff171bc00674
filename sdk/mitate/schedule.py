"""When an experience runs, in the zone its owner meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from .model import Schedule


def is_running(schedule: Schedule, now: float, visitor_zone: str, site_zone: str) -> bool:
    """Tell whether `now` (seconds, UTC) lies in ``[start, until)``."""
    zone = visitor_zone if schedule.zone == "visitor" else site_zone if schedule.zone == "site" else schedule.zone
    if schedule.start is not None and now < instant(schedule.start, zone):
        return False
    return schedule.until is None or now < instant(schedule.until, zone)


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
