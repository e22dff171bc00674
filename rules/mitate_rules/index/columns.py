"""The tables of one column: which of a block's rows admit a value.

Texts are looked up by name, by prefix, by order, by version or by network; numbers by bisection among all edges; what
is found is one bit set. Memory is bounded: a set is kept as row numbers where that is smaller, of many edges only
some sets are kept and what turns in between, and only so many answers are remembered.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Final, cast

from mitate_rules.index.bits import FEW, Posting, bits_of, toggled, unpacked, weight
from mitate_rules.index.guards import NUMERIC, TEXTUAL, Closed, Guard, Having, Networked, Ordered, Prefixed, Tested
from mitate_rules.operators import OPERATORS, address, version
from mitate_rules.values import text_key

REMEMBERED: Final = 4096
"""At most so many texts, and whole numbers, are remembered."""

EXACT: Final = 2**53
"""Up to here whole numbers and floats are the same numbers; no constant of a rule lies beyond."""



def room(size: int) -> int:
    """Give the bytes for bit sets of one kind of one column in a block of so many rows: a few dozen sets at least."""
    return 2**15 + 4 * size


ByText = Callable[[str], int]
ByValue = Mapping[Any, int]


class Tables:
    """What a block's rows ask of one column. `classes` maps a value's class to its answers by value.

    A class it doesn't map, such as that of a withheld value, leaves every row, and those of `asking` undecided.
    Floats are answered by `cells[bisect_right(edges, value)]`.
    """

    __slots__ = ("asking", "cells", "classes", "edges")

    def __init__(self, type_name: str | None, entries: Sequence[tuple[int, Guard]], size: int) -> None:
        closed = [(row, guard) for row, guard in entries if isinstance(guard, Closed)]
        special = [(row, guard) for row, guard in entries if not isinstance(guard, Closed)]
        every = (1 << size) - 1
        admitted = every & ~bits_of([row for row, guard in special if not _takes_nothing(guard)], size)
        none, yes, no = (admitted & ~bits_of(_refusing(closed, place), size) for place in range(3))
        misfit = {} if type_name is None else dict.fromkeys((str, bool, int, list, tuple), cast(ByValue, _Always(none)))
        most = min(REMEMBERED, room(size) // (size // 8 + 64))
        self.asking = bits_of([row for row, _ in entries], size)
        self.edges: Sequence[float] = ()
        self.cells: Sequence[int] = (none,)
        self.classes: dict[type, ByValue] = {type(None): {None: none}, **misfit}
        if type_name in NUMERIC or type_name is None:
            self.edges, self.cells = _numbers(closed, admitted, size)
            self.classes[int] = _Whole(self.edges, self.cells, most)
        if type_name in TEXTUAL or type_name is None:
            self.classes[str] = _Texts(_ByText(closed, special, size), most)
        if type_name in ("boolean", None):
            self.classes[bool] = {True: yes, False: no}
        if type_name == "list":
            self.classes[list] = self.classes[tuple] = _Lists(special, size)

    @property
    def memory(self) -> int:
        """Estimate its bytes, with those of the answers it may come to remember."""
        return sum(map(_memory, self.classes.values())) + _memory(self.cells) + 32 * len(self.edges)


def _refusing(closed: Iterable[tuple[int, Closed]], place: int) -> list[int]:
    """Give the rows that refuse a missing value (0), true (1) or false (2)."""
    return [row for row, guard in closed if not guard[place]]


def _takes_nothing(guard: Guard) -> bool:
    """Tell whether a guard of its own kind admits what is no text (or list): only one that is turned around."""
    return not isinstance(guard, Ordered | Closed) and not guard.inside


# -- answers by value


class _Always(dict[Any, int]):
    """One answer for every value."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def __getitem__(self, value: object) -> int:
        return self.bits


class _Texts(dict[str, int]):
    """Answers by text, worked out when it first comes."""

    def __init__(self, work_out: _ByText, room: int) -> None:
        super().__init__()
        self.work_out, self.room = work_out, room

    def __missing__(self, text: str) -> int:
        bits = self.work_out(text)
        if len(self) < self.room:
            self[text] = bits
        return bits


class _Whole(dict[int, int]):
    """Answers by whole number, worked out when it first comes."""

    def __init__(self, edges: Sequence[float], cells: Sequence[int], room: int) -> None:
        super().__init__()
        self.edges, self.cells, self.room = edges, cells, room

    def __missing__(self, number: int) -> int:
        near = number if -EXACT <= number <= EXACT else float("inf") if number > 0 else -float("inf")
        bits = self.cells[bisect_right(self.edges, near)]
        if len(self) < self.room:
            self[number] = bits
        return bits


class _Lists(dict[Any, int]):
    """Answers by list: what the rows ask of it is whether it has some text."""

    def __init__(self, special: Sequence[tuple[int, Guard]], size: int) -> None:
        asking = [(row, guard) for row, guard in special if isinstance(guard, Having)]
        self.size = size
        self.base = ~bits_of([row for row, guard in asking if guard.inside], size) & (1 << size) - 1
        self.by_item = _postings(((guard.item, row) for row, guard in asking), size)

    def __getitem__(self, items: Sequence[object]) -> int:
        hit = 0
        for item in items:
            some = self.by_item.get(item) if item.__class__ is str else None
            if some is not None:
                hit |= unpacked(some, self.size)
        return self.base ^ hit


def _postings(pairs: Iterable[tuple[Hashable, int]], size: int) -> dict[Hashable, Posting]:
    """Give the rows for each value: the longest as bit sets, as far as there is room, the others as row numbers."""
    rows: defaultdict[Hashable, list[int]] = defaultdict(list)
    for value, row in pairs:
        rows[value].append(row)
    sets = room(size) // (size // 8 + 28)
    least = 0 if len(rows) <= sets else max(FEW, sorted(map(len, rows.values()), reverse=True)[sets])
    return {value: bits_of(some, size) if len(some) > least else array("I", some) for value, some in rows.items()}


# -- texts


class _ByText:
    """Which rows admit a text: by name, and by each kind of guard that texts have."""

    def __init__(self, closed: Sequence[tuple[int, Closed]], special: Sequence[tuple[int, Guard]], size: int) -> None:
        self.size = size
        self.otherwise = ~bits_of([row for row, guard in closed if not guard.text], size) & (1 << size) - 1
        self.turned = _postings(((text, row) for row, guard in closed for text in guard.turned), size)
        self.parts: list[ByText] = []
        prefixed = [(row, guard) for row, guard in special if isinstance(guard, Prefixed)]
        networked = [(row, guard) for row, guard in special if isinstance(guard, Networked)]
        ordered = [(row, guard) for row, guard in special if isinstance(guard, Ordered)]
        tested = [(row, guard) for row, guard in special if isinstance(guard, Tested)]
        if prefixed:
            self.parts.append(_ByPrefix(prefixed, size))
        if networked:
            self.parts.append(_ByNetwork(networked, size))
        for by_version in {guard.by_version for _, guard in ordered}:
            self.parts.append(_ByOrder([one for one in ordered if one[1].by_version is by_version], by_version, size))
        if tested:
            self.parts.append(_ByTest(tested, size))

    def __call__(self, text: str) -> int:
        left = self.otherwise
        some = self.turned.get(text)
        if some is not None:
            left ^= unpacked(some, self.size)
        for part in self.parts:
            left &= part(text)
        return left


class _ByPrefix:
    """The prefixes in order, each with the longest other one that it starts with: all that a text starts with are
    its predecessor and what follows from there.
    """

    def __init__(self, asking: Sequence[tuple[int, Prefixed]], size: int) -> None:
        self.size = size
        postings = _postings(((guard.prefix, row) for row, guard in asking), size)
        self.base = ~bits_of([row for row, guard in asking if guard.inside], size) & (1 << size) - 1
        self.prefixes = sorted(cast("dict[str, Posting]", postings))
        self.rows = [postings[prefix] for prefix in self.prefixes]
        self.shorter: list[int] = []
        chain: list[int] = []
        for place, prefix in enumerate(self.prefixes):
            while chain and not prefix.startswith(self.prefixes[chain[-1]]):
                chain.pop()
            self.shorter.append(chain[-1] if chain else -1)
            chain.append(place)

    def __call__(self, text: str) -> int:
        bits, place = self.base, bisect_right(self.prefixes, text) - 1
        while place >= 0:
            if text.startswith(self.prefixes[place]):
                bits ^= unpacked(self.rows[place], self.size)
            place = self.shorter[place]
        return bits


class _ByTest:
    """Each different test once."""

    def __init__(self, asking: Sequence[tuple[int, Tested]], size: int) -> None:
        self.every = (1 << size) - 1
        rows: defaultdict[tuple[str, str], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for row, guard in asking:
            rows[guard.op, guard.wanted][guard.inside].append(row)
        self.tests = [
            (cast("Callable[[str, str], bool]", OPERATORS[op].evaluate), wanted, *(bits_of(some, size) for some in sides))
            for (op, wanted), sides in rows.items()
        ]

    def __call__(self, text: str) -> int:
        refused = 0
        for test, wanted, outside, inside in self.tests:
            refused |= outside if test(text, wanted) else inside
        return self.every & ~refused


class _ByNetwork:
    """One look-up for each different length of prefix."""

    def __init__(self, asking: Sequence[tuple[int, Networked]], size: int) -> None:
        self.size = size
        self.base = ~bits_of([row for row, guard in asking if guard.inside], size) & (1 << size) - 1
        pairs = (
            ((kind, number), row)
            for row, guard in asking
            for kind, numbers in guard.networks.items()
            for number in numbers
        )
        self.rows = _postings(pairs, size)
        self.kinds = sorted({kind for _, guard in asking for kind in guard.networks})

    def __call__(self, text: str) -> int:
        known = address(text)
        if known is None:
            return self.base
        family, number = known
        width, hit = 32 if family == 4 else 128, 0
        for kind in self.kinds:
            if kind[0] == family:
                some = self.rows.get((kind, number >> (width - kind[1])))
                if some is not None:
                    hit |= unpacked(some, self.size)
        return self.base ^ hit


class _ByOrder:
    """Bisection among the edges; a text without a key is admitted by no row that asks."""

    def __init__(self, asking: Sequence[tuple[int, Ordered]], by_version: bool, size: int) -> None:
        every = (1 << size) - 1
        self.key: Callable[[str], object] = version if by_version else text_key
        self.without = every & ~bits_of([row for row, _ in asking], size)
        start = every & ~bits_of([row for row, guard in asking if not guard.below], size)
        turns = ((edge, row) for row, guard in asking for edge in guard.edges)
        self.edges, self.cells = _cells(start, turns, every, size)

    def __call__(self, text: str) -> int:
        key = self.key(text)
        return self.without if key is None else self.cells[bisect_right(self.edges, (key, 0.5))]


# -- numbers


def _numbers(closed: Sequence[tuple[int, Closed]], admitted: int, size: int) -> tuple[list[float], Sequence[int]]:
    start = (1 << size) - 1 & ~bits_of([row for row, guard in closed if not guard.below], size)
    return _cells(start, ((edge, row) for row, guard in closed for edge in guard.edges), admitted, size)


def _cells(
    start: int, turns: Iterable[tuple[Any, int]], admitted: int, size: int
) -> tuple[list[Any], Sequence[int]]:
    """Give the edges in order, and the rows that what lies between them leaves."""
    rows: dict[Any, list[int]] = {}
    for edge, row in turns:
        rows.setdefault(edge, []).append(row)
    edges = sorted(rows)
    if (len(edges) + 1) * (size // 8) > room(size):
        return edges, _Sparse(start, [rows[edge] for edge in edges], admitted, size)
    bits, cells = start, [start & admitted]
    for edge in edges:
        bits = toggled(bits, rows[edge], size)
        cells.append(bits & admitted)
    return edges, cells


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

    def __getitem__(self, place: Any) -> Any:
        kept = place // self.every
        turning = self.rows[self.ends[kept * self.every] : self.ends[place]]
        return toggled(self.kept[kept], turning, self.size) & self.admitted


# -- memory, estimated


def _memory(part: object) -> int:
    if isinstance(part, _Texts):
        return _memory(part.work_out) + part.room * (weight(part.work_out.otherwise) + 96)
    if isinstance(part, _Whole):
        return part.room * (weight(part.cells[0]) + 64)
    if isinstance(part, _Sparse):
        return 4 * (len(part.rows) + len(part.ends)) + sum(map(weight, part.kept))
    if isinstance(part, _Lists):
        return _of_postings(part.by_item)
    if isinstance(part, _ByText):
        return _of_postings(part.turned) + sum(map(_memory, part.parts))
    if isinstance(part, _ByPrefix):
        return sum(map(weight, part.rows)) + 120 * len(part.rows)
    if isinstance(part, _ByTest):
        return sum(weight(outside) + weight(inside) for _, _, outside, inside in part.tests)
    if isinstance(part, _ByNetwork):
        return _of_postings(part.rows)
    if isinstance(part, _ByOrder):
        return _memory(part.cells) + 160 * len(part.edges)
    if isinstance(part, (list, tuple)):
        return sum(map(weight, cast("Sequence[int]", part)))
    return sum(map(weight, part.values())) if isinstance(part, dict) else 0


def _of_postings(postings: Mapping[Hashable, Posting]) -> int:
    return sum(weight(some) + 104 for some in postings.values())
