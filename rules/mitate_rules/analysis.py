"""Check a set of rules like a program: what never or always holds, who is never first, what says nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from mitate_rules.facts import Facts
from mitate_rules.vocabulary import Declarations

Kind = Literal["never-true", "always-true", "shadowed", "overlapping", "redundant", "contradictory", "undecided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One claim about a rule, or about an audience (`id` is then "audience:NAME").

    `parts` are the pointers of the conditions it is about. `witness` is a visitor who shows it, evaluated again.
    `repair` says the shortest remedy and `patch` writes it as JSON Patch (RFC 6902) of the rule, where there is one.
    """

    kind: Kind
    id: str
    message: str
    others: tuple[str, ...] = ()
    pointer: str = ""
    parts: tuple[str, ...] = ()
    witness: Mapping[str, object] | None = None
    repair: str | None = None
    patch: list[dict[str, object]] | None = None


def analyse(
    rules: Mapping[str, object],
    facts: Declarations | Facts | None = None,
    *,
    audiences: Declarations | None = None,
    lists: Mapping[str, Iterable[str]] | None = None,
    competing: Callable[[str, str], bool] | None = None,
    wins: Callable[[str], bool] | None = None,
    assume: object = None,
) -> list[Finding]:
    """Analyse rules in priority order."""
    return []
