"""What a preview is asked to show: as it is asked, and as it can be meant for a site, with everything that can't be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec

from mitate.cases.imagining import read_fact, read_visitor
from mitate.consent import PERSONALIZATION, granted
from mitate.context.facts import find
from mitate.imagine import UnknownWordsError, imagine
from mitate.model import Site
from mitate.schedule import instant
from mitate.tokens import Invitation
from mitate.visitor import Visitor
from mitate_rules import Diagnostic, suggest

from .phrases import say

LATEST: Final = 7_258_118_400.0
"""The year 2200: what is further away is a slip, and few calendars reach it."""
LONGEST: Final = 500
"""So much of what was asked is repeated in a problem, and so many words are read."""
MOST_PROBLEMS: Final = 20


Tell = Callable[..., None]
"""Takes a problem: the name of its phrase, and what stands in it."""


class Overrides(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be otherwise than it is.

    `variants` names a variant for an experience (None takes back what the link chose), `audiences` says whether one
    holds, `facts` replaces facts, `visitor` describes another visitor in words ("" is the page's own), `at` is a moment
    on the site's clock or with an offset ("" is now), `consent` gives or denies all purposes, `language` is that of the problems.
    """

    variants: Mapping[str, str | None] = {}
    audiences: Mapping[str, bool] = {}
    facts: Mapping[str, object] = {}
    visitor: str | None = None
    at: str | None = None
    consent: bool | None = None
    language: str | None = None

    def over(self, link: Invitation) -> Overrides:
        """Give what a link shows, changed by these: they win."""
        return msgspec.structs.replace(
            self,
            variants={**link.variants, **self.variants},
            visitor=link.visitor if self.visitor is None else self.visitor,
            at=link.at if self.at is None else self.at,
            language=self.language or link.language,
        )


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a preview shows: only what the site has. `at` is in seconds (UTC), `words` None for the page's own visitor.

    `profile` is what counts as remembered; None: what is remembered of the page's own visitor.
    """

    visitor: Visitor
    words: str | None
    at: float
    variants: Mapping[str, str]
    audiences: Mapping[str, bool]
    facts: Mapping[str, object]
    profile: Mapping[str, object] | None
    language: str
    problems: list[str]


def read_overrides(asked: Overrides, site: Site, visitor: Visitor, now: float) -> Wanted:
    """Give what is meant for this site; what can't be is told in `problems`."""
    language = _language(asked, visitor)
    problems: list[str] = []

    def tell(phrase: str, /, **values: object) -> None:
        if len(problems) < MOST_PROBLEMS:
            problems.append(say(phrase, language, **values))

    def unknown(phrase: str, said: str, known: Mapping[str, object], /, **more: object) -> None:
        near = suggest(said, known) if len(said) < LONGEST else None
        close = say("near", language, name=near) if near else ""
        tell(phrase, name=said[:LONGEST], near=close, **more)

    at = now if not asked.at else moment(asked.at, site)
    if at is None:
        tell("bad-time", said=(asked.at or "")[:LONGEST])
        at = now
    variants = _variants(asked.variants, site, unknown)
    audiences = {name: holds for name, holds in asked.audiences.items() if name in site.audiences}
    for name in asked.audiences:
        if name not in audiences:
            unknown("no-audience", name, site.audiences)
    facts = _facts(asked.facts, site, tell, unknown, language)
    words = (asked.visitor or "").strip()[:LONGEST] or None
    wanted = Wanted(
        visitor=visitor,
        words=words,
        at=at,
        variants=variants,
        audiences=audiences,
        facts=facts,
        profile=None,
        language=language,
        problems=problems,
    )
    if words is not None:
        wanted = _imagined(wanted, words, bool(asked.at), site, tell)
    return wanted if asked.consent is None else _agreed(wanted, asked.consent, site)


def _agreed(wanted: Wanted, consent: bool, site: Site) -> Wanted:
    """Give the same visitor with all purposes granted, or none: their own choice, which outweighs Global Privacy Control.

    Whoever hasn't agreed themselves is shown with nothing remembered of them: a link is nobody's consent.
    """
    choice = {"personalization": consent, "analytics": consent}
    remembered = wanted.profile
    if remembered is None and PERSONALIZATION not in granted(wanted.visitor, site.consent):
        remembered = {}
    visitor = msgspec.structs.replace(wanted.visitor, consent=choice)
    return msgspec.structs.replace(wanted, visitor=visitor, profile=remembered)


def _language(asked: Overrides, visitor: Visitor) -> str:
    said = asked.language or visitor.language or visitor.headers.get("accept-language") or "en"
    return "ja" if said.lower().startswith("ja") else "en"


def moment(said: str, site: Site) -> float | None:
    """Give the instant (seconds, UTC) of a moment on the site's clock, or with an offset; None where it is none."""
    try:
        at = instant(said, site.timezone)
    except (ValueError, OverflowError):
        return None
    return at if 0 <= at < LATEST else None


def _variants(asked: Mapping[str, str | None], site: Site, unknown: Tell) -> dict[str, str]:
    """Give a variant for each experience that has it, in the experiences' order."""
    for name in asked:
        if name not in site.experiences:
            unknown("no-experience", name, site.experiences)
    chosen: dict[str, str] = {}
    for name, experience in site.experiences.items():
        variant = asked.get(name)
        known = {one.id: one for one in experience.variants}
        if variant is not None and variant in known:
            chosen[name] = variant
        elif variant is not None:
            unknown("no-variant", variant, known, experience=name)
    return chosen


def _facts(asked: Mapping[str, object], site: Site, tell: Tell, unknown: Tell, language: str) -> dict[str, object]:
    """Give the facts that the site knows, each as a context has it."""
    facts: dict[str, object] = {}
    for name, value in asked.items():
        found: list[Diagnostic] = []
        fact = read_fact(name, value, "", site, found.append)
        if not found:
            facts[name] = fact
        elif found[0].code == "unknown-fact":
            unknown("no-fact", name, site.facts)
        else:
            tell("bad-fact", name=name, fault=_unfit(name, value, find(name, site.facts) or {}, language))
    return facts


def _unfit(name: str, value: object, declaration: Mapping[str, object], language: str) -> str:
    """Say which values a fact may have, and which it was given."""
    values = declaration.get("enum")
    if isinstance(values, (list, tuple)):
        expected = say("one-of", language, values=", ".join(map(str, values[:12])))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    else:
        low, high = declaration.get("minimum"), declaration.get("maximum")
        bounds = "between" if None not in (low, high) else "at-least" if low is not None else "at-most"
        expected = say(f"kind-{declaration.get('type')}", language)
        expected += say(bounds, language, low=low, high=high) if (low, high) != (None, None) else ""
    got = msgspec.json.encode(value).decode()
    return say("unfit-fact", language, name=name, expected=expected, value=got if len(got) <= 60 else f"{got[:57]}…")


def _imagined(wanted: Wanted, words: str, at_is_said: bool, site: Site, tell: Tell) -> Wanted:
    """Put the visitor that words describe in the place of the page's own; the page stays the page."""
    own = wanted.visitor
    try:
        imagine(words)
    except UnknownWordsError as error:
        tell("bad-words", fault=error.told(wanted.language))
        return wanted
    found: list[Diagnostic] = []
    who = read_visitor(
        {"visitor": words, "at": datetime.fromtimestamp(wanted.at, UTC).isoformat(), "url": own.url}, site, found.append
    )
    for diagnostic in found:
        tell("bad-words", fault=diagnostic.message)
    visitor = msgspec.structs.replace(who.visitor, id=own.id or who.visitor.id, title=own.title, channel=own.channel)
    return msgspec.structs.replace(
        wanted,
        visitor=visitor,
        at=wanted.at if at_is_said else who.now,
        facts={**who.facts, **wanted.facts},
        profile=who.profile,
    )
