"""Why a slot shows what it shows, told to three readers.

The marketer reads facts, numbers and what would change it; the developer every experience and
every condition that was read; the visitor general words, without scores or a company's name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from mitate.consent import Purposes
from mitate.deciding import HASHED, LIVE, Draw, Ending, Memory
from mitate.model import Basis, Decision, Offer, Site
from mitate.phrases import say
from mitate.proof import prove
from mitate_rules import Context, Kept

from . import marketer
from .record import LATER, Later, Step, Told, flow
from .whole import whole

# What a visitor can do about each kind of knowledge; where nothing of theirs was used, nothing.
_TO_DO: Final = {"behavior": "about-off", "account": "about-off", "named": "about-off", "stated": "about-change"}


class Story(Told):
    """One slot's decision, ready to be told."""

    # -- the marketer ----------------------------------------------------------------------------

    def why(self, language: str = "en") -> str:
        """Say in a sentence or two what decided this slot, with numbers, and what would change it."""
        return marketer.why(self, language)

    def whole(self, language: str = "en") -> list[str]:
        """Say of each experience for this slot, in priority order, what became of it: one sentence each."""
        return whole(self, language)

    # -- the developer and the visitor -----------------------------------------------------------

    def tree(self, language: str = "en") -> str:
        """Show every experience for this slot in priority order, with how it ended and its conditions."""
        shown = self.decision.variant or say("tree-page", language)
        lines = [f"{self.decision.slot}: {shown} ({self.decision.reason}, {self.decision.basis})"]
        for step in self.steps:
            lines.append(f"{step.experience.id}: {self._ending(step, language)}")
            lines += (f"  {line}" for line in step.explanation.tree(language).splitlines())
        return "\n".join(lines)

    def _ending(self, step: Step, language: str) -> str:
        """Say briefly how an experience ended."""
        if step.ending == LATER:
            return say("tree-later", language)
        if isinstance(step.ending, Kept):
            return f"{say('tree-untold', language)} ({step.ending.reason}: {', '.join(sorted(step.ending.facts))})"
        offer = self.offer(step.experience.id)
        if offer is None:
            return step.ending or say("tree-missed", language)
        shown = next(one for one in offer.decisions if one.slot == self.decision.slot)
        rule = msgspec.json.encode(offer.when).decode()
        return f"{LIVE}, {say('tree-waits', language)}: {shown.variant or shown.reason} ← {rule}"

    def about(self, language: str = "en") -> str:
        """Tell the visitor what kind of knowledge this rests on, and what they can do about it."""
        kind = self._kind()
        todo = _TO_DO.get(kind)
        said = [say(f"about-{kind}", language), *([say(todo, language)] if todo is not None else [])]
        return flow(said, language)

    def _kind(self) -> str:
        """Name the kind of knowledge, as the phrases do."""
        if self.decision.kind is None:
            return "everyone"
        step = self.step(self.decision.experience)
        content = self.variant(step.experience).content.get(self.decision.slot)
        if content is not None and content.filling.facts_read & {"account.name", "account.domain"}:
            return "named"
        if any(fact.startswith("account.") for fact in self.site.rules.program(step.experience.id).facts_read):
            return "account"
        return Basis(self.decision.basis).value

    def to_dict(self) -> dict[str, object]:
        """Give the story as JSON-ready values."""
        return {
            "slot": self.decision.slot,
            "reason": self.decision.reason.value,
            "experience": self.decision.experience,
            "variant": self.decision.variant,
            "why": {"en": self.why("en"), "ja": self.why("ja")},
            "whole": {"en": self.whole("en"), "ja": self.whole("ja")},
            "steps": [
                {
                    "experience": step.experience.id,
                    "ending": "NO_MATCH" if isinstance(step.ending, Kept) else str(step.ending or "NO_MATCH"),
                    **({"untold": step.ending.reason} if isinstance(step.ending, Kept) else {}),
                    **({"waits": offer.when} if (offer := self.offer(step.experience.id)) is not None else {}),
                    "rule": step.explanation.to_dict(),
                }
                for step in self.steps
            ],
        }

    # -- whoever must check it -------------------------------------------------------------------

    def proof(self, secret: str | None = None) -> dict[str, object]:
        """Give what replays this decision offline, JSON-ready: see `mitate.proof`. It is personal data."""
        return prove(
            self.site,
            self.decision,
            self.context,
            self.memory,
            self.purposes,
            self.key,
            self.now,
            self.draw,
            secret=secret,
        )


def tell(
    site: Site,
    decision: Decision,
    context: Context,
    memory: Memory,
    purposes: Purposes,
    now: float,
    endings: Mapping[str, Ending],
    *,
    key: str | None = None,
    draw: Draw = HASHED,
    gpc: bool = False,
    offers: Sequence[Offer] = (),
) -> Story:
    """Put together the story of one slot; `endings` says how each experience that was reached ended.

    `offers` are what could still come true in the page, for whatever slot.
    """
    steps: list[Step] = []
    mine = [one for one in offers if any(other.slot == decision.slot for other in one.decisions)]
    waiting = {one.experience for one in mine}
    taken = False
    for one in site.experiences.values():
        if one.status == "draft" or decision.slot not in one.slots:
            continue
        ending: Ending | Later = endings.get(one.id)
        if (taken and one.id not in endings) or (ending == LIVE and one.id not in waiting):
            ending = LATER
        steps.append(Step(one, ending, site.rules.program(one.id).explain(context)))
        taken = taken or one.id == decision.experience
    return Story(site, decision, tuple(steps), context, memory, purposes, now, key, draw, gpc, mine)


__all__ = ["LATER", "Step", "Story", "Told", "tell"]
