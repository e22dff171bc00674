"""Who sees what: one pure function of values, from matched rules to one decision for each slot.

The story, for one visitor:

1. A bot, or a visitor in the site-wide holdout, sees the page as it is.
2. Experiences whose rule matches are walked in priority order, lazily, until every slot is taken.
3. One that is off, over, suppressed, dismissed, capped, outside its layer, or undecidable without consent
   *passes*: the next one is asked.
4. One that holds the visitor out, or has a variant for them, *takes* its free slots. Where it hangs on what happens in
   the page it doesn't yet: it is an *offer*, with all else decided now, and the next one is asked.
5. A slot nobody took is the page's own, with the reason of the first experience that was kept out
   by more than its rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, Protocol

from msgspec.structs import replace

from mitate_rules import WITHHELD, Context, Kept, Residual, Rest, Withheld
from mitate_rules.facts import is_live
from mitate_rules.partial import both, for_page, opposite, without

from .caps import left_under
from .consent import PERSONALIZATION, Purposes
from .context.visits import is_new_visit, number
from .experiments.assignment import bucket, choose_arm, in_holdout
from .model import Decision, Experience, Experiment, ExposedWhen, Offer, Reason, Site, Variant
from .schedule import time_left

Memory = Mapping[str, object]
"""What a profile remembers, field -> value."""

NO_MEMORY: Final[Memory] = {}

Ending = Reason | Literal["LIVE"] | Kept | None
"""How an experience that was reached ended: the reason of its slots or what kept it out; that it waits for the page
(`LIVE`), or why the page may not be told what for; None where only its rule kept it out."""

LIVE: Final = "LIVE"
DAY: Final = 86_400


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
    """An experience passes; `ending` is None when only its rule kept it out."""

    def __init__(self, ending: Reason | Kept | None) -> None:
        self.ending = ending


class Decider:
    """Decides for one loaded site. Immutable; every thread may use it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        names = {slot for one in site.experiences.values() if one.status != "draft" for slot in one.slots}
        self.slots: tuple[str, ...] = tuple(name for name in site.slots if name in names)
        self._defaults = {slot: {reason: Decision(slot, reason) for reason in Reason} for slot in self.slots}
        self._page = self.all(Reason.DEFAULT)
        self._splits = frozenset(one.id for one in site.experiences.values() if one.splits)
        self._stops = frozenset(one.id for one in site.experiences.values() if one.status != "live" or one.schedule)
        self._dismissed = {name: f"dismissed.{name}" for name in site.experiences}
        self._exposed: Mapping[str, ExposedWhen] = {
            one.id: one.exposed_when(site.slots) for one in site.experiences.values()
        }
        self._held_out = {
            (one.id, slot): Decision(slot, Reason.HOLDOUT, one.basis, one.id, exposure=self._exposed[one.id])
            for one in site.experiences.values()
            for slot in one.slots
        }
        self._fixed = {
            (one.id, variant.id, slot, reason): self._shown(one, variant, slot, reason, Context())
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
        walked: list[tuple[str, Ending]] | None = None,
        offers: list[Offer] | None = None,
    ) -> dict[str, Decision]:
        """Give one decision for each slot an experience may fill.

        `key` is what the visitor is bucketed by (None: nothing to bucket by), `now` is in seconds
        (UTC). `walked`, when given, receives each experience that was reached and how it ended;
        `offers` what could still come true in the page, in priority order.
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
                rest = None if answer is True else _left(answer, context)
                lasts = self._lasts(experience, context, now) if name in self._stops else None
                if memory.get(self._dismissed[name]):
                    raise Passed(Reason.SUPPRESSED)
                if experience.suppress is not None:
                    rest = _unless_suppressed(experience, rest, context)
                told = None if rest is None else _told(rest)
                taken = self._take(experience, wanted, context, memory, purposes, key, now, lasts, draw)
            except Passed as passed:
                ending = passed.ending
                if walked is not None:
                    walked.append((name, ending))
                if isinstance(ending, Reason):
                    for slot in wanted:
                        if slot not in kept_out:
                            kept_out[slot] = Decision(slot, ending, experience.basis)
                continue
            if told is not None:
                if walked is not None:
                    walked.append((name, LIVE))
                if offers is not None:
                    offers.append(Offer(name, told.rule, tuple(taken)))
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
        lasts: int | None,
        draw: Draw,
    ) -> list[Decision]:
        """Give the decisions for the slots an experience takes, or raise `Passed`."""
        left = None
        if experience.frequency is not None:
            left = self._exposures_left(experience, context, memory, purposes, now)
        if experience.id not in self._splits:
            taken = self._decisions(experience, experience.variants[0], wanted, TARGETING_MATCH, context)
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
                taken = [self._held_out[experience.id, slot] for slot in wanted]
            else:
                variant = self._arm(experience, memory, bucketed_by, draw)
                taken = self._decisions(experience, variant, wanted, SPLIT, context)
        if left is None and lasts is None:
            return taken
        return [replace(one, left=left, lasts=lasts) for one in taken]

    def _decisions(
        self, experience: Experience, variant: Variant, wanted: Sequence[str], reason: Reason, context: Context
    ) -> list[Decision]:
        fixed = self._fixed
        return [
            fixed.get((experience.id, variant.id, slot, reason))
            or self._shown(experience, variant, slot, reason, context)
            for slot in wanted
        ]

    def _shown(self, experience: Experience, variant: Variant, slot: str, reason: Reason, context: Context) -> Decision:
        content, exposure = variant.content.get(slot), self._exposed[experience.id]
        if content is None:
            return Decision(slot, reason, experience.basis, experience.id, variant.id, exposure=exposure)
        value = content.filling.fill(context)
        return Decision(
            slot, reason, experience.basis, experience.id, variant.id, content.kind, value, exposure=exposure
        )

    def _lasts(self, experience: Experience, context: Context, now: float) -> int | None:
        """Pass when the experience isn't running; give the seconds until its schedule ends, when within a day."""
        if experience.status != "live":
            raise Passed(Reason.DISABLED)
        if experience.schedule is None:
            return None
        zone = str(context.get("time.zone") or self.site.timezone)
        left = time_left(experience.schedule, now, zone, self.site.timezone)
        if left <= 0:
            raise Passed(Reason.DISABLED)
        return max(1, int(left)) if left <= DAY else None

    def _exposures_left(
        self, experience: Experience, context: Context, memory: Memory, purposes: Purposes, now: float
    ) -> int:
        """Pass when the experience was seen often enough, or when that can't be known; give how often it may be."""
        if PERSONALIZATION not in purposes:
            raise Passed(Reason.CONSENT)  # a promise that can't be kept without memory
        frequency, exposures = experience.frequency, memory.get(f"exposures.{experience.id}")
        assert frequency is not None
        if not isinstance(exposures, list):
            left = frequency.max
        else:
            total = memory.get(f"exposures.{experience.id}.count")
            left = left_under(
                frequency,
                exposures,  # pyright: ignore[reportUnknownArgumentType]
                total if isinstance(total, int) else 0,
                _visit_started(memory, now),
                now,
                str(context.get("time.zone") or self.site.timezone),
            )
        if left <= 0:
            raise Passed(Reason.CAPPED)
        return left

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


def _visit_started(memory: Memory, now: float) -> float:
    """Give when the visit began that a page view now belongs to: now, where the remembered one is over."""
    if "last_seen" in memory and is_new_visit(memory, now):
        return now
    return number(memory, "visit.started") or 0.0


# -- what hangs on the page


def _left(answer: Residual, context: Context) -> Rest | None:
    """Give what is left of a rule while only the page's facts are unknown, or raise `Passed`; None where it holds."""
    folded = answer.folded
    return None if folded is True else _sure(folded, context)


def _unless_suppressed(experience: Experience, rest: Rest | None, context: Context) -> Rest | None:
    """Add to what is left that nothing in the page suppresses the experience, or raise `Passed`."""
    suppress = experience.suppress
    assert suppress is not None
    answer: bool | Withheld | Rest = suppress(context)
    if answer is WITHHELD:
        answer = suppress.fold(context.get, undecided=True)
    unless = not answer if isinstance(answer, bool) else opposite(answer)
    if unless is False:
        raise Passed(Reason.SUPPRESSED)
    needed = _sure(unless, context)
    if rest is None or needed is None:
        return rest or needed
    return _sure(both(rest, needed), context)


def _sure(folded: bool | Rest, context: Context) -> Rest | None:
    """Give what must happen in the page, whatever is withheld for want of consent; raises `Passed` where nothing can.

    None means that nothing needs to.
    """
    if not isinstance(folded, Rest):
        if folded:
            return None
        raise Passed(None)
    wanting = {fact for fact in folded.facts if not is_live(fact) and context.get(fact) is WITHHELD}
    if not wanting:
        return folded
    left = without(folded, wanting.__contains__)
    if isinstance(left, Rest):
        return left
    raise Passed(Reason.CONSENT)


def _told(rest: Rest) -> Rest:
    """Give what is left as a page is told, or raise `Passed`."""
    told = for_page(rest)
    if isinstance(told, Kept):
        raise Passed(told)
    return told


def _account(context: Context) -> str | None:
    """Give what an account is bucketed by: its domain, else its name."""
    for fact in ("account.domain", "account.name"):
        value = context.get(fact)
        if isinstance(value, str) and value:
            return f"account:{value.casefold()}"
    return None


__all__ = ["HASHED", "LIVE", "NO_MEMORY", "Decider", "Draw", "Ending", "Hashed", "Memory"]
