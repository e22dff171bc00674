"""Values in order: which rows a value leaves, by its place among the edges at which rows turn.

Of many edges only so many sets are kept as there is room for, and the rows that turn in between.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar, overload

from mitate_rules.index.bits import room, toggled, weight, without
from mitate_rules.index.guards import Closed, Ordered
from mitate_rules.operators import version
from mitate_rules.values import text_key

EXACT: Final = 2**53
"""Up to here whole numbers and floats are the same numbers; no constant of a rule lies beyond."""


Edge = TypeVar("Edge", float, tuple[object, int])
Turns = Iterable[tuple[Edge, int]]


def cells(start: int, turns: Turns[Edge], admitted: int, size: int) -> tuple[list[Edge], Sequence[int]]:
    """Give the edges in order, and what is left of `admitted` below, between and above them; `start` is below all."""
    rows: defaultdict[Edge, list[int]] = defaultdict(list)
    for edge, row in turns:
        rows[edge].append(row)
    edges = sorted(rows)
    if (len(edges) + 1) * (size // 8) > room(size):
        return edges, _Sparse(start, [rows[edge] for edge in edges], admitted, size)
    bits, found = start, [start & admitted]
    for edge in edges:
        bits = toggled(bits, rows[edge], size)
        found.append(bits & admitted)
    return edges, found


class _Sparse(Sequence[int]):
    """The sets between very many edges: every so manieth, and the rows that turn in between."""

    def __init__(self, start: int, turning: Sequence[Sequence[int]], admitted: int, size: int) -> None:
        self.admitted, self.size = admitted, size
        self.every = max(1, len(turning) * (size // 8) // room(size))
        self.rows = array("I", [row for rows in turning for row in rows])
        self.ends = array("I", [0])
        self.kept: list[int] = []
        bits = start
        for place, rows in enumerate(turning):
            if place % self.every == 0:
                self.kept.append(bits)
            bits = toggled(bits, rows, size)
            self.ends.append(self.ends[-1] + len(rows))
        self.kept.append(bits)

    def __len__(self) -> int:
        return len(self.ends)

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[int]: ...
    def __getitem__(self, place: int | slice) -> int | Sequence[int]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        kept = place // self.every
        turning = self.rows[self.ends[kept * self.every] : self.ends[place]]
        return toggled(self.kept[kept], turning, self.size) & self.admitted

    @property
    def memory(self) -> int:
        return 4 * (len(self.rows) + len(self.ends)) + sum(map(weight, self.kept))


def memory_of(found: Sequence[int]) -> int:
    """Estimate the bytes that cells take."""
    return found.memory if isinstance(found, _Sparse) else sum(map(weight, found))


def number_cells(closed: Sequence[tuple[int, Closed]], admitted: int, size: int) -> tuple[list[float], Sequence[int]]:
    """Give the cells of numbers."""
    start = without([row for row, guard in closed if not guard.below], size)
    return cells(start, ((edge, row) for row, guard in closed for edge in guard.edges), admitted, size)


class WholeNumbers(dict[int, int]):
    """Answers by whole number, worked out when it first comes and remembered while there is room."""

    def __init__(self, edges: Sequence[float], found: Sequence[int], most: int) -> None:
        super().__init__()
        self.edges, self.cells, self.most = edges, found, most

    def __missing__(self, number: int) -> int:
        near = number if -EXACT <= number <= EXACT else float("inf") if number > 0 else -float("inf")
        bits = self.cells[bisect_right(self.edges, near)]
        if len(self) < self.most:
            self[number] = bits
        return bits

    @property
    def memory(self) -> int:
        """Estimate the bytes of all it may come to remember; the cells are counted where they are kept."""
        return self.most * (weight(self.cells[0]) + 64)


class ByOrder:
    """Texts or versions in order; a text without a key is admitted by no row that asks."""

    def __init__(self, asking: Sequence[tuple[int, Ordered]], by_version: bool, size: int) -> None:
        every = (1 << size) - 1
        self.key: Callable[[str], object] = version if by_version else text_key
        self.without = without([row for row, _ in asking], size)
        start = without([row for row, guard in asking if not guard.below], size)
        self.edges, self.cells = cells(start, ((edge, row) for row, one in asking for edge in one.edges), every, size)

    def __call__(self, text: str) -> int:
        key = self.key(text)
        return self.without if key is None else self.cells[bisect_right(self.edges, (key, 0.5))]

    @property
    def memory(self) -> int:
        return memory_of(self.cells) + 160 * len(self.edges)
