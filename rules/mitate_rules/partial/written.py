"""Operands over withheld facts: known parts folded, the rest written as JSON."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final, Protocol, cast

from mitate_rules.facts import AnyItem, Read, looks
from mitate_rules.operators import OPERATORS
from mitate_rules.parse import MAX_NUMBER, MAX_TEXT
from mitate_rules.partial.leaves import UnfoldableError
from mitate_rules.partial.residual import (
    NOBODY,
    Folded,
    Names,
    Operand,
    Rest,
    Span,
    about,
    dual,
    members,
    normal,
    plain_number,
    text_of,
)
from mitate_rules.tree import Call, Literal, Node, Var
from mitate_rules.values import WITHHELD, Answer, is_number, to_number, truth
from mitate_rules.vocabulary import Vocabulary

Memo = dict[str, Answer]
Folds = dict[tuple[str, bool], Folded]
Fold = Callable[[Read, Memo, Folds], Folded]
NOTHING: Final = Operand(None, True)


class Conditions(Protocol):
    """Who folds the conditions that stand in operands."""

    vocabulary: Vocabulary

    def condition(self, node: Node, sign: bool = True, scope: str | None = None) -> Fold: ...


class Written:
    """Writes operands for one visitor; in a quantifier, `scope` is the type of the items."""

    def __init__(self, conditions: Conditions, read: Read, memo: Memo, folds: Folds, scope: str | None) -> None:
        self._conditions = conditions
        self._facts = conditions.vocabulary.facts
        self._read = read
        self._memo = memo
        self._folds = folds
        self._scope = scope

    def operand(self, node: Node) -> Operand:
        """Write an operand; raises `UnfoldableError` when the dialect has no words for it."""
        if isinstance(node, Literal):
            return said(node.value, NOBODY)
        if isinstance(node, Var):
            return self._fact(node)
        if node.op == "if":
            return self._chosen(node.args)
        if node.op == "filter":
            return self._filtered(node)
        return _computed(node.op, [self.operand(arg) for arg in node.args])

    def _fact(self, node: Var) -> Operand:
        name = node.name.removeprefix("@")
        in_item = self._scope is not None and name == node.name
        kind = self._type(node.name)
        # A clock outside a quantifier is a plain name, inside it is read past the item.
        found = self._read(node.name)
        names = NOBODY if in_item else frozenset((name,))
        if found is WITHHELD:
            default = self.operand(node.default) if node.default is not None else NOTHING
            if default.odd:
                raise UnfoldableError
            written: object = name if default.known and default.json is None else [name, default.json]
            return Operand({"var": written}, False, names | default.facts, default.carried, kind, lists=default.lists)
        if found is None or (kind is not None and not looks(kind)(found)):
            if node.default is not None:
                return self.operand(node.default)
            return Operand(None, True, carried=names, type=kind)
        return said(found, names, kind)

    def _type(self, name: str) -> str | None:
        if self._scope is not None:
            return self._scope or None if name == "" else None
        fact = self._facts.find(name)
        return fact.type if fact is not None else None

    def _fold(self, node: Node, sign: bool, scope: str | None) -> Folded:
        return self._conditions.condition(node, sign, scope)(self._read, self._memo, self._folds)

    def _chosen(self, args: Sequence[Node]) -> Operand:
        if len(args) == 1:
            return self.operand(args[0])
        if not args:
            return NOTHING
        yes, no = self._fold(args[0], True, self._scope), self._fold(args[0], False, self._scope)
        if yes is True:
            return self.operand(args[1])
        if no is True:
            return self._chosen(args[2:])
        taken = self.operand(args[1]) if yes is not False else NOTHING
        other = self._chosen(args[2:]) if no is not False else NOTHING
        if yes is False and no is False:
            return NOTHING
        if taken.odd or other.odd:
            raise UnfoldableError
        if isinstance(yes, bool):
            return _if(cast(Rest, no), other, NOTHING)
        if isinstance(no, bool) or _agree(yes, no):
            return _if(yes, taken, other)
        return _if(_decided(yes), taken, _if(no, other, NOTHING))

    def _filtered(self, node: Call) -> Operand:
        listed = self.operand(node.args[0])
        if listed.known:
            if listed.json and not listed.odd:
                raise UnfoldableError
            return listed
        inner = self._conditions.vocabulary.items_of(node.args[0])
        holds = self._conditions.condition(node.args[1], True, inner)
        left = holds(AnyItem(self._read), self._memo, self._folds)
        if left is False:
            return Operand([], True, listed.facts, listed.carried, "list")
        if left is True:
            if listed.type != "list":
                raise UnfoldableError
            return listed
        facts, carried = listed.facts | left.facts, listed.carried | left.carried
        return Operand(
            {"filter": [listed.json, left.rule]}, False, facts, carried, "list", lists=listed.lists or left.lists
        )


def _agree(yes: Rest, no: Folded) -> bool:
    """Tell whether a condition, read under the opposite sign, says what is left of its negation."""
    opposite = normal(dual(yes))
    return isinstance(opposite, Rest) and isinstance(no, Rest) and opposite.text == no.text


def _decided(rest: Rest) -> Rest:
    """Write a remainder as one that holds under either sign: under `!` wherever it doesn't hold, for whatever reason.

    Of a condition that lacks an operand neither it nor its negation holds. A value chosen by it is then null.
    """
    if rest.total:
        return rest
    asked = _if(rest, Operand(1, True), Operand(0, True))
    return about(Span(asked, "in", members([1])))


def _if(condition: Rest, taken: Operand, other: Operand) -> Operand:
    branches: list[object] = [condition.rule, taken.json]
    more = cast("dict[str, list[object]]", {} if other.known else other.json).get("if", [])
    if more:
        branches += more
    elif not (other.known and other.json is None):
        branches.append(other.json)
    facts, carried = condition.facts | taken.facts | other.facts, condition.carried | taken.carried | other.carried
    lists = condition.lists or taken.lists or other.lists
    return Operand({"if": branches}, False, facts, carried, lists=lists)


def said(value: object, carried: Names, kind: str | None = None) -> Operand:
    """Write a known value as JSON; what no literal of a rule can say is odd, or can't be folded."""
    if value is None or isinstance(value, bool):
        return Operand(value, True, carried=carried, type=kind)
    if isinstance(value, str):
        if len(value) > MAX_TEXT or not (value.isascii() or _encodable(value)):
            raise UnfoldableError
        return Operand(value, True, carried=carried, type=kind)
    if is_number(value):
        return Operand(_number(cast(float, value)), True, carried=carried, type=kind)
    if isinstance(value, (list, tuple)):
        items = [said(item, carried) for item in cast("Sequence[object]", value) if not isinstance(item, (list, tuple))]
        return Operand([item.json for item in items if not item.odd], True, carried=carried, type=kind)
    return Operand(truth(value), True, carried=carried, type=kind, odd=True)


def _encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _number(value: float) -> float:
    """Write a number as one that every language reads alike."""
    if isinstance(value, int) and abs(value) <= MAX_NUMBER:
        return int(value)
    number = to_number(value)
    if not math.isfinite(number) or number != value:
        raise UnfoldableError
    return plain_number(number)


def _computed(op: str, operands: list[Operand]) -> Operand:
    """Fold arithmetic: numbers are added and multiplied from left to right, so that no rounding changes."""
    facts = NOBODY.union(*(one.facts for one in operands))
    carried = NOBODY.union(*(one.carried for one in operands))
    if any(one.odd or (one.known and not is_number(one.json)) for one in operands):
        return Operand(None, True, facts, carried, "number")
    compute = cast("Callable[..., float | None]", OPERATORS[op].evaluate)
    known = [one for one in operands if one.known]
    if len(known) < len(operands):
        if op in ("min", "max"):
            operands = _once([one for one in operands if not one.known] + _folded(compute, known))
        elif op in ("+", "*"):
            first = next(place for place, one in enumerate(operands) if not one.known)
            operands = _folded(compute, operands[:first]) + operands[first:]
            operands = sorted(operands, key=_text, reverse=True) if len(operands) == 2 else operands
        if any(one.json is None for one in operands):
            return Operand(None, True, facts, carried, "number")
        lists = any(one.lists for one in operands)
        return Operand({op: [one.json for one in operands]}, False, facts, carried, "number", lists=lists)
    result = compute(*(one.json for one in operands))
    return Operand(None if result is None else _number(result), True, facts, carried, "number")


def _folded(compute: Callable[..., float | None], known: list[Operand]) -> list[Operand]:
    """Fold numbers that stand together into one."""
    if len(known) < 2:
        return known
    result = compute(*(one.json for one in known))
    carried = NOBODY.union(*(one.carried for one in known))
    return [Operand(None if result is None else _number(result), True, carried=carried)]


def _once(operands: list[Operand]) -> list[Operand]:
    found = {_text(one): one for one in operands}
    return [found[text] for text in sorted(found, reverse=True)]


def _text(operand: Operand) -> str:
    return text_of(operand.json)
