"""What the check finds: every diagnostic with its code, place and hint."""

from __future__ import annotations

import json

import pytest

from mitate_rules import Diagnostic, Facts, RuleError, check_rule, compile_rule
from mitate_rules.kinds import PRIVATE_HINT

FACTS: dict[str, dict[str, object]] = {
    "geo.country": {"type": "string"},
    "device.type": {"type": "string", "enum": ["phone", "tablet", "desktop"]},
    "visits.count": {"type": "integer", "unit": "times", "minimum": 0},
    "visits.is_new": {"type": "boolean"},
    "interests.*": {"type": "number", "unit": "score"},
    "page.path": {"type": "string"},
    "purchases.last": {"type": "instant"},
    "purchases.categories": {"type": "list", "items": "string"},
    "user.birthday": {"type": "date"},
    "device.os_version": {"type": "version"},
    "request.ip": {"type": "ip"},
    "time.now": {"type": "instant"},
    "events.*.times": {"type": "list", "items": "instant"},
    "time.hour": {"type": "integer"},
    "time.minute": {"type": "integer"},
}
LISTS = {"vips": ["a"], "empty": [], "offices": ["10.0.0.0/8", "oops"]}


EMPTY: list[object] = []


def var(name: str) -> dict[str, object]:
    return {"var": name}


def found(rule: object, audiences: dict[str, dict[str, object]] | None = None) -> list[tuple[str, str, str | None]]:
    findings = check_rule(rule, FACTS, lists=LISTS, audiences=audiences)
    return [(one.code, one.pointer, one.hint) for one in findings]


FINDINGS: list[tuple[object, str, str, str | None]] = [
    ({}, "one-operator", "", None),
    ({"var": "a", "==": [1, 1]}, "one-operator", "", 'join conditions with {"and": […]}'),
    ({"startswith": [1, 2]}, "unknown-operator", "/startswith", 'did you mean "starts_with"?'),
    (
        {"geo.country": "JP"},
        "unknown-operator",
        "/geo.country",
        'a fact is read with {"var": "geo.country"}',
    ),
    ({"reduce": [1, 2, 3]}, "not-for-targeting", "/reduce", "it makes content, not a condition"),
    ({"map": [1, 2]}, "not-for-targeting", "/map", "it makes content, not a condition"),
    ({"cat": ["a"]}, "not-for-targeting", "/cat", "it makes content, not a condition"),
    ({"regex": [var("page.path"), "a(b"]}, "bad-pattern", "/regex/1", "write \\( for the character itself"),
    ({"regex": [var("page.path"), "a*"]}, "always-true", "/regex/1", None),
    ({"regex": [var("page.path"), "(?i)a"]}, "not-in-browser", "/regex/1", None),
    ({"regex": [var("visits.count"), "a"]}, "wrong-type", "/regex/0/var", None),
    ({"regex": [var("page.path"), var("page.path")]}, "wrong-type", "/regex/1/var", None),
    ({"regex": [var("request.ip"), "^10"]}, "private-fact", "/regex/0/var", PRIVATE_HINT),
    (
        {"count_events": ["Viewed Pricing", "30d"]},
        "bad-event",
        "/count_events/0",
        'events are recorded under such names: write "viewed-pricing"',
    ),
    ({"count_events": [var("page.path"), "30d"]}, "wrong-type", "/count_events/0/var", None),
    ({"count_events": ["view", 7, 2]}, "wrong-type", "/count_events/1", None),
    ({"count_events": ["view", "30 days", 2]}, "bad-window", "/count_events/1", None),
    ({"count_events": ["view", "0d", 2]}, "bad-window", "/count_events/1", None),
    ({"count_events": ["view", "7d", 0]}, "bad-count", "/count_events/2", None),
    ({"count_events": ["view", "7d", 1.5]}, "bad-count", "/count_events/2", None),
    ({"count_events": ["view", "7d", var("visits.count")]}, "bad-count", "/count_events/2/var", None),
    ({"count_events": ["view", "7d", 51]}, "bad-count", "/count_events/2", "events.<name>.count counts them all"),
    ({"count_events": ["view", "visit", 2]}, "unknown-fact", "/count_events", None),
    ({"==": [1]}, "arity", "/==", None),
    ({"and": []}, "arity", "/and", None),
    ({"var": 5}, "bad-var", "/var", None),
    ({"var": ""}, "bad-var", "/var", None),
    ({"var": "geo."}, "bad-var", "/var", None),
    ({"var": {"var": "x"}}, "bad-var", "/var", "a computed name can't be checked"),
    ("geo.country", "not-a-condition", "", 'a fact is read with {"var": "geo.country"}'),
    ({"and": [True, "x"]}, "always-true", "/and/0", None),
    (
        {">=": [var("visits.cuont"), 2]},
        "unknown-fact",
        "/>=/0/var",
        'did you mean "visits.count"?',
    ),
    ({"==": [var("visits.count"), "2"]}, "wrong-type", "/==/1", "write 2 without quotes"),
    ({"==": [var("geo.country"), 5]}, "wrong-type", "/==/1", 'write "5" with quotes'),
    ({"==": [var("visits.is_new"), "true"]}, "wrong-type", "/==/1", "write true or false, without quotes"),
    ({">=": [var("visits.is_new"), 1]}, "wrong-type", "/>=/0/var", None),
    (
        {"==": [var("purchases.categories"), "a"]},
        "wrong-type",
        "/==/0/var",
        'use "in", "contains", "some" or "all" with lists',
    ),
    (
        {"<": [var("device.os_version"), "17"]},
        "wrong-type",
        "/</0/var",
        'use {"sem_ver": [{"var": …}, "<", "1.2.3"]} with versions',
    ),
    (
        {"<": [var("purchases.last"), "2026-11-21T00:00Z"]},
        "wrong-type",
        "/</1",
        'use "before", "after" or "days_since" with instants',
    ),
    (
        {"before": [var("purchases.last"), "2026-11-21T00:00"]},
        "bad-instant",
        "/before/1",
        "add its offset, or use the schedule of the experience, which knows the site's and the visitor's zone",
    ),
    (
        {"before": [var("purchases.last"), "2026-11-21"]},
        "wrong-type",
        "/before/1",
        'an instant has a time and an offset: "2026-11-21T09:00+09:00"',
    ),
    ({"==": [var("user.birthday"), "21.11.2026"]}, "bad-date", "/==/1", None),
    ({"==": [var("device.type"), "phoen"]}, "not-in-enum", "/==/1", 'did you mean "phone"?'),
    ({"in": [var("device.type"), ["phone", "TV"]]}, "not-in-enum", "/in/1/1", None),
    ({"in": [var("geo.country"), []]}, "empty-list", "/in/1", "name at least one"),
    ({"in": [var("geo.country"), ["JP", 1]]}, "wrong-type", "/in/1/1", 'write "1" with quotes'),
    ({"in": [var("geo.country"), [["JP"]]]}, "bad-list", "/in/1/0", None),
    ({"in": [var("visits.count"), var("purchases.categories")]}, "wrong-type", "/in/0/var", None),
    ({"starts_with": [var("visits.count"), "1"]}, "wrong-type", "/starts_with/0/var", None),
    ({"contains": [var("page.path"), ""]}, "always-true", "/contains/1", None),
    ({"in_list": [var("geo.country"), "vip"]}, "unknown-list", "/in_list/1", 'did you mean "vips"?'),
    ({"in_list": [var("geo.country"), "empty"]}, "empty-list", "/in_list/1", None),
    ({"in_cidr": [var("request.ip"), "10.0.0.0/99"]}, "bad-network", "/in_cidr/1", None),
    ({"in_cidr": [var("request.ip"), "offices"]}, "bad-network", "/in_cidr/1", None),
    ({"in_cidr": [var("geo.country"), "10.0.0.0/8"]}, "wrong-type", "/in_cidr/0/var", None),
    ({"sem_ver": [var("device.os_version"), "==", "17"]}, "bad-comparison", "/sem_ver/1", 'use "="'),
    ({"sem_ver": [var("device.os_version"), "=", "x"]}, "bad-version", "/sem_ver/2", None),
    ({"time_between": ["9:00", "17:00"]}, "bad-time", "/time_between/0", 'two digits each, 24 hours: "09:00", "18:30"'),
    ({"time_between": ["09:00", "09:00"]}, "always-false", "/time_between", None),
    ({"time_between": ["09:00", "10:00", "home"]}, "bad-zone", "/time_between/2", None),
    ({"weekday": [[1, 8]]}, "bad-weekday", "/weekday/0/1", None),
    ({"weekday": ["Sunday"]}, "bad-weekday", "/weekday/0", 'did you mean "sun"?'),
    ({"days_since": [var("purchases.last"), "60"]}, "wrong-type", "/days_since/1", None),
    (
        {"days_since": [var("purchases.last"), "under", 60]},
        "bad-comparison",
        "/days_since/1",
        '{"days_since": [{"var": …}, "<", 60]} is "less than 60 days ago"',
    ),
    (
        {"==": [{"<": [var("visits.count"), 2]}, False]},
        "condition-as-value",
        "/==/0/<",
        'join conditions with "and", "or" and "!"',
    ),
    (
        {">=": [var("interests.shoes"), 40]},
        "always-false",
        "/>=",
        "scores run from 0 to 1: write 0.4 for what people read as 40",
    ),
    ({">=": [var("visits.count"), 0]}, "always-true", "/>=", None),
    ({"<": [var("visits.count"), 0]}, "always-false", "/<", None),
    ({"==": [var("visits.count"), 1.5]}, "always-false", "/==", None),
    ({"some": [var("geo.country"), var("")]}, "wrong-type", "/some/0/var", None),
    ({"some": [var("purchases.categories"), {"audience": "x"}]}, "audience-in-list", "/some/1/audience", None),
]


@pytest.mark.parametrize(("rule", "code", "pointer", "hint"), FINDINGS)
def test_each_finding_has_its_code_place_and_hint(rule: object, code: str, pointer: str, hint: str | None) -> None:
    assert (code, pointer, hint) in found(rule)


@pytest.mark.parametrize("op", ["==", "<", "in", "starts_with"])
def test_an_address_is_read_by_in_cidr_only(op: str) -> None:
    rule = {op: [var("request.ip"), "10.0.0.1"]}
    assert [(one.code, one.severity) for one in check_rule(rule, FACTS)] == [("private-fact", "error")]
    assert check_rule({"in_cidr": [var("request.ip"), "10.0.0.0/8"]}, FACTS) == []


@pytest.mark.parametrize(
    "rule",
    [
        {">=": [var("visits.count"), 1]},
        {">": [var("visits.count"), 0]},
        {"<=": [var("interests.shoes"), 0.99]},
        {">=": [var("interests.shoes"), 1]},
        {"==": [var("visits.count"), 0]},
    ],
)
def test_a_comparison_at_the_edge_of_the_range_still_says_something(rule: object) -> None:
    assert found(rule) == []


def test_all_findings_are_reported_at_once() -> None:
    rule: object = {
        "and": [{"fo": 1}, {"==": [var("geo.contry"), 5]}, {"audience": "gone"}, {"in": [var("geo.country"), EMPTY]}]
    }
    assert [code for code, _, _ in found(rule)] == [
        "unknown-operator",
        "unknown-fact",
        "unknown-audience",
        "empty-list",
    ]


def test_findings_have_line_and_column_when_the_text_is_given() -> None:
    text = '{"and": [\n  {"==": [{"var": "geo.contry"}, "JP"]},\n  {">=": [{"var": "visits.count"}, "2"]}\n]}'
    first, second = check_rule(json.loads(text), FACTS, source=text)
    assert (first.line, first.column) == (2, 19)
    assert str(second) == '3:36 expected a number, as "visits.count" is, got text "2" (write 2 without quotes)'
    placed = first.at(file="site.json")
    assert str(placed) == 'site.json:2:19 unknown fact "geo.contry" (did you mean "geo.country"?)'


def test_duplicate_keys_are_found_in_the_text() -> None:
    text = '{"==": [1, 1],\n "==": [1, 2]}'
    codes = [(one.code, one.line, one.column) for one in check_rule(json.loads(text), source=text)]
    assert codes == [("duplicate-key", 2, 2)]


@pytest.mark.parametrize(
    "rule",
    [
        {"!=": [var("geo.country"), "JP"]},
        {"!": {"==": [var("geo.country"), "JP"]}},
        {"!": {"in": [var("geo.country"), ["JP"]]}},
        {"!": var("visits.is_new")},
        {"!": {"starts_with": [var("page.path"), "/a"]}},
        {"or": [{"!": {"contains": [var("page.path"), "a"]}}, False]},
    ],
)
def test_the_check_notes_what_also_holds_for_the_unknown(rule: object) -> None:
    notes = [one for one in check_rule(rule, FACTS) if one.severity == "note"]
    assert [one.code for one in notes] == ["matches-unknown"]


@pytest.mark.parametrize(
    "rule",
    [
        {"==": [var("geo.country"), "JP"]},
        {"==": [var("geo.country"), None]},
        {"!": {"<": [var("visits.count"), 3]}},
        {"and": [{"!=": [var("geo.country"), None]}, {"!=": [var("geo.country"), "JP"]}]},
        {"!": {"or": [{"==": [var("geo.country"), None]}, {"==": [var("geo.country"), "JP"]}]}},
    ],
)
def test_the_check_notes_nothing_where_the_unknown_do_not_match(rule: object) -> None:
    assert check_rule(rule, FACTS) == []


def test_a_negated_audience_is_noted_only_when_the_unknown_match() -> None:
    audiences: dict[str, dict[str, object]] = {
        "jp": {"when": {"==": [var("geo.country"), "JP"]}},
        "often": {"when": {">=": [var("visits.count"), 5]}},
    }
    assert [code for code, _, _ in found({"!": {"audience": "jp"}}, audiences=audiences)] == ["matches-unknown"]
    assert found({"!": {"audience": "often"}}, audiences=audiences) == []


def test_a_loop_of_audiences_is_named() -> None:
    audiences: dict[str, dict[str, object]] = {
        "a": {"when": {"audience": "b"}},
        "b": {"when": {"!": {"audience": "c"}}},
        "c": {"when": {"or": [{"audience": "a"}, True]}},
        "self": {"when": {"audience": "self"}},
    }
    (one, *_) = check_rule({"audience": "b"}, audiences=audiences)
    assert (one.code, one.message) == ("audience-loop", "audiences refer to each other in a loop: b → c → a → b")
    (own,) = check_rule({"audience": "self"}, audiences=audiences)
    assert own.message == "audiences refer to each other in a loop: self → self"


def test_an_audience_with_an_error_of_its_own_is_named_where_it_is_used() -> None:
    audiences: dict[str, dict[str, object]] = {
        "outer": {"when": {"audience": "inner"}},
        "inner": {"when": {"==": [var("geo.country"), 5]}},
    }
    (one,) = check_rule({"audience": "outer"}, FACTS, audiences=audiences)
    assert (one.code, one.pointer) == ("broken-audience", "/audience")
    assert one.message.startswith('audience "inner" can\'t be used: expected text, as')


ELSEWHERE: list[tuple[object, str]] = [
    ({"equals": [var("geo.country"), "JP"]}, 'write "=="'),
    ({"gte": [var("visits.count"), 2]}, 'write ">="'),
    ({"==": [var("geo.country"), "jp"]}, 'did you mean "JP"?'),
    ({"==": [var("geo.country"), "Japan"]}, 'did you mean "JP"?'),
    ({"audience": "zz"}, "there is nurses"),
    ({"in_list": [var("geo.country"), "zz"]}, "the document declares no list"),
    ({"==": [var("interests.nurse"), 1]}, 'declare the topic under "interests"'),
    ({"==": [var("geo.zz"), 1]}, "beside it is geo.country"),
]


@pytest.mark.parametrize(("rule", "hint"), ELSEWHERE)
def test_what_was_probably_meant_is_suggested(rule: object, hint: str) -> None:
    facts: dict[str, dict[str, object]] = {
        "geo.country": {"type": "string", "enum": ["JP", "US"], "values": {"JP": {"en": "Japan"}}},
        "visits.count": {"type": "integer"},
        "interests.top": {"type": "string"},
    }
    (one,) = check_rule(rule, facts, audiences={"nurses": {"when": True}})
    assert one.hint == hint


def test_a_long_list_of_values_is_not_written_out() -> None:
    facts: dict[str, dict[str, object]] = {"code": {"type": "string", "enum": [f"value-{n:03}" for n in range(249)]}}
    (one,) = check_rule({"==": [var("code"), "zz"]}, facts)
    assert (one.expected, one.got, one.hint) == ('one of 249 values such as "value-000"', '"zz"', None)


def test_facts_must_be_declared_for_the_operators_that_read_them_by_themselves() -> None:
    assert [one.code for one in check_rule({"weekday": [[1]]}, FACTS)] == ["unknown-fact"]


def test_only_errors_keep_a_rule_from_compiling() -> None:
    assert compile_rule({"in": [var("geo.country"), EMPTY]}, FACTS)({"geo": {"country": "JP"}}) is False
    with pytest.raises(RuleError) as error:
        compile_rule({"and": [{"in": [var("geo.country"), EMPTY]}, {"fo": 1}]}, FACTS)
    assert [one.code for one in error.value.diagnostics] == ["unknown-operator"]


def test_wildcards_stand_for_one_segment_or_for_the_rest() -> None:
    facts = Facts(
        {
            "events.*.count": {"type": "integer", "label": {"en": "{*} events"}},
            "user.*": {"type": "string"},
            "user.age": {"type": "integer"},
        }
    )
    count, age, city = facts.find("events.purchase.count"), facts.find("user.age"), facts.find("user.address.city")
    assert count is not None
    assert (count.type, count.label) == ("integer", {"en": "purchase events"})
    assert age is not None
    assert age.type == "integer"
    assert city is not None
    assert city.type == "string"
    assert facts.find("events.purchase") is None
    assert facts.find("events.a.b.count") is None
    assert facts.find("user") is None


def test_a_declaration_of_an_unknown_type_is_an_error() -> None:
    with pytest.raises(RuleError) as error:
        Facts({"a": {"type": "sting"}})
    (one,) = error.value.diagnostics
    assert (one.code, one.pointer, one.hint) == ("bad-fact", "/a/type", 'did you mean "string"?')


def test_a_diagnostic_says_what_it_knows() -> None:
    one = Diagnostic(code="x", severity="error", message="m", pointer="/a")
    assert str(one) == "/a m"
    assert one.at(file="f.json", pointer_prefix="/rules/0").pointer == "/rules/0/a"
    assert one.to_dict() == {"code": "x", "severity": "error", "message": "m", "pointer": "/a"}
