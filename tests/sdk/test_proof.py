"""A decision proves itself: its proof replays offline, and whatever is changed in it shows."""

from __future__ import annotations

import copy
import json
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mitate import Mitate, Site, Visitor
from mitate.proof import sealed, verify

NOW = datetime.fromisoformat("2026-11-21T21:00+09:00").timestamp()
ID = "v" * 22
SECRET = "the-secret-of-these-tests"
ADDRESS = "203.0.113.77"


def when(fact: str, op: str, value: object) -> dict[str, object]:
    return {op: [{"var": fact}, value]}


SITE: dict[str, object] = {
    "format": 1,
    "site": "t",
    "timezone": "Asia/Tokyo",
    "holdout": 0.1,
    "facts": {
        "cart.items": {"type": "integer", "from": "backend", "purpose": "personalization"},
    },
    "lists": {"offices": ["198.51.100.0/24", "2001:db8::/32"]},
    "audiences": {"regulars": {"when": when("visits.count", ">=", 3)}},
    "slots": {"hero": {}, "note": {}, "shelf": {}},
    "experiences": [
        {
            "id": "office",
            "slot": "note",
            "when": {
                "or": [
                    {"in_cidr": [{"var": "request.ip"}, "offices"]},
                    {"in_cidr": [{"var": "request.ip"}, ["203.0.113.64/26"]]},
                ]
            },
            "variants": [{"id": "a", "text": "hello"}],
        },
        {
            "id": "sale",
            "slots": ["hero", "shelf"],
            "when": {"and": [{"audience": "regulars"}, {"!=": [{"var": "geo.country"}, "US"]}]},
            "suppress": when("cart.items", ">", 5),
            "schedule": {"from": "2026-11-20T00:00", "until": "2026-11-23T00:00", "timezone": "visitor"},
            "frequency": {"max": 2, "per": "day"},
            "variants": [
                {"id": "page"},
                {"id": "loud", "content": {"hero": {"text": "Sale in {{geo.country|your country}}"}}},
            ],
            "experiment": {"holdout": 0.2},
        },
        {
            "id": "one-of-two",
            "slot": "hero",
            "when": when("device.type", "==", "phone"),
            "variants": [{"id": "a", "text": "A"}, {"id": "b", "text": "B", "weight": 2}],
            "experiment": {"layer": "first"},
        },
        {
            "id": "two-of-two",
            "slot": "hero",
            "when": True,
            "variants": [{"id": "a", "text": "two"}],
            "experiment": {"layer": "first"},
        },
        {"id": "anybody", "slot": "shelf", "when": True, "variants": [{"id": "a", "html": "<b>shelf</b>"}]},
    ],
}


@pytest.fixture(scope="module")
def mitate(tmp_path_factory: pytest.TempPathFactory) -> Mitate:
    folder = tmp_path_factory.mktemp("site")
    (folder / "site.json").write_text(json.dumps(SITE))
    return Mitate.from_path(folder, clock=lambda: NOW)


def passed_on(proof: dict[str, object]) -> dict[str, object]:
    """Give a proof as it comes back from a file."""
    return cast("dict[str, object]", json.loads(json.dumps(proof)))


def some(values: list[object]) -> st.SearchStrategy[object]:
    return st.sampled_from(values)


VISITORS = st.fixed_dictionaries(
    {
        "ip": some([None, ADDRESS, "198.51.100.9", "2001:db8::7", "not an address"]),
        "consent": some([None, {"personalization": True, "analytics": False}, {"personalization": False}]),
        "id": some([None, ID, "w" * 22, "x" * 22]),
        "gpc": some([None, True]),
        "zone": some([None, "America/New_York", "Asia/Tokyo"]),
    }
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "geo.country": some(["JP", "US", None, 5]),
        "device.type": some(["phone", "desktop"]),
        "device.bot": some([True, False]),
        "cart.items": some([0, 5, 6, 5.5, "6", 10**400, float("inf"), float("nan"), {"a": 1}]),
    },
)
PROFILES = st.fixed_dictionaries(
    {},
    optional={
        "visits.count": some([1, 2, 7]),
        "key": some(["k" * 22, "l" * 22, "m" * 22, "n" * 22]),
        "arms.sale": some(["loud", "page", "gone"]),
        "exposures.sale": some([[NOW - 60], [NOW - 60, NOW - 30], [NOW - 90000.5, NOW - 1]]),
        "visit.started": some([NOW - 100]),
    },
)


@settings(max_examples=150, deadline=None)
@given(visitor=VISITORS, facts=FACTS, profile=PROFILES, group=some([None, "holdout", "treatment"]), late=st.booleans())
def test_the_proof_of_any_decision_holds(
    mitate: Mitate,
    visitor: dict[str, object],
    facts: dict[str, object],
    profile: dict[str, object],
    group: object,
    late: bool,
) -> None:
    now = NOW + 3 * 86400 if late else NOW
    who = Visitor(**visitor)  # type: ignore[arg-type]
    shown = mitate.simulate(who, now=now, facts=facts, profile=profile, group=group)  # type: ignore[arg-type]
    for slot in shown:
        proof = passed_on(shown.proof(slot))
        assert verify(mitate.site, proof) == []
        said = json.dumps(proof)
        assert not any(address in said for address in (ADDRESS, "198.51.100.9", "2001:db8::7"))


def prove(mitate: Mitate, slot: str = "hero", **parts: object) -> dict[str, object]:
    who = Visitor(id=ID, ip=ADDRESS, zone="Asia/Tokyo", consent={"personalization": True, "analytics": True})
    facts: dict[str, object] = {"geo.country": "JP", "device.type": "phone", "cart.items": 1, "device.bot": False}
    shown = mitate.simulate(who, facts={**facts, **parts}, profile={"visits.count": 3, "key": "k" * 22})
    return passed_on(shown.proof(slot))


def test_a_proof_holds_what_was_read_and_nothing_else(mitate: Mitate) -> None:
    proof = prove(mitate)
    assert {name: value for name, value in proof.items() if name not in ("digest", "version", "outcome")} == {
        "format": 1,
        "site": "t",
        "slot": "hero",
        "now": NOW,
        "purposes": ["necessary", "personalization", "analytics"],
        "facts": {
            "cart.items": 1,
            "device.bot": False,
            "geo.country": "JP",
            "time.zone": "Asia/Tokyo",
            "visits.count": 4,
        },
        "key": "k" * 22,
    }
    assert cast("dict[str, object]", proof["outcome"])["reason"] in ("SPLIT", "HOLDOUT")


def test_an_address_is_proven_by_what_was_asked_about_it(mitate: Mitate) -> None:
    proof = prove(mitate, "note")
    assert proof["addresses"] == {
        "request.ip": [{"networks": "offices", "answer": False}, {"networks": ["203.0.113.64/26"], "answer": True}]
    }
    assert "request.ip" not in cast("dict[str, object]", proof["facts"])
    assert ADDRESS not in json.dumps(proof)
    asked = cast("dict[str, list[dict[str, object]]]", proof["addresses"])["request.ip"]
    asked[1]["answer"] = False
    problems = verify(mitate.site, sealed(proof))
    assert 'the outcome differs in its reason: the proof says "TARGETING_MATCH", the document decides "DEFAULT"' in (
        problems
    )


def test_answers_that_no_address_gives_are_found(mitate: Mitate) -> None:
    proof = prove(mitate, "note")
    proof["addresses"] = {
        "request.ip": [
            {"networks": "203.0.113.0/24", "answer": True},
            {"networks": "198.51.100.0/24", "answer": True},
        ]
    }
    assert verify(mitate.site, sealed(proof)) == [
        "request.ip: no address gives all the answers the proof has about networks"
    ]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("facts", "visits.count"), 5),
        (("facts", "geo.country"), "US"),
        (("outcome", "variant"), "other"),
        (("outcome", "content"), "0" * 64),
        (("key",), "z" * 22),
        (("now",), NOW + 1),
        (("purposes",), []),
    ],
)
def test_whatever_is_changed_breaks_the_digest(mitate: Mitate, path: tuple[str, ...], value: object) -> None:
    proof = prove(mitate)
    node = proof
    for key in path[:-1]:
        node = cast("dict[str, object]", node[key])
    node[path[-1]] = value
    assert verify(mitate.site, proof)[0].startswith("the digest is broken, so something in the proof was changed: ")


def test_a_digest_that_was_made_up_is_found(mitate: Mitate) -> None:
    proof = prove(mitate)
    expected = proof["digest"]
    proof["digest"] = "sha256:0"
    assert verify(mitate.site, proof) == [
        f"the digest is broken, so something in the proof was changed: sha256:0, not {expected}"
    ]


def test_another_outcome_is_found_even_with_a_new_digest(mitate: Mitate) -> None:
    proof = prove(mitate, "shelf", **{"visits.count": 1})
    assert cast("dict[str, object]", proof["outcome"])["experience"] == "anybody"
    cast("dict[str, object]", proof["outcome"])["experience"] = "sale"
    assert verify(mitate.site, sealed(proof)) == [
        'the outcome differs in its experience: the proof says "sale", the document decides "anybody"'
    ]


def test_facts_that_are_left_out_or_added_are_found(mitate: Mitate) -> None:
    proof = prove(mitate, "shelf", **{"visits.count": 1})
    facts = cast("dict[str, object]", proof["facts"])
    assert set(facts) == {"device.bot", "visits.count"}
    del facts["visits.count"]
    facts["channel"] = "web"
    assert verify(mitate.site, sealed(proof)) == [
        "visits.count is read by the decision, and the proof does not hold it",
        "channel is in the proof, and the decision never reads it",
    ]


def test_a_fact_of_the_wrong_type_is_named(mitate: Mitate) -> None:
    proof = prove(mitate, "shelf")
    cast("dict[str, object]", proof["facts"])["visits.count"] = "three"
    problems = verify(mitate.site, sealed(proof))
    assert problems[0].startswith("the outcome differs in its ")
    assert problems[-1] == 'visits.count is of the wrong type: expected integer, got "three"'


def changed(folder: Path) -> Site:
    document = copy.deepcopy(SITE)
    cast("list[dict[str, object]]", document["experiences"])[-1]["when"] = False
    (folder / "site.json").write_text(json.dumps(document))
    return Mitate.from_path(folder).site


def test_a_document_that_changed_since_is_named_with_what_it_would_decide_now(mitate: Mitate, tmp_path: Path) -> None:
    proof, now = prove(mitate, "shelf", **{"visits.count": 1}), changed(tmp_path)
    problems = verify(now, proof)
    assert problems[0] == (
        f"the document has changed since: this is version {now.version}, the proof has {mitate.version}"
    )
    assert problems[1] == (
        'the outcome differs in its reason: the proof says "TARGETING_MATCH", the document decides "DEFAULT"'
    )


def test_only_the_sites_secret_shows_that_a_proof_was_made_here(mitate: Mitate) -> None:
    proof = prove(mitate)
    signed = passed_on(sealed(proof, SECRET))
    assert verify(mitate.site, signed, secret=SECRET) == []
    assert verify(mitate.site, signed) == []
    assert verify(mitate.site, signed, secret="another") == ["the signature is not of this site's secret"]
    assert verify(mitate.site, proof, secret=SECRET) == ["the proof has no signature"]
    forged = {**signed, "now": NOW + 1}
    forged["digest"] = sealed(forged)["digest"]
    assert "the signature is not of this site's secret" in verify(mitate.site, forged, secret=SECRET)


def test_a_draw_that_was_chosen_is_in_the_proof_and_no_bucket(mitate: Mitate) -> None:
    who = Visitor(id=ID, consent={"personalization": True, "analytics": True})
    shown = mitate.simulate(who, facts={"device.type": "phone", "geo.country": "US"}, group="holdout")
    proof = passed_on(shown.proof("hero"))
    assert proof["drawn"] == {"site": False, "layer:first:0": True, "one-of-two:holdout": True}
    assert verify(mitate.site, proof) == []


@pytest.mark.parametrize(
    ("proof", "problem"),
    [
        ({}, "this is no proof: Object missing required field `format`"),
        ({"format": "1"}, "this is no proof: Expected `int`, got `str` - at `$.format`"),
    ],
)
def test_what_is_no_proof_is_told_so(mitate: Mitate, proof: dict[str, object], problem: str) -> None:
    assert verify(mitate.site, proof) == [problem]


def test_a_later_format_another_site_and_an_unknown_slot_are_told_so(mitate: Mitate) -> None:
    proof = prove(mitate)
    later = sealed({**proof, "format": 2})
    assert verify(mitate.site, later) == ["the proof has format 2; this version of mitate reads format 1"]
    assert verify(mitate.site, sealed({**proof, "site": "u"})) == ['the proof is of the site "u", and this is "t"']
    assert verify(mitate.site, sealed({**proof, "slot": "gone"})) == ['no experience fills the slot "gone"']


@pytest.mark.parametrize(
    "broken",
    [
        {"memory": {"exposures.sale": ["a"]}},
        {"facts": {"time.zone": "Nowhere/Land", "visits.count": 4, "geo.country": "JP", "cart.items": 1}},
    ],
)
def test_nothing_in_a_proof_can_break_the_check(mitate: Mitate, broken: dict[str, object]) -> None:
    problems = verify(mitate.site, sealed({**prove(mitate), **broken}))
    assert problems[0].startswith("the decision can't be replayed from what the proof holds: ")


def test_passing_through_javascript_keeps_the_digest(mitate: Mitate) -> None:
    proof = prove(mitate)
    assert proof["now"] == NOW
    assert verify(mitate.site, {**proof, "now": int(NOW)}) == []


# -- what waits for the page


@pytest.mark.parametrize("consent", [{"personalization": True, "analytics": True}, None])
@pytest.mark.parametrize("facts", [{}, {"live.seconds": 30}, {"live.seconds": 30, "live.exit_intent": True}])
def test_a_decision_beside_what_waits_for_the_page_proves_itself(
    tmp_path: Path, consent: dict[str, bool] | None, facts: dict[str, object]
) -> None:
    help_: dict[str, object] = {
        "id": "help",
        "slots": ["hero", "note"],
        "when": {"and": [when("live.seconds", ">=", 20), when("visits.count", ">=", 1)]},
        "suppress": {"var": "live.exit_intent"},
        "frequency": {"max": 2, "per": "day"},
        "variants": [{"id": one, "content": {"hero": {"text": one}, "note": {"text": one}}} for one in "ab"],
        "experiment": {"holdout": 0.5},
    }
    base = {"id": "base", "slot": "hero", "variants": [{"id": "a", "text": "x"}]}
    slots = {"hero": {}, "note": {"live": True}}
    document = {"format": 1, "site": "t", "timezone": "Asia/Tokyo", "slots": slots, "experiences": [help_, base]}
    (tmp_path / "site.json").write_text(json.dumps(document), "utf-8")
    with Mitate.from_path(tmp_path, clock=lambda: NOW) as mitate:
        for memory in ({"exposures.help": [NOW - 60]}, {"dismissed.help": NOW}, {"visits.count": 2}):
            told = mitate.simulate(Visitor(id=ID, consent=consent), profile=memory, facts=facts)
            for slot in told:
                proof = json.loads(json.dumps(told.proof(slot, secret=SECRET)))
                assert verify(mitate.site, proof, secret=SECRET) == []
                outcome = cast("dict[str, object]", proof["outcome"])
                assert outcome["experience"] == told[slot].experience
