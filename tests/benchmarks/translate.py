"""Targeting rules in the words of other engines, so that all of them give the same answers on the same visitors.

A rule is first brought to a normal form: audiences and lists written out, `!` pushed down to the comparisons, each
comparison one of a few tests of one fact. A test of order never holds for a missing fact, nor does its opposite;
where an engine thinks otherwise, the translation carries a default or a bound beside it.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

Json = object
Group = Callable[[str, bool], "Form | None"]

OPPOSITE: Final = {"==": "!=", "<": ">=", "<=": ">", "in": "!in", "has": "!has", "starts": "!starts", "ends": "!ends"}
OPPOSITE.update({turned: op for op, turned in OPPOSITE.items()})
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ABOVE_ALL: Final = 1e15


@dataclass(frozen=True)
class Test:
    """One test of one fact; `has` asks a list for an item."""

    op: str
    fact: str
    wanted: Json


@dataclass(frozen=True)
class Join:
    """`and` or `or` of several."""

    op: str
    parts: tuple[Form, ...]


@dataclass(frozen=True)
class Shared:
    """A named audience, for engines that know such a thing."""

    name: str
    sign: bool


Form = Test | Join | Shared


class Normal:
    """Brings the rules of one set to normal form; audiences are written out unless `shared`."""

    def __init__(
        self,
        audiences: Mapping[str, Mapping[str, object]],
        lists: Mapping[str, Sequence[str]],
        *,
        shared: bool = False,
    ) -> None:
        self._audiences, self._lists, self._shared = audiences, lists, shared

    def form(self, rule: object, sign: bool = True) -> Form:
        """Give a rule, or its opposite, in normal form."""
        ((op, given),) = cast("Mapping[str, object]", rule).items()
        args = cast("list[object]", given if isinstance(given, list) else [given])
        if op == "!":
            return self.form(args[0], not sign)
        if op in ("and", "or"):
            joined = op if sign else ("or" if op == "and" else "and")
            return Join(joined, tuple(self.form(arg, sign) for arg in args))
        if op == "audience":
            name = cast(str, args[0])
            return Shared(name, sign) if self._shared else self.form(self._audiences[name]["when"], sign)
        tests = self._tests(op, args)
        if not sign:
            tests = [Test(OPPOSITE[one.op], one.fact, one.wanted) for one in tests]
        if op == "time_between" and cast(str, args[0]) > cast(str, args[1]):
            sign = not sign  # across midnight: after the start *or* before the end
        return tests[0] if len(tests) == 1 else Join("and" if sign else "or", tuple(tests))

    def _tests(self, op: str, args: Sequence[object]) -> list[Test]:
        if op == "var":
            return [Test("==", cast(str, args[0]), True)]
        if op == "weekday":
            names = cast("Sequence[object]", args[0] if isinstance(args[0], list) else args)
            return [Test("in", "time.weekday", [DAYS.index(one) + 1 if isinstance(one, str) else one for one in names])]
        if op == "time_between":
            start, end = (int(cast(str, arg)[:2]) for arg in args)
            return [Test(">=", "time.hour", start), Test("<", "time.hour", end)]
        if op in ("<", "<=") and len(args) == 3:
            turned = {"<": ">", "<=": ">="}[op]
            return [Test(turned, _fact(args[1]), args[0]), Test(op, _fact(args[1]), args[2])]
        fact = _fact(args[0])
        if op == "between":
            return [Test(">=", fact, args[1]), Test("<=", fact, args[2])]
        return [_one(op, fact, self._lists[cast(str, args[1])] if op == "in_list" else args[1])]


def _fact(operand: object) -> str:
    return cast(str, cast("Mapping[str, object]", operand)["var"])


def _one(op: str, fact: str, wanted: object) -> Test:
    if op in ("after", "before"):
        moment = datetime.datetime.fromisoformat(cast(str, wanted)).timestamp()
        return Test(">=" if op == "after" else "<", fact, int(moment))
    if op == "matches_glob":
        return _glob(fact, cast(str, wanted))
    names = {"in_list": "in", "contains": "has", "starts_with": "starts", "ends_with": "ends"}
    return Test(names.get(op, op), fact, wanted)


def _glob(fact: str, pattern: str) -> Test:
    """Write `/a/**` as a beginning and `/**/a` as an end."""
    if pattern.endswith("/**") and "*" not in pattern[:-2]:
        return Test("starts", fact, pattern[:-2])
    assert pattern.startswith("/**/")
    assert "*" not in pattern[3:]
    return Test("ends", fact, pattern[3:])


# -- JSON-Logic


def json_logic(form: Form, *, text_operators: bool) -> Json:
    """Write it in JSON-Logic; without `starts_with` and `ends_with` a text is cut and compared."""
    if isinstance(form, Join):
        return {form.op: [json_logic(part, text_operators=text_operators) for part in form.parts]}
    assert isinstance(form, Test)
    if form.op[0] == "!" and form.op != "!=":
        return {"!": [json_logic(Test(form.op[1:], form.fact, form.wanted), text_operators=text_operators)]}
    read: Json = {"var": form.fact}
    if form.op == "has":
        return {"in": [form.wanted, read]}
    if form.op in ("starts", "ends"):
        wanted = cast(str, form.wanted)
        if text_operators:
            return {f"{form.op}_with": [read, wanted]}
        cut = [read, 0, len(wanted)] if form.op == "starts" else [read, -len(wanted)]
        return {"==": [{"substr": cut}, wanted]}
    if form.op in ("<", "<="):
        read = {"var": [form.fact, "~" if isinstance(form.wanted, str) else ABOVE_ALL]}
    elif form.op in (">", ">="):
        read = {"var": [form.fact, "" if isinstance(form.wanted, str) else -1]}
    return {form.op: [read, form.wanted]}


# -- growthbook's conditions (MongoDB's words)

_MONGO: Final = {
    "==": "$eq",
    "!=": "$ne",
    "<": "$lt",
    "<=": "$lte",
    ">": "$gt",
    ">=": "$gte",
    "in": "$in",
    "!in": "$nin",
}


def mongo(form: Form) -> Json:
    """Write it as a condition; audiences stay saved groups."""
    if isinstance(form, Join):
        return {f"${form.op}": [mongo(part) for part in form.parts]}
    if isinstance(form, Shared):
        group: Json = {"$savedGroup": {"id": form.name}}
        return group if form.sign else {"$not": group}
    if form.op in _MONGO:
        return {form.fact: {_MONGO[form.op]: form.wanted}}
    if form.op.endswith("has"):
        test: Json = {"$elemMatch": {"$eq": form.wanted}}
    else:
        test = {"$regex": f"^{form.wanted}" if form.op.endswith("starts") else f"{form.wanted}$"}
    return {form.fact: {"$not": test} if form.op[0] == "!" else test}


# -- the Common Expression Language

_CEL: Final = {
    "has": "{1} in {0}",
    "in": "{0} in {1}",
    "starts": "{0}.startsWith({1})",
    "ends": "{0}.endsWith({1})",
}


def cel(form: Form) -> str:
    """Write it as an expression over the facts that `filled` gives."""
    if isinstance(form, Join):
        return "(" + (" && " if form.op == "and" else " || ").join(map(cel, form.parts)) + ")"
    assert isinstance(form, Test)
    if form.op[0] == "!" and form.op != "!=":
        return f"!({cel(Test(form.op[1:], form.fact, form.wanted))})"
    name, wanted = cel_name(form.fact), json.dumps(_float(form.wanted))
    if form.op in _CEL:
        return _CEL[form.op].format(name, wanted)
    known = f"{name} >= 0.0 && " if form.op in ("<", "<=") and not isinstance(form.wanted, str) else ""
    return f"({known}{name} {form.op} {wanted})" if known else f"{name} {form.op} {wanted}"


def _float(value: Json) -> Json:
    """Give numbers as floats: to this language 1 and 1.0 are of two types."""
    if isinstance(value, list):
        return [_float(item) for item in cast("list[object]", value)]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def cel_name(fact: str) -> str:
    """Give a fact's name without the minus signs that would be read as such."""
    return fact.replace("-", "_")


# -- visitors


def known(visitor: Mapping[str, object]) -> dict[str, object]:
    """Give a visitor without the facts that are null: to some engines those are not missing."""
    return {key: _inside(value) for key, value in visitor.items() if value is not None}


def _inside(value: object) -> object:
    return known(cast("dict[str, object]", value)) if isinstance(value, dict) else value


def filled(visitor: Mapping[str, object], facts: Mapping[str, str]) -> dict[str, object]:
    """Give a visitor in whom each of the facts (name -> type) is known, missing ones as what no rule asks for."""
    made: dict[str, object] = {}
    for fact, kind in facts.items():
        *groups, last = cel_name(fact).split(".")
        inner = made
        for group in groups:
            inner = cast("dict[str, object]", inner.setdefault(group, {}))
        value = _read(visitor, fact)
        inner[last] = _float(value) if value is not None else _NOTHING[kind]
    return made


_NOTHING: Final[Mapping[str, object]] = {
    "string": "", "date": "", "integer": -1.0, "number": -1.0, "instant": -1.0, "boolean": False, "list": list[object](),
}  # fmt: skip


def _read(visitor: Mapping[str, object], fact: str) -> object:
    found: Mapping[str, object] = visitor
    *groups, last = fact.split(".")
    for group in groups:
        found = cast("Mapping[str, object]", found.get(group, {}))
    return found.get(last)
