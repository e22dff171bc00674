"""What is left of a condition while facts are withheld: a normal form, so that equal remainders are equal JSON.

A remainder is an `and` or `or` of remainders, or a leaf: one comparison, possibly negated. `join` keeps the form: no
`and` in an `and`, no duplicates, nothing that another part implies, parts in the order of their JSON text. What
equalities, memberships and bounds say of one operand is joined by the algebra of sets and intervals.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal, cast

from mitate_rules.values import kind_of

Json = dict[str, object]
Join = Literal["and", "or"]
Names = frozenset[str]
NOBODY: Final[Names] = frozenset()
DUAL: Final[Mapping[str, Join]] = {"and": "or", "or": "and"}


def text_of(value: object) -> str:
    """Write JSON in its one canonical form, which is also what parts are ordered by."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def plain_number(value: float) -> float:
    """Write a whole float as an int, so that 2 and 2.0 are one JSON."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of a comparison: a value that is `known`, or an expression over withheld facts.

    `carried` names the facts whose values stand in it, `lists` tells whether it asks a list; `odd` marks a value that
    no JSON literal can say, and of which `json` is the truth.
    """

    json: object
    known: bool = False
    facts: Names = NOBODY
    carried: Names = NOBODY
    type: str | None = None
    odd: bool = False
    lists: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """What a leaf says of one operand: it is among `values`, is not, or lies beyond `bound`."""

    operand: Operand
    kind: Literal["in", "out", "low", "high"]
    values: Mapping[tuple[str, object], object] = field(default_factory=dict[tuple[str, object], object])
    bound: float = 0
    strict: bool = False

    def holds(self, value: object) -> bool:
        """Tell whether a value lies within the bound."""
        if kind_of(value) != "number":
            return False
        number = cast(float, value)
        if number == self.bound:
            return not self.strict
        return number > self.bound if self.kind == "low" else number < self.bound

    def negated(self) -> Span:
        """Give what holds of the operand where this doesn't, unless it is missing."""
        if self.kind == "in" or self.kind == "out":
            return Span(self.operand, "out" if self.kind == "in" else "in", self.values)
        kind: Literal["low", "high"] = "high" if self.kind == "low" else "low"
        return Span(self.operand, kind, {}, self.bound, not self.strict)

    def rule(self) -> Json:
        """Write it as a condition."""
        operand = self.operand.json
        if self.kind == "low" or self.kind == "high":
            return {_SIGNS[self.kind, self.strict]: [operand, self.bound]}
        values = [self.values[key] for key in sorted(self.values, key=_value_order)]
        if len(values) == 1:
            return {"==" if self.kind == "in" else "!=": [operand, values[0]]}
        among: Json = {"in": [operand, values]}
        return among if self.kind == "in" else {"!": among}


_SIGNS: Final = {("low", True): ">", ("low", False): ">=", ("high", True): "<", ("high", False): "<="}


def _value_order(key: tuple[str, object]) -> tuple[str, float, str]:
    kind, value = key
    return (kind, cast(float, value), "") if kind == "number" else (kind, 0, str(value))


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """What is left of a condition: a valid rule that depends on `facts`, all of them withheld.

    `carried` names known facts whose values stand in it, `lists` tells whether it asks a list or a network. Nobody
    may change `rule`: it is shared. `text` is its canonical JSON; equal remainders have equal texts.

    The dialect has no words for some known values beside withheld ones: a text with half a character or of more than
    10,000, an object, a number that no double is, an instant beyond the years 1 to 9999; the clock of `count_events`, of a `days_since` whose days
    are withheld, or within a quantifier; the items of a known list that a `filter` asks of withheld facts; an "if" that
    would nest too deep; a value that, beside an "if" or a default, the check of types refuses. Such a condition stands as it was, with its audiences' rules for their names, and goes on
    reading those facts. They are `carried` too, so that no browser is told of it.
    """

    rule: Json
    text: str
    facts: Names
    carried: Names = NOBODY
    lists: bool = False
    op: Literal["and", "or", "leaf"] = "leaf"
    parts: tuple[Rest, ...] = ()
    inverse: Json = field(default_factory=dict[str, object])
    inverse_text: str = ""
    total: bool = False
    span: Span | None = None


Folded = bool | Rest


def leaf(
    rule: Json,
    inverse: Json,
    operands: Iterable[Operand],
    *,
    total: bool = False,
    lists: bool = False,
    span: Span | None = None,
) -> Rest:
    """Make a leaf; `total` tells that it or its inverse always holds, missing facts or not."""
    facts = carried = NOBODY
    for operand in operands:
        facts |= operand.facts
        carried |= operand.carried
        lists |= operand.lists
    return Rest(rule, text_of(rule), facts, carried, lists, "leaf", (), inverse, text_of(inverse), total, span)


def signed(
    positive: Json, sign: bool, operands: Iterable[Operand], *, total: bool = False, lists: bool = False
) -> Rest:
    """Make a leaf of a condition whose negation is written with `!`."""
    negative: Json = {"!": positive}
    rule, inverse = (positive, negative) if sign else (negative, positive)
    return leaf(rule, inverse, operands, total=total, lists=lists)


def about(span: Span, more: Names = NOBODY) -> Rest:
    """Make a leaf of what is said of one operand; `more` are facts whose values stand in the bounds."""
    known = Operand(None, True, carried=more)
    total = span.kind in ("in", "out")
    return leaf(span.rule(), span.negated().rule(), (span.operand, known), total=total, span=span)


def members(values: Iterable[object]) -> dict[tuple[str, object], object]:
    """Key values so that 1, 1.0 and true are told apart as the engine does."""
    found: dict[tuple[str, object], object] = {}
    for value in values:
        kind = kind_of(value)
        plain = plain_number(cast(float, value)) if kind == "number" else value
        found[kind, plain] = plain
    return found


def negated(rest: Rest) -> Rest:
    """Turn a leaf around."""
    inverse = leaf(
        rest.inverse, rest.rule, (), total=rest.total, lists=rest.lists, span=rest.span and rest.span.negated()
    )
    return _with(inverse, rest.facts, rest.carried)


def _with(rest: Rest, facts: Names, carried: Names) -> Rest:
    return Rest(
        rest.rule,
        rest.text,
        facts,
        carried,
        rest.lists,
        rest.op,
        rest.parts,
        rest.inverse,
        rest.inverse_text,
        rest.total,
        rest.span,
    )


def carrying(folded: Folded, carried: Names) -> Folded:
    """Say that values of further facts stand in a remainder."""
    return folded if isinstance(folded, bool) else _with(folded, folded.facts, folded.carried | carried)


def dual(rest: Rest) -> Rest:
    """Write a remainder so that, read under the opposite sign, it means what it meant.

    Nothing is simplified: what follows under one sign need not under the other, where a fact is missing.
    """
    if rest.op == "leaf":
        return negated(rest)
    return _built(DUAL[rest.op], [dual(part) for part in rest.parts])


def normal(rest: Rest) -> Folded:
    """Bring a remainder that was turned around into its normal form."""
    if rest.op == "leaf":
        return rest
    decisive = rest.op == "or"
    parts = [normal(part) for part in rest.parts]
    if any(part is decisive for part in parts):
        return decisive
    left = [part for part in parts if isinstance(part, Rest)]
    return join(rest.op, left) if left else not decisive


def join(op: Join, parts: Sequence[Rest]) -> Folded:
    """Join what is left of the parts of an `and` or `or`."""
    if len(parts) == 1:
        return parts[0]
    for part in parts:
        if part.carried:
            return _joined(op, tuple(parts))  # values of one visitor are not kept
    return _remembered(op, tuple(parts))


@lru_cache(maxsize=8192)
def _remembered(op: Join, parts: tuple[Rest, ...]) -> Folded:
    return _joined(op, parts)


def _joined(op: Join, parts: Sequence[Rest]) -> Folded:
    flat: list[Rest] = []
    for part in parts:
        flat.extend(part.parts if part.op == op else (part,))
    spans: dict[str, list[Rest]] = {}
    found: dict[str, Rest] = {}
    for part in flat:
        if part.span is not None:
            spans.setdefault(text_of(part.span.operand.json), []).append(part)
        else:
            _add(found, part)
    for group in spans.values():
        merged = _GROUPS[op](group)
        if isinstance(merged, bool):
            return merged
        for part in merged:
            _add(found, part)
    for part in found.values():
        if part.inverse_text in found and (op == "and" or part.total):
            return op == "or"
    kept = _absorbed(list(found.values()))
    return kept[0] if len(kept) == 1 else _built(op, kept)


def _add(found: dict[str, Rest], part: Rest) -> None:
    """Keep one of two equal parts: the one that carries values, if either does."""
    if part.text not in found or part.carried:
        found[part.text] = part


def _built(op: Join, parts: Sequence[Rest]) -> Rest:
    ordered = sorted(parts, key=lambda part: part.text)
    rule: Json = {op: [part.rule for part in ordered]}
    text = f'{{"{op}":[{",".join(part.text for part in ordered)}]}}'
    facts, carried = NOBODY.union(*(part.facts for part in ordered)), NOBODY.union(*(part.carried for part in ordered))
    lists, total = any(part.lists for part in ordered), all(part.total for part in ordered)
    return Rest(rule, text, facts, carried, lists, op, tuple(ordered), total=total)


def _absorbed(parts: list[Rest]) -> list[Rest]:
    """Drop a part that another one decides: `a or (a and b)` is `a`."""
    reach = [frozenset(inner.text for inner in part.parts) if part.parts else frozenset((part.text,)) for part in parts]
    if all(len(texts) == 1 for texts in reach):
        return parts
    return [part for part, texts in zip(parts, reach, strict=True) if not any(other < texts for other in reach)]


# -- what several leaves say of one operand


def _grouped_and(leaves: Sequence[Rest]) -> bool | list[Rest]:
    if len(leaves) == 1:
        return list(leaves)
    wanted, refused, low, high = _sorted_out(leaves, "and")
    bounds = [bound for bound in (low, high) if bound is not None]
    operand = _operand_of(leaves)
    if low is not None and high is not None and _apart(low, high):
        return False
    if wanted is not None:
        left = {
            key: value
            for key, value in wanted.items()
            if key not in refused and all(bound.holds(value) for bound in bounds)
        }
        return [_said(leaves, Span(operand, "in", left))] if left else False
    refused = {key: value for key, value in refused.items() if all(bound.holds(value) for bound in bounds)}
    said = [_said(leaves, Span(operand, bound.kind, {}, bound.bound, bound.strict)) for bound in bounds]
    return [*said, _said(leaves, Span(operand, "out", refused))] if refused else said


def _apart(low: Span, high: Span) -> bool:
    return low.bound > high.bound or (low.bound == high.bound and (low.strict or high.strict))


def _grouped_or(leaves: Sequence[Rest]) -> bool | list[Rest]:
    if len(leaves) == 1:
        return list(leaves)
    # The mirror image: all but `refused` holds, or else `wanted` does.
    refused, wanted, low, high = _sorted_out(leaves, "or")
    bounds = [bound for bound in (low, high) if bound is not None]
    operand = _operand_of(leaves)
    if refused is not None:
        left = {
            key: value
            for key, value in refused.items()
            if key not in wanted and not any(bound.holds(value) for bound in bounds)
        }
        return [_said(leaves, Span(operand, "out", left))] if left else True
    wanted = {key: value for key, value in wanted.items() if not any(bound.holds(value) for bound in bounds)}
    said = [_said(leaves, Span(operand, bound.kind, {}, bound.bound, bound.strict)) for bound in bounds]
    return [*said, _said(leaves, Span(operand, "in", wanted))] if wanted else said


_GROUPS: Final = {"and": _grouped_and, "or": _grouped_or}
Members = dict[tuple[str, object], object]


def _sorted_out(leaves: Sequence[Rest], op: Join) -> tuple[Members | None, Members, Span | None, Span | None]:
    """Give the sets that are intersected and united, and the bounds that count: the tightest, in an `or` the widest."""
    crossed: Members | None = None
    united: Members = {}
    low: Span | None = None
    high: Span | None = None
    tight = op == "and"
    for part in leaves:
        span = cast(Span, part.span)
        if span.kind == "low":
            low = span if low is None or ((span.bound, span.strict) > (low.bound, low.strict)) is tight else low
        elif span.kind == "high":
            high = span if high is None or ((-span.bound, span.strict) > (-high.bound, high.strict)) is tight else high
        elif (span.kind == "in") is tight:
            kept = {key: value for key, value in span.values.items() if crossed is None or key in crossed}
            crossed = kept
        else:
            united |= span.values
    return crossed, united, low, high


def _operand_of(leaves: Sequence[Rest]) -> Operand:
    return cast(Span, leaves[0].span).operand


def _said(leaves: Sequence[Rest], span: Span) -> Rest:
    return about(span, NOBODY.union(*(part.carried for part in leaves)))
