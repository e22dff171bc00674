"""A run of rules in priority order, answered by the tables of the columns they ask about."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Final, cast

from mitate_rules.facts import Read
from mitate_rules.index.bits import bits_of, weight
from mitate_rules.index.columns import ByValue, Tables
from mitate_rules.index.draft import Draft
from mitate_rules.index.guards import Column
from mitate_rules.values import Answer

Memo = dict[str, Answer]
Run = Callable[[Read, Memo], Answer]
Value = Callable[[Read, Memo], object]

LOOK_UPS: Final = 6
"""What a computed column costs, in look-ups of a fact."""

# A fact and its tables, taken apart: name, missing, own class, answers of that, all classes, edges, cells, asking.
_Fact = tuple[str, int, type, ByValue, Mapping[type, ByValue], Sequence[float], Sequence[int], int]
_Computed = tuple[Value, Tables]
_Stage = tuple[Sequence[_Fact], Sequence[_Computed], int]


class Block:
    """Rows in priority order. Frozen, but for what its tables remember and closures made when first needed."""

    __slots__ = ("_join", "_rest", "_stages", "_tables", "alone", "every", "exact", "rules", "several", "size")

    def __init__(
        self, draft: Draft, value_of: Callable[[Column], Value], join: Callable[[int, Sequence[int]], Run]
    ) -> None:
        chosen = draft.settle()
        self.size = len(draft.rules)
        self.every = (1 << self.size) - 1
        self.rules: Sequence[int] = _compact(draft.rules)
        self.several = frozenset(draft.several)
        self.alone = not self.several
        self.exact = self.every & ~bits_of(sorted(draft.rest), self.size)
        self._rest: dict[int, Sequence[int] | Run] = dict(draft.rest)
        self._join = join
        self._tables: dict[Hashable, Tables] = {}
        facts: list[_Fact] = []
        computed: list[_Computed] = []
        for asked in chosen:
            column = asked.column
            tables = Tables(column.type, list(zip(asked.rows, asked.guards, strict=True)), self.size)
            self._tables[column.key] = tables
            if isinstance(column.key, str):
                facts.append((column.key, *_apart(tables)))
            else:
                computed.append((value_of(column), tables))
        self._stages = _staged(facts, computed)

    def look(self, read: Read, memo: Memo, patience: int) -> tuple[int, int]:
        """Give the rows that may hold, and of these those that the tables leave in doubt, as bit sets.

        Where hardly a row is left, evaluating it costs less than the look-ups to come: `patience` says how many
        look-ups a row is worth.
        """
        found, doubt = self.every, 0
        for facts, computed, to_come in self._stages:
            if to_come and found.bit_count() * patience <= to_come:
                return found, found
            for name, missing, own, by_own, classes, edges, cells, asking in facts:
                value = read(name)
                if value is None:
                    found &= missing
                    continue
                kind = value.__class__
                if kind is own:
                    found &= by_own[value]
                elif kind is float and value == value:
                    found &= cells[bisect_right(edges, cast(float, value))]
                elif kind in classes:
                    found &= classes[kind][value]
                else:
                    doubt |= asking
            for compute, tables in computed:
                if found & tables.asking:
                    answer = tables.answer(compute(read, memo))
                    if answer is None:
                        doubt |= tables.asking
                    else:
                        found &= answer
            if not found:
                return 0, 0
        return found, doubt & found

    def rest(self, row: int) -> Run:
        """Give what is left to evaluate of a row when all its guards hold; its rule has no other row."""
        rest = self._rest[row]
        if not callable(rest):
            rest = self._rest[row] = self._join(self.rules[row], rest)
        return rest

    @property
    def memory(self) -> int:
        """Estimate its bytes, without the conditions left to evaluate."""
        return sum(tables.memory for tables in self._tables.values()) + weight(self.exact) + 4 * len(self.rules)


def _apart(tables: Tables) -> tuple[int, type, ByValue, Mapping[type, ByValue], Sequence[float], Sequence[int], int]:
    return (
        tables.missing,
        tables.own,
        tables.by_own,
        tables.classes,
        tables.edges,
        tables.cells,
        tables.asking,
    )


def _staged(facts: Sequence[_Fact], computed: Sequence[_Computed]) -> list[_Stage]:
    """Divide the columns, so that it can be asked between whether the rest is worth it; with what is still to come."""
    cost = len(facts) + LOOK_UPS * len(computed)
    stages: list[_Stage] = []
    start, length = 0, 1
    while start < len(facts):
        some = facts[start : start + length]
        stages.append((some, (), cost if start else 0))
        cost -= len(some)
        start += length
        length += 2
    for one in computed:
        stages.append(((), (one,), cost))
        cost -= LOOK_UPS
    return stages


def _compact(rules: list[int]) -> Sequence[int]:
    plain = range(rules[0], rules[0] + len(rules)) if rules else range(0)
    return plain if rules == list(plain) else array("I", rules)
