"""Comparisons: a technique with the bare page beside it, load by load."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterable
from typing import NamedTuple

from flash.loads import Load
from flash.measures import Block, Delay
from flash.pages import AGAIN, NONE

Measure = Callable[[Load], float]


class Added(NamedTuple):
    """What a technique adds to the page without it: the median of the differences within blocks, and where it may lie."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:+.0f} ({self.low:+.0f} to {self.high:+.0f})"


def added(blocks: Iterable[Block], name: str, measure: Measure, *, shown: bool = True) -> Added | None:
    """Compare a technique with the bare page, load by load; with `shown`, only loads that showed the variant."""
    differences = [
        measure(block.loads[name]) - measure(block.loads[NONE.name])
        for block in blocks
        if name in block.loads and (not shown or name == AGAIN.name or block.loads[name].variant_at is not None)
    ]
    if not differences:
        return None
    chance = random.Random(5)
    medians = sorted(statistics.median(chance.choices(differences, k=len(differences))) for _ in range(1000))
    return Added(statistics.median(differences), medians[25], medians[974])


def fcp(load: Load) -> float:
    return load.fcp


def lcp(load: Load) -> float:
    return load.lcp


def usable(load: Load) -> float:
    return load.usable_at or float("inf")


def at(blocks: Iterable[Block], delays: Iterable[Delay]) -> list[Block]:
    wanted = set(delays)
    return [block for block in blocks if block.delay in wanted]


def loads(blocks: Iterable[Block], names: Iterable[str], delays: Iterable[Delay] | None = None) -> list[Load]:
    wanted = set(delays) if delays is not None else None
    return [
        block.loads[name]
        for block in blocks
        for name in names
        if name in block.loads and (wanted is None or block.delay in wanted)
    ]


def median(values: Iterable[float]) -> str:
    values = list(values)
    return f"{statistics.median(values):.0f}" if values else "-"
