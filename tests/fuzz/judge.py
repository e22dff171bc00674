"""What must hold for every rule and every context, whatever they are."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Final, cast

from choices import Choices
from generate import ALL_FACTS, AUDIENCES, LISTS, a_context, a_rule, known_value, valid

from mitate_rules import (
    WITHHELD,
    Context,
    LimitError,
    Program,
    Residual,
    RuleError,
    RuleSet,
    check_rule,
    compile_rule,
)
from mitate_rules.analysis import analyse
from mitate_rules.partial import Rest, ops_of
from mitate_rules.source import scan

SECONDS: Final = {"evaluate": 1.0, "explain": 5.0, "partial": 5.0, "changes": 20.0, "analyse": 30.0, "rules": 10.0}
"""What one question may take of processor time, about; far beyond what any should, but no hang."""
DOUBLED: Final = 16
"""An "if" in the condition of an "if" doubles the work, four levels deep at most."""

slowest: dict[str, float] = {}
"""The longest that each question took, in seconds of processor time."""


class Counting(Context):
    """A context that counts how often it is read."""

    reads = 0

    def get(self, key: str, default: object = None) -> object:
        """Read a fact."""
        self.reads += 1
        return super().get(key, default)


@contextmanager
def within(what: str) -> Generator[None]:
    """Raise AssertionError when a question takes too long."""
    start = time.process_time()
    yield
    taken = time.process_time() - start
    slowest[what] = max(taken, slowest.get(what, 0.0))
    assert taken < SECONDS.get(what, 10.0), f"{what} took {taken:.1f} s"


def compiled(rule: object) -> Program | None:
    """Compile a rule, or give None when it has errors; the check and the compiler agree."""
    with within("check"):
        found = check_rule(rule, ALL_FACTS, audiences=AUDIENCES, lists=LISTS)
    for one in found:
        assert isinstance(str(one), str)
        json.dumps(one.to_dict())
    wrong = any(one.severity == "error" for one in found)
    program = None
    with within("compile"), suppress(RuleError):
        program = compile_rule(rule, ALL_FACTS, audiences=AUDIENCES, lists=LISTS)
    assert wrong is (program is None), "the check and the compiler disagree"
    return program


def judge_rule(program: Program, context: Context, choices: Choices) -> None:
    """Evaluate, explain and fold one rule on one context; raises AssertionError where these disagree."""
    with within("evaluate"):
        answer = program(context)
    assert answer in (True, False, WITHHELD)
    counted = Counting(context)
    assert program(counted) is answer
    assert counted.reads <= operations(program, context), f"{counted.reads} reads"
    nested = _nested(context)
    if nested is not None:
        assert program(nested) is answer
    with within("explain"):
        explanation = program.explain(context)
        assert explanation.result is answer
        for lang in ("en", "ja"):
            assert explanation.sentence(lang)
            assert explanation.tree(lang)
        assert explanation.to_dict()["result"] == ("withheld" if answer is WITHHELD else answer)
    judge_partial(program, context, answer, choices)


def operations(program: Program, context: Context) -> int:
    """Give how many reads a rule may take: a few for each of its parts, and of its audiences', and each item."""
    text = json.dumps(program.rule, default=str) + json.dumps(AUDIENCES)
    parts = text.count("{") + text.count(",")
    items = max((len(cast("Sequence[object]", v)) for v in context.values() if isinstance(v, (list, tuple))), default=0)
    return DOUBLED * parts * (1 + items)


def _nested(context: Context) -> dict[str, object] | None:
    """Give the same facts as nested objects; None when one is in the way of another."""
    made: dict[str, object] = {}
    for name, value in context.items():
        inner = made
        *groups, last = name.split(".")
        for group in groups:
            inner = cast("dict[str, object]", inner.setdefault(group, {}))
        inner[last] = value
    return made


def judge_partial(program: Program, context: Context, answer: object, choices: Choices) -> None:
    """Fold what is known; what is left reads withheld facts alone, and agrees however they turn out."""
    with within("partial"):
        left = program.partial(context)
    if answer is not WITHHELD:
        assert left is answer, f"partial {left!r}, answer {answer!r}"
    withheld = [name for name, value in context.items() if value is WITHHELD]
    rest = None
    if not isinstance(left, bool):
        rest = compile_rule(left, ALL_FACTS, audiences=AUDIENCES, lists=LISTS)
        judge_reads(program.fold(context.get), rest, context)
        assert json.loads(json.dumps(left)) == left
    for _ in range(2):
        complete = Context(context)
        for name in withheld:
            complete[name] = None if choices.rarely(4) else live_value(name, choices)
        whole = program(complete)
        assert (rest(complete) if rest is not None else left) is whole, f"{left!r} is not {whole!r} of {complete!r}"


def judge_reads(left: object, rest: Program, context: Context) -> None:
    """What is left names what it depends on, and reads a known fact only where the dialect has no words for that."""
    assert isinstance(left, Rest)
    withheld = {name for name, value in context.items() if value is WITHHELD}
    assert left.facts <= withheld
    known = rest.facts_read - withheld
    assert known <= left.carried, f"reads {sorted(known - left.carried)}"
    unsaid = UNSAID & ops_of(left.rule) or any(not sayable(context[name]) for name in known if name in context)
    assert unsaid or not known, f"reads {sorted(known)}"


UNSAID: Final = frozenset({"count_events", "days_since", "filter", "some", "all", "none", "if"})
"""Operators that have no words for a known clock, a list's items, or a value of another type, beside withheld facts."""


def sayable(value: object) -> bool:
    """Tell whether a literal of a rule can say a value (see `Rest`)."""
    if isinstance(value, str):
        return len(value) <= 10_000 and not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, (int, float)):
        return CALENDAR[0] <= value <= CALENDAR[1]
    if isinstance(value, (list, tuple)):
        return all(map(sayable, cast("Sequence[object]", value)))
    return value is None


CALENDAR: Final = (-62_135_596_800, 253_402_214_400)
"""The instants that are written: of the years 1 to 9999."""


def live_value(name: str, choices: Choices) -> object:
    """Give what a withheld fact may turn out to be: an instant of the calendar, where it is one."""
    value, fact = known_value(name, choices), ALL_FACTS.find(name)
    return value if fact is None or fact.type != "instant" or sayable(value) else CALENDAR[0]


def judge_set(rules: Mapping[str, object], programs: Mapping[str, Program], contexts: Sequence[Context]) -> None:
    """Ask many rules at once; raises AssertionError where that differs from asking one by one."""
    with within("rules"):
        together = RuleSet(rules, ALL_FACTS, audiences=AUDIENCES, lists=LISTS)
    for context in contexts:
        expected = {name: answer for name, program in programs.items() if (answer := program(context)) is not False}
        with within("rules"):
            outcomes = list(together.outcomes(context))
            matched, first = together.match(context), together.first(context)
        got = {name: True if answer is True else WITHHELD for name, answer in outcomes}
        if list(got.items()) != list(expected.items()):
            differs = [name for name in rules if got.get(name) is not expected.get(name)]
            said = [(rules[name], programs[name](context), got.get(name, False)) for name in differs]
            raise AssertionError(f"rule, alone, together: {said!r} of {context!r}")
        assert matched == [name for name, answer in expected.items() if answer is True]
        assert first == next(iter(matched), None)
        for _, outcome in outcomes:
            if isinstance(outcome, Residual):
                known = [name for name in outcome.facts if context.get(name) is not WITHHELD]
                assert not known, f"{outcome.rule!r} reads {known}"


def judge_changes(program: Program, context: Context) -> None:
    """Ask what would have to be otherwise: with that the rule holds."""
    if any(value is WITHHELD for value in context.values()):
        return
    with within("changes"):
        changes = program.changes(context)
    assert not changes or program(context) is not True
    for change in changes:
        assert program(change.applied(context)) is True
        for lang in ("en", "ja"):
            assert change.sentence(lang, program.vocabulary)


def judge_analysis(rules: Mapping[str, object]) -> None:
    """Analyse a rule set: each claim's witness shows it."""
    with within("analyse"):
        findings = analyse(rules, ALL_FACTS, audiences=AUDIENCES, lists=LISTS)
    programs = RuleSet(rules, ALL_FACTS, audiences=AUDIENCES, lists=LISTS)
    for one in findings:
        assert one.message
        if one.kind == "shadowed" and one.witness is not None:
            assert programs.program(one.id)(Context(one.witness)) is True
            assert programs.first(Context(one.witness)) != one.id


def judge_source(text: str) -> None:
    """Read a text: a value or findings with their places, and what the standard library reads too."""
    with within("scan"):
        positions = scan(text)
    for one in positions.diagnostics:
        assert one.line is not None
        assert one.line >= 1
    if not positions.diagnostics:
        assert repr(positions.value) == repr(json.loads(text.removeprefix("\ufeff")))
        check_rule(positions.value, ALL_FACTS, audiences=AUDIENCES, lists=LISTS, source=text)


def judge_official(rule: object, data: object) -> None:
    """Evaluate in the official dialect: an answer, or a refusal."""
    try:
        program = compile_rule(rule, dialect="jsonlogic")
    except RuleError:
        return
    try:
        with within("official"):
            answer = program(data)
    except LimitError:
        return
    if data is None:
        with suppress(ValueError):  # Python refuses to write whole numbers of thousands of digits
            json.dumps(answer)


def _source(choices: Choices, rule: object) -> str:
    try:
        text = json.dumps(rule, indent=choices.pick((None, 1)), ensure_ascii=bool(choices.below(2)))
    except (TypeError, ValueError, RecursionError):
        text = '{"and": [{"==": [{"var": "text"}, "a"]}]}'
    for _ in range(choices.below(4)):
        at = choices.below(256) * len(text) // 256
        cut = choices.below(3)
        text = (
            text[:at]
            + choices.pick(("", '"', "{", "]", ",", "NaN", "\\ud800", "\\", "0", "//", "e9", "\n"))
            + text[at + cut :]
        )
    return text


def judge(data: bytes) -> None:
    """Make a few rules and contexts from bytes, and ask everything of them."""
    choices = Choices(data)
    asks_changes, asks_analysis = choices.rarely(4), choices.rarely(16)
    made = [a_rule(choices) for _ in choices.several(3)]
    contexts = [a_context(choices) for _ in choices.several(2)]
    rules: dict[str, object] = {}
    programs: dict[str, Program] = {}
    for number, rule in enumerate(made):
        program = compiled(rule)
        if program is None:
            continue
        rules[f"made {number}"], programs[f"made {number}"] = rule, program
        for context in contexts:
            judge_rule(program, context, choices)
    for number in range(9):  # enough for an index
        rule = valid(choices, 2)
        program = compiled(rule)
        if program is not None:
            rules[f"other {number}"], programs[f"other {number}"] = rule, program
    judge_set(rules, programs, contexts)
    first = next(iter(programs), None)
    if first is not None and asks_changes:
        judge_changes(programs[first], contexts[0])
    if asks_analysis:
        judge_analysis(rules)
    judge_source(_source(choices, made[0]))
    judge_official(made[-1], contexts[0])
    judge_official(made[-1], None)
