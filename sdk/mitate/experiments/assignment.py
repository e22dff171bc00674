"""Who gets what: deterministic buckets, arms and holdouts. Pure; the same in every language.

The hash is the second version of GrowthBook's published one (its SDK specification, `hash`): FNV-1a with 32 bits over
seed + key, then again over that number's decimal digits, in 10,000 buckets. As in JavaScript, a character beyond
ASCII enters as its UTF-16 code units, not as bytes of UTF-8.

Each question has its own seed (`site:holdout`, `ID:holdout`, `ID:arm`), so that the answers are independent.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate

BUCKETS = 10_000

_OFFSET = 0x811C9DC5
_PRIME = 0x01000193


def bucket(seed: str, key: str) -> float:
    """Return where a key falls for a seed: one of 10,000 equal steps from 0.0 up to 0.9999."""
    value = _seed_state(seed)
    for unit in key.encode("ascii") if key.isascii() else _utf16_units(key):
        value = (value ^ unit) * _PRIME & 0xFFFFFFFF
    digits = b"%d" % value
    value = _OFFSET
    for unit in digits:  # so few that cutting to 32 bits once, at the end, is cheaper and the same
        value = (value ^ unit) * _PRIME
    return (value & 0xFFFFFFFF) % BUCKETS / BUCKETS


def choose_arm(n: float, weights: Sequence[float], coverage: float = 1.0) -> int | None:
    """Return which arm a bucket value falls to, or None for nobody's part of the line.

    `weights` are relative: 1, 1 is half and half. An arm has its share of the line from the sum of the shares before
    it; `coverage` (0-1) keeps only the first part of each share, so that a ramp-up moves nobody from arm to arm.
    Raises ValueError for a weight or coverage that is negative or not finite, or a coverage above 1.
    """
    for index, (start, end) in enumerate(arm_ranges(tuple(weights), coverage)):
        if start <= n < end:
            return index
    return None


def in_holdout(seed: str, key: str, share: float) -> bool:
    """Tell whether a key belongs to the `share` (0-1) that is held out under this seed."""
    return share > 0 and bucket(seed, key) < share


@lru_cache(maxsize=1024)
def arm_ranges(weights: tuple[float, ...], coverage: float = 1.0) -> tuple[tuple[float, float], ...]:
    """Return each arm's part of the line from 0 to 1, `start <= n < end`; nobody's when all weights are 0."""
    if not all(math.isfinite(weight) and weight >= 0 for weight in weights):
        raise ValueError(f"expected weights of 0 or more, got {list(weights)!r}")
    if not 0 <= coverage <= 1:
        raise ValueError(f"expected a coverage from 0 to 1, got {coverage!r}")
    sums = list(accumulate(weights))
    if not sums or sums[-1] == 0:
        return tuple((0.0, 0.0) for _ in weights)
    # Sums of the weights themselves, each divided once by the whole: the last bound is exactly 1.
    ends = [part / sums[-1] for part in sums]
    starts = [0.0, *ends[:-1]]
    return tuple(
        (start, end if coverage == 1 else start + coverage * (end - start))
        for start, end in zip(starts, ends, strict=True)
    )


@lru_cache(maxsize=4096)
def _seed_state(seed: str) -> int:
    """Return the hash after the seed: seeds are few and come again with every visitor."""
    value = _OFFSET
    for unit in _utf16_units(seed):
        value = (value ^ unit) * _PRIME & 0xFFFFFFFF
    return value


def _utf16_units(text: str) -> Iterable[int]:
    return memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H")
