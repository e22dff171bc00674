"""Why a slot shows what it shows, told to three readers (being written)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mitate_rules import Context

from .consent import Purposes
from .deciding import Memory
from .model import Decision, Reason, Site


@dataclass(frozen=True)
class Story:
    """One slot's decision with everything needed to explain it."""

    decision: Decision

    def why(self, language: str) -> str:
        return f"{self.decision.slot}: {self.decision.reason}"

    def tree(self, language: str) -> str:
        return self.why(language)

    def about(self, language: str) -> str:
        return self.why(language)


def tell(
    site: Site, decision: Decision, context: Context, memory: Memory, purposes: Purposes, now: float, endings: Mapping[str, Reason | None]
) -> Story:
    """Tell the story of one slot."""
    return Story(decision)
