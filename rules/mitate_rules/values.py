"""What JSON values mean: truth, numbers, text, equality and order.

Two readings. The official JSON-Logic dialect follows JavaScript, whose coercions are the one table `COERCIONS`
(ECMA-262, "Type Conversion"). Targeting coerces nothing: `same` and `less` say None or False where types differ.
"""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple, NoReturn, cast


class Withheld(enum.Enum):
    """The type of `WITHHELD`: a fact that may not be used, or an answer that depends on one."""

    WITHHELD = "withheld"

    def __bool__(self) -> NoReturn:
        raise TypeError("WITHHELD is neither true nor false: compare with `is True`, `is False` or `is WITHHELD`")

    def __repr__(self) -> str:
        return "WITHHELD"

    __str__ = __repr__
    # Enum hashes a member's name in Python code, and the index looks values up.
    __hash__ = object.__hash__


WITHHELD: Final[Literal[Withheld.WITHHELD]] = Withheld.WITHHELD
Answer = bool | Withheld

NAN: Final = math.nan
_DECIMAL = re.compile(r"[+-]?(?:Infinity|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)", re.ASCII)
_RADIX = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
# JavaScript's WhiteSpace and LineTerminator.
_SPACE = " \t\n\r\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"


class Coercion(NamedTuple):
    """How JavaScript reads values of one JSON type."""

    kind: str
    truth: Callable[[Any], bool]
    number: Callable[[Any], float]
    text: Callable[[Any], str]


def _parse(text: str) -> float:
    text = text.strip(_SPACE)
    if not text:
        return 0
    if _RADIX.fullmatch(text):
        return _double(int(text, 0))
    return _double_of(text) if _DECIMAL.fullmatch(text) else NAN


def _double_of(digits: str) -> float:
    number = float(digits.replace("Infinity", "inf"))
    return int(number) if number.is_integer() and abs(number) < 2**53 and digits[0] != "-" else number


def _double(number: int) -> float:
    if -(2**53) <= number <= 2**53:
        return number
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _write(number: float) -> str:
    """Write a number as ECMA-262 Number::toString does: plain digits from 1e-7 to 1e21."""
    number = float(_double(number) if isinstance(number, int) else number)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0:
        return "0"
    sign, figures, exponent = Decimal(repr(number)).normalize().as_tuple()
    digits = "".join(map(str, figures))
    point = len(digits) + int(exponent)
    if -6 <= point - 1 < 21:
        if point <= 0:
            text = "0." + "0" * -point + digits
        elif point >= len(digits):
            text = digits + "0" * (point - len(digits))
        else:
            text = f"{digits[:point]}.{digits[point:]}"
    else:
        text = digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "") + f"e{point - 1:+d}"
    return "-" * sign + text


def _join(items: list[object]) -> str:
    return ",".join("" if item is None else to_text(item) for item in items)


def _itself(value: Any) -> Any:
    return value


def _never(value: Any) -> bool:
    return False


def _always(value: Any) -> bool:
    return True


def _nonzero(value: float) -> bool:
    return value != 0 and value == value


def _zero(value: Any) -> float:
    return 0


def _not_a_number(value: Any) -> float:
    return NAN


def _null(value: Any) -> str:
    return "null"


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _number_of_list(value: list[object]) -> float:
    return _parse(_join(value))


def _object(value: Any) -> str:
    return "[object Object]"


COERCIONS: Final[dict[type, Coercion]] = {
    #                       kind       truth     number          text
    type(None): Coercion("null", _never, _zero, _null),
    bool: Coercion("boolean", _itself, int, _boolean),
    int: Coercion("number", bool, _double, _write),
    float: Coercion("number", _nonzero, _itself, _write),
    str: Coercion("string", bool, _parse, _itself),
    list: Coercion("list", bool, _number_of_list, _join),
    dict: Coercion("object", _always, _not_a_number, _object),
}


def coercion(value: object) -> Coercion:
    """Give the row of `COERCIONS` for a value; a value that isn't JSON reads as an object."""
    row = COERCIONS.get(value.__class__)
    if row is not None:
        return row
    for kind in (bool, int, float, str, list, dict):
        if isinstance(value, kind):
            return COERCIONS[kind]
    return COERCIONS[list] if isinstance(value, tuple) else COERCIONS[dict]


def kind_of(value: object) -> str:
    """Name a value's JSON type: null, boolean, number, string, list or object."""
    return coercion(value).kind


def truth(value: object) -> bool:
    """Read a value as JSON-Logic's truth: an empty list is false, an object true."""
    return coercion(value).truth(value)


def to_number(value: object) -> float:
    """Read a value as JavaScript's Number() does; NaN when it is none."""
    return coercion(value).number(value)


def to_text(value: object) -> str:
    """Read a value as JavaScript's String() does."""
    return coercion(value).text(value)


def parse_float(value: object) -> float:
    """Read the number a value's text starts with, as JavaScript's parseFloat does."""
    if value.__class__ is int or value.__class__ is float:
        return to_number(value)
    found = _DECIMAL.match(to_text(value).lstrip(_SPACE))
    return _double_of(found.group()) if found else NAN


def strictly_equal(a: object, b: object) -> bool:
    """Compare as JavaScript's ===; lists and objects are never equal to one another."""
    kind = kind_of(a)
    if kind != kind_of(b) or kind in ("list", "object"):
        return False
    return a == b


def loosely_equal(a: object, b: object) -> bool:
    """Compare as JavaScript's ==."""
    first, second = kind_of(a), kind_of(b)
    if first == second:
        return strictly_equal(a, b)
    if "null" in (first, second):
        return False
    if first in ("list", "object") or second in ("list", "object"):
        if first in ("list", "object") and second in ("list", "object"):
            return False
        a = to_text(a) if first in ("list", "object") else a
        b = to_text(b) if second in ("list", "object") else b
        return loosely_equal(a, b)
    return to_number(a) == to_number(b)


def loosely_less(a: object, b: object) -> bool | None:
    """Compare as JavaScript's <; None where it is undefined (NaN)."""
    a = to_text(a) if kind_of(a) in ("list", "object") else a
    b = to_text(b) if kind_of(b) in ("list", "object") else b
    if isinstance(a, str) and isinstance(b, str):
        return text_key(a) < text_key(b)
    first, second = to_number(a), to_number(b)
    return None if first != first or second != second else first < second


def text_key(text: str) -> bytes:
    """Give the key by which JavaScript orders text: UTF-16 code units."""
    return text.encode("utf-16-be", "surrogatepass")


def shown(value: object) -> str:
    """Give a value's repr, whatever it is: Python refuses to write whole numbers of thousands of digits."""
    try:
        return repr(value)
    except Exception:
        return f"a {type(value).__name__}"


def same(a: object, b: object) -> bool:
    """Compare for targeting: equal only when of one type; missing equals missing."""
    if a is None or b is None:
        return a is b
    kind = kind_of(a)
    return kind == kind_of(b) and kind not in ("list", "object") and a == b


def is_number(value: object) -> bool:
    """Tell a usable number from anything else; true, false and NaN are none."""
    kind = value.__class__
    if kind is int:
        return True
    if kind is float:
        return value == value
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value


def less(a: object, b: object) -> bool | None:
    """Tell for targeting whether a < b; None when either is missing or they are not of one ordered type."""
    if is_number(a) and is_number(b):
        return cast(float, a) < cast(float, b)
    if isinstance(a, str) and isinstance(b, str):
        return text_key(a) < text_key(b)
    return None
