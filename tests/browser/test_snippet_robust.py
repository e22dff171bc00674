"""Whatever a page, a browser, a blocker or a server does: the page is what it would be without mitate, or its variant."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypedDict

import pytest
from playwright.sync_api import Browser, Page

from .chromium import Complaints, opened
from .fake_site import DEFAULT, VARIANT, FakeSite, Json, answer, decision, slot

pytestmark = pytest.mark.browser

PATIENT = 5000
"""A deadline that a busy machine keeps, for the tests that are not about it."""

READY = "!Array.isArray(mitate.loader)"
"""mitate.js has come."""


class Frame(TypedDict):
    at: float
    shows: str


# Runs before any script of the page, and takes what it uses before the page can break it. Each frame notes what can be read
# of the slots: words, whoever hides or shows what is around them.
SAMPLER = """
(() => {
  const frames = window.frames_ = [], { now } = Performance.prototype, frame = requestAnimationFrame;
  const words = slot => {
    const walker = document.createTreeWalker(slot, NodeFilter.SHOW_TEXT), read = [];
    while (walker.nextNode()) {
      const { parentElement, data } = walker.currentNode;
      const style = getComputedStyle(parentElement);
      if (/^(style|script|template)$/i.test(parentElement.localName) || !data.trim()) continue;
      if (parentElement.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || style.display == "contents" &&
        style.visibility == "visible") read.push(data);
    }
    return read.join(" ");
  };
  const look = () => {
    const text = [...document.querySelectorAll("[data-mitate]:not(script)")].map(words).join(" ");
    frames.push({ at: now.call(performance),
      shows: text.includes("page's own") ? "default" : text.includes("variant's") ? "variant" : "" });
    frame(look);
  };
  frame(look);
})();
"""

SHOWN = "frames_.filter(frame => frame.shows).length > 5"


def sequence(page: Page) -> list[str]:
    """Give what was shown, each change once, without the frames that showed nothing."""
    seen: list[str] = page.evaluate("frames_.map(({ shows }) => shows).filter(Boolean)")
    return [one for i, one in enumerate(seen) if i == 0 or seen[i - 1] != one]


def blank_for(page: Page) -> float:
    """Give the milliseconds from the tag to the last frame without words, less what this machine was late by."""
    frames: list[Frame] = page.evaluate("frames_")
    tag: float = page.evaluate("window.tag_ || 0")
    shown = next(i for i, frame in enumerate(frames) if frame["shows"])
    longest = max((b["at"] - a["at"] for a, b in zip(frames, frames[1:], strict=False)), default=0.0)
    return frames[max(shown - 1, 0)]["at"] - tag - longest


def visit(page: Page, site: FakeSite, path: str = "/", *, ready: bool = True) -> None:
    """Load the page, and wait until its slot has been shown and, if it does come, mitate.js has come."""
    page.add_init_script(SAMPLER)
    site.before = "<script>window.tag_ = performance.now()</script>" + site.before
    page.goto(site.url(path))
    page.wait_for_function(SHOWN)
    if ready:
        page.wait_for_function(READY)


HERO = f'<div data-mitate="hero"><h1>{DEFAULT}</h1></div>'


@dataclass(frozen=True)
class Trouble:
    """A page that is hard to live in, and what its slot shows there."""

    shows: str = "variant"
    first: str = ""  # a script, before any other
    before: str = ""  # before the tag
    head: str = ""  # after the tag
    body: str = f"{HERO}<p>Below</p>"
    ready: bool = True  # mitate.js lives
    complains: str = "^$"  # what the page itself says of it


def css(rules: str) -> str:
    return f"<style>{rules}</style>"


TROUBLES = {
    # What the page did to the language and the browser
    "every object has more than it should": Trouble(
        first="Object.prototype.more = function () {}; Object.prototype.none = null; Object.prototype.text2 = 'x'"
    ),
    "every array has more than it should": Trouble(
        first="Array.prototype.last = function () { return this[this.length - 1] }; Array.prototype.none = null"
    ),
    "arrays say of themselves what they are as JSON": Trouble(
        first="Array.prototype.toJSON = function () { return [...this] }"
    ),
    "no IntersectionObserver": Trouble(first="delete window.IntersectionObserver", ready=False),
    "no Navigation API": Trouble(first="delete window.navigation"),
    "no list of what was loaded": Trouble(first="performance.getEntriesByType = undefined", ready=False),
    "no MutationObserver": Trouble(
        "default",
        before="<script>window.theirs_ = MutationObserver; delete window.MutationObserver</script>",
        head="<script>window.MutationObserver = theirs_</script>",
        ready=False,
    ),
    "no fetch": Trouble("default", first="delete window.fetch"),
    "fetch that gives nothing": Trouble("default", first="window.fetch = () => undefined"),
    "fetch that gives something else": Trouble("default", first="window.fetch = async () => ({ ok: true })"),
    "fetch that is wrapped": Trouble(
        first="const real = fetch; window.fetch = function (...all) { return real.apply(this, all).then(it => it) }"
    ),
    "timers that are wrapped": Trouble(
        first="const real = setTimeout; window.setTimeout = function (f, ms, ...more) { return real(() => f(...more), ms) }"
    ),
    "timers that never come": Trouble(first="window.setTimeout = () => 0"),
    "no microdata of scripts": Trouble(first="Object.defineProperty(document, 'currentScript', { value: null })"),
    "no entropy": Trouble(first="crypto.getRandomValues = undefined"),
    # What is at window.mitate
    "the name is taken": Trouble("default", first="window.mitate = Object.freeze({ theirs: true })", ready=False),
    "the name is taken for good": Trouble(
        "default", first="Object.defineProperty(window, 'mitate', { value: 'theirs' })", ready=False
    ),
    "the name cannot be read": Trouble(
        "default",
        first="Object.defineProperty(window, 'mitate', { get() { throw Error('theirs') } })",
        ready=False,
        complains="theirs",
    ),
    "an element has the name": Trouble(body=f'<form id="mitate"></form>{HERO}'),
    "a frame has the name": Trouble(body=f'<iframe name="mitate" src="about:blank"></iframe>{HERO}'),
    "the page takes the name afterwards": Trouble(head="<script>window.mitate = { theirs: true }</script>", ready=False),
    # Styles of the page
    "a reset of animations": Trouble(
        head=css("*, ::before, ::after { animation: none !important; transition: none !important }")
    ),
    "a reset of animations with an id": Trouble(
        head=css("#page#page * { animation: none }"), body=f'<main id="page">{HERO}</main>'
    ),
    "a reset of animations in a layer, which nothing outranks": Trouble(
        "default", before=css("@layer reset { * { animation: none !important } }")
    ),
    "the page's own animation": Trouble(
        head=css("[data-mitate] { animation: in 1s } @keyframes in { from { opacity: .1 } }")
    ),
    "a transition of everything": Trouble(head=css("* { transition: all .2s }")),
    "a slot that is visible": Trouble(head=css("[data-mitate] { visibility: visible }")),
    "a slot that insists on being visible": Trouble(
        "default", head=css("[data-mitate] { visibility: visible !important }")
    ),
    "a part of the slot that insists on being visible": Trouble(head=css("h1 { visibility: visible !important }")),
    "a page hidden until its own scripts have come": Trouble(
        head=css("body { visibility: hidden } .here { visibility: visible }"),
        body=f"{HERO}<script>setTimeout(() => document.body.className = 'here', 500)</script>",
    ),
    "a slot without a box": Trouble(head=css("[data-mitate] { display: contents }")),
    "a slot in the middle of a line": Trouble(body=f'<p>Now: <span data-mitate="hero">{DEFAULT}</span></p>'),
    "content-visibility": Trouble(head=css("[data-mitate] { content-visibility: auto; contain-intrinsic-size: 1px 300px }")),
    "right to left": Trouble(first="addEventListener('DOMContentLoaded', () => document.documentElement.dir = 'rtl')"),
    "the page's own list of sheets": Trouble("default", head="<script>document.adoptedStyleSheets = []</script>"),
    # The document
    "another base address": Trouble(before='<base href="http://127.0.0.1:9/elsewhere/">'),
    "a policy that comes after the tag, and after its question, and allows nothing": Trouble(
        head='<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; script-src \'unsafe-eval\'">',
        ready=False,
        complains="Content Security Policy|violates",
    ),
    "a slot that is written": Trouble(body=f"<script>document.write({json.dumps(HERO)})</script><p>Below</p>"),
    "a slot that is written in pieces": Trouble(
        body="<script>for (const piece of "
        + json.dumps(['<div data-mitate="he', 'ro"><h1>The page', "'s own", " words</h", "1></div>"])
        + ") document.write(piece)</script><p>Below</p>"
    ),
    "tags that nobody closed": Trouble(body=f'<div data-mitate="hero"><h1>{DEFAULT}<p><b>More'),
    "a page of 5 MB": Trouble(body=HERO + "<p>Words and words and words</p>" * 150_000),
    "quirks": Trouble(body=f"<table><div data-mitate=hero>{DEFAULT}</div><tr><td>Below</table>"),
    # Slots in odd places
    "a slot around the slot": Trouble(body=f'<section data-mitate="around">{HERO}</section>'),
    "the slot in itself": Trouble(body=f'<div data-mitate="hero"><div data-mitate="hero">{DEFAULT}</div></div>'),
    "a slot in a template as well": Trouble(body=f"<template>{HERO}</template>{HERO}"),
    "many elements for one slot": Trouble(body=HERO * 50),
}  # fmt: skip


@pytest.mark.parametrize("name", TROUBLES)
def test_a_page_hard_to_live_in_shows_its_variant_or_its_own_from_the_first_frame(
    page: Page, site: FakeSite, complaints: Complaints, name: str
) -> None:
    trouble = TROUBLES[name]
    complaints.expect(trouble.complains)
    site.table["endpoint"] = site.origin
    site.slots = [slot(), slot("around")]
    site.before, site.head, site.pages["/"] = trouble.before, trouble.head, trouble.body
    site.answer = answer(purposes=["personalization", "analytics"])
    # Without a time limit the page's own words come by the animation that hides them alone, and at once where all is known.
    site.deadline = PATIENT if trouble.shows == "variant" else 300
    page.add_init_script(trouble.first)
    visit(page, site, ready=trouble.ready)
    page.wait_for_load_state("load")
    page.evaluate("() => { try { mitate.track('some'); mitate.loader.flush() } catch {} }")
    assert sequence(page) == [trouble.shows]
    assert blank_for(page) < site.deadline + 250
