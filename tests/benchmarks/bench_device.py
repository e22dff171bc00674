"""One device look-up that no cache knows, robots and Client Hints included, against user-agents.

Every call has a User-Agent never seen before, so neither side's cache can help. Ours tells kind, system,
browser and robot, and reads five Client Hints where the browser sends them; user-agents has no Client Hints.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Sequence
from typing import Protocol

from timing import cpu_microseconds, table

from mitate.context.device import Device, Hints, device, remembered_device

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
GPTBOT = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.{}; +https://openai.com/gptbot)"

# What a shop sees on an ordinary day: the {} is a running number, so that each is new.
TRAFFIC: tuple[tuple[str, str | None], ...] = (
    (IPHONE + "Version/26.{} Mobile/15E148 Safari/604.1", None),
    (IPHONE + "CriOS/141.0.{}.41 Mobile/15E148 Safari/604.1", None),
    (IPHONE + "Mobile/15E148 Safari Line/15.1.{}", None),
    (ANDROID + "Chrome/141.0.{}.0 Mobile Safari/537.36", "Android"),
    (ANDROID + "SamsungBrowser/28.{} Chrome/130.0.0.0 Mobile Safari/537.36", "Android"),
    (WINDOWS + "Chrome/141.0.{}.0 Safari/537.36", "Windows"),
    (WINDOWS + "Chrome/141.0.0.0 Safari/537.36 Edg/141.0.{}.0", "Windows"),
    (MAC + "Version/26.{} Safari/605.1.15", None),
    (MAC + "Chrome/141.0.{}.0 Safari/537.36", "macOS"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.{}", None),
    ("Mozilla/5.0 (compatible; Googlebot/2.{}; +http://www.google.com/bot.html)", None),
    (GPTBOT, None),
)


class Parsed(Protocol):
    """What user-agents gives, as far as it answers the same questions."""

    is_mobile: bool
    is_tablet: bool
    is_pc: bool
    is_bot: bool
    os: tuple[object, ...]
    browser: tuple[object, ...]


def hints(platform: str | None) -> Hints | None:
    """Make the Client Hints a Chromium sends."""
    if platform is None:
        return None
    mobile = "?1" if platform == "Android" else "?0"
    brands = '"Google Chrome";v="141", "Not?A_Brand";v="8", "Chromium";v="141"'
    full = '"Google Chrome";v="141.0.7390.44", "Not?A_Brand";v="8.0.0.0", "Chromium";v="141.0.7390.44"'
    return Hints(brands, mobile, f'"{platform}"', '"15.0.0"', '""', full)


def main(argv: Sequence[str] | None = None) -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="only prove that it runs")
    tiny: bool = parser.parse_args(argv).tiny
    parse: Callable[[str], Parsed] = importlib.import_module("user_agents").parse
    traffic = [(agent, hints(platform)) for agent, platform in TRAFFIC]

    def fresh(number: int) -> tuple[str, Hints | None]:
        agent, hinted = traffic[number % len(traffic)]
        return agent.format(number), hinted

    def ours(number: int) -> Device:
        agent, hinted = fresh(number)
        return device(agent, hinted, None)

    def ours_seen(number: int) -> Device:
        agent, hinted = traffic[number % len(traffic)]
        return remembered_device(agent, hinted, None)

    def theirs(number: int) -> tuple[object, ...]:
        found = parse(fresh(number)[0])
        return found.is_mobile, found.is_tablet, found.is_pc, found.is_bot, found.os, found.browser

    rounds, calls = (1, 24) if tiny else (11, 240)
    subjects = {"user-agents, never seen": theirs, "mitate, never seen": ours, "mitate, seen before": ours_seen}
    rows = cpu_microseconds(subjects, rounds=rounds, calls=calls)
    rows["(making the string)"] = cpu_microseconds({"": fresh}, rounds=rounds, calls=calls)[""]
    ratio = rows["user-agents, never seen"] / rows["mitate, never seen"]
    goal = f"at least 20x cheaper than user-agents; here {ratio:.0f}x"
    print(table("Device of one User-Agent", rows, "mitate, never seen", goal=goal))


if __name__ == "__main__":
    main()
