"""Where things stand in a JSON text: a scanner (RFC 8259) that knows the line and column of every value."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, cast

from mitate_rules.errors import Diagnostic, escape

MAX_NESTING: Final = 500
_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?(?![\w.])")
_WORD = re.compile(r"-?[A-Za-z_][\w$]*")
_LONE = re.compile("[\ud800-\udfff]")
_WORDS: Final[dict[str, object]] = {"true": True, "false": False, "null": None}


_HINTS = {
    **dict.fromkeys("'`“”", "JSON has straight double quotes only"),
    ",": "one comma is enough",
}


def _quoted(character: str) -> str:
    return "a double quote" if character == '"' else f'"{character}"'


class _SyntaxError(Exception):
    """Ends the scan; carries where and why."""

    def __init__(
        self,
        offset: int,
        message: str,
        *,
        expected: str | None = None,
        got: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.offset, self.message, self.expected, self.got, self.hint = offset, message, expected, got, hint


@dataclass(slots=True)
class Positions:
    """The place of every value and key of a text, by JSON pointer; and what is wrong with the text itself.

    `value` is what the text says (None after a syntax error). `duplicates` are keys written again in one object:
    pointer, line, column.
    """

    text: str
    value: object = None
    diagnostics: list[Diagnostic] = field(default_factory=list[Diagnostic])
    duplicates: list[tuple[str, int, int]] = field(default_factory=list[tuple[str, int, int]])
    _values: dict[str, int] = field(default_factory=dict[str, int])
    _keys: dict[str, int] = field(default_factory=dict[str, int])
    _lines: list[int] = field(default_factory=list[int])

    def find(self, pointer: str) -> tuple[int, int] | None:
        """Give the line and column (from 1) where a value starts, or None."""
        return self.place(self._values[pointer]) if pointer in self._values else None

    def find_key(self, pointer: str) -> tuple[int, int] | None:
        """Give the line and column where the key of a value starts, or None."""
        return self.place(self._keys[pointer]) if pointer in self._keys else None

    def span(self, pointer: str) -> tuple[int, int] | None:
        """Give where the text of a value starts and ends, as offsets; None when there is no such value."""
        start = self._values.get(pointer)
        if start is None:
            return None
        return start, json.JSONDecoder().raw_decode(self.text, start)[1]

    def nearest(self, pointer: str) -> tuple[int | None, int | None]:
        """Give the place of a value, or of the nearest one around it."""
        while pointer and pointer not in self._values:
            pointer = pointer.rpartition("/")[0]
        return self.find(pointer) or (None, None)

    def place(self, offset: int) -> tuple[int, int]:
        """Give the line and column (from 1) of an offset in the text."""
        if not self._lines:
            self._lines = [0, *(match.end() for match in re.finditer("\n", self.text))]
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def note(
        self,
        code: str,
        message: str,
        pointer: str,
        offset: int,
        *,
        expected: str | None = None,
        got: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Collect an error at an offset."""
        line, column = self.place(offset)
        self.diagnostics.append(
            Diagnostic(
                code=code,
                severity="error",
                message=message,
                pointer=pointer,
                expected=expected,
                got=got,
                hint=hint,
                line=line,
                column=column,
            )
        )


def scan(text: str) -> Positions:
    """Read a JSON text and the place of everything in it; never raises, whatever the text."""
    positions = Positions(text)
    try:
        positions.value = _Scanner(positions).document()
    except _SyntaxError as error:
        said = {"expected": error.expected, "got": error.got, "hint": error.hint}
        positions.note("bad-json", error.message, "", error.offset, **said)
    return positions


class _Scanner:
    """One pass with a stack of its own, so that no nesting can exhaust Python's."""

    def __init__(self, positions: Positions) -> None:
        self.positions = positions
        self.text = positions.text
        self.at = 0

    def document(self) -> object:
        if self.text.startswith("\ufeff"):
            self.at = 1
        value = self.values()
        self.space()
        if self.at < len(self.text):
            raise _SyntaxError(self.at, "the document goes on after its end", expected="the end")
        return value

    def values(self) -> object:
        """Read one value and all within it: a loop over (container, pointer)."""
        stack: list[tuple[dict[str, object] | list[object], str]] = []
        pointer, value = "", self.start("", stack)
        while stack:
            container, base = stack[-1]
            closing = "}" if isinstance(container, dict) else "]"
            self.space()
            if self.text[self.at : self.at + 1] == closing:
                self.at += 1
                stack.pop()
                continue
            if container:
                self.comma(closing)
            if isinstance(container, dict):
                key = self.key(base, container)
                pointer = base + escape(key)
            else:
                key = ""
                pointer = base + escape(len(container))
            item = self.start(pointer, stack)
            if isinstance(container, dict):
                container[key] = item
            else:
                container.append(item)
        return value

    def start(self, pointer: str, stack: list[tuple[dict[str, object] | list[object], str]]) -> object:
        """Read a scalar, or open a container and push it."""
        self.space()
        self.positions._values[pointer] = self.at  # pyright: ignore[reportPrivateUsage]
        character = self.text[self.at : self.at + 1]
        if character in ("{", "["):
            if len(stack) >= MAX_NESTING:
                raise _SyntaxError(self.at, f"the document nests more than {MAX_NESTING} levels")
            self.at += 1
            container: dict[str, object] | list[object] = {} if character == "{" else []
            stack.append((container, pointer))
            return container
        return self.string(pointer) if character == '"' else self.scalar(pointer)

    def space(self) -> None:
        self.at = cast("re.Match[str]", _SPACE.match(self.text, self.at)).end()
        if self.text.startswith(("//", "/*"), self.at):
            raise _SyntaxError(self.at, "JSON has no comments", hint="remove the comment")

    def comma(self, closing: str) -> None:
        if self.text[self.at : self.at + 1] != ",":
            if self.at >= len(self.text):
                raise _SyntaxError(self.at, "the document ends too early", expected=f'"," or "{closing}"')
            got = self.text[self.at]
            hint = "a comma is missing before it" if got in '"{[' or got.isalnum() else None
            expected = f'"," or "{closing}"'
            raise _SyntaxError(
                self.at, f"expected {expected}, got {_quoted(got)}", expected=expected, got=_quoted(got), hint=hint
            )
        comma = self.at
        self.at += 1
        self.space()
        if self.text[self.at : self.at + 1] == closing:
            raise _SyntaxError(comma, f'a comma stands before "{closing}"', hint="JSON has no trailing comma")

    def key(self, base: str, container: dict[str, object]) -> str:
        offset = self.at
        if self.text[self.at : self.at + 1] != '"':
            if self.at >= len(self.text):
                raise _SyntaxError(self.at, "the document ends too early", expected="a key")
            got = self.text[self.at]
            raise _SyntaxError(
                self.at,
                f"expected a key in double quotes, got {_quoted(got)}",
                expected='a key like "name"',
                got=_quoted(got),
                hint=_HINTS.get(got) or ("write the name in double quotes" if got.isalpha() else None),
            )
        key = self.string(base)
        pointer = base + escape(key)
        if key in container:
            line, column = self.positions.place(offset)
            self.positions.duplicates.append((pointer, line, column))
            message = f'the key "{key}" is written twice in one object'
            self.positions.note("duplicate-key", message, pointer, offset, hint="only the last one would count")
        self.positions._keys[pointer] = offset  # pyright: ignore[reportPrivateUsage]
        self.space()
        if self.text[self.at : self.at + 1] != ":":
            raise _SyntaxError(self.at, 'expected ":" after a key', expected='":"')
        self.at += 1
        return key

    def string(self, pointer: str) -> str:
        found = _STRING.match(self.text, self.at)
        if found is None:
            hint = "write a line break as \\n; a tab as \\t"
            raise _SyntaxError(self.at, "the text has no end on its line, or holds a control character", hint=hint)
        raw, offset = found.group(), self.at
        self.at = found.end()
        value = raw[1:-1]
        if "\\" in raw:
            try:
                value = cast(str, json.loads(raw))
            except ValueError:
                hint = 'a backslash is written "\\\\"'
                raise _SyntaxError(
                    offset, "the text has a backslash escape that JSON doesn't know", hint=hint
                ) from None
        if not value.isascii() and _LONE.search(value):
            self.positions.note("bad-text", "the text holds half a character (a lone surrogate)", pointer, offset)
        return value

    def scalar(self, pointer: str) -> object:
        offset = self.at
        number = _NUMBER.match(self.text, offset)
        if number is not None:
            self.at = number.end()
            return self.number(number, pointer)
        word = _WORD.match(self.text, offset)
        if word is None:
            if offset >= len(self.text):
                raise _SyntaxError(offset, "the document ends too early", expected="a value")
            got = self.text[offset]
            message = f"expected a value, got {_quoted(got)}"
            raise _SyntaxError(offset, message, expected="a value", got=_quoted(got), hint=_HINTS.get(got))
        self.at = word.end()
        name = word.group()
        if name in _WORDS:
            return _WORDS[name]
        if name.lstrip("-") in ("NaN", "Infinity"):
            self.positions.note("bad-number", f"{name} is no JSON number", pointer, offset, hint="write null")
            return None
        near = {"True": "true", "False": "false", "None": "null", "undefined": "null"}.get(name)
        hint = f"write {near}" if near else "text stands in double quotes"
        raise _SyntaxError(offset, f'expected a value, got "{name}"', expected="a value", hint=hint)

    def number(self, found: re.Match[str], pointer: str) -> float | None:
        digits = found.group()
        if found[1] is None and found[2] is None and len(digits) <= 300:
            return int(digits)
        value = float(digits)
        if value in (float("inf"), float("-inf")):
            self.positions.note("bad-number", "the number is too large", pointer, found.start())
            return None
        return value


def pointers(positions: Positions) -> Iterator[str]:
    """Give the pointer of every value, in the order of the text."""
    return iter(positions._values)  # pyright: ignore[reportPrivateUsage]
