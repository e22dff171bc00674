"""Why a slot shows what it shows, told to three readers.

The marketer reads facts, numbers and what would change it; the developer every experience and
every condition that was read; the visitor general words, without scores or a company's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from mitate_rules import WITHHELD, Context, Explanation
from mitate_rules.steps import Step as RuleStep

from .consent import PERSONALIZATION, Purposes
from .context.interests import describe_interest
from .deciding import Memory
from .document.raw import as_list, as_object
from .model import Basis, Decision, Experience, Labels, Reason, Site, Variant
from .phrases import PERIODS, say

MOST_NAMED: Final = 3
LATER: Final = "later"
"""How an experience ended that was never reached, since every slot was taken."""


@dataclass(frozen=True)
class Step:
    """One experience for the slot: how it ended, and its rule with the values that were read."""

    experience: Experience
    ending: Reason | str | None
    explanation: Explanation


@dataclass(frozen=True)
class Story:
    """One slot's decision with everything needed to explain it."""

    site: Site
    decision: Decision
    steps: tuple[Step, ...]
    context: Context
    memory: Memory
    purposes: Purposes
    now: float
    gpc: bool = False

    # -- the marketer ----------------------------------------------------------------------------

    def why(self, language: str = "en") -> str:
        """Say in a sentence or two what decided this slot, with numbers, and what would change it."""
        match self.decision.reason:
            case Reason.BOT:
                said = [say("bot", language)]
            case Reason.ERROR:
                said = [say("error", language)]
            case Reason.HOLDOUT if self.decision.experience is None:
                said = [say("holdout-site", language)]
            case Reason.HOLDOUT:
                step = self._step(self.decision.experience)
                said = [
                    say(
                        "holdout",
                        language,
                        label=self._label(step.experience, language),
                        because=self._because(step, language),
                    )
                ]
            case Reason.TARGETING_MATCH | Reason.SPLIT:
                said = self._why_shown(language)
            case Reason.DEFAULT:
                said = [say("default", language), *self._why_nothing(language)]
            case _:
                said = [say("default", language), *self._why_kept_out(language)]
        return _flow(said, language)

    def _why_shown(self, language: str) -> list[str]:
        step = self._step(self.decision.experience)
        experience, label = step.experience, self._label(step.experience, language)
        because = self._because(step, language)
        said: list[str] = []
        missed = self._missed_before(step)
        if missed is not None:
            said.append(
                say(
                    "not-first",
                    language,
                    label=self._label(missed.experience, language),
                    because=missed.explanation.sentence(language).rstrip("。")
                    if language.startswith("ja")
                    else missed.explanation.because(language),
                )
            )
        if self.decision.kind is None:
            said.append(say("keeps-page", language, label=label, because=because))
        elif experience.when is True:
            said.append(say("matched-everyone", language, label=label))
        else:
            said.append(say("matched", language, label=label, because=because))
        if self.decision.reason is Reason.SPLIT:
            if self.decision.kind is not None and len(experience.variants) > 1:
                said.append(
                    say(
                        "split",
                        language,
                        variant=_label(self._variant(experience).label, self.decision.variant or "", language),
                    )
                )
            if experience.experiment.unit == "account":
                said.append(say("split-account", language))
        said += self._days_left(experience, language)
        if PERSONALIZATION not in self.purposes:
            said.append(say("gpc" if self.gpc else "nothing-stored", language))
        return said

    def _why_nothing(self, language: str) -> list[str]:
        """Say what is missing for the nearest experience, in views of a topic where that is what it takes."""
        if PERSONALIZATION not in self.purposes and self.gpc:
            return [say("gpc", language)]
        said: list[str] = []
        if PERSONALIZATION in self.purposes and self._wants_interest() and self._is_first_visit():
            said.append(say("first-visit", language))
        for step in self.steps:
            needed = self._views_needed(step, language)
            if needed is not None:
                return [*said, needed] if said else [step.explanation.sentence(language), needed]
        nearest = self._nearest()
        if nearest is None:
            return said
        if self._lacks_company(nearest):
            return [*said, self._why_no_company(language)]
        return [*said, nearest.explanation.sentence(language)]

    def _why_kept_out(self, language: str) -> list[str]:
        step = next((one for one in self.steps if one.ending is self.decision.reason), None)
        if step is None:
            return []
        label = self._label(step.experience, language)
        match self.decision.reason:
            case Reason.CONSENT:
                if self.gpc:
                    return [say("gpc", language)]
                withheld = self._withheld(language)
                return [
                    say("consent", language, facts=withheld)
                    if withheld
                    else say("consent-memory", language, label=label)
                ]
            case Reason.CAPPED if step.experience.frequency is not None:
                cap = step.experience.frequency
                return [say("capped", language, label=label, max=cap.max, per=PERIODS[cap.per].get(language, cap.per))]
            case Reason.SUPPRESSED if step.experience.suppress is not None:
                because = step.experience.suppress.explain(self.context).because(language)
                return [say("suppressed", language, label=label, because=because)]
            case _:
                return [say("paused" if step.experience.status != "live" else "schedule", language, label=label)]

    # -- the developer and the visitor -----------------------------------------------------------

    def tree(self, language: str = "en") -> str:
        """Show every experience for this slot in priority order, with how it ended and its conditions."""
        shown = self.decision.variant or say("tree-page", language)
        lines = [f"{self.decision.slot}: {shown} ({self.decision.reason}, {self.decision.basis})"]
        for step in self.steps:
            ending = (
                say("tree-later", language) if step.ending == LATER else step.ending or say("tree-missed", language)
            )
            lines.append(f"{step.experience.id}: {ending}")
            lines += (f"  {line}" for line in step.explanation.tree(language).splitlines())
        return "\n".join(lines)

    def about(self, language: str = "en") -> str:
        """Tell the visitor what kind of knowledge this rests on."""
        if self.decision.kind is None:
            return say("about-everyone", language)
        step = self._step(self.decision.experience)
        content = self._variant(step.experience).content.get(self.decision.slot)
        if content is not None and content.filling.facts_read & {"account.name", "account.domain"}:
            return say("about-named", language)
        if any(fact.startswith("account.") for fact in self.site.rules.program(step.experience.id).facts_read):
            return say("about-account", language)
        return say(f"about-{Basis(self.decision.basis)}", language)

    def to_dict(self) -> dict[str, object]:
        """Give the story as JSON-ready values."""
        return {
            "slot": self.decision.slot,
            "reason": self.decision.reason.value,
            "experience": self.decision.experience,
            "variant": self.decision.variant,
            "why": {"en": self.why("en"), "ja": self.why("ja")},
            "steps": [
                {
                    "experience": step.experience.id,
                    "ending": str(step.ending or "NO_MATCH"),
                    "rule": step.explanation.to_dict(),
                }
                for step in self.steps
            ],
        }

    # -- parts -----------------------------------------------------------------------------------

    def _step(self, name: str | None) -> Step:
        return next(step for step in self.steps if step.experience.id == name)

    def _variant(self, experience: Experience) -> Variant:
        return next(one for one in experience.variants if one.id == self.decision.variant)

    def _label(self, experience: Experience, language: str) -> str:
        return _label(experience.label, experience.id, language)

    def _because(self, step: Step, language: str) -> str:
        return step.explanation.because(language)

    def _missed_before(self, winner: Step) -> Step | None:
        """Give an earlier experience that was nearly for this visitor: an interest that faded."""
        for step in self.steps:
            if step is winner:
                return None
            if step.ending is None and any(self._score(topic) > 0 for topic, _ in self._thresholds(step.experience)):
                return step
        return None

    def _nearest(self) -> Step | None:
        """Give the experience that came nearest to matching: something of it is known, little fails, much holds.

        Of those of which nothing is known, a company's comes first: that is what its reader wants to hear about.
        """

        def distance(step: Step) -> tuple[bool, bool, int, int]:
            facts = step.explanation.facts
            known = any(value is not None and value is not False for value in facts.values())
            return not known, not self._lacks_company(step), _failing(step.explanation.step), -len(facts)

        missed = [step for step in self.steps if step.ending is None and step.experience.status == "live"]
        return min(missed, key=distance, default=None)

    def _lacks_company(self, step: Step) -> bool:
        wanted = [name for name in step.explanation.facts if name.startswith("account.")]
        return bool(wanted) and all(self.context.get(name) is None for name in wanted)

    def _why_no_company(self, language: str) -> str:
        kind = self.context.get("account.kind")
        if not isinstance(kind, str) or kind == "company":
            return say("company-unknown", language)
        names = as_object(self.site.facts.get("account.kind", {}).get("values")) or {}
        return say("company-provider", language, kind=_label(as_labels(names.get(kind)), kind, language))

    def _is_first_visit(self) -> bool:
        seen = self.context.get("visits.count", self.memory.get("visits.count", 1))
        return (
            isinstance(seen, int | float)
            and seen <= 1
            and not any(name.startswith("interests.") for name in self.memory)
        )

    def _wants_interest(self) -> bool:
        return any(True for step in self.steps for _ in self._thresholds(step.experience))

    def _views_needed(self, step: Step, language: str) -> str | None:
        """Say how many views of a topic would make an experience match, when nothing else is missing."""
        for topic, threshold in self._thresholds(step.experience):
            score = self._score(topic)
            if step.ending is not None or score >= threshold or self.context.get(f"interests.{topic}") is WITHHELD:
                continue
            views, _ = describe_interest(topic, score, threshold, self.site.interests[topic].half_life)
            changed = Context(self.context)
            changed[f"interests.{topic}"] = threshold
            if self.site.rules.program(step.experience.id)(changed) is True:
                count = say("one-view", language) if views == 1 else say("views", language, n=views)
                named = _label(self.site.interests[topic].label, topic, language)
                return say(
                    "views-needed", language, views=count, topic=named, label=self._label(step.experience, language)
                )
        return None

    def _days_left(self, experience: Experience, language: str) -> list[str]:
        """Say when an interest will have faded, where the decision hangs on it."""
        for topic, threshold in self._thresholds(experience):
            score = self._score(topic)
            if score < threshold:
                continue
            changed = Context(self.context)
            changed[f"interests.{topic}"] = 0.0
            if self.site.rules.program(experience.id)(changed) is True:
                continue
            _, days = describe_interest(topic, score, threshold, self.site.interests[topic].half_life)
            if days is not None:
                return [say("days-left", language, n=days) if days > 1 else say("days-left-one", language)]
        return []

    def _score(self, topic: str) -> float:
        score = self.context.get(f"interests.{topic}")
        return score if isinstance(score, float) else 0.0

    def _thresholds(self, experience: Experience) -> Iterable[tuple[str, float]]:
        """Give the topics whose score a rule wants to reach, with the score it wants."""
        yield from _interest_bounds(self.site, experience.when, 0)

    def _withheld(self, language: str) -> str:
        """Name what was not used by any experience that consent kept out: a few facts, and how many more."""
        undecided = (step for step in self.steps if step.ending is Reason.CONSENT)
        names = {
            name: None
            for step in undecided
            for name in sorted(self.site.rules.program(step.experience.id).facts_read)
            if self.context.get(name) is WITHHELD
        }
        labels = [_label(as_labels(self.site.facts.get(name, {}).get("label")), name, language) for name in names]
        few = list(dict.fromkeys(labels))
        more = [say("more", language, n=len(few) - MOST_NAMED)] if len(few) > MOST_NAMED else []
        return ("、" if language.startswith("ja") else ", ").join([*few[:MOST_NAMED], *more])


def tell(
    site: Site,
    decision: Decision,
    context: Context,
    memory: Memory,
    purposes: Purposes,
    now: float,
    endings: Mapping[str, Reason | None],
    *,
    gpc: bool = False,
) -> Story:
    """Put together the story of one slot; `endings` says how each experience that was reached ended."""
    steps: list[Step] = []
    taken = False
    for one in site.experiences.values():
        if one.status == "draft" or decision.slot not in one.slots:
            continue
        ending = LATER if taken and one.id not in endings else endings.get(one.id)
        steps.append(Step(one, ending, site.rules.program(one.id).explain(context)))
        taken = taken or one.id == decision.experience
    return Story(site, decision, tuple(steps), context, memory, purposes, now, gpc)


def _failing(step: RuleStep) -> int:
    """Count the conditions that fail, however deep they stand."""
    if step.parts:
        return sum(_failing(part) for part in step.parts)
    return step.result is False


def _interest_bounds(site: Site, rule: object, depth: int) -> Iterable[tuple[str, float]]:
    operation = as_object(rule)
    if operation is None or depth > 20:
        return
    for name, value in operation.items():
        operands = as_list(value) or []
        if name == "audience" and isinstance(value, str):
            yield from _interest_bounds(site, site.audiences[value].when, depth + 1)
        elif name in ("and", "or"):
            for operand in operands:
                yield from _interest_bounds(site, operand, depth + 1)
        elif name in (">=", ">") and len(operands) == 2:
            fact, bound = (as_object(operands[0]) or {}).get("var"), operands[1]
            if (
                isinstance(fact, str)
                and isinstance(bound, int | float)
                and fact.removeprefix("interests.") in site.interests
            ):
                yield fact.removeprefix("interests."), float(bound)


def _label(label: Labels, otherwise: str, language: str) -> str:
    return label.get(language.split("-")[0]) or label.get("en") or next(iter(label.values()), otherwise)


def as_labels(value: object) -> Labels:
    """Read a label as a declaration has it."""
    return {language: text for language, text in (as_object(value) or {}).items() if isinstance(text, str)}


def _flow(sentences: Iterable[str], language: str) -> str:
    """Put sentences one after another, each with its full stop."""
    stop, gap = ("。", "") if language.startswith("ja") else (".", " ")
    return gap.join(one if one.endswith((stop, ")", "。", ".")) else one + stop for one in sentences if one)
