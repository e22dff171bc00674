"""What a preview tells the panel: audiences, experiences, slots and stories, JSON-ready."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from mitate.model import Decision, Experience, Labels, Reason, Schedule, Site
from mitate.story import LATER, Story
from mitate.story.record import flow, pick_label
from mitate_rules import WITHHELD

from .phrases import say

if TYPE_CHECKING:
    from mitate_rules import Answer

    from .deciding import Preview

LANGUAGES: Final = ("en", "ja")


@dataclass(frozen=True)
class ForcedStory(Story):
    """The story of a slot whose variant was chosen: what is shown, and what it would be without that."""

    natural: Story | None = None

    @classmethod
    def of(cls, natural: Story, decision: Decision) -> ForcedStory:
        """Give the story of a forced decision, told beside the natural one."""
        steps = tuple(
            replace(step, ending=Reason.PREVIEW) if step.experience.id == decision.experience else step
            for step in natural.steps
        )
        known: dict[str, Any] = {**vars(natural), "decision": decision, "steps": steps, "natural": natural}
        return cls(**known)

    def _otherwise(self) -> Story:
        assert self.natural is not None
        return self.natural

    def why(self, language: str = "en") -> str:
        """Say what was chosen, and what would be shown without that."""
        step = self.step(self.decision.experience)
        drawn = pick_label(self.variant(step.experience).label, self.decision.variant or "", language)
        label, status = self.label(step.experience, language), step.experience.status
        off = [] if status == "live" else [say("not-live", language, label=label, status=say(status, language))]
        said = [say("shown", language, label=label, variant=drawn), *off, self._otherwise().why(language)]
        return ("" if language.startswith("ja") else " ").join(said)

    def whole(self, language: str = "en") -> list[str]:
        """Say which experience was chosen, and of each for this slot what would become of it."""
        label = self.label(self.step(self.decision.experience).experience, language)
        return [flow([say("whole-shown", language, label=label)], language), *self._otherwise().whole(language)]

    def proof(self, secret: str | None = None) -> dict[str, object]:
        """Give the proof of what would be shown without the choice: a choice has none."""
        return self._otherwise().proof(secret)


def describe(preview: Preview, expires: float) -> dict[str, object]:
    """Give the member `preview` of an answer. It tells conditions: only for whoever holds the link."""
    site, wanted = preview.reading.site, preview.wanted
    return {
        "expires": int(expires),
        "now": wanted.at,
        "timezone": site.timezone,
        "visitor": wanted.words,
        "language": wanted.language,
        "version": site.version,
        "problems": list(preview.problems),
        "audiences": [
            {
                "name": name,
                "label": _label(one.label, name),
                "holds": _known(preview.reading.audiences[name](preview.context)),
                "forced": wanted.audiences.get(name),
            }
            for name, one in site.audiences.items()
        ],
        "experiences": [_experience(one, site, preview) for one in site.experiences.values()],
        "slots": [
            {
                "name": one.name,
                "label": _label(one.label, one.name),
                "selector": one.selector,
                "reserve": one.reserve,
                "live": one.live,
                "shadow": one.shadow,
            }
            for one in site.slots.values()
        ],
        "stories": preview.decisions.to_dict(),
    }


def _experience(one: Experience, site: Site, preview: Preview) -> dict[str, object]:
    return {
        "id": one.id,
        "label": _label(one.label, one.id),
        "slots": list(one.slots),
        "status": one.status,
        "ending": _ending(one, preview.decisions.stories),
        "forced": preview.wanted.variants.get(one.id),
        "schedule": None if one.schedule is None else _schedule(one.schedule, site),
        "variants": [{"id": variant.id, "label": _label(variant.label, variant.id)} for variant in one.variants],
    }


def _ending(one: Experience, stories: Mapping[str, Story]) -> str | None:
    """Say how an experience ended in any of its slots; None where no experience was asked."""
    endings: list[str] = []
    for slot in one.slots:
        story = stories[slot]
        natural = story.natural if isinstance(story, ForcedStory) and story.natural is not None else story
        asked = natural.decision.reason not in (Reason.BOT, Reason.ERROR) and (
            natural.decision.reason is not Reason.HOLDOUT or natural.decision.experience is not None
        )
        ending = story.step(one.id).ending
        if asked or ending is Reason.PREVIEW:
            endings.append(ending if isinstance(ending, str) else "NO_MATCH")
    ranked = sorted(endings, key=lambda ending: (ending == "NO_MATCH", ending == LATER, ending != Reason.PREVIEW))
    return str(ranked[0]) if ranked else None


def _schedule(schedule: Schedule, site: Site) -> str:
    """Write when an experience runs: from, until, and on whose clock."""
    zone = site.timezone if schedule.zone == "site" else schedule.zone
    start, until = ((bound or "").replace("T", " ") for bound in (schedule.start, schedule.until))
    return f"{start} – {until} ({zone})".strip()


def _label(label: Labels, otherwise: str) -> dict[str, str]:
    return {language: pick_label(label, otherwise, language) for language in LANGUAGES}


def _known(answer: Answer) -> bool | None:
    return None if answer is WITHHELD else answer is True
