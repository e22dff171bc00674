"""How long an answer lasts: never longer than clocks leave it the same, and exactly so long where that is plain."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mitate import Decision, Mitate, Visitor
from mitate.lasting import next_time
from mitate.profiles import Change, MemoryProfiles, Profile
from mitate.schedule import instant

DAY: Final = 86_400
TOKYO: Final = "Asia/Tokyo"
BERLIN: Final = "Europe/Berlin"
NOON: Final = instant("2026-11-21T12:00", TOKYO)
WHO: Final = "visitor-00000000000001"


def write(folder: Path, when: object = True, site: Mapping[str, object] | None = None, **more: Any) -> Path:
    document = {
        "format": 1,
        "site": "shop",
        "timezone": TOKYO,
        "consent": {"default": "granted"},
        "facts": {
            "trial.end": {"type": "instant", "from": "backend", "purpose": "necessary"},
            "trial.day": {"type": "date", "from": "backend", "purpose": "necessary"},
        },
        "slots": {"hero": {"reserve": "1rem"}},
        "experiences": [
            {"id": "a", "slot": "hero", "when": when, "variants": [{"id": "a", "text": "a"}], **more},
            {"id": "rest", "slot": "hero", "variants": [{"id": "rest", "text": "rest"}]},
        ],
        **(site or {}),
    }
    (folder / "site.json").write_text(json.dumps(document), "utf-8")
    return folder


class Still(MemoryProfiles):
    """Remembers one visitor, and learns nothing."""

    def __init__(self, memory: dict[str, object]) -> None:
        super().__init__()
        self.memory = memory

    def read(self, id: str) -> Profile | None:  # noqa: A002
        return Profile(id=id, data=dict(self.memory)) if self.memory else None

    def apply(self, id: str, changes: Iterable[Change]) -> None:  # noqa: A002
        """Learn nothing."""


def lasts(
    folder: Path,
    when: object = True,
    now: float = NOON,
    zone: str = TOKYO,
    memory: dict[str, object] | None = None,
    traits: dict[str, object] | None = None,
    **more: Any,
) -> int:
    with Mitate.from_path(write(folder, when, **more), profiles=Still(memory or {})) as mitate:
        return mitate.decide(visitor(zone, traits), now=now).lasts


def visitor(zone: str, traits: dict[str, object] | None = None) -> Visitor:
    return Visitor(id=WHO, zone=zone, page_view="page-view-000000000001", traits=traits or {})


# -- what matters --------------------------------------------------------------------------------------


def test_without_a_clock_an_answer_lasts_a_day(tmp_path: Path) -> None:
    assert lasts(tmp_path) == DAY
    assert lasts(tmp_path, {"==": [{"var": "geo.country"}, "JP"]}) == DAY


@pytest.mark.parametrize(
    "when",
    [
        {">=": [{"var": "visit.page_views"}, 2]},
        {"==": [{"var": "page.referrer_host"}, "news.example"]},
        {"==": [{"var": "search.last"}, "boots"]},
        {">": [{"var": "visits.page_views"}, 3]},
        {"some": [{"var": "events.quiz.times"}, {"days_since": [{"var": ""}, "<", 3]}]},
    ],
)
def test_an_answer_that_the_next_page_may_change_does_not_last(tmp_path: Path, when: object) -> None:
    assert lasts(tmp_path, when) == 0


@pytest.mark.parametrize(
    "when",
    [
        {">=": [{"var": "events.quiz.count"}, 1]},
        {">": [{"var": "purchases.count"}, 0]},
        {"some": [{"var": "purchases.categories"}, {"==": [{"var": ""}, "boots"]}]},
        {">": [{"var": "affinity.boots"}, 0.5]},
        {"count_events": ["quiz", "30d"]},
    ],
)
def test_what_only_a_deed_changes_shortens_nothing_for_the_page_asks_anew_behind_what_it_shows(
    tmp_path: Path, when: object
) -> None:
    assert lasts(tmp_path, when) == DAY


def test_interests_fade_so_an_answer_that_reads_one_lasts_an_hour(tmp_path: Path) -> None:
    interests = {"interests": {"trail": {"signals": [{"when": {"==": [{"var": "page.path"}, "/trail"]}, "weight": 1}]}}}
    assert lasts(tmp_path, {">": [{"var": "interests.trail"}, 0.5]}, site=interests) == 3600
    assert lasts(tmp_path, {"==": [{"var": "interests.top"}, "trail"]}, site=interests) == 3600


def test_an_event_that_grows_old_leaves_its_window_on_time(tmp_path: Path) -> None:
    memory: dict[str, object] = {"last_seen": NOON - 60, "events.quiz.times": [NOON - 5 * DAY, NOON - DAY + 90]}
    assert lasts(tmp_path, {"count_events": ["quiz", "1d"]}, memory=memory) == 90
    assert lasts(tmp_path, {"count_events": ["quiz", "30d", 2]}, memory=memory) == DAY
    assert lasts(tmp_path, {"count_events": ["quiz", "visit"]}, memory=memory) == 1740


def test_what_is_paused_or_a_draft_shortens_nothing(tmp_path: Path) -> None:
    for status in ("paused", "draft"):
        assert lasts(tmp_path, {">=": [{"var": "visit.page_views"}, 2]}, status=status) == DAY


def test_a_suppression_a_filling_and_an_audience_shorten_it_like_a_rule(tmp_path: Path) -> None:
    assert lasts(tmp_path, suppress={">=": [{"var": "visit.page_views"}, 2]}) == 0
    assert lasts(tmp_path, variants=[{"id": "a", "text": "{{time.hour|now}} o'clock"}]) == 3600
    ranked = {"items": "li", "key": "data-color", "by": "affinity.color", "do": "rank"}
    assert lasts(tmp_path, variants=[{"id": "a", "order": ranked}]) == DAY
    assert lasts(tmp_path, variants=[{"id": "a", "order": {**ranked, "by": "visits"}}]) == 0


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"time_between": ["22:00", "06:00"]}, 10 * 3600),
        ({"time_between": ["09:00", "12:00"]}, 21 * 3600),
        ({"time_between": ["09:00", "24:00"]}, 12 * 3600),
        ({"weekday": ["sat", "sun"]}, 12 * 3600),
        ({">=": [{"var": "time.hour"}, 17]}, 5 * 3600),
        ({"in": [{"var": "time.hour"}, [13, 14]]}, 3600),
        ({"<": [{"var": "time.minute"}, 30]}, 60),
        ({"==": [{"var": "time.day_part"}, "evening"]}, 5 * 3600),
        ({"==": [{"var": "time.month"}, 12]}, 12 * 3600),
        ({"between": [{"var": "time.date"}, "2026-11-20", "2026-12-25"]}, 12 * 3600),
        ({"after": [{"var": "time.now"}, "2026-11-21T12:00:30+09:00"]}, 30),
        ({"before": [{"var": "time.now"}, "2026-11-21T12:00:00+09:00"]}, 0),
        ({"before": [{"var": "time.now"}, "2026-11-20T12:00:00+09:00"]}, DAY),
        ({"==": [{"var": "time.zone"}, "Asia/Tokyo"]}, DAY),
    ],
)
def test_it_lasts_until_the_clock_shows_what_a_rule_asks_for(tmp_path: Path, when: object, expected: int) -> None:
    assert lasts(tmp_path, when) == expected


def test_the_sites_clock_and_the_visitors_are_two(tmp_path: Path) -> None:
    berlin = {"time_between": ["04:30", "05:00"]}
    assert lasts(tmp_path, berlin, zone=BERLIN) == 1800  # 04:00 in Berlin
    assert lasts(tmp_path, {"time_between": ["13:00", "14:00", "site"]}, zone=BERLIN) == 3600


def test_a_schedule_is_read_on_its_own_clock(tmp_path: Path) -> None:
    bounds = {"from": "2026-11-21T05:00", "until": "2026-11-21T06:00"}
    assert lasts(tmp_path, zone=BERLIN, schedule={**bounds, "timezone": "visitor"}) == 3600
    assert lasts(tmp_path, zone=BERLIN, schedule={**bounds, "timezone": "site"}) == DAY
    assert lasts(tmp_path, zone=BERLIN, schedule={**bounds, "timezone": "Europe/London"}) == 7200


def test_what_hangs_on_visits_ends_with_the_visit(tmp_path: Path) -> None:
    again = {">=": [{"var": "visits.count"}, 2]}
    assert lasts(tmp_path, again) == 1800
    assert lasts(tmp_path, again, memory={"last_seen": NOON - 600, "visits.count": 1}) == 1200
    assert lasts(tmp_path, again, memory={"last_seen": NOON - 6000, "visits.count": 1}) == 1800
    assert lasts(tmp_path, frequency={"max": 1, "per": "visit"}) == 1800


def test_full_days_are_counted_from_the_remembered_moment(tmp_path: Path) -> None:
    memory: dict[str, object] = {"visits.first": NOON - DAY + 600, "last_seen": NOON - 60, "visits.count": 1}
    assert lasts(tmp_path, {">=": [{"var": "visits.days_since_first"}, 1]}, memory=memory) == 600
    assert lasts(tmp_path, {"days_since": [{"var": "visits.first"}, ">=", 1]}, memory=memory) == 600
    memory = {"last_seen": NOON - 60, "purchases.last": NOON - 9 * DAY + 60, "events.quiz": [3, NOON - 2 * DAY + 30]}
    assert lasts(tmp_path, {">=": [{"var": "purchases.days_since_last"}, 9]}, memory=memory) == 60
    assert lasts(tmp_path, {">=": [{"var": "events.quiz.last_days_ago"}, 2]}, memory=memory) == 30


def test_a_backends_instant_matters_when_it_comes(tmp_path: Path) -> None:
    when = {"before": [{"var": "time.now"}, {"var": "trial.end"}]}
    assert lasts(tmp_path, when, traits={"trial.end": "2026-11-21T13:00+09:00"}) == 3600
    assert lasts(tmp_path, when, traits={"trial.end": "2026-11-21T11:00+09:00"}) == DAY
    assert lasts(tmp_path, when) == DAY


def test_an_instant_beyond_all_numbers_is_none(tmp_path: Path) -> None:
    when = {"days_since": [{"var": "trial.end"}, ">=", 1]}
    assert lasts(tmp_path, when, traits={"trial.end": 10**308}) == DAY
    assert lasts(tmp_path, when, traits={"trial.end": -(10**400)}) == DAY


def test_a_cap_of_a_day_ends_at_midnight(tmp_path: Path) -> None:
    assert lasts(tmp_path, frequency={"max": 1, "per": "day"}) == 12 * 3600
    assert lasts(tmp_path, frequency={"max": 1, "per": "week"}) == 12 * 3600
    assert lasts(tmp_path, frequency={"max": 1, "per": "lifetime"}) == DAY


def test_a_fault_lasts_no_longer_than_its_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Mitate.from_path(write(tmp_path)) as mitate:
        monkeypatch.setattr(mitate, "_decide", None)
        assert mitate.decide(visitor(TOKYO), now=NOON).lasts == 0


def test_an_answer_given_while_the_store_is_down_lasts_no_longer_than_its_page(tmp_path: Path) -> None:
    class Down(MemoryProfiles):
        def read(self, id: str) -> Profile | None:  # noqa: A002
            raise OSError("no store")

    with Mitate.from_path(write(tmp_path), profiles=Down()) as mitate:
        assert mitate.decide(visitor(TOKYO), now=NOON).lasts == 0
        assert mitate.faults == {"reading a profile: OSError": 1}


# -- clocks that are set -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "minutes", "expected"),
    [
        # Set forward at 02:00 on 29 March, set back at 03:00 on 25 October.
        ("2026-03-29T01:00", [0], "2026-03-29T03:00"),
        ("2026-03-29T01:00", [90], "2026-03-29T01:30"),
        ("2026-03-29T04:00", [0], "2026-03-30T00:00"),
        ("2026-10-25T01:00", [0], "2026-10-25T01:00+00:00"),
        ("2026-10-25T01:00", [150], "2026-10-25T02:30"),
        ("2026-11-21T23:59", [0], "2026-11-22T00:00"),
        ("2026-11-21T00:00", [0], "2026-11-22T00:00"),
    ],
)
def test_the_next_time_of_day_comes_no_later_than_a_change_of_the_clock(
    now: str, minutes: list[int], expected: str
) -> None:
    assert next_time(minutes, BERLIN, instant(now, BERLIN)) == instant(expected, BERLIN)


# -- the promise ---------------------------------------------------------------------------------------

CONDITIONS: Final[list[Callable[[int], object]]] = [
    lambda n: {"time_between": [f"{n % 24:02}:{n % 60:02}", f"{n // 7 % 24:02}:30"]},
    lambda n: {"time_between": [f"{n % 24:02}:00", f"{n // 5 % 24:02}:15", "site"]},
    lambda n: {"weekday": [n % 7 + 1, n // 3 % 7 + 1]},
    lambda n: {"weekday": [n % 7 + 1, "site"]},
    lambda n: {[">=", "<", "==", "!=", "<="][n % 5]: [{"var": "time.hour"}, n % 24]},
    lambda n: {"in": [{"var": "site_time.hour"}, [n % 24, n // 2 % 24]]},
    lambda n: {"<": [{"var": "time.minute"}, n % 60]},
    lambda n: {"==": [{"var": "time.day_part"}, ["morning", "afternoon", "evening", "night"][n % 4]]},
    lambda n: {">=": [{"var": "site_time.date"}, f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}"]},
    lambda n: {"<=": [{"var": "time.month"}, n % 12 + 1]},
    lambda n: {"==": [{"var": "time.season"}, ["spring", "summer", "autumn", "winter"][n % 4]]},
    lambda n: {"after": [{"var": "time.now"}, f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}T{n % 24:02}:{n % 60:02}Z"]},
    lambda n: {"between": [f"2026-{n % 12 + 1:02}-01T00:00Z", {"var": "time.now"}, "2026-12-31T00:00Z"]},
    lambda n: {"before": [{"var": "time.now"}, {"var": "trial.end"}]},
    lambda n: {"days_since": [{"var": "trial.end"}, ["==", ">", "<"][n % 3], n % 400 - 200]},
    lambda n: {"days_since": [{"var": "trial.day"}, ["==", ">=", "<"][n % 3], n % 400 - 200]},
    lambda n: {"days_since": [f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}T08:00Z", ">=", n % 30]},
    lambda n: {"days_since": [{"var": "visits.first"}, [">=", "<="][n % 2], n % 40]},
    lambda n: {">=": [{"var": "visits.days_since_last"}, n % 10]},
    lambda n: {"==": [{"var": "visits.days_since_first"}, n % 10]},
    lambda n: {">=": [{"var": "visits.count"}, n % 4]},
    lambda n: {"var": "visits.is_new"},
    lambda n: {"before": [{"var": "visits.first"}, f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}T{n % 24:02}:00Z"]},
    lambda n: {
        "count_events": ["quiz", ["visit", f"{n % 90 + 1}m", f"{n % 72 + 1}h", f"{n % 20 + 1}d"][n % 4], n % 3 + 1]
    },
    lambda n: {[">=", "==", "<"][n % 3]: [{"var": "events.quiz.last_days_ago"}, n % 20]},
    lambda n: {"<": [{"var": "purchases.days_since_last"}, n % 20]},
]

numbers = st.integers(0, 10_000)
conditions = st.sampled_from(CONDITIONS).flatmap(numbers.map)
rules = st.recursive(
    conditions,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"and": st.lists(inner, min_size=2, max_size=2)}),
        st.fixed_dictionaries({"or": st.lists(inner, min_size=2, max_size=2)}),
        st.fixed_dictionaries({"!": inner}),
    ),
    max_leaves=3,
)
bounds = numbers.map(lambda n: f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}T{n % 24:02}:{n % 4 * 15:02}")
zones = st.sampled_from([TOKYO, BERLIN, "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "UTC"])
schedules = st.fixed_dictionaries(
    {"from": bounds, "until": st.just("2027-06-01T05:00"), "timezone": zones | st.sampled_from(["visitor", "site"])}
)
frequencies = st.fixed_dictionaries({"max": st.integers(1, 2), "per": st.sampled_from(["visit", "day", "week"])})
# Around the nights on which clocks are set, and any day of the year.
moments = st.floats(instant("2026-01-01", "UTC"), instant("2026-12-31", "UTC")) | st.sampled_from(
    ["2026-03-08", "2026-03-29", "2026-04-05", "2026-04-24", "2026-10-04", "2026-10-25", "2026-11-01"]
).flatmap(lambda night: st.floats(-30 * 3600, 30 * 3600).map(lambda seconds: instant(night, "UTC") + seconds))
extras = (
    st.just(dict[str, object]())
    | st.fixed_dictionaries({"schedule": schedules})
    | st.fixed_dictionaries({"frequency": frequencies})
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(
    when=rules,
    extra=extras,
    suppress=st.one_of(st.none(), rules),
    zone=zones,
    now=moments,
    ago=st.lists(st.floats(0, 20 * DAY), min_size=3, max_size=3),
    knows=st.booleans(),
    parts=st.lists(st.floats(0, 0.999_999), min_size=3, max_size=3),
)
def test_at_every_moment_within_it_the_answer_is_the_same_to_a_visitor_who_does_nothing(
    tmp_path: Path,
    when: object,
    extra: Mapping[str, object],
    suppress: object,
    zone: str,
    now: float,
    ago: list[float],
    knows: bool,
    parts: list[float],
) -> None:
    seen = sorted((now - one for one in ago), reverse=True)
    memory: dict[str, object] = {
        "last_seen": seen[0] if knows else now - ago[0] % 3600,
        "visits.previous_last": seen[1],
        "visits.first": seen[2],
        "visits.count": 2,
        "visit.started": seen[1],
        "events.quiz": [3, seen[0]],
        "events.quiz.times": sorted(seen),
        "purchases.last": seen[1],
        "exposures.a": [seen[0]],
        "exposures.a.count": 1,
    }
    traits: dict[str, object] = (
        {"trial.end": now + ago[1] % (2 * DAY) - DAY, "trial.day": "2026-05-05"} if knows else {}
    )
    who = visitor(zone, traits)
    more: dict[str, Any] = dict(extra) if suppress is None else {**extra, "suppress": suppress}
    with Mitate.from_path(write(tmp_path, when, **more), profiles=Still(memory if ago[2] > DAY else {})) as mitate:
        first = mitate.decide(who, now=now)
        assert 0 <= first.lasts <= DAY
        for part in (*parts, 0.999_999):
            later = mitate.decide(who, now=now + part * first.lasts)
            assert [plain(one) for one in later.values()] == [plain(one) for one in first.values()]


def plain(decision: Decision) -> tuple[object, ...]:
    """Give a decision without the countdown of its schedule."""
    return decision.slot, decision.reason, decision.experience, decision.variant, decision.value, decision.left
