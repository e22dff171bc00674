"""A site checked like a program: every claim has a visitor, and the site itself decides about that visitor as claimed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from mitate import Diagnostic, Mitate, Visitor, analyse, check, load
from mitate.schedule import instant

NOW = instant("2026-11-21T12:00", "Asia/Tokyo")
JAPAN = {"==": [{"var": "geo.country"}, "JP"]}
OSAKA = {"and": [JAPAN, {"==": [{"var": "geo.city"}, "Osaka"]}]}
REGULAR = {">=": [{"var": "visits.count"}, 3]}
VETERAN = {">=": [{"var": "visits.count"}, 10]}
PHONE = {"==": [{"var": "device.type"}, "phone"]}

Analyse = Callable[..., list[Diagnostic]]


def experience(name: str, when: object = True, **more: Any) -> dict[str, Any]:
    """Write an experience of the slot `hero`; a `when` of True is left out."""
    rule = {} if when is True else {"when": when}
    variants = {"variants": [{"id": "a", "text": name}]}
    return {"id": name, **({} if "slots" in more else {"slot": "hero"}), **rule, **variants, **more}


def write(folder: Path, *experiences: Mapping[str, Any], **parts: Any) -> Path:
    site: dict[str, Any] = {
        "format": 1,
        "site": "shop",
        "timezone": "Asia/Tokyo",
        "slots": {"hero": {"reserve": "1rem"}, "shelf": {"reserve": "1rem"}},
        "experiences": list(experiences),
        **parts,
    }
    (folder / "site.json").write_text(json.dumps(site, indent=1), "utf-8")
    return folder


@pytest.fixture
def found(tmp_path: Path) -> Analyse:
    """Analyse a site of some experiences."""

    def run(
        *experiences: Mapping[str, Any], overlaps: bool = False, now: float = NOW, **parts: Any
    ) -> list[Diagnostic]:
        return analyse(write(tmp_path, *experiences, **parts), overlaps=overlaps, now=now)

    return run


def said(found: list[Diagnostic]) -> list[tuple[str, str, str]]:
    return [(one.severity, one.code, one.message) for one in found]


def line_of(folder: Path, one: Diagnostic) -> str:
    assert one.line is not None
    return (folder / "site.json").read_text("utf-8").splitlines()[one.line - 1].strip()


# -- who never shows


def test_an_experience_below_a_wider_one_never_shows(found: Analyse, tmp_path: Path) -> None:
    (one,) = found(experience("japan", JAPAN), experience("osaka", OSAKA))
    assert said([one]) == [
        (
            "warning",
            "shadowed",
            '"osaka" never shows: whoever meets its rule meets "japan" first, which takes the slot "hero"',
        )
    ]
    assert one.hint == 'move "osaka" above "japan", or narrow the rule of "japan"'
    assert one.witness == {"geo.city": "Osaka", "geo.country": "JP"}
    assert (one.pointer, line_of(tmp_path, one)) == ("/experiences/1/when", '"when": {')


def test_the_site_decides_about_the_witness_as_claimed(found: Analyse, tmp_path: Path) -> None:
    (one,) = found(experience("regulars", REGULAR), experience("veterans", VETERAN))
    with Mitate.from_path(tmp_path) as mitate:
        visitor = Visitor(id="visitor-00000000000001", consent={"personalization": True, "analytics": True})
        decided = mitate.simulate(visitor, now=NOW, facts=one.witness)
    assert decided["hero"].experience == "regulars"


def test_together_several_may_leave_nothing_for_a_later_one(found: Analyse) -> None:
    few = {"<": [{"var": "visits.count"}, 5]}
    many = {">=": [{"var": "visits.count"}, 5]}
    (one,) = found(experience("few", few), experience("many", many), experience("regulars", REGULAR))
    assert one.message == (
        '"regulars" never shows: whoever meets its rule meets "few" or "many" first, which takes the slot "hero"'
    )


def test_the_same_rule_twice_is_said_as_such(found: Analyse) -> None:
    (one,) = found(experience("a", JAPAN), experience("b", JAPAN))
    assert one.hint == 'both ask for the same: drop "b", or let it ask for something else'


def test_below_an_experience_for_everyone_nothing_shows(found: Analyse) -> None:
    assert said(found(experience("all"), experience("japan", JAPAN), experience("rest"))) == [
        ("warning", "shadowed", '"japan" never shows: "all" comes first and takes the slot "hero" for everyone'),
        ("warning", "shadowed", '"rest" never shows: "all" comes first and takes the slot "hero" for everyone'),
    ]


def test_the_order_by_priority_is_no_finding(found: Analyse) -> None:
    assert found(experience("osaka", OSAKA), experience("japan", JAPAN), experience("all")) == []


def test_another_slot_is_another_competition(found: Analyse) -> None:
    assert found(experience("all"), experience("japan", JAPAN, slot="shelf")) == []


def test_of_several_slots_the_lost_one_is_named(found: Analyse) -> None:
    both = experience(
        "both", OSAKA, slots=["hero", "shelf"], variants=[{"id": "a", "content": {"hero": {"text": "x"}}}]
    )
    (one,) = found(experience("japan", JAPAN), both)
    assert one.message == (
        '"both" never fills the slot "hero": whoever meets its rule meets "japan" first, which takes it'
    )
    assert one.hint == 'move "both" above "japan", or take "hero" out of its slots'
    wide = experience("japan", JAPAN, slots=["shelf", "hero"], variants=[{"id": "a"}])
    (one,) = found(wide, both)
    assert one.message == '"both" never shows: whoever meets its rule meets "japan" first, which takes its slots'


@pytest.mark.parametrize(
    "more",
    [
        {"status": "paused"},
        {"status": "draft"},
        {"frequency": {"max": 1, "per": "day"}},
        {"suppress": {"==": [{"var": "user.status"}, "angry"]}},
        {"experiment": {"layer": "top"}},
        {"experiment": {"unit": "account"}, "variants": [{"id": "a", "text": "x"}, {"id": "b"}]},
        {"schedule": {"from": "2026-12-01", "until": "2026-12-26"}},
        {"schedule": {"until": "2026-11-01"}},
    ],
)
def test_an_experience_that_may_pass_shadows_nobody(found: Analyse, more: dict[str, Any]) -> None:
    codes = {one.code for one in found(experience("japan", JAPAN, **more), experience("osaka", OSAKA))}
    assert "shadowed" not in codes


def test_what_only_the_browser_will_know_shadows_nobody(found: Analyse) -> None:
    live = {"or": [JAPAN, {">": [{"var": "live.scroll"}, 50]}]}
    assert found(experience("live", live), experience("osaka", OSAKA)) == []


def test_a_split_takes_everyone_with_an_id_whom_it_holds_out_too(found: Analyse) -> None:
    split = experience("split", experiment={"holdout": 0.5})
    assert said(found(split, experience("regulars", REGULAR), experience("phones", PHONE))) == [
        ("warning", "shadowed", '"regulars" never shows: "split" comes first and takes the slot "hero" for everyone'),
        (
            "note",
            "shadowed",
            'only visitors without consent see "phones": for all others "split" comes first and takes the slot "hero"',
        ),
    ]


def test_a_paused_experience_is_only_noted(found: Analyse) -> None:
    (one,) = found(experience("japan", JAPAN), experience("osaka", OSAKA, status="paused"))
    assert (one.severity, one.code) == ("note", "shadowed")
    assert one.message.endswith(' ("osaka" is paused)')


def test_a_draft_is_not_looked_at(found: Analyse) -> None:
    never = {"and": [JAPAN, {"==": [{"var": "geo.country"}, "US"]}]}
    assert found(experience("draft", never, status="draft")) == []


# -- schedules

SUMMER = {"from": "2027-06-01", "until": "2027-09-01"}
JULY = {"from": "2027-07-01", "until": "2027-08-01"}
WINTER = {"from": "2027-12-01", "until": "2028-03-01"}


@pytest.mark.parametrize(
    ("first", "second", "shadowed"),
    [
        (SUMMER, JULY, True),
        (SUMMER, SUMMER, True),
        (JULY, SUMMER, False),
        (WINTER, JULY, False),
        (SUMMER, {**JULY, "timezone": "visitor"}, True),
        ({**SUMMER, "timezone": "visitor"}, {**SUMMER, "timezone": "visitor"}, True),
        (SUMMER, {**SUMMER, "timezone": "visitor"}, False),
        ({**SUMMER, "timezone": "visitor"}, SUMMER, False),
        (SUMMER, {**SUMMER, "timezone": "Asia/Tokyo"}, True),
        (SUMMER, {**SUMMER, "timezone": "America/New_York"}, False),
    ],
)
def test_only_what_runs_all_the_while_shadows(
    found: Analyse, first: dict[str, str], second: dict[str, str], shadowed: bool
) -> None:
    codes = [one.code for one in found(experience("a", JAPAN, schedule=first), experience("b", OSAKA, schedule=second))]
    assert codes == (["shadowed"] if shadowed else [])


def test_seasons_that_never_meet_share_nobody(found: Analyse) -> None:
    seasons = [experience("summer", JAPAN, schedule=SUMMER), experience("winter", JAPAN, schedule=WINTER)]
    assert found(*seasons, overlaps=True) == []


def test_what_has_ended_is_noted(found: Analyse, tmp_path: Path) -> None:
    (one,) = found(experience("past", JAPAN, schedule={"from": "2025-12-01", "until": "2025-12-26"}))
    assert said([one]) == [
        ("note", "never-runs", '"past" never runs again: its schedule ended 2025-12-26 00:00 Asia/Tokyo')
    ]
    assert line_of(tmp_path, one) == '"until": "2025-12-26"'


def test_the_end_itself_is_over_and_the_second_before_is_not(found: Analyse) -> None:
    ending = experience("past", JAPAN, schedule={"until": "2026-12-26"})
    end = instant("2026-12-26", "Asia/Tokyo")
    assert [one.code for one in found(ending, now=end)] == ["never-runs"]
    assert found(ending, now=end - 1) == []


def test_a_schedule_within_the_hour_that_the_clock_skips_never_runs(found: Analyse) -> None:
    skipped = {"from": "2027-03-14T02:00", "until": "2027-03-14T02:30", "timezone": "America/New_York"}
    assert said(found(experience("gap", JAPAN, schedule=skipped))) == [
        (
            "warning",
            "never-runs",
            '"gap" never runs: its schedule begins 2027-03-14 16:00 Asia/Tokyo and ends 2027-03-14 16:00 Asia/Tokyo',
        )
    ]


# -- single rules, through the site


def test_a_rule_that_nobody_can_meet_is_shown_at_its_place_with_its_repair(found: Analyse, tmp_path: Path) -> None:
    (one,) = found(experience("both", {"and": [JAPAN, {"==": [{"var": "geo.country"}, "US"]}]}))
    assert said([one]) == [
        (
            "warning",
            "never-true",
            '"both" never holds: geo.country == "JP" and geo.country == "US" can\'t both hold',
        )
    ]
    assert (one.hint, one.pointer) == ('write "or" for "and"', "/experiences/0/when/and/1")
    assert one.patch is not None
    assert all(str(step["path"]).startswith("/experiences/0/when/") for step in one.patch)


def test_a_redundant_part_has_a_patch_that_takes_it_away(found: Analyse) -> None:
    (one,) = found(experience("often", {"and": [VETERAN, REGULAR, JAPAN]}))
    assert (one.code, one.patch) == ("redundant", [{"op": "remove", "path": "/experiences/0/when/and/1"}])


def test_a_rule_of_several_slots_is_said_once(found: Analyse) -> None:
    both = {"and": [JAPAN, {"==": [{"var": "geo.country"}, "US"]}]}
    one = experience("both", both, slots=["hero", "shelf"], variants=[{"id": "a"}])
    assert [one.code for one in found(one)] == ["never-true"]


def test_an_audience_that_nobody_belongs_to_is_said_at_its_place_and_where_it_is_used(found: Analyse) -> None:
    nobody = {"nobody": {"when": {"and": [REGULAR, {"<": [{"var": "visits.count"}, 3]}]}}}
    second, first = found(experience("e", {"audience": "nobody"}), audiences=nobody)
    assert (first.code, first.pointer) == ("never-true", "/audiences/nobody/when/and/1")
    assert (second.code, second.pointer) == ("never-true", "/experiences/0/when")
    assert second.hint == 'repair the audience "nobody"'


def test_whoever_meets_the_rule_is_suppressed(found: Analyse) -> None:
    assert said(found(experience("veterans", VETERAN, suppress=REGULAR))) == [
        ("warning", "always-suppressed", '"veterans" never shows: everyone who meets its rule is suppressed')
    ]
    assert found(experience("regulars", REGULAR, suppress=VETERAN)) == []


# -- experiments


def test_arms_and_holdouts_that_leave_nobody(found: Analyse) -> None:
    arms = [{"id": "a", "text": "x"}, {"id": "b", "text": "y", "weight": 0}]
    assert said(found(experience("e", JAPAN, variants=arms))) == [
        ("note", "never-drawn", 'nobody is drawn into the variant "b": its weight is 0')
    ]
    assert [(one.code, one.pointer) for one in found(experience("e", JAPAN, experiment={"holdout": 1}))] == [
        ("all-held-out", "/experiences/0/experiment/holdout")
    ]
    assert [(one.code, one.pointer) for one in found(experience("e", JAPAN), holdout=1)] == [
        ("all-held-out", "/holdout")
    ]


def test_a_part_of_a_layer_that_nobody_uses_is_noted(found: Analyse) -> None:
    layer = {"experiment": {"layer": "top"}}
    (one,) = found(experience("old", JAPAN, status="paused", **layer), experience("new", PHONE, **layer))
    assert said([one]) == [
        (
            "note",
            "idle-layer-part",
            '"old" is paused and still holds one of 2 parts of the layer "top": '
            "those visitors meet no other experiment of it",
        )
    ]
    assert found(experience("alone", JAPAN, status="paused", **layer)) == []


# -- what nobody uses, and what overlaps


def test_an_unused_audience_is_noted(found: Analyse) -> None:
    audiences: dict[str, object] = {name: {"when": REGULAR} for name in ("a", "b", "c", "d", "e")}
    audiences["b"] = {"when": {"and": [{"audience": "c"}, JAPAN]}}
    interests = {"boots": {"signals": [{"when": {"audience": "e"}}]}}
    used = experience("x", {"or": [{"audience": "a"}, {"!": [{"audience": ["b"]}]}]}, suppress={"audience": "d"})
    assert [one for one in found(used, audiences=audiences, interests=interests) if one.code == "unused-audience"] == []
    (one,) = found(experience("x", PHONE), audiences={"a": {"when": REGULAR}})
    assert said([one]) == [("note", "unused-audience", 'no rule uses the audience "a"')]
    assert found(experience("x", {"audience": "a"}, status="draft"), audiences={"a": {"when": REGULAR}}) == []


def test_overlaps_are_named_when_asked_for(found: Analyse) -> None:
    site = [experience("phones", PHONE), experience("japan", JAPAN)]
    assert found(*site) == []
    (one,) = found(*site, overlaps=True)
    assert said([one]) == [("note", "overlapping", 'some who meet "japan" meet "phones" first, which takes "hero"')]
    assert one.witness == {"device.type": "phone", "geo.country": "JP"}


# -- the whole


def test_check_says_everything_in_file_order(tmp_path: Path) -> None:
    write(tmp_path, experience("japan", {"!=": [{"var": "geo.country"}, "US"]}), experience("all"), experience("rest"))
    assert [one.code for one in check(tmp_path, now=NOW)] == ["matches-unknown", "shadowed"]


def test_a_site_with_errors_is_not_analysed(tmp_path: Path) -> None:
    write(tmp_path, experience("all"), experience("rest", {"==": [{"var": "geo.contry"}, "JP"]}))
    assert [one.code for one in check(tmp_path)] == ["unknown-fact"]


def test_a_finding_in_a_file_of_experiences_is_placed_there(tmp_path: Path) -> None:
    write(tmp_path, experience("all"), experiences=["experiences/a.json"])
    (tmp_path / "experiences").mkdir()
    (tmp_path / "experiences" / "a.json").write_text(json.dumps([experience("all"), experience("b", JAPAN)]), "utf-8")
    (one,) = analyse(tmp_path, now=NOW)
    assert (one.file, one.pointer, one.line) == ("experiences/a.json", "/1/when", 1)


def test_what_is_loaded_is_analysed_as_it_is(tmp_path: Path) -> None:
    loaded = load(write(tmp_path, experience("all"), experience("rest")))
    assert [one.code for one in analyse(loaded, now=NOW)] == ["shadowed"]


ROOT = Path(__file__).parents[3]
GOOD = sorted(
    site.parent
    for pattern in ("server/mitate_server/demo/sites/*", "examples/*/*", "tests/benchmarks/site")
    for site in ROOT.glob(f"{pattern}/site.json")
)


@pytest.mark.parametrize("folder", GOOD, ids=lambda folder: folder.name)
def test_the_sites_that_are_shown_raise_no_alarm(folder: Path) -> None:
    assert [str(one) for one in analyse(folder, now=NOW)] == []


def test_what_could_not_be_decided_is_told_to_be_no_mistake(found: Analyse) -> None:
    pytest.importorskip("re2")
    (one,) = found(experience("nurse", {"regex": [{"var": "page.path"}, "^/nurse/[0-9]+$"]}))
    assert (one.severity, one.code) == ("note", "undecided")
    assert one.hint == "no mistake in itself; a case in cases/ shows that somebody meets it"


# -- what no page can be told

STAYED = {"var": "live.seconds"}
UNTOLD: list[tuple[Any, str, str]] = [
    (
        {"<": [STAYED, {"var": "visits.count"}]},
        "live.seconds < visits.count: the page would have to be told about the visitor (visits.count)",
        "compare what happens in the page with a number written in the rule; to choose between two, use if",
    ),
    (
        {">": [{"+": [STAYED, 1]}, 3]},
        "live.seconds + 1 > 3: a page has no such operator",
        "a page knows ==, !=, <, <=, >, >=, and, or, ! and if, which must end with what else to take",
    ),
    (
        {">": [{"if": [{"var": "live.exit_intent"}, STAYED]}, 10]},
        "live.exit_intent if live.seconds > 10: a page has no such operator",
        "a page knows ==, !=, <, <=, >, >=, and, or, ! and if, which must end with what else to take",
    ),
    (
        {"in": [STAYED, {"var": "own.list"}]},
        "live.seconds in own.list: the page would have to be told about the visitor (own.list)",
        "compare what happens in the page with a number written in the rule; to choose between two, use if",
    ),
    (
        {"audience": "mixed"},
        'audience "mixed": the page would have to be told about the visitor (visits.count)',
        "compare what happens in the page with a number written in the rule; to choose between two, use if",
    ),
]
MORE: dict[str, Any] = {
    "facts": {"own.list": {"type": "list", "items": "number", "from": "backend"}},
    "audiences": {"mixed": {"when": {"<": [STAYED, {"var": "visits.count"}]}}},
}


@pytest.mark.parametrize(("condition", "what", "hint"), UNTOLD)
def test_a_condition_that_no_page_can_be_told_is_a_warning(
    found: Analyse, condition: object, what: str, hint: str
) -> None:
    warnings = [one for one in found(experience("x", {"and": [JAPAN, condition]}), **MORE) if one.code == "untold"]
    assert [(one.severity, one.message, one.pointer, one.hint) for one in warnings] == [
        (
            "warning",
            f'no page can wait for {what}; where it matters, "x" never shows',
            "/experiences/0/when/and/1",
            hint,
        )
    ]


@pytest.mark.parametrize("key", ["when", "suppress"])
def test_a_redirect_that_waits_for_the_page_is_a_warning(found: Analyse, key: str) -> None:
    redirects: dict[str, Any] = {"variants": [{"id": "a", "redirect": "/b"}, {"id": "b"}]}
    assert found({**experience("x", JAPAN), **redirects}) == []
    waits = {**experience("x", JAPAN), **redirects, key: {"<": [60, {"var": "live.seconds"}]}}
    assert [(one.severity, one.code, one.message, one.pointer) for one in found(waits)] == [
        (
            "warning",
            "late-redirect",
            '"x" redirects nobody whom it has to wait for: only what the server decides leads elsewhere',
            f"/experiences/0/{key}",
        )
    ]


def test_what_suppresses_must_be_told_as_well(found: Analyse) -> None:
    warnings = found(experience("x", JAPAN, suppress={"<": [STAYED, {"var": "visits.count"}]}))
    assert [(one.code, one.pointer) for one in warnings] == [("untold", "/experiences/0/suppress")]


@pytest.mark.parametrize(
    "condition",
    [
        {">": [STAYED, {"if": [{"var": "account.known"}, 10, 20]}]},
        {"in": [STAYED, [1, 2]]},
        {"<": [1, STAYED, 3]},
        {"!": {"var": "live.exit_intent"}},
        {"var": ["live.scroll", 3]},
        {"some": [{"var": "purchases.categories"}, {"starts_with": [{"var": ""}, "a"]}]},
    ],
)
def test_what_a_page_can_be_told_is_no_finding(found: Analyse, condition: object) -> None:
    assert said(found(experience("x", {"and": [JAPAN, condition]}))) == []


def test_a_live_fact_is_never_unknown_to_a_page(tmp_path: Path) -> None:
    assert check(write(tmp_path, experience("x", {"!": {"var": "live.exit_intent"}}))) == []
