"""The index leaves out only what is surely False: a set of any size answers as its rules do one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mitate_rules import WITHHELD, Context, RuleSet, compile_rule

FACTS: dict[str, dict[str, object]] = {
    "geo.country": {"type": "string"},
    "device.type": {"type": "string"},
    "visits.count": {"type": "integer"},
    "visits.new": {"type": "boolean"},
    "user.tags": {"type": "list", "items": "string"},
}
AUDIENCES: dict[str, dict[str, object]] = {
    "japan": {"when": {"==": [{"var": "geo.country"}, "JP"]}},
    "mobile-japan": {"when": {"and": [{"audience": "japan"}, {"==": ["phone", {"var": "device.type"}]}]}},
}
WORDS = ["JP", "FR", "US", "phone", ""]
NUMBERS: list[int | float] = [0, 1, 2, 2.0, -1]

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
    st.builds(two, st.sampled_from(["==", ">="]), st.just(var("visits.count")), st.sampled_from(NUMBERS)),
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
ANYTHING: st.SearchStrategy[object] = st.sampled_from(
    [None, WITHHELD, *WORDS, *NUMBERS, True, False, ["JP"], [], {"a": 1}]
)


@given(st.lists(RULES, min_size=8, max_size=24), st.dictionaries(st.sampled_from(sorted(FACTS)), ANYTHING))
def test_a_large_set_answers_as_its_rules_do_one_by_one(rules: list[object], values: dict[str, object]) -> None:
    context = Context(values)
    named = {f"r{number}": rule for number, rule in enumerate(rules)}
    answers = {name: compile_rule(rule, FACTS, audiences=AUDIENCES)(context) for name, rule in named.items()}
    found = dict(RuleSet(named, FACTS, audiences=AUDIENCES).outcomes(context))
    assert found == {name: answer for name, answer in answers.items() if answer is not False}
    assert list(found) == [name for name in named if name in found]


def test_a_thousand_rules_on_one_fact_leave_only_those_of_its_value() -> None:
    rules = {f"r{number}": {"==": [{"var": "geo.country"}, f"C{number % 100}"]} for number in range(1000)}
    answered = RuleSet(rules).match(Context({"geo.country": "C7"}))
    assert answered == [f"r{number}" for number in range(7, 1000, 100)]
    assert RuleSet(rules).match(Context()) == []
    assert [answer for _, answer in RuleSet(rules).outcomes(Context({"geo.country": WITHHELD}))] == [WITHHELD] * 1000
