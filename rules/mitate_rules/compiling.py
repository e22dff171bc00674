"""Compile a checked tree to closures.

Meaning is defined with `!` pushed down to the comparisons: each condition is compiled under a sign.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from mitate_rules import closures
from mitate_rules.closures import Run, Value
from mitate_rules.explain import Tell
from mitate_rules.operators import NEEDS_ALL, OPERATORS
from mitate_rules.settle import settle
from mitate_rules.tree import Call, Literal, Node, Var
from mitate_rules.values import truth
from mitate_rules.vocabulary import Vocabulary


class Compiler:
    """Turns checked trees into closures; `items` names the type of a list's items inside a quantifier."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._audiences: dict[tuple[str, bool], Run] = {}
        self.told: dict[tuple[str, bool], Tell] = {}

    # -- conditions

    def condition(self, node: Node, sign: bool = True, scope: str | None = None) -> Run:
        """Compile a condition; with sign False its negation."""
        if isinstance(node, Literal):
            return closures.constant(truth(closures.plain(node.value)) is sign)
        if isinstance(node, Var):
            return self._truth(node, sign, scope)
        if node.op in ("!", "!!"):
            return self.condition(node.args[0], sign is (node.op == "!!"), scope)
        if node.op in ("and", "or"):
            runs = [self.condition(arg, sign, scope) for arg in node.args]
            return closures.every(runs) if (node.op == "and") is sign else closures.any_of(runs)
        if node.op == "if":
            return self._choose(node.args, sign, scope)
        if node.op == "audience":
            return self.audience(cast(str, cast(Literal, node.args[0]).value), sign)
        if node.op in ("some", "all", "none"):
            return self._quantifier(node, sign, scope)
        if OPERATORS[node.op].gives != "condition":
            return closures.truth_of(self.value(node, scope), sign)
        return self._leaf(node, sign, scope)

    def every(self, conditions: Sequence[tuple[Node, bool]]) -> Run:
        """Compile conditions, each with its sign, that must all hold."""
        return closures.every([self.condition(node, sign) for node, sign in conditions])

    def audience(self, name: str, sign: bool = True) -> Run:
        """Compile an audience once; its answer is shared by all rules of one evaluation."""
        key = (name, sign)
        if key not in self._audiences:
            tree = self.vocabulary.audience(name).node
            assert tree is not None
            self._audiences[key] = closures.remembered(name if sign else "!" + name, self.condition(tree, sign))
        return self._audiences[key]

    def _truth(self, node: Var, sign: bool, scope: str | None) -> Run:
        if node.default is None and self._type(node.name, scope) in ("boolean", None):
            return closures.truth_fact(node.name, sign, only_boolean=self._type(node.name, scope) == "boolean")
        return closures.truth_of(self.value(node, scope), sign)

    def _choose(self, args: Sequence[Node], sign: bool, scope: str | None) -> Run:
        """Compile if as (c and a) or (not c and b), so that a condition that lacks an operand takes no branch."""
        run = self.condition(args[-1], sign, scope) if len(args) % 2 else closures.constant(not sign)
        for place in range(len(args) - len(args) % 2 - 2, -1, -2):
            yes, no = self.condition(args[place], True, scope), self.condition(args[place], False, scope)
            run = closures.any_of(
                [closures.every([yes, self.condition(args[place + 1], sign, scope)]), closures.every([no, run])]
            )
        return run

    def _quantifier(self, node: Call, sign: bool, scope: str | None) -> Run:
        items = self.value(node.args[0], scope)
        inner = self.vocabulary.items_of(node.args[0])
        exists = sign if node.op == "some" else not sign
        holds = self.condition(node.args[1], sign if node.op == "all" else exists, inner)
        return closures.quantified(items, holds, exists=exists, empty=not sign if node.op == "all" else not exists)

    def _leaf(self, node: Call, sign: bool, scope: str | None) -> Run:
        operator = OPERATORS[node.op]
        args = settle(node, self.vocabulary, scope is not None)
        fused = closures.fuse_clock(operator.takes, args, sign, typed=scope is None and not self.vocabulary.facts.open)
        dated = operator.takes == "text" and isinstance(args[0], Var) and self._type(args[0].name, scope) == "date"
        if fused is None and len(args) == 2 and not dated:
            fused = closures.fuse(node.op, args, sign)
        if fused is not None:
            return fused
        evaluate = cast("Callable[..., bool | None]", operator.evaluate)
        places = [place for place, arg in enumerate(args) if not isinstance(arg, Literal)]
        if len(places) == 1:
            plain = [arg.value if isinstance(arg, Literal) else None for arg in args]
            needs_all = operator.takes in NEEDS_ALL
            return closures.compared_one(
                evaluate, self.value(args[places[0]], scope), plain, places[0], sign, needs_all
            )
        return closures.compared(evaluate, [self.value(arg, scope) for arg in args], sign, operator.takes in NEEDS_ALL)

    # -- values

    def value(self, node: Node, scope: str | None = None) -> Value:
        """Compile an operand."""
        if isinstance(node, Literal):
            return closures.literal(node.value)
        if isinstance(node, Var):
            default = self.value(node.default, scope) if node.default is not None else None
            return closures.read_fact(node.name, self._type(node.name, scope), default)
        if node.op == "if":
            value = self.value(node.args[-1], scope) if len(node.args) % 2 else closures.literal(None)
            for place in range(len(node.args) - len(node.args) % 2 - 2, -1, -2):
                test = node.args[place]
                yes, no = self.condition(test, True, scope), self.condition(test, False, scope)
                value = closures.chosen(yes, no, self.value(node.args[place + 1], scope), value)
            return value
        if node.op == "filter":
            inner = self.vocabulary.items_of(node.args[0])
            return closures.filtered(self.value(node.args[0], scope), self.condition(node.args[1], True, inner))
        compute = cast("Callable[..., object]", OPERATORS[node.op].evaluate)
        return closures.computed(compute, [self.value(arg, scope) for arg in node.args])

    def _type(self, name: str, scope: str | None) -> str | None:
        if scope is not None:
            return scope or None if name == "" else None
        fact = self.vocabulary.facts.find(name)
        return fact.type if fact is not None else None


def reads_of(node: Node, vocabulary: Vocabulary, seen: set[str] | None = None) -> set[str]:
    """Name the facts a tree may read, those of its audiences included."""
    seen = set() if seen is None else seen
    found: set[str] = set()
    pending: list[tuple[Node, bool]] = [(node, False)]
    while pending:
        part, inside = pending.pop()
        if isinstance(part, Var):
            if not inside or part.name.startswith("@"):
                found.add(part.name.removeprefix("@"))
            if part.default is not None:
                pending.append((part.default, inside))
        elif isinstance(part, Call):
            if part.op == "audience":
                name = cast(str, cast(Literal, part.args[0]).value)
                tree = vocabulary.audience(name).node
                if name not in seen and tree is not None:
                    seen.add(name)
                    pending.append((tree, False))
            elif OPERATORS[part.op].takes == "quantifier":
                pending.append((part.args[0], inside))
                pending.append((part.args[1], True))
            else:
                for arg in settle(part, vocabulary, inside):
                    if isinstance(arg, Var) and arg.default is None and not inside:
                        found.add(arg.name.removeprefix("@"))
                    elif not isinstance(arg, Literal):
                        pending.append((arg, inside))
    return found
