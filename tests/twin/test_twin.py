"""The JavaScript twin: it answers, and refuses, as the engine does."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

import pytest

from mitate_rules.operators import TABLE

from .comparing import STATIC, Vector, ask, disagreement, shortest
from .vectors import DOCUMENT, context, rules

SEED: Final = 20261121
EACH: Final = 6
"""Contexts for each rule."""

WORDS: Final[Mapping[str, Mapping[str, object]]] = {"rules-edge.js": DOCUMENT, "rules-snippet.js": {}}
BUILDS: Final = (*WORDS, "rules-jsonlogic.js")
LIMIT: Final = 1300
"""Bytes of the page's evaluator, compressed with gzip -9."""


@pytest.mark.parametrize(("build", "count"), [("rules-edge.js", 4000), ("rules-snippet.js", 2000)])
def test_thirty_thousand_rules_and_visitors_are_answered_and_refused_alike(build: str, count: int) -> None:
    draw = random.Random(SEED)
    edge = build == "rules-edge.js"
    vectors = [Vector(rule, [context(draw) for _ in range(EACH)]) for rule in rules(SEED, count, edge=edge)]
    said = ask(build, vectors, DOCUMENT if edge else None)
    pairs = zip(vectors, said, strict=True)
    assert shortest(disagreement(vector, answer, WORDS[build], form=edge) for vector, answer in pairs) == ""
    assert sum("answers" in answer for answer in said) * EACH >= (20_000 if edge else 12_000)


CASES: Final = cast(
    "dict[str, Any]", json.loads((Path(__file__).parents[1] / "cases" / "rules.json").read_text(encoding="utf-8"))
)


def test_the_shared_cases_have_their_values_in_the_edge_too() -> None:
    cases = [case for case in CASES["cases"] if "value" in case]
    said = ask("rules-edge.js", [Vector(case["rule"], [case["context"]]) for case in cases], CASES)
    assert [answer["answers"] for answer in said] == [[case["value"]] for case in cases]


def test_the_shared_cases_of_bad_rules_are_refused_in_the_edge_too() -> None:
    words = {name: CASES[name] for name in ("facts", "audiences", "lists")}
    vectors = [Vector(case["rule"], [{}]) for case in CASES["cases"] if "diagnostics" in case]
    pairs = zip(vectors, ask("rules-edge.js", vectors, CASES), strict=True)
    assert shortest(disagreement(vector, said, words) for vector, said in pairs) == ""


# -- the page's build


def test_the_pages_evaluator_weighs_at_most_1300_bytes_compressed() -> None:
    assert len(gzip.compress((STATIC / "rules-snippet.js").read_bytes(), 9, mtime=0)) <= LIMIT


def test_the_page_has_the_operators_the_table_says_and_refuses_every_other_by_name() -> None:
    examples = {row.name: json.loads(row.example) for row in TABLE if row.targeting}
    said = ask("rules-snippet.js", [Vector({row.name: [1, 1, 1]}) for row in TABLE])
    assert {row.name for row, answer in zip(TABLE, said, strict=True) if "error" not in answer} == {
        row.name for row in TABLE if row.snippet
    }
    refused = [answer for row, answer in zip(TABLE, said, strict=True) if not row.snippet]
    assert {answer["error"] for answer in refused} == {"SyntaxError"}
    assert [answer["message"] for answer in refused] == [
        f"unknown operator {row.name}" for row in TABLE if not row.snippet
    ]
    assert set(examples) >= {row.name for row in TABLE if row.snippet}


HOSTILE: Final = ["__proto__", "constructor", "toString", "hasOwnProperty", "length", "__defineGetter__", "valueOf"]


@pytest.mark.parametrize("build", BUILDS)
def test_no_build_has_an_operator_that_every_object_inherits(build: str) -> None:
    vectors = [Vector(json.loads(f'{{"{name}": [1]}}'), [{}]) for name in HOSTILE]
    assert ["error" in answer for answer in ask(build, vectors)] == [True] * len(HOSTILE)


def test_no_fact_is_inherited_and_no_length_is_one() -> None:
    items: list[object] = [[1, 2], "text", {"n": {"length": 7}}]
    names = [*HOSTILE, *(f"n.{name}" for name in HOSTILE), "0.length", "1.length", "__proto__.x"]
    vectors = [Vector({"some": [{"var": "items"}, {"var": name}]}, [{"items": items}]) for name in names]
    loose = [Vector({"some": [{"var": "items"}, {"var": name}]}, data=[{"items": items}]) for name in names]
    for build, asked in (("rules-edge.js", vectors), ("rules-jsonlogic.js", loose)):
        answers = [answer["answers"] for answer in ask(build, asked)]
        assert [name for name, answer in zip(names, answers, strict=True) if answer != [False]] == ["n.length"]


def raw(text: str) -> list[dict[str, object]]:
    """Ask every build of rules too deep for Python's own writer of JSON."""
    return [ask(build, [cast(Vector, _Raw(text))])[0] for build in BUILDS]


class _Raw:
    def __init__(self, rule: str) -> None:
        self._rule = rule

    def to_json(self) -> str:
        return f'{{"rule": {self._rule}, "contexts": [{{}}]}}'


@pytest.mark.parametrize(
    "text",
    [
        '{"!":' * 3000 + '{"var":"x"}' + "}" * 3000,
        '{"!":[' * 300 + '{"var":"x"}' + "]}" * 300,
        '{"if":[' * 60 + '{"var":"x"}' + ",true,false]}" * 60,
        '{"and":[' + ",".join(['{"var":"x"}'] * 150_000) + "]}",
    ],
    ids=["deep", "deep in lists", "conditions in conditions", "wide"],
)
def test_a_hostile_rule_is_refused_when_it_is_loaded(text: str) -> None:
    for build, answer in zip(BUILDS, raw(text), strict=True):
        if build == "rules-jsonlogic.js" and "if" in text:
            continue  # compiled once and not doubled
        assert answer.get("error") in ("too-deep", "too-large", "RangeError"), build


def test_no_glob_is_slow() -> None:
    vectors = [Vector({"matches_glob": [{"var": "x"}, "**a*" * 60 + "b"]}, [{"x": "a" * 3000}])]
    for build in WORDS:
        assert ask(build, vectors) == [{"answers": [False]}]


@pytest.mark.parametrize("build", BUILDS)
def test_no_build_runs_text_as_code_or_touches_the_page(build: str) -> None:
    built = (STATIC / build).read_text("utf-8")
    assert (
        re.findall(r"\beval\b|\bFunction\b|\bimport\b|\bdocument\.\w|\bwindow\.|\bprocess\.|</script|<!--", built) == []
    )


# -- the official dialect


def test_all_278_cases_of_the_official_suite_pass_in_javascript() -> None:
    folder = os.environ.get("MITATE_SUITES")
    path = Path(folder) / "jsonlogic" / "compatible.json" if folder else None
    if path is None or not path.is_file():
        pytest.skip("set MITATE_SUITES to the folder that holds jsonlogic/compatible.json to run the official suite")
    suite = [row for row in json.loads(path.read_text(encoding="utf-8")) if isinstance(row, dict)]
    said = ask("rules-jsonlogic.js", [Vector(row["rule"], data=[row.get("data")]) for row in suite])
    failed = [
        row["description"]
        for row, answer in zip(suite, said, strict=True)
        if json.dumps(answer.get("answers")) != json.dumps([row["result"]])
    ]
    assert failed == []
    assert len(suite) == 278
