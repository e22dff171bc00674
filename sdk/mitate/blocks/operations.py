"""Compile DOM operations: what a decision does to a page's own elements, filled as blocks are.

An operation is an object with one key that names it, and `select` where it is about elements inside the slot::

    {"select": ".price", "text": "{{cart.items|no}} items"}
    {"select": "img", "image": {"src": "/img/nurse.jpg", "alt": "White shoes"}}
    {"append": "<li>…</li>"}

Visitors' values stand in texts, markup, attributes and addresses only; classes, styles and selectors are literal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias, cast

from mitate.blocks.compiling import Attributes, compile_attributes, compile_block, compile_text
from mitate_rules.errors import Diagnostic, escape

Operation: TypeAlias = Mapping[str, object]
Found: TypeAlias = list[Diagnostic]


class _Filling(Protocol):
    @property
    def facts_read(self) -> frozenset[str]: ...

    def fill(self, context: Mapping[str, object], /) -> object: ...


_Compile: TypeAlias = Callable[[object, Collection[str] | None, str], tuple[_Filling, Found]]


@dataclass(frozen=True, slots=True)
class _Literal:
    """What no visitor's value changes."""

    value: object
    facts_read: frozenset[str] = frozenset()

    def fill(self, _context: Mapping[str, object], /) -> object:
        return self.value


@dataclass(frozen=True, slots=True)
class _Alone:
    """A picture of one size, which the old one's other sizes must not outdo."""

    filling: Attributes

    @property
    def facts_read(self) -> frozenset[str]:
        return self.filling.facts_read

    def fill(self, context: Mapping[str, object], /) -> dict[str, str | None]:
        return {"srcset": None, **self.filling.fill(context)}


@dataclass(frozen=True, slots=True)
class Operations:
    """DOM operations, in the order in which they are done."""

    facts_read: frozenset[str]
    _fills: tuple[tuple[str | None, str, _Filling], ...]

    def fill(self, context: Mapping[str, object]) -> list[dict[str, object]]:
        """Return the operations as the page takes them."""
        return [
            {name: filling.fill(context)} if select is None else {"select": select, name: filling.fill(context)}
            for select, name, filling in self._fills
        ]


def compile_operations(
    operations: Sequence[Operation], *, facts: Collection[str] | None = None, language: str = "en"
) -> tuple[Operations, list[Diagnostic]]:
    """Compile a list of operations under the rules for blocks; pointers name the place in the list.

    An operation without a known key is left out: its form is checked where forms are.
    """
    found: Found = []
    fills: list[tuple[str | None, str, _Filling]] = []
    for index, operation in enumerate(operations):
        select = operation.get("select")
        for name in [name for name in KINDS if name in operation]:
            filling, here = KINDS[name](operation[name], facts, language)
            pointer = f"/{index}{escape(name)}"
            found += [one.at(pointer_prefix=pointer) for one in here]
            fills.append((select if isinstance(select, str) else None, name, filling))
    read = frozenset[str]().union(*(filling.facts_read for _, _, filling in fills))
    return Operations(read, tuple(fills)), found


def _html(value: object, facts: Collection[str] | None, language: str) -> tuple[_Filling, Found]:
    return compile_block(_text_of(value), facts=facts, language=language)


def _text(value: object, facts: Collection[str] | None, language: str) -> tuple[_Filling, Found]:
    return compile_text(_text_of(value), facts=facts, language=language)


def _attributes(value: object, facts: Collection[str] | None, language: str) -> tuple[_Filling, Found]:
    return compile_attributes(_texts_of(value), facts=facts, language=language)


def _image(value: object, facts: Collection[str] | None, language: str) -> tuple[_Filling, Found]:
    given = _texts_of(value)
    attributes, found = compile_attributes(given, facts=facts, language=language, element="img")
    filling = _Alone(attributes) if "src" in given and "srcset" not in given else attributes
    if "src" in given and "alt" not in given:
        hint = 'add "alt": what the new picture shows, or "" when it only decorates'
        message = "another picture keeps the old one's text for those who can't see it"
        found.append(Diagnostic(code="image-without-alt", severity="warning", message=message, hint=hint))
    return filling, found


def _classes(value: object, _facts: Collection[str] | None, _language: str) -> tuple[_Filling, Found]:
    """Give each class with whether it is to be there."""
    given = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    wanted = {"remove": False, "add": True}
    return _Literal({name: there for key, there in wanted.items() for name in _names_of(given.get(key))}), []


def _move(value: object, _facts: Collection[str] | None, _language: str) -> tuple[_Filling, Found]:
    return _Literal([part for pair in _texts_of(value).items() for part in pair]), []


def _plain(value: object, _facts: Collection[str] | None, _language: str) -> tuple[_Filling, Found]:
    return _Literal(value), []


def _styles(value: object, _facts: Collection[str] | None, _language: str) -> tuple[_Filling, Found]:
    given = _texts_of(value)
    found = [
        Diagnostic(code=code, severity="error", message=message, hint=hint, pointer=escape(name))
        for name, text in given.items()
        for code, message, hint in _style_problems(name, text)
    ]
    return _Literal({name: _IMPORTANT.sub("!important", text.strip()) for name, text in given.items()}), found


KINDS: Final[Mapping[str, _Compile]] = {
    "html": _html,
    "text": _text,
    "attributes": _attributes,
    "classes": _classes,
    "styles": _styles,
    "image": _image,
    "before": _html,
    "after": _html,
    "prepend": _html,
    "append": _html,
    "move": _move,
    "remove": _plain,
    "hide": _plain,
}
"""The operations by name."""

_IMPORTANT: Final = re.compile(r"\s*!\s*important\Z", re.IGNORECASE)

# What loads, runs, or ends the declaration it stands in. A backslash or a comment could spell each of them otherwise.
_UNSAFE_STYLE: Final = re.compile(
    r"(?P<load>\b(?:url|src|image|image-set|-webkit-image-set|element|paint|cross-fade)\s*\()"
    r"|(?P<code>\bexpression\s*\(|javascript\s*:|vbscript\s*:|progid\s*:)"
    r"|(?P<sign>[;{}<>\\@]|/\*|!(?!\s*important\s*\Z))",
    re.IGNORECASE,
)
_UNSAFE_PROPERTIES: Final = frozenset({"behavior", "-moz-binding", "-ms-behavior", "filter-progid"})
_WHY_UNSAFE: Final[Mapping[str, tuple[str, str]]] = {
    "load": ("{found!r} loads something", "give the element a class, and let the page's own style sheet load it"),
    "code": ("{found!r} is code", "give the element a class, or send an event"),
    "sign": ("{found!r} has no place in a value", "write one value, with !important at its end if it must win"),
}


def _style_problems(name: str, value: str) -> list[tuple[str, str, str]]:
    """Say what a declaration may not have: code, message and hint of each problem."""
    if "{{" in value:
        hint = 'fill an attribute such as "data-plan", and let the page\'s style sheet look at it'
        return [("unsafe-filling", f'a filling in the style "{name}"', hint)]
    if name.lower() in _UNSAFE_PROPERTIES:
        return [("unsafe-style", f'the property "{name}" is code', "give the element a class, or send an event")]
    match = _UNSAFE_STYLE.search(value)
    if match is None or match.lastgroup is None:
        return []
    message, hint = _WHY_UNSAFE[match.lastgroup]
    return [("unsafe-style", f"{message.format(found=match[0])}, in the style {name!r}", hint)]


def _text_of(value: object) -> str:
    return value if isinstance(value, str) else ""


def _names_of(value: object) -> list[str]:
    given = cast("list[object]", value) if isinstance(value, list) else []
    return [name for name in given if isinstance(name, str)]


def _texts_of(value: object) -> dict[str, str]:
    given = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    return {name: text for name, text in given.items() if isinstance(text, str)}
