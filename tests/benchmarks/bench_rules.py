"""Rule sets of 100 to 100,000 rules, against the rule engines of others: the tables of what was promised.

Every engine gets the same visitors, as plain mappings of about 43 facts, and must give the same answers. A row says
how many times ours it takes, and the goal beside it how many at least. `--only first` runs one part.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import datalogic_py as datalogic
import shapes
from engines import DATALOGIC, OTHERS, OURS, DatalogicArray, DatalogicHandles, Engine, Growthbook
from shapes import Shape, Visitor
from timing import cpu_microseconds, cpu_over, table
from translate import Normal, json_logic, known

from mitate_rules import Facts, RuleSet, check_rule, compile_rule

Make = Callable[[Shape], Engine]
OURS_PLAIN = "mitate"


@dataclass(frozen=True)
class Size:
    """How much is measured: everything, or so little that it only proves to run."""

    few: int = 200
    many: int = 5_000
    growth: Sequence[int] = (100, 1_000, 10_000, 100_000)
    early: Sequence[int] = (200, 2_000, 20_000, 100_000)
    most: int = 100_000
    rounds: int = 9
    seconds: float = 0.4
    judged: bool = True


TINY = Size(few=20, many=60, growth=(20, 200), early=(20, 200), most=200, rounds=1, seconds=0.02, judged=False)


def agree(engines: Sequence[Engine], visitors: Sequence[Visitor]) -> None:
    """Ask everyone for all matches and the first; raises AssertionError when two differ."""
    for number, visitor in enumerate(visitors):
        answers = {engine.name: engine.every(engine.prepare(visitor)) for engine in engines}
        firsts = {engine.name: engine.first(engine.prepare(visitor)) for engine in engines}
        expected = answers[engines[0].name]
        for engine in engines:
            assert answers[engine.name] == expected, f"{engine.name} differs on visitor {number}"
            assert firsts[engine.name] == next(iter(expected), None), f"{engine.name}: first differs on {number}"


def measured(
    engines: Sequence[Engine], visitors: Sequence[Visitor], size: Size, *, every: bool = False
) -> dict[str, float]:
    """Give the median CPU time of one question to each engine, in µs."""
    subjects = {
        engine.name: (engine.every if every else engine.first, [engine.prepare(visitor) for visitor in visitors])
        for engine in engines
    }
    return cpu_over(subjects, rounds=size.rounds, seconds=size.seconds)


def compared(title: str, rows: Mapping[str, float], goals: Mapping[str, float]) -> None:
    """Print how many times ours each takes, and whether the goals are met; a goal for a prefix is for its best."""
    ours = rows[OURS_PLAIN]
    print(f"{title}\n{'-' * len(title)}")
    for name, value in rows.items():
        goal = goals.get(name)
        print(f"{name:<28} {value:12.2f} µs CPU {value / ours:9.2f}x" + (verdict(value / ours, goal) if goal else ""))
    for prefix, goal in goals.items():
        best = min((value for name, value in rows.items() if name.startswith(prefix)), default=0.0)
        if prefix not in rows and best:
            print(f"{prefix + ', best':<28} {best:12.2f} µs CPU {best / ours:9.2f}x{verdict(best / ours, goal)}")
    print(flush=True)


def verdict(ratio: float, goal: float, *, at_most: bool = False) -> str:
    """Say a goal and whether it is met."""
    met = ratio <= goal if at_most else ratio >= goal
    return f"   goal: at {'most' if at_most else 'least'} {goal:g}x, {'met' if met else 'NOT MET'}"


def built(makes: Sequence[Make], shape: Shape) -> list[Engine]:
    """Build each engine with the rules of a shape."""
    return [make(shape) for make in makes]


# -- the parts

FIRST_GOALS = {
    "datalogic-py": 3.5, "growthbook": 100, "panzi-json-logic": 150, "jsonlogic-rs": 600,
    "common-expression-language": 30,
}  # fmt: skip


def first(size: Size) -> None:
    """First match and all matches among 200 rules."""
    for shape in (shapes.targeting(size.few), shapes.random_conjunctions(size.few)):
        asked(shape, [*OURS, *DATALOGIC, *OTHERS], FIRST_GOALS, size, agreeing=20)


def many(size: Size) -> None:
    """First match and all matches among 5,000 rules."""
    for shape in (shapes.targeting(size.many), shapes.random_conjunctions(size.many), shapes.thresholds(size.many)):
        asked(shape, [*OURS, *DATALOGIC, Growthbook], {"datalogic-py": 50.0, "growthbook": 280.0}, size, agreeing=3)


def asked(shape: Shape, makes: Sequence[Make], goals: Mapping[str, float], size: Size, *, agreeing: int) -> None:
    """Ask for the first match and for all; for the first also those whom no rule matches, so that nobody stops early."""
    goals = goals if size.judged else {}
    engines = built(makes, shape)
    agree(engines, shape.visitors[:agreeing])
    count = f"{len(shape.rules):,} rules: {shape.name}"
    compared(f"First match among {count}", measured(engines, shape.visitors, size), goals)
    nobody = [visitor for visitor in shape.visitors if engines[0].first(engines[0].prepare(visitor)) is None]
    if len(nobody) >= 10:
        compared(f"First match among {count}, nobody's", measured(engines, nobody, size), goals)
    compared(f"All matches among {count}", measured(engines, shape.visitors, size, every=True), goals)


def growth(size: Size) -> None:
    """The ABM shape: each rule names its companies; no rule matches, or only a late one."""
    taken: dict[str, dict[int, dict[str, float]]] = {}
    for count in size.growth:
        shape = shapes.abm(count)
        engines = built([*OURS, *DATALOGIC], shape)
        agree(engines, shape.visitors[:10])
        for companies in ("unknown", "late", "mixed"):
            rows = measured(engines, shapes.abm_visitors(companies), size)
            taken.setdefault(companies, {})[count] = rows
        del engines
        gc.collect()
    for companies, by_count in taken.items():
        grown(f"Growth, each rule names its companies: {companies}", by_count, 20, size)
        print(f"{max(by_count):,} rules take {by_count[max(by_count)][OURS_PLAIN]:.1f} µs (goal: at most 150 µs)\n")


def early(size: Size) -> None:
    """Nearly every visitor meets an early rule."""
    taken: dict[int, dict[str, float]] = {}
    for count in size.early:
        shape = shapes.early(count)
        engines = built([*OURS, DatalogicArray, DatalogicHandles], shape)
        agree(engines, shape.visitors[:10])
        taken[count] = measured(engines, shape.visitors, size)
        del engines
        gc.collect()
    grown("Growth, nearly every visitor meets an early rule (first match)", taken, 1.5, size)


def grown(title: str, taken: Mapping[int, Mapping[str, float]], goal: float, size: Size) -> None:
    """Print times by number of rules, and how many times dearer the most is than the fewest."""
    counts = sorted(taken)
    print(f"{title}\n{'-' * len(title)}")
    print(f"{'rules':<28}" + "".join(f"{count:>12,}" for count in counts) + "      growth")
    for name in taken[counts[0]]:
        values = [taken[count][name] for count in counts]
        times = values[-1] / values[0]
        said = verdict(times, goal, at_most=True) if size.judged and name.startswith(OURS_PLAIN) else ""
        print(f"{name:<28}" + "".join(f"{value:12.2f}" for value in values) + f" {times:10.2f}x{said}")
    print(flush=True)


def everything(size: Size) -> None:
    """All matches among 100,000 rules."""
    for shape in (shapes.targeting(size.most), shapes.random_conjunctions(size.most)):
        engines = built([*OURS, *DATALOGIC], shape)
        agree(engines, shape.visitors[:3])
        rows = measured(engines, shape.visitors, size, every=True)
        title = f"All matches among {size.most:,} rules: {shape.name} (the other peers: not run)"
        compared(title, rows, {"datalogic-py": 50.0} if size.judged else {})
        del engines
        gc.collect()


def single(size: Size) -> None:
    """One rule of five predicates, a plain mapping in."""
    rule = shapes.every(
        shapes.test("==", "geo.country", "JP"),
        shapes.test("in", "device.type", ["phone", "tablet"]),
        shapes.test(">=", "visits.count", 1),
        shapes.test("==", "page.language", "ja"),
        shapes.test(">=", "device.os_major", 10),
    )
    visitors = [known(visitor) for visitor in shapes.targeting(1).visitors]
    count = len(visitors)
    program = compile_rule(rule, shapes.FACTS)
    engine = datalogic.Engine()
    compiled, session = engine.compile(json_logic(Normal({}, {}).form(rule), text_operators=True)), engine.session()
    assert [program(visitor) for visitor in visitors] == [compiled.evaluate(visitor) for visitor in visitors]
    subjects: dict[str, Callable[[int], object]] = {
        OURS_PLAIN: lambda number: program(visitors[number % count]),
        "datalogic-py, evaluate": lambda number: compiled.evaluate(visitors[number % count]),
        "datalogic-py, session": lambda number: session.evaluate(compiled, visitors[number % count]),
        "datalogic-py, handle": lambda number: session.evaluate_truthy(
            compiled, datalogic.DataHandle(visitors[number % count])
        ),
    }
    rows = cpu_microseconds(subjects, rounds=5 if size is TINY else 41, calls=100 if size is TINY else 2_048)
    compared("One rule of 5 predicates, plain mapping in", rows, {"datalogic-py": 1 / 0.6} if size.judged else {})


def build(size: Size) -> None:
    """What a rule costs to load, to replace, and to keep."""
    _build(shapes.targeting(size.many))
    _build(shapes.random_conjunctions(size.many))
    for count in (size.many, size.most):
        for name in ("targeting", "abm"):
            print(f"{name}: memory of {count:,} rules: {_memory_of_process(name, count)}")
    _replace(size)


def _build(shape: Shape) -> None:
    facts, rules = Facts(shape.facts), list(shape.rules.values())
    whole = _each(lambda: RuleSet(shape.rules, facts, audiences=shape.audiences, lists=shape.lists), len(rules))
    rows = {"whole rule set": whole}
    if not shape.audiences:
        checked = _each(lambda: _check_all(rules, facts), len(rules))
        rows["of it, parse and check (goal: at most 100)"] = checked
        rows["of it, index and the rest (goal: at most 40)"] = whole - checked
    rows["datalogic-py, translate and compile"] = _each(lambda: DatalogicHandles(shape), len(rules))
    print(table(f"Build, each of {len(rules):,} rules: {shape.name}", rows, "whole rule set"), flush=True)


def _each(work: Callable[[], object], count: int) -> float:
    times: list[float] = []
    for _ in range(3):
        gc.collect()
        start = time.process_time()
        work()
        times.append((time.process_time() - start) / count * 1e6)
    return sorted(times)[1]


def _check_all(rules: Sequence[object], facts: Facts) -> None:
    for rule in rules:
        check_rule(rule, facts)


def _memory_of_process(name: str, count: int) -> str:
    """Ask a process of its own by how much it grew."""
    command = [sys.executable, __file__, "--memory", f"{name}:{count}"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def memory(what: str) -> None:
    """Print by how many MB this process grows when it builds a rule set, and after questions were asked of it."""
    name, _, count = what.partition(":")
    shape = cast("Callable[[int], Shape]", getattr(shapes, name))(int(count))
    shape.contexts  # noqa: B018
    gc.collect()
    before = _resident()
    rules = shape.ruleset()
    gc.collect()
    built_size = _resident() - before
    for context in shape.contexts:
        rules.first(context)
        rules.match(context)
    asked = _resident() - before
    said = cast("Callable[[], dict[str, int]] | None", getattr(rules, "memory", None))
    parts = json.dumps({part: round(size / 1e6, 1) for part, size in said().items()}) if said is not None else "-"
    print(
        f"{built_size:.0f} MB built, {asked:.0f} MB after {len(shape.contexts):,} visitors (goal: at most 200 MB for 100,000); it says {parts} MB"
    )


def _resident() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096 / 1e6


def _replace(size: Size) -> None:
    """Replace one rule of 100,000."""
    shape = shapes.targeting(size.most)
    rules = shape.ruleset()
    replace = cast("Callable[[str, object], RuleSet] | None", getattr(rules, "replace", None))
    if replace is None:
        print("replacing one rule: not there yet\n")
        return
    names = list(shape.rules)
    other = shapes.early(300).rules
    times: list[float] = []
    for number in range(9):
        start = time.process_time()
        changed = replace(names[number * (len(names) // 9)], other[f"r{200 + number}" if len(other) > 210 else "r0"])
        changed.first(shape.contexts[number])
        times.append((time.process_time() - start) * 1000)
    print(f"replacing one rule of {size.most:,}, and asking once: {sorted(times)[4]:.1f} ms (goal: under 50 ms)\n")


PARTS: Mapping[str, Callable[[Size], None]] = {
    "first": first,
    "many": many,
    "growth": growth,
    "early": early,
    "everything": everything,
    "single": single,
    "build": build,
}


def main(argv: list[str] | None = None) -> None:
    """Run the parts and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="only prove that it runs")
    parser.add_argument("--only", choices=list(PARTS), nargs="+", default=list(PARTS), help="the parts to run")
    parser.add_argument("--memory", metavar="SHAPE:COUNT", help="print what a rule set takes, and nothing else")
    given = parser.parse_args(argv)
    if given.memory:
        memory(given.memory)
        return
    if given.tiny:
        print("Only proves that it runs: so few rules say nothing of the goals.\n")
    for part in given.only:
        PARTS[part](TINY if given.tiny else Size())


if __name__ == "__main__":
    main()
