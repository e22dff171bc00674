"""The form of a rule for editors: which operators and facts complete, and what each means on hover.

It is never stricter than the check of rules, which also knows types, audiences and lists.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final, cast

from mitate.context.facts import BUILT_IN, Declaration
from mitate_rules.operators import DAYS, ORDER, TABLE, VERSION_SIGNS, Operator
from mitate_rules.windows import EVENT, KEPT, VISIT

from .names import Names, called, constants
from .shapes import Schema

_MANY: Final = 10
"""From so many values on a fact's are not named one by one."""

_UNITS: Final = {"score": "a score", "count": "a count", "times": "how many times"}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _any_of(*schemas: Schema) -> Schema:
    return {"anyOf": list(schemas)}


_SCALAR: Final[Schema] = {"type": ["boolean", "number", "string", "null"]}
_TIME: Final[Schema] = {"type": "string", "pattern": r"^\d\d:\d\d$", "examples": ["09:00", "18:00"]}
_EVENT: Final[Schema] = {"type": "string", "pattern": f"^{EVENT.pattern}$", "description": "The name of an event"}
_WINDOW: Final[Schema] = {
    "anyOf": [{"const": VISIT}, {"type": "string", "pattern": r"^\d+(\.\d+)?[smhdw]$"}],
    "description": "A time to look back, or this visit",
    "examples": ["30d", "24h", VISIT],
}
_ZONE: Final[Schema] = {"enum": ["visitor", "site"]}
_DAY: Final[Schema] = {"enum": [*DAYS, *range(1, 8)]}

# What stands at each place, by what an operator takes; the last one also stands at every further place.
_PLACES: Final[Mapping[str, tuple[Schema, ...]]] = {
    "var": (_ref("fact"), _ref("value")),
    "conditions": (_ref("rule"),),
    "if": (_ref("operand"),),
    "audience": (_ref("audience"),),
    "same": (_ref("value"),),
    "order": (_ref("value"),),
    "in": (_ref("value"), _ref("operand")),
    "in_list": (_ref("value"), _ref("list")),
    "contains": (_ref("operand"), _ref("value")),
    "text": (_ref("value"),),
    "regex": (_ref("value"), {"type": "string", "description": "A regular expression, as RE2 reads it"}),
    "sem_ver": (_ref("value"), {"enum": list(VERSION_SIGNS)}, _ref("value")),
    "in_cidr": (_ref("value"), _any_of({"type": "string"}, {"type": "array", "items": {"type": "string"}})),
    "moments": (_ref("value"),),
    "days_since": (_ref("value"), _any_of({"enum": list(ORDER)}, _ref("value")), _ref("value")),
    "count_events": (_EVENT, _WINDOW, {"type": "integer", "minimum": 1, "maximum": KEPT}),
    "time_between": (_TIME, _TIME, _ZONE),
    "weekday": (_any_of(_DAY, _ZONE, {"type": "array", "items": _DAY}),),
    "numbers": (_ref("value"),),
    "quantifier": (_ref("operand"), _ref("rule")),
}


def rule_definitions(names: Names | None = None) -> Schema:
    """Give the definitions of the schema that a rule is made of, by name; with `names` also those of one site."""
    facts = BUILT_IN if names is None else names.facts
    valued = _by_values(facts)
    # A site's own audiences and lists complete, not those of the examples.
    shown = [row.name for row in TABLE if names is None or row.takes not in ("audience", "in_list")]
    return {
        "rule": {"description": "A condition: for whom", **_any_of(_ref("operation"), {"type": "boolean"})},
        "operation": {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
            "properties": {row.name: _operator(row, row.name in shown) for row in TABLE if row.targeting},
        },
        "value": _any_of(_ref("operation"), _SCALAR),
        "operand": _any_of(_ref("value"), {"type": "array", "items": _SCALAR}),
        "fact": _any_of(*_facts(facts)),
        "audience": {"type": "string", "description": "The name of an audience of this document"},
        "list": {"type": "string", "description": "The name of a list of this document"},
        "compared": {"allOf": [_compared(readers, _ref(first)) for first, (readers, _) in valued.items()]},
        "compared_in": {"allOf": [_compared(readers, _items(_ref(first))) for first, (readers, _) in valued.items()]},
        **{first: _any_of(*constants(said), _ref("value")) for first, (_, said) in valued.items()},
    }


def _by_values(facts: Mapping[str, Declaration]) -> dict[str, tuple[list[str], dict[str | int, str]]]:
    """Give the facts that share their values, with these, by a name for the definition."""
    found: dict[str, tuple[list[str], dict[str | int, str]]] = {}
    for name, fact in facts.items():
        if said := values_of(fact):
            same = next((names for names, others in found.values() if others == said), None)
            if same is None:
                found[f"values_of_{name}"] = [name], said
            else:
                same.append(name)
    return found


def _compared(facts: list[str], beside: Schema) -> Schema:
    """Offer the values of facts at the place beside them; editors complete from `items`, which says it again."""
    reads: Schema = {"type": "object", "required": ["var"], "properties": {"var": {"enum": facts}}}
    return {
        "if": {"type": "array", "prefixItems": [reads]},
        "then": {"prefixItems": [True, beside], "items": beside},
    }


def _items(item: Schema) -> Schema:
    return {"if": {"type": "array"}, "then": {"items": item}}


_BESIDE: Final[Mapping[str, Schema]] = {"same": _ref("compared"), "in": _ref("compared_in")}
"""Where the values of the fact on the one side complete on the other, by what an operator takes."""


def _operator(row: Operator, with_example: bool) -> Schema:
    places = _PLACES[row.takes]
    listed: Schema = {"type": "array", "minItems": row.least}
    if len(places) > 1:
        listed["prefixItems"] = list(places)
    listed["items"] = places[-1]
    if row.most is not None:
        listed["maxItems"] = row.most
    form = listed if row.least > 1 else _any_of(places[0], listed)
    shown = cast("dict[str, object]", json.loads(row.example))
    examples = {"examples": [shown[row.name]]} if with_example and row.name in shown else {}
    said = f"{row.does}\n\nTakes {row.operands}.\n\nExample: {row.example}"
    beside = {"allOf": [_BESIDE[row.takes]]} if row.takes in _BESIDE else {}
    return {"description": said, **form, **examples, **beside}


def values_of(fact: Declaration) -> dict[str | int, str]:
    """Give the values a fact may have, where they are named, each with what people call it."""
    labels = cast("Mapping[str, Mapping[str, str]]", fact.get("values", {}))
    kinds: Mapping[str, type[int] | type[str]] = {"integer": int, "string": str}
    kind = kinds.get(str(fact.get("type")))
    if kind is None:
        return {}
    listed = cast("list[str | int]", fact.get("enum") or list(labels))
    return {kind(value): called(labels.get(str(value), {})) for value in listed}


def _facts(facts: Mapping[str, Declaration]) -> list[Schema]:
    named: list[Schema] = [
        {"const": name, "description": describe(fact)} for name, fact in facts.items() if "*" not in name
    ]
    wild: list[Schema] = [
        {
            "type": "string",
            "pattern": "^" + ".+".join(re.escape(part) for part in name.split("*")) + "$",
            "description": describe(fact),
            "examples": [name.replace("*", "name")],
        }
        for name, fact in facts.items()
        if "*" in name
    ]
    # Facts of one's own, and inside a quantifier the item itself or what is in it.
    own: Schema = {"type": "string", "pattern": r"^([^.@][^.]*(\.[^.]+)*)?$"}
    return [*named, *wild, own]


def describe(fact: Declaration) -> str:
    """Describe a fact to developers: what it is called, its form, and the consent it needs."""
    label = cast("Mapping[str, str]", fact.get("label", {}))
    said = called(label).replace("{*}", "…")
    purpose = fact.get("purpose", "personalization")
    needs = "usable before consent" if purpose == "necessary" else f"needs consent to {purpose}"
    form = f"{form_of(fact)}; {needs}"
    return f"{said}\n\n{form}" if said else form


def form_of(fact: Declaration) -> str:
    """Say what the values of a fact look like: type, unit, range, and the words it may have where they are few."""
    parts = [f"{fact['type']} of {fact['items']}s" if "items" in fact else str(fact.get("type"))]
    if "unit" in fact:
        parts.append(_UNITS.get(str(fact["unit"]), f"in {fact['unit']}"))
    low, high = fact.get("minimum"), fact.get("maximum")
    if low is not None:
        parts.append(f"{low} to {high}" if high is not None else f"{low} or more")
    enum = cast("list[str]", fact.get("enum", []))
    if 0 < len(enum) <= _MANY:
        parts.append("one of " + " ".join(enum))
    return ", ".join(parts)
