"""Rule sets as sites have them, and their visitors: generated, the same each time.

All rules are of the targeting dialect and pass its check; all operators used have a translation for the peers
(translate.py). A visitor is a nested mapping of about 43 facts, of which some are missing.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from mitate_rules import Context, RuleSet

Rule = dict[str, object]
Visitor = dict[str, object]

COUNTRIES: Final = ("JP", "US", "KR", "TW", "DE", "FR", "GB", "IT", "ES", "AU", "BR", "IN", "SG", "TH", "VN", "CA")
REGIONS: Final = tuple(f"JP-{number:02d}" for number in range(1, 48))
CITIES: Final = tuple(f"city-{number}" for number in range(400))
DEVICES: Final = ("phone", "desktop", "tablet", "tv", "bot")
SYSTEMS: Final = ("iOS", "Android", "Windows", "macOS", "Linux")
BROWSERS: Final = ("Safari", "Chrome", "Firefox", "Edge")
LANGUAGES: Final = ("ja", "en", "ko", "zh", "de", "fr")
TOPICS: Final = tuple(f"topic-{number}" for number in range(40))
SECTIONS: Final = ("women", "men", "kids", "nurse", "outdoor", "sports", "sale", "blog", "help", "company")
PAGES: Final = tuple(f"/{SECTIONS[number % 10]}/line-{number % 60}/item-{number}" for number in range(2_000))
SOURCES: Final = ("newsletter", "ads", "social", "partner", "affiliate", "print", "tv-spot", "push")
CAMPAIGNS: Final = tuple(f"campaign-{number}" for number in range(600))
INDUSTRIES: Final = ("health", "retail", "finance", "public", "it", "education", "food", "transport", "energy", "media")
PLANS: Final = ("free", "basic", "plus", "pro")
TIERS: Final = ("a", "b", "c")
STAGES: Final = ("target", "aware", "engaged", "opportunity", "customer")
CATEGORIES: Final = tuple(f"category-{number}" for number in range(30))
WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOUR: Final = 3_600
NOW: Final = 1_795_262_400  # 2026-11-21T12:00Z

_TYPES: Final[Mapping[str, Sequence[str]]] = {
    "string": (
        "geo.country", "geo.region", "geo.city", "geo.timezone", "device.type", "device.os", "device.browser",
        "device.language", "page.host", "page.path", "page.language", "page.referrer_host", "campaign.source",
        "campaign.medium", "campaign.name", "search.last", "interests.top", "account.domain", "account.industry",
        "account.country", "account.tier", "account.stage", "user.plan", "user.status", "channel",
    ),
    "integer": (
        "device.os_major", "device.screen_width", "visits.count", "visits.days_since_last", "visits.page_views",
        "visit.page_views", "account.employees", "cart.items", "purchases.count", "time.hour", "time.minute",
        "time.weekday", "site_time.hour", "events.login.count",
    ),
    "number": ("account.revenue", "cart.value", "purchases.total_value", "interests.*"),
    "boolean": ("geo.eu", "device.bot", "device.touch", "visits.is_new", "account.known", "consent.personalization"),
    "instant": ("time.now",),
    "date": ("time.date",),
    "list": ("page.tags",),
}  # fmt: skip
FACTS: Final[dict[str, dict[str, object]]] = {
    name: {"type": kind, **({"items": "string"} if kind == "list" else {})}
    for kind, names in _TYPES.items()
    for name in names
}
FACTS["interests.top"] = {"type": "string"}


@dataclass(frozen=True)
class Shape:
    """A rule set with what it needs, and visitors; made once, read by many."""

    name: str
    rules: dict[str, Rule]
    visitors: list[Visitor]
    audiences: dict[str, dict[str, object]] = field(default_factory=dict[str, dict[str, object]])
    lists: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    facts: dict[str, dict[str, object]] = field(default_factory=lambda: FACTS)

    @cached_property
    def contexts(self) -> list[Context]:
        """Give the visitors in the engine's own form."""
        return [Context.from_nested(visitor) for visitor in self.visitors]

    def ruleset(self) -> RuleSet:
        """Build the rule set; all of it, as at the load of a site."""
        return RuleSet(self.rules, self.facts, audiences=self.audiences, lists=self.lists)


# -- conditions


def var(name: str) -> Rule:
    """Read a fact."""
    return {"var": name}


def test(operator: str, fact: str, wanted: object) -> Rule:
    """Compare a fact with a value."""
    return {operator: [var(fact), wanted]}


def every(*conditions: Rule) -> Rule:
    """Join conditions."""
    return conditions[0] if len(conditions) == 1 else {"and": list(conditions)}


def _some_of(chance: random.Random, values: Sequence[str], least: int, most: int) -> list[str]:
    return chance.sample(values, chance.randint(least, most))


def _day(chance: random.Random) -> str:
    return f"2026-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"


def _instant(chance: random.Random) -> str:
    return f"{_day(chance)}T{chance.randrange(24):02d}:00+09:00"


def _window(chance: random.Random) -> Rule:
    start, end = sorted((_instant(chance), _instant(chance)))
    return {"and": [{"after": [var("time.now"), start]}, {"before": [var("time.now"), end]}]}


def _between(chance: random.Random, fact: str, bounds: Sequence[float]) -> Rule:
    low, high = sorted(chance.sample(bounds, 2))
    return every(test(">=", fact, low), test("<", fact, high))


Make = Callable[[random.Random], Rule]

# What marketers ask, each as often as its weight says.
_ASKED: Final[Sequence[tuple[float, Make]]] = (
    (3, lambda chance: test("==", "geo.country", chance.choice(COUNTRIES))),
    (2, lambda chance: test("in", "geo.country", _some_of(chance, COUNTRIES, 2, 6))),
    (1, lambda chance: test("!=", "geo.country", chance.choice(COUNTRIES))),
    (2, lambda chance: test("in", "geo.region", _some_of(chance, REGIONS, 1, 8))),
    (1, lambda chance: test("==", "geo.city", chance.choice(CITIES))),
    (2, lambda chance: test("==", "device.type", chance.choice(DEVICES))),
    (1, lambda chance: test("in", "device.os", _some_of(chance, SYSTEMS, 1, 2))),
    (1, lambda chance: test(">=", "device.os_major", chance.randint(10, 26))),
    (2, lambda chance: test("starts_with", "page.path", f"/{chance.choice(SECTIONS)}/")),
    (2, lambda chance: test("==", "page.path", chance.choice(PAGES))),
    (1, lambda chance: test("matches_glob", "page.path", f"/**/item-{chance.randrange(2_000)}")),
    (1, lambda chance: test("matches_glob", "page.path", f"/{chance.choice(SECTIONS)}/line-{chance.randrange(60)}/**")),
    (1, lambda chance: test("contains", "page.tags", f"tag-{chance.randrange(20)}")),
    (2, lambda chance: test("==", "campaign.source", chance.choice(SOURCES))),
    (3, lambda chance: test("==", "campaign.name", chance.choice(CAMPAIGNS))),
    (1, lambda chance: test("ends_with", "page.referrer_host", chance.choice((".example", ".test", ".invalid")))),
    (3, lambda chance: test(">=", f"interests.{chance.choice(TOPICS)}", chance.randint(2, 9) / 10)),
    (1, lambda chance: test("==", "interests.top", chance.choice(TOPICS))),
    (2, lambda chance: test(">=", "visits.count", chance.randint(2, 10))),
    (1, lambda chance: _between(chance, "visits.days_since_last", (1, 3, 7, 14, 30, 60, 90))),
    (1, lambda chance: test("==", "visits.is_new", chance.random() < 0.5)),
    (1, lambda chance: _between(chance, "account.employees", (10, 50, 100, 300, 1_000, 5_000, 20_000))),
    (2, lambda chance: test("in", "account.industry", _some_of(chance, INDUSTRIES, 1, 3))),
    (1, lambda chance: test("==", "account.tier", chance.choice(TIERS))),
    (1, lambda chance: test("in", "account.stage", _some_of(chance, STAGES, 1, 2))),
    (1, lambda chance: test("<", "account.employees", chance.choice((50, 100, 300)))),
    (1, lambda chance: test(">", "cart.value", chance.choice((0, 3_000, 10_000, 30_000)))),
    (1, lambda chance: test(">=", "purchases.count", chance.randint(1, 5))),
    (1, lambda chance: test("in", "user.plan", _some_of(chance, PLANS, 1, 2))),
    (2, _window),
    (1, lambda chance: {"between": [var("time.date"), *sorted((_day(chance), _day(chance)))]}),
    (1, lambda chance: {"time_between": [f"{chance.randrange(24):02d}:00", f"{chance.randrange(24):02d}:00"]}),
    (1, lambda chance: {"weekday": [_some_of(chance, WEEK, 1, 3)]}),
    (1, lambda _: var("device.touch")),
)
_MAKERS: Final = tuple(make for _, make in _ASKED)
_WEIGHTS: Final = tuple(weight for weight, _ in _ASKED)


def _condition(chance: random.Random) -> Rule:
    return chance.choices(_MAKERS, _WEIGHTS)[0](chance)


_SHARED: Final[Mapping[str, Rule]] = {
    "japan": test("==", "geo.country", "JP"),
    "kansai": test("in", "geo.region", ["JP-25", "JP-26", "JP-27", "JP-28", "JP-29", "JP-30"]),
    "kanto": test("in", "geo.region", [f"JP-{number:02d}" for number in range(8, 15)]),
    "north": test("in", "geo.region", [f"JP-{number:02d}" for number in range(1, 8)]),
    "asia": test("in", "geo.country", ["JP", "KR", "TW", "SG", "TH", "VN"]),
    "europe": {"or": [var("geo.eu"), test("==", "geo.country", "GB")]},
    "english": every(test("!=", "device.language", "ja"), {"!": {"audience": "japan"}}),
    "phones": test("==", "device.type", "phone"),
    "large-screens": every(test("==", "device.type", "desktop"), test(">=", "device.screen_width", 1_280)),
    "apple": test("in", "device.os", ["iOS", "macOS"]),
    "no-robots": {"!": var("device.bot")},
    "newcomers": test("==", "visits.is_new", True),
    "regulars": every(test(">=", "visits.count", 3), test("<", "visits.days_since_last", 30)),
    "lapsed": test(">=", "visits.days_since_last", 60),
    "readers": every(test(">=", "visits.page_views", 10), {"!": {"audience": "newcomers"}}),
    "nurses": {"or": [test(">=", "interests.topic-3", 0.4), test("starts_with", "page.path", "/nurse/")]},
    "runners": {"or": [test(">=", "interests.topic-5", 0.5), test("==", "search.last", "running shoes")]},
    "parents": {"or": [test(">=", "interests.topic-8", 0.3), test("starts_with", "page.path", "/kids/")]},
    "from-newsletter": test("==", "campaign.source", "newsletter"),
    "from-ads": every(test("in", "campaign.source", ["ads", "social"]), test("==", "campaign.medium", "cpc")),
    "companies": var("account.known"),
    "small-companies": test("<", "account.employees", 50),
    "large-companies": test(">=", "account.employees", 1_000),
    "hospitals": every(test("==", "account.industry", "health"), test(">=", "account.employees", 100)),
    "in-sales": test("in", "account.stage", ["engaged", "opportunity"]),
    "customers": {"or": [test("==", "user.status", "customer"), test("==", "account.stage", "customer")]},
    "partners": {"in_list": [var("account.domain"), "partners"]},
    "buyers": test(">=", "purchases.count", 1),
    "big-spenders": every(test(">=", "purchases.total_value", 50_000), test(">=", "purchases.count", 3)),
    "with-a-cart": test(">", "cart.items", 0),
    "near-free-delivery": every(test(">=", "cart.value", 8_000), test("<", "cart.value", 10_000)),
    "paying": test("in", "user.plan", ["basic", "plus", "pro"]),
    "weekend": {"weekday": ["sat", "sun"]},
    "office-hours": every({"weekday": [1, 2, 3, 4, 5]}, {"time_between": ["09:00", "18:00"]}),
    "late": {"time_between": ["22:00", "05:00"]},
    "winter-sale": {"between": [var("time.date"), "2026-11-15", "2026-12-25"]},
    "autumn": _window(random.Random(5)),
    "shop-pages": {"!": {"or": [test("starts_with", "page.path", f"/{name}/") for name in ("blog", "help")]}},
    "bargain-pages": {"or": [test("matches_glob", "page.path", f"/{name}/**") for name in ("sale", "outdoor")]},
    "consenting": var("consent.personalization"),
}
AUDIENCES: Final[dict[str, dict[str, object]]] = {name: {"when": rule} for name, rule in _SHARED.items()}
_NAMES: Final = tuple(AUDIENCES)
_POPULAR: Final = tuple(1 / (place + 1) for place in range(len(_NAMES)))


def _audience(chance: random.Random) -> Rule:
    return {"audience": chance.choices(_NAMES, _POPULAR)[0]}


def _targeted(chance: random.Random) -> Rule:
    """Make one rule: up to two audiences, two to four conditions of its own; one in five has an `or` or a `not`."""
    conditions = [_audience(chance) for _ in range(chance.choice((0, 1, 1, 2)))]
    conditions += [_condition(chance) for _ in range(chance.randint(2, 4))]
    turn = chance.random()
    if turn < 0.12:
        conditions.append({"or": [_condition(chance), _condition(chance)]})
    elif turn < 0.2:
        conditions.append({"!": _audience(chance) if turn < 0.16 else _condition(chance)})
    return every(*conditions)


# -- visitors


def domain(number: int) -> str:
    """Give the domain of a company."""
    return f"company-{number}.example"


def _company(chance: random.Random, name: str) -> Visitor:
    return {
        "known": True,
        "domain": name,
        "industry": chance.choice(INDUSTRIES),
        "country": chance.choice(COUNTRIES),
        "employees": chance.choice((8, 30, 80, 250, 900, 4_000, 15_000, 60_000)),
        "revenue": chance.choice((1e7, 1e8, 1e9, 1e10)),
        "tier": chance.choice(TIERS),
        "stage": chance.choice(STAGES),
    }


def visitor(chance: random.Random, company: str | None = None) -> Visitor:
    """Make a visitor; one in three has a campaign, one in two bought something, a company only who is given one."""
    country = chance.choice(COUNTRIES) if chance.random() < 0.4 else "JP"
    path = chance.choice(PAGES)
    interests = {topic: chance.randrange(100) / 100 for topic in chance.sample(TOPICS, chance.randint(0, 8))}
    when = NOW + chance.randrange(24 * 7) * HOUR
    hour, weekday = (when // HOUR + 9) % 24, (when // HOUR + 9) // 24 % 7
    made: Visitor = {
        "geo": {
            "country": country,
            "region": chance.choice(REGIONS) if country == "JP" else f"{country}-1",
            "city": chance.choice(CITIES),
            "timezone": "Asia/Tokyo",
            "eu": country in ("DE", "FR", "IT", "ES"),
        },
        "device": {
            "type": chance.choice(DEVICES[:3]),
            "os": chance.choice(SYSTEMS),
            "os_major": chance.randint(9, 27),
            "browser": chance.choice(BROWSERS),
            "bot": False,
            "touch": chance.random() < 0.6,
            "screen_width": chance.choice((390, 412, 820, 1_280, 1_920)),
            "language": "ja" if country == "JP" else chance.choice(LANGUAGES),
        },
        "page": {
            "host": "shop.example",
            "path": path,
            "language": "ja",
            "referrer_host": chance.choice(("search.example", "mail.test", "news.invalid", "x.org")),
            "tags": [f"tag-{number}" for number in sorted(chance.sample(range(20), 3))],
        },
        "visits": {
            "count": (count := chance.choice((1, 1, 2, 3, 5, 8, 13))),
            "is_new": count == 1,
            "days_since_last": chance.randrange(90) if count > 1 else None,
            "page_views": count * chance.randint(1, 6),
        },
        "visit": {"page_views": chance.randint(1, 9)},
        "interests": {"top": max(interests, key=interests.__getitem__, default=None), **interests},
        "account": {"known": False},
        "user": {"plan": chance.choice(PLANS), "status": chance.choice(("lead", "customer", None))},
        "cart": {"items": chance.randrange(4), "value": chance.randrange(0, 40_000, 500)},
        "purchases": {"count": chance.randrange(4), "total_value": chance.randrange(0, 90_000, 1_000)},
        "events": {"login": {"count": chance.randrange(9)}},
        "search": {"last": chance.choice(("running shoes", "white shoes", "bag", None))},
        "time": {
            "now": when,
            "date": f"2026-11-{21 + (when - NOW + 21 * HOUR) // (24 * HOUR):02d}",
            "hour": hour,
            "minute": 0,
            "weekday": (weekday + 3) % 7 + 1,  # 1970-01-01 was a Thursday
        },
        "site_time": {"hour": hour},
        "consent": {"personalization": True},
        "channel": "web",
    }
    if chance.random() < 0.35:
        made["campaign"] = {
            "source": chance.choice(SOURCES),
            "medium": chance.choice(("cpc", "email", "banner")),
            "name": chance.choice(CAMPAIGNS),
        }
    if company is not None:
        made["account"] = _company(chance, company)
    return made


def _visitors(seed: int, count: int, companies: Callable[[random.Random], str | None]) -> list[Visitor]:
    chance = random.Random(seed)
    return [visitor(chance, companies(chance)) for _ in range(count)]


def _some_company(chance: random.Random) -> str | None:
    return domain(chance.randrange(100_000)) if chance.random() < 0.3 else None


# -- shapes

VISITORS: Final = 50
"""So many that no engine learns them by heart, and so few that their facts are as near as those just collected."""

PARTNERS: Final = [domain(number) for number in range(0, 100_000, 500)]


def targeting(count: int) -> Shape:
    """Make targeting conditions over shared audiences; a visitor in three comes from a known company."""
    chance = random.Random(11)
    rules = {f"r{number}": _targeted(chance) for number in range(count)}
    return Shape("targeting", rules, _visitors(12, VISITORS, _some_company), AUDIENCES, {"partners": PARTNERS})


def abm(count: int) -> Shape:
    """Make rules that each name their companies (1-20 of 100,000) and ask a few things more.

    The last rule asks for nothing but a company that no other names. Visitors: a third each from there, from companies
    anywhere, and from nobody knows where.
    """
    chance = random.Random(21)
    rules: dict[str, Rule] = {}
    for number in range(count - 1):
        named = test("in", "account.domain", [domain(chance.randrange(100_000)) for _ in range(chance.randint(1, 20))])
        rules[f"r{number}"] = every(named, *(_condition(chance) for _ in range(chance.randint(1, 3))))
    rules[f"r{count - 1}"] = test("in", "account.domain", [_NAMED_LATE, "other.example"])
    return Shape("abm", rules, abm_visitors("mixed"), AUDIENCES, {"partners": PARTNERS})


_NAMED_LATE: Final = "named-late.example"
_COMPANIES: Final[Mapping[str, Callable[[random.Random], str | None]]] = {
    "unknown": lambda _: None,
    "late": lambda _: _NAMED_LATE,
    "mixed": lambda chance: chance.choice((None, _NAMED_LATE, domain(chance.randrange(100_000)))),
}


def abm_visitors(companies: str) -> list[Visitor]:
    """Make visitors of "unknown" company, of one named "late" in the rules of `abm`, or "mixed"."""
    return _visitors(22, VISITORS, _COMPANIES[companies])


_BROAD: Final[Sequence[Rule]] = (
    every({"audience": "japan"}, {"audience": "phones"}, test("starts_with", "page.path", "/women/")),
    every({"audience": "from-newsletter"}, test(">=", "visits.count", 2)),
    every({"audience": "with-a-cart"}, {"!": {"audience": "newcomers"}}),
    every({"audience": "companies"}, test("in", "account.stage", ["engaged", "opportunity", "customer"])),
    every({"audience": "japan"}, test("in", "device.type", ["phone", "tablet"])),
    every(test(">=", "visits.count", 2), test("<", "visits.days_since_last", 45)),
    every(test("==", "visits.is_new", True), {"audience": "no-robots"}),
    every({"audience": "no-robots"}, test("!=", "user.plan", "pro")),
)


def early(count: int) -> Shape:
    """Make targeting conditions whose first eight are broad: nearly every visitor meets one of them."""
    chance = random.Random(31)
    rules = {f"r{number}": _targeted(chance) for number in range(count)}
    rules.update({f"r{number}": rule for number, rule in enumerate(_BROAD)})
    return Shape("early", rules, _visitors(32, VISITORS, _some_company), AUDIENCES, {"partners": PARTNERS})


_RANDOM: Final[Mapping[str, int]] = {f"text{number}": 3 + number % 9 for number in range(20)}
_NUMBERS: Final = tuple(f"number{number}" for number in range(15))
_FLAGS: Final = tuple(f"flag{number}" for number in range(8))


def _predicate(chance: random.Random) -> Rule:
    turn = chance.random()
    if turn < 0.6:
        fact = chance.choice(list(_RANDOM))
        if chance.random() < 0.7:
            return test("==", f"t.{fact}", f"v{chance.randrange(_RANDOM[fact])}")
        return test("in", f"t.{fact}", [f"v{value}" for value in chance.sample(range(_RANDOM[fact]), 2)])
    if turn < 0.9:
        operator = chance.choice(("<", "<=", ">", ">="))
        return test(operator, f"n.{chance.choice(_NUMBERS)}", chance.randint(1, 999) / 10)
    return test("==", f"f.{chance.choice(_FLAGS)}", chance.random() < 0.5)


def _conjunction(chance: random.Random) -> Rule:
    conditions = [_predicate(chance) for _ in range(chance.choice((3, 4, 5, 6, 6)))]
    if chance.random() < 0.25:
        conditions[-1] = {"or": [conditions[-1], _predicate(chance)]}
    if chance.random() < 0.15:
        conditions[0] = {"!": conditions[0]}
    return every(*conditions)


def random_conjunctions(count: int) -> Shape:
    """Make conjunctions of 3-6 random predicates, a quarter with an `or`, 15 % with a `not`; about 1 % match."""
    chance = random.Random(41)
    rules = {f"r{number}": _conjunction(chance) for number in range(count)}
    chance = random.Random(42)
    visitors: list[Visitor] = [
        {
            "t": {fact: f"v{chance.randrange(values)}" for fact, values in _RANDOM.items()},
            "n": {fact: chance.randrange(1_000) / 10 for fact in _NUMBERS},
            "f": {fact: chance.random() < 0.5 for fact in _FLAGS},
        }
        for _ in range(VISITORS)
    ]
    facts: dict[str, dict[str, object]] = {f"t.{fact}": {"type": "string"} for fact in _RANDOM}
    facts |= {f"n.{fact}": {"type": "number"} for fact in _NUMBERS}
    facts |= {f"f.{fact}": {"type": "boolean"} for fact in _FLAGS}
    return Shape("random conjunctions", rules, visitors, facts=facts)


def thresholds(count: int) -> Shape:
    """Make rules that differ only in their bounds: intervals of three numbers, thousands of different bounds."""
    chance = random.Random(51)
    rules: dict[str, Rule] = {}
    for number in range(count):
        first, second, third = (chance.randrange(100_000) for _ in range(3))
        rules[f"r{number}"] = every(
            {"<=": [first, var("n.number0"), first + 2_000]},
            test(">=", "n.number1", second),
            test("<", "n.number2", third),
        )
    chance = random.Random(52)
    visitors: list[Visitor] = [
        {"n": {f"number{place}": chance.randrange(100_000) for place in range(40)}} for _ in range(VISITORS)
    ]
    return Shape("thresholds", rules, visitors, facts={f"n.number{place}": {"type": "number"} for place in range(40)})
