"""How often is enough: exposures are counted in the visitor's own calendar."""

from __future__ import annotations

from datetime import datetime

import pytest

from mitate.caps import left_under
from mitate.model import CapPeriod, Frequency

NOW = datetime.fromisoformat("2026-11-21T00:30+09:00").timestamp()  # a Saturday in Tokyo, still Friday in Berlin
HOUR = 3600.0


@pytest.mark.parametrize(
    ("per", "ago", "zone", "left"),
    [
        ("day", HOUR * 0.25, "Asia/Tokyo", 0),
        ("day", HOUR, "Asia/Tokyo", 1),  # yesterday, 23:30
        ("day", HOUR, "Europe/Berlin", 0),  # the same hour is today there
        ("week", HOUR * 24 * 4, "Asia/Tokyo", 0),  # Tuesday of this week
        ("week", HOUR * 24 * 6, "Asia/Tokyo", 1),  # Sunday of last week
        ("visit", HOUR * 0.5, "Asia/Tokyo", 0),
        ("visit", HOUR * 2, "Asia/Tokyo", 1),
        ("lifetime", HOUR * 24 * 900, "Asia/Tokyo", 0),
    ],
)
def test_one_exposure_fills_a_cap_of_one_only_within_its_period(
    per: CapPeriod, ago: float, zone: str, left: int
) -> None:
    assert left_under(Frequency(max=1, per=per), [NOW - ago], 1, NOW - HOUR, NOW, zone) == left


@pytest.mark.parametrize(("seen", "left"), [(0, 2), (1, 1), (2, 0), (3, -1)])
def test_the_cap_is_reached_at_its_number(seen: int, left: int) -> None:
    exposures = [NOW - minute * 60 for minute in range(seen)]
    assert left_under(Frequency(max=2, per="visit"), exposures, seen, NOW - HOUR, NOW, "Asia/Tokyo") == left


def test_a_lifetime_counts_more_than_the_exposures_that_are_kept() -> None:
    assert left_under(Frequency(max=3, per="lifetime"), [], 3, 0.0, NOW, "UTC") == 0
    assert left_under(Frequency(max=3, per="lifetime"), [], 2, 0.0, NOW, "UTC") == 1
