"""A run of rules in priority order, answered by the tables of the columns they ask about."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from mitate_rules.facts import Read
from mitate_rules.index.bits import bits_of, weight
from mitate_rules.index.columns import ByValue, Tables
from mitate_rules.index.guards import Closed, Column, Found, Guard, Ordered, Prefixed, Tested
from mitate_rules.index.normal import Condition
from mitate_rules.values import Answer

Memo = dict[str, Answer]
Run = Callable[[Read, Memo], Answer]
Value = Callable[[Read, Memo], object]

TESTED_FROM: Final = 4
"""A test of texts that fewer rows of a block share is left to the rows that remain."""

MOST_TESTS: Final = 64
"""So many tests a block makes of each text that it doesn't remember."""

_FACT_COST: Final = 1.0
_COMPUTED_COST: Final = 2.0
_COMPUTED_LOOK_UPS: Final = 6
"""What a look-up costs, in evaluations of a rule; a column is asked where it spares as much."""


@dataclass(slots=True)
class Row:
    """One row of a rule in normal form: its conditions, each with its column and guard where it has one.

    `alone` says that its rule has no other row.
    """

    rule: int
    parts: Sequence[tuple[Condition, Found | None]]
    alone: bool


@dataclass(slots=True)
class _Asked:
    """What the rows of a block ask of one column."""

    column: Column
    rows: list[int] = field(default_factory=list[int])
    guards: list[Guard] = field(default_factory=list[Guard])
    conditions: list[Sequence[Condition]] = field(default_factory=list[Sequence[Condition]])


# A fact and its tables, taken apart: name, missing, own class, answers of that, all classes, edges, cells, asking.
_Fact = tuple[str, int, type, ByValue, Mapping[type, ByValue], Sequence[float], Sequence[int], int]
_Computed = tuple[Value, Tables]
_Stage = tuple[Sequence[_Fact], Sequence[_Computed], int]


class Block:
    """Rows in priority order. Frozen, but for what its tables remember and closures made when first needed."""

    __slots__ = ("_join", "_rest", "_stages", "_tables", "alone", "every", "exact", "rules", "several", "size")

    def __init__(
        self,
        rows: Sequence[Row],
        value_of: Callable[[Column], Value],
        join: Callable[[Sequence[Condition]], Run],
    ) -> None:
        size = len(rows)
        asked, rest = _arranged(rows, _shared_tests(rows))
        chosen = _worth_asking(asked, size)
        for key in asked.keys() - set(chosen):
            for row, conditions in zip(asked[key].rows, asked[key].conditions, strict=True):
                rest.setdefault(row, []).extend(conditions)
        self.size = size
        self.every = (1 << size) - 1
        self.rules: Sequence[int] = _compact([row.rule for row in rows])
        self.several = frozenset(number for number, row in enumerate(rows) if not row.alone)
        self.alone = not self.several
        self.exact = self.every & ~bits_of(sorted(rest), size)
        self._rest: dict[int, Sequence[Condition] | Run] = cast("dict[int, Sequence[Condition] | Run]", rest)
        self._join = join
        self._tables: dict[Hashable, Tables] = {}
        facts: list[_Fact] = []
        computed: list[_Computed] = []
        for key in chosen:
            column = asked[key].column
            tables = Tables(column.type, list(zip(asked[key].rows, asked[key].guards, strict=True)), size)
            self._tables[key] = tables
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
        """Give what is left to evaluate of a row when all its guards hold."""
        rest = self._rest[row]
        if not callable(rest):
            rest = self._rest[row] = self._join(rest)
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
    cost = len(facts) + _COMPUTED_LOOK_UPS * len(computed)
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
        cost -= _COMPUTED_LOOK_UPS
    return stages


def _compact(rules: list[int]) -> Sequence[int]:
    plain = range(rules[0], rules[0] + len(rules)) if rules else range(0)
    return plain if rules == list(plain) else array("I", rules)


def _shared_tests(rows: Sequence[Row]) -> set[tuple[Hashable, str, str]]:
    """Find the tests of texts that are worth making for all rows: shared ones, those first that no prefix stands for."""
    counts: Counter[tuple[Hashable, str, str]] = Counter()
    headless: set[tuple[Hashable, str, str]] = set()
    for row in rows:
        for _, found in row.parts:
            if found is not None and isinstance(found[1], Tested):
                test = (found[0].key, found[1].op, found[1].wanted)
                counts[test] += 1
                if not found[1].head:
                    headless.add(test)
    shared = [test for test, count in counts.items() if count >= TESTED_FROM]
    return set(sorted(shared, key=lambda test: (test not in headless, -counts[test]))[:MOST_TESTS])


def _arranged(
    rows: Sequence[Row], tests: Collection[tuple[Hashable, str, str]]
) -> tuple[dict[Hashable, _Asked], dict[int, list[Condition]]]:
    """Sort what rows ask by column; what has no guard there, or says more than its guard, is left to evaluate.

    Closed guards of one row on one column are joined; of those of another kind a row has one in a column.
    """
    asked: dict[Hashable, _Asked] = {}
    rest: dict[int, list[Condition]] = {}
    for number, row in enumerate(rows):
        for condition, found in row.parts:
            if found is None:
                rest.setdefault(number, []).append(condition)
                continue
            column, guard = found
            if isinstance(guard, Tested) and (column.key, guard.op, guard.wanted) not in tests:
                if not guard.head:
                    rest.setdefault(number, []).append(condition)
                    continue
                guard = Prefixed(guard.head, True, exact=False)
            known = asked.get(column.key)
            if known is None:
                known = asked[column.key] = _Asked(column)
            place = _same_kind(known, number, guard)
            if place is None:
                known.rows.append(number)
                known.guards.append(guard)
                known.conditions.append((condition,))
            elif isinstance(guard, Closed):
                known.guards[place] = cast(Closed, known.guards[place]).joined(guard, True)
                known.conditions[place] = (*known.conditions[place], condition)
            else:
                rest.setdefault(number, []).append(condition)
                continue
            if isinstance(guard, Prefixed) and not guard.exact:
                rest.setdefault(number, []).append(condition)
    return asked, rest


def _same_kind(asked: _Asked, row: int, guard: Guard) -> int | None:
    """Find the guard of the same kind that a row already has on a column."""
    place = len(asked.rows) - 1
    while place >= 0 and asked.rows[place] == row:
        other = asked.guards[place]
        if isinstance(guard, Tested):
            return None  # of tests a row may have several
        if other.__class__ is guard.__class__ and (
            not isinstance(guard, Ordered) or guard.by_version is cast(Ordered, other).by_version
        ):
            return place
        place -= 1
    return None


def _worth_asking(asked: Mapping[Hashable, _Asked], size: int) -> list[Hashable]:
    """Choose the columns to look up, the most sparing first: each spares evaluations that those before it leave."""
    spared = {key: [_spares(guard) for guard in one.guards] for key, one in asked.items()}
    order = sorted(spared, key=lambda key: (not isinstance(key, str), -sum(spared[key])))
    left = [1.0] * size
    chosen: list[Hashable] = []
    for key in order:
        pairs = list(zip(asked[key].rows, spared[key], strict=True))
        worth = sum(left[row] * share + 0.02 for row, share in pairs)
        if worth < (_FACT_COST if isinstance(key, str) else _COMPUTED_COST):
            continue
        chosen.append(key)
        for row, share in pairs:
            left[row] *= 1 - share
    return chosen


def _spares(guard: Guard) -> float:
    """Guess how often a guard refuses (0-1): naming a value is rare, naming an exception leaves nearly all."""
    if isinstance(guard, Closed):
        if guard.edges:
            return 0.5
        return 0.9 if guard.turned and not guard.text else 0.5 if not guard.turned else 0.1
    if isinstance(guard, Ordered):
        return 0.5
    return 0.8 if guard.inside else 0.1
