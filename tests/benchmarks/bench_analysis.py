"""What the analysis of a rule set costs, and the smallest changes of one visitor, in our own measure: no peer has it.

A rule set is analysed whole: never true, always true, shadowed (by one or several), contradictory, redundant parts,
and up to three overlaps a rule, each with a witness. The rules are random, so that many of them are wrong.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable

import shapes
from shapes import Shape
from timing import cpu_microseconds, table

from mitate_rules import compile_rule
from mitate_rules.analysis import analyse

MAKERS: tuple[Callable[[int], Shape], ...] = (
    shapes.targeting, shapes.abm, shapes.early, shapes.random_conjunctions, shapes.thresholds,
)  # fmt: skip
GOAL = 5.0


def analysed(shape: Shape) -> tuple[float, Counter[str]]:
    """Give the CPU seconds of one analysis, and how many findings of each kind it gave."""
    start = time.process_time()
    found = analyse(shape.rules, shape.facts, audiences=shape.audiences, lists=shape.lists)
    return time.process_time() - start, Counter(finding.kind for finding in found)


def sets_of_rules(count: int) -> str:
    """Lay out one line for each shape."""
    title = f"Analysis of {count:,} rules"
    lines = [title, "-" * len(title)]
    for make in MAKERS:
        shape = make(count)
        seconds, kinds = analysed(shape)
        said = ", ".join(f"{kinds[kind]} {kind}" for kind in sorted(kinds))
        lines.append(f"{shape.name:<22} {seconds:6.2f} s CPU   {said}")
    return "\n".join([*lines, f"goal: 1,000 rules in under {GOAL:.0f} s"]) + "\n"


def changes(rules: int, rounds: int, calls: int) -> str:
    """Lay out what the smallest changes cost, beside an explanation and an evaluation of the same rules."""
    shape = shapes.targeting(rules)
    programs = [
        compile_rule(rule, shape.facts, audiences=shape.audiences, lists=shape.lists) for rule in shape.rules.values()
    ]
    contexts = shape.contexts
    taken = cpu_microseconds(
        {
            "evaluate": lambda number: programs[number % rules](contexts[number % len(contexts)]),
            "explain": lambda number: programs[number % rules].explain(contexts[number % len(contexts)]),
            "smallest changes": lambda number: programs[number % rules].changes(contexts[number % len(contexts)]),
        },
        rounds=rounds,
        calls=calls,
    )
    return table("The smallest changes for one visitor and one rule", taken, "explain")


def main(argv: list[str] | None = None) -> None:
    """Run and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="only prove that it runs")
    tiny = parser.parse_args(argv).tiny
    print(sets_of_rules(50 if tiny else 1_000))
    print(changes(20 if tiny else 200, 3 if tiny else 11, 20 if tiny else 200))


if __name__ == "__main__":
    main()
