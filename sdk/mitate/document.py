"""From a folder to a `Site`, or to everything that is wrong with it.

Loading is all-or-nothing. One pass reads and checks every part, collecting diagnostics with file,
line and column; only a folder without an error becomes a `Site`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from mitate_rules import Diagnostic, MitateError, RuleSet, check_rule, compile_rule, suggest
from mitate_rules.source import Positions, scan

from .blocks import compile_attributes, compile_block, compile_json, compile_text, compile_url
from .context.accounts import Accounts
from .context.facts import BUILT_IN
from .model import (
    Audience,
    Basis,
    ConsentPolicy,
    Content,
    Experience,
    Experiment,
    Filling,
    Frequency,
    Goal,
    Interest,
    Labels,
    Schedule,
    Signal,
    Site,
    Slot,
    Variant,
)
from .schedule import instant
from .schema import CONTENT_KINDS, EXPERIENCE, SITE
from .selectors import fault
from .shapes import as_object, escape, problem, quoted, unknown_name

_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
DEFAULT_HALF_LIFE: Final = 14 * 86400.0

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
_BASIS_ORDER: Final = (Basis.BEHAVIOR, Basis.STATED, Basis.SITUATION)


class DocumentError(MitateError):
    """A site's folder can't be used. `diagnostics` holds everything that is wrong, in file order."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        errors = [d for d in self.diagnostics if d.severity == "error"]
        super().__init__("\n".join(map(str, errors)) or "the site's folder can't be used")


@dataclass(frozen=True)
class Loaded:
    """A site, the companies it knows, and what the check wants to say although nothing is wrong."""

    site: Site
    accounts: Accounts | None
    notes: tuple[Diagnostic, ...] = ()
    files: tuple[Path, ...] = ()


def load(path: str | Path) -> Loaded:
    """Load the site in a folder (or in a lone `site.json`).

    Raises `DocumentError` with all diagnostics when there is an error among them.
    """
    return _Loader(Path(path)).load()


def check(path: str | Path) -> list[Diagnostic]:
    """Give everything there is to say about a site's folder: errors, warnings and notes."""
    loader = _Loader(Path(path))
    try:
        return list(loader.load().notes)
    except DocumentError as error:
        return list(error.diagnostics)


@dataclass(frozen=True)
class _Part:
    """A JSON file of the folder, and a place in it."""

    file: str
    positions: Positions | None
    at: str = ""

    def inside(self, *keys: str | int) -> _Part:
        return _Part(self.file, self.positions, self.at + "".join(f"/{escape(str(key))}" for key in keys))


@dataclass
class _Loader:
    path: Path
    found: list[Diagnostic] = field(default_factory=list[Diagnostic])
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    facts: dict[str, Mapping[str, object]] = field(default_factory=dict[str, Mapping[str, object]])
    fillings: list[Filling] = field(default_factory=list[Filling])

    # -- the story -------------------------------------------------------------------------------

    def load(self) -> Loaded:
        folder, name = (self.path, "site.json") if self.path.is_dir() else (self.path.parent, self.path.name)
        self.folder = folder
        top = self._read_json(name, _Part(name, None), missing_hint=f"`mitate init {folder}` makes a starter folder")
        if top is None:
            raise DocumentError(self.found)
        value, root = top
        SITE.check(value, "", lambda d: self._say(d, root))
        raw = as_object(value) or {}
        loaded = self._site(raw, root)
        self.found.sort(key=lambda d: (d.file or "", d.line or 0, d.column or 0))
        if loaded is None or any(d.severity == "error" for d in self.found):
            raise DocumentError(self.found)
        return loaded

    def _site(self, raw: dict[str, object], root: _Part) -> Loaded | None:
        self.raw_audiences = _object(raw, "audiences")
        self.lists = self._lists(_object(raw, "lists"), root.inside("lists"))
        interests_raw = _object(raw, "interests")
        self.facts = self._known_facts(_object(raw, "facts"), interests_raw)
        timezone = self._zone(raw.get("timezone"), root.inside("timezone"))
        audiences = self._audiences(root.inside("audiences"))
        slots = self._slots(_object(raw, "slots"), root.inside("slots"))
        goals = {name: Goal(name=name, event=_text(one, "event"), value=_maybe_text(one, "value"), label=_labels(one)) for name, one in _objects(_object(raw, "goals"))}
        self.origins, self.redirect_hosts = _texts(raw, "origins"), _texts(raw, "redirect_hosts")
        experiences = self._experiences(raw, root, slots, goals)
        interests = self._interests(interests_raw, root.inside("interests"))
        accounts = self._accounts(experiences)
        if any(d.severity == "error" for d in self.found):
            return None
        rules = RuleSet({one.id: one.when for one in experiences.values() if one.status != "draft"}, self.facts, audiences=self.raw_audiences, lists=self.lists)
        experiences = {one.id: _with_basis(one, rules) for one in experiences.values()}
        policy = _object(raw, "consent")
        site = Site(
            name=_text(raw, "site"),
            version=self._version(),
            timezone=timezone,
            origins=self.origins,
            redirect_hosts=self.redirect_hosts,
            consent=ConsentPolicy(default=policy.get("default", "denied"), gpc=policy.get("gpc", "denies")),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
            holdout=_number(raw, "holdout", 0.0),
            facts=self.facts,
            lists=self.lists,
            audiences=audiences,
            slots=slots,
            experiences=experiences,
            interests=interests,
            goals=goals,
            layers=_layers(experiences.values()),
            rules=rules,
            reads=self._reads(rules, experiences.values(), interests.values()),
            label=_labels(raw),
        )
        return Loaded(site, accounts, tuple(self.found), tuple(self.folder / name for name in self.files))

    # -- files -----------------------------------------------------------------------------------

    def _read(self, name: str, part: _Part, hint: str | None = None) -> str | None:
        """Read a file of the folder as UTF-8; report what prevents it at `part`, which names it."""
        try:
            target = (self.folder / name).resolve()
            if not target.is_relative_to(self.folder.resolve()):
                self._say(problem("outside-folder", "", f"{quoted(name)} leads out of the site's folder", "a file inside the folder", quoted(name)), part)
                return None
            data = target.read_bytes()
        except OSError as error:
            near = None if hint else self._near_file(name)
            self._say(problem("missing-file", "", f"can't read {quoted(name)}: {error.strerror or error}", "a readable file", quoted(name), hint or near), part)
            return None
        self.files[name] = data
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            found = problem("not-utf8", "", f"{quoted(name)} is not UTF-8", "UTF-8 text", f"byte 0x{data[error.start]:02x}", "save the file as UTF-8")
            self.found.append(replace(found, file=name, line=line, column=1))
            return None

    def _near_file(self, name: str) -> str | None:
        there = [str(one.relative_to(self.folder)) for one in self.folder.glob(str(Path(name).parent / "*")) if one.is_file()]
        near = suggest(name, there)
        return f"did you mean {quoted(near)}?" if near else None

    def _read_json(self, name: str, named_at: _Part, missing_hint: str | None = None) -> tuple[object, _Part] | None:
        text = self._read(name, named_at, missing_hint)
        if text is None:
            return None
        positions = scan(text)
        for diagnostic in positions.diagnostics:
            self.found.append(diagnostic.at(file=name))
        if any(d.severity == "error" for d in positions.diagnostics):
            return None
        return json.loads(text), _Part(name, positions)

    def _version(self) -> str:
        digest = hashlib.sha256()
        for name in sorted(self.files):
            data = self.files[name]
            digest.update(f"{name}\0{len(data)}\0".encode() + data)
        return digest.hexdigest()[:16]

    # -- parts -----------------------------------------------------------------------------------

    def _known_facts(self, declared: dict[str, object], interests: dict[str, object]) -> dict[str, Mapping[str, object]]:
        """Built-in facts, one fact for each topic (so that a misspelt topic is found), and the site's own."""
        facts: dict[str, Mapping[str, object]] = {name: fact for name, fact in BUILT_IN.items() if name != "interests.*"}
        for topic, one in _objects(interests):
            named = _labels(one)
            label = {"en": f"interest in {named.get('en', topic)}", "ja": f"{named.get('ja', topic)}への関心度"}
            facts[f"interests.{topic}"] = {**BUILT_IN["interests.*"], "label": label}
        for name, one in _objects(declared):
            facts[name] = {"purpose": "personalization", **one}
        return facts

    def _lists(self, raw: dict[str, object], part: _Part) -> dict[str, frozenset[str]]:
        lists: dict[str, frozenset[str]] = {}
        for name, value in raw.items():
            if isinstance(value, str):
                text = self._read(value, part.inside(name))
                lists[name] = frozenset(line.strip() for line in (text or "").splitlines() if line.strip() and not line.startswith("#"))
            elif isinstance(value, list):
                lists[name] = frozenset(item for item in value if isinstance(item, str))  # pyright: ignore[reportUnknownVariableType]
        return lists

    def _zone(self, value: object, part: _Part) -> str:
        if not isinstance(value, str):
            return "UTC"
        try:
            return str(ZoneInfo(value))
        except (OSError, ValueError):
            self._say(unknown_name("unknown-zone", "time zone", value, "", available_timezones()), part)
            return "UTC"

    def _audiences(self, part: _Part) -> dict[str, Audience]:
        audiences: dict[str, Audience] = {}
        for name, one in _objects(self.raw_audiences):
            self._rule(one.get("when"), part.inside(name, "when"))
            audiences[name] = Audience(name=name, when=one.get("when"), label=_labels(one))
        return audiences

    def _slots(self, raw: dict[str, object], part: _Part) -> dict[str, Slot]:
        slots: dict[str, Slot] = {}
        for name, one in _objects(raw):
            selector = _maybe_text(one, "selector") or f'[data-mitate="{name}"]'
            if (wrong := fault(selector)) is not None:
                self._say(problem("bad-selector", "", f"{quoted(selector)} is not a CSS selector: {wrong}", "a CSS selector", quoted(selector)), part.inside(name, "selector"))
            slots[name] = Slot(name=name, selector=selector, reserve=_maybe_text(one, "reserve"), label=_labels(one))
        return slots

    def _interests(self, raw: dict[str, object], part: _Part) -> dict[str, Interest]:
        interests: dict[str, Interest] = {}
        for name, one in _objects(raw):
            signals: list[Signal] = []
            for index, signal in enumerate(_list(one, "signals")):
                given = as_object(signal) or {}
                if self._rule(given.get("when"), part.inside(name, "signals", index, "when")):
                    program = compile_rule(given.get("when"), self.facts, audiences=self.raw_audiences, lists=self.lists)
                    signals.append(Signal(when=program, weight=_number(given, "weight", 1.0)))
            sensitive = one.get("sensitive") is True
            if sensitive and signals:
                hint = "take the signals away; a visitor may still state the interest"
                self._say(problem("sensitive-inferred", "", f"{quoted(name)} is sensitive, so it is never inferred", "no signals", f"{len(signals)}", hint), part.inside(name, "signals"))
            interests[name] = Interest(name=name, half_life=_duration(one.get("half_life")), signals=tuple(signals), sensitive=sensitive, label=_labels(one))
        return interests

    def _accounts(self, experiences: Mapping[str, Experience]) -> Accounts | None:
        if not (self.folder / "accounts.csv").is_file():
            return None
        if self._read("accounts.csv", _Part("accounts.csv", None)) is None:
            return None
        accounts, problems = Accounts.parse(self.files["accounts.csv"], "accounts.csv")
        self.found.extend(problems)
        names = {name.casefold() for name in accounts.names}
        for one in experiences.values():
            if one.id.casefold() in names:
                self.found.append(Diagnostic(code="telling-id", severity="note", message=f"the experience {quoted(one.id)} is named like a company in accounts.csv, and its id reaches browsers", pointer="", hint="name it after what it shows", file="site.json"))
        return accounts

    # -- experiences -----------------------------------------------------------------------------

    def _experiences(self, raw: dict[str, object], root: _Part, slots: Mapping[str, Slot], goals: Mapping[str, Goal]) -> dict[str, Experience]:
        experiences: dict[str, Experience] = {}
        for one, part in self._each_experience(_list(raw, "experiences"), root.inside("experiences")):
            experience = self._experience(one, part, slots, goals)
            if experience.id in experiences:
                self._say(problem("duplicate-id", "", f"another experience is named {quoted(experience.id)} too", "a name of its own", quoted(experience.id)), part.inside("id"))
            experiences[experience.id] = experience
        return experiences

    def _each_experience(self, items: list[object], part: _Part) -> Iterable[tuple[dict[str, object], _Part]]:
        """Walk experiences in priority order; an item may name a file that holds one or several."""
        for index, item in enumerate(items):
            here = part.inside(index)
            if isinstance(item, str):
                read = self._read_json(item, here)
                if read is None:
                    continue
                value, file = read
                inner: list[tuple[object, _Part]] = [(value, file)]
                if isinstance(value, list):
                    inner = [(one, file.inside(i)) for i, one in enumerate(value)]  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
                for one, at in inner:
                    EXPERIENCE.check(one, at.at, lambda d, at=at: self._say(d, _Part(at.file, at.positions)))
                    if (given := as_object(one)) is not None:
                        yield given, at
            elif (given := as_object(item)) is not None:
                yield given, here

    def _experience(self, raw: dict[str, object], part: _Part, slots: Mapping[str, Slot], goals: Mapping[str, Goal]) -> Experience:
        name = _text(raw, "id")
        named = self._named_slots(raw, part, slots)
        when = raw.get("when", True)
        if "when" in raw:
            self._rule(when, part.inside("when"))
        suppress = None
        if "suppress" in raw and self._rule(raw["suppress"], part.inside("suppress")):
            suppress = compile_rule(raw["suppress"], self.facts, audiences=self.raw_audiences, lists=self.lists)
        status = raw.get("status", "live")
        return Experience(
            id=name,
            slots=named,
            when=when,
            variants=self._variants(raw, part, named),
            experiment=self._experiment(raw, part, name, goals),
            status=status if status in ("paused", "draft") else "live",  # pyright: ignore[reportArgumentType]
            suppress=suppress,
            schedule=self._schedule(raw, part),
            frequency=self._frequency(raw),
            label=_labels(raw),
        )

    def _named_slots(self, raw: dict[str, object], part: _Part, slots: Mapping[str, Slot]) -> tuple[str, ...]:
        several = "slots" in raw
        names = _texts(raw, "slots") if several else _texts({"slot": [raw.get("slot")]}, "slot")
        if not names:
            self._say(problem("missing-key", "", 'an experience needs "slot" or "slots"', '"slot"', "nothing", "name the place it fills"), part)
        for index, name in enumerate(names):
            if name not in slots:
                self._say(unknown_name("unknown-slot", "slot", name, "", slots), part.inside("slots", index) if several else part.inside("slot"))
        if len(set(names)) < len(names):
            self._say(problem("duplicate-id", "", "a slot is named twice", "each slot once", ", ".join(names)), part.inside("slots"))
        return names

    def _variants(self, raw: dict[str, object], part: _Part, slots: tuple[str, ...]) -> tuple[Variant, ...]:
        variants: list[Variant] = []
        for index, value in enumerate(_list(raw, "variants")):
            one, here = as_object(value) or {}, part.inside("variants", index)
            name = _text(one, "id")
            if any(name == other.id for other in variants):
                self._say(problem("duplicate-id", "", f"another variant is named {quoted(name)} too", "a name of its own", quoted(name)), here.inside("id"))
            variants.append(Variant(id=name, weight=_number(one, "weight", 1.0), content=self._contents(one, here, slots), label=_labels(one)))
        if variants and sum(one.weight for one in variants) <= 0:
            self._say(problem("no-weight", "", "no variant has any weight, so none could be shown", "a weight above 0", "0"), part.inside("variants"))
        return tuple(variants)

    def _contents(self, raw: dict[str, object], part: _Part, slots: tuple[str, ...]) -> dict[str, Content]:
        by_slot = _object(raw, "content")
        contents: dict[str, Content] = {}
        for slot, one in _objects(by_slot):
            if slot not in slots:
                self._say(unknown_name("unknown-slot", "slot of this experience", slot, "", slots), part.inside("content", slot))
            if (content := self._content(one, part.inside("content", slot))) is not None:
                contents[slot] = content
        own = self._content(raw, part)
        if own is not None and len(slots) > 1:
            hint = 'write "content": {"' + slots[0] + '": {…}}'
            self._say(problem("which-slot", "", "an experience with several slots says for each what goes in", '"content" by slot', "content for none", hint), part)
        if own is not None and slots:
            contents[slots[0]] = own
        return contents

    def _content(self, raw: dict[str, object], part: _Part) -> Content | None:
        kind = next((kind for kind in CONTENT_KINDS if kind in raw), None)
        if kind is None:
            return None
        value, here = raw[kind], part.inside(kind)
        match kind:
            case "block" | "html" if isinstance(value, str):
                text, source = value, here
                if kind == "block":
                    read = self._read(value, here)
                    if read is None:
                        return None
                    text, source = read, _Part(value, None)
                filling, found = compile_block(text, facts=self.facts)
                self._say_inner(found, source)
                return self._filled("html", filling, source.file)
            case "text" if isinstance(value, str):
                filling, found = compile_text(value, facts=self.facts)
            case "attributes" if (members := as_object(value)) is not None:
                filling, found = compile_attributes({name: text for name, text in members.items() if isinstance(text, str)}, facts=self.facts)
            case "json":
                filling, found = compile_json(value, facts=self.facts)
            case "redirect" if isinstance(value, str):
                filling, found = compile_url(value, origins=(*self.origins, *self.redirect_hosts), facts=self.facts)
            case _:
                return None
        self._say_inner(found, here)
        return self._filled(kind, filling, here.file)  # type: ignore[arg-type]

    def _filled(self, kind: str, filling: Filling, source: str) -> Content:
        self.fillings.append(filling)
        return Content(kind=kind, filling=filling, source=source)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    def _experiment(self, raw: dict[str, object], part: _Part, name: str, goals: Mapping[str, Goal]) -> Experiment:
        one = _object(raw, "experiment")
        for index, goal in enumerate(_texts(one, "goals")):
            if goal not in goals:
                self._say(unknown_name("unknown-goal", "goal", goal, "", goals), part.inside("experiment", "goals", index))
        return Experiment(
            seed=_maybe_text(one, "seed") or name,
            holdout=_number(one, "holdout", 0.0),
            goals=_texts(one, "goals"),
            unit="account" if one.get("unit") == "account" else "visitor",
            layer=_maybe_text(one, "layer"),
        )

    def _schedule(self, raw: dict[str, object], part: _Part) -> Schedule | None:
        if "schedule" not in raw:
            return None
        one, here = _object(raw, "schedule"), part.inside("schedule")
        start, until, zone = _maybe_text(one, "from"), _maybe_text(one, "until"), _maybe_text(one, "timezone") or "site"
        known = True
        if zone not in ("visitor", "site"):
            before = len(self.found)
            self._zone(zone, here.inside("timezone"))
            known = len(self.found) == before
        readable = True
        for key, bound in (("from", start), ("until", until)):
            try:
                _ = None if bound is None else datetime.fromisoformat(bound)
            except ValueError as error:
                readable = False
                self._say(problem("bad-date", "", f"{quoted(bound or '')} is not a date: {error}", "a date of the calendar", quoted(bound or "")), here.inside(key))
        if known and readable and start is not None and until is not None:
            read_in = zone if zone not in ("visitor", "site") else "UTC"
            if instant(until, read_in) <= instant(start, read_in):
                self._say(problem("empty-schedule", "", "the schedule ends before it begins", f"later than {start}", until), here.inside("until"))
        return Schedule(start=start, until=until, zone=zone)

    def _frequency(self, raw: dict[str, object]) -> Frequency | None:
        one = _object(raw, "frequency")
        most, per = one.get("max"), one.get("per")
        if not isinstance(most, int) or per not in ("visit", "day", "week", "lifetime"):
            return None
        return Frequency(max=most, per=per)  # pyright: ignore[reportArgumentType]

    # -- rules and reports -----------------------------------------------------------------------

    def _rule(self, rule: object, part: _Part) -> bool:
        """Check a rule in its place; tell whether it can be compiled."""
        found = check_rule(rule, self.facts, audiences=self.raw_audiences, lists=self.lists)
        for diagnostic in found:
            self._say(diagnostic, part)
        return not any(d.severity == "error" for d in found)

    def _reads(self, rules: RuleSet, experiences: Iterable[Experience], interests: Iterable[Interest]) -> frozenset[str]:
        reads = set(rules.facts_read)
        for one in experiences:
            if one.suppress is not None:
                reads |= one.suppress.facts_read
            if one.experiment.unit == "account":
                reads |= {"account.name", "account.domain"}
            if one.schedule is not None and one.schedule.zone == "visitor":
                reads.add("time.zone")
            if one.frequency is not None:
                reads.add("time.zone")
        for interest in interests:
            for signal in interest.signals:
                reads |= signal.when.facts_read
        for filling in self.fillings:
            reads |= filling.facts_read
        return frozenset(reads)

    def _say(self, diagnostic: Diagnostic, part: _Part) -> None:
        if part.positions is not None and diagnostic.code in ("unknown-key", "bad-name"):
            line, column = part.positions.find_key(part.at + diagnostic.pointer) or (None, None)
            diagnostic = replace(diagnostic, line=line, column=column)
        self.found.append(diagnostic.at(file=part.file, pointer_prefix=part.at, positions=part.positions))

    def _say_inner(self, found: Iterable[Diagnostic], part: _Part) -> None:
        """Report what a block says of itself: in a file of its own its lines are the file's; else the JSON's place counts."""
        for diagnostic in found:
            if part.positions is None:
                self.found.append(diagnostic.at(file=part.file))
            else:
                self._say(diagnostic, part)


def _with_basis(one: Experience, rules: RuleSet) -> Experience:
    if one.status == "draft":
        return one
    kinds = {_BASIS_OF.get(fact.partition(".")[0], Basis.SITUATION) for fact in rules.program(one.id).facts_read}
    basis = next((kind for kind in _BASIS_ORDER if kind in kinds), Basis.EVERYONE)
    values = {name: getattr(one, name) for name in one.__struct_fields__}
    return Experience(**{**values, "basis": basis})


def _layers(experiences: Iterable[Experience]) -> dict[str, tuple[str, ...]]:
    layers: dict[str, tuple[str, ...]] = {}
    for one in experiences:
        if one.experiment.layer is not None and one.status != "draft":
            layers[one.experiment.layer] = (*layers.get(one.experiment.layer, ()), one.id)
    return layers


def _duration(value: object) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhdw])", value) if isinstance(value, str) else None
    seconds = float(found[1]) * _SECONDS[found[2]] if found else DEFAULT_HALF_LIFE
    return seconds or DEFAULT_HALF_LIFE


# -- reading JSON whose form was checked elsewhere: what doesn't fit reads as absent ----------------


def _object(raw: Mapping[str, object], key: str) -> dict[str, object]:
    return as_object(raw.get(key)) or {}


def _objects(raw: Mapping[str, object]) -> Iterable[tuple[str, dict[str, object]]]:
    for name, value in raw.items():
        if (one := as_object(value)) is not None:
            yield name, one


def _list(raw: Mapping[str, object], key: str) -> list[object]:
    value = raw.get(key)
    return value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]


def _text(raw: Mapping[str, object], key: str) -> str:
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def _maybe_text(raw: Mapping[str, object], key: str) -> str | None:
    value = raw.get(key)
    return value if isinstance(value, str) else None


def _texts(raw: Mapping[str, object], key: str) -> tuple[str, ...]:
    return tuple(value for value in _list(raw, key) if isinstance(value, str))


def _number(raw: Mapping[str, object], key: str, default: float) -> float:
    value = raw.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else default


def _labels(raw: Mapping[str, object]) -> Labels:
    return {language: text for language, text in _object(raw, "label").items() if isinstance(text, str)}
