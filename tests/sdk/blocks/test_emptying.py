"""What content leaves nothing to see of: the slot, parts of it, or nothing."""

from __future__ import annotations

import pytest

from mitate.blocks import Taken, compile_block, compile_operations, taken

CONTENTS: list[tuple[str, object, Taken]] = [
    ("html", "", "all"),
    ("html", " \n<!-- nothing\nhere --> <!---->", "all"),
    ("html", "<i></i>", "nothing"),
    ("html", "<!-- a --><p>shoes</p>", "nothing"),
    ("text", "", "all"),
    ("text", "\t ", "all"),
    ("text", "<!-- words -->", "nothing"),
    ("attributes", {}, "nothing"),
    ("attributes", {"title": "hidden"}, "nothing"),
    ("attributes", {"hidden": ""}, "all"),
    ("attributes", {"style": "color: red; DISPLAY : none !important"}, "all"),
    ("attributes", {"style": "--display: none; display: block"}, "nothing"),
    ("json", None, "nothing"),
    ("json", {"html": ""}, "nothing"),
    ("redirect", "", "nothing"),
    ("order", {"items": ".card"}, "nothing"),
]

OPERATIONS: list[tuple[list[dict[str, object]], Taken]] = [
    ([{"select": ".price", "text": "8,900"}, {"append": "<i>new</i>"}], "nothing"),
    ([{"classes": {"add": ["hidden"]}}], "nothing"),
    ([{"select": "li", "move": {"before": "li.first"}}], "nothing"),
    ([{"select": "img", "image": {"alt": ""}}], "nothing"),
    ([{"append": ""}], "nothing"),
    ([{"styles": {"display": "flex", "color": "none"}}], "nothing"),
    ([{"styles": {"display": " NONE ! important"}}], "all"),
    ([{"attributes": {"hidden": ""}}], "all"),
    ([{"html": ""}], "all"),
    ([{"text": " "}], "all"),
    ([{"hide": True}], "all"),
    ([{"select": ".badge", "hide": True}], "parts"),
    ([{"select": ".badge", "remove": True}], "parts"),
    ([{"select": ".badge", "html": "<!-- -->"}], "parts"),
    ([{"select": ".badge", "text": ""}], "parts"),
    ([{"select": ".badge", "styles": {"display": "none"}}], "parts"),
    ([{"select": ".badge", "hide": True}, {"html": ""}], "all"),
]


@pytest.mark.parametrize(("kind", "value", "expected"), CONTENTS)
def test_content_takes_away_what_it_leaves_nothing_to_see_of(kind: str, value: object, expected: Taken) -> None:
    assert taken(kind, value) == expected


@pytest.mark.parametrize(("operations", "expected"), OPERATIONS)
def test_operations_inside_a_slot_take_parts_of_it(operations: list[dict[str, object]], expected: Taken) -> None:
    filling, _ = compile_operations(operations)
    assert taken("operations", filling.fill({})) == expected


@pytest.mark.parametrize(("html", "expected"), [("{{geo.city}}", "all"), ("{{geo.city|here}}", "nothing")])
def test_a_place_without_a_default_may_leave_nothing(html: str, expected: Taken) -> None:
    block, _ = compile_block(html)
    assert taken("html", block.fill({})) == expected
