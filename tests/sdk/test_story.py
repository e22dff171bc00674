"""A slot's whole story: what became of each experience, in one sentence each, and what a visitor is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from mitate import ExplainedDecisions, Mitate, Visitor

NOW = datetime.fromisoformat("2026-11-21T21:00+09:00").timestamp()
ID = "v" * 22
ALLOWED = {"personalization": True, "analytics": True}
JP = {"==": [{"var": "geo.country"}, "JP"]}
Tell = Callable[..., ExplainedDecisions]


def one(name: str, when: object = True, **parts: object) -> dict[str, object]:
    return {"id": name, "slot": "hero", "when": when, "variants": [{"id": "a", "text": name}], **parts}


@pytest.fixture
def tell(tmp_path: Path) -> Tell:
    """Make a site of experiences for the hero, and decide for a visitor from Japan on a phone."""

    def decide(*experiences: dict[str, object], consent: object = ALLOWED, **parts: object) -> ExplainedDecisions:
        document: dict[str, object] = {
            "format": 1,
            "site": "t",
            "timezone": "Asia/Tokyo",
            "slots": {"hero": {}},
            "experiences": list(experiences),
            "lists": {"partners": {"items": ["aoi.example"], "label": {"en": "our partners", "ja": "パートナー企業"}}},
            "interests": {"shoes": {"label": {"en": "shoes", "ja": "靴"}}},
        }
        (tmp_path / "site.json").write_text(json.dumps(document))
        facts: dict[str, object] = {"geo.country": "JP", "device.type": "phone"}
        profile = parts.pop("profile", {"visits.count": 4})
        with Mitate.from_path(tmp_path, clock=lambda: NOW) as mitate:
            return mitate.simulate(
                Visitor(id=ID, consent=consent),  # type: ignore[arg-type]
                facts={**facts, **parts},
                profile=profile,  # type: ignore[arg-type]
            )

    return decide


def test_the_winner_the_later_and_what_an_earlier_one_would_need_have_a_sentence_each(tell: Tell) -> None:
    shown = tell(
        one("b2b", {"==": [{"var": "account.industry"}, "finance"]}),
        one("nurse", JP),
        one("spring", {"==": [{"var": "device.type"}, "phone"]}),
        one("desk", {"==": [{"var": "device.type"}, "desktop"]}),
    )
    assert shown.whole("hero") == [
        '"b2b" would need a known company.',
        '"nurse" is shown because country is Japan.',
        '"spring" matches too but is later.',
        '"desk" would need a visit on a computer.',
    ]
    assert shown.whole("hero", "ja") == [
        "「b2b」は、企業が判明した訪問が対象です。",
        "「nurse」は、国が「日本」のため、表示しています。",
        "「spring」にも一致しますが、優先順位が後です。",
        "「desk」は、パソコンで閲覧なら一致します。",
    ]
    assert shown.stories["hero"].to_dict()["whole"] == {"en": shown.whole("hero"), "ja": shown.whole("hero", "ja")}
    assert shown.to_dict()["hero"] == shown.stories["hero"].to_dict()


def test_what_keeps_an_experience_out_is_named(tell: Tell) -> None:
    shown = tell(
        one("off", JP, status="paused"),
        one("over", JP, schedule={"until": "2026-11-01T00:00"}),
        one("bought", JP, suppress={"==": [{"var": "device.type"}, "phone"]}),
        one("often", JP, frequency={"max": 1, "per": "day"}),
        profile={"visits.count": 4, "exposures.often": [NOW - 60]},
    )
    assert shown.whole("hero") == [
        '"off" matches but is paused.',
        '"over" matches but its schedule is not running now.',
        '"bought" is left out because device is phone.',
        '"often" matches but was seen often enough (at most 1 per day).',
    ]


def test_before_consent_each_says_what_it_does_not_use(tell: Tell) -> None:
    shown = tell(
        one("again", {">": [{"var": "visits.count"}, 2]}), one("often", JP, frequency={"max": 1, "per": "day"}),
        consent={"personalization": False},
    )  # fmt: skip
    assert shown.whole("hero") == [
        '"again" waits for consent; until then it does not use: number of visits.',
        '"often" needs to remember the visitor, which waits for consent.',
    ]


def test_an_experience_that_waits_for_the_page_says_so(tell: Tell) -> None:
    shown = tell(one("leaving", {"var": "live.exit_intent"}))
    assert shown.whole("hero") == ['"leaving" depends on what happens on the page.']


def test_views_that_are_lacking_are_counted(tell: Tell) -> None:
    shown = tell(one("shoes", {">=": [{"var": "interests.shoes"}, 0.4]}))
    assert shown.whole("hero") == ['"shoes" would need 2 views of shoes.']
    assert shown.whole("hero", "ja") == ["「shoes」は、靴を2回見ると表示されます。"]


def test_another_experience_of_the_group_and_a_comparison_group_are_named(tell: Tell) -> None:
    split = {"experiment": {"layer": "first"}}
    both = [tell(one("a", **split), one("b", **split), profile={"key": key * 22}).whole("hero") for key in "abcdefgh"]
    other = "matches, but this visitor belongs to another experience of the same group."
    assert [f'"a" {other}', '"b" is shown to everyone.'] in both
    assert ['"a" is shown to everyone.', '"b" matches too but is later.'] in both
    assert tell(one("c", JP, experiment={"holdout": 1})).whole("hero") == [
        '"c" matches, but this visitor is in its comparison group.'
    ]


def test_a_crawler_hears_why_nothing_was_asked(tell: Tell) -> None:
    shown = tell(one("a"), **{"device.bot": True})
    assert shown.whole("hero") == ["Default, because this is a crawler. It is not counted."]


def test_a_list_is_called_by_its_label(tell: Tell) -> None:
    shown = tell(
        one("partner", {"in_list": [{"var": "account.domain"}, "partners"]}), **{"account.domain": "aoi.example"}
    )
    assert "our partners" in shown.why("hero")
    assert "パートナー企業に該当するため" in shown.why("hero", "ja")


def test_a_visitor_hears_the_kind_of_knowledge_and_what_to_do(tell: Tell) -> None:
    behavior = tell(one("again", {">": [{"var": "visits.count"}, 2]}))
    assert behavior.about("hero") == (
        "Chosen from what you looked at on this site. You can turn this off at any time where you gave your consent."
    )
    assert behavior.about("hero", "ja") == (
        "このサイトでご覧になったものをもとに選んでいます。同意の設定で、いつでも止められます。"
    )
    company = tell(one("b2b", {"==": [{"var": "account.industry"}, "finance"]}), **{"account.industry": "finance"})
    assert "finance" not in company.about("hero")
    assert company.about("hero").endswith("You can turn this off at any time where you gave your consent.")
    assert tell(one("all")).about("hero") == "Everyone sees this."


def test_an_unknown_language_is_told_in_english(tell: Tell) -> None:
    shown = tell(one("nurse", JP))
    assert shown.why("hero", "fr") == shown.why("hero", "en")
    assert shown.whole("hero", "fr") == shown.whole("hero", "en")
    assert shown.tree("hero", "fr") == shown.tree("hero", "en")
    assert shown.why("hero", "ja-JP") == shown.why("hero", "ja")
