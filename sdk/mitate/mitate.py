"""The object users hold: a site that decides, remembers and explains."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Self

import msgspec

from mitate_rules import Context, Diagnostic

from .answers import Decisions, ExplainedDecisions, Wires, wire
from .consent import ANALYTICS, PERSONALIZATION, Purposes, granted, may_remember, sends_gpc
from .context.collect import Collector, Sources
from .context.device import is_bot
from .context.facts import Declaration, find
from .context.geo import Geo
from .context.interests import signals
from .context.misfits import Misfit, expected, got, ignore
from .context.visits import changes as visit_changes
from .deciding import HASHED, NO_MEMORY, SPLIT, Decider, Draw, Ending, Memory
from .document import DocumentError, Loaded, load
from .events import EventSink, MemoryEvents
from .ids import is_id, new_id
from .lasting import Lasting
from .model import Clock, Decision, Offer, Reason, Site
from .profiles import Change, First, MemoryProfiles, Profile, ProfileStore
from .profiles.writer import Writer
from .recording import Reported, accepted, profile_changes
from .simulation import Chosen, Group
from .story import Story, tell
from .table import SlotTables
from .visitor import Visitor

_log = logging.getLogger("mitate")


@dataclass(frozen=True)
class Serving:
    """All that one loaded version needs; swapped as a whole when the folder changes."""

    loaded: Loaded
    site: Site
    decider: Decider
    collect: Collector
    ready: Wires
    tables: SlotTables
    lasting: Lasting
    since: float


class Mitate:
    """Decide what each visitor sees, from a site's folder.

    Thread-safe. Deciding never raises: a fault gives the page's own content with `Reason.ERROR`,
    a line in the log and a count in `faults`.
    """

    def __init__(
        self,
        path: Path,
        *,
        profiles: ProfileStore,
        events: EventSink,
        geo: Geo,
        clock: Clock = time.time,
    ) -> None:
        self.path = path
        self.profiles = profiles
        self.events = events
        self.problems: tuple[Diagnostic, ...] = ()
        """What was wrong with the folder at the last reload; empty when it is being served."""
        self.faults: Counter[str] = Counter()
        """Faults while deciding, by kind."""
        self.misfits: Counter[str] = Counter()
        """Values that were not of the form their fact is declared in, and so counted as missing, by fact."""
        self.reasons: Counter[str] = Counter()
        """Decisions made, by reason."""
        self._clock = clock
        self._geo = geo
        self._writer = Writer()
        self._reloading = threading.Lock()
        self._serving = self._prepare(load(path))

    @classmethod
    def from_path(
        cls,
        path: str | PathLike[str],
        *,
        profiles: ProfileStore | None = None,
        events: EventSink | None = None,
        city_file: str | PathLike[str] | None = None,
        clock: Clock = time.time,
    ) -> Self:
        """Load a site's folder (or a lone `site.json`) and make it ready to decide.

        Profiles and events are kept in memory unless stores are given. `city_file` is a MaxMind-format
        database with more than countries. Raises `DocumentError` with everything that is wrong.
        """
        return cls(
            Path(path),
            profiles=MemoryProfiles() if profiles is None else profiles,
            events=MemoryEvents() if events is None else events,
            geo=Geo.open(None if city_file is None else Path(city_file)),
            clock=clock,
        )

    # -- what is served --------------------------------------------------------------------------

    @property
    def site(self) -> Site:
        """The site as it is being served."""
        return self._serving.site

    @property
    def version(self) -> str:
        """The content hash of the version being served, in every decision and event."""
        return self._serving.site.version

    @property
    def notes(self) -> tuple[Diagnostic, ...]:
        """What the check has to say of the version being served, although nothing is wrong."""
        return self._serving.loaded.notes

    @property
    def since(self) -> float:
        """When this version began to be served (seconds, UTC)."""
        return self._serving.since

    @property
    def files(self) -> tuple[Path, ...]:
        """The files this version was read from."""
        return self._serving.loaded.files

    def reload(self) -> bool:
        """Read the folder again; tell whether another version serves now.

        A folder with an error changes nothing: the last good version keeps serving and `problems`
        says what is wrong.
        """
        with self._reloading:
            try:
                loaded = load(self.path)
                changed = loaded.site.version != self.version
                if changed or self.problems:
                    self._serving = self._prepare(loaded)
            except DocumentError as error:
                self.problems = error.diagnostics
                return False
            self.problems = ()
            return changed

    def slot_table(self, endpoint: str = "", deadline: int = 300, *, now: float | None = None) -> dict[str, object]:
        """Give what the snippet's loader carries: the slots live rules may change. `deadline` is in milliseconds.

        What is over for good at `now` (seconds, UTC) is not in it.
        """
        table = self._serving.tables.at(self._clock() if now is None else now)
        return {**table, "endpoint": endpoint, "deadline": deadline}

    def table_hash(self) -> str:
        """Give the hash of the slot table of this moment; a page that carries another one has an old tag."""
        return str(self._serving.tables.at(self._clock())["hash"])

    @property
    def serving(self) -> Serving:
        """All that the version being served needs."""
        return self._serving

    def prepare(self, site: Site) -> Serving:
        """Make a changed reading of the site ready to simulate with, as previews do; what is served stays as it is."""
        return self._prepare(replace(self._serving.loaded, site=site), ignore)

    def now(self) -> float:
        """Give the present as this site's clock has it (seconds, UTC)."""
        return self._clock()

    def _prepare(self, loaded: Loaded, misfit: Misfit | None = None) -> Serving:
        site = loaded.site
        collect = Collector(
            site.reads | {"device.bot", "time.zone"},
            site_zone=site.timezone,
            interests=site.interests,
            declared=site.facts,
            sources=Sources(geo=self._geo, accounts=loaded.accounts),
            misfit=partial(self._note_misfit, site.facts) if misfit is None else misfit,
        )
        decider = Decider(site)
        ready = {id(one): wire(one) for one in decider.fixed}
        return Serving(loaded, site, decider, collect, ready, SlotTables(site), Lasting(site), self._clock())

    # -- deciding --------------------------------------------------------------------------------

    def decide(self, visitor: Visitor, *, now: float | None = None) -> Decisions:
        """Choose what each slot shows to this visitor, now.

        The visit is remembered once for each `visitor.page_view`, consent permitting; without a page
        view nothing is counted (asking is not visiting).
        """
        serving, at = self._serving, self._clock() if now is None else now
        try:
            decisions = self._decide(serving, visitor, at)
        except Exception as fault:
            self._note_fault("deciding", fault)
            # A fault takes nobody's consent away, nor the id in their browser.
            purposes = granted(visitor, serving.site.consent)
            known = visitor.id if may_remember(purposes) and is_id(visitor.id) else None
            decisions = Decisions(
                serving.decider.all(Reason.ERROR), serving.site.version, purposes, known, visitor.page_view
            )
        count = self.reasons
        for reason in decisions.reasons():
            count[reason] += 1
        return decisions

    def _decide(self, serving: Serving, visitor: Visitor, now: float) -> Decisions:
        site = serving.site
        purposes = granted(visitor, site.consent)
        visitor_id = self._identify(visitor, purposes)
        remembers = PERSONALIZATION in purposes and visitor_id is not None
        known = visitor_id if remembers and visitor_id == visitor.id else None
        profile, is_whole = (None, True) if known is None else self._read(known)
        memory = profile.data if profile is not None else NO_MEMORY
        context = serving.collect(visitor, profile, now, purposes)
        offers: list[Offer] = []
        key = _key(memory, visitor_id, visitor)
        chosen = serving.decider.decide(context, memory, purposes, key, now, offers=offers)
        if remembers and visitor_id is not None and context.get("device.bot") is not True:
            assigned: Iterable[Decision] = chosen.values()
            if offers:
                assigned = [*assigned, *(one for offer in offers for one in offer.decisions)]
            self._remember(site, visitor, visitor_id, profile, context, assigned, now)
        # Who is a stranger only because the store is down is asked about again by the next page.
        lasts = serving.lasting.seconds(context, memory, now) if is_whole else 0
        return Decisions(
            chosen,
            site.version,
            purposes,
            visitor_id,
            visitor.page_view,
            serving.ready,
            residuals=offers,
            lasts=lasts,
        )

    def _identify(self, visitor: Visitor, purposes: Purposes) -> str | None:
        """Give the id to know the visitor by: theirs, a new one, or none without consent."""
        if not may_remember(purposes):
            return None
        if visitor.id is not None and is_id(visitor.id):
            return visitor.id
        return new_id()

    def _read(self, visitor_id: str) -> tuple[Profile | None, bool]:
        """Give what is remembered of a visitor, and whether that is all: without a fault."""
        try:
            return self.profiles.read(visitor_id), True
        except Exception as fault:  # a store that is down makes visitors strangers, not pages blank
            self._note_fault("reading a profile", fault)
            return None, False

    def _remember(
        self,
        site: Site,
        visitor: Visitor,
        visitor_id: str,
        profile: Profile | None,
        context: Context,
        assigned: Iterable[Decision],
        now: float,
    ) -> None:
        """Send what this page view teaches to the writer; the decision doesn't wait for it."""
        known: Memory = profile.data if profile is not None else NO_MEMORY
        changes: list[Change] = []
        if visitor.page_view is not None and known.get("visit.page_view") != visitor.page_view:
            changes += visit_changes(visitor, profile, now)
            changes += signals(site.interests, context, page_view=visitor.page_view, now=now)
            if "key" not in known:
                changes.append(First("key", visitor_id, now))
        for decision in assigned:
            if decision.reason is SPLIT and decision.experience is not None:
                experiment = site.experiences[decision.experience].experiment
                field = f"arms.{experiment.seed}"
                if experiment.unit == "visitor" and field not in known:
                    changes.append(First(field, decision.variant, now))
        if changes:
            self._write(visitor_id, changes)

    def _write(self, visitor_id: str, changes: Sequence[Change]) -> None:
        if isinstance(self.profiles, MemoryProfiles):
            self.profiles.apply(visitor_id, changes)
        else:
            self._writer.changes(self.profiles, visitor_id, changes)

    def _note_fault(self, doing: str, fault: Exception) -> None:
        kind = f"{doing}: {type(fault).__name__}"
        self.faults[kind] += 1
        if self.faults[kind] == 1:
            _log.error(
                "a fault while %s; the page's own content is shown (further ones of this kind are only counted)",
                doing,
                exc_info=fault,
            )

    def _note_misfit(self, declared: Mapping[str, Declaration], name: str, value: object) -> None:
        self.misfits[name] += 1
        if self.misfits[name] == 1:
            declaration = find(name, declared) or find(name) or {}
            _log.warning(
                'the fact "%s" counts as missing: expected %s, got %s (further ones of this fact are only counted)',
                name,
                expected(declaration),
                got(value, declaration),
            )

    # -- looking without touching ----------------------------------------------------------------

    def simulate(
        self,
        visitor: Visitor,
        *,
        now: float | None = None,
        profile: Mapping[str, object] | None = None,
        facts: Mapping[str, object] | None = None,
        group: Group | Draw | None = None,
        serving: Serving | None = None,
    ) -> ExplainedDecisions:
        """Decide for an imagined visitor and say why; nothing is read from a store or written.

        `profile` is what would be remembered, `facts` replaces collected facts, `group` puts the
        visitor into the comparison group (``holdout``) or into the first arm that shows something
        (``treatment``), or wherever a `Draw` of yours says. `serving` is a changed reading of the site.
        """
        serving = self._serving if serving is None else serving
        at = self._clock() if now is None else now
        site = serving.site
        purposes = granted(visitor, site.consent)
        remembers = PERSONALIZATION in purposes
        memory: Memory = profile if profile is not None and remembers else NO_MEMORY
        known = Profile(id=visitor.id or "", data=dict(memory)) if memory else None
        context = serving.collect(visitor, known, at, purposes, facts)
        key = _key(memory, visitor.id if may_remember(purposes) else None, visitor) or (
            "imagined" if may_remember(purposes) else None
        )
        draw: Draw = HASHED if group is None else Chosen(group) if isinstance(group, str) else group
        walked: list[tuple[str, Ending]] = []
        offers: list[Offer] = []
        chosen = serving.decider.decide(context, memory, purposes, key, at, draw, walked, offers)
        visitor_id = visitor.id if may_remember(purposes) else None
        decisions = Decisions(chosen, site.version, purposes, visitor_id, visitor.page_view, residuals=offers)
        endings = dict(walked)
        gpc = visitor.consent is None and site.consent.gpc == "denies" and sends_gpc(visitor)
        stories: dict[str, Story] = {
            slot: tell(site, one, context, memory, purposes, at, endings, key=key, draw=draw, gpc=gpc, offers=offers)
            for slot, one in chosen.items()
        }
        return ExplainedDecisions(decisions, stories)

    def explain(
        self,
        visitor: Visitor,
        *,
        now: float | None = None,
        profile: Mapping[str, object] | None = None,
        facts: Mapping[str, object] | None = None,
        group: Group | None = None,
        serving: Serving | None = None,
    ) -> ExplainedDecisions:
        """Decide as `decide` does, with what is remembered of this visitor, and say why; nothing is written.

        `profile`, `facts`, `group` and `serving` change what is known, as in `simulate`.
        """
        if profile is None and is_id(visitor.id) and PERSONALIZATION in granted(visitor, self.site.consent):
            self.flush()
            known, _ = self._read(visitor.id or "")
            profile = None if known is None else known.data
        return self.simulate(visitor, now=now, profile=profile, facts=facts, group=group, serving=serving)

    # -- what happened ---------------------------------------------------------------------------

    def record(
        self,
        visitor: Visitor,
        reported: Iterable[Reported],
        *,
        now: float | None = None,
        from_browser: bool = False,
    ) -> int:
        """Commit what a backend reports, or a page (`from_browser`); give how many events were new.

        Returns only when they are stored. Without consent nothing is stored; bots never count.
        """
        serving, at = self._serving, self._clock() if now is None else now
        purposes = granted(visitor, serving.site.consent)
        if not may_remember(purposes) or is_bot(visitor):
            return 0
        visitor_id = visitor.id if is_id(visitor.id) else None
        events = accepted(serving.site, visitor, visitor_id, reported, purposes, at)
        if PERSONALIZATION in purposes and visitor_id is not None:
            changes = profile_changes(events, from_browser=from_browser)
            if changes:
                self.profiles.apply(visitor_id, changes)
        return self.events.record(events) if ANALYTICS in purposes and events else 0

    def export(self, visitor_id: str) -> dict[str, object]:
        """Give everything stored about a visitor, JSON-ready."""
        self.flush()
        events = [msgspec.to_builtins(event) for event in self.events.read(visitor=visitor_id)]
        return {"visitor": visitor_id, "profile": self.profiles.export(visitor_id), "events": events}

    def erase(self, visitor_id: str) -> int:
        """Erase everything stored about a visitor; give how many events went."""
        self.flush()
        self.profiles.erase(visitor_id)
        return self.events.erase(visitor_id)

    def flush(self) -> None:
        """Wait until everything decided so far is written."""
        self._writer.flush()

    def close(self) -> None:
        """Write what is waiting and close the stores."""
        self._writer.close()
        self.profiles.close()
        self.events.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _key(memory: Memory, visitor_id: str | None, visitor: Visitor) -> str | None:
    """Give what a visitor is bucketed by: the key drawn once for the profile, else the id, else the backend's."""
    key = memory.get("key")
    if isinstance(key, str):
        return key
    return visitor_id if visitor_id is not None else visitor.user_id
