"""The rule engines compared, all behind one face: which rule is the first that matches, and which all do.

Each is used in the way that is fastest for it; what a visitor must be converted to is converted at each call, from
the plain mapping that everyone gets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol, cast

import cel as common_expression_language
import datalogic_py as datalogic
import jsonlogic_rs  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]
from growthbook.core import evalCondition
from json_logic.apply import apply  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]
from json_logic.builtins import BUILTINS  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]
from shapes import Shape, Visitor
from translate import Normal, cel, filled, json_logic, known, mongo

from mitate_rules import Context


class Engine(Protocol):
    """One engine with the rules of a shape."""

    name: str

    def prepare(self, visitor: Visitor) -> Visitor:
        """Make a visitor from which nothing distracts: done once, not measured."""
        ...

    def first(self, visitor: Visitor) -> str | None: ...
    def every(self, visitor: Visitor) -> list[str]: ...


class Ours:
    """The rule set, given a plain mapping."""

    name = "mitate"

    def __init__(self, shape: Shape) -> None:
        self._rules = shape.ruleset()

    def prepare(self, visitor: Visitor) -> Visitor:
        return visitor

    def first(self, visitor: Visitor) -> str | None:
        return self._rules.first(visitor)

    def every(self, visitor: Visitor) -> list[str]:
        return self._rules.match(visitor)


class OursContext(Ours):
    """The rule set, given the engine's own flat context, as the SDK builds it."""

    name = "mitate (Context)"

    def prepare(self, visitor: Visitor) -> Visitor:
        return Context.from_nested(visitor)


class _Peer:
    def __init__(self, shape: Shape) -> None:
        self.ids = list(shape.rules)

    def prepare(self, visitor: Visitor) -> Visitor:
        return known(visitor)


def _logic(shape: Shape, *, text_operators: bool) -> list[object]:
    normal = Normal(shape.audiences, shape.lists)
    return [json_logic(normal.form(rule), text_operators=text_operators) for rule in shape.rules.values()]


class DatalogicArray(_Peer):
    """datalogic-py: all rules one compiled list, which gives all answers; to stop early, one `if` of all rules."""

    name = "datalogic-py, one rule"

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape)
        logic, engine = _logic(shape, text_operators=True), datalogic.Engine()
        branches = [part for id_, rule in zip(self.ids, logic, strict=True) for part in (rule, id_)]
        self._list, self._if = engine.compile(logic), engine.compile({"if": [*branches, None]})
        self._session = engine.session()

    def first(self, visitor: Visitor) -> str | None:
        return cast("str | None", self._session.evaluate(self._if, visitor))

    def every(self, visitor: Visitor) -> list[str]:
        answers = cast("list[object]", self._session.evaluate(self._list, visitor))
        return [id_ for id_, answer in zip(self.ids, answers, strict=True) if answer]


class DatalogicHandles(_Peer):
    """datalogic-py: a handle of the visitor, and rule by rule."""

    name = "datalogic-py, rule by rule"

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape)
        engine = datalogic.Engine()
        self._rules = list(zip(self.ids, map(engine.compile, _logic(shape, text_operators=True)), strict=True))
        self._session = engine.session()

    def first(self, visitor: Visitor) -> str | None:
        data, holds = datalogic.DataHandle(visitor), self._session.evaluate_truthy
        for id_, rule in self._rules:
            if holds(rule, data):
                return id_
        return None

    def every(self, visitor: Visitor) -> list[str]:
        data, holds = datalogic.DataHandle(visitor), self._session.evaluate_truthy
        return [id_ for id_, rule in self._rules if holds(rule, data)]


class DatalogicMany(_Peer):
    """datalogic-py: a handle of the visitor, and all compiled rules in one call."""

    name = "datalogic-py, evaluate_many"

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape)
        engine = datalogic.Engine()
        self._rules = [engine.compile(rule) for rule in _logic(shape, text_operators=True)]
        self._session = engine.session()

    def every(self, visitor: Visitor) -> list[str]:
        answers = self._session.evaluate_many(self._rules, datalogic.DataHandle(visitor))
        return [id_ for id_, answer in zip(self.ids, answers, strict=True) if answer == "true"]

    def first(self, visitor: Visitor) -> str | None:
        return next(iter(self.every(visitor)), None)


class Growthbook(_Peer):
    """growthbook: conditions in its words, audiences as saved groups."""

    name = "growthbook"

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape)
        normal = Normal(shape.audiences, shape.lists, shared=True)
        self._rules = [(id_, cast("dict[str, Any]", mongo(normal.form(rule)))) for id_, rule in shape.rules.items()]
        self._groups: dict[str, Any] = {
            name: {"type": "condition", "condition": mongo(normal.form(audience["when"]))}
            for name, audience in shape.audiences.items()
        }

    def first(self, visitor: Visitor) -> str | None:
        return next((id_ for id_, rule in self._rules if evalCondition(visitor, rule, self._groups)), None)

    def every(self, visitor: Visitor) -> list[str]:
        return [id_ for id_, rule in self._rules if evalCondition(visitor, rule, self._groups)]


def _starts_with(data: object, text: object = None, beginning: str = "", *_: object) -> bool:
    return isinstance(text, str) and text.startswith(beginning)


def _ends_with(data: object, text: object = None, end: str = "", *_: object) -> bool:
    return isinstance(text, str) and text.endswith(end)


_PANZI: Final[dict[str, Any]] = {**BUILTINS, "starts_with": _starts_with, "ends_with": _ends_with}
_run_panzi = cast("Callable[[object, object, Mapping[str, Any]], object]", apply)


class Panzi(_Peer):
    """panzi-json-logic, with the two text operators that flagd-core adds to it."""

    name = "panzi-json-logic"

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape)
        self._rules = list(zip(self.ids, _logic(shape, text_operators=True), strict=True))

    def first(self, visitor: Visitor) -> str | None:
        return next((id_ for id_, rule in self._rules if _run_panzi(rule, visitor, _PANZI)), None)

    def every(self, visitor: Visitor) -> list[str]:
        return [id_ for id_, rule in self._rules if _run_panzi(rule, visitor, _PANZI)]


_run_rs = cast(
    "Callable[[str, str, Callable[[str], object]], object]",
    jsonlogic_rs.apply_serialized,  # pyright: ignore[reportUnknownMemberType]
)


class JsonlogicRs(_Peer):
    """jsonlogic-rs: rules kept as JSON text, the visitor written once for all of them."""

    name = "jsonlogic-rs"

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape)
        self._rules = list(zip(self.ids, map(json.dumps, _logic(shape, text_operators=False)), strict=True))

    def first(self, visitor: Visitor) -> str | None:
        data = json.dumps(visitor)
        return next((id_ for id_, rule in self._rules if _run_rs(rule, data, json.loads)), None)

    def every(self, visitor: Visitor) -> list[str]:
        data = json.dumps(visitor)
        return [id_ for id_, rule in self._rules if _run_rs(rule, data, json.loads)]


class Cel(_Peer):
    """common-expression-language: programs compiled once, one context for all of them."""

    name = "common-expression-language"

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape)
        normal = Normal(shape.audiences, shape.lists)
        texts = [cel(normal.form(rule)) for rule in shape.rules.values()]
        self._rules = list(zip(self.ids, map(common_expression_language.compile, texts), strict=True))
        self._facts = _facts_of(shape)

    def prepare(self, visitor: Visitor) -> Visitor:
        return filled(visitor, self._facts)

    def first(self, visitor: Visitor) -> str | None:
        context = common_expression_language.Context(visitor)
        return next((id_ for id_, program in self._rules if program.execute(context)), None)

    def every(self, visitor: Visitor) -> list[str]:
        context = common_expression_language.Context(visitor)
        return [id_ for id_, program in self._rules if program.execute(context)]


def _facts_of(shape: Shape) -> dict[str, str]:
    """Name all facts that rules read, those under a wildcard one by one, with their types."""
    text = json.dumps([shape.rules, shape.audiences])
    declared = {name: cast(str, fact["type"]) for name, fact in shape.facts.items()}
    read = {*re.findall(r'"var": "([^"]+)"', text), "time.hour", "time.weekday"} if shape.audiences else set[str]()
    read |= set(re.findall(r'"var": "([^"]+)"', text))
    return {name: declared.get(name) or declared[f"{name.rpartition('.')[0]}.*"] for name in sorted(read)}


OURS: Final[Sequence[Callable[[Shape], Engine]]] = (OursContext, Ours)
DATALOGIC: Final[Sequence[Callable[[Shape], Engine]]] = (DatalogicArray, DatalogicHandles, DatalogicMany)
OTHERS: Final[Sequence[Callable[[Shape], Engine]]] = (Growthbook, Cel, Panzi, JsonlogicRs)
