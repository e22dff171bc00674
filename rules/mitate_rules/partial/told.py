"""What a browser may be told of what is left of a rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

from mitate_rules.operators import OPERATORS
from mitate_rules.partial.residual import Json, Rest


@dataclass(frozen=True, slots=True)
class Kept:
    """Why something undecided isn't told to a browser, and the facts it is about.

    `reads`: it asks facts that the browser can't know. `carries`: values of facts that the browser may not know would
    stand in it. `lists`: it asks a list or a network. `operators`: it has an operator that a page's evaluator lacks,
    by the operator table.
    """

    reason: Literal["reads", "carries", "lists", "operators"]
    facts: frozenset[str]


def is_live(name: str) -> bool:
    """Tell the facts that a browser knows by itself."""
    return name.startswith("live.")


def kept(rest: Rest, may_know: Callable[[str], bool] = is_live) -> Kept | None:
    """Say why a browser may not be told what is left; None when it may."""
    unknown = frozenset(name for name in rest.facts if not may_know(name))
    if unknown:
        return Kept("reads", unknown)
    secret = frozenset(name for name in rest.carried if not may_know(name))
    if secret:
        return Kept("carries", secret)
    if rest.lists:
        return Kept("lists", rest.facts)
    return None if all(OPERATORS[op].snippet for op in ops_of(rest.rule)) else Kept("operators", rest.facts)


def ops_of(rule: object) -> frozenset[str]:
    """Name the operators of a rule."""
    found: set[str] = set()
    pending = [rule]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            found.update(cast(Json, part))
            pending.extend(cast(Json, part).values())
        elif isinstance(part, list):
            pending.extend(cast("list[object]", part))
    return frozenset(found)
