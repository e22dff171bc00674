"""The table of operators: each one row with its name, arity, types and meaning, and what operands it takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from mitate_rules import patterns, values, windows
from mitate_rules.operators.addresses import in_cidr
from mitate_rules.operators.arithmetic import arithmetic, minus, modulo, over, product, total
from mitate_rules.operators.comparisons import ORDER, between, differs, in_order, less_or_same, more, more_or_same
from mitate_rules.operators.official import (
    cat,
    itself,
    loose_chain,
    loose_extreme,
    loose_in,
    loose_minus,
    loose_modulo,
    loose_not,
    loose_over,
    loose_product,
    loose_sum,
    loose_truth,
    loosely_different,
    merge,
    strictly_different,
    substr,
)
from mitate_rules.operators.text import contains, icontains, is_in, matches_glob, on_texts
from mitate_rules.operators.time import DAYS, days_since, time_between, weekday
from mitate_rules.operators.versions import VERSION_SIGNS, sem_ver
from mitate_rules.values import less, same

Gives = Literal["condition", "number", "list", "any"]


@dataclass(frozen=True, slots=True)
class Operator:
    """One row. `takes` names the row of the check that types its operands.

    `does` says to developers what it is for, and `example` shows it as JSON, in the targeting dialect where it is
    allowed there; `note` says why it isn't. `snippet` says that a page's evaluator has it too
    (js-snippet/src/rules/snippet.ts), which knows only numbers and booleans; the edge's has all of targeting.
    """

    name: str
    least: int
    most: int | None
    takes: str
    gives: Gives
    evaluate: Callable[..., object] | None = None
    loose: Callable[..., object] | None = None
    indexable: bool = False
    negated: str | None = None
    targeting: bool = True
    official: bool = True
    note: str = ""
    snippet: bool = False
    does: str = field(kw_only=True)
    example: str = field(kw_only=True)

    @property
    def arity(self) -> str:
        """Say how many operands it takes."""
        if self.most is None:
            return f"at least {self.least}"
        return str(self.least) if self.least == self.most else f"{self.least} to {self.most}"

    @property
    def operands(self) -> str:
        """Say how many operands it takes, and which."""
        which = TAKES[self.takes]
        return f"{self.arity}: {which.removesuffix('s') if self.most == 1 else which}"


_C: Final = "condition"
# fmt: off
TABLE: Final = (
    # logic
    Operator("var", 0, 2, "var", "any", snippet=True,
             does="Read a fact by its name; as a condition, test that it is neither false, 0, empty nor missing.",
             example='{"var": "device.touch"}'),
    Operator("and", 1, None, "conditions", _C, indexable=True, negated="or", snippet=True,
             does="Require every condition.",
             example='{"and": [{"audience": "regulars"}, {"==": [{"var": "geo.country"}, "JP"]}]}'),
    Operator("or", 1, None, "conditions", _C, indexable=True, negated="and", snippet=True,
             does="Require at least one of the conditions.",
             example='{"or": [{"==": [{"var": "campaign.source"}, "newsletter"]}, {">": [{"var": "cart.items"}, 0]}]}'),
    Operator("!", 1, 1, "conditions", _C, loose=loose_not, indexable=True, snippet=True,
             does="Turn a condition around; an order comparison over a missing fact holds neither way.",
             example='{"!": {"var": "visits.is_new"}}'),
    Operator("!!", 1, 1, "conditions", _C, loose=loose_truth, indexable=True, snippet=True,
             does="Ask a condition as it is: it holds unless its value is false, 0, empty or missing.",
             example='{"!!": {"var": "account.known"}}'),
    Operator("if", 2, None, "if", "any", snippet=True,
             does="Take what follows the first condition that holds, else the last operand.",
             example='{">=": [{"var": "visits.count"}, {"if": [{"var": "account.known"}, 2, 5]}]}'),
    Operator("?:", 3, 3, "if", "any", snippet=True,
             does="Choose between two by a condition: a short form of if.",
             example='{">=": [{"var": "visits.count"}, {"?:": [{"var": "account.known"}, 2, 5]}]}'),
    Operator("audience", 1, 1, "audience", _C, indexable=True, official=False,
             does="Ask the rule of a named audience.",
             example='{"audience": "regulars"}'),
    # comparison
    Operator("==", 2, 2, "same", _C, same, values.loosely_equal, indexable=True, negated="!=", snippet=True,
             does="Test that two values are the same; nothing is converted.",
             example='{"==": [{"var": "geo.country"}, "JP"]}'),
    Operator("===", 2, 2, "same", _C, same, values.strictly_equal, indexable=True, negated="!==", snippet=True,
             does="Do the same as ==, in the spelling of JSON-Logic's strict form.",
             example='{"===": [{"var": "channel"}, "web"]}'),
    Operator("!=", 2, 2, "same", _C, differs, loosely_different, True, "==", snippet=True,
             does="Test that two values differ; a missing fact differs from every value but null.",
             example='{"!=": [{"var": "geo.country"}, "US"]}'),
    Operator("!==", 2, 2, "same", _C, differs, strictly_different, True, "===", snippet=True,
             does="Do the same as !=, in the spelling of JSON-Logic's strict form.",
             example='{"!==": [{"var": "device.type"}, "desktop"]}'),
    Operator("<", 2, 3, "order", _C, in_order(less), loose_chain(False, False), True, ">=", snippet=True,
             does="Test that the first value is less than the second; of three, that the middle one lies strictly between.",
             example='{"<": [{"var": "account.employees"}, 50]}'),
    Operator("<=", 2, 3, "order", _C, in_order(less_or_same), loose_chain(True, False), True, ">", snippet=True,
             does="Test that the first value is at most the second; of three, that the middle one lies between, or on a bound.",
             example='{"<=": [2, {"var": "visits.count"}, 5]}'),
    Operator(">", 2, 2, "order", _C, more, loose_chain(False, True), indexable=True, negated="<=", snippet=True,
             does="Test that the first value is more than the second.",
             example='{">": [{"var": "cart.value"}, 10000]}'),
    Operator(">=", 2, 2, "order", _C, more_or_same, loose_chain(True, True), indexable=True, negated="<", snippet=True,
             does="Test that the first value is at least the second.",
             example='{">=": [{"var": "interests.nurse-shoes"}, 0.4]}'),
    # membership and text
    Operator("in", 2, 2, "in", _C, is_in, loose_in, indexable=True,
             does="Test that a value is in a list, or a text in a text.",
             example='{"in": [{"var": "geo.country"}, ["JP", "KR", "TW"]]}'),
    Operator("in_list", 2, 2, "in_list", _C, is_in, indexable=True, official=False,
             does="Test that a text is in a list the document names under lists, however long.",
             example='{"in_list": [{"var": "account.domain"}, "partners"]}'),
    Operator("contains", 2, 2, "contains", _C, contains, official=False,
             does="Test that a list has an item, or that a text has another in it.",
             example='{"contains": [{"var": "cart.categories"}, "shoes-nurse"]}'),
    Operator("icontains", 2, 2, "contains", _C, icontains, official=False,
             does="Do the same as contains, capital or small letters alike.",
             example='{"icontains": [{"var": "search.last"}, "quiet"]}'),
    Operator("starts_with", 2, 2, "text", _C, on_texts(str.startswith), official=False,
             does="Test that a text starts with another.",
             example='{"starts_with": [{"var": "page.path"}, "/nurse/"]}'),
    Operator("istarts_with", 2, 2, "text", _C, on_texts(str.startswith, fold=True), official=False,
             does="Do the same as starts_with, capital or small letters alike.",
             example='{"istarts_with": [{"var": "campaign.name"}, "winter"]}'),
    Operator("ends_with", 2, 2, "text", _C, on_texts(str.endswith), official=False,
             does="Test that a text ends with another.",
             example='{"ends_with": [{"var": "page.referrer_host"}, ".example"]}'),
    Operator("iends_with", 2, 2, "text", _C, on_texts(str.endswith, fold=True), official=False,
             does="Do the same as ends_with, capital or small letters alike.",
             example='{"iends_with": [{"var": "page.title"}, "nurse shoes"]}'),
    Operator("matches_glob", 2, 2, "text", _C, matches_glob, official=False,
             does="Test a path against a pattern: * stands for anything within a segment, ** across, ? for a character.",
             example='{"matches_glob": [{"var": "page.path"}, "/*/white/**"]}'),
    Operator("regex", 2, 2, "regex", _C, patterns.finds, official=False,
             does="Test that a text has something that fits a regular expression; needs RE2, from mitate[regex].",
             example='{"regex": [{"var": "page.path"}, "^/nurse/.*/[0-9]+$"]}'),
    Operator("sem_ver", 3, 3, "sem_ver", _C, sem_ver, official=False,
             does="Compare two versions; ~ means the same minor version, ^ the same major one.",
             example='{"sem_ver": [{"var": "device.os_version"}, ">=", "17.5"]}'),
    Operator("in_cidr", 2, 2, "in_cidr", _C, in_cidr, official=False,
             does="Test that the visitor's address is in a network; the address itself is never shown.",
             example='{"in_cidr": [{"var": "request.ip"}, ["203.0.113.0/24", "2001:db8::/32"]]}'),
    # time
    Operator("before", 2, 2, "moments", _C, less, official=False, negated="after",
             does="Test that an instant or a date comes before another.",
             example='{"before": [{"var": "user.member_since"}, "2026-01-01"]}'),
    Operator("after", 2, 2, "moments", _C, more_or_same, official=False, negated="before",
             does="Test that an instant or a date is another or comes after it.",
             example='{"after": [{"var": "time.now"}, "2026-11-21T09:00+09:00"]}'),
    Operator("between", 3, 3, "moments", _C, between, official=False,
             does="Test that an instant or a date lies between two others, both included.",
             example='{"between": [{"var": "time.date"}, "2026-11-20", "2026-12-25"]}'),
    Operator("days_since", 2, 3, "days_since", _C, days_since, official=False,
             does="Compare the full days since an instant or a date with a number.",
             example='{"days_since": [{"var": "visits.first"}, "<", 60]}'),
    Operator("count_events", 2, 3, "count_events", _C, windows.count_events, official=False,
             does="Test that an event happened so many times (once when absent) in a time up to now, or in this visit.",
             example='{"count_events": ["viewed_pricing", "30d", 2]}'),
    Operator("time_between", 2, 3, "time_between", _C, time_between, official=False,
             does="Test the time of day: from the first time until before the second, across midnight where need be.",
             example='{"time_between": ["22:00", "06:00"]}'),
    Operator("weekday", 1, 8, "weekday", _C, weekday, indexable=True, official=False,
             does="Test the day of the week.",
             example='{"weekday": ["sat", "sun", "site"]}'),
    # arithmetic
    Operator("+", 1, None, "numbers", "number", arithmetic(total), loose_sum,
             does="Add numbers.",
             example='{">": [{"+": [{"var": "cart.items"}, {"var": "purchases.count"}]}, 3]}'),
    Operator("-", 1, 2, "numbers", "number", arithmetic(minus), loose_minus,
             does="Subtract the second number from the first, or change the sign of one.",
             example='{"<": [{"-": [10000, {"var": "cart.value"}]}, 1500]}'),
    Operator("*", 1, None, "numbers", "number", arithmetic(product), loose_product,
             does="Multiply numbers.",
             example='{">=": [{"var": "cart.value"}, {"*": [{"var": "cart.items"}, 3000]}]}'),
    Operator("/", 2, 2, "numbers", "number", arithmetic(over), loose_over,
             does="Divide the first number by the second; the result is missing if that is 0.",
             example='{">": [{"/": [{"var": "purchases.total_value"}, {"var": "purchases.count"}]}, 8000]}'),
    Operator("%", 2, 2, "numbers", "number", arithmetic(modulo), loose_modulo,
             does="Give the rest of a division; the result is missing if the second number is 0.",
             example='{"==": [{"%": [{"var": "visits.count"}, 3]}, 0]}'),
    Operator("min", 1, None, "numbers", "number", arithmetic(min), loose_extreme(min, math.inf),
             does="Give the smallest of the numbers.",
             example='{"<=": [{"min": [{"var": "visits.days_since_last"}, {"var": "purchases.days_since_last"}]}, 7]}'),
    Operator("max", 1, None, "numbers", "number", arithmetic(max), loose_extreme(max, -math.inf),
             does="Give the largest of the numbers.",
             example='{">": [{"max": [{"var": "interests.nurse-shoes"}, {"var": "interests.walking-shoes"}]}, 0.5]}'),
    # quantifiers
    Operator("some", 2, 2, "quantifier", _C,
             does="Require at least one item of a list to meet a condition.",
             example='{"some": [{"var": "purchases.categories"}, {"starts_with": [{"var": ""}, "shoes-"]}]}'),
    Operator("all", 2, 2, "quantifier", _C,
             does="Require every item of a list to meet a condition, and at least one item.",
             example='{"all": [{"var": "cart.categories"}, {"starts_with": [{"var": ""}, "shoes-"]}]}'),
    Operator("none", 2, 2, "quantifier", _C,
             does="Require that no item of a list meets a condition.",
             example='{"none": [{"var": "cart.categories"}, {"==": [{"var": ""}, "gift-card"]}]}'),
    Operator("filter", 2, 2, "quantifier", "list",
             does="Keep the items of a list that meet a condition.",
             example='{"in": ["shoes-walking", {"filter": [{"var": "purchases.categories"}, {"!=": [{"var": ""}, "care"]}]}]}'),
    # the official dialect only
    Operator("map", 2, 2, "quantifier", "list", targeting=False, note="it makes content, not a condition",
             does="Give a list with something computed from each item.",
             example='{"map": [{"var": "prices"}, {"*": [{"var": ""}, 2]}]}'),
    Operator("reduce", 3, 3, "quantifier", "any", targeting=False, note="it makes content, not a condition",
             does="Combine the items of a list into one value, beginning with the third operand.",
             example='{"reduce": [{"var": "prices"}, {"+": [{"var": "current"}, {"var": "accumulator"}]}, 0]}'),
    Operator("cat", 0, None, "any", "any", None, cat, targeting=False, note="it makes content, not a condition",
             does="Join values into one text.",
             example='{"cat": ["Hello, ", {"var": "name"}]}'),
    Operator("substr", 2, 3, "any", "any", None, substr, targeting=False, note="use starts_with, ends_with or contains",
             does="Take a part of a text: from where, and how long; negative numbers count from the end.",
             example='{"substr": ["jsonlogic", 4]}'),
    Operator("merge", 0, None, "any", "list", None, merge, targeting=False, note="write the list out",
             does="Join lists and values into one list.",
             example='{"merge": [[1, 2], [3]]}'),
    Operator("missing", 0, None, "any", "list", targeting=False, note='compare with null: {"==": [{"var": …}, null]}',
             does="Name the keys that the data lacks.",
             example='{"missing": ["name", "phone"]}'),
    Operator("missing_some", 2, 2, "any", "list", targeting=False,
             note='compare with null: {"==": [{"var": …}, null]}',
             does="Name the keys that the data lacks, or none of them if it has at least so many.",
             example='{"missing_some": [1, ["name", "phone"]]}'),
    Operator("log", 1, 1, "any", "any", None, itself, targeting=False, note="rules write nothing; use explain",
             does="Give the value as it is; nothing is written.",
             example='{"log": "seen"}'),
)
# fmt: on
OPERATORS: Final[Mapping[str, Operator]] = {row.name: row for row in TABLE}
TAKES: Final[Mapping[str, str]] = {
    "var": "the name of a fact; what to take where it is missing",
    "conditions": "conditions",
    "if": "conditions, each before what to take where it holds; at last what to take where none does",
    "audience": "the name of an audience",
    "same": "two values of one type; neither a list nor an instant",
    "order": "numbers, texts or dates, all of one type",
    "in": "a value; a list of such values, or a text",
    "in_list": "a text; the name of a list",
    "contains": "a list or a text; the item or the part",
    "text": "a text; what to look for",
    "regex": "a text; a regular expression",
    "sem_ver": "a version; one of " + " ".join(VERSION_SIGNS) + "; a version",
    "in_cidr": "an address; a network, a list of networks, or the name of a list",
    "moments": "instants with their offset, or dates; never both",
    "days_since": "an instant or a date; one of " + " ".join(ORDER) + " (>= when absent); a number of days",
    "count_events": f'the name of an event; a time such as "30d" or "24h", or "visit"; a number, 1 to {windows.KEPT}',
    "time_between": 'two times of day; "visitor" (when absent) or "site", for whose clock',
    "weekday": "days: 1 to 7 (Monday is 1) or " + " ".join(DAYS) + ', also as a list; "visitor" or "site"',
    "numbers": "numbers",
    "quantifier": 'a list; a condition in which {"var": ""} is the item',
    "any": "any values",
}
"""What the operands are, said for each row of the check that types them."""
# Names that are planned, so that the check can say more than "unknown".
ELSEWHERE: Final = {
    **dict.fromkeys(("=", "eq", "equal", "equals", "is"), "=="),
    **dict.fromkeys(("<>", "ne", "neq", "not_equal", "not_equals", "is_not"), "!="),
    **dict.fromkeys(("gt", "greater_than", "more_than"), ">"),
    **dict.fromkeys(("gte", "ge", "=>", "at_least"), ">="),
    **dict.fromkeys(("lt", "less_than"), "<"),
    **dict.fromkeys(("lte", "le", "=<", "at_most"), "<="),
    **dict.fromkeys(("&&", "all_of"), "and"),
    **dict.fromkeys(("||", "any_of"), "or"),
    **dict.fromkeys(("not", "unless"), "!"),
    **dict.fromkeys(("one_of", "is_in", "member"), "in"),
    **dict.fromkeys(("includes", "has", "substring"), "contains"),
    **dict.fromkeys(("like", "glob"), "matches_glob"),
    **dict.fromkeys(("matches", "regexp", "re", "match", "matches_regex"), "regex"),
    **dict.fromkeys(("segment", "cohort"), "audience"),
}
"""What operators are called elsewhere -> here."""

NEEDS_ALL: Final = frozenset({"order", "moments", "days_since", "count_events", "time_between", "sem_ver"})
"""The kinds of comparison that hold under neither sign where an operand is missing, whatever the others are."""
