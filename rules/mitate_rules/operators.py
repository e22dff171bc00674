"""The table of operators: each one row with its name, arity, types and meaning.

`evaluate` is the meaning in the targeting dialect. It is total: operands may be of any type, and a condition says
None where it *lacks an operand*, that is, where neither it nor its negation holds. `loose` is the meaning in the
official JSON-Logic dialect, with JavaScript's coercions.
"""

from __future__ import annotations

import datetime
import functools
import ipaddress
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, cast

from mitate_rules import patterns, values, windows
from mitate_rules.values import less, same

Gives = Literal["condition", "number", "list", "any"]
Lists = Mapping[str, Iterable[str]]
Networks = dict[tuple[int, int], frozenset[int]]

DAY: Final = 86_400
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
COMPARISONS: Final = ("==", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Operator:
    """One row. `takes` names the row of the check that types its operands.

    `does` says to developers what it is for, and `example` shows it as JSON, in the targeting dialect where it is
    allowed there; `note` says why it isn't. `snippet` says that a page's evaluator has it too (js-snippet/src/rules/);
    the edge's has all of targeting.
    """

    name: str
    least: int
    most: int | None
    takes: str
    gives: Gives
    evaluate: Callable[..., object] | None = None
    loose: Callable[..., object] | None = None
    indexable: bool = False
    negated: str | None = None
    targeting: bool = True
    official: bool = True
    note: str = ""
    snippet: bool = False
    does: str = field(kw_only=True)
    example: str = field(kw_only=True)

    @property
    def arity(self) -> str:
        """Say how many operands it takes."""
        if self.most is None:
            return f"at least {self.least}"
        return str(self.least) if self.least == self.most else f"{self.least} to {self.most}"

    @property
    def operands(self) -> str:
        """Say how many operands it takes, and which."""
        which = TAKES[self.takes]
        return f"{self.arity}: {which.removesuffix('s') if self.most == 1 else which}"


# -- order and equality


def _in_order(compare: Callable[[object, object], bool | None]) -> Callable[..., bool | None]:
    """Let a comparison take three operands: 1 <= x <= 5."""

    def chain(first: object, second: object, *third: object) -> bool | None:
        held = compare(first, second)
        if not third:
            return held
        also = compare(second, third[0])
        return None if held is None or also is None else held and also

    return chain


def _less_or_same(a: object, b: object) -> bool | None:
    over = less(b, a)
    return None if over is None else not over


def _more(a: object, b: object) -> bool | None:
    return less(b, a)


def _more_or_same(a: object, b: object) -> bool | None:
    return _less_or_same(b, a)


def _differs(a: object, b: object) -> bool:
    return not same(a, b)


def _between(value: object, start: object, end: object) -> bool | None:
    after, before = _less_or_same(start, value), _less_or_same(value, end)
    return None if after is None or before is None else after and before


ORDER: Final[dict[str, Callable[[object, object], bool | None]]] = {
    "==": lambda a, b: None if less(a, b) is None else same(a, b),
    "!=": lambda a, b: None if less(a, b) is None else not same(a, b),
    "<": less,
    "<=": _less_or_same,
    ">": _more,
    ">=": _more_or_same,
}

# -- membership and text


def is_in(needle: object, haystack: object) -> bool:
    """Tell whether a value is in a list, or a text in a text."""
    if isinstance(haystack, (tuple, list)):
        return any(same(needle, item) for item in cast("Sequence[object]", haystack))
    if isinstance(haystack, frozenset):
        return isinstance(needle, str) and needle in cast("frozenset[str]", haystack)
    return isinstance(needle, str) and isinstance(haystack, str) and haystack.find(needle) >= 0


def _text(test: Callable[[str, str], bool], fold: bool = False) -> Callable[[object, object], bool]:
    def run(value: object, wanted: object) -> bool:
        if not isinstance(value, str) or not isinstance(wanted, str):
            return False
        return test(value.lower(), wanted.lower()) if fold else test(value, wanted)

    return run


def _contains(value: object, wanted: object) -> bool:
    return is_in(wanted, value)


def _icontains(value: object, wanted: object) -> bool:
    if isinstance(value, (tuple, list)) and isinstance(wanted, str):
        items = cast("Sequence[object]", value)
        return any(isinstance(item, str) and item.lower() == wanted.lower() for item in items)
    return isinstance(value, str) and isinstance(wanted, str) and wanted.lower() in value.lower()


def glob(pattern: str) -> Callable[[str], bool]:
    """Compile a path glob: `*` within a segment, `**` across, `?` one character.

    Backtracking costs length to the power of the stars; so beyond two of them an automaton, whose states are the
    bits of one integer, reads each character once.
    """
    tokens = re.findall(r"\*+|\?|[^*?]", pattern)
    stars = ["**" if len(token) > 1 else "*" for token in tokens if token[0] == "*"]
    if len(stars) <= 2:
        forms = {"*": "[^/]*", "?": "[^/]"}
        parts = [forms.get(token) or (".*" if token[0] == "*" else re.escape(token)) for token in tokens]
        whole = re.compile("".join(parts), re.DOTALL)
        return lambda text: whole.fullmatch(text) is not None
    skip = across = within = one = 0
    literal: dict[str, int] = {}
    for place, token in enumerate(tokens):
        bit = 1 << place
        if token == "?":
            one |= bit
        elif token[0] == "*":
            skip |= bit
            within |= bit if token == "*" else 0
            across |= bit if token != "*" else 0
        else:
            literal[token] = literal.get(token, 0) | bit
    accepting = 1 << len(tokens)

    def matches(text: str) -> bool:
        states = 1 | (1 & skip) << 1
        for character in text:
            inside = character != "/"
            step = (states & (literal.get(character, 0) | (one if inside else 0))) << 1
            states = step | states & (across | (within if inside else 0))
            states |= (states & skip) << 1
            if not states:
                return False
        return bool(states & accepting)

    return matches


def matches_glob(value: object, pattern: object) -> bool:
    """Tell whether a path fits a glob."""
    return isinstance(value, str) and isinstance(pattern, str) and _glob(pattern)(value)


_glob = functools.lru_cache(maxsize=512)(glob)


# -- versions (Semantic Versioning 2.0.0, section 11; read leniently: "17.5" is 17.5.0, a leading "v" is dropped)

_VERSION = re.compile(r"[vV]?(\d{1,15}(?:\.\d{1,15}){0,7})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?", re.ASCII)
VERSION_SIGNS: Final = ("=", "!=", "<", "<=", ">", ">=", "~", "^")
Version = tuple[tuple[int, ...], tuple[tuple[bool, float, str], ...]]


@functools.lru_cache(maxsize=2048)
def version(text: str) -> Version | None:
    """Read a version as something that orders; None when it is none."""
    found = _VERSION.fullmatch(text)
    if found is None:
        return None
    numbers = [int(number) for number in found[1].split(".")]
    while len(numbers) > 3 and numbers[-1] == 0:
        numbers.pop()
    core = tuple(numbers + [0] * (3 - len(numbers)))
    if found[2] is None:
        return core, ((True, 0, ""),)  # a release comes after each of its pre-releases
    return core, tuple(map(_mark, found[2].split(".")))


def _mark(text: str) -> tuple[bool, float, str]:
    """Rank a mark of a pre-release: numbers by their size, however many digits they have, before words."""
    if not text.isdecimal():
        return False, math.inf, text
    digits = text.lstrip("0")
    return False, len(digits), digits


def sem_ver(value: object, sign: object, wanted: object) -> bool | None:
    """Compare two versions; `~` the same minor version, `^` the same major one."""
    if not (isinstance(value, str) and isinstance(sign, str) and isinstance(wanted, str)):
        return None
    a, b = version(value), version(wanted)
    if a is None or b is None:
        return None
    if sign in ("~", "^"):
        places = 2 if sign == "~" else 1
        return a[0][:places] == b[0][:places]
    answers = {"=": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}
    return answers.get(sign)


# -- time


_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)


def instant(text: str) -> float | None:
    """Read an ISO 8601 instant with its offset as epoch seconds; None when it is none.

    Of the many spellings only the one that every language reads alike: ECMA-262, "Date Time String Format".
    """
    if _INSTANT.fullmatch(text) is None:
        return None
    try:
        moment = datetime.datetime.fromisoformat(text)
        return moment.timestamp() if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


@functools.lru_cache(maxsize=2048)
def day_number(text: str) -> int | None:
    """Read a `YYYY-MM-DD` date as a count of days; None when it is none."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None
    try:
        return datetime.date.fromisoformat(text).toordinal()
    except ValueError:
        return None


def elapsed_days(since: object, now: object) -> int | None:
    """Count the full days between two instants, or two dates."""
    if isinstance(since, str) and isinstance(now, str):
        first, last = day_number(since), day_number(now)
        return None if first is None or last is None else last - first
    if values.is_number(since) and values.is_number(now):
        days = (values.to_number(now) - values.to_number(since)) / DAY
        return math.floor(days) if math.isfinite(days) else None
    return None


def days_since(since: object, sign: object, days: object, now: object) -> bool | None:
    """Compare the full days since an instant or a date with a number."""
    compare = ORDER.get(sign) if isinstance(sign, str) else None
    return compare(elapsed_days(since, now), days) if compare is not None else None


def minutes(text: object) -> int | None:
    """Read a time of day, `HH:MM` from 00:00 to 24:00, as minutes."""
    found = re.fullmatch(r"(\d\d):(\d\d)", text, re.ASCII) if isinstance(text, str) else None
    if found is None:
        return None
    count = int(found[1]) * 60 + int(found[2])
    return count if int(found[2]) < 60 and count <= 1440 else None


def time_between(start: object, end: object, hour: object, minute: object) -> bool | None:
    """Tell whether a time of day is in [start, end), in minutes; a start after the end spans midnight."""
    is_number = values.is_number
    if not (is_number(hour) and is_number(minute) and is_number(start) and is_number(end)):
        return None
    if not (0 <= cast(float, hour) <= 24 and 0 <= cast(float, minute) < 60):
        return None  # no clock shows that
    first, last, now = cast(float, start), cast(float, end), cast(float, hour) * 60 + cast(float, minute)
    return first <= now < last if first <= last else now >= first or now < last


def weekday(days: object, today: object) -> bool:
    """Tell whether today (1 to 7, Monday is 1) is one of the days."""
    return is_in(today, days)


# -- addresses


@functools.lru_cache(maxsize=4096)
def address(text: str) -> tuple[int, int] | None:
    """Read an IP address as (version, number); an IPv4 address mapped into IPv6 is the IPv4 one."""
    try:
        found = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return found.version, int(found)


def network(text: str) -> tuple[int, int, int] | None:
    """Read a network as (version, prefix length, number); None when it is none."""
    try:
        found = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    return found.version, found.prefixlen, int(found.network_address)


def networks(texts: Iterable[str]) -> Networks:
    """Arrange networks so that a look-up costs one step for each different prefix length."""
    found: dict[tuple[int, int], set[int]] = {}
    for text in texts:
        known = network(text)
        if known is not None:
            kind, length, number = known
            found.setdefault((kind, length), set()).add(number >> ((32 if kind == 4 else 128) - length))
    return {key: frozenset(numbers) for key, numbers in found.items()}


def in_cidr(ip: object, among: object) -> bool:
    """Tell whether an address is in one of the networks."""
    known = address(ip) if isinstance(ip, str) else None
    if known is None:
        return False
    kind, number = known
    width = 32 if kind == 4 else 128
    places = cast(Networks, among)
    return any(family == kind and number >> (width - length) in numbers for (family, length), numbers in places.items())


# -- arithmetic: a missing or unusable operand, or a result that is no finite number, makes the result missing


def _arithmetic(compute: Callable[[Sequence[float]], float]) -> Callable[..., float | None]:
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


def _sum(operands: Sequence[float]) -> float:
    # From left to right and rounded at each step, as JavaScript adds; Python's sum() compensates from 3.12 on.
    total: float = 0
    for operand in operands:
        total = values.to_number(total + operand)
    return total


def _product(operands: Sequence[float]) -> float:
    product: float = 1
    for operand in operands:
        product = values.to_number(product * operand)
    return product


def _minus(operands: Sequence[float]) -> float:
    return -operands[0] if len(operands) == 1 else operands[0] - operands[1]


def _over(operands: Sequence[float]) -> float:
    result = operands[0] / operands[1]
    return int(result) if result.is_integer() and abs(result) < 2**53 else result


def _modulo(operands: Sequence[float]) -> float:
    a, b = operands
    if isinstance(a, int) and isinstance(b, int):
        return abs(a) % abs(b) * (1 if a >= 0 else -1)
    return math.fmod(a, b)


# -- the official dialect


def _loose_order(a: object, b: object, or_same: bool) -> bool:
    if or_same:
        return values.loosely_less(b, a) is False
    return values.loosely_less(a, b) is True


def _loose_chain(or_same: bool, swap: bool) -> Callable[..., bool]:
    def run(a: object = None, b: object = None, *more: object) -> bool:
        held = _loose_order(b, a, or_same) if swap else _loose_order(a, b, or_same)
        return held and (swap or not more or _loose_order(b, more[0], or_same))

    return run


def _number(result: float) -> float:
    """Give a whole number as an int, as JSON writes it."""
    if isinstance(result, int):
        return result if -(2**53) <= result <= 2**53 else float(values.to_number(result))
    return int(result) if result.is_integer() and abs(result) < 2**53 else result


def _loose_sum(*operands: object) -> float:
    return _number(_sum([values.parse_float(operand) for operand in operands]))


def _loose_product(*operands: object) -> float:
    return _number(_product([values.parse_float(operand) for operand in operands]))


def _loose_minus(a: object = None, *b: object) -> float:
    first = values.to_number(a)
    return _number(first - values.to_number(b[0])) if b else _number(-first)


def _loose_over(a: object = None, b: object = None) -> float:
    first, second = values.to_number(a), values.to_number(b)
    if second == 0:
        return math.nan if first == 0 or first != first else math.copysign(math.inf, first) * math.copysign(1, second)
    return _number(first / second)


def _loose_modulo(a: object = None, b: object = None) -> float:
    first, second = values.to_number(a), values.to_number(b)
    if second == 0 or math.isinf(first) or first != first or second != second:
        return math.nan
    return _number(math.fmod(first, second))


def _loose_extreme(choose: Callable[[Sequence[float]], float], nothing: float) -> Callable[..., float]:
    def run(*operands: object) -> float:
        numbers = [values.to_number(operand) for operand in operands]
        return math.nan if any(number != number for number in numbers) else choose(numbers) if numbers else nothing

    return run


def _loose_in(needle: object = None, haystack: object = None) -> bool:
    if isinstance(haystack, str):
        return bool(haystack) and values.to_text(needle) in haystack
    if isinstance(haystack, list):
        return any(values.strictly_equal(needle, item) for item in cast("list[object]", haystack))
    return False


def _cat(*operands: object) -> str:
    return "".join("" if operand is None else values.to_text(operand) for operand in operands)


def _substr(source: object = None, start: object = None, length: object = None) -> str:
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


def _loose_truth(operand: object = None) -> bool:
    return values.truth(operand)


def _loose_not(operand: object = None) -> bool:
    return not values.truth(operand)


def _loosely_different(a: object, b: object) -> bool:
    return not values.loosely_equal(a, b)


def _strictly_different(a: object, b: object) -> bool:
    return not values.strictly_equal(a, b)


def _first(operand: object = None) -> object:
    return operand


def _merge(*operands: object) -> list[object]:
    merged: list[object] = []
    for operand in operands:
        if isinstance(operand, list):
            merged.extend(cast("list[object]", operand))
        else:
            merged.append(operand)
    return merged


# -- the table

_C: Final = "condition"
# fmt: off
TABLE: Final = (
    # logic
    Operator("var", 0, 2, "var", "any", snippet=True,
             does="Read a fact by its name; as a condition, test that it is neither false, 0, empty nor missing.",
             example='{"var": "device.touch"}'),
    Operator("and", 1, None, "conditions", _C, indexable=True, negated="or", snippet=True,
             does="Require every condition.",
             example='{"and": [{"audience": "regulars"}, {"==": [{"var": "geo.country"}, "JP"]}]}'),
    Operator("or", 1, None, "conditions", _C, indexable=True, negated="and", snippet=True,
             does="Require at least one of the conditions.",
             example='{"or": [{"==": [{"var": "campaign.source"}, "newsletter"]}, {">": [{"var": "cart.items"}, 0]}]}'),
    Operator("!", 1, 1, "conditions", _C, loose=_loose_not, indexable=True, snippet=True,
             does="Turn a condition around; an order comparison over a missing fact holds neither way.",
             example='{"!": {"var": "visits.is_new"}}'),
    Operator("!!", 1, 1, "conditions", _C, loose=_loose_truth, indexable=True, snippet=True,
             does="Ask a condition as it is: it holds unless its value is false, 0, empty or missing.",
             example='{"!!": {"var": "account.known"}}'),
    Operator("if", 2, None, "if", "any", snippet=True,
             does="Take what follows the first condition that holds, else the last operand.",
             example='{">=": [{"var": "visits.count"}, {"if": [{"var": "account.known"}, 2, 5]}]}'),
    Operator("?:", 3, 3, "if", "any", snippet=True,
             does="Choose between two by a condition: a short form of if.",
             example='{">=": [{"var": "visits.count"}, {"?:": [{"var": "account.known"}, 2, 5]}]}'),
    Operator("audience", 1, 1, "audience", _C, indexable=True, official=False,
             does="Ask the rule of a named audience.",
             example='{"audience": "regulars"}'),
    # comparison
    Operator("==", 2, 2, "same", _C, same, values.loosely_equal, indexable=True, negated="!=", snippet=True,
             does="Test that two values are the same; nothing is converted.",
             example='{"==": [{"var": "geo.country"}, "JP"]}'),
    Operator("===", 2, 2, "same", _C, same, values.strictly_equal, indexable=True, negated="!==", snippet=True,
             does="Do the same as ==, in the spelling of JSON-Logic's strict form.",
             example='{"===": [{"var": "channel"}, "web"]}'),
    Operator("!=", 2, 2, "same", _C, _differs, _loosely_different, True, "==", snippet=True,
             does="Test that two values differ; a missing fact differs from every value but null.",
             example='{"!=": [{"var": "geo.country"}, "US"]}'),
    Operator("!==", 2, 2, "same", _C, _differs, _strictly_different, True, "===", snippet=True,
             does="Do the same as !=, in the spelling of JSON-Logic's strict form.",
             example='{"!==": [{"var": "device.type"}, "desktop"]}'),
    Operator("<", 2, 3, "order", _C, _in_order(less), _loose_chain(False, False), True, ">=", snippet=True,
             does="Test that the first value is less than the second; of three, that the middle one lies strictly between.",
             example='{"<": [{"var": "account.employees"}, 50]}'),
    Operator("<=", 2, 3, "order", _C, _in_order(_less_or_same), _loose_chain(True, False), True, ">", snippet=True,
             does="Test that the first value is at most the second; of three, that the middle one lies between, or on a bound.",
             example='{"<=": [2, {"var": "visits.count"}, 5]}'),
    Operator(">", 2, 2, "order", _C, _more, _loose_chain(False, True), indexable=True, negated="<=", snippet=True,
             does="Test that the first value is more than the second.",
             example='{">": [{"var": "cart.value"}, 10000]}'),
    Operator(">=", 2, 2, "order", _C, _more_or_same, _loose_chain(True, True), indexable=True, negated="<", snippet=True,
             does="Test that the first value is at least the second.",
             example='{">=": [{"var": "interests.nurse-shoes"}, 0.4]}'),
    # membership and text
    Operator("in", 2, 2, "in", _C, is_in, _loose_in, indexable=True, snippet=True,
             does="Test that a value is in a list, or a text in a text.",
             example='{"in": [{"var": "geo.country"}, ["JP", "KR", "TW"]]}'),
    Operator("in_list", 2, 2, "in_list", _C, is_in, indexable=True, official=False,
             does="Test that a text is in a list the document names under lists, however long.",
             example='{"in_list": [{"var": "account.domain"}, "partners"]}'),
    Operator("contains", 2, 2, "contains", _C, _contains, official=False, snippet=True,
             does="Test that a list has an item, or that a text has another in it.",
             example='{"contains": [{"var": "cart.categories"}, "shoes-nurse"]}'),
    Operator("icontains", 2, 2, "contains", _C, _icontains, official=False, snippet=True,
             does="Do the same as contains, capital or small letters alike.",
             example='{"icontains": [{"var": "search.last"}, "quiet"]}'),
    Operator("starts_with", 2, 2, "text", _C, _text(str.startswith), official=False, snippet=True,
             does="Test that a text starts with another.",
             example='{"starts_with": [{"var": "page.path"}, "/nurse/"]}'),
    Operator("istarts_with", 2, 2, "text", _C, _text(str.startswith, fold=True), official=False, snippet=True,
             does="Do the same as starts_with, capital or small letters alike.",
             example='{"istarts_with": [{"var": "campaign.name"}, "winter"]}'),
    Operator("ends_with", 2, 2, "text", _C, _text(str.endswith), official=False, snippet=True,
             does="Test that a text ends with another.",
             example='{"ends_with": [{"var": "page.referrer_host"}, ".example"]}'),
    Operator("iends_with", 2, 2, "text", _C, _text(str.endswith, fold=True), official=False, snippet=True,
             does="Do the same as ends_with, capital or small letters alike.",
             example='{"iends_with": [{"var": "page.title"}, "nurse shoes"]}'),
    Operator("matches_glob", 2, 2, "text", _C, matches_glob, official=False, snippet=True,
             does="Test a path against a pattern: * stands for anything within a segment, ** across, ? for a character.",
             example='{"matches_glob": [{"var": "page.path"}, "/*/white/**"]}'),
    Operator("regex", 2, 2, "regex", _C, patterns.finds, official=False,
             does="Test that a text has something that fits a regular expression; needs RE2, from mitate[regex].",
             example='{"regex": [{"var": "page.path"}, "^/nurse/.*/[0-9]+$"]}'),
    Operator("sem_ver", 3, 3, "sem_ver", _C, sem_ver, official=False,
             does="Compare two versions; ~ means the same minor version, ^ the same major one.",
             example='{"sem_ver": [{"var": "device.os_version"}, ">=", "17.5"]}'),
    Operator("in_cidr", 2, 2, "in_cidr", _C, in_cidr, official=False,
             does="Test that the visitor's address is in a network; the address itself is never shown.",
             example='{"in_cidr": [{"var": "request.ip"}, ["203.0.113.0/24", "2001:db8::/32"]]}'),
    # time
    Operator("before", 2, 2, "moments", _C, less, official=False, negated="after",
             does="Test that an instant or a date comes before another.",
             example='{"before": [{"var": "user.member_since"}, "2026-01-01"]}'),
    Operator("after", 2, 2, "moments", _C, _more_or_same, official=False, negated="before",
             does="Test that an instant or a date is another or comes after it.",
             example='{"after": [{"var": "time.now"}, "2026-11-21T09:00+09:00"]}'),
    Operator("between", 3, 3, "moments", _C, _between, official=False,
             does="Test that an instant or a date lies between two others, both included.",
             example='{"between": [{"var": "time.date"}, "2026-11-20", "2026-12-25"]}'),
    Operator("days_since", 2, 3, "days_since", _C, days_since, official=False,
             does="Compare the full days since an instant or a date with a number.",
             example='{"days_since": [{"var": "visits.first"}, "<", 60]}'),
    Operator("count_events", 2, 3, "count_events", _C, windows.count_events, official=False,
             does="Test that an event happened so many times (once when absent) in a time up to now, or in this visit.",
             example='{"count_events": ["viewed_pricing", "30d", 2]}'),
    Operator("time_between", 2, 3, "time_between", _C, time_between, official=False,
             does="Test the time of day: from the first time until before the second, across midnight where need be.",
             example='{"time_between": ["22:00", "06:00"]}'),
    Operator("weekday", 1, 8, "weekday", _C, weekday, indexable=True, official=False,
             does="Test the day of the week.",
             example='{"weekday": ["sat", "sun", "site"]}'),
    # arithmetic
    Operator("+", 1, None, "numbers", "number", _arithmetic(_sum), _loose_sum, snippet=True,
             does="Add numbers.",
             example='{">": [{"+": [{"var": "cart.items"}, {"var": "purchases.count"}]}, 3]}'),
    Operator("-", 1, 2, "numbers", "number", _arithmetic(_minus), _loose_minus, snippet=True,
             does="Subtract the second number from the first, or change the sign of one.",
             example='{"<": [{"-": [10000, {"var": "cart.value"}]}, 1500]}'),
    Operator("*", 1, None, "numbers", "number", _arithmetic(_product), _loose_product, snippet=True,
             does="Multiply numbers.",
             example='{">=": [{"var": "cart.value"}, {"*": [{"var": "cart.items"}, 3000]}]}'),
    Operator("/", 2, 2, "numbers", "number", _arithmetic(_over), _loose_over, snippet=True,
             does="Divide the first number by the second; the result is missing if that is 0.",
             example='{">": [{"/": [{"var": "purchases.total_value"}, {"var": "purchases.count"}]}, 8000]}'),
    Operator("%", 2, 2, "numbers", "number", _arithmetic(_modulo), _loose_modulo, snippet=True,
             does="Give the rest of a division; the result is missing if the second number is 0.",
             example='{"==": [{"%": [{"var": "visits.count"}, 3]}, 0]}'),
    Operator("min", 1, None, "numbers", "number", _arithmetic(min), _loose_extreme(min, math.inf), snippet=True,
             does="Give the smallest of the numbers.",
             example='{"<=": [{"min": [{"var": "visits.days_since_last"}, {"var": "purchases.days_since_last"}]}, 7]}'),
    Operator("max", 1, None, "numbers", "number", _arithmetic(max), _loose_extreme(max, -math.inf), snippet=True,
             does="Give the largest of the numbers.",
             example='{">": [{"max": [{"var": "interests.nurse-shoes"}, {"var": "interests.walking-shoes"}]}, 0.5]}'),
    # quantifiers
    Operator("some", 2, 2, "quantifier", _C,
             does="Require at least one item of a list to meet a condition.",
             example='{"some": [{"var": "purchases.categories"}, {"starts_with": [{"var": ""}, "shoes-"]}]}'),
    Operator("all", 2, 2, "quantifier", _C,
             does="Require every item of a list to meet a condition, and at least one item.",
             example='{"all": [{"var": "cart.categories"}, {"starts_with": [{"var": ""}, "shoes-"]}]}'),
    Operator("none", 2, 2, "quantifier", _C,
             does="Require that no item of a list meets a condition.",
             example='{"none": [{"var": "cart.categories"}, {"==": [{"var": ""}, "gift-card"]}]}'),
    Operator("filter", 2, 2, "quantifier", "list",
             does="Keep the items of a list that meet a condition.",
             example='{"in": ["shoes-walking", {"filter": [{"var": "purchases.categories"}, {"!=": [{"var": ""}, "care"]}]}]}'),
    # the official dialect only
    Operator("map", 2, 2, "quantifier", "list", targeting=False, note="it makes content, not a condition",
             does="Give a list with something computed from each item.",
             example='{"map": [{"var": "prices"}, {"*": [{"var": ""}, 2]}]}'),
    Operator("reduce", 3, 3, "quantifier", "any", targeting=False, note="it makes content, not a condition",
             does="Combine the items of a list into one value, beginning with the third operand.",
             example='{"reduce": [{"var": "prices"}, {"+": [{"var": "current"}, {"var": "accumulator"}]}, 0]}'),
    Operator("cat", 0, None, "any", "any", None, _cat, targeting=False, note="it makes content, not a condition",
             does="Join values into one text.",
             example='{"cat": ["Hello, ", {"var": "name"}]}'),
    Operator("substr", 2, 3, "any", "any", None, _substr, targeting=False, note="use starts_with, ends_with or contains",
             does="Take a part of a text: from where, and how long; negative numbers count from the end.",
             example='{"substr": ["jsonlogic", 4]}'),
    Operator("merge", 0, None, "any", "list", None, _merge, targeting=False, note="write the list out",
             does="Join lists and values into one list.",
             example='{"merge": [[1, 2], [3]]}'),
    Operator("missing", 0, None, "any", "list", targeting=False, note='compare with null: {"==": [{"var": …}, null]}',
             does="Name the keys that the data lacks.",
             example='{"missing": ["name", "phone"]}'),
    Operator("missing_some", 2, 2, "any", "list", targeting=False,
             note='compare with null: {"==": [{"var": …}, null]}',
             does="Name the keys that the data lacks, or none of them if it has at least so many.",
             example='{"missing_some": [1, ["name", "phone"]]}'),
    Operator("log", 1, 1, "any", "any", None, _first, targeting=False, note="rules write nothing; use explain",
             does="Give the value as it is; nothing is written.",
             example='{"log": "seen"}'),
)
# fmt: on
OPERATORS: Final[Mapping[str, Operator]] = {row.name: row for row in TABLE}
TAKES: Final[Mapping[str, str]] = {
    "var": "the name of a fact; what to take where it is missing",
    "conditions": "conditions",
    "if": "conditions, each before what to take where it holds; at last what to take where none does",
    "audience": "the name of an audience",
    "same": "two values of one type; neither a list nor an instant",
    "order": "numbers, texts or dates, all of one type",
    "in": "a value; a list of such values, or a text",
    "in_list": "a text; the name of a list",
    "contains": "a list or a text; the item or the part",
    "text": "a text; what to look for",
    "regex": "a text; a regular expression",
    "sem_ver": "a version; one of " + " ".join(VERSION_SIGNS) + "; a version",
    "in_cidr": "an address; a network, a list of networks, or the name of a list",
    "moments": "instants with their offset, or dates; never both",
    "days_since": "an instant or a date; one of " + " ".join(ORDER) + " (>= when absent); a number of days",
    "count_events": f'the name of an event; a time such as "30d" or "24h", or "visit"; a number, 1 to {windows.KEPT}',
    "time_between": 'two times of day; "visitor" (when absent) or "site", for whose clock',
    "weekday": "days: 1 to 7 (Monday is 1) or " + " ".join(DAYS) + ', also as a list; "visitor" or "site"',
    "numbers": "numbers",
    "quantifier": 'a list; a condition in which {"var": ""} is the item',
    "any": "any values",
}
"""What the operands are, said for each row of the check that types them."""
# Names that are planned, so that the check can say more than "unknown".
ELSEWHERE: Final = {
    **dict.fromkeys(("=", "eq", "equal", "equals", "is"), "=="),
    **dict.fromkeys(("<>", "ne", "neq", "not_equal", "not_equals", "is_not"), "!="),
    **dict.fromkeys(("gt", "greater_than", "more_than"), ">"),
    **dict.fromkeys(("gte", "ge", "=>", "at_least"), ">="),
    **dict.fromkeys(("lt", "less_than"), "<"),
    **dict.fromkeys(("lte", "le", "=<", "at_most"), "<="),
    **dict.fromkeys(("&&", "all_of"), "and"),
    **dict.fromkeys(("||", "any_of"), "or"),
    **dict.fromkeys(("not", "unless"), "!"),
    **dict.fromkeys(("one_of", "is_in", "member"), "in"),
    **dict.fromkeys(("includes", "has", "substring"), "contains"),
    **dict.fromkeys(("like", "glob"), "matches_glob"),
    **dict.fromkeys(("matches", "regexp", "re", "match", "matches_regex"), "regex"),
    **dict.fromkeys(("segment", "cohort"), "audience"),
}
"""What operators are called elsewhere -> here."""
