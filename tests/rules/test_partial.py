"""What is left of a rule while facts are withheld: the smallest rule, in one spelling, and what of it is told."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping

import pytest

from mitate_rules import WITHHELD, Context, Program, compile_rule
from mitate_rules.partial import Kept, Rest

FACTS: Mapping[str, Mapping[str, object]] = {
    "live.scroll": {"type": "number"},
    "live.seconds": {"type": "number"},
    "live.name": {"type": "string"},
    "live.topics": {"type": "list", "items": "string"},
    "live.ip": {"type": "ip"},
    "live.clicked.*": {"type": "boolean"},
    "account.employees": {"type": "integer"},
    "account.name": {"type": "string"},
    "account.technologies": {"type": "list", "items": "string"},
    "user.plan": {"type": "string", "enum": ["free", "pro"]},
    "user.version": {"type": "version"},
    "other": {},
    "visits.first": {"type": "instant"},
    "user.birthday": {"type": "date"},
    "events.*.times": {"type": "list", "items": "instant"},
    "time.now": {"type": "instant"},
    "time.date": {"type": "date"},
    "time.hour": {"type": "integer"},
    "time.minute": {"type": "integer"},
    "time.weekday": {"type": "integer"},
}
AUDIENCES: Mapping[str, Mapping[str, object]] = {
    "small": {"when": {"<": [{"var": "account.employees"}, 50]}},
    "readers": {"when": {"and": [{"audience": "small"}, {">": [{"var": "live.scroll"}, 0.5]}]}},
}
LISTS = {"partners": ["acme.example", "umbrella.example"], "offices": ["203.0.113.0/24"]}
SCROLL, NAME = {"var": "live.scroll"}, {"var": "live.name"}
DEEP: dict[str, object] = {">": [SCROLL, 0.5]}


def program(rule: object) -> Program:
    return compile_rule(rule, FACTS, audiences=AUDIENCES, lists=LISTS)


def left(rule: object, /, **facts: object) -> object:
    """Give what is left where all facts but the given ones are withheld; `__` in a name stands for a dot."""
    known = {name.replace("__", "."): value for name, value in facts.items()}
    compiled = program(rule)
    return compiled.partial(Context({**dict.fromkeys(compiled.facts_read, WITHHELD), **known}))


def test_known_facts_are_folded_and_withheld_ones_stay() -> None:
    rule = {"and": [{"<": [{"var": "account.employees"}, 50]}, DEEP]}
    assert left(rule, account__employees=10) == DEEP
    assert left(rule, account__employees=50) is False
    assert left(rule, account__employees=None) is False
    assert left(rule, live__scroll=0.4) is False
    assert left(rule, live__scroll=0.6, account__employees=10) is True


def test_facts_can_be_withheld_for_the_question() -> None:
    data = {"account": {"employees": 10}, "live": {"scroll": 0.9}}
    rule = {"and": [{"<": [{"var": "account.employees"}, 50]}, DEEP]}
    assert program(rule).partial(data) is True
    assert program(rule).partial(data, withheld=["live.scroll"]) == DEEP


def test_audiences_stand_as_what_is_left_of_them() -> None:
    assert left({"audience": "readers"}, account__employees=10) == DEEP
    assert left({"!": {"audience": "readers"}}, account__employees=10) == {"<=": [SCROLL, 0.5]}
    assert left({"!": {"audience": "readers"}}, account__employees=50) is True


def test_a_negation_is_pushed_down_so_that_what_lacks_an_operand_fails_under_both_signs() -> None:
    rule = {"!": {"and": [{"audience": "small"}, DEEP]}}
    assert left(rule, account__employees=None) == {"<=": [SCROLL, 0.5]}
    assert left({"!": {"or": [{"audience": "small"}, DEEP]}}, account__employees=None) is False


@pytest.mark.parametrize(
    ("rule", "remains"),
    [
        ({"!": {"!": DEEP}}, DEEP),
        ({"!!": [{"<": [0.5, SCROLL]}]}, DEEP),
        ({"and": [DEEP, {"and": [DEEP, True]}]}, DEEP),
        ({"or": [DEEP, {"and": [DEEP, {"==": [NAME, "a"]}]}]}, DEEP),
        ({"and": [DEEP, {">=": [SCROLL, 0.2]}]}, DEEP),
        ({"or": [DEEP, {">=": [SCROLL, 0.2]}]}, {">=": [SCROLL, 0.2]}),
        ({"<": [0.5, SCROLL, 0.9]}, {"and": [{"<": [SCROLL, 0.9]}, DEEP]}),
        ({"!": {"<": [0.5, SCROLL, 0.9]}}, {"or": [{"<=": [SCROLL, 0.5]}, {">=": [SCROLL, 0.9]}]}),
        ({"===": ["a", NAME]}, {"==": [NAME, "a"]}),
        ({"!": {"!==": [NAME, "a"]}}, {"==": [NAME, "a"]}),
        ({"in": [NAME, ["a"]]}, {"==": [NAME, "a"]}),
        ({"or": [{"==": [NAME, "b"]}, {"in": [NAME, ["c", "a", "b"]]}]}, {"in": [NAME, ["a", "b", "c"]]}),
        ({"and": [{"!=": [NAME, "b"]}, {"!": {"in": [NAME, ["a"]]}}]}, {"!": {"in": [NAME, ["a", "b"]]}}),
        ({"and": [{"in": [NAME, ["a", "b"]]}, {"!=": [NAME, "b"]}]}, {"==": [NAME, "a"]}),
        ({"contains": [{"var": "live.topics"}, "a"]}, {"in": ["a", {"var": "live.topics"}]}),
        ({"istarts_with": [NAME, "Ab"]}, {"istarts_with": [NAME, "ab"]}),
        ({"!": {"sem_ver": [{"var": "user.version"}, "<", "2"]}}, {"sem_ver": [{"var": "user.version"}, ">=", "2"]}),
        ({"!": {"sem_ver": [{"var": "user.version"}, "=", "2"]}}, {"sem_ver": [{"var": "user.version"}, "!=", "2"]}),
        ({"!": {"before": [{"var": "visits.first"}, "2026-01-01T00:00Z"]}}, {"after": [{"var": "visits.first"}, "2026-01-01T00:00Z"]}),
        ({"weekday": ["sun", [6, "sat"]]}, {"weekday": [6, 7]}),
        ({"count_events": ["buy", "30d"]}, {"count_events": ["buy", "30d", 1]}),
        ({"<": [{"var": ["live.scroll", 3]}, 4]}, {"<": [{"var": ["live.scroll", 3]}, 4]}),
        ({"<": [{"var": ["live.scroll", None]}, 4]}, {"<": [SCROLL, 4]}),
        ({"<": [{"+": [2, 3, SCROLL]}, 9]}, {"<": [{"+": [SCROLL, 5]}, 9]}),
        ({"<": [{"max": [2, SCROLL, 3.0]}, 9.0]}, {"<": [{"max": [SCROLL, 3]}, 9]}),
        ({"!": {"some": [{"var": "live.topics"}, {"==": [{"var": ""}, "a"]}]}}, {"none": [{"var": "live.topics"}, {"==": [{"var": ""}, "a"]}]}),
        ({"none": [{"var": "live.topics"}, {"!=": [{"var": ""}, "a"]}]}, {"none": [{"var": "live.topics"}, {"!=": [{"var": ""}, "a"]}]}),
        ({"some": [{"var": "live.topics"}, True]}, {"var": "live.topics"}),
        ({"!": {"all": [{"var": "live.topics"}, False]}}, True),
        ({"if": [DEEP, {"==": [NAME, "a"]}, False]}, {"and": [{"==": [NAME, "a"]}, DEEP]}),
    ],
)  # fmt: skip
def test_rules_written_differently_leave_the_same(rule: object, remains: object) -> None:
    assert left(rule) == remains


DECIDED: list[tuple[object, bool]] = [
    ({"and": [DEEP, {"<=": [SCROLL, 0.5]}]}, False),
    ({"and": [DEEP, {"<": [SCROLL, 0.2]}]}, False),
    ({"and": [{"==": [NAME, "a"]}, {"==": [NAME, "b"]}]}, False),
    ({"or": [{"==": [NAME, "a"]}, {"!=": [NAME, "a"]}]}, True),
    ({"or": [{"!=": [NAME, "a"]}, {"!=": [NAME, "b"]}]}, True),
    ({"in": [NAME, []]}, False),
    ({"weekday": [[]]}, False),
]


@pytest.mark.parametrize(("rule", "answer"), DECIDED)
def test_what_is_decided_whatever_the_withheld_facts_are_is_folded(rule: object, answer: bool) -> None:
    assert left(rule) is answer


def test_bounds_on_both_sides_never_hold_of_a_missing_fact() -> None:
    rule = {"or": [DEEP, {"<=": [SCROLL, 0.5]}]}
    assert left(rule) == {"or": [{"<=": [SCROLL, 0.5]}, DEEP]}


@pytest.mark.parametrize(
    ("rule", "facts", "remains"),
    [
        ({"<": [SCROLL, {"var": "account.employees"}]}, {"account__employees": 10}, {"<": [SCROLL, 10]}),
        ({"<": [SCROLL, {"var": "account.employees"}]}, {"account__employees": None}, False),
        ({">": [{"+": [SCROLL, {"var": "account.employees"}]}, 3]}, {"account__employees": None}, False),
        ({"==": [NAME, {"var": "account.name"}]}, {"account__name": "Acme"}, {"==": [NAME, "Acme"]}),
        ({"==": [{"var": ["live.name", {"var": "account.name"}]}, "x"]}, {"account__name": "Acme"}, {"==": [{"var": ["live.name", "Acme"]}, "x"]}),
        ({"in": [NAME, {"var": "account.technologies"}]}, {"account__technologies": ["b", "a", "b"]}, {"in": [NAME, ["a", "b"]]}),
        ({"in": [NAME, {"var": "account.technologies"}]}, {"account__technologies": []}, False),
        ({"==": [{"var": "user.plan"}, {"var": "other"}]}, {"other": "gold"}, False),
        ({"==": [{"var": "user.plan"}, {"var": "other"}]}, {"other": 5}, False),
        ({"!=": [{"var": "user.plan"}, {"var": "other"}]}, {"other": {"a": 1}}, True),
        ({"==": [SCROLL, {"var": "other"}]}, {"other": float("nan")}, False),
        ({"<": [SCROLL, {"var": "other"}]}, {"other": 1e300}, {"<": [SCROLL, 1e300]}),
        ({"<": [SCROLL, {"if": [{"audience": "small"}, 1, 2]}]}, {"account__employees": 10}, {"<": [SCROLL, 1]}),
        ({"<": [SCROLL, {"if": [{"audience": "small"}, 1, 2]}]}, {"account__employees": None}, False),
    ],
)  # fmt: skip
def test_known_operands_are_folded_into_comparisons(rule: object, facts: dict[str, object], remains: object) -> None:
    assert left(rule, **facts) == remains


@pytest.mark.parametrize(
    ("rule", "facts", "remains"),
    [
        (
            {"days_since": [{"var": "visits.first"}, "<", 60]},
            {"time__now": 1_795_262_400},
            {"before": ["2026-09-22T12:00:00Z", {"var": "visits.first"}]},
        ),
        (
            {"!": {"days_since": [{"var": "visits.first"}, "<", 1]}},
            {"time__now": 1_795_262_400.25},
            {"after": ["2026-11-20T12:00:00.250Z", {"var": "visits.first"}]},
        ),
        (
            {"days_since": [{"var": "user.birthday"}, 1.5]},
            {"time__date": "2026-11-21"},
            {"after": ["2026-11-19", {"var": "user.birthday"}]},
        ),
        (
            {"days_since": [{"var": "visits.first"}, ">=", {"var": "live.seconds"}]},
            {"visits__first": 1_795_262_400 - 86_400 * 3, "time__now": 1_795_262_400},
            {"<=": [{"var": "live.seconds"}, 3]},
        ),
        (
            {"days_since": [{"var": "visits.first"}, 3]},
            {"visits__first": 1_795_262_400},
            {"days_since": ["2026-11-21T12:00:00Z", ">=", 3]},
        ),
        ({"days_since": [{"var": "visits.first"}, 3]}, {"time__now": None}, False),
        ({"weekday": ["sat"]}, {"time__weekday": 6}, True),
        (
            {"time_between": ["09:00", "18:00"]},
            {"time__hour": 9},
            {
                "and": [
                    {"<": [{"+": [{"var": "time.minute"}, 540]}, 1080]},
                    {"<": [{"var": "time.minute"}, 60]},
                    {">=": [{"+": [{"var": "time.minute"}, 540]}, 540]},
                    {">=": [{"var": "time.minute"}, 0]},
                ]
            },
        ),
    ],
)
def test_a_known_clock_is_folded_into_the_moment_it_is_compared_with(
    rule: object, facts: dict[str, object], remains: object
) -> None:
    assert left(rule, **facts) == remains


def test_what_the_dialect_cannot_say_without_a_known_fact_stands_as_it_was() -> None:
    rule = {"count_events": ["buy", "30d", 2]}
    assert left(rule, time__now=1_795_262_400) == rule
    assert left({"!": rule}, time__now=1_795_262_400) == {"!": rule}


def test_a_list_is_only_named_and_never_written_out() -> None:
    rule = {"in_list": [NAME, "partners"]}
    assert left(rule) == rule
    assert "acme" not in json.dumps(left({"!": rule}))


def told(rule: object, **facts: object) -> bool | Rest | Kept:
    known = {name.replace("__", "."): value for name, value in facts.items()}
    return program(rule).for_browser(Context({name: WITHHELD for name in FACTS if name.startswith("live.")} | known))


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ({"and": [DEEP, {"==": [{"var": "account.name"}, "x"]}]}, Kept("reads", frozenset({"account.name"}))),
        ({"<": [SCROLL, {"var": "account.employees"}]}, Kept("carries", frozenset({"account.employees"}))),
        ({"and": [DEEP, {"<": [SCROLL, {"var": "account.employees"}]}]}, Kept("carries", frozenset({"account.employees"}))),
        ({"in": [NAME, {"var": "account.technologies"}]}, Kept("carries", frozenset({"account.technologies"}))),
        ({"in_list": [NAME, "partners"]}, Kept("lists", frozenset({"live.name"}))),
        ({"!": {"in_cidr": [{"var": "live.ip"}, "offices"]}}, Kept("lists", frozenset({"live.ip"}))),
        ({"in_cidr": [{"var": "live.ip"}, "10.0.0.0/8"]}, Kept("lists", frozenset({"live.ip"}))),
    ],
)  # fmt: skip
def test_a_browser_is_told_no_fact_value_or_list_that_it_may_not_know(rule: object, kept: Kept) -> None:
    found = told(rule, account__name=WITHHELD, account__employees=300, account__technologies=["a", "b"])
    assert found == kept


def test_a_browser_is_told_what_is_left_of_live_facts() -> None:
    found = told({"and": [DEEP, {"audience": "small"}]}, account__employees=10)
    assert isinstance(found, Rest)
    assert (found.rule, found.text) == (DEEP, '{">":[{"var":"live.scroll"},0.5]}')
    assert found.facts == frozenset({"live.scroll"})
    assert told({"and": [DEEP, {"audience": "small"}]}, account__employees=50) is False


def test_which_facts_a_browser_may_know_can_be_said() -> None:
    rule = {"<": [SCROLL, {"var": "time.hour"}]}
    context = Context({"live.scroll": WITHHELD, "time.hour": 9})
    found = program(rule).for_browser(context, lambda name: name.startswith(("live.", "time.")))
    assert isinstance(found, Rest)
    assert found.rule == {"<": [SCROLL, 9]}


def test_nothing_of_one_visitor_is_left_in_what_another_is_told() -> None:
    compiled = program({"and": [DEEP, {"!=": [NAME, {"var": "account.name"}]}]})
    first, second = (
        compiled.partial(Context({"live.scroll": WITHHELD, "live.name": WITHHELD, "account.name": name}))
        for name in ("Acme", "Umbrella")
    )
    assert json.dumps(first).count("Acme") == 1
    assert json.dumps(second).count("Umbrella") == 1
    assert "Acme" not in json.dumps(second)


def test_a_program_that_folded_is_copied_without_its_closures() -> None:
    compiled = program(DEEP)
    assert compiled.partial({"live": {"scroll": WITHHELD}}) == DEEP
    assert copy.copy(compiled).partial({"live": {"scroll": WITHHELD}}) == DEEP


def test_a_withheld_clock_in_a_list_of_lists_is_left_and_a_known_list_is_folded() -> None:
    inner = {"some": [{"var": "m"}, {"or": [{"weekday": [6]}, {"==": [{"var": ""}, 5]}]}]}
    compiled = compile_rule(
        {"some": [{"var": "l"}, inner]}, {"l": {"type": "list"}, "time.weekday": {"type": "integer"}}
    )
    assert compiled.partial(Context({"l": [{"m": [1]}], "time.weekday": WITHHELD})) == {"weekday": [6]}
    assert compiled.partial(Context({"l": [{"m": [5]}], "time.weekday": WITHHELD})) is True
    left = {"some": [{"var": "l"}, {"some": [{"var": "m"}, {"==": [{"var": ""}, 5]}]}]}
    assert compiled.partial(Context({"l": WITHHELD, "time.weekday": 5})) == left


# -- what the dialect has no words for


HOUR = {"time_between": ["22:00", "06:00"]}


@pytest.mark.parametrize("op", ["<", ">=", "==", "!="])
@pytest.mark.parametrize("sign", [True, False])
def test_a_value_chosen_by_a_half_known_clock_is_said_without_what_is_known(op: str, sign: bool) -> None:
    rule: dict[str, object] = {op: [{"if": [HOUR, 2, {"var": "other"}]}, 1]}
    compiled = program(rule if sign else {"!": rule})
    known: dict[str, object] = {"time.hour": 22, "other": -1}
    remains = compiled.fold(Context({**known, "time.minute": WITHHELD}).get)
    for minute in (None, 0, 59, 60, -1):
        answer = compiled(Context({**known, "time.minute": minute}))
        if isinstance(remains, bool):
            assert remains is answer
        else:
            assert program(remains.rule).facts_read == {"time.minute"}
            assert remains.facts == frozenset({"time.minute"})
            assert remains.carried == frozenset({"time.hour", "other"})
            assert program(remains.rule)(Context({"time.minute": minute})) is answer


@pytest.mark.parametrize(
    ("rule", "known"),
    [
        ({"!=": [NAME, {"var": "other"}]}, {"other": "\ud800"}),
        ({"in": [NAME, {"var": "other"}]}, {"other": "a" * 10_001}),
        ({"<": [SCROLL, {"var": "other"}]}, {"other": 10**400}),
        ({"<": [SCROLL, {"var": "other"}]}, {"other": float("inf")}),
        ({"<": [SCROLL, {"var": "other"}]}, {"other": 2**53 + 1}),
        ({"days_since": [{"var": "visits.first"}, "<=", -1]}, {"visits.first": 10**400}),
        ({"days_since": [{"var": "visits.first"}, "<=", -1]}, {"visits.first": 253_402_300_800.0}),
        ({"before": [{"var": "visits.first"}, {"var": "time.now"}]}, {"time.now": -1e300}),
        ({"days_since": [{"var": "visits.first"}, ">", {"var": "live.scroll"}]}, {"time.now": 1.7e9}),
        ({"count_events": ["viewed", "30d"]}, {"time.now": 1.7e9}),
        ({"some": [{"var": "live.topics"}, HOUR]}, {"time.hour": 12}),
        ({"some": [{"filter": [{"var": "account.technologies"}, HOUR]}, {"var": ""}]}, {"account.technologies": ["a"]}),
    ],
)
def test_what_has_no_words_stands_as_it_was_names_what_it_reads_and_is_told_to_nobody(
    rule: object, known: dict[str, object]
) -> None:
    compiled = program(rule)
    context = Context({**dict.fromkeys(compiled.facts_read, WITHHELD), **known})
    remains = compiled.fold(context.get)
    assert isinstance(remains, Rest)
    assert remains.rule == rule
    assert remains.facts == compiled.facts_read - frozenset(known)
    assert remains.carried == frozenset(known)
    assert compiled.for_browser(context, lambda name: name not in known) == Kept("carries", frozenset(known))


def test_the_last_and_the_first_instant_of_the_calendar_are_written() -> None:
    rule = {"before": [{"var": "visits.first"}, {"var": "time.now"}]}
    assert left(rule, time__now=253_402_214_400.0) == {"before": [{"var": "visits.first"}, "9999-12-31T00:00:00Z"]}
    assert left(rule, time__now=-62_135_596_800.0) == {"before": [{"var": "visits.first"}, "0001-01-01T00:00:00Z"]}


@pytest.mark.parametrize(
    ("rule", "known", "remains"),
    [
        # "trial" is no plan: the default that stands in for a missing name may still not be one.
        ({"!=": [{"var": "user.plan"}, {"var": ["other", "trial"]}]}, {"other": None}, True),
        ({"==": [{"var": ["user.plan", "free"]}, {"var": ["account.name", "trial"]}]}, {"account.name": 5}, False),
        ({"==": [{"var": "user.plan"}, {"if": [{"var": "other"}, "trial", "free"]}]}, {"other": 1}, False),
        # Here the default is what the plan itself never is.
        ({"==": [{"var": ["user.plan", "trial"]}, {"var": "other"}]}, {"other": "trial"}, None),
        ({"<": [{"var": ["live.scroll", {"var": "other"}]}, 5]}, {"other": "a"}, None),
    ],
)
def test_what_is_left_passes_its_own_check(rule: dict[str, object], known: dict[str, object], remains: object) -> None:
    compiled = program(rule)
    found = compiled.partial(Context({**dict.fromkeys(compiled.facts_read, WITHHELD), **known}))
    assert found == (rule if remains is None else remains)
    if not isinstance(found, bool):
        program(found)


def test_a_browser_is_told_no_operator_that_its_evaluator_lacks() -> None:
    some = {"some": [{"var": "live.topics"}, {"==": [{"var": ""}, "a"]}]}
    assert told(some) == Kept("operators", frozenset({"live.topics"}))
    assert told({"and": [DEEP, {"!": some}]}) == Kept("operators", frozenset({"live.topics", "live.scroll"}))
    assert told({"sem_ver": [NAME, ">=", "1.2"]}) == Kept("operators", frozenset({"live.name"}))
