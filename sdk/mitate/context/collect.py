"""What is known of this visitor, now: runs the sources of the facts a site reads, and no others.

A fact whose purpose isn't granted is `WITHHELD`, and its source isn't asked. Everything that can be
decided once per document (which sources, which fields, what each purpose allows) is decided when
the `Collector` is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from mitate.model import Interest
from mitate.profiles import Profile
from mitate.visitor import Visitor
from mitate_rules import WITHHELD, Context
from mitate_rules.facts import looks

from . import clock, facts, visits
from .accounts import Accounts, fill_account
from .device import fill_device, prepare
from .facts import NECESSARY, PERSONALIZATION, Declaration
from .fill import Fill
from .geo import Geo
from .interests import fill_interests
from .misfits import Misfit, ignore
from .page import fill_page
from .traits import fill_traits, may_say

_NOTHING: Final[Mapping[str, object]] = {}
_MOST_PLANS: Final = 64


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """Files opened once per site."""

    geo: Geo | None = None
    accounts: Accounts | None = None


class Collector:
    """Collects the facts `reads` names, for one loaded document; `misfit` hears of values that don't fit theirs."""

    def __init__(
        self,
        reads: frozenset[str],
        *,
        site_zone: str,
        interests: Mapping[str, Interest],
        declared: Mapping[str, Declaration],
        sources: Sources,
        misfit: Misfit = ignore,
    ) -> None:
        declarations = {name: facts.find(name, declared) or facts.find(name) or {} for name in reads}
        self._declared = declared
        self._misfit = misfit
        self._looks = {name: looks(str(one["type"])) for name, one in declarations.items() if "type" in one}
        # Robots are asked for at every decision, whatever a site reads.
        prepare()
        groups: dict[str, set[str]] = {}
        live: set[str] = set()
        for name in reads:
            if name.startswith("live."):
                live.add(name)
            else:
                groups.setdefault(_purpose(declarations[name]), set()).add(name)
        # The place comes before the clock, which may need it.
        make = _Maker(declarations, site_zone, interests, sources, misfit)
        self._groups = [
            (purpose, make.fills(frozenset(names)), dict.fromkeys(sorted(names), WITHHELD))
            for purpose, names in sorted(groups.items(), key=lambda group: (group[0] != NECESSARY, group[0]))
        ]
        self._live = dict.fromkeys(sorted(live), WITHHELD)
        self._consents = [(name, name[len("consent.") :]) for name in sorted(reads) if name.startswith("consent.")]
        self._plans: dict[frozenset[str], tuple[Sequence[Fill], Mapping[str, object]]] = {}

    def __call__(
        self,
        visitor: Visitor,
        profile: Profile | None,
        now: float,
        purposes: frozenset[str],
        overrides: Mapping[str, object] | None = None,
    ) -> Context:
        """Collect the facts of this request; `now` in seconds (UTC).

        `overrides` replaces facts in a simulation: those whose purpose is granted, and `live.*`.
        A place or zone that is overridden also moves the clock.
        """
        context = Context()
        forced = self._forced(overrides, purposes) if overrides else None
        if forced:
            context.update(forced)
        remembered = _NOTHING if profile is None or PERSONALIZATION not in purposes else profile.data
        # What each choice of purposes allows is worked out once: there are few of them.
        fills, fixed = self._plans.get(purposes) or self._plan(purposes)
        for fill in fills:
            fill(visitor, remembered, now, context)
        if fixed:
            context.update(fixed)
        if forced:
            context.update(forced)
        return context

    def _plan(self, purposes: frozenset[str]) -> tuple[Sequence[Fill], Mapping[str, object]]:
        """Give what is run in turn where these purposes are granted, and the facts that follow from them alone."""
        fills: list[Fill] = []
        for purpose, granted, withheld in self._groups:
            fills += granted if purpose in purposes else [_withhold(withheld)]
        fixed = {name: purpose in purposes for name, purpose in self._consents} | self._live
        if len(self._plans) < _MOST_PLANS:
            self._plans[purposes] = fills, fixed
        return fills, fixed

    def _forced(self, overrides: Mapping[str, object], purposes: frozenset[str]) -> dict[str, object]:
        def allowed(name: str) -> bool:
            declaration = facts.find(name, self._declared) or facts.find(name) or {}
            return name.startswith("live.") or _purpose(declaration) in purposes

        forced = {name: value for name, value in overrides.items() if allowed(name)}
        for name, value in forced.items():
            fits = self._looks.get(name)
            if fits is not None and value is not None and value is not WITHHELD and not fits(value):
                self._misfit(name, value)
        if isinstance(hour := forced.get("time.hour"), int):
            forced.setdefault("time.day_part", clock.day_part(hour))
        return forced


def _purpose(declaration: Declaration) -> str:
    purpose = declaration.get("purpose", PERSONALIZATION)
    return purpose if isinstance(purpose, str) else PERSONALIZATION


def _withhold(withheld: Mapping[str, object]) -> Fill:
    def fill(_visitor: Visitor, _remembered: Mapping[str, object], _now: float, facts: dict[str, object]) -> None:
        facts.update(withheld)

    return fill


class _Maker:
    """Makes the fills of one purpose's facts, source by source."""

    def __init__(
        self,
        declarations: Mapping[str, Declaration],
        site_zone: str,
        interests: Mapping[str, Interest],
        sources: Sources,
        misfit: Misfit,
    ) -> None:
        self.misfit = misfit
        self.declarations = declarations
        self.site_zone = site_zone
        self.interests = interests
        self.sources = sources

    def fills(self, names: frozenset[str]) -> list[Fill]:
        def starting(*prefixes: str) -> frozenset[str]:
            return frozenset(name for name in names if name.startswith(prefixes))

        geo, accounts = self.sources.geo, self.sources.accounts
        fills: list[Fill] = []
        if geo is not None and (place := starting("geo.")):
            fills.append(geo.fill(place))
        if time := starting("time."):
            fills.append(clock.visitor_clock(time, self.site_zone, geo.locate_zone() if geo is not None else None))
        if site_time := starting("site_time."):
            fills.append(clock.site_clock(site_time, self.site_zone))
        if device := starting("device."):
            fills.append(fill_device(device))
        if page := starting("page.", "campaign.", "search."):
            fills.append(fill_page(page))
        if visit := starting("visits.", "visit."):
            fills.append(visits.fill_visits(visit))
        if events := starting("events."):
            fills.append(visits.fill_events(events))
        if purchases := starting("purchases."):
            fills.append(visits.fill_purchases(purchases))
        if interests := starting("interests."):
            fills.append(fill_interests(interests, self.interests))
        if account := starting("account."):
            fills.append(fill_account(account, accounts))
        if request := names & {"request.ip", "channel"}:
            fills.append(_fill_request(request))
        if said := {name: self.declarations[name] for name in names if may_say(name, self.declarations[name])}:
            fills.append(fill_traits(said, self.misfit))
        return fills


def _fill_request(names: frozenset[str]) -> Fill:
    wants_ip, wants_channel = "request.ip" in names, "channel" in names

    def fill(visitor: Visitor, _remembered: Mapping[str, object], _now: float, context: dict[str, object]) -> None:
        if wants_ip and visitor.ip is not None:
            context["request.ip"] = visitor.ip
        if wants_channel:
            context["channel"] = visitor.channel

    return fill
