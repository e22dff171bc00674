"""The device: kind, system, browser, and whether it is a robot.

The User-Agent is read by ua-parser's patterns, robots by the crawler-user-agents list, both in Rust
where its wheel is installed and by `re` (a hundred times slower, remembered all the same) where not.
Client Hints correct what the User-Agent froze; the kind of device is decided here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from importlib import resources
from operator import attrgetter
from typing import Final, NamedTuple, Protocol

from mitate.visitor import Visitor

from .fill import Fill
from .page import asked_language, language_tag

TYPES: Final = ("phone", "tablet", "desktop", "tv", "console", "wearable", "bot")


class Device(NamedTuple):
    """What is known of a device. Versions are dotted numbers; one the browser froze is unknown."""

    type: str | None = None
    os: str | None = None
    os_version: str | None = None
    browser: str | None = None
    browser_version: str | None = None
    bot: bool | None = None


class Hints(NamedTuple):
    """User-Agent Client Hints as the headers have them (https://wicg.github.io/ua-client-hints/)."""

    brands: str
    mobile: str | None = None
    platform: str | None = None
    platform_version: str | None = None
    model: str | None = None
    full_versions: str | None = None


class _Found(Protocol):
    @property
    def family(self) -> str: ...
    @property
    def major(self) -> str | None: ...
    @property
    def minor(self) -> str | None: ...
    @property
    def patch(self) -> str | None: ...


class _Parsers(NamedTuple):
    browser: Callable[[str], _Found | None]
    os: Callable[[str], _Found | None]
    is_bot: Callable[[str], bool]
    named_kind: Callable[[str], str | None]


# One name per browser, whatever it runs on: a rule for "Chrome" means it on phones too.
_BROWSERS: Final = {
    "Android": "Android Browser",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile WebView": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Edge Mobile": "Edge",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "IE Mobile": "IE",
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Opera Mini": "Opera",
    "Opera Mobile": "Opera",
    "Opera Touch": "Opera",
}
_BRANDS: Final = {
    "Android WebView": "Chrome",
    "Chromium": "Chrome",
    "Google Chrome": "Chrome",
    "Microsoft Edge": "Edge",
    "Microsoft Edge WebView2": "Edge",
    "Opera GX": "Opera",
    "Opera Mobile": "Opera",
    "YaBrowser": "Yandex Browser",
}
_LINUX: Final = (
    "Arch Linux",
    "CentOS",
    "Debian",
    "Fedora",
    "Gentoo",
    "Linux Mint",
    "Mandriva",
    "Red Hat",
    "SUSE",
    "Slackware",
    "Ubuntu",
)
_SYSTEMS: Final = {
    "Chrome OS": "ChromeOS",
    "Chromium OS": "ChromeOS",
    "Mac OS": "macOS",
    "Mac OS X": "macOS",
    "ATV OS X": "tvOS",
    "Web0S": "webOS",
    **dict.fromkeys(_LINUX, "Linux"),
}
_KIND_OF_SYSTEM: Final[Mapping[str | None, str]] = {
    "ChromeOS": "desktop",
    "FreeBSD": "desktop",
    "Linux": "desktop",
    "OpenBSD": "desktop",
    "Windows": "desktop",
    "Windows Phone": "phone",
    "iOS": "phone",
    "iPadOS": "tablet",
    "macOS": "desktop",
    "tvOS": "tv",
    "watchOS": "wearable",
    "webOS": "tv",
}
# What browsers write whatever the system really is, to be told apart less easily.
_FROZEN: Final = {("Windows", "10"), ("Android", "10"), ("macOS", "10.15.7"), ("macOS", "10.15")}

# Kinds that their User-Agent names, in the order they are looked for.
_NAMED_KINDS: Final = (
    (
        "tv",
        r"(?i)smart-?tv|(?:google|apple|android) ?tv|hbbtv|netcast|web0s|bravia|\baft[a-z]+\b|crkey|roku|viera|aquos-?tv",
    ),
    ("tv", r"(?i)\b(?:tizen|webos)\b.*\btv\b"),
    ("console", r"(?i)playstation|xbox|nintendo"),
    ("wearable", r"(?i)\bwatch\b|watchos|wear ?os|sm-r[89]\d\d"),
)
_BRAND = re.compile(r'"((?:[^"\\]|\\.){1,64})"\s*;\s*v="?([0-9.]{1,32})')
_VERSION = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,3}")

# Robots the list doesn't know: those that say so, and those that give an address to complain to.
_MORE_BOTS: Final = (
    r"(?i)(?:crawler|spider)\b",
    r"(?i)[a-z]{2}bot/\d",
    r"(?i)\+https?://",
    r"(?i)^(?:python|java|ruby|php|perl|lua|deno|bun|dart|rust|reqwest|libcurl|wget|powershell|postmanruntime|insomnia)[-/ ]",
    "HeadlessChrome",
)
# Patterns of the list that people match too: a build of Android 15 that most phones of 2025 carry (as
# applications' own browsers write it), and browsers that show a site as an application.
_PEOPLE: Final = frozenset({"AP3A\\.240617\\.008", "MetaIAB Facebook", "Fluid", "Code\\/1\\."})


def device(user_agent: str | None, hints: Hints | None, touch: bool | None) -> Device:
    """Tell what a User-Agent, Client Hints and the page's own word on touch make of a device.

    `touch` (more than one touch point) tells an iPad that asks for desktop pages from a Mac.
    """
    if not user_agent and hints is None:
        return Device()
    agent = user_agent or ""
    parsers = _parsers()
    if (agent and parsers.is_bot(agent)) or (hints is not None and "HeadlessChrome" in hints.brands):
        return _robot(agent, parsers)
    browser, browser_version = _browser(agent, parsers, hints)
    os, os_version = _system(agent, parsers, hints, touch, browser_version)
    return Device(
        _kind(f"{agent} {hints.model}" if hints is not None and hints.model else agent, hints, os),
        os,
        os_version,
        browser,
        browser_version,
        bot=False,
    )


def _robot(agent: str, parsers: _Parsers) -> Device:
    found = parsers.browser(agent)
    family = None if found is None or "/" in found.family or found.family == "Other" else found.family
    return Device(type="bot", browser=family, browser_version=_version(found) if family else None, bot=True)


def _browser(agent: str, parsers: _Parsers, hints: Hints | None) -> tuple[str | None, str | None]:
    found = parsers.browser(agent)
    name = None if found is None or found.family == "Other" else _BROWSERS.get(found.family, found.family)
    version = _version(found) if name is not None else None
    if hints is None:
        return name, version
    brand, hinted = _brand(hints.brands)
    if hints.full_versions and (full := dict(_BRAND.findall(hints.full_versions)).get(brand or "")):
        hinted = full
    brand = _BRANDS.get(brand, brand) if brand else None
    if brand is None or (name is not None and brand == "Chrome" != name):
        # A browser built on Chromium that names itself only in the User-Agent (applications' own).
        return name, version
    if brand == name and version is not None and hinted is not None and "." not in hinted:
        return name, version
    return brand, hinted


def _brand(brands: str) -> tuple[str | None, str | None]:
    """Give the most telling brand: neither a made-up one ("Not A;Brand") nor, if there is another, Chromium."""
    real = [(name, version) for name, version in _BRAND.findall(brands) if not re.match(r"\W*Not\W", name)]
    named = [pair for pair in real if pair[0] != "Chromium"]
    return next(iter(named or real), (None, None))


def _system(
    agent: str, parsers: _Parsers, hints: Hints | None, touch: bool | None, browser_version: str | None
) -> tuple[str | None, str | None]:
    found = parsers.os(agent)
    name = None if found is None or found.family == "Other" else _SYSTEMS.get(found.family, found.family)
    version = _version(found) if name is not None else None
    if (name, version) in _FROZEN:
        version = None
    if hints is not None and hints.platform and (platform := hints.platform.strip('" ')) not in ("", "Unknown"):
        platform = "ChromeOS" if platform in ("Chrome OS", "Chromium OS") else platform
        given = _VERSION.match((hints.platform_version or "").strip('" '))
        if platform != name:
            name, version = platform, None
        if given is not None:
            version = _windows(given.group()) if platform == "Windows" else given.group()
    elif name == "macOS" and touch:
        return "iPadOS", None
    elif name == "iOS":
        if "iPad" in agent:
            name = "iPadOS"
        # Since 26, Safari writes 18.6 or 18.7 for the system and the true number for itself.
        if version and version.startswith("18.") and "Version/" in agent and _major(browser_version) >= 26:
            version = browser_version
    return name, version


def _windows(platform_version: str) -> str | None:
    """Give the Windows a platform version means: 13 and above is 11, 1 to 10 is 10, and 0 older ones."""
    major = _major(platform_version)
    return "11" if major >= 13 else "10" if major >= 1 else None


def _major(version: str | None) -> int:
    return int(version.partition(".")[0]) if version and version[0].isdigit() else -1


def _kind(agent: str, hints: Hints | None, os: str | None) -> str | None:
    if (named := _parsers().named_kind(agent)) is not None:
        return named
    if os in _KIND_OF_SYSTEM:
        return _KIND_OF_SYSTEM[os]
    if os == "Android":
        says_phone = hints.mobile == "?1" if hints is not None and hints.mobile is not None else "Mobile" in agent
        return "phone" if says_phone or "Mobile" in agent or "Opera Mini" in agent else "tablet"
    if "Tablet" in agent:
        return "tablet"
    return "phone" if "Mobile" in agent else "desktop" if "X11" in agent else None


def _version(found: _Found | None) -> str | None:
    if found is None:
        return None
    parts: list[str] = []
    for part in (found.major, found.minor, found.patch):
        if part is None or not part.isdigit():
            break
        parts.append(part)
    return ".".join(parts) or None


@cache
def _parsers() -> _Parsers:
    """Compile all patterns, once per process (0.1 s)."""
    try:
        return _rust_parsers()
    except ImportError:
        return _pure_parsers()


def prepare() -> None:
    """Compile all patterns now, so that no visitor waits for it."""
    _parsers()


def crawler_patterns() -> list[str]:
    """Give the patterns of robots: the crawler-user-agents list without those people match, and a few more."""
    listed = resources.files("crawleruseragents").joinpath("crawler-user-agents.json").read_bytes()
    entries: list[dict[str, object]] = json.loads(listed)
    return [p for entry in entries if (p := str(entry["pattern"])) not in _PEOPLE] + list(_MORE_BOTS)


def _rust_parsers() -> _Parsers:
    import ua_parser_rs
    from ua_parser.loaders import load_lazy_builtins

    browsers, systems, _ = load_lazy_builtins()
    row = attrgetter("regex", "family", "major", "minor", "patch", "patch_minor")
    browser = ua_parser_rs.UserAgentExtractor(map(row, browsers))
    os = ua_parser_rs.OSExtractor(map(row, systems))
    # The extractor is a set of patterns with one prefilter for all: made for browsers, right for robots too.
    bots = ua_parser_rs.UserAgentExtractor((pattern, "bot", None, None, None, None) for pattern in crawler_patterns())

    def is_robot(agent: str) -> bool:
        return bots.extract(agent) is not None

    kinds = ua_parser_rs.UserAgentExtractor((pattern, kind, None, None, None, None) for kind, pattern in _NAMED_KINDS)

    def named_kind(agent: str) -> str | None:
        found = kinds.extract(agent)
        return None if found is None else found.family

    return _Parsers(browser.extract, os.extract, is_robot, named_kind)


def _pure_parsers() -> _Parsers:
    from ua_parser.basic import Resolver
    from ua_parser.core import Domain
    from ua_parser.loaders import load_lazy_builtins

    resolver = Resolver(load_lazy_builtins())
    # `re` takes a flag only at the very beginning, or around a group.
    scoped = (f"(?i:{p[4:]})" if p.startswith("(?i)") else f"(?:{p})" for p in crawler_patterns())
    bots = re.compile("|".join(scoped))

    def browser(agent: str) -> _Found | None:
        return resolver(agent, Domain.USER_AGENT).user_agent

    def os(agent: str) -> _Found | None:
        return resolver(agent, Domain.OS).os

    def is_robot(agent: str) -> bool:
        return bots.search(agent) is not None

    kinds = [(kind, re.compile(pattern)) for kind, pattern in _NAMED_KINDS]

    def named_kind(agent: str) -> str | None:
        return next((kind for kind, pattern in kinds if pattern.search(agent)), None)

    return _Parsers(browser, os, is_robot, named_kind)


remembered_device = lru_cache(maxsize=4096)(device)
"""`device`, remembered for the latest few thousand kinds of browser."""


def hints_of(headers: Mapping[str, str]) -> Hints | None:
    """Read the Client Hints of a request, None where the browser sends none."""
    brands = headers.get("sec-ch-ua")
    if brands is None:
        return None
    get = headers.get
    return Hints(
        brands,
        get("sec-ch-ua-mobile"),
        get("sec-ch-ua-platform"),
        get("sec-ch-ua-platform-version"),
        get("sec-ch-ua-model"),
        get("sec-ch-ua-full-version-list"),
    )


def device_of(visitor: Visitor) -> Device:
    """Tell the device of a visitor."""
    return remembered_device(visitor.user_agent, hints_of(visitor.headers), visitor.touch)


def is_bot(visitor: Visitor) -> bool:
    """Tell whether a robot asks. Only browsers are judged: other channels are asked for by backends."""
    return visitor.channel == "web" and device_of(visitor).bot is True


def fill_device(names: frozenset[str]) -> Fill:
    """Prepare the `device.*` facts `names`."""
    wanted = [(name, Device._fields.index(name[7:])) for name in sorted(names) if name[7:] in Device._fields]
    wants_touch, wants_width = "device.touch" in names, "device.screen_width" in names
    wants_language = "device.language" in names

    @lru_cache(maxsize=4096)  # the same few thousand browsers come again with every visitor
    def said_by(agent: str | None, hints: Hints | None, touch: bool | None) -> dict[str, object]:
        found = remembered_device(agent, hints, touch)
        return {name: value for name, place in wanted if (value := found[place]) is not None}

    def fill(visitor: Visitor, _remembered: Mapping[str, object], _now: float, facts: dict[str, object]) -> None:
        if wanted:
            headers = visitor.headers
            facts.update(said_by(visitor.user_agent, hints_of(headers) if headers else None, visitor.touch))
        if wants_touch and visitor.touch is not None:
            facts["device.touch"] = visitor.touch
        if wants_width and visitor.screen_width is not None:
            facts["device.screen_width"] = visitor.screen_width
        if wants_language:
            said = language_tag(visitor.language) if visitor.language else None
            if (language := asked_language(visitor) or said) is not None:
                facts["device.language"] = language

    return fill
