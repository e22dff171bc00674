"""Who sees what: priority, who falls through, who stops, and the reason in each case."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import cast

import msgspec
import pytest

from mitate import Decisions, Mitate, Reason, Reported, Visitor, new_id
from mitate.deciding import Decider

NOW = datetime.fromisoformat("2026-11-21T21:00+09:00").timestamp()
ID = "v" * 22
ALLOWED = {"personalization": True, "analytics": True}
JP = {"==": [{"var": "geo.country"}, "JP"]}
TOKYO = "1.0.16.1"  # a network announced in Japan


def named(experience: Mapping[str, object]) -> list[str]:
    several = experience.get("slots")
    return cast("list[str]", several) if several else [str(experience["slot"])]


def site(experiences: list[dict[str, object]], **parts: object) -> dict[str, object]:
    slots: dict[str, object] = {slot: {} for one in experiences for slot in named(one)}
    return {"format": 1, "site": "t", "timezone": "Asia/Tokyo", "slots": slots, "experiences": experiences, **parts}


def shows(name: str, slot: str = "hero", **parts: object) -> dict[str, object]:
    return {"id": name, "slot": slot, "variants": [{"id": "a", "text": name}], **parts}


Make = Callable[..., Mitate]


@pytest.fixture
def mitate(tmp_path: Path) -> Make:
    """Make a site of experiences, at a fixed time."""

    def make(*experiences: dict[str, object], **parts: object) -> Mitate:
        (tmp_path / "site.json").write_text(json.dumps(site(list(experiences), **parts)))
        return Mitate.from_path(tmp_path, clock=lambda: NOW)

    return make


def reasons(decisions: Decisions) -> dict[str, str]:
    return {slot: one.reason.value for slot, one in decisions.items()}


def known(**parts: object) -> Visitor:
    return msgspec.structs.replace(Visitor(consent=ALLOWED, id=ID), **parts)


def test_the_first_experience_that_matches_takes_the_slot(mitate: Make) -> None:
    m = mitate(shows("never", when={"==": [{"var": "geo.country"}, "FR"]}), shows("first"), shows("second"))
    decision = m.decide(Visitor())["hero"]
    assert (decision.experience, decision.variant, decision.reason, decision.kind, decision.value) == (
        "first",
        "a",
        Reason.TARGETING_MATCH,
        "text",
        "first",
    )


def test_a_slot_nobody_takes_keeps_the_pages_own_content(mitate: Make) -> None:
    decision = mitate(shows("x", when={"==": [{"var": "geo.country"}, "FR"]})).decide(Visitor())["hero"]
    assert (decision.reason, decision.experience, decision.kind) == (Reason.DEFAULT, None, None)


@pytest.mark.parametrize(
    ("kept_out", "reason"),
    [
        ({"status": "paused"}, "DISABLED"),
        ({"schedule": {"until": "2026-11-21T21:00"}}, "DISABLED"),
        ({"schedule": {"from": "2026-11-21T21:01"}}, "DISABLED"),
        ({"suppress": {"==": [{"var": "device.bot"}, False]}}, "SUPPRESSED"),
        ({"suppress": {">=": [{"var": "visits.count"}, 1]}}, "CONSENT"),
        ({"suppress": {"var": "live.exit_intent"}}, "DEFAULT"),
        ({"suppress": {"or": [{"var": "live.exit_intent"}, {">=": [{"var": "visits.count"}, 1]}]}}, "CONSENT"),
        ({"suppress": {"or": [{"var": "live.exit_intent"}, {"!": {"var": "live.exit_intent"}}]}}, "SUPPRESSED"),
        ({"when": {">=": [{"var": "visits.count"}, 1]}}, "CONSENT"),
        ({"frequency": {"max": 1, "per": "day"}}, "CONSENT"),
        ({"experiment": {"holdout": 0.5}}, "CONSENT"),
        ({"variants": [{"id": "a"}, {"id": "b"}]}, "CONSENT"),
        ({"experiment": {"holdout": 0.5, "unit": "account"}}, "CONSENT"),
    ],
)
def test_one_that_is_kept_out_passes_and_names_the_reason_if_nobody_else_takes(
    mitate: Make, kept_out: Mapping[str, object], reason: str
) -> None:
    visitor = Visitor(
        user_agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
    )
    alone = mitate(shows("x", "hero", **kept_out)).decide(visitor)
    assert reasons(alone) == {"hero": reason}
    followed = mitate(shows("x", "hero", **kept_out), shows("next")).decide(visitor)["hero"]
    assert (followed.experience, followed.reason) == ("next", Reason.TARGETING_MATCH)


def test_a_schedule_that_runs_shows(mitate: Make) -> None:
    m = mitate(shows("x", schedule={"from": "2026-11-21T21:00", "until": "2026-11-21T21:01"}))
    assert reasons(m.decide(Visitor())) == {"hero": "TARGETING_MATCH"}


def test_a_draft_is_never_asked(mitate: Make) -> None:
    assert reasons(mitate(shows("x", status="draft"), shows("y", slot="other")).decide(Visitor())) == {
        "other": "TARGETING_MATCH"
    }


def test_the_holdout_takes_the_slot_and_nothing_later_fills_the_gap(mitate: Make) -> None:
    decision = mitate(shows("x", experiment={"holdout": 1}), shows("next")).decide(known())["hero"]
    assert (decision.reason, decision.experience, decision.variant, decision.kind) == (Reason.HOLDOUT, "x", None, None)


@pytest.mark.parametrize(("share", "reason"), [(0, "TARGETING_MATCH"), (1, "HOLDOUT")])
def test_the_site_wide_holdout_is_asked_first(mitate: Make, share: float, reason: str) -> None:
    assert reasons(mitate(shows("x"), holdout=share).decide(known())) == {"hero": reason}


def test_without_an_id_nobody_is_held_out_site_wide(mitate: Make) -> None:
    assert reasons(mitate(shows("x"), holdout=1).decide(Visitor())) == {"hero": "TARGETING_MATCH"}


def test_bots_see_the_page_as_it_is(mitate: Make) -> None:
    bot = Visitor(user_agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
    assert reasons(mitate(shows("x")).decide(bot)) == {"hero": "BOT"}


def test_arms_follow_their_weights(mitate: Make) -> None:
    m = mitate(shows("x", variants=[{"id": "page", "weight": 3}, {"id": "new", "weight": 1, "text": "new"}]))
    drawn = [m.decide(known(id=new_id()))["hero"] for _ in range(2000)]
    assert {one.reason for one in drawn} == {Reason.SPLIT}
    share = sum(one.variant == "new" for one in drawn) / len(drawn)
    assert 0.2 < share < 0.3


def test_the_same_visitor_gets_the_same_arm(mitate: Make) -> None:
    m = mitate(shows("x", variants=[{"id": "page"}, {"id": "new", "text": "new"}]))
    assert len({m.decide(known())["hero"].variant for _ in range(20)}) == 1


def test_an_arm_once_assigned_stays_when_weights_change(mitate: Make) -> None:
    split = [{"id": "page"}, {"id": "new", "text": "new"}]
    m = mitate(shows("x", variants=split))
    before = m.decide(known(page_view=new_id()))["hero"].variant
    other = "new" if before == "page" else "page"
    weighted = [{**one, "weight": 1000 if one["id"] == other else 0.001} for one in split]
    (m.path / "site.json").write_text(json.dumps(site([shows("x", variants=weighted)])))
    assert m.reload()
    assert m.decide(known())["hero"].variant == before
    strangers = {m.decide(known(id=new_id()))["hero"].variant for _ in range(30)}
    assert strangers == {other}


def test_a_renamed_experience_keeps_its_visitors_by_its_seed(mitate: Make) -> None:
    variants = [{"id": "page"}, {"id": "new", "text": "new"}]
    ids = [new_id() for _ in range(50)]
    old = mitate(shows("old", variants=variants))
    before = [old.decide(known(id=one))["hero"].variant for one in ids]
    new = mitate(shows("renamed", variants=variants, experiment={"seed": "old"}))
    assert [new.decide(known(id=one))["hero"].variant for one in ids] == before


def test_experiments_of_one_layer_never_share_a_visitor(mitate: Make) -> None:
    first = shows("first", slot="hero", experiment={"layer": "checkout"})
    second = shows("second", slot="guide", experiment={"layer": "checkout"})
    m = mitate(first, second)
    for _ in range(100):
        decided = m.decide(known(id=new_id()))
        assert sorted(reasons(decided).values()) == ["DEFAULT", "SPLIT"]


def test_several_slots_are_won_or_lost_each_by_itself(mitate: Make) -> None:
    wide = {
        "id": "wide",
        "slots": ["hero", "guide"],
        "variants": [{"id": "a", "content": {"hero": {"text": "h"}, "guide": {"text": "g"}}}],
    }
    decided = mitate(shows("top"), wide).decide(Visitor())
    assert {slot: one.experience for slot, one in decided.items()} == {"hero": "top", "guide": "wide"}


def test_a_cap_counts_exposures_not_decisions(mitate: Make) -> None:
    m = mitate(shows("x", frequency={"max": 1, "per": "day"}))
    visitor = known(page_view=new_id())
    assert reasons(m.decide(visitor)) == {"hero": "TARGETING_MATCH"}
    assert reasons(m.decide(visitor)) == {"hero": "TARGETING_MATCH"}
    assert m.record(visitor, [Reported(type="exposure", id=new_id(), slot="hero", experience="x", variant="a")]) == 1
    assert reasons(m.decide(visitor)) == {"hero": "CAPPED"}
    assert reasons(m.decide(visitor, now=NOW + 3 * 3600)) == {"hero": "TARGETING_MATCH"}  # midnight has passed


@pytest.mark.parametrize(("later", "reason"), [(60, "CAPPED"), (1799, "CAPPED"), (1800, "TARGETING_MATCH")])
def test_a_cap_of_a_visit_ends_with_it_on_the_next_ones_first_page(mitate: Make, later: int, reason: str) -> None:
    m = mitate(shows("x", frequency={"max": 1, "per": "visit"}))
    visitor = known(page_view=new_id())
    m.decide(visitor)
    m.record(visitor, [Reported(type="exposure", id=new_id(), slot="hero", experience="x", variant="a")])
    assert reasons(m.decide(known(page_view=new_id()), now=NOW + later)) == {"hero": reason}


def test_everyone_of_one_account_sees_one_arm(mitate: Make, tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("name,cidr,domain\nAoba,203.0.113.0/24,aoba.example\n")
    m = mitate(shows("x", variants=[{"id": "page"}, {"id": "new", "text": "n"}], experiment={"unit": "account"}))
    decided = {m.decide(known(id=new_id(), ip=f"203.0.113.{n}"))["hero"].variant for n in range(1, 60)}
    assert len(decided) == 1
    assert reasons(m.decide(known(ip="198.51.100.1"))) == {"hero": "CONSENT"}  # no company, nothing to bucket by


def test_facts_fill_the_block_and_are_escaped(mitate: Make) -> None:
    m = mitate(shows("x", variants=[{"id": "a", "html": "<p>{{campaign.term|shoes}}</p>"}]))
    asked = m.decide(Visitor(url="https://t.example/?utm_term=%3Cscript%3Ealert(1)%3C/script%3E"))["hero"]
    assert asked.value == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    assert m.decide(Visitor(url="https://t.example/"))["hero"].value == "<p>shoes</p>"


def test_a_fault_gives_the_default_and_is_counted(
    mitate: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    m = mitate(shows("x"))

    def broken(*_: object, **__: object) -> object:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(Decider, "decide", broken)
    for _ in range(3):
        assert reasons(m.decide(Visitor())) == {"hero": "ERROR"}
    assert m.faults == {"deciding: ZeroDivisionError": 3}
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    ("visitor", "keeps"),
    [
        (known(), ID),
        (known(consent=None), None),
        (known(consent={"personalization": False}), None),
        (known(id="junk"), None),
    ],
)
def test_a_fault_takes_no_id_away_and_gives_none(
    mitate: Make, monkeypatch: pytest.MonkeyPatch, visitor: Visitor, keeps: str | None
) -> None:
    m = mitate(shows("x"))
    as_usual = m.decide(visitor)

    def broken(*_: object, **__: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr(Decider, "decide", broken)
    decisions = m.decide(visitor)
    assert (reasons(decisions), decisions.visitor_id) == ({"hero": "ERROR"}, keeps)
    assert decisions.purposes == as_usual.purposes


def test_explaining_tells_what_deciding_did_and_writes_nothing(mitate: Make) -> None:
    m = mitate(shows("x", when={">=": [{"var": "visits.count"}, 2]}))
    visitor = known()
    for _ in range(3):
        page = known(page_view=new_id())
        m.decide(page)
    told = m.explain(visitor)
    assert told["hero"].reason is m.decide(visitor)["hero"].reason
    before = m.profiles.export(ID)
    m.explain(known(page_view=new_id()), now=NOW + 86400)
    assert m.profiles.export(ID) == before


@pytest.mark.parametrize(("from_browser", "counted"), [(True, None), (False, 1)])
def test_only_a_backend_is_believed_about_a_purchase(mitate: Make, from_browser: bool, counted: int | None) -> None:
    m = mitate(shows("x"))
    bought = Reported(type="track", id=new_id(), name="purchase", value=8900, props={"category": "nurse-shoes"})
    assert m.record(known(page_view=new_id()), [bought], from_browser=from_browser) == 1
    remembered = m.profiles.read(ID)
    assert remembered is not None
    assert remembered.get("purchases.count") == counted
    assert remembered.get("events.purchase") == [1, NOW]


def test_export_shows_everything_and_erase_leaves_nothing(mitate: Make) -> None:
    m = mitate(shows("x"))
    visitor = known(page_view=new_id())
    m.decide(visitor)
    m.record(visitor, [Reported(type="exposure", id=new_id(), slot="hero", experience="x", variant="a")])
    exported = m.export(ID)
    assert [event["name"] for event in cast("list[dict[str, object]]", exported["events"])] == ["exposure"]
    assert cast("dict[str, object]", exported["profile"])["visits.count"] == 1
    assert m.erase(ID) == 1
    assert m.export(ID) == {"visitor": ID, "profile": None, "events": []}


def test_without_consent_nothing_is_stored_and_no_id_is_given(mitate: Make) -> None:
    m = mitate(shows("x"))
    stranger = Visitor(id=ID, page_view=new_id())
    assert m.decide(stranger).visitor_id is None
    assert m.record(stranger, [Reported(type="exposure", id=new_id(), experience="x")]) == 0
    assert m.export(ID) == {"visitor": ID, "profile": None, "events": []}


def test_consent_draws_an_id_and_a_damaged_one_is_replaced(mitate: Make) -> None:
    m = mitate(shows("x"))
    drawn = m.decide(Visitor(consent=ALLOWED)).visitor_id
    assert drawn is not None
    assert len(drawn) == 22
    assert m.decide(Visitor(consent=ALLOWED, id="short")).visitor_id not in (None, "short")


def test_a_withheld_fact_that_does_not_matter_to_what_is_left_asks_for_no_consent(mitate: Make) -> None:
    live = {">": [{"var": "live.scroll"}, 0.5]}
    company = {"==": [{"var": "account.industry"}, "health"]}
    m = mitate(shows("x", when={"and": [live, {"or": [live, company]}]}))
    assert reasons(m.decide(Visitor())) == {"hero": "DEFAULT"}  # the browser will know: the company doesn't matter
    m = mitate(shows("x", when={"and": [live, company]}))
    assert reasons(m.decide(Visitor())) == {"hero": "CONSENT"}


def test_a_rule_that_holds_whatever_is_withheld_matches(mitate: Make) -> None:
    company = {"==": [{"var": "account.industry"}, "health"]}
    m = mitate(shows("x", when={"or": [company, {"!": company}]}), shows("y", when={"and": [company, {"!": company}]}))
    assert reasons(m.decide(Visitor())) == {"hero": "TARGETING_MATCH"}
