"""What a rule is compiled to: plain functions that answer one part of it.

A closure takes `read` (dotted name -> value) and `memo` (answers of shared audiences in this evaluation). Under either
sign a comparison that lacks an operand is False. Withheld facts follow Kleene's three-valued logic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from mitate_rules.facts import Item, Read, looks
from mitate_rules.operators import OPERATORS, glob, time_between
from mitate_rules.tree import Literal, Node, Var
from mitate_rules.values import WITHHELD, Answer, is_number, truth

Memo = dict[str, Answer]
Run = Callable[[Read, Memo], Answer]
Value = Callable[[Read, Memo], object]


def plain(value: object) -> object:
    return list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value


# -- closures: connectives


def constant(answer: bool) -> Run:
    return lambda read, memo: answer


def every(runs: Sequence[Run]) -> Run:
    if len(runs) == 1:
        return runs[0]
    if len(runs) == 2:
        first, second = runs

        def both(read: Read, memo: Memo) -> Answer:
            answer = first(read, memo)
            if answer is True:
                return second(read, memo)
            if answer is False:
                return False
            return False if second(read, memo) is False else WITHHELD

        return both
    if len(runs) == 3:
        one, two, three = runs

        def all_three(read: Read, memo: Memo) -> Answer:
            a = one(read, memo)
            if a is False:
                return False
            b = two(read, memo)
            if b is False:
                return False
            c = three(read, memo)
            if c is False:
                return False
            return True if a is True and b is True and c is True else WITHHELD

        return all_three
    head, rest = runs[0], tuple(runs[1:])

    def every(read: Read, memo: Memo) -> Answer:
        answer = head(read, memo)
        if answer is False:
            return False
        for run in rest:
            held = run(read, memo)
            if held is False:
                return False
            if held is not True:
                answer = WITHHELD
        return answer

    return every


def any_of(runs: Sequence[Run]) -> Run:
    if len(runs) == 1:
        return runs[0]
    if len(runs) == 2:
        first, second = runs

        def either(read: Read, memo: Memo) -> Answer:
            answer = first(read, memo)
            if answer is False:
                return second(read, memo)
            if answer is True:
                return True
            return True if second(read, memo) is True else WITHHELD

        return either
    several = tuple(runs)

    def any_of(read: Read, memo: Memo) -> Answer:
        answer: Answer = False
        for run in several:
            held = run(read, memo)
            if held is True:
                return True
            if held is not False:
                answer = WITHHELD
        return answer

    return any_of


def remembered(key: str, run: Run) -> Run:
    def shared(read: Read, memo: Memo) -> Answer:
        answer = memo.get(key)
        if answer is None:
            answer = memo[key] = run(read, memo)
        return answer

    return shared


def quantified(items: Value, holds: Run, *, exists: bool, empty: bool) -> Run:
    """Ask whether some item holds (exists) or every one; `empty` is the answer for no items."""

    def run(read: Read, memo: Memo) -> Answer:
        found = items(read, memo)
        if found is WITHHELD:
            return WITHHELD
        if not isinstance(found, (list, tuple)) or not found:
            return empty
        answer: Answer = not exists
        for item in cast("Sequence[object]", found):
            held = holds(Item(item, read), memo)
            if held is exists:
                return exists
            if held is WITHHELD:
                answer = WITHHELD
        return answer

    return run


# -- closures: conditions on operands


def compared(evaluate: Callable[..., bool | None], getters: Sequence[Value], sign: bool, needs_all: bool) -> Run:
    several = tuple(getters)

    def compared(read: Read, memo: Memo) -> Answer:
        operands = [get(read, memo) for get in several]
        for operand in operands:
            if operand is WITHHELD:
                return False if needs_all and any(other is None for other in operands) else WITHHELD
        held = evaluate(*operands)
        return False if held is None else held is sign

    return compared


def compared_one(
    evaluate: Callable[..., bool | None],
    get: Value,
    operands: Sequence[object],
    place: int,
    sign: bool,
    needs_all: bool,
) -> Run:
    """Compare one operand that is read with others that stand in the rule."""
    before, after = tuple(operands[:place]), tuple(operands[place + 1 :])
    undecided: Answer = False if needs_all and any(other is None for other in (*before, *after)) else WITHHELD

    def compared(read: Read, memo: Memo) -> Answer:
        found = get(read, memo)
        if found is WITHHELD:
            return undecided
        held = evaluate(*before, found, *after)
        return False if held is None else held is sign

    return compared


def truth_of(value: Value, sign: bool) -> Run:
    def run(read: Read, memo: Memo) -> Answer:
        found = value(read, memo)
        return WITHHELD if found is WITHHELD else truth(found) is sign

    return run


def truth_fact(name: str, sign: bool, only_boolean: bool) -> Run:
    def run(read: Read, memo: Memo) -> Answer:
        found = read(name)
        if found is True:
            return sign
        if found is False or found is None:
            return not sign
        if found is WITHHELD:
            return WITHHELD
        return not sign if only_boolean else truth(found) is sign

    return run


def _equals(name: str, wanted: object, sign: bool) -> Run | None:
    if isinstance(wanted, bool):

        def is_bool(read: Read, memo: Memo) -> Answer:
            found: Any = read(name)
            return WITHHELD if found is WITHHELD else (found is wanted) is sign

        return is_bool
    if isinstance(wanted, str):
        unlike = not sign

        def is_text(read: Read, memo: Memo) -> Answer:
            found: Any = read(name)
            if found == wanted:
                return sign
            return WITHHELD if found is WITHHELD else unlike

        return is_text
    if isinstance(wanted, (int, float)):
        unlike = not sign

        def is_number_like(read: Read, memo: Memo) -> Answer:
            found: Any = read(name)
            if found == wanted and is_number(found):
                return sign
            return WITHHELD if found is WITHHELD else unlike

        return is_number_like
    return None


def _ge(name: str, bound: float) -> Run:
    def at_least(read: Read, memo: Memo) -> Answer:
        found: Any = read(name)
        kind = found.__class__
        if kind is float or kind is int:
            held: bool = found >= bound
            return held
        return WITHHELD if found is WITHHELD else is_number(found) and bool(found >= bound)

    return at_least


def _gt(name: str, bound: float) -> Run:
    def above(read: Read, memo: Memo) -> Answer:
        found: Any = read(name)
        kind = found.__class__
        if kind is float or kind is int:
            held: bool = found > bound
            return held
        return WITHHELD if found is WITHHELD else is_number(found) and bool(found > bound)

    return above


def _le(name: str, bound: float) -> Run:
    def at_most(read: Read, memo: Memo) -> Answer:
        found: Any = read(name)
        kind = found.__class__
        if kind is float or kind is int:
            held: bool = found <= bound
            return held
        return WITHHELD if found is WITHHELD else is_number(found) and bool(found <= bound)

    return at_most


def _lt(name: str, bound: float) -> Run:
    def below(read: Read, memo: Memo) -> Answer:
        found: Any = read(name)
        kind = found.__class__
        if kind is float or kind is int:
            held: bool = found < bound
            return held
        return WITHHELD if found is WITHHELD else is_number(found) and bool(found < bound)

    return below


def _in_texts(name: str, wanted: frozenset[str], sign: bool) -> Run:
    unlike = not sign

    def among(read: Read, memo: Memo) -> Answer:
        found = read(name)
        if isinstance(found, str):
            return (found in wanted) is sign
        return WITHHELD if found is WITHHELD else unlike

    return among


def _starts_with(name: str, wanted: str, sign: bool) -> Run:
    def starts(read: Read, memo: Memo) -> Answer:
        found = read(name)
        if isinstance(found, str):
            held: bool = found.startswith(wanted)
            return held is sign
        return WITHHELD if found is WITHHELD else not sign

    return starts


def _fits_glob(name: str, fits: Callable[[str], bool], sign: bool) -> Run:
    def fitting(read: Read, memo: Memo) -> Answer:
        found = read(name)
        if isinstance(found, str):
            return fits(found) is sign
        return WITHHELD if found is WITHHELD else not sign

    return fitting


_BOUNDS = {"<": _lt, "<=": _le, ">": _gt, ">=": _ge}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def fuse(op: str, args: Sequence[Node], sign: bool) -> Run | None:
    """Give one closure for the commonest conditions, a fact against a literal; None for the others."""
    left, right = args
    takes = OPERATORS[op].takes
    if isinstance(left, Literal) and isinstance(right, Var) and takes in ("same", "order"):
        left, right, op = right, left, _FLIPPED.get(op, op)
    if not isinstance(left, Var) or left.default is not None or not isinstance(right, Literal):
        return None
    wanted = right.value
    if takes == "same":
        return _equals(left.name, wanted, sign is op.startswith("="))
    if takes == "order" and is_number(wanted):
        return _BOUNDS[op if sign else cast(str, OPERATORS[op].negated)](left.name, cast(float, wanted))
    if isinstance(wanted, frozenset):
        return _in_texts(left.name, cast("frozenset[str]", wanted), sign)
    if op == "in" and isinstance(wanted, tuple):
        items = cast("tuple[object, ...]", wanted)
        if all(isinstance(item, str) for item in items):
            return _in_texts(left.name, frozenset(cast("tuple[str, ...]", items)), sign)
    if op == "starts_with" and isinstance(wanted, str):
        return _starts_with(left.name, wanted, sign)
    if op == "matches_glob" and isinstance(wanted, str):
        return _fits_glob(left.name, glob(wanted), sign)
    return None


def fuse_clock(takes: str, args: Sequence[Node], sign: bool, *, typed: bool) -> Run | None:
    """Give one closure for a time of day or a weekday against literals; None for the others."""
    if takes == "weekday":
        days, today = args
        if isinstance(days, Literal) and isinstance(today, Var):
            return _on_days(today.name, frozenset(cast("tuple[int, ...]", days.value)), sign)
    if takes == "time_between":
        start, end, hour, minute = args
        bounds = (start.value, end.value) if isinstance(start, Literal) and isinstance(end, Literal) else ()
        if bounds and isinstance(hour, Var) and isinstance(minute, Var):
            return _within(bounds, hour.name, minute.name, sign, typed)
    return None


def _on_days(name: str, days: frozenset[int], sign: bool) -> Run:
    def on(read: Read, memo: Memo) -> Answer:
        found = read(name)
        if found.__class__ is int:
            return (found in days) is sign
        if found is WITHHELD:
            return WITHHELD
        return (is_number(found) and found in days) is sign

    return on


def _within(bounds: tuple[object, object], hour_name: str, minute_name: str, sign: bool, typed: bool) -> Run:
    start, end = bounds

    def within(read: Read, memo: Memo) -> Answer:
        hour, minute = read(hour_name), read(minute_name)
        if hour is WITHHELD or minute is WITHHELD:
            known = minute if hour is WITHHELD else hour
            wrong = typed and known is not WITHHELD and not is_number(known)
            return False if known is None or wrong else WITHHELD
        held = time_between(start, end, hour, minute)
        return False if held is None else held is sign

    return within


# -- closures: operands


def literal(value: object) -> Value:
    return lambda read, memo: value


def read_fact(name: str, type_name: str | None, default: Value | None) -> Value:
    fits = looks(type_name) if type_name is not None else None

    def fact(read: Read, memo: Memo) -> object:
        found = read(name)
        if found is WITHHELD:
            return WITHHELD
        if found is None or (fits is not None and not fits(found)):
            return default(read, memo) if default is not None else None
        return found

    return fact


def computed(compute: Callable[..., object], getters: Sequence[Value]) -> Value:
    several = tuple(getters)

    def computed(read: Read, memo: Memo) -> object:
        operands = [get(read, memo) for get in several]
        if any(operand is WITHHELD for operand in operands):
            return WITHHELD
        return compute(*operands)

    return computed


def chosen(yes: Run, no: Run, then: Value, other: Value) -> Value:
    def chosen(read: Read, memo: Memo) -> object:
        held = yes(read, memo)
        if held is True:
            return then(read, memo)
        not_held = no(read, memo)
        if not_held is True:
            return other(read, memo)
        return WITHHELD if held is WITHHELD or not_held is WITHHELD else None

    return chosen


def filtered(items: Value, holds: Run) -> Value:
    def filtered(read: Read, memo: Memo) -> object:
        found = items(read, memo)
        if not isinstance(found, (list, tuple)):
            return WITHHELD if found is WITHHELD else None
        kept: list[object] = []
        for item in cast("Sequence[object]", found):
            held = holds(Item(item, read), memo)
            if held is WITHHELD:
                return WITHHELD
            if held is True:
                kept.append(item)
        return kept

    return filtered
