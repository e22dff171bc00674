"""Order and equality. A condition says None where it lacks an operand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mitate_rules.values import less, same

COMPARISONS: Final = ("==", "!=", "<", "<=", ">", ">=")


def in_order(compare: Callable[[object, object], bool | None]) -> Callable[..., bool | None]:
    """Let a comparison take three operands: 1 <= x <= 5."""

    def chain(first: object, second: object, *third: object) -> bool | None:
        held = compare(first, second)
        if not third:
            return held
        also = compare(second, third[0])
        return None if held is None or also is None else held and also

    return chain


def less_or_same(a: object, b: object) -> bool | None:
    over = less(b, a)
    return None if over is None else not over


def more(a: object, b: object) -> bool | None:
    return less(b, a)


def more_or_same(a: object, b: object) -> bool | None:
    return less_or_same(b, a)


def differs(a: object, b: object) -> bool:
    return not same(a, b)


def between(value: object, start: object, end: object) -> bool | None:
    after, before = less_or_same(start, value), less_or_same(value, end)
    return None if after is None or before is None else after and before


ORDER: Final[dict[str, Callable[[object, object], bool | None]]] = {
    "==": lambda a, b: None if less(a, b) is None else same(a, b),
    "!=": lambda a, b: None if less(a, b) is None else not same(a, b),
    "<": less,
    "<=": less_or_same,
    ">": more,
    ">=": more_or_same,
}
