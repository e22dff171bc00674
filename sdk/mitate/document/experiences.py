"""Reads experiences: who x where x what x when x how often, from the document and the files it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import cast

from mitate.blocks import compile_attributes, compile_block, compile_json, compile_text, compile_url, taken
from mitate.model import (
    Content,
    ContentKind,
    Experience,
    Experiment,
    Filling,
    Frequency,
    Goal,
    Schedule,
    Slot,
    Variant,
)
from mitate.schedule import instant
from mitate_rules import Diagnostic

from .folder import Folder, Part
from .operations import read_operations, read_order, warn_of_framework
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
from .schema import CONTENT_KINDS, EXPERIENCE
from .shapes import problem, quoted, unknown_name
from .words import Words


class ExperienceReader:
    """Reads every experience of one document."""

    def __init__(
        self,
        folder: Folder,
        words: Words,
        slots: Mapping[str, Slot],
        goals: Mapping[str, Goal],
        hosts: tuple[str, ...],
        zone: Callable[[object, Part], str],
    ) -> None:
        self.folder = folder
        self.words = words
        self.slots = slots
        self.goals = goals
        self.hosts = hosts
        self.zone = zone

    def read(self, items: list[object], part: Part) -> dict[str, Experience]:
        """Give the experiences by id, in priority order."""
        experiences: dict[str, Experience] = {}
        for raw, here in self._each(items, part):
            one = self._experience(raw, here)
            if one.id in experiences:
                self._say_twice("experience", one.id, here.inside("id"))
            experiences[one.id] = one
            self._note_counting(one, here)
        return experiences

    def _note_counting(self, one: Experience, part: Part) -> None:
        """Say where exposures can't wait until something was seen, though they are compared."""
        known = one.splits and one.status != "draft" and self.slots.keys() >= {*one.slots}
        if not known or one.exposed_when(self.slots) != "applied":
            return
        takes = {content.takes for variant in one.variants for content in variant.content.values()}
        said = f"{quoted(one.id)} counts on every page with its slot, seen or not: a variant leaves nothing, or less, to see"
        hint = None if "all" in takes else 'to count it when seen, keep the slot\'s height: "reserve": "22rem"'
        self.folder.say(
            Diagnostic(code="counts-unseen", severity="note", message=said, hint=hint), part.inside("variants")
        )

    def _each(self, items: list[object], part: Part) -> Iterator[tuple[Raw, Part]]:
        """Walk in priority order; an item may name a file that holds one experience or several."""
        for index, item in enumerate(items):
            if not isinstance(item, str):
                yield as_object(item) or {}, part.inside(index)
                continue
            read = self.folder.read_json(item, part.inside(index))
            if read is None:
                continue
            value, root = read
            several = as_list(value)
            for place, one in enumerate([value] if several is None else several):
                here = root if several is None else root.inside(place)
                EXPERIENCE.check(one, "", lambda wrong, here=here: self.folder.say(wrong, here))  # type: ignore[misc]
                yield as_object(one) or {}, here

    def _experience(self, raw: Raw, part: Part) -> Experience:
        name = text_in(raw, "id")
        slots = self._named_slots(raw, part)
        when = raw.get("when", True)
        if "when" in raw:
            self.words.check(when, part.inside("when"))
        status = raw.get("status")
        return Experience(
            id=name,
            slots=slots,
            when=when,
            variants=self._variants(raw, part, slots),
            experiment=self._experiment(raw, part, name),
            status=status if status in ("paused", "draft") else "live",
            suppress=self.words.compile(raw["suppress"], part.inside("suppress")) if "suppress" in raw else None,
            schedule=self._schedule(raw, part),
            frequency=_frequency(raw),
            label=labels_in(raw),
        )

    def _named_slots(self, raw: Raw, part: Part) -> tuple[str, ...]:
        one = maybe_text_in(raw, "slot")
        names = texts_in(raw, "slots") if "slots" in raw else () if one is None else (one,)
        if not names and "slots" not in raw and "slot" not in raw:
            hint = "name the place it fills"
            self._say("missing-key", 'an experience needs "slot" or "slots"', '"slot"', "nothing", part, hint)
        for index, name in enumerate(names):
            if name not in self.slots:
                here = part.inside("slot") if one is not None else part.inside("slots", index)
                self.folder.say(unknown_name("unknown-slot", "slot", name, "", self.slots), here)
        if len(set(names)) < len(names):
            self._say("duplicate-id", "a slot is named twice", "each slot once", ", ".join(names), part.inside("slots"))
        return names

    # -- what it shows ---------------------------------------------------------------------------

    def _variants(self, raw: Raw, part: Part, slots: tuple[str, ...]) -> tuple[Variant, ...]:
        variants: list[Variant] = []
        for index, value in enumerate(list_in(raw, "variants")):
            one, here = as_object(value) or {}, part.inside("variants", index)
            name = text_in(one, "id")
            if any(name == other.id for other in variants):
                self._say_twice("variant", name, here.inside("id"))
            weight, content = number_in(one, "weight", 1.0), self._contents(one, here, slots)
            variants.append(Variant(id=name, weight=weight, content=content, label=labels_in(one)))
        if variants and sum(one.weight for one in variants) <= 0:
            wrong = "no variant has any weight, so none could be shown"
            self._say("no-weight", wrong, "a weight above 0", "0", part.inside("variants"))
        return tuple(variants)

    def _contents(self, raw: Raw, part: Part, slots: tuple[str, ...]) -> dict[str, Content]:
        contents: dict[str, Content] = {}
        for slot, one in objects_in(object_in(raw, "content")):
            here = part.inside("content", slot)
            if slot not in slots:
                self.folder.say(unknown_name("unknown-slot", "slot of this experience", slot, "", slots), here)
            if (content := self._content(one, here)) is not None:
                contents[slot] = content
                self._warn_of_framework(one, slot, here)
        own = self._content(raw, part)
        if own is not None and len(slots) > 1:
            wrong = "an experience with several slots says for each what goes in"
            self._say(
                "which-slot",
                wrong,
                '"content" by slot',
                "content for none",
                part,
                f'write "content": {{"{slots[0]}": …}}',
            )
        if own is not None and slots:
            contents[slots[0]] = own
            self._warn_of_framework(raw, slots[0], part)
        return contents

    def _warn_of_framework(self, raw: Raw, slot: str, part: Part) -> None:
        if slot in self.slots and self.slots[slot].shadow:
            warn_of_framework(raw, slot, part, self.folder)

    def _content(self, raw: Raw, part: Part) -> Content | None:
        kind = next((kind for kind in CONTENT_KINDS if kind in raw), None)
        if kind is None:
            return None
        value, here, facts = raw[kind], part.inside(kind), self.words.facts
        filling: Filling
        found: list[Diagnostic]
        match kind, value:
            case "block", str():
                text = self.folder.read(value, here)
                if text is None:
                    return None
                here = Part(value)
                filling, found = compile_block(text, facts=facts)
            case "html", str():
                filling, found = compile_block(value, facts=facts)
            case "text", str():
                filling, found = compile_text(value, facts=facts)
            case "attributes", dict():
                members = as_object(value) or {}  # pyright: ignore[reportUnknownArgumentType]
                texts = {name: text for name, text in members.items() if isinstance(text, str)}
                filling, found = compile_attributes(texts, facts=facts)
            case "json", _:
                filling, found = compile_json(value, facts=facts)
            case "redirect", str():
                filling, found = compile_url(value, origins=self.hosts, facts=facts)
            case "operations", list():
                filling, found = read_operations(list_in(raw, kind), here, self.folder, facts), []
            case "order", dict():
                filling, found = read_order(object_in(raw, kind), here, self.folder, facts), []
            case _:
                return None
        self.folder.say_inner(found, here)
        named: ContentKind = "html" if kind in ("block", "html") else cast(ContentKind, kind)
        takes = taken(named, filling.fill({}))
        return Content(kind=named, filling=self.words.filled(filling), source=here.file, takes=takes)

    # -- how, when, how often --------------------------------------------------------------------

    def _experiment(self, raw: Raw, part: Part, name: str) -> Experiment:
        one = object_in(raw, "experiment")
        for index, goal in enumerate(texts_in(one, "goals")):
            if goal not in self.goals:
                here = part.inside("experiment", "goals", index)
                self.folder.say(unknown_name("unknown-goal", "goal", goal, "", self.goals), here)
        return Experiment(
            seed=text_in(one, "seed", name),
            holdout=number_in(one, "holdout", 0.0),
            goals=texts_in(one, "goals"),
            unit="account" if one.get("unit") == "account" else "visitor",
            layer=maybe_text_in(one, "layer"),
        )

    def _schedule(self, raw: Raw, part: Part) -> Schedule | None:
        if "schedule" not in raw:
            return None
        one, here = object_in(raw, "schedule"), part.inside("schedule")
        start, until, zone = maybe_text_in(one, "from"), maybe_text_in(one, "until"), text_in(one, "timezone", "site")
        if zone not in ("visitor", "site"):
            self.zone(zone, here.inside("timezone"))
        bounds = {"from": start, "until": until}
        readable = [self._is_date(bound, here.inside(key)) for key, bound in bounds.items() if bound is not None]
        if all(readable) and start is not None and until is not None and instant(until, "UTC") <= instant(start, "UTC"):
            wrong = "the schedule ends before it begins"
            self._say("empty-schedule", wrong, f"later than {start}", until, here.inside("until"))
        return Schedule(start=start, until=until, zone=zone)

    def _is_date(self, bound: str, part: Part) -> bool:
        try:
            datetime.fromisoformat(bound)
        except ValueError as error:
            if bound[:4].isdecimal():  # the form of anything else is reported where forms are
                wrong = f"{quoted(bound)} is not in the calendar: {error}"
                self._say("bad-date", wrong, "a date of the calendar", quoted(bound), part)
            return False
        return True

    # -- reports ---------------------------------------------------------------------------------

    def _say(self, code: str, wrong: str, expected: str, got: str, part: Part, hint: str | None = None) -> None:
        self.folder.say(problem(code, "", wrong, expected, got, hint), part)

    def _say_twice(self, what: str, name: str, part: Part) -> None:
        wrong = f"another {what} is named {quoted(name)} too"
        self._say("duplicate-id", wrong, "a name of its own", quoted(name), part)


def _frequency(raw: Raw) -> Frequency | None:
    one = object_in(raw, "frequency")
    most, per = one.get("max"), one.get("per")
    if not isinstance(most, int) or per not in ("visit", "day", "week", "lifetime"):
        return None
    return Frequency(max=most, per=per)
