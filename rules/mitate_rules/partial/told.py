"""What a browser may be told of what is left of a rule, and in which words.

A page's evaluator is tiny, and knows each of its own facts as a number or a boolean; so membership is written out as
comparisons, and what would stand in for such a fact is left out. What could still lack an operand isn't told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal, cast

from mitate_rules.facts import is_live
from mitate_rules.operators import OPERATORS
from mitate_rules.partial.residual import Folded, Json, Rest, dual, join, normal, text_of


@dataclass(frozen=True, slots=True)
class Kept:
    """Why something undecided isn't told to a browser, and the facts it is about.

    `reads`: it asks facts that the browser can't know. `carries`: values of facts that the browser may not know would
    stand in it. `lists`: it asks a list or a network. `operators`: it has an operator that a page's evaluator lacks,
    by the operator table, or compares what may be missing.
    """

    reason: Literal["reads", "carries", "lists", "operators"]
    facts: frozenset[str]


def for_page(rest: Rest, may_know: Callable[[str], bool] = is_live) -> Rest | Kept:
    """Give what is left as a page reads it; `Kept` says why a browser may not be told."""
    if unknown := _those(rest.facts, may_know):
        return Kept("reads", unknown)
    if secret := _those(rest.carried, may_know):
        return Kept("carries", secret)
    if rest.lists:
        return Kept("lists", rest.facts)
    # Values of one visitor are not kept.
    spelled = _spelled(rest.text) if not rest.carried else _spelled.__wrapped__(rest.text)
    if spelled is None:
        return Kept("operators", rest.facts)
    rule, text = spelled
    return rest if text == rest.text else replace(rest, rule=rule, text=text)


def _those(names: frozenset[str], may_know: Callable[[str], bool]) -> frozenset[str]:
    return frozenset(name for name in names if not may_know(name))


def without(rest: Rest, unknown: Callable[[str], bool]) -> Folded:
    """Give what makes a condition hold whatever the unknown facts are: what reads one of them counts as failing."""
    if rest.op == "leaf":
        return not any(map(unknown, rest.facts)) and rest
    parts = [without(part, unknown) for part in rest.parts]
    left = [part for part in parts if isinstance(part, Rest)]
    if rest.op == "and" and len(left) < len(parts):
        return False
    return join(rest.op, left) if left else False


def opposite(rest: Rest) -> Folded:
    """Give what is left of a condition's negation; where every fact is known, one of the two holds."""
    return _turned(rest) if not rest.carried else normal(dual(rest))


@lru_cache(maxsize=8192)
def _turned(rest: Rest) -> Folded:
    return normal(dual(rest))


def both(first: Rest, second: Rest) -> Folded:
    """Require two remainders."""
    return join("and", [first, second])


# -- the words of a page


@lru_cache(maxsize=8192)
def _spelled(text: str) -> tuple[Json, str] | None:
    """Write a rule, given as JSON text, in the words of a page, and give its text; None where those don't suffice."""
    rule = _written(json.loads(text))
    if not all(OPERATORS[op].snippet for op in ops_of(rule)) or any(map(_may_lack, _ordered(rule))):
        return None
    return cast(Json, rule), text_of(rule)


def _written(part: object) -> object:
    if isinstance(part, list):
        return [_written(one) for one in cast("list[object]", part)]
    if not isinstance(part, dict):
        return part
    (op, operands), *_ = cast(Json, part).items()
    args = cast("list[object]", operands) if isinstance(operands, list) else [operands]
    if op == "var":
        name = args[0]
        return {"var": name} if is_live(str(name)) else cast(Json, part)
    if op == "in" and isinstance(args[1], list):
        asked = _written(args[0])
        return {"or": [{"==": [asked, one]} for one in cast("list[object]", args[1])]}
    return {op: [_written(one) for one in args] if isinstance(operands, list) else _written(args[0])}


_ORDER: Final = frozenset({"<", "<=", ">", ">="})


def _ordered(rule: object) -> Iterator[object]:
    """Give each operand of an order comparison: where one is missing, neither it nor its negation holds."""
    for op, operands in _operations(rule):
        if op in _ORDER:
            yield from cast("list[object]", operands)


def _may_lack(operand: object) -> bool:
    """Tell whether an operand may be missing in a page: a choice between values that ends without one."""
    if not isinstance(operand, dict):
        return operand is None
    (op, operands), *_ = cast(Json, operand).items()
    if op not in ("if", "?:"):
        return False
    values = cast("list[object]", operands)
    return len(values) % 2 == 0 or any(map(_may_lack, [*values[1::2], values[-1]]))


def _operations(rule: object) -> Iterator[tuple[str, object]]:
    pending: list[object] = [rule]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            yield from cast(Json, part).items()
            pending.extend(cast(Json, part).values())
        elif isinstance(part, list):
            pending.extend(cast("list[object]", part))


def ops_of(rule: object) -> frozenset[str]:
    """Name the operators of a rule."""
    return frozenset(op for op, _ in _operations(rule))
