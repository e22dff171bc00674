"""What the server leaves of a rule, a page decides as the server would if it knew."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Final

import pytest

from mitate_rules import WITHHELD, Context
from mitate_rules.operators import TABLE
from mitate_rules.partial import Rest

from .comparing import Vector, Words, ask, disagreement, shortest
from .vectors import AUDIENCES, FACTS, LISTS, NAMES, PLAIN_NUMBERS, Draw, Rule, Writer, context

SEED: Final = 20261121
EACH: Final = 6
"""Moments of a page for each rule."""

NUMBERS: Final = ("live.scroll", "live.seconds", "live.idle")
FLAGS: Final = ("live.exit_intent", "live.clicked.menu", "live.event.add-to-cart")
LIVE: Final[dict[str, dict[str, object]]] = {
    name: {"type": "number" if name in NUMBERS else "boolean"} for name in (*NUMBERS, *FLAGS)
}
PAGE: Final = Words(LIVE)
WORDS: Final = Words({**FACTS, **LIVE}, AUDIENCES, LISTS)
BUILD: Final = "rules-snippet.js"


def moment(draw: Draw) -> dict[str, object]:
    """Draw what a page knows, which is all of it."""
    flags: dict[str, object] = {name: draw.random() < 0.5 for name in FLAGS}
    return flags | {name: draw.choice(PLAIN_NUMBERS) for name in NUMBERS}


# -- what a server leaves


def trigger(draw: Draw) -> Rule:
    """Draw a condition on what only the browser knows, sometimes against what only the server knows."""
    number = draw.choice(NUMBERS)
    bound = draw.choice([draw.choice(PLAIN_NUMBERS), {"var": "number"}, {"+": [{"var": "count"}, 1]}])
    flag = {"var": draw.choice(FLAGS)}
    triggers: list[Rule] = [
        {draw.choice(("<", "<=", ">", ">=", "==", "!=")): [{"var": number}, bound]},
        {"<=": [0, {"var": [number, 1]}, bound]},
        {"in": [{"var": number}, [0, 1, 2, 2.5]]},
        {">": [{"var": number}, {"var": draw.choice(NUMBERS)}]},
        {"if": [flag, {"<": [{"var": number}, 3]}, {"var": "flag"}]},
        {">=": [{"var": number}, {"if": [{"var": "flag"}, 1, {"var": "count"}]}]},
        {"<": [{"if": [flag, {"var": number}, 2]}, 3]},
        {"==": [flag, True]},
        {"!": flag},
    ]
    return draw.choice(triggers)


def test_a_page_decides_what_is_left_as_the_server_would() -> None:
    draw = random.Random(SEED)
    vectors: list[Vector] = []
    expected: list[object] = []
    for _ in range(1500):
        parts = [trigger(draw), trigger(draw), Writer(draw, edge=True).rule(draw.randrange(3))]
        draw.shuffle(parts)
        rule: Rule = {draw.choice(("and", "or", "if")): parts}
        if any(one.severity == "error" for one in WORDS.findings(rule)):
            continue
        program = WORDS.program({"!": rule} if draw.random() < 0.3 else rule)
        known = Context(
            {name: value for name, value in context(draw).items() if value is not WITHHELD and name in NAMES}
        )
        moments = [moment(draw) for _ in range(EACH)]
        wanted = [program(Context({**known, **live})) for live in moments]
        left = program.for_browser(Context({**known, **dict.fromkeys(LIVE, WITHHELD)}), lambda _: True)
        if isinstance(left, bool):
            assert wanted == [left] * EACH
        elif isinstance(left, Rest):
            vectors.append(Vector(left.rule, moments))
            expected.append({"answers": wanted})
    said = ask(BUILD, vectors)
    triples = zip(vectors, said, expected, strict=True)
    assert [(vector.rule, answer, wanted) for vector, answer, wanted in triples if answer != wanted][:1] == []
    assert len(vectors) * EACH > 2500


# -- whatever a page may be told


def condition(draw: Draw, depth: int) -> Rule:
    """Draw a condition in the words of a page."""
    if depth == 0:
        return draw.choice([{"var": draw.choice((*FLAGS, *NUMBERS))}, draw.random() < 0.5])

    def parts(least: int, most: int) -> list[Rule]:
        return [condition(draw, draw.randrange(depth)) for _ in range(draw.randint(least, most))]

    flag = {"var": draw.choice(FLAGS)}
    conditions: list[Rule] = [
        {draw.choice(("and", "or")): parts(1, 4)},
        {draw.choice(("!", "!!")): parts(1, 1)},
        {"!": condition(draw, depth - 1)},
        {"if": parts(2, 5)},
        {"?:": parts(3, 3)},
        {draw.choice(("==", "===", "!=", "!==")): [number(draw, depth), number(draw, depth)]},
        {draw.choice(("==", "===", "!=", "!==")): [flag, draw.choice([True, False, {"var": draw.choice(FLAGS)}])]},
        {draw.choice(("<", "<=", ">", ">=")): [number(draw, depth), number(draw, depth)]},
        {draw.choice(("<", "<=")): [number(draw, depth) for _ in range(3)]},
    ]
    return draw.choice(conditions)


def number(draw: Draw, depth: int) -> Rule:
    """Draw what is a number in every page."""
    if depth and draw.random() < 0.2:
        branches = [condition(draw, depth - 1), number(draw, 0), condition(draw, 0), draw.choice(PLAIN_NUMBERS)]
        return {"if": [*branches[: draw.choice((2, 4))], number(draw, 0)]}
    return draw.choice([{"var": draw.choice(NUMBERS)}, {"var": [draw.choice(NUMBERS)]}, draw.choice(PLAIN_NUMBERS)])


def test_twelve_thousand_rules_and_moments_of_a_page_are_answered_as_the_engine_answers() -> None:
    draw = random.Random(SEED)
    vectors = [Vector(condition(draw, draw.randint(1, 4)), [moment(draw) for _ in range(EACH)]) for _ in range(2200)]
    said = ask(BUILD, vectors)
    pairs = zip(vectors, said, strict=True)
    assert shortest(disagreement(vector, answer, PAGE) for vector, answer in pairs) == ""
    answered = [answer for vector, answer in zip(vectors, said, strict=True) if sound(vector.rule)]
    assert len(answered) * EACH >= 12_000
    assert {str(one["answers"]) for one in answered} > {str([True] * EACH), str([False] * EACH)}


def sound(rule: Rule) -> bool:
    """Tell whether the engine would load a rule; what it refuses, no page is told."""
    return all(one.severity != "error" for one in PAGE.findings(rule))


# -- what a page doesn't know


def test_the_page_has_the_operators_the_table_says_and_refuses_every_other_when_it_loads_a_rule() -> None:
    vectors = [Vector({"or": [True, {row.name: ["live.idle"]}]}, [{}]) for row in TABLE]
    said = ask(BUILD, vectors)
    assert [row.name for row, answer in zip(TABLE, said, strict=True) if "error" not in answer] == [
        row.name for row in TABLE if row.snippet
    ]


@pytest.mark.parametrize("name", ["geo.country", "live.hidden", "live", ""])
def test_a_fact_that_a_page_doesnt_know_is_refused_when_it_is_loaded(name: str) -> None:
    rule: Mapping[str, object] = {"or": [True, {"and": [False, {"var": name}]}]}
    assert ask(BUILD, [Vector(rule, [{}])])[0]["error"] == "unknown-fact"
