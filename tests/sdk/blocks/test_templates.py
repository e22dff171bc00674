"""Places for facts: how they are written, found, and what they show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate.blocks import compile_text
from mitate_rules import WITHHELD


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("Hello", {}, "Hello"),
        ("", {}, ""),
        ("Hello {{geo.city|there}}!", {"geo.city": "Osaka"}, "Hello Osaka!"),
        ("Hello {{geo.city|there}}!", {}, "Hello there!"),
        ("Hello {{geo.city|there}}!", {"geo.city": None}, "Hello there!"),
        ("Hello {{geo.city|there}}!", {"geo.city": WITHHELD}, "Hello there!"),
        ("Hello {{geo.city|there}}!", {"geo.city": ""}, "Hello there!"),
        ("Hello {{geo.city|there}}!", {"geo.city": {"en": "Osaka"}}, "Hello there!"),
        ("Hello {{geo.city}}!", {}, "Hello !"),
        ("{{ geo.city | over there }}", {}, "over there"),
        ("{{geo.city|a|b}}", {}, "a|b"),
        ("{{page.query.色|白}}", {"page.query.色": "赤"}, "赤"),
        ("{{a.b}}{{a.b}}", {"a.b": "x"}, "xx"),
        (r"\{{a.b}} {{a.b}}", {"a.b": "x"}, "{{a.b}} x"),
        (r"C:\{a} }} {", {}, r"C:\{a} }} {"),
        ("{{a.b}}", {"a.b": "{{c.d}}"}, "{{c.d}}"),
        ("<b>{{a.b}}</b>", {"a.b": "<i>"}, "<b><i></b>"),
    ],
)
def test_a_place_shows_its_fact_or_else_its_text(text: str, context: dict[str, object], expected: str) -> None:
    block, found = compile_text(text)
    assert found == []
    assert block.fill(context) == expected


@pytest.mark.parametrize(
    ("value", "english", "japanese"),
    [
        (0, "0", "0"),
        (-1, "-1", "-1"),
        (8900, "8900", "8900"),
        (10**40, "-", "-"),
        (3.0, "3", "3"),
        (100.0, "100", "100"),
        (0.5, "0.5", "0.5"),
        (1 / 3, "0.33", "0.33"),
        (-0.004, "0", "0"),
        (-0.006, "-0.01", "-0.01"),
        (float("nan"), "-", "-"),
        (float("inf"), "-", "-"),
        (True, "yes", "はい"),
        (False, "no", "いいえ"),
        (["a", 2, True], "a, 2, yes", "a、2、はい"),
        (["a", None, "", ["b"]], "a", "a"),
        ([], "-", "-"),
        (frozenset({"b", "a"}), "a, b", "a、b"),
    ],
)
def test_values_are_written_for_people(value: object, english: str, japanese: str) -> None:
    for language, expected in (("en", english), ("ja", japanese), ("xx", english)):
        block, _ = compile_text("{{a.b|-}}", language=language)
        assert block.fill({"a.b": value}) == expected


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a {{", "1:3", "a filling that never ends"),
        ("a\n {{b.c", "2:2", "a filling that never ends"),
        ("a\r\n{{b.c|d}", "2:1", "a filling that never ends"),
        ("{{a {{b.c}}", "1:1", "a filling that never ends"),
        ("{{}}", "1:1", "a filling without a fact's name"),
        ("{{|x}}", "1:1", "a filling without a fact's name"),
        ("{{#if a}}", "1:1", "a filling without a fact's name"),
        ("{{a..b}}", "1:1", "a filling without a fact's name"),
        ("{{interests.*}}", "1:1", "a filling without a fact's name"),
        ("ok \ufdd0", "1:4", "U+FDD0 is not a character"),
    ],
)
def test_a_place_that_is_none_is_an_error_with_its_position(text: str, place: str, message: str) -> None:
    _, found = compile_text(text)
    assert [(one.where, one.severity, one.message) for one in found] == [(place, "error", message)]
    assert found[0].hint is not None


def test_all_findings_come_at_once_in_the_order_of_the_text() -> None:
    _, found = compile_text("{{}} {{a.b}}\n{{x", facts=["a.c"])
    assert [(one.code, one.where) for one in found] == [
        ("bad-filling", "1:1"),
        ("unknown-fact", "1:6"),
        ("bad-filling", "2:1"),
    ]


def test_an_unknown_fact_is_an_error_that_names_the_near_one() -> None:
    _, found = compile_text("Hello {{geo.contry|there}}", facts=["geo.country", "geo.city"])
    assert [str(one) for one in found] == ['1:7 unknown fact "geo.contry" (did you mean "geo.country"?)']
    assert found[0].expected == "the name of a declared fact"
    assert found[0].got == "geo.contry"


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("interests.nurse-shoes", True),
        ("interests.", False),
        ("interests", False),
        ("events.purchase.count", True),
        ("events.count", False),
        ("events.a.b.count", False),
        ("page.query.a.b", True),
        ("geo.country", True),
        ("geoxcountry", False),
    ],
)
def test_a_star_in_a_declared_name_stands_for_one_segment_and_for_several_at_the_end(name: str, known: bool) -> None:
    declared = ["interests.*", "events.*.count", "page.query.*", "geo.country"]
    _, found = compile_text(f"{{{{{name}}}}}", facts=declared)
    assert (found == []) is known


def test_facts_read_are_those_of_the_places() -> None:
    assert compile_text("no place")[0].facts_read == frozenset()
    assert compile_text(r"{{a.b}} \{{x.y}} {{c.d|e}}")[0].facts_read == {"a.b", "c.d"}


def test_a_text_without_places_is_the_same_object_each_time() -> None:
    text = "nothing to fill"
    block, _ = compile_text(text)
    assert block.fill({}) is block.fill({"a": 1})


@given(st.text(), st.text())
def test_plain_text_is_kept_as_it_is(before: str, value: str) -> None:
    before = before.replace("{", "").replace("\\", "").replace("\ufdd0", "")
    block, found = compile_text(before + "{{a.b|?}}")
    assert found == []
    assert block.fill({"a.b": value}) == before + (value or "?")
