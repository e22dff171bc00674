"""Arithmetic: a missing or unusable operand, or a result that is no finite number, makes the result missing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import cast

from mitate_rules import values


def arithmetic(compute: Callable[[Sequence[float]], float]) -> Callable[..., float | None]:
    def run(*operands: object) -> float | None:
        if not all(map(values.is_number, operands)):
            return None
        try:
            result = compute(cast("Sequence[float]", operands))
            if isinstance(result, int) and -(2**53) <= result <= 2**53:
                return result
            return float(result) if math.isfinite(result) else None
        except (ArithmeticError, ValueError):
            return None

    return run


def total(operands: Sequence[float]) -> float:
    # From left to right and rounded at each step, as JavaScript adds; Python's sum() compensates from 3.12 on.
    total: float = 0
    for operand in operands:
        total = values.to_number(total + operand)
    return total


def product(operands: Sequence[float]) -> float:
    product: float = 1
    for operand in operands:
        product = values.to_number(product * operand)
    return product


def minus(operands: Sequence[float]) -> float:
    return -operands[0] if len(operands) == 1 else operands[0] - operands[1]


def over(operands: Sequence[float]) -> float:
    result = operands[0] / operands[1]
    return int(result) if result.is_integer() and abs(result) < 2**53 else result


def modulo(operands: Sequence[float]) -> float:
    a, b = operands
    if isinstance(a, int) and isinstance(b, int):
        return abs(a) % abs(b) * (1 if a >= 0 else -1)
    return math.fmod(a, b)
