"""The official JSON-Logic dialect: JavaScript's coercions, any data, computed names.

Not for deciding what visitors see (a missing number is below fifty here), but for content and for rules written
elsewhere. Work is limited: `LimitError` instead of an endless or enormous answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, cast

from mitate_rules.errors import Diagnostic, LimitError, RuleError, did_you_mean, escape
from mitate_rules.facts import split, step
from mitate_rules.operators import OPERATORS
from mitate_rules.parse import MAX_DEPTH, survey
from mitate_rules.values import to_number, to_text, truth

MAX_WORK: Final = 1_000_000  # items visited and made in one evaluation
# Operators that take a list as it is; all others read through it, as JavaScript turns it into text.
_TAKE_LISTS: Final = frozenset({"merge", "!", "!!", "log"})
Work = list[int]  # one number: what is left
Apply = Callable[[object, Work], object]

NAMES: Final = tuple(row.name for row in OPERATORS.values() if row.official)


def compile_official(rule: object) -> tuple[Callable[[object], object], frozenset[str]]:
    """Compile a rule; gives what evaluates it and the names it surely reads. Raises `RuleError`."""
    found = survey(rule, official=True)
    if found:
        raise LimitError(found) if any(one.code.startswith("too-") for one in found) else RuleError(found)
    reads: set[str] = set()
    problems: list[Diagnostic] = []
    apply = _compile(rule, "", reads, problems, root=True)
    if problems:
        raise RuleError(problems)
    return lambda data: _answer(apply, data), frozenset(reads)


def _answer(apply: Apply, data: object) -> object:
    work = [MAX_WORK]
    answer = apply(data, work)
    weigh(answer, work)
    return answer


def _compile(rule: object, pointer: str, reads: set[str], problems: list[Diagnostic], *, root: bool) -> Apply:
    if isinstance(rule, (list, tuple)):
        items = cast("Sequence[object]", rule)
        parts = [_compile(item, pointer + escape(i), reads, problems, root=root) for i, item in enumerate(items)]
        return _list(parts)
    if not isinstance(rule, Mapping) or len(cast("Mapping[str, object]", rule)) != 1:
        constant = cast("dict[str, object]", rule)  # or any other JSON
        return lambda data, work: constant
    name, operand = next(iter(cast("Mapping[str, object]", rule).items()))
    place = pointer + escape(name)
    row = OPERATORS.get(name)
    if row is None or not row.official:
        hint = "it belongs to the targeting dialect" if row is not None else did_you_mean(name, NAMES)
        problems.append(
            Diagnostic(
                code="unknown-operator",
                severity="error",
                message=f'unknown operator "{name[:60]}"',
                pointer=place,
                hint=hint,
            )
        )
        return lambda data, work: None
    many = cast("Sequence[object]", operand) if isinstance(operand, (list, tuple)) else [operand]
    scoped = row.takes == "quantifier"
    args = [_compile(arg, place, reads, problems, root=root and not (scoped and i)) for i, arg in enumerate(many)]
    if name == "var" and root and (not many or isinstance(many[0], str)):
        reads.add(cast(str, many[0]) if many else "")
    special = SPECIAL.get(name)
    if special is not None:
        return special(args)
    evaluate = cast("Callable[..., object]", row.loose)
    least, most = row.least, row.most
    read_through = 0 if name in _TAKE_LISTS else 1 if name == "in" else most

    def run(data: object, work: Work) -> object:
        operands = [arg(data, work) for arg in args]
        operands += [None] * (least - len(operands))
        spend(work, 1)
        spend(work, sum(map(_length, operands)) // 64)
        for operand in operands[:read_through]:
            weigh(operand, work, lists_only=True)
        result = evaluate(*operands[:most])
        spend(work, len(cast("Sequence[object]", result)) // 8 if isinstance(result, (str, list)) else 0)
        return cast("dict[str, object]", result)  # or any other JSON

    return run


def spend(work: Work, amount: int) -> None:
    """Count work done; raises `LimitError` beyond the limit."""
    work[0] -= amount
    if work[0] < 0:
        message = "the rule takes more work than the limit allows"
        raise LimitError([Diagnostic(code="too-much-work", severity="error", message=message)])


def _length(value: object) -> int:
    return len(cast("Sequence[object]", value)) if isinstance(value, (str, list, tuple)) else 0


def weigh(value: object, work: Work, *, lists_only: bool = False) -> None:
    """Count what is in a list or an object, as often as it is in there; raises `LimitError` when it nests too deep.

    A few steps can make a list that holds itself twice, forty times over, or one as deep as the steps were many.
    """
    kinds = (list, tuple) if lists_only else (list, tuple, Mapping)
    pending = [(value, 0)]
    while pending:
        inner, depth = pending.pop()
        if not isinstance(inner, kinds):
            continue
        if depth > MAX_DEPTH:
            message = f"a value nests more than {MAX_DEPTH} levels"
            raise LimitError([Diagnostic(code="too-deep", severity="error", message=message)])
        if isinstance(inner, Mapping):
            inner = list(cast("Mapping[str, object]", inner).values())
        items = cast("Sequence[object]", inner)
        spend(work, len(items))
        pending.extend((item, depth + 1) for item in items)


def _list(parts: Sequence[Apply]) -> Apply:
    def made(data: object, work: Work) -> object:
        spend(work, len(parts))
        return [part(data, work) for part in parts]

    return made


def look_up(data: object, name: object, otherwise: object = None) -> object:
    """Read a dotted name, or a place in a list, as `var` does."""
    if name is None or name == "":
        return data
    for key in split(to_text(name)):
        if isinstance(data, Mapping):
            if key not in cast("Mapping[str, object]", data):
                return otherwise
            data = cast("Mapping[str, object]", data)[key]
        else:
            data = step(data, key)
            if data is None:
                return otherwise
    return data


def _arg(args: Sequence[Apply], place: int) -> Apply:
    return args[place] if place < len(args) else lambda data, work: None


def _var(args: Sequence[Apply]) -> Apply:
    name, default = _arg(args, 0), _arg(args, 1)

    def run(data: object, work: Work) -> object:
        named = name(data, work)
        if named.__class__ is not str:
            weigh(named, work)
        return look_up(data, named, default(data, work))

    return run


def _and(args: Sequence[Apply]) -> Apply:
    def run(data: object, work: Work) -> object:
        result: object = None
        for arg in args:
            result = arg(data, work)
            if not truth(result):
                break
        return result

    return run


def _or(args: Sequence[Apply]) -> Apply:
    def run(data: object, work: Work) -> object:
        result: object = None
        for arg in args:
            result = arg(data, work)
            if truth(result):
                break
        return result

    return run


def _if(args: Sequence[Apply]) -> Apply:
    def run(data: object, work: Work) -> object:
        for place in range(0, len(args) - 1, 2):
            if truth(args[place](data, work)):
                return args[place + 1](data, work)
        return args[-1](data, work) if len(args) % 2 else None

    return run


def _items(value: object, work: Work) -> list[object]:
    items = list(cast("Sequence[object]", value)) if isinstance(value, (list, tuple)) else []
    spend(work, len(items))
    return items


def _map(args: Sequence[Apply]) -> Apply:
    items, each = _arg(args, 0), _arg(args, 1)
    return lambda data, work: [each(item, work) for item in _items(items(data, work), work)]


def _filter(args: Sequence[Apply]) -> Apply:
    items, each = _arg(args, 0), _arg(args, 1)
    return lambda data, work: [item for item in _items(items(data, work), work) if truth(each(item, work))]


def _reduce(args: Sequence[Apply]) -> Apply:
    items, each, start = _arg(args, 0), _arg(args, 1), _arg(args, 2)

    def run(data: object, work: Work) -> object:
        accumulator = start(data, work)
        for current in _items(items(data, work), work):
            accumulator = each({"current": current, "accumulator": accumulator}, work)
        return accumulator

    return run


def _some(args: Sequence[Apply]) -> Apply:
    items, each = _arg(args, 0), _arg(args, 1)
    return lambda data, work: any(truth(each(item, work)) for item in _items(items(data, work), work))


def _none(args: Sequence[Apply]) -> Apply:
    some = _some(args)
    return lambda data, work: not some(data, work)


def _all(args: Sequence[Apply]) -> Apply:
    items, each = _arg(args, 0), _arg(args, 1)

    def run(data: object, work: Work) -> object:
        found = _items(items(data, work), work)
        return bool(found) and all(truth(each(item, work)) for item in found)

    return run


def _absent(data: object, names: Sequence[object], work: Work) -> list[object]:
    weigh(names, work)
    return [name for name in names if look_up(data, name) in (None, "")]


def _missing(args: Sequence[Apply]) -> Apply:
    def run(data: object, work: Work) -> object:
        names: list[object] = [arg(data, work) for arg in args]
        first = _items(names[0], work) if names else []
        return _absent(data, first if names and isinstance(names[0], (list, tuple)) else names, work)

    return run


def _missing_some(args: Sequence[Apply]) -> Apply:
    need, options = _arg(args, 0), _arg(args, 1)

    def run(data: object, work: Work) -> object:
        names = _items(options(data, work), work)
        absent, wanted = _absent(data, names, work), need(data, work)
        weigh(wanted, work)
        return [] if len(names) - len(absent) >= to_number(wanted) else absent

    return run


SPECIAL: Final[dict[str, Callable[[Sequence[Apply]], Apply]]] = {
    "var": _var,
    "and": _and,
    "or": _or,
    "if": _if,
    "?:": _if,
    "map": _map,
    "filter": _filter,
    "reduce": _reduce,
    "some": _some,
    "none": _none,
    "all": _all,
    "missing": _missing,
    "missing_some": _missing_some,
}
