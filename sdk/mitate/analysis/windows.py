"""When an experience may run and when it surely does, wherever the visitor is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mitate.model import Schedule
from mitate.schedule import instant

EARLIEST: Final = 14 * 3600.0
"""A clock on the Line Islands (UTC+14) reaches a local time so many seconds before UTC's does."""
LATEST: Final = 12 * 3600.0
"""And one on Baker Island (UTC-12) so many seconds after it."""


@dataclass(frozen=True)
class Window:
    """From the first instant to the first one after it (seconds, UTC)."""

    start: float = -math.inf
    until: float = math.inf

    @property
    def empty(self) -> bool:
        """Whether no instant lies in it."""
        return self.start >= self.until

    def meets(self, other: Window) -> bool:
        """Tell whether some instant lies in both."""
        return not Window(max(self.start, other.start), min(self.until, other.until)).empty

    def covers(self, other: Window) -> bool:
        """Tell whether every instant of the other lies in this one."""
        return other.empty or (self.start <= other.start and other.until <= self.until)


ALWAYS: Final = Window()


def possible(schedule: Schedule | None, site_zone: str) -> Window:
    """Give when an experience runs for some visitor."""
    if schedule is None:
        return ALWAYS
    return Window(
        ALWAYS.start if schedule.start is None else _bound(schedule.start, schedule.zone, site_zone)[0],
        ALWAYS.until if schedule.until is None else _bound(schedule.until, schedule.zone, site_zone)[1],
    )


def sure(schedule: Schedule | None, site_zone: str) -> Window:
    """Give when an experience runs for every visitor."""
    if schedule is None:
        return ALWAYS
    return Window(
        ALWAYS.start if schedule.start is None else _bound(schedule.start, schedule.zone, site_zone)[1],
        ALWAYS.until if schedule.until is None else _bound(schedule.until, schedule.zone, site_zone)[0],
    )


def _bound(bound: str, zone: str, site_zone: str) -> tuple[float, float]:
    """Give the first and the last instant a bound may mean."""
    if zone == "visitor" and datetime.fromisoformat(bound).tzinfo is None:
        at = instant(bound, "UTC")
        return at - EARLIEST, at + LATEST
    at = instant(bound, site_zone if zone in ("visitor", "site") else zone)
    return at, at
