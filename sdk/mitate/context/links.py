"""What always holds between built-in facts, as rules: a first visit is visit number one, night is from 22 to 5.

The analysis of a site assumes it, so that it neither invents impossible visitors nor misses that a rule asks for one.
Every link also holds where a fact is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .facts import BUILT_IN

Rule = dict[str, object]

_SITE_AND_VISITOR: Final = ("time", "site_time")
_OF_A_COMPANY: Final = ("name", "domain", "industry", "employees", "revenue", "country", "tier", "stage", "owner")


def _is(fact: str, value: object) -> Rule:
    return {"==": [{"var": fact}, value]}


def _either(*rules: Rule) -> Rule:
    return {"or": list(rules)}


def _both(*rules: Rule) -> Rule:
    return {"and": list(rules)}


def _hours(clock: str) -> Rule:
    part, hour = f"{clock}.day_part", {"var": f"{clock}.hour"}
    spans: dict[str, list[Rule]] = {
        "morning": [{"<=": [5, hour, 11]}],
        "afternoon": [{"<=": [12, hour, 16]}],
        "evening": [{"<=": [17, hour, 21]}],
        "night": [{"<": [hour, 5]}, {">=": [hour, 22]}],
    }
    told = [_both(_is(part, name), _either(*rules)) for name, rules in spans.items()]
    return _either(_is(part, None), _is(f"{clock}.hour", None), *told)


_UNKNOWN, _NEW, _OLD = (_is("visits.is_new", value) for value in (None, True, False))
_FIRST: Final = _is("visits.count", 1)
_LATER: Final[Rule] = {">": [{"var": "visits.count"}, 1]}

# The facts a link reads -> the link.
LINKS: Final[Mapping[tuple[str, ...], Rule]] = {
    ("visits.count", "visits.is_new"): _either(
        _is("visits.count", None), _UNKNOWN, _both(_FIRST, _NEW), _both(_LATER, _OLD)
    ),
    ("visits.days_since_last", "visits.is_new"): _either(_is("visits.days_since_last", None), _UNKNOWN, _OLD),
    ("visits.count", "visits.days_since_last"): _either(
        _is("visits.days_since_last", None), _is("visits.count", None), _LATER
    ),
    ("purchases.count", "purchases.days_since_last"): _either(
        _is("purchases.days_since_last", None), _is("purchases.count", None), {">": [{"var": "purchases.count"}, 0]}
    ),
    **{
        ("account.known", f"account.{name}"): _either(
            _is(f"account.{name}", None), _is("account.known", None), _is("account.known", True)
        )
        for name in _OF_A_COMPANY
    },
    **{(f"{clock}.day_part", f"{clock}.hour"): _hours(clock) for clock in _SITE_AND_VISITOR},
}


def assume(facts: Mapping[str, Mapping[str, object]]) -> Rule | None:
    """Give the links between facts as one rule, as far as they are the built-in ones; None when there is none."""
    known = [link for names, link in LINKS.items() if all(facts.get(name) is BUILT_IN[name] for name in names)]
    return {"and": known} if known else None
