"""The visitor's clock: hour, weekday, date, season in the zone they live in; and the same in the site's.

The zone is the browser's, else the one remembered, else the geo file's, else that of a country with
only one, else the site's. A name nobody knows is passed over, and `time.zone_source` tells which it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from importlib import resources
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from mitate.visitor import Visitor

from .countries import COUNTRIES, SOUTHERN_ZONES
from .fill import Fill

# From then on every zone of tzdata is a whole number of minutes from UTC and changes at whole
# minutes (Liberia was the last that didn't), so all the moments of a minute share one local time.
_WHOLE_MINUTES_SINCE: Final = 94_694_400  # 1973-01-01T00:00Z

SEASONS: Final = ("winter", "spring", "summer", "autumn")
DAY_PARTS: Final = ("morning", "afternoon", "evening", "night")

LocateZone = Callable[[str], tuple[str | None, str | None]]
"""Address -> (zone of the geo file, country)."""


@cache
def zones() -> frozenset[str]:
    """Give the names of all time zones, so that junk never reaches the file system."""
    names = resources.files("tzdata").joinpath("zones")
    known = (
        frozenset(names.read_text(encoding="utf-8").split()) if names.is_file() else frozenset(available_timezones())
    )
    return known - {"Factory"}


@lru_cache(maxsize=1024)
def zone_info(name: str) -> ZoneInfo:
    """Give the zone of a known name."""
    return ZoneInfo(name)


def season(month: int, *, south: bool) -> str:
    """Give the meteorological season of a month (1–12): winter is December to February in the north."""
    return SEASONS[(month % 12 // 3 + (2 if south else 0)) % 4]


def day_part(hour: int) -> str:
    """Give the part of the day: morning from 5, afternoon from 12, evening from 17, night from 22."""
    return "night" if hour < 5 or hour >= 22 else "morning" if hour < 12 else "afternoon" if hour < 17 else "evening"


def local(prefix: str, zone: str, at: float) -> dict[str, object]:
    """Give every clock fact of one zone at an instant (seconds, UTC); none for one beyond the calendar."""
    try:
        now = datetime.fromtimestamp(at, zone_info(zone))
    except (OverflowError, ValueError, OSError):
        return {prefix + "zone": zone}
    return {
        prefix + "zone": zone,
        prefix + "hour": now.hour,
        prefix + "minute": now.minute,
        prefix + "weekday": now.isoweekday(),
        prefix + "date": now.date().isoformat(),
        prefix + "month": now.month,
        prefix + "season": season(now.month, south=zone in SOUTHERN_ZONES),
        prefix + "day_part": day_part(now.hour),
    }


def reader(names: frozenset[str], prefix: str) -> Callable[[str, float], dict[str, object]]:
    """Prepare the facts `names` of one clock: (zone, instant) -> facts."""

    def facts(zone: str, at: float) -> dict[str, object]:
        return {name: value for name, value in local(prefix, zone, at).items() if name in names}

    latest: dict[str, tuple[float, dict[str, object]]] = {}  # each zone's last minute: time passes for all alike

    def read(zone: str, at: float) -> dict[str, object]:
        minute = at // 60
        known = latest.get(zone)
        if known is not None and known[0] == minute:
            return known[1]
        said = facts(zone, at)
        if at >= _WHOLE_MINUTES_SINCE:
            latest[zone] = minute, said
        return said

    return read


def visitor_clock(names: frozenset[str], site_zone: str, locate: LocateZone | None) -> Fill:
    """Prepare the `time.*` facts `names`."""
    known, read = zones(), reader(names, "time.")
    wants_now, wants_source = "time.now" in names, "time.zone_source" in names
    only_now = not names - {"time.now"}

    def fill(visitor: Visitor, remembered: Mapping[str, object], now: float, facts: dict[str, object]) -> None:
        if wants_now:
            facts["time.now"] = now
            if only_now:
                return
        zone, source = visitor.zone, "browser"
        if zone is None or zone not in known or "time.zone" in facts:
            zone, source = find_zone(visitor, remembered, facts)
        facts.update(read(zone, now))
        if wants_source:
            facts["time.zone_source"] = source

    def find_zone(visitor: Visitor, remembered: Mapping[str, object], facts: dict[str, object]) -> tuple[str, str]:
        for candidate, source in (
            (facts.get("time.zone"), "browser"),
            (visitor.zone, "browser"),
            (remembered.get("zone"), "profile"),
        ):
            if isinstance(candidate, str) and candidate in known:
                return candidate, source
        located = locate(visitor.ip) if locate is not None and visitor.ip is not None else (None, None)
        by_file, country = facts.get("geo.timezone", located[0]), facts.get("geo.country", located[1])
        if isinstance(by_file, str) and by_file in known:
            return by_file, "geo"
        if isinstance(country, str) and (entry := COUNTRIES.get(country)) and entry.zone in known:
            return entry.zone, "country"
        return site_zone, "site"

    return fill


def site_clock(names: frozenset[str], site_zone: str) -> Fill:
    """Prepare the `site_time.*` facts `names`."""
    read = reader(names, "site_time.")

    def fill(_visitor: Visitor, _remembered: Mapping[str, object], now: float, facts: dict[str, object]) -> None:
        facts.update(read(site_zone, now))

    return fill
