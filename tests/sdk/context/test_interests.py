"""Interests: how they grow, fade and are told."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate.context import describe_interest, signals
from mitate.context.interests import faded, fill_interests, interest, score, sum_of
from mitate.model import Interest, Signal
from mitate.profiles import Add, apply
from mitate.visitor import Visitor
from mitate_rules import Context, compile_rule

DAY = 86_400.0
NOW = 1_790_000_000.0
FORTNIGHT = 14 * DAY


def topic(name: str, *, sensitive: bool = False) -> Interest:
    when = compile_rule({"starts_with": [{"var": "page.path"}, f"/{name}/"]})
    return Interest(name=name, half_life=FORTNIGHT, signals=(Signal(when=when, weight=1.0),), sensitive=sensitive)


@pytest.mark.parametrize(("total", "expected"), [(-5, 0), (0, 0), (1, 1 / 3), (2, 0.5), (3, 0.6), (18, 0.9)])
def test_the_score_of_a_sum(total: float, expected: float) -> None:
    assert score(total) == pytest.approx(expected, abs=1e-12)


@given(st.floats(0, 0.99))
def test_a_score_and_its_sum_are_one_thing(value: float) -> None:
    assert score(sum_of(value)) == pytest.approx(value, abs=1e-9)


def test_a_sum_halves_every_half_life_and_a_clock_set_back_takes_nothing() -> None:
    assert [faded(4.0, NOW, NOW + days * DAY, FORTNIGHT) for days in (-3, 0, 14, 28)] == [4.0, 4.0, 2.0, 1.0]


@pytest.mark.parametrize(("days", "shown"), [(0, 60), (1, 59), (35, 21), (10_000, 0)])
def test_three_views_fade_as_the_marketer_reads(days: int, shown: int) -> None:
    remembered: dict[str, object] = {"interests.nurse-shoes": [3.0, NOW]}
    assert round(interest(remembered, "nurse-shoes", FORTNIGHT, NOW + days * DAY) * 100) == shown


@pytest.mark.parametrize("junk", [None, 3, "3", [], [1], ["a", 1], {"s": 1}, [-3.0, NOW]])
def test_junk_and_dislike_score_0(junk: object) -> None:
    assert interest({"interests.x": junk}, "x", FORTNIGHT, NOW) == 0.0


def test_a_page_view_adds_its_signals_once_and_never_to_a_sensitive_topic() -> None:
    topics = {name: topic(name, sensitive=name == "debt") for name in ("nurse", "boots", "debt")}
    found = signals(topics, Context({"page.path": "/nurse/white"}), page_view="page-one", now=NOW)
    assert found == [Add("interests.nurse", 1.0, "signal:nurse:0:page-one", NOW, FORTNIGHT)]
    assert apply(apply({}, found), found)["interests.nurse"] == [1.0, NOW]
    assert signals(topics, Context({"page.path": "/debt/help"}), page_view="page-two", now=NOW) == []


def test_the_facts_of_interests() -> None:
    topics = {name: topic(name, sensitive=name == "debt") for name in ("nurse", "boots", "debt")}
    fill = fill_interests(
        frozenset({"interests.nurse", "interests.boots", "interests.unheard-of", "interests.top"}), topics
    )
    remembered: dict[str, object] = {
        "interests.nurse": [2.0, NOW],
        "interests.boots": [1.0, NOW],
        "interests.debt": [9.0, NOW],
    }
    facts: dict[str, object] = {}
    fill(Visitor(), remembered, NOW, facts)
    assert facts == {"interests.nurse": 0.5, "interests.boots": 1 / 3, "interests.top": "nurse"}
    facts.clear()
    fill(Visitor(), {}, NOW, facts)
    assert facts == {"interests.nurse": 0.0, "interests.boots": 0.0}


@pytest.mark.parametrize(
    ("value", "threshold", "expected"),
    [
        (0.0, 0.4, (2, None)),
        (1 / 3, 0.4, (1, None)),
        (0.0, 0.5, (2, None)),
        (0.0, 1 / 3, (1, None)),
        (0.39, 0.4, (1, None)),
        # Three views a day ago: 59, and 15 more days above 40.
        (score(3 * 2 ** (-1 / 14)), 0.4, (0, 15)),
        (0.4, 0.4, (0, 0)),
        (0.5, 0.0, (0, None)),
        (0.0, 0.0, (0, None)),
        (0.0, 1.0, (1998, None)),
    ],
)
def test_what_a_score_means_in_views_and_days(value: float, threshold: float, expected: tuple[int, int | None]) -> None:
    assert describe_interest("nurse", value, threshold, FORTNIGHT) == expected


@given(value=st.floats(0, 0.99), threshold=st.floats(0.01, 0.99))
def test_the_told_views_and_days_are_true(value: float, threshold: float) -> None:
    views, days = describe_interest("x", value, threshold, FORTNIGHT)
    total = sum_of(value)
    if days is None:
        assert score(total + views) >= threshold - 1e-6
        assert views == 1 or score(total + views - 1) < threshold + 1e-6
    else:
        assert views == 0
        assert score(faded(total, 0, days * DAY, FORTNIGHT)) >= threshold - 1e-9
        assert score(faded(total, 0, (days + 1) * DAY, FORTNIGHT)) < threshold + 1e-9 or math.isclose(value, threshold)
