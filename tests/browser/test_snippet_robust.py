"""Whatever a page, a browser, a blocker or a server does: the page is what it would be without mitate, or its variant."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import dataclass
from itertools import pairwise
from typing import TypedDict

import pytest
from playwright.sync_api import Browser, Page

from mitate_server import snippet

from .chromium import ARGUMENTS, Complaints, opened
from .fake_site import DEFAULT, VARIANT, FakeSite, answer, decision, slot

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
    longest = max((b["at"] - a["at"] for a, b in pairwise(frames)), default=0.0)
    return frames[max(shown - 1, 0)]["at"] - tag - longest


def visit(page: Page, site: FakeSite, path: str = "/", *, ready: bool = True) -> None:
    """Load the page, and wait until its slot has been shown and, where it can live, mitate.js has come."""
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
    "no list of what was loaded": Trouble("default", first="performance.getEntriesByType = undefined", ready=False),
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
    "a reset of motion": Trouble(
        head=css(
            "*, ::before, ::after { animation-duration: .01ms !important; animation-iteration-count: 1 !important; "
            "animation-delay: -1ms !important; animation-play-state: paused !important }"
        )
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
    "the page's own list of sheets": Trouble(head="<script>document.adoptedStyleSheets = []</script>"),
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
    site.deadline = PATIENT if trouble.shows == "variant" else 300
    page.add_init_script(trouble.first)
    visit(page, site, ready=trouble.ready)
    page.wait_for_load_state("load")
    page.evaluate("() => { try { mitate.track('some'); mitate.loader.flush() } catch {} }")
    assert sequence(page) == [trouble.shows]
    assert blank_for(page) < site.deadline + 250


# -- what is between the page and the server


@pytest.mark.parametrize(
    ("blocked", "shows"),
    [("**/v1/*", "default"), ("**/v1/decide", "default"), ("**/mitate.js", "variant"), ("**/v1/events", "variant")],
)
def test_what_a_blocker_takes_costs_no_waiting_and_nothing_else(
    page: Page, site: FakeSite, complaints: Complaints, blocked: str, shows: str
) -> None:
    complaints.expect("ERR_BLOCKED_BY_CLIENT")
    page.route(blocked, lambda route: route.abort("blockedbyclient"))
    if blocked == "**/v1/*":
        page.route("**/mitate.js", lambda route: route.abort("blockedbyclient"))
    site.deadline = PATIENT
    site.answer = answer(purposes=["analytics"])
    site.head = "<script>mitate.track('early')</script>"
    visit(page, site, ready=False)
    page.wait_for_load_state("load")
    assert sequence(page) == [shows]
    assert blank_for(page) < PATIENT
    page.evaluate("mitate.track('late'); mitate.refresh(); mitate.dismiss('hero')")


def test_what_is_never_let_through_is_not_kept_without_end(page: Page, site: FakeSite, complaints: Complaints) -> None:
    complaints.expect("ERR_BLOCKED_BY_CLIENT")
    page.route("**/v1/events", lambda route: route.abort("blockedbyclient"))
    site.deadline = PATIENT
    site.answer = answer(purposes=["personalization", "analytics"], visitor="v" * 22)
    kept: list[int] = []
    for _ in range(3):
        page.goto(site.url())
        page.wait_for_function(READY)
        page.wait_for_function("mitate.loader.answer")
        page.evaluate("for (let i = 0; i < 60; i++) mitate.track(`some-${i}`)")
        with page.expect_event("requestfailed", lambda request: request.url.endswith("/events")):
            page.evaluate("mitate.loader.flush()")
        page.wait_for_timeout(50)
        page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
        kept.append(page.evaluate("JSON.parse(localStorage.mitate_events).length"))
    assert kept == [50, 50, 50]


# -- what the browser keeps


@pytest.mark.parametrize("garbage", ["null", "7", "{}", "[{", "[]", "[null]", "[{}]"])
def test_what_is_left_of_events_may_be_anything(page: Page, site: FakeSite, garbage: str) -> None:
    site.deadline = PATIENT
    page.add_init_script(f"localStorage.mitate_events = {json.dumps(garbage)}")
    site.answer = answer(purposes=["analytics"])
    visit(page, site)
    page.evaluate("mitate.track('sent')")
    site.until(lambda: [event.get("name") for event in site.events if event["type"] == "track"] == ["sent"])


def test_a_full_storage_keeps_nothing_and_harms_nothing(page: Page, site: FakeSite) -> None:
    site.deadline = PATIENT
    site.answer = answer(purposes=["personalization", "analytics"], visitor="v" * 22, lasts=3600)
    page.goto(site.url())
    page.wait_for_function("localStorage.mitate")
    page.evaluate("""() => {
      localStorage.clear();
      for (let size = 2 ** 22; size; size >>= 1) try { for (;;) localStorage[`${Math.random()}`] = "x".repeat(size) } catch {}
    }""")
    visit(page, site)
    assert sequence(page) == ["variant"]
    page.evaluate("mitate.track('some'); dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert page.evaluate("localStorage.mitate") is None
    assert site.asked[1]["visitor"] == "v" * 22


def test_with_cookies_off_the_page_is_personalized_and_its_visitor_known_while_it_lives(
    page: Page, site: FakeSite
) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setDocumentCookieDisabled", {"disabled": True})  # pyright: ignore[reportUnknownMemberType]
    site.deadline = PATIENT
    site.answer = answer(purposes=["personalization"], visitor="v" * 22, lasts=3600)
    visit(page, site)
    assert sequence(page) == ["variant"]
    assert page.evaluate("document.cookie") == ""
    page.evaluate("mitate.refresh()")
    site.until(lambda: len(site.asked) == 2)
    assert site.asked[1]["visitor"] == "v" * 22


# -- another tag, another version


def script(site: FakeSite, /, **more: object) -> str:
    """Give what stands in a tag, for a page that brings it in its own way."""
    table = {"site": "shoes", "endpoint": site.origin, "deadline": site.deadline, "hash": "table-1"}
    return snippet.script({**table, "slots": site.slots, **more})


def test_of_two_tags_with_different_tables_the_first_counts(page: Page, site: FakeSite) -> None:
    site.deadline = PATIENT
    site.head = f"<script>{script(site, site='other', slots=[slot('side')], hash='table-2', deadline=1)}</script>"
    site.pages["/"] = f'{HERO}<p data-mitate="side">Aside</p>'
    site.answer = answer({"hero": decision(html=VARIANT), "side": decision(html="Not of this tag")})
    visit(page, site)
    page.wait_for_load_state("load")
    assert sequence(page) == ["variant"]
    assert page.inner_text("[data-mitate=side]") == "Aside"
    assert [(ask["site"], ask["table"]) for ask in site.asked] == [("shoes", "table-1")]
    assert page.evaluate("[...document.scripts].filter(script => script.src).length") == 1


INJECT = "text => document.head.append(Object.assign(document.createElement('script'), { text }))"


def test_a_tag_that_comes_when_the_page_is_read_changes_nothing_on_the_screen(page: Page, site: FakeSite) -> None:
    site.deadline = PATIENT
    plain = f'<!doctype html><title>Shoes</title>{HERO}<div style="height: 3000px">Below</div>{HERO}'
    site.pages["/"] = plain
    page.add_init_script(SAMPLER)
    page.goto(site.url())
    page.wait_for_function(SHOWN)
    page.evaluate(INJECT, script(site))
    page.wait_for_function(READY)
    page.wait_for_function("document.querySelectorAll('[data-mitate-state]').length == 2")
    page.wait_for_function("frames_.push(0) && frames_.length > 30")
    assert page.evaluate("[...document.querySelectorAll('[data-mitate]')].map(one => one.dataset.mitateState)") == [
        "default",
        "variant",
    ]
    assert page.evaluate("frames_.filter(frame => frame && !frame.shows).length < 10")


def test_a_tag_that_comes_late_twice_is_one(page: Page, site: FakeSite) -> None:
    site.pages["/"] = f"<!doctype html><title>Shoes</title>{HERO}"
    page.goto(site.url())
    for _ in range(2):
        page.evaluate(INJECT, script(site))
    page.wait_for_function(READY)
    assert len(site.asked) == 1
    assert page.evaluate("[...document.scripts].filter(script => script.src).length") == 1


LOADERS = {
    "none": "undefined",
    "null": "null",
    "another object": "{}",
    "a number for a loader": "{ loader: 7 }",
    "an empty agreement": "{ loader: [] }",
    "an agreement by names": "{ loader: { state: {}, table: {} } }",
    "a shorter agreement": "{ decisions: {}, loader: [{ log: [] }, { slots: [] }, { answers: {} }, new Map(), []] }",
    "an element": "document.createElement('form')",
}


@pytest.mark.parametrize("loader", LOADERS)
def test_the_script_beside_a_loader_of_another_agreement_does_nothing(page: Page, site: FakeSite, loader: str) -> None:
    site.pages["/"] = (
        f"<!doctype html><title>Shoes</title>{HERO}<script>window.mitate = {LOADERS[loader]}</script>"
        '<script src="/mitate.js"></script>'
    )
    page.add_init_script("window.wrong_ = []; onerror = onunhandledrejection = event => wrong_.push(event)")
    page.goto(site.url())
    page.wait_for_function("document.readyState == 'complete'")
    assert page.evaluate("wrong_.length") == 0
    assert page.inner_html("[data-mitate=hero]") == f"<h1>{DEFAULT}</h1>"
    assert site.asked == []


def test_the_script_twice_is_once(page: Page, site: FakeSite) -> None:
    site.deadline = PATIENT
    site.answer = answer(purposes=["analytics"])
    visit(page, site)
    page.add_script_tag(url="/mitate.js")
    page.evaluate("mitate.track('once'); mitate.loader.flush()")
    site.until(lambda: [event["type"] for event in site.events].count("track") == 1)
    assert page.evaluate("mitate.loader.log.filter(([, type]) => type == 'ready').length") == 1


STRANGE: list[object] = [{"when": {"moon": 1}, "decisions": None}, 7, None]

NEWER = {
    "members nobody knows": answer(more={"deep": [1]}, purposes=["personalization"]),
    "a decision that says more": answer({"hero": {**decision(html=f"<h1>{VARIANT}</h1>"), "mood": "new"}}),
    "slots nobody has": answer({"hero": decision(html=VARIANT), "elsewhere": decision(html="x")}),
    "content of a kind to come": answer({"hero": decision(hologram={"of": "a shoe"})}),
    "a decision that is a list": answer({"hero": []}),
    "residuals of another make": answer(residuals=STRANGE),
    "a residual that is none": answer(residuals=7),
    "a table of another make": answer(table=7, purposes=["personalization"], visitor="v" * 22),
    "a time of another make": {**answer(purposes=["personalization"], visitor="v" * 22), "lasts": "long"},
}


UNKNOWN = {"content of a kind to come", "a decision that is a list"}


@pytest.mark.parametrize("kind", NEWER)
def test_an_answer_of_another_version_is_taken_for_what_is_known_of_it(page: Page, site: FakeSite, kind: str) -> None:
    site.deadline = PATIENT
    site.answer = NEWER[kind]
    for _ in range(2):
        visit(page, site)
        assert sequence(page) == ["default" if kind in UNKNOWN else "variant"]


# -- documents and frames


def test_a_document_that_is_opened_anew_shows_its_own(page: Page, site: FakeSite) -> None:
    site.deadline = PATIENT
    visit(page, site)
    for tag in ("", f"<script>{script(site)}</script>"):
        page.evaluate(
            "text => { document.open(); document.write(text); document.close() }", f"<title>New</title>{tag}{HERO}"
        )
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert page.is_visible("h1")
    page.evaluate("mitate.track('some'); mitate.refresh()")


def test_a_document_of_xml_shows_its_variant(page: Page, site: FakeSite) -> None:
    site.deadline = PATIENT
    site.headers["Content-Type"] = "application/xhtml+xml"
    site.pages["/"] = (
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>Shoes</title>'
        f"<script><![CDATA[{script(site)}]]></script></head><body>{HERO}</body></html>"
    )
    visit(page, site)
    assert sequence(page) == ["variant"]


@pytest.mark.parametrize(
    ("frame", "shows"),
    [
        ('src="/"', VARIANT),
        ('src="/" sandbox="allow-scripts allow-same-origin"', VARIANT),
        ('src="/" sandbox="allow-scripts"', DEFAULT),
        ('src="/" sandbox', DEFAULT),
        ('src="/" loading="lazy"', VARIANT),
        ('srcdoc="DOCUMENT"', VARIANT),
        ('srcdoc="DOCUMENT" sandbox="allow-scripts"', DEFAULT),
        ('src="/" width="0" height="0"', VARIANT),
    ],
)
def test_a_page_in_a_frame_is_a_page(
    page: Page, site: FakeSite, complaints: Complaints, frame: str, shows: str
) -> None:
    complaints.expect("Blocked script execution|CORS|ERR_FAILED")
    site.deadline = PATIENT if shows == VARIANT else 300
    document = f"<!doctype html><title>In</title><script>{script(site)}</script>{HERO}"
    quoted = document.replace("&", "&amp;").replace('"', "&quot;")
    site.pages["/outer"] = f"<!doctype html><title>Out</title><iframe {frame.replace('DOCUMENT', quoted)}></iframe>"
    page.goto(site.url("/outer"))
    inside = page.frames[1]
    inside.wait_for_selector(f"text={shows}", state="attached")
    page.wait_for_load_state("load")


@pytest.mark.parametrize(("refuse", "deadline"), [(True, 60_000), (False, 300)])
def test_a_thousand_slots_without_an_answer_are_the_pages_own_by_the_deadline(
    page: Page, site: FakeSite, complaints: Complaints, refuse: bool, deadline: int
) -> None:
    complaints.expect("ERR_|Failed to load")
    site.slots = [slot(f"slot-{i}", reserve=None) for i in range(1000)]
    site.pages["/"] = "".join(f'<p data-mitate="slot-{i}">{DEFAULT}</p>' for i in range(1000))
    site.refuse, site.deadline = refuse, deadline
    site.gate = None if refuse else threading.Event()
    visit(page, site, ready=False)
    assert sequence(page) == ["default"]
    assert blank_for(page) < (PATIENT if refuse else deadline + 250)
    page.wait_for_function("document.querySelectorAll('[data-mitate-state=default]').length == 1000")


def test_a_slot_in_a_root_of_the_pages_own_is_left_alone(page: Page, site: FakeSite) -> None:
    site.deadline = PATIENT
    site.pages["/"] = f"<div><template shadowrootmode=open>{HERO}</template></div>"
    page.goto(site.url())
    page.wait_for_function(READY)
    page.wait_for_function("mitate.loader.answer")
    assert page.inner_text("h1") == DEFAULT
    assert page.is_visible("h1")


def test_a_slot_that_goes_while_the_answer_is_on_its_way_is_forgotten(page: Page, site: FakeSite) -> None:
    site.deadline = PATIENT
    gate = site.gate = threading.Event()
    page.goto(site.url())
    page.evaluate("window.gone_ = document.querySelector('[data-mitate]'); gone_.remove()")
    gate.set()
    page.wait_for_function("mitate.loader.answer")
    page.wait_for_function(READY)
    assert page.evaluate("mitate.loader.filled.size") == 0
    page.evaluate("document.body.append(gone_)")
    page.wait_for_selector("[data-mitate-state=variant]")
    assert page.inner_text("h1") == VARIANT


def test_a_body_that_is_a_slot_waits_like_any_other(page: Page, site: FakeSite) -> None:
    site.slots = [slot(selector="body", reserve=None)]
    site.deadline = PATIENT
    site.answer = answer({"hero": decision(html=f'<div data-mitate="x">{VARIANT}</div>')})
    visit(page, site)
    assert sequence(page) == ["variant"]
    site.gate, site.deadline = threading.Event(), 300
    page.goto("about:blank")
    visit(page, site, ready=False)
    assert sequence(page) == ["default"]


def test_mistakes_of_the_owners_own_code_stay_its_own(page: Page, site: FakeSite, complaints: Complaints) -> None:
    complaints.expect("a mistake of the page's own")
    site.deadline = PATIENT
    site.head = """<script>
      const fail = () => { throw Error("a mistake of the page's own") };
      for (const type of ["decided", "applied", "late", "exposed", "event", "error", "ready", "tracked"]) mitate.on(type, fail);
      customElements.define("bad-one", class extends HTMLElement { connectedCallback() { fail() } });
      customElements.define("bad-two", class extends HTMLElement { constructor() { fail() } });
    </script>"""
    site.answer = answer(
        {"hero": decision(html=f"<bad-one></bad-one><bad-two></bad-two><h1>{VARIANT}</h1>")}, purposes=["analytics"]
    )
    visit(page, site)
    assert sequence(page) == ["variant"]
    page.evaluate("mitate.track('some'); mitate.loader.flush()")
    site.until(lambda: "track" in [event["type"] for event in site.events])
    site.until(lambda: len(site.exposures) == 1)


def test_without_scripts_the_page_is_the_page(chromium: Browser, complaints: Complaints, site: FakeSite) -> None:
    site.pages["/"] = f"<noscript><p>No scripts</p></noscript>{HERO}"
    with opened(chromium, complaints, java_script_enabled=False) as page:
        page.goto(site.url())
        assert page.is_visible(f"text={DEFAULT}")
        assert page.is_visible("noscript p")


def test_paper_shows_what_the_screen_shows(page: Page, site: FakeSite) -> None:
    site.deadline = PATIENT
    page.emulate_media(media="print")
    visit(page, site)
    assert sequence(page) == ["variant"]


# -- pages that wait, and pages that come back


def test_a_page_out_of_the_browsers_memory_stays_as_it_was_and_is_counted_again(
    complaints: Complaints, site: FakeSite, chromium: Browser
) -> None:
    browser = chromium.browser_type.launch(
        executable_path=shutil.which("chromium"),  # the shell does not always keep a page that was left
        args=ARGUMENTS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    site.deadline = PATIENT
    site.pages["/next"] = "<!doctype html><title>Next</title><p>Next</p>"
    site.answer = answer(purposes=["analytics"])
    try:
        with opened(browser, complaints) as page:
            visit(page, site)
            site.until(lambda: len(site.exposures) == 1)
            page.evaluate("window.alive_ = true; addEventListener('pageshow', event => window.back_ = event.persisted)")
            page.goto(site.url("/next"))
            page.evaluate("history.back()")
            page.wait_for_function("window.back_")
            site.until(lambda: len(site.asked) == 2)
            assert page.evaluate("[alive_, back_]") == [True, True]
            page.wait_for_function("mitate.loader.settled")
            assert sequence(page) == ["variant"]
            assert site.asked[0]["page_view"] != site.asked[1]["page_view"]
            site.until(lambda: len(site.exposures) == 2)
    finally:
        browser.close()


def test_what_stays_on_an_apps_next_page_is_seen_there_too(page: Page, site: FakeSite) -> None:
    site.deadline = PATIENT
    site.answer = answer(purposes=["analytics"])
    visit(page, site)
    site.until(lambda: len(site.exposures) == 1)
    page.evaluate("history.pushState(null, '', '/next')")
    site.until(lambda: len(site.exposures) == 2)
    assert len({str(batch.about["page_view"]) for batch in site.batches if "exposure" in str(batch.events)}) == 2
