"""Whatever is handed in as a rule gives an answer or an error, never a crash."""

from __future__ import annotations

import pytest

from mitate_rules import WITHHELD, LimitError, RuleError, check_rule, compile_rule


def nested(depth: int, wrap: str = "!") -> object:
    rule: object = {"var": "x"}
    for _ in range(depth):
        rule = {wrap: [rule]}
    return rule


def test_a_hundred_nested_operators_are_allowed_and_one_more_is_not() -> None:
    assert compile_rule(nested(99)) is not None
    (found,) = check_rule(nested(100))
    assert (found.code, found.message) == ("too-deep", "the rule nests more than 100 operators")


@pytest.mark.parametrize("depth", [8_000, 20_000])
def test_a_rule_nested_twenty_thousand_deep_is_an_error(depth: int) -> None:
    lists: object = 1
    for _ in range(depth):
        lists = [lists]
    for rule in (nested(depth), nested(depth, "and"), lists, {"in": [1, lists]}):
        assert [found.code for found in check_rule(rule)] == ["too-deep"]
        with pytest.raises(LimitError):
            compile_rule(rule, dialect="jsonlogic")


def test_a_rule_that_holds_itself_is_an_error() -> None:
    loop: dict[str, object] = {}
    loop["and"] = [loop]
    assert [found.code for found in check_rule(loop)] == ["too-deep"]
    ring: list[object] = []
    ring.append(ring)
    assert [found.code for found in check_rule({"in": [{"var": "x"}, ring]})] == ["too-deep"]


def test_a_very_wide_rule_is_an_error() -> None:
    codes = [found.code for found in check_rule({"or": [{"var": "x"}] * 20_001})]
    assert codes == ["too-large"]
    assert check_rule({"in": [{"var": "x"}, ["a"] * 19_990]}) == []


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (10**400, "bad-number"),
        (2**53 + 1, "bad-number"),
        (float("nan"), "bad-number"),
        (float("-inf"), "bad-number"),
        ("\ud800", "bad-text"),
        ("x" * 10_001, "too-large"),
        ({1, 2}, "not-json"),
        (object(), "not-json"),
        (b"bytes", "not-json"),
    ],
)
def test_what_is_no_portable_json_is_refused(value: object, code: str) -> None:
    (found,) = check_rule({"==": [{"var": "x"}, value]})
    assert (found.code, found.pointer) == (code, "/==/1")


def test_keys_that_are_no_text_are_refused() -> None:
    assert [found.code for found in check_rule({1: 2})] == ["not-json"]


def test_a_huge_whole_number_in_the_data_does_no_harm() -> None:
    rule = compile_rule({"and": [{">": [{"var": "x"}, 0.5]}, {"==": [{"*": [{"var": "x"}, 2.5]}, None]}]})
    assert rule({"x": 10**400}) is True
    assert compile_rule({"+": [{"var": "x"}, 1]}, dialect="jsonlogic")({"x": 10**400}) == float("inf")


def test_audiences_count_towards_the_depth() -> None:
    audiences: dict[str, dict[str, object]] = {"a0": {"when": {"var": "x"}}}
    for n in range(1, 300):
        audiences[f"a{n}"] = {"when": {"audience": f"a{n - 1}"}}
    assert check_rule({"audience": "a90"}, audiences=audiences) == []
    with pytest.raises(RuleError, match="nest more than 100 operators"):
        compile_rule({"audience": "a299"}, audiences=audiences)


def test_audiences_that_double_each_time_are_evaluated_once_each() -> None:
    audiences: dict[str, dict[str, object]] = {"a0": {"when": {"var": "x"}}}
    for n in range(1, 30):
        reference = {"audience": f"a{n - 1}"}
        audiences[f"a{n}"] = {"when": {"or": [{"and": [reference, reference]}, reference]}}
    rule = compile_rule({"audience": "a29"}, audiences=audiences)
    assert rule({"x": True}) is True
    for value in (True, False, WITHHELD):
        explanation = rule.explain({"x": value})
        assert explanation.result is value
        assert len(explanation.tree().splitlines()) < 200
        assert len(explanation.sentence("ja")) < 2_000


def test_an_if_with_as_many_branches_as_the_depth_allows_answers_and_explains() -> None:
    branches: list[object] = []
    for number in range(98):
        branches += [{"==": [{"var": "x"}, number]}, {"==": [{"var": "y"}, number]}]
    rule = compile_rule({"if": branches})
    assert rule({"x": 97, "y": 97}) is True
    explanation = rule.explain({"x": 97, "y": 97})
    assert explanation.result is True
    assert explanation.sentence("ja").endswith("、条件に一致しました。")
    assert explanation.to_dict()["result"] is True
    assert explanation.tree()
    assert [found.code for found in check_rule({"if": branches * 3})] == ["too-deep"]


def test_ifs_within_the_conditions_of_ifs_are_limited_since_each_doubles_the_work() -> None:
    rule: object = {"var": "x"}
    for _ in range(4):
        rule = {"if": [rule, {"<": [{"var": "x"}, 1]}, False]}
    assert [found.code for found in check_rule(rule) if found.severity == "error"] == []
    (found,) = [one for one in check_rule({"if": [rule, True, False]}) if one.severity == "error"]
    assert (found.code, found.hint) == ("too-deep", 'join conditions with "and" and "or"')


def test_the_deepest_rules_explain_themselves() -> None:
    for wrap in ("and", "or", "!", "!!"):
        rule = compile_rule(nested(99, wrap))
        explanation = rule.explain({"x": True})
        assert explanation.result is rule({"x": True})
        assert explanation.sentence("ja")
        assert explanation.tree()
        assert explanation.to_dict()


def test_branches_in_audiences_count_towards_the_depth() -> None:
    audiences: dict[str, dict[str, object]] = {"a0": {"when": {"var": "x"}}}
    for number in range(1, 5):
        below = {"audience": f"a{number - 1}"}
        audiences[f"a{number}"] = {"when": {"if": [{"==": [{"var": "x"}, number]}, False] * 30 + [below]}}
    assert [found.code for found in check_rule({"audience": "a2"}, audiences=audiences)] == []
    assert "too-deep" in {found.code for found in check_rule({"audience": "a4"}, audiences=audiences)}
    assert compile_rule({"audience": "a2"}, audiences=audiences).explain({"x": True}).result is True
