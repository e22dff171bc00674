"""Decisions read from bytes: the same bytes make the same rule, and other bytes nearly the same one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

One = TypeVar("One")


class Choices:
    """Takes one byte for each decision; when there are no more, the first option each time, so that all ends."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def below(self, count: int) -> int:
        """Give a number from 0 to below a count (at most 256)."""
        if self._at >= len(self._data):
            return 0
        self._at += 1
        return self._data[self._at - 1] % count

    def pick(self, options: Sequence[One]) -> One:
        """Give one of at most 256 options."""
        return options[self.below(len(options))]

    def rarely(self, one_in: int) -> bool:
        """Give True for about one in so many."""
        return self.below(one_in) == 1

    def several(self, most: int) -> range:
        """Give a range of 1 to `most` turns."""
        return range(1 + self.below(most))
