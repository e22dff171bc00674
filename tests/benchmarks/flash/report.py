"""The tables: what each technique showed, and which goals mitate reached."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from flash.costs import Time
from flash.loads import Load
from flash.measures import Block, Delay, Picture
from flash.pages import AGAIN, DEADLINE, NONE

FRAME: Final = 1000 / 60
"""Milliseconds."""

AT_ONCE: Final = ["mitate, decision in the page", "mitate, rendered block", "mitate, cached on the device"]
NETWORK: Final = ["mitate, over the network", "mitate, blocking=render"]
OURS: Final = AT_ONCE + NETWORK
SYNC: Final = "GrowthBook sync, anti-flicker"
ASYNC: Final = "GrowthBook async"

Measure = Callable[[Load], float]


class Goal(NamedTuple):
    """One line of the table of goals."""

    what: str
    goal: str
    found: str
    peer: str
    reached: bool | None
    """None where nothing was measured that could tell."""


class Added(NamedTuple):
    """What a technique adds to the page without it: the median of the differences within blocks, and where it may lie."""

    median: float
    low: float
    high: float
    count: int

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
    return Added(statistics.median(differences), medians[25], medians[974], len(differences))


def fcp(load: Load) -> float:
    return load.fcp


def lcp(load: Load) -> float:
    return load.lcp


def usable(load: Load) -> float:
    return load.usable_at or float("inf")


# -- the goals


def goals(
    blocks: Sequence[Block],
    routes: Sequence[Load],
    strict: Sequence[Load],
    costs: Sequence[Mapping[str, Time]],
    sizes: Mapping[str, int],
) -> list[Goal]:
    """Hold what was measured against what was promised."""
    return [
        _no_flash(blocks),
        *_shown(blocks),
        _shift(blocks),
        *_first_paint(blocks),
        *_network(blocks),
        *_gone(blocks),
        _routes(routes),
        _strict(strict),
        *_bytes(sizes),
        *_main_thread(costs),
    ]


def _loads(blocks: Iterable[Block], names: Iterable[str], delays: Iterable[Delay] | None = None) -> list[Load]:
    wanted = set(delays) if delays is not None else None
    return [
        block.loads[name]
        for block in blocks
        for name in names
        if name in block.loads and (wanted is None or block.delay in wanted)
    ]


def _median(values: Iterable[float]) -> str:
    values = list(values)
    return f"{statistics.median(values):.0f}" if values else "-"


def _no_flash(blocks: Sequence[Block]) -> Goal:
    ours = _loads(blocks, OURS)
    swaps = sum(load.swapped for load in ours)
    frames = sum(load.flash for load in ours)
    peers = [load.flash for load in _loads(blocks, [ASYNC], [0, 50, 200])]
    return Goal(
        "frames of the default before the variant, every delay",
        "0",
        f"{frames} in {len(ours)} loads ({swaps} swaps)",
        f"GrowthBook async {_median(peers)} a load",
        frames == 0 and swaps == 0,
    )


def _shown(blocks: Sequence[Block]) -> list[Goal]:
    due = [load for load in _loads(blocks, NETWORK) if load.due]
    shown = sum(load.variant_at is not None for load in due)
    present = _loads(blocks, AT_ONCE)
    present_shown = sum(load.variant_at is not None for load in present)
    return [
        Goal(
            f"variant shown, answer {DEADLINE - 100} ms after the tag or earlier",
            "99 %",
            _share(shown, len(due)),
            "",
            shown >= 0.99 * len(due) if due else None,
        ),
        Goal(
            "variant shown, decision in the page or cached",
            "99 %",
            _share(present_shown, len(present)),
            "",
            present_shown >= 0.99 * len(present) if present else None,
        ),
    ]


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole}" + (f" ({100 * part / whole:.1f} %)" if whole else "")


def _shift(blocks: Sequence[Block]) -> Goal:
    ours = [load.shift for load in _loads(blocks, OURS)]
    peers = [load.shift for load in _loads(blocks, [ASYNC], [0, 50, 200])]
    return Goal(
        "CLS, height reserved (largest)",
        "0.000",
        f"{max(ours, default=0):.3f}",
        f"GrowthBook async {statistics.median(peers or [0]):.3f}",
        max(ours, default=0) < 0.0005 if ours else None,
    )


def _first_paint(blocks: Sequence[Block]) -> list[Goal]:
    found: list[Goal] = []
    for title, measure in (("FCP", fcp), ("LCP", lcp)):
        noise, peer = added(blocks, AGAIN.name, measure), added(_at(blocks, [50]), SYNC, measure)
        for name in AT_ONCE:
            ours = added(blocks, name, measure)
            found.append(
                Goal(
                    f"added {title}, ms: {name.removeprefix('mitate, ')}",
                    f"noise: {noise}",
                    str(ours or "-"),
                    f"{SYNC}, 50 ms: {peer}" if peer else "",
                    ours.low <= max(noise.high, FRAME) if ours and noise else None,
                )
            )
    return found


def _at(blocks: Iterable[Block], delays: Iterable[Delay]) -> list[Block]:
    wanted = set(delays)
    return [block for block in blocks if block.delay in wanted]


def _network(blocks: Sequence[Block]) -> list[Goal]:
    found: list[Goal] = []
    for delay in (0, 50, 200):
        some = _at(blocks, [delay])
        for name in NETWORK:
            ours, peer = added(some, name, lcp), added(some, SYNC, lcp)
            answers = [
                load.answered for load in _loads(some, [name]) if load.answered and load.variant_at is not None
            ]
            if ours and answers:
                answer = statistics.median(answers)
                found.append(
                    Goal(
                        f"added LCP, ms: {name.removeprefix('mitate, ')}, {delay} ms",
                        f"the answer: {answer:.0f}",
                        str(ours),
                        f"{SYNC} {peer}" if peer else "",
                        ours.low <= answer,
                    )
                )
    slow = _at(blocks, [1000, "hang"])
    for name in NETWORK:
        ours = added(slow, name, lcp, shown=False)
        if ours:
            peer = added(slow, SYNC, lcp, shown=False)
            found.append(
                Goal(
                    f"added LCP, ms: {name.removeprefix('mitate, ')}, too late or never",
                    f"{DEADLINE}",
                    str(ours),
                    f"{SYNC} {peer}" if peer else "",
                    ours.low <= DEADLINE,
                )
            )
    return found


def _gone(blocks: Sequence[Block]) -> list[Goal]:
    found: list[Goal] = []
    for delay, told, most in (("refused", "refused", 0), ("hang", "hanging", DEADLINE)):
        some = _at(blocks, [delay])
        noise = added(some, AGAIN.name, usable)
        for name in NETWORK:
            ours, peer = added(some, name, usable, shown=False), added(some, SYNC, usable, shown=False)
            if ours and noise:
                found.append(
                    Goal(
                        f"default usable, server {told}, ms later: {name.removeprefix('mitate, ')}",
                        f"{most}" if most else f"at once (noise: {noise})",
                        str(ours),
                        f"{SYNC} {peer}" if peer else "",
                        ours.low <= (most + FRAME if most else max(noise.high, FRAME)),
                    )
                )
    return found


def _routes(loads: Sequence[Load]) -> Goal:
    ours = [load for load in loads if load.technique in NETWORK]
    peers = [load.flash for load in loads if load.technique == ASYNC]
    frames, shown = sum(load.flash for load in ours), sum(load.variant_at is not None for load in ours)
    return Goal(
        "frames of the default after a route change",
        "0",
        f"{frames} ({shown} of {len(ours)} shown)",
        f"GrowthBook async {_median(peers)} a change",
        frames == 0 and shown == len(ours) if ours else None,
    )


def _strict(loads: Sequence[Load]) -> Goal:
    ours = [load for load in loads if load.technique in OURS]
    peers = [load for load in loads if load.technique.startswith("GrowthBook")]
    violations, shown = sum(len(load.violations) for load in ours), sum(load.variant_at is not None for load in ours)
    return Goal(
        "CSP and Trusted Types violations",
        "0",
        f"{violations} ({shown} of {len(ours)} shown)",
        f"GrowthBook {sum(len(load.violations) for load in peers)} "
        f"({sum(load.variant_at is not None for load in peers)} of {len(peers)} shown)",
        violations == 0 and shown == len(ours) if ours else None,
    )


def _bytes(sizes: Mapping[str, int]) -> list[Goal]:
    peer = f"GrowthBook {sizes['GrowthBook']:,}" if "GrowthBook" in sizes else ""
    return [
        Goal(f"bytes gzipped: {name}", f"{most:,}", f"{sizes[name]:,}", peer, sizes[name] <= most)
        for name, most in (("the inline loader", 2000), ("all", 5000))
    ]


def _main_thread(costs: Sequence[Mapping[str, Time]]) -> list[Goal]:
    found: list[Goal] = []
    for title, measure in _PARTS:
        for name in OURS:
            ours, peer = _more(costs, name, measure), _more(costs, ASYNC, measure)
            if ours is not None:
                found.append(
                    Goal(
                        f"main thread, {title}, 20 slots, 4x slower, ms: {name.removeprefix('mitate, ')}",
                        "10",
                        f"{ours:.1f}",
                        f"GrowthBook async {peer:.1f}" if peer is not None else "",
                        ours <= 10,
                    )
                )
    return found


_PARTS: Final[list[tuple[str, Callable[[Time], float]]]] = [
    ("scripts", lambda time: time.scripts),
    ("all that is added", lambda time: time.all),
]


def _more(costs: Sequence[Mapping[str, Time]], name: str, measure: Callable[[Time], float]) -> float | None:
    differences = [measure(one[name]) - measure(one[NONE.name]) for one in costs if name in one]
    return statistics.median(differences) if differences else None


# -- the tables


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


def matrix(blocks: Sequence[Block]) -> str:
    """Lay every technique out at every delay: medians, times in ms."""
    head = ["technique", "answer", "shown", "flash", "swaps", "variant", "usable", "CLS", "FCP", "LCP", "+FCP", "+LCP"]
    rows = [head]
    delays = list(dict.fromkeys(block.delay for block in blocks))
    for name in dict.fromkeys(name for block in blocks for name in block.loads):
        for delay in sorted(delays, key=lambda one: (isinstance(one, str), str(one).rjust(9))):
            rows.append(_row(_at(blocks, [delay]), name, delay))
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = [
        "  ".join(
            cell.ljust(width) if number == 0 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in sorted(rows[1:])
    ]
    return "\n".join(
        ["  ".join(cell.ljust(width) for cell, width in zip(head, widths, strict=True)).rstrip(), *lines]
    ) + "\n"


def _row(some: Sequence[Block], name: str, delay: Delay) -> list[str]:
    loads = _loads(some, [name])
    shown = [load for load in loads if load.variant_at is not None]
    more = [added(some, name, measure, shown=False) for measure in (fcp, lcp)]
    return [
        name,
        str(delay),
        f"{len(shown)}/{len(loads)}",
        _median(load.flash for load in shown),
        str(sum(load.swapped for load in loads)),
        _median(load.variant_at or 0 for load in shown),
        _median(map(usable, loads)),
        f"{statistics.median(load.shift for load in loads):.3f}",
        _median(load.fcp for load in loads),
        _median(load.lcp for load in loads),
        *(f"{one.median:+.0f}" if one else "-" for one in more),
    ]


def time_table(costs: Sequence[Mapping[str, Time]]) -> str:
    """Lay out what each technique adds to the main thread's time."""
    lines = [f"{'':<34}{'scripts':>9}{'styles':>9}{'all':>9}"]
    for name in dict.fromkeys(name for one in costs for name in one):
        parts = [
            statistics.median(getattr(one[name], part) - getattr(one[NONE.name], part) for one in costs)
            for part in ("scripts", "styles", "all")
        ]
        lines.append(f"{name:<34}" + "".join(f"{part:>+9.1f}" for part in parts))
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
