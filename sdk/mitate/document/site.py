"""Reads a site document part by part; what is wrong is reported, and only a document without an error gives a `Site`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, get_args
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from mitate.blocks import Order
from mitate.context.accounts import Accounts
from mitate.model import (
    Analytics,
    Audience,
    Basis,
    ConsentPolicy,
    Experience,
    Goal,
    Interest,
    Signal,
    Site,
    Slot,
    standard_selector,
)
from mitate_rules import Diagnostic, RuleSet
from mitate_rules.vocabulary import Entries

from .experiences import ExperienceReader
from .folder import Folder, Part
from .names import known_facts
from .raw import (
    Raw,
    as_list,
    as_object,
    labels_in,
    list_in,
    maybe_text_in,
    number_in,
    object_in,
    objects_in,
    text_in,
    texts_in,
)
from .schema import FACT
from .selectors import fault
from .shapes import Shape, problem, quoted, unknown_name
from .words import Words

DEFAULT_HALF_LIFE: Final = 14 * 86400.0
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}

# Which knowledge a fact is, by the first part of its name; the strongest one read names the basis.
_BASIS_OF: Final = {
    "interests": Basis.BEHAVIOR,
    "affinity": Basis.BEHAVIOR,
    "visits": Basis.BEHAVIOR,
    "visit": Basis.BEHAVIOR,
    "events": Basis.BEHAVIOR,
    "purchases": Basis.BEHAVIOR,
    "cart": Basis.BEHAVIOR,
    "messages": Basis.BEHAVIOR,
    "contacts": Basis.BEHAVIOR,
    "user": Basis.STATED,
    "search": Basis.STATED,
}
# Content that leaves an element about as tall as it was.
_KEEPS_HEIGHT: Final = frozenset({"attributes", "json", "order", "redirect"})
_BASIS_ORDER: Final = (Basis.BEHAVIOR, Basis.STATED, Basis.SITUATION)


class SiteReader:
    """Reads one folder's document."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    def read(self, value: object, root: Part) -> tuple[Site, Accounts | None] | None:
        """Give the site and its companies, or None when the folder has an error."""
        raw = as_object(value) or {}
        interests_raw = object_in(raw, "interests")
        words = Words(
            self.folder,
            facts=known_facts(_readable_facts(object_in(raw, "facts")), interests_raw),
            audiences=dict(objects_in(object_in(raw, "audiences"))),
            lists=self._lists(object_in(raw, "lists"), root.inside("lists")),
        )
        timezone = self.zone(raw.get("timezone"), root.inside("timezone"))
        audiences = self._audiences(words, root.inside("audiences"))
        slots = self._slots(object_in(raw, "slots"), root.inside("slots"))
        goals = self._goals(object_in(raw, "goals"))
        hosts = (*texts_in(raw, "origins"), *texts_in(raw, "redirect_hosts"))
        reader = ExperienceReader(self.folder, words, slots, goals, hosts, self.zone)
        experiences = reader.read(list_in(raw, "experiences"), root.inside("experiences"))
        interests = self._interests(words, interests_raw, root.inside("interests"))
        accounts = self._accounts(experiences.values())
        self._note_jumps(slots, experiences.values(), root.inside("slots"))
        if self.folder.failed:
            return None
        live = {one.id: one.when for one in experiences.values() if one.status != "draft"}
        rules = RuleSet(live, words.facts, audiences=words.audiences, lists=words.lists)
        experiences = {one.id: _with_basis(one, rules) for one in experiences.values()}
        policy = object_in(raw, "consent")
        site = Site(
            name=text_in(raw, "site"),
            version=self.folder.version(),
            timezone=timezone,
            origins=texts_in(raw, "origins"),
            redirect_hosts=texts_in(raw, "redirect_hosts"),
            consent=ConsentPolicy(
                default="granted" if policy.get("default") == "granted" else "denied",
                gpc="ignore" if policy.get("gpc") == "ignore" else "denies",
            ),
            holdout=number_in(raw, "holdout", 0.0),
            facts=words.facts,
            lists=words.lists,
            audiences=audiences,
            slots=slots,
            experiences=experiences,
            interests=interests,
            goals=goals,
            layers=_layers(experiences.values()),
            rules=rules,
            reads=words.reads | rules.facts_read | _reads_beside_rules(experiences.values()),
            forward=tuple(one for one in get_args(Analytics) if one in texts_in(raw, "forward")),
            label=labels_in(raw),
        )
        return site, accounts

    def zone(self, value: object, part: Part) -> str:
        """Give a time zone's name, or report that there is none of that name and give UTC."""
        if not isinstance(value, str):
            return "UTC"
        try:
            return str(ZoneInfo(value))
        except (KeyError, OSError, ValueError):
            wrong = unknown_name("unknown-zone", "time zone", value, "", available_timezones())
            if wrong.hint is None or not wrong.hint.startswith("did you"):
                wrong = replace(wrong, hint="a name of the IANA database, such as Asia/Tokyo")
            self.folder.say(wrong, part)
            return "UTC"

    def _lists(self, raw: Raw, part: Part) -> dict[str, Entries]:
        return {name: self._entries(value, part.inside(name)) for name, value in raw.items()}

    def _entries(self, value: object, part: Part) -> Entries:
        """Read a list: its entries, the file that has them, or an object with either and a label."""
        if (named := as_object(value)) is not None:
            return Entries(self._entries(named.get("items"), part.inside("items")), labels_in(named))
        if isinstance(value, str):
            lines = (self.folder.read(value, part) or "").splitlines()
            return Entries(line.strip() for line in lines if line.strip() and not line.startswith("#"))
        return Entries(text for text in as_list(value) or () if isinstance(text, str))

    def _audiences(self, words: Words, part: Part) -> dict[str, Audience]:
        audiences: dict[str, Audience] = {}
        for name, one in words.audiences.items():
            words.check(one.get("when"), part.inside(name, "when"))
            audiences[name] = Audience(name=name, when=one.get("when"), label=labels_in(one))
        return audiences

    def _slots(self, raw: Raw, part: Part) -> dict[str, Slot]:
        slots: dict[str, Slot] = {}
        for name, one in objects_in(raw):
            selector = text_in(one, "selector", standard_selector(name))
            if (why := fault(selector)) is not None:
                wrong = f"{quoted(selector)} is not a CSS selector: {why}"
                found = problem("bad-selector", "", wrong, "a CSS selector", quoted(selector))
                self.folder.say(found, part.inside(name, "selector"))
            slots[name] = Slot(
                name=name,
                selector=selector,
                reserve=maybe_text_in(one, "reserve"),
                live=one.get("live") is True,
                shadow=one.get("shadow") is True,
                label=labels_in(one),
            )
        return slots

    def _note_jumps(self, slots: Mapping[str, Slot], experiences: Iterable[Experience], part: Part) -> None:
        """Name the slots whose content may be taller than the page's own, with no height kept for it."""
        grow = {
            name
            for one in experiences
            if one.status == "live"
            for variant in one.variants
            for name, content in variant.content.items()
            if content.kind not in _KEEPS_HEIGHT
        }
        for name, slot in slots.items():
            if name in grow and slot.reserve is None and not slot.live:
                said = f"the slot {quoted(name)} reserves no height: the page below it jumps when a block is taller"
                hint = 'write "reserve": "22rem", the height of the tallest; or "live": true for an overlay'
                self.folder.say(
                    Diagnostic(code="no-reserve", severity="note", message=said, hint=hint), part.inside(name)
                )

    def _goals(self, raw: Raw) -> dict[str, Goal]:
        return {
            name: Goal(name=name, event=text_in(one, "event"), value=maybe_text_in(one, "value"), label=labels_in(one))
            for name, one in objects_in(raw)
        }

    def _interests(self, words: Words, raw: Raw, part: Part) -> dict[str, Interest]:
        interests: dict[str, Interest] = {}
        for name, one in objects_in(raw):
            signals: list[Signal] = []
            for index, value in enumerate(list_in(one, "signals")):
                given = as_object(value) or {}
                program = words.compile(given.get("when"), part.inside(name, "signals", index, "when"))
                if program is not None:
                    signals.append(Signal(when=program, weight=number_in(given, "weight", 1.0)))
            sensitive = one.get("sensitive") is True
            if sensitive and signals:
                wrong = f"{quoted(name)} is sensitive, so it is never inferred"
                hint = "take the signals away; a visitor may still state the interest"
                found = problem("sensitive-inferred", "", wrong, "no signals", str(len(signals)), hint)
                self.folder.say(found, part.inside(name, "signals"))
            interests[name] = Interest(
                name=name,
                half_life=_duration(one.get("half_life")),
                signals=tuple(signals),
                sensitive=sensitive,
                label=labels_in(one),
            )
        return interests

    def _accounts(self, experiences: Iterable[Experience]) -> Accounts | None:
        name = "accounts.csv"
        if not (self.folder.path / name).is_file() or self.folder.read(name, Part(name)) is None:
            return None
        accounts, problems = Accounts.parse(self.folder.files[name], name)
        self.folder.found.extend(problems)
        companies = {company.casefold() for company in accounts.names}
        for one in experiences:
            if one.id.casefold() in companies:
                said = f"the experience {quoted(one.id)} is named like a company of accounts.csv, and its id reaches browsers"
                note = Diagnostic(code="telling-id", severity="note", message=said, hint="name it after what it shows")
                self.folder.found.append(note.at(file=name))
        return accounts


def _readable_facts(declared: Raw) -> dict[str, object]:
    """Leave out what is wrong in the declarations of facts: it is reported, and rules are still checked."""
    return {
        name: {
            key: value for key, value in one.items() if key in FACT.members and _fits(FACT.members[key].shape, value)
        }
        for name, one in objects_in(declared)
    }


def _fits(shape: Shape, value: object) -> bool:
    found: list[Diagnostic] = []
    shape.check(value, "", found.append)
    return not found


def _reads_beside_rules(experiences: Iterable[Experience]) -> set[str]:
    """Give the facts deciding needs beside rules: whose calendar, and which company shares an arm."""
    reads: set[str] = set()
    for one in experiences:
        if one.experiment.unit == "account":
            reads |= {"account.name", "account.domain"}
        if one.schedule is not None or one.frequency is not None:
            reads.add("time.zone")
    return reads


def _with_basis(one: Experience, rules: RuleSet) -> Experience:
    if one.status == "draft":
        return one
    orders = [content.filling for variant in one.variants for content in variant.content.values()]
    weighed_by = (filling.weighed_by for filling in orders if isinstance(filling, Order))
    read = rules.program(one.id).facts_read.union(*weighed_by)
    kinds = {_BASIS_OF.get(fact.partition(".")[0], Basis.SITUATION) for fact in read}
    return msgspec.structs.replace(one, basis=next((kind for kind in _BASIS_ORDER if kind in kinds), Basis.EVERYONE))


def _layers(experiences: Iterable[Experience]) -> dict[str, tuple[str, ...]]:
    layers: dict[str, tuple[str, ...]] = {}
    for one in experiences:
        if one.experiment.layer is not None and one.status != "draft":
            layers[one.experiment.layer] = (*layers.get(one.experiment.layer, ()), one.id)
    return layers


def _duration(value: object) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhdw])", value) if isinstance(value, str) else None
    return (float(found[1]) * _SECONDS[found[2]] if found else 0.0) or DEFAULT_HALF_LIFE
