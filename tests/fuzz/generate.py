"""Rules and contexts made from choices: valid rules over typed facts, what becomes of them by mutation, and the rest.

A third of the rules are valid, a third are mutated (an operand lost, a key renamed, a part of another rule in the place
of a value), a third carry what no rule should: nested, wide, cyclic, huge things, half characters, NaN.
"""

from __future__ import annotations

import copy
import datetime
import decimal
import json
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final, cast

from choices import Choices

from mitate.context.facts import BUILT_IN
from mitate_rules import WITHHELD, Context, Facts, RuleError, compile_rule
from mitate_rules.operators import OPERATORS

Make = Callable[[Choices], object]

FACTS: Final[dict[str, dict[str, object]]] = {
    "text": {"type": "string", "changeable": True},
    "other": {"type": "string"},
    "choice": {"type": "string", "enum": ["a", "b", "ab"], "changeable": True},
    "page.path": {"type": "string", "changeable": True},
    "number": {"type": "number", "unit": "yen", "changeable": True},
    "score.*": {"type": "number", "unit": "score", "minimum": 0, "maximum": 1, "changeable": True},
    "count": {"type": "integer", "unit": "times", "minimum": 0, "changeable": True},
    "flag": {"type": "boolean", "changeable": True},
    "list": {"type": "list", "items": "number"},
    "names": {"type": "list", "items": "string", "changeable": True},
    "instant": {"type": "instant"},
    "date": {"type": "date"},
    "version": {"type": "version"},
    "request.ip": {"type": "ip"},
    "time.now": {"type": "instant"},
    "time.date": {"type": "date"},
    "time.hour": {"type": "integer"},
    "time.minute": {"type": "integer"},
    "time.weekday": {"type": "integer"},
    "live.scroll": {"type": "number", "minimum": 0, "maximum": 100, "changeable": True},
    "anything": {},
}
ALL_FACTS: Final = Facts({**BUILT_IN, **FACTS})
LISTS: Final = {
    "partners": ["company.example"],
    "few": ["a", "b"],
    "nets": ["10.0.0.0/8", "2001:db8::/32"],
    "empty": list[str](),
}
AUDIENCES: Final[dict[str, dict[str, object]]] = {
    "regulars": {"when": {">=": [{"var": "visits.count"}, 3]}},
    "first": {"when": {"or": [{"<": [{"var": "number"}, 2]}, {"!=": [{"var": "text"}, "a"]}]}},
    "second": {"when": {"and": [{"!": {"audience": "first"}}, {"var": "flag"}]}},
    "third": {"when": {"if": [{"audience": "second"}, {"in_list": [{"var": "text"}, "few"]}, {"audience": "first"}]}},
}

TEXTS: Final = (
    "",
    "a",
    "ab",
    "B",
    "/a/b",
    "/a/",
    "日本",
    "🙂",
    "10.0.0.1",
    "1.2.3",
    "2026-11-21",
    "few",
    "İ",
    "x" * 300,
)
NUMBERS: Final = (0, 1, -1, 2, 2.5, 0.1, 1e300, -0.0, 7, 23, 2**53, 5e-324)
INSTANTS: Final = ("2026-11-21T09:00+09:00", "1970-01-01T00:00Z", "2026-11-21T09:00:00.5-01:00")
DATES: Final = ("2026-11-21", "2024-02-29", "0001-01-01", "9999-12-31")
VERSIONS: Final = ("1", "1.2.3", "2.0.0-rc.1", "17.5")
GLOBS: Final = ("*", "/a/*", "**", "?", "*a*b*c", "/**/b", "/a/**")
NETWORKS: Final = ("10.0.0.0/8", "192.0.2.0/24", "::/0", "2001:db8::1")


def fact(*names: str) -> Make:
    """Read one of some facts, now and then with a default."""

    def make(choices: Choices) -> object:
        name = choices.pick(names)
        if not choices.rarely(9):
            return {"var": name}
        default = choices.pick(TEXTS) if FACTS.get(name, {}).get("type") == "string" else choices.pick(NUMBERS)
        return {"var": [name, default]}

    return make


def one(*values: object) -> Make:
    """Take one of some values."""
    return lambda choices: choices.pick(values)


def some(make: Make, most: int = 4) -> Make:
    """Take a list of values."""
    return lambda choices: [make(choices) for _ in choices.several(most)]


def call(operators: Sequence[str], *operands: Make) -> Make:
    """Apply one of some operators."""
    return lambda choices: {choices.pick(operators): [operand(choices) for operand in operands]}


TEXT: Final = fact("text", "other", "choice", "page.path", "anything")
NUMBER: Final = fact("number", "count", "score.a", "score.b", "live.scroll", "anything")
MOMENT: Final = fact("instant", "time.now")
DATE: Final = fact("date", "time.date")


def _amount(choices: Choices) -> object:
    if choices.rarely(4):
        return {choices.pick("+-*/%"): [NUMBER(choices), _operand(choices)]}
    if choices.rarely(9):
        return {"if": [_leaf(choices), choices.pick(NUMBERS), NUMBER(choices)]}
    return NUMBER(choices)


def _operand(choices: Choices) -> object:
    return NUMBER(choices) if choices.rarely(4) else choices.pick(NUMBERS)


ORDER: Final = ("<", "<=", ">", ">=")
SAME: Final = ("==", "!=", "===", "!==")
LEAVES: Final[tuple[Make, ...]] = (
    call(ORDER, _amount, _operand),
    call((*ORDER, *SAME), NUMBER, one(*NUMBERS)),
    call(("<", "<="), one(*NUMBERS), NUMBER, one(*NUMBERS)),
    call(SAME, TEXT, one(*TEXTS, None)),
    call(SAME, TEXT, TEXT),
    call(SAME, fact("anything"), one(None, True, False, *NUMBERS, *TEXTS)),
    call(SAME, fact("flag"), one(True, False, None)),
    call(("in",), TEXT, some(one(*TEXTS))),
    call(("in",), fact("count"), some(one(0, 1, 2.0, 7))),
    call(("in",), one(*TEXTS), fact("names", "text")),
    call(("contains", "icontains"), fact("names", "text"), one(*TEXTS)),
    call(("starts_with", "istarts_with", "ends_with", "iends_with"), TEXT, one(*TEXTS)),
    call(("matches_glob",), TEXT, one(*GLOBS)),
    call(("in_list",), TEXT, one("few", "empty", "nets")),
    call(("in_cidr",), fact("request.ip"), one(*NETWORKS, "nets")),
    call(("in_cidr",), fact("request.ip"), some(one(*NETWORKS))),
    call(("sem_ver",), fact("version"), one("=", "!=", "<", "<=", ">", ">=", "~", "^"), one(*VERSIONS)),
    call(("before", "after"), MOMENT, one(*INSTANTS)),
    call(("before", "after"), DATE, one(*DATES)),
    call(("between",), DATE, one(*DATES), one(*DATES)),
    call(("days_since",), MOMENT, one("<", "<=", ">", ">=", "==", "!="), one(*NUMBERS)),
    call(("days_since",), DATE, one(*NUMBERS)),
    call(("time_between",), one("22:00", "00:00", "09:30"), one("06:00", "24:00", "09:30")),
    call(("weekday",), some(one(1, 2, 7, "mon", "sun"))),
    call(("some", "all", "none"), fact("list"), call(ORDER, one({"var": ""}), one(*NUMBERS))),
    call(("some", "all", "none"), fact("names"), call(("==", "!=", "starts_with"), one({"var": ""}), one(*TEXTS))),
    lambda choices: {"some": [{"filter": [{"var": "names"}, {"!=": [{"var": ""}, choices.pick(TEXTS)]}]}, {"var": ""}]},
    fact("flag", "text", "anything", "list", "live.event.a"),
    one(True, False),
    one(*({"audience": name} for name in AUDIENCES)),
)
EXAMPLES: Final = [json.loads(row.example) for row in OPERATORS.values()]


def _read_by_examples() -> list[str]:
    names = set[str]()
    for example in EXAMPLES:
        with suppress(RuleError):  # of the official dialect, or an extra that isn't installed
            names |= compile_rule(example, ALL_FACTS, audiences=AUDIENCES, lists=LISTS).facts_read
    return sorted(names - set(NAMES))


def _leaf(choices: Choices) -> object:
    return copy.deepcopy(choices.pick(LEAVES)(choices))  # rows are shared, and mutation changes them


def valid(choices: Choices, depth: int = 3) -> object:
    """Make a rule of the targeting dialect that mostly passes its check."""
    kind = choices.below(8)
    if depth == 0 or kind < 3:
        return _leaf(choices)
    parts = [valid(choices, depth - 1) for _ in choices.several(4)]
    if kind < 6:
        return {"and" if kind < 5 else "or": parts}
    if kind == 6:
        return {choices.pick(("!", "!!")): parts[0]}
    return {"if": [*parts, True, False]}


# -- what no rule should hold


def nested(wrap: Callable[[object], object], depth: int) -> object:
    """Nest something in itself so many times over."""
    made: object = {"var": "text"}
    for _ in range(depth):
        made = wrap(made)
    return made


def _ring(choices: Choices) -> object:
    made: list[object] = []
    made += [1, "a"][: choices.below(3)]
    made += [made] * (1 + choices.below(3))
    return made


def _loop(choices: Choices) -> object:
    made: dict[str, object] = {}
    made[choices.pick(tuple(OPERATORS))] = [{"var": "text"}, made][choices.below(2) :]
    return made


STRANGE_TEXTS: Final = (
    "\ud800",
    "a\udfff",
    "\x00",
    "\u202e",
    "__class__",
    "{}",
    "%s",
    "x" * 10_001,
    "\ufeff",
    "a" * 9_999 + "*",
)
STRANGE_NUMBERS: Final = (math.nan, math.inf, -math.inf, 10**400, -(10**400), 2**53 + 1, 1e308, 10**5_000)
EMPTY: Final = cast("Sequence[object]", ([], {}, [[]], [{}], {"": []}, {"and": []}, {"var": {}}))
NO_NAMES: Final[Sequence[object]] = (*STRANGE_TEXTS, *STRANGE_NUMBERS, "", ".", "a..b", "@a", None, ["text", 1, 2])
NASTY: Final[tuple[Make, ...]] = (
    one(*STRANGE_TEXTS),
    one(*STRANGE_NUMBERS),
    one(None, True, False, "", 0, -1, "text", *EMPTY),
    one(b"x", 1j, object(), decimal.Decimal(1), datetime.date(2026, 1, 1), WITHHELD, len, int, (), frozenset("a")),
    lambda choices: nested(lambda inner: {"!": inner}, choices.pick((3, 98, 99, 100, 101, 500, 20_000))),
    lambda choices: nested(lambda inner: [inner], choices.pick((1, 3, 99, 101, 201, 500, 20_000))),
    lambda choices: nested(lambda inner: {"if": [inner, True, False]}, choices.pick((3, 4, 5, 50))),
    lambda choices: nested(lambda inner: {"and": [inner, {"or": [True, inner]}]}, choices.pick((2, 6))),
    lambda choices: {
        choices.pick(("and", "or", "in", "==", "+", "x")): [{"var": "text"}] * choices.pick((0, 30, 3_000))
    },
    lambda choices: {"in": [{"var": "text"}, ["a"] * choices.pick((100, 9_000, 20_001))]},
    lambda choices: {f"{number}": number for number in range(choices.pick((2, 300)))},
    lambda choices: {choices.pick((*STRANGE_TEXTS, 1, None, True, ("a",))): [{"var": "text"}]},
    lambda choices: {"var": choices.pick(NO_NAMES)},
    lambda choices: {"matches_glob": [{"var": "text"}, choices.pick(("*" * 999, "**a" * 99, "?" * 500, "[a", "\\"))]},
    lambda choices: {"regex": [{"var": "text"}, choices.pick(("(a+)+$", "[", "a{1000}{1000}", "(?i)x|y", "\\1", ""))]},
    lambda choices: {"audience": choices.pick(("no-such", "", 1, None, ["first"], {"var": "text"}))},
    _ring,
    _loop,
)


def json_like(choices: Choices, depth: int = 3) -> object:
    """Make any JSON, operators as keys more often than not."""
    kind = choices.below(6)
    if depth == 0 or kind < 2:
        return choices.pick((*TEXTS, *NUMBERS, None, True, False))
    if kind < 4:
        return [json_like(choices, depth - 1) for _ in range(choices.below(4))]
    keys = (*OPERATORS, "x", "")
    return {choices.pick(keys): json_like(choices, depth - 1) for _ in choices.several(2 if kind == 4 else 1)}


# -- mutation


def places(rule: object) -> list[tuple[dict[str, object] | list[object], str | int]]:
    """Give every container with each of its keys, of what isn't too deep."""
    found: list[tuple[dict[str, object] | list[object], str | int]] = []
    pending = [(rule, 0)]
    while pending and len(found) < 256:
        part, depth = pending.pop()
        if depth > 40 or not isinstance(part, (dict, list)):
            continue
        container = cast("dict[str, object] | list[object]", part)
        keys: Sequence[str | int] = list(container) if isinstance(container, dict) else range(len(container))
        found += [(container, key) for key in keys]
        pending += [(cast("Mapping[str | int, object]", container)[key], depth + 1) for key in keys]
    return found


def _replace(container: dict[str, object] | list[object], key: str | int, value: object) -> None:
    cast("dict[str | int, object]", container)[key] = value


def mutated(rule: object, choices: Choices) -> object:
    """Change a rule in one place."""
    found = places(rule)
    if not found:
        return json_like(choices)
    container, key = choices.pick(found[:256])
    value = cast("Mapping[str | int, object]", container)[key]
    kind = choices.below(7)
    if kind == 0:
        _replace(container, key, choices.pick(NASTY)(choices))
    elif kind == 1:
        del cast("dict[str | int, object]", container)[key]
    elif kind == 2 and isinstance(container, dict):
        container[choices.pick((*OPERATORS, "equals", "x"))] = container.pop(cast(str, key))
    elif kind == 2:
        cast("list[object]", container).insert(cast(int, key), value)
    elif kind == 3:
        _replace(container, key, {choices.pick(tuple(OPERATORS)): value})
    elif kind == 4:
        _replace(container, key, [value])
    elif kind == 5:
        _replace(container, key, copy.deepcopy(choices.pick(EXAMPLES)))
    else:
        _replace(container, key, choices.pick((*TEXTS, *NUMBERS, None, True)))
    return rule


def a_rule(choices: Choices) -> object:
    """Make a rule: valid, mutated, or worse."""
    kind = choices.below(9)
    if kind == 8:
        return choices.pick(NASTY)(choices)
    if kind == 7:
        return json_like(choices)
    rule = copy.deepcopy(choices.pick(EXAMPLES)) if kind == 6 else valid(choices)
    for _ in range(0 if kind < 4 else 1 + choices.below(3)):
        rule = mutated(rule, choices)
    return rule


# -- contexts

_BY_TYPE: Final[Mapping[str | None, Sequence[object]]] = {
    "string": TEXTS,
    "number": (*NUMBERS, 10**400, math.inf),
    "integer": (0, 1, 2, 7, 23, -1, 24),
    "boolean": (True, False),
    "list": ([], [1_795_262_399, 1_795_000_000.5], [0, 1], ["a", "ab"], [1, "a", None], [2.5] * 3, ["B"]),
    "instant": (0.0, 1e9, 1_795_262_400, -1e9, 1e300, 10**400),
    "date": (*DATES, "none"),
    "version": (*VERSIONS, "?"),
    "ip": ("10.1.2.3", "2001:db8::1", "192.0.2.1", "?"),
    None: (*TEXTS, *NUMBERS, True, False),
}
_LOOP: dict[str, object] = {"a": 1}
_LOOP["again"] = _LOOP
WRONG: Final[Sequence[object]] = (
    None, True, 1, 2.5, math.nan, math.inf, 10**5_000, "a", "", [], [1, "a", None], {"a": 1}, (1,), b"x", {1},
    "\ud800", object(), [[1]], decimal.Decimal(1), 1j,
)  # fmt: skip
NAMES: Final = tuple(name.replace("*", "a") for name in FACTS)
OF_EXAMPLES: Final = _read_by_examples()


def a_context(choices: Choices) -> Context:
    """Make a context in which each fact is missing, known, withheld or of a wrong type."""
    context = Context()
    for name in (*NAMES, *OF_EXAMPLES) if choices.rarely(3) else NAMES:
        kind = choices.below(8)
        if kind in (1, 2, 3, 4):
            context[name] = known_value(name, choices)
        elif kind == 5:
            context[name] = WITHHELD
        elif kind == 6:
            context[name] = choices.pick(WRONG)
    return context


def known_value(name: str, choices: Choices) -> object:
    """Give a value of a fact's type."""
    declared = ALL_FACTS.find(name)
    assert declared is not None
    return choices.pick(declared.enum or _BY_TYPE[declared.type])
