"""Collecting: only what is read, nothing that consent doesn't allow, and whatever a simulation says instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate.context import BUILT_IN, Accounts, Collector, Geo, Sources
from mitate.context.facts import Declaration
from mitate.model import Interest
from mitate.profiles import Profile
from mitate.visitor import Visitor
from mitate_rules import WITHHELD, Context

NOW = 1_790_000_000.0  # 2026-09-21T14:13:20Z, a Monday
NECESSARY = frozenset({"necessary"})
ALL = frozenset({"necessary", "personalization", "analytics"})
ACCOUNTS, _ = Accounts.parse(b"name,cidr,industry\nAoba,203.0.113.0/24,finance\n", "accounts.csv")
SOURCES = Sources(geo=Geo.open(), accounts=ACCOUNTS)
NURSE = Interest(name="nurse", half_life=14 * 86_400.0)
DECLARED: dict[str, Declaration] = {
    "crm.score": {"type": "integer", "minimum": 0, "maximum": 100, "from": "backend"},
    "ops.banner": {"type": "string", "from": "backend", "purpose": "necessary", "enum": ["on", "off"]},
    "stats.views": {"type": "integer", "from": "backend", "purpose": "analytics"},
}
VISITOR = Visitor(
    id="v" * 22,
    page_view="p" * 22,
    ip="203.178.137.58",
    user_agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    url="https://shoes.example/nurse/?utm_source=ad",
    zone="Asia/Tokyo",
)
PROFILE = Profile(
    "v" * 22, {"visits.count": 3, "last_seen": NOW - 60, "interests.nurse": [2.0, NOW], "zone": "Europe/Paris"}
)


def collector(*reads: str, sources: Sources = SOURCES) -> Collector:
    return Collector(
        frozenset(reads), site_zone="Asia/Tokyo", interests={"nurse": NURSE}, declared=DECLARED, sources=sources
    )


def test_exactly_what_is_read_is_collected() -> None:
    collect = collector(
        "geo.country", "time.hour", "device.type", "page.path", "visits.count", "interests.nurse", "campaign.source"
    )
    context = collect(VISITOR, PROFILE, NOW, ALL)
    assert isinstance(context, Context)
    assert context == {
        "geo.country": "JP",
        "time.hour": 23,
        "device.type": "desktop",
        "page.path": "/nurse/",
        "visits.count": 3,
        "interests.nurse": 0.5,
        "campaign.source": "ad",
    }


def test_nothing_read_collects_nothing() -> None:
    assert collector()(VISITOR, PROFILE, NOW, ALL) == {}


def test_without_consent_what_needs_it_is_withheld_and_its_source_not_asked() -> None:
    visitor = Visitor(
        ip="203.0.113.9",
        url="https://a.example/",
        traits={"user.plan": "pro", "crm.score": 5, "ops.banner": "on", "stats.views": 1},
    )
    reads = (
        "account.industry",
        "user.plan",
        "visits.count",
        "interests.nurse",
        "crm.score",
        "stats.views",
        "geo.latitude",
    )
    collect = collector(*reads, "ops.banner", "page.path", "consent.personalization", "consent.analytics")
    assert collect(visitor, PROFILE, NOW, NECESSARY) == {
        **dict.fromkeys(reads, WITHHELD),
        "ops.banner": "on",
        "page.path": "/",
        "consent.personalization": False,
        "consent.analytics": False,
    }
    granted = collect(visitor, PROFILE, NOW, NECESSARY | {"personalization"})
    assert granted["account.industry"] == "finance"
    assert granted["user.plan"] == "pro"
    assert granted["stats.views"] is WITHHELD
    assert (granted["consent.personalization"], granted["consent.analytics"]) == (True, False)


def test_the_zone_of_an_earlier_visit_counts_only_with_consent() -> None:
    visitor = Visitor(ip="10.0.0.1")
    collect = collector("time.zone", "time.zone_source")
    assert collect(visitor, PROFILE, NOW, ALL) == {"time.zone": "Europe/Paris", "time.zone_source": "profile"}
    assert collect(visitor, PROFILE, NOW, NECESSARY) == {"time.zone": "Asia/Tokyo", "time.zone_source": "site"}


def test_what_only_the_browser_can_know_is_always_withheld() -> None:
    collect = collector("live.scroll", "live.clicked.menu")
    assert collect(VISITOR, None, NOW, ALL) == {"live.scroll": WITHHELD, "live.clicked.menu": WITHHELD}
    assert collect(VISITOR, None, NOW, ALL, {"live.scroll": 80}) == {"live.scroll": 80, "live.clicked.menu": WITHHELD}


def test_without_a_profile_a_visitor_who_consents_is_new() -> None:
    collect = collector(
        "visits.count", "visits.is_new", "visits.days_since_last", "interests.nurse", "events.quiz.count"
    )
    assert collect(VISITOR, None, NOW, ALL) == {
        "visits.count": 1,
        "visits.is_new": True,
        "interests.nurse": 0.0,
        "events.quiz.count": 0,
    }


def test_a_simulation_says_otherwise_and_place_and_clock_follow() -> None:
    names = ("geo.country", "geo.country_name_ja", "geo.eu", "time.zone", "time.hour", "time.zone_source")
    visitor = Visitor(ip="8.8.8.8")
    assert collector(*names)(visitor, None, NOW, ALL, {"geo.country": "SG"}) == {
        "geo.country": "SG",
        "geo.country_name_ja": "シンガポール",
        "geo.eu": False,
        "time.zone": "Asia/Singapore",
        "time.hour": 22,
        "time.zone_source": "country",
    }
    forced = collector("time.hour", "time.day_part", "site_time.hour")(VISITOR, None, NOW, ALL, {"time.hour": 8})
    assert forced == {"time.hour": 8, "time.day_part": "morning", "site_time.hour": 23}
    zoned = collector("time.zone", "time.hour")(VISITOR, None, NOW, ALL, {"time.zone": "Europe/London"})
    assert zoned == {"time.zone": "Europe/London", "time.hour": 15}


def test_a_simulation_respects_consent() -> None:
    collect = collector("visits.count", "crm.score", "geo.country")
    overrides = {"visits.count": 9, "crm.score": 3, "geo.country": "FR"}
    assert collect(VISITOR, None, NOW, NECESSARY, overrides) == {
        "visits.count": WITHHELD,
        "crm.score": WITHHELD,
        "geo.country": "FR",
    }
    assert collect(VISITOR, None, NOW, ALL, overrides) == overrides


def test_a_fact_set_to_unknown_is_unknown() -> None:
    assert collector("device.type")(VISITOR, None, NOW, ALL, {"device.type": None}) == {"device.type": None}


SAID: list[tuple[str, object, object]] = [
    ("user.plan", "pro", "pro"),
    ("user.plan", 7, None),
    ("user.ltv", 1.5, 1.5),
    ("user.ltv", float("nan"), None),
    ("user.ltv", -1, None),
    ("user.age", 40, 40),
    ("user.age", True, None),
    ("user.age", 40.5, None),
    ("user.birthday", "1990-02-29", None),
    ("user.birthday", "1992-02-29", "1992-02-29"),
    ("user.channel_preferred", "email", "email"),
    ("user.channel_preferred", "pigeon", None),
    ("cart.items", 0, 0),
    ("cart.items", -1, None),
    ("cart.categories", ("a", "b"), ["a", "b"]),
    ("cart.categories", "a", None),
    ("cart.categories", [1, None, {}, "a"], [1, "a"]),
    ("affinity.color.black", 0.7, 0.7),
    ("affinity.color.black", 1.1, None),
    ("messages.email.opened", 3, 3),
    ("purchases.count", 4, 4),
    ("purchases.categories", ["x"], ["x"]),
    ("visits.logins", 12, 12),
    ("account.industry", "retail", "retail"),
    ("crm.score", 100, 100),
    ("crm.score", 101, None),
    ("crm.unheard-of", 1, 1),
    # What the request itself shows, no trait overrules.
    ("geo.country", "FR", None),
    ("device.type", "tv", None),
    ("page.path", "/admin", None),
    ("consent.personalization", False, True),
    ("request.ip", "192.0.2.1", None),
    ("live.scroll", 50, WITHHELD),
]


@pytest.mark.parametrize(("name", "value", "expected"), SAID)
def test_a_backend_may_say_what_only_it_knows_and_only_if_it_fits(name: str, value: object, expected: object) -> None:
    said = collector(name, sources=Sources())(Visitor(traits={name: value}), None, NOW, ALL)
    assert said.get(name) == expected


def test_every_built_in_fact_can_be_read_at_once() -> None:
    collect = collector(*BUILT_IN)
    for purposes in (NECESSARY, ALL):
        context = collect(VISITOR, PROFILE, NOW, purposes)
        assert set(context) <= set(BUILT_IN)
        withheld = {name for name, value in context.items() if value is WITHHELD}
        needing = {
            name for name, fact in BUILT_IN.items() if fact["purpose"] not in purposes or name.startswith("live.")
        }
        assert withheld == needing


TEXTS = st.none() | st.text(max_size=80)


@given(
    ip=TEXTS,
    agent=TEXTS,
    url=TEXTS,
    zone=TEXTS,
    language=TEXTS,
    email=TEXTS,
    data=st.dictionaries(
        st.sampled_from(["visits.count", "last_seen", "zone", "interests.nurse", "page_views"]),
        st.none() | st.text() | st.floats() | st.lists(st.floats()),
    ),
)
def test_no_visitor_and_no_profile_make_collecting_fail(
    ip: str | None,
    agent: str | None,
    url: str | None,
    zone: str | None,
    language: str | None,
    email: str | None,
    data: dict[str, object],
) -> None:
    visitor = Visitor(ip=ip, user_agent=agent, url=url, referrer=url, zone=zone, language=language, email=email)
    collector(*BUILT_IN, "interests.nurse")(visitor, Profile("v", data), NOW, ALL)
