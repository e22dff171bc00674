"""What a User-Agent, Client Hints and a word on touch make of a device."""

from __future__ import annotations

import sys
from importlib import resources

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mitate.context import device as devices
from mitate.context.device import Device, Hints, device
from mitate.visitor import Visitor

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
IPAD = "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
CHROME = "Chrome/141.0.0.0 "
WEBVIEW = "Mozilla/5.0 (Linux; Android 15; {} Build/{}; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/142.0.7444.142 Mobile Safari/537.36 "

PEOPLE: list[tuple[str, Device]] = [
    (IPHONE + "Version/26.0 Mobile/15E148 Safari/604.1", Device("phone", "iOS", "26.0", "Safari", "26.0", False)),
    (IPHONE + "Version/18.6 Mobile/15E148 Safari/604.1", Device("phone", "iOS", "18.6", "Safari", "18.6", False)),
    (
        IPHONE + "CriOS/141.0.7390.41 Mobile/15E148 Safari/604.1",
        Device("phone", "iOS", "18.6", "Chrome", "141.0.7390", False),
    ),
    (IPHONE + "FxiOS/140.0 Mobile/15E148 Safari/605.1.15", Device("phone", "iOS", "18.6", "Firefox", "140.0", False)),
    (IPHONE + "Mobile/15E148 Safari Line/15.1.0", Device("phone", "iOS", "18.6", "LINE", "15.1.0", False)),
    (IPHONE + "Mobile/15E148 [FBAN/FBIOS;FBAV/480.0]", Device("phone", "iOS", "18.6", "Facebook", "480.0", False)),
    (
        IPHONE + "Mobile/15E148 YJApp-IOS jp.co.yahoo.ipn.appli/4.100",
        Device("phone", "iOS", "18.6", "Safari", None, False),
    ),
    (IPAD + "Version/18.6 Mobile/15E148 Safari/604.1", Device("tablet", "iPadOS", "18.6", "Safari", "18.6", False)),
    (ANDROID + CHROME + "Mobile Safari/537.36", Device("phone", "Android", None, "Chrome", "141.0.0", False)),
    (ANDROID + CHROME + "Safari/537.36", Device("tablet", "Android", None, "Chrome", "141.0.0", False)),
    (
        ANDROID + "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
        Device("phone", "Android", None, "Samsung Internet", "28.0", False),
    ),
    (
        "Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0",
        Device("phone", "Android", "15", "Firefox", "143.0", False),
    ),
    (
        WEBVIEW.format("SM-S928B", "AP3A.240905.015.A2") + "Instagram 400.0.0.1 Android",
        Device("phone", "Android", "15", "Instagram", "400.0.0", False),
    ),
    (
        WEBVIEW.format("CPH2557", "AP3A.240617.008") + "Line/15.0.0",
        Device("phone", "Android", "15", "LINE", "15.0.0", False),
    ),
    (
        "Mozilla/5.0 (Linux; Android 9; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/90.0.4430.91 Mobile Safari/537.36",
        Device("phone", "Android", "9", "Chrome", "90.0.4430", False),
    ),
    (
        "Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16",
        Device("phone", "Android", None, "Opera", "36.2.2254", False),
    ),
    (MAC + "Version/26.0 Safari/605.1.15", Device("desktop", "macOS", None, "Safari", "26.0", False)),
    (WINDOWS + CHROME + "Safari/537.36", Device("desktop", "Windows", None, "Chrome", "141.0.0", False)),
    (WINDOWS + CHROME + "Safari/537.36 Edg/141.0.0.0", Device("desktop", "Windows", None, "Edge", "141.0.0", False)),
    (WINDOWS + CHROME + "Safari/537.36 OPR/122.0.0.0", Device("desktop", "Windows", None, "Opera", "122.0.0", False)),
    (
        "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
        Device("desktop", "Windows", "7", "IE", "11.0", False),
    ),
    (
        "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
        Device("desktop", "Linux", None, "Firefox", "143.0", False),
    ),
    (
        "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
        Device("desktop", "ChromeOS", "14541.0.0", "Chrome", "141.0.0", False),
    ),
    (
        "Mozilla/5.0 (SMART-TV; LINUX; Tizen 7.0) AppleWebKit/537.36 (KHTML, like Gecko) 94.0.4606.31/7.0 TV Safari/537.36",
        Device("tv", "Tizen", "7.0", "Safari", None, False),
    ),
    (
        "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/94.0.4606.128 Safari/537.36 WebAppManager",
        Device("tv", "webOS", None, "Chrome", "94.0.4606", False),
    ),
    (
        "Mozilla/5.0 (PlayStation; PlayStation 5/2.26) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15",
        Device("console", None, None, "Safari", "13.0", False),
    ),
    (
        "Mozilla/5.0 (Linux; Android 11; SM-R890) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36",
        Device("wearable", "Android", "11", "Samsung Internet", "23.0", False),
    ),
]

ROBOTS: list[tuple[str, str | None]] = [
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot"),
    (
        "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Googlebot",
    ),
    ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "bingbot"),
    (
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "GPTBot",
    ),
    ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot", None),
    (
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
        "ClaudeBot",
    ),
    ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "FacebookBot"),
    (LINUX + "HeadlessChrome/141.0.0.0 Safari/537.36", "HeadlessChrome"),
    ("curl/8.5.0", "curl"),
    ("python-requests/2.31", "Python Requests"),
    ("Wget/1.21", "Wget"),
    ("Dart/3.1 (dart:io)", None),
    ("BrandNewBot/0.1 (+https://new.example)", "BrandNewBot"),
]

CHROME_BRANDS = '"Google Chrome";v="141", "Not?A_Brand";v="8", "Chromium";v="141"'
FULL = '"Google Chrome";v="141.0.7390.44", "Not?A_Brand";v="8.0.0.0", "Chromium";v="141.0.7390.44"'


class Entry(msgspec.Struct):
    """One robot of the list."""

    pattern: str
    instances: list[str] = []


@pytest.mark.parametrize(("agent", "expected"), PEOPLE)
def test_what_people_use_is_recognised(agent: str, expected: Device) -> None:
    assert device(agent, None, None) == expected


@pytest.mark.parametrize(("agent", "family"), ROBOTS)
def test_robots_are_recognised(agent: str, family: str | None) -> None:
    found = device(agent, None, None)
    assert (found.type, found.bot, found.browser, found.os) == ("bot", True, family, None)


@pytest.mark.parametrize("agent", ["x", "Mozilla/5.0", "<script>alert(1)</script>", "\x00", "()" * 200, "靴"])
def test_a_strange_user_agent_is_unknown_and_no_robot(agent: str) -> None:
    assert device(agent, None, None) == Device(bot=False)


@pytest.mark.parametrize("agent", [None, ""])
def test_without_a_user_agent_nothing_is_known_not_even_robots(agent: str | None) -> None:
    assert device(agent, None, None) == Device()


@pytest.mark.parametrize(
    ("agent", "hints", "expected"),
    [
        (ANDROID + CHROME + "Mobile Safari/537.36", Hints(CHROME_BRANDS, "?1", '"Android"', '"15.0.0"', '"Pixel 9 Pro"', FULL), Device("phone", "Android", "15.0.0", "Chrome", "141.0.7390.44", False)),
        (ANDROID + CHROME + "Safari/537.36", Hints(CHROME_BRANDS, "?0", '"Android"'), Device("tablet", "Android", None, "Chrome", "141.0.0", False)),
        (WINDOWS + CHROME + "Safari/537.36", Hints(CHROME_BRANDS, "?0", '"Windows"', '"15.0.0"'), Device("desktop", "Windows", "11", "Chrome", "141.0.0", False)),
        (WINDOWS + CHROME + "Safari/537.36", Hints(CHROME_BRANDS, "?0", '"Windows"', '"13.0.0"'), Device("desktop", "Windows", "11", "Chrome", "141.0.0", False)),
        (WINDOWS + CHROME + "Safari/537.36", Hints(CHROME_BRANDS, "?0", '"Windows"', '"10.0.0"'), Device("desktop", "Windows", "10", "Chrome", "141.0.0", False)),
        (WINDOWS + CHROME + "Safari/537.36", Hints(CHROME_BRANDS, "?0", '"Windows"', '"0.3.0"'), Device("desktop", "Windows", None, "Chrome", "141.0.0", False)),
        (WINDOWS + CHROME + "Safari/537.36 Edg/141.0.0.0", Hints('"Microsoft Edge";v="141", "Not?A_Brand";v="8", "Chromium";v="141"', "?0", '"Windows"'), Device("desktop", "Windows", None, "Edge", "141.0.0", False)),
        (MAC + CHROME + "Safari/537.36", Hints(CHROME_BRANDS, "?0", '"macOS"', '"26.1.0"'), Device("desktop", "macOS", "26.1.0", "Chrome", "141.0.0", False)),
        (LINUX + CHROME + "Safari/537.36", Hints('"Brave";v="141", "Not?A_Brand";v="8", "Chromium";v="141"', "?0", '"Linux"', '""'), Device("desktop", "Linux", None, "Brave", "141", False)),
        (LINUX + CHROME + "Safari/537.36", Hints('"HeadlessChrome";v="141"', "?0", '"Linux"'), Device(type="bot", browser="Chrome", browser_version="141.0.0", bot=True)),
        (LINUX + CHROME + "Safari/537.36", Hints('"><script>', "?9", '"<b>"', "x", "y", ";;;"), Device("desktop", "<b>", None, "Chrome", "141.0.0", False)),
    ],
)  # fmt: skip
def test_client_hints_correct_what_the_user_agent_froze(agent: str, hints: Hints, expected: Device) -> None:
    assert device(agent, hints, None) == expected


def test_only_touch_tells_an_ipad_that_asks_for_desktop_pages_from_a_mac() -> None:
    agent = MAC + "Version/26.0 Safari/605.1.15"
    assert device(agent, None, True) == Device("tablet", "iPadOS", None, "Safari", "26.0", False)
    assert device(agent, None, False).type == "desktop"
    # A Windows computer with a touch screen stays a computer.
    assert device(WINDOWS + CHROME + "Safari/537.36", None, True).type == "desktop"


def test_only_browsers_are_judged_robots() -> None:
    assert devices.is_bot(Visitor(user_agent="okhttp/4.12")) is True
    assert devices.is_bot(Visitor(user_agent="okhttp/4.12", channel="app")) is False
    assert devices.is_bot(Visitor()) is False


def test_the_facts_of_a_device() -> None:
    names = frozenset("device." + name for name in (*Device._fields, "touch", "screen_width", "language"))
    facts: dict[str, object] = {}
    headers = {
        "sec-ch-ua": CHROME_BRANDS,
        "sec-ch-ua-mobile": "?1",
        "sec-ch-ua-platform": '"Android"',
        "accept-language": "ja,en;q=0.5",
    }
    visitor = Visitor(
        user_agent=ANDROID + CHROME + "Mobile Safari/537.36", headers=headers, touch=True, screen_width=390
    )
    devices.fill_device(names)(visitor, {}, 0.0, facts)
    assert facts == {
        "device.type": "phone",
        "device.os": "Android",
        "device.browser": "Chrome",
        "device.browser_version": "141.0.0",
        "device.bot": False,
        "device.touch": True,
        "device.screen_width": 390,
        "device.language": "ja",
    }
    facts.clear()
    devices.fill_device(names)(Visitor(), {}, 0.0, facts)
    assert facts == {}


def test_no_listed_robot_is_missed_but_for_those_that_are_people() -> None:
    listed = resources.files("crawleruseragents").joinpath("crawler-user-agents.json").read_bytes()
    entries = msgspec.json.decode(listed, type=list[Entry])
    agents = [agent for entry in entries for agent in entry.instances]
    missed = [agent for agent in agents if device(agent, None, None).bot is not True]
    assert len(agents) > 2000
    assert len(missed) < 12, missed


def test_without_the_rust_wheel_the_answers_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = [device(agent, None, None) for agent, _ in PEOPLE] + [device(agent, None, None) for agent, _ in ROBOTS]
    monkeypatch.setitem(sys.modules, "ua_parser_rs", None)
    devices._parsers.cache_clear()  # pyright: ignore[reportPrivateUsage]
    try:
        slow = [device(agent, None, None) for agent, _ in PEOPLE] + [device(agent, None, None) for agent, _ in ROBOTS]
    finally:
        devices._parsers.cache_clear()  # pyright: ignore[reportPrivateUsage]
    assert slow == fast


@settings(max_examples=200)
@given(agent=st.text(max_size=512), brands=st.text(max_size=200), version=st.text(max_size=20), touch=st.booleans())
def test_no_header_makes_the_device_fail(agent: str, brands: str, version: str, touch: bool) -> None:
    hints = Hints(brands, version, brands, version, brands, brands)
    for given_agent in (agent, IPHONE + agent, ANDROID + agent, MAC + agent):
        device(given_agent, None, touch)
        device(given_agent, hints, touch)
