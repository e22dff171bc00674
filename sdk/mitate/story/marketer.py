"""The marketer's reading: what decided a slot, with numbers, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mitate.consent import PERSONALIZATION
from mitate.document.raw import as_object
from mitate.model import Reason
from mitate.phrases import PERIODS, say
from mitate_rules import WITHHELD, Kept
from mitate_rules.steps import Step as RuleStep

from .record import Step, Told, as_labels, flow, pick_label
from .topics import days_left, score_of, thresholds, views_needed, wants_interest
from .waiting import untold, waits

MOST_NAMED: Final = 3


def why(told: Told, language: str = "en") -> str:
    """Say in a sentence or two what decided this slot, with numbers, and what would change it."""
    match told.decision.reason:
        case Reason.BOT:
            said = [say("bot", language)]
        case Reason.ERROR:
            said = [say("error", language)]
        case Reason.HOLDOUT if told.decision.experience is None:
            said = [say("holdout-site", language)]
        case Reason.HOLDOUT:
            step = told.step(told.decision.experience)
            label, because = told.label(step.experience, language), step.explanation.because(language)
            said = [say("holdout", language, label=label, because=because)]
        case Reason.TARGETING_MATCH | Reason.SPLIT:
            said = _why_shown(told, language)
        case Reason.DEFAULT:
            said = [say("default", language), *(_why_nothing(told, language) if not told.offers else [])]
        case _:
            said = [say("default", language), *_why_kept_out(told, language)]
    return flow([*said, *_waiting(told, language)], language)


def _waiting(told: Told, language: str) -> list[str]:
    """Say what the first waits for that could still fill the slot, and how many more do."""
    if not told.offers:
        return []
    more = len(told.offers) - 1
    return [waits(told, told.offers[0], language), *([say("waits-more", language, n=more)] if more else [])]


def _why_shown(told: Told, language: str) -> list[str]:
    step = told.step(told.decision.experience)
    experience, label = step.experience, told.label(step.experience, language)
    because = step.explanation.because(language)
    said: list[str] = []
    missed = _missed_before(told, step)
    if missed is not None:
        told_why = missed.explanation
        failing = told_why.sentence(language).rstrip("。") if language == "ja" else told_why.because(language)
        said.append(say("not-first", language, label=told.label(missed.experience, language), because=failing))
    if told.decision.kind is None:
        said.append(say("keeps-page", language, label=label, because=because))
    elif experience.when is True:
        said.append(say("matched-everyone", language, label=label))
    else:
        said.append(say("matched", language, label=label, because=because))
    if told.decision.reason is Reason.SPLIT:
        if told.decision.kind is not None and len(experience.variants) > 1:
            drawn = pick_label(told.variant(experience).label, told.decision.variant or "", language)
            said.append(say("split", language, variant=drawn))
        if experience.experiment.unit == "account":
            said.append(say("split-account", language))
    said += days_left(told, experience, language)
    if PERSONALIZATION not in told.purposes:
        said.append(say("gpc" if told.gpc else "nothing-stored", language))
    return said


def _why_nothing(told: Told, language: str) -> list[str]:
    """Say what is missing for the nearest experience, in views of a topic where that is what it takes."""
    if PERSONALIZATION not in told.purposes and told.gpc:
        return [say("gpc", language)]
    for step in told.steps:
        if isinstance(step.ending, Kept):
            return [untold(told, step, step.ending, language)]
    said: list[str] = []
    if PERSONALIZATION in told.purposes and wants_interest(told) and _is_first_visit(told):
        said.append(say("first-visit", language))
    for step in told.steps:
        needed = views_needed(told, step, language)
        if needed is not None:
            return [*said, needed] if said else [step.explanation.sentence(language), needed]
    nearest = _nearest(told)
    if nearest is None:
        return said
    if lacks_company(told, nearest):
        return [*said, _why_no_company(told, language)]
    return [*said, nearest.explanation.sentence(language)]


def _why_kept_out(told: Told, language: str) -> list[str]:
    reason = told.decision.reason
    step = next((one for one in told.steps if one.ending is reason), None)
    if step is None:
        return []
    if reason is not Reason.CONSENT:
        return [kept_out(told, step, reason, language)]
    if told.gpc:
        return [say("gpc", language)]
    withheld = withheld_by(told, [one for one in told.steps if one.ending is Reason.CONSENT], language)
    if withheld:
        return [say("consent", language, facts=withheld)]
    return [say("consent-memory", language, label=told.label(step.experience, language))]


def kept_out(told: Told, step: Step, reason: Reason, language: str) -> str:
    """Say what but its rule kept an experience out: its cap, what suppresses it, its schedule, a pause, the visitor."""
    one, label = step.experience, told.label(step.experience, language)
    if reason is Reason.SUPPRESSED and told.memory.get(f"dismissed.{one.id}"):
        return say("dismissed", language, label=label)
    suffix = "" if step.explanation.result is True else "-live"
    if reason is Reason.CAPPED and one.frequency is not None:
        per = PERIODS[one.frequency.per].get(language.split("-")[0], one.frequency.per)
        return say(f"capped{suffix}", language, label=label, max=one.frequency.max, per=per)
    if reason is Reason.SUPPRESSED and one.suppress is not None:
        because = one.suppress.explain(told.context).because(language)
        return say("suppressed", language, label=label, because=because)
    return say(("paused" if one.status != "live" else "schedule") + suffix, language, label=label)


def _missed_before(told: Told, winner: Step) -> Step | None:
    """Give an earlier experience that was nearly for this visitor: an interest that faded."""
    for step in told.steps:
        if step is winner:
            return None
        if step.ending is None and any(score_of(told, topic) > 0 for topic, _ in thresholds(told, step.experience)):
            return step
    return None


def _nearest(told: Told) -> Step | None:
    """Give the experience that came nearest to matching: something of it is known, little fails, much holds.

    Of those of which nothing is known, a company's comes first: that is what its reader wants to hear about.
    """

    def distance(step: Step) -> tuple[bool, bool, int, int]:
        facts = step.explanation.facts
        known = any(value is not None and value is not False for value in facts.values())
        return not known, not lacks_company(told, step), _failing(step.explanation.step), -len(facts)

    missed = [step for step in told.steps if step.ending is None and step.experience.status == "live"]
    return min(missed, key=distance, default=None)


def lacks_company(told: Told, step: Step) -> bool:
    """Tell whether an experience asked about a company, and none is known."""
    wanted = [name for name in step.explanation.facts if name.startswith("account.")]
    return bool(wanted) and all(told.context.get(name) is None for name in wanted)


def _why_no_company(told: Told, language: str) -> str:
    kind = told.context.get("account.kind")
    if not isinstance(kind, str) or kind == "company":
        return say("company-unknown", language)
    names = as_object(told.site.facts.get("account.kind", {}).get("values")) or {}
    return say("company-provider", language, kind=pick_label(as_labels(names.get(kind)), kind, language))


def _is_first_visit(told: Told) -> bool:
    seen = told.context.get("visits.count", told.memory.get("visits.count", 1))
    return (
        isinstance(seen, int | float) and seen <= 1 and not any(name.startswith("interests.") for name in told.memory)
    )


def withheld_by(told: Told, steps: Iterable[Step], language: str) -> str:
    """Name what was not used by these experiences for want of consent: a few facts, and how many more."""
    names = {
        name: None
        for step in steps
        for name in sorted(_may_read(told, step))
        if not name.startswith("live.") and told.context.get(name) is WITHHELD
    }
    labels = [pick_label(as_labels(told.site.facts.get(name, {}).get("label")), name, language) for name in names]
    few = list(dict.fromkeys(labels))
    more = [say("more", language, n=len(few) - MOST_NAMED)] if len(few) > MOST_NAMED else []
    return ("、" if language.startswith("ja") else ", ").join([*few[:MOST_NAMED], *more])


def _may_read(told: Told, step: Step) -> set[str]:
    suppress = step.experience.suppress
    own = told.site.rules.program(step.experience.id).facts_read
    return {*own, *(suppress.facts_read if suppress is not None else ())}


def _failing(step: RuleStep) -> int:
    """Count the conditions that fail, however deep they stand."""
    if step.parts:
        return sum(_failing(part) for part in step.parts)
    return step.result is False
