"""What may be read: the declarations of facts, and the values of one decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from mitate_rules.errors import Diagnostic, RuleError, did_you_mean, escape
from mitate_rules.operators import day_number
from mitate_rules.values import WITHHELD, Withheld, is_number

Read = Callable[[str], object]
Labels = Mapping[str, str]

TYPES: Final = ("string", "number", "integer", "boolean", "instant", "date", "list", "ip", "version")
UNITS: Final = ("times", "days", "seconds", "yen", "percent", "score", "km", "count")


def _is_date(value: object) -> bool:
    return isinstance(value, str) and day_number(value) is not None


# What a value of each type looks like in a context. A value that doesn't look so is treated as missing.
_LOOKS: Final[dict[str, Callable[[object], bool]]] = {
    "string": lambda value: isinstance(value, str),
    "number": is_number,
    "integer": is_number,
    "boolean": lambda value: value.__class__ is bool,
    "instant": is_number,
    "date": _is_date,
    "list": lambda value: isinstance(value, (list, tuple)),
    "ip": lambda value: isinstance(value, str),
    "version": lambda value: isinstance(value, str),
}


def looks(type_name: str) -> Callable[[object], bool]:
    """Give the test for values of a type."""
    return _LOOKS[type_name]


_MAPPINGS: Final = 10_000


class Context(dict[str, object]):
    """The fact values of one decision: dotted name -> value, flat.

    Absent or None is missing, `WITHHELD` is withheld. Instants are epoch seconds, dates `YYYY-MM-DD`. Nobody may
    change it while rules are evaluated on it.
    """

    __slots__ = ()

    @classmethod
    def from_nested(cls, nested: Mapping[str, object]) -> Context:
        """Flatten nested mappings: `{"geo": {"country": "JP"}}` gives `geo.country`. Lists stay values.

        Of more than 10,000 mappings, or 100 levels, the rest is missing: one may hold itself, and more than once.
        """
        flat = cls()
        pending: list[tuple[str, Mapping[str, object], int]] = [("", nested, 0)]
        for _ in range(_MAPPINGS):
            if not pending:
                break
            prefix, mapping, depth = pending.pop()
            for key, value in mapping.items():
                if not isinstance(value, Mapping):
                    flat[prefix + key] = value
                elif depth < 100:
                    pending.append((f"{prefix}{key}.", cast("Mapping[str, object]", value), depth + 1))
        return flat


def step(node: object, key: str) -> object:
    """Take one step into nested data: own keys of a mapping, or a place of a list counted from 0."""
    if isinstance(node, Mapping):
        return cast("Mapping[str, object]", node).get(key)
    if isinstance(node, (list, tuple)) and key.isdecimal() and key.isascii() and (key == "0" or key[0] != "0"):
        items = cast("list[object]", node)
        return items[int(key)] if len(key) < 16 and int(key) < len(items) else None
    return None


def reader(data: object, paths: dict[str, tuple[str, ...]]) -> Read:
    """Read dotted names from nested data, walking only where a rule looks."""

    def read(name: str) -> object:
        node: Any = data
        keys = paths.get(name)
        for key in keys if keys is not None else split(name):
            node = node.get(key) if node.__class__ is dict else step(node, key)
            if node is None:
                return None
        return node

    return read


class Item:
    """Read inside an item; a name that starts with @ is a fact of the visitor (the clock), however deep the lists."""

    __slots__ = ("_inside", "_root")

    def __init__(self, item: object, read: Read) -> None:
        self._inside: Read = reader(item, {})
        self._root: Read = read._root if isinstance(read, Item) else read

    def __call__(self, name: str) -> object:
        return self._root(name[1:]) if name[:1] == "@" else self._inside(name)


class AnyItem(Item):
    """Read inside an item of which nothing is known."""

    __slots__ = ()

    def __init__(self, read: Read) -> None:
        super().__init__(None, read)
        self._inside = _nothing


def _nothing(name: str) -> object:
    return WITHHELD


def is_live(name: str) -> bool:
    """Tell the facts that a browser knows by itself, and there always."""
    return name.startswith("live.")


def split(name: str) -> tuple[str, ...]:
    """Give the steps of a dotted name; the empty name is the data itself."""
    return tuple(name.split(".")) if name else ()


@dataclass(frozen=True, slots=True)
class Fact:
    """The declaration of one thing a rule may read; `type` None means that nothing is known of it.

    `absent` is the sentence for a visitor of whom it isn't known, where "not known yet" would sound odd. `changeable`
    says whether a visitor could plausibly change it, by what they do: visits and pages yes, place and company no.
    """

    name: str
    type: str | None = None
    items: str | None = None
    unit: str | None = None
    purpose: str | None = None
    enum: tuple[object, ...] | None = None
    minimum: float | None = None
    maximum: float | None = None
    changeable: bool = True
    label: Labels = field(default_factory=dict[str, str])
    absent: Labels = field(default_factory=dict[str, str])
    values: Mapping[str, Labels] = field(default_factory=dict[str, Labels])


class Facts:
    """All declared facts, found by name; `*` in a declared name stands for one segment (several at its end).

    An exact declaration wins over a wildcard. `Facts(None)` allows everything and knows no types.
    """

    __slots__ = ("_exact", "_found", "_wild", "open")

    def __init__(self, declarations: Mapping[str, Mapping[str, object]] | None) -> None:
        self.open = declarations is None
        self._exact: dict[str, Fact] = {}
        self._wild: list[tuple[tuple[str, ...], Fact]] = []
        self._found: dict[str, Fact | None] = {}
        problems: list[Diagnostic] = []
        for name, declaration in (declarations or {}).items():
            fact = _declared(name, declaration, problems)
            if "*" in name:
                self._wild.append((split(name), fact))
            else:
                self._exact[name] = fact
        if problems:
            raise RuleError(problems)

    @classmethod
    def of(cls, facts: Mapping[str, Mapping[str, object]] | Facts | None) -> Facts:
        """Take declarations as they come; already read ones cost nothing."""
        return facts if isinstance(facts, Facts) else cls(facts)

    def __iter__(self) -> Iterator[str]:
        yield from self._exact
        yield from (fact.name for _, fact in self._wild)

    def find(self, name: str) -> Fact | None:
        """Give the declaration that covers a name, or None when the name is unknown."""
        if name in self._exact:
            return self._exact[name]
        if name not in self._found:
            if len(self._found) > 10_000:
                self._found.clear()
            self._found[name] = Fact(name) if self.open else self._wildcard(name)
        return self._found[name]

    def _wildcard(self, name: str) -> Fact | None:
        keys = split(name)
        for pattern, fact in self._wild:
            stars = _fits(pattern, keys)
            if stars is not None:
                label, absent = (
                    {language: text.replace("{*}", stars) for language, text in texts.items()}
                    for texts in (fact.label, fact.absent)
                )
                return replace(fact, name=name, label=label, absent=absent)
        return None


def _fits(pattern: tuple[str, ...], keys: tuple[str, ...]) -> str | None:
    """Give what the stars stand for, or None when the name doesn't fit."""
    if len(keys) < len(pattern) or (len(keys) > len(pattern) and pattern[-1] != "*"):
        return None
    stars: list[str] = []
    for place, wanted in enumerate(pattern):
        if wanted != "*":
            if keys[place] != wanted:
                return None
        elif place == len(pattern) - 1:
            stars.append(".".join(keys[place:]))
        else:
            stars.append(keys[place])
    return " ".join(stars)


def _declared(name: str, declaration: Mapping[str, object], problems: list[Diagnostic]) -> Fact:
    if not isinstance(cast(object, declaration), Mapping):
        message = f'fact "{name}" is declared by an object'
        hint = 'write {"type": "string"}'
        got = repr(declaration)[:60]
        pointer = escape(name)
        problems.append(
            Diagnostic(code="bad-fact", severity="error", message=message, pointer=pointer, got=got, hint=hint)
        )
        return Fact(name)
    type_name, items, unit = (declaration.get(key) for key in ("type", "items", "unit"))
    for key, value, known in (("type", type_name, TYPES), ("items", items, TYPES), ("unit", unit, UNITS)):
        if value is not None and value not in known:
            problems.append(
                Diagnostic(
                    code="bad-fact",
                    severity="error",
                    message=f'fact "{name}" has an unknown {key}',
                    pointer=f"{escape(name)}/{key}",
                    expected="one of " + ", ".join(known),
                    got=repr(value),
                    hint=did_you_mean(value, known) if isinstance(value, str) else None,
                )
            )
    enum = declaration.get("enum")
    return Fact(
        name=name,
        type=cast("str | None", type_name),
        items=cast("str | None", items),
        unit=cast("str | None", unit),
        purpose=cast("str | None", declaration.get("purpose")),
        enum=tuple(cast("list[object]", enum)) if isinstance(enum, (list, tuple)) else None,
        minimum=cast("float | None", declaration.get("minimum")),
        maximum=cast("float | None", declaration.get("maximum")),
        changeable=declaration.get("changeable") is not False,
        label=_labels(declaration.get("label")),
        absent=_labels(declaration.get("absent")),
        values={str(value): _labels(label) for value, label in _mapping(declaration.get("values")).items()},
    )


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def _labels(value: object) -> Labels:
    if isinstance(value, str):
        return {"en": value, "ja": value}
    return {language: text for language, text in _mapping(value).items() if isinstance(text, str)}


def withheld(value: object) -> bool:
    """Tell a withheld value from all others."""
    return value.__class__ is Withheld
