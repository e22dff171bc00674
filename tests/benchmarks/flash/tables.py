"""The tables that are printed."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Final

from flash.comparing import added, at, fcp, lcp, loads, median, usable
from flash.costs import Time
from flash.goals import Goal
from flash.measures import Block, Delay, Picture
from flash.pages import NONE


def goal_table(goals: Sequence[Goal]) -> str:
    """Lay the goals out, and name those that are not reached."""
    rows = [("", "goal", "mitate", "")] + [(one.what, one.goal, one.found, one.peer) for one in goals]
    told = {True: "reached", False: "NOT REACHED", None: "not measured"}
    verdicts = ["", *(told[one.reached] for one in goals)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=True)), verdict]).rstrip()
        for row, verdict in zip(rows, verdicts, strict=True)
    ]
    missed = [one.what for one in goals if one.reached is False]
    lines.append(f"Not reached: {'; '.join(missed)}." if missed else "Every goal that was measured is reached.")
    return "\n".join(lines) + "\n"


HEAD: Final = ["", "answer", "shown", "flash", "swaps", "variant", "usable", "CLS", "FCP", "LCP", "+FCP", "+LCP"]


def matrix(blocks: Sequence[Block]) -> str:
    """Lay every technique out at every delay: medians, times in ms."""
    delays = dict.fromkeys(block.delay for block in sorted(blocks, key=lambda one: str(one.delay).rjust(9)))
    names = dict.fromkeys(name for block in blocks for name in block.loads)
    rows = [HEAD, *(_row(at(blocks, [delay]), name, delay) for name in names for delay in delays)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join(
        row[0].ljust(widths[0])
        + "".join(cell.rjust(width + 2) for cell, width in zip(row[1:], widths[1:], strict=True))
        + "\n"
        for row in rows
    )


def _row(some: Sequence[Block], name: str, delay: Delay) -> list[str]:
    seen = loads(some, [name])
    shown = [load for load in seen if load.variant_at is not None]
    more = [added(some, name, measure, shown=False) for measure in (fcp, lcp)]
    return [
        name,
        str(delay),
        f"{len(shown)}/{len(seen)}",
        median(load.flash for load in shown),
        str(sum(load.swapped for load in seen)),
        median(load.variant_at or 0 for load in shown),
        median(map(usable, seen)),
        f"{statistics.median(load.shift for load in seen):.3f}",
        median(load.fcp for load in seen),
        median(load.lcp for load in seen),
        *(f"{one.median:+.0f}" if one else "-" for one in more),
    ]


def time_table(costs: Sequence[Mapping[str, Time]]) -> str:
    """Lay out what each technique adds to the main thread's time."""
    lines = [f"{'':<34}" + "".join(f"{part:>12}" for part in Time._fields)]
    for name in dict.fromkeys(name for one in costs for name in one):
        differences = [[ours - bare for ours, bare in zip(one[name], one[NONE.name], strict=True)] for one in costs]
        parts = [statistics.median(part) for part in zip(*differences, strict=True)]
        lines.append(f"{name:<34}" + "".join(f"{part:>+12.1f}" for part in parts))
    return "\n".join(lines) + "\n"


def picture_table(pictures: Sequence[Picture]) -> str:
    """Lay out what the screen's pictures showed beside the sampler's notes."""
    lines = [
        f"{one.technique:<34}{one.delay:>8}  pixels {one.pixels or '-':<6} frames {one.sampled or '-':<6}"
        + ("" if one.agree else "  DIFFER")
        for one in sorted(pictures)
    ]
    agree = sum(one.agree for one in pictures)
    return "\n".join([*lines, f"Pictures and frames agree in {agree} of {len(pictures)} loads."]) + "\n"
