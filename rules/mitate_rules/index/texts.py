"""Texts: which rows a text leaves, by its name, by what it starts with, by tests, or as an address by its network."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Protocol, cast

from mitate_rules.index.bits import bits_of, postings, unpacked, weight, weights, without
from mitate_rules.index.cells import ByOrder
from mitate_rules.index.guards import Closed, Guard, Networked, Ordered, Prefixed, Tested
from mitate_rules.operators import OPERATORS, address, glob

Special = Sequence[tuple[int, Guard]]


class Part(Protocol):
    """Which rows admit a text, as far as one kind of guard goes."""

    @property
    def memory(self) -> int: ...
    def __call__(self, text: str, /) -> int: ...


class Texts(dict[str, int]):
    """Answers by text, worked out when it first comes and remembered while there is room."""

    def __init__(
        self,
        closed: Sequence[tuple[int, Closed]],
        special: Special,
        size: int,
        most: int,
        *,
        fits: Callable[[object], bool],
        missing: int,
    ) -> None:
        super().__init__()
        self.size, self.most = size, most
        self.fits, self.missing = fits, missing
        self.otherwise = without([row for row, guard in closed if not guard.text], size)
        self.turned = postings(((text, row) for row, guard in closed for text in guard.turned), size)
        self.parts = _parts(special, size)

    def __missing__(self, text: str) -> int:
        bits = self.work_out(text) if self.fits(text) else self.missing
        if len(self) < self.most:
            self[text] = bits
        return bits

    def work_out(self, text: str) -> int:
        """Give the rows that a text of the column's type leaves."""
        bits = self.otherwise
        some = self.turned.get(text)
        if some is not None:
            bits ^= unpacked(some, self.size)
        for part in self.parts:
            bits &= part(text)
        return bits

    @property
    def memory(self) -> int:
        """Estimate its bytes, with those of all it may come to remember."""
        remembered = self.most * (self.size // 8 + 124)
        return remembered + weights(self.turned) + sum(part.memory for part in self.parts)


def _parts(special: Special, size: int) -> list[Part]:
    prefixed = [(row, guard) for row, guard in special if isinstance(guard, Prefixed)]
    tested = [(row, guard) for row, guard in special if isinstance(guard, Tested)]
    networked = [(row, guard) for row, guard in special if isinstance(guard, Networked)]
    ordered = [(row, guard) for row, guard in special if isinstance(guard, Ordered)]
    parts: list[Part] = []
    if prefixed:
        parts.append(ByPrefix(prefixed, size))
    if tested:
        parts.append(ByTest(tested, size))
    if networked:
        parts.append(ByNetwork(networked, size))
    for by_version in (False, True):
        some = [one for one in ordered if one[1].by_version is by_version]
        parts += [ByOrder(some, by_version, size)] if some else []
    return parts


class ByPrefix:
    """The prefixes in order, each with the longest other one that it starts with: all that a text starts with are
    its predecessor and what follows from there.
    """

    def __init__(self, asking: Sequence[tuple[int, Prefixed]], size: int) -> None:
        self.size = size
        rows = postings(((guard.prefix, row) for row, guard in asking), size)
        self.base = without([row for row, guard in asking if guard.inside], size)
        self.prefixes = sorted(rows)
        self.rows = [rows[prefix] for prefix in self.prefixes]
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

    @property
    def memory(self) -> int:
        return sum(weight(some) + 120 for some in self.rows)


def _test(op: str, wanted: str) -> Callable[[str], bool]:
    if op == "matches_glob":
        return glob(wanted)
    evaluate = cast("Callable[[str, str], bool]", OPERATORS[op].evaluate)
    return lambda text: evaluate(text, wanted)


class ByTest:
    """Each different test once."""

    def __init__(self, asking: Sequence[tuple[int, Tested]], size: int) -> None:
        self.every = (1 << size) - 1
        rows: defaultdict[tuple[str, str], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for row, guard in asking:
            rows[guard.op, guard.wanted][guard.inside].append(row)
        self.tests: list[tuple[Callable[[str], bool], int, int]] = []
        for (op, wanted), (outside, inside) in rows.items():
            self.tests.append((_test(op, wanted), bits_of(outside, size), bits_of(inside, size)))

    def __call__(self, text: str) -> int:
        refused = 0
        for test, outside, inside in self.tests:
            refused |= outside if test(text) else inside
        return self.every & ~refused

    @property
    def memory(self) -> int:
        return sum(weight(outside) + weight(inside) for _, outside, inside in self.tests)


class ByNetwork:
    """One look-up for each different length of prefix."""

    def __init__(self, asking: Sequence[tuple[int, Networked]], size: int) -> None:
        self.size = size
        self.base = without([row for row, guard in asking if guard.inside], size)
        pairs = (
            ((kind, number), row)
            for row, guard in asking
            for kind, numbers in guard.networks.items()
            for number in numbers
        )
        self.rows = postings(pairs, size)
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

    @property
    def memory(self) -> int:
        return weights(self.rows)
