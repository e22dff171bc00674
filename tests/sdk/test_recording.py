"""What a page reports becomes events of modest size, with numbers that every reader of them has."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from mitate import Mitate, Reported, Visitor, new_id
from mitate.profiles.changes import MOST_FIELDS
from mitate.recording import to_name

NOW = 1_795_000_000.0
VISITOR = Visitor(id="v" * 22, page_view=new_id(), consent={"personalization": True, "analytics": True})


@pytest.fixture
def mitate(tmp_path: Path) -> Mitate:
    (tmp_path / "site.json").write_text('{"format":1,"site":"t","timezone":"UTC","slots":{},"experiences":[]}')
    return Mitate.from_path(tmp_path, clock=lambda: NOW)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"n": 2**63 - 1}, {"n": 2**63 - 1}),
        ({"n": -(2**63)}, {"n": -(2**63)}),
        ({"n": 2**63}, {"n": 2.0**63}),
        ({"n": -(10**30)}, {"n": -1e30}),
        ({"n": 10**308}, {}),
        ({"n": -(10**400)}, {}),
        ({"n": 1e308, "inf": math.inf, "nan": math.nan}, {"n": 1e308}),
        ({"n": None, "b": True, "list": [1], "object": {}}, {"n": None, "b": True}),
        ({"t": "x" * 1025, "n" * 65: "y"}, {"t": "x" * 1024, "n" * 64: "y"}),
        ({f"p{number}": number for number in range(33)}, {f"p{number}": number for number in range(32)}),
    ],
)
def test_properties_are_plain_and_of_modest_size(
    mitate: Mitate, said: dict[str, object], kept: dict[str, object]
) -> None:
    assert mitate.record(VISITOR, [Reported(type="track", name="n", props=said)]) == 1
    (event,) = mitate.events.read()
    assert event.props == kept


@pytest.mark.parametrize(
    ("ago", "seconds"), [(0, 0), (-1, 0), (-1e300, 0), (1, 0.001), (1e308, 86_400), (math.nan, 0), (math.inf, 0)]
)
def test_a_report_is_at_most_a_day_old_and_never_of_the_future(mitate: Mitate, ago: float, seconds: float) -> None:
    mitate.record(VISITOR, [Reported(type="track", name="n", ago=ago)])
    assert [event.at for event in mitate.events.read()] == [NOW - seconds]


@pytest.mark.parametrize("seconds", [1e308, -1e308, math.nan, -1.0, 1801.0])
def test_time_spent_on_a_page_is_between_nothing_and_half_an_hour(mitate: Mitate, seconds: float) -> None:
    mitate.record(VISITOR, [Reported(type="visit", seconds=seconds)])
    profile = mitate.profiles.export("v" * 22) or {}
    assert profile.get("total_seconds", 0) in (0, 1800)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Add To Cart", "add-to-cart"),
        ("カート", ""),
        ("../../x", "x"),
        ("a\0b", "a-b"),
        ("x" * 65, "x" * 64),
        ("ﬃ" * 30, "ffi" * 21 + "f"),
        ("", ""),
    ],
)
def test_an_events_name_takes_the_form_of_names(said: str, name: str) -> None:
    assert to_name(said) == name


def test_a_page_that_names_events_without_end_does_not_fill_the_profile_without_end(mitate: Mitate) -> None:
    for batch in range(2 * MOST_FIELDS // 200):
        reported = [Reported(type="track", name=f"n{batch}-{number}", id=new_id()) for number in range(200)]
        assert mitate.record(VISITOR, reported) == 200
    profile = mitate.profiles.export("v" * 22) or {}
    assert len(profile) == MOST_FIELDS
    # What was counted before still counts.
    before = profile["events.n0-0"]
    mitate.record(VISITOR, [Reported(type="track", name="n0-0", id=new_id())])
    assert (before, (mitate.profiles.export("v" * 22) or {})["events.n0-0"]) == ([1, NOW], [2, NOW])
