"""Visits: counted once, ended by 30 minutes, unharmed by tabs and by clocks that jump."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate.context import changes
from mitate.context.visits import FACTS, fill_events, fill_purchases, fill_visits
from mitate.profiles import Profile, apply
from mitate.visitor import Visitor

NOON = 1_790_000_000.0
MINUTE, DAY = 60.0, 86_400.0


class Remembering:
    """A visitor who is remembered: asks, then the page view is counted."""

    def __init__(self) -> None:
        self.data: dict[str, object] = {}
        self.pages = 0

    def facts(self, at: float, page_view: str | None = None, path: str = "/") -> dict[str, object]:
        found: dict[str, object] = {}
        visitor = Visitor(page_view=page_view, url="https://shoes.example" + path)
        fill_visits(frozenset(FACTS))(visitor, self.data, at, found)
        return found

    def view(self, at: float, path: str = "/", page_view: str | None = None) -> dict[str, object]:
        self.pages += 1
        page_view = page_view or f"page-{self.pages}"
        facts = self.facts(at, page_view, path)
        visitor = Visitor(page_view=page_view, url="https://shoes.example" + path)
        self.data = apply(self.data, changes(visitor, Profile("v", self.data), at))
        # Asking is not visiting: asked again about the same page view, everything is as before.
        again = self.facts(at, page_view, path)
        assert again == facts
        return facts


def test_the_very_first_page_view() -> None:
    assert Remembering().view(NOON, "/nurse/") == {
        "visits.count": 1,
        "visits.first": NOON,
        "visits.is_new": True,
        "visits.days_since_first": 0,
        "visits.page_views": 1,
        "visits.total_seconds": 0,
        "visits.logins": 0,
        "visit.page_views": 1,
        "visit.seconds": 0,
        "visit.started": NOON,
        "visit.landing_path": "/nurse/",
    }


def test_a_second_visit_a_day_later() -> None:
    visitor = Remembering()
    visitor.view(NOON, "/nurse/")
    visitor.view(NOON + 5 * MINUTE, "/cart")
    assert visitor.view(NOON + DAY + 5 * MINUTE, "/care") == {
        "visits.count": 2,
        "visits.first": NOON,
        "visits.is_new": False,
        "visits.days_since_first": 1,
        "visits.days_since_last": 1,
        "visits.page_views": 3,
        "visits.total_seconds": 0,
        "visits.logins": 0,
        "visit.page_views": 1,
        "visit.seconds": 0,
        "visit.started": NOON + DAY + 5 * MINUTE,
        "visit.landing_path": "/care",
    }
    facts = visitor.view(NOON + DAY + 6 * MINUTE, "/other")
    wanted = ("visits.count", "visits.days_since_last", "visit.page_views", "visit.seconds", "visit.landing_path")
    assert [facts[name] for name in wanted] == [2, 1, 2, 60, "/care"]
    assert facts["visit.started"] == NOON + DAY + 5 * MINUTE


@pytest.mark.parametrize(
    ("seconds", "count"), [(0, 1), (1, 1), (1799, 1), (1799.9, 1), (1800, 2), (1801, 2), (-1, 1), (-DAY, 1)]
)
def test_a_visit_ends_after_30_minutes(seconds: float, count: int) -> None:
    visitor = Remembering()
    visitor.view(NOON)
    assert visitor.view(NOON + seconds)["visits.count"] == count


def test_each_page_view_prolongs_the_visit() -> None:
    visitor = Remembering()
    counts = [visitor.view(NOON + n * 29 * MINUTE)["visits.count"] for n in range(10)]
    assert counts == [1] * 10


@pytest.mark.parametrize(("days", "expected"), [(0.5, 0), (0.999, 0), (1, 1), (29.99, 29), (30, 30), (400, 400)])
def test_days_are_whole_days(days: float, expected: int) -> None:
    visitor = Remembering()
    visitor.view(NOON)
    assert visitor.view(NOON + days * DAY)["visits.days_since_last"] == expected


def test_two_tabs_opened_at_once_count_one_visit_and_two_page_views() -> None:
    before = apply({}, changes(Visitor(page_view="tab-zero"), None, NOON))
    known = Profile("v", before)
    one = changes(Visitor(page_view="tab-one"), known, NOON + DAY)
    two = changes(Visitor(page_view="tab-two"), known, NOON + DAY + 0.5)
    for order in ((one, two), (two, one)):
        data = before
        for applied in order:
            data = apply(data, applied)
        assert (data["visits.count"], data["page_views"], data["visits.first"]) == (2, 3, NOON)
        assert data["last_seen"] == NOON + DAY + 0.5


def test_a_page_view_is_counted_once_however_often_it_is_asked_about() -> None:
    visitor = Remembering()
    for _ in range(3):
        visitor.view(NOON, page_view="the-same-one")
    assert (visitor.data["page_views"], visitor.data["visits.count"]) == (1, 1)


def test_without_a_page_view_id_nothing_is_counted() -> None:
    assert changes(Visitor(url="https://a.example/"), None, NOON) == []


def test_a_clock_that_jumped_ahead_and_back_does_no_harm() -> None:
    visitor = Remembering()
    visitor.view(NOON)
    assert visitor.view(NOON + 365 * DAY)["visits.count"] == 2
    back = visitor.view(NOON + MINUTE)
    assert (back["visits.count"], back["visit.seconds"], back["visits.days_since_first"]) == (2, 0, 0)
    assert back["visits.page_views"] == 3


def test_the_zone_is_remembered_when_it_is_one() -> None:
    data = apply({}, changes(Visitor(page_view="page-one", zone="Asia/Tokyo"), None, NOON))
    assert data["zone"] == "Asia/Tokyo"
    assert "zone" not in apply({}, changes(Visitor(page_view="page-one", zone="Mars/Olympus"), None, NOON))


@pytest.mark.parametrize("junk", ["x", None, [], {}, True, [1], ["a", "b"], [1, 2, 3]])
def test_a_profile_of_junk_is_read_as_nothing(junk: object) -> None:
    names = ("visits.count", "visits.first", "last_seen", "page_views", "visit.started", "visits.previous_last")
    found: dict[str, object] = {}
    fill_visits(frozenset(FACTS) - {"visit.landing_path"})(Visitor(), dict.fromkeys(names, junk), NOON, found)
    assert (found["visits.count"], found["visits.is_new"], found["visit.seconds"]) == (1, True, 0)
    found.clear()
    fill_events(frozenset({"events.x.count", "events.x.last_days_ago"}))(Visitor(), {"events.x": junk}, NOON, found)
    assert found == {"events.x.count": 0}


def test_events_are_counted_and_dated() -> None:
    names = frozenset(
        {"events.quiz.count", "events.quiz.last_days_ago", "events.never.count", "events.never.last_days_ago"}
    )
    found: dict[str, object] = {}
    fill_events(names)(Visitor(), {"events.quiz": [3.0, NOON - 2.5 * DAY]}, NOON, found)
    assert found == {"events.quiz.count": 3, "events.quiz.last_days_ago": 2, "events.never.count": 0}


@pytest.mark.parametrize(
    ("remembered", "times"),
    [
        ({}, []),
        ({"events.quiz": [3, NOON], "events.quiz.times": [NOON - DAY, NOON]}, [NOON - DAY, NOON]),
        ({"events.quiz.times": "junk"}, []),
    ],
)
def test_events_have_their_times_and_none_where_none_came(remembered: dict[str, object], times: list[float]) -> None:
    found: dict[str, object] = {}
    fill_events(frozenset({"events.quiz.times"}))(Visitor(), remembered, NOON, found)
    assert found == {"events.quiz.times": times}


def test_purchases_are_summed_and_dated() -> None:
    names = frozenset(
        "purchases." + name for name in ("count", "total_value", "days_since_last", "last_category", "categories")
    )
    data = {
        "purchases.count": 2,
        "purchases.total_value": 17_800.0,
        "purchases.last": NOON - 5 * DAY,
        "purchases.last_category": "nurse",
    }
    found: dict[str, object] = {}
    fill_purchases(names)(Visitor(), data, NOON, found)
    assert found == {
        "purchases.count": 2,
        "purchases.total_value": 17_800.0,
        "purchases.days_since_last": 5,
        "purchases.last_category": "nurse",
    }
    found.clear()
    fill_purchases(names)(Visitor(), {}, NOON, found)
    assert found == {"purchases.count": 0, "purchases.total_value": 0}


@given(steps=st.lists(st.floats(-2 * DAY, 3 * DAY), max_size=20))
def test_visits_never_outnumber_page_views_and_never_go_back(steps: list[float]) -> None:
    visitor, at, last = Remembering(), NOON, 0
    for number, step in enumerate(steps, 1):
        at += step
        facts = visitor.view(at)
        count = facts["visits.count"]
        assert isinstance(count, int)
        assert last <= count <= number
        assert facts["visits.page_views"] == number
        last = count
