"""What an operand is, and how a message names it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from mitate_rules.facts import Fact
from mitate_rules.tree import Call, Literal, Node
from mitate_rules.values import is_number

NUMBERS: Final = ("number", "integer")
TEXTS: Final = ("string", "date", "version")
PRIVATE_HINT: Final = 'an address never leaves the decision: use {"in_cidr": [{"var": …}, "203.0.113.0/24"]}'


@dataclass(slots=True)
class Kind:
    """What an operand is: a type name (`any` when unknown), and the fact or the literal it comes from.

    Nobody changes one; it isn't frozen by the language, because that would make each three times as dear.
    """

    name: str
    fact: Fact | None = None
    literal: Literal | None = None

    @property
    def said(self) -> str:
        """Name the kind for a message."""
        if self.literal is not None and self.name in ("null", "boolean", "list"):
            return spoken(self.literal.value)
        name = {"string": "text", "ip": "address"}.get(self.name, self.name)
        if self.literal is not None:
            return f"{name} {spoken(self.literal.value)}"
        return f'{name} "{self.fact.name}"' if self.fact is not None else name


ANY: Final = Kind("any")

NAMES: Final = {
    "string": "text",
    "number": "a number",
    "boolean": "true or false",
    "instant": "an instant",
    "date": "a date",
    "list": "a list",
    "ip": "an address",
    "version": "a version",
}
"""What a type is called in a message."""


def like(kind: Kind) -> str:
    """Say what would fit beside an operand: of its type, as the fact or the value is."""
    name = NAMES.get(kind.name, kind.name)
    if kind.fact is not None:
        return f'{name}, as "{kind.fact.name}" is'
    return f"{name}, as {spoken(kind.literal.value)} is" if kind.literal is not None else name


def bounds(fact: Fact) -> tuple[float | None, float | None]:
    """Give the range of a fact; a score runs from 0 to 1."""
    low, high = (0.0, 1.0) if fact.unit == "score" else (None, None)
    return fact.minimum if fact.minimum is not None else low, fact.maximum if fact.maximum is not None else high


def decided(op: str, bound: float, low: float | None, high: float | None) -> bool | None:
    """Tell what a comparison with `bound` always says of a number from low to high; None when it depends."""
    below = low is not None and bound < low
    above = high is not None and bound > high
    at_low, at_high = low is not None and bound == low, high is not None and bound == high
    if op in ("==", "===", "!=", "!=="):
        return op.startswith("!") if below or above else None
    if op in (">=", "<"):
        settled = True if below or at_low else False if above else None
        return settled if op == ">=" or settled is None else not settled
    settled = True if below else False if above or at_high else None
    return settled if op == ">" or settled is None else not settled


def compatible(a: Kind, b: Kind) -> bool:
    """Tell whether two operands compare without coercion."""
    if "any" in (a.name, b.name) or "null" in (a.name, b.name) or a.name == b.name:
        return True
    literal_text = (a.literal is not None and a.name == "string") or (b.literal is not None and b.name == "string")
    return literal_text and a.name in TEXTS and b.name in TEXTS


def coercion_hint(a: Kind, b: Kind) -> str | None:
    literal = b.literal or a.literal
    other = a if b.literal is not None else b
    if literal is None:
        return "values of different types are never compared"
    if other.name == "number" and isinstance(literal.value, str):
        number = literal.value.strip().replace(".", "", 1).removeprefix("-").isdecimal()
        return f"write {literal.value.strip()} without quotes" if number else None
    if other.name == "string" and is_number(literal.value):
        return f'write "{literal.value}" with quotes'
    if other.name == "boolean":
        return "write true or false, without quotes"
    return None


def is_null_test(node: Node) -> bool:
    return any(isinstance(arg, Literal) and arg.value is None for arg in args_of(node))


def args_of(node: Node) -> tuple[Node, ...]:
    return node.args if isinstance(node, Call) else ()


def list_of(node: Node | None) -> tuple[object, ...] | None:
    value = node.value if isinstance(node, Literal) else None
    return cast("tuple[object, ...]", value) if isinstance(value, tuple) else None


def text_of(node: Node) -> str | None:
    return node.value if isinstance(node, Literal) and isinstance(node.value, str) else None


def span(low: float | None, high: float | None) -> str:
    if high is None:
        return f"{low:g} up"
    return f"{low:g} to {high:g}" if low is not None else f"below up to {high:g}"


def spoken(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}…"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, tuple):
        return "a list"
    return f"{value:g}" if isinstance(value, float) else str(value)
