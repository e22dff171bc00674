"""Which rules can match at all, told from the values of a few facts, however many rules there are.

What a rule asks of one fact, as far as it cannot match without, is its *guard* on that fact: the conditions among its
top-level `and`s (those of its audiences included) that read nothing else. Rules are bits of an integer, the first rule
the lowest; each fact leaves the rules whose guards its value doesn't fail, so that the candidates of a context cost
one look-up a fact. Candidates are evaluated whole: the index only leaves out what is surely False.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf, nextafter
from typing import Final, cast

from mitate_rules.facts import Read
from mitate_rules.program import Compiler, Run, reads_of
from mitate_rules.tree import Call, Literal, Node, Var
from mitate_rules.values import WITHHELD, is_number
from mitate_rules.vocabulary import Vocabulary

_WORTH_A_LOOK_UP: Final = 0.2
"""A look-up costs about this share of an evaluation, and a fact is looked up where it spares as much."""

_REMEMBERED: Final = 4096
"""For so many texts a fact remembers which rules they leave; what else comes is judged each time."""

_EXACT: Final = 2**53
"""Up to here whole numbers and floats are the same numbers."""


class Index:
    """The guards of a list of rules. Frozen once made, but for what it remembers of texts."""

    def __init__(self, nodes: Sequence[Node], compiler: Compiler) -> None:
        by_fact: dict[str, dict[int, Guard]] = {}
        for number, node in enumerate(nodes):
            for fact, guard in _guards(node, compiler):
                by_fact.setdefault(fact, {})[number] = guard
        self._all = (1 << len(nodes)) - 1
        self._facts = [(fact, _Left(by_fact[fact], self._all)) for fact in _worth_asking(by_fact, len(nodes))]

    def candidates(self, read: Read) -> int:
        """Give the rules that may match or be undecided, as a bit set."""
        found = self._all
        try:
            for fact, left in self._facts:
                found &= left[read(fact)]
        except TypeError:  # a list is no key: of it, the rules themselves say
            for fact, left in self._facts:
                found &= left.by_any(read(fact))
        return found


def numbers(bits: int) -> Iterator[int]:
    """Give the numbers of the bits that are set, the lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


@dataclass(frozen=True, slots=True)
class Guard:
    """What a rule asks of one fact. A closed one tells values apart by `texts` and `bounds` alone."""

    run: Run
    closed: bool
    texts: frozenset[str] = frozenset()
    bounds: frozenset[float] = frozenset()

    def admits(self, value: object) -> bool:
        """Tell whether the rule may hold with this value of the fact."""
        return self.run(lambda _: value, {}) is not False

    def other_text(self) -> str:
        """Give a text that stands for all those it doesn't name."""
        return "·" * (1 + max(map(len, self.texts), default=0))

    def cells(self) -> list[bool]:
        """Tell whether it admits the numbers below its first bound, at it, between it and the second, and so on."""
        bounds = sorted(self.bounds)
        values = [nextafter(bounds[0], -inf) if bounds else 0.0]
        for bound in bounds:
            values += [bound, nextafter(bound, inf)]
        return [self.admits(value) for value in values]


class _Left(dict[object, int]):
    """The rules that one fact leaves, by its value; a text or a whole number is judged when it first comes.

    To a dict, 1, 1.0 and True are one key, and so may be a number of another kind (a Decimal): what stands under it
    is what any of them leaves.
    """

    def __init__(self, guards: Mapping[int, Guard], every: int) -> None:
        super().__init__()
        closed = {number: guard for number, guard in guards.items() if guard.closed}
        self._every = every
        self._open = [(1 << number, guard) for number, guard in guards.items() if not guard.closed]
        self._bounds, self._cells = _left_by_numbers(closed, every)
        self._strange = every & ~_refusing(closed, object())
        refusing = {number for number, guard in closed.items() if not guard.admits(guard.other_text())}
        self._otherwise = every & ~_bits(refusing)
        self._turned: dict[str, int] = {}
        """Text -> the rules that take it otherwise than texts they don't name."""
        for number, guard in closed.items():
            for text in guard.texts:
                if guard.admits(text) is (number in refusing):
                    self._turned[text] = self._turned.get(text, 0) | 1 << number
        self[None], self[WITHHELD] = every & ~_refusing(guards, None), every & ~_refusing(guards, WITHHELD)
        for switch in (True, False):
            self[switch] = every & ~_refusing(guards, switch) | self._of_number(int(switch))

    def __missing__(self, value: object) -> int:
        kind = value.__class__
        if kind is float:  # hardly ever comes again
            return self._of_number(cast(float, value))
        if kind is not str and kind is not int:
            return self._every
        left = self._of_text(cast(str, value)) if kind is str else self._of_number(cast(int, value))
        if len(self) < _REMEMBERED:
            self[value] = left
        return left

    def by_any(self, value: object) -> int:
        """Give the rules left by a value that may be no key."""
        try:
            return self[value]
        except TypeError:
            return self._every

    def _of_text(self, text: str) -> int:
        left = self._otherwise ^ self._turned.get(text, 0)
        for bit, guard in self._open:
            if not guard.admits(text):
                left &= ~bit
        return left

    def _of_number(self, value: float) -> int:
        if value != value:  # NaN is in no cell
            return self._every
        return self._cells[bisect_left(self._bounds, value) + bisect_right(self._bounds, value)] | self._strange


def _left_by_numbers(closed: Mapping[int, Guard], every: int) -> tuple[list[float], list[int]]:
    """Give all bounds in order, and the rules that the numbers below, at and between them leave.

    The cell of a number is how many bounds are below it and how many are not above it, together.
    """
    bounds = sorted(set[float]().union(*(guard.bounds for guard in closed.values())))
    place = {bound: 2 * number + 1 for number, bound in enumerate(bounds)}
    turned = [0] * (2 * len(bounds) + 1)
    for number, guard in closed.items():
        admitted, starts = guard.cells(), [0]
        for bound in sorted(guard.bounds):
            starts += [place[bound], place[bound] + 1]
        for start, now, before in zip(starts, admitted, [True, *admitted], strict=False):
            if now is not before:
                turned[start] ^= 1 << number
    cells: list[int] = []
    left = every
    for turn in turned:
        left ^= turn
        cells.append(left)
    return bounds, cells


def _worth_asking(by_fact: Mapping[str, Mapping[int, Guard]], rules: int) -> list[str]:
    """Choose facts one after the other, each the one that spares most of what those before it leave."""
    spared = {fact: _spared(guards) for fact, guards in by_fact.items()}
    left = [1.0] * rules
    chosen: list[str] = []
    while spared:
        worth = {fact: sum(left[number] * share for number, share in shares) for fact, shares in spared.items()}
        best = max(worth, key=worth.__getitem__)
        if worth[best] < _WORTH_A_LOOK_UP:
            break
        chosen.append(best)
        for number, share in spared.pop(best):
            left[number] *= 1 - share
    return chosen


def _spared(guards: Mapping[int, Guard]) -> list[tuple[int, float]]:
    """Estimate for each rule how often its guard spares an evaluation (0-1), each value asked for being as likely."""
    asked = len(frozenset[str]().union(*(guard.texts for guard in guards.values())))
    shares: list[tuple[int, float]] = []
    for number, guard in guards.items():
        tried = [guard.admits(value) for value in (None, *guard.texts)]
        if guard.bounds:
            tried += guard.cells()
        if guard.texts or not guard.closed:
            tried += [guard.admits(guard.other_text())] * (1 + asked - len(guard.texts))
        if len(tried) == 1:
            tried += [guard.admits(True), guard.admits(False)]
        shares.append((number, tried.count(False) / len(tried)))
    return shares


def _refusing(guards: Mapping[int, Guard], value: object) -> int:
    return _bits(number for number, guard in guards.items() if not guard.admits(value))


def _bits(rules: Iterable[int]) -> int:
    return sum(1 << number for number in rules)


def _guards(node: Node, compiler: Compiler) -> Iterator[tuple[str, Guard]]:
    """Give a rule's guards, by the fact they are on."""
    parts: dict[str, list[tuple[Node, bool]]] = {}
    for part, sign in _conditions(node, compiler.vocabulary):
        reads = reads_of(part, compiler.vocabulary)
        if len(reads) == 1:
            parts.setdefault(reads.pop(), []).append((part, sign))
    for fact, conditions in parts.items():
        joined = Call("and", tuple(part if sign else Call("!", (part,)) for part, sign in conditions))
        literals = _told_apart(joined, compiler.vocabulary)
        run = compiler.condition(joined)
        if literals is None:
            yield fact, Guard(run, closed=False)
        else:
            texts = frozenset(literal for literal in literals if isinstance(literal, str))
            yield fact, Guard(run, True, texts, frozenset(cast("set[float]", literals - texts)))


def _conditions(node: Node, vocabulary: Vocabulary) -> Iterator[tuple[Node, bool]]:
    """Give the conditions that a rule joins by `and`, each with its sign."""
    pending, seen = [(node, True)], set[tuple[str, bool]]()
    while pending:
        part, sign = pending.pop()
        if isinstance(part, Call):
            if part.op == ("and" if sign else "or"):
                pending.extend((arg, sign) for arg in part.args)
                continue
            if part.op in ("!", "!!"):
                pending.append((part.args[0], sign is (part.op == "!!")))
                continue
            if part.op == "audience":
                name = cast(str, cast(Literal, part.args[0]).value)
                tree = vocabulary.audience(name).node
                if (name, sign) not in seen and tree is not None:
                    seen.add((name, sign))
                    pending.append((tree, sign))
                continue
            if part.op == "in" and sign:
                part = _spelled_out(part)
        yield part, sign


def _spelled_out(call: Call) -> Call:
    """Write membership in a list of numbers as equalities: they hold wherever it does, and are closed."""
    fact, listed = call.args
    value = listed.value if isinstance(listed, Literal) else None
    items = cast("tuple[object, ...]", value) if isinstance(value, tuple) else ()
    if not isinstance(fact, Var) or not items or not all(map(is_number, items)):
        return call
    return Call("or", tuple(Call("==", (fact, Literal(item))) for item in items))


def _told_apart(node: Node, vocabulary: Vocabulary) -> set[str | float] | None:
    """Give the literals by which alone a condition on one fact tells texts and numbers apart; None for other ways."""
    if isinstance(node, Var):
        fact = vocabulary.facts.find(node.name)
        kind = None if fact is None else fact.type
        if node.default is not None or kind not in ("boolean", None):
            return None
        return {"", 0} if kind is None else set()
    if isinstance(node, Literal):
        return None
    if node.op == "audience":
        tree = vocabulary.audience(cast(str, cast(Literal, node.args[0]).value)).node
        return None if tree is None else _told_apart(tree, vocabulary)
    if node.op in ("and", "or", "!", "!!"):
        found: set[str | float] = set()
        for arg in node.args:
            inner = _told_apart(arg, vocabulary)
            if inner is None:
                return None
            found |= inner
        return found
    return _compared(node)


def _compared(node: Call) -> set[str | float] | None:
    """Give the literals a comparison of a fact with them tells apart, None for another condition."""
    if len(node.args) != 2:
        return None
    left, right = node.args
    if isinstance(left, Literal) and node.op != "in":
        left, right = right, left
    if not isinstance(left, Var) or left.default is not None or not isinstance(right, Literal):
        return None
    wanted = right.value
    if node.op == "in":
        items = cast("tuple[object, ...]", wanted) if isinstance(wanted, tuple) else (None,)
        return set(cast("tuple[str, ...]", items)) if all(isinstance(item, str) for item in items) else None
    if isinstance(wanted, bool):
        return set() if node.op in _SAME else None
    if isinstance(wanted, str):
        return {wanted} if node.op in _SAME else None
    if is_number(wanted) and node.op in (*_SAME, "<", "<=", ">", ">="):
        number = cast(float, wanted)
        return {number} if -_EXACT <= number <= _EXACT else None
    return None


_SAME: Final = ("==", "===", "!=", "!==")
