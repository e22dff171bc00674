"""The table of facts: complete, labelled, and found by name or wildcard."""

from __future__ import annotations

from typing import cast

import pytest

from mitate.context.facts import BUILT_IN, find
from mitate.model import Labels
from mitate_rules import check_rule
from mitate_rules.facts import TYPES, UNITS

# The names the design promises, but for those whose source comes later (store.*, calendar.*).
PROMISED = [
    "geo.country",
    "geo.country_name",
    "geo.region",
    "geo.region_name",
    "geo.city",
    "geo.postal",
    "geo.latitude",
    "geo.longitude",
    "geo.timezone",
    "geo.eu",
    "request.ip",
    "time.now",
    "time.zone",
    "time.zone_source",
    "time.hour",
    "time.minute",
    "time.weekday",
    "time.date",
    "time.month",
    "time.season",
    "time.day_part",
    "site_time.zone",
    "site_time.hour",
    "site_time.minute",
    "site_time.weekday",
    "site_time.date",
    "site_time.month",
    "site_time.season",
    "site_time.day_part",
    "device.type",
    "device.os",
    "device.os_version",
    "device.browser",
    "device.browser_version",
    "device.bot",
    "device.touch",
    "device.screen_width",
    "device.language",
    "page.url",
    "page.host",
    "page.path",
    "page.query.*",
    "page.title",
    "page.language",
    "page.referrer",
    "page.referrer_host",
    "page.tags",
    "campaign.source",
    "campaign.medium",
    "campaign.name",
    "campaign.term",
    "campaign.content",
    "search.last",
    "search.terms",
    "visits.count",
    "visits.first",
    "visits.is_new",
    "visits.days_since_first",
    "visits.days_since_last",
    "visits.page_views",
    "visits.total_seconds",
    "visits.logins",
    "visit.page_views",
    "visit.seconds",
    "visit.started",
    "visit.landing_path",
    "events.*.count",
    "events.*.last_days_ago",
    "events.*.times",
    "interests.*",
    "interests.top",
    "affinity.*",
    "account.known",
    "account.name",
    "account.domain",
    "account.industry",
    "account.employees",
    "account.revenue",
    "account.country",
    "account.technologies",
    "account.tier",
    "account.stage",
    "account.owner",
    "account.confidence",
    "account.source",
    "user.persona",
    "user.status",
    "user.ltv",
    "user.birthday",
    "user.age",
    "user.gender",
    "user.plan",
    "user.loyalty",
    "user.channel_preferred",
    "messages.*.sent",
    "messages.*.opened",
    "messages.*.clicked",
    "messages.*.dismissed",
    "messages.*.open_rate",
    "messages.*.days_since_last_open",
    "contacts.*.count",
    "contacts.*.days_since_last",
    "purchases.count",
    "purchases.total_value",
    "purchases.days_since_last",
    "purchases.last_category",
    "purchases.categories",
    "consent.*",
    "channel",
    "live.scroll",
    "live.seconds",
    "live.idle",
    "live.exit_intent",
    "live.visible.*",
    "live.clicked.*",
    "live.event.*",
]

OF_THE_REQUEST = (
    "geo.country",
    "geo.region",
    "geo.city",
    "request.",
    "time.",
    "site_time.",
    "device.",
    "page.",
    "campaign.",
    "search.",
    "consent.",
    "channel",
    "live.",
    "geo.eu",
    "geo.timezone",
)


def test_every_promised_fact_is_declared() -> None:
    assert [name for name in PROMISED if name not in BUILT_IN] == []


@pytest.mark.parametrize("name", BUILT_IN)
def test_each_declaration_is_whole(name: str) -> None:
    fact = BUILT_IN[name]
    assert fact["type"] in TYPES
    assert fact.get("unit", "times") in UNITS
    assert fact["purpose"] == ("necessary" if name.startswith(OF_THE_REQUEST) else "personalization")
    assert isinstance(fact["source"], str)
    assert isinstance(fact["cost"], float)
    labels = [cast("Labels", fact["label"]), *cast("dict[str, Labels]", fact.get("values", {})).values()]
    assert [set(label) for label in labels] == [{"en", "ja"}] * len(labels)
    assert all(text.strip() == text != "" for label in labels for text in label.values())
    assert ("{*}" in labels[0]["en"]) == ("{*}" in labels[0]["ja"]) == ("*" in name)


def test_values_have_names_people_say() -> None:
    values = cast(
        "dict[str, dict[str, Labels]]", {name: fact["values"] for name, fact in BUILT_IN.items() if "values" in fact}
    )
    assert values["geo.country"]["JP"] == {"en": "Japan", "ja": "日本"}
    assert values["time.weekday"]["6"] == {"en": "Saturday", "ja": "土"}
    assert values["device.type"]["phone"] == {"en": "phone", "ja": "スマートフォン"}
    assert values["time.day_part"]["night"] == {"en": "night", "ja": "深夜"}


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("interests.nurse-shoes", "interests.*"),
        ("interests.top", "interests.top"),
        ("events.quiz.count", "events.*.count"),
        ("events.quiz.last_days_ago", "events.*.last_days_ago"),
        ("page.query.utm_x.y", "page.query.*"),
        ("affinity.color.black", "affinity.*"),
        ("messages.email.open_rate", "messages.*.open_rate"),
        ("live.event.signup", "live.event.*"),
        ("events.quiz", None),
        ("events.quiz.counts", None),
        ("interests", None),
        ("geo.contry", None),
        ("", None),
        (".", None),
    ],
)
def test_a_fact_is_found_by_its_name_or_its_wildcard(name: str, pattern: str | None) -> None:
    assert find(name) is (None if pattern is None else BUILT_IN[pattern])


def test_the_engine_understands_the_table() -> None:
    rule = {
        "and": [
            {"==": [{"var": "geo.country"}, "JP"]},
            {">=": [{"var": "interests.nurse"}, 0.4]},
            {"==": [{"var": "events.quiz.count"}, 2]},
        ]
    }
    assert check_rule(rule, BUILT_IN) == []
    assert [found.code for found in check_rule({"==": [{"var": "geo.contry"}, "JP"]}, BUILT_IN)] == ["unknown-fact"]
