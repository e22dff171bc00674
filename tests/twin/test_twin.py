"""The JavaScript twin: it answers, and refuses, as the engine does."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import subprocess
from pathlib import Path
from typing import Any, Final, cast

import pytest

from mitate_rules import compile_rule
from mitate_rules.values import truth

from .comparing import STATIC, Vector, Words, ask, disagreement, node, peer, shortest
from .vectors import DOCUMENT, PLAIN_FACTS, context, plain_context, plain_rules, rules

SEED: Final = 20261121
EACH: Final = 6
"""Contexts for each rule."""

BUILDS: Final = ("rules-edge.js", "rules-snippet.js", "rules-jsonlogic.js")
LIMIT: Final = 350
"""Bytes of the page's evaluator, compressed with gzip -9."""


def test_twenty_thousand_rules_and_visitors_are_answered_and_refused_alike() -> None:
    draw = random.Random(SEED)
    vectors = [Vector(rule, [context(draw) for _ in range(EACH)]) for rule in rules(SEED, 4000, edge=True)]
    said = ask("rules-edge.js", vectors, DOCUMENT)
    pairs = zip(vectors, said, strict=True)
    assert shortest(disagreement(vector, answer, DOCUMENT) for vector, answer in pairs) == ""
    assert sum("answers" in answer for answer in said) * EACH >= 20_000


CASES: Final = cast(
    "dict[str, Any]", json.loads((Path(__file__).parents[1] / "cases" / "rules.json").read_text(encoding="utf-8"))
)
SHARED: Final = Words(CASES["facts"], CASES["audiences"], CASES["lists"])


def test_the_shared_cases_have_their_values_in_the_edge_too() -> None:
    cases = [case for case in CASES["cases"] if "value" in case]
    said = ask("rules-edge.js", [Vector(case["rule"], [case["context"]]) for case in cases], SHARED)
    assert [answer["answers"] for answer in said] == [[case["value"]] for case in cases]


def test_the_shared_cases_of_bad_rules_are_refused_in_the_edge_too() -> None:
    vectors = [Vector(case["rule"], [{}]) for case in CASES["cases"] if "diagnostics" in case]
    pairs = zip(vectors, ask("rules-edge.js", vectors, SHARED), strict=True)
    assert shortest(disagreement(vector, said, SHARED) for vector, said in pairs) == ""


# -- a third voice


def test_json_logic_js_agrees_wherever_the_dialects_coincide() -> None:
    draw = random.Random(SEED)
    words = Words(PLAIN_FACTS)
    vectors = [Vector(rule, [plain_context(draw) for _ in range(EACH)]) for rule in plain_rules(SEED, 1000)]
    said = ask("rules-edge.js", vectors, words)
    assert shortest(disagreement(*pair, words) for pair in zip(vectors, said, strict=True)) == ""
    loose = [Vector(vector.rule, data=vector.contexts) for vector in vectors]
    for other in (peer(), Path("rules-jsonlogic.js")):
        others = [list(map(truth, cast("list[object]", answer["answers"]))) for answer in ask(other, loose)]
        different = [
            (vector.rule, dict(context), answer)
            for vector, ours, theirs in zip(vectors, said, others, strict=True)
            for context, answer, their in zip(
                vector.contexts, cast("list[object]", ours["answers"]), theirs, strict=True
            )
            if answer is not their
        ]
        assert different[:1] == []


# -- the page's build


def test_the_pages_evaluator_weighs_at_most_350_bytes_compressed() -> None:
    assert len(gzip.compress((STATIC / "rules-snippet.js").read_bytes(), 9, mtime=0)) <= LIMIT


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


LOADING: Final = ("rules-edge.js", "rules-jsonlogic.js")
"""The builds that load what somebody wrote; a page has only rules that its server left."""


def raw(text: str) -> list[dict[str, object]]:
    """Ask of rules too deep for Python's own writer of JSON."""
    return [ask(build, [_Raw(text)])[0] for build in LOADING]


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
    for build, answer in zip(LOADING, raw(text), strict=True):
        if build == "rules-jsonlogic.js" and "if" in text:
            continue  # compiled once and not doubled
        assert answer.get("error") in ("too-deep", "too-large", "RangeError"), build


def test_no_glob_is_slow() -> None:
    vectors = [Vector({"matches_glob": [{"var": "x"}, "**a*" * 60 + "b"]}, [{"x": "a" * 3000}])]
    assert ask("rules-edge.js", vectors) == [{"answers": [False]}]


@pytest.mark.parametrize("build", BUILDS)
def test_no_build_runs_text_as_code_or_touches_the_page(build: str) -> None:
    built = (STATIC / build).read_text("utf-8")
    assert (
        re.findall(r"\beval\b|\bFunction\b|\bimport\b|\bdocument\.\w|\bwindow\.|\bprocess\.|</script|<!--", built) == []
    )


# -- the official dialect


def _official() -> list[dict[str, object]]:
    folder = os.environ.get("MITATE_SUITES")
    path = Path(folder) / "jsonlogic" / "compatible.json" if folder else None
    if path is None or not path.is_file():
        pytest.skip("set MITATE_SUITES to the folder that holds jsonlogic/compatible.json to run the official suite")
    rows = cast("list[object]", json.loads(path.read_text(encoding="utf-8")))
    return [cast("dict[str, object]", row) for row in rows if isinstance(row, dict)]


def test_all_278_cases_of_the_official_suite_pass_in_javascript() -> None:
    suite = _official()
    said = ask("rules-jsonlogic.js", [Vector(row["rule"], data=[row.get("data")]) for row in suite])
    failed = [
        row["description"]
        for row, answer in zip(suite, said, strict=True)
        if json.dumps(answer.get("answers")) != json.dumps([row["result"]])
    ]
    assert failed == []
    assert len(suite) == 278


TRAPS: Final[list[tuple[object, object]]] = [
    ({"==": ["", 0]}, None),
    ({"==": [None, False]}, None),
    ({"==": [[1], "1"]}, None),
    ({"==": [{"var": "o"}, "[object Object]"]}, {"o": {"toString": 1}}),
    ({"==": [{"var": "o"}, {"var": "o"}]}, {"o": [1]}),
    ({"<": [{"var": "gone"}, 1]}, {}),
    ({"<": [[2], [10]]}, None),
    ({"<": [1, 2, "3"]}, None),
    ({">": [3, 2, 1]}, None),
    ({"var": ["x", 5]}, {"x": None}),
    ({"var": "l.1"}, {"l": [1, None]}),
    ({"var": "s.length"}, {"s": "abc"}),
    ({"var": 1}, ["a", "b"]),
    ({"in": [1, "123"]}, None),
    ({"in": ["", ""]}, None),
    ({"%": [-5, 3]}, None),
    ({"+": ["3 apples", "4"]}, None),
    ({"-": ["3"]}, None),
    ({"max": ["3", True, [7]]}, None),
    ({"cat": [1e21, " ", 1e-7, [1, None, [2]], True, None]}, None),
    ({"substr": ["jsonlogic", -5, -2]}, None),
    ({"substr": ["jsonlogic", "x"]}, None),
    ({"merge": [1, [2, [3]], "4"]}, None),
    ({"missing": ["a", "b"]}, {"a": "", "b": 0}),
    ({"missing_some": ["1", ["a", "b"]]}, {"b": None}),
    ({"a": 1, "b": 2}, None),
    ({"and": []}, None),
    ({"if": []}, None),
    ({"if": [0, 1, [], 2]}, None),
    ({"reduce": [[1, 2], {"+": [{"var": "current"}, {"var": "accumulator"}]}, 0]}, None),
    ({"all": [[], True]}, None),
    ({"?:": [True, 1, 2]}, None),
    ({"log": [[1]]}, None),
]


def test_values_are_read_by_the_twin_as_by_the_engine() -> None:
    said = ask("rules-jsonlogic.js", [Vector(rule, data=[data]) for rule, data in TRAPS])
    wanted = [compile_rule(rule, dialect="jsonlogic")(data) for rule, data in TRAPS]
    assert [json.dumps(answer["answers"]) for answer in said] == [json.dumps([value]) for value in wanted]


def test_doubling_text_again_and_again_stops_at_the_limit_in_javascript() -> None:
    double = {"cat": [{"var": "accumulator"}, {"var": "accumulator"}]}
    rule = {"reduce": [{"var": "items"}, double, "xxxxxxxx"]}
    (said,) = ask("rules-jsonlogic.js", [Vector(rule, data=[{"items": [0] * 64}])])
    assert said == {"error": "RangeError", "message": "too much work"}


# -- several rules at once


def test_the_edge_answers_many_rules_in_their_order_and_asks_an_audience_once_under_each_sign() -> None:
    script = f"""
      import {{ loadAll, reader, WITHHELD }} from {json.dumps((STATIC / "rules-edge.js").as_uri())};
      const regulars = {{ ">=": [{{ var: "visits.count" }}, 3] }};
      const rules = [
        ["9", {{ and: [{{ audience: "regulars" }}, {{ "==": [{{ var: "geo.country" }}, "JP"] }}] }}],
        ["1", {{ "!": {{ audience: "regulars" }} }}],
        ["5", {{ and: [{{ audience: "regulars" }}, {{ ">": [{{ var: "live.scroll" }}, 0.5] }}] }}],
      ];
      const asked = [];
      const read = reader({{ visits: {{ count: 3 }}, geo: {{ country: "JP" }}, live: {{ scroll: WITHHELD }} }});
      const answers = [...loadAll(rules, {{ audiences: {{ regulars: {{ when: regulars }} }} }})((name) => {{
        asked.push(name);
        return read(name);
      }})];
      const told = answers.map(([id, answer]) => [id, answer === WITHHELD ? "withheld" : answer]);
      console.log(JSON.stringify([told, asked]));
    """
    run = subprocess.run([node(), "--input-type=module", "-e", script], capture_output=True, text=True, check=False)
    assert (run.stderr, run.returncode) == ("", 0)
    assert json.loads(run.stdout) == [
        [["9", True], ["5", "withheld"]],
        ["visits.count", "geo.country", "visits.count", "live.scroll"],
    ]
