"""Which of many rules can meet at all: for each rule and variable the examples it may hold for, as bit sets of rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from mitate_rules.solving.space import AND, LIT, OR, Compiled, Part, Space

Hull = dict[int, int]


class Hulls:
    """The hulls of rules, numbered in priority order: a rule may hold only inside its hull."""

    def __init__(self, space: Space, rules: Sequence[Compiled]) -> None:
        self.every = space.everything()
        self.hulls = [hull_of(rule) for rule in rules]
        self._all = (1 << len(rules)) - 1
        self._bound: dict[int, int] = {}
        self._by_mask: dict[int, dict[int, int]] = {}
        self._at: dict[tuple[int, int], int] = {}
        self._meets: dict[tuple[int, int], int] = {}
        for number, hull in enumerate(self.hulls):
            if hull is None:
                self._all &= ~(1 << number)
                continue
            for place, mask in hull.items():
                self._bound[place] = self._bound.get(place, 0) | 1 << number
                masks = self._by_mask.setdefault(place, {})
                masks[mask] = masks.get(mask, 0) | 1 << number

    def admitting(self, chosen: Mapping[int, int], before: int) -> Iterator[int]:
        """Give the rules before one that may hold for the chosen examples, in order."""
        left = self._all & ((1 << before) - 1)
        for place, bound in self._bound.items():
            left &= ~bound | self._admitting(place, chosen.get(place, 0))
            if not left:
                break
        yield from _bits(left)

    def meeting(self, number: int) -> list[int]:
        """Give the rules before one that may hold together with it, in order."""
        hull = self.hulls[number]
        if hull is None:
            return []
        left = self._all & ((1 << number) - 1)
        for place, mask in hull.items():
            left &= self._meeting(place, mask)
            if not left:
                break
        return list(_bits(left))

    def _meeting(self, place: int, mask: int) -> int:
        key = (place, mask)
        if key not in self._meets:
            found = ~self._bound[place]
            for other, rules in self._by_mask[place].items():
                if other & mask:
                    found |= rules
            self._meets[key] = found
        return self._meets[key]

    def _admitting(self, place: int, cell: int) -> int:
        key = (place, cell)
        if key not in self._at:
            bit, found = 1 << cell, 0
            for mask, rules in self._by_mask[place].items():
                if mask & bit:
                    found |= rules
            self._at[key] = found
        return self._at[key]


def hull_of(part: Compiled) -> Hull | None:
    """Give for each variable the examples that a formula may hold for; None where it never holds."""
    if isinstance(part, bool):
        return {} if part else None
    if part[0] == LIT:
        return {cast(int, part[1]): cast(int, part[2])}
    if part[0] not in (AND, OR):
        return {}
    inner = [hull_of(one) for one in cast("tuple[Part, ...]", part[1])]
    return _meet(inner) if part[0] == AND else _join([one for one in inner if one is not None])


def _meet(hulls: Sequence[Hull | None]) -> Hull | None:
    found: Hull = {}
    for hull in hulls:
        if hull is None:
            return None
        for place, mask in hull.items():
            found[place] = found.get(place, mask) & mask
            if not found[place]:
                return None
    return found


def _join(hulls: Sequence[Hull]) -> Hull | None:
    if not hulls:
        return None
    places = set(hulls[0]).intersection(*hulls[1:])
    found: Hull = {}
    for place in places:
        found[place] = 0
        for hull in hulls:
            found[place] |= hull[place]
    return found


def _bits(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
