"""What holds for every search, every change and every finding: rules and visitors at random."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from mitate_rules import WITHHELD, Context, Program, compile_rule
from mitate_rules.analysis import Finding, analyse
from mitate_rules.messages import LANGUAGES
from mitate_rules.parse import parse
from mitate_rules.solving import solutions
from mitate_rules.tree import Node
from mitate_rules.vocabulary import Vocabulary

Rule = dict[str, object]

FACTS: dict[str, dict[str, object]] = {
    "color": {"type": "string", "enum": ["red", "green", "blue"]},
    "text": {"type": "string"},
    "page.path": {"type": "string"},
    "score": {"type": "number", "unit": "score"},
    "count": {"type": "integer", "minimum": 0, "unit": "times"},
    "flag": {"type": "boolean"},
    "tags": {"type": "list", "items": "string"},
    "since": {"type": "instant"},
    "member": {"type": "date"},
    "system": {"type": "version"},
    "request.ip": {"type": "ip"},
    "time.now": {"type": "instant"},
    "time.date": {"type": "date"},
    "time.hour": {"type": "integer"},
    "time.minute": {"type": "integer"},
    "time.weekday": {"type": "integer"},
}
LISTS = {"few": ["a", "b"], "more": ["b", "c", "d"]}
DAYS = ("2026-11-21", "2026-11-22", "2026-11-30", "2024-02-29", "2030-06-30")
TEXTS = st.sampled_from(["a", "b", "c", "ab", "abc", "B", "日本", "x"])
PATHS = st.sampled_from(["/", "/a/", "/a/b", "/a/b/c", "/b/", "/b/c.html", "/c", "page"])
VALUES: dict[str, st.SearchStrategy[object]] = {
    "color": st.sampled_from(["red", "green", "blue"]),
    "text": TEXTS,
    "page.path": PATHS,
    "score": st.sampled_from([0, 0.1, 0.33, 0.4, 0.5, 0.75, 1]),
    "count": st.integers(0, 7),
    "flag": st.booleans(),
    "tags": st.lists(TEXTS, max_size=3),
    "since": st.sampled_from([1.79e9, 1.795e9, 1.7952e9, 1.6e9]),
    "member": st.sampled_from(DAYS),
    "system": st.sampled_from(["16", "17.5", "17.5.1", "17.6", "18.0-beta.1", "18"]),
    "request.ip": st.sampled_from(["10.1.2.3", "10.2.0.1", "192.168.0.1", "2001:db8::1", "8.8.8.8"]),
}


def var(name: str) -> Rule:
    return {"var": name}


def call(op: str, *args: st.SearchStrategy[object]) -> st.SearchStrategy[Rule]:
    return st.tuples(*args).map(lambda given: {op: list(given)})


def one(name: str) -> st.SearchStrategy[object]:
    return st.just(var(name))


def words(*values: object) -> st.SearchStrategy[object]:
    return st.sampled_from(values)


ORDER = ("<", "<=", ">", ">=")
LEAVES: st.SearchStrategy[object] = st.one_of(
    *(call(op, one("color"), VALUES["color"]) for op in ("==", "!=")),
    *(call(op, one("text"), TEXTS | st.none()) for op in ("==", "!=")),
    call("in", one("text"), st.lists(TEXTS, max_size=3)),
    call("in_list", one("text"), words("few", "more")),
    *(call(op, one("text"), TEXTS) for op in ("contains", "starts_with", "ends_with")),
    call("starts_with", one("page.path"), words("/a/", "/b/", "/a/b")),
    call("matches_glob", one("page.path"), words("/a/**", "/*/b", "/**/c*", "**.html", "/?/")),
    *(call(op, one("count"), st.integers(0, 6)) for op in (*ORDER, "==", "!=")),
    call("<=", st.integers(0, 3), one("count"), st.integers(2, 6)),
    *(call(op, one("score"), words(0, 0.2, 0.4, 0.5, 1)) for op in ORDER),
    one("flag"),
    call("==", one("flag"), st.booleans()),
    call("in", TEXTS, one("tags")),
    *(call(op, one("tags"), call("==", one(""), TEXTS)) for op in ("some", "all", "none")),
    call("days_since", one("since"), words(*ORDER), st.integers(0, 40)),
    *(call(op, one("member"), words(*DAYS)) for op in ("before", "after")),
    call("sem_ver", one("system"), words("=", "!=", "<", ">=", "~", "^"), words("17.5", "18")),
    call("in_cidr", one("request.ip"), words("10.0.0.0/8", "10.1.0.0/16", ["192.168.0.0/16", "2001:db8::/32"])),
    call("time_between", words("22:00", "09:00"), words("06:00", "12:00")),
    call("weekday", st.lists(st.integers(1, 7), min_size=1, max_size=3)),
    call("==", one("time.date"), words(*DAYS)),
    call("between", one("time.now"), st.just("2026-11-20T00:00Z"), st.just("2026-11-22T12:00Z")),
    call(">=", one("count"), call("+", one("score"), st.integers(0, 3))),
    st.just({"audience": "keen"}),
)
AUDIENCES: dict[str, dict[str, object]] = {
    "keen": {"when": {"and": [{">=": [var("score"), 0.4]}, {"!=": [var("color"), "red"]}]}}
}


def _combined(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    several = st.lists(inner, min_size=2, max_size=4)
    return st.one_of(
        several.map(lambda rules: {"and": rules}),
        several.map(lambda rules: {"or": rules}),
        inner.map(lambda rule: {"!": rule}),
        st.lists(inner, min_size=3, max_size=3).map(lambda rules: {"if": rules}),
    )


RULES = st.recursive(LEAVES, _combined, max_leaves=8)


@st.composite
def visitors(draw: st.DrawFn, *, withheld: bool = False) -> Context:
    """Each fact is missing or known (or withheld), and the clock shows one moment."""
    context = Context()
    for name, values in VALUES.items():
        kind = draw(st.sampled_from(["gone", "known", "known", "withheld" if withheld else "known"]))
        if kind != "gone":
            context[name] = WITHHELD if kind == "withheld" else draw(values)
    if draw(st.booleans()):
        day = datetime.date.fromisoformat(draw(st.sampled_from(DAYS)))
        hour, minute = draw(st.sampled_from([(0, 0), (5, 59), (6, 0), (9, 30), (12, 0), (23, 59)]))
        now = datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=datetime.UTC)
        context.update({"time.now": now.timestamp(), "time.date": day.isoformat(), "time.weekday": day.isoweekday()})
        context.update({"time.hour": hour, "time.minute": minute})
    return context


VISITORS = st.lists(visitors(), min_size=12, max_size=12)


def compiled(rule: object) -> Program:
    return compile_rule(rule, FACTS, audiences=AUDIENCES, lists=LISTS)


def vocabulary() -> Vocabulary:
    return Vocabulary(FACTS, AUDIENCES, LISTS)


def node_of(rule: object) -> Node:
    node = parse(rule).node
    assert node is not None
    return node


@given(RULES, st.booleans(), VISITORS)
@settings(max_examples=80, deadline=None)
def test_a_solution_is_one_and_where_none_is_said_to_exist_nobody_meets_the_rule(
    rule: object, sign: bool, everyone: list[Context]
) -> None:
    program = compiled(rule)
    found = solutions([(node_of(rule), sign)], vocabulary())
    assert all((program(context) is True) is sign for context in found)
    if found.complete and not found.contexts:
        assert [context for context in everyone if (program(context) is True) is sign] == []


@given(RULES, RULES, VISITORS)
@settings(max_examples=60, deadline=None)
def test_two_rules_that_are_said_never_to_meet_never_meet(
    first: object, second: object, everyone: list[Context]
) -> None:
    one_program, other = compiled(first), compiled(second)
    found = solutions([(node_of(first), True), (node_of(second), False)], vocabulary())
    assert all(one_program(context) is True and other(context) is not True for context in found)
    if found.complete and not found.contexts:
        assert [context for context in everyone if one_program(context) is True and other(context) is not True] == []


@given(RULES, visitors())
@settings(max_examples=60, deadline=None)
def test_solutions_near_a_visitor_change_fewest_facts_first_and_none_holds_another(rule: object, near: Context) -> None:
    found = solutions([(node_of(rule), True)], vocabulary(), given=near, limit=4)
    changed = [
        frozenset(name for name in {*near, *context} if near.get(name) != context.get(name)) for context in found
    ]
    if compiled(rule)(near) is True:
        assert changed == [frozenset()]
    assert all(not first < second for first in changed for second in changed)


@given(RULES, visitors(withheld=True))
@settings(max_examples=80, deadline=None)
def test_a_change_makes_the_rule_match_and_every_fact_of_it_is_needed(rule: object, context: Context) -> None:
    program = compiled(rule)
    for change in program.changes(context):
        after = change.applied(context)
        assert program(after) is True
        assert "request.ip" not in change.facts
        for name in change.facts:
            assert program(Context({**after, name: context.get(name)})) is not True
        for lang in LANGUAGES:
            said = change.sentence(lang, vocabulary())
            assert said
            assert "{" not in said


@given(RULES, visitors())
@settings(max_examples=50, deadline=None)
def test_changes_come_fewest_facts_first_each_another_set_of_facts(rule: object, context: Context) -> None:
    changes = compiled(rule).changes(context, may_change=lambda name: True)
    sizes = [len(change.facts) for change in changes]
    assert sizes == sorted(sizes)
    assert len({frozenset(change.facts) for change in changes}) == len(changes) <= 3


@given(st.lists(RULES, min_size=2, max_size=4), VISITORS)
@settings(max_examples=80, deadline=None)
def test_what_a_finding_claims_holds_for_every_visitor(rules: list[object], everyone: list[Context]) -> None:
    named = {f"r{number}": rule for number, rule in enumerate(rules)}
    programs = {name: compiled(rule) for name, rule in named.items()}
    for finding in analyse(named, FACTS, audiences=AUDIENCES, lists=LISTS):
        if finding.id in programs:
            holds(finding, named, programs, everyone)


def holds(
    finding: Finding, rules: Mapping[str, object], programs: Mapping[str, Program], everyone: list[Context]
) -> None:
    program = programs[finding.id]
    meets = [context for context in everyone if program(context) is True]
    witness = Context(finding.witness or {})
    if finding.kind == "never-true":
        assert meets == []
        assert finding.witness is None
    if finding.kind == "always-true":
        assert meets == everyone
    if finding.kind == "shadowed":
        earlier = [programs[name] for name in finding.others]
        assert all(any(other(context) is True for other in earlier) for context in meets)
        assert program(witness) is True
        assert earlier[0](witness) is True
    if finding.kind == "overlapping":
        assert program(witness) is True
        assert programs[finding.others[0]](witness) is True
    if finding.kind in ("redundant", "contradictory") and finding.patch is not None:
        shorter = compiled(patched(rules[finding.id], finding.patch))
        assert [shorter(context) is True for context in everyone] == [program(context) is True for context in everyone]
        assert program(witness) is True
    if finding.kind == "never-true" and finding.patch is not None:
        mended = analyse({"r": patched(rules[finding.id], finding.patch)}, FACTS, audiences=AUDIENCES, lists=LISTS)
        assert not [other for other in mended if other.kind == "never-true" and other.id == "r"]


def patched(rule: object, patch: list[dict[str, object]]) -> object:
    """Apply a JSON Patch of removals and replacements."""
    rule = copied(rule)
    for step in patch:
        *keys, last = cast(str, step["path"]).split("/")[1:]
        part: object = rule
        for key in keys:
            part = cast("list[object]", part)[int(key)] if isinstance(part, list) else cast(Rule, part)[key]
        if isinstance(part, list):
            items = cast("list[object]", part)
            items[int(last) : int(last) + 1] = [step["value"]] if step["op"] == "replace" else []
        else:
            cast(Rule, part)[last] = step["value"]
    return rule


def copied(value: object) -> object:
    if isinstance(value, dict):
        return {key: copied(inner) for key, inner in cast(Rule, value).items()}
    return [copied(inner) for inner in cast("list[object]", value)] if isinstance(value, list) else value
