"""The visitor's clock: zones, daylight saving in both directions, leap days, half hours, seasons."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import resources
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate.context import clock
from mitate.context.countries import COUNTRIES, SOUTHERN_ZONES
from mitate.visitor import Visitor

NAMES = ("now", "zone", "zone_source", "hour", "minute", "weekday", "date", "month", "season", "day_part")
ALL = frozenset("time." + name for name in NAMES)


def read(at: float, visitor: Visitor, site: str = "Asia/Tokyo", **remembered: object) -> dict[str, object]:
    facts: dict[str, object] = {}
    clock.visitor_clock(ALL, site, None)(visitor, remembered, at, facts)
    return facts


def instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_every_clock_fact_of_one_moment() -> None:
    assert read(instant("2026-11-21T08:10:30+09:00"), Visitor(zone="Asia/Tokyo")) == {
        "time.now": instant("2026-11-21T08:10:30+09:00"),
        "time.zone": "Asia/Tokyo",
        "time.zone_source": "browser",
        "time.hour": 8,
        "time.minute": 10,
        "time.weekday": 6,
        "time.date": "2026-11-21",
        "time.month": 11,
        "time.season": "autumn",
        "time.day_part": "morning",
    }


@pytest.mark.parametrize(
    ("at", "hour", "minute"),
    [
        # The clock in Berlin jumps from 2:00 to 3:00 on 2026-03-29, at 01:00 UTC.
        ("2026-03-29T00:59:59+00:00", 1, 59),
        ("2026-03-29T01:00:00+00:00", 3, 0),
        # It shows 2:00 to 3:00 twice on 2026-10-25.
        ("2026-10-25T00:30:00+00:00", 2, 30),
        ("2026-10-25T01:30:00+00:00", 2, 30),
        ("2026-10-25T02:00:00+00:00", 3, 0),
    ],
)
def test_daylight_saving_moves_the_clock_in_both_directions(at: str, hour: int, minute: int) -> None:
    facts = read(instant(at), Visitor(zone="Europe/Berlin"))
    assert (facts["time.hour"], facts["time.minute"]) == (hour, minute)


@pytest.mark.parametrize(
    ("zone", "hour", "minute"),
    [
        ("Asia/Kolkata", 17, 30),
        ("Asia/Kathmandu", 17, 45),
        ("Australia/Adelaide", 22, 30),
        ("America/St_Johns", 8, 30),
        ("Pacific/Marquesas", 2, 30),
        ("Pacific/Chatham", 1, 45),
        ("Australia/Lord_Howe", 23, 0),
    ],
)
def test_zones_off_by_half_and_quarter_hours(zone: str, hour: int, minute: int) -> None:
    facts = read(instant("2026-11-21T12:00:00+00:00"), Visitor(zone=zone))
    assert (facts["time.hour"], facts["time.minute"]) == (hour, minute)


def test_lord_howe_moves_its_clock_by_half_an_hour_only() -> None:
    zone = Visitor(zone="Australia/Lord_Howe")
    before, after = (read(instant(at), zone) for at in ("2026-04-04T14:59:00+00:00", "2026-04-04T15:00:00+00:00"))
    assert (before["time.hour"], before["time.minute"]) == (1, 59)
    assert (after["time.hour"], after["time.minute"]) == (1, 30)


@pytest.mark.parametrize(
    ("at", "date", "weekday"),
    [
        ("2028-02-28T15:00:00+00:00", "2028-02-29", 2),
        ("2028-02-29T15:00:00+00:00", "2028-03-01", 3),
        ("2027-02-28T15:00:00+00:00", "2027-03-01", 1),
        ("2026-12-31T15:00:00+00:00", "2027-01-01", 5),
        ("2026-11-22T14:59:59+00:00", "2026-11-22", 7),
    ],
)
def test_leap_days_and_turns_of_the_year_fall_on_the_visitors_date(at: str, date: str, weekday: int) -> None:
    facts = read(instant(at), Visitor(zone="Asia/Tokyo"))
    assert (facts["time.date"], facts["time.weekday"]) == (date, weekday)


@pytest.mark.parametrize(
    ("hour", "part"),
    [
        (0, "night"),
        (4, "night"),
        (5, "morning"),
        (11, "morning"),
        (12, "afternoon"),
        (16, "afternoon"),
        (17, "evening"),
        (21, "evening"),
        (22, "night"),
        (23, "night"),
    ],
)
def test_parts_of_the_day_begin_at_5_12_17_and_22(hour: int, part: str) -> None:
    assert clock.day_part(hour) == part


def test_seasons_follow_the_hemisphere() -> None:
    north = [clock.season(month, south=False) for month in range(1, 13)]
    south = [clock.season(month, south=True) for month in range(1, 13)]
    assert north == ["winter"] * 2 + ["spring"] * 3 + ["summer"] * 3 + ["autumn"] * 3 + ["winter"]
    assert south == ["summer"] * 2 + ["autumn"] * 3 + ["winter"] * 3 + ["spring"] * 3 + ["summer"]
    at = instant("2026-12-24T12:00:00+00:00")
    assert read(at, Visitor(zone="Australia/Sydney"))["time.season"] == "summer"
    assert read(at, Visitor(zone="Asia/Tokyo"))["time.season"] == "winter"


def sources(visitor: Visitor, where: tuple[str | None, str | None], **remembered: object) -> tuple[object, object]:
    def locate(ip: str) -> tuple[str | None, str | None]:
        assert ip == "192.0.2.1"
        return where

    facts: dict[str, object] = {}
    clock.visitor_clock(ALL, "Asia/Tokyo", locate)(visitor, remembered, 1_790_000_000.0, facts)
    return facts["time.zone"], facts["time.zone_source"]


def test_the_zone_is_the_browsers_then_the_profiles_then_the_files_then_the_countrys_then_the_sites() -> None:
    ip = "192.0.2.1"
    assert sources(Visitor(ip=ip, zone="Europe/Paris"), ("Asia/Dubai", "AE"), zone="Asia/Seoul") == (
        "Europe/Paris",
        "browser",
    )
    assert sources(Visitor(ip=ip), ("Asia/Dubai", "AE"), zone="Asia/Seoul") == ("Asia/Seoul", "profile")
    assert sources(Visitor(ip=ip), ("Asia/Dubai", "AE")) == ("Asia/Dubai", "geo")
    assert sources(Visitor(ip=ip), (None, "SG")) == ("Asia/Singapore", "country")
    assert sources(Visitor(ip=ip), (None, "US")) == ("Asia/Tokyo", "site")
    assert sources(Visitor(ip=ip), (None, None)) == ("Asia/Tokyo", "site")
    assert sources(Visitor(), ("Asia/Dubai", "AE")) == ("Asia/Tokyo", "site")


@pytest.mark.parametrize(
    "junk",
    ["", "Mars/Olympus", "../../etc/passwd", "asia/tokyo", "<script>", "Etc/Unknown", "Factory", "Asia/Tokyo\x00"],
)
def test_an_unknown_zone_is_passed_over(junk: str) -> None:
    assert sources(Visitor(ip="192.0.2.1", zone=junk), ("Nowhere/City", "SG"), zone=junk) == (
        "Asia/Singapore",
        "country",
    )


@pytest.mark.parametrize("at", [1e20, -1e20, float("inf"), float("nan")])
def test_a_moment_beyond_the_calendar_leaves_the_clock_unknown(at: float) -> None:
    facts = read(at, Visitor(zone="Asia/Tokyo"))
    assert set(facts) == {"time.now", "time.zone", "time.zone_source"}


def test_only_what_is_asked_is_given() -> None:
    facts: dict[str, object] = {}
    clock.visitor_clock(frozenset({"time.hour"}), "UTC", None)(Visitor(), {}, 0.0, facts)
    assert facts == {"time.hour": 0}
    facts.clear()
    clock.site_clock(frozenset({"site_time.date"}), "Asia/Tokyo")(Visitor(zone="UTC"), {}, 0.0, facts)
    assert facts == {"site_time.date": "1970-01-01"}


ZONES = sorted(clock.zones())
MOMENTS = st.floats(min_value=-2e9, max_value=8e9, allow_nan=False)


@given(zone=st.sampled_from(ZONES), at=MOMENTS)
def test_the_clock_agrees_with_zoneinfo_at_every_moment_in_every_zone(zone: str, at: float) -> None:
    expected = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at)).astimezone(ZoneInfo(zone))
    facts = read(at, Visitor(zone=zone))
    shown = (facts["time.date"], facts["time.hour"], facts["time.minute"], facts["time.weekday"], facts["time.month"])
    assert shown == (expected.date().isoformat(), expected.hour, expected.minute, expected.isoweekday(), expected.month)


@given(zone=st.sampled_from(ZONES), year=st.integers(1973, 2100), around=st.integers(-7200, 7200))
def test_the_clock_is_right_in_the_nights_it_moves(zone: str, year: int, around: int) -> None:
    info = ZoneInfo(zone)
    start = datetime(year, 1, 1, tzinfo=UTC)
    offsets = [(start + timedelta(days=day)).astimezone(info).utcoffset() for day in range(367)]
    for day in range(366):
        if offsets[day] != offsets[day + 1]:
            at = (start + timedelta(days=day, hours=12)).timestamp() + around * 6
            expected = datetime.fromtimestamp(at, info)
            facts = read(at, Visitor(zone=zone))
            assert (facts["time.hour"], facts["time.minute"]) == (expected.hour, expected.minute)


def test_since_1973_zones_change_and_stand_at_whole_minutes_only() -> None:
    # What lets all moments of one minute share one local time.
    for zone in ZONES:
        info = ZoneInfo(zone)
        for month in range(12 * 65):
            at = datetime(1973 + month // 12, month % 12 + 1, 15, tzinfo=UTC)
            offset = at.astimezone(info).utcoffset()
            assert offset is not None
            assert offset.total_seconds() % 60 == 0, zone


def test_a_country_with_one_zone_names_a_zone_of_its_own() -> None:
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    listed = {(row[0], row[2]) for line in table.splitlines() if not line.startswith("#") and (row := line.split("\t"))}
    assert {(code, country.zone) for code, country in COUNTRIES.items() if country.zone} - listed == set()
    assert COUNTRIES["JP"].zone == "Asia/Tokyo"
    assert COUNTRIES["DE"].zone == "Europe/Berlin"
    assert COUNTRIES["US"].zone is None
    assert {"Australia/Sydney", "America/Sao_Paulo", "Africa/Johannesburg", "NZ"} <= SOUTHERN_ZONES
    assert SOUTHERN_ZONES.isdisjoint({"Asia/Tokyo", "Europe/London", "America/New_York", "Asia/Singapore"})


def test_all_countries_have_names_in_both_languages() -> None:
    assert len(COUNTRIES) == 249
    assert [code for code, country in COUNTRIES.items() if not country.en or not country.ja] == []
    assert (COUNTRIES["SG"].en, COUNTRIES["SG"].ja) == ("Singapore", "シンガポール")
    assert sum(country.eu for country in COUNTRIES.values()) == 27
