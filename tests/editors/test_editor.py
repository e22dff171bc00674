"""What an editor offers, explains and underlines: asked of VS Code's own JSON language service."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from mitate.context.facts import BUILT_IN
from mitate.editors import schemas
from mitate_rules.operators import TABLE

HERE = Path(__file__).parent
pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (HERE / "node_modules").is_dir(),
    reason="needs Node, and `npm ci` in tests/editors",
)

SITE: dict[str, Any] = {
    "$schema": "mitate-site.schema.json",
    "format": 1,
    "site": "shop",
    "timezone": "Asia/Tokyo",
    "facts": {
        "cart.items": {"type": "integer", "minimum": 0, "label": {"en": "items in the cart", "ja": "カートの点数"}},
        "user.plan": {
            "type": "string",
            "enum": ["free", "pro"],
            "purpose": "personalization",
            "values": {"pro": {"en": "Pro", "ja": "プロ"}},
        },
    },
    "interests": {"boots": {"label": {"en": "boots", "ja": "ブーツ"}}},
    "lists": {"partners": ["aoi.example"], "rivals": "rivals.txt"},
    "audiences": {
        "nurses": {
            "when": {">=": [{"var": "interests.boots"}, 0.4]},
            "label": {"en": "interested in boots", "ja": "ブーツに関心"},
        },
        "regular": {"when": {">=": [{"var": "visits.count"}, 3]}},
    },
    "slots": {"hero": {"label": {"en": "Hero"}, "reserve": "22rem"}, "guide": {"selector": "#guide"}},
    "goals": {"purchase": {"event": "buy", "value": "revenue", "label": {"en": "purchase"}}},
    "experiences": [
        {
            "id": "boots",
            "slot": "hero",
            "when": "WHEN",
            "variants": [{"id": "warm", "label": {"en": "Warm"}, "block": "blocks/warm.html"}],
            "experiment": {"goals": ["purchase"], "layer": "top"},
        },
        "experiences/quiz.json",
    ],
}
"""The site that is edited: `WHEN` is where a test writes its rule."""

Ask = Callable[..., Any]


def written(**changes: str) -> str:
    """Write the document with a rule, or with something else in place of a piece of its text."""
    text = json.dumps(SITE, ensure_ascii=False).replace('"WHEN"', changes.pop("when", "true"))
    for old, new in changes.items():
        old = {"slot": '"slot": "hero"', "goal": '["purchase"]', "block": '"block": "blocks/warm.html"'}[old]
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    for name, text in {
        "site.json": written(),
        "blocks/warm.html": "<p>warm</p>",
        "blocks/cold.html": "<p>cold</p>",
        "experiences/quiz.json": "{}",
        "cases/first.json": "{}",
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def ask(folder: Path) -> Iterator[Ask]:
    """Ask what the editor says at ¦ of a text; one process answers all questions of these tests."""
    own = schemas(folder)
    with subprocess.Popen(
        ["node", "ask.mjs"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask(what: str, text: str, file: str = "site.json", of: Mapping[str, str] = own) -> Any:
            assert process.stdin is not None
            assert process.stdout is not None
            known = {f"file:///shop/{name}": json.loads(text) for name, text in of.items()}
            question = {"schemas": known, "uri": f"file:///shop/{file}", "text": text, "do": what}
            process.stdin.write(json.dumps(question) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()
        process.wait(timeout=10)


def complete(ask: Ask, text: str, file: str = "site.json") -> dict[str, str]:
    return {label.strip('"'): said for label, said in cast("dict[str, str]", ask("complete", text, file)).items()}


def hover(ask: Ask, text: str, file: str = "site.json") -> str:
    (said,) = ask("hover", text, file)
    return cast(str, said).replace("\\\n", "\n").replace("\\", "")


# -- completion


@pytest.mark.parametrize("when", ['{"¦"}', '{"and": [{"¦"}]}', '{"!": {"or": [true, {"¦"}]}}'])
def test_every_operator_for_targeting_completes_and_says_what_it_does(ask: Ask, when: str) -> None:
    offered = complete(ask, written(when=when))
    assert set(offered) == {row.name for row in TABLE if row.targeting}
    assert offered["starts_with"].startswith("Test that a text starts with another")
    assert all(offered[row.name].startswith(row.does) for row in TABLE if row.targeting)


@pytest.mark.parametrize("when", ['{"var": "¦"}', '{"==": [{"var": "¦"}, "JP"]}', '{"and": [{"<": [{"var": ¦}, 3]}]}'])
def test_every_fact_completes_the_built_in_and_the_site_s_own(ask: Ask, when: str) -> None:
    offered = complete(ask, written(when=when))
    assert {name for name in BUILT_IN if "*" not in name} <= set(offered)
    assert offered["geo.country"] == "country · 国\n\nstring; usable before consent"
    assert offered["cart.items"] == (
        "items in the cart · カートの点数\n\ninteger, 0 or more; needs consent to personalization"
    )
    assert offered["interests.boots"].startswith("interest in boots · ブーツへの関心度\n\nnumber, a score, 0 to 1")
    assert "interests.name" not in offered


def test_the_site_s_audiences_complete_with_their_rules(ask: Ask) -> None:
    assert complete(ask, written(when='{"audience": "¦"}')) == {
        "nurses": 'interested in boots · ブーツに関心\n\nFor whom: {">=": [{"var": "interests.boots"}, 0.4]}',
        "regular": 'For whom: {">=": [{"var": "visits.count"}, 3]}',
    }


def test_the_site_s_slots_complete_with_their_places(ask: Ask) -> None:
    slots = {"hero": 'Hero\n\nAt [data-mitate="hero"], 22rem kept free', "guide": "At #guide"}
    assert complete(ask, written(slot='"slot": "¦"')) == slots
    assert complete(ask, written(slot='"slots": ["¦"]')) == slots
    assert complete(ask, written(block='"content": {"¦"}')) == slots


def test_the_site_s_lists_complete(ask: Ask) -> None:
    assert complete(ask, written(when='{"in_list": [{"var": "account.domain"}, "¦"]}')) == {
        "partners": '1 entry: "aoi.example"',
        "rivals": "The lines of rivals.txt",
    }


def test_the_site_s_goals_and_blocks_complete(ask: Ask) -> None:
    assert complete(ask, written(goal='["¦"]')) == {
        "purchase": "purchase\n\nReached by the event buy, worth its revenue"
    }
    assert list(complete(ask, written(block='"block": "¦"'))) == ["blocks/cold.html", "blocks/warm.html"]


@pytest.mark.parametrize(
    ("when", "value", "said"),
    [
        ('{"==": [{"var": "geo.country"}, "¦"]}', "JP", "Japan · 日本"),
        ('{"!=": [{"var": "user.plan"}, ¦]}', "pro", "Pro · プロ"),
        ('{"in": [{"var": "device.type"}, ["phone", "¦"]]}', "tablet", "tablet · タブレット"),
        ('{"==": [{"var": "time.weekday"}, ¦]}', "6", "Saturday · 土"),
    ],
)
def test_the_values_of_a_fact_complete_beside_it(ask: Ask, when: str, value: str, said: str) -> None:
    assert complete(ask, written(when=when))[value] == said


# -- hover


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ('{"audience": "nur¦ses"}', "interested in boots · ブーツに関心\n\nFor whom: "),
        ('{"==": [{"var": "geo.cou¦ntry"}, "JP"]}', "country · 国\n\nstring; usable before consent"),
        ('{"==": [{"var": "geo.country"}, "J¦P"]}', "Japan · 日本"),
        ('{"and": [{"s¦tarts_with": [{"var": "page.path"}, "/a"]}]}', "Test that a text starts with another"),
        ('{"<": [{"var": "cart.it¦ems"}, 3]}', "items in the cart · カートの点数\n\ninteger, 0 or more"),
        ('{"<": [{"var": "interests.boo¦ts"}, 0.3]}', "interest in boots · ブーツへの関心度"),
    ],
)
def test_hover_explains_what_stands_there(ask: Ask, when: str, said: str) -> None:
    assert hover(ask, written(when=when)).startswith(said)


def test_hover_explains_keys_and_slots(ask: Ask) -> None:
    assert hover(ask, written(slot='"slot": "he¦ro"')) == 'Hero\n\nAt [data-mitate="hero"], 22rem kept free'
    assert hover(ask, written().replace('"experiences"', '"exp¦eriences"')).startswith("in priority order")


# -- underlining


def test_a_good_document_has_nothing_underlined(ask: Ask) -> None:
    rule = '{"or": [{"audience": "nurses"}, {"some": [{"var": "account.technologies"}, {"==": [{"var": ""}, "x"]}]}]}'
    assert ask("validate", written(when=rule)) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"slot": '"slot": "her"'}, 'Value is not accepted. Valid values: "hero", "guide".'),
        ({"when": '{"audience": "nurse"}'}, 'Value is not accepted. Valid values: "nurses", "regular".'),
        ({"when": '{"audiense": "nurses"}'}, "Property audiense is not allowed."),
        ({"goal": '["buy"]'}, 'Value is not accepted. Valid values: "purchase".'),
    ],
)
def test_a_misspelt_name_is_underlined(ask: Ask, changes: dict[str, str], message: str) -> None:
    assert ask("validate", written(**changes)) == [message]


# -- the files beside the document


def test_a_file_of_experiences_completes_like_the_document(ask: Ask) -> None:
    text = '{"$schema": "../mitate-experience.schema.json", "id": "quiz", "slot": "¦", "variants": [{"id": "a"}]}'
    assert list(complete(ask, text, "experiences/quiz.json")) == ["hero", "guide"]
    text = text.replace("¦", "hero").replace('"variants"', '"when": {"audience": "¦"}, "variants"')
    assert list(complete(ask, text, "experiences/quiz.json")) == ["nurses", "regular"]
    assert ask("validate", text.replace("¦", "nurses"), "experiences/quiz.json") == []


def test_cases_complete_slots_variants_and_facts(ask: Ask) -> None:
    text = '{"$schema": "../mitate-cases.schema.json", "cases": [{"facts": {"FACT"}, "expect": {EXPECT}}]}'
    slots = complete(ask, text.replace("EXPECT", '"¦"'), "cases/first.json")
    assert [name for name in slots if name != "*"] == ["hero", "guide"]
    shown = complete(ask, text.replace("EXPECT", '"hero": "¦"'), "cases/first.json")
    assert (shown["boots/warm"], shown["page"]) == ("Warm", "The page's own content")
    facts = complete(ask, text.replace("EXPECT", "").replace('"FACT"', '"¦"'), "cases/first.json")
    assert facts["cart.items"].startswith("items in the cart")


ROOT = HERE.parents[1]
SITES = sorted(
    file.parent
    for pattern in ("server/mitate_server/demo/sites/*", "examples/*/*")
    for file in ROOT.glob(f"{pattern}/site.json")
)


@pytest.mark.parametrize("shown", SITES, ids=lambda shown: shown.name)
def test_nothing_is_underlined_in_the_sites_that_are_shown(ask: Ask, shown: Path) -> None:
    known = schemas(shown)
    for file in [shown / "site.json", *sorted((shown / "cases").glob("*.json"))]:
        name = file.relative_to(shown).as_posix()
        assert (name, ask("validate", file.read_text("utf-8"), name, known)) == (name, [])
