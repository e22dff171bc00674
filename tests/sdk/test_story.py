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
            "slots": {"hero": {"label": {"en": "The top", "ja": "トップ"}}},
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


def test_an_experience_that_waits_for_the_page_says_what_for(tell: Tell) -> None:
    shown = tell(
        one("hint", {">=": [{"var": "live.seconds"}, 20]}, label={"en": "Hint", "ja": "ヒント"}), one("base", JP)
    )
    waits = {
        "en": '"Hint" waits for time on this page to reach 20 seconds.',
        "ja": "「ヒント」は、このページの滞在時間が20秒以上になることを待っています。",
    }
    assert shown.whole("hero") == [waits["en"], '"base" is shown because country is Japan.']
    assert shown.why("hero") == f'Shows "base" because country is Japan. {waits["en"]}'
    assert shown.why("hero", "ja") == f"国が「日本」のため、「base」を表示しています。{waits['ja']}"
    assert shown.tree("hero").splitlines() == [
        "hero: a (TARGETING_MATCH, situation)",
        'hint: LIVE, waits in the page: a ← {">=":[{"var":"live.seconds"},20]}',
        "  ? live.seconds (known in the page) >= 20",
        "base: TARGETING_MATCH",
        '  ✓ geo.country ("JP") == "JP"',
    ]
    story = shown.stories["hero"].to_dict()
    assert [(step["experience"], step["ending"], step.get("waits")) for step in story["steps"]] == [  # type: ignore[attr-defined]
        ("hint", "LIVE", {">=": [{"var": "live.seconds"}, 20]}),
        ("base", "TARGETING_MATCH", None),
    ]


WAITS = [
    ({"var": "live.exit_intent"}, "a sign of leaving", "離脱しそうな動き"),
    ({"!": {"var": "live.exit_intent"}}, "no sign of leaving", "離脱しそうな動きがないこと"),
    ({"==": [{"var": "live.rage_click"}, True]}, "a burst of clicks in one place", "同じ場所の連打"),
    ({"!=": [True, {"var": "live.form_abandoned"}]}, "no form begun and left", "フォームの入力中断がないこと"),
    ({"var": "live.clicked.menu"}, 'a click on "menu"', "「menu」のクリック"),
    ({"var": "live.visible.hero"}, 'a view of "The top"', "「トップ」の表示"),
    ({"var": "live.event.add-to-cart"}, 'the event "add-to-cart"', "イベント「add-to-cart」"),
    ({">": [{"var": "live.scroll"}, 60]}, "how far the page is scrolled to pass 60%", "スクロール量が60%を超えること"),
    ({"!": {">": [{"var": "live.idle"}, 5]}}, "time without activity to stay at 5 seconds or below", "操作のない時間が5秒以下であること"),
    ({"<": [{"var": "live.idle"}, 5]}, "time without activity to stay below 5 seconds", "操作のない時間が5秒未満であること"),
    ({"==": [{"var": "live.scroll"}, 0]}, "how far the page is scrolled to be exactly 0%", "スクロール量がちょうど0%であること"),
    ({"var": "live.scroll"}, "how far the page is scrolled to pass 0%", "スクロール量が0%を超えること"),
    (
        {"<": [{"var": "live.idle"}, {"var": "live.seconds"}]},
        "time without activity to stay below time on this page",
        "操作のない時間がこのページの滞在時間未満であること",
    ),
    (
        {"and": [{"!": {"var": "live.exit_intent"}}, {"or": [{"var": "live.clicked.menu"}, {"var": "live.rage_click"}]}]},
        'either a click on "menu" or a burst of clicks in one place and no sign of leaving',
        "(「menu」のクリックまたは同じ場所の連打)、かつ離脱しそうな動きがないこと",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("when", "english", "japanese"), WAITS)
def test_whatever_is_waited_for_has_words(tell: Tell, when: object, english: str, japanese: str) -> None:
    shown = tell(one("x", when))
    assert shown.whole("hero") == [f'"x" waits for {english}.']
    assert shown.whole("hero", "ja") == [f"「x」は、{japanese}を待っています。"]
    assert shown.why("hero") == f'Default. "x" waits for {english}.'


def test_what_has_no_words_still_says_that_it_waits(tell: Tell) -> None:
    shown = tell(one("x", {">": [{"if": [{"var": "live.exit_intent"}, {"var": "live.idle"}, 0]}, 3]}))
    assert shown.whole("hero") == ['"x" depends on what happens on the page.']


def test_who_would_be_held_out_once_it_happens_is_told_so(tell: Tell) -> None:
    shown = tell(one("x", {"var": "live.exit_intent"}, experiment={"holdout": 1}), one("y", {"var": "live.clicked.a"}))
    assert shown.why("hero") == (
        'Default. "x" waits for a sign of leaving. This visitor is in its comparison group, so the page then stays as it'
        " is. Others that wait for the page: 1."
    )


UNTOLD: list[tuple[object, str, str]] = [
    (
        {"<": [{"var": "live.seconds"}, {"var": "visits.count"}]},
        '"x" never shows: the page would have to be told about the visitor (number of visits) to wait for it. '
        "Compare what happens in the page with numbers written in the rule.",
        "x: can't be told to a page (carries: visits.count)",
    ),
    (
        {">": [{"+": [{"var": "live.seconds"}, 5]}, 30]},
        '"x" never shows: a page only compares what happens in it (time on this page) with ==, !=, <, <=, >, >=, and, '
        "or, !, if. Write its condition with these.",
        "x: can't be told to a page (operators: live.seconds)",
    ),
]


@pytest.mark.parametrize(("when", "told", "tree"), UNTOLD)
def test_what_cannot_be_told_to_a_page_says_why_and_what_to_do(tell: Tell, when: object, told: str, tree: str) -> None:
    shown = tell(one("x", when))
    assert shown.residuals == ()
    assert (shown.whole("hero"), shown.why("hero")) == ([told], f"Default. {told}")
    assert shown.tree("hero").splitlines()[1] == tree
    assert "表示できません" in shown.why("hero", "ja")
    steps = shown.stories["hero"].to_dict()["steps"]
    assert [(step["ending"], "untold" in step) for step in steps] == [("NO_MATCH", True)]  # type: ignore[attr-defined]


def test_what_keeps_an_experience_of_the_page_out_does_not_say_that_it_matches(tell: Tell) -> None:
    leaving = {"var": "live.exit_intent"}
    shown = tell(
        one("off", leaving, status="paused"),
        one("over", leaving, schedule={"until": "2026-11-01T00:00"}),
        one("often", leaving, frequency={"max": 1, "per": "day"}),
        one("closed", leaving),
        one("shut"),
        profile={"exposures.often": [NOW - 60], "dismissed.closed": 1, "dismissed.shut": 1},
    )
    assert shown.whole("hero") == [
        '"off" is paused.',
        'The schedule of "over" is not running now.',
        '"often" was seen often enough (at most 1 per day).',
        '"closed" was dismissed by this visitor.',
        '"shut" was dismissed by this visitor.',
    ]


def test_what_happened_in_the_page_decides_as_if_the_server_had_seen_it(tell: Tell) -> None:
    hint = one("hint", {">=": [{"var": "live.seconds"}, 20]})
    shown = tell(hint, **{"live.seconds": 30})
    assert (shown["hero"].experience, shown.residuals) == ("hint", ())
    assert shown.why("hero") == 'Shows "hint" because time on this page is 30 seconds (20 seconds or more).'
    assert tell(hint, **{"live.seconds": 10})["hero"].experience is None


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
