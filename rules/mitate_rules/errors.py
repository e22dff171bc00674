"""What can be wrong, and how it is said.

MitateError                 everything mitate raises on purpose
└── RuleError               a rule that can't be used; `.diagnostics` has every finding
    └── LimitError          a rule (or the work it asks for) beyond the engine's limits
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mitate_rules.source import Positions

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding: what was expected and got, where, and what to do.

    `pointer` is an RFC 6901 JSON pointer into the rule (or document); `line` and `column` count from 1.
    Only `severity == "error"` keeps a rule from being used.
    """

    code: str
    severity: Severity
    message: str
    pointer: str = ""
    expected: str | None = None
    got: str | None = None
    hint: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    witness: Mapping[str, object] | None = field(default=None, hash=False)
    """Facts of a visitor who proves the finding, name -> value."""
    patch: Sequence[Mapping[str, object]] | None = field(default=None, hash=False)
    """The repair as JSON Patch (RFC 6902) of the text that `pointer` leads into, where there is one."""

    def at(
        self, *, file: str | None = None, pointer_prefix: str = "", positions: Positions | None = None
    ) -> Diagnostic:
        """Place the finding: under a pointer of a larger document, in a file, at its line and column."""
        pointer = pointer_prefix + self.pointer
        line, column = self.line, self.column
        if positions is not None and line is None:
            line, column = positions.nearest(pointer)
        return replace(self, file=file or self.file, pointer=pointer, line=line, column=column)

    @property
    def where(self) -> str:
        """Say the place as `file:line:column`, or the pointer when no position is known."""
        if self.line is not None:
            place = f"{self.line}:{self.column}"
            return f"{self.file}:{place}" if self.file else place
        return f"{self.file}:{self.pointer}" if self.file else self.pointer

    def __str__(self) -> str:
        place = self.where
        text = f"{place} {self.message}" if place else self.message
        return f"{text} ({self.hint})" if self.hint else text

    def to_dict(self) -> dict[str, object]:
        """Give the finding as JSON, without what is not known."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in fields.items() if value is not None}


class MitateError(Exception):
    """The root of everything mitate raises on purpose."""


class RuleError(MitateError):
    """A rule that can't be used."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = list(diagnostics)
        super().__init__("\n".join(str(found) for found in self.diagnostics))


class LimitError(RuleError):
    """A rule, or the work it asks for, beyond the engine's limits."""


def suggest(name: str, candidates: Iterable[str]) -> str | None:
    """Give the candidate that was probably meant, or None."""
    close = difflib.get_close_matches(name, list(candidates), n=1, cutoff=0.7)
    return close[0] if close else None


def did_you_mean(name: str, candidates: Iterable[str]) -> str | None:
    """Give the hint `did you mean "x"?`, or None when nothing is near."""
    near = suggest(name, candidates)
    return f'did you mean "{near}"?' if near is not None else None


def escape(segment: str | int) -> str:
    """Give one step of a JSON pointer, escaped as RFC 6901 says."""
    return "/" + str(segment).replace("~", "~0").replace("/", "~1")
