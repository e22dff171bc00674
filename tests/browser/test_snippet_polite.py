"""What changes in a page disturbs nobody in it: not who types, reads, listens, tabs through it or wants no motion."""

from __future__ import annotations

import re
import threading
from typing import Literal

import pytest
from playwright.sync_api import Page

from .fake_site import FakeSite, Json, answer, decision, slot

pytestmark = pytest.mark.browser

PATIENT = 5000
"""A deadline that a busy machine keeps, for the tests that are not about it."""

HERO = "[data-mitate=hero]"
READY = "!Array.isArray(mitate.loader)"
FORM = '<form><label>Name <input id="name"></label><button data-mitate-dismiss>Close</button></form>'
DECIDED = "mitate.loader.log.filter(([, type]) => type == 'decided').length"


def load(page: Page, site: FakeSite, *, deadline: int = PATIENT) -> None:
    site.deadline = deadline
    page.goto(site.url())
    page.wait_for_selector("[data-mitate-state]", state="attached")
    page.wait_for_function(READY)


def frames(page: Page) -> None:
    """Let what is due be painted."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


# -- who types


# What was seen of a page changes only with the page around it.
RENDERS = "document.body.append(document.createElement('i'))"

ASKS = {
    "refresh": "mitate.refresh()",
    "consent": "mitate.consent({ personalization: true })",
    "identify": "mitate.identify('a.b.c')",
    "another page of an app": f"history.pushState(null, '', '/next'); {RENDERS}",
    "back out of the browser's memory": f"dispatchEvent(new PageTransitionEvent('pageshow', {{ persisted: true }})); {RENDERS}",
}


@pytest.mark.parametrize("way", ASKS)
def test_who_types_in_a_slot_goes_on_typing_when_there_is_another_answer(page: Page, site: FakeSite, way: str) -> None:
    site.answer = answer({"hero": decision(html=FORM)})
    load(page, site)
    page.focus("#name")
    page.keyboard.type("half a ")
    site.answer = answer({"hero": decision("other", html="Something else")})
    page.evaluate(ASKS[way])
    page.wait_for_function(f"{DECIDED} == 2")
    page.keyboard.type("sentence")
    assert page.input_value("#name") == "half a sentence"


@pytest.mark.parametrize("way", ASKS)
def test_who_types_elsewhere_keeps_focus_caret_and_selection_when_a_slot_changes(
    page: Page, site: FakeSite, way: str
) -> None:
    site.pages["/"] = '<div data-mitate="hero">Own</div><p id="text">Some words</p><input id="field" value="abcdef">'
    load(page, site)
    page.evaluate("""() => {
      const field = document.querySelector("#field");
      field.focus();
      field.setSelectionRange(2, 4);
    }""")
    site.answer = answer({"hero": decision("other", html="Else <input autofocus> <button autofocus>Go</button>")})
    page.evaluate(ASKS[way])
    page.wait_for_selector("text=Else")
    frames(page)
    assert page.evaluate("[document.activeElement.id, field.selectionStart, field.selectionEnd]") == ["field", 2, 4]


@pytest.mark.parametrize("put", ["prepend", "append", "before", "after"])
def test_what_an_extension_puts_beside_a_field_takes_nothing_from_who_types_in_it(
    page: Page, site: FakeSite, put: str
) -> None:
    site.answer = answer({"hero": decision(html=FORM)})
    load(page, site)
    page.focus("#name")
    page.keyboard.type("half a ")
    parent = HERO if put in {"prepend", "append"} else "#name"
    page.evaluate(f"""() => {{
      for (let i = 0; i < 20; i++) document.querySelector("{parent}").{put}(document.createElement("password-manager"));
    }}""")
    frames(page)
    page.keyboard.type("sentence")
    assert page.input_value("#name") == "half a sentence"


def residual(html: str) -> Json:
    """Give what a rule brings once the page tells of "go"."""
    return {"when": {"var": "live.event.go"}, "decisions": {"hero": decision("help", html=html)}}


def test_a_rule_that_comes_true_takes_nothing_from_who_types_in_its_slot(page: Page, site: FakeSite) -> None:
    site.slots = [slot(live=True)]
    site.pages["/"] = f'<div data-mitate="hero">{FORM}</div><div data-mitate="hero">Own</div>'
    site.answer = answer({}, purposes=["personalization"], residuals=[residual("A hint")])
    load(page, site)
    page.wait_for_function("!!mitate.loader.read")
    page.focus("#name")
    page.keyboard.type("half a ")
    page.evaluate("mitate.track('go')")
    page.wait_for_selector("text=A hint")
    page.keyboard.type("sentence")
    assert page.input_value("#name") == "half a sentence"


def test_a_late_answer_takes_nothing_from_who_types(page: Page, site: FakeSite) -> None:
    gate = site.gate = threading.Event()
    site.pages["/"] = f'<div data-mitate="hero">{FORM}</div>'
    page.add_init_script("document.addEventListener('mitate:late', () => window.late_ = true)")
    site.deadline = 50
    page.goto(site.url())
    page.wait_for_selector("[data-mitate-state=default]")
    page.focus("#name")
    page.keyboard.type("half a ")
    gate.set()
    page.wait_for_function("window.late_")
    page.wait_for_function(READY)
    page.keyboard.type("sentence")
    assert page.input_value("#name") == "half a sentence"


def test_who_closes_a_block_by_keyboard_goes_on_from_where_it_stood(page: Page, site: FakeSite) -> None:
    site.pages["/"] = '<a href="#1">Before</a><div data-mitate="hero"></div><a href="#2" id="next">After</a>'
    site.answer = answer({"hero": decision(html=FORM)})
    load(page, site)
    page.focus("[data-mitate-dismiss]")
    page.evaluate("document.querySelector('form').onsubmit = () => false")
    page.keyboard.press("Enter")
    page.wait_for_selector("form", state="detached")
    assert page.evaluate("document.activeElement.dataset.mitate") == "hero"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "next"


# -- who reads


SHIFTS = """
  window.shift_ = 0;
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.shift_ += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
"""

TALL = "<p>A long block.</p>" * 20

# Margins that collapse through the slot move the page's body, though nothing that anybody reads.
STILL = "<style>h1, p { margin: 0 }</style>"


def test_nothing_moves_for_who_reads_when_a_rule_comes_true_around_them(page: Page, site: FakeSite) -> None:
    page.add_init_script(SHIFTS)
    site.head = STILL
    site.slots = [slot(reserve=None)]
    block = '<div data-mitate="hero" style="min-height: 50px">Own</div>'
    gap = '<div style="height: 2000px">Words</div>'
    site.pages["/"] = f'{block}{gap}<p id="read">Read</p>{block}{gap}{block}'
    site.answer = answer({}, purposes=["personalization"], residuals=[residual(TALL)])
    load(page, site)
    page.wait_for_function("!!mitate.loader.read")
    page.evaluate("read.scrollIntoView({ block: 'center' })")
    frames(page)
    before = page.evaluate("shift_ = 0, [scrollY, read.getBoundingClientRect().top]")
    page.evaluate("mitate.track('go')")
    page.wait_for_selector("text=A long block.", state="attached")
    frames(page)
    assert page.evaluate("[scrollY, read.getBoundingClientRect().top]") == before
    assert page.evaluate("[...document.querySelectorAll('[data-mitate]')].map(one => one.children.length)") == [
        0,
        0,
        20,
    ]
    assert page.evaluate("shift_") == 0


@pytest.mark.parametrize("way", ASKS)
def test_who_reads_below_a_slot_that_changes_goes_on_reading(page: Page, site: FakeSite, way: str) -> None:
    page.add_init_script(SHIFTS)
    site.head = STILL
    site.slots = [slot(reserve=None)]
    gap = '<div style="height: 2000px">Words</div>'
    site.pages["/"] = f'<div data-mitate="hero">Own</div>{gap}<p id="read">Read</p>{gap}'
    load(page, site)
    page.evaluate("read.scrollIntoView({ block: 'center' })")
    frames(page)
    before = page.evaluate("shift_ = 0, read.getBoundingClientRect().top")
    site.answer = answer({"hero": decision("other", html=TALL)})
    page.evaluate(ASKS[way])
    page.wait_for_selector("text=A long block.", state="attached")
    frames(page)
    assert abs(page.evaluate("read.getBoundingClientRect().top") - before) < 1
    assert page.evaluate("shift_") == 0


def test_a_page_that_opens_at_its_middle_stays_there_when_what_is_above_is_filled(page: Page, site: FakeSite) -> None:
    page.add_init_script(SHIFTS)
    site.head = STILL
    gate = site.gate = threading.Event()
    gap = '<div style="height: 2000px">Words</div>'
    site.pages["/"] = f'<div data-mitate="hero">Own</div>{gap}<p id="read">Read</p>{gap}'
    site.deadline = PATIENT
    site.answer = answer({"hero": decision(html="<p>Filled</p>")})
    page.goto(site.url("/#read"))
    frames(page)
    before = page.evaluate("read.getBoundingClientRect().top")
    gate.set()
    page.wait_for_selector("text=Filled", state="attached")
    frames(page)
    assert abs(page.evaluate("read.getBoundingClientRect().top") - before) < 1
    assert page.evaluate("shift_") == 0


# -- who wants no motion


@pytest.mark.parametrize("wish", ["reduce", "no-preference"])
def test_nothing_moves_fades_or_grows(page: Page, site: FakeSite, wish: Literal["reduce", "no-preference"]) -> None:
    page.emulate_media(reduced_motion=wish)
    gate = site.gate = threading.Event()
    site.deadline = PATIENT
    page.goto(site.url())
    page.wait_for_selector(HERO, state="attached")
    hides: list[list[dict[str, str]]] = page.evaluate(
        "document.getAnimations().map(one => one.effect.getKeyframes().map(({ visibility, opacity }) => ({ visibility, opacity })))"
    )
    assert hides == [[{"visibility": "hidden", "opacity": "0"}] * 2] * 2
    properties = page.evaluate(
        "Object.keys(document.getAnimations()[0].effect.getKeyframes()[0]).filter(key => !/offset|easing|composite/i.test(key))"
    )
    assert sorted(properties) == ["opacity", "visibility"]
    gate.set()
    page.wait_for_selector("[data-mitate-state=variant]")
    assert page.evaluate("document.getAnimations().length") == 0
    page.evaluate("mitate.refresh()")
    page.wait_for_function(f"{DECIDED} == 2")
    assert page.evaluate("document.getAnimations().length") == 0


# -- who listens, and who tabs


BLOCK = (
    '<h2>For nurses</h2><p>Light <a href="#a">shoes</a> and <button>a button</button></p>'
    '<ul><li>One</li><li><a href="#b">Two</a></li></ul><img alt="A shoe" src="data:,"><label>Size <input></label>'
)
OWN = '<h2>Own</h2><p>Own <a href="#c">link</a></p>'
PAGE = '<a href="#0">First</a><main><div data-mitate="hero">{}</div></main><a href="#9" id="last">Last</a>'


def spoken(page: Page) -> str:
    return page.locator("html:not([data-mitate-twin]) > body").aria_snapshot()


def tabbed(page: Page) -> list[str]:
    """Give what the Tab key reaches, in its order."""
    reached: list[str] = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(
            str(
                page.evaluate("""() => {
          let { activeElement } = document;
          while (activeElement.shadowRoot && activeElement.shadowRoot.activeElement) activeElement = activeElement.shadowRoot.activeElement;
          return activeElement.outerHTML.replace(/>.*/, '>');
        }""")
            )
        )
        if 'id="last"' in reached[-1]:
            break
    return reached


@pytest.mark.parametrize("shadow", [False, True])
def test_a_filled_slot_is_told_and_reached_like_a_page_that_has_the_variant_in_its_html(
    page: Page, site: FakeSite, shadow: bool
) -> None:
    site.pages["/plain"] = f"<!doctype html><html lang=en><title>Shoes</title>{PAGE.format(BLOCK)}"
    site.pages["/"] = PAGE.format(OWN)
    site.slots = [slot(shadow=True)] if shadow else [slot()]
    site.answer = answer({"hero": decision(html=BLOCK)})
    page.goto(site.url("/plain"))
    wanted, order = spoken(page), tabbed(page)
    site.deadline = PATIENT
    page.goto(site.url())
    page.wait_for_selector("text=For nurses")
    page.wait_for_function(READY)
    assert spoken(page) == wanted
    assert tabbed(page) == order


def test_only_the_mark_is_new_in_what_the_page_says_of_itself(page: Page, site: FakeSite) -> None:
    site.pages["/"] = PAGE.format(OWN)
    site.answer = answer({"hero": decision(html=BLOCK)})
    load(page, site)
    after = page.inner_html("body")
    assert after == PAGE.format(BLOCK).replace('"hero"', '"hero" data-mitate-state="variant"')
    page.evaluate("mitate.track('some'); mitate.refresh()")
    page.wait_for_function(f"{DECIDED} == 2")
    assert page.inner_html("body") == after
    assert page.evaluate("document.querySelectorAll('[aria-live], [role], output').length") == 0


def test_what_is_hidden_is_not_told_before_it_is_shown(page: Page, site: FakeSite) -> None:
    site.gate = threading.Event()
    site.deadline = PATIENT
    site.pages["/"] = PAGE.format(OWN)
    page.goto(site.url())
    page.wait_for_selector("#last")
    assert "Own" not in spoken(page)
    assert tabbed(page) == ['<a href="#0">', '<a href="#9" id="last">']
    page.wait_for_selector("[data-mitate-state=default]")
    assert re.findall(r"Own|link \"link\"", spoken(page))[:1] == ["Own"]
    page.evaluate("document.activeElement.blur()")
    page.focus("a")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hash") == "#c"
