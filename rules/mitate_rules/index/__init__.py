"""Which rules match, told from the values of facts, however many rules there are.

A rule in normal form is a few rows (`normal`), each condition of a row admits certain values of one column (`guards`).
Rows are bits, the first rule the lowest; for each column a table says which rows a value leaves (`columns`), and the
sets of all columns are cut. Rules stand in blocks of priority that grow eightfold (`blocks`), so that a visitor who
meets an early rule never pays for those behind. What the tables can't say is evaluated, for the rows they leave.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, cast

from mitate_rules.facts import Read
from mitate_rules.index.bits import bits_of, rows_of
from mitate_rules.index.blocks import Block, Memo, Run, Value
from mitate_rules.index.draft import Draft
from mitate_rules.index.guards import Column, Guards
from mitate_rules.index.normal import Normal
from mitate_rules.operators import elapsed_days
from mitate_rules.parse import parse
from mitate_rules.program import Compiler
from mitate_rules.settle import settle
from mitate_rules.tree import Call, Node
from mitate_rules.values import WITHHELD, is_number

__all__ = ["Block", "Builder", "Memo", "Run", "bits_of", "rows_of"]

FIRST: Final = 32
GROWTH: Final = 8
"""Rows in the first block, and how much larger each next one is."""


class Builder:
    """Turns checked rules, given in priority order, into blocks. `rule_of` gives a rule by its number again."""

    def __init__(self, compiler: Compiler, rule_of: Callable[[int], object]) -> None:
        self.blocks: list[Block] = []
        self._compiler = compiler
        self._rule_of = rule_of
        self._guards = Guards(compiler.vocabulary)
        self._normal = Normal(compiler.vocabulary, self._guards.single)
        self._draft = Draft()
        self._capacity = FIRST

    def add(self, rule: int, node: Node) -> None:
        """Take a rule by its number."""
        rows = self._normal.rows(node)
        for row in rows:
            self._draft.add(rule, [self._guards.of(*condition) for condition in row], alone=len(rows) == 1)
        if len(self._draft.rules) >= self._capacity:
            self._capacity *= GROWTH
            self.finish()

    def finish(self) -> list[Block]:
        """Close the last block; give all."""
        if self._draft.rules:
            self.blocks.append(Block(self._draft, self._value, self._join))
            self._draft = Draft()
            self._guards.forget()
        return self.blocks

    def _join(self, rule: int, places: Sequence[int]) -> Run:
        """Compile conditions of a rule that is one row."""
        node = parse(self._rule_of(rule)).node
        assert node is not None  # it was checked
        (row,) = self._normal.rows(node)
        return self._compiler.every([row[place] for place in places])

    def _value(self, column: Column) -> Value:
        """Give the closure that computes a column."""
        kind = cast("tuple[str, ...]", column.key)[0]
        node = cast(Call, column.node)
        if kind == "audience":
            _, name, sign = cast("tuple[str, str, bool]", column.key)
            return self._compiler.audience(name, sign)
        if kind in ("in_list", "in_cidr"):
            return self._compiler.condition(node)
        args = settle(node, self._compiler.vocabulary)
        if kind == "days":
            return _elapsed(self._compiler.value(args[0]), self._compiler.value(args[3]))
        return _minute(self._compiler.value(args[2]), self._compiler.value(args[3]))


def _elapsed(since: Value, now: Value) -> Value:
    def days(read: Read, memo: Memo) -> object:
        first, last = since(read, memo), now(read, memo)
        return WITHHELD if first is WITHHELD or last is WITHHELD else elapsed_days(first, last)

    return days


def _minute(hour: Value, minute: Value) -> Value:
    def of_day(read: Read, memo: Memo) -> object:
        hours, minutes = hour(read, memo), minute(read, memo)
        if hours is WITHHELD or minutes is WITHHELD:
            return WITHHELD
        if not (is_number(hours) and is_number(minutes)):
            return None
        first, second = cast(float, hours), cast(float, minutes)
        return first * 60 + second if 0 <= first <= 24 and 0 <= second < 60 else None  # as operators.time_between

    return of_day
