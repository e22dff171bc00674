"""The steps of an explanation: each condition with its answer and what it read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from mitate_rules.facts import Facts, Read, looks
from mitate_rules.tree import Literal, Node
from mitate_rules.values import WITHHELD, Answer

MARKS = {True: "✓", False: "✗", WITHHELD: "?", None: "–"}
NOTHING: Final[Mapping[str, object]] = {}
NO_ITEM: Final = object()

Memo = dict[str, Answer]
Value = Callable[[Read, Memo], object]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a rule, the same for every visitor. `sign` False means its negation is meant.

    `args` are the operands as a comparison takes them, `values` the closures that give them.
    """

    node: Node
    sign: bool
    op: str
    args: tuple[Node, ...] = ()
    values: tuple[Value, ...] = ()


class Step(NamedTuple):
    """One condition for one visitor: its answer (None when not evaluated, and then `why`), what it read, its parts.

    `known` reads what the whole explanation read, for the operands' values. `item` is the list's item that decided
    a quantifier; its one part explains it.
    """

    condition: Condition
    result: Answer | None
    parts: Sequence[Step] = ()
    reads: Mapping[str, object] = NOTHING
    known: Read = NOTHING.get
    why: str | None = None
    item: object = NO_ITEM

    @property
    def node(self) -> Node:
        """The condition as it stands in the rule."""
        return self.condition.node

    @property
    def sign(self) -> bool:
        """Whether the condition is meant as it stands, or its negation."""
        return self.condition.sign

    @property
    def op(self) -> str:
        """What kind of step this is: an operator, "truth" or "always"."""
        return self.condition.op

    @property
    def operands(self) -> tuple[object, ...]:
        """The operands' values, as the comparison saw them."""
        return tuple(value(self.known, {}) for value in self.condition.values)

    @property
    def missing(self) -> bool:
        """Whether an operand that isn't written in the rule has no value."""
        pairs = zip(self.condition.args, self.operands, strict=True)
        return any(value is None for arg, value in pairs if not isinstance(arg, Literal))

    @property
    def lacking(self) -> bool:
        """Whether the condition fails because a fact is missing, not because of its value."""
        return self.result is False and self.missing

    def flipped(self) -> Step:
        """Give the same findings seen from the other side: what fails here, holds there."""
        result = not self.result if isinstance(self.result, bool) else self.result
        op = {"and": "or", "or": "and"}.get(self.op, self.op)
        parts = tuple(part.flipped() for part in self.parts) if self.item is NO_ITEM else self.parts
        condition = replace(self.condition, sign=not self.sign, op=op)
        return self._replace(condition=condition, result=result, parts=parts)


def misfits(facts: Facts, name: str, value: object) -> bool:
    """Tell whether a value is of another type than declared, and so treated as missing."""
    fact = facts.find(name)
    if fact is None or fact.type is None or value is None or value is WITHHELD:
        return False
    return not looks(fact.type)(value)
