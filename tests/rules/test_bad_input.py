"""Rules and contexts as nobody should write them: each has an answer or a message, exactly this one."""

from __future__ import annotations

import datetime
import decimal
import functools
import json
import math
from collections.abc import Callable

import pytest

from mitate_rules import WITHHELD, Context, LimitError, RuleError, RuleSet, check_rule, compile_rule
from mitate_rules.operators import OPERATORS

Found = list[tuple[str, str, str, str | None]]

X = {"var": "x"}


def found(rule: object, source: str | None = None) -> Found:
    """Give code, pointer, message and what was got of all errors."""
    errors = [one for one in check_rule(rule, source=source) if one.severity == "error"]
    return [(one.code, one.pointer, one.message, one.got) for one in errors]


def nested(depth: int, wrap: Callable[[object], object], core: object = 1) -> object:
    return functools.reduce(lambda inner, _: wrap(inner), range(depth), core)


def ring(*, times: int = 1) -> list[object]:
    """Give a list that holds itself, and nothing else."""
    made: list[object] = []
    made.extend([made] * times)
    return made


def loop(operator: str, *others: object) -> dict[str, object]:
    """Give a rule that is its own operand."""
    made: dict[str, object] = {}
    made[operator] = [*others, made]
    return made


# -- nested, cyclic, wide, huge

TOO_DEEP = "the rule nests more than 100 operators"


@pytest.mark.parametrize(
    "rule",
    [
        nested(100, lambda inner: {"!": [inner]}, X),
        nested(100, lambda inner: {"!": inner}, X),
        nested(100_000, lambda inner: {"and": [X, inner]}, X),
        nested(100_000, lambda inner: {"x": inner}),
        nested(100_000, lambda inner: [inner]),
        {"in": [X, nested(100_000, lambda inner: [inner])]},
        {"var": nested(100_000, lambda inner: {"var": inner})},
        nested(100_000, lambda inner: {"if": [inner, True, False]}, X),
        loop("and"),
        loop("or", X),
        loop("!"),
        loop("no-operator"),
        loop("var"),
        {"in": [X, ring()]},
        {"==": [ring(), loop("and")]},
        ring(),
    ],
)
def test_a_rule_nested_too_deep_or_in_itself_is_one_error_with_a_pointer_of_bearable_length(rule: object) -> None:
    ((code, pointer, message, got),) = found(rule)
    assert (code, message, got) == ("too-deep", TOO_DEEP, None)
    assert 100 <= len(pointer) <= 200


def test_a_list_that_holds_itself_thousands_of_times_is_refused_before_it_is_walked() -> None:
    assert [one[:3] for one in found(ring(times=20_000))] == [("too-large", "", "the rule has more than 20,000 values")]
    assert [one[0] for one in found({"in": [X, ring(times=300)]})] == ["too-large"]


def test_two_rules_that_hold_each_other_are_one_error() -> None:
    first: dict[str, object] = {}
    second: dict[str, object] = {"!": [first]}
    first["or"] = [X, second]
    assert [(code, message) for code, _, message, _ in found(first)] == [("too-deep", TOO_DEEP)]
    with pytest.raises(RuleError, match=TOO_DEEP):
        RuleSet({"fine": X, "broken": first})


def test_ninety_nine_operators_around_a_fact_are_fine_and_answer() -> None:
    deepest = compile_rule(nested(99, lambda inner: {"and": [X, inner]}, X))
    assert [deepest({"x": value}) for value in (True, False, None)] == [True, False, False]
    assert compile_rule(nested(99, lambda inner: {"!": inner}, X))({"x": 1}) is False


@pytest.mark.parametrize(
    ("rule", "pointer", "message"),
    [
        ({"and": [X] * 20_001}, "/and", "a list has more than 20,000 items"),
        ({"in": [X, ["a"] * 20_001]}, "/in/1", "a list has more than 20,000 items"),
        ({"or": [{"in": [X, ["a"] * 9_000]}] * 3}, "", "the rule has more than 20,000 values"),
        ({f"key {number}": X for number in range(20_000)}, "", "the rule has more than 20,000 values"),
        ({"==": [X, "x" * 10_001]}, "/==/1", "a text has more than 10,000 characters"),
        ({"==": [{"var": "x" * 10_001}, 1]}, "/==/0/var", "a text has more than 10,000 characters"),
        ({"in": [X, ["a", "é" * 10_001]]}, "/in/1/1", "a text has more than 10,000 characters"),
    ],
)
def test_a_rule_too_wide_or_too_large_is_one_error(rule: object, pointer: str, message: str) -> None:
    assert [one[:3] for one in found(rule)] == [("too-large", pointer, message)]
    with pytest.raises(RuleError, match=message):
        compile_rule(rule)


def test_rules_of_the_largest_size_still_answer() -> None:
    wide = compile_rule({"or": [{"==": [X, number]} for number in range(3_999)]})
    assert [wide({"x": number}) for number in (0, 3_998, 3_999)] == [True, True, False]
    listed = compile_rule({"in": [X, [str(number) for number in range(19_995)]]})
    assert [listed({"x": text}) for text in ("0", "19994", "19995")] == [True, True, False]
    assert compile_rule({"==": [X, "x" * 10_000]})({"x": "x" * 10_000}) is True


def test_an_operator_of_any_length_is_named_by_its_beginning() -> None:
    ((code, pointer, message, got),) = found({"x" * 50_000: [X, 1]})
    assert (code, message) == ("unknown-operator", f'unknown operator "{"x" * 60}"')
    assert got == f'"{"x" * 60}"'
    assert pointer.startswith("/xxx")


def test_operators_with_any_number_of_operands_are_counted_and_not_believed() -> None:
    message = '"!" takes 1 operand'
    assert found({"!": [True] * 10_000})[0] == ("arity", "/!", message, "10000")
    assert found({"==": []}) == [("arity", "/==", '"==" takes 2 operands', "0")]
    assert found({"==": None}) == [("arity", "/==", '"==" takes 2 operands', "1")]
    assert found({"between": {"between": {"between": 1}}})[0][2] == '"between" takes 3 operands'


# -- keys

ONE = "a condition is an object with exactly one operator"


def test_an_object_with_no_key_or_several_is_no_condition() -> None:
    assert found({}) == [("one-operator", "", ONE, "none")]
    assert found({"==": [X, 1], "!=": [X, 2]}) == [("one-operator", "", ONE, '"==", "!="')]
    assert found({"and": [X, {}, {"a": 1, "b": 2}]}) == [
        ("one-operator", "/and/1", ONE, "none"),
        ("one-operator", "/and/2", ONE, '"a", "b"'),
    ]


@pytest.mark.parametrize(
    ("key", "got"),
    [(1, "1"), (None, "None"), (True, "True"), (("a",), "a Python tuple"), ("\udc00", "'\\udc00'")],
)
def test_a_key_that_is_no_text_is_refused(key: object, got: str) -> None:
    assert found({key: [X, 1]}) == [("not-json", "", "a key must be text", got)]


@pytest.mark.parametrize(
    "key", ["", " ", "\x00", "__class__", "constructor", "a/b", "~", "日本", "==\u200b", "$ref", "🙂"]
)
def test_a_strange_key_is_an_unknown_operator(key: str) -> None:
    pointer = "/" + key.replace("~", "~0").replace("/", "~1")
    assert found({key: [X, 1]}) == [("unknown-operator", pointer, f'unknown operator "{key}"', f'"{key}"')]


def test_a_key_written_twice_is_found_in_the_source_with_its_place() -> None:
    source = '{"and": [{"var": "x"}],\n "and": [{"==": [{"var": "x", "var": "y"}, 1]}]}'
    errors = check_rule(json.loads(source), source=source)
    assert [(one.code, one.message, one.line, one.column) for one in errors if one.severity == "error"] == [
        ("duplicate-key", 'the key "and" is written twice in one object', 2, 2),
        ("duplicate-key", 'the key "var" is written twice in one object', 2, 31),
    ]


def test_keys_that_differ_in_spelling_only_are_one_key() -> None:
    source = '{"\\u0061nd": [], "and": []}'
    (one,) = [one for one in check_rule(json.loads(source), source=source) if one.code == "duplicate-key"]
    assert (one.line, one.column, one.hint) == (1, 18, "only the last one would count")


# -- texts and numbers

SURROGATE = "the text holds half a character (a lone surrogate)"
NOT_JSON = "a rule holds only JSON: objects, lists, text, numbers, true, false, null"
NO_NUMBER = "NaN and Infinity are no JSON numbers"
INEXACT = "the number is beyond 2^53, where whole numbers stop being exact"


@pytest.mark.parametrize(
    ("value", "code", "message", "got"),
    [
        ("\ud83d", "bad-text", SURROGATE, "'\\ud83d'"),
        ("a\udfffb", "bad-text", SURROGATE, "'a\\udfffb'"),
        ("\ude00\ud83d", "bad-text", SURROGATE, "'\\ude00\\ud83d'"),
        (math.nan, "bad-number", NO_NUMBER, "nan"),
        (math.inf, "bad-number", NO_NUMBER, "inf"),
        (-math.inf, "bad-number", NO_NUMBER, "-inf"),
        (2**53 + 1, "bad-number", INEXACT, None),
        (-(2**53) - 1, "bad-number", INEXACT, None),
        (10**399, "bad-number", INEXACT, "a whole number of about 400 digits"),
        (-(10**400), "bad-number", INEXACT, None),
        (10**4_000, "bad-number", INEXACT, None),
        (decimal.Decimal(1), "not-json", NOT_JSON, "a Python Decimal"),
        (datetime.date(2026, 1, 1), "not-json", NOT_JSON, "a Python date"),
        (b"bytes", "not-json", NOT_JSON, "a Python bytes"),
        ({1, 2}, "not-json", NOT_JSON, "a Python set"),
        (1j, "not-json", NOT_JSON, "a Python complex"),
        (WITHHELD, "not-json", NOT_JSON, "a Python Withheld"),
        (len, "not-json", NOT_JSON, "a Python builtin_function_or_method"),
    ],
)
def test_a_value_that_is_no_portable_json_is_refused_wherever_it_stands(
    value: object, code: str, message: str, got: str | None
) -> None:
    places: list[tuple[object, str]] = [
        ({"==": [X, value]}, "/==/1"),
        ({"in": [X, ["a", value]]}, "/in/1/1"),
        ({"var": ["x", value]}, "/var/1"),
        ({"var": value}, "/var"),
        ({"and": [X, value]}, "/and/1"),
        ({"no-operator": {"a": value}}, "/no-operator/a"),
        (value, ""),
    ]
    for rule, pointer in places:
        ((seen, place, said, was),) = found(rule)
        assert (seen, place, said) == (code, pointer, message)
        assert got is None or was == got
        with pytest.raises(RuleError):
            compile_rule(rule)


def test_the_largest_numbers_that_every_language_agrees_on_are_fine() -> None:
    for number in (2**53, -(2**53), 1.7976931348623157e308, 5e-324, -0.0):
        assert compile_rule({"==": [X, number]})({"x": number}) is True


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("NaN", "NaN is no JSON number"),
        ("Infinity", "Infinity is no JSON number"),
        ("-Infinity", "-Infinity is no JSON number"),
        ("1e400", "the number is too large"),
        ("9" * 400, "the number is too large"),
    ],
)
def test_a_number_that_is_none_is_found_in_the_source_with_its_place(number: str, message: str) -> None:
    source = '{"<": [{"var": "x"},\n' + number + "]}"
    errors = [one for one in check_rule({"<": [X, 1]}, source=source) if one.severity == "error"]
    assert [(one.code, one.message, one.line, one.column) for one in errors] == [("bad-number", message, 2, 1)]


def test_a_value_where_a_condition_belongs_is_said_to_be_one() -> None:
    message = "this is a value, not a condition"
    values: list[tuple[object, str]] = [(None, "null"), (0, "0"), ("", '""'), ("geo.eu", '"geo.eu"'), ([], "a list")]
    for value, got in values:
        assert found(value) == [("not-a-condition", "", message, got)]


def test_a_computed_or_numeric_name_is_no_fact() -> None:
    assert found({"==": [{"var": 1}, 1]}) == [("bad-var", "/==/0/var", "var names a fact", "1")]
    assert found({"var": X}) == [("bad-var", "/var", "var names a fact", "a Python dict")]
    assert found({"var": [None]}) == [("bad-var", "/var", "var names a fact", "None")]
    for name in ("a..b", ".", ".a", "a.", "@x"):
        assert found({"var": name}) == [("bad-var", "/var", f'"{name}" is no name of a fact', None)]


# -- contexts

FACTS: dict[str, dict[str, object]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "whole": {"type": "integer"},
    "flag": {"type": "boolean"},
    "moment": {"type": "instant"},
    "day": {"type": "date"},
    "items": {"type": "list", "items": "string"},
    "ip": {"type": "ip"},
    "version": {"type": "version"},
}
# One rule for each fact that holds for no value of another type, nor for none at all.
HOLDS: dict[str, tuple[dict[str, object], object]] = {
    "text": ({"starts_with": [{"var": "text"}, "a"]}, "abc"),
    "number": ({"<": [{"var": "number"}, 5]}, 4.5),
    "whole": ({">=": [{"var": "whole"}, -5]}, 0),
    "flag": ({"var": "flag"}, True),
    "moment": ({"before": [{"var": "moment"}, "2026-11-21T09:00+09:00"]}, 0.0),
    "day": ({"after": [{"var": "day"}, "2000-01-01"]}, "2026-11-21"),
    "items": ({"contains": [{"var": "items"}, "a"]}, ["a"]),
    "ip": ({"in_cidr": [{"var": "ip"}, "10.0.0.0/8"]}, "10.1.2.3"),
    "version": ({"sem_ver": [{"var": "version"}, ">=", "1.0"]}, "17.5"),
}
WRONG: list[object] = [
    None,
    [],
    [[]],
    ring(),
    {},
    loop("and"),
    {"a": {"b": 1}},
    (),
    {1},
    b"abc",
    object(),
    math.nan,
    1j,
    decimal.Decimal("4.5"),
    datetime.date(2026, 11, 21),
    "\ud800",
    "",
    len,
    Exception,
]


def wrong_for(name: str) -> list[object]:
    """Give values that are of another type than the fact, those of the other facts among them."""
    kind = type(HOLDS[name][1])
    numbers = (int, float)
    others = [value for _, value in HOLDS.values() if type(value) is not kind]
    return [
        *(one for one in WRONG if type(one) is not kind),
        *(one for one in others if not (kind in numbers and type(one) in numbers)),
    ]


@pytest.mark.parametrize("name", HOLDS)
def test_a_value_of_another_type_than_its_fact_is_missing(name: str) -> None:
    rule, right = HOLDS[name]
    program = compile_rule(rule, FACTS)
    assert program({name: right}) is True
    for value in wrong_for(name):
        assert program({name: value}) is False
        assert program(Context({name: value})) is False
        assert program.explain({name: value}).result is False


@pytest.mark.parametrize("name", ["number", "whole", "moment", "day", "version"])
def test_a_comparison_over_a_value_of_another_type_holds_under_neither_sign(name: str) -> None:
    rule = HOLDS[name][0]
    for value in wrong_for(name):
        for signed in ({"!": rule}, {"!": {"!": rule}}, {"!": {"and": [rule, True]}}, {"!": {"or": [rule, False]}}):
            assert compile_rule(signed, FACTS)({name: value}) is False


def test_rule_sets_answer_as_single_rules_do_whatever_the_context_holds() -> None:
    rules: dict[str, object] = {
        f"{name}{sign}": {sign: rule} for name, (rule, _) in HOLDS.items() for sign in ("!", "!!")
    }
    together = RuleSet(rules, FACTS)
    assert len(together) == 18
    for value in [*WRONG, *(right for _, right in HOLDS.values()), 10**400, -(10**400), math.inf, WITHHELD]:
        context = Context(dict.fromkeys(HOLDS, value))
        assert together.match(context) == [
            name for name, rule in rules.items() if compile_rule(rule, FACTS)(context) is True
        ]


BEYOND = [10**400, -(10**400), 10**50_000, math.inf, -math.inf, 1e308, -1e308]


def test_a_number_beyond_all_others_is_compared_and_never_overflows() -> None:
    over, under = (compile_rule({operator: [X, 5]}, {"x": {"type": "number"}}) for operator in (">", "<="))
    for number in BEYOND:
        assert over({"x": number}) is (number > 5)
        assert under({"x": number}) is (number < 5)


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("number", {"<": [{"*": [X, X, X]}, 1]}),
        ("number", {"<": [{"-": [X, X]}, {"/": [X, 3]}]}),
        ("number", {"==": [{"%": [X, 7]}, {"%": [7, X]}]}),
        ("number", {"<": [{"+": [X, 0.5]}, {"max": [X, 1]}]}),
        ("instant", {"days_since": [X, ">", 5]}),
        ("instant", {"between": [X, "2026-01-01T00:00Z", "2027-01-01T00:00Z"]}),
        ("integer", {"weekday": [1]}),
        ("integer", {"time_between": ["09:00", "17:00"]}),
    ],
)
def test_arithmetic_and_clocks_answer_whatever_the_numbers(kind: str, rule: object) -> None:
    clock = {"time.now": "instant", "time.weekday": "integer", "time.hour": "integer", "time.minute": "integer"}
    program = compile_rule(rule, {name: {"type": type_} for name, type_ in {"x": kind, **clock}.items()})
    for number in BEYOND:
        context = Context(dict.fromkeys(("x", *clock), number))
        assert program(context) in (True, False)
        assert program.explain(context).result is program(context)


def test_a_context_that_holds_itself_is_read_where_rules_look_and_nowhere_else() -> None:
    context: dict[str, object] = {"x": 1}
    context["again"] = context
    assert compile_rule({"==": [{"var": "again.again.again.x"}, 1]})(context) is True
    assert compile_rule({"==": [{"var": "again.again"}, None]})(context) is False
    assert Context.from_nested(context)["again.again.x"] == 1
    context["and again"] = context
    assert 100 < len(Context.from_nested(context)) <= 10_000


@pytest.mark.parametrize("data", [None, 1, "text", [1, 2], True, math.nan, object(), ring(), len])
def test_data_that_is_no_object_has_no_facts(data: object) -> None:
    assert compile_rule({"==": [X, None]})(data) is True
    assert compile_rule({"<": [X, 5]})(data) is False


def test_a_fact_below_a_value_is_missing() -> None:
    rule = compile_rule({"==": [{"var": "a.b.c"}, None]})
    for inner in (1, "text", [1], {"b": 1}, {"b": "text"}, {"b": [1]}, None, {"b": {"c": None}}):
        assert rule({"a": inner}) is True


# -- the official dialect, whose rules can make values of their own

ACCUMULATED = {"var": "accumulator"}
DEEP_LIST = {"reduce": [[1] * 15_000, [ACCUMULATED], "x"]}
DOUBLED_LIST = {"reduce": [[1] * 40, [ACCUMULATED, ACCUMULATED], "x"]}
LEVELS = "a value nests more than 100 levels"
WORK = "the rule takes more work than the limit allows"


@pytest.mark.parametrize("operator", ["cat", "==", "<", "max", "substr", "+", "in", "var", "missing"])
def test_a_list_that_a_rule_nests_without_end_is_refused_before_it_is_read(operator: str) -> None:
    rule = {operator: [DEEP_LIST, "x"]}
    with pytest.raises(LimitError, match=LEVELS):
        compile_rule(rule, dialect="jsonlogic")(None)


@pytest.mark.parametrize("operator", ["cat", "==", "in"])
def test_a_list_that_a_rule_doubles_again_and_again_is_refused(operator: str) -> None:
    with pytest.raises(LimitError, match=WORK):
        compile_rule({operator: [DOUBLED_LIST, "x"]}, dialect="jsonlogic")(None)


def test_no_answer_is_deeper_or_larger_than_can_be_written() -> None:
    objects = {"reduce": [[1] * 15_000, {"var": ""}, 1]}
    for rule, message in ((DEEP_LIST, LEVELS), (objects, LEVELS), (DOUBLED_LIST, WORK)):
        with pytest.raises(LimitError, match=message):
            compile_rule(rule, dialect="jsonlogic")(None)


@pytest.mark.parametrize(
    "each",
    [
        {"in": ["y", ["x"] * 9_000]},
        {"cat": [["x"] * 9_000]},
        {"merge": [["x"] * 9_000]},
        {"in": ["y", "x" * 9_000]},
        {"<": ["x" * 9_000, "x" * 9_000]},
    ],
)
def test_long_lists_and_texts_count_as_work_each_time_they_are_read(each: object) -> None:
    with pytest.raises(LimitError, match=WORK):
        compile_rule({"map": [[1] * 9_000, each]}, dialect="jsonlogic")(None)


@pytest.mark.parametrize(
    "value", [ring(), ring(times=1_000), nested(50_000, lambda inner: [inner]), [ring(), loop("and")]]
)
def test_data_that_nests_without_end_is_refused_where_it_would_be_read_as_text(value: object) -> None:
    with pytest.raises(LimitError):
        compile_rule({"cat": [{"var": "x"}]}, dialect="jsonlogic")({"x": value})
    assert compile_rule({"!!": [{"var": "x"}]}, dialect="jsonlogic")({"x": value}) is True
    assert compile_rule({"in": [1, {"var": "x"}]}, dialect="jsonlogic")({"x": value}) is False


def test_numbers_of_four_hundred_digits_are_what_javascript_makes_of_them() -> None:
    for rule, expected in (
        ({"+": [10**400, 1]}, math.inf),
        ({"<": [1, 10**400]}, True),
        ({"cat": [-(10**400)]}, "-Infinity"),
        ({"==": [10**400, "1"]}, False),
        ({"substr": ["abc", 10**400]}, ""),
        ({"==": ["9" * 400, math.pi]}, False),
        ({"max": [10**400, 10**401]}, math.inf),
        ({"reduce": [[1] * 500, {"*": [ACCUMULATED, ACCUMULATED]}, 10]}, math.inf),
    ):
        assert compile_rule(rule, dialect="jsonlogic")(None) == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [(math.nan, NO_NUMBER), (math.inf, NO_NUMBER), ("\ud83d", SURROGATE), ({1}, NOT_JSON), (b"", NOT_JSON)],
)
def test_what_is_no_json_is_refused_in_the_official_dialect_too(value: object, message: str) -> None:
    with pytest.raises(RuleError, match=message.replace("(", "\\(").replace(")", "\\)")):
        compile_rule({"cat": ["a", value]}, dialect="jsonlogic")


@pytest.mark.parametrize("operator", [row.name for row in OPERATORS.values() if row.official])
def test_operators_of_the_official_dialect_do_without_their_operands(operator: str) -> None:
    for operands in ([], [1], None):
        answer = compile_rule({operator: operands}, dialect="jsonlogic")({"a": 1})
        assert json.dumps(answer) is not None
