"""When an experience runs: bounds mean what their owner meant, also on the nights the clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate.model import Schedule
from mitate.schedule import instant, is_running

ZONES = [
    "Asia/Tokyo",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "UTC",
]


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("bound", "zone", "meant"),
    [
        ("2026-11-20T00:00", "Asia/Tokyo", "2026-11-19T15:00+00:00"),
        ("2026-11-20", "Asia/Tokyo", "2026-11-19T15:00+00:00"),
        ("2026-11-20T00:00+00:00", "Asia/Tokyo", "2026-11-20T00:00+00:00"),
        ("2026-11-20T00:00Z", "Asia/Tokyo", "2026-11-20T00:00+00:00"),
        # The night the clock jumps from 2:00 to 3:00: 2:30 doesn't exist, the first instant after it is 3:00.
        ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T03:00+02:00"),
        ("2026-03-29T02:00", "Europe/Berlin", "2026-03-29T03:00+02:00"),
        ("2026-03-29T01:59", "Europe/Berlin", "2026-03-29T01:59+01:00"),
        ("2026-03-29T03:00", "Europe/Berlin", "2026-03-29T03:00+02:00"),
        # The night it shows 2:30 twice: the first of the two.
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T02:30+02:00"),
        ("2026-11-01T01:30", "America/New_York", "2026-11-01T01:30-04:00"),
        # Lord Howe Island moves by half an hour.
        ("2026-10-04T02:10", "Australia/Lord_Howe", "2026-10-04T02:30+11:00"),
        ("2028-02-29T12:00", "Asia/Kathmandu", "2028-02-29T12:00+05:45"),
    ],
)
def test_a_bound_is_the_first_instant_at_or_after_it(bound: str, zone: str, meant: str) -> None:
    assert instant(bound, zone) == at(meant)


@given(
    st.datetimes(datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2035-01-01")).map(
        lambda one: one.replace(microsecond=0)
    ),
    st.sampled_from(ZONES),
)
def test_no_earlier_instant_shows_the_bound_or_later(local: datetime, zone: str) -> None:
    clock = ZoneInfo(zone)
    found = instant(local.isoformat(), zone)

    def shown(seconds: float) -> datetime:
        return (datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)).astimezone(clock).replace(tzinfo=None)

    assert shown(found) >= local
    assert shown(found - 1) < local or shown(found - 1) > shown(found)


@pytest.mark.parametrize(
    ("now", "running"),
    [
        ("2026-12-01T08:59:59", False),
        ("2026-12-01T09:00:00", True),
        ("2026-12-24T23:59:59", True),
        ("2026-12-25T00:00:00", False),
    ],
)
def test_a_schedule_holds_from_its_first_instant_until_before_its_end(now: str, running: bool) -> None:
    schedule = Schedule(start="2026-12-01T09:00", until="2026-12-25", zone="visitor")
    assert is_running(schedule, at(f"{now}+09:00"), "Asia/Tokyo", "Europe/Berlin") is running


def test_the_owner_chooses_whose_clock_counts() -> None:
    now = at("2026-12-01T00:00+09:00")
    assert is_running(Schedule(start="2026-12-01", zone="visitor"), now, "Asia/Tokyo", "Europe/Berlin")
    assert not is_running(Schedule(start="2026-12-01", zone="site"), now, "Asia/Tokyo", "Europe/Berlin")
    assert not is_running(Schedule(start="2026-12-01", zone="America/New_York"), now, "Asia/Tokyo", "Asia/Tokyo")


def test_a_schedule_without_bounds_always_runs() -> None:
    assert is_running(Schedule(), 0.0, "UTC", "UTC")
