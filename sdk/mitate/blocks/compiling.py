"""Compile content into something that is filled in a microsecond and can't be broken out of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from mitate.blocks import urls
from mitate.blocks.escaping import plain
from mitate.blocks.html import Attribute, is_attribute_name
from mitate.blocks.safety import Check, Writing
from mitate.blocks.template import MACHINE, WORDS, Place, Template, Words, names_known, read_template, show
from mitate_rules.errors import Diagnostic, escape

Known: TypeAlias = Callable[[str], Diagnostic | None]
Fill: TypeAlias = Callable[[Mapping[str, object]], str]


@dataclass(frozen=True, slots=True)
class Block:
    """Content with places for facts, as one text (HTML, plain text or a URL)."""

    facts_read: frozenset[str]
    _fill: Fill

    def fill(self, context: Mapping[str, object]) -> str:
        """Return the content for the facts of a flat context; missing and withheld ones show the default text."""
        return self._fill(context)


@dataclass(frozen=True, slots=True)
class Attributes:
    """Attributes to set on a slot's element."""

    facts_read: frozenset[str]
    _values: Mapping[str, Fill]

    def fill(self, context: Mapping[str, object]) -> dict[str, str]:
        """Return each attribute's value, as `setAttribute` takes it."""
        return {name: fill(context) for name, fill in self._values.items()}


@dataclass(frozen=True, slots=True)
class Json:
    """A JSON value in which texts have places for facts."""

    facts_read: frozenset[str]
    _fill: Callable[[Mapping[str, object]], object]

    def fill(self, context: Mapping[str, object]) -> object:
        """Return the value; the one object is shared when nothing in it is filled, so don't alter it."""
        return self._fill(context)


def compile_block(
    html: str, *, facts: Collection[str] | None = None, language: str = "en"
) -> tuple[Block, list[Diagnostic]]:
    """Compile the HTML of a block and check that it is safe. `facts` are the declared names (None: any).

    Findings have line:column within the block. With an error the returned block is empty.
    """
    template = read_template(html, names_known(facts))
    check = Check(template).run()
    found = _in_order([*template.found, *check.found])
    if _has_error(found):
        return _EMPTY, found
    return _block(template, [check.writings[place.offset] for place in template.places], language), found


def compile_text(
    text: str, *, facts: Collection[str] | None = None, language: str = "en"
) -> tuple[Block, list[Diagnostic]]:
    """Compile plain text: nothing in it is markup, so nothing is escaped."""
    return _compile_plain(text, names_known(facts), language)


def compile_attributes(
    attributes: Mapping[str, str], *, facts: Collection[str] | None = None, language: str = "en", element: str = ""
) -> tuple[Attributes, list[Diagnostic]]:
    """Compile attributes for a page's element, under the rules for a block's; pointers name the attribute.

    `element` is its name where that is known: an `img` may have its picture in the address.
    """
    known = names_known(facts)
    read: frozenset[str] = frozenset()
    values: dict[str, Fill] = {}
    found: list[Diagnostic] = []
    for name, value in attributes.items():
        template = read_template(value, known)
        check = Check(template, markup=False)
        if is_attribute_name(name):
            check.attribute(element, Attribute(name.lower(), template.text, 0, 0))
        else:
            check.found.append(
                template.finding(0, "broken-html", "no attribute name", hint="write a name such as title")
            )
        here = _in_order([*template.found, *check.found])
        found += [one.at(pointer_prefix=escape(name)) for one in here]
        if not _has_error(here):
            writings = [check.writings[place.offset] for place in template.places]
            block = _block(template, writings, language)
            read |= block.facts_read
            values[name] = block.fill
    return Attributes(read, values), found


def compile_json(
    value: object, *, facts: Collection[str] | None = None, language: str = "en"
) -> tuple[Json, list[Diagnostic]]:
    """Compile a JSON value: its texts may have places, its member names may not; pointers name the text."""
    found: list[Diagnostic] = []
    read: set[str] = set()
    fill = _json(value, "", names_known(facts), language, found, read)
    return Json(frozenset(read), fill or (lambda context: value)), found


def compile_url(
    template: str, origins: Collection[str], *, facts: Collection[str] | None = None, language: str = "en"
) -> tuple[Block, list[Diagnostic]]:
    """Compile the URL of a redirect, which stays within `origins` (`https://shop.example`, or a bare host)."""
    read = read_template(template, names_known(facts))
    found = list(read.found)
    problem = urls.literal_problem(read.pieces()[0]) or urls.within(read.text, origins)
    encoders = urls.place_encoders(read.pieces()) if read.places else []
    if problem is not None:
        found.append(read.finding(0, "unsafe-url", problem.message, hint=problem.hint))
    elif isinstance(encoders, urls.UrlProblem):
        found.append(read.finding(read.places[0].offset, "unsafe-filling", encoders.message, hint=encoders.hint))
    if _has_error(found) or isinstance(encoders, urls.UrlProblem):
        return _EMPTY, found
    return _block(read, [Writing(encoder, for_people=False) for encoder in encoders], language), found


_EMPTY = Block(frozenset(), lambda context: "")


def _compile_plain(text: str, known: Known, language: str) -> tuple[Block, list[Diagnostic]]:
    template = read_template(text, known)
    return _block(template, [Writing(plain)] * len(template.places), language), list(template.found)


def _json(
    value: object, pointer: str, known: Known, language: str, found: list[Diagnostic], read: set[str]
) -> Callable[[Mapping[str, object]], object] | None:
    """Return how a value is filled, or None when nothing in it is."""
    if isinstance(value, str):
        block, here = _compile_plain(value, known, language)
        found += [one.at(pointer_prefix=pointer) for one in here]
        read |= block.facts_read
        return block.fill if "{{" in value else None
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        fills = {
            name: _json(one, pointer + escape(name), known, language, found, read) for name, one in members.items()
        }
        for name in members:
            if "{{" in name:
                hint = "a member's name is fixed: fill its value"
                message = f'a filling in the name "{name}"'
                found.append(
                    Diagnostic(
                        code="bad-filling", severity="error", message=message, pointer=pointer + escape(name), hint=hint
                    )
                )
        if not any(fills.values()):
            return None
        pairs = [(name, one, fills[name]) for name, one in members.items()]
        return lambda context: {name: fill(context) if fill else one for name, one, fill in pairs}
    if isinstance(value, list):
        items = cast("list[object]", value)
        parts = [
            (one, _json(one, f"{pointer}/{index}", known, language, found, read)) for index, one in enumerate(items)
        ]
        if not any(fill for _, fill in parts):
            return None
        return lambda context: [fill(context) if fill else one for one, fill in parts]
    return None


def _block(template: Template, writings: Sequence[Writing], language: str) -> Block:
    pieces = template.pieces()
    read = frozenset(place.fact for place in template.places)
    if not template.places:
        constant = pieces[0]
        return Block(read, lambda context: constant)
    words = WORDS.get(language, WORDS["en"])
    holes = [
        (place.fact, *_writer(place, writing, words), literal)
        for place, writing, literal in zip(template.places, writings, pieces[1:], strict=True)
    ]
    first = pieces[0]

    def fill(context: Mapping[str, object]) -> str:
        parts = [first]
        for fact, write, default, literal in holes:
            value = context.get(fact)
            parts.append(default if value is None else write(value))
            parts.append(literal)
        return "".join(parts)

    return Block(read, fill)


def _writer(place: Place, writing: Writing, words: Words) -> tuple[Callable[[object], str], str]:
    """Return how a place writes a value, and what it shows without one."""
    escape_value = writing.escape
    default = escape_value(place.default)
    shown = words if writing.for_people else MACHINE
    nothing = escape_value("")

    def write(value: object) -> str:
        text = show(value, shown)
        if text is None:
            return default
        written = escape_value(text)
        return default if written == nothing else written

    return write, default


def _has_error(found: Sequence[Diagnostic]) -> bool:
    return any(one.severity == "error" for one in found)


def _in_order(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    return sorted(found, key=lambda one: (one.line or 0, one.column or 0))
