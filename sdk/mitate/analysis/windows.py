"""When an experience may run and when it surely does, wherever the visitor is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from mitate.model import Schedule
from mitate.schedule import earliest_and_latest


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
        ALWAYS.start if schedule.start is None else earliest_and_latest(schedule.start, schedule.zone, site_zone)[0],
        ALWAYS.until if schedule.until is None else earliest_and_latest(schedule.until, schedule.zone, site_zone)[1],
    )


def sure(schedule: Schedule | None, site_zone: str) -> Window:
    """Give when an experience runs for every visitor."""
    if schedule is None:
        return ALWAYS
    return Window(
        ALWAYS.start if schedule.start is None else earliest_and_latest(schedule.start, schedule.zone, site_zone)[1],
        ALWAYS.until if schedule.until is None else earliest_and_latest(schedule.until, schedule.zone, site_zone)[0],
    )
