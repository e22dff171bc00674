"""JSON rule -> frozen tree, or everything that is wrong with its form."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from mitate_rules.errors import Diagnostic, did_you_mean, escape
from mitate_rules.operators import ELSEWHERE, OPERATORS, Operator
from mitate_rules.tree import BROKEN, Call, Literal, Node, Var

MAX_DEPTH: Final = 100  # nested operators
MAX_CHOICES: Final = 4  # conditions of an "if" within conditions of an "if": each level doubles the work
MAX_SIZE: Final = 20_000  # values in one rule
MAX_TEXT: Final = 10_000  # characters in one string
MAX_NUMBER: Final = 2**53  # whole numbers beyond it are not the same number in every language
_STEPS: Final = {name: escape(name) for name in OPERATORS}
OPERATOR_NAMES: Final = tuple(row.name for row in OPERATORS.values() if row.targeting)


@dataclass(slots=True)
class Parsed:
    """The tree (None when it is beyond the limits) and the findings."""

    node: Node | None = None
    diagnostics: list[Diagnostic] = field(default_factory=list[Diagnostic])


def parse(rule: object) -> Parsed:
    """Parse a rule of the targeting dialect. What is wrong anywhere is surveyed only once something is."""
    parsed = Parsed()
    parser = _Parser(parsed.diagnostics)
    try:
        parsed.node = parser.node(rule, "", 0)
    except _BeyondError:
        parsed.node = None
    if parsed.node is None or parsed.diagnostics:
        found = survey(rule)
        if found:
            return Parsed(None, found)
    return parsed


class _BeyondError(Exception):
    """The rule is no JSON, or beyond a limit; the survey says where."""


def survey(rule: object, *, official: bool = False) -> list[Diagnostic]:
    """Look a rule over without recursion: whatever is not JSON or beyond a limit."""
    found: list[Diagnostic] = []
    size = 0
    pending: list[tuple[object, str, int, int]] = [(rule, "", 0, 0)]

    def refuse(code: str, message: str, pointer: str, **more: str | None) -> None:
        found.append(Diagnostic(code=code, severity="error", message=message, pointer=pointer, **more))  # type: ignore[arg-type]

    while pending:
        value, pointer, depth, level = pending.pop()
        size += 1
        if size + len(pending) > MAX_SIZE:
            refuse("too-large", f"the rule has more than {MAX_SIZE:,} values", "", hint="put large lists into `lists`")
            return found
        if isinstance(value, Mapping):
            depth += 1
        if depth > MAX_DEPTH or level > 2 * MAX_DEPTH + 1:
            refuse("too-deep", f"the rule nests more than {MAX_DEPTH} operators", pointer[:200])
            return found
        if isinstance(value, Mapping):
            for key, inner in cast("Mapping[object, object]", value).items():
                if not isinstance(key, str) or not _encodable(key):
                    refuse("not-json", "a key must be text", pointer, expected="text", got=_short(key))
                else:
                    pending.append((inner, pointer + escape(key[:100]), depth, level + 1))
        elif isinstance(value, (list, tuple)):
            items = cast("list[object]", value)
            if len(items) > MAX_SIZE:
                refuse(
                    "too-large",
                    f"a list has more than {MAX_SIZE:,} items",
                    pointer,
                    hint="put it into `lists` and use in_list",
                )
                return found
            pending.extend((inner, pointer + escape(place), depth, level + 1) for place, inner in enumerate(items))
        else:
            problem = _scalar_problem(value, official)
            if problem is not None:
                refuse(problem[0], problem[1], pointer, got=_short(value))
    return sorted(found, key=lambda diagnostic: diagnostic.pointer)


def _scalar_problem(value: object, official: bool) -> tuple[str, str] | None:
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            return "too-large", f"a text has more than {MAX_TEXT:,} characters"
        return None if _encodable(value) else ("bad-text", "the text holds half a character (a lone surrogate)")
    if isinstance(value, (int, float)):
        if isinstance(value, float) and not math.isfinite(value):
            return "bad-number", "NaN and Infinity are no JSON numbers"
        if isinstance(value, int) and not official and abs(value) > MAX_NUMBER:
            return "bad-number", "the number is beyond 2^53, where whole numbers stop being exact"
        return None
    return "not-json", "a rule holds only JSON: objects, lists, text, numbers, true, false, null"


def _encodable(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _short(value: object) -> str:
    if isinstance(value, int) and abs(value) > MAX_NUMBER:
        return f"a whole number of about {value.bit_length() * 30103 // 100_000 + 1} digits"
    if value is None or isinstance(value, (bool, int, float, str)):
        text = ascii(value) if isinstance(value, str) and not _encodable(value[:60]) else repr(value)
        return text if len(text) <= 60 else text[:57] + "…"
    return f"a Python {type(value).__name__}"


class _Parser:
    def __init__(self, found: list[Diagnostic]) -> None:
        self.found = found
        self.size = 0

    def error(self, code: str, message: str, pointer: str, **more: str | None) -> None:
        self.found.append(Diagnostic(code=code, severity="error", message=message, pointer=pointer, **more))  # type: ignore[arg-type]

    def node(self, value: object, pointer: str, depth: int) -> Node:
        self.size += 1
        kind = value.__class__
        if kind is dict or isinstance(value, Mapping):
            if depth >= MAX_DEPTH or self.size > MAX_SIZE:
                raise _BeyondError
            return self.call(cast("Mapping[str, object]", value), pointer, depth + 1)
        if kind is list or kind is tuple or isinstance(value, (list, tuple)):
            return self.list_literal(cast("list[object]", value), pointer)
        return Literal(self.scalar(value), pointer)

    def scalar(self, value: object) -> object:
        if isinstance(value, str) and len(value) <= MAX_TEXT and value.isascii():
            return value
        if _scalar_problem(value, official=False) is not None:
            raise _BeyondError
        return value

    def list_literal(self, items: list[object], pointer: str) -> Node:
        self.size += len(items)
        if self.size > MAX_SIZE:
            raise _BeyondError
        values: list[object] = []
        for place, item in enumerate(items):
            if isinstance(item, (dict, Mapping, list, tuple)):
                self.error(
                    "bad-list",
                    "a list in a rule holds only text, numbers, true, false or null",
                    f"{pointer}/{place}",
                    expected="a plain value",
                    got="a list" if isinstance(item, (list, tuple)) else "an object",
                )
            else:
                values.append(self.scalar(item))
        return Literal(tuple(values), pointer)

    def call(self, rule: Mapping[str, object], pointer: str, depth: int) -> Node:
        if len(rule) != 1:
            names = ", ".join(f'"{name}"' for name in list(rule)[:5]) or "none"
            self.error(
                "one-operator",
                "a condition is an object with exactly one operator",
                pointer,
                expected="one key",
                got=names,
                hint='join conditions with {"and": […]}' if rule else None,
            )
            return Literal(BROKEN, pointer)
        ((name, operand),) = rule.items()
        if name == "var" and operand.__class__ is str and operand:
            self.size += 1
            return Var(cast(str, self.scalar(operand)), None, pointer + "/var")
        operator = OPERATORS.get(name)
        if operator is None or not operator.targeting:
            if cast(object, name).__class__ is not str:
                raise _BeyondError
            self.unknown(name, operator, pointer + escape(name))
            return Literal(BROKEN, pointer)
        place = pointer + _STEPS[name]
        many = isinstance(operand, (list, tuple))
        operands = cast("list[object]", operand) if many else [operand]
        places = [f"{place}/{index}" for index in range(len(operands))] if many else [place]
        if len(operands) < operator.least or (operator.most is not None and len(operands) > operator.most):
            self.error(
                "arity",
                f'"{name}" takes {operator.arity} operand{"" if operator.arity.endswith("1") else "s"}',
                place,
                expected=operator.arity,
                got=str(len(operands)),
            )
            for value, where in zip(operands, places, strict=True):
                self.node(value, where, depth)
            return Literal(BROKEN, pointer)
        if name == "var":
            return self.var(operands, places, place, depth)
        node = self.node
        args = [node(value, where, depth) for value, where in zip(operands, places, strict=True)]
        return Call("if" if name == "?:" else name, tuple(args), place)

    def unknown(self, name: str, operator: Operator | None, pointer: str) -> None:
        if operator is not None:
            self.error("not-for-targeting", f'the operator "{name}" is not for targeting', pointer, hint=operator.note)
        else:
            known = ELSEWHERE.get(name.lower())
            hint = f'write "{known}"' if known is not None else did_you_mean(name, OPERATOR_NAMES)
            if hint is None and "." in name:
                hint = f'a fact is read with {{"var": "{name}"}}'
            self.error(
                "unknown-operator",
                f'unknown operator "{name[:60]}"',
                pointer,
                expected="an operator, such as ==, >=, in, and, contains",
                got=f'"{name[:60]}"',
                hint=hint,
            )

    def var(self, operands: list[object], places: list[str], pointer: str, depth: int) -> Node:
        name = operands[0] if operands else ""
        if isinstance(name, str):
            self.scalar(name)
        else:
            self.error(
                "bad-var",
                "var names a fact",
                pointer,
                expected="text",
                got=_short(name),
                hint="a computed name can't be checked" if isinstance(name, Mapping) else None,
            )
            return Literal(BROKEN, pointer)
        default = self.node(operands[1], places[1], depth) if len(operands) > 1 else None
        return Var(name, default, pointer)
