"""Explanations: the clauses, the developer's tree, and what they never show."""

from __future__ import annotations

import json

import pytest

from mitate_rules import WITHHELD, Context, compile_rule
from mitate_rules.vocabulary import Entries

FACTS: dict[str, dict[str, object]] = {
    "geo.country": {"type": "string", "label": {"ja": "国", "en": "country"}, "values": {"JP": {"ja": "日本"}}},
    "visits.count": {"type": "integer", "unit": "times", "label": {"ja": "訪問回数"}},
    "interests.nurse-shoes": {"type": "number", "unit": "score", "label": {"ja": "ナースシューズへの関心度"}},
    "request.ip": {"type": "ip"},
    "page.path": {"type": "string"},
}
AUDIENCES: dict[str, dict[str, object]] = {
    "nurses": {
        "when": {">=": [{"var": "interests.nurse-shoes"}, 0.4]},
        "label": {"ja": "ナースシューズに関心", "en": "interested in nurse shoes"},
    }
}
RULE = {
    "and": [
        {"audience": "nurses"},
        {"==": [{"var": "geo.country"}, "JP"]},
        {"or": [{">=": [{"var": "visits.count"}, 2]}, {"starts_with": [{"var": "page.path"}, "/a"]}]},
    ]
}
PROGRAM = compile_rule(RULE, FACTS, audiences=AUDIENCES)


def test_a_match_says_every_condition_that_holds() -> None:
    explanation = PROGRAM.explain(Context({"interests.nurse-shoes": 0.59, "geo.country": "JP", "visits.count": 3}))
    assert explanation.clauses("ja") == [
        "ナースシューズへの関心度が59(基準40以上)",
        "国が「日本」",
        "訪問回数が3回(基準2回以上)",
    ]
    assert explanation.because("ja").endswith("訪問回数が3回(基準2回以上)のため")
    assert explanation.clauses("en") == [
        "interests.nurse-shoes is 59 (40 or more)",
        "country is JP",
        "visits.count is 3 (2 or more)",
    ]


def test_the_tree_shows_the_values_read_and_what_was_not_evaluated() -> None:
    explanation = PROGRAM.explain(Context({"interests.nurse-shoes": 0.59, "geo.country": "US"}))
    assert explanation.tree() == (
        "✗ and\n"
        '  ✓ audience "nurses"\n'
        "    ✓ interests.nurse-shoes (0.59) >= 0.4\n"
        '  ✗ geo.country ("US") == "JP"\n'
        '  – or …   (not evaluated: the "and" was already decided)'
    )
    assert explanation.facts == {"interests.nurse-shoes": 0.59, "geo.country": "US"}


def test_the_tree_says_what_is_withheld_missing_or_of_the_wrong_type() -> None:
    tree = PROGRAM.explain(
        Context({"interests.nurse-shoes": WITHHELD, "geo.country": "JP", "visits.count": "2"})
    ).tree()
    assert tree == (
        "✗ and\n"
        '  ? audience "nurses"\n'
        "    ? interests.nurse-shoes (withheld) >= 0.4\n"
        '  ✓ geo.country ("JP") == "JP"\n'
        "  ✗ or\n"
        '    ✗ visits.count ("2", of the wrong type, so missing) >= 2   '
        "(lacks an operand: neither this nor its negation holds)\n"
        '    ✗ page.path (missing) starts_with "/a"'
    )


def test_the_tree_shows_the_clock_that_was_read() -> None:
    rule = {"and": [{"time_between": ["00:00", "15:00", "site"]}, {"weekday": [["sat", "sun"]]}]}
    clock = {"site_time.hour": 8, "site_time.minute": 5, "time.weekday": 6}
    assert compile_rule(rule).explain(Context(clock)).tree() == (
        '✓ and\n  ✓ time_between "00:00", "15:00", "site"   site_time 8:05\n  ✓ weekday ["sat", "sun"]   time Saturday'
    )
    assert compile_rule({"time_between": ["18:00", "05:00"]}).explain(
        Context({"time.hour": 9, "time.minute": 10})
    ).tree() == ('✗ time_between "18:00", "05:00"   time 9:10')
    assert (
        compile_rule({"weekday": [[1]]})
        .explain(Context({}))
        .tree()
        .startswith("✗ weekday [1]   time.weekday (missing)")
    )


def test_an_address_is_never_shown() -> None:
    rule = compile_rule({"in_cidr": [{"var": "request.ip"}, "203.0.113.0/24"]}, FACTS)
    for address in ("203.0.113.77", "198.51.100.77"):
        explanation = rule.explain(Context({"request.ip": address}))
        said = [explanation.tree(lang) + explanation.sentence(lang) for lang in ("en", "ja")]
        everything = " ".join([*said, json.dumps(explanation.to_dict()), repr(explanation.facts)])
        assert address not in everything
        assert "203.0.113.0/24" in everything
    assert explanation.facts == {}


def test_an_explanation_is_json() -> None:
    explanation = PROGRAM.explain(Context({"interests.nurse-shoes": WITHHELD, "geo.country": "JP", "visits.count": 2}))
    said = explanation.to_dict()
    assert json.loads(json.dumps(said)) == said
    assert said["result"] == "withheld"
    assert said["facts"] == {"geo.country": "JP", "visits.count": 2}
    assert said["withheld"] == ["interests.nurse-shoes"]


def test_an_audience_shown_once_is_referred_to_after_that() -> None:
    rule = {"or": [{"and": [{"audience": "nurses"}, False]}, {"audience": "nurses"}]}
    explanation = compile_rule(rule, FACTS, audiences=AUDIENCES).explain(Context({"interests.nurse-shoes": 0.5}))
    assert explanation.tree().splitlines()[-1] == '  ✓ audience "nurses"   (shown above)'
    assert explanation.clauses("ja") == ["「ナースシューズに関心」に該当"]


def test_dates_of_another_year_say_the_year() -> None:
    rule = compile_rule({"before": [{"var": "d"}, "2026-01-01"]}, {"d": {"type": "date", "label": {"ja": "誕生日"}}})
    assert rule.explain({"d": "1990-05-02"}).clauses("ja") == ["誕生日が1990年5月2日(水)(1月1日(木)より前)"]


def test_a_list_of_addresses_is_never_shown() -> None:
    facts: dict[str, dict[str, object]] = {"ips": {"type": "list", "items": "ip"}}
    rule = compile_rule({"some": [{"var": "ips"}, {"in_cidr": [{"var": ""}, "203.0.113.0/24"]}]}, facts)
    explanation = rule.explain({"ips": ["203.0.113.77"]})
    assert explanation.result is True
    assert explanation.facts == {}
    assert explanation.tree() == "✓ some ips (kept private)"


CART: dict[str, dict[str, object]] = {
    "cart.categories": {
        "type": "list",
        "items": "string",
        "label": {"ja": "カートの分類", "en": "the categories in the cart"},
        "values": {"care": {"ja": "お手入れ用品", "en": "care goods"}},
    },
    "cart.prices": {"type": "list", "items": "number", "unit": "yen", "label": {"ja": "価格", "en": "the prices"}},
    "cart.lines": {"type": "list", "label": {"ja": "カートの商品", "en": "the lines of the cart"}},
}
SHOES: dict[str, object] = {"starts_with": [{"var": ""}, "shoes-"]}
DEAR: dict[str, object] = {">=": [{"var": ""}, 1000]}
DEAR_SHOES: dict[str, object] = {"and": [{">=": [{"var": "price"}, 3000]}, {"==": [{"var": "kind"}, "shoes"]}]}


@pytest.mark.parametrize(
    ("rule", "items", "en", "ja"),
    [
        (
            {"some": [{"var": "cart.categories"}, SHOES]},
            ["socks", "shoes-nurse"],
            'shoes-nurse is among the categories in the cart (starts with "shoes-")',
            "カートの分類に「shoes-」で始まるものがある(「shoes-nurse」)ため",
        ),
        (
            {"some": [{"var": "cart.categories"}, SHOES]},
            ["socks", "care"],
            'None of the categories in the cart (socks, care goods) starts with "shoes-".',
            "カートの分類(「socks」「お手入れ用品」)に「shoes-」で始まるものがありません。",
        ),
        (
            {"some": [{"var": "cart.categories"}, {"==": [{"var": ""}, "care"]}]},
            ["care"],
            "care goods is among the categories in the cart",
            "カートの分類に「お手入れ用品」があるため",
        ),
        (
            {"none": [{"var": "cart.categories"}, SHOES]},
            ["a", "b", "c", "d"],
            'none of the categories in the cart (a, b, c and 1 more) starts with "shoes-"',
            "カートの分類(「a」「b」「c」ほか1件)に「shoes-」で始まるものがないため",
        ),
        (
            {"all": [{"var": "cart.prices"}, DEAR]},
            [2000, 500],
            "¥500 is among the prices (below ¥1,000).",
            "価格に1,000円未満のものがあります(500円)。",
        ),
        (
            {"all": [{"var": "cart.prices"}, DEAR]},
            [2000, 3000],
            "each of the prices (¥2,000, ¥3,000) is ¥1,000 or more",
            "価格(2,000円、3,000円)に1,000円未満のものがないため",
        ),
        ({"all": [{"var": "cart.prices"}, DEAR]}, [], "The prices are empty.", "価格は空です。"),
        ({"none": [{"var": "cart.prices"}, DEAR]}, None, "the prices are not known yet", "価格がまだわからないため"),
        (
            {"some": [{"var": "cart.lines"}, DEAR_SHOES]},
            [{"price": 5000, "kind": "shoes"}],
            "one is among the lines of the cart (price is 5,000, 3,000 or more; kind is shoes)",
            "カートの商品に条件に合うものがある(priceが5,000、基準3,000以上、kindが「shoes」)ため",
        ),
    ],
)
def test_a_condition_on_a_list_speaks_of_the_item_that_decided(
    rule: dict[str, object], items: object, en: str, ja: str
) -> None:
    explanation = compile_rule(rule, CART).explain(Context(dict.fromkeys(CART, items)))
    said = explanation.because if explanation.result is True else explanation.sentence
    capital = en[:1].upper() + en[1:] if explanation.result is False else en
    assert (said("en"), said("ja")) == (capital, ja)


def test_the_tree_shows_the_item_that_decided_and_its_conditions() -> None:
    rule = {"some": [{"var": "cart.lines"}, DEAR_SHOES]}
    lines = [{"price": 1, "kind": "shoes"}, {"price": 5000, "kind": "shoes"}]
    explanation = compile_rule(rule, CART).explain(Context({"cart.lines": lines}))
    assert explanation.tree().splitlines()[1:] == [
        "  ✓ and",
        "    ✓ price (5000) >= 3000",
        '    ✓ kind ("shoes") == "shoes"',
    ]
    told = explanation.to_dict()["tree"]
    assert isinstance(told, dict)
    assert told["item"] == {"price": 5000, "kind": "shoes"}


def test_a_list_is_called_by_its_label_and_else_by_its_name() -> None:
    lists = {"offices": Entries(["203.0.113.0/24"], {"ja": "自社の拠点", "en": "our offices"}), "plain": ["a"]}
    program = compile_rule({"in_cidr": [{"var": "request.ip"}, "offices"]}, FACTS, lists=lists)
    inside = program.explain(Context({"request.ip": "203.0.113.9"}))
    assert (inside.because("en"), inside.because("ja")) == ("the address is in our offices", "自社の拠点に該当するため")
    outside = program.explain(Context({"request.ip": "192.0.2.1"}))
    assert outside.sentence("ja") == "自社の拠点に該当しません。"
    named = compile_rule({"in_list": [{"var": "page.path"}, "plain"]}, FACTS, lists=lists)
    assert named.explain(Context({"page.path": "a"})).because("en") == 'page.path is in the list "plain"'


def test_other_languages_are_told_in_english() -> None:
    explanation = PROGRAM.explain(Context({"geo.country": "US"}))
    assert explanation.sentence("de-AT") == explanation.sentence("en")
    assert explanation.sentence("ja-JP") == explanation.sentence("ja")


def test_a_value_that_holds_itself_is_written_a_few_levels_deep() -> None:
    found: dict[str, object] = {"n": 1}
    found |= {"a": found, "b": [found]}
    innermost = {"n": 1, "a": "…", "b": "…"}
    expected = {"n": 1, "a": {"n": 1, "a": innermost, "b": ["…"]}, "b": [innermost]}
    assert compile_rule({"var": "x"}).explain({"x": found}).to_dict()["facts"] == {"x": expected}
