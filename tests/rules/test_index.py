"""The index leaves out only what is surely False: a set of any size answers as its rules do one by one."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate_rules import WITHHELD, Context, Residual, RuleSet, compile_rule

FACTS: dict[str, dict[str, object]] = {
    "geo.country": {"type": "string"},
    "device.type": {"type": "string"},
    "visits.count": {"type": "integer"},
    "visits.new": {"type": "boolean"},
    "user.tags": {"type": "list", "items": "string"},
    "page.path": {"type": "string"},
    "device.version": {"type": "version"},
    "time.weekday": {"type": "integer"},
    "time.hour": {"type": "integer"},
    "time.minute": {"type": "integer"},
    "interest": {"type": "number"},
    "said": {},
}
AUDIENCES: dict[str, dict[str, object]] = {
    "japan": {"when": {"==": [{"var": "geo.country"}, "JP"]}},
    "mobile-japan": {"when": {"and": [{"audience": "japan"}, {"==": ["phone", {"var": "device.type"}]}]}},
    "keen": {"when": {">=": [{"var": "interest"}, 0.4]}},
    "elsewhere": {"when": {"!": {"or": [{"audience": "japan"}, {"starts_with": [{"var": "page.path"}, "/jp/"]}]}}},
}
WORDS = ["JP", "FR", "US", "phone", "", "/jp/a", "/jp/b", "1.2", "1.10.0"]
NUMBERS: list[int | float] = [0, 1, 2, 2.0, -1, 0.4, 3, 2**53]

TEXTS = ["geo.country", "device.type"]


def var(name: str) -> object:
    return {"var": name}


def two(operator: str, left: object, right: object) -> object:
    return {operator: [left, right]}


def one(operator: str, operand: object) -> object:
    return {operator: operand}


CONDITIONS: st.SearchStrategy[object] = st.one_of(
    st.builds(two, st.sampled_from(["==", "!="]), st.sampled_from(TEXTS).map(var), st.sampled_from(WORDS)),
    st.builds(two, st.just("=="), st.sampled_from(WORDS), st.sampled_from(TEXTS).map(var)),
    st.builds(two, st.just("in"), st.just(var("geo.country")), st.lists(st.sampled_from(WORDS), max_size=3)),
    st.builds(
        two,
        st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
        st.sampled_from(["interest", "said"]).map(var),
        st.sampled_from(NUMBERS),
    ),
    st.builds(two, st.sampled_from(["==", "!=", ">"]), st.just(var("visits.count")), st.sampled_from([0, 1, 2, 2.0])),
    st.builds(two, st.just("<"), st.sampled_from(NUMBERS), st.just(var("interest"))),
    st.builds(two, st.just("in"), st.just(var("visits.count")), st.lists(st.sampled_from([1, 2, 3]), max_size=3)),
    st.builds(two, st.sampled_from(["==", "!="]), st.just(var("said")), st.sampled_from([*WORDS, True, False])),
    st.builds(two, st.sampled_from(["starts_with", "iends_with"]), st.just(var("page.path")), st.sampled_from(WORDS)),
    st.builds(one, st.sampled_from(["!", "!!"]), st.sampled_from(sorted(FACTS)).map(var)),
    st.just({"sem_ver": [{"var": "device.version"}, "<", "1.9"]}),
    st.just({"weekday": [[1, 2]]}),
    st.just({"time_between": ["22:00", "01:00"]}),
    st.builds(two, st.just("=="), st.just(var("visits.new")), st.booleans()),
    st.builds(two, st.just("in"), st.sampled_from(WORDS), st.just(var("user.tags"))),
    st.builds(one, st.just("audience"), st.sampled_from(sorted(AUDIENCES))),
    st.just({"==": [{"var": ["geo.country", "JP"]}, "JP"]}),
    st.just({"==": [{"var": "geo.country"}, None]}),
)


def joined(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    parts = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(st.builds(one, st.sampled_from(["and", "or"]), parts), st.builds(one, st.just("!"), inner))


RULES: st.SearchStrategy[object] = st.recursive(CONDITIONS, joined, max_leaves=5)
STRANGE: list[object] = [Decimal(1), Decimal(2), ["JP"], [], {"a": 1}, ("JP",), ("JP", ["JP"]), frozenset({"JP"})]
ODD: list[float] = [1.0, 0.0, -0.0, 1.5, 2**70, 2**53 + 1, math.nan, math.inf, -math.inf]
VALUES: list[object] = [None, WITHHELD, True, False, *WORDS, *NUMBERS, *ODD, *STRANGE]
ANYTHING: st.SearchStrategy[object] = st.sampled_from(VALUES)


@given(st.lists(RULES, min_size=8, max_size=24), st.dictionaries(st.sampled_from(sorted(FACTS)), ANYTHING))
def test_a_large_set_answers_as_its_rules_do_one_by_one(rules: list[object], values: dict[str, object]) -> None:
    named = {f"r{number}": rule for number, rule in enumerate(rules)}
    programs = {name: compile_rule(rule, FACTS, audiences=AUDIENCES) for name, rule in named.items()}
    indexed = RuleSet(named, FACTS, audiences=AUDIENCES)
    # Asked twice, for the index remembers; and of nobody between, so that what it remembers is told apart.
    for context in (Context(values), Context(), Context(values)):
        answers = {name: program(context) for name, program in programs.items()}
        found = {name: answer if answer is True else WITHHELD for name, answer in indexed.outcomes(context)}
        assert found == {name: answer for name, answer in answers.items() if answer is not False}
        assert list(found) == [name for name in named if name in found]


@given(
    st.lists(st.floats(-4, 4) | st.integers(-4, 4), min_size=8, max_size=12),
    st.lists(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), min_size=8, max_size=8),
    st.floats() | st.integers(),
)
def test_every_number_is_in_the_cell_that_its_bounds_make(bounds: list[float], signs: list[str], value: float) -> None:
    rules = {f"r{place}": two(sign, var("n"), bounds[place]) for place, sign in enumerate(signs)}
    indexed = RuleSet(rules)
    for number in (value, *bounds, *(math.nextafter(bound, 9) for bound in bounds)):
        context = Context({"n": number})
        assert indexed.match(context) == [name for name, rule in rules.items() if compile_rule(rule)(context) is True]


@pytest.mark.parametrize("value", [True, 1, 1.0, Decimal(1)])
def test_values_that_are_equal_to_python_are_told_apart_whichever_came_first(value: object) -> None:
    rules = {f"r{number}": two("==", var("n"), number) for number in range(8)} | {"yes": two("==", var("n"), True)}
    indexed = RuleSet(rules)
    for first in (True, 1, 1.0, Decimal(1)):
        indexed.match(Context({"n": first}))
    expected = ["yes"] if value is True else [] if isinstance(value, Decimal) else ["r1"]
    assert indexed.match(Context({"n": value})) == expected


def test_a_thousand_rules_on_one_fact_leave_only_those_of_its_value() -> None:
    rules = {f"r{number}": {"==": [{"var": "geo.country"}, f"C{number % 100}"]} for number in range(1000)}
    answered = RuleSet(rules).match(Context({"geo.country": "C7"}))
    assert answered == [f"r{number}" for number in range(7, 1000, 100)]
    assert RuleSet(rules).match(Context()) == []
    undecided = RuleSet(rules).outcomes(Context({"geo.country": WITHHELD}))
    assert [isinstance(answer, Residual) for _, answer in undecided] == [True] * 1000


def test_a_rule_of_several_rows_takes_no_place_of_rules_that_never_hold() -> None:
    rules: dict[str, object] = {f"c{number}": two("==", var("geo.country"), f"C{number}") for number in range(6)}
    rules |= {"never": False, "not": {"!": True}, "three": {"or": [var(f"flag{number}") for number in range(3)]}}
    for name in ("flag0", "flag1", "flag2"):
        assert RuleSet(rules).match(Context({name: True})) == ["three"]
