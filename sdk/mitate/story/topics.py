"""What interests have to do with a slot: which scores its rules want, how far off they are, how long they last."""

from __future__ import annotations

from collections.abc import Iterable

from mitate.context.interests import describe_interest
from mitate.document.raw import as_list, as_object
from mitate.model import Experience, Site
from mitate.phrases import say
from mitate_rules import WITHHELD, Context

from .record import Step, Told, pick_label


def views_needed(told: Told, step: Step, language: str, phrase: str = "views-needed") -> str | None:
    """Say how many views of a topic would make an experience match, when nothing else is missing."""
    for topic, threshold in thresholds(told, step.experience):
        score = score_of(told, topic)
        if step.ending is not None or score >= threshold or told.context.get(f"interests.{topic}") is WITHHELD:
            continue
        views, _ = describe_interest(topic, score, threshold, told.site.interests[topic].half_life)
        changed = Context(told.context)
        changed[f"interests.{topic}"] = threshold
        if told.site.rules.program(step.experience.id)(changed) is True:
            count = say("one-view", language) if views == 1 else say("views", language, n=views)
            count = count if phrase == "views-needed" else count.lower()  # within a sentence
            named = pick_label(told.site.interests[topic].label, topic, language)
            return say(phrase, language, views=count, topic=named, label=told.label(step.experience, language))
    return None


def days_left(told: Told, experience: Experience, language: str) -> list[str]:
    """Say when an interest will have faded, where the decision hangs on it."""
    for topic, threshold in thresholds(told, experience):
        score = score_of(told, topic)
        if score < threshold:
            continue
        changed = Context(told.context)
        changed[f"interests.{topic}"] = 0.0
        if told.site.rules.program(experience.id)(changed) is True:
            continue
        _, days = describe_interest(topic, score, threshold, told.site.interests[topic].half_life)
        if days is not None:
            return [say("days-left", language, n=days) if days > 1 else say("days-left-one", language)]
    return []


def wants_interest(told: Told) -> bool:
    """Tell whether any experience of the slot wants an interest."""
    return any(True for step in told.steps for _ in thresholds(told, step.experience))


def score_of(told: Told, topic: str) -> float:
    """Give the score of an interest, 0–1; 0 where it isn't known."""
    score = told.context.get(f"interests.{topic}")
    return score if isinstance(score, float) else 0.0


def thresholds(told: Told, experience: Experience) -> Iterable[tuple[str, float]]:
    """Give the topics whose score a rule wants to reach, with the score it wants."""
    yield from _interest_bounds(told.site, experience.when, 0)


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
