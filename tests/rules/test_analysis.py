"""Rules checked like a program: what never or always holds, who is never first, which parts say nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mitate.context.facts import BUILT_IN
from mitate.context.links import assume
from mitate_rules import Context, compile_rule
from mitate_rules.analysis import Finding, analyse

FACTS: dict[str, dict[str, object]] = {
    "country": {"type": "string"},
    "device": {"type": "string", "enum": ["phone", "tablet", "desktop"]},
    "count": {"type": "integer", "minimum": 1},
    "score": {"type": "number", "unit": "score"},
    "new": {"type": "boolean"},
    "path": {"type": "string"},
    "value": {"type": "number"},
    "other": {"type": "number"},
}
AUDIENCES: dict[str, dict[str, object]] = {"keen": {"when": {">=": [{"var": "score"}, 0.4]}}}


def var(name: str) -> dict[str, object]:
    return {"var": name}


JAPAN = {"==": [var("country"), "JP"]}
US = {"==": [var("country"), "US"]}
PHONE = {"==": [var("device"), "phone"]}
KEEN = {"audience": "keen"}


def found(
    rules: dict[str, object],
    *,
    competing: Callable[[str, str], bool] | None = None,
    wins: Callable[[str], bool] | None = None,
    assume: object = None,
) -> list[Finding]:
    """Give all findings but the overlaps."""
    return analyse(rules, FACTS, audiences=AUDIENCES, overlaps=0, competing=competing, wins=wins, assume=assume)


def only(
    rules: dict[str, object],
    *,
    competing: Callable[[str, str], bool] | None = None,
    wins: Callable[[str], bool] | None = None,
    assume: object = None,
) -> Finding:
    (finding,) = found(rules, competing=competing, wins=wins, assume=assume)
    return finding


def test_rules_that_have_nothing_wrong_give_no_findings() -> None:
    rules: dict[str, object] = {
        "a": {"and": [JAPAN, PHONE]},
        "b": JAPAN,
        "c": {"and": [KEEN, {"!": JAPAN}]},
        "d": {">": [var("count"), 2]},
    }
    assert found(rules) == []


def test_a_rule_that_never_holds_names_the_two_conditions_that_exclude_each_other() -> None:
    finding = only({"a": {"and": [PHONE, JAPAN, var("new"), US]}})
    assert finding == Finding(
        kind="never-true",
        id="a",
        message='"a" never holds: country == "JP" and country == "US" can\'t both hold',
        pointer="/and/3",
        parts=("/and/1", "/and/3"),
        repair='write "or" for "and"',
        patch=[
            {"op": "remove", "path": "/and/3"},
            {"op": "replace", "path": "/and/1", "value": {"or": [JAPAN, US]}},
        ],
    )


def test_three_conditions_that_exclude_each_other_only_together_are_all_named() -> None:
    rule = {"and": [{"in": [var("country"), ["JP", "US"]]}, {"!": US}, PHONE, {"!": JAPAN}]}
    finding = only({"a": rule})
    assert finding.parts == ("/and/0", "/and/1/!", "/and/3/!")
    assert finding.message.endswith("can't all hold")


@pytest.mark.parametrize(
    "rule",
    [
        {"<": [var("count"), 1]},
        {"and": [KEEN, {"<": [var("score"), 0.3]}]},
        {"and": [KEEN, {"!": KEEN}]},
        {"and": [{"starts_with": [var("path"), "/a/"]}, {"==": [var("path"), "/b/"]}]},
    ],
    ids=str,
)
def test_a_rule_that_nobody_can_meet_is_found(rule: object) -> None:
    assert only({"a": rule}).kind == "never-true"


def test_an_audience_that_never_holds_is_found_by_itself() -> None:
    audiences = {"none": {"when": {"and": [JAPAN, US]}}}
    (finding,) = analyse({"a": PHONE}, FACTS, audiences=audiences, overlaps=0)
    assert (finding.kind, finding.id, finding.pointer) == ("never-true", "audience:none", "/and/1")


def test_an_audience_that_asks_for_the_same_as_an_earlier_one_is_told_so() -> None:
    audiences: dict[str, dict[str, object]] = {
        "a": {"when": {"and": [JAPAN, PHONE]}},
        "b": {"when": {"and": [PHONE, JAPAN]}},
        "c": {"when": JAPAN},
    }
    (finding,) = analyse({}, FACTS, audiences=audiences)
    assert (finding.kind, finding.id, finding.others) == ("redundant", "audience:b", ("audience:a",))
    assert finding.message == 'the audience "b" asks for the same as "a"'


def test_a_rule_that_everyone_meets_is_found_but_true_is_said_on_purpose() -> None:
    finding = only({"a": {"or": [JAPAN, {"!=": [var("country"), "JP"]}]}})
    assert (finding.kind, finding.id) == ("always-true", "a")
    assert found({"a": True}) == []


def test_a_rule_behind_one_that_asks_for_less_is_shadowed() -> None:
    finding = only({"japan": JAPAN, "japan-phone": {"and": [JAPAN, PHONE]}})
    assert finding == Finding(
        kind="shadowed",
        id="japan-phone",
        message='"japan-phone" never comes to its turn: who meets it meets "japan" before',
        others=("japan",),
        witness=Context({"country": "JP", "device": "phone"}),
        repair='move "japan-phone" before "japan"',
    )


def test_a_rule_behind_several_that_together_leave_it_nobody_is_shadowed() -> None:
    rules: dict[str, object] = {
        "few": {"<": [var("count"), 5]},
        "no": PHONE,
        "many": {">=": [var("count"), 5]},
        "middle": {"<=": [3, var("count"), 8]},
    }
    finding = only(rules)
    assert (finding.kind, finding.id, finding.others) == ("shadowed", "middle", ("few", "many"))


def test_a_rule_that_asks_for_the_same_as_an_earlier_one_is_told_so() -> None:
    finding = only({"a": {"and": [JAPAN, PHONE]}, "b": {"and": [PHONE, {"in": [var("country"), ["JP"]]}]}})
    assert finding.message == '"b" never comes to its turn: "a" before it asks for the same'


def test_a_rule_that_is_everyone_s_leaves_nobody_to_those_behind_it() -> None:
    assert only({"all": True, "japan": JAPAN}).others == ("all",)


def test_only_rules_that_compete_and_surely_win_shadow() -> None:
    rules: dict[str, object] = {"japan": JAPAN, "phone": {"and": [JAPAN, PHONE]}}
    assert found(rules, competing=lambda first, second: False) == []
    assert found(rules, wins=lambda name: False) == []
    assert only(rules, competing=lambda first, second: (first, second) == ("japan", "phone")).kind == "shadowed"


def test_a_part_that_changes_nothing_is_found_with_its_repair() -> None:
    finding = only({"a": {"and": [KEEN, PHONE, {">=": [var("score"), 0.3]}]}})
    assert finding == Finding(
        kind="redundant",
        id="a",
        message='a part of "a" changes nothing, the rest already asks for it: score >= 0.3',
        pointer="/and/2",
        parts=("/and/2",),
        witness=Context({"device": "phone", "score": 0.4}),
        repair="drop score >= 0.3",
        patch=[{"op": "remove", "path": "/and/2"}],
    )
    other = only({"a": {"or": [{">": [var("count"), 3]}, {">": [var("count"), 5]}]}})
    assert (other.pointer, other.message) == (
        "/or/1",
        'a part of "a" changes nothing, the rest already allows it: count > 5',
    )


def test_of_two_parts_that_say_the_same_one_may_go() -> None:
    finding = only({"a": {"and": [JAPAN, PHONE, JAPAN]}})
    assert finding.pointer == "/and/2"


def test_asking_that_a_fact_be_known_is_redundant_only_beside_what_needs_it_known() -> None:
    known = {"!=": [var("count"), None]}
    assert only({"a": {"and": [known, {">=": [var("count"), 3]}]}}).pointer == "/and/0"
    assert found({"a": {"and": [known, {"!=": [var("count"), 3]}]}}) == []


def test_a_branch_that_never_holds_is_contradictory() -> None:
    finding = only({"a": {"or": [PHONE, {"and": [JAPAN, US]}]}})
    assert (finding.kind, finding.pointer, finding.parts) == ("contradictory", "/or/1", ("/or/1/and/0", "/or/1/and/1"))
    assert finding.patch == [{"op": "remove", "path": "/or/1"}]


def test_what_is_undecided_is_said() -> None:
    rule = {"and": [{">": [var("value"), var("other")]}, {">": [var("other"), var("value")]}]}
    finding = only({"a": rule})
    assert (finding.kind, finding.message) == ("undecided", 'could not decide whether "a" can ever hold')


def test_overlaps_are_named_with_a_visitor_and_counted() -> None:
    rules: dict[str, object] = {f"r{number}": {">=": [var("count"), number + 2]} for number in range(4, -1, -1)}
    rules["phone"] = PHONE
    findings = [one for one in analyse(rules, FACTS, overlaps=2) if one.id == "phone"]
    assert findings == [
        Finding(
            kind="overlapping",
            id="phone",
            message='"phone" may match together with "r4" and "r3", and perhaps with 3 more before it',
            others=("r4", "r3"),
            witness=Context({"count": 6, "device": "phone"}),
        )
    ]


def test_rules_that_exclude_each_other_do_not_overlap() -> None:
    assert analyse({"japan": JAPAN, "us": US}, FACTS) == []


def test_what_is_assumed_makes_visitors_whole_and_impossible_ones_impossible() -> None:
    same = {"or": [{"==": [var("new"), None]}, {"and": [var("new"), {"==": [var("count"), 1]}]}, {"!": var("new")}]}
    rules: dict[str, object] = {"a": {"and": [var("new"), {">": [var("count"), 1]}]}}
    assert found(rules) == []
    assert only(rules, assume=same).kind == "never-true"
    overlapping = analyse({"n": var("new"), "p": PHONE}, FACTS, assume=same)
    assert overlapping[0].witness == {"count": 1, "device": "phone", "new": True}


def test_rules_with_errors_are_left_to_the_check() -> None:
    assert found({"a": {"==": [var("nothing"), 1]}, "b": {"nope": 1}, "c": JAPAN}) == []


ROOT = Path(__file__).parents[2]
SITES = [
    "server/mitate_server/demo/sites/shoes", "server/mitate_server/demo/sites/nagare", "server/mitate_server/starter",
    "tests/benchmarks/site",
]  # fmt: skip


@pytest.mark.parametrize("folder", SITES)
def test_the_sites_that_are_shown_raise_no_alarm(folder: str) -> None:
    site = json.loads((ROOT / folder / "site.json").read_text("utf-8"))
    named = {one["id"]: one for one in site["experiences"]}
    rules = {name: one["when"] for name, one in named.items() if "when" in one}

    def slots(name: str) -> set[str]:
        return {named[name].get("slot"), *named[name].get("slots", [])} - {None}

    findings = analyse(
        rules,
        {**BUILT_IN, **site.get("facts", {})},
        audiences=site.get("audiences"),
        competing=lambda first, second: bool(slots(first) & slots(second)),
        wins=lambda name: not {"schedule", "frequency", "suppress", "experiment"} & set(named[name]),
        assume=assume(BUILT_IN),
        overlaps=0,
    )
    assert len(rules) >= 4
    assert findings == []


def test_every_witness_is_met_by_the_rule_s_own_program() -> None:
    rules = {"a": JAPAN, "b": {"and": [JAPAN, KEEN, {">": [var("score"), 0.2]}]}, "c": {"or": [PHONE, KEEN]}}
    for finding in analyse(rules, FACTS, audiences=AUDIENCES):
        assert compile_rule(rules[finding.id], FACTS, audiences=AUDIENCES)(Context(finding.witness or {})) is True
