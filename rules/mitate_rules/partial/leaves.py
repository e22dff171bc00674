"""Comparisons over withheld facts in canonical form: one row for each `takes` of the operator table.

Each row gives a leaf for either sign, or True or False where the known operands decide. The fact under question comes
first, literals are sorted, synonyms have one spelling, and known clocks become the instants they are compared with.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from mitate_rules.operators import DAY, NEEDS_ALL, OPERATORS, day_number, elapsed_days, instant, is_in, minutes
from mitate_rules.partial.residual import (
    Folded,
    Join,
    Json,
    Operand,
    Rest,
    Span,
    about,
    join,
    leaf,
    members,
    plain_number,
    signed,
    text_of,
)
from mitate_rules.settle import weekdays_of, window_parts, zone_of
from mitate_rules.tree import Call, Literal
from mitate_rules.values import is_number, less, same

EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
FIRST: Final = round((datetime.datetime.min.replace(tzinfo=datetime.UTC) - EPOCH).total_seconds()) * 10**3
LAST: Final = round((datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC) - EPOCH).total_seconds()) * 10**3
OPPOSITE: Final = {
    "<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==", "before": "after", "after": "before",
}  # fmt: skip
FLIPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class UnfoldableError(Exception):
    """The dialect has no words for this condition without the known facts that it reads."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One comparison: its operator, its operands as they stand, and those that the operator reads by itself."""

    call: Call
    operands: Sequence[Operand]
    clock: Sequence[Operand]
    sign: bool
    inside: bool

    @property
    def op(self) -> str:
        return self.call.op

    @property
    def as_written(self) -> bool:
        """Tell whether each known operand stands so in the rule, which was checked."""
        pairs = zip(self.call.args, self.operands, strict=True)
        return all(isinstance(arg, Literal) or is_open(one.json) for arg, one in pairs)


def compare(asked: Asked) -> Folded:
    """Give what is left of a comparison."""
    takes = OPERATORS[asked.op].takes
    lacking = takes in NEEDS_ALL
    for operand in asked.operands:
        if operand.odd or (operand.known and operand.json is None and takes not in NULLABLE):
            return False if lacking else asked.sign is asked.op.startswith("!")
    return FORMS[takes](asked)


def is_open(json: object) -> bool:
    """Tell whether an operand is a withheld fact, or a part of an item, without a default."""
    return isinstance(json, dict) and isinstance(cast(Json, json).get("var"), str)


def _all_known(*operands: Operand) -> bool:
    return all(operand.known for operand in operands)


def _values(operand: Operand) -> list[object]:
    return cast("list[object]", operand.json) if operand.json.__class__ is list else []


# -- equality, order, membership


def _same(asked: Asked) -> Folded:
    left, right = asked.operands
    sign = asked.sign is asked.op.startswith("=")
    if left.known:
        left, right = right, left
    if left.known:
        return same(left.json, right.json) is sign
    if right.known:
        if right.json.__class__ is list:
            return not sign
        return about(Span(left, "in" if sign else "out", members([right.json])), right.carried)
    left, right = sorted((left, right), key=_text)
    pair = [left.json, right.json]
    return leaf({"==" if sign else "!=": pair}, {"!=" if sign else "==": pair}, (left, right), total=True)


def _text(operand: Operand) -> str:
    return text_of(operand.json)


def _order(asked: Asked) -> Folded:
    if len(asked.operands) == 2:
        left, right = asked.operands
        return ordered(asked.op, left, right, asked.sign)
    first, value, last = asked.operands
    if asked.sign or (first.known and last.known and less(first.json, last.json) is not None):
        return _both("and" if asked.sign else "or", asked.op, [(first, value), (value, last)], asked.sign)
    return signed({asked.op: [one.json for one in asked.operands]}, False, asked.operands)


def _both(op: Join, sign: str, pairs: Sequence[tuple[Operand, Operand]], positive: bool) -> Folded:
    return joined(op, [ordered(sign, left, right, positive) for left, right in pairs])


def joined(op: Join, parts: Sequence[Folded]) -> Folded:
    """Join parts some of which may be decided."""
    decisive = op == "or"
    if any(part is decisive for part in parts):
        return decisive
    left = [part for part in parts if isinstance(part, Rest)]
    return join(op, left) if left else not decisive


def ordered(op: str, left: Operand, right: Operand, sign: bool) -> Folded:
    """Give an order comparison of two operands, the withheld one first."""
    op = op if sign else OPPOSITE[op]
    if left.known and right.known:
        held = cast("Callable[..., bool | None]", OPERATORS[op].evaluate)(left.json, right.json)
        return held is True
    if left.known or (not right.known and _text(right) < _text(left)):
        left, right, op = right, left, FLIPPED[op]
    if right.known and is_number(right.json):
        bound = cast(float, right.json)
        if left.type == "instant":
            _writable(bound)
            return _timed(op, left, bound, right.carried)
        return about(
            Span(left, "low" if op[0] == ">" else "high", {}, plain_number(bound), len(op) == 1), right.carried
        )
    pair = [left.json, right.json]
    return leaf({op: pair}, {OPPOSITE[op]: pair}, (left, right))


def _in(asked: Asked) -> Folded:
    needle, hay = asked.operands if asked.op == "in" else asked.operands[::-1]
    if needle.known and hay.known:
        return is_in(needle.json, hay.json) is asked.sign
    if hay.known and not isinstance(hay.json, str):
        values = members(_values(hay))
        return about(Span(needle, "in" if asked.sign else "out", values), hay.carried) if values else not asked.sign
    return signed({"in": [needle.json, hay.json]}, asked.sign, (needle, hay), total=True)


def _contains(asked: Asked) -> Folded:
    return _in(asked) if asked.op == "contains" else _texts(asked)


def _texts(asked: Asked) -> Folded:
    left, right = asked.operands
    if _all_known(left, right):
        return _evaluated(asked)
    if asked.op[0] == "i":
        left, right = _lowered(left), _lowered(right)
    return signed({asked.op: [left.json, right.json]}, asked.sign, (left, right), total=True)


def _lowered(operand: Operand) -> Operand:
    if operand.known and isinstance(operand.json, str):
        return Operand(operand.json.lower(), True, operand.facts, operand.carried, operand.type)
    return operand


def _evaluated(asked: Asked) -> bool:
    evaluate = cast("Callable[..., bool | None]", OPERATORS[asked.op].evaluate)
    return evaluate(*(operand.json for operand in asked.operands)) is asked.sign


def _sem_ver(asked: Asked) -> Folded:
    value, sign, wanted = asked.operands
    if _all_known(value, wanted):
        return _evaluated(asked)
    words: list[object] = [value.json, sign.json, wanted.json]
    positive: Json = {"sem_ver": words}
    name = cast(str, sign.json)
    opposite = {"=": "!=", "!=": "="}.get(name) or OPPOSITE.get(name)
    if opposite is None:
        return signed(positive, asked.sign, (value, wanted))
    inverse: Json = {"sem_ver": [value.json, opposite, wanted.json]}
    return leaf(*((positive, inverse) if asked.sign else (inverse, positive)), (value, wanted))


def _in_list(asked: Asked) -> Folded:
    return _listed(asked, asked.operands[1].json)


def _in_cidr(asked: Asked) -> Folded:
    among = asked.operands[1]
    texts = sorted(set(cast("list[str]", _values(among))))
    if among.json == []:
        return not asked.sign
    return _listed(asked, among.json if not texts else texts if len(texts) > 1 else texts[0])


def _listed(asked: Asked, among: object) -> Folded:
    needle = asked.operands[0]
    if needle.known:
        raise UnfoldableError
    return signed({asked.op: [needle.json, among]}, asked.sign, (needle,), total=True, lists=True)


# -- time


def iso(moment: float, up: bool) -> str:
    """Write epoch seconds as an instant, to the millisecond below or above; the calendar ends with the year 9999."""
    count = min(max(_milliseconds(moment, up), FIRST), LAST)
    text = (EPOCH + datetime.timedelta(milliseconds=count)).isoformat(
        timespec="milliseconds" if count % 1000 else "seconds"
    )
    return text.removesuffix("+00:00") + "Z"


def _milliseconds(moment: float, up: bool) -> int:
    if not -1e12 < moment < 1e12:
        return LAST + 1 if moment > 0 else FIRST - 1
    nearest = round(moment * 1e3)
    if nearest / 10**3 == moment:
        return nearest
    below = math.floor(moment) * 10**3 + math.floor((moment - math.floor(moment)) * 1e3)
    return below + 1 if up else below


def _timed(op: str, value: Operand, bound: float, carried: frozenset[str]) -> Folded:
    """Compare an instant with epoch seconds: there is no literal for these but in `before` and `after`."""
    count = _milliseconds(bound, op in ("<", ">="))
    op = _beyond(op, count < FIRST, count > LAST)
    return _moment_leaf(op, value, Operand(iso(bound, op in ("<", ">=")), True, carried=carried))


def _beyond(op: str, before: bool, after: bool) -> str:
    """Give the comparison with the first or last day of the calendar that stands for one with a day beyond it."""
    if before:
        return {"<=": "<", ">": ">="}.get(op, op)
    return {"<": "<=", ">=": ">"}.get(op, op) if after else op


def _moment_leaf(op: str, value: Operand, bound: Operand) -> Rest:
    name = "before" if op in ("<", ">") else "after"
    pair = [value.json, bound.json] if op in ("<", ">=") else [bound.json, value.json]
    return leaf({name: pair}, {OPPOSITE[name]: pair}, (value, bound))


def _moments(asked: Asked) -> Folded:
    for one in asked.operands:
        if one.known and one.carried and isinstance(one.json, str) and day_number(one.json) is None:
            return False
    if asked.op == "between":
        value, start, end = asked.operands
        if _all_known(value, start, end):
            return _evaluated(asked)
        bounds = [_literal(value, True), _literal(start, True), _literal(end, False)]
        return signed({"between": [one.json for one in bounds]}, asked.sign, asked.operands)
    left, right = asked.operands
    op = asked.op if asked.sign else OPPOSITE[asked.op]
    if _all_known(left, right):
        held = less(_seconds(left), _seconds(right))
        return held is (op == "before") if held is not None else False
    # a < b rounds b up and a down; so does a >= b
    pair = [_literal(left, False).json, _literal(right, True).json]
    return leaf({op: pair}, {OPPOSITE[op]: pair}, (left, right))


def _seconds(operand: Operand) -> object:
    value = operand.json
    written = isinstance(value, str) and not operand.carried and day_number(value) is None
    return instant(cast(str, value)) if written else value


def _writable(moment: float) -> None:
    """Raise `UnfoldableError` when an instant is beyond the calendar."""
    if not FIRST <= _milliseconds(moment, moment > 0) <= LAST:
        raise UnfoldableError


def _literal(operand: Operand, up: bool) -> Operand:
    """Write a known instant as text."""
    if operand.known and is_number(operand.json):
        _writable(cast(float, operand.json))
        return Operand(iso(cast(float, operand.json), up), True, operand.facts, operand.carried, operand.type)
    return operand


def _days_since(asked: Asked) -> Folded:
    since, days = asked.operands[0], asked.operands[-1]
    sign = cast(str, asked.operands[1].json) if len(asked.operands) == 3 else ">="
    sign = sign if asked.sign else OPPOSITE[sign]
    (now,) = asked.clock
    if now.odd or (now.known and now.json is None):
        return False
    if not now.known:
        return _since_unknown_now(since, sign, days, now)
    if since.known:
        passed = elapsed_days(_seconds(since), now.json)
        if passed is None:
            return False
        return _counted(sign, Operand(passed, True, carried=since.carried | now.carried), days)
    if not days.known:
        raise UnfoldableError
    return _ago(since, sign, days.json, now, days.carried | now.carried)


def _since_unknown_now(since: Operand, sign: str, days: Operand, now: Operand) -> Folded:
    if since.known and since.carried:
        dated = "time.date" in now.facts
        if dated and day_number(str(since.json)) is None:
            return False
        if not dated and not is_number(since.json):
            return False
    since = _literal(since, False)
    words = [since.json, sign, days.json]
    return leaf({"days_since": words}, {"days_since": [words[0], OPPOSITE[sign], words[2]]}, (since, days, now))


def _counted(sign: str, passed: Operand, days: Operand) -> Folded:
    """Compare a known number of days with one that is not."""
    if sign == "==":
        return joined("and", [ordered(">=", passed, days, True), ordered("<=", passed, days, True)])
    if sign == "!=":
        return joined("or", [ordered(">", passed, days, True), ordered("<", passed, days, True)])
    return ordered(sign, passed, days, True)


def _ago(since: Operand, sign: str, days: object, now: Operand, carried: frozenset[str]) -> Folded:
    """Ask when something was, counted back from a known now: n full days have passed up to the moment n days ago."""
    if not is_number(days) or not math.isfinite(cast(float, days)):
        return False
    count = min(max(cast(float, days), -1e8), 1e8)

    def past(op: str, full: int) -> Folded:
        if isinstance(now.json, str):
            today = day_number(now.json)
            if today is None:
                return False
            last = datetime.date.max.toordinal()
            bound = datetime.date.fromordinal(min(max(today - full, 1), last)).isoformat()
            return _moment_leaf(
                _beyond(op, today - full < 1, today - full > last), since, Operand(bound, True, carried=carried)
            )
        if not is_number(now.json):
            return False
        return _timed(op, since, cast(float, now.json) - full * DAY, carried)

    if sign in (">=", "<"):
        return past("<=" if sign == ">=" else ">", math.ceil(count))
    if sign in (">", "<="):
        return past("<=" if sign == ">" else ">", math.floor(count) + 1)
    if count != int(count):
        known = about(Span(since, "out", members([None])), carried)
        return known if sign == "!=" else False
    if sign == "==":
        return joined("and", [past("<=", int(count)), past(">", int(count) + 1)])
    return joined("or", [past(">", int(count)), past("<=", int(count) + 1)])


def _time_between(asked: Asked) -> Folded:
    hour, minute = asked.clock
    for one in (hour, minute):
        if one.odd or (one.known and not is_number(one.json)):
            return False
    if not hour.known and not minute.known:
        words = [one.value for one in asked.call.args[:2] if isinstance(one, Literal)]
        site: list[object] = ["site"] if zone_of(asked.call.args) == "site_time." else []
        return signed({"time_between": [*words, *site]}, asked.sign, (hour, minute))
    if asked.inside:
        raise UnfoldableError
    start, end = (minutes(cast(Literal, arg).value) for arg in asked.call.args[:2])
    within = _clock_bounds(hour, 24, "<=") + _clock_bounds(minute, 60, "<")
    total = _minutes_of_day(hour, minute)
    bounds = [(">=", start), ("<", end)] if asked.sign else [("<", start), (">=", end)]
    spans = [ordered(op, total, Operand(bound, True), True) for op, bound in bounds]
    spans_midnight = cast(int, start) > cast(int, end)
    return joined("and", [*within, joined("or" if spans_midnight is asked.sign else "and", spans)])


def _clock_bounds(part: Operand, most: int, op: str) -> list[Folded]:
    """Ask that the hour or the minute is one that a clock shows."""
    return [ordered(">=", part, Operand(0, True), True), ordered(op, part, Operand(most, True), True)]


def _minutes_of_day(hour: Operand, minute: Operand) -> Operand:
    json: Json
    if hour.known:
        json = {"+": [minute.json, plain_number(cast(float, hour.json) * 60)]}
    else:
        json = {"+": [{"*": [hour.json, 60]}, plain_number(cast(float, minute.json))]}
    return Operand(json, False, hour.facts | minute.facts, hour.carried | minute.carried, "number")


def _count_events(asked: Asked) -> Folded:
    """Keep it where all that it reads is withheld: nothing else counts, and it has no place for a known clock."""
    if any(one.known for one in asked.clock):
        raise UnfoldableError
    return signed({"count_events": list(window_parts(asked.call.args))}, asked.sign, asked.clock)


def _weekday(asked: Asked) -> Folded:
    (today,) = asked.clock
    days = sorted(set(weekdays_of(asked.call.args)))
    if today.known:
        return is_in(today.json, days) is asked.sign
    if not days:
        return not asked.sign
    site: list[object] = ["site"] if zone_of(asked.call.args) == "site_time." else []
    return signed({"weekday": [*days, *site]}, asked.sign, (today,), total=True)


NULLABLE: Final = frozenset({"same", "in", "contains", "count_events", "time_between", "weekday"})
"""Comparisons that a missing operand doesn't decide."""

FORMS: Final[Mapping[str, Callable[[Asked], Folded]]] = {
    "same": _same,
    "order": _order,
    "in": _in,
    "contains": _contains,
    "text": _texts,
    "regex": _texts,
    "in_list": _in_list,
    "in_cidr": _in_cidr,
    "sem_ver": _sem_ver,
    "moments": _moments,
    "days_since": _days_since,
    "count_events": _count_events,
    "time_between": _time_between,
    "weekday": _weekday,
}

__all__ = ["Asked", "UnfoldableError", "compare", "is_open", "joined"]
