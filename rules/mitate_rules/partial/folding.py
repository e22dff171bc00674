"""Fold what is known into a rule.

A condition is compiled, as in `program`, to one closure for each sign. Known facts are answered by the very closures
that decide, so that folding costs what deciding costs, and only what is undecided is written down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol, cast
from weakref import WeakKeyDictionary

from mitate_rules.check import check
from mitate_rules.facts import AnyItem, Item, Read
from mitate_rules.operators import NEEDS_ALL, OPERATORS
from mitate_rules.partial.leaves import Asked, UnfoldableError, compare, is_open, joined
from mitate_rules.partial.reading import clock_of, reads
from mitate_rules.partial.residual import Folded, Join, Json, Operand, Rest, Span, carrying, dual, join, leaf, signed
from mitate_rules.partial.told import ops_of
from mitate_rules.partial.written import Fold, Folds, Memo, Written
from mitate_rules.tree import Call, Literal, Node, Var
from mitate_rules.values import WITHHELD, Answer, same, truth
from mitate_rules.vocabulary import Vocabulary


class Compiles(Protocol):
    """What folding needs of the compiler."""

    vocabulary: Vocabulary

    def condition(self, node: Node, sign: bool = True, scope: str | None = None) -> Callable[[Read, Memo], Answer]: ...
    def value(self, node: Node, scope: str | None = None) -> Callable[[Read, Memo], object]: ...


def fold(node: Node, read: Read, compiler: Compiles) -> bool | Rest:
    """Give True, False, or what is left of a rule.

    True and False are the answer whatever the withheld facts are, so they may come where evaluation says `WITHHELD`.
    """
    return folder(compiler).rule(node)(read, {}, {})


class Folder:
    """Turns checked trees into closures that fold; shared audiences are compiled once."""

    def __init__(self, compiler: Compiles) -> None:
        self.vocabulary = compiler.vocabulary
        self._run = compiler.condition
        self._value = compiler.value
        self._rules: dict[int, tuple[Node, Fold]] = {}
        self._audiences: dict[tuple[str, bool, bool], Fold] = {}

    def rule(self, node: Node) -> Fold:
        """Compile a rule, once."""
        known = self._rules.get(id(node))
        if known is None:
            if len(self._rules) >= _REMEMBERED:
                self._rules.clear()
            known = self._rules[id(node)] = (node, self.condition(node))
        return known[1]

    def condition(self, node: Node, sign: bool = True, scope: str | None = None, *, undecided: bool = False) -> Fold:
        """Compile a condition; with sign False its negation.

        With `undecided` it is only asked where the answer is known to be neither True nor False: then all that is
        known of a conjunction holds, and need not be asked again.
        """
        if isinstance(node, Literal):
            return _constant(truth(node.value) is sign)
        if isinstance(node, Call):
            if node.op in ("!", "!!"):
                return self.condition(node.args[0], sign is (node.op == "!!"), scope, undecided=undecided)
            if node.op in ("and", "or"):
                return self._join(node, sign, scope, undecided)
            if node.op == "if":
                return self._choose(node.args, sign, scope)
            if node.op == "audience":
                return self._audience(cast(str, cast(Literal, node.args[0]).value), sign, undecided)
        return self._leaf(node, sign, scope)

    def _join(self, node: Call, sign: bool, scope: str | None, undecided: bool) -> Fold:
        op: Join = "and" if (node.op == "and") is sign else "or"
        undecided = undecided and op == "and" and scope is None
        folds = [self.condition(arg, sign, scope, undecided=undecided) for arg in node.args]
        if not undecided or len(folds) == 1:
            return _joining(op, folds)
        return _joining_undecided([(self._only_fact(arg), run) for arg, run in zip(node.args, folds, strict=True)])

    def _only_fact(self, node: Node) -> str | None:
        """Name the fact that a comparison reads, where it reads just one."""
        if isinstance(node, Call) and node.op in ("and", "or", "if", "audience"):
            return None
        names = set(reads(node, self.vocabulary, False))
        return names.pop() if len(names) == 1 else None

    def _audience(self, name: str, sign: bool, undecided: bool) -> Fold:
        """Compile an audience once; what is left of it stands in for its name."""
        key = (name, sign, undecided)
        if key not in self._audiences:
            tree = self.vocabulary.audience(name).node
            assert tree is not None
            self._audiences[key] = _shared((name, sign), self.condition(tree, sign, undecided=undecided))
        return self._audiences[key]

    def _choose(self, args: Sequence[Node], sign: bool, scope: str | None) -> Fold:
        """Compile if as (c and a) or (not c and b), as the program does."""
        run = self.condition(args[-1], sign, scope) if len(args) % 2 else _constant(not sign)
        for place in range(len(args) - len(args) % 2 - 2, -1, -2):
            yes, no = self.condition(args[place], True, scope), self.condition(args[place], False, scope)
            taken = _joining("and", [yes, self.condition(args[place + 1], sign, scope)])
            run = _joining("or", [taken, _joining("and", [no, run])])
        return run

    # -- leaves

    def _leaf(self, node: Node, sign: bool, scope: str | None) -> Fold:
        """Answer by the closure that decides; where that is undecided, write down what is left.

        A condition that reads one thing leaves always the same: that is written down once.
        """
        run = self._run(node, sign, scope)
        write = self._write(node, sign, scope)
        if len(set(reads(node, self.vocabulary, scope is not None))) > 1:

            def fold_several(read: Read, memo: Memo, folds: Folds) -> Folded:
                answer = run(read, memo)
                return write(read, memo, folds) if answer is WITHHELD else answer

            return fold_several
        left: list[Folded] = []

        def fold_one(read: Read, memo: Memo, folds: Folds) -> Folded:
            answer = run(read, memo)
            if answer is not WITHHELD:
                return answer
            if not left:
                left.append(write(read, memo, folds))
            return left[0]

        return fold_one

    def _write(self, node: Node, sign: bool, scope: str | None) -> Fold:
        quantifier = isinstance(node, Call) and node.op in ("some", "all", "none")
        attempt = self._quantifier(cast(Call, node), sign, scope) if quantifier else self._compared(node, sign, scope)

        def write(read: Read, memo: Memo, folds: Folds) -> Folded:
            try:
                left = attempt(read, memo, folds)
                if scope is not None or isinstance(left, bool) or '"if"' not in left.text or self._is_valid(left.rule):
                    return left
            except UnfoldableError:
                if scope is not None:
                    raise
            return self._as_it_stands(node, sign, read)

        return write

    def _compared(self, node: Node, sign: bool, scope: str | None) -> Fold:
        def write(read: Read, memo: Memo, folds: Folds) -> Folded:
            written = Written(self, read, memo, folds, scope)
            if not isinstance(node, Call) or OPERATORS[node.op].gives != "condition":
                operand = written.operand(node)
                if operand.known:
                    return (not operand.odd and truth(operand.json)) is sign
                return signed(cast(Json, operand.json), sign, (operand,), total=True)
            operands = [written.operand(arg) for arg in node.args]
            clock = [written.operand(arg) for arg in clock_of(node, self.vocabulary, scope is not None)]
            asked = Asked(node, operands, clock, sign, scope is not None)
            folded = compare(asked)
            if isinstance(folded, bool) or scope is not None or asked.as_written or self._is_valid(folded.rule):
                return folded
            return self._without_misfits(asked, folded)

        return write

    def _is_valid(self, rule: Json) -> bool:
        return check(rule, self.vocabulary)[0] is not None

    def _without_misfits(self, asked: Asked, folded: Rest) -> Folded:
        """Answer where a known value is none that the withheld fact can have: equal they are not, nor in any order."""
        span = folded.span
        if any(not one.known and self._may_be(one.json, asked, span) for one in asked.operands):
            raise UnfoldableError
        if span is not None and len(span.values) > 1:
            fitting = [one for one in span.values.values() if self._is_valid({"==": [span.operand.json, one]})]
            hay = Operand(fitting, True, carried=folded.carried)
            among = Call("in", asked.call.args, asked.call.pointer)
            return compare(Asked(among, (span.operand, hay), (), span.kind == "in", asked.inside))
        lacking = OPERATORS[asked.op].takes in NEEDS_ALL
        return False if lacking else asked.sign is asked.op.startswith("!")

    def _may_be(self, operand: object, asked: Asked, span: Span | None) -> bool:
        """Tell whether a default, or a branch of an "if", may be a value that the fact itself is never."""
        if is_open(operand):
            return False
        name_and_default = cast(Json, operand).get("var")
        default = cast("list[object]", name_and_default)[1] if isinstance(name_and_default, list) else operand
        if isinstance(default, dict) or not self._is_valid({"!=": [operand, None]}):
            return True
        wanted = [one.json for one in asked.operands if one.known] if span is None else span.values.values()
        return any(same(default, one) for one in wanted)

    def _as_it_stands(self, node: Node, sign: bool, read: Read) -> Rest:
        """Keep a condition that the dialect can't say without known facts; it goes on reading them (see `Rest`)."""
        names = frozenset(name.removeprefix("@") for name in reads(node, self.vocabulary, False))
        facts = frozenset(name for name in names if read(name) is WITHHELD)
        rule = cast(Json, self._json(node))
        return signed(
            rule, sign, (Operand(None, facts=facts, carried=names - facts),), lists=bool(LISTING & ops_of(rule))
        )

    def _json(self, node: Node) -> object:
        """Write a tree as JSON, audiences as their rules."""
        if isinstance(node, Literal):
            value = node.value
            return list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value
        if isinstance(node, Var):
            return {"var": node.name if node.default is None else [node.name, self._json(node.default)]}
        if node.op == "audience":
            tree = self.vocabulary.audience(cast(str, cast(Literal, node.args[0]).value)).node
            assert tree is not None
            return self._json(tree)
        return {node.op: [self._json(arg) for arg in node.args]}

    # -- quantifiers

    def _quantifier(self, node: Call, sign: bool, scope: str | None) -> Fold:
        """Fold some, all and none: over a known list item by item, else with the condition folded for any item."""
        exists = sign if node.op == "some" else not sign
        empty = not sign if node.op == "all" else not exists
        items = self._value(node.args[0], scope)
        holds = self.condition(
            node.args[1], sign if node.op == "all" else exists, self.vocabulary.items_of(node.args[0])
        )

        def fold_items(read: Read, memo: Memo, folds: Folds) -> Folded:
            found = items(read, memo)
            if found is WITHHELD:
                listed = Written(self, read, memo, folds, scope).operand(node.args[0])
                if listed.known:
                    return empty if listed.odd or not listed.json else _unsaid()
                inner = holds(AnyItem(read), memo, folds)
                return _quantified(node.op == "all", listed, inner, exists, empty)
            if not isinstance(found, (list, tuple)) or not found:
                return empty
            each = [holds(Item(item, read), memo, folds) for item in cast("Sequence[object]", found)]
            asked = {name.removeprefix("@") for name in reads(node.args[0], self.vocabulary, scope is not None)}
            names = frozenset(name for name in asked if scope is not None or read(name) is not WITHHELD)
            return carrying(joined("or" if exists else "and", each), names)

        return fold_items


_FOLDERS: Final[WeakKeyDictionary[Compiles, Folder]] = WeakKeyDictionary()
_REMEMBERED: Final = 4096
"""So many rules of a document stay compiled for folding; then it starts anew."""


def folder(compiler: Compiles) -> Folder:
    """Give the folder of a compiler."""
    found = _FOLDERS.get(compiler)
    if found is None:
        found = _FOLDERS[compiler] = Folder(compiler)
    return found


LISTING: Final = frozenset({"in_list", "in_cidr"})


def _unsaid() -> Folded:
    raise UnfoldableError


def _quantified(of_all: bool, listed: Operand, inner: Folded, exists: bool, empty: bool) -> Folded:
    """Write a quantifier over a withheld list; `inner` must hold of one item (exists) or of every one."""
    if isinstance(inner, bool):
        return inner if inner is empty else _filled(listed, inner)
    condition = (dual(inner) if empty else inner).rule
    known = Operand(None, True, inner.facts, inner.carried)
    if of_all:
        return signed({"all": [listed.json, condition]}, not empty, (listed, known), lists=inner.lists)
    some: Json = {"some": [listed.json, condition]}
    none: Json = {"none": [listed.json, condition]}
    return leaf(*((some, none) if exists else (none, some)), (listed, known), lists=inner.lists)


def _filled(listed: Operand, sign: bool) -> Rest:
    """Ask whether a list has items."""
    some: Json = {"some": [listed.json, True]}
    rule = cast(Json, listed.json) if listed.type == "list" else some
    return signed(rule, sign, (listed,), total=True)


# -- closures


def _constant(answer: bool) -> Fold:
    return lambda read, memo, folds: answer


def _shared(key: tuple[str, bool], run: Fold) -> Fold:
    def shared(read: Read, memo: Memo, folds: Folds) -> Folded:
        folded = folds.get(key)
        if folded is None:
            folded = folds[key] = run(read, memo, folds)
        return folded

    return shared


def _joining(op: Join, folds: Sequence[Fold]) -> Fold:
    """Fold the parts until one decides, and join what is left of the others."""
    if len(folds) == 1:
        return folds[0]
    decisive = op == "or"
    several = tuple(folds)

    def joining(read: Read, memo: Memo, rests: Folds) -> Folded:
        left: list[Rest] | None = None
        for run in several:
            part = run(read, memo, rests)
            if part is decisive:
                return decisive
            if part is not True and part is not False:
                if left is None:
                    left = [part]
                else:
                    left.append(part)
        if left is None:
            return not decisive
        return left[0] if len(left) == 1 else join(op, left)

    return joining


def _joining_undecided(parts: Sequence[tuple[str | None, Fold]]) -> Fold:
    """Join what is left of a conjunction that is undecided; a part that reads one known fact holds."""
    several = tuple(parts)

    def joining(read: Read, memo: Memo, rests: Folds) -> Folded:
        left: list[Rest] = []
        for name, run in several:
            if name is not None and read(name) is not WITHHELD:
                continue
            part = run(read, memo, rests)
            if part is False:
                return False
            if part is not True:
                left.append(part)
        return join("and", left) if left else True

    return joining
