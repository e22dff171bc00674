"""What collecting facts costs: each source alone, and all that an ordinary decision reads.

These are the costs the table of facts states.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from timing import cpu_microseconds, table

from mitate.context import Collector, Geo, Sources
from mitate.model import Interest
from mitate.profiles import Profile
from mitate.visitor import Visitor

NOW = 1_795_262_400.0
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
)
VISITOR = Visitor(
    id="v" * 22,
    page_view="p" * 22,
    ip="203.178.137.58",
    user_agent=AGENT,
    headers={
        "sec-ch-ua": '"Google Chrome";v="141", "Not?A_Brand";v="8", "Chromium";v="141"',
        "sec-ch-ua-mobile": "?0",
        "sec-ch-ua-platform": '"Windows"',
        "accept-language": "ja,en;q=0.9",
    },
    url="https://shoes.example/nurse/?utm_source=ad&utm_campaign=winter",
    zone="Asia/Tokyo",
    touch=False,
)
PROFILE = Profile(
    "v" * 22, {"visits.count": 3, "last_seen": NOW - 60, "interests.nurse": [2.0, NOW - 9999], "events.quiz": [1, NOW]}
)
EVERYTHING = frozenset({"necessary", "personalization", "analytics"})
READS = {
    "nothing": [],
    "geo: the country": ["geo.country"],
    "clock: hour and weekday": ["time.hour", "time.weekday"],
    "device: kind and system (seen before)": ["device.type", "device.os"],
    "page: the path": ["page.path"],
    "page: path and campaign": ["page.path", "campaign.source", "campaign.name"],
    "visits: count and days": ["visits.count", "visits.days_since_last"],
    "events: one count": ["events.quiz.count"],
    "interests: one topic": ["interests.nurse"],
    "consent": ["consent.personalization"],
}


def main(argv: Sequence[str] | None = None) -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="only prove that it runs")
    tiny: bool = parser.parse_args(argv).tiny
    sources = Sources(geo=Geo.open())
    interests = {"nurse": Interest(name="nurse", half_life=14 * 86_400.0)}

    def collecting(reads: Sequence[str]) -> Callable[[int], object]:
        collect = Collector(frozenset(reads), site_zone="Asia/Tokyo", interests=interests, declared={}, sources=sources)
        return lambda _number: collect(VISITOR, PROFILE, NOW, EVERYTHING)

    everything = sorted({name for reads in READS.values() for name in reads})
    subjects = {name: collecting(reads) for name, reads in READS.items()}
    subjects[f"all {len(everything)} facts of the above"] = collecting(everything)
    rows = cpu_microseconds(subjects, rounds=1 if tiny else 15, calls=50 if tiny else 3000)
    print(table("Collecting facts", rows, "nothing"))


if __name__ == "__main__":
    main()
