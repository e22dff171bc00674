"""How often is enough: frequency caps over the exposures a profile remembers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from .model import Frequency


def left_under(
    frequency: Frequency, exposures: Sequence[float], total: int, visit_started: float, now: float, zone: str
) -> int:
    """Give how many exposures the cap leaves in this period; 0 or less when it was seen often enough.

    `exposures` are instants in seconds (UTC), the latest ones; `total` counts all of them.
    Days and weeks are the visitor's own; a week starts on Monday (ISO 8601).
    """
    match frequency.per:
        case "lifetime":
            seen = max(total, len(exposures))
        case "visit":
            seen = sum(at >= visit_started for at in exposures)
        case "day":
            seen = _count_since(exposures, now, zone, weeks=False)
        case "week":
            seen = _count_since(exposures, now, zone, weeks=True)
    return frequency.max - seen


def _count_since(exposures: Sequence[float], now: float, zone: str, *, weeks: bool) -> int:
    clock = ZoneInfo(zone)

    def period(at: float) -> tuple[int, ...]:
        day = datetime.fromtimestamp(at, UTC).astimezone(clock).date()
        return tuple(day.isocalendar()[:2]) if weeks else (day.toordinal(),)

    present = period(now)
    # Nothing older than eight days can lie in this week, whatever the zone.
    return sum(period(at) == present for at in exposures if at > now - 8 * 86400)
