"""What a case expects of each slot: read and checked against the site, compared with what was decided."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from html.parser import HTMLParser

from mitate.document.raw import as_list, as_object, maybe_text_in, object_in
from mitate.document.shapes import did_you_mean, escape, problem, quoted, unknown_name
from mitate.model import Decision, Reason, Site
from mitate_rules import Diagnostic

from .case import Expected
from .form import EVERY_SLOT, PAGE

Say = Callable[[Diagnostic], None]
_ANYTHING = Expected()


def read_expected(raw: Mapping[str, object], site: Site, say: Say) -> dict[str, Expected]:
    """Read what a case expects, by slot; what the site doesn't have is said."""
    expect: dict[str, Expected] = {}
    for slot, wanted in object_in(raw, "expect").items():
        at = f"/expect/{escape(slot)}"
        if slot != EVERY_SLOT and slot not in site.slots:
            say(unknown_name("unknown-slot", "slot", slot, at, site.slots))
        else:
            expect[slot] = _read(wanted, at, _variants(site, slot), say)
    return expect


def _variants(site: Site, slot: str) -> dict[str, list[str]]:
    """Give the variants that may fill a slot, by experience."""
    return {
        one.id: [variant.id for variant in one.variants]
        for one in site.experiences.values()
        if slot in (*one.slots, EVERY_SLOT)
    }


def _read(wanted: object, at: str, variants: Mapping[str, list[str]], say: Say) -> Expected:
    if isinstance(wanted, str):
        return _short(wanted, at, variants, say)
    raw = as_object(wanted) or {}
    shown = maybe_text_in(raw, "variant")
    short = _short(shown, f"{at}/variant", variants, say) if shown is not None else _ANYTHING
    experience = maybe_text_in(raw, "experience")
    if experience is not None and experience not in variants:
        say(unknown_name("unknown-experience", "experience", experience, f"{at}/experience", variants))
    waits = _texts(raw.get("waits"))
    for name in waits:
        if name not in variants:
            say(unknown_name("unknown-experience", "experience", name, f"{at}/waits", variants))
    return Expected(
        page=short.page,
        variant=short.variant,
        experience=experience or short.experience,
        reason=maybe_text_in(raw, "reason"),
        basis=maybe_text_in(raw, "basis"),
        text=maybe_text_in(raw, "text"),
        contains=_texts(raw.get("contains")),
        waits=waits,
        equals=(raw["value"],) if "value" in raw else None,
        never=_read(raw["not"], f"{at}/not", variants, say) if "not" in raw else None,
    )


def _texts(value: object) -> tuple[str, ...]:
    """Give a text, or the texts of a list."""
    return (value,) if isinstance(value, str) else tuple(map(str, as_list(value) or []))


def _short(said: str, at: str, variants: Mapping[str, list[str]], say: Say) -> Expected:
    """Read ``light``, ``nurse-shoes/light``, ``page`` or ``HOLDOUT``."""
    if said == PAGE:
        return Expected(page=True)
    if re.fullmatch(r"[A-Z_]+", said):
        if said not in Reason.__members__:
            say(unknown_name("unknown-reason", "reason", said, at, Reason.__members__))
        return Expected(reason=said)
    experience, slash, variant = said.rpartition("/")
    if slash and experience not in variants:
        say(unknown_name("unknown-experience", "experience", experience, at, variants))
    else:
        known = {name for one, many in variants.items() if one == experience or not slash for name in many}
        if variant not in known:
            say(_unknown_variant(variant, at, variants, {*known, PAGE}))
    return Expected(experience=experience or None, variant=variant)


def _unknown_variant(name: str, at: str, variants: Mapping[str, list[str]], known: Collection[str]) -> Diagnostic:
    if name in variants:
        hint = did_you_mean(f"{name}/{variants[name][0]}")
        return problem("unknown-variant", at, f"{quoted(name)} is an experience", "a variant", quoted(name), hint)
    return unknown_name("unknown-variant", "variant", name, at, known)


def fits(expected: Expected, decision: Decision, waiting: Collection[str] = ()) -> bool:
    """Tell whether a slot shows what was expected; `waiting` are the experiences that wait for the page there."""
    return next(_misfits(expected, decision, waiting), None) is None


def _misfits(expected: Expected, decision: Decision, waiting: Collection[str]) -> Iterator[str]:
    """Name what doesn't fit."""
    if expected.page and decision.kind is not None:
        yield "page"
    for part in ("experience", "variant"):
        if (wanted := getattr(expected, part)) is not None and wanted != getattr(decision, part):
            yield part
    if expected.reason is not None and expected.reason != decision.reason.value:
        yield "reason"
    if expected.basis is not None and expected.basis != decision.basis.value:
        yield "basis"
    if expected.text is not None and expected.text != visible(decision):
        yield "text"
    if expected.contains and not all(one in visible(decision) for one in expected.contains):
        yield "contains"
    if expected.equals is not None and expected.equals[0] != decision.value:
        yield "value"
    if any(one not in waiting for one in expected.waits):
        yield "waits"
    if expected.never is not None and fits(expected.never, decision, waiting):
        yield "not"


def got(expected: Expected, decision: Decision, waiting: Collection[str] = ()) -> str:
    """Say what a slot shows and what waits for the page there, as far as it was asked about."""
    shown = PAGE if decision.kind is None else f"{decision.experience}/{decision.variant}"
    if decision.kind is None and decision.variant is not None:
        shown = f"{PAGE}, by {decision.experience}/{decision.variant}"
    said = [f"{shown} ({decision.reason.value})"]
    asked = expected if expected.never is None else expected.never
    if expected.basis is not None or asked.basis is not None:
        said.append(f"basis {decision.basis.value}")
    if {expected.text, asked.text} != {None} or expected.contains or asked.contains:
        said.append(f"text {visible(decision)!r}")
    if expected.equals is not None or asked.equals is not None:
        said.append(f"value {decision.value!r}")
    if expected.waits or asked.waits:
        said.append(f"{', '.join(waiting) or 'nothing'} waits")
    return ", ".join(said)


_INLINE = frozenset(
    ["a", "abbr", "b", "bdi", "code", "em", "i", "mark", "s", "small", "span", "strong", "sub", "sup", "u"]
)


class _Words(HTMLParser):
    """Gathers the text of HTML; what is not part of a line parts words."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in _INLINE:
            self.found.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self.found.append(" ")

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def visible(decision: Decision) -> str:
    """Give the text of a slot's content, one space wherever there is any; JSON text for what is no text."""
    value = decision.value
    if decision.kind == "html" and isinstance(value, str):
        words = _Words()
        words.feed(value)
        words.close()
        value = "".join(words.found)
    if isinstance(value, str):
        return " ".join(value.split())
    return "" if value is None else json.dumps(value, ensure_ascii=False)
