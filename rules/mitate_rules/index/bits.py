"""Sets of rows as bits of an integer: the first row is the lowest bit.

Python's integers add, cut and compare such sets at about 4 GB/s, so that a set of 100,000 rows costs half a
microsecond a step. A set of few rows among many is kept as its row numbers instead.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias, TypeVar

FEW: Final = 8
"""So many bits are found one by one faster than by cutting the set into pieces."""

_PIECE: Final = 128  # bytes

Posting: TypeAlias = "int | array[int]"
"""Some rows: a bit set, or the row numbers where that is smaller."""

Value = TypeVar("Value", bound=Hashable)


def bits_of(rows: Sequence[int], size: int) -> int:
    """Give the bit set of rows among `size`."""
    if len(rows) <= FEW:
        bits = 0
        for row in rows:
            bits |= 1 << row
        return bits
    held = bytearray(size // 8 + 1)
    for row in rows:
        held[row >> 3] |= 1 << (row & 7)
    return int.from_bytes(held, "little")


def toggled(bits: int, rows: Sequence[int], size: int) -> int:
    """Turn rows over; a row named twice stays as it was."""
    if len(rows) <= FEW:
        for row in rows:
            bits ^= 1 << row
        return bits
    held = bytearray(bits.to_bytes(size // 8 + 1, "little"))
    for row in rows:
        held[row >> 3] ^= 1 << (row & 7)
    return int.from_bytes(held, "little")


def unpacked(some: Posting, size: int) -> int:
    """Give a posting's rows as a bit set."""
    return some if isinstance(some, int) else bits_of(some, size)


def room(size: int) -> int:
    """Give the bytes for sets of one kind of one column in a block of `size` rows: a few dozen sets at least."""
    return 2**15 + 4 * size


def without(rows: Sequence[int], size: int) -> int:
    """Give the bit set of all rows but these."""
    return (1 << size) - 1 & ~bits_of(rows, size)


def postings(pairs: Iterable[tuple[Value, int]], size: int) -> dict[Value, Posting]:
    """Give the rows for each value: the longest as bit sets, as far as there is room, the others as row numbers."""
    rows: defaultdict[Value, list[int]] = defaultdict(list)
    for value, row in pairs:
        rows[value].append(row)
    sets = room(size) // (size // 8 + 28)
    least = 0 if len(rows) <= sets else max(FEW, sorted(map(len, rows.values()), reverse=True)[sets])
    return {value: bits_of(some, size) if len(some) > least else array("I", some) for value, some in rows.items()}


def rows_of(bits: int) -> Iterator[int]:
    """Give the rows of a set, the lowest first; lazily, so that the first costs little whatever follows."""
    if bits.bit_length() <= 8 * _PIECE or bits.bit_count() <= FEW:
        while bits:
            lowest = bits & -bits
            yield lowest.bit_length() - 1
            bits ^= lowest
        return
    held = bits.to_bytes(bits.bit_length() // 8 + 1, "little")
    for start in range(0, len(held), _PIECE):
        piece = int.from_bytes(held[start : start + _PIECE], "little")
        base = 8 * start - 1
        while piece:
            lowest = piece & -piece
            yield base + lowest.bit_length()
            piece ^= lowest


def weight(some: Posting) -> int:
    """Estimate the bytes that a posting takes."""
    return 28 + some.bit_length() // 8 if isinstance(some, int) else 64 + 4 * len(some)


def weights(some: Mapping[Value, Posting]) -> int:
    """Estimate the bytes that postings by value take, with their place in the mapping."""
    return sum(weight(one) + 104 for one in some.values())
