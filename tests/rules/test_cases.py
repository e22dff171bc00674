"""The cases that every implementation shares: each with its value and its reason, or its diagnostics."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from mitate_rules import WITHHELD, Context, check_rule, compile_rule

DOCUMENT = cast(
    "dict[str, Any]", json.loads((Path(__file__).parents[1] / "cases" / "rules.json").read_text(encoding="utf-8"))
)
WORDS = {name: DOCUMENT[name] for name in ("audiences", "lists")}
CASES = cast("list[dict[str, Any]]", DOCUMENT["cases"])


def context_of(case: dict[str, Any]) -> Context:
    facts = cast("dict[str, object]", case["context"])
    return Context({name: WITHHELD if value == {"withheld": True} else value for name, value in facts.items()})


@pytest.mark.parametrize("case", [case for case in CASES if "value" in case], ids=lambda case: case["name"])
def test_a_case_has_its_value_and_its_reason(case: dict[str, Any]) -> None:
    program = compile_rule(case["rule"], DOCUMENT["facts"], **WORDS)
    context = context_of(case)
    expected = WITHHELD if case["value"] == "withheld" else case["value"]
    assert program(context) is expected
    explanation = program.explain(context)
    assert explanation.result is expected
    assert {lang: explanation.sentence(lang) for lang in ("en", "ja")} == case["reason"]


@pytest.mark.parametrize("case", [case for case in CASES if "diagnostics" in case], ids=lambda case: case["name"])
def test_a_case_has_its_diagnostics(case: dict[str, Any]) -> None:
    found = [one.to_dict() for one in check_rule(case["rule"], DOCUMENT["facts"], **WORDS)]
    keys = ("code", "severity", "pointer", "message", "hint")
    assert [{key: one[key] for key in keys if key in one} for one in found] == case["diagnostics"]


def test_case_names_are_unique() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES)
