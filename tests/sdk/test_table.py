"""The slot table: what the page's loader must know, and no more; the same hash as long as nothing in it changes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mitate import load
from mitate.schedule import LATEST, instant
from mitate.table import SlotTables

NOW = instant("2026-11-21T12:00", "Asia/Tokyo")
END = "2026-12-26T00:00"


def site(*experiences: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "format": 1,
        "site": "shop",
        "timezone": "Asia/Tokyo",
        "slots": {"hero": {"reserve": "22rem"}, "guide": {"selector": "#guide"}, "end": {"live": True, "shadow": True}},
        "experiences": list(experiences),
        **more,
    }


def experience(name: str, slot: str = "hero", **more: Any) -> dict[str, Any]:
    return {"id": name, "slot": slot, "variants": [{"id": "a", "text": name}], **more}


def tables(folder: Path, *experiences: dict[str, Any], **more: Any) -> SlotTables:
    (folder / "site.json").write_text(json.dumps(site(*experiences, **more)), "utf-8")
    return SlotTables(load(folder).site)


def slots(tables: SlotTables, now: float = NOW) -> list[str]:
    found = tables.at(now)["slots"]
    assert isinstance(found, list)
    return [row["name"] for row in found]  # pyright: ignore[reportUnknownVariableType]


def test_a_row_says_only_what_is_not_as_the_loader_takes_it(tmp_path: Path) -> None:
    made = tables(tmp_path, experience("a"), experience("b", "guide"), experience("c", "end")).at(NOW)
    assert made["slots"] == [
        {"name": "hero", "reserve": "22rem"},
        {"name": "guide", "selector": "#guide"},
        {"name": "end", "live": True, "shadow": True},
    ]
    assert sorted(made) == ["hash", "site", "slots"]
    assert re.fullmatch("[0-9a-f]{8}", str(made["hash"]))


def test_slots_that_no_live_experience_changes_are_not_in_it(tmp_path: Path) -> None:
    control = {"id": "d", "slot": "end", "variants": [{"id": "page"}]}
    made = tables(tmp_path, experience("a", status="draft"), experience("b", "guide", status="paused"), control)
    assert slots(made) == []


def test_an_experience_that_is_over_takes_its_slot_away_at_the_moment_it_ends(tmp_path: Path) -> None:
    made = tables(tmp_path, experience("a", schedule={"until": END}), experience("b", "guide"))
    end = instant(END, "Asia/Tokyo")
    assert slots(made, end - 1) == ["hero", "guide"]
    assert slots(made, end) == ["guide"]
    assert slots(made, end - 1) == ["hero", "guide"]  # a clock set back


def test_an_experience_that_only_begins_later_is_in_it(tmp_path: Path) -> None:
    made = tables(tmp_path, experience("a", schedule={"from": "2026-12-01", "until": END}))
    assert slots(made) == ["hero"]


def test_in_the_visitors_own_time_the_last_place_on_earth_decides(tmp_path: Path) -> None:
    made = tables(tmp_path, experience("a", schedule={"until": END, "timezone": "visitor"}))
    last = instant(END, "UTC") + LATEST
    assert (slots(made, last - 1), slots(made, last)) == (["hero"], [])


def test_the_hash_is_the_same_until_something_in_the_table_changes(tmp_path: Path) -> None:
    made = tables(
        tmp_path,
        experience("a", schedule={"until": "2026-12-01"}),
        experience("b", schedule={"until": END}),
        experience("c", "guide"),
    )
    first, second = instant("2026-12-01", "Asia/Tokyo"), instant(END, "Asia/Tokyo")
    hashes = [made.at(at)["hash"] for at in (NOW, first - 1, first, second - 1, second)]
    assert len(set(hashes[:4])) == 1  # another experience still changes the slot
    assert hashes[4] != hashes[3]


def test_the_hash_covers_the_site_the_slots_the_operations_and_the_forwarding(tmp_path: Path) -> None:
    attributes = experience("a") | {"variants": [{"id": "a", "attributes": {"title": "hello"}}]}
    hashes = {
        str(tables(tmp_path, *experiences, **more).at(NOW)["hash"])
        for experiences, more in (
            ([experience("a")], {}),
            ([experience("a")], {"site": "club"}),
            ([experience("a")], {"slots": {"hero": {"reserve": "21rem"}}}),
            ([experience("a")], {"forward": ["ga4"]}),
            ([attributes], {}),
        )
    }
    assert len(hashes) == 5


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("attributes", {"title": "hello"}),
        ("operations", [{"select": "p", "hide": True}]),
        ("order", {"items": "li", "key": "data-color", "by": "affinity.color", "do": "rank"}),
        ("redirect", "/sale"),
    ],
)
def test_it_says_that_content_needs_the_operations(tmp_path: Path, kind: str, value: object) -> None:
    needs = {**experience("a", schedule={"until": END}), "variants": [{"id": "a", kind: value}]}
    made = tables(tmp_path, needs, experience("b"))
    assert made.at(NOW)["ops"] is True
    assert "ops" not in made.at(instant(END, "Asia/Tokyo"))


def test_it_says_where_events_are_passed_on_to(tmp_path: Path) -> None:
    made = tables(tmp_path, experience("a"), forward=["segment", "ga4", "ga4"])
    assert made.at(NOW)["forward"] == ["ga4", "segment"]
