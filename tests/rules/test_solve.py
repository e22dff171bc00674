"""Visitors for conditions: each kind of condition, given visitors, proofs that nobody exists, and what isn't decided."""

from __future__ import annotations

import datetime

import pytest

from mitate_rules import Context, compile_rule
from mitate_rules.parse import parse
from mitate_rules.solving import Solutions, solutions
from mitate_rules.tree import Node
from mitate_rules.vocabulary import Vocabulary

FACTS: dict[str, dict[str, object]] = {
    "geo.country": {"type": "string"},
    "color": {"type": "string", "enum": ["red", "blue"]},
    "visits.count": {"type": "integer", "minimum": 1},
    "visits.first": {"type": "instant"},
    "score": {"type": "number", "unit": "score"},
    "cart.value": {"type": "number", "minimum": 0},
    "cart.items": {"type": "integer", "minimum": 0},
    "page.path": {"type": "string"},
    "member": {"type": "date"},
    "os": {"type": "version"},
    "tags": {"type": "list", "items": "string"},
    "new": {"type": "boolean"},
    "request.ip": {"type": "ip"},
    "time.now": {"type": "instant"},
    "time.date": {"type": "date"},
    "time.hour": {"type": "integer"},
    "time.minute": {"type": "integer"},
    "time.weekday": {"type": "integer"},
}
LISTS = {"partners": ["a.example", "b.example"], "rivals": ["b.example"]}
AUDIENCES: dict[str, dict[str, object]] = {"keen": {"when": {">=": [{"var": "score"}, 0.4]}}}


def var(name: str) -> dict[str, object]:
    return {"var": name}


def node_of(rule: object) -> Node:
    node = parse(rule).node
    assert node is not None
    return node


def solved(rule: object, sign: bool = True, limit: int = 1, given: dict[str, object] | None = None) -> Solutions:
    return solutions([(node_of(rule), sign)], Vocabulary(FACTS, AUDIENCES, LISTS), given=given, limit=limit)


def visitor(rule: object, sign: bool = True, given: dict[str, object] | None = None) -> Context:
    """Give the only solution, which the rule's own program agrees with."""
    found = solved(rule, sign, given=given)
    assert len(found) == 1
    program = compile_rule(rule, FACTS, audiences=AUDIENCES, lists=LISTS)
    assert (program(found.contexts[0]) is True) is sign
    return found.contexts[0]


FOUND: list[tuple[object, dict[str, object]]] = [
    ({"==": [var("geo.country"), "JP"]}, {"geo.country": "JP"}),
    ({"!=": [var("geo.country"), "JP"]}, {}),
    ({"and": [{"!=": [var("color"), None]}, {"!=": [var("color"), "red"]}]}, {"color": "blue"}),
    ({">=": [var("visits.count"), 3]}, {"visits.count": 3}),
    ({">": [var("visits.count"), 3]}, {"visits.count": 4}),
    ({"!": {">=": [var("visits.count"), 3]}}, {"visits.count": 2}),
    ({"<": [0.3, var("score"), 0.4]}, {"score": 0.31}),
    ({"<": [0.39, var("score"), 0.4]}, {"score": 0.395}),
    ({"audience": "keen"}, {"score": 0.4}),
    ({"and": [{"audience": "keen"}, {"<=": [var("score"), 0.4]}]}, {"score": 0.4}),
    (var("new"), {"new": True}),
    ({"in": ["x", var("tags")]}, {"tags": ["x"]}),
    (
        {"and": [{"in": ["x", var("tags")]}, {"some": [var("tags"), {"==": [var(""), "y"]}]}]},
        {"tags": ["x", "y"]},
    ),
    ({"none": [var("tags"), {"==": [var(""), "y"]}]}, {}),
    ({"starts_with": [var("page.path"), "/a/"]}, {"page.path": "/a/"}),
    (
        {"and": [{"starts_with": [var("page.path"), "/a/"]}, {"!=": [var("page.path"), "/a/"]}]},
        {"page.path": "/a/page"},
    ),
    ({"matches_glob": [var("page.path"), "/*/white"]}, {"page.path": "/page/white"}),
    ({"in_list": [var("geo.country"), "rivals"]}, {"geo.country": "b.example"}),
    (
        {"and": [{"in_list": [var("geo.country"), "partners"]}, {"!": {"in_list": [var("geo.country"), "rivals"]}}]},
        {"geo.country": "a.example"},
    ),
    ({"in_cidr": [var("request.ip"), "203.0.113.0/24"]}, {"request.ip": "203.0.113.1"}),
    ({"sem_ver": [var("os"), ">", "17.5"]}, {"os": "17.5.1"}),
    ({"sem_ver": [var("os"), "^", "17.5"]}, {"os": "17.5"}),
    ({"after": [var("member"), "2026-01-01"]}, {"member": "2026-01-01"}),
    ({"before": [var("member"), "2026-01-01"]}, {"member": "2025-12-31"}),
    ({"time_between": ["22:00", "06:00"]}, {"time.hour": 0, "time.minute": 0}),
    ({"weekday": ["sat", "sun"]}, {"time.weekday": 6}),
    ({">": [{"-": [10000, var("cart.value")]}, 1500]}, {"cart.value": 1499.0}),
    ({"==": [{"if": [var("new"), 1, 2]}, 1]}, {"new": True}),
    ({"if": [var("new"), {"==": [var("color"), "red"]}, {"==": [var("color"), "blue"]}]}, {"color": "blue"}),
]


@pytest.mark.parametrize(("rule", "expected"), FOUND, ids=str)
def test_a_visitor_is_found_who_meets_the_rule_and_has_nothing_else(rule: object, expected: dict[str, object]) -> None:
    assert visitor(rule) == expected


NOBODY: list[object] = [
    {"and": [{"==": [var("geo.country"), "JP"]}, {"==": [var("geo.country"), "US"]}]},
    {"and": [{"!=": [var("color"), None]}, {"!=": [var("color"), "red"]}, {"!=": [var("color"), "blue"]}]},
    {"<": [var("visits.count"), 1]},
    {"<": [3, var("visits.count"), 4]},
    {">": [var("score"), 1]},
    {"and": [{"audience": "keen"}, {"!": {"audience": "keen"}}]},
    {"and": [{"<": [var("score"), 0.3]}, {"==": [var("score"), None]}]},
    {"and": [var("new"), {"==": [var("new"), False]}]},
    {"and": [{"starts_with": [var("page.path"), "/a/"]}, {"starts_with": [var("page.path"), "/b/"]}]},
    {"and": [{"starts_with": [var("page.path"), "/a/b"]}, {"!": {"starts_with": [var("page.path"), "/a"]}}]},
    {"and": [{"matches_glob": [var("page.path"), "/a/**"]}, {"matches_glob": [var("page.path"), "/b/*/c*"]}]},
    {"and": [{"ends_with": [var("page.path"), ".html"]}, {"==": [var("page.path"), "/"]}]},
    {"and": [{"in": ["x", var("tags")]}, {"none": [var("tags"), {"==": [var(""), "x"]}]}]},
    {"and": [{"in_list": [var("geo.country"), "rivals"]}, {"!": {"in_list": [var("geo.country"), "partners"]}}]},
    {"and": [{"in_cidr": [var("request.ip"), "10.1.0.0/16"]}, {"!": {"in_cidr": [var("request.ip"), "10.0.0.0/8"]}}]},
    {"and": [{"sem_ver": [var("os"), "~", "17.5"]}, {"sem_ver": [var("os"), "<", "17.4"]}]},
    {"between": [var("member"), "2026-02-01", "2026-01-01"]},
    {"and": [{"time_between": ["09:00", "12:00"]}, {"time_between": ["12:00", "18:00"]}]},
    {"and": [{"weekday": ["sat", "sun"]}, {"==": [var("time.date"), "2026-11-23"]}]},
    {"and": [{"days_since": [var("visits.first"), "<", 3]}, {"days_since": [var("visits.first"), ">", 7]}]},
]


@pytest.mark.parametrize("rule", NOBODY, ids=str)
def test_that_nobody_meets_a_rule_is_proven(rule: object) -> None:
    assert solved(rule) == Solutions((), True)


def test_who_does_not_meet_a_rule_may_be_asked_for_too() -> None:
    assert visitor({"!=": [var("geo.country"), "JP"]}, False) == {"geo.country": "JP"}
    always = {"or": [{"==": [var("geo.country"), "JP"]}, {"!=": [var("geo.country"), "JP"]}]}
    assert solved(always, False) == Solutions((), True)


def test_a_comparison_over_a_missing_fact_fails_as_its_negation_does() -> None:
    neither = {"or": [{"<": [var("score"), 0.5]}, {"!": {"<": [var("score"), 0.5]}}]}
    assert visitor(neither, False) == {}
    assert visitor(neither) == {"score": 0.49}


def test_solutions_keep_what_the_visitor_has_and_change_fewest_facts_first() -> None:
    rule = {"or": [{"and": [var("new"), {"==": [var("color"), "red"]}]}, {">=": [var("visits.count"), 5]}]}
    found = solved(rule, limit=5, given={"color": "blue", "visits.count": 2})
    assert [dict(context) for context in found] == [
        {"color": "blue", "visits.count": 5},
        {"color": "red", "visits.count": 2, "new": True},
    ]
    assert solved(rule, given={"new": True, "color": "red"}).contexts == (Context(new=True, color="red"),)


def test_the_nearest_number_is_chosen() -> None:
    rule = {"or": [{"<=": [var("visits.count"), 2]}, {">=": [var("visits.count"), 9]}]}
    assert visitor(rule, given={"visits.count": 4}) == {"visits.count": 2}
    assert visitor(rule, given={"visits.count": 7}) == {"visits.count": 9}


def test_one_visitor_s_clock_shows_one_moment() -> None:
    rule = {
        "and": [
            {"weekday": ["sat"]},
            {"after": [var("time.date"), "2026-12-01"]},
            {"before": [var("time.now"), "2026-12-10T00:00+09:00"]},
            {"days_since": [var("visits.first"), ">=", 7]},
        ]
    }
    found = visitor(rule)
    assert found["time.date"] == "2026-12-05"
    assert found["time.weekday"] == 6
    now = datetime.datetime.fromtimestamp(float(str(found["time.now"])), datetime.UTC)
    assert abs((now.date() - datetime.date(2026, 12, 5)).days) <= 1
    assert float(str(found["visits.first"])) < float(str(found["time.now"])) - 7 * 86400


def test_a_comparison_of_two_facts_is_solved_but_that_nobody_meets_it_is_not_claimed() -> None:
    rule = {">": [var("cart.value"), {"*": [var("cart.items"), 3000]}]}
    assert visitor(rule, given={"cart.items": 2})["cart.items"] in (0, 1, 2)
    circle = {"and": [{">": [var("cart.value"), var("score")]}, {">": [var("score"), var("cart.value")]}]}
    assert solved(circle) == Solutions((), False)


def test_what_is_assumed_holds_for_every_visitor() -> None:
    linked = node_of({"or": [{"==": [var("new"), None]}, {"==": [var("visits.count"), 1]}]})
    vocabulary = Vocabulary(FACTS)
    found = solutions([(node_of(var("new")), True)], vocabulary, assume=[linked])
    assert found.contexts == (Context({"new": True, "visits.count": 1}),)
    both = node_of({"and": [var("new"), {">": [var("visits.count"), 1]}]})
    assert solutions([(both, True)], vocabulary, assume=[linked]) == Solutions((), True)


def test_beyond_its_budget_a_search_says_that_it_did_not_decide() -> None:
    hard = {"and": [{"or": [{"==": [var(f"f{n}"), str(m)]} for m in range(5)]} for n in range(30)]}
    assert solutions([(node_of(hard), True)], Vocabulary(), budget=50) == Solutions((), False)
    assert len(solutions([(node_of(hard), True)], Vocabulary())) == 1
