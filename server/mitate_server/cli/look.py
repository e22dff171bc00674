"""How the command line looks: colours only where someone sees them, errors with the line they are in."""

from __future__ import annotations

import json
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

import click

if TYPE_CHECKING:
    from mitate_rules import Diagnostic

WIDTH: Final = 100
"""A source line longer than this is cut around the place in question."""

_COLOURS: Final = {"error": "red", "warning": "yellow", "note": "cyan"}
_PLAIN: Final = re.compile(r"[^\s,=\"'](?:[^,=\"]*[^\s,=\"'])?")
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\w.+-]+|\{\{[^}]*\}\}|.')


def has_colours(stream: TextIO | None = None) -> bool:
    """Tell whether to use colours: on a terminal, unless NO_COLOR (no-color.org) is set to anything."""
    out = stream if stream is not None else sys.stdout
    return not os.environ.get("NO_COLOR") and out.isatty() and os.environ.get("TERM") != "dumb"


def paint(text: str, colours: bool, *, fg: str | None = None, bold: bool = False, dim: bool = False) -> str:
    """Give the text in a colour, or as it is."""
    return click.style(text, fg=fg, bold=bold or None, dim=dim or None) if colours else text


def show_diagnostics(folder: Path, found: Iterable[Diagnostic], *, colours: bool) -> str:
    """Give diagnostics as a reader wants them: what, where, the line itself with the place marked, a hint."""
    home = folder if folder.is_dir() else folder.parent
    return "\n".join(_show(home, one, colours) for one in found)


def _show(home: Path, one: Diagnostic, colours: bool) -> str:
    colour = _COLOURS[one.severity]
    lines = [
        f"{paint(one.severity, colours, fg=colour, bold=True)}[{one.code}]: {paint(one.message, colours, bold=True)}"
    ]
    source = home / one.file if one.file is not None else home
    place = ":".join(str(part) for part in (source, one.line, one.column) if part is not None)
    number = str(one.line) if one.line is not None else ""
    margin = " " * len(number)
    bar = paint("|", colours, fg="blue")
    lines.append(f"{margin}{paint('-->', colours, fg='blue')} {place}")
    text = source_line(source, one.line)
    if text is not None and one.column is not None:
        shown, start, length = _cut(text.replace("\t", " "), one.column)
        lines.append(f"{margin} {bar}")
        lines.append(f"{paint(number, colours, fg='blue')} {bar} {shown}")
        lines.append(f"{margin} {bar} {' ' * start}{paint('^' * length, colours, fg=colour, bold=True)}")
    lines += [
        f"{margin} {paint('=', colours, fg='blue')} {name}: {value}"
        for name, value in (
            ("expected", one.expected),
            ("got", one.got),
            ("for example", visitor(one.witness)),
            ("hint", one.hint),
        )
        if value
    ]
    return "\n".join(lines) + "\n"


def visitor(witness: Mapping[str, object] | None) -> str | None:
    """Say in one line who a witness is: `a visitor with geo.country = JP, visits.count = 2`."""
    if witness is None:
        return None
    known = [f"{name} = {_value(value)}" for name, value in witness.items() if value is not None]
    missing = [name for name, value in witness.items() if value is None]
    if not known:
        return f"a visitor of whom {listed(missing)} is not known" if missing else "any visitor"
    return f"a visitor with {', '.join(known)}" + (f" and no known {listed(missing)}" if missing else "")


def _value(value: object) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def listed(names: list[str]) -> str:
    """Join names as a sentence does: `a, b and c`."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def source_line(source: Path, number: int | None) -> str | None:
    """Give a line (from 1) of a text file as it stands there, or None."""
    if number is None:
        return None
    try:
        lines = source.read_bytes().decode("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError):
        return None
    return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else None


def token_end(text: str, column: int) -> int:
    """Give the column behind what starts at a column (from 1) of a line: a text, a word, a filling, or one sign."""
    token = _TOKEN.match(text, min(column - 1, len(text)))
    return token.end() + 1 if token else column + 1


def _cut(text: str, column: int) -> tuple[str, int, int]:
    """Give the part of a line to show, and where in it (in terminal cells) the marked token starts and how wide it is."""
    at = min(column - 1, len(text))
    end = token_end(text, column) - 1
    left = max(0, min(at - WIDTH // 2, len(text) - WIDTH)) if len(text) > WIDTH else 0
    shown = text[left : left + WIDTH]
    before, after = ("…" if left else ""), ("…" if left + WIDTH < len(text) else "")
    start = cells(before) + cells(shown[: at - left])
    return before + shown + after, start, max(1, cells(shown[at - left : end - left]))


def cells(text: str) -> int:
    """Give the width of text in terminal cells: East Asian wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def pad(text: str, width: int) -> str:
    """Give the text filled up to a width in terminal cells."""
    return text + " " * max(0, width - cells(text))
