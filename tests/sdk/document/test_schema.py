"""The published JSON Schema: what editors complete, underline and show on hover."""

from __future__ import annotations

import json
from typing import cast

import pytest

from mitate import site_schema
from mitate.context.facts import BUILT_IN
from mitate.document.shapes import Schema
from mitate_rules.operators import OPERATORS, TABLE

SCHEMA = site_schema()
DEFINITIONS = cast("dict[str, Schema]", SCHEMA["$defs"])
OFFERED = cast("dict[str, Schema]", DEFINITIONS["operation"]["properties"])
FACTS = cast("list[dict[str, str]]", DEFINITIONS["fact"]["anyOf"])


def test_the_schema_says_which_dialect_it_is_in() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_only_operators_for_targeting_are_offered() -> None:
    assert list(OFFERED) == [row.name for row in TABLE if row.targeting]
    assert DEFINITIONS["operation"]["additionalProperties"] is False


@pytest.mark.parametrize("name", OFFERED)
def test_an_operator_on_hover_says_what_it_does_takes_and_looks_like(name: str) -> None:
    row, said = OPERATORS[name], str(OFFERED[name]["description"])
    assert said.startswith(f"{row.does}\n\nTakes {row.operands}.")
    assert said.endswith(f"\n\nExample: {row.example}")


def test_the_number_of_operands_is_bounded() -> None:
    assert (OFFERED["sem_ver"]["minItems"], OFFERED["sem_ver"]["maxItems"]) == (3, 3)
    assert (OFFERED["<"]["minItems"], OFFERED["<"]["maxItems"]) == (2, 3)
    (single, several) = cast("list[Schema]", OFFERED["and"]["anyOf"])
    assert single == {"$ref": "#/$defs/rule"}
    assert several == {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/rule"}}


def test_an_example_completes_as_an_operator_is_typed() -> None:
    assert OFFERED["=="]["examples"] == [[{"var": "geo.country"}, "JP"]]
    assert OFFERED["audience"]["examples"] == ["regulars"]


def test_every_built_in_fact_completes_with_its_meaning() -> None:
    assert [one["const"] for one in FACTS if "const" in one] == [name for name in BUILT_IN if "*" not in name]
    described = {one["const"]: one["description"] for one in FACTS if "const" in one}
    assert described["visits.count"] == (
        "number of visits · 訪問回数\n\ninteger, how many times, 1 or more; needs consent to personalization"
    )
    assert described["time.hour"] == "visitor's hour · 訪問者の時刻(時)\n\ninteger, 0 to 23; usable before consent"
    assert "one of phone tablet desktop" in described["device.type"]


def test_a_wildcard_of_facts_is_a_pattern() -> None:
    patterns = [one["pattern"] for one in FACTS if "examples" in one]
    assert len(patterns) == sum("*" in name for name in BUILT_IN)
    assert r"^interests\..+$" in patterns
    assert r"^events\..+\.count$" in patterns


def test_every_reference_leads_to_a_definition() -> None:
    text = json.dumps(SCHEMA)
    assert {name for name in DEFINITIONS if f'"#/$defs/{name}"' in text} == set(DEFINITIONS)
    assert text.count('"$ref"') == sum(text.count(f'"#/$defs/{name}"') for name in DEFINITIONS)
