"""Values that are not of the form their fact is declared in: missing, counted, told once, and never a fault."""

from __future__ import annotations

import json
import logging
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mitate import Mitate, Visitor
from mitate.context.facts import BUILT_IN
from mitate.context.misfits import expected, got
from mitate.context.traits import fitting

NOW = 1_795_000_000.0
ALL = {"personalization": True, "analytics": True}
DECLARED = {
    "crm.score": {"type": "integer", "minimum": 0, "maximum": 100, "from": "backend"},
    "crm.ratio": {"type": "number", "from": "backend"},
    "crm.vip": {"type": "boolean", "from": "backend"},
    "crm.since": {"type": "instant", "from": "backend"},
    "crm.tags": {"type": "list", "items": "string", "from": "backend"},
    "crm.name": {"type": "string", "from": "backend"},
    "crm.version": {"type": "version", "from": "backend"},
}
RULES: dict[str, object] = {
    "score": {">=": [{"var": "crm.score"}, 50]},
    "ratio": {"<": [{"/": [{"var": "crm.ratio"}, 3]}, 0.5]},
    "vip": {"var": "crm.vip"},
    "since": {"days_since": [{"var": "crm.since"}, ">", 3]},
    "tags": {"some": [{"var": "crm.tags"}, {"starts_with": [{"var": ""}, "a"]}]},
    "name": {"regex": [{"var": "crm.name"}, "^[a-z]+$"]},
    "version": {"sem_ver": [{"var": "crm.version"}, ">=", "1.2"]},
    "birthday": {"before": [{"var": "user.birthday"}, "2000-01-01"]},
    "tier": {"in": [{"var": "account.tier"}, ["a", "b"]]},
    "keen": {"count_events": ["quiz", "30d", 2]},
    "spent": {"!": {"<": [{"var": "purchases.total_value"}, 100]}},
    "gender": {"!=": [{"var": "user.gender"}, "x"]},
}
READ = [*DECLARED, "user.birthday", "account.tier", "events.quiz.times", "purchases.total_value", "user.gender"]


@pytest.fixture(scope="module")
def mitate(tmp_path_factory: pytest.TempPathFactory) -> Mitate:
    folder = tmp_path_factory.mktemp("misfits")
    experiences = [
        {"id": name, "slot": f"slot-{name}", "when": rule, "variants": [{"id": "v", "text": "x"}]}
        for name, rule in RULES.items()
    ]
    site: dict[str, object] = {
        "format": 1,
        "site": "t",
        "timezone": "UTC",
        "facts": DECLARED,
        "slots": {f"slot-{name}": {} for name in RULES},
        "experiences": experiences,
    }
    (folder / "site.json").write_text(json.dumps(site))
    return Mitate.from_path(folder, clock=lambda: NOW)


def test_a_text_where_a_number_is_declared_is_missing_counted_and_told_once(
    mitate: Mitate, caplog: pytest.LogCaptureFixture
) -> None:
    mitate.misfits.clear()
    visitor = Visitor(traits={"crm.score": "77-secret", "crm.vip": True}, consent=ALL)
    with caplog.at_level(logging.WARNING, "mitate"):
        mitate.decide(visitor)
        mitate.decide(visitor)
        decisions = mitate.decide(visitor)
    assert decisions["slot-score"].reason == "DEFAULT"
    assert decisions["slot-vip"].reason == "TARGETING_MATCH"
    assert mitate.misfits == {"crm.score": 3}
    assert [record.getMessage() for record in caplog.records] == [
        'the fact "crm.score" counts as missing: expected integer, 0 to 100, got string '
        "(further ones of this fact are only counted)"
    ]


@pytest.mark.parametrize(
    ("value", "misfits"),
    [(50, {}), (None, {}), (101, {"crm.score": 1}), (-1, {"crm.score": 1}), (5.5, {"crm.score": 1})],
)
def test_a_value_outside_its_range_is_missing_too(mitate: Mitate, value: object, misfits: dict[str, int]) -> None:
    mitate.misfits.clear()
    mitate.decide(Visitor(traits={"crm.score": value}, consent=ALL))
    assert mitate.misfits == misfits


def test_facts_of_an_imagined_visitor_are_counted_when_their_type_is_wrong(mitate: Mitate) -> None:
    mitate.misfits.clear()
    told = mitate.simulate(Visitor(consent=ALL), facts={"crm.score": "x", "user.gender": 5, "crm.name": "ab", "no": 1})
    assert mitate.misfits == {"crm.score": 1, "user.gender": 1}
    assert told["slot-score"].reason == "DEFAULT"
    assert told["slot-name"].reason == "TARGETING_MATCH"


def test_what_was_expected_and_got_is_said_without_the_value() -> None:
    assert expected({"type": "string", "enum": ["on", "off"]}) == "string, one of on off"
    assert expected({"type": "string", "enum": list("abcdefghijk")}) == "string, one of those declared"
    assert expected({"type": "number", "maximum": 5}) == "number, 5 or less"
    assert expected({"type": "integer", "minimum": 1}) == "integer, 1 or more"
    assert expected(BUILT_IN["user.birthday"]) == "date"
    assert got("x", {"type": "string"}) == "another string"
    assert got([1], {"type": "string"}) == "list"
    assert got(object(), {"type": "string"}) == "no JSON value"


@pytest.mark.parametrize(
    ("type_name", "value", "fact"),
    [
        ("number", 10**400, 10**400),
        ("number", math.inf, None),
        ("number", math.nan, None),
        ("instant", "0001-01-01T00:00+14:00", None),
        ("instant", "9999-12-31T23:59-14:00", None),
        ("date", "2026-02-30", None),
    ],
)
def test_numbers_and_times_without_bounds_are_read_without_harm(type_name: str, value: object, fact: object) -> None:
    found = fitting({"type": type_name})(value)
    assert found == fact or (type_name == "instant" and isinstance(found, float))


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**300, 10**400)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["\ud800", "2026-11-21", "2026-11-21T09:00+09:00", "1.2.3", "0001-01-01T00:00+14:00", "x" * 5000])
    | st.binary(max_size=3)
    | st.just(object())
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
        | st.frozensets(SCALARS, max_size=2)
    ),
    max_leaves=5,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(READ), VALUES))
def test_no_value_whatever_makes_deciding_or_explaining_fail(mitate: Mitate, said: dict[str, object]) -> None:
    mitate.faults.clear()
    visitor = Visitor(traits=said, consent=ALL)
    assert "ERROR" not in [one.reason for one in mitate.decide(visitor).values()]
    assert mitate.faults == {}
    for told in (mitate.simulate(visitor), mitate.simulate(Visitor(consent=ALL), facts=said)):
        for slot in told:
            for language in ("en", "ja"):
                assert told.why(slot, language)
                assert told.tree(slot, language)
