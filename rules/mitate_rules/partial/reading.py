"""What a condition reads, the facts that its operators ask by themselves included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from mitate_rules.operators import OPERATORS
from mitate_rules.settle import settle
from mitate_rules.tree import Call, Literal, Node, Var, walk
from mitate_rules.vocabulary import Vocabulary


def clock_of(call: Call, vocabulary: Vocabulary, inside: bool) -> list[Var]:
    """Give the facts that an operator reads by itself."""
    if OPERATORS[call.op].takes not in CLOCKED:
        return []
    written = {id(part) for part in walk(call)}
    settled = (part for arg in settle(call, vocabulary, inside) for part in walk(arg))
    return [part for part in settled if isinstance(part, Var) and id(part) not in written]


CLOCKED: Final = frozenset({"days_since", "count_events", "time_between", "weekday"})
"""What takes facts that aren't written in the condition."""


def reads(node: Node, vocabulary: Vocabulary, inside: bool) -> Iterator[str]:
    """Name what a condition reads: facts, and in a quantifier also the parts of the item."""
    pending: list[tuple[Node, bool, bool]] = [(node, inside, True)]
    while pending:
        part, within, counts = pending.pop()
        if isinstance(part, Var):
            if counts:
                yield part.name
            if part.default is not None:
                pending.append((part.default, within, counts))
        elif isinstance(part, Call):
            if part.op == "audience":
                tree = vocabulary.audience(cast(str, cast(Literal, part.args[0]).value)).node
                if tree is not None:
                    pending.append((tree, False, True))
            elif OPERATORS[part.op].takes == "quantifier":
                pending += [(part.args[0], within, counts), (part.args[1], True, False)]
            else:
                pending.extend((arg, within, counts) for arg in part.args)
                for clock in clock_of(part, vocabulary, within):
                    yield clock.name
