"""The meaning of operators in the official JSON-Logic dialect, with JavaScript's coercions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import cast

from mitate_rules import values
from mitate_rules.operators.arithmetic import product, total


def _loose_order(a: object, b: object, or_same: bool) -> bool:
    if or_same:
        return values.loosely_less(b, a) is False
    return values.loosely_less(a, b) is True


def loose_chain(or_same: bool, swap: bool) -> Callable[..., bool]:
    def run(a: object = None, b: object = None, *more: object) -> bool:
        held = _loose_order(b, a, or_same) if swap else _loose_order(a, b, or_same)
        return held and (swap or not more or _loose_order(b, more[0], or_same))

    return run


def _number(result: float) -> float:
    """Give a whole number as an int, as JSON writes it."""
    if isinstance(result, int):
        return result if -(2**53) <= result <= 2**53 else float(values.to_number(result))
    return int(result) if result.is_integer() and abs(result) < 2**53 else result


def loose_sum(*operands: object) -> float:
    return _number(total([values.parse_float(operand) for operand in operands]))


def loose_product(*operands: object) -> float:
    return _number(product([values.parse_float(operand) for operand in operands]))


def loose_minus(a: object = None, *b: object) -> float:
    first = values.to_number(a)
    return _number(first - values.to_number(b[0])) if b else _number(-first)


def loose_over(a: object = None, b: object = None) -> float:
    first, second = values.to_number(a), values.to_number(b)
    if second == 0:
        return math.nan if first == 0 or first != first else math.copysign(math.inf, first) * math.copysign(1, second)
    return _number(first / second)


def loose_modulo(a: object = None, b: object = None) -> float:
    first, second = values.to_number(a), values.to_number(b)
    if second == 0 or math.isinf(first) or first != first or second != second:
        return math.nan
    return _number(math.fmod(first, second))


def loose_extreme(choose: Callable[[Sequence[float]], float], nothing: float) -> Callable[..., float]:
    def run(*operands: object) -> float:
        numbers = [values.to_number(operand) for operand in operands]
        return math.nan if any(number != number for number in numbers) else choose(numbers) if numbers else nothing

    return run


def loose_in(needle: object = None, haystack: object = None) -> bool:
    if isinstance(haystack, str):
        return bool(haystack) and values.to_text(needle) in haystack
    if isinstance(haystack, list):
        return any(values.strictly_equal(needle, item) for item in cast("list[object]", haystack))
    return False


def cat(*operands: object) -> str:
    return "".join("" if operand is None else values.to_text(operand) for operand in operands)


def substr(source: object = None, start: object = None, length: object = None) -> str:
    text = values.to_text(source)
    first = _whole(start)
    first = max(0, len(text) + first) if first < 0 else first
    if length is None:
        return text[first:]
    count = _whole(length)
    return text[first:][:count] if count >= 0 else text[first:][: max(0, len(text[first:]) + count)]


def _whole(value: object) -> int:
    number = values.to_number(value)
    return int(max(-1e15, min(1e15, number))) if number == number else 0


def loose_truth(operand: object = None) -> bool:
    return values.truth(operand)


def loose_not(operand: object = None) -> bool:
    return not values.truth(operand)


def loosely_different(a: object, b: object) -> bool:
    return not values.loosely_equal(a, b)


def strictly_different(a: object, b: object) -> bool:
    return not values.strictly_equal(a, b)


def itself(operand: object = None) -> object:
    return operand


def merge(*operands: object) -> list[object]:
    merged: list[object] = []
    for operand in operands:
        if isinstance(operand, list):
            merged.extend(cast("list[object]", operand))
        else:
            merged.append(operand)
    return merged
