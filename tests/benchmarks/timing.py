"""Fair timings on noisy machines: CPU time, interleaved rounds, medians, ratios."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping


def cpu_microseconds(subjects: Mapping[str, Callable[[int], object]], *, rounds: int, calls: int) -> dict[str, float]:
    """Give the median CPU time of one call of each subject, in µs.

    A subject is called with a running number, so that it can vary its input. Rounds are interleaved, so that a slow
    moment of the machine touches all subjects alike.
    """
    taken: dict[str, list[float]] = {name: [] for name in subjects}
    for subject in subjects.values():
        for number in range(min(calls, 50)):
            subject(number)
    gc.collect()
    gc.disable()
    try:
        for turn in range(rounds):
            for name, subject in subjects.items():
                start = time.process_time_ns()
                for number in range(turn * calls, (turn + 1) * calls):
                    subject(number)
                taken[name].append((time.process_time_ns() - start) / calls / 1000)
    finally:
        gc.enable()
    return {name: statistics.median(times) for name, times in taken.items()}


def table(title: str, rows: Mapping[str, float], against: str, *, unit: str = "µs CPU", goal: str = "") -> str:
    """Lay out medians with their ratio to one of them."""
    width = max(map(len, rows)) + 2
    lines = [title, "-" * len(title)]
    lines += [f"{name:<{width}} {value:10.2f} {unit}   {value / rows[against]:6.2f}x" for name, value in rows.items()]
    if goal:
        lines.append(f"goal: {goal}")
    return "\n".join(lines) + "\n"
