"""Who a case imagines: the words, keys and facts of a case as the values deciding takes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address
from typing import Final
from zoneinfo import ZoneInfo

from mitate.context.clock import zones
from mitate.context.countries import COUNTRIES
from mitate.context.facts import Declaration, find
from mitate.context.traits import fitting
from mitate.document.raw import as_object, list_in, maybe_text_in, number_in, object_in
from mitate.document.shapes import did_you_mean, escape, problem, quoted, shown, unknown_name
from mitate.imagine import Imagined, Place, UnknownWordsError, imagine
from mitate.model import Site
from mitate.schedule import instant
from mitate.visitor import Visitor
from mitate_rules import Diagnostic, suggest
from mitate_rules.facts import is_live

from .case import Bucket, Happened
from .case import Place as Somewhere
from .form import PLACES, TREATMENT

Say = Callable[[Diagnostic], None]
Raw = Mapping[str, object]

VISITOR_ID: Final = "imagined-visitor-of-cases"
DEFAULT_AT: Final = "2026-01-15T12:00"
"""When it is where nothing of the site reads a clock, and a case says nothing: a Thursday noon."""
SITE_ADDRESS: Final = "https://site.example"
"""What a path of a case continues where the site names no origin."""
UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_CLOCKS: Final = ("time.", "site_time.", "calendar.")


@dataclass(frozen=True)
class ImaginedVisitor:
    """What a case says of its visitor, ready to decide with."""

    visitor: Visitor
    now: float
    facts: dict[str, object]
    profile: dict[str, object]
    history: tuple[Happened, ...]
    bucket: Bucket | None
    language: str


def read_visitor(raw: Raw, site: Site, say: Say) -> ImaginedVisitor:
    """Read who visits; what can't be meant is said."""
    who = _words(raw, say)
    language = _language(raw, who)
    zone = _zone(raw, who, say)
    now = _now(raw, who, zone or site.timezone, site, say)
    visitor = Visitor(
        id=maybe_text_in(raw, "id") or VISITOR_ID,
        ip=_ip(raw, say) or who.ip,
        user_agent=maybe_text_in(raw, "user_agent") or who.user_agent,
        url=address(maybe_text_in(raw, "url"), site),
        referrer=maybe_text_in(raw, "referrer") or who.referrer,
        title=maybe_text_in(raw, "title"),
        zone=zone,
        language=maybe_text_in(raw, "language") or who.language,
        touch=who.touch,
        screen_width=who.screen,
        consent=_consent(raw, who),
        gpc=raw.get("gpc") is True or who.gpc,
        channel=maybe_text_in(raw, "channel") or "web",
        email=maybe_text_in(raw, "email"),
    )
    return ImaginedVisitor(
        visitor=visitor,
        now=now,
        facts=_facts(raw, who, language, site, say),
        profile={**(who.profile(now) or {}), **object_in(raw, "profile")},
        history=tuple(_history(raw, site, say)),
        bucket=_bucket(raw, site, say),
        language=language,
    )


def _words(raw: Raw, say: Say) -> Imagined:
    try:
        who = imagine(maybe_text_in(raw, "visitor") or "")
    except UnknownWordsError as error:
        said, hint = str(error), None
        if said.endswith("?)"):
            said, _, near = said.rpartition(" (did you mean ")
            hint = f"did you mean {near.removesuffix(')')}"
        told = quoted(maybe_text_in(raw, "visitor") or "")
        say(problem("unknown-words", "/visitor", said, "words for a visitor", told, hint))
        who = Imagined()
    for name in ("visits", "days_away"):
        if isinstance(number := raw.get(name), int):
            setattr(who, name, number)
    country = maybe_text_in(raw, "country")
    if country is not None:
        known = COUNTRIES.get(country)
        if known is None:
            say(unknown_name("unknown-country", "country", country, "/country", COUNTRIES))
        elif who.place is None or who.place.country != country:
            who.place = Place(country, known.zone or "", known.en)
    return who


def _language(raw: Raw, who: Imagined) -> str:
    """Give the language in which things are named: the visitor's, else that of the words."""
    said = maybe_text_in(raw, "language") or who.language
    if said is not None:
        return "ja" if said.lower().startswith("ja") else "en"
    return "ja" if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", maybe_text_in(raw, "visitor") or "") else "en"


def _zone(raw: Raw, who: Imagined, say: Say) -> str | None:
    zone = maybe_text_in(raw, "timezone")
    if zone is not None and zone not in zones():
        say(unknown_name("unknown-zone", "time zone", zone, "/timezone", zones()))
        return None
    zone = zone or (who.place.zone if who.place is not None else None)
    return zone or None


def _now(raw: Raw, who: Imagined, zone: str, site: Site, say: Say) -> float:
    """Give the instant: `at` on the visitor's clock; a time of day or a date in the words counts more."""
    at = maybe_text_in(raw, "at")
    if at is None and _needs_clock(site, who):
        at_now = '"at": "2026-11-21T12:00", in the case or at the top of the file'
        say(problem("missing-key", "", 'this site reads the clock: the case needs "at"', '"at"', "nothing", at_now))
    try:
        now = instant(at or DEFAULT_AT, zone)
    except ValueError:
        say(problem("bad-value", "/at", f"{quoted(at or '')} is no date", "a date or date-time", quoted(at or "")))
        now = instant(DEFAULT_AT, zone)
    if who.clock is None and who.day is None and who.weekday is None:
        return now
    if who.place is None or who.place.zone != zone:
        return replace(who, place=Place("", zone, "")).instant(now, zone)
    return who.instant(now, zone)


def _needs_clock(site: Site, who: Imagined) -> bool:
    """Tell whether what the visitor sees depends on an instant that the words don't say."""
    scheduled = any(one.schedule is not None and one.status == "live" for one in site.experiences.values())
    if scheduled:
        return who.day is None
    read = site.reads | site.rules.facts_read
    reads = any(name.startswith(_CLOCKS) and not name.endswith((".zone", ".zone_source")) for name in read)
    return reads and who.day is None and who.clock is None


def _consent(raw: Raw, who: Imagined) -> dict[str, bool] | None:
    """Give the visitor's choice: what the case says, else the words; all of it where neither says anything."""
    said = raw.get("consent", who.consent)
    if (purposes := as_object(said)) is not None:
        return {name: purposes.get(name) is True for name in ("personalization", "analytics")}
    if said == "unset" or (said is None and (raw.get("gpc") is True or who.gpc)):
        return None
    return {"personalization": said is not False, "analytics": said is not False}


def address(said: str | None, site: Site) -> str | None:
    """Give an address for a path of the site."""
    if said is None or not said.startswith("/"):
        return said
    origin = next((one for one in site.origins if "*" not in one), SITE_ADDRESS)
    return origin + said


def _ip(raw: Raw, say: Say) -> str | None:
    said = maybe_text_in(raw, "ip")
    if said is not None and not is_ip(said):
        say(problem("bad-value", "/ip", f"{quoted(said)} is not an IP address", "an IP address", quoted(said)))
    return said


def is_ip(text: str) -> bool:
    """Tell whether a text is an IP address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


# -- facts ---------------------------------------------------------------------------------------


def _facts(raw: Raw, who: Imagined, language: str, site: Site, say: Say) -> dict[str, object]:
    facts = who.known_facts()
    if who.place is not None and not who.place.zone:
        del facts["geo.timezone"]
    if who.place is not None and (country := COUNTRIES.get(who.place.country)) is not None:
        facts["geo.country_name"] = country.ja if language == "ja" else country.en
    for name, text in who.facts.items():
        facts[name] = read_fact(name, _json(text), "/visitor", site, say)
    if "live" in raw:
        facts |= _page(object_in(raw, "live"), site, say)
    for name, value in object_in(raw, "facts").items():
        facts[name] = read_fact(name, value, f"/facts/{escape(name)}", site, say)
    return facts


def _page(said: Raw, site: Site, say: Say) -> dict[str, object]:
    """Give what happened in the page: everything that the site asks of one is known, and nothing else happened."""
    asked = sorted(filter(is_live, site.reads | site.rules.facts_read))
    start = {name: (find(name, site.facts) or {}).get("type") == "number" for name in asked}
    facts: dict[str, object] = {name: 0 if counts else False for name, counts in start.items()}
    for name, value in said.items():
        facts[f"live.{name}"] = read_fact(f"live.{name}", value, f"/live/{escape(name)}", site, say)
    return facts


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def read_fact(name: str, value: object, at: str, site: Site, say: Say) -> object:
    """Give the value of a fact as a context has it; one that the site doesn't know, or that can't be, is said."""
    declaration = find(name, site.facts)
    if declaration is None:
        say(_unknown_fact(name, at, site))
        return value
    if value is None:
        return None
    fact = fitting(declaration)(value)
    if fact is None:
        expected = _what(declaration)
        told = f"{quoted(name)} is {expected}, got {shown(value)}"
        texts = {one.casefold(): one for one in _enum(declaration) if isinstance(one, str)}
        near = suggest(value.casefold(), texts) if isinstance(value, str) else None
        hint = did_you_mean(texts[near]) if near is not None else None
        say(problem("wrong-type", at, told, expected, shown(value), hint))
    return fact


def _unknown_fact(name: str, at: str, site: Site) -> Diagnostic:
    family, _, last = name.partition(".")
    siblings = [one.partition(".")[2] for one in site.facts if one.startswith(f"{family}.") and "*" not in one]
    near = suggest(last, siblings)
    known = [f"{family}.{one}" for one in siblings] or sorted({one.partition(".")[0] + ".…" for one in site.facts})
    hint = did_you_mean(f"{family}.{near}" if near else suggest(name, site.facts)) or f"known: {', '.join(known[:8])}"
    return problem("unknown-fact", at, f"unknown fact {quoted(name)}", "a known fact", quoted(name), hint)


_KINDS: Final = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "instant": "seconds since 1970 or a date-time with an offset",
    "date": 'a date such as "2026-11-21"',
    "list": "a list",
    "ip": "an IP address",
    "version": "a version",
}


def _what(declaration: Declaration) -> str:
    """Say which values a fact may have."""
    if enum := _enum(declaration):
        return f"one of {', '.join(map(str, enum[:12]))}"
    low, high = declaration.get("minimum"), declaration.get("maximum")
    bounds = f" of at least {low}" if low is not None else ""
    bounds += f"{' and' if bounds else ' of'} at most {high}" if high is not None else ""
    return _KINDS.get(str(declaration.get("type")), "a value") + bounds


def _enum(declaration: Declaration) -> list[object]:
    enum = declaration.get("enum")
    return list(enum) if isinstance(enum, (list, tuple)) else []  # pyright: ignore[reportUnknownArgumentType]


# -- memory and experiments ----------------------------------------------------------------------


def _history(raw: Raw, site: Site, say: Say) -> list[Happened]:
    found: list[Happened] = []
    for index, one in enumerate(list_in(raw, "history")):
        happened = as_object(one) or {}
        names = ("page", "event", "shown", "dismissed")
        page, event, shown_, dismissed = (maybe_text_in(happened, name) for name in names)
        if page is None and event is None and shown_ is None and dismissed is None:
            needed = '"page", "event", "shown" or "dismissed"'
            say(problem("missing-key", f"/history/{index}", f"something that happened needs {needed}", needed, "none"))
        for key, name in (("shown", shown_), ("dismissed", dismissed)):
            if name is not None and name not in site.experiences:
                known = site.experiences
                say(unknown_name("unknown-experience", "experience", name, f"/history/{index}/{key}", known))
        value = happened.get("value")
        found.append(
            Happened(
                ago=_seconds(maybe_text_in(happened, "ago") or "1d"),
                times=int(number_in(happened, "times", 1)),
                page=page,
                event=event,
                shown=shown_,
                dismissed=dismissed,
                value=float(value) if isinstance(value, int | float) else None,
                props=object_in(happened, "props"),
            )
        )
    return found


def _seconds(duration: str) -> float:
    return float(duration[:-1]) * UNITS[duration[-1]]


def _bucket(raw: Raw, site: Site, say: Say) -> Bucket | None:
    """Read where the visitor falls; None for one with an id of their own and nothing said."""
    said = raw.get("bucket")
    if said is None:
        return None if "id" in raw else Bucket(TREATMENT)
    arms = {one.id: [variant.id for variant in one.variants] for one in site.experiences.values()}
    by_experience = as_object(said)
    if by_experience is None:
        known = {arm for many in arms.values() for arm in many}
        return Bucket(_place(said, known, "/bucket", say))
    places: dict[str, Somewhere] = {}
    for name, place in by_experience.items():
        at = f"/bucket/{escape(name)}"
        if name not in arms:
            say(unknown_name("unknown-experience", "experience", name, at, arms))
        else:
            places[name] = _place(place, set(arms[name]), at, say)
    return Bucket(TREATMENT, places)


def _place(said: object, arms: set[str], at: str, say: Say) -> Somewhere:
    if isinstance(said, str):
        if said not in PLACES and said not in arms:
            say(unknown_name("unknown-arm", "arm", said, at, {*arms, *PLACES}))
        return said
    return float(said) if isinstance(said, int | float) else TREATMENT


def local(now: float, zone: str) -> str:
    """Say an instant as `at` has it, on the clock of a zone."""
    return datetime.fromtimestamp(now, ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
