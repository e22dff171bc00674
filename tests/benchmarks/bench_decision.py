"""One decision in process, against fast-feature's engine deciding one flag with one rule.

Ours: geo look-up (not cached), device (cached), clock, profile from memory, consent, 20 rules, one bucket, encode.
The arm is remembered after the first decision, so it is the holdout that is hashed each time.
"""

from __future__ import annotations

import argparse
import ipaddress
import random
from pathlib import Path

from fast_feature.core import Flag
from fast_feature.core.types import JsonValue
from fast_feature.engine import TargetingEngine
from timing import cpu_microseconds, table

from mitate import MemoryProfiles, Mitate, Visitor
from mitate.profiles import Add, Change, First, Latest

SITE = Path(__file__).parent / "site"
NOW = 1_795_262_400.0  # 2026-11-21T12:00Z
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1"


def visitors(count: int) -> list[Visitor]:
    """Make visitors from all over the address space, each known by a profile."""
    chance = random.Random(1)
    return [
        Visitor(
            id=f"{number:022d}",
            ip=str(ipaddress.IPv4Address(chance.randrange(0x01000000, 0xDF000000))),
            user_agent=PHONE,
            url="https://bench.example/women/?utm_source=ads&utm_term=white+shoes",
            zone="Asia/Tokyo",
            language="ja-JP",
            touch=True,
            screen_width=390,
        )
        for number in range(count)
    ]


def known(profiles: MemoryProfiles, everyone: list[Visitor]) -> None:
    """Give each visitor three visits and an interest in nurse shoes."""
    for one in everyone:
        assert one.id is not None
        changes: list[Change] = [
            Add("visits.count", 3, "v"),
            First("visits.first", NOW - 864000, 0),
            Latest("last_seen", NOW - 600, NOW - 600),
        ]
        changes += [Latest("visit.started", NOW - 900, NOW - 900), First("key", one.id, 0)]
        changes += [Add("interests.nurse-shoes", 3.0, "i", NOW - 86400, 14 * 86400)]
        profiles.apply(one.id, changes)


def main(argv: list[str] | None = None) -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="only prove that it runs")
    tiny = parser.parse_args(argv).tiny

    everyone = visitors(500)
    profiles = MemoryProfiles()
    known(profiles, everyone)
    mitate = Mitate.from_path(SITE, profiles=profiles)
    # The rule that decides our hero, as a flag's targeting, over facts that were collected already.
    rule: JsonValue = {"and": [{">=": [{"var": "interest"}, 0.4]}, {"in": [{"var": "device"}, ["phone", "desktop"]]}]}
    flag = Flag(
        "hero", {"light": {"html": "<h2>…</h2>"}, "page": None}, "page", targeting={"if": [rule, "light", "page"]}
    )
    engine = TargetingEngine()
    context: dict[str, JsonValue] = {"interest": 0.59, "device": "phone", "targetingKey": "x"}

    def ours(number: int) -> bytes:
        return mitate.decide(everyone[number % 500], now=NOW).encode()

    def theirs(number: int) -> object:
        return engine.evaluate(flag, context)

    taken = cpu_microseconds(
        {"fast-feature: one flag, one rule": theirs, "mitate: 20 rules, all facts, encoded": ours},
        rounds=5 if tiny else 41,
        calls=20 if tiny else 500,
    )
    print(table("One decision in process", taken, "fast-feature: one flag, one rule", goal="at most 1.3x, stretch 1x"))


if __name__ == "__main__":
    main()
