"""What the server leaves of a rule, a page decides as the server would if it knew."""

from __future__ import annotations

import random
from typing import Final

from mitate_rules import WITHHELD, Context

from .comparing import Vector, Words, ask
from .vectors import AUDIENCES, FACTS, LISTS, NAMES, PLAIN_NUMBERS, Draw, Rule, Writer, context

SEED: Final = 20261121
NUMBERS: Final = ("live.scroll", "live.seconds", "live.idle")
FLAGS: Final = ("live.exit_intent", "live.clicked.menu")
LIVE: Final[dict[str, dict[str, object]]] = {
    name: {"type": "number" if name in NUMBERS else "boolean"} for name in (*NUMBERS, *FLAGS)
}
WORDS: Final = Words({**FACTS, **LIVE}, AUDIENCES, LISTS)


def trigger(draw: Draw) -> Rule:
    """Draw a condition on what only the browser knows, sometimes against what only the server knows."""
    number = draw.choice(NUMBERS)
    bound = draw.choice([draw.choice(PLAIN_NUMBERS), {"var": "number"}, {"+": [{"var": "count"}, 1]}])
    flag = {"var": draw.choice(FLAGS)}
    triggers: list[Rule] = [
        {draw.choice(("<", "<=", ">", ">=", "==", "!=")): [{"var": number}, bound]},
        {"<=": [0, {"var": [number, 1]}, bound]},
        {"in": [{"var": number}, [0, 1, 2, 2.5]]},
        {">": [{draw.choice(("+", "-", "*", "min", "max")): [{"var": number}, {"var": "live.idle"}]}, bound]},
        {"if": [flag, {"<": [{"var": number}, 3]}, {"var": "flag"}]},
        {">=": [{"var": number}, {"if": [{"var": "flag"}, 1, {"var": "count"}]}]},
        {"==": [flag, True]},
        {"!": flag},
    ]
    return draw.choice(triggers)


def test_a_page_decides_what_is_left_as_the_server_would() -> None:
    draw = random.Random(SEED)
    vectors: list[Vector] = []
    expected: list[object] = []
    for _ in range(500):
        parts = [trigger(draw), trigger(draw), Writer(draw, edge=True).rule(draw.randrange(3))]
        draw.shuffle(parts)
        rule: Rule = {draw.choice(("and", "or", "if")): parts}
        if any(one.severity == "error" for one in WORDS.findings(rule)):
            continue
        program = WORDS.program({"!": rule} if draw.random() < 0.3 else rule)
        known = Context(
            {name: value for name, value in context(draw).items() if value is not WITHHELD and name in NAMES}
        )
        live: dict[str, object] = {name: draw.choice([*PLAIN_NUMBERS, None]) for name in NUMBERS}
        live.update({name: draw.choice([True, False, None]) for name in FLAGS})
        left = program.partial(Context({**known, **dict.fromkeys(live, WITHHELD)}))
        wanted = program(Context({**known, **live}))
        if isinstance(left, bool):
            assert left is wanted
        else:
            vectors.append(Vector(left, [live]))
            expected.append(wanted)
    said = ask("rules-snippet.js", vectors)
    different = [
        (vector.rule, vector.contexts, answer, wanted)
        for vector, answer, wanted in zip(vectors, said, expected, strict=True)
        if answer != {"answers": [wanted]}
    ]
    assert different[:1] == []
    assert len(vectors) > 150
