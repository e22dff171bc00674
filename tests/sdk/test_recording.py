"""What a page reports becomes events of modest size, with numbers that every reader of them has."""

from __future__ import annotations

import json
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
    assert profile["events.n0-0.times"] == [NOW]
    assert (before, (mitate.profiles.export("v" * 22) or {})["events.n0-0"]) == ([1, NOW], [2, NOW])


DAY = 86_400.0
COUNTING: dict[str, object] = {
    "format": 1,
    "site": "t",
    "timezone": "UTC",
    "slots": {"hero": {}},
    "experiences": [
        {
            "id": "keen",
            "slot": "hero",
            "when": {"count_events": ["viewed_pricing", "30d", 2]},
            "variants": [{"id": "v", "html": "<p>Let us talk.</p>"}],
        }
    ],
}


class Shop:
    """A site that counts events, and a clock to turn."""

    def __init__(self, folder: Path) -> None:
        (folder / "site.json").write_text(json.dumps(COUNTING))
        self.now = NOW
        self.mitate = Mitate.from_path(folder, clock=lambda: self.now)

    def views_pricing(self, times: int = 1, visitor: Visitor = VISITOR) -> None:
        self.mitate.record(visitor, [Reported(type="track", name="viewed_pricing") for _ in range(times)])

    def variant(self, visitor: Visitor = VISITOR) -> str | None:
        return self.mitate.decide(visitor)["hero"].variant


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_events_are_counted_in_a_window_that_moves(shop: Shop) -> None:
    shop.views_pricing()
    assert shop.variant() is None
    shop.now += 20 * DAY
    shop.views_pricing()
    assert shop.variant() == "v"
    shop.now += 10 * DAY
    assert shop.variant() == "v"
    shop.now += 1
    assert shop.variant() is None


def test_an_event_sent_again_counts_once(shop: Shop) -> None:
    event = Reported(type="track", name="viewed_pricing", id=new_id())
    shop.mitate.record(VISITOR, [event])
    shop.mitate.record(VISITOR, [event])
    assert shop.variant() is None


def test_the_newest_fifty_times_of_an_event_are_remembered(shop: Shop) -> None:
    for _ in range(60):
        shop.now += 1
        shop.views_pricing()
    profile = shop.mitate.profiles.export("v" * 22) or {}
    assert profile["events.viewed_pricing.times"] == [NOW + second for second in range(11, 61)]
    assert profile["events.viewed_pricing"] == [60, NOW + 60]


def test_events_without_consent_are_not_remembered_and_the_rule_is_undecided(shop: Shop) -> None:
    silent = Visitor(id="v" * 22, page_view=new_id(), consent={"personalization": False, "analytics": True})
    shop.views_pricing(3, silent)
    assert shop.mitate.profiles.export("v" * 22) in (None, {})
    assert shop.mitate.decide(silent)["hero"].reason == "CONSENT"
    assert shop.variant() is None


# -- dismissals


@pytest.fixture
def offering(tmp_path: Path) -> Mitate:
    """Give a site that shows one experience to everyone."""
    keen = {"id": "keen", "slot": "hero", "variants": [{"id": "v", "html": "<p>Let us talk.</p>"}]}
    (tmp_path / "site.json").write_text(json.dumps({**COUNTING, "experiences": [keen]}))
    return Mitate.from_path(tmp_path, clock=lambda: NOW)


NEVER_AGAIN = Reported(type="dismiss", slot="hero", experience="keen", variant="v", id=new_id(), ago=1000)


def test_what_a_visitor_dismissed_is_not_shown_again(offering: Mitate) -> None:
    assert offering.decide(VISITOR)["hero"].variant == "v"
    assert offering.record(VISITOR, [NEVER_AGAIN], from_browser=True) == 1
    decided = offering.explain(VISITOR)
    assert (decided["hero"].variant, decided["hero"].reason) == (None, "SUPPRESSED")
    assert "was dismissed by this visitor" in decided.why("hero")


def test_a_dismissal_counts_once_and_from_the_first_time(offering: Mitate) -> None:
    offering.record(VISITOR, [NEVER_AGAIN])
    offering.record(VISITOR, [NEVER_AGAIN, Reported(type="dismiss", experience="keen", id=new_id())])
    assert (offering.profiles.export("v" * 22) or {})["dismissed.keen"] == NOW - 1
    assert [event.name for event in offering.events.read()] == ["dismiss", "dismiss"]


def test_a_dismissal_is_exported_and_erased_with_everything_else(offering: Mitate) -> None:
    offering.record(VISITOR, [NEVER_AGAIN])
    exported = json.loads(json.dumps(offering.export("v" * 22)))
    assert exported["profile"]["dismissed.keen"] == NOW - 1
    (event,) = exported["events"]
    assert (event["type"], event["experience"], event["variant"], event["slot"]) == ("dismiss", "keen", "v", "hero")
    assert offering.erase("v" * 22) == 1
    assert (offering.profiles.export("v" * 22), list(offering.events.read())) == (None, [])
    assert offering.decide(VISITOR)["hero"].variant == "v"


@pytest.mark.parametrize(("personalization", "analytics"), [(True, False), (False, True), (False, False)])
def test_a_dismissal_is_remembered_and_counted_as_the_visitor_allows(
    offering: Mitate, personalization: bool, analytics: bool
) -> None:
    consent = {"personalization": personalization, "analytics": analytics}
    offering.record(Visitor(id="v" * 22, page_view=new_id(), consent=consent), [NEVER_AGAIN])
    assert ("dismissed.keen" in (offering.profiles.export("v" * 22) or {})) is personalization
    assert len(list(offering.events.read())) == int(analytics)


def test_nothing_the_site_does_not_have_can_be_dismissed(offering: Mitate) -> None:
    assert offering.record(VISITOR, [Reported(type="dismiss", experience="no-such"), Reported(type="dismiss")]) == 0
    assert not offering.profiles.export("v" * 22)
