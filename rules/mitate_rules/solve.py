"""Find visitors: values of facts that make conditions hold, or the proof that none do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mitate_rules.facts import Context
from mitate_rules.tree import Node
from mitate_rules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Solutions:
    """Contexts that were found, those that change fewest facts first; `complete` when none means that none exist."""

    contexts: tuple[Context, ...]
    complete: bool

    def __iter__(self) -> Iterator[Context]:
        return iter(self.contexts)

    def __len__(self) -> int:
        return len(self.contexts)


def solutions(
    wanted: Sequence[tuple[Node, bool]],
    vocabulary: Vocabulary,
    *,
    given: Mapping[str, object] | None = None,
    limit: int = 1,
    budget: int = 20_000,
) -> Solutions:
    """Find contexts in which each node is True, or with sign False anything but True."""
    return Solutions((), False)
