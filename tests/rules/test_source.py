"""The scanner: values, places, and every fault of a text at its line and column."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate_rules.source import scan

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.sampled_from([None, 1]))
def test_what_json_reads_is_read_the_same(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    positions = scan(text)
    assert positions.diagnostics == []
    assert positions.value == value


@given(st.text(alphabet='{}[]",:0123456789-.eE+ \n\t\\utrfalsn/NaI\ufeff', max_size=60))
def test_any_text_gives_a_value_or_findings_and_never_an_exception(text: str) -> None:
    positions = scan(text)
    if positions.diagnostics:
        assert all(one.line is not None and one.line >= 1 for one in positions.diagnostics)
    else:
        assert positions.value == json.loads(text.removeprefix("\ufeff"))


def test_every_value_and_key_has_its_place() -> None:
    positions = scan('{"a": [1,\n  {"b/c": "日本"}],\n "d~": null}')
    assert positions.find("") == (1, 1)
    assert positions.find("/a/0") == (1, 8)
    assert positions.find("/a/1/b~1c") == (2, 11)
    assert positions.find_key("/a/1/b~1c") == (2, 4)
    assert positions.find("/d~0") == (3, 8)
    assert positions.find("/gone") is None
    assert positions.nearest("/a/1/gone/deeper") == (2, 3)


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "hint"),
    [
        ("", "bad-json", 1, 1, None),
        ('{"a": 1,}', "bad-json", 1, 8, "JSON has no trailing comma"),
        ("[1,\n 2,\n]", "bad-json", 2, 3, "JSON has no trailing comma"),
        ("{'a': 1}", "bad-json", 1, 2, "JSON has straight double quotes only"),
        ("{a: 1}", "bad-json", 1, 2, "write the name in double quotes"),
        ('{"a": 1,, "b": 2}', "bad-json", 1, 9, "one comma is enough"),
        ("[1,, 2]", "bad-json", 1, 4, "one comma is enough"),
        ('{"a": 1 "b": 2}', "bad-json", 1, 9, "a comma is missing before it"),
        ('["a\nb"]', "bad-json", 1, 2, "write a line break as \\n; a tab as \\t"),
        ("[1 // one\n]", "bad-json", 1, 4, "remove the comment"),
        ("[True]", "bad-json", 1, 2, "write true"),
        ('["\\x41"]', "bad-json", 1, 2, 'a backslash is written "\\\\"'),
        ("[1] 2", "bad-json", 1, 5, None),
        ("[NaN]", "bad-number", 1, 2, "write null"),
        ("[-Infinity]", "bad-number", 1, 2, "write null"),
        ("[1e999]", "bad-number", 1, 2, None),
        ('["\\ud800"]', "bad-text", 1, 2, None),
        ('{"a": 1,\n "a": 2}', "duplicate-key", 2, 2, "only the last one would count"),
    ],
)
def test_each_fault_is_found_at_its_place(text: str, code: str, line: int, column: int, hint: str | None) -> None:
    (one,) = scan(text).diagnostics
    assert (one.code, one.line, one.column, one.hint) == (code, line, column, hint)


def test_all_faults_that_do_not_end_the_text_are_found() -> None:
    positions = scan('{"a": NaN, "a": "\\udfff", "b": Infinity}')
    assert [one.code for one in positions.diagnostics] == ["bad-number", "duplicate-key", "bad-text", "bad-number"]
    assert positions.duplicates == [("/a", 1, 12)]


def test_a_text_nested_a_hundred_thousand_deep_is_an_error() -> None:
    (one,) = scan("[" * 100_000).diagnostics
    assert one.message == "the document nests more than 500 levels"
