"""The page being viewed: its address taken apart, the campaign that led there, the words searched for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import unquote, unquote_plus

from mitate.visitor import Visitor

from .fill import Fill

SEARCH_PARAMETERS: Final = ("q", "s", "query", "keyword")
CAMPAIGN: Final = ("source", "medium", "name", "term", "content")
_UTM: Final = {name: "utm_campaign" if name == "name" else f"utm_{name}" for name in CAMPAIGN}
_MOST_PARAMETERS: Final = 100
_SCHEMES: Final = ("https", "http")


class Address(NamedTuple):
    """The parts of a web address that rules look at."""

    host: str
    path: str
    query: str


def take_apart(url: str | None) -> Address | None:
    """Split an http(s) address; the host in lower case without port, the path with its characters decoded."""
    if url is None:
        return None
    scheme, separator, rest = url.partition("://")
    if not separator or (scheme not in _SCHEMES and scheme.lower() not in _SCHEMES):
        return None
    if "#" in rest:
        rest = rest.partition("#")[0]
    location, _, query = rest.partition("?")
    if "\\" in location:
        location = location.replace("\\", "/")
    authority, _, path = location.partition("/")
    if "@" in authority:
        authority = authority.rpartition("@")[2]
    if authority.startswith("["):
        authority = authority.partition("]")[0] + "]"
    elif ":" in authority:
        authority = authority.partition(":")[0]
    return Address(authority.lower(), unquote("/" + path) if "%" in path else "/" + path, query)


def parameters(query: str) -> dict[str, str]:
    """Give the query's parameters, decoded; of a repeated name the first value."""
    found: dict[str, str] = {}
    for part in query.split("&", _MOST_PARAMETERS)[:_MOST_PARAMETERS]:
        name, _, value = part.partition("=")
        if name:
            if "%" in part or "+" in part:
                name, value = unquote_plus(name), unquote_plus(value)
            found.setdefault(name, value)
    return found


def search_words(url: str | None, referrer: str | None) -> str | None:
    """Give what was searched for: on this page, on the page of this site that led here, or in the ad's words."""
    here, before = take_apart(url), take_apart(referrer)
    if here is None:
        return None
    asked = parameters(here.query) if here.query else {}
    led = parameters(before.query) if before is not None and before.query and before.host == here.host else {}
    for given in (asked, led):
        for name in SEARCH_PARAMETERS:
            if words := given.get(name, "").strip():
                return words
    return asked.get("utm_term", "").strip() or None


@lru_cache(maxsize=1024)
def languages(accept: str) -> tuple[str, ...]:
    """Give the languages of an Accept-Language header, the most wanted first (RFC 9110, section 12.5.4)."""
    wanted: list[tuple[float, str]] = []
    for part in accept.split(",", 20)[:20]:
        name, _, parameter = part.partition(";")
        try:
            quality = float(parameter.partition("=")[2]) if parameter.strip() else 1.0
        except ValueError:
            continue
        if (tag := language_tag(name)) is not None and 0 < quality <= 1:
            wanted.append((-quality, tag))
    return tuple(tag for _, tag in sorted(wanted, key=lambda pair: pair[0]))


def language_tag(name: str) -> str | None:
    """Give a language tag in its usual spelling (``ja-JP``, ``zh-Hant-TW``), or None for anything else."""
    parts = name.strip().replace("_", "-").split("-")
    if not parts[0].isascii() or not parts[0].isalpha() or len(parts[0]) > 8:
        return None
    if not all(part.isascii() and part.isalnum() and len(part) <= 8 for part in parts):
        return None
    sized = {2: str.upper, 4: str.capitalize}
    return "-".join([parts[0].lower(), *(sized.get(len(part), str.lower)(part) for part in parts[1:6])])


def fill_page(names: frozenset[str]) -> Fill:
    """Prepare the `page.*`, `campaign.*` and `search.*` facts `names`."""
    parts = [(name, name[5:]) for name in sorted(names & {"page.host", "page.path"})]
    queries = [(name, name[11:]) for name in sorted(names) if name.startswith("page.query.")]
    queries += [(name, _UTM[name[9:]]) for name in sorted(names) if name[:9] == "campaign." and name[9:] in _UTM]
    wants_parts = bool(parts or queries)
    wants_url, wants_title = "page.url" in names, "page.title" in names
    wants_language = "page.language" in names
    wants_referrer, wants_referrer_host = "page.referrer" in names, "page.referrer_host" in names
    wants_last, wants_terms = "search.last" in names, "search.terms" in names

    @lru_cache(maxsize=1024)  # a site's pages and campaigns come again with every visitor
    def said_by(url: str) -> dict[str, object]:
        said: dict[str, object] = {}
        if (address := take_apart(url)) is not None:
            for name, part in parts:
                said[name] = address.host if part == "host" else address.path
            given = parameters(address.query) if queries and address.query else {}
            for name, parameter in queries:
                if value := given.get(parameter):
                    said[name] = value
        return said

    def fill(visitor: Visitor, _remembered: Mapping[str, object], _now: float, facts: dict[str, object]) -> None:
        url, referrer = visitor.url, visitor.referrer
        if url is not None:
            if wants_url:
                facts["page.url"] = url
            if wants_parts:
                facts.update(said_by(url))
        if wants_title and visitor.title is not None:
            facts["page.title"] = visitor.title
        if referrer is not None:
            if wants_referrer:
                facts["page.referrer"] = referrer
            if wants_referrer_host and (source := take_apart(referrer)) is not None:
                facts["page.referrer_host"] = source.host
        if wants_language and (language := page_language(visitor)) is not None:
            facts["page.language"] = language
        if (wants_last or wants_terms) and (words := search_words(url, referrer)) is not None:
            if wants_last:
                facts["search.last"] = words
            if wants_terms:
                facts["search.terms"] = words.lower().split()

    return fill


def page_language(visitor: Visitor) -> str | None:
    """Give the language the page said, else the one the browser asks for most."""
    said = language_tag(visitor.language) if visitor.language else None
    return said or asked_language(visitor)


def asked_language(visitor: Visitor) -> str | None:
    """Give the language the browser asks for most."""
    accept = visitor.headers.get("accept-language")
    return next(iter(languages(accept)), None) if accept else None
