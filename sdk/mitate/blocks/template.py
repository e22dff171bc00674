r"""Text with places for facts: `{{account.industry|your field}}`.

What stands after `|` is plain text; it is shown when the fact is missing, withheld or nothing to show, and is
escaped like a value. A place may have none; then it stays empty. `\{{` is a literal brace.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import cast

from mitate_rules.errors import Diagnostic, Severity, did_you_mean

MARK = "\ufdd0"
"""Stands for a place while its surroundings are read: a code point that no text may contain (Unicode 23.7)."""

_PLACE = re.compile(r"\\\{\{|\{\{(?P<inside>(?:(?!\}\}|\{\{).)*)(?P<end>\}\})?", re.DOTALL)
_LINE_END = re.compile(r"\r\n|\n|\r")
_FACT = re.compile(r"[^\s.{}|<>&\"'*]+(?:\.[^\s.{}|<>&\"'*]+)*")


@dataclass(frozen=True, slots=True)
class Place:
    """One place for a fact; `offset` is where its mark stands in the template's text."""

    fact: str
    default: str
    offset: int


class Lines:
    """Where the lines of a text start; a line ends with LF, CR LF or CR."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, both from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


@dataclass(frozen=True, slots=True)
class Template:
    """A text in which each place is one MARK, and the findings of reading it."""

    source: str
    text: str
    places: tuple[Place, ...]
    found: tuple[Diagnostic, ...]
    starts: tuple[tuple[int, int], ...]
    """Where pieces start: (offset in `text`, offset in `source`), ascending."""
    lines: Lines

    def finding(
        self,
        offset: int,
        code: str,
        message: str,
        *,
        severity: Severity = "error",
        expected: str | None = None,
        got: str | None = None,
        hint: str | None = None,
    ) -> Diagnostic:
        """Make a finding about what stands at an offset in `text`."""
        start, source_start = self.starts[bisect_right(self.starts, (offset, len(self.source))) - 1]
        line, column = self.lines.position(source_start + offset - start)
        return Diagnostic(
            code=code,
            severity=severity,
            message=message,
            expected=expected,
            got=got,
            hint=hint,
            line=line,
            column=column,
        )

    def pieces(self) -> list[str]:
        """Return the literal text before, between and after the places."""
        return self.text.split(MARK)


def read_template(source: str, known: Callable[[str], Diagnostic | None]) -> Template:
    """Find the places of a text. `known` gives a finding about a fact's name that isn't known."""
    parts: list[str] = []
    starts = [(0, 0)]
    places: list[Place] = []
    found: list[Diagnostic] = []
    length = last = 0
    lines = Lines(source)

    def add(text: str, next_source: int) -> None:
        nonlocal length
        parts.append(text)
        length += len(text)
        starts.append((length, next_source))

    def complain(at: int, diagnostic: Diagnostic) -> None:
        line, column = lines.position(at)
        found.append(replace(diagnostic, line=line, column=column))

    if MARK in source:
        complain(source.index(MARK), _finding("bad-text", "U+FDD0 is not a character", "remove it"))
        source = source.replace(MARK, "\ufffd")
    for match in _PLACE.finditer(source):
        add(source[last : match.start()], match.start())
        last = match.end()
        if match["inside"] is None:
            add("{{", last)
            continue
        fact, _, default = (part.strip() for part in match["inside"].partition("|"))
        if match["end"] is None:
            add("", last)
            complain(
                match.start(),
                _finding("bad-filling", "a filling that never ends", r"close it with }}, or write \{{ for a brace"),
            )
        elif not _FACT.fullmatch(fact):
            hint = r"write {{fact|text}} with a fact's name such as geo.city, or \{{ for a brace"
            add("", last)
            complain(match.start(), _finding("bad-filling", "a filling without a fact's name", hint, got=fact))
        else:
            if (unknown := known(fact)) is not None:
                complain(match.start(), unknown)
            places.append(Place(fact, default, length))
            add(MARK, last)
    add(source[last:], len(source))
    return Template(source, "".join(parts), tuple(places), tuple(found), tuple(starts), lines)


def names_known(facts: Collection[str] | None) -> Callable[[str], Diagnostic | None]:
    """Return a check of names against the declared ones, where `*` stands for one segment (several at the end)."""
    if facts is None:
        return lambda name: None
    exact = frozenset(facts)
    wild = [re.compile(_wildcard(name)) for name in exact if "*" in name]

    def check(name: str) -> Diagnostic | None:
        if name in exact or any(pattern.fullmatch(name) for pattern in wild):
            return None
        return Diagnostic(
            code="unknown-fact",
            severity="error",
            message=f'unknown fact "{name}"',
            expected="the name of a declared fact",
            got=name,
            hint=did_you_mean(name, exact),
        )

    return check


def _wildcard(name: str) -> str:
    pattern = re.escape(name).replace(r"\*", "[^.]+")
    return pattern.removesuffix("[^.]+") + ".+" if name.endswith("*") else pattern


def _finding(code: str, message: str, hint: str, *, got: str | None = None) -> Diagnostic:
    return Diagnostic(code=code, severity="error", message=message, hint=hint, got=got)


@dataclass(frozen=True, slots=True)
class Words:
    """How values that aren't text are written for people."""

    true: str
    false: str
    comma: str


WORDS: Mapping[str, Words] = {"en": Words("yes", "no", ", "), "ja": Words("はい", "いいえ", "、")}
MACHINE = Words("true", "false", ",")
"""How they are written in a URL."""


def show(value: object, words: Words) -> str | None:
    """Write a fact's value as text, or None when there is nothing to show (missing, withheld, a structure).

    Numbers have two decimals at most.
    """
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return words.true if value else words.false
    if isinstance(value, int):
        return str(value) if abs(value) < 10**30 else None
    if isinstance(value, float):
        text = f"{value:.2f}".rstrip("0").rstrip(".") if isfinite(value) else None
        return "0" if text == "-0" else text
    if isinstance(value, (list, tuple, set, frozenset)):
        return _joined(cast("Collection[object]", value), words)
    return None


def _joined(values: Collection[object], words: Words) -> str | None:
    shown = [text for value in values if not isinstance(value, (list, tuple, set)) and (text := show(value, words))]
    if isinstance(values, (set, frozenset)):
        shown.sort()
    return words.comma.join(shown) if shown else None
