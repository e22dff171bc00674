"""Explanations: the clauses, the developer's tree, and what they never show."""

from __future__ import annotations

import json

from mitate_rules import WITHHELD, Context, compile_rule

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
