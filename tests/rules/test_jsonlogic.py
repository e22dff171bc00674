"""The official dialect: the official suite, and the places where other engines differ from JavaScript."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import cast

import pytest

from mitate_rules import LimitError, RuleError, compile_rule


def _suite() -> list[dict[str, object]]:
    folder = os.environ.get("MITATE_SUITES")
    path = Path(folder) / "jsonlogic" / "compatible.json" if folder else None
    if path is None or not path.is_file():
        pytest.skip("set MITATE_SUITES to the folder that holds jsonlogic/compatible.json to run the official suite")
    rows = cast("list[object]", json.loads(path.read_text(encoding="utf-8")))
    return [cast("dict[str, object]", row) for row in rows if isinstance(row, dict)]


def test_all_278_cases_of_the_official_suite_pass() -> None:
    suite = _suite()
    failed = [
        row["description"]
        for row in suite
        if json.dumps(compile_rule(row["rule"], dialect="jsonlogic")(row.get("data"))) != json.dumps(row["result"])
    ]
    assert failed == []
    assert len(suite) == 278


TRAPS: list[tuple[object, object, object]] = [
    ({"==": ["", 0]}, None, True),
    ({"==": [None, 0]}, None, False),
    ({"==": [None, False]}, None, False),
    ({"==": [True, "true"]}, None, False),
    ({"==": ["1.0", 1]}, None, True),
    ({"===": [1, 1.0]}, None, True),
    ({"===": [True, 1]}, None, False),
    ({"!!": {"var": "o"}}, {"o": {}}, True),
    ({"!!": [[]]}, None, False),
    ({"!!": ["0"]}, None, True),
    ({"var": ["x", 5]}, {"x": None}, None),
    ({"var": ["x", 5]}, {}, 5),
    ({"var": "a.b"}, {"a": {"b": 1}, "a.b": 2}, 1),
    ({"var": "l.-1"}, {"l": [1, 2]}, None),
    ({"var": "l.1"}, {"l": [1, 2]}, 2),
    ({"var": 1}, ["a", "b"], "b"),
    ({"var": {"var": "name"}}, {"name": "x", "x": 7}, 7),
    ({"<": [{"var": "gone"}, 1]}, {}, True),
    ({">=": [{"var": "gone"}, 0]}, {}, True),
    ({"<": ["abc", 5]}, None, False),
    ({"<": ["10", "9"]}, None, True),
    ({"in": [1, "123"]}, None, True),
    ({"in": [1, [True]]}, None, False),
    ({"in": ["a", {"var": "o"}]}, {"o": {"a": 1}}, False),
    ({"in": ["", ""]}, None, False),
    ({"%": [-5, 3]}, None, -2),
    ({"/": [1, 0]}, None, math.inf),
    ({"cat": [1.0, None, True]}, None, "1true"),
    ({"cat": [1e21, " ", 1e-7, " ", 0.1, " ", -1.5]}, None, "1e+21 1e-7 0.1 -1.5"),
    ({"missing": ["a", "b"]}, {"a": "", "b": 0}, ["a"]),
    ({"a": 1, "b": 2}, None, {"a": 1, "b": 2}),
    ({"+": ["3 apples", "4"]}, None, 7),
    ({"substr": ["日本語", -2, 1]}, None, "本"),
]


@pytest.mark.parametrize(("rule", "data", "expected"), TRAPS)
def test_values_are_read_as_javascript_reads_them(rule: object, data: object, expected: object) -> None:
    assert json.dumps(compile_rule(rule, dialect="jsonlogic")(data)) == json.dumps(expected)


def test_an_unknown_operator_is_an_error_and_not_a_value() -> None:
    with pytest.raises(RuleError) as error:
        compile_rule({"fliter": [1, 2]}, dialect="jsonlogic")
    (found,) = error.value.diagnostics
    assert (found.code, found.pointer, found.hint) == ("unknown-operator", "/fliter", 'did you mean "filter"?')


def test_doubling_text_again_and_again_stops_at_the_limit() -> None:
    double = {"cat": [{"var": "accumulator"}, {"var": "accumulator"}]}
    rule = {"reduce": [{"var": "items"}, double, "xxxxxxxx"]}
    with pytest.raises(LimitError, match="more work than the limit allows"):
        compile_rule(rule, dialect="jsonlogic")({"items": [0] * 64})


def test_the_names_a_rule_surely_reads_are_known() -> None:
    rule = {"and": [{"var": "a.b"}, {"some": [{"var": "list"}, {"var": "inner"}]}, {"var": {"var": "computed"}}]}
    assert compile_rule(rule, dialect="jsonlogic").facts_read == {"a.b", "list", "computed"}
