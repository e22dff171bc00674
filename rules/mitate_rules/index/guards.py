"""What a condition asks of one value: which values it admits, told by the constants in the rule.

A *column* is the value: a fact, or something computed from facts once for all rules (full days since an instant, the
minute of the day, an audience). A guard of its own kind tells texts by prefix, order or version, addresses by network,
lists by what they have; a *closed* guard tells texts by name and numbers by their place among edges, and closed guards
on one column join into one. Values of other classes than a column expects are left to the rules themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from math import inf, nextafter
from typing import Final, NamedTuple, cast

from mitate_rules.operators import OPERATORS, Networks, Version, version
from mitate_rules.settle import settle, since_parts
from mitate_rules.tree import Call, Literal, Node, Var
from mitate_rules.values import is_number, text_key
from mitate_rules.vocabulary import Vocabulary

TEXTUAL: Final = frozenset({"string", "date", "version", "ip"})
NUMERIC: Final = frozenset({"number", "integer", "instant"})
_TEXTS: Final = TEXTUAL | {None}
_WILD: Final = re.compile(r"[*?]")

MANY: Final = 64
"""A named list of more entries is asked once for all rules instead of being written into the tables."""


@dataclass(frozen=True, slots=True)
class Column:
    """A value that conditions ask about, of a declared type (None: of any).

    The key is a fact's name, or says what is computed: `("audience", name, sign)`, `("days", fact)`,
    `("minute", fact)`, `("in_list", fact, list)`, `("in_cidr", fact, networks)`; `node` is a condition that asks it.
    """

    key: Hashable
    type: str | None
    node: Node


class Closed(NamedTuple):
    """The values a condition admits: missing, true, false, a text it doesn't name, and numbers below all its edges.

    `turned` are the texts it takes otherwise than those it doesn't name; from each of `edges` on, numbers turn.
    """

    none: bool
    yes: bool
    no: bool
    text: bool
    turned: frozenset[str]
    below: bool
    edges: tuple[float, ...]

    def opposite(self) -> Closed:
        """Give the guard that admits all others."""
        return Closed(not self.none, not self.yes, not self.no, not self.text, self.turned, not self.below, self.edges)

    def joined(self, other: Closed, both: bool) -> Closed:
        """Give the guard that admits what both admit, or either."""
        a, b = self, other
        text = _join(a.text, b.text, both)
        named = a.turned | b.turned
        turned = {one for one in named if _join(a.text ^ (one in a.turned), b.text ^ (one in b.turned), both) ^ text}
        below, edges = _stepped(a, b, both)
        flags = (_join(a.none, b.none, both), _join(a.yes, b.yes, both), _join(a.no, b.no, both))
        return Closed(*flags, text, frozenset(turned), below, edges)


class Prefixed(NamedTuple):
    """Texts that start with `prefix` (or don't: not `inside`). Not `exact` when the condition asks for more."""

    prefix: str
    inside: bool
    exact: bool = True


class Tested(NamedTuple):
    """Texts for which a test of the operator table holds (or doesn't); `head` is what such a text starts with."""

    op: str
    wanted: str
    inside: bool
    head: str = ""


class Ordered(NamedTuple):
    """Texts by their place among edges, `(key, 0)` at a key and `(key, 1)` just after it; `below` those before all.

    Text is ordered by UTF-16 units, or by version; what has no key, and what is no text, is not admitted.
    """

    by_version: bool
    below: bool
    edges: tuple[tuple[object, int], ...]


class Networked(NamedTuple):
    """Addresses in one of the networks, or in none: `(version, prefix length) -> numbers`."""

    networks: Networks
    inside: bool


class Having(NamedTuple):
    """Lists that have a text, or don't."""

    item: str
    inside: bool


Guard = Closed | Prefixed | Tested | Ordered | Networked | Having
Found = tuple[Column, Guard]

NOTHING: Final = Closed(False, False, False, False, frozenset(), False, ())
_MISSING: Final = Closed(True, False, False, False, frozenset(), False, ())
_TRUE: Final = Closed(False, True, False, False, frozenset(), False, ())
_FALSE: Final = Closed(False, False, True, False, frozenset(), False, ())
_FLIPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _join(a: bool, b: bool, both: bool) -> bool:
    return (a and b) if both else (a or b)


def _stepped(a: Closed, b: Closed, both: bool) -> tuple[bool, tuple[float, ...]]:
    first, second = a.below, b.below
    below = now = _join(first, second, both)
    edges: list[float] = []
    for edge in sorted({*a.edges, *b.edges}):
        first ^= edge in a.edges
        second ^= edge in b.edges
        if _join(first, second, both) is not now:
            now = not now
            edges.append(edge)
    return below, tuple(edges)


def numbers_from(low: float, high: float | None) -> Closed:
    """Admit numbers from `low` until before `high`."""
    edges = () if high is not None and high <= low else (low,) if high is None else (low, high)
    if low == -inf:
        return Closed(False, False, False, False, frozenset(), True, edges[1:])
    return Closed(False, False, False, False, frozenset(), False, edges)


def after(number: float) -> float:
    """Give the next float: `x > number` is `x >= after(number)` for every usable x up to 2^53."""
    return nextafter(number, inf)


def named(texts: frozenset[str]) -> Closed:
    """Admit some texts."""
    return Closed(False, False, False, False, texts, False, ())


def _other_numbers(guard: Closed) -> Closed:
    """Admit the numbers that a guard doesn't, and nothing else: a comparison that lacks an operand never holds."""
    return Closed(False, False, False, False, frozenset(), not guard.below, guard.edges)


class Guards:
    """Finds the column and the guard of conditions."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._columns: dict[Hashable, Column] = {}
        self._known: dict[Hashable, Found | None] = {}

    def forget(self) -> None:
        """Let go of the guards that conditions share."""
        self._known.clear()

    def single(self, node: Node, sign: bool) -> bool:
        """Tell whether a condition, however joined, is one closed guard."""
        found = self.of(node, sign)
        return found is not None and isinstance(found[1], Closed)

    def of(self, node: Node, sign: bool) -> Found | None:
        """Give the column a condition asks about and what it admits; None where that can't be told."""
        if isinstance(node, Var):
            return self._truth(node, sign)
        if isinstance(node, Literal):
            return None
        if node.op in ("!", "!!"):
            return self.of(node.args[0], sign is (node.op == "!!"))
        if node.op in ("and", "or"):
            return self._joined(node, sign)
        if node.op == "audience":
            name = cast(str, cast(Literal, node.args[0]).value)
            return self._column(("audience", name, sign), "boolean", node), _TRUE
        key = _shared(node, sign)
        if key in self._known:
            return self._known[key]
        finder = _FINDERS.get(OPERATORS[node.op].takes)
        found = finder(self, node, sign) if finder is not None else None
        if key is not None:
            self._known[key] = found
        return found

    def fact(self, node: Node) -> Column | None:
        """Give the column of a fact."""
        if not isinstance(node, Var) or node.default is not None:
            return None
        fact = self.vocabulary.facts.find(node.name)
        return self._column(node.name, None if fact is None else fact.type, node)

    def _column(self, key: Hashable, type_name: str | None, node: Node) -> Column:
        found = self._columns.get(key)
        if found is None:
            found = self._columns[key] = Column(key, type_name, node)
        return found

    def _truth(self, node: Var, sign: bool) -> Found | None:
        column = self.fact(node)
        if column is None or column.type == "list":
            return None
        if column.type == "boolean":
            guard = _TRUE
        else:
            numbers = numbers_from(0.0, after(0.0)).opposite()
            guard = Closed(False, True, False, True, frozenset({""}), numbers.below, numbers.edges)
        return column, guard if sign else guard.opposite()

    def _joined(self, node: Call, sign: bool) -> Found | None:
        both = (node.op == "and") is sign
        column: Column | None = None
        joined: Closed | None = None
        for arg in node.args:
            found = self.of(arg, sign)
            if found is None or not isinstance(found[1], Closed) or (column is not None and found[0] is not column):
                return None
            column = found[0]
            joined = found[1] if joined is None else joined.joined(found[1], both)
        return (column, joined) if column is not None and joined is not None else None

    # -- one kind of condition each: the column, and what it admits

    def same(self, node: Call, sign: bool) -> Found | None:
        left, right = node.args
        if isinstance(left, Literal):
            left, right = right, left
        column = self.fact(left)
        if column is None or not isinstance(right, Literal):
            return None
        guard = _equal(right.value)
        positive = sign is node.op.startswith("=")
        return None if guard is None else (column, guard if positive else guard.opposite())

    def order(self, node: Call, sign: bool) -> Found | None:
        args = node.args
        if len(args) == 3:
            return self._range(args, OPERATORS[node.op].name, sign)
        op = node.op
        if isinstance(args[0], Literal):
            args, op = (args[1], args[0]), _FLIPPED[op]
        return self._bounded(args[0], op if sign else cast(str, OPERATORS[op].negated), args[1])

    def moments(self, node: Call, sign: bool) -> Found | None:
        args = settle(node, self.vocabulary)
        if node.op == "between":
            return self._range((args[1], args[0], args[2]), "<=", sign)
        op = "<" if node.op == "before" else ">="
        if isinstance(args[0], Literal):
            args, op = (args[1], args[0]), _FLIPPED[op]
        return self._bounded(args[0], op if sign else cast(str, OPERATORS[op].negated), args[1])

    def _bounded(self, fact: Node, op: str, bound: Node) -> Found | None:
        column = self.fact(fact)
        if column is None or not isinstance(bound, Literal):
            return None
        value = bound.value
        if is_number(value):
            return column, _bound(op, cast(float, value))
        if isinstance(value, str) and column.type in _TEXTS:
            key = text_key(value)
            return column, Ordered(False, op[0] == "<", ((key, int(op in ("<=", ">"))),))
        return None

    def _range(self, args: tuple[Node, ...], op: str, sign: bool) -> Found | None:
        """Admit what lies between two bounds; turned around, the numbers or texts that don't."""
        low, value, high = args
        column = self.fact(value)
        if column is None or not isinstance(low, Literal) or not isinstance(high, Literal):
            return None
        first, last = low.value, high.value
        if is_number(first) and is_number(last):
            start, end = cast(float, first), cast(float, last)
            guard = _bound(">=" if op == "<=" else ">", start).joined(_bound(op, end), True)
            return column, guard if sign else _other_numbers(guard)
        if isinstance(first, str) and isinstance(last, str) and column.type in _TEXTS:
            edges = ((text_key(first), int(op == "<")), (text_key(last), int(op == "<=")))
            return column, Ordered(False, not sign, edges if edges[0] < edges[1] else ())
        return None

    def membership(self, node: Call, sign: bool) -> Found | None:
        needle, hay = node.args
        if isinstance(needle, Literal):
            return self._having(hay, needle.value, sign)
        column = self.fact(needle)
        among = hay.value if isinstance(hay, Literal) else None
        if column is None or not isinstance(among, tuple):
            return None
        items = cast("tuple[object, ...]", among)
        if all(item.__class__ is str for item in items):
            guard: Closed | None = named(frozenset(cast("tuple[str, ...]", items)))
        else:
            guard = _one_of(items)
        return None if guard is None else (column, guard if sign else guard.opposite())

    def listed(self, node: Call, sign: bool) -> Found | None:
        column, (_, texts) = self.fact(node.args[0]), settle(node, self.vocabulary)
        among = cast("frozenset[str]", cast(Literal, texts).value)
        if column is None:
            return None
        if len(among) > MANY:
            key = ("in_list", column.key, cast(Literal, node.args[1]).value)
            guard, column = _TRUE, self._column(key, "boolean", node)
        else:
            guard = named(among)
        return column, guard if sign else guard.opposite()

    def containing(self, node: Call, sign: bool) -> Found | None:
        hay, needle = node.args
        column = self.fact(hay)
        if column is None or not isinstance(needle, Literal) or not isinstance(needle.value, str):
            return None
        if column.type == "list":
            return (column, Having(needle.value, sign)) if node.op == "contains" else None
        return (column, Tested(node.op, needle.value, sign)) if column.type in TEXTUAL else None

    def _having(self, hay: Node, item: object, sign: bool) -> Found | None:
        column = self.fact(hay)
        if column is None or column.type != "list" or not isinstance(item, str):
            return None
        return column, Having(item, sign)

    def searched(self, node: Call, sign: bool) -> Found | None:
        column, pattern = self.fact(node.args[0]), node.args[1]
        if column is None or column.type not in TEXTUAL or not isinstance(pattern, Literal):
            return None
        return column, Tested(node.op, cast(str, pattern.value), sign)

    def text(self, node: Call, sign: bool) -> Found | None:
        column, wanted = self.fact(node.args[0]), node.args[1]
        if column is None or column.type not in _TEXTS or not isinstance(wanted, Literal):
            return None
        pattern = wanted.value
        if not isinstance(pattern, str):
            return None
        if node.op == "starts_with":
            return column, Prefixed(pattern, sign)
        if node.op != "matches_glob":
            return column, Tested(node.op, pattern, sign)
        head = _WILD.split(pattern, 1)[0]
        if head == pattern:
            guard = named(frozenset((pattern,)))
            return column, guard if sign else guard.opposite()
        tail = pattern[len(head) :]
        if len(tail) > 1 and not tail.strip("*"):
            return column, Prefixed(head, sign)
        return column, Tested(node.op, pattern, sign, head if sign else "")

    def networked(self, node: Call, sign: bool) -> Found | None:
        column = self.fact(node.args[0])
        if column is None or column.type not in _TEXTS:
            return None
        among = cast(Literal, node.args[1]).value
        networks = cast("Networks", cast(Literal, settle(node, self.vocabulary)[1]).value)
        if sum(map(len, networks.values())) <= MANY:
            return column, Networked(networks, sign)
        return self._column(("in_cidr", column.key, among), "boolean", node), _TRUE if sign else _TRUE.opposite()

    def versioned(self, node: Call, sign: bool) -> Found | None:
        column, relation, wanted = self.fact(node.args[0]), node.args[1], node.args[2]
        if column is None or column.type not in _TEXTS:
            return None
        if not (isinstance(relation, Literal) and isinstance(wanted, Literal) and isinstance(wanted.value, str)):
            return None
        known = version(wanted.value)
        if known is None:
            return None
        low, high = _versions(cast(str, relation.value), known)
        edges = tuple(edge for edge in (low, high) if edge is not None)
        inside = sign is (relation.value != "!=")
        return column, Ordered(True, inside is (low is None), edges)

    def elapsed(self, node: Call, sign: bool) -> Found | None:
        since, relation, days = since_parts(node.args)
        column = self.fact(since)
        if column is None or not isinstance(days, Literal) or not is_number(days.value):
            return None
        number = cast(float, days.value)
        equality = relation in ("==", "!=")
        guard = numbers_from(number, after(number)) if equality else _bound(relation, number)
        if sign is (relation == "!="):
            guard = _other_numbers(guard)
        return self._column(("days", column.key), "number", node), guard

    def clock(self, node: Call, sign: bool) -> Found | None:
        start, end, hour, _ = settle(node, self.vocabulary)
        first, last = (cast(float, cast(Literal, bound).value) for bound in (start, end))
        if first <= last:
            guard = numbers_from(first, last)
        else:
            guard = numbers_from(first, None).joined(numbers_from(-inf, last), False)
        column = self._column(("minute", cast(Var, hour).name), "number", node)
        return column, guard if sign else _other_numbers(guard)

    def weekday(self, node: Call, sign: bool) -> Found | None:
        days, today = settle(node, self.vocabulary)
        column, guard = self.fact(today), _one_of(cast("tuple[object, ...]", cast(Literal, days).value))
        return None if column is None or guard is None else (column, guard if sign else guard.opposite())


def _shared(node: Call, sign: bool) -> Hashable | None:
    """Give what tells a comparison of a fact with one value from others; many rules have the same."""
    if len(node.args) != 2:
        return None
    fact, value = node.args
    if not isinstance(fact, Var) or fact.default is not None or not isinstance(value, Literal):
        return None
    wanted = value.value
    return None if isinstance(wanted, tuple) else (node.op, sign, fact.name, wanted.__class__, wanted)


def _equal(wanted: object) -> Closed | None:
    if wanted is None:
        return _MISSING
    if isinstance(wanted, bool):
        return _TRUE if wanted else _FALSE
    if isinstance(wanted, str):
        return named(frozenset((wanted,)))
    if is_number(wanted):
        return numbers_from(cast(float, wanted), after(cast(float, wanted)))
    return None


def _one_of(items: tuple[object, ...]) -> Closed | None:
    found = NOTHING
    for item in items:
        one = _equal(item)
        if one is None:
            return None
        found = found.joined(one, False)
    return found


def _bound(op: str, bound: float) -> Closed:
    if op[0] == ">":
        return numbers_from(bound if op == ">=" else after(bound), None)
    return numbers_from(-inf, after(bound) if op == "<=" else bound)


def _versions(relation: str, wanted: Version) -> tuple[tuple[object, int] | None, tuple[object, int] | None]:
    """Give the edges between which versions stand in a relation (for != those between which they don't)."""
    if relation in ("~", "^"):
        head = wanted[0][: 2 if relation == "~" else 1]
        return ((head, ()), 0), (((*head[:-1], head[-1] + 1), ()), 0)
    if relation in ("=", "!="):
        return (wanted, 0), (wanted, 1)
    if relation[0] == "<":
        return None, (wanted, int(relation == "<="))
    return (wanted, int(relation == ">")), None


_FINDERS: Final[dict[str, Callable[[Guards, Call, bool], Found | None]]] = {
    "same": Guards.same,
    "order": Guards.order,
    "moments": Guards.moments,
    "in": Guards.membership,
    "in_list": Guards.listed,
    "contains": Guards.containing,
    "text": Guards.text,
    "regex": Guards.searched,
    "in_cidr": Guards.networked,
    "sem_ver": Guards.versioned,
    "days_since": Guards.elapsed,
    "time_between": Guards.clock,
    "weekday": Guards.weekday,
}
