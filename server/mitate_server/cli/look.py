"""How the command line looks: colours only where someone sees them, errors with the line they are in."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

import click

if TYPE_CHECKING:
    from mitate_rules import Diagnostic

WIDTH: Final = 100
"""A source line longer than this is cut around the place in question."""

_COLOURS: Final = {"error": "red", "warning": "yellow", "note": "cyan"}
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
    text = _line(source, one.line)
    if text is not None and one.column is not None:
        shown, start, length = _cut(text, one.column)
        lines.append(f"{margin} {bar}")
        lines.append(f"{paint(number, colours, fg='blue')} {bar} {shown}")
        lines.append(f"{margin} {bar} {' ' * start}{paint('^' * length, colours, fg=colour, bold=True)}")
    lines += [
        f"{margin} {paint('=', colours, fg='blue')} {name}: {value}"
        for name, value in (("expected", one.expected), ("got", one.got), ("hint", one.hint))
        if value
    ]
    return "\n".join(lines) + "\n"


def _line(source: Path, number: int | None) -> str | None:
    if number is None:
        return None
    try:
        lines = source.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    return lines[number - 1].replace("\t", " ") if 0 < number <= len(lines) else None


def _cut(text: str, column: int) -> tuple[str, int, int]:
    """Give the part of a line to show, and where in it (in terminal cells) the marked token starts and how wide it is."""
    at = min(column - 1, len(text))
    token = _TOKEN.match(text, at)
    end = token.end() if token else at + 1
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
