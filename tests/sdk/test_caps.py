"""How often is enough: exposures are counted in the visitor's own calendar."""

from __future__ import annotations

from datetime import datetime

import pytest

from mitate.caps import is_capped
from mitate.model import CapPeriod, Frequency

NOW = datetime.fromisoformat("2026-11-21T00:30+09:00").timestamp()  # a Saturday in Tokyo, still Friday in Berlin
HOUR = 3600.0


@pytest.mark.parametrize(
    ("per", "ago", "zone", "capped"),
    [
        ("day", HOUR * 0.25, "Asia/Tokyo", True),
        ("day", HOUR, "Asia/Tokyo", False),  # yesterday, 23:30
        ("day", HOUR, "Europe/Berlin", True),  # the same hour is today there
        ("week", HOUR * 24 * 4, "Asia/Tokyo", True),  # Tuesday of this week
        ("week", HOUR * 24 * 6, "Asia/Tokyo", False),  # Sunday of last week
        ("visit", HOUR * 0.5, "Asia/Tokyo", True),
        ("visit", HOUR * 2, "Asia/Tokyo", False),
        ("lifetime", HOUR * 24 * 900, "Asia/Tokyo", True),
    ],
)
def test_one_exposure_fills_a_cap_of_one_only_within_its_period(
    per: CapPeriod, ago: float, zone: str, capped: bool
) -> None:
    assert is_capped(Frequency(max=1, per=per), [NOW - ago], 1, NOW - HOUR, NOW, zone) is capped


@pytest.mark.parametrize(("seen", "capped"), [(0, False), (1, False), (2, True), (3, True)])
def test_the_cap_is_reached_at_its_number(seen: int, capped: bool) -> None:
    exposures = [NOW - minute * 60 for minute in range(seen)]
    assert is_capped(Frequency(max=2, per="visit"), exposures, seen, NOW - HOUR, NOW, "Asia/Tokyo") is capped


def test_a_lifetime_counts_more_than_the_exposures_that_are_kept() -> None:
    assert is_capped(Frequency(max=3, per="lifetime"), [], 3, 0.0, NOW, "UTC")
    assert not is_capped(Frequency(max=3, per="lifetime"), [], 2, 0.0, NOW, "UTC")
