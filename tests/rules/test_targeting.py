"""What the targeting dialect means: missing facts, withheld facts, own properties, every operator."""

from __future__ import annotations

import copy
import pickle
from typing import Literal, cast

import pytest

from mitate_rules import WITHHELD, Answer, Context, Residual, RuleError, RuleSet, check_rule, compile_rule


def var(name: str) -> dict[str, object]:
    return {"var": name}


def ask(rule: object, /, **facts: object) -> Answer:
    """Answer an untyped rule; `__` in a name stands for a dot."""
    return compile_rule(rule, lists={"few": ["a", "b"], "nets": ["10.0.0.0/8"]})(
        Context({name.replace("__", "."): value for name, value in facts.items()})
    )


@pytest.mark.parametrize("op", ["<", "<=", ">", ">="])
@pytest.mark.parametrize("literal", [50, 0, -1, "m"])
def test_an_order_comparison_over_a_missing_fact_holds_under_neither_sign(op: str, literal: object) -> None:
    assert ask({op: [var("x"), literal]}) is False
    assert ask({"!": {op: [var("x"), literal]}}) is False
    assert ask({"!": {"and": [{op: [var("x"), literal]}, True]}}) is False
    assert ask({"!": {"!": {op: [literal, var("x")]}}}, x=None) is False


@pytest.mark.parametrize(
    "rule",
    [
        {"before": [var("x"), "2026-11-21T00:00Z"]},
        {"after": [var("x"), "2026-11-21"]},
        {"between": [var("x"), "2026-11-21", "2026-11-22"]},
        {"days_since": [var("x"), 3]},
        {"sem_ver": [var("x"), "!=", "1.0"]},
        {"<": [1, var("x"), 5]},
        {"time_between": ["09:00", "18:00"]},
    ],
)
def test_time_and_version_comparisons_over_a_missing_fact_hold_under_neither_sign(rule: object) -> None:
    assert ask(rule, time__now=0.0) is False
    assert ask({"!": rule}, time__now=0.0) is False


NULLABLE: list[object] = [
    {"==": [var("x"), "JP"]},
    {"in": [var("x"), ["JP"]]},
    {"in": [var("x"), []]},
    {"contains": [var("x"), "J"]},
    {"starts_with": [var("x"), "J"]},
    {"in_list": [var("x"), "few"]},
    {"in_cidr": [var("x"), "10.0.0.0/8"]},
    {"some": [var("x"), {"==": [var(""), 1]}]},
    var("x"),
]


@pytest.mark.parametrize("rule", NULLABLE)
def test_equality_membership_text_and_truth_treat_missing_as_null(rule: object) -> None:
    assert ask(rule) is False
    assert ask({"!": rule}) is True


def test_a_visitor_of_unknown_company_never_matches_an_employee_bound() -> None:
    small = compile_rule({"<": [var("account.employees"), 50]})
    large = compile_rule({"!": {"<": [var("account.employees"), 50]}})
    for employees, answers in {None: (False, False), 49: (True, False), 50: (False, True), 0: (True, False)}.items():
        context = Context({"account.employees": employees})
        assert (small(context), large(context)) == answers


@pytest.mark.parametrize("wrong", ["3", True, [3], {"a": 3}, float("nan"), object()])
def test_a_value_of_the_wrong_type_is_treated_as_missing(wrong: object) -> None:
    rule = compile_rule({">=": [var("n"), 2]}, {"n": {"type": "number"}})
    assert rule(Context(n=wrong)) is False
    default = compile_rule({"==": [{"var": ["n", 7]}, 7]}, {"n": {"type": "number"}})
    assert default(Context(n=wrong)) is True


def test_true_is_not_one_and_one_is_not_true() -> None:
    assert ask({"==": [var("x"), 1]}, x=True) is False
    assert ask({"==": [var("x"), True]}, x=1) is False
    assert ask({"in": [var("x"), [1, 2]]}, x=True) is False
    assert ask({">=": [var("x"), 1]}, x=True) is False


def test_a_default_serves_missing_and_null_and_never_withheld() -> None:
    rule = {"==": [{"var": ["x", "none"]}, "none"]}
    assert ask(rule) is True
    assert ask(rule, x=None) is True
    assert ask(rule, x="JP") is False
    assert ask(rule, x=WITHHELD) is WITHHELD


def test_only_own_properties_are_read() -> None:
    rule = compile_rule({"==": [var("text.length"), 3]})
    assert rule({"text": "abc"}) is False
    assert compile_rule({"==": [var("list.-1"), 2]})({"list": [1, 2]}) is False
    assert compile_rule({"==": [var("list.01"), 2]})({"list": [1, 2]}) is False
    assert compile_rule({"==": [var("list.1"), 2]})({"list": [1, 2]}) is True


@pytest.mark.parametrize("answer", [True, False, WITHHELD])
def test_withheld_follows_kleene(answer: Answer) -> None:
    facts = {"a": {"type": "boolean"}, "b": {"type": "boolean"}}
    both = compile_rule({"and": [var("a"), var("b")]}, facts)
    either = compile_rule({"or": [var("a"), var("b")]}, facts)
    unsure = Context(a=WITHHELD, b=answer)
    assert both(unsure) is (False if answer is False else WITHHELD)
    assert either(unsure) is (True if answer is True else WITHHELD)
    assert compile_rule({"!": var("a")}, facts)(unsure) is WITHHELD


def test_withheld_is_no_truth_value_and_stays_itself() -> None:
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(WITHHELD)
    assert copy.deepcopy(WITHHELD) is WITHHELD
    assert pickle.loads(pickle.dumps(WITHHELD)) is WITHHELD
    assert repr(WITHHELD) == "WITHHELD"


def test_a_comparison_that_lacks_one_operand_does_not_wait_for_the_withheld_other() -> None:
    assert ask({"<": [var("gone"), var("kept")]}, kept=WITHHELD) is False


def test_if_takes_no_branch_when_its_condition_lacks_an_operand() -> None:
    rule = {"if": [{"<": [var("employees"), 50]}, var("small"), var("large")]}
    known = {"small": True, "large": True}
    assert ask(rule, employees=10, **known) is True
    assert ask(rule, employees=99, **known) is True
    assert ask(rule, **known) is False
    value = {"==": [{"if": [{"<": [var("employees"), 50]}, "S", "L"]}, "L"]}
    assert ask(value, employees=99) is True
    assert ask(value) is False


@pytest.mark.parametrize(
    ("items", "some", "every", "none"),
    [
        ([1, 5], True, False, False),
        ([5, 6], True, True, False),
        ([1, 2], False, False, True),
        ([], False, False, True),
        (None, False, False, True),
        ("not a list", False, False, True),
        ([5, None], True, False, False),
        ([1, None], False, False, False),  # of the item that lacks a number, neither holds
        (WITHHELD, WITHHELD, WITHHELD, WITHHELD),
    ],
)
def test_quantifiers_ask_each_item(items: object, some: Answer, every: Answer, none: Answer) -> None:
    condition = {">=": [var(""), 5]}
    assert ask({"some": [var("x"), condition]}, x=items) is some
    assert ask({"all": [var("x"), condition]}, x=items) is every
    assert ask({"none": [var("x"), condition]}, x=items) is none


def test_items_may_be_objects_and_lists_filtered() -> None:
    purchases = [{"category": "nurse", "at": 0.0}, {"category": "care", "at": 10 * 86_400.0}]
    recent = {"filter": [var("purchases"), {"days_since": [var("at"), "<", 5]}]}
    rule = {"some": [recent, {"==": [var("category"), "care"]}]}
    assert ask(rule, purchases=purchases, time__now=12 * 86_400.0) is True
    assert ask(rule, purchases=purchases, time__now=15 * 86_400.0) is False
    assert compile_rule(rule).facts_read == {"purchases", "time.now"}


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        ({"===": [var("x"), "JP"]}, "JP", True),
        ({"!=": [var("x"), "JP"]}, "US", True),
        ({"!==": [var("x"), None]}, "US", True),
        ({"==": [var("x"), None]}, None, True),
        ({"==": [2, var("x")]}, 2.0, True),
        ({"<": [1, var("x"), 3]}, 3, False),
        ({"<=": [1, var("x"), 3]}, 3, True),
        ({"!": {"<=": [1, var("x"), 3]}}, 4, True),
        ({">": [var("x"), 3]}, 3, False),
        ({"<": ["Z", var("x")]}, "a", True),
        ({"in": [var("x"), ["a", "b"]]}, "b", True),
        ({"in": [var("x"), [1, "b", None]]}, 1.0, True),
        ({"in": [var("x"), ["a", None]]}, None, True),
        ({"in": ["ap", var("x")]}, "tap", True),
        ({"in": ["a", var("x")]}, ["a"], True),
        ({"in": ["a", var("x")]}, ["ab"], False),
        ({"contains": [var("x"), "a"]}, ["a"], True),
        ({"icontains": [var("x"), "NURSE"]}, "Nurse shoes", True),
        ({"icontains": [var("x"), "NURSE"]}, ["nurse"], True),
        ({"istarts_with": [var("x"), "/Nurse"]}, "/nURSE/1", True),
        ({"ends_with": [var("x"), ".pdf"]}, "a.pdf", True),
        ({"iends_with": [var("x"), ".PDF"]}, "a.pdf", True),
        ({"matches_glob": [var("x"), "/nurse/*"]}, "/nurse/a", True),
        ({"matches_glob": [var("x"), "/nurse/*"]}, "/nurse/a/b", False),
        ({"matches_glob": [var("x"), "/nurse/**"]}, "/nurse/a/b", True),
        ({"matches_glob": [var("x"), "/n?rse"]}, "/n/rse", False),
        ({"matches_glob": [var("x"), "/*/a*/**/z?"]}, "/x/ab/c/d/zz", True),
        ({"matches_glob": [var("x"), "/*/a*/**/z?"]}, "/x/b/c/zz", False),
        ({"matches_glob": [var("x"), "a.c"]}, "abc", False),
        ({"sem_ver": [var("x"), ">=", "17"]}, "17.0.0", True),
        ({"sem_ver": [var("x"), "<", "1.0.0"]}, "1.0.0-rc.1", True),
        ({"sem_ver": [var("x"), "<", "1.0.0-rc.10"]}, "1.0.0-rc.9", True),
        ({"sem_ver": [var("x"), "~", "1.2.9"]}, "v1.2.0", True),
        ({"sem_ver": [var("x"), "^", "1.9"]}, "1.2.0", True),
        ({"sem_ver": [var("x"), "^", "1.9"]}, "2.0.0", False),
        ({"sem_ver": [var("x"), ">", "1.9"]}, "1.10", True),
        ({"sem_ver": [var("x"), "!=", "1.9"]}, "none", False),
        ({"in_cidr": [var("x"), "10.0.0.0/8"]}, "10.255.0.1", True),
        ({"in_cidr": [var("x"), ["192.0.2.0/24", "2001:db8::/32"]]}, "2001:db8::1", True),
        ({"in_cidr": [var("x"), "nets"]}, "::ffff:10.0.0.1", True),
        ({"in_cidr": [var("x"), "nets"]}, "11.0.0.1", False),
        ({"in_cidr": [var("x"), "0.0.0.0/0"]}, "not an address", False),
        ({"in_list": [var("x"), "few"]}, "b", True),
        ({"in_list": [var("x"), "few"]}, "c", False),
        ({"before": [var("x"), "1970-01-02T00:00+09:00"]}, 53_999.0, True),
        ({"before": [var("x"), "1970-01-02T00:00+09:00"]}, 54_000.0, False),
        ({"after": [var("x"), "1970-01-02T00:00Z"]}, 86_400, True),
        ({"before": [var("x"), "2026-11-21"]}, "2026-11-20", True),
        ({"between": [var("x"), "2026-11-20", "2026-11-21"]}, "2026-11-21", True),
        ({"==": [{"%": [var("x"), 3]}, -2]}, -5, True),
        ({"==": [{"/": [var("x"), 0]}, None]}, 1, True),
        ({">": [{"+": [var("x"), 1]}, 0]}, None, False),
        ({"==": [{"-": [var("x")]}, -4]}, 4, True),
        ({"==": [{"max": [var("x"), 5]}, 5]}, 4, True),
        ({"==": [{"*": [var("x"), 1e308]}, None]}, 1e308, True),
        ({"!!": [var("x")]}, "0", True),
        ({"!!": [var("x")]}, [], False),
        ({"?:": [var("x"), True, False]}, 1, True),
    ],
)
def test_each_operator_on_a_value(rule: object, value: object, expected: bool) -> None:
    assert ask(rule, x=value) is expected
    assert ask({"!": {"!": rule}}, x=value) is expected


@pytest.mark.parametrize(
    ("rule", "days", "expected"),
    [
        ({"days_since": [var("x"), 60]}, 59.99, False),
        ({"days_since": [var("x"), 60]}, 60, True),
        ({"days_since": [var("x"), "<", 60]}, 59.99, True),
        ({"days_since": [var("x"), "<", 60]}, 60, False),
        ({"days_since": [var("x"), "==", 0]}, 0.5, True),
        ({"!": {"days_since": [var("x"), 60]}}, 59, True),
        ({"days_since": [var("x"), 0]}, -1, False),
    ],
)
def test_days_since_counts_full_days(rule: object, days: float, expected: bool) -> None:
    assert ask(rule, x=1_000_000.0, time__now=1_000_000.0 + days * 86_400) is expected


def test_days_since_a_date_reads_the_visitors_date() -> None:
    rule = compile_rule({"days_since": [var("d"), "==", 1]}, {"d": {"type": "date"}, "time.date": {"type": "date"}})
    assert rule.facts_read == {"d", "time.date"}
    assert rule(Context({"d": "2024-02-28", "time.date": "2024-02-29"})) is True


@pytest.mark.parametrize(
    ("start", "end", "hour", "minute", "expected"),
    [
        ("22:00", "06:00", 22, 0, True),
        ("22:00", "06:00", 5, 59, True),
        ("22:00", "06:00", 6, 0, False),
        ("22:00", "06:00", 21, 59, False),
        ("09:30", "24:00", 23, 59, True),
        ("00:00", "09:30", 9, 30, False),
    ],
)
def test_a_time_range_includes_its_start_and_may_span_midnight(
    start: str, end: str, hour: int, minute: int, expected: bool
) -> None:
    facts = {"time__hour": hour, "time__minute": minute}
    assert ask({"time_between": [start, end]}, **facts) is expected
    assert ask({"!": {"time_between": [start, end]}}, **facts) is not expected


def test_time_and_weekday_read_the_visitors_clock_or_the_sites() -> None:
    assert compile_rule({"time_between": ["09:00", "17:00", "site"]}).facts_read == {
        "site_time.hour",
        "site_time.minute",
    }
    assert compile_rule({"weekday": [[6, 7], "site"]}).facts_read == {"site_time.weekday"}
    for rule in ({"weekday": [[6, 7]]}, {"weekday": [["sat", "sun"]]}, {"weekday": ["sat", "sun", "visitor"]}):
        assert ask(rule, time__weekday=6) is True
        assert ask(rule, time__weekday=1) is False


def test_audiences_may_refer_to_audiences() -> None:
    audiences: dict[str, dict[str, object]] = {
        "jp": {"when": {"==": [var("country"), "JP"]}},
        "nurses": {"when": {"and": [{"audience": "jp"}, {">=": [var("interest"), 0.4]}]}},
    }
    rule = compile_rule({"!": {"audience": "nurses"}}, audiences=audiences)
    assert rule.facts_read == {"country", "interest"}
    assert rule(Context(country="JP", interest=0.5)) is False
    assert rule(Context(country="US", interest=0.5)) is True
    assert rule(Context(country="JP")) is False  # of an unknown interest neither sign holds


def test_glob_matching_takes_linear_time_whatever_the_stars() -> None:
    pattern = "*a" * 30 + "**b"
    assert ask({"matches_glob": [var("x"), pattern]}, x="a" * 2_000) is False


def test_plain_nested_mappings_and_contexts_give_the_same_answer() -> None:
    rule = compile_rule({"and": [{"==": [var("geo.country"), "JP"]}, {">=": [var("visits.count"), 2]}]})
    nested = {"geo": {"country": "JP"}, "visits": {"count": 2}}
    assert rule(nested) is True
    assert rule(Context.from_nested(nested)) is True
    assert rule({"geo": "JP"}) is False
    assert rule(None) is False


def test_a_rule_set_answers_lazily_in_priority_order() -> None:
    rules = {
        "late": {"==": [var("country"), "JP"]},
        "kept": {">=": [var("interest"), 0.4]},
        "never": False,
        "all": True,
    }
    many = RuleSet(rules)
    context = Context(country="JP", interest=WITHHELD)
    (late, sure), (kept, undecided), (every, also_sure) = many.outcomes(context)
    assert [(late, sure), kept, (every, also_sure)] == [("late", True), "kept", ("all", True)]
    assert isinstance(undecided, Residual)
    with pytest.raises(TypeError):
        bool(undecided)
    assert many.match(context) == ["late", "all"]
    assert many.first(context) == "late"
    assert many.first({"country": "US"}) == "all"
    assert many.facts_read == {"country", "interest"}
    assert many.program("late")(context) is True
    assert next(many.outcomes(context)) == ("late", True)
    assert RuleSet({}).first({}) is None


def test_a_shared_audience_is_evaluated_once_for_each_context() -> None:
    reads: list[str] = []

    class Counting(Context):
        def get(self, key: str, default: object = None) -> object:
            reads.append(key)
            return super().get(key, default)

    audiences = {"jp": {"when": {"==": [var("country"), "JP"]}}}
    many = RuleSet({str(n): {"audience": "jp"} for n in range(5)}, audiences=audiences)
    assert many.match(Counting(country="JP")) == ["0", "1", "2", "3", "4"]
    assert reads == ["country"]
    assert many.match(Counting(country="US")) == []


def test_a_rule_set_reports_the_findings_of_all_its_rules() -> None:
    with pytest.raises(RuleError) as error:
        RuleSet({"a": {"fo": 1}, "b": True, "c/d": {"==": [1]}})
    assert [found.pointer for found in error.value.diagnostics] == ["/a/fo", "/c~1d/=="]


def test_the_clock_is_the_visitors_however_deep_lists_nest() -> None:
    rule = {"some": [{"var": "rows"}, {"some": [{"var": ""}, {"weekday": ["mon"]}]}]}
    program = compile_rule(rule)
    assert program({"rows": [[1]], "time": {"weekday": 1}}) is True
    assert program({"rows": [[1]], "time": {"weekday": 2}}) is False


def test_an_item_has_no_way_to_the_facts_of_the_visitor() -> None:
    rule = {"some": [{"var": "rows"}, {"==": [{"var": "@request.ip"}, "10.0.0.1"]}]}
    (found,) = check_rule(rule)
    assert (found.code, found.pointer) == ("bad-var", "/some/1/==/0/var")


def test_a_version_with_thousands_of_digits_is_compared_and_never_an_exception() -> None:
    program = compile_rule({"sem_ver": [{"var": "v"}, "<", "1.0.0"]})
    assert program({"v": "1.0.0-" + "9" * 5000}) is True
    newer = compile_rule({"sem_ver": [{"var": "v"}, ">", "1.0.0-" + "9" * 4999 + "8"]})
    assert (newer({"v": "1.0.0-" + "9" * 5000}), newer({"v": "1.0.0-" + "0" * 9 + "9" * 4999})) == (True, False)


def test_sums_round_at_each_step_as_every_language_does() -> None:
    program = compile_rule({"==": [{"+": [{"var": "n"}, 1, -2]}, 2**53 - 2]})
    assert program({"n": 2**53}) is True


@pytest.mark.parametrize("text", ["2026-W47-6T09:00Z", "20261121T0900Z", "2026-11-21 09:00Z", "2026-11-21T09Z"])
def test_an_instant_is_written_as_every_language_reads_it(text: str) -> None:
    (found,) = check_rule({"before": [{"var": "instant"}, text]})
    assert found.code == "bad-instant"


def test_a_whole_number_without_bounds_is_never_a_fraction() -> None:
    (found,) = check_rule({"in": [{"var": "n"}, [0.5]]}, {"n": {"type": "integer"}})
    assert (found.severity, found.code) == ("warning", "always-false")
    assert found.message == '"n" == 0.5 never holds where it is known: it is a whole number'


@pytest.mark.parametrize("text", ["none", "", "2026-02-30", "2026-11-1", "0000-01-01"])
@pytest.mark.parametrize(
    ("rule", "answer"),
    [
        ({"after": [{"var": "day"}, "2000-01-01"]}, False),
        ({"!": {"after": [{"var": "day"}, "2000-01-01"]}}, False),
        ({"<": [{"var": "day"}, "2000-01-01"]}, False),
        ({"between": [{"var": "day"}, "0001-01-01", "9999-12-31"]}, False),
        ({"after": [{"var": ["day", "2026-11-22"]}, "2000-01-01"]}, True),
        ({"!=": [{"var": "day"}, "2000-01-01"]}, True),
        ({"==": [{"var": "day"}, {"var": "other"}]}, False),
        ({"==": [{"var": "day"}, None]}, True),
        ({"var": "day"}, False),
        ({"days_since": [{"var": "day"}, ">=", 0]}, False),
        ({"starts_with": [{"var": "day"}, ""]}, False),
        ({"ends_with": [{"var": "day"}, ""]}, False),
    ],
)
def test_a_text_that_is_no_date_counts_as_missing(rule: object, answer: bool, text: str) -> None:
    facts: dict[str, dict[str, object]] = {"day": {"type": "date"}, "other": {}, "time.date": {"type": "date"}}
    compiled = compile_rule(rule, facts)
    data = {"day": text, "other": text, "time": {"date": "2026-11-22"}}
    assert compiled(data) is answer
    assert compiled.explain(data).result is answer
    assert compiled.partial(data) is answer


def test_what_is_no_rule_set_no_dialect_and_no_declaration_is_said_plainly() -> None:
    with pytest.raises(TypeError, match="rules are a mapping, id -> rule in priority order, not a list"):
        RuleSet(cast("dict[str, object]", [True]))
    with pytest.raises(ValueError, match='dialect is "targeting" or "jsonlogic", not \'json-logic\''):
        compile_rule(True, dialect=cast("Literal['targeting']", "json-logic"))
    with pytest.raises(RuleError) as raised:
        check_rule(True, cast("dict[str, dict[str, object]]", {"geo.country": "text"}))
    (found,) = raised.value.diagnostics
    assert (found.message, found.pointer) == ('fact "geo.country" is declared by an object', "/geo.country")
    with pytest.raises(KeyError, match='there is no rule "herro" \\(did you mean "hero"'):
        RuleSet({"hero": True}).program("herro")
