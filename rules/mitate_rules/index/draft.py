"""What the rows of a block ask, gathered rule by rule and sorted by column.

Nothing of a rule is kept but its guards: what is left to evaluate is told by the places of conditions in its normal
form, so that the parsed rules of a large set never stand in memory together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from mitate_rules.index.guards import Closed, Column, Found, Guard, Ordered, Prefixed, Tested

TESTED_FROM: Final = 4
"""A test of texts that fewer rows of a block share is left to the rows that remain."""

MOST_TESTS: Final = 64
"""So many tests a block makes of each text that it doesn't remember."""

FACT_COST: Final = 0.4
COMPUTED_COST: Final = 2.0
"""A column is asked where it spares so many evaluations."""

Places = tuple[int, ...]
_Test = tuple[Hashable, str, str]


@dataclass(slots=True)
class Asked:
    """What rows ask of one column: row by row, the guard and the places of its conditions."""

    column: Column
    rows: list[int] = field(default_factory=list[int])
    guards: list[Guard] = field(default_factory=list[Guard])
    places: list[Places] = field(default_factory=list[Places])

    def add(self, row: int, guard: Guard, place: Places) -> bool:
        """Take a guard; False when the row has one of its kind on this column. Closed ones are joined."""
        other = self._same_kind(row, guard)
        if other is None:
            self.rows.append(row)
            self.guards.append(guard)
            self.places.append(place)
            return True
        if not isinstance(guard, Closed):
            return False
        self.guards[other] = cast(Closed, self.guards[other]).joined(guard, True)
        self.places[other] += place
        return True

    def _same_kind(self, row: int, guard: Guard) -> int | None:
        number = len(self.rows) - 1
        while number >= 0 and self.rows[number] == row:
            other = self.guards[number]
            same_order = (
                isinstance(other, Ordered) and isinstance(guard, Ordered) and other.by_version is guard.by_version
            )
            if other.__class__ is guard.__class__ and (same_order or not isinstance(guard, Ordered | Tested)):
                return number
            number -= 1
        return None


class Draft:
    """The rows of a block to be. `rest` has the places of what tables don't say, by row."""

    def __init__(self) -> None:
        self.rules: list[int] = []
        self.several: set[int] = set()
        self.asked: dict[Hashable, Asked] = {}
        self.rest: dict[int, Places] = {}
        self._tests: list[tuple[int, int, Column, Tested]] = []

    def add(self, rule: int, conditions: Sequence[Found | None], *, alone: bool) -> None:
        """Take a row of a rule: for each condition its column and guard, where it has them."""
        row = len(self.rules)
        self.rules.append(rule)
        if not alone:
            self.several.add(row)
        for place, found in enumerate(conditions):
            if found is None:
                self._leave(row, (place,))
            elif isinstance(found[1], Tested):
                self._tests.append((row, place, found[0], found[1]))
            else:
                self._ask(row, place, *found)

    def settle(self) -> list[Asked]:
        """Choose the columns to ask, the most sparing first; what others would have said is left to evaluate."""
        shared = self._shared_tests()
        for row, place, column, test in self._tests:
            if (column.key, test.op, test.wanted) in shared:
                self._ask(row, place, column, test)
            else:
                self._leave(row, (place,))
                if test.head:
                    self._of(column).add(row, Prefixed(test.head, True), (place,))
        chosen = _worth_asking(self.asked, len(self.rules))
        for key in self.asked.keys() - set(chosen):
            for row, places in zip(self.asked[key].rows, self.asked[key].places, strict=True):
                self._leave(row, places)
        return [self.asked[key] for key in chosen]

    def _of(self, column: Column) -> Asked:
        asked = self.asked.get(column.key)
        if asked is None:
            asked = self.asked[column.key] = Asked(column)
        return asked

    def _ask(self, row: int, place: int, column: Column, guard: Guard) -> None:
        if not self._of(column).add(row, guard, (place,)):
            self._leave(row, (place,))

    def _leave(self, row: int, places: Places) -> None:
        known = self.rest.get(row, ())
        self.rest[row] = known + tuple(place for place in places if place not in known)

    def _shared_tests(self) -> set[_Test]:
        """Find the tests of texts to make for all rows: shared ones, and those first that no prefix stands for."""
        counts: Counter[_Test] = Counter()
        headless: set[_Test] = set()
        for _, _, column, test in self._tests:
            known = (column.key, test.op, test.wanted)
            counts[known] += 1
            if not test.head:
                headless.add(known)
        shared = [test for test, count in counts.items() if count >= TESTED_FROM]
        return set(sorted(shared, key=lambda test: (test not in headless, -counts[test]))[:MOST_TESTS])


def _worth_asking(asked: Mapping[Hashable, Asked], size: int) -> list[Hashable]:
    """Choose the columns to look up, the most sparing first: each spares evaluations that those before it leave."""
    spared = {key: [_spares(guard) for guard in one.guards] for key, one in asked.items()}
    order = sorted(spared, key=lambda key: (not isinstance(key, str), -sum(spared[key])))
    left = [1.0] * size
    chosen: list[Hashable] = []
    for key in order:
        pairs = list(zip(asked[key].rows, spared[key], strict=True))
        worth = sum(left[row] * share + 0.02 for row, share in pairs)
        if worth < (FACT_COST if isinstance(key, str) else COMPUTED_COST):
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
