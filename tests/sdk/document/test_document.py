"""A site's folder: loaded whole, or every error with file, line, column, expected, got and a hint."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mitate import DocumentError, check, load
from mitate.model import Basis, Site

SITE: dict[str, object] = {
    "format": 1,
    "site": "shoes",
    "origins": ["https://shoes.example"],
    "timezone": "Asia/Tokyo",
    "audiences": {
        "nurses": {
            "when": {">=": [{"var": "interests.nurse-shoes"}, 0.4]},
            "label": {"en": "interested in nurse shoes"},
        }
    },
    "slots": {"hero": {"reserve": "22rem"}, "guide": {"selector": "#guide"}},
    "experiences": [
        {
            "id": "nurse-hero",
            "slot": "hero",
            "when": {"and": [{"audience": "nurses"}, {"==": [{"var": "geo.country"}, "JP"]}]},
            "variants": [{"id": "page"}, {"id": "light", "block": "blocks/light.html"}],
            "experiment": {"goals": ["purchase"]},
        }
    ],
    "interests": {"nurse-shoes": {"signals": [{"when": {"starts_with": [{"var": "page.path"}, "/nurse/"]}}]}},
    "goals": {"purchase": {"event": "purchase", "value": "revenue"}},
}

Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Write a site's folder; files by name, the document as JSON or as text."""

    def write(document: object = SITE, **files: str) -> Path:
        text = document if isinstance(document, str) else json.dumps(document, indent=2)
        (tmp_path / "site.json").write_text(text, "utf-8")
        for name, content in ({"blocks/light.html": "<h1>Light on your feet, all day.</h1>"} | files).items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_text(content, "utf-8")
        return tmp_path

    return write


def changed(**parts: object) -> dict[str, object]:
    """Give the document with some of its parts replaced."""
    return {**SITE, **parts}


def experience(**parts: object) -> dict[str, object]:
    """Give the document with its experience changed; None takes a key away."""
    first = cast("list[dict[str, object]]", SITE["experiences"])[0]
    return changed(experiences=[{key: value for key, value in {**first, **parts}.items() if value is not None}])


def errors(path: Path) -> list[str]:
    return [str(one) for one in check(path) if one.severity == "error"]


def test_a_good_folder_becomes_a_site(folder: Folder) -> None:
    site = load(folder()).site
    assert site.name == "shoes"
    assert [one.id for one in site.experiences.values()] == ["nurse-hero"]
    assert site.slots["hero"].selector == '[data-mitate="hero"]'
    assert site.slots["guide"].selector == "#guide"
    assert site.experiences["nurse-hero"].basis is Basis.BEHAVIOR
    assert site.interests["nurse-shoes"].half_life == 14 * 86400
    assert {"interests.nurse-shoes", "geo.country", "page.path"} <= site.reads
    assert site.experiences["nurse-hero"].variants[0].content == {}
    assert (
        site.experiences["nurse-hero"].variants[1].content["hero"].filling.fill({})
        == "<h1>Light on your feet, all day.</h1>"
    )


def test_the_version_is_the_hash_of_everything_the_folder_contributes(folder: Folder) -> None:
    first = load(folder()).site.version
    assert len(first) == 16
    assert load(folder()).site.version == first
    assert load(folder(SITE, **{"blocks/light.html": "<h1>Other</h1>"})).site.version != first
    assert load(folder(SITE, **{"unrelated.txt": "x"})).site.version == first


WRONG: Mapping[str, tuple[object, list[str]]] = {
    "an unknown key, with the one that was meant": (
        changed(experinces=[]),
        ['unknown key "experinces" (did you mean "experiences"?)'],
    ),
    "another tool's word": (changed(segments={}), ['unknown key "segments" (did you mean "audiences"?)']),
    "a wrong type": (changed(holdout="5%"), ['expected a number from 0 to 1, got "5%"']),
    "a holdout out of range": (changed(holdout=1.5), ["1.5 is not a number from 0 to 1 (write 0.015 for 1.5 %)"]),
    "a negative weight": (
        experience(variants=[{"id": "a", "weight": -1}]),
        ["-1 is not a number of at least 0", "no variant has any weight, so none could be shown"],
    ),
    "no weight at all": (
        experience(variants=[{"id": "a", "weight": 0}]),
        ["no variant has any weight, so none could be shown"],
    ),
    "an unknown time zone": (
        changed(timezone="Asia/Tokio"),
        ['unknown time zone "Asia/Tokio" (did you mean "Asia/Tokyo"?)'],
    ),
    "an unknown slot": (experience(slot="heroo"), ['unknown slot "heroo" (did you mean "hero"?)']),
    "no slot": (experience(slot=None), ['an experience needs "slot" or "slots" (name the place it fills)']),
    "a missing block file": (
        experience(variants=[{"id": "a", "block": "blocks/ligth.html"}]),
        ['there is no file "blocks/ligth.html" in the folder (did you mean "blocks/light.html"?)'],
    ),
    "a file outside the folder": (
        experience(variants=[{"id": "a", "block": "x/../../../etc/passwd"}]),
        ['"x/../../../etc/passwd" leads out of the site\'s folder'],
    ),
    "a bad selector": (
        changed(slots={"hero": {"selector": "#hero >"}}),
        ['"#hero >" is not a CSS selector: something must follow its last sign'],
    ),
    "a bad length": (changed(slots={"hero": {"reserve": "22 rem"}}), ['"22 rem" is not a CSS length such as "22rem"']),
    "a duplicate variant": (experience(variants=[{"id": "a"}, {"id": "a"}]), ['another variant is named "a" too']),
    "an unknown goal": (
        experience(experiment={"goals": ["purchse"]}),
        ['unknown goal "purchse" (did you mean "purchase"?)'],
    ),
    "a schedule that ends first": (
        experience(schedule={"from": "2026-12-02", "until": "2026-12-01"}),
        ["the schedule ends before it begins"],
    ),
    "a date that doesn't exist": (
        experience(schedule={"from": "2026-02-29"}),
        ['"2026-02-29" is not in the calendar: day is out of range for month'],
    ),
    "a schedule in a zone that doesn't exist": (
        experience(schedule={"timezone": "Mars/Base"}),
        ['unknown time zone "Mars/Base"'],
    ),
    "a cap of none": (experience(frequency={"max": 0, "per": "day"}), ["0 is not a whole number from 1 to 100"]),
    "an unknown topic": (
        changed(audiences={"nurses": {"when": {">=": [{"var": "interests.nurse-shoe"}, 0.4]}}}),
        ['unknown fact "interests.nurse-shoe" (did you mean "interests.nurse-shoes"?)'],
    ),
    "a sensitive topic that would be inferred": (
        changed(
            interests={
                "nurse-shoes": {"sensitive": True, "signals": [{"when": {"starts_with": [{"var": "page.path"}, "/x"]}}]}
            }
        ),
        [
            '"nurse-shoes" is sensitive, so it is never inferred (take the signals away; a visitor may still state the interest)'
        ],
    ),
    "an origin with a path": (
        changed(origins=["https://shoes.example/"]),
        [
            '"https://shoes.example/" is not an origin such as "https://shop.example" (scheme, host and port only: no path, no slash at the end)'
        ],
    ),
    "two contents": (
        experience(variants=[{"id": "a", "text": "x", "html": "y"}]),
        ['"html" and "text" exclude each other'],
    ),
    "a script in a block": (experience(variants=[{"id": "a", "html": "<script>x()</script>"}]), ["script"]),
}


@pytest.mark.parametrize(("document", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_with_its_place(folder: Folder, document: object, said: list[str]) -> None:
    found = [one for one in check(folder(document)) if one.severity == "error"]
    assert len(found) >= len(said)
    for message in said:
        fitting = [one for one in found if message in str(one)]
        assert fitting, f"{message!r} not in {[str(one) for one in found]}"
        assert all(one.line is not None and one.column is not None and one.file is not None for one in fitting)


def test_all_errors_are_reported_together_in_file_order(folder: Folder) -> None:
    path = folder(changed(holdout=2, timezone="Nowhere", slots={"hero": {"reserve": "x"}}, goals={}))
    found = errors(path)
    assert len(found) == 4  # time zone, length, the goal nobody knows, holdout
    lines = [int(one.split(":")[1]) for one in found]
    assert lines == sorted(lines)
    with pytest.raises(DocumentError) as raised:
        load(path)
    assert len(raised.value.diagnostics) >= 4


def test_an_audience_cycle_names_the_loop(folder: Folder) -> None:
    found = errors(
        folder(changed(audiences={"nurses": {"when": {"audience": "b"}}, "b": {"when": {"audience": "nurses"}}}))
    )
    assert any("nurses" in one and "b" in one and ("itself" in one or "cycle" in one or "→" in one) for one in found), (
        found
    )


def test_duplicate_experiences_and_keys_are_errors(folder: Folder) -> None:
    twice = cast("list[object]", SITE["experiences"]) * 2
    assert any(
        'another experience is named "nurse-hero" too' in one for one in errors(folder(changed(experiences=twice)))
    )
    text = json.dumps(SITE)[:-1] + ', "site": "boots"}'
    assert any("site" in one and ("twice" in one or "duplicate" in one) for one in errors(folder(text)))


def test_a_syntax_error_says_line_and_column(folder: Folder) -> None:
    found = errors(folder('{\n  "format": 1,\n  "site": shoes\n}'))
    assert found[0].startswith("site.json:3:")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_place_of_a_file_is_not_waited_for(folder: Folder) -> None:
    path = folder(changed())
    (path / "blocks" / "light.html").unlink()
    os.mkfifo(path / "blocks" / "light.html")
    assert [one.partition(" ")[2] for one in errors(path)] == ['can\'t read "blocks/light.html": it is no file']


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    found = errors(tmp_path)
    assert len(found) == 1
    assert 'there is no file "site.json"' in found[0]
    assert "mitate init" in found[0]


def test_experiences_may_live_in_files_in_order(folder: Folder) -> None:
    first = cast("list[dict[str, object]]", SITE["experiences"])[0]
    document = changed(experiences=["experiences/a.json", {**first, "id": "second"}, "experiences/b.json"])
    files = {
        "experiences/a.json": json.dumps({**first, "id": "first"}),
        "experiences/b.json": json.dumps([{**first, "id": "third"}, {**first, "id": "fourth"}]),
    }
    assert list(load(folder(document, **files)).site.experiences) == ["first", "second", "third", "fourth"]


def test_an_error_in_an_experience_file_names_that_file(folder: Folder) -> None:
    first = cast("list[dict[str, object]]", SITE["experiences"])[0]
    text = json.dumps([{**first, "slot": "nowhere"}], indent=1)
    found = errors(folder(changed(experiences=["experiences/a.json"]), **{"experiences/a.json": text}))
    assert len(found) == 1
    assert found[0].startswith("experiences/a.json:4:")


def test_a_row_of_accounts_that_does_not_parse_is_reported_with_its_line(folder: Folder) -> None:
    found = errors(folder(SITE, **{"accounts.csv": "name,cidr\nAoba,203.0.113.0/24\nBad,300.1.2.3/24\n"}))
    assert len(found) == 1
    assert found[0].startswith("accounts.csv:3:")


def test_lists_come_inline_or_from_a_file(folder: Folder) -> None:
    document = changed(lists={"targets": ["a.example"], "cities": "lists/cities.txt"})
    site: Site = load(folder(document, **{"lists/cities.txt": "# ours\nOsaka\n\n Kyoto \n"})).site
    assert site.lists["targets"] == frozenset({"a.example"})
    assert site.lists["cities"] == frozenset({"Osaka", "Kyoto"})


def test_several_slots_share_one_arm(folder: Folder) -> None:
    document = experience(
        slot=None,
        slots=["hero", "guide"],
        variants=[{"id": "a", "content": {"hero": {"text": "x"}, "guide": {"html": "<p>y</p>"}}}],
    )
    variant = load(folder(document)).site.experiences["nurse-hero"].variants[0]
    assert {slot: content.kind for slot, content in variant.content.items()} == {"hero": "text", "guide": "html"}


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = [
    "audiences",
    "slots",
    "experiences",
    "interests",
    "goals",
    "facts",
    "lists",
    "consent",
    "timezone",
    "origins",
    "holdout",
    "format",
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.dictionaries(st.sampled_from(KEYS), ANY_JSON, max_size=4))
def test_any_json_in_any_part_gives_diagnostics_never_a_crash(folder: Folder, parts: dict[str, object]) -> None:
    for one in check(folder(changed(**parts))):
        assert one.message


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(ANY_JSON)
def test_any_experience_gives_diagnostics_never_a_crash(folder: Folder, value: object) -> None:
    for wrapped in (
        value,
        {"id": "x", "slot": "hero", "variants": value},
        {"id": "x", "slot": "hero", "variants": [value]},
        {"id": "x", "slot": "hero", "when": value, "variants": [{"id": "a"}]},
    ):
        assert all(one.message for one in check(folder(changed(experiences=[wrapped]))))


def test_a_fact_declared_wrongly_is_one_error_and_rules_over_it_are_still_checked(folder: Folder) -> None:
    facts = {"cart.items": {"type": "nonsense"}, "cart.total": {"type": "integer", "minimum": "x"}}
    when = {"and": [{"==": [{"var": "cart.items"}, 1]}, {">": [{"var": "cart.total"}, "much"]}]}
    found = errors(folder({**experience(when=when), "facts": facts}))
    assert [one.partition(" ")[2].rpartition(", got ")[2] for one in found] == ['text "much"', '"nonsense"', '"x"']


# -- slots


def test_a_slot_says_what_is_special_about_it(folder: Folder) -> None:
    site = load(folder(changed(slots={"hero": {"live": True}, "guide": {"shadow": True}}))).site
    assert (site.slots["hero"].live, site.slots["hero"].shadow) == (True, False)
    assert (site.slots["guide"].live, site.slots["guide"].shadow) == (False, True)


def test_events_are_passed_on_to_analytics_that_exist(folder: Folder) -> None:
    assert load(folder(changed(forward=["segment", "ga4"]))).site.forward == ("ga4", "segment")
    (error,) = errors(folder(changed(forward=["mixpanel"])))
    assert error.endswith(' expected "ga4" or "segment", got "mixpanel"')


def jumps(path: Path) -> list[tuple[str, str, str]]:
    return [(one.severity, one.message, one.pointer) for one in check(path) if one.code == "no-reserve"]


def test_a_slot_that_grows_without_a_reserved_height_is_noted(folder: Folder) -> None:
    said = 'the slot "hero" reserves no height: the page below it jumps when a block is taller'
    assert jumps(folder(changed(slots={"hero": {}, "guide": {}}))) == [("note", said, "/slots/hero")]


UNRESERVED: dict[str, object] = {"slots": {"hero": {}, "guide": {}}}


@pytest.mark.parametrize(
    "document",
    [
        changed(slots={"hero": {"reserve": "22rem"}, "guide": {}}),
        changed(slots={"hero": {"live": True}, "guide": {}}),
        experience(status="paused") | UNRESERVED,
        experience(variants=[{"id": "page"}, {"id": "light", "json": {"beam": 1}}]) | UNRESERVED,
    ],
)
def test_a_slot_that_cannot_make_the_page_jump_is_not_noted(folder: Folder, document: object) -> None:
    assert jumps(folder(document)) == []
