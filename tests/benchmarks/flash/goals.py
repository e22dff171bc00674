"""The goals: what was promised, and what was measured."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from flash.comparing import added, at, fcp, lcp, loads, median, usable
from flash.costs import Time
from flash.loads import Load
from flash.measures import Block
from flash.pages import AGAIN, DEADLINE, NONE

FRAME: Final = 1000 / 60
"""Milliseconds."""

AT_ONCE: Final = ["mitate, decision in the page", "mitate, rendered block", "mitate, cached on the device"]
NETWORK: Final = ["mitate, over the network", "mitate, blocking=render"]
OURS: Final = AT_ONCE + NETWORK
SYNC: Final = "GrowthBook sync, anti-flicker"
ASYNC: Final = "GrowthBook async"


class Goal(NamedTuple):
    """One line of the table of goals."""

    what: str
    goal: str
    found: str
    peer: str
    reached: bool | None
    """None where nothing was measured that could tell."""


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


def _no_flash(blocks: Sequence[Block]) -> Goal:
    ours = loads(blocks, OURS)
    swaps = sum(load.swapped for load in ours)
    frames = sum(load.flash for load in ours)
    peers = [load.flash for load in loads(blocks, [ASYNC], [0, 50, 200])]
    return Goal(
        "frames of the default before the variant, every delay",
        "0",
        f"{frames} in {len(ours)} loads ({swaps} swaps)",
        f"GrowthBook async {median(peers)} a load",
        frames == 0 and swaps == 0 if ours else None,
    )


def _shown(blocks: Sequence[Block]) -> list[Goal]:
    due = [load for load in loads(blocks, NETWORK) if load.due]
    shown = sum(load.variant_at is not None for load in due)
    present = loads(blocks, AT_ONCE)
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
    ours = [load.shift for load in loads(blocks, OURS)]
    peers = [load.shift for load in loads(blocks, [ASYNC], [0, 50, 200])]
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
        noise, peer = added(blocks, AGAIN.name, measure), added(at(blocks, [50]), SYNC, measure)
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


def _network(blocks: Sequence[Block]) -> list[Goal]:
    found: list[Goal] = []
    for delay in (0, 50, 200):
        some = at(blocks, [delay])
        for name in NETWORK:
            ours, peer = added(some, name, lcp), added(some, SYNC, lcp)
            answers = [load.answered for load in loads(some, [name]) if load.answered and load.variant_at is not None]
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
    slow = at(blocks, [1000, "hang"])
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
        some = at(blocks, [delay])
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
        f"GrowthBook async {median(peers)} a change",
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
