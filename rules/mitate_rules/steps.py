"""The steps of an explanation: each condition with its answer and what it read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mitate_rules.facts import Facts, looks
from mitate_rules.tree import Node
from mitate_rules.values import WITHHELD, Answer

MARKS = {True: "✓", False: "✗", WITHHELD: "?", None: "–"}


@dataclass(frozen=True, slots=True)
class Step:
    """One condition: its answer (None when not evaluated, and then `why`), what it read, and its parts.

    `sign` False means its negation is meant. `operands` are the operands' values, as the comparison saw them.
    """

    node: Node
    sign: bool
    op: str
    result: Answer | None
    parts: tuple[Step, ...] = ()
    reads: Mapping[str, object] = field(default_factory=dict[str, object])
    operands: tuple[object, ...] = ()
    why: str | None = None
    missing: bool = False

    @property
    def lacking(self) -> bool:
        """Tell whether the condition fails because a fact is missing, not because of its value."""
        return self.result is False and self.missing

    def flipped(self) -> Step:
        """Give the same findings seen from the other side: what fails here, holds there."""
        result = not self.result if isinstance(self.result, bool) else self.result
        op = {"and": "or", "or": "and"}.get(self.op, self.op)
        parts = tuple(part.flipped() for part in self.parts)
        return replace(self, sign=not self.sign, result=result, op=op, parts=parts)


def misfits(facts: Facts, name: str, value: object) -> bool:
    """Tell whether a value is of another type than declared, and so treated as missing."""
    fact = facts.find(name)
    if fact is None or fact.type is None or value is None or value is WITHHELD:
        return False
    return not looks(fact.type)(value)
