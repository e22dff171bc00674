"""The smallest changes of a visitor that make a rule match, and how they are said."""

from __future__ import annotations

import pytest

from mitate.context.facts import BUILT_IN
from mitate_rules import WITHHELD, Context, compile_rule
from mitate_rules.changes import Change
from mitate_rules.messages import LANGUAGES
from mitate_rules.solving.wishes import FORMS
from mitate_rules.vocabulary import Vocabulary

NURSES = {"label": {"en": "interest in nurse shoes", "ja": "ナースシューズへの関心度"}}
FACTS = {**BUILT_IN, "interests.nurse-shoes": {**BUILT_IN["interests.*"], **NURSES}}
LISTS = {"partners": ["a.example"]}


def var(name: str) -> dict[str, object]:
    return {"var": name}


def changes(rule: object, context: dict[str, object], *, anything: bool = False, limit: int = 3) -> list[Change]:
    program = compile_rule(rule, FACTS, lists=LISTS)
    return program.changes(Context(context), limit=limit, may_change=(lambda name: True) if anything else None)


def said(rule: object, context: dict[str, object], *, anything: bool = True) -> list[str]:
    """Give the sentences of all changes, in English and Japanese."""
    vocabulary = Vocabulary(FACTS, None, LISTS)
    found = changes(rule, context, anything=anything)
    return [change.sentence(lang, vocabulary) for change in found for lang in LANGUAGES]


SENTENCES: list[tuple[object, dict[str, object], str, str]] = [
    (
        {">=": [var("interests.nurse-shoes"), 0.4]},
        {"interests.nurse-shoes": 0.33},
        "interest in nurse shoes at least 40 (now 33)",
        "ナースシューズへの関心度が40以上(いま33)",
    ),
    ({">=": [var("visits.count"), 3]}, {"visits.count": 2}, "visits: 1 more", "訪問回数があと1回"),
    ({"==": [var("visits.count"), 2]}, {"visits.count": 5}, "number of visits exactly 2 (now 5)", "訪問回数がちょうど2回(いま5回)"),
    (
        {"<=": [3, var("visits.count"), 5]},
        {"visits.count": WITHHELD},
        "after consent: number of visits from 3 to 5 (not known yet)",
        "同意後、訪問回数が3回〜5回(まだわかりません)",
    ),
    ({"<": [var("cart.value"), 3000]}, {"cart.value": 5000}, "value of the cart at most ¥2,999 (now ¥5,000)", "カートの金額が2,999円以下(いま5,000円)"),
    ({"<": [var("cart.value"), 3000]}, {}, "value of the cart at most ¥2,999 (not known yet)", "カートの金額が2,999円以下(まだわかりません)"),
    ({"==": [var("device.type"), "phone"]}, {"device.type": "desktop"}, "on a phone", "スマートフォンで閲覧"),
    ({"==": [var("geo.country"), "JP"]}, {"geo.country": "US"}, "country: Japan", "国が「日本」"),
    ({"!=": [var("campaign.source"), "ads"]}, {"campaign.source": "ads"}, "campaign source: any but ads", "流入元が「ads」以外"),
    ({"!=": [var("search.last"), None]}, {}, "words searched for known", "検索した言葉がわかる"),
    ({"==": [var("search.last"), None]}, {"search.last": "x"}, "words searched for not known", "検索した言葉がない"),
    (
        {"count_events": ["viewed_pricing", "30d", 2]},
        {"events.viewed_pricing.times": [1_000_000_000.0], "time.now": 1_795_000_000.0},
        '"viewed_pricing" at least 2 times in the last 30 days',
        "直近30日で「viewed_pricing」が2回以上",
    ),
    (
        {"!": {"count_events": ["quiz", "24h", 2]}},
        {"events.quiz.times": [1_795_000_000.0] * 3, "time.now": 1_795_000_000.0},
        '"quiz" at most once in the last 24 hours',
        "直近24時間で「quiz」が1回以下",
    ),
    (
        {"!": {"count_events": ["quiz", "1d"]}},
        {"events.quiz.times": [1_795_000_000.0], "time.now": 1_795_000_000.0},
        '"quiz" not once in the last day',
        "直近1日で「quiz」がない",
    ),
    (var("device.touch"), {}, "touch screen: yes", "タッチ画面に該当"),
    ({"==": [var("device.touch"), False]}, {"device.touch": True}, "touch screen: no", "タッチ画面に該当しない"),
    ({"starts_with": [var("page.path"), "/nurse/"]}, {"page.path": "/"}, "on a page under /nurse/", "/nurse/ 以下のページを閲覧"),
    ({"starts_with": [var("page.title"), "Sale"]}, {}, 'page title starting with "Sale"', "ページのタイトルが「Sale」で始まる"),
    ({"ends_with": [var("page.host"), ".jp"]}, {}, 'host name ending with ".jp"', "ホスト名が「.jp」で終わる"),
    ({"icontains": [var("search.last"), "nurse"]}, {}, '"nurse" in words searched for', "検索した言葉に「nurse」を含む"),
    ({"contains": [var("cart.categories"), "shoes"]}, {"cart.categories": ["care"]}, '"shoes" in the categories in the cart', "カートの商品の分類に「shoes」を含む"),
    ({"matches_glob": [var("page.path"), "/*/white"]}, {}, "page fitting /*/white", "ページが「/*/white」の形に一致"),
    ({"in_list": [var("account.domain"), "partners"]}, {}, 'company\'s domain in the list "partners"', "企業のドメインがリスト「partners」に該当"),
    ({"in_cidr": [var("request.ip"), "10.0.0.0/8"]}, {}, "in the network 10.0.0.0/8", "ネットワーク「10.0.0.0/8」に該当"),
    ({"sem_ver": [var("device.os_version"), ">=", "17.5"]}, {}, "version of the operating system 17.5 or above", "OSのバージョンが17.5以上"),
    ({"time_between": ["22:00", "05:00"]}, {"time.hour": 15, "time.minute": 0}, "between 22:00 and 5:00", "22:00〜5:00の時間内"),
    ({"weekday": ["sat", "sun"]}, {"time.weekday": 3}, "on Saturday or Sunday", "土・日曜日"),
    ({"between": [var("time.date"), "2026-12-01", "2026-12-24"]}, {"time.date": "2026-11-21"}, "visitor's date from Tue 1 Dec to Thu 24 Dec", "訪問者の日付が12月1日(火)〜12月24日(木)"),
    ({"after": [var("user.member_since"), "2026-01-01"]}, {}, "member since Thu 1 Jan or later", "入会日が1月1日(木)以降"),
    ({"before": [var("user.member_since"), "2026-01-01"]}, {}, "member since before Thu 1 Jan", "入会日が1月1日(木)より前"),
    ({"days_since": [var("user.birthday"), ">=", 7]}, {"user.birthday": "2026-11-20", "time.date": "2026-11-21"}, "7 days or more since birthday", "誕生日から7日以上"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "context", "english", "japanese"), SENTENCES, ids=str)
def test_a_change_is_said_as_people_say_it(
    rule: object, context: dict[str, object], english: str, japanese: str
) -> None:
    assert said(rule, context)[:2] == [english, japanese]


def test_both_languages_have_the_same_forms() -> None:
    assert set(FORMS["en"]) == set(FORMS["ja"])


def test_several_facts_are_joined_and_what_needs_consent_comes_last() -> None:
    rule = {"and": [{">=": [var("visits.count"), 3]}, {"==": [var("device.type"), "phone"]}]}
    assert said(rule, {"visits.count": WITHHELD, "device.type": "desktop"}) == [
        "on a phone, after consent: number of visits at least 3 (not known yet)",
        "スマートフォンで閲覧、同意後、訪問回数が3回以上(まだわかりません)",
    ]


def test_a_rule_that_matches_needs_no_change() -> None:
    assert changes(var("device.touch"), {"device.touch": True}) == []


def test_only_what_is_missing_changes_and_by_the_smallest_step() -> None:
    rule = {"and": [{">=": [var("interests.nurse-shoes"), 0.4]}, {"==": [var("geo.country"), "JP"]}]}
    (change,) = changes(rule, {"interests.nurse-shoes": 0.33, "geo.country": "JP"})
    assert change.facts == {"interests.nurse-shoes": (0.33, 0.4)}


def test_a_visitor_does_not_change_place_or_company_unless_asked() -> None:
    rule = {"and": [{"==": [var("geo.country"), "JP"]}, {">=": [var("account.employees"), 100]}]}
    assert changes(rule, {"geo.country": "US"}) == []
    (change,) = changes(rule, {"geo.country": "US"}, anything=True)
    assert change.facts == {"account.employees": (None, 100), "geo.country": ("US", "JP")}


def test_a_site_s_own_fact_may_say_that_visitors_do_not_change_it() -> None:
    facts: dict[str, dict[str, object]] = {"a.b": {"type": "boolean", "changeable": False}, "a.c": {"type": "boolean"}}
    program = compile_rule({"or": [var("a.b"), var("a.c")]}, facts)
    assert [change.facts for change in program.changes({})] == [{"a.c": (None, True)}]


def test_alternatives_come_fewest_facts_first_and_at_most_as_many_as_asked() -> None:
    two = {"and": [{"==": [var("device.type"), "phone"]}, {"==": [var("campaign.source"), "ads"]}]}
    rule = {"or": [two, {">=": [var("visits.count"), 3]}, {"==": [var("page.title"), "x"]}]}
    found = changes(rule, {"visits.count": 1, "device.type": "tv"}, limit=5)
    assert [set(change.facts) for change in found] == [
        {"page.title"}, {"visits.count"}, {"device.type", "campaign.source"},
    ]  # fmt: skip
    assert len(changes(rule, {}, limit=2)) == 2
    assert changes(rule, {}, limit=0) == []


def test_an_item_is_added_to_what_the_visitor_has() -> None:
    (change,) = changes({"contains": [var("cart.categories"), "shoes"]}, {"cart.categories": ["care"]})
    assert change.facts == {"cart.categories": (["care"], ["care", "shoes"])}


def test_sums_and_products_are_solved_for_the_fact_that_changes() -> None:
    rule = {">=": [var("cart.value"), {"*": [var("cart.items"), 3000]}]}
    found = changes(rule, {"cart.value": 9000, "cart.items": 4})
    assert [change.facts for change in found] == [{"cart.items": (4, 3)}, {"cart.value": (9000, 12000.0)}]


def test_changes_are_found_for_nested_data_too() -> None:
    program = compile_rule({">=": [var("visits.count"), 3]}, FACTS)
    assert program.changes({"visits": {"count": 1}})[0].facts == {"visits.count": (1, 3)}


def test_values_of_a_wrong_type_or_beyond_measure_do_no_harm() -> None:
    rule = {
        "and": [
            {">=": [var("cart.value"), {"+": [var("cart.items"), 1]}]},
            {">": [var("time.now"), var("visits.first")]},
        ]
    }
    names: list[str] = ["cart.value", "cart.items", "time.now", "visits.first"]
    strange: list[object] = ["x", [], {}, 10**400, float("nan"), True]
    for value in strange:
        context: dict[str, object] = dict.fromkeys(names, value)
        assert isinstance(changes(rule, context, anything=True), list)
