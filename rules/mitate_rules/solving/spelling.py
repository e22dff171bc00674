"""Conditions as developers read them: `geo.country == "JP"`, `not audience "nurses"`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from mitate_rules.errors import escape
from mitate_rules.operators import OPERATORS
from mitate_rules.tree import Call, Literal, Node, Var

_MOST: Final = 90


def spell(node: Node, sign: bool = True) -> str:
    """Write a condition, or its negation."""
    text = _spell(node, sign)
    return text if len(text) <= _MOST else text[: _MOST - 1] + "…"


def _spell(node: Node, sign: bool) -> str:
    if not isinstance(node, Call):
        return ("" if sign else "not ") + _operand(node)
    if node.op in ("!", "!!"):
        return _spell(node.args[0], sign is (node.op == "!!"))
    if node.op in ("and", "or"):
        word = node.op if sign else {"and": "or", "or": "and"}[node.op]
        return "(" + f" {word} ".join(_spell(arg, sign) for arg in node.args) + ")"
    if node.op == "audience":
        return ("" if sign else "not ") + f"audience {_operand(node.args[0])}"
    row = OPERATORS[node.op]
    if len(node.args) == 3 and row.takes == "order":
        return ("" if sign else "not ") + f" {node.op} ".join(map(_operand, node.args))
    op = node.op if sign or row.negated is None else row.negated
    negated = "" if sign or row.negated is not None else "not "
    if len(node.args) == 2 and row.takes not in ("weekday", "time_between", "quantifier"):
        return f"{negated}{_operand(node.args[0])} {op} {_operand(node.args[1])}"
    return f"{negated}{op}({', '.join(map(_operand, node.args))})"


def _operand(node: Node) -> str:
    if isinstance(node, Var):
        return node.name or "item"
    if isinstance(node, Call):
        return _spell(node, True)
    value = node.value
    if isinstance(value, tuple):
        items = [_operand(Literal(item)) for item in cast("tuple[object, ...]", value)]
        return f"[{', '.join(items[:3])}{', …' if len(items) > 3 else ''}]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return f'"{value}"' if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)


def place_of(node: Node) -> str:
    """Give the pointer to the JSON object that a condition is, where its own points to the operands."""
    return node.pointer if isinstance(node, Literal) else node.pointer.rpartition("/")[0]


def listed(texts: Sequence[str]) -> str:
    """Join texts as English does."""
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 2 else texts)


def at(rule: object, pointer: str) -> object:
    """Give the part of a JSON value that a pointer names."""
    for key in pointer.split("/")[1:]:
        name = key.replace("~1", "/").replace("~0", "~")
        if isinstance(rule, (list, tuple)):
            rule = cast("Sequence[object]", rule)[int(name)]
        else:
            rule = cast("dict[str, object]", rule)[name]
    return rule


__all__ = ["at", "escape", "listed", "place_of", "spell"]
