"""Which rules can match at all: each is looked up by one equality or membership that it cannot match without.

A rule's *guard* is a condition among its top-level `and`s that names the values one fact must have. Rules are bits of
an integer, the first rule the lowest, so that the candidates of a context cost one look-up for each guarding fact,
however many rules there are. Candidates are evaluated whole: the index only leaves out what is surely False.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, cast

from mitate_rules.facts import Read
from mitate_rules.tree import Call, Literal, Node, Var
from mitate_rules.vocabulary import Vocabulary

_WORTH_A_LOOK_UP: Final = 2
"""A fact is looked up only where that spares at least so many evaluations."""

Guard = tuple[str, tuple[str | int | float, ...]]


class Index:
    """The guards of a list of rules. Frozen once made."""

    def __init__(self, nodes: Sequence[Node], vocabulary: Vocabulary) -> None:
        guards = [list(_guards(node, vocabulary)) for node in nodes]
        # The more different values a fact is asked for, the fewer rules one value leaves.
        asked: dict[str, set[object]] = {}
        for fact, values in (guard for found in guards for guard in found):
            asked.setdefault(fact, set()).update(values)
        by_fact: dict[str, dict[int, Guard]] = {}
        for number, found in enumerate(guards):
            best = min(found, key=lambda guard: len(guard[1]) / len(asked[guard[0]]), default=None)
            if best is not None:
                by_fact.setdefault(best[0], {})[number] = best
        useful = {fact: rules for fact, rules in by_fact.items() if len(rules) >= _WORTH_A_LOOK_UP}
        self._open = _bits(set(range(len(nodes))) - {number for rules in useful.values() for number in rules})
        self._facts = [(fact, _by_value(rules), _bits(rules)) for fact, rules in sorted(useful.items())]

    def candidates(self, read: Read) -> int:
        """Give the rules that may match or be undecided, as a bit set."""
        found = self._open
        for fact, by_value, guarded in self._facts:
            value = read(fact)
            if value is None:
                continue
            kind = value.__class__
            if kind is str or kind is int or kind is float:
                found |= by_value.get(cast("str | int | float", value), 0)
            else:  # withheld, a list, a type of one's own: let the rules themselves say
                found |= guarded
        return found


def numbers(bits: int) -> Iterator[int]:
    """Give the numbers of the bits that are set, the lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _bits(rules: Iterable[int]) -> int:
    return sum(1 << number for number in rules)


def _by_value(rules: dict[int, Guard]) -> dict[str | int | float, int]:
    found: dict[str | int | float, int] = {}
    for number, (_, values) in rules.items():
        for value in values:
            found[value] = found.get(value, 0) | 1 << number
    return found


def _guards(node: Node, vocabulary: Vocabulary) -> Iterator[Guard]:
    """Give every guard of a condition: it, or what it and others are joined with by `and`, also in its audiences."""
    pending, seen = [node], set[str]()
    while pending:
        node = pending.pop()
        if not isinstance(node, Call):
            continue
        if node.op == "and":
            pending.extend(node.args)
        elif node.op == "audience":
            name = cast(str, cast(Literal, node.args[0]).value)
            tree = vocabulary.audience(name).node
            if name not in seen and tree is not None:
                seen.add(name)
                pending.append(tree)
        elif node.op in ("==", "===", "in"):
            guard = _guard(node.op, *node.args)
            if guard is not None:
                yield guard


def _guard(op: str, left: Node, right: Node) -> Guard | None:
    if isinstance(left, Literal) and isinstance(right, Var) and op != "in":
        left, right = right, left
    if not isinstance(left, Var) or left.default is not None or not isinstance(right, Literal):
        return None
    wanted = _listed(right.value) if op == "in" else [right.value]
    if wanted is None:
        return None
    values = [value for value in wanted if isinstance(value, (str, int, float)) and not isinstance(value, bool)]
    return (left.name, tuple(values)) if values and len(values) == len(wanted) else None


def _listed(value: object) -> Sequence[object] | None:
    return cast("tuple[object, ...]", value) if isinstance(value, tuple) else None
