"""The forms in which `mitate check` answers: for people, for programs, for GitHub's annotations; SARIF has its own room."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .look import has_colours, listed, paint, show_diagnostics, visitor

if TYPE_CHECKING:
    from mitate_rules import Diagnostic

FIELDS: Final = (
    "code",
    "severity",
    "message",
    "file",
    "line",
    "column",
    "pointer",
    "expected",
    "got",
    "hint",
    "witness",
    "patch",
)
"""What the JSON form says of a finding, absent things included."""


@dataclass(frozen=True)
class Checked:
    """What was found in some folders, in their order."""

    found: Mapping[Path, list[Diagnostic]]

    def count(self, severity: str) -> int:
        """Count the findings of one severity."""
        return sum(one.severity == severity for many in self.found.values() for one in many)

    def placed(self) -> Iterator[tuple[Path, Diagnostic]]:
        """Give each finding with the file it is about (the folder itself where it is about none)."""
        for folder, many in self.found.items():
            home = folder if folder.is_dir() else folder.parent
            for one in many:
                yield (home if one.file is None else home / one.file), one


def as_text(checked: Checked) -> str:
    """Say it to people: each finding with its line, then the sum."""
    colours = has_colours()
    shown = [show_diagnostics(folder, many, colours=colours) for folder, many in checked.found.items() if many]
    counts = [_count(checked.count(severity), severity) for severity in ("error", "warning", "note")]
    said = listed([count for count in counts if count])
    if checked.count("error"):
        return "\n".join([*shown, paint(f"Found {said}.", colours, fg="red", bold=True)])
    sites = "The site is" if len(checked.found) == 1 else f"All {len(checked.found)} sites are"
    end = f"{sites} good to serve{f', with {said}' if said else ''}."
    return "\n".join([*shown, paint(end, colours, fg="green", bold=True)])


def _count(number: int, word: str) -> str:
    return "" if not number else f"{number} {word}{'' if number == 1 else 's'}"


def as_json(checked: Checked) -> str:
    """Say it to programs: one object with every finding."""
    import msgspec

    said = {
        "ok": checked.count("error") == 0,
        "errors": checked.count("error"),
        "warnings": checked.count("warning"),
        "notes": checked.count("note"),
        "diagnostics": [
            {"folder": str(folder), **fields(one)} for folder, many in checked.found.items() for one in many
        ],
    }
    return msgspec.json.format(msgspec.json.encode(said), indent=2).decode()


def fields(one: Diagnostic) -> dict[str, object]:
    """Give a finding as JSON has it."""
    return {name: getattr(one, name) for name in FIELDS}


# GitHub's workflow commands: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
# The data escapes %, CR and LF; a property also : and ,
_LEVELS: Final = {"error": "error", "warning": "warning", "note": "notice"}
_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def as_github(checked: Checked) -> str:
    """Say it to GitHub Actions: one annotation for each finding, at its line of the pull request."""
    return "\n".join(_annotation(file, one) for file, one in checked.placed())


def _annotation(file: Path, one: Diagnostic) -> str:
    place = {"file": relative(file), "line": one.line, "col": one.column, "title": f"mitate: {one.code}"}
    properties = ",".join(f"{name}={str(value).translate(_PROPERTY)}" for name, value in place.items() if value)
    return f"::{_LEVELS[one.severity]} {properties}::{described(one).translate(_DATA)}"


def described(one: Diagnostic) -> str:
    """Say a finding in full where its line isn't shown: the message, what was expected, who proves it, the hint."""
    more = (("Expected", one.expected), ("Got", one.got), ("For example", visitor(one.witness)), ("Hint", one.hint))
    return "\n".join([one.message, *(f"{name}: {value}" for name, value in more if value)])


def relative(file: Path) -> str:
    """Give a file's name relative to the repository's root with forward slashes, or its whole name outside of it."""
    file, root = file.resolve(), repository()
    return (file.relative_to(root) if file.is_relative_to(root) else file).as_posix()


def repository() -> Path:
    """Give the root that CI's annotations count from: GitHub's workspace, else the git repository, else where we are."""
    if workspace := os.environ.get("GITHUB_WORKSPACE"):
        return Path(workspace).resolve()
    here = Path.cwd().resolve()
    return next((one for one in (here, *here.parents) if (one / ".git").exists()), here)


def as_sarif(checked: Checked) -> str:
    """Say it to code scanning (SARIF 2.1.0)."""
    from .sarif import as_sarif as write

    return write(checked)


FORMATS: Final[Mapping[str, Callable[[Checked], str]]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}
