"""The content kinds that change a page's own elements, as a document writes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from mitate import Mitate, Visitor, check, load
from mitate.document import site_schema
from mitate.model import Basis, Site

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a site whose one variant has this content."""

    def begin(content: dict[str, object], shadow: bool = False) -> Path:
        document: dict[str, object] = {
            "format": 1,
            "site": "shop",
            "timezone": "Asia/Tokyo",
            "consent": {"default": "granted"},
            "interests": {"sport": {}, "politics": {}},
            "facts": {"stock.red": {"type": "integer"}, "stock.note": {"type": "string"}},
            "slots": {"list": {"reserve": "10rem", "shadow": shadow}},
            "experiences": [{"id": "one", "slot": "list", "variants": [{"id": "a", **content}]}],
        }
        (tmp_path / "site.json").write_text(json.dumps(document, indent=1), "utf-8")
        return tmp_path

    return begin


def counting(path: Path) -> list[tuple[str, str, str, str | None]]:
    return [(one.severity, one.message, one.pointer, one.hint) for one in check(path) if one.code == "counts-unseen"]


@pytest.mark.parametrize(
    ("content", "reserve", "exposed", "hint"),
    [
        ({"html": ""}, None, "applied", None),
        ({"html": ""}, "10rem", "applied", None),
        ({"text": "x"}, None, "seen", None),
        (
            {"operations": [{"select": ".badge", "hide": True}]},
            None,
            "applied",
            'to count it when seen, keep the slot\'s height: "reserve": "22rem"',
        ),
        ({"operations": [{"select": ".badge", "hide": True}]}, "10rem", "seen", None),
        ({"operations": [{"attributes": {"hidden": ""}}]}, "10rem", "applied", None),
    ],
)
def test_where_a_variant_leaves_less_to_see_every_arm_counts_without_being_seen(
    write: Write, content: dict[str, object], reserve: str | None, exposed: str, hint: str | None
) -> None:
    path = write(content)
    assert counting(path) == []  # one variant is compared with nothing
    document = json.loads((path / "site.json").read_text("utf-8"))
    document["slots"]["list"] = {} if reserve is None else {"reserve": reserve}
    document["experiences"][0]["variants"].append({"id": "page"})
    (path / "site.json").write_text(json.dumps(document), "utf-8")
    site = the_site(path)
    assert site.experiences["one"].exposed_when(site.slots) == exposed
    said = '"one" counts on every page with its slot, seen or not: a variant leaves nothing, or less, to see'
    expected = [("note", said, "/experiences/0/variants", hint)] if exposed == "applied" else []
    assert counting(path) == expected


def order(**parts: object) -> dict[str, object]:
    return {"order": {"items": ".card", "key": "data-color", "by": "affinity.color", "do": "rank", **parts}}


def said(path: Path) -> list[str]:
    """Give each finding as `code pointer: hint`, the experience's own pointer left out."""
    return [
        f"{one.code} {one.pointer.removeprefix('/experiences/0/variants/0')}: {one.hint}"
        for one in check(path)
        if one.code != "no-reserve"
    ]


def the_site(path: Path) -> Site:
    return load(path).site


def test_a_good_list_of_operations_is_loaded_and_says_what_it_reads(write: Write) -> None:
    path = write({"operations": [{"select": ".price", "text": "{{geo.city|here}}"}, {"append": "<i>x</i>"}]})
    assert said(path) == []
    site = the_site(path)
    content = site.experiences["one"].variants[0].content["list"]
    assert (content.kind, content.source) == ("operations", "site.json")
    assert site.reads >= {"geo.city"}


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (
            {"select": ".price"},
            "missing-key /operations/0: None",
        ),
        ({"text": "x", "html": "x"}, "too-many /operations/0: None"),
        ({"selector": ".price", "hide": True}, 'unknown-key /operations/0/selector: did you mean "select"?'),
        ({"select": ".price", "style": {"color": "red"}}, 'unknown-key /operations/0/style: did you mean "styles"?'),
        ({"select": "li >", "hide": True}, "bad-selector /operations/0/select: None"),
        ({"select": "li", "move": {"after": "[x"}}, "bad-selector /operations/0/move/after: None"),
        ({"select": "li", "move": {}}, "missing-key /operations/0/move: None"),
        ({"select": "li", "hide": False}, "wrong-type /operations/0/hide: leave the key out where it isn't meant"),
        (
            {"hide": True},
            'missing-key /operations/0: write "html": "" to empty the slot, or select an element inside',
        ),
        (
            {"remove": True},
            'missing-key /operations/0: write "html": "" to empty the slot, or select an element inside',
        ),
        (
            {"before": "<i></i>"},
            'missing-key /operations/0: the slot ends there: write "prepend", or select an element inside',
        ),
        (
            {"classes": {"add": ["two words"]}},
            "bad-value /operations/0/classes/add/0: one name, without spaces and fillings",
        ),
        (
            {"classes": {"add": ["{{geo.city}}"]}},
            "bad-value /operations/0/classes/add/0: one name, without spaces and fillings",
        ),
        (
            {"styles": {"background": "url(x)"}},
            "unsafe-style /operations/0/styles/background: give the element a class, and let the page's own style sheet "
            "load it",
        ),
        (
            {"attributes": {"onclick": "go()"}},
            "unsafe-attribute /operations/0/attributes/onclick: use events: mitate.track(…), or a listener in the page's "
            "own script",
        ),
        (
            {"image": {"src": "/a.jpg"}},
            'image-without-alt /operations/0/image: add "alt": what the new picture shows, or "" when it only decorates',
        ),
    ],
)
def test_what_is_wrong_with_an_operation_is_said_in_its_place(
    write: Write, operation: dict[str, object], expected: str
) -> None:
    found = said(write({"operations": [operation]}))
    assert expected in found
    assert len([one for one in found if not one.startswith("missing-key")]) <= 1


def test_a_finding_stands_at_the_line_of_its_operation(write: Write) -> None:
    path = write({"operations": [{"text": "fine"}, {"html": "<p>\n<script></script></p>"}]})
    (found,) = [one for one in check(path) if one.severity == "error"]
    lines = (path / "site.json").read_text("utf-8").splitlines()
    assert found.line is not None
    assert "<script>" in lines[found.line - 1]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, []),
        ({"by": "interests", "fixed": 3, "unexpected": 0.3, "at_least": 0.2}, []),
        ({"do": "highlight", "label": {"en": "yours", "ja": "あなたの"}, "class": "mine"}, []),
        ({"do": "highlight", "label": "yours"}, []),
        ({"by": "stock"}, []),
        ({"by": "interest"}, ['unknown-fact /order/by: did you mean "interests"?']),
        ({"by": "geo"}, []),
        (
            {"by": "device"},
            [],
        ),
        ({"by": "campaign"}, ["unknown-fact /order/by: declare facts such as campaign.black, or write interests"]),
        ({"items": "li >"}, ["bad-selector /order/items: None"]),
        ({"unexpected": 30}, ["out-of-range /order/unexpected: write 0.3 for 30 %"]),
        ({"fixed": -1}, ["out-of-range /order/fixed: None"]),
        (
            {"do": "highlight", "fixed": 3},
            ['unused-key /order/fixed: leave it out, or write "do": "rank"'],
        ),
        ({"pinned": 3}, ['unknown-key /order/pinned: did you mean "fixed"?']),
    ],
)
def test_an_order_is_checked(write: Write, parts: dict[str, object], expected: list[str]) -> None:
    assert said(write(order(**parts))) == expected


def test_the_facts_that_weigh_are_read_and_say_what_the_decision_rests_on(write: Write) -> None:
    interests = the_site(write(order(by="interests")))
    assert (interests.reads, interests.experiences["one"].basis) == (
        frozenset({"interests.sport", "interests.politics"}),
        Basis.BEHAVIOR,
    )
    own = the_site(write(order(by="stock", label={"ja": "あなたの"})))
    assert (own.reads, own.experiences["one"].basis) == (frozenset({"stock.red", "page.language"}), Basis.SITUATION)
    open_end = the_site(write(order()))
    assert (open_end.reads, open_end.experiences["one"].basis) == (frozenset({"affinity.color.*"}), Basis.BEHAVIOR)


def test_a_backend_says_values_that_no_document_could_list(write: Write) -> None:
    mitate = Mitate.from_path(write(order(do="highlight", label="yours", at_least=0.5)))
    traits = {"affinity.color.black": 0.8, "affinity.color.teal": 0.5, "affinity.color.red": 0.1, "affinity.brand.x": 1}
    decision = mitate.decide(Visitor(traits=traits))["list"]
    assert (decision.kind, decision.value) == (
        "order",
        {
            "items": ".card",
            "key": "data-color",
            "do": "highlight",
            "label": "yours",
            "class": "mitate-preferred",
            "weights": {"black": 1, "teal": 1},
        },
    )


def test_a_rank_marks_nothing_unless_it_is_asked_to(write: Write) -> None:
    def class_of(**parts: object) -> object:
        filling = the_site(write(order(**parts))).experiences["one"].variants[0].content["list"].filling
        return cast("dict[str, object]", filling.fill({})).get("class")

    assert [class_of(), class_of(label="yours"), class_of(**{"class": "mine"})] == [None, "mitate-preferred", "mine"]


def test_the_schema_completes_operations_and_orders() -> None:
    definitions = cast("dict[str, dict[str, dict[str, object]]]", site_schema()["$defs"])
    operations = set(definitions["page_operation"]["properties"])
    assert operations == {
        *("select", "html", "text", "attributes", "classes", "styles", "image", "before", "after"),
        *("prepend", "append", "move", "remove", "hide"),
    }
    assert set(definitions["order"]["properties"]) == {
        *("items", "key", "by", "do", "fixed", "unexpected", "at_least", "class", "label")
    }


def test_what_a_framework_would_fall_over_is_warned_of(write: Write) -> None:
    operations = [{"select": "li", "remove": True}, {"select": "li", "hide": True}, {"append": "<i>x</i>"}]
    assert said(write({"operations": operations})) == []
    hint = "use attributes, classes, styles, image or hide, or show a block of your own instead"
    assert said(write({"operations": operations}, shadow=True)) == [
        f"framework-nodes /operations/0/remove: {hint}",
        f"framework-nodes /operations/2/append: {hint}",
    ]
    assert said(write(order(), shadow=True)) == ['framework-nodes /order/do: write "do": "highlight"']
    assert said(write(order(do="highlight"), shadow=True)) == []
    load(write(order(), shadow=True))


@pytest.mark.parametrize(("heading", "kind"), [("Operation", "operations"), ("Order", "order")])
def test_the_example_in_the_reference_is_one(write: Write, heading: str, kind: str) -> None:
    page = (Path(__file__).parents[3] / "docs" / "document.md").read_text("utf-8")
    example = page.split(f"\n## {heading}\n")[1].split("```json\n")[1].split("```")[0]
    assert said(write({kind: json.loads(example)})) == []
