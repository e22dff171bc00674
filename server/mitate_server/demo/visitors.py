"""Imagined visitors: what the visitor bar says, as the `Visitor`, memory, facts and clock the SDK takes.

Pure: the present is an argument. What a preset calls "yesterday" is counted from the day the visitor
was imagined, so that travelling forward lets interests fade.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import msgspec

from mitate import Visitor
from mitate.context.clock import zones
from mitate.context.countries import COUNTRIES
from mitate.context.visits import DAY, VISIT_SECONDS
from mitate.profiles import Add, Change, First, Latest

Text = Annotated[str, msgspec.Meta(max_length=300)]
Name = Annotated[str, msgspec.Meta(max_length=80)]
Language = Literal["ja", "en"]
Days = Annotated[int, msgspec.Meta(ge=0, le=400)]

DEVICES: Mapping[str, tuple[str, bool, int]] = {
    "phone": (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
        True,
        390,
    ),
    "tablet": (
        "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
        True,
        820,
    ),
    "desktop": (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        False,
        1440,
    ),
    "bot": ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", False, 1024),
}
"""Kind of device -> User-Agent, touch, width of the screen in CSS pixels."""


class Views(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A topic's pages were viewed `times` times, `days` ago."""

    times: Annotated[int, msgspec.Meta(ge=0, le=50)]
    days: Days


class Purchase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something of `category` was bought `days` ago."""

    category: Name
    days: Days


class Imagined(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Who visits, as the bar's controls say it."""

    language: Language = "ja"
    country: Name | None = "JP"
    ip: Name | None = None
    zone: Name = "Asia/Tokyo"
    time: Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None
    """Local time of day; the real one when absent."""
    travel: Days = 0
    """How many days after the day on which the visitor was imagined."""
    device: Literal["phone", "tablet", "desktop", "bot"] = "desktop"
    visits: Annotated[int, msgspec.Meta(ge=1, le=200)] = 1
    """The number of this visit."""
    away: Days = 0
    """Days since the visit before it."""
    views: dict[str, Views] = {}
    purchase: Purchase | None = None
    campaign: dict[Literal["source", "medium", "name", "term"], Text] = {}
    referrer: Text | None = None
    link: Name | None = None
    """The company's domain, when a signed link or a log-in names it."""
    user: dict[Literal["status", "plan", "persona"], Name] = {}
    consent: Literal["granted", "denied", "unset"] = "granted"
    gpc: bool = False
    group: Literal["auto", "treatment", "holdout"] = "auto"
    server: Literal["up", "slow", "down"] = "up"

    def remembered(self) -> tuple[object, ...]:
        """Give what decides the visitor's memory: when it stays the same, real page views are kept too."""
        return self.visits, self.away, self.views, self.purchase


class Said(msgspec.Struct, frozen=True):
    """What the page itself said when it asked."""

    url: str | None = None
    referrer: str | None = None
    title: str | None = None
    page_view: str | None = None


def may_remember(imagined: Imagined) -> bool:
    """Tell whether this visitor lets us keep anything."""
    return imagined.consent == "granted"


def instant(imagined: Imagined, today: float, passed: float = 0.0) -> float:
    """Give the visitor's present in seconds (UTC), `passed` seconds after it was set.

    `today` is the instant on which the visitor was imagined.
    """
    local = datetime.fromtimestamp(today, zone(imagined))
    if imagined.time is not None:
        hour, minute = map(int, imagined.time.split(":"))
        local = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (local + timedelta(days=imagined.travel)).timestamp() + passed


def zone(imagined: Imagined) -> ZoneInfo:
    """Give the visitor's zone; Tokyo for one nobody knows."""
    return ZoneInfo(imagined.zone if imagined.zone in zones() else "Asia/Tokyo")


def memory(imagined: Imagined, visitor_id: str, today: float, half_lives: Mapping[str, float]) -> list[Change]:
    """Give the changes that make the profile such a visitor would have by now.

    `half_lives` are those of the site's interests, in seconds; topics it doesn't know are left out.
    """
    start = instant(msgspec.structs.replace(imagined, travel=0), today)
    changes: list[Change] = [First("key", visitor_id, start)]
    if imagined.visits > 1:
        last = start - max(imagined.away * DAY, VISIT_SECONDS)
        first = last - (imagined.visits - 2) * 3 * DAY
        changes += [
            Add("visits.count", imagined.visits - 1, "imagined:visits"),
            Add("page_views", (imagined.visits - 1) * 4, "imagined:page-views"),
            First("visits.first", first, first),
            Latest("last_seen", last, last),
        ]
    for topic, views in imagined.views.items():
        if views.times and topic in half_lives:
            at = start - views.days * DAY
            changes.append(Add(f"interests.{topic}", views.times, f"imagined:{topic}", at, half_lives[topic]))
    if imagined.purchase is not None:
        changes += purchase(imagined.purchase.category, start - imagined.purchase.days * DAY, "imagined:purchase")
    return changes


def purchase(category: str, at: float, purchase_id: str) -> list[Change]:
    """Give what the shop's backend says of a purchase."""
    return [
        Add("purchases.count", 1, purchase_id),
        Latest("purchases.last", at, at),
        Latest("purchases.last_category", category, at),
    ]


def visitor(imagined: Imagined, visitor_id: str, said: Said) -> Visitor:
    """Give the `Visitor` whom this page shows itself to."""
    user_agent, touch, width = DEVICES[imagined.device]
    traits: dict[str, object] = {f"user.{name}": value for name, value in imagined.user.items()}
    if imagined.link:
        traits["account.domain"] = imagined.link
    choice = {"granted": True, "denied": False}.get(imagined.consent)
    return Visitor(
        id=visitor_id if may_remember(imagined) else None,
        page_view=said.page_view,
        ip=imagined.ip,
        user_agent=user_agent,
        url=_with_campaign(said.url, imagined),
        referrer=imagined.referrer or said.referrer,
        title=said.title,
        zone=str(zone(imagined)),
        language=imagined.language,
        touch=touch,
        screen_width=width,
        consent=None if choice is None else {"personalization": choice, "analytics": choice},
        gpc=imagined.gpc or None,
        traits=traits,
    )


def facts(imagined: Imagined) -> dict[str, object]:
    """Give the facts the bar sets by hand: the place, where no address is given to find it."""
    code = (imagined.country or "").upper()
    if imagined.ip or not code:
        return {}
    country = COUNTRIES.get(code)
    if country is None:
        return {"geo.country": code}
    return {"geo.country": code, "geo.country_name": country.ja if imagined.language == "ja" else country.en}


def _with_campaign(url: str | None, imagined: Imagined) -> str | None:
    """Give the page's address without the demo's own parameters, with those an ad would have added."""
    if url is None:
        return None
    scheme, host, path, query, _ = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(query) if name not in ("visitor", "lang")]
    kept += [
        ("utm_campaign" if name == "name" else f"utm_{name}", value)
        for name, value in imagined.campaign.items()
        if value
    ]
    return urlunsplit((scheme, host, path, urlencode(kept), ""))
