"""Cases of what hangs on the page: before anything happened there, and after."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mitate import Mitate
from mitate.cases import load, suggest

from .conftest import Ran, Write, refused, shown

LATE = {">=": [{"var": "live.seconds"}, 20]}
SITE: dict[str, Any] = {
    "format": 1,
    "site": "app",
    "timezone": "UTC",
    "slots": {"hint": {"live": True}},
    "experiences": [
        {
            "id": "help",
            "slot": "hint",
            "when": {"and": [LATE, {"!": {"var": "live.clicked.help"}}]},
            "suppress": {"var": "live.event.solved"},
            "frequency": {"max": 2, "per": "day"},
            "variants": [{"id": "a", "text": "Lost?"}],
            "experiment": {"holdout": 0.5},
        },
        {"id": "tip", "slot": "hint", "variants": [{"id": "a", "text": "A tip"}]},
    ],
}


def test_what_waits_for_the_page_is_expected_to_wait(ran: Ran) -> None:
    report = ran(
        {"expect": {"hint": {"variant": "tip/a", "waits": "help"}}},
        {"expect": {"hint": {"waits": ["help"]}}},
        {"bucket": "holdout", "expect": {"hint": {"waits": "help"}}},
        {"history": [{"shown": "help", "times": 2, "ago": "1m"}], "expect": {"hint": {"not": {"waits": "help"}}}},
        {"consent": False, "expect": {"hint": {"not": {"waits": "help"}}}},
        site=SITE,
    )
    assert report.ok


@pytest.mark.parametrize(
    ("live", "sees"),
    [
        ({}, "tip/a TARGETING_MATCH"),
        ({"seconds": 19}, "tip/a TARGETING_MATCH"),
        ({"seconds": 20}, "help/a SPLIT"),
        ({"seconds": 20, "clicked.help": True}, "tip/a TARGETING_MATCH"),
        ({"seconds": 20, "clicked.help": False}, "help/a SPLIT"),
        ({"seconds": 20, "event.solved": True}, "tip/a TARGETING_MATCH"),
    ],
)
def test_what_happened_in_the_page_decides_and_nothing_else_happened(
    ran: Ran, live: dict[str, object], sees: str
) -> None:
    report = ran({"live": live, "expect": {"hint": {"not": {"waits": "help"}}}}, site=SITE)
    assert (shown(report), report.ok) == ([{"hint": sees}], True)


def test_who_dismissed_it_is_not_asked_again(ran: Ran) -> None:
    dismissed = {"history": [{"dismissed": "help", "ago": "30d"}]}
    report = ran(
        {**dismissed, "expect": {"hint": {"not": {"waits": "help"}}}},
        {**dismissed, "live": {"seconds": 60}, "expect": {"hint": "tip/a"}},
        {"history": [{"dismissed": "tip"}], "expect": {"hint": "SUPPRESSED"}},
        site=SITE,
    )
    assert report.ok


def test_a_difference_names_what_waits(ran: Ran) -> None:
    [failed] = ran({"expect": {"hint": {"waits": "tip"}}}, site=SITE).failed
    assert [(one.expected, one.got) for one in failed.differences] == [
        ("tip waits", "tip/a (TARGETING_MATCH), help waits")
    ]
    [failed] = ran({"live": {}, "expect": {"hint": {"variant": "tip/a", "waits": "help"}}}, site=SITE).failed
    assert [(one.expected, one.got) for one in failed.differences] == [
        ("tip/a, help waits", "tip/a (TARGETING_MATCH), nothing waits")
    ]


def test_a_matrix_goes_through_what_happened(write: Write, ran: Ran) -> None:
    case = {"live": {"clicked.help": False}, "matrix": {"live.seconds": [20, 300]}, "expect": {"hint": "help/a"}}
    assert ran(case, site=SITE).ok
    names = [one.facts for one in load(write(case, site=SITE))]
    assert names == [
        {"live.clicked.help": False, "live.event.solved": False, "live.seconds": seconds} for seconds in (20, 300)
    ]


def test_what_a_file_says_happened_is_added_to(ran: Ran) -> None:
    assert ran({"live": {"clicked.help": True}, "expect": {"hint": "tip/a"}}, site=SITE, live={"seconds": 30}).ok


@pytest.mark.parametrize(
    ("case", "code", "message"),
    [
        ({"live": {"secnds": 3}}, "unknown-fact", 'unknown fact "live.secnds"'),
        ({"live": {"seconds": True}}, "wrong-type", '"live.seconds" is a number of at least 0, got true'),
        ({"live": {"exit_intent": 1}}, "wrong-type", '"live.exit_intent" is true or false, got 1'),
        ({"history": [{"dismissed": "hlp"}]}, "unknown-experience", 'unknown experience "hlp"'),
        ({"expect": {"hint": {"waits": "hlp"}}}, "unknown-experience", 'unknown experience "hlp"'),
    ],
)
def test_a_mistake_about_the_page_is_said(write: Write, case: dict[str, object], code: str, message: str) -> None:
    found = refused(write({"expect": {"hint": "page"}, **case}, site=SITE))
    assert [(one[0], one[1]) for one in found] == [(code, message)]


def test_what_happens_in_the_page_is_suggested_as_such(tmp_path: Path, write: Write) -> None:
    folder = write(site=SITE)
    with Mitate.from_path(folder) as mitate:
        found = suggest(mitate)
    assert found.left == ()
    assert {"name": "help/a is shown", "live": {"seconds": 20}, "expect": {"hint": "help/a"}}.items() <= found.raw[
        0
    ].items()
    assert not any("facts" in one and any(name.startswith("live.") for name in one["facts"]) for one in found.raw)  # type: ignore[attr-defined]
