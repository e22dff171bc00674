"""What holds for every rule and every visitor."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from mitate_rules import WITHHELD, Answer, Context, Program, RuleSet, check_rule, compile_rule
from mitate_rules.messages import LANGUAGES

Rule = dict[str, object]

FACTS: dict[str, dict[str, object]] = {
    "text": {"type": "string", "label": {"ja": "文字"}},
    "other": {"type": "string"},
    "number": {"type": "number", "unit": "yen"},
    "count": {"type": "integer", "unit": "times"},
    "flag": {"type": "boolean"},
    "list": {"type": "list", "items": "number"},
    "names": {"type": "list", "items": "string"},
    "instant": {"type": "instant"},
    "date": {"type": "date"},
    "version": {"type": "version"},
    "request.ip": {"type": "ip"},
    "time.now": {"type": "instant"},
    "time.date": {"type": "date"},
    "time.hour": {"type": "integer"},
    "time.minute": {"type": "integer"},
    "time.weekday": {"type": "integer"},
    "events.seen.times": {"type": "list", "items": "instant"},
    "visit.started": {"type": "instant"},
    "anything": {},
}
LISTS = {"few": ["a", "b"], "nets": ["10.0.0.0/8", "2001:db8::/32"]}

TEXTS = st.sampled_from(["", "a", "ab", "B", "/a/b", "日本", "10.0.0.1", "1.2.3", "2026-11-21"])
NUMBERS = st.sampled_from([-1, 0, 1, 2, 2.5, 1e300, 10**400, -0.0])
VALUES: dict[str, st.SearchStrategy[object]] = {
    "string": TEXTS,
    "number": NUMBERS,
    "integer": st.sampled_from([-1, 0, 1, 2, 7, 23]),
    "boolean": st.booleans(),
    "list": st.lists(NUMBERS | st.none() | TEXTS, max_size=3),
    "instant": st.sampled_from([0.0, 1e9, 1.7e9, -1e9, 1e300, 10**400]),
    "date": st.sampled_from(["2026-11-21", "2024-02-29", "none", ""]),
    "version": st.sampled_from(["1", "1.2.3", "2.0.0-rc.1", "?"]),
    "ip": st.sampled_from(["10.1.2.3", "2001:db8::1", "192.0.2.1", "?", ""]),
}
WRONG: st.SearchStrategy[object] = st.sampled_from(
    [
        None,
        True,
        1,
        0,
        2.5,
        float("nan"),
        float("inf"),
        10**5000,
        "a",
        "",
        [],
        [1, "a", None],
        {"a": 1},
        (1,),
        b"x",
        {1},
    ]
)


def var(name: str) -> Rule:
    return {"var": name}


def known(name: str) -> st.SearchStrategy[object]:
    type_name = cast("str | None", FACTS[name].get("type"))
    return VALUES[type_name] if type_name is not None else WRONG


@st.composite
def contexts(draw: st.DrawFn, *, wrong: bool = True) -> Context:
    """Each fact is missing, known, withheld, or (with `wrong`) of any type."""
    context = Context()
    for name in FACTS:
        kind = draw(st.sampled_from(["gone", "known", "known", "withheld", "wrong" if wrong else "known"]))
        if kind != "gone":
            context[name] = WITHHELD if kind == "withheld" else draw(WRONG if kind == "wrong" else known(name))
    return context


def call(op: str, *args: st.SearchStrategy[object]) -> st.SearchStrategy[Rule]:
    return st.tuples(*args).map(lambda given: {op: list(given)})


def one(value: object) -> st.SearchStrategy[object]:
    return st.just(value)


TEXT_FACT = st.sampled_from([var("text"), var("other"), {"var": ["text", "none"]}])
SAFE_NUMBER = st.sampled_from([-1, 0, 1, 2, 2.5])
ARITHMETIC: st.SearchStrategy[object] = st.one_of(
    one(var("number")),
    one({"var": ["count", 3]}),
    SAFE_NUMBER,
    *(call(op, one(var("number")), SAFE_NUMBER | one(var("count"))) for op in ("+", "-", "*", "/", "%", "min", "max")),
)
ORDER = st.one_of(*(call(op, ARITHMETIC, ARITHMETIC) for op in ("<", "<=", ">", ">=")))
LEAVES: st.SearchStrategy[object] = st.one_of(
    ORDER,
    *(call(op, one(var("number")), SAFE_NUMBER) for op in ("<", "<=", ">", ">=", "==", "!=")),
    call("<", SAFE_NUMBER, one(var("number")), SAFE_NUMBER),
    *(call(op, TEXT_FACT, TEXTS | one(None) | one(var("other"))) for op in ("==", "!=", "===", "!==")),
    call("==", one(var("flag")), st.booleans()),
    call("==", one(var("anything")), TEXTS | SAFE_NUMBER | one(None) | st.booleans()),
    call("in", TEXT_FACT, st.lists(TEXTS, max_size=3)),
    call("in", one(var("count")), st.lists(st.sampled_from([0, 1, 2.0]), max_size=3)),
    call("in", TEXTS, one(var("names")) | TEXT_FACT),
    *(
        call(op, TEXT_FACT, TEXTS)
        for op in ("contains", "icontains", "starts_with", "istarts_with", "ends_with", "iends_with")
    ),
    call("matches_glob", TEXT_FACT, st.sampled_from(["*", "/a/*", "**", "?", "*a*b*c"])),
    call("regex", TEXT_FACT, st.sampled_from(["", "^a", "b$", "^/.*b", "[0-9]{2}", "日?本"])),
    call("in_list", TEXT_FACT, one("few")),
    call("in_cidr", one(var("request.ip")), st.sampled_from(["10.0.0.0/8", ["192.0.2.0/24", "::/0"], "nets"])),
    call("sem_ver", one(var("version")), st.sampled_from(["=", "!=", "<", ">=", "~", "^"]), one("1.2.3")),
    *(call(op, one(var("instant")), one("2026-11-21T09:00+09:00")) for op in ("before", "after")),
    call("between", one(var("date")), one("2024-02-29"), one("2026-11-21")),
    call("days_since", one(var("instant")), st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), SAFE_NUMBER),
    call("days_since", one(var("date")), SAFE_NUMBER),
    call("count_events", one("seen"), st.sampled_from(["1d", "1.5h", "visit"]), st.integers(1, 3)),
    call("time_between", one("22:00"), one("06:00")),
    call("weekday", st.lists(st.integers(1, 7), max_size=3)),
    *(call(op, one(var("list")), call(">", one(var("")), SAFE_NUMBER)) for op in ("some", "all", "none")),
    call("some", call("filter", one(var("names")), call("==", one(var("")), TEXTS)), one(var(""))),
    st.sampled_from(["flag", "text", "anything", "list"]).map(var),
    st.booleans(),
    one({"audience": "first"}),
    one({"audience": "second"}),
)
AUDIENCES: dict[str, dict[str, object]] = {
    "first": {"when": {"or": [{"<": [var("number"), 2]}, {"!=": [var("text"), "a"]}]}, "label": {"ja": "一"}},
    "second": {"when": {"and": [{"!": {"audience": "first"}}, var("flag")]}},
}


def _combined(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    several = st.lists(inner, min_size=1, max_size=5)
    return st.one_of(
        several.map(lambda rules: {"and": rules}),
        several.map(lambda rules: {"or": rules}),
        inner.map(lambda rule: {"!": rule}),
        inner.map(lambda rule: {"!!": [rule]}),
        st.lists(inner, min_size=2, max_size=5).map(lambda rules: {"if": rules}),
    )


RULES = st.recursive(LEAVES, _combined, max_leaves=12)


def compiled(rule: object) -> Program:
    return compile_rule(rule, FACTS, audiences=AUDIENCES, lists=LISTS)


@given(RULES, contexts())
@settings(max_examples=300)
def test_a_rule_that_passed_the_check_always_answers_whatever_the_facts(rule: object, context: Context) -> None:
    assert compiled(rule)(context) in (True, False, WITHHELD)


@given(RULES, contexts())
@settings(max_examples=300)
def test_an_explanation_agrees_with_the_answer_and_speaks_every_language(rule: object, context: Context) -> None:
    program = compiled(rule)
    explanation = program.explain(context)
    assert explanation.result is program(context)
    assert set(explanation.facts) <= program.facts_read
    assert "request.ip" not in explanation.facts
    for lang in LANGUAGES:
        assert all(explanation.clauses(lang))
        assert explanation.sentence(lang)
        said = explanation.because(lang)
        for quoted in ("{'a': 1}", "{1}", "{2}"):
            said = said.replace(quoted, "")
        assert "{" not in said
        assert explanation.tree(lang)
    assert explanation.to_dict()["result"] == ("withheld" if explanation.result is WITHHELD else explanation.result)


@given(RULES, contexts())
def test_only_the_declared_reads_are_read(rule: object, context: Context) -> None:
    program = compiled(rule)
    needed = Context({name: value for name, value in context.items() if name in program.facts_read})
    assert program(needed) is program(context)


@given(RULES, contexts(wrong=False), st.data())
@settings(max_examples=300)
def test_an_answer_given_while_facts_are_withheld_stands_when_they_become_known(
    rule: object, context: Context, data: st.DataObject
) -> None:
    program = compiled(rule)
    answer = program(context)
    if answer is WITHHELD:
        return
    for _ in range(5):
        complete = Context(context)
        for name, value in context.items():
            if value is WITHHELD:
                complete[name] = data.draw(st.none() | known(name))
        assert program(complete) is answer


@given(RULES, contexts())
def test_nothing_withheld_nothing_undecided(rule: object, context: Context) -> None:
    answered = Context({name: value for name, value in context.items() if value is not WITHHELD})
    assert compiled(rule)(answered) in (True, False)


# A second, naive reading of the meaning: push every ! down to the leaves, then answer the leaves as they stand.
OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
SIMPLE = st.recursive(
    st.one_of(
        *(call(op, one(var("number")), SAFE_NUMBER) for op in COMPARE),
        *(call(op, one(var("text")), st.sampled_from(["a", "ab"])) for op in ("==", "!=")),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda rules: {"and": rules}),
        st.lists(inner, min_size=1, max_size=3).map(lambda rules: {"or": rules}),
        inner.map(lambda rule: {"!": rule}),
    ),
    max_leaves=10,
)


def pushed(rule: Rule, sign: bool) -> Rule:
    ((op, operand),) = rule.items()
    if op == "!":
        return pushed(cast(Rule, operand), not sign)
    if op in ("and", "or"):
        other = op if sign else {"and": "or", "or": "and"}[op]
        return {other: [pushed(part, sign) for part in cast("list[Rule]", operand)]}
    return {op if sign else OPPOSITE[op]: operand}


def naive(rule: Rule, context: Context) -> bool:
    ((op, operands),) = rule.items()
    if op == "and":
        return all(naive(part, context) for part in cast("list[Rule]", operands))
    if op == "or":
        return any(naive(part, context) for part in cast("list[Rule]", operands))
    fact, literal = cast("tuple[Rule, float]", operands)
    value = context.get(cast(str, fact["var"]))
    if op in ("==", "!="):
        return (value == literal) is (op == "==")
    return value is not None and COMPARE[op](cast(float, value), literal)


@given(SIMPLE, st.none() | SAFE_NUMBER, st.sampled_from([None, "a", "b"]))
def test_meaning_is_the_rule_with_negation_pushed_down(rule: Rule, number: float | None, text: str | None) -> None:
    context = Context(number=number, text=text)
    assert compiled(rule)(context) is naive(pushed(rule, True), context)
    assert compiled({"!": rule})(context) is naive(pushed(rule, False), context)


@given(st.lists(RULES, max_size=6), contexts())
def test_a_rule_set_answers_as_its_rules_do_one_by_one(rules: list[object], context: Context) -> None:
    named = {str(place): rule for place, rule in enumerate(rules)}
    many = RuleSet(named, FACTS, audiences=AUDIENCES, lists=LISTS)
    single: list[tuple[str, Answer]] = [(name, compiled(rule)(context)) for name, rule in named.items()]
    found = [(name, True if answer is True else WITHHELD) for name, answer in many.outcomes(context)]
    assert found == [(name, answer) for name, answer in single if answer is not False]
    assert many.match(context) == [name for name, answer in single if answer is True]
    assert many.first(context) == next(iter(many.match(context)), None)


@given(RULES, contexts())
def test_nested_data_and_a_flat_context_give_the_same_answer(rule: object, context: Context) -> None:
    nested: dict[str, object] = {}
    for name, value in context.items():
        *groups, last = name.split(".")
        inside = nested
        for group in groups:
            inside = cast("dict[str, object]", inside.setdefault(group, {}))
        inside[last] = value
    assert compiled(rule)(nested) is compiled(rule)(context)


ANY_JSON: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(max_size=3), inner, max_size=2),
        st.tuples(
            st.sampled_from(
                [
                    "var",
                    "and",
                    "or",
                    "!",
                    "if",
                    "==",
                    "<",
                    "in",
                    "contains",
                    "sem_ver",
                    "in_cidr",
                    "in_list",
                    "before",
                    "days_since",
                    "weekday",
                    "time_between",
                    "some",
                    "filter",
                    "+",
                    "audience",
                    "map",
                    "reduce",
                    "missing",
                    "substr",
                    "merge",
                ]
            ),
            inner,
        ).map(lambda pair: {pair[0]: pair[1]}),
    ),
    max_leaves=15,
)


@given(ANY_JSON)
@settings(max_examples=500)
def test_any_json_as_a_rule_gives_findings_and_never_an_exception(rule: object) -> None:
    findings = check_rule(rule, FACTS, audiences=AUDIENCES, lists=LISTS)
    if not any(one.severity == "error" for one in findings):
        assert compiled(rule)(Context()) in (True, False)
    check_rule(rule)
