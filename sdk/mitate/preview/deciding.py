"""Previews of one site: what would be shown, decided beside what is served and leaving nothing behind."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from mitate.answers import Decisions, ExplainedDecisions
from mitate.consent import PERSONALIZATION, granted, may_remember
from mitate.context.facts import NECESSARY, find
from mitate.ids import is_id
from mitate.mitate import Mitate, Serving
from mitate.model import Audience, Decision, Experience, Offer, Reason, Site, Variant
from mitate.story import Step, Story
from mitate.story.record import pick_label
from mitate.visitor import Visitor
from mitate_rules import Context, Program, RuleSet, compile_rule

from .phrases import say
from .telling import ForcedStory
from .wanted import Overrides, Wanted, read_overrides

AUDIENCE: Final = "preview.audience."
"""What stands before an audience's name in the fact that a forced one reads."""

PATIENCE: Final = 200
"""For so many experiences of a site the smallest change that makes them match is looked for, a millisecond each."""
LEAST_PATIENCE: Final = 1
"""And for so many in each slot, however many slots there are."""

_MOST_KEPT: Final = 8


@dataclass(frozen=True)
class Reading:
    """A site as a preview reads it: `serving` decides, `site` explains, drafts included."""

    serving: Serving
    site: Site
    audiences: Mapping[str, Program]
    """Each audience by its own rule, whatever is forced."""


@dataclass(frozen=True)
class Preview:
    """What a preview shows: the decisions, with a story for every slot, and what it was asked for."""

    decisions: ExplainedDecisions
    wanted: Wanted
    reading: Reading
    context: Context
    problems: tuple[str, ...]


class Previews:
    """Decides previews of a site. Reads a profile where the page's own visitor is shown; writes and counts nothing."""

    def __init__(self, mitate: Mitate) -> None:
        self.mitate = mitate
        self._lock = threading.Lock()
        self._kept: tuple[Serving, dict[frozenset[str], Reading]] = (mitate.serving, {})

    def show(self, visitor: Visitor, overrides: Overrides | None = None) -> Preview:
        """Decide what this visitor, or the one described, would see."""
        with self._lock:  # one at a time: a preview may take a while, and a machine has more to do
            return self._show(visitor, overrides or Overrides())

    def _show(self, visitor: Visitor, asked: Overrides) -> Preview:
        site = self.mitate.site
        wanted = read_overrides(asked, site, visitor, self.mitate.now())
        reading = self._reading(frozenset(wanted.audiences))
        natural = self._simulate(reading, wanted)
        context = _context(reading, natural, wanted)
        problems = list(wanted.problems)
        forced = _forced(site, wanted, context, problems)
        stories = _stories(reading, natural, forced, context, wanted)
        problems += _held_back(site, wanted, natural)
        answer = _answer(site, visitor, natural, forced, wanted)
        return Preview(ExplainedDecisions(answer, stories), wanted, reading, context, tuple(problems))

    def _simulate(self, reading: Reading, wanted: Wanted) -> ExplainedDecisions:
        """Decide without the variants that are forced: for the visitor described, else with what is remembered."""
        facts = {**wanted.facts, **{AUDIENCE + name: holds for name, holds in wanted.audiences.items()}}
        if wanted.words is None:
            return self.mitate.explain(
                wanted.visitor, now=wanted.at, profile=wanted.profile, facts=facts, serving=reading.serving
            )
        return self.mitate.simulate(
            wanted.visitor,
            now=wanted.at,
            profile=wanted.profile,
            facts=facts,
            group="treatment",
            serving=reading.serving,
        )

    def _reading(self, audiences: frozenset[str]) -> Reading:
        """Give the site with these audiences to be forced either way; made once for each choice of them."""
        serving, kept = self._kept
        if serving is not self.mitate.serving:
            serving, kept = self._kept = (self.mitate.serving, {})
        reading = kept.get(audiences)
        if reading is None:
            if len(kept) >= _MOST_KEPT:
                kept.pop(next(iter(kept)))
            reading = kept[audiences] = _read(self.mitate, serving.site, audiences)
        return reading


# -- the site, read otherwise --------------------------------------------------------------------


def _read(mitate: Mitate, site: Site, forced: Iterable[str]) -> Reading:
    facts = {**site.facts, **{AUDIENCE + name: _fact(site.audiences[name]) for name in forced}}
    audiences = {name: _declaration(one) for name, one in site.audiences.items()}
    own = {name: compile_rule({"audience": name}, facts, audiences=audiences, lists=site.lists) for name in audiences}
    audiences |= {name: {**audiences[name], "when": {"var": AUDIENCE + name}} for name in forced}

    def rules(names: Iterable[str]) -> RuleSet:
        of = {name: site.experiences[name].when for name in names}
        return RuleSet(of, facts, audiences=audiences, lists=site.lists)

    def suppressed(one: Experience) -> Experience:
        if one.suppress is None or not forced:
            return one
        again = compile_rule(one.suppress.rule, facts, audiences=audiences, lists=site.lists)
        return msgspec.structs.replace(one, suppress=again)

    decided = rules(site.rules) if forced else site.rules
    told = decided if len(decided) == len(site.experiences) else rules(site.experiences)
    reads = site.reads | told.facts_read | {name for one in own.values() for name in one.facts_read}
    changed = msgspec.structs.replace(
        site,
        facts=facts,
        audiences={
            name: msgspec.structs.replace(one, when=audiences[name]["when"]) for name, one in site.audiences.items()
        },
        experiences={name: suppressed(one) for name, one in site.experiences.items()},
        rules=decided,
        reads=reads | {AUDIENCE + name for name in forced},
    )
    return Reading(mitate.prepare(changed), msgspec.structs.replace(changed, rules=told), own)


def _declaration(one: Audience) -> dict[str, object]:
    return {"when": one.when, "label": dict(one.label)}


def _fact(one: Audience) -> dict[str, object]:
    """Declare what stands for a forced audience: it is told as one that was set."""
    label = {
        language: say("audience", language, label=pick_label(one.label, one.name, language))
        for language in ("en", "ja")
    }
    return {"type": "boolean", "purpose": NECESSARY, "label": label}


# -- what is answered ------------------------------------------------------------------------------


def _answer(
    site: Site, visitor: Visitor, natural: ExplainedDecisions, forced: Mapping[str, Decision], wanted: Wanted
) -> Decisions:
    """Put the answer together; the page keeps the consent and the id of its own visitor, whoever was described."""
    purposes = granted(visitor, site.consent)
    decisions = {**natural, **forced}
    return Decisions(
        {slot: decisions[slot] for slot in site.slots if slot in decisions},
        site.version,
        purposes,
        visitor.id if may_remember(purposes) and is_id(visitor.id) else None,
        visitor.page_view,
        residuals=_offers(natural.residuals, wanted.variants, forced),
    )


def _context(reading: Reading, natural: ExplainedDecisions, wanted: Wanted) -> Context:
    for story in natural.stories.values():
        return story.context
    purposes = granted(wanted.visitor, reading.site.consent)
    return reading.serving.collect(wanted.visitor, None, wanted.at, purposes, wanted.facts)


def _forced(site: Site, wanted: Wanted, context: Context, problems: list[str]) -> dict[str, Decision]:
    """Give the decisions that were chosen, whatever rule, schedule, status, cap or consent say: the first takes a slot."""
    taken: dict[str, Decision] = {}
    for name, chosen in wanted.variants.items():
        experience = site.experiences[name]
        variant = next(one for one in experience.variants if one.id == chosen)
        for slot in experience.slots:
            if slot not in taken:
                taken[slot] = _decision(experience, variant, slot, context)
                continue
            other = site.experiences[taken[slot].experience or ""]
            labels = {
                "label": pick_label(experience.label, name, wanted.language),
                "other": pick_label(other.label, other.id, wanted.language),
                "slot": pick_label(site.slots[slot].label, slot, wanted.language),
            }
            problems.append(say("both", wanted.language, **labels))
    return taken


def _decision(experience: Experience, variant: Variant, slot: str, context: Context) -> Decision:
    content = variant.content.get(slot)
    kind, value = (None, None) if content is None else (content.kind, content.filling.fill(context))
    return Decision(slot, Reason.PREVIEW, experience.basis, experience.id, variant.id, kind, value)


def _offers(offers: Iterable[Offer], chosen: Mapping[str, str], taken: Mapping[str, Decision]) -> list[Offer]:
    """Leave out what could still come true of an experience or in a slot that was forced."""
    left = [
        msgspec.structs.replace(one, decisions=tuple(other for other in one.decisions if other.slot not in taken))
        for one in offers
        if one.experience not in chosen
    ]
    return [one for one in left if one.decisions]


def _held_back(site: Site, wanted: Wanted, natural: ExplainedDecisions) -> list[str]:
    """Say which facts were set in vain, for want of consent."""
    said: list[str] = []
    for name in wanted.facts:
        purpose = str((find(name, site.facts) or {}).get("purpose", PERSONALIZATION))
        if name in site.reads and not name.startswith("live.") and purpose not in natural.purposes:
            said.append(say("held-back", wanted.language, name=name))
    return said


# -- the stories ---------------------------------------------------------------------------------


def _stories(
    reading: Reading,
    natural: ExplainedDecisions,
    forced: Mapping[str, Decision],
    context: Context,
    wanted: Wanted,
) -> dict[str, Story]:
    """Give each slot's story, drafts and what was forced included."""
    stories: dict[str, Story] = {}
    patience = max(LEAST_PATIENCE, PATIENCE // max(1, len(reading.site.slots)))
    for slot in reading.site.slots:
        told = natural.stories.get(slot) or _empty(reading, natural, slot, context, wanted)
        steps = _with_drafts(reading.site, told, slot)
        story = replace(told, site=reading.site, steps=steps, patience=patience)
        decision = forced.get(slot)
        stories[slot] = story if decision is None else ForcedStory.of(story, decision)
    return stories


def _empty(reading: Reading, natural: ExplainedDecisions, slot: str, context: Context, wanted: Wanted) -> Story:
    """Tell of a slot that nothing but a draft fills."""
    decision = Decision(slot, Reason.DEFAULT)
    own = next(iter(natural.stories.values()), None)
    if own is not None:
        return replace(own, decision=decision, steps=(), offers=())
    from mitate.deciding import HASHED, NO_MEMORY

    return Story(reading.site, decision, (), context, NO_MEMORY, natural.purposes, wanted.at, None, HASHED)


def _with_drafts(site: Site, story: Story, slot: str) -> tuple[Step, ...]:
    steps = {step.experience.id: step for step in story.steps}
    for one in site.experiences.values():
        if one.status == "draft" and slot in one.slots:
            explanation = site.rules.program(one.id).explain(story.context)
            ending = Reason.DISABLED if explanation.result is True else None
            steps[one.id] = Step(one, ending, explanation)
    return tuple(steps[name] for name in site.experiences if name in steps)


__all__ = ["AUDIENCE", "Preview", "Previews", "Reading"]
