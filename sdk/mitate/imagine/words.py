"""Imagined visitors in words: "iPhone in Osaka, 23:10, third visit", 「大阪・iPhone・23:10・3回目」.

Words are tables; a text is read from left to right, the longest known word first. What is not known
is an error that says what might have been meant, never ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from difflib import get_close_matches
from typing import Final

from .imagined import Imagined, Place


class UnknownWordsError(ValueError):
    """Words that mean nothing here; the message says which, and what might have been meant."""

    def __init__(self, unknown: Iterable[str]) -> None:
        self._near = {word: next(iter(get_close_matches(word.lower(), WORDS, 1, 0.7)), None) for word in unknown}
        super().__init__(self.told("en"))

    def told(self, language: str) -> str:
        """Say which, in English or Japanese."""
        if language.startswith("ja"):
            parts = [f"「{word}」" + (f"(もしかして「{near}」)" if near else "") for word, near in self._near.items()]
            hint = "" if any(self._near.values()) else "(使える言葉は `mitate explain --help` にあります)"
            return "、".join(parts) + hint
        parts = [f'"{word}"' + (f' (did you mean "{near}"?)' if near else "") for word, near in self._near.items()]
        hint = "" if any(self._near.values()) else ". `mitate explain --help` lists the words"
        return f"not understood: {', '.join(parts)}{hint}"


_IPHONE: Final = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/26.0 Mobile/15E148 Safari/604.1"
)
_IPAD: Final = _IPHONE.replace("(iPhone; CPU iPhone OS", "(iPad; CPU OS")
_ANDROID: Final = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36"
)
_TABLET: Final = _ANDROID.replace(" Mobile", "")
_MAC: Final = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15"
_WINDOWS: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
)
_LINUX: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
_BOT: Final = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"

# words: user agent, touch, screen width
_DEVICES: Final[Mapping[tuple[str, ...], tuple[str, bool, int]]] = {
    ("iphone", "phone", "smartphone", "mobile", "スマホ", "スマートフォン", "携帯"): (_IPHONE, True, 390),
    ("ipad", "tablet", "タブレット"): (_IPAD, True, 820),
    ("android phone", "android", "pixel", "アンドロイド"): (_ANDROID, True, 412),
    ("android tablet",): (_TABLET, True, 800),
    ("mac", "macbook", "マック"): (_MAC, False, 1440),
    ("windows", "desktop", "laptop", "computer", "pc", "ウィンドウズ", "パソコン"): (_WINDOWS, False, 1536),
    ("linux",): (_LINUX, False, 1920),
    ("googlebot", "crawler", "bot", "robot", "ロボット", "クローラー"): (_BOT, False, 1024),
}

# names: country, zone, ISO 3166-2 region, region, city
_CITIES: Final[Mapping[tuple[str, ...], tuple[str, str, str, str, str]]] = {
    ("sapporo", "札幌"): ("JP", "Asia/Tokyo", "01", "Hokkaido", "Sapporo"),
    ("sendai", "仙台"): ("JP", "Asia/Tokyo", "04", "Miyagi", "Sendai"),
    ("tokyo", "東京"): ("JP", "Asia/Tokyo", "13", "Tokyo", "Tokyo"),
    ("yokohama", "横浜"): ("JP", "Asia/Tokyo", "14", "Kanagawa", "Yokohama"),
    ("nagoya", "名古屋"): ("JP", "Asia/Tokyo", "23", "Aichi", "Nagoya"),
    ("kyoto", "京都"): ("JP", "Asia/Tokyo", "26", "Kyoto", "Kyoto"),
    ("osaka", "大阪"): ("JP", "Asia/Tokyo", "27", "Osaka", "Osaka"),
    ("kobe", "神戸"): ("JP", "Asia/Tokyo", "28", "Hyogo", "Kobe"),
    ("hiroshima", "広島"): ("JP", "Asia/Tokyo", "34", "Hiroshima", "Hiroshima"),
    ("fukuoka", "福岡"): ("JP", "Asia/Tokyo", "40", "Fukuoka", "Fukuoka"),
    ("naha", "那覇", "okinawa", "沖縄"): ("JP", "Asia/Tokyo", "47", "Okinawa", "Naha"),
    ("seoul", "ソウル"): ("KR", "Asia/Seoul", "11", "Seoul", "Seoul"),
    ("taipei", "台北"): ("TW", "Asia/Taipei", "TPE", "Taipei City", "Taipei"),
    ("shanghai", "上海"): ("CN", "Asia/Shanghai", "SH", "Shanghai", "Shanghai"),
    ("bangkok", "バンコク"): ("TH", "Asia/Bangkok", "10", "Bangkok", "Bangkok"),
    ("mumbai", "ムンバイ"): ("IN", "Asia/Kolkata", "MH", "Maharashtra", "Mumbai"),
    ("kathmandu", "カトマンズ"): ("NP", "Asia/Kathmandu", "P3", "Bagmati", "Kathmandu"),
    ("sydney", "シドニー"): ("AU", "Australia/Sydney", "NSW", "New South Wales", "Sydney"),
    ("london", "ロンドン"): ("GB", "Europe/London", "ENG", "England", "London"),
    ("paris", "パリ"): ("FR", "Europe/Paris", "IDF", "Île-de-France", "Paris"),
    ("berlin", "ベルリン"): ("DE", "Europe/Berlin", "BE", "Berlin", "Berlin"),
    ("madrid", "マドリード"): ("ES", "Europe/Madrid", "MD", "Madrid", "Madrid"),
    ("rome", "ローマ"): ("IT", "Europe/Rome", "62", "Lazio", "Rome"),
    ("new york", "ニューヨーク"): ("US", "America/New_York", "NY", "New York", "New York"),
    ("chicago", "シカゴ"): ("US", "America/Chicago", "IL", "Illinois", "Chicago"),
    ("san francisco", "サンフランシスコ"): ("US", "America/Los_Angeles", "CA", "California", "San Francisco"),
    ("los angeles", "ロサンゼルス"): ("US", "America/Los_Angeles", "CA", "California", "Los Angeles"),
    ("são paulo", "sao paulo", "サンパウロ"): ("BR", "America/Sao_Paulo", "SP", "São Paulo", "São Paulo"),
}

# names: country, the zone most people there live in, English name
_COUNTRIES: Final[Mapping[tuple[str, ...], tuple[str, str, str]]] = {
    ("japan", "日本"): ("JP", "Asia/Tokyo", "Japan"),
    ("korea", "south korea", "韓国"): ("KR", "Asia/Seoul", "South Korea"),
    ("taiwan", "台湾"): ("TW", "Asia/Taipei", "Taiwan"),
    ("china", "中国"): ("CN", "Asia/Shanghai", "China"),
    ("singapore", "シンガポール"): ("SG", "Asia/Singapore", "Singapore"),
    ("thailand", "タイ"): ("TH", "Asia/Bangkok", "Thailand"),
    ("india", "インド"): ("IN", "Asia/Kolkata", "India"),
    ("nepal", "ネパール"): ("NP", "Asia/Kathmandu", "Nepal"),
    ("australia", "オーストラリア"): ("AU", "Australia/Sydney", "Australia"),
    ("germany", "ドイツ"): ("DE", "Europe/Berlin", "Germany"),
    ("france", "フランス"): ("FR", "Europe/Paris", "France"),
    ("spain", "スペイン"): ("ES", "Europe/Madrid", "Spain"),
    ("italy", "イタリア"): ("IT", "Europe/Rome", "Italy"),
    ("united kingdom", "uk", "britain", "england", "イギリス", "英国"): ("GB", "Europe/London", "United Kingdom"),
    ("united states", "usa", "america", "アメリカ", "米国"): ("US", "America/New_York", "United States"),
    ("brazil", "ブラジル"): ("BR", "America/Sao_Paulo", "Brazil"),
}
_COUNTRY_NAMES: Final = {code: name for code, _, name in _COUNTRIES.values()}

_CLOCK: Final[Mapping[tuple[str, ...], int]] = {
    ("morning", "in the morning", "朝"): 8,
    ("noon", "midday", "昼", "正午"): 12,
    ("afternoon", "in the afternoon", "午後"): 15,
    ("evening", "in the evening", "夕方"): 19,
    ("night", "at night", "夜"): 22,
    ("midnight", "深夜", "真夜中"): 0,
}
_WEEKDAYS: Final[Mapping[tuple[str, ...], int]] = {
    ("monday", "月曜日", "月曜"): 1,
    ("tuesday", "火曜日", "火曜"): 2,
    ("wednesday", "水曜日", "水曜"): 3,
    ("thursday", "木曜日", "木曜"): 4,
    ("friday", "金曜日", "金曜"): 5,
    ("saturday", "土曜日", "土曜"): 6,
    ("sunday", "日曜日", "日曜"): 7,
}
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_LANGUAGES: Final[Mapping[tuple[str, ...], str]] = {
    ("english", "in english", "英語"): "en",
    ("japanese", "in japanese", "日本語"): "ja",
    ("german", "ドイツ語"): "de",
    ("french", "フランス語"): "fr",
    ("korean", "韓国語"): "ko",
    ("chinese", "中国語"): "zh",
}
_NEW: Final = ("new visitor", "new", "first time", "はじめて", "初めて", "初回", "新規")
_CONSENT: Final[Mapping[tuple[str, ...], bool]] = {
    ("with consent", "consent", "同意済み", "同意あり", "同意後"): True,
    ("without consent", "no consent", "before consent", "同意前", "同意なし"): False,
}
_GPC: Final = ("gpc", "global privacy control", "追跡拒否")
_REFERRERS: Final[Mapping[tuple[str, ...], str]] = {
    ("google", "from google", "グーグル"): "https://www.google.com/",
    ("bing", "from bing"): "https://www.bing.com/",
    ("yahoo", "from yahoo", "ヤフー"): "https://search.yahoo.co.jp/",
}
_SMALL: Final = frozenset(
    ["a", "an", "and", "at", "by", "from", "in", "of", "on", "the", "with", "visitor", "visit", "time"]
)
"""Words that join others and mean nothing alone."""

_JOINERS: Final = re.compile(r"(?:[\s,;、。・/|+の]|から|より|で|に|へ)+")

Meaning = Callable[[Imagined], None]


def _set(name: str, value: object) -> Meaning:
    def mean(who: Imagined) -> None:
        setattr(who, name, value)

    return mean


def _device(agent: str, touch: bool, screen: int) -> Meaning:
    def mean(who: Imagined) -> None:
        who.user_agent, who.touch, who.screen = agent, touch, screen

    return mean


def _words() -> dict[str, Meaning]:
    table: dict[str, Meaning] = {}
    for names, device in _DEVICES.items():
        table |= {name: _device(*device) for name in names}
    for names, (country, zone, name) in _COUNTRIES.items():
        table |= {word: _set("place", Place(country, zone, name)) for word in names}
    for names, (country, zone, code, region, city) in _CITIES.items():
        place = Place(country, zone, _COUNTRY_NAMES[country], code, region, city)
        table |= {word: _set("place", place) for word in names}
    for names, hour in _CLOCK.items():
        table |= {word: _set("clock", time(hour)) for word in names}
    for names, day in _WEEKDAYS.items():
        table |= {word: _set("weekday", day) for word in names}
    for number, ordinal in enumerate(_ORDINALS, 1):
        table[f"{ordinal} visit"] = table[f"{ordinal} time"] = _set("visits", number)
    for names, language in _LANGUAGES.items():
        table |= {word: _set("language", language) for word in names}
    table |= {word: _set("visits", 1) for word in _NEW}
    for names, given in _CONSENT.items():
        table |= {word: _set("consent", given) for word in names}
    table |= {word: _set("gpc", True) for word in _GPC}
    for names, address in _REFERRERS.items():
        table |= {word: _set("referrer", address) for word in names}
    return table


WORDS: Final = _words()
"""Every word that means something by itself."""

_LONGEST_FIRST: Final = sorted(WORDS, key=len, reverse=True)


def _wall(found: re.Match[str]) -> Meaning:
    hour = int(found["hour"])
    minute = int(found["minute"] or found["minutes"] or (30 if found["half"] else 0))
    part = (found["before"] or found["after"] or "").lower().replace(".", "")
    if part in ("pm", "午後") and hour < 12:
        hour += 12
    elif part in ("am", "午前") and hour == 12:
        hour = 0
    return _set("clock", time(hour, minute))


def _campaign(name: str) -> Callable[[re.Match[str]], Meaning]:
    def read(found: re.Match[str]) -> Meaning:
        value = found["value"]

        def mean(who: Imagined) -> None:
            who.campaign[name] = value
            if name == "term":
                who.campaign.setdefault("medium", "cpc")

        return mean

    return read


def _fact(found: re.Match[str]) -> Meaning:
    name, value = found["name"], found["value"]

    def mean(who: Imagined) -> None:
        who.facts[name] = value

    return mean


_TEXT: Final = r"[\"“「'](?P<value>[^\"”」']+)[\"”」']"
_PATTERNS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Meaning]], ...]] = (
    (re.compile(r"(?P<name>[a-z][a-z0-9_-]*(?:\.[a-z0-9_-]+)+)=(?P<value>[^\s,、]+)"), _fact),
    (re.compile(r"(?P<day>\d{4}-\d\d-\d\d)"), lambda m: _set("day", date.fromisoformat(m["day"]))),
    (
        re.compile(r"(?P<ip>\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]*:[0-9a-f:.]*)"),
        lambda m: _set("ip", m["ip"]),
    ),
    (
        re.compile(
            r"(?P<before>午前|午後)?(?P<hour>\d{1,2})"
            r"(?:[::](?P<minute>\d\d)|時(?:(?P<minutes>\d\d?)分|(?P<half>半))?|(?= ?[ap]\.?m\b))"
            r"(?: ?(?P<after>[ap]\.?m\b\.?))?",
            re.IGNORECASE,
        ),
        _wall,
    ),
    (
        re.compile(r"(?P<n>\d{1,4})(?:st|nd|rd|th) (?:visit|time)|(?P<k>\d{1,4})(?:回目|度目)"),
        lambda m: _set("visits", int(m["n"] or m["k"])),
    ),
    (re.compile(r"(?P<n>\d{1,4}) visits"), lambda m: _set("visits", int(m["n"]))),
    (
        re.compile(r"(?:after |back after )?(?P<n>\d{1,4}) days?(?: away| later| ago)?|(?P<k>\d{1,4})日ぶり"),
        lambda m: _set("days_away", int(m["n"] or m["k"])),
    ),
    (re.compile(r"(?:ad|advert|広告) ?(?:for )?" + _TEXT), _campaign("term")),
    (re.compile(r"(?:campaign|キャンペーン) ?" + _TEXT), _campaign("name")),
)


def imagine(text: str) -> Imagined:
    """Read a description in English or Japanese. Raises `UnknownWordsError` for what is not understood."""
    who = Imagined()
    rest = text.strip()
    unknown: list[str] = []
    while rest := _JOINERS.sub("", rest, count=1) if _JOINERS.match(rest) else rest:
        length = _next(rest, who)
        if length == 0:
            word = re.match(r"[^\s,;、。・]+", rest)
            piece = word.group() if word else rest[:1]
            if piece.lower() not in _SMALL:
                unknown.append(piece)
            length = len(piece)
        rest = rest[length:]
    if unknown:
        raise UnknownWordsError(unknown)
    return who


def _next(rest: str, who: Imagined) -> int:
    """Take the next word in; give how long it was, 0 when it is not known."""
    low = rest.lower()
    if len(low) != len(rest):  # a letter whose lower case is longer: keep positions right
        low = rest
    for pattern, read in _PATTERNS:
        found = pattern.match(low)
        if found and not _continues(low, found.end()):
            original = pattern.match(rest) or found
            try:
                read(original)(who)
            except ValueError:
                return 0  # 25:10, 2026-02-30
            return found.end()
    for word in _LONGEST_FIRST:
        if low.startswith(word) and not _continues(low, len(word)):
            WORDS[word](who)
            return len(word)
    return 0


def _continues(text: str, end: int) -> bool:
    """Tell whether a Latin word or a number goes on at `end`; Japanese words need no space between them."""
    return (
        end < len(text)
        and end > 0
        and text[end].isascii()
        and text[end].isalnum()
        and text[end - 1].isascii()
        and text[end - 1].isalnum()
    )
