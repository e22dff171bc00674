"""The whole story of a slot: what became of each experience that could have filled it."""

from __future__ import annotations

from typing import Final

from mitate.model import Reason
from mitate.phrases import say
from mitate_rules import WITHHELD, Kept
from mitate_rules.messages import spoken

from .marketer import kept_out, lacks_company, why, withheld_by
from .record import LATER, Step, Told, flow
from .topics import views_needed
from .waiting import untold, waits

# What a change begins with in English when it is no fact's label: "on a computer", "between 0:00 and 15:00".
_OF_A_VISIT: Final = frozenset({"on", "in", "between", "not", "after"})


def whole(told: Told, language: str) -> list[str]:
    """Say of each experience in priority order what became of it; where none was asked, why not."""
    if told.decision.reason in (Reason.BOT, Reason.ERROR) or (
        told.decision.reason is Reason.HOLDOUT and told.decision.experience is None
    ):
        return [why(told, language)]
    taken, said = False, list[str]()
    for step in told.steps:
        winner = step.experience.id == told.decision.experience
        said.append(flow([_shown(told, step, language) if winner else _passed(told, step, taken, language)], language))
        taken = taken or winner
    return said


def _shown(told: Told, step: Step, language: str) -> str:
    label = told.label(step.experience, language)
    if told.decision.reason is Reason.HOLDOUT:
        return say("whole-holdout", language, label=label)
    because = step.explanation.because(language)
    if told.decision.kind is None:
        return say("whole-page", language, label=label, because=because)
    if step.experience.when is True:
        return say("whole-everyone", language, label=label)
    return say("whole-shown", language, label=label, because=because)


def _passed(told: Told, step: Step, taken: bool, language: str) -> str:
    label, answer = told.label(step.experience, language), step.explanation.result
    if step.experience.status != "live" and answer is True:
        return say(step.experience.status, language, label=label)
    if taken or step.ending == LATER:
        return say("also", language, label=label) if answer is True else _needs(told, step, taken, language)
    offer = told.offer(step.experience.id)
    if offer is not None:
        return waits(told, offer, language)
    match step.ending:
        case Kept():
            return untold(told, step, step.ending, language)
        case Reason.CONSENT:
            names = withheld_by(told, [step], language)
            known = say("whole-consent", language, label=label, facts=names)
            return known if names else say("consent-memory", language, label=label)
        case Reason.CAPPED | Reason.SUPPRESSED | Reason.DISABLED:
            return kept_out(told, step, Reason(step.ending), language)
        case _ if answer is True:
            return say("whole-layer", language, label=label)
        case _:
            return _needs(told, step, taken, language)


def _needs(told: Told, step: Step, taken: bool, language: str) -> str:
    """Say what an experience would need: the smallest change that makes its rule match, else what fails."""
    label = told.label(step.experience, language)
    if step.explanation.result is WITHHELD:
        names = withheld_by(told, [step], language)
        return say("whole-consent" if names else "whole-live", language, label=label, facts=names)
    views = None if taken else views_needed(told, step, language, "whole-views")
    if views is not None:
        return views
    if lacks_company(told, step):
        return say("whole-company", language, label=label)
    found = told.change(step)
    if found is not None:
        change = found.sentence(spoken(language), told.site.rules.program(step.experience.id).vocabulary)
        how = change.split(" ")[0] in _OF_A_VISIT
        return say("whole-visit" if how else "whole-needs", language, label=label, change=change)
    sentence = step.explanation.sentence(language)
    if not language.startswith("ja") and sentence[1:2].islower():
        sentence = sentence[:1].lower() + sentence[1:]
    return say("whole-fails", language, label=label, sentence=sentence)
