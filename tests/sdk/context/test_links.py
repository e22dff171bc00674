"""What always holds between built-in facts holds for every visitor who is collected, and makes findings sharper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate.context import BUILT_IN, Accounts, Collector, Geo, Sources
from mitate.context.links import LINKS, assume
from mitate.profiles import Profile
from mitate.visitor import Visitor
from mitate_rules import check_rule, compile_rule
from mitate_rules.analysis import analyse

ALL = frozenset({"necessary", "personalization", "analytics"})
ACCOUNTS, _ = Accounts.parse(b"name,cidr,industry\nAoba,203.0.113.0/24,finance\n", "accounts.csv")
COLLECT = Collector(
    frozenset(name for names in LINKS for name in names),
    site_zone="Asia/Tokyo",
    interests={},
    declared={},
    sources=Sources(geo=Geo.open(), accounts=ACCOUNTS),
)
PROGRAMS = {names: compile_rule(link, BUILT_IN) for names, link in LINKS.items()}


def var(name: str) -> dict[str, object]:
    return {"var": name}


def test_every_link_is_a_rule_without_a_finding_to_correct() -> None:
    found = check_rule(assume(BUILT_IN), BUILT_IN)
    assert [one for one in found if one.severity != "note"] == []


@pytest.mark.parametrize("names", LINKS, ids=str)
def test_a_link_reads_what_it_says_and_holds_of_visitors_of_whom_nothing_is_known(names: tuple[str, ...]) -> None:
    program = PROGRAMS[names]
    assert program.facts_read == frozenset(names)
    assert program({}) is True


@given(
    now=st.floats(1.5e9, 2e9),
    last=st.none() | st.floats(0, 4e7),
    count=st.integers(0, 5),
    bought=st.none() | st.floats(0, 4e7),
    ip=st.sampled_from(["203.0.113.9", "203.178.137.58", None]),
    zone=st.sampled_from(["Asia/Tokyo", "America/New_York", "Pacific/Auckland"]),
)
def test_every_link_holds_for_visitors_as_they_are_collected(
    now: float, last: float | None, count: int, bought: float | None, ip: str | None, zone: str
) -> None:
    data: dict[str, object] = {}
    if last is not None and count:
        data |= {"visits.count": count, "last_seen": now - last, "visits.first": now - last - 1e6}
    if bought is not None:
        data |= {"purchases.count": 1, "purchases.last": now - bought}
    visitor = Visitor(id="v" * 22, page_view="p" * 22, ip=ip, url="https://a.example/", zone=zone)
    context = COLLECT(visitor, Profile("v" * 22, data), now, ALL)
    assert [names for names, program in PROGRAMS.items() if program(context) is not True] == []


def test_only_links_between_built_in_facts_are_assumed() -> None:
    own = {**BUILT_IN, "visits.count": {"type": "integer"}}
    assert assume(BUILT_IN) == {"and": list(LINKS.values())}
    assert assume(own) == {"and": [link for names, link in LINKS.items() if "visits.count" not in names]}
    assert assume({}) is None


def test_a_rule_for_a_first_visit_after_others_never_holds() -> None:
    rules = {
        "again": {"and": [var("visits.is_new"), {">=": [var("visits.count"), 2]}]},
        "midday": {"and": [{"==": [var("time.day_part"), "night"]}, {"time_between": ["10:00", "12:00"]}]},
        "stranger": {"and": [{"==": [var("account.known"), False]}, {"==": [var("account.name"), "Aoba"]}]},
    }
    assert analyse(rules, BUILT_IN, overlaps=0) == []
    assert [one.kind for one in analyse(rules, BUILT_IN, assume=assume(BUILT_IN), overlaps=0)] == ["never-true"] * 3
