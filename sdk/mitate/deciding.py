"""Who sees what: one pure function of values, from matched rules to one decision for each slot.

The story, for one visitor:

1. A bot, or a visitor in the site-wide holdout, sees the page as it is.
2. Experiences whose rule matches are walked in priority order, lazily, until every slot is taken.
3. One that is off, over, suppressed, capped, outside its layer, or undecidable without consent
   *passes*: the next one is asked.
4. One that holds the visitor out, or has a variant for them, *takes* its free slots.
5. A slot nobody took is the page's own, with the reason of the first experience that was kept out
   by more than its rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

from mitate_rules import WITHHELD, Context, Rest, Withheld

from .caps import is_capped
from .consent import PERSONALIZATION, Purposes
from .experiments.assignment import bucket, choose_arm, in_holdout
from .model import Decision, Experience, Experiment, Reason, Site, Variant
from .schedule import is_running

Memory = Mapping[str, object]
"""What a profile remembers, field -> value."""

NO_MEMORY: Final[Memory] = {}


class Draw(Protocol):
    """How visitors are split. The real one hashes; simulations choose."""

    def held_out_everywhere(self, share: float, key: str) -> bool: ...
    def in_layer(self, layer: str, size: int, place: int, key: str) -> bool: ...
    def held_out(self, experiment: Experiment, key: str) -> bool: ...
    def arm(self, experience: Experience, key: str, weights: Sequence[float]) -> int | None: ...


class Hashed:
    """Split by hash of seed and key: the same answer in every process, language and channel.

    Each question has its own seed, so that the answers are independent.
    """

    def held_out_everywhere(self, share: float, key: str) -> bool:
        return in_holdout("site:holdout", key, share)

    def in_layer(self, layer: str, size: int, place: int, key: str) -> bool:
        return int(bucket(f"layer:{layer}", key) * size) == place

    def held_out(self, experiment: Experiment, key: str) -> bool:
        return experiment.holdout > 0 and in_holdout(f"{experiment.seed}:holdout", key, experiment.holdout)

    def arm(self, experience: Experience, key: str, weights: Sequence[float]) -> int | None:
        return choose_arm(bucket(f"{experience.experiment.seed}:arm", key), weights)


HASHED: Final = Hashed()

# Read off the class, a member of an Enum costs as much as half a condition.
TARGETING_MATCH: Final = Reason.TARGETING_MATCH
SPLIT: Final = Reason.SPLIT


class Passed(Exception):  # noqa: N818 - it is no error
    """An experience passes; `reason` is None when only its rule kept it out."""

    def __init__(self, reason: Reason | None) -> None:
        self.reason = reason


class Decider:
    """Decides for one loaded site. Immutable; every thread may use it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        names = {slot for one in site.experiences.values() if one.status != "draft" for slot in one.slots}
        self.slots: tuple[str, ...] = tuple(name for name in site.slots if name in names)
        self._defaults = {slot: {reason: Decision(slot, reason) for reason in Reason} for slot in self.slots}
        self._page = self.all(Reason.DEFAULT)
        self._splits = frozenset(one.id for one in site.experiences.values() if one.splits)
        self._held_out = {
            (one.id, slot): Decision(slot, Reason.HOLDOUT, one.basis, one.id)
            for one in site.experiences.values()
            for slot in one.slots
        }
        self._fixed = {
            (one.id, variant.id, slot, reason): _decision(one, variant, slot, reason, Context())
            for one in site.experiences.values()
            for variant in one.variants
            for slot in one.slots
            for reason in (Reason.TARGETING_MATCH, Reason.SPLIT)
            if slot not in variant.content or not variant.content[slot].filling.facts_read
        }

    @property
    def fixed(self) -> Iterable[Decision]:
        """Give every decision that doesn't depend on the visitor's facts; they live as long as this object."""
        yield from self._fixed.values()
        yield from self._held_out.values()
        for by_reason in self._defaults.values():
            yield from by_reason.values()

    def all(self, reason: Reason) -> dict[str, Decision]:
        """Give the page's own content everywhere, for one reason."""
        return {slot: self._defaults[slot][reason] for slot in self.slots}

    def decide(
        self,
        context: Context,
        memory: Memory,
        purposes: Purposes,
        key: str | None,
        now: float,
        draw: Draw = HASHED,
        walked: list[tuple[str, Reason | None]] | None = None,
    ) -> dict[str, Decision]:
        """Give one decision for each slot an experience may fill.

        `key` is what the visitor is bucketed by (None: nothing to bucket by), `now` is in seconds
        (UTC). `walked`, when given, receives each experience that was reached and how it ended:
        its slots' reason, or what kept it out (None: only its rule).
        """
        site = self.site
        if context.get("device.bot") is True:
            return self.all(Reason.BOT)
        if site.holdout > 0 and key is not None and draw.held_out_everywhere(site.holdout, key):
            return self.all(Reason.HOLDOUT)
        decisions: dict[str, Decision] = {}
        kept_out: dict[str, Decision] = {}
        free = len(self.slots)
        for name, answer in site.rules.outcomes(context):
            experience = site.experiences[name]
            wanted: Sequence[str] = experience.slots
            if decisions:
                wanted = [slot for slot in wanted if slot not in decisions]
                if not wanted:
                    continue
            try:
                if answer is not True and answer.rule is not True:
                    raise Passed(_why_undecided(answer.facts, context))
                taken = self._take(experience, wanted, context, memory, purposes, key, now, draw)
            except Passed as passed:
                if walked is not None:
                    walked.append((name, passed.reason))
                if passed.reason is not None:
                    for slot in wanted:
                        if slot not in kept_out:
                            kept_out[slot] = Decision(slot, passed.reason, experience.basis)
                continue
            if walked is not None:
                walked.append((name, taken[0].reason))
            for decision in taken:
                decisions[decision.slot] = decision
            free -= len(taken)
            if free <= 0:
                break
        return {**self._page, **kept_out, **decisions}

    def _take(
        self,
        experience: Experience,
        wanted: Sequence[str],
        context: Context,
        memory: Memory,
        purposes: Purposes,
        key: str | None,
        now: float,
        draw: Draw,
    ) -> list[Decision]:
        """Give the decisions for the slots an experience takes, or raise `Passed`."""
        if experience.status != "live":
            raise Passed(Reason.DISABLED)
        if experience.schedule is not None:
            zone = str(context.get("time.zone") or self.site.timezone)
            if not is_running(experience.schedule, now, zone, self.site.timezone):
                raise Passed(Reason.DISABLED)
        if experience.suppress is not None:
            suppressed: bool | Withheld | Rest = experience.suppress(context)
            if suppressed is WITHHELD:
                suppressed = experience.suppress.fold(context.get, undecided=True)
            if suppressed is not False:
                raise Passed(Reason.SUPPRESSED if suppressed is True else _why_undecided(suppressed.facts, context))
        if experience.frequency is not None:
            self._refuse_capped(experience, context, memory, purposes, now)
        if experience.id not in self._splits:
            variant, reason = experience.variants[0], TARGETING_MATCH
        else:
            bucketed_by = _account(context) if experience.experiment.unit == "account" else key
            if bucketed_by is None:
                raise Passed(Reason.CONSENT)
            layer = experience.experiment.layer
            if layer is not None:
                members = self.site.layers[layer]
                if not draw.in_layer(layer, len(members), members.index(experience.id), bucketed_by):
                    raise Passed(None)
            if draw.held_out(experience.experiment, bucketed_by):
                return [self._held_out[experience.id, slot] for slot in wanted]
            variant, reason = self._arm(experience, memory, bucketed_by, draw), SPLIT
        fixed = self._fixed
        return [
            fixed.get((experience.id, variant.id, slot, reason))
            or _decision(experience, variant, slot, reason, context)
            for slot in wanted
        ]

    def _refuse_capped(
        self, experience: Experience, context: Context, memory: Memory, purposes: Purposes, now: float
    ) -> None:
        """Pass when the experience was seen often enough, or when that can't be known."""
        if PERSONALIZATION not in purposes:
            raise Passed(Reason.CONSENT)  # a promise that can't be kept without memory
        exposures = memory.get(f"exposures.{experience.id}")
        if not isinstance(exposures, list) or experience.frequency is None:
            return
        total, started = memory.get(f"exposures.{experience.id}.count"), memory.get("visit.started")
        zone = str(context.get("time.zone") or self.site.timezone)
        if is_capped(
            experience.frequency,
            exposures,  # pyright: ignore[reportUnknownArgumentType]
            total if isinstance(total, int) else 0,
            started if isinstance(started, int | float) else 0.0,
            now,
            zone,
        ):
            raise Passed(Reason.CAPPED)

    def _arm(self, experience: Experience, memory: Memory, key: str, draw: Draw) -> Variant:
        """Give the arm once assigned where it is remembered, else the one the draw names."""
        remembered = (
            memory.get(f"arms.{experience.experiment.seed}") if experience.experiment.unit == "visitor" else None
        )
        for variant in experience.variants:
            if variant.id == remembered:
                return variant
        place = draw.arm(experience, key, [variant.weight for variant in experience.variants])
        if place is None:
            raise Passed(None)
        return experience.variants[place]


def _decision(experience: Experience, variant: Variant, slot: str, reason: Reason, context: Context) -> Decision:
    content = variant.content.get(slot)
    if content is None:
        return Decision(slot, reason, experience.basis, experience.id, variant.id)
    return Decision(
        slot, reason, experience.basis, experience.id, variant.id, content.kind, content.filling.fill(context)
    )


def _why_undecided(facts: Iterable[str], context: Context) -> Reason | None:
    """Tell want of consent from what only the browser will know, by the facts that what is left of a rule reads."""
    unknown = (fact for fact in facts if not fact.startswith("live."))
    return Reason.CONSENT if any(context.get(fact) is WITHHELD for fact in unknown) else None


def _account(context: Context) -> str | None:
    """Give what an account is bucketed by: its domain, else its name."""
    for fact in ("account.domain", "account.name"):
        value = context.get(fact)
        if isinstance(value, str) and value:
            return f"account:{value.casefold()}"
    return None


__all__ = ["HASHED", "NO_MEMORY", "Decider", "Draw", "Hashed", "Memory"]
