"""A rule in normal form: a few rows, of which one must hold; each row some conditions, all of which must hold.

`!` is pushed down to the conditions, as the meaning of rules has it. And, or and not distribute in Kleene's logic
too, so the form says the same of withheld facts. A disjunction that would make too many rows stays one condition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, cast

from mitate_rules.tree import Call, Literal, Node
from mitate_rules.values import truth
from mitate_rules.vocabulary import Vocabulary

MOST_ROWS: Final = 8
"""A rule is written as so many rows at most."""

Condition = tuple[Node, bool]
"""A node and its sign: False means its negation."""

Rows = Sequence[tuple[Condition, ...]]
ALWAYS: Final[Rows] = ((),)
NEVER: Final[Rows] = ()


class Normal:
    """Writes rules in normal form. `single` tells conditions that are one look-up whatever is joined in them."""

    def __init__(self, vocabulary: Vocabulary, single: Callable[[Node, bool], bool]) -> None:
        self._vocabulary = vocabulary
        self._single = single
        self._audiences: dict[tuple[str, bool], Rows] = {}

    def rows(self, node: Node, sign: bool = True) -> Rows:
        """Give the rows of a condition: none if it never holds, an empty one if it always does."""
        while isinstance(node, Call) and node.op in ("!", "!!"):
            sign = sign is (node.op == "!!")
            node = node.args[0]
        if isinstance(node, Literal):
            value = node.value
            if isinstance(value, tuple):
                value = list(cast("tuple[object, ...]", value))
            return ALWAYS if truth(value) is sign else NEVER
        if isinstance(node, Call):
            if node.op in ("and", "or"):
                return self._every(node, sign) if (node.op == "and") is sign else self._any(node, sign)
            if node.op == "audience":
                return self._audience(node, sign)
        return (((node, sign),),)

    def _every(self, node: Call, sign: bool) -> Rows:
        joined: Rows = ALWAYS
        for arg in node.args:
            rows = self.rows(arg, sign)
            if len(rows) == 1:
                joined = [(*row, *rows[0]) for row in joined]
            elif len(rows) * len(joined) > MOST_ROWS:
                joined = [(*row, (arg, sign)) for row in joined]
            else:
                joined = [(*row, *more) for row in joined for more in rows]
        return joined

    def _any(self, node: Call, sign: bool) -> Rows:
        if self._single(node, sign):
            return (((node, sign),),)
        found: list[tuple[Condition, ...]] = []
        for arg in node.args:
            found.extend(self.rows(arg, sign))
        return found if len(found) <= MOST_ROWS and () not in found else ALWAYS if () in found else (((node, sign),),)

    def _audience(self, node: Call, sign: bool) -> Rows:
        """Write an audience out where it is one row; else it is one condition, evaluated once for all rules."""
        name = cast(str, cast(Literal, node.args[0]).value)
        key = (name, sign)
        if key not in self._audiences:
            tree = self._vocabulary.audience(name).node
            rows = self.rows(tree, sign) if tree is not None else ALWAYS
            self._audiences[key] = rows if len(rows) <= 1 else (((node, sign),),)
        return self._audiences[key]
