"""The techniques, as a table: what each puts into the page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, TypeAlias

from flash.words import NAMES, RESERVE, default, variant

from mitate_server import snippet

Json: TypeAlias = dict[str, object]

DEADLINE = 300
"""Milliseconds."""

PATIENT = 2000
"""A deadline that a busy machine keeps, for what is not about it."""

VISITOR = "VISITOR_of_22_letters_"


class Place(NamedTuple):
    """Where a page stands: its addresses, its policy, and which page it is (`hero`, `twenty` slots, `spa`)."""

    origin: str = ""
    endpoint: str = ""
    nonce: str | None = None
    kind: str = "hero"
    deadline: int = DEADLINE

    @property
    def slots(self) -> list[str]:
        return NAMES if self.kind == "twenty" else NAMES[:1]

    @property
    def attribute(self) -> str:
        return f' nonce="{self.nonce}"' if self.nonce else ""

    def answer(self, ask: Json) -> Json:
        """Give mitate's answer to an ask; consent lets the device keep it for an hour."""
        granted = "consent" in ask
        decides = self.kind != "spa" or str(ask.get("url")).endswith("/new")
        return {
            "version": "0123456789abcdef",
            "page_view": ask.get("page_view"),
            "visitor": VISITOR if granted else None,
            "purposes": ["necessary", "personalization", "analytics"] if granted else ["necessary"],
            "lasts": 3600 if granted else 0,
            "decisions": self.decisions() if decides else {},
        }

    def decisions(self, *, rendered: bool = False) -> Json:
        """Give every slot its variant."""
        return {
            name: {"experience": name, "variant": "light", "reason": "SPLIT", "basis": "behavior"}
            | ({"rendered": True} if rendered else {"html": variant(name)})
            for name in self.slots
        }


def _nothing(_: Place) -> str:
    return ""


class Technique(NamedTuple):
    """One way to bring a variant into the page."""

    name: str
    head: Callable[[Place], str] = _nothing
    foot: Callable[[Place], str] = _nothing
    rendered: bool = False
    """The slot comes with the variant in it."""
    marked: bool = False
    """What is rendered says so."""
    returning: bool = False
    """The visitor has consented and was here before."""
    asks: bool = True
    """What the page shows at first depends on the answer's delay."""


def _tag(place: Place, *, blocking: bool = False, embedded: Json | None = None) -> str:
    table: Json = {
        "site": "shoes",
        "hash": "1a2b3c4d",
        "endpoint": place.endpoint,
        "deadline": place.deadline,
        "slots": [{"name": name, "selector": f"#{name}", "reserve": RESERVE} for name in place.slots],
    }
    answer = f'<script type="application/json" data-mitate>{snippet.embed(embedded)}</script>' if embedded else ""
    return answer + snippet.tag(snippet.with_script(table, blocking=blocking), place.nonce)


def _embedded(place: Place, *, rendered: bool) -> str:
    # A backend that decides has counted the page view, too: the page asks nobody.
    answer = place.answer({"url": "/new", "page_view": "VIEW_of_22_letters____"})
    answer["decisions"] = place.decisions(rendered=rendered)
    return _tag(place, embedded=answer)


def _naive(place: Place, how: str = "") -> str:
    return f'<script{how}{place.attribute} data-endpoint="{place.endpoint}" src="{place.origin}/20/naive.js"></script>'


def _growthbook(place: Place, how: str) -> str:
    return (
        f'<script {how}{place.attribute} data-api-host="{place.endpoint}" data-client-key="sdk-1" data-tracking="none" '
        f'data-no-streaming="true" src="{place.origin}/20/growthbook.js"></script>'
    )


NONE = Technique("no personalization", asks=False)
AGAIN = Technique("no personalization, again", asks=False)

TECHNIQUES = [
    NONE,
    AGAIN,
    Technique("variant in the HTML", rendered=True, asks=False),
    Technique("mitate, decision in the page", head=partial(_embedded, rendered=False), asks=False),
    Technique(
        "mitate, rendered block",
        head=partial(_embedded, rendered=True),
        rendered=True,
        marked=True,
        asks=False,
    ),
    Technique("mitate, cached on the device", head=_tag, returning=True, asks=False),
    Technique("mitate, over the network", head=_tag),
    Technique("mitate, blocking=render", head=partial(_tag, blocking=True)),
    Technique("fetch and replace, at the foot", foot=_naive),
    Technique("fetch and replace, async", head=partial(_naive, how=" async")),
    Technique("GrowthBook async", head=partial(_growthbook, how="async")),
    Technique("GrowthBook async, anti-flicker", head=partial(_growthbook, how='async data-anti-flicker="true"')),
    Technique("GrowthBook sync", head=partial(_growthbook, how="")),
    Technique("GrowthBook sync, anti-flicker", head=partial(_growthbook, how='data-anti-flicker="true"')),
]

BY_NAME = {technique.name: technique for technique in TECHNIQUES}

NAVIGATE = """
window.go = () => {
  history.pushState(null, "", "/new");
  const fresh = document.createElement("main");
  fresh.innerHTML = document.querySelector("template").innerHTML;
  document.querySelector("main").replaceWith(fresh);
  flash_.frames.length = 0;
};
"""
"""A router in miniature: the address first, then the new view in its place."""


def page(technique: Technique, place: Place) -> str:
    """Give the page with a technique in it."""
    slots = "".join(_slot(name, technique) for name in place.slots)
    rest = "".join(
        f"<p>Pair {number}: leather, cork, wool. Made to last, and to be mended.</p>" for number in range(40)
    )
    router = f"<template>{slots}</template><script{place.attribute}>{NAVIGATE}</script>" if place.kind == "spa" else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shoes</title>'
        f'<link rel="stylesheet" href="/style.css"><script{place.attribute}>performance.mark("tag")</script>'
        f"{technique.head(place)}</head><body><header><p>Shoes</p></header><main>{slots}</main>"
        f"<section>{rest}</section>{router}{technique.foot(place)}</body></html>"
    )


def _slot(name: str, technique: Technique) -> str:
    state = ' data-mitate-state="variant"' if technique.marked else ""
    return f'<div id="{name}"{state}>{variant(name) if technique.rendered else default(name)}</div>'
