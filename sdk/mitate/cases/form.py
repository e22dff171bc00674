"""The form of `cases/*.json`: what may stand where. The reader checks with it; editors complete from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from mitate.document.schema import BOUND, DURATION, FACT_NAME, NAME
from mitate.document.shapes import (
    Anything,
    Choice,
    Flag,
    ListOf,
    MapOf,
    Member,
    Number,
    ObjectOf,
    Report,
    Schema,
    Shape,
    Text,
    wrong_type,
)
from mitate.model import Basis, Reason

CASES_SCHEMA_NAME: Final = "mitate-cases.schema.json"

PAGE: Final = "page"
"""Expects the page's own content."""
EVERY_SLOT: Final = "*"
"""Every slot the case doesn't name."""

HOLDOUT: Final = "holdout"
TREATMENT: Final = "treatment"
OUTSIDE: Final = "outside"
SITE_HOLDOUT: Final = "site-holdout"
PLACES: Final = (TREATMENT, HOLDOUT, OUTSIDE, SITE_HOLDOUT)
"""Words for a place in an experiment, beside an arm's id and a number."""

PLACEHOLDER: Final = r"\{\{([a-z0-9_.-]+)\}\}"
"""Where a value of the matrix goes: ``{{visits}}``."""


@dataclass(frozen=True)
class ByType:
    """A value whose form depends on its JSON type. `kinds` are Python's types; a bool is no number here."""

    what: str
    kinds: Mapping[type, Shape]

    def check(self, value: object, at: str, report: Report) -> None:
        shape = self.kinds.get(float if type(value) is int else type(value))
        if shape is None:
            report(wrong_type(at, self.what, value))
        else:
            shape.check(value, at, report)

    def schema(self) -> Schema:
        return {"anyOf": [shape.schema() for shape in self.kinds.values()]}


AT: Final = replace(BOUND, hint="without an offset it is read on the visitor's clock")
PURPOSES: Final = ObjectOf(
    "a choice of purposes",
    {
        "personalization": Member(Flag(), "whether visits and interests may be remembered"),
        "analytics": Member(Flag(), "whether visits may be counted"),
    },
)
CONSENT: Final = ByType(
    'true, false, "unset" or an object of purposes', {bool: Flag(), str: Choice(("unset",)), dict: PURPOSES}
)
PLACE: Final = ByType(
    "a number from 0 to 1, an arm, or where they are put",
    {float: Number(minimum=0, maximum=1), str: Text(f"an arm's id or {', '.join(PLACES)}", r"[a-z0-9_-]{1,64}")},
)
BUCKET: Final = ByType(
    "a number from 0 to 1, an arm, where they are put, or an object of these by experience",
    {**PLACE.kinds, dict: MapOf(PLACE, what="places by experience")},
)
HAPPENED: Final = ObjectOf(
    "something that happened",
    {
        "page": Member(Text("a path or an address"), "a page they viewed, such as /shoes/nurse/1"),
        "event": Member(NAME, "an event your backend reported, such as purchase"),
        "shown": Member(NAME, "an experience they were shown (counts against its cap)"),
        "dismissed": Member(NAME, "an experience they dismissed (it is not shown to them again)"),
        "times": Member(Number(minimum=1, maximum=100, integer=True), "how often; once when absent"),
        "ago": Member(DURATION, 'how long ago, such as "3d" or "20m"; a day when absent'),
        "value": Member(Number(), "for an event: its value"),
        "props": Member(MapOf(Anything(), r".{1,64}", "a name", "properties"), "for an event: its properties"),
    },
    one_of=("page", "event", "shown", "dismissed"),
    retired={"view": "page", "url": "page", "path": "page", "days_ago": "ago", "exposure": "shown", "goal": "event"},
)
FACTS: Final = MapOf(Anything(), FACT_NAME.replace(r"|\*", ""), "a dotted name such as geo.country", "facts")
LIVE: Final = MapOf(
    ByType("a number, or true or false", {float: Number(), bool: Flag()}),
    r"[a-z0-9_-]+(\.[a-z0-9_-]+)*",
    "the name of a fact without live., such as seconds or clicked.menu",
    "what happened in the page",
)

GIVEN: Final[Mapping[str, Member]] = {
    "visitor": Member(Text("words"), 'who visits, in words: "iPhone in Osaka, 23:10, third visit"'),
    "at": Member(AT, "when, on the visitor's clock unless it has an offset; fixed, so that a case never ages"),
    "facts": Member(FACTS, "facts, outright; null for one that nobody knows"),
    "live": Member(
        LIVE,
        'what happened in the page so far, such as {"seconds": 30, "clicked.menu": true}; what isn\'t named has not. '
        "When absent, what waits for the page still waits",
    ),
    "visits": Member(Number(minimum=1, maximum=10_000, integer=True), "which visit this is"),
    "days_away": Member(Number(minimum=0, maximum=10_000, integer=True), "days since the visit before"),
    "country": Member(Text("two letters such as JP", r"[A-Z]{2}"), "the country they are in"),
    "history": Member(ListOf(HAPPENED), "what they did before, learned from as on the real site"),
    "consent": Member(CONSENT, 'what they agreed to: all of it when absent, "unset" before they chose'),
    "gpc": Member(Flag(), "whether the browser sends Global Privacy Control"),
    "bucket": Member(
        BUCKET,
        "where they fall in experiments: an arm's id, a place from 0 to 1, treatment (when absent), holdout, outside "
        "(of its layer) or site-holdout; or an object of these by experience",
    ),
    "url": Member(Text("an address"), "the page they open"),
    "referrer": Member(Text("an address"), "the page they come from"),
    "ip": Member(Text("an IP address", r"[0-9a-fA-F:.]{2,45}"), "the address they come from (place and company)"),
    "user_agent": Member(Text("text"), "what their browser calls itself"),
    "language": Member(Text("a language such as ja-JP", r"[A-Za-z]{1,8}([-_][A-Za-z0-9]{1,8})*"), "their browser's"),
    "timezone": Member(Text("a time zone such as Asia/Tokyo"), "their browser's clock"),
    "title": Member(Text("text"), "the page's title"),
    "channel": Member(Text("a channel"), "web when absent"),
    "email": Member(Text("an address"), "what the backend knows them by"),
    "id": Member(
        Text("an id of 8 to 64 letters, digits, _ and -", r"[A-Za-z0-9_-]{8,64}"),
        "the visitor's id: without a bucket they fall where its hash says",
    ),
    "profile": Member(MapOf(Anything(), r".+", "a field", "fields"), "fields of the profile, as stored (for experts)"),
}
"""What describes the visitor; at the top of a file it holds for all of its cases."""

RETIRED: Final = {
    "who": "visitor",
    "context": "facts",
    "attributes": "facts",
    "traits": "facts",
    "now": "at",
    "time": "at",
    "clock": "at",
    "zone": "timezone",
    "lang": "language",
    "ua": "user_agent",
    "agent": "user_agent",
    "group": "bucket",
    "arm": "bucket",
    "draw": "bucket",
    "memory": "history",
    "past": "history",
    "description": "name",
    "expected": "expect",
    "expects": "expect",
    "then": "expect",
    "assertions": "cases",
    "tests": "cases",
}
"""Words other tools use for our keys."""

_TEXTS: Final = ByType("text or a list of texts", {str: Text("text"), list: ListOf(Text("text"), 1)})
_NAMES: Final = ByType("a name or a list of names", {str: NAME, list: ListOf(NAME, 1)})
_WANTED: Final[Mapping[str, Member]] = {
    "variant": Member(
        Text("a variant", r"[a-z0-9_-]{1,64}(/[a-z0-9_-]{1,64})?"),
        'what is shown: "light", "nurse-shoes/light", or "page" for the page\'s own content',
    ),
    "experience": Member(NAME, "which experience took the slot"),
    "reason": Member(Choice(tuple(reason.value for reason in Reason)), "why"),
    "basis": Member(Choice(tuple(basis.value for basis in Basis)), "what kind of knowledge it rests on"),
    "text": Member(Text("text"), "all of the visible text"),
    "contains": Member(_TEXTS, "words that are in the content"),
    "waits": Member(_NAMES, "experiences that could still come true in the page, and then fill this slot"),
    "value": Member(Anything(), "the content itself: attributes, operations, an order, JSON or an address"),
}
_SHORT: Final = Text(
    "a variant, an experience/variant, page, or a reason such as HOLDOUT",
    r"[a-z0-9_-]{1,64}(/[a-z0-9_-]{1,64})?|[A-Z_]+",
)
NOT: Final = ByType(
    "a variant or an object", {str: _SHORT, dict: ObjectOf("what must not be", _WANTED, retired={"why": "reason"})}
)
EXPECTED: Final = ByType(
    "a variant or an object",
    {
        str: _SHORT,
        dict: ObjectOf(
            "what a slot should show",
            {**_WANTED, "not": Member(NOT, "what it must not be")},
            retired={"why": "reason", "includes": "contains", "html": "contains", "content": "value"},
        ),
    },
)
MATRIX: Final = MapOf(
    ListOf(Anything(), 1, "a list of values"), r"[a-z0-9_.-]+", "a key of a case, a fact or a word of your own", "axes"
)
CASE: Final = ObjectOf(
    "a case",
    {
        "name": Member(Text("a sentence"), "what must be so; the visitor's words when absent"),
        **GIVEN,
        "matrix": Member(MATRIX, "one case for every combination: keys, facts, or your own words for {{places}}"),
        "expect": Member(
            MapOf(EXPECTED, r"[a-z0-9_-]+|\*", "a slot's name or *", "an object of slots"),
            'what each slot shows; "*" for all others',
            True,
        ),
        "suggested": Member(Text("text"), "written by `mitate cases suggest`: what this case is the first to reach"),
    },
    retired=RETIRED,
)


def _file(case: Shape) -> ObjectOf:
    return ObjectOf(
        "a file of cases",
        {
            "$schema": Member(Text(), "lets editors complete and underline"),
            **{name: Member(one.shape, f"{one.doc} (for all cases of this file)") for name, one in GIVEN.items()},
            "cases": Member(ListOf(case, what="a list of cases"), "the visitors, and what each must see", True),
        },
        retired={**RETIRED, "name": "cases"},
    )


FILE: Final = _file(Anything())
"""Checks all of a file but its cases: they are checked one by one, once their matrix is unfolded."""


def cases_schema() -> Schema:
    """Give the JSON Schema (2020-12) of `cases/*.json`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mitate cases",
        **_file(CASE).schema(),
    }
