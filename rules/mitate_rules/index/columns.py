"""The tables of one column: which of a block's rows admit a value, by the value's class and then by the value."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from mitate_rules.facts import looks
from mitate_rules.index.bits import bits_of, postings, room, unpacked, weight, weights, without
from mitate_rules.index.cells import WholeNumbers, memory_of, number_cells
from mitate_rules.index.guards import NUMERIC, TEXTUAL, Closed, Guard, Having, Ordered
from mitate_rules.index.texts import Special, Texts

REMEMBERED: Final = 4096
"""At most so many texts, and whole numbers, are remembered."""

ByValue = Mapping[Any, int]

_OWN: Final[Mapping[str | None, type]] = {**dict.fromkeys(NUMERIC, int), "boolean": bool, "list": list}


class Tables:
    """What a block's rows ask of one column. `classes` maps a value's class to its answers by value.

    What is asked most stands by itself: the answer for a `missing` value, and those for values of its `own` class. A class
    that isn't mapped, such as that of a withheld value, leaves every row, and those of `asking` undecided. Floats are answered by `cells[bisect_right(edges, value)]`. Memory is bounded: see `bits.room`.
    """

    __slots__ = ("asking", "by_own", "cells", "classes", "edges", "missing", "own")

    def __init__(self, type_name: str | None, entries: Sequence[tuple[int, Guard]], size: int) -> None:
        closed = [(row, guard) for row, guard in entries if isinstance(guard, Closed)]
        special = [(row, guard) for row, guard in entries if not isinstance(guard, Closed)]
        admitted = without([row for row, guard in special if not _takes_nothing(guard)], size)
        none, yes, no = (admitted & without(_refusing(closed, place), size) for place in range(3))
        misfit = {} if type_name is None else dict.fromkeys((str, bool, int, list, tuple), cast(ByValue, Always(none)))
        most = min(REMEMBERED, room(size) // (size // 8 + 64))
        self.asking = bits_of([row for row, _ in entries], size)
        self.edges: Sequence[float] = ()
        self.cells: Sequence[int] = (none,)
        self.classes: dict[type, ByValue] = {type(None): {None: none}, **misfit}
        if type_name in NUMERIC or type_name is None:
            self.edges, self.cells = number_cells(closed, admitted, size)
            self.classes[int] = WholeNumbers(self.edges, self.cells, most)
        if type_name in TEXTUAL or type_name is None:
            fits = looks(type_name or "string")
            self.classes[str] = Texts(closed, special, size, most, fits=fits, missing=none)
        if type_name in ("boolean", None):
            self.classes[bool] = {True: yes, False: no}
        if type_name == "list":
            self.classes[list] = self.classes[tuple] = Lists(special, size)
        self.missing = none
        self.own: type = _OWN.get(type_name, str)
        self.by_own = self.classes[self.own]

    def answer(self, value: object) -> int | None:
        """Give the rows that a value leaves; None for one that the tables can't judge."""
        kind = value.__class__
        if kind is float:
            return self.cells[bisect_right(self.edges, cast(float, value))] if value == value else None
        by_value = self.classes.get(kind)
        return None if by_value is None else by_value[value]

    @property
    def memory(self) -> int:
        """Estimate its bytes, with those of the answers it may come to remember."""
        parts = [part for part in self.classes.values() if isinstance(part, (Texts, WholeNumbers, Lists))]
        return sum(part.memory for part in parts) + memory_of(self.cells) + 32 * len(self.edges) + weight(self.asking)


def _refusing(closed: Iterable[tuple[int, Closed]], place: int) -> list[int]:
    """Give the rows that refuse a missing value (0), true (1) or false (2)."""
    return [row for row, guard in closed if not guard[place]]


def _takes_nothing(guard: Guard) -> bool:
    """Tell whether a guard of its own kind admits what is no text (or list): only one that is turned around."""
    return not isinstance(guard, Ordered | Closed) and not guard.inside


class Always(dict[Any, int]):
    """One answer for every value: what is of another type than declared is treated as missing."""

    def __init__(self, bits: int) -> None:
        super().__init__()
        self.bits = bits

    def __getitem__(self, value: object) -> int:
        return self.bits


class Lists(dict[Any, int]):
    """Answers by list: what the rows ask of it is whether it has some text."""

    def __init__(self, special: Special, size: int) -> None:
        super().__init__()
        asking = [(row, guard) for row, guard in special if isinstance(guard, Having)]
        self.size = size
        self.base = without([row for row, guard in asking if guard.inside], size)
        self.by_item = postings(((guard.item, row) for row, guard in asking), size)

    def __getitem__(self, items: Sequence[object]) -> int:
        hit = 0
        for item in items:
            some = self.by_item.get(item) if isinstance(item, str) else None
            if some is not None:
                hit |= unpacked(some, self.size)
        return self.base ^ hit

    @property
    def memory(self) -> int:
        return weights(self.by_item)
