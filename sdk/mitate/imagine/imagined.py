"""Who was described: place, device, clock, visits, consent; and what that makes of the present and of memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DAY: Final = 86_400.0


@dataclass(frozen=True)
class Place:
    """Somewhere a visitor may be. `city` and `region` are absent where a country is meant."""

    country: str
    zone: str
    country_name: str
    region: str | None = None
    region_name: str | None = None
    city: str | None = None


@dataclass
class Imagined:
    """Who was described. Whatever was not said is None."""

    place: Place | None = None
    user_agent: str | None = None
    touch: bool | None = None
    screen: int | None = None
    clock: time | None = None
    day: date | None = None
    weekday: int | None = None
    visits: int | None = None
    days_away: int | None = None
    language: str | None = None
    ip: str | None = None
    consent: bool | None = None
    gpc: bool | None = None
    referrer: str | None = None
    campaign: dict[str, str] = field(default_factory=dict[str, str])
    facts: dict[str, str] = field(default_factory=dict[str, str])

    def instant(self, now: float, site_zone: str) -> float:
        """Give the instant (seconds, UTC) that was meant, read on the visitor's clock; `now` where none was."""
        if self.clock is None and self.day is None and self.weekday is None:
            return now
        zone = ZoneInfo(self.place.zone if self.place is not None else site_zone)
        here = datetime.fromtimestamp(now, zone)
        day = self.day or here.date()
        if self.day is None and self.weekday is not None:
            day += timedelta(days=(self.weekday - day.isoweekday()) % 7)
        return datetime.combine(day, self.clock or here.time(), zone).timestamp()

    def profile(self, now: float) -> dict[str, object] | None:
        """Give what is remembered of this visitor, or None for someone new."""
        earlier = (self.visits or (2 if self.days_away is not None else 1)) - 1
        if earlier < 1:
            return None
        away = self.days_away if self.days_away is not None else 7
        last = now - max(away * DAY, 1800.0)
        return {
            "visits.count": earlier,
            "visits.first": last - (earlier - 1) * 7 * DAY,
            "last_seen": last,
            "visit.started": last - 300,
            "page_views": earlier * 3,
        }

    def known_facts(self) -> dict[str, object]:
        """Give the facts that were said outright."""
        facts: dict[str, object] = {}
        if self.place is not None:
            place = self.place
            facts["geo.country"] = place.country
            facts["geo.country_name"] = place.country_name
            facts["geo.timezone"] = place.zone
            if place.city is not None:
                facts["geo.city"] = place.city
                facts["geo.region"] = place.region
                facts["geo.region_name"] = place.region_name
        facts.update({f"campaign.{name}": value for name, value in self.campaign.items()})
        return facts
