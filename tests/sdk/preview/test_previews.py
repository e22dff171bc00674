"""A preview: what was chosen shows whatever keeps it back, the rest is as it would be, and nothing is left behind."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mitate import Mitate, Reason, Reported, Visitor
from mitate.preview import Overrides, Preview, Previews, describe
from mitate.preview.phrases import PHRASES
from mitate.tokens import Invitation

NOW = datetime.fromisoformat("2026-11-21T21:00+09:00").timestamp()
ID = "visitor-00000000000001"
AGREED = {"personalization": True, "analytics": True}
WHO = Visitor(id=ID, page_view="pageview-0001", url="https://shop.example/", consent=AGREED, zone="Asia/Tokyo")
BOT = Visitor(user_agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", consent=AGREED)
NEVER = {"==": [{"var": "campaign.source"}, "nowhere"]}
TWO = [{"id": "page"}, {"id": "light", "text": "Light", "label": {"en": "Light one", "ja": "軽い"}}]


def one(name: str, slot: str = "hero", when: object = True, **parts: Any) -> dict[str, Any]:
    return {"id": name, "slot": slot, "when": when, "variants": [{"id": "a", "text": name}], **parts}


Make = Callable[..., Previews]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Make a site of experiences, and previews of it."""
    made: list[Mitate] = []

    def make(*experiences: dict[str, Any], **parts: Any) -> Previews:
        document = {
            "format": 1,
            "site": "shop",
            "timezone": "Asia/Tokyo",
            "slots": {"hero": {"label": {"en": "Hero", "ja": "メイン"}}, "note": {}, "tail": {"live": True}},
            "experiences": list(experiences),
            **parts,
        }
        (tmp_path / "site.json").write_text(json.dumps(document), "utf-8")
        made.append(Mitate.from_path(tmp_path, clock=lambda: NOW))
        return Previews(made[-1])

    yield make
    for mitate in made:
        mitate.close()


def reasons(preview: Preview) -> dict[str, str]:
    return {slot: str(decision.reason) for slot, decision in preview.decisions.items()}


def told(preview: Preview, experience: str) -> Mapping[str, Any]:
    """Give what the panel is told of an experience."""
    described: Any = describe(preview, NOW + 3600)
    return next(row for row in described["experiences"] if row["id"] == experience)


KEPT_BACK: dict[str, dict[str, Any]] = {
    "its rule": {"when": NEVER},
    "a pause": {"status": "paused"},
    "being a draft": {"status": "draft"},
    "its schedule": {"schedule": {"until": "2020-01-01"}},
    "its cap": {"frequency": {"max": 1, "per": "lifetime"}},
    "what suppresses it": {"suppress": {"==": [{"var": "page.path"}, "/"]}},
    "its comparison group": {"experiment": {"holdout": 1.0}},
    "what the page must tell": {"when": {">": [{"var": "live.scroll"}, 50]}},
    "missing consent": {"when": {">=": [{"var": "visits.count"}, 1]}},
}


@pytest.mark.parametrize("why", KEPT_BACK)
def test_a_chosen_variant_shows_whatever_keeps_it_back(make: Make, why: str) -> None:
    previews = make(one("kept", **KEPT_BACK[why]), one("other"))
    previews.mitate.record(WHO, [Reported(type="exposure", experience="kept", slot="hero", variant="a")], now=NOW - 60)
    visitor = WHO if why != "missing consent" else Visitor(url=WHO.url)
    without = previews.show(visitor)
    assert without.decisions["hero"].value != "kept"
    shown = previews.show(visitor, Overrides(variants={"kept": "a"}))
    assert shown.decisions["hero"].value == "kept"
    assert shown.decisions["hero"].reason is Reason.PREVIEW
    assert (told(shown, "kept")["ending"], told(shown, "kept")["forced"]) == ("PREVIEW", "a")
    assert [offer.experience for offer in shown.decisions.residuals] == []
    natural = without.decisions.why("hero")
    assert shown.decisions.why("hero").endswith(natural)
    assert shown.decisions.why("hero").startswith('Preview: shows "kept", variant "a", as chosen here.')
    assert shown.decisions.whole("hero")[1:] == without.decisions.whole("hero")


def test_a_robot_and_the_sites_comparison_group_see_what_was_chosen_and_nothing_else(make: Make) -> None:
    previews = make(one("hero"), one("note", "note"), holdout=1.0)
    chosen = Overrides(variants={"hero": "a"})
    assert reasons(previews.show(WHO, chosen)) == {"hero": "PREVIEW", "note": "HOLDOUT"}
    shown = previews.show(BOT, chosen)
    assert reasons(shown) == {"hero": "PREVIEW", "note": "BOT"}
    assert (told(shown, "hero")["ending"], told(shown, "note")["ending"]) == ("PREVIEW", None)


def test_a_variant_without_content_leaves_the_page_as_it_is(make: Make) -> None:
    shown = make(one("test", variants=TWO)).show(WHO, Overrides(variants={"test": "page"})).decisions["hero"]
    assert (shown.reason, shown.variant, shown.kind, shown.value) == (Reason.PREVIEW, "page", None, None)


def test_what_is_chosen_fills_all_its_slots_and_the_first_takes_one(make: Make) -> None:
    both = {
        "id": "both",
        "slots": ["hero", "note"],
        "when": NEVER,
        "variants": [{"id": "a", "content": {"hero": {"text": "H"}, "note": {"text": "N"}}}],
    }
    shown = make(one("first"), both).show(WHO, Overrides(variants={"both": "a", "first": "a"}, language="ja"))
    assert {slot: decision.value for slot, decision in shown.decisions.items()} == {"hero": "first", "note": "N"}
    assert shown.problems == (
        "表示枠「メイン」では、優先順位が先の「first」も指定しているため、「both」は表示していません。",
    )


def test_a_slot_that_only_a_draft_fills_is_told_of_and_can_be_shown(make: Make) -> None:
    previews = make(one("new", "note", status="draft"), one("hero"))
    shown = previews.show(WHO)
    assert "note" not in shown.decisions
    assert shown.decisions.whole("note") == ['"new" matches but is a draft.']
    assert (told(shown, "new")["status"], told(shown, "new")["ending"]) == ("draft", "DISABLED")
    forced = previews.show(WHO, Overrides(variants={"new": "a"}))
    assert forced.decisions["note"].value == "new"
    assert '"new" is a draft: visitors don\'t see it yet.' in forced.decisions.why("note")


def test_a_site_of_drafts_alone_can_be_shown(make: Make) -> None:
    said = {"id": "new", "slot": "hero", "status": "draft", "when": True}
    previews = make({**said, "variants": [{"id": "a", "text": "From {{geo.country|afar}}"}]})
    shown = previews.show(WHO, Overrides(variants={"new": "a"}, facts={"geo.country": "JP"}))
    assert shown.decisions["hero"].value == "From JP"


# -- audiences -----------------------------------------------------------------------------------

CUSTOMERS = {
    "customers": {"when": {">=": [{"var": "visits.count"}, 5]}, "label": {"en": "customers", "ja": "お客さま"}},
    "strangers": {"when": {"!": {"audience": "customers"}}},
}


def audience(name: str) -> dict[str, Any]:
    return {"audience": name}


def test_a_forced_audience_holds_wherever_it_is_asked_for(make: Make) -> None:
    previews = make(
        one("loyal", when=audience("customers")),
        one("new", "note", when=audience("strangers")),
        one("offer", "tail", suppress=audience("customers")),
        audiences=CUSTOMERS,
    )
    assert reasons(previews.show(WHO)) == {"hero": "DEFAULT", "note": "TARGETING_MATCH", "tail": "TARGETING_MATCH"}
    shown = previews.show(WHO, Overrides(audiences={"customers": True}))
    assert reasons(shown) == {"hero": "TARGETING_MATCH", "note": "DEFAULT", "tail": "SUPPRESSED"}
    assert shown.decisions.why("hero") == 'Shows "loyal" because "customers" as set in this preview: yes.'
    assert shown.decisions.why("hero", "ja").startswith("プレビューで指定した「お客さま」に該当するため、")
    described: Any = describe(shown, NOW)
    assert described["audiences"] == [
        {"name": "customers", "label": {"en": "customers", "ja": "お客さま"}, "holds": False, "forced": True},
        {"name": "strangers", "label": {"en": "strangers", "ja": "strangers"}, "holds": True, "forced": None},
    ]


def test_a_forced_audience_can_fail(make: Make) -> None:
    previews = make(one("new", when=audience("strangers")), audiences=CUSTOMERS)
    shown = previews.show(WHO, Overrides(audiences={"strangers": False}))
    assert reasons(shown) == {"hero": "DEFAULT"}
    assert '"strangers" as set in this preview: no' in shown.decisions.why("hero")


def test_an_audience_that_waits_for_consent_is_neither_until_it_is_forced(make: Make) -> None:
    previews = make(one("loyal", when=audience("customers")), audiences=CUSTOMERS)
    described: Any = describe(previews.show(Visitor(url="/")), NOW)
    assert [row["holds"] for row in described["audiences"]] == [None, None]
    assert reasons(previews.show(Visitor(url="/"), Overrides(audiences={"customers": True}))) == {
        "hero": "TARGETING_MATCH"
    }


# -- time, facts, words --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "at_epoch"),
    [
        ("2026-12-24T09:00", "2026-12-24T00:00+00:00"),
        ("2026-12-24T09:00+01:00", "2026-12-24T08:00+00:00"),
        ("2026-12-24", "2026-12-23T15:00+00:00"),
        ("", "2026-11-21T12:00+00:00"),
    ],
)
def test_a_moment_is_read_on_the_sites_clock_unless_it_has_an_offset(make: Make, at: str, at_epoch: str) -> None:
    shown = make(one("x")).show(WHO, Overrides(at=at))
    assert shown.wanted.at == datetime.fromisoformat(at_epoch).timestamp()
    assert describe(shown, NOW)["now"] == shown.wanted.at


def test_time_travel_starts_and_ends_schedules_and_moves_clock_facts(make: Make) -> None:
    previews = make(
        one("xmas", schedule={"from": "2026-12-24", "until": "2026-12-25"}),
        one("morning", "note", when={"<": [{"var": "time.hour"}, 12]}),
    )
    seen = {
        at: reasons(previews.show(WHO, Overrides(at=at))) for at in ("2026-12-23T23:59", "2026-12-24", "2026-12-25")
    }
    off, on = {"hero": "DISABLED"}, {"hero": "TARGETING_MATCH"}
    assert seen["2026-12-23T23:59"] == {**off, "note": "DEFAULT"}
    assert seen["2026-12-24"] == {**on, "note": "TARGETING_MATCH"}
    assert seen["2026-12-25"] == {**off, "note": "TARGETING_MATCH"}
    assert told(previews.show(WHO), "xmas")["schedule"] == "2026-12-24 – 2026-12-25 (Asia/Tokyo)"


def test_facts_are_set_live_ones_too(make: Make) -> None:
    previews = make(one("scroll", when={">": [{"var": "live.scroll"}, 50]}), one("jp", "note", when={"==": [{"var": "geo.country"}, "JP"]}))  # fmt: skip
    waits = previews.show(WHO)
    assert (reasons(waits), told(waits, "scroll")["ending"]) == ({"hero": "DEFAULT", "note": "DEFAULT"}, "LIVE")
    assert [offer.experience for offer in waits.decisions.residuals] == ["scroll"]
    shown = previews.show(WHO, Overrides(facts={"live.scroll": 60, "geo.country": "JP"}))
    assert reasons(shown) == {"hero": "TARGETING_MATCH", "note": "TARGETING_MATCH"}
    assert shown.decisions.residuals == ()


def test_what_could_come_in_another_slot_still_may(make: Make) -> None:
    live = {">": [{"var": "live.scroll"}, 50]}
    both = {
        "id": "both",
        "slots": ["hero", "note"],
        "when": live,
        "variants": [{"id": "a", "content": {"hero": {"text": "H"}, "note": {"text": "N"}}}],
    }
    shown = make(one("x"), both).show(WHO, Overrides(variants={"x": "a"}))
    assert [[one.slot for one in offer.decisions] for offer in shown.decisions.residuals] == [["note"]]


def test_words_describe_another_visitor_whose_page_and_browser_stay(make: Make) -> None:
    third = {"and": [{"==": [{"var": "visits.count"}, 3]}, {"==": [{"var": "page.path"}, "/sale"]}]}
    previews = make(
        one("third", when=third), one("city", "note", variants=[{"id": "a", "text": "{{geo.country_name}}"}], when=True)
    )
    visitor = Visitor(id=ID, url="https://shop.example/sale", consent={"personalization": False, "analytics": True})
    shown = previews.show(visitor, Overrides(visitor="大阪・iPhone・23:10・3回目"))
    assert reasons(shown)["hero"] == "TARGETING_MATCH"
    assert shown.decisions["note"].value == "日本"
    assert (shown.decisions.visitor_id, shown.decisions.purposes) == (ID, frozenset({"necessary", "analytics"}))
    assert datetime.fromtimestamp(shown.wanted.at).astimezone().minute == 10
    at = "2026-12-24T09:00"
    assert previews.show(visitor, Overrides(visitor="Osaka, 23:10", at=at)).wanted.at == previews.show(WHO, Overrides(at=at)).wanted.at  # fmt: skip


def test_an_imagined_visitor_is_shown_what_a_test_shows(make: Make) -> None:
    previews = make(one("test", variants=TWO, experiment={"holdout": 0.9}))
    assert previews.show(WHO, Overrides(visitor="iPhone")).decisions["hero"].variant == "light"


def test_the_real_visitor_is_shown_with_what_is_remembered_of_them(make: Make) -> None:
    previews = make(one("back", when={"==": [{"var": "visits.count"}, 2]}))
    mitate = previews.mitate
    mitate.decide(WHO, now=NOW - 90_000)
    again = Visitor(id=ID, page_view="pageview-0002", url=WHO.url, consent=AGREED)
    assert reasons(previews.show(again)) == {"hero": "TARGETING_MATCH"}
    assert reasons(previews.show(again, Overrides(visitor="new visitor"))) == {"hero": "DEFAULT"}


def test_consent_given_in_a_preview_brings_back_nothing_that_was_remembered(make: Make) -> None:
    previews = make(one("back", when={"==": [{"var": "visits.count"}, 2]}), one("new", when={"var": "visits.is_new"}))
    previews.mitate.decide(WHO, now=NOW - 90_000)
    refused = {"personalization": False, "analytics": True}
    again = Visitor(id=ID, page_view="pageview-0002", url=WHO.url, consent=refused)
    assert previews.show(again).decisions["hero"].reason.value == "CONSENT"
    assert previews.show(again, Overrides(consent=True)).decisions["hero"].experience == "new"
    agreed = Visitor(id=ID, page_view="pageview-0002", url=WHO.url, consent=AGREED)
    assert previews.show(agreed, Overrides(consent=True)).decisions["hero"].experience == "back"


# -- what can't be meant -------------------------------------------------------------------------


def test_what_the_site_does_not_have_is_told_and_the_rest_is_shown(make: Make) -> None:
    asked = Overrides(
        variants={"letr": "a", "letter": "b", "note": "a"},
        audiences={"custmers": True},
        facts={"geo.contry": "JP", "visits.count": "many", "live.scroll": 60},
        visitor="iPone",
        at="someday",
    )
    shown = make(one("letter"), one("note", "note"), audiences=CUSTOMERS).show(WHO, asked)
    assert reasons(shown) == {"hero": "TARGETING_MATCH", "note": "PREVIEW"}
    assert shown.problems == (
        'The moment "someday" is not used: expected one such as 2026-12-24T09:00, from 1970 to 2199.',
        'There is no experience "letr" (did you mean "letter"?).',
        'The experience "letter" has no variant "b".',
        'There is no audience "custmers" (did you mean "customers"?).',
        'There is no fact "geo.contry" (did you mean "geo.country"?).',
        'The fact "visits.count" is not used: "visits.count" is a whole number of at least 1, got "many".',
        'The visitor is not used: not understood: "iPone" (did you mean "iphone"?). The page\'s own visitor is shown.',
    )


def test_what_can_not_be_shown_is_told_in_japanese_to_the_last_word(make: Make) -> None:
    facts = {"visits.count": "many", "page.title": ["JP"], "live.scroll": 101, "device.touch": 1}
    asked = Overrides(facts=facts, visitor="iPone・火星", language="ja")
    assert make(one("letter")).show(WHO, asked).problems == (
        '訪問者データ「visits.count」は使っていません(整数(1以上)で指定してください。指定された値:"many")。',
        '訪問者データ「page.title」は使っていません(文字列で指定してください。指定された値:["JP"])。',
        "訪問者データ「live.scroll」は使っていません(数値(0以上100以下)で指定してください。指定された値:101)。",
        "訪問者データ「device.touch」は使っていません(true か falseで指定してください。指定された値:1)。",
        "訪問者の言葉がわからないため、実際の訪問者のまま表示しています:「iPone」(もしかして「iphone」)、「火星」。",
    )


def test_words_that_nothing_is_near_to_are_told_with_where_to_look(make: Make) -> None:
    assert make(one("letter")).show(WHO, Overrides(visitor="火星", language="ja")).problems == (
        "訪問者の言葉がわからないため、実際の訪問者のまま表示しています:"
        "「火星」(使える言葉は `mitate explain --help` にあります)。",
    )


def test_a_fact_that_consent_holds_back_is_told(make: Make) -> None:
    previews = make(one("third", when={"==": [{"var": "visits.count"}, 3]}))
    asked = Overrides(facts={"visits.count": 3})
    assert previews.show(WHO, asked).problems == ()
    shown = previews.show(Visitor(url="/"), asked)
    assert (reasons(shown), shown.problems) == (
        {"hero": "CONSENT"},
        ('The fact "visits.count" is not used: this visitor has not agreed to it.',),
    )


@pytest.mark.parametrize("at", ["1969-12-31", "2200-01-02", "9999-12-31T23:59", "0001-01-01", "2026-13-01", "\ud800"])
def test_a_moment_out_of_reach_is_told(make: Make, at: str) -> None:
    shown = make(one("x", when={"<": [{"var": "time.hour"}, 25]})).show(WHO, Overrides(at=at))
    assert shown.wanted.at == NOW
    assert len(shown.problems) == 1


def test_however_much_is_asked_for_in_vain_few_problems_are_told(make: Make) -> None:
    shown = make(one("x")).show(WHO, Overrides(audiences={f"a{number}" * 400: True for number in range(500)}))
    assert (len(shown.problems), max(map(len, shown.problems)) < 600) == (20, True)


def test_what_a_link_shows_is_changed_by_what_is_asked() -> None:
    link = Invitation(aud="x", exp=0, variants={"a": "1", "b": "1"}, visitor="iPhone", at="2026-12-24", language="ja")
    merged = Overrides(variants={"b": None, "c": "1"}, visitor="", language="en").over(link)
    assert merged.variants == {"a": "1", "b": None, "c": "1"}
    assert (merged.visitor, merged.at, merged.language) == ("", "2026-12-24", "en")
    assert Overrides().over(link).language == "ja"
    assert Overrides(at="").over(link).at == ""


def test_a_choice_that_was_taken_back_is_none(make: Make) -> None:
    shown = make(one("x"), one("y")).show(WHO, Overrides(variants={"y": None}))
    assert (shown.decisions["hero"].experience, shown.problems) == ("x", ())


@pytest.mark.parametrize(("asked", "visitor", "expected"), [
    (Overrides(language="ja-JP"), WHO, "ja"),
    (Overrides(), Visitor(headers={"accept-language": "ja,en;q=0.5"}), "ja"),
    (Overrides(language="en"), Visitor(language="ja"), "en"),
    (Overrides(language="fr"), WHO, "en"),
    (Overrides(), WHO, "en"),
])  # fmt: skip
def test_problems_are_told_in_the_language_asked_for_else_the_pages(
    make: Make, asked: Overrides, visitor: Visitor, expected: str
) -> None:
    assert make(one("x")).show(visitor, asked).wanted.language == expected


# -- leaving nothing behind ----------------------------------------------------------------------


def everything(mitate: Mitate) -> list[object]:
    """Give all that a decision could have changed."""
    mitate.flush()
    counted = [dict(one) for one in (mitate.reasons, mitate.faults, mitate.misfits)]
    return [*counted, mitate.export(ID), mitate.version, mitate.site, mitate.serving]


def test_nothing_is_remembered_counted_or_changed(make: Make) -> None:
    previews = make(one("test", variants=TWO, when=audience("customers")), one("y", "note"), audiences=CUSTOMERS)
    mitate = previews.mitate
    mitate.decide(WHO, now=NOW - 90_000)
    before = everything(mitate)
    for asked in (
        Overrides(),
        Overrides(variants={"test": "light"}, audiences={"customers": True}, facts={"visits.count": 9}),
        Overrides(visitor="iPhone in Osaka, third visit", at="2027-01-01"),
    ):
        describe(previews.show(Visitor(id=ID, page_view="pageview-0009", url="/", consent=AGREED), asked), NOW)
    assert everything(mitate) == before


def test_a_new_visitor_gets_no_id(make: Make) -> None:
    shown = make(one("x")).show(Visitor(url="/", consent=AGREED))
    assert shown.decisions.visitor_id is None
    assert json.loads(shown.decisions.encode())["lasts"] == 0


def test_a_changed_folder_is_shown_as_it_is_now(make: Make, tmp_path: Path) -> None:
    previews = make(one("x"), audiences=CUSTOMERS)
    assert previews.show(WHO, Overrides(audiences={"customers": True})).decisions["hero"].experience == "x"
    document = json.loads((tmp_path / "site.json").read_text("utf-8"))
    document["experiences"] = [one("z", when=audience("customers"))]
    (tmp_path / "site.json").write_text(json.dumps(document), "utf-8")
    assert previews.mitate.reload()
    assert previews.show(WHO, Overrides(audiences={"customers": True})).decisions["hero"].experience == "z"


facts = st.fixed_dictionaries(
    {},
    optional={
        "visits.count": st.integers(1, 6),
        "geo.country": st.sampled_from(["JP", "US"]),
        "live.scroll": st.integers(0, 100),
        "device.type": st.sampled_from(["phone", "desktop"]),
    },
)
visitors = st.builds(
    Visitor,
    id=st.sampled_from([None, ID, "visitor-00000000000002"]),
    url=st.sampled_from([None, "/", "https://shop.example/sale?utm_source=letter"]),
    user_agent=st.sampled_from([None, BOT.user_agent]),
    consent=st.sampled_from([None, AGREED, {"personalization": False, "analytics": False}]),
    gpc=st.sampled_from([None, True]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(visitor=visitors, said=facts)
def test_without_overrides_a_preview_decides_and_tells_as_explain_does(
    mixed: Previews, visitor: Visitor, said: dict[str, object]
) -> None:
    shown = mixed.show(visitor, Overrides(facts=said)).decisions
    explained = mixed.mitate.explain(visitor, facts=said)
    assert (dict(shown), shown.residuals) == (dict(explained), explained.residuals)
    assert {slot: shown.why(slot) for slot in shown} == {slot: explained.why(slot) for slot in explained}
    kept = {slot: story.to_dict() for slot, story in explained.stories.items() if slot != "note"}
    assert {slot: shown.stories[slot].to_dict() for slot in kept} == kept
    assert shown.version == explained.version


@pytest.fixture
def mixed(make: Make) -> Previews:
    """A site with an experience of each kind; a draft stands in the slot `note`."""
    return make(
        one("loyal", when=audience("customers"), variants=TWO),
        one("scroll", when={">": [{"var": "live.scroll"}, 50]}, frequency={"max": 1, "per": "day"}),
        one("letter", when={"==": [{"var": "campaign.source"}, "letter"]}),
        one("draft", "note", status="draft"),
        one("phone", "note", when={"==": [{"var": "device.type"}, "phone"]}, suppress=audience("strangers")),
        one("paused", "tail", status="paused"),
        one("jp", "tail", when={"==": [{"var": "geo.country"}, "JP"]}, experiment={"holdout": 0.5}),
        audiences=CUSTOMERS,
        holdout=0.3,
    )


def test_a_thousand_rules_are_shown_in_well_under_a_second(make: Make) -> None:
    rules = [
        one(f"e{n}", f"s{n % 20}", {"and": [{">=": [{"var": "visits.count"}, n % 9]}, audience(f"a{n % 20}")]})
        for n in range(1000)
    ]
    audiences = {f"a{n}": {"when": {"==": [{"var": "campaign.source"}, f"c{n}"]}} for n in range(20)}
    previews = make(*rules, audiences=audiences, slots={f"s{n}": {} for n in range(20)})
    previews.show(WHO, Overrides(audiences={"a3": True}))
    began = time.process_time()
    described = describe(previews.show(WHO, Overrides(audiences={"a3": False})), NOW)
    assert time.process_time() - began < 1.0
    assert isinstance(described["stories"], dict)


def test_everything_is_said_in_both_languages() -> None:
    assert [name for name, row in PHRASES.items() if set(row) != {"en", "ja"}] == []
