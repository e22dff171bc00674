"""When an experience may run and surely runs, over all clocks of the earth."""

from __future__ import annotations

import math

import pytest

from mitate.analysis.windows import ALWAYS, Window, possible, sure
from mitate.model import Schedule
from mitate.schedule import instant

HOUR = 3600.0
DECEMBER = instant("2026-12-01", "UTC")
JANUARY = instant("2027-01-01", "UTC")


def test_without_a_schedule_it_always_runs() -> None:
    assert possible(None, "UTC") == sure(None, "UTC") == ALWAYS
    assert possible(Schedule(), "UTC") == ALWAYS


def test_the_site_s_clock_leaves_no_doubt() -> None:
    schedule = Schedule(start="2026-12-01", until="2027-01-01", zone="site")
    tokyo = Window(DECEMBER - 9 * HOUR, JANUARY - 9 * HOUR)
    assert possible(schedule, "Asia/Tokyo") == sure(schedule, "Asia/Tokyo") == tokyo


def test_a_named_zone_is_its_own_clock() -> None:
    schedule = Schedule(start="2026-12-01", zone="America/New_York")
    assert possible(schedule, "Asia/Tokyo") == Window(DECEMBER + 5 * HOUR, math.inf)


def test_a_visitor_s_clock_may_be_fourteen_hours_ahead_or_twelve_behind() -> None:
    schedule = Schedule(start="2026-12-01", until="2027-01-01", zone="visitor")
    assert possible(schedule, "Asia/Tokyo") == Window(DECEMBER - 14 * HOUR, JANUARY + 12 * HOUR)
    assert sure(schedule, "Asia/Tokyo") == Window(DECEMBER + 12 * HOUR, JANUARY - 14 * HOUR)


def test_a_bound_with_an_offset_is_one_instant_for_everyone() -> None:
    schedule = Schedule(start="2026-12-01T00:00+09:00", zone="visitor")
    assert possible(schedule, "UTC") == sure(schedule, "UTC") == Window(DECEMBER - 9 * HOUR, math.inf)


@pytest.mark.parametrize(
    ("one", "other", "meets", "covers"),
    [
        (Window(0, 10), Window(10, 20), False, False),
        (Window(0, 11), Window(10, 20), True, False),
        (Window(0, 20), Window(10, 20), True, True),
        (Window(10, 20), Window(0, 20), True, False),
        (ALWAYS, Window(0, 1), True, True),
        (Window(0, 1), ALWAYS, True, False),
        (Window(0, 10), Window(5, 5), False, True),
    ],
)
def test_windows_meet_and_cover(one: Window, other: Window, meets: bool, covers: bool) -> None:
    assert (one.meets(other), one.covers(other)) == (meets, covers)


@pytest.mark.parametrize(("window", "empty"), [(Window(0, 0), True), (Window(1, 0), True), (Window(0, 1), False)])
def test_a_window_without_an_instant_is_empty(window: Window, empty: bool) -> None:
    assert window.empty is empty
