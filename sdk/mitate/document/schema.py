"""The form of `site.json`: what may stand where. The loader checks with it; editors complete from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args

from mitate.model import Analytics

from .names import Names, own_definitions
from .rules import rule_definitions
from .shapes import Anything, Choice, Either, Flag, ListOf, MapOf, Member, Named, Number, ObjectOf, Schema, Text, Yes

SCHEMA_NAME: Final = "mitate-site.schema.json"
EXPERIENCE_SCHEMA_NAME: Final = "mitate-experience.schema.json"
TITLES: Final = {SCHEMA_NAME: "mitate site document", EXPERIENCE_SCHEMA_NAME: "mitate experiences"}
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
FORMAT: Final = 1

NAME = Text("a name of a-z, 0-9, _ and -", r"[a-z0-9_-]{1,64}", "names travel in URLs, events and reports")
FACT_NAME = r"[a-z][a-z0-9_-]*(\.([a-z0-9_-]+|\*))+"
LABELS = MapOf(Text(), r"[a-z]{2,3}(-[A-Za-z0-9]+)*", "a language code such as en or ja", "texts by language")
DURATION = Text('a duration such as "14d"', r"\d+(\.\d+)?[smhdw]", "a number and s, m, h, d or w")
BOUND = Text(
    'a date or date-time such as "2026-12-01T09:00"',
    r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?([+-]\d\d:\d\d|Z)?)?",
    "without an offset it is read in the schedule's timezone",
)
LENGTH = Text(
    'a CSS length such as "22rem"',
    r"0|\d*\.?\d+(px|rem|em|ex|ch|vh|vw|vmin|vmax|svh|lvh|dvh|cm|mm|in|pt|pc|lh|rlh|cqw|cqh|%)|(min|max|clamp|calc)\([-+*/(),.%\w\s]+\)",
)
SHARE = Number(minimum=0, maximum=1)
RULE = Anything("rule")
ORIGIN = Text(
    'an origin such as "https://shop.example"',
    r"https?://(\*\.)?[A-Za-z0-9.-]+(:\d+)?|https?://\[[0-9a-fA-F:]+\](:\d+)?",
    "scheme, host and port only: no path, no slash at the end",
)
HOST = Text('a host such as "pay.example"', r"[A-Za-z0-9.-]+(:\d+)?")
SLOT_NAME = Named("slot", NAME)
GOAL_NAME = Named("goal", NAME)
LAYER_NAME = Named("layer", NAME)
BLOCK_NAME = Named("block", Text("the name of a file in the folder", r"[^/\\.][^\\]*"))
FILE_NAME = Named("experience_file", Text("the name of a file", r"[^/\\.][^\\]*\.json"))
TEMPLATE = Text("text, with {{fact|default}} where a fact belongs")

FACT = ObjectOf(
    "a fact",
    {
        "type": Member(
            Choice(("string", "number", "integer", "boolean", "instant", "date", "list", "ip", "version")),
            "what its values are",
            True,
        ),
        "items": Member(Choice(("string", "number", "integer")), "for a list: what its items are"),
        "unit": Member(
            Choice(("times", "days", "seconds", "yen", "percent", "score", "km", "count")),
            "how people read its numbers",
        ),
        "enum": Member(ListOf(Anything()), "the only values it may have"),
        "minimum": Member(Number(), "its smallest value"),
        "maximum": Member(Number(), "its largest value"),
        "changeable": Member(Flag(), "whether visitors could change it by what they do (true when absent)"),
        "from": Member(Choice(("backend",)), "who says it: your backend, with the site's secret"),
        "purpose": Member(
            Choice(("necessary", "personalization", "analytics")), "the consent it needs (personalization when absent)"
        ),
        "label": Member(LABELS, "what people call it"),
        "values": Member(MapOf(LABELS, r".+", "a value", "texts by value"), "what people call its values"),
    },
)
AUDIENCE = ObjectOf(
    "an audience",
    {
        "when": Member(RULE, "the rule that makes a visitor part of it", True),
        "label": Member(LABELS, "what people call it"),
    },
    retired={"rule": "when", "condition": "when", "conditions": "when"},
)
SLOT = ObjectOf(
    "a slot",
    {
        "selector": Member(Text("a CSS selector"), 'where it is; [data-mitate="NAME"] when absent'),
        "reserve": Member(LENGTH, "height kept free while the answer is awaited, so that nothing jumps"),
        "live": Member(
            Flag(), "may be filled while visitors look at it: an overlay, a hint, the end of a list; never hidden"
        ),
        "shadow": Member(
            Flag(), "its element belongs to a framework such as React: what fills it stands in a shadow root"
        ),
        "label": Member(LABELS, "what people call it"),
    },
    retired={"height": "reserve", "min_height": "reserve"},
)
SELECTOR = Text("a CSS selector")
ATTRIBUTES = MapOf(TEMPLATE, r"[a-zA-Z][a-zA-Z0-9_.:-]*", "an attribute's name", "attributes")
CLASS_NAMES = ListOf(Text("the name of a class", r"[^\s{}]{1,100}", "one name, without spaces and fillings"), 1)
MOVE = ObjectOf(
    "a place",
    {
        "before": Member(SELECTOR, "in front of the first element that matches, inside the slot"),
        "after": Member(SELECTOR, "behind it"),
        "prepend": Member(SELECTOR, "into it, at its beginning"),
        "append": Member(SELECTOR, "into it, at its end"),
    },
    one_of=("before", "after", "prepend", "append"),
    needs_one=True,
)
_OPERATIONS: Final[Mapping[str, Member]] = {
    "html": Member(TEMPLATE, "HTML instead of what is in the element"),
    "text": Member(TEMPLATE, "plain text instead of what is in the element"),
    "attributes": Member(ATTRIBUTES, "attributes to set"),
    "classes": Member(
        ObjectOf(
            "a change of classes",
            {"add": Member(CLASS_NAMES, "classes it gets"), "remove": Member(CLASS_NAMES, "classes it loses")},
        ),
        "classes to add and to take away",
    ),
    "styles": Member(
        MapOf(Text("a CSS value"), r"-?-?[a-zA-Z][a-zA-Z0-9-]*|--[\w-]+", "a CSS property such as order", "styles"),
        "CSS properties of its own, by name; a class is often better",
    ),
    "image": Member(
        ObjectOf(
            "an image",
            {
                "src": Member(TEMPLATE, "its address"),
                "alt": Member(TEMPLATE, 'what it shows, in words; "" when it only decorates'),
                "srcset": Member(Text("addresses with sizes"), "its address in several sizes"),
                "sizes": Member(Text("CSS lengths"), "how wide it will be shown"),
            },
        ),
        "another picture, for an <img> (the sources of a <picture> around it give way)",
    ),
    "before": Member(TEMPLATE, "HTML in front of the element"),
    "after": Member(TEMPLATE, "HTML behind the element"),
    "prepend": Member(TEMPLATE, "HTML at the beginning of the element"),
    "append": Member(TEMPLATE, "HTML at the end of the element"),
    "move": Member(MOVE, "where in the slot the element goes"),
    "remove": Member(Yes(), "takes the element out of the page; where a framework owns it, hide it"),
    "hide": Member(Yes(), "leaves the element where it is, and shows nothing of it"),
}
OPERATION = Named(
    "page_operation",
    ObjectOf(
        "an operation",
        {
            "select": Member(SELECTOR, "which elements inside the slot; the slot's own element when absent"),
            **_OPERATIONS,
        },
        one_of=tuple(_OPERATIONS),
        needs_one=True,
        retired={
            "selector": "select",
            "style": "styles",
            "class": "classes",
            "attribute": "attributes",
            "img": "image",
            "delete": "remove",
            "insert": "append",
        },
    ),
)
ORDER = Named(
    "order",
    ObjectOf(
        "an order",
        {
            "items": Member(SELECTOR, "the items, inside the slot", True),
            "key": Member(
                Text("an attribute's name", r"[a-zA-Z][a-zA-Z0-9_.:-]*"),
                "the items' attribute that holds their values, with spaces or commas between them",
                True,
            ),
            "by": Member(
                Text("the beginning of facts' names", r"[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*"),
                "whose scores weigh the values: interests, affinity.color",
                True,
            ),
            "do": Member(Choice(("rank", "highlight")), "whether they change places; highlight leaves the order", True),
            "fixed": Member(
                Number(minimum=0, maximum=1000, integer=True), "rank: so many at the top never move (top news)"
            ),
            "unexpected": Member(SHARE, "rank: share of places kept for items without affinity, 0 to 1"),
            "at_least": Member(Number(minimum=0), "the smallest score that counts; above 0 when absent"),
            "class": Member(
                Text("the name of a class", r"[^\s{}]{1,100}"), "what liked items get; mitate-preferred when absent"
            ),
            "label": Member(
                Either(Text("a text"), LABELS), "shown with each liked item, such as: the colour you often choose"
            ),
        },
        retired={"selector": "items", "attribute": "key", "facts": "by", "pinned": "fixed", "minimum": "at_least"},
    ),
)
CONTENT_KINDS: Final = ("block", "html", "text", "attributes", "json", "redirect", "operations", "order")
_CONTENT_MEMBERS: Final[Mapping[str, Member]] = {
    "block": Member(BLOCK_NAME, "a file with HTML, such as blocks/welcome.html"),
    "html": Member(TEMPLATE, "HTML written here"),
    "text": Member(TEMPLATE, "plain text"),
    "attributes": Member(ATTRIBUTES, "attributes to set on the slot's element"),
    "json": Member(Anything(), "data for your own code"),
    "redirect": Member(TEMPLATE, "another address of this site"),
    "operations": Member(ListOf(OPERATION, 1), "changes to elements of the page, one after the other"),
    "order": Member(ORDER, "the page's own items, ranked or highlighted by what the visitor likes"),
}
CONTENT = ObjectOf("content", _CONTENT_MEMBERS, one_of=CONTENT_KINDS)
CONTENTS = Named("contents", MapOf(Named("content", CONTENT), what="content by slot"))
VARIANT = ObjectOf(
    "a variant",
    {
        "id": Member(NAME, "its name in answers, events and reports", True),
        "weight": Member(Number(minimum=0), "its share relative to its siblings'; 1 when absent"),
        "label": Member(LABELS, "what people call it"),
        "content": Member(CONTENTS, "for several slots: what goes into each"),
        **_CONTENT_MEMBERS,
    },
    one_of=(*CONTENT_KINDS, "content"),
    retired={"name": "id", "file": "block"},
)
EXPERIMENT = ObjectOf(
    "an experiment",
    {
        "holdout": Member(SHARE, "share of its audience that keeps the page's own content, 0 to 1"),
        "goals": Member(ListOf(GOAL_NAME), "which goals judge it, the first one most"),
        "unit": Member(Choice(("visitor", "account")), "who shares one arm"),
        "layer": Member(LAYER_NAME, "experiments of one layer never share a visitor"),
        "seed": Member(Text("a word", r".{1,64}"), "what the split is drawn from; the experience's id when absent"),
    },
)
SCHEDULE = ObjectOf(
    "a schedule",
    {
        "from": Member(BOUND, "the first instant"),
        "until": Member(BOUND, "the first instant after it"),
        "timezone": Member(
            Text('"visitor", "site" or a time zone such as "Asia/Tokyo"'),
            "whose clock the bounds are read on; the site's when absent",
        ),
    },
    retired={"start": "from", "end": "until", "to": "until"},
)
FREQUENCY = ObjectOf(
    "a frequency",
    {
        "max": Member(Number(minimum=1, maximum=100, integer=True), "how often at most", True),
        "per": Member(Choice(("visit", "day", "week", "lifetime")), "in which time", True),
    },
)
EXPERIENCE = ObjectOf(
    "an experience",
    {
        "$schema": Member(Text(), "in a file of its own: lets editors complete and underline"),
        "id": Member(NAME, "its name in answers, events and reports", True),
        "label": Member(LABELS, "what people call it"),
        "status": Member(Choice(("live", "paused", "draft")), "live when absent"),
        "slot": Member(SLOT_NAME, "the slot it fills"),
        "slots": Member(ListOf(SLOT_NAME, 1), "the slots it fills, all by one arm"),
        "when": Member(RULE, "for whom; everyone when absent"),
        "suppress": Member(RULE, "for whom not, whatever `when` says: bought already, complained, said no"),
        "variants": Member(ListOf(VARIANT, 1, "a list of variants"), "what it may show", True),
        "experiment": Member(EXPERIMENT, "how its audience is split and judged"),
        "schedule": Member(SCHEDULE, "when it runs"),
        "frequency": Member(FREQUENCY, "how often one visitor may see it"),
    },
    one_of=("slot", "slots"),
    retired={
        "rule": "when",
        "audience": "when",
        "name": "id",
        "cap": "frequency",
        "state": "status",
        "targeting": "when",
    },
)
INTEREST = ObjectOf(
    "an interest",
    {
        "half_life": Member(DURATION, "after which time a signal counts half; 14d when absent"),
        "label": Member(LABELS, "what people call it"),
        "sensitive": Member(Flag(), "never inferred, only stated by the visitor"),
        "signals": Member(
            ListOf(
                ObjectOf(
                    "a signal",
                    {
                        "when": Member(RULE, "the page views that show this interest", True),
                        "weight": Member(Number(minimum=-10, maximum=10), "how much one of them counts; 1 when absent"),
                    },
                )
            ),
            "what shows it",
        ),
    },
)
GOAL = ObjectOf(
    "a goal",
    {
        "event": Member(NAME, "the event that reaches it", True),
        "value": Member(Text("the name of a property"), "the event's property that holds its worth"),
        "label": Member(LABELS, "what people call it"),
    },
)
ENTRIES = Either(Text("the name of a text file in the folder, one entry a line"), ListOf(Text()))
NAMED_LIST = ObjectOf(
    "a list",
    {
        "items": Member(ENTRIES, "its entries, or the file that has them", True),
        "label": Member(LABELS, "what people call it"),
    },
    retired={"entries": "items", "values": "items", "file": "items"},
)
LIST = Either(ENTRIES.text, ENTRIES.other, NAMED_LIST)

SITE = ObjectOf(
    "a site",
    {
        "$schema": Member(Text(), "lets editors complete and underline"),
        "format": Member(Choice((FORMAT,)), "the form of this document", True),
        "site": Member(NAME, "the site's name", True),
        "label": Member(LABELS, "what people call it"),
        "origins": Member(ListOf(ORIGIN), "where the site's pages live: only they may ask"),
        "redirect_hosts": Member(ListOf(HOST), "other hosts a redirect may lead to"),
        "timezone": Member(Text("a time zone such as Asia/Tokyo"), "the site's own clock", True),
        "consent": Member(
            ObjectOf(
                "the consent policy",
                {
                    "default": Member(
                        Choice(("denied", "granted")), "for visitors who haven't chosen; denied when absent"
                    ),
                    "gpc": Member(
                        Choice(("denies", "ignore")), "what Global Privacy Control means; denies when absent"
                    ),
                },
            ),
            "what may be used before the visitor has chosen",
        ),
        "holdout": Member(SHARE, "share of all visitors that keeps the page's own content everywhere, 0 to 1"),
        "facts": Member(
            MapOf(FACT, FACT_NAME, "a dotted name such as cart.items", "facts"),
            "facts of your own, said by your backend",
        ),
        "lists": Member(MapOf(LIST, what="lists"), "large lists for in_list"),
        "audiences": Member(MapOf(AUDIENCE, what="audiences"), "rules with a name, to share"),
        "slots": Member(MapOf(SLOT, what="slots"), "the places on your pages", True),
        "experiences": Member(
            ListOf(
                Either(FILE_NAME, Named("experience", EXPERIENCE)),
                what="a list of experiences or of their files",
            ),
            "in priority order: the first that takes a slot wins it",
            True,
        ),
        "interests": Member(MapOf(INTEREST, what="interests"), "topics that page views show an interest in"),
        "goals": Member(MapOf(GOAL, what="goals"), "events worth counting"),
        "forward": Member(
            ListOf(Choice(get_args(Analytics)), 1, "a list of analytics"),
            "the analytics of the page that its events are passed on to",
        ),
    },
    retired={
        "segments": "audiences",
        "campaigns": "experiences",
        "activities": "experiences",
        "zones": "slots",
        "timeZone": "timezone",
    },
)


DEFINED: Final = (SLOT_NAME, GOAL_NAME, LAYER_NAME, BLOCK_NAME, FILE_NAME, CONTENTS, OPERATION, ORDER)
"""The forms of which a site's own schema says more."""


def site_schema(names: Names | None = None) -> Schema:
    """Give the JSON Schema (2020-12) of `site.json`, with every operator and fact described on hover.

    With the `names` of a site (`names_in(folder)`), its own facts, audiences, slots, goals, lists and files complete
    and are described, too.
    """
    definitions: Schema = {one.name: one.shape.schema() for one in DEFINED}
    definitions |= {"content": CONTENT.schema(), "experience": EXPERIENCE.schema()}
    own = own_definitions(names) if names is not None else {}
    return {
        "$schema": DIALECT,
        "title": TITLES[SCHEMA_NAME],
        **SITE.schema(),
        "$defs": rule_definitions(names) | definitions | own,
    }


def experience_schema() -> Schema:
    """Give the JSON Schema of a file that holds one experience or several; it leans on the site's beside it."""
    one: Schema = {"$ref": f"{SCHEMA_NAME}#/$defs/experience"}
    return {
        "$schema": DIALECT,
        "title": TITLES[EXPERIENCE_SCHEMA_NAME],
        "anyOf": [one, {"type": "array", "items": one}],
    }
