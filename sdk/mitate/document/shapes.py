"""The forms a document may have: one description that checks values and yields JSON Schema.

A shape says what is expected; `check` reports every deviation, never only the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from mitate_rules import Diagnostic, suggest

from .raw import as_list, as_object

Report = Callable[[Diagnostic], None]
Schema = dict[str, object]


class Shape(Protocol):
    """A form a JSON value may have."""

    def check(self, value: object, at: str, report: Report) -> None:
        """Report every deviation of `value`, which stands at the JSON pointer `at`."""
        ...

    def schema(self) -> Schema:
        """Give the same form as JSON Schema (2020-12)."""
        ...


@dataclass(frozen=True)
class Text:
    """A string; `pattern` must match all of it, `what` names it to people."""

    what: str = "a string"
    pattern: str | None = None
    hint: str | None = None

    def check(self, value: object, at: str, report: Report) -> None:
        if not isinstance(value, str):
            report(wrong_type(at, self.what, value, self.hint))
        elif self.pattern is not None and not re.fullmatch(self.pattern, value):
            report(problem("bad-value", at, f"{quoted(value)} is not {self.what}", self.what, quoted(value), self.hint))

    def schema(self) -> Schema:
        pattern: Schema = {"pattern": f"^(?:{self.pattern})$"} if self.pattern else {}
        return {"type": "string", **pattern}


@dataclass(frozen=True)
class Choice:
    """One of a few words (or numbers)."""

    words: tuple[str | int, ...]

    def check(self, value: object, at: str, report: Report) -> None:
        if value in self.words and not isinstance(value, bool):
            return
        near = (
            suggest(value, [word for word in self.words if isinstance(word, str)]) if isinstance(value, str) else None
        )
        *most, last = map(shown, self.words)
        expected = f"{', '.join(most)} or {last}" if most else last
        report(
            problem(
                "bad-value", at, f"expected {expected}, got {shown(value)}", expected, shown(value), did_you_mean(near)
            )
        )

    def schema(self) -> Schema:
        return {"enum": list(self.words)}


@dataclass(frozen=True)
class Number:
    """A number within bounds (both included, unless `above` excludes the lower one)."""

    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    integer: bool = False

    def check(self, value: object, at: str, report: Report) -> None:
        kinds = int if self.integer else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds):
            report(wrong_type(at, self.what, value))
        elif (
            (self.minimum is not None and value < self.minimum)
            or (self.maximum is not None and value > self.maximum)
            or (self.above is not None and value <= self.above)
            or value != value
        ):
            percent = f"write {value / 100:g} for {value:g} %" if self.maximum == 1 and 1 < value <= 100 else None
            report(problem("out-of-range", at, f"{value} is not {self.what}", self.what, str(value), percent))

    @property
    def what(self) -> str:
        """Say it to people."""
        kind = "a whole number" if self.integer else "a number"
        if self.minimum is not None and self.maximum is not None:
            return f"{kind} from {self.minimum:g} to {self.maximum:g}"
        if self.minimum is not None:
            return f"{kind} of at least {self.minimum:g}"
        return f"{kind} above {self.above:g}" if self.above is not None else kind

    def schema(self) -> Schema:
        bounds = {"minimum": self.minimum, "maximum": self.maximum, "exclusiveMinimum": self.above}
        given: Schema = {name: bound for name, bound in bounds.items() if bound is not None}
        return {"type": "integer" if self.integer else "number", **given}


@dataclass(frozen=True)
class Flag:
    """true or false."""

    def check(self, value: object, at: str, report: Report) -> None:
        if not isinstance(value, bool):
            report(wrong_type(at, "true or false", value))

    def schema(self) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True)
class Yes:
    """Only true: a key that says something by standing there."""

    def check(self, value: object, at: str, report: Report) -> None:
        if value is not True:
            report(wrong_type(at, "true", value, "leave the key out where it isn't meant"))

    def schema(self) -> Schema:
        return {"const": True}


@dataclass(frozen=True)
class Anything:
    """Any JSON value; someone else checks it. `ref` names its definition in the schema."""

    ref: str | None = None

    def check(self, value: object, at: str, report: Report) -> None:
        """Accept everything."""

    def schema(self) -> Schema:
        return {"$ref": f"#/$defs/{self.ref}"} if self.ref else {}


@dataclass(frozen=True)
class Named:
    """A form the schema defines once, by name; the schema of one site says more there: its own slots, goals …"""

    name: str
    shape: Shape

    def check(self, value: object, at: str, report: Report) -> None:
        self.shape.check(value, at, report)

    def schema(self) -> Schema:
        return {"$ref": f"#/$defs/{self.name}"}


@dataclass(frozen=True)
class ListOf:
    """A list of values of one form."""

    item: Shape
    least: int = 0
    what: str = "a list"

    def check(self, value: object, at: str, report: Report) -> None:
        items = as_list(value)
        if items is None:
            report(wrong_type(at, self.what, value))
            return
        if len(items) < self.least:
            wanted = f"at least {self.least} item{'s' if self.least > 1 else ''}"
            report(problem("too-few", at, f"the list needs {wanted}", wanted, "an empty list"))
        for index, item in enumerate(items):
            self.item.check(item, f"{at}/{index}", report)

    def schema(self) -> Schema:
        least: Schema = {"minItems": self.least} if self.least else {}
        return {"type": "array", "items": self.item.schema(), **least}


@dataclass(frozen=True)
class MapOf:
    """An object whose keys are names the owner chose."""

    value: Shape
    key: str = r"[a-z0-9_-]+"
    key_what: str = "a name of a-z, 0-9, _ and -"
    what: str = "an object"

    def check(self, value: object, at: str, report: Report) -> None:
        members = as_object(value)
        if members is None:
            report(wrong_type(at, self.what, value))
            return
        for name, member in members.items():
            here = f"{at}/{escape(name)}"
            if not re.fullmatch(self.key, name):
                report(problem("bad-name", here, f"{quoted(name)} is not {self.key_what}", self.key_what, quoted(name)))
            self.value.check(member, here, report)

    def schema(self) -> Schema:
        return {
            "type": "object",
            "propertyNames": {"pattern": f"^(?:{self.key})$"},
            "additionalProperties": self.value.schema(),
        }


@dataclass(frozen=True)
class Member:
    """One key of an object."""

    shape: Shape
    doc: str
    required: bool = False


@dataclass(frozen=True)
class ObjectOf:
    """An object with known keys only; at most one of `one_of` where that is given, and with `needs_one` exactly one."""

    what: str
    members: Mapping[str, Member]
    one_of: tuple[str, ...] = ()
    retired: Mapping[str, str] = field(default_factory=dict[str, str])
    """Words other tools use for our keys, for the hint."""
    needs_one: bool = False

    def check(self, value: object, at: str, report: Report) -> None:
        given = as_object(value)
        if given is None:
            report(wrong_type(at, self.what, value))
            return
        for name, member in given.items():
            known = self.members.get(name)
            if known is None:
                report(self._unknown(name, at))
            else:
                known.shape.check(member, f"{at}/{escape(name)}", report)
        for name, known in self.members.items():
            if known.required and name not in given:
                report(
                    problem("missing-key", at, f"{self.what} needs {quoted(name)}", quoted(name), "nothing", known.doc)
                )
        if self.needs_one and not any(name in given for name in self.one_of):
            *most, last = map(quoted, self.one_of)
            expected = f"one of {', '.join(most)} and {last}"
            report(problem("missing-key", at, f"{self.what} needs {expected}", expected, "none of them"))
        if self.one_of and sum(name in given for name in self.one_of) > 1:
            both = [name for name in self.one_of if name in given]
            expected = "only one of " + ", ".join(map(quoted, self.one_of))
            report(
                problem(
                    "too-many",
                    at,
                    f"{' and '.join(map(quoted, both))} exclude each other",
                    expected,
                    ", ".join(map(quoted, both)),
                )
            )

    def _unknown(self, name: str, at: str) -> Diagnostic:
        near = self.retired.get(name) or suggest(name, self.members)
        known = ", ".join(self.members)
        hint = did_you_mean(near) or f"known here: {known}"
        return problem(
            "unknown-key",
            f"{at}/{escape(name)}",
            f"unknown key {quoted(name)}",
            f"a key of {self.what}",
            quoted(name),
            hint,
        )

    def schema(self) -> Schema:
        required = [name for name, member in self.members.items() if member.required]
        properties: Schema = {
            name: {**member.shape.schema(), "description": member.doc} for name, member in self.members.items()
        }
        needed: Schema = {"required": required} if required else {}
        if self.needs_one:
            needed["anyOf"] = [{"required": [name]} for name in self.one_of]
        return {"type": "object", "additionalProperties": False, "properties": properties, **needed}


@dataclass(frozen=True)
class Either:
    """A string of one form, or something else of another; `named` is the form of an object, where that is a third."""

    text: Shape
    other: Shape
    named: Shape | None = None

    def check(self, value: object, at: str, report: Report) -> None:
        form = self.named if self.named is not None and as_object(value) is not None else self.other
        (self.text if isinstance(value, str) else form).check(value, at, report)

    @property
    def forms(self) -> list[Shape]:
        """The forms it may have."""
        return [self.text, self.other, *([self.named] if self.named is not None else [])]

    def schema(self) -> Schema:
        return {"anyOf": [form.schema() for form in self.forms]}


def problem(
    code: str, at: str, message: str, expected: str | None = None, got: str | None = None, hint: str | None = None
) -> Diagnostic:
    """Make an error of the document."""
    return Diagnostic(code=code, severity="error", message=message, pointer=at, expected=expected, got=got, hint=hint)


def wrong_type(at: str, expected: str, value: object, hint: str | None = None) -> Diagnostic:
    """Make the error for a value of another JSON type than expected."""
    return problem("wrong-type", at, f"expected {expected}, got {shown(value)}", expected, shown(value), hint)


def did_you_mean(name: str | None) -> str | None:
    """Give the hint for a near miss, if there is one."""
    return f"did you mean {quoted(name)}?" if name else None


def unknown_name(code: str, what: str, name: str, at: str, known: Collection[str]) -> Diagnostic:
    """Make the error for a reference to something that doesn't exist."""
    hint = did_you_mean(suggest(name, known)) or (
        f"known: {', '.join(sorted(known)[:8])}" if known else f"there is no {what} yet"
    )
    return problem(code, at, f"unknown {what} {quoted(name)}", f"a known {what}", quoted(name), hint)


def escape(name: str) -> str:
    """Escape a key for a JSON pointer (RFC 6901, section 3)."""
    return name.replace("~", "~0").replace("/", "~1")


def quoted(text: str) -> str:
    """Give `text` in double quotes, cut where it gets long."""
    return f'"{text if len(text) <= 60 else text[:57] + "…"}"'


def shown(value: object) -> str:
    """Say what a JSON value is, for "got …"."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float):
        return f"{value:g}" if abs(value) < 1e15 else "a huge number"
    return "a list" if isinstance(value, list) else "an object"
