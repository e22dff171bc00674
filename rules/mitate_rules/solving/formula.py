"""A rule as a formula over its conditions: `!` pushed down, audiences written out, `if` as and and or.

A rule is True exactly where its formula holds, each condition being asked whether it is True: Kleene's `and` and `or`
are True just where plain ones over "is True" are. What isn't True is `denied`, so that a missing operand, which fails
a comparison and its negation alike, is told from a value that fails it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, cast

from mitate_rules.closures import Run
from mitate_rules.compiling import Compiler, reads_of
from mitate_rules.facts import Read
from mitate_rules.operators import OPERATORS
from mitate_rules.tree import Call, Literal, Node, Var
from mitate_rules.values import truth


@dataclass(frozen=True, slots=True, eq=False)
class Atom:
    """One condition under one sign, and the facts it reads, in order of their names."""

    node: Node
    sign: bool
    facts: tuple[str, ...]
    run: Run

    def holds(self, read: Read) -> bool:
        """Tell whether it is True for a visitor: withheld is not."""
        return self.run(read, {}) is True


@dataclass(frozen=True, slots=True, eq=False)
class Is:
    """A condition that has to be True, or (`wanted` False) anything else."""

    atom: Atom
    wanted: bool


@dataclass(frozen=True, slots=True, eq=False)
class All:
    """Formulas that must all hold; none are true."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Some:
    """Formulas of which one must hold; none are false."""

    parts: tuple[Formula, ...]


Formula = Is | All | Some
TRUE: Final = All(())
FALSE: Final = Some(())


def every(parts: Iterable[Formula]) -> Formula:
    """Join formulas by and."""
    found = tuple(parts)
    return found[0] if len(found) == 1 else All(found)


def some(parts: Iterable[Formula]) -> Formula:
    """Join formulas by or."""
    found = tuple(parts)
    return found[0] if len(found) == 1 else Some(found)


def denied(formula: Formula) -> Formula:
    """Give the formula that holds exactly where this one doesn't."""
    if isinstance(formula, Is):
        return Is(formula.atom, not formula.wanted)
    parts = tuple(map(denied, formula.parts))
    return Some(parts) if isinstance(formula, All) else All(parts)


def atoms_of(formula: Formula) -> Iterable[Atom]:
    """Give the conditions of a formula, with repetitions."""
    pending: list[Formula] = [formula]
    while pending:
        part = pending.pop()
        if isinstance(part, Is):
            yield part.atom
        else:
            pending.extend(part.parts)


class Formulas:
    """Makes formulas of the rules of one document; equal conditions are one atom, audiences are written out once."""

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler
        self.vocabulary = compiler.vocabulary
        self._atoms: dict[object, Atom] = {}
        self._audiences: dict[tuple[str, bool], Formula] = {}

    def of(self, node: Node, sign: bool = True) -> Formula:
        """Give the formula of a condition, or with sign False of its negation."""
        if isinstance(node, Literal):
            value = node.value
            plain = list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value
            return TRUE if truth(plain) is sign else FALSE
        if isinstance(node, Var):
            return self._atom(node, sign)
        if node.op in ("!", "!!"):
            return self.of(node.args[0], sign is (node.op == "!!"))
        if node.op in ("and", "or"):
            parts = [self.of(arg, sign) for arg in node.args]
            return every(parts) if (node.op == "and") is sign else some(parts)
        if node.op == "if":
            return self._choice(node.args, sign)
        if node.op == "audience":
            return self._audience(cast(str, cast(Literal, node.args[0]).value), sign)
        return self._condition(node, sign)

    def _audience(self, name: str, sign: bool) -> Formula:
        key = (name, sign)
        if key not in self._audiences:
            tree = self.vocabulary.audience(name).node
            assert tree is not None
            self._audiences[key] = self.of(tree, sign)
        return self._audiences[key]

    def _choice(self, args: tuple[Node, ...], sign: bool) -> Formula:
        if len(args) < 2:
            return self.of(args[0], sign) if args else (FALSE if sign else TRUE)
        taken = every((self.of(args[0]), self.of(args[1], sign)))
        return some((taken, every((self.of(args[0], False), self._choice(args[2:], sign)))))

    def _condition(self, node: Call, sign: bool) -> Formula:
        """Write a condition on a chosen value as a choice of conditions."""
        if OPERATORS[node.op].takes != "quantifier":
            for place, arg in enumerate(node.args):
                if isinstance(arg, Call) and arg.op == "if":
                    return self._on_choice(node, place, arg.args, sign)
        return self._atom(node, sign)

    def _on_choice(self, node: Call, place: int, args: tuple[Node, ...], sign: bool) -> Formula:
        def on(value: Node) -> Formula:
            return self._condition(Call(node.op, (*node.args[:place], value, *node.args[place + 1 :])), sign)

        if len(args) < 2:
            return on(args[0] if args else Literal(None))
        yes, no = self.of(args[0]), self.of(args[0], False)
        neither = every((denied(yes), denied(no), on(Literal(None))))
        return some((every((yes, on(args[1]))), every((no, self._on_choice(node, place, args[2:], sign))), neither))

    def _atom(self, node: Node, sign: bool) -> Formula:
        key = (key_of(node), sign)
        atom = self._atoms.get(key)
        if atom is None:
            facts = tuple(sorted(reads_of(node, self.vocabulary)))
            run = self.compiler.condition(node, sign)
            if not facts:
                return TRUE if run(lambda _: None, {}) is True else FALSE
            atom = self._atoms[key] = Atom(node, sign, facts, run)
        return Is(atom, True)


def key_of(node: Node) -> object:
    """Give what two conditions share that say the same in the same words, wherever they stand."""
    if isinstance(node, Literal):
        return (node.value.__class__.__name__, node.value)
    if isinstance(node, Var):
        return (node.name, None if node.default is None else key_of(node.default))
    return (node.op, *map(key_of, node.args))
