"""Fair timings on noisy machines: CPU time, interleaved rounds, medians, ratios."""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

Given = TypeVar("Given")


def cpu_microseconds(subjects: Mapping[str, Callable[[int], object]], *, rounds: int, calls: int) -> dict[str, float]:
    """Give the median CPU time of one call of each subject, in µs.

    A subject is called with a running number, so that it can vary its input. Rounds are interleaved, so that a slow
    moment of the machine touches all subjects alike.
    """
    taken: dict[str, list[float]] = {name: [] for name in subjects}
    for subject in subjects.values():
        for number in range(min(calls, 50)):
            subject(number)
    with _undisturbed():
        for turn in range(rounds):
            for name, subject in subjects.items():
                start = time.process_time_ns()
                for number in range(turn * calls, (turn + 1) * calls):
                    subject(number)
                taken[name].append((time.process_time_ns() - start) / calls / 1000)
    return {name: statistics.median(times) for name, times in taken.items()}


def cpu_over(
    subjects: Mapping[str, tuple[Callable[[Given], object], Sequence[Given]]], *, rounds: int, seconds: float
) -> dict[str, float]:
    """Give the median CPU time of one call of each subject over its inputs, in µs.

    In each round each subject gets all of its inputs; one that would take longer than `seconds` for them gets every
    second, third, … of them, others in each round. Rounds are interleaved.
    """
    strides = {name: _stride(call, given, seconds) for name, (call, given) in subjects.items()}
    taken: dict[str, list[float]] = {name: [] for name in subjects}
    with _undisturbed():
        for turn in range(rounds):
            for name, (call, given) in subjects.items():
                some = given[turn % strides[name] :: strides[name]]
                start = time.process_time_ns()
                for one in some:
                    call(one)
                taken[name].append((time.process_time_ns() - start) / len(some) / 1000)
    return {name: statistics.median(times) for name, times in taken.items()}


def _stride(call: Callable[[Given], object], given: Sequence[Given], seconds: float) -> int:
    """Warm a subject up, and tell every how manieth input it has the time for."""
    call(given[0])
    start, done = time.process_time(), 0
    while time.process_time() - start < seconds / 10 and done < len(given):
        call(given[done])
        done += 1
    each = (time.process_time() - start) / done
    return max(1, min(len(given), math.ceil(each * len(given) / seconds)))


@contextmanager
def _undisturbed() -> Generator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def table(title: str, rows: Mapping[str, float], against: str, *, unit: str = "µs CPU", goal: str = "") -> str:
    """Lay out medians with their ratio to one of them."""
    width = max(map(len, rows)) + 2
    lines = [title, "-" * len(title)]
    lines += [f"{name:<{width}} {value:10.2f} {unit}   {value / rows[against]:6.2f}x" for name, value in rows.items()]
    if goal:
        lines.append(f"goal: {goal}")
    return "\n".join(lines) + "\n"
