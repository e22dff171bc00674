"""The index leaves out only what is surely False: a set of any size answers as its rules do one by one."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate_rules import WITHHELD, Answer, Context, Facts, Residual, RuleError, RuleSet, compile_rule

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
    "request.ip": {"type": "ip"},
    "time.now": {"type": "instant"},
    "time.date": {"type": "date"},
    "user.since": {"type": "date"},
    "visits.first": {"type": "instant"},
}
KNOWN = Facts(FACTS)
LISTS = {"few": ["JP", "FR"], "many": [f"c{number}" for number in range(100)] + ["US"]}
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


def three(operator: str, first: object, second: object, third: object) -> object:
    return {operator: [first, second, third]}


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
    st.builds(one, st.sampled_from(["!", "!!"]), st.sampled_from(sorted(set(FACTS) - {"request.ip"})).map(var)),
    st.just({"sem_ver": [{"var": "device.version"}, "<", "1.9"]}),
    st.just({"weekday": [[1, 2]]}),
    st.just({"time_between": ["22:00", "01:00"]}),
    st.builds(two, st.just("=="), st.just(var("visits.new")), st.booleans()),
    st.builds(two, st.just("in"), st.sampled_from(WORDS), st.just(var("user.tags"))),
    st.builds(one, st.just("audience"), st.sampled_from(sorted(AUDIENCES))),
    st.just({"==": [{"var": ["geo.country", "JP"]}, "JP"]}),
    st.just({"==": [{"var": "geo.country"}, None]}),
    st.builds(
        two,
        st.just("matches_glob"),
        st.just(var("page.path")),
        st.sampled_from(["/jp/*", "/jp/**", "/**", "**", "/?p/a", "/jp/a", "*/a", "/j*/**/b"]),
    ),
    st.builds(
        two, st.sampled_from(["ends_with", "icontains"]), st.just(var("page.path")), st.sampled_from(["/a", "P/"])
    ),
    st.builds(
        three,
        st.just("sem_ver"),
        st.just(var("device.version")),
        st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "~", "^"]),
        st.sampled_from(["1.2", "1.2.0-beta.2", "1.10.0", "2", "1.9.9.1"]),
    ),
    st.builds(
        two,
        st.just("in_cidr"),
        st.just(var("request.ip")),
        st.sampled_from(["10.0.0.0/8", "2001:db8::/32", ["10.1.0.0/16", "192.0.2.7"]]),
    ),
    st.builds(
        two,
        st.sampled_from(["before", "after"]),
        st.just(var("time.now")),
        st.sampled_from(["2026-11-21T00:00Z", "2026-11-22T00:00+09:00"]),
    ),
    st.builds(two, st.sampled_from(["before", "after"]), st.just("2026-11-21"), st.just(var("time.date"))),
    st.just({"between": [{"var": "time.date"}, "2026-11-20", "2026-11-22"]}),
    st.just({"between": [{"var": "time.now"}, "2026-11-20T00:00Z", "2026-11-21T12:00Z"]}),
    st.builds(three, st.just("<="), st.sampled_from(NUMBERS), st.just(var("interest")), st.sampled_from(NUMBERS)),
    st.builds(three, st.just("<"), st.sampled_from(WORDS), st.just(var("geo.country")), st.sampled_from(WORDS)),
    st.builds(
        three,
        st.just("days_since"),
        st.sampled_from(["visits.first", "user.since"]).map(var),
        st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
        st.sampled_from([0, 1, 1.5, 30]),
    ),
    st.builds(two, st.just("in_list"), st.just(var("geo.country")), st.sampled_from(["few", "many"])),
    st.builds(two, st.just("contains"), st.just(var("user.tags")), st.sampled_from(WORDS)),
    st.just({"in": [{"var": "said"}, ["JP", 1, True, None]]}),
    st.just({"if": [{"==": [{"var": "geo.country"}, "JP"]}, {"var": "visits.new"}, {"<": [{"var": "interest"}, 1]}]}),
    st.just({"some": [{"var": "user.tags"}, {"==": [{"var": ""}, "JP"]}]}),
    st.booleans(),
)


def joined(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    parts = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(st.builds(one, st.sampled_from(["and", "or"]), parts), st.builds(one, st.just("!"), inner))


RULES: st.SearchStrategy[object] = st.recursive(CONDITIONS, joined, max_leaves=5)
STRANGE: list[object] = [Decimal(1), Decimal(2), ["JP"], [], {"a": 1}, ("JP",), ("JP", ["JP"]), frozenset({"JP"})]
ODD: list[float] = [1.0, 0.0, -0.0, 1.5, 2**70, 2**53 + 1, math.nan, math.inf, -math.inf]
VALUES: list[object] = [None, WITHHELD, True, False, *WORDS, *NUMBERS, *ODD, *STRANGE]
OTHERS: list[object] = [
    "10.1.2.3",
    "192.0.2.7",
    "2001:db8::1",
    "::ffff:10.0.0.1",
    "2026-11-20",
    "2026-11-21",
    "2026-11-22",
    "2026-10-21",
]
MORE: list[object] = [
    1_795_219_200.0,
    1_795_132_800,
    1_795_262_400.0,
    "1.2.0-beta.2",
    "1.2.0-alpha",
    "1.2.9",
    "2.0.0",
    "/jp/",
    "/jp/b/a",
]
ANYTHING: st.SearchStrategy[object] = st.sampled_from(VALUES + OTHERS + MORE)

# Facts as they come: mostly of the right kind.
_BY_TYPE: dict[object, list[object]] = {
    "string": [*WORDS, "/jp/", "/jp/b/a", "/jp/c/b"],
    "integer": [0, 1, 2, 3, 22, 23],
    "boolean": [True, False],
    "list": [[], ["JP"], ["FR", "JP", 1]],
    "version": ["1.2", "1.2.0-beta.2", "1.2.0-alpha", "1.2.9", "1.9", "1.10.0", "2.0.0", "none"],
    "ip": ["10.1.2.3", "10.9.2.3", "192.0.2.7", "2001:db8::1", "::ffff:10.0.0.1", "nowhere"],
    "number": [0.4, 0.39999, 1, 2.0, 7],
    "instant": [1_795_219_200.0, 1_795_132_800, 1_795_262_400.0, 1_792_670_400],
    "date": ["2026-11-20", "2026-11-21", "2026-11-22", "2026-10-21", "soon"],
    None: [*WORDS, *NUMBERS],
}
PLAUSIBLE = st.fixed_dictionaries(
    {},
    optional={name: st.sampled_from([*_BY_TYPE[fact.get("type")], None, WITHHELD]) for name, fact in FACTS.items()},
)


def numbered(rules: list[object]) -> list[tuple[str, object]]:
    """Name rules by their place."""
    return [(f"r{number}", rule) for number, rule in enumerate(rules)]


def answers(rules: dict[str, object], context: Context) -> dict[str, Answer]:
    """Give what each rule says by itself, but for those that say no."""
    programs = {name: compile_rule(rule, KNOWN, audiences=AUDIENCES, lists=LISTS) for name, rule in rules.items()}
    single = {name: program(context) for name, program in programs.items()}
    return {name: answer for name, answer in single.items() if answer is not False}


def agrees(many: RuleSet, rules: dict[str, object], context: Context) -> None:
    """Compare all that a set says with what its rules say one by one."""
    expected = answers(rules, context)
    found = [(name, True if answer is True else WITHHELD) for name, answer in many.outcomes(context)]
    assert found == list(expected.items())
    matching = [name for name, answer in expected.items() if answer is True]
    assert many.match(context) == matching
    assert many.first(context) == next(iter(matching), None)


@given(st.lists(RULES, min_size=8, max_size=40), st.dictionaries(st.sampled_from(sorted(FACTS)), ANYTHING) | PLAUSIBLE)
def test_a_large_set_answers_as_its_rules_do_one_by_one(rules: list[object], values: dict[str, object]) -> None:
    named = {f"r{number}": rule for number, rule in enumerate(rules)}
    indexed = RuleSet(named, KNOWN, audiences=AUDIENCES, lists=LISTS)
    # Asked twice, for the index remembers; and of nobody between, so that what it remembers is told apart.
    for context in (Context(values), Context(), Context(values)):
        agrees(indexed, named, context)


@given(st.lists(RULES, min_size=8, max_size=40), PLAUSIBLE)
def test_nested_data_is_read_as_a_context_is(rules: list[object], values: dict[str, object]) -> None:
    indexed = RuleSet(dict(numbered(rules)), KNOWN, audiences=AUDIENCES, lists=LISTS)
    nested: dict[str, object] = {}
    for name, value in values.items():
        steps = name.split(".")
        inner = nested
        for step in steps[:-1]:
            inner = cast("dict[str, object]", inner.setdefault(step, {}))
        inner[steps[-1]] = value
    assert indexed.match(nested) == indexed.match(Context(values))
    assert indexed.first(nested) == indexed.first(Context(values))


@given(st.lists(RULES, min_size=1, max_size=40), st.lists(st.tuples(st.integers(0, 59), RULES), max_size=6), PLAUSIBLE)
def test_a_set_with_replaced_rules_answers_as_one_built_anew(
    rules: list[object], changes: list[tuple[int, object]], values: dict[str, object]
) -> None:
    named = dict(numbered(rules))
    many = RuleSet(named, KNOWN, audiences=AUDIENCES, lists=LISTS)
    before, context = many.match(Context(values)), Context(values)
    current, changed = dict(named), many
    for place, rule in changes:
        name = f"r{place % len(rules)}"
        current[name] = rule
        changed = changed.replace(name, rule)
    agrees(changed, current, context)
    assert many.match(context) == before


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


def test_replacing_a_rule_says_what_is_wrong_with_it_and_which_is_unknown() -> None:
    many = RuleSet({"a": True, "b": False})
    with pytest.raises(RuleError, match="unknown operator"):
        many.replace("a", {"fo": 1})
    with pytest.raises(KeyError):
        many.replace("c", True)
    assert (many.first({}), many.replace("a", False).first({}), many.replace("b", True).match({})) == (
        "a",
        None,
        ["a", "b"],
    )


def test_a_rule_replaced_by_one_that_never_holds_is_gone() -> None:
    many = RuleSet({f"r{number}": two("==", var("n"), number) for number in range(9)})
    assert many.replace("r3", False).match(Context(n=3)) == []


def test_after_many_replacements_the_set_is_indexed_anew() -> None:
    rules: dict[str, object] = {f"r{number}": two("==", var("n"), number) for number in range(300)}
    many = RuleSet(rules)
    for number in range(290):
        many = many.replace(f"r{number}", two("==", var("n"), number + 1000))
    assert [many.first(Context({"n": n})) for n in (5, 295, 1005, 1289, 1290)] == [None, "r295", "r5", "r289", None]


def test_a_rule_of_several_rows_is_named_once() -> None:
    either = {"or": [two("==", var("a"), 1), two("==", var("b"), 1), two("==", var("c"), 1)]}
    many = RuleSet({f"r{number}": either for number in range(40)})
    assert many.match(Context(a=1, b=1, c=1)) == [f"r{number}" for number in range(40)]
    assert many.match(Context(a=1, b=WITHHELD)) == [f"r{number}" for number in range(40)]
    assert [name for name, _ in many.outcomes(Context(b=WITHHELD))] == [f"r{number}" for number in range(40)]
    assert many.first(Context(c=1)) == "r0"


def test_a_fact_with_a_hundred_thousand_values_takes_no_bit_set_for_each() -> None:
    rules = {
        f"r{number}": {"in": [{"var": "account.domain"}, [f"c{7 * number + place}.example" for place in range(10)]]}
        for number in range(10_000)
    }
    many = RuleSet(rules, {"account.domain": {"type": "string"}})
    assert many.match(Context({"account.domain": "c7001.example"})) == ["r999", "r1000"]
    assert many.first({"account": {"domain": "c69993.example"}}) == "r9998"
    assert many.memory()["tables"] < 20_000_000
