"""What a browser is told holds nothing of what it may not know, whatever the rule and the visitor."""

from __future__ import annotations

import json
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from mitate_rules import WITHHELD, Context, Program, RuleError, compile_rule
from mitate_rules.partial import Rest

from .test_properties import call, one, var

MARK = "Zqx"
NUMBER = 918273645
FACTS: Mapping[str, Mapping[str, object]] = {
    "live.scroll": {"type": "number"},
    "live.name": {"type": "string"},
    "live.topics": {"type": "list", "items": "string"},
    "live.ip": {"type": "ip"},
    "live.moment": {"type": "instant"},
    "live.any": {},
    "account.name": {"type": "string"},
    "account.domain": {"type": "string"},
    "account.employees": {"type": "integer"},
    "account.technologies": {"type": "list", "items": "string"},
    "account.since": {"type": "instant"},
    "account.any": {},
    "time.now": {"type": "instant"},
    "time.weekday": {"type": "integer"},
}
LISTS = {"partners": [f"{MARK}-partner.example"], "offices": ["198.51.100.96/27"]}
AUDIENCES: Mapping[str, Mapping[str, object]] = {
    f"{MARK}-customers": {"when": {"and": [{"in_list": [var("account.domain"), "partners"]}, {">": [var("live.scroll"), 1]}]}},
    f"{MARK}-near": {"when": {"or": [{"in_cidr": [var("live.ip"), "offices"]}, {"==": [var("live.name"), "a"]}]}},
}  # fmt: skip
COMPANY = Context(
    {
        "account.name": f"{MARK} Hospital",
        "account.domain": f"{MARK}-partner.example",
        "account.employees": NUMBER,
        "account.technologies": [f"{MARK}-erp", "a"],
        "account.since": float(NUMBER),
        "account.any": f"{MARK}-any",
        "time.now": 1_795_262_400.0,
        "time.weekday": 6,
    }
)
LIVE = [name for name in FACTS if name.startswith("live.")]
HIDDEN = (MARK, str(NUMBER), "198.51.100", "partners", "offices", "1999-02-06", "account.")  # the day of that number

TEXTS = st.sampled_from([var("live.name"), var("live.any"), var("account.name"), var("account.any"), "a"])
TEXT_WITH_DEFAULT = one({"var": ["live.name", var("account.name")]})
AMOUNTS = st.sampled_from(
    [var("live.scroll"), var("account.employees"), {"var": ["live.scroll", var("account.employees")]}, 5]
)
SUMS = AMOUNTS | call("+", AMOUNTS, AMOUNTS) | call("max", AMOUNTS, AMOUNTS)
LEAVES: st.SearchStrategy[object] = st.one_of(
    *(call(op, SUMS, SUMS) for op in ("<", ">=", "==", "!=")),
    call("<", AMOUNTS, AMOUNTS, AMOUNTS),
    *(call(op, TEXTS | TEXT_WITH_DEFAULT, TEXTS) for op in ("==", "!=", "starts_with", "icontains", "in", "<")),
    call("in", TEXTS, one(var("account.technologies")) | one(var("live.topics"))),
    call("contains", one(var("live.topics")), TEXTS),
    call("in_list", TEXTS, one("partners")),
    call("in_cidr", one(var("live.ip")), st.sampled_from(["offices", "198.51.100.97/32", ["198.51.100.98/31"]])),
    call("some", one(var("live.topics")), call("==", one(var("")), st.sampled_from(["a", "b"]))),
    call("some", one(var("account.technologies")), call("==", one(var("")), st.sampled_from(["a", "b"]))),
    *(call(op, one(var("live.moment")), one(var("account.since"))) for op in ("before", "after", "<", ">=")),
    call("days_since", st.sampled_from([var("live.moment"), var("account.since")]), one(">="), AMOUNTS),
    *(one({"audience": name}) for name in AUDIENCES),
)  # fmt: skip


def _choice(test: object, yes: object, no: object, bound: object) -> object:
    return {"<": [{"if": [test, yes, no]}, bound]}


RULES: st.SearchStrategy[object] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: {"and": parts}),
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: {"or": parts}),
        inner.map(lambda rule: {"!": rule}),
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: {"if": parts}),
        st.builds(_choice, inner, AMOUNTS, AMOUNTS, SUMS),
    ),
    max_leaves=6,
)


def valid(rule: object) -> Program | None:
    """Compile a rule, if it is one: a part may have got an operand of a wrong type."""
    try:
        return compile_rule(rule, FACTS, audiences=AUDIENCES, lists=LISTS)
    except RuleError:
        return None


@given(RULES, st.booleans())
@settings(max_examples=600)
def test_no_name_number_network_list_or_date_of_a_company_reaches_a_browser(rule: object, known: bool) -> None:
    program = valid(rule)
    if program is None:
        return
    company = COMPANY if known else Context(dict.fromkeys(COMPANY, WITHHELD))
    told = program.for_browser(Context({**company, **dict.fromkeys(LIVE, WITHHELD)}))
    if isinstance(told, Rest):
        assert told.text == json.dumps(told.rule, ensure_ascii=False, separators=(",", ":"))
        assert [hidden for hidden in HIDDEN if hidden in told.text] == []
        assert told.facts <= set(LIVE)


@given(RULES)
@settings(max_examples=300)
def test_no_entry_of_a_list_stands_in_anything_that_is_left(rule: object) -> None:
    program = valid(rule)
    if program is not None:
        left = json.dumps(program.partial(Context(dict.fromkeys(FACTS, WITHHELD))))
        assert f"{MARK}-partner" not in left
        assert "198.51.100.96" not in left
        assert f"{MARK}-customers" not in left
