"""The smallest changes: what would have to be otherwise for a rule to match."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mitate_rules.program import Compiler
from mitate_rules.tree import Node
from mitate_rules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Change:
    """Facts that would have to be otherwise: name -> (value now, value needed). None is a missing value."""

    facts: Mapping[str, tuple[object, object]]

    def sentence(self, lang: str, vocabulary: Vocabulary) -> str:
        """Say what would have to change, in "en" or "ja"."""
        return ", ".join(self.facts)


def changes(
    node: Node,
    compiler: Compiler,
    context: Mapping[str, object],
    *,
    limit: int = 3,
    may_change: Callable[[str], bool] | None = None,
) -> list[Change]:
    """Give the smallest changes of a visitor that make a rule match, fewest facts first."""
    return []
