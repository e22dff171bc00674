"""What is known of one slot's decision: its site, its visitor, and how each experience ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from mitate.consent import Purposes
from mitate.deciding import Draw, Ending, Memory
from mitate.document.raw import as_object
from mitate.model import Decision, Experience, Labels, Offer, Site, Variant
from mitate_rules import Context, Explanation, Program

if TYPE_CHECKING:
    from mitate_rules.changes import Change

Later = Literal["later"]

LATER: Final = "later"
"""How an experience ended that was never reached, since every slot was taken."""


@dataclass(frozen=True)
class Step:
    """One experience for the slot: how it ended, and its rule with the values that were read."""

    experience: Experience
    ending: Ending | Later
    explanation: Explanation


@dataclass(frozen=True)
class Told:
    """One slot's decision with everything needed to explain and to prove it."""

    site: Site
    decision: Decision
    steps: tuple[Step, ...]
    context: Context
    memory: Memory
    purposes: Purposes
    now: float
    key: str | None
    draw: Draw
    gpc: bool = False
    offers: Sequence[Offer] = ()
    """What could still come true in the page for this slot, in priority order."""
    patience: int | None = None
    """For how many experiences the smallest change that makes them match is looked for; None for all."""

    def change(self, step: Step) -> Change | None:
        """Give what a visitor could change to match, else what would have to be another visitor's; looked for once."""
        name = step.experience.id
        if name not in self._changes:
            spent = self.patience is not None and len(self._changes) >= self.patience
            self._changes[name] = None if spent else _smallest_change(self.site.rules.program(name), self.context)
        return self._changes[name]

    @cached_property
    def _changes(self) -> dict[str, Change | None]:
        return {}

    def offer(self, name: str) -> Offer | None:
        """Give what an experience waits for in the page, if it does."""
        return next((one for one in self.offers if one.experience == name), None)

    def step(self, name: str | None) -> Step:
        """Give an experience's step."""
        return next(step for step in self.steps if step.experience.id == name)

    def variant(self, experience: Experience) -> Variant:
        """Give the variant of an experience that was chosen."""
        return next(one for one in experience.variants if one.id == self.decision.variant)

    def label(self, experience: Experience, language: str) -> str:
        """Give an experience's label, its id where it has none."""
        return pick_label(experience.label, experience.id, language)


def _smallest_change(program: Program, context: Context) -> Change | None:
    for may_change in (None, _anything):
        for change in program.changes(context, limit=1, may_change=may_change):
            return change
    return None


def _anything(name: str) -> bool:
    return True


def pick_label(label: Labels, otherwise: str, language: str) -> str:
    """Give a label in a language, else in English, else in any, else what stands in for one."""
    return label.get(language.split("-")[0]) or label.get("en") or next(iter(label.values()), otherwise)


def as_labels(value: object) -> Labels:
    """Read a label as a declaration has it."""
    return {language: text for language, text in (as_object(value) or {}).items() if isinstance(text, str)}


def flow(sentences: Iterable[str], language: str) -> str:
    """Put sentences one after another, each with its full stop."""
    stop, gap = ("。", "") if language.startswith("ja") else (".", " ")
    return gap.join(one if one.endswith((stop, ")", "。", ".")) else one + stop for one in sentences if one)
