"""Which experiences compete for a slot, and which of two surely takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

from mitate.model import Experience, Schedule, Site
from mitate_rules import Facts

from .windows import possible, sure


@dataclass(frozen=True)
class Contender:
    """One experience and one of the slots it fills."""

    experience: Experience
    slot: str


def contenders(site: Site) -> dict[str, Contender]:
    """Give who competes, in priority order; an experience of several slots is one contender for each.

    The first slot's contender has the experience's own id, so that what is wrong with its rule is said once.
    """
    return dict(_each(site))


def _each(site: Site) -> Iterator[tuple[str, Contender]]:
    for one in site.experiences.values():
        if one.status != "draft":
            for number, slot in enumerate(one.slots):
                yield (one.id if number == 0 else f"{one.id}@{slot}"), Contender(one, slot)


def takes_slot(one: Experience) -> bool:
    """Tell whether whoever meets the rule while it runs takes the slot, be it as a split needs: with an id to split by.

    One that is held out takes the slot, too. Others pass when they are suppressed, capped, in another part of a layer,
    or without a company to split by.
    """
    by_account = one.splits and one.experiment.unit == "account"
    passes = one.suppress is not None or one.frequency is not None or one.experiment.layer is not None or by_account
    return one.status == "live" and not passes


def needs_consent(facts: Facts, reads: Iterable[str]) -> bool:
    """Tell whether every one of some facts needs consent, and there is one."""
    purposes = [found.purpose if (found := facts.find(name)) is not None else "necessary" for name in reads]
    return bool(purposes) and all(purpose != "necessary" for purpose in purposes)


def covers(first: Experience, second: Experience, site_zone: str) -> bool:
    """Tell whether the first surely runs whenever the second may."""
    one, other = _on_one_clock(first.schedule, second.schedule)
    return sure(one, site_zone).covers(possible(other, site_zone))


def meet(first: Experience, second: Experience, site_zone: str) -> bool:
    """Tell whether both may run at one instant for one visitor."""
    one, other = _on_one_clock(first.schedule, second.schedule)
    return possible(one, site_zone).meets(possible(other, site_zone))


def _on_one_clock(one: Schedule | None, other: Schedule | None) -> tuple[Schedule | None, Schedule | None]:
    """Read two schedules on one clock where both are on the visitor's: whichever it is, it is the same for both."""
    if one is None or other is None or not (_is_local(one) and _is_local(other)):
        return one, other
    return msgspec.structs.replace(one, zone="UTC"), msgspec.structs.replace(other, zone="UTC")


def _is_local(schedule: Schedule) -> bool:
    bounds = [bound for bound in (schedule.start, schedule.until) if bound is not None]
    return schedule.zone == "visitor" and all(datetime.fromisoformat(bound).tzinfo is None for bound in bounds)
