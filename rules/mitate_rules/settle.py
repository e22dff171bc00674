"""Settle a condition's operands once, at load: instants, networks, lists and the facts an operator reads by itself.

Inside a quantifier a fact of the visitor (the clock) is named with a leading `@`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from mitate_rules.facts import Facts
from mitate_rules.operators import DAYS, OPERATORS, day_number, instant, minutes, network, networks
from mitate_rules.patterns import finder
from mitate_rules.tree import Call, Literal, Node, Var
from mitate_rules.vocabulary import Vocabulary
from mitate_rules.windows import VISIT, seconds, times_of

Operands = tuple[Node, ...]


def settle(call: Call, vocabulary: Vocabulary, inside: bool = False) -> Operands:
    """Give the operands that a condition's `evaluate` takes."""
    settled = _SETTLERS.get(OPERATORS[call.op].takes)
    return settled(call, vocabulary, "@" if inside else "") if settled is not None else call.args


def is_date(node: Node, facts: Facts, inside: bool = False) -> bool:
    """Tell whether an operand is a calendar date rather than an instant."""
    if isinstance(node, Literal):
        return isinstance(node.value, str) and day_number(node.value) is not None
    fact = facts.find(node.name) if isinstance(node, Var) and not inside else None
    return fact is not None and fact.type == "date"


def moment(node: Node) -> Node:
    """Read a literal instant as epoch seconds; dates stay text, which orders as they do."""
    if isinstance(node, Literal) and isinstance(node.value, str) and day_number(node.value) is None:
        return Literal(instant(node.value), node.pointer)
    return node


def texts_of(node: Node) -> tuple[str, ...]:
    """Give the texts of a literal: one, or a list of them."""
    value = node.value if isinstance(node, Literal) else ()
    items = cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)
    return tuple(item for item in items if isinstance(item, str))


def cidrs_of(node: Node, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Give the networks an operand names: one, several, or those of a list."""
    names = texts_of(node)
    if len(names) == 1 and network(names[0]) is None and names[0] in vocabulary.lists:
        return tuple(vocabulary.list_of(names[0]))
    return names


def zone_of(args: Operands) -> str:
    """Say whose clock a condition means: the visitor's unless it says "site"."""
    last = args[-1]
    return "site_time." if isinstance(last, Literal) and last.value == "site" else "time."


def weekdays_of(args: Operands) -> tuple[int, ...]:
    """Give the days a condition names, 1 to 7 with Monday 1."""
    days: list[int] = []
    for arg in args:
        value = arg.value if isinstance(arg, Literal) else None
        for day in cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,):
            if isinstance(day, str) and day in DAYS:
                days.append(DAYS.index(day) + 1)
            elif isinstance(day, int) and not isinstance(day, bool):
                days.append(day)
    return tuple(days)


def since_parts(args: Operands) -> tuple[Node, str, Node]:
    """Give a days_since condition's moment, comparison (>= when none is written) and days."""
    if len(args) == 2:
        return args[0], ">=", args[1]
    sign = args[1].value if isinstance(args[1], Literal) else None
    return args[0], cast(str, sign), args[2]


def window_parts(args: Operands) -> tuple[str, str, object]:
    """Give a count_events condition's event, window and least number (1 when none is written)."""
    words = [arg.value if isinstance(arg, Literal) else None for arg in args]
    return cast(str, words[0]), cast(str, words[1]), words[2] if len(words) == 3 else 1


def _in_list(call: Call, vocabulary: Vocabulary, mark: str) -> Operands:
    name = cast(str, cast(Literal, call.args[1]).value)
    return call.args[0], Literal(vocabulary.list_of(name))


def _in_cidr(call: Call, vocabulary: Vocabulary, mark: str) -> Operands:
    return call.args[0], Literal(networks(cidrs_of(call.args[1], vocabulary)))


def _regex(call: Call, vocabulary: Vocabulary, mark: str) -> Operands:
    return call.args[0], Literal(finder(cast(str, cast(Literal, call.args[1]).value)))


def _moments(call: Call, vocabulary: Vocabulary, mark: str) -> Operands:
    return tuple(map(moment, call.args))


def _days_since(call: Call, vocabulary: Vocabulary, mark: str) -> Operands:
    since, sign, days = since_parts(call.args)
    today = "time.date" if is_date(since, vocabulary.facts, bool(mark)) else "time.now"
    return moment(since), Literal(sign), days, Var(mark + today)


def _count_events(call: Call, vocabulary: Vocabulary, mark: str) -> Operands:
    event, window, least = window_parts(call.args)
    now = Var(mark + "time.now")
    since = Var(mark + "visit.started") if window == VISIT else Call("-", (now, Literal(seconds(window))))
    return Var(mark + times_of(event)), since, Literal(least), now


def _time_between(call: Call, vocabulary: Vocabulary, mark: str) -> Operands:
    start, end = (minutes(cast(Literal, arg).value) for arg in call.args[:2])
    zone = mark + zone_of(call.args)
    return Literal(start), Literal(end), Var(zone + "hour"), Var(zone + "minute")


def _weekday(call: Call, vocabulary: Vocabulary, mark: str) -> Operands:
    return Literal(weekdays_of(call.args)), Var(mark + zone_of(call.args) + "weekday")


_SETTLERS: Final[dict[str, Callable[[Call, Vocabulary, str], Operands]]] = {
    "in_list": _in_list,
    "in_cidr": _in_cidr,
    "regex": _regex,
    "moments": _moments,
    "days_since": _days_since,
    "count_events": _count_events,
    "time_between": _time_between,
    "weekday": _weekday,
}
