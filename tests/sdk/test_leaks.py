"""Whatever the rules of a site ask of companies, no decision, no residual and no slot table says a word of them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from mitate import Mitate, Visitor
from mitate_rules.partial import ops_of

NOW = datetime.fromisoformat("2026-11-21T21:00+09:00").timestamp()
MARK = "zqx"
HEADER = "name,domain,cidr,industry,employees,revenue,country,technologies,tier,stage,owner,confidence"
ACCOUNTS = f"""{HEADER}
{MARK} Works,{MARK}-a.example,203.0.113.64/26,{MARK}-industry,71993,71994000001,JP,{MARK}-erp,{MARK}-tier,{MARK}-stage,{MARK}-owner,0.8
{MARK} Clinic,{MARK}-b.example,203.0.113.128/26,health,71996,71997000001,JP,,B,untouched,{MARK}-owner,0.8
"""
LISTS = {"partners": [f"{MARK}-a.example", f"{MARK}-c.example"], "offices": ["203.0.113.64/26", "198.51.100.0/27"]}
HIDDEN = (MARK, "71993", "71994", "71996", "203.0.113", "198.51.100", "partners", "offices")

LEAVES: st.SearchStrategy[object] = st.sampled_from(
    [
        {"==": [{"var": "account.name"}, f"{MARK} Works"]},
        {"in_list": [{"var": "account.domain"}, "partners"]},
        {"in_cidr": [{"var": "request.ip"}, "offices"]},
        {">": [{"var": "live.seconds"}, {"var": "account.employees"}]},
        {"<": [{"+": [{"var": "live.seconds"}, {"var": "account.revenue"}]}, 5]},
        {"in": [f"{MARK}-erp", {"var": "account.technologies"}]},
        {"var": "account.known"},
        {"==": [{"var": "account.tier"}, f"{MARK}-tier"]},
        {">": [{"var": "live.scroll"}, 0.5]},
        {"var": "live.exit_intent"},
        {"audience": f"{MARK}-customers"},
    ]
)
RULES: st.SearchStrategy[object] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"and": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"or": parts}),
        inner.map(lambda rule: {"!": rule}),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"if": parts}),
    ),
    max_leaves=5,
)


def open_site(folder: Path, rules: list[object]) -> Mitate:
    """Open a site of one slot for each rule."""
    experiences = [
        {"id": f"e{place}", "slot": f"s{place}", "when": rule, "variants": [{"id": "a", "text": "shown"}]}
        for place, rule in enumerate(rules)
    ]
    document: dict[str, object] = {
        "format": 1,
        "site": "t",
        "timezone": "Asia/Tokyo",
        "lists": LISTS,
        "audiences": {f"{MARK}-customers": {"when": {"in_list": [{"var": "account.domain"}, "partners"]}}},
        "slots": {f"s{place}": {"reserve": "1rem"} for place in range(len(rules))},
        "experiences": experiences,
    }
    (folder / "site.json").write_text(json.dumps(document), "utf-8")
    (folder / "accounts.csv").write_text(ACCOUNTS, "utf-8")
    return Mitate.from_path(folder, clock=lambda: NOW)


@given(
    st.lists(RULES, min_size=1, max_size=4),
    st.sampled_from(["203.0.113.70", "203.0.113.130", "198.51.100.5", "192.0.2.1"]),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_no_decision_and_no_slot_table_says_a_word_of_companies(rules: list[object], ip: str, agreed: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        mitate = open_site(Path(folder), rules)
        visitor = Visitor(id="v" * 22, ip=ip, consent={"personalization": agreed, "analytics": agreed})
        decided = mitate.decide(visitor)
        said = decided.encode().decode() + json.dumps(mitate.slot_table("", 300))
        assert [hidden for hidden in HIDDEN if hidden in said] == []
        for offer in decided.residuals:
            assert set(names_in(offer.when)) <= {"live.scroll", "live.seconds", "live.exit_intent"}
            assert ops_of(offer.when) <= {"var", "and", "or", "!", "!!", "if", "<", "<=", ">", ">=", "==", "!="}
        shown = {one.experience for page in PAGES for one in mitate.simulate(visitor, facts=page).values()}
        assert {offer.experience for offer in decided.residuals} <= shown


PAGES: list[dict[str, object]] = [
    {"live.scroll": scroll, "live.exit_intent": leaving, "live.seconds": 0}
    for scroll in (0, 1)
    for leaving in (False, True)
]


def names_in(rule: object) -> Iterator[str]:
    """Name the facts of a rule."""
    if isinstance(rule, dict):
        for op, operands in cast("dict[str, object]", rule).items():
            yield from [str(operands)] if op == "var" else names_in(operands)
    elif isinstance(rule, list):
        for one in cast("list[object]", rule):
            yield from names_in(one)
