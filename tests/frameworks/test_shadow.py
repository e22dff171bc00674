"""A block in a shadow root looks as if it stood in the page, and leaves what is the page's alone."""

from __future__ import annotations

import json
import threading

import pytest
from playwright.sync_api import Page, Route, expect

from ..browser.chromium import Complaints  # noqa: TID252
from ..browser.fake_site import DEFAULT, VARIANT, VISITOR, FakeSite, Json, answer, decision  # noqa: TID252
from .conftest import HERE

pytestmark = pytest.mark.browser

HERO = f'<main id="top" class="page"><section class="hero" data-mitate="hero"><h2>{DEFAULT}</h2></section></main>'
STRICT = (
    "default-src 'self'; script-src 'nonce-abc' 'strict-dynamic'; style-src 'self';"
    " require-trusted-types-for 'script'; trusted-types mitate"
)


def shown(page: Page, site: FakeSite, body: str = HERO, hero: Json | None = None) -> None:
    """Show a page whose hero has a block, once that is there and everything has loaded that looks after it."""
    site.pages["/"] = body
    site.answer = answer({"hero": hero} if hero else None)
    page.add_init_script(path=HERE / "seen.js")
    page.goto(site.url())
    page.wait_for_function("customElements.get('mitate-slot') && mitate.loader.filled && mitate.loader.filled.size")


def style(page: Page, name: str, selector: str = "h1") -> object:
    """Give what the browser computed for an element of the block."""
    return page.evaluate(
        "([selector, name]) => getComputedStyle([...mitate.loader.filled.keys()][0].shadowRoot.querySelector(selector))[name]",
        [selector, name],
    )


@pytest.mark.parametrize(
    "selector",
    [
        "h1",
        ".hero h1",
        ".hero > h1",
        "#top .hero h1",
        "html body .page > .hero > h1",
        "[lang=en] h1",
        "main section h1",
    ],
)
def test_the_page_s_styles_reach_in_by_what_stands_around(page: Page, site: FakeSite, selector: str) -> None:
    site.head = f"<style>{selector} {{ color: rgb(1, 2, 3) }}</style>"
    shown(page, site)
    assert style(page, "color") == "rgb(1, 2, 3)"


def test_what_stands_around_is_told_again_without_a_box_or_a_picture_of_its_own(page: Page, site: FakeSite) -> None:
    site.head = """<style>
      .hero { padding: 10px; font-size: 2em; border: 1px solid; opacity: .5; display: flex !important }
      .hero::before { content: "again"; position: absolute }
      html { font-size: 10px }
    </style>"""
    shown(page, site)
    assert style(page, "display", "[data-mitate-twin].hero") == "contents"
    assert page.evaluate(
        "getComputedStyle(document.querySelector('.hero').shadowRoot.querySelector('.hero'), '::before').content"
    ) == "none"  # fmt: skip
    assert style(page, "fontSize", "[data-mitate-twin].hero") == "20px"
    assert page.evaluate(
        "document.querySelector('.hero').shadowRoot.querySelector('h1').getBoundingClientRect().x"
    ) == (page.evaluate("document.querySelector('.hero').getBoundingClientRect().x + 11"))


def test_nothing_is_set_on_the_slot_s_element(page: Page, site: FakeSite) -> None:
    shown(page, site)
    names = page.evaluate("document.querySelector('.hero').getAttributeNames()")
    assert names == ["class", "data-mitate"]
    assert page.evaluate("seen()") == VARIANT


def test_a_holdout_s_slot_is_shown_at_once_too(page: Page, site: FakeSite) -> None:
    shown(page, site, hero=decision(reason="HOLDOUT", variant=None))
    assert page.evaluate("getComputedStyle(document.querySelector('.hero')).visibility") == "visible"
    assert page.evaluate("seen()") == DEFAULT
    assert page.evaluate("document.querySelector('.hero').getAttributeNames()") == ["class", "data-mitate"]


def test_a_sheet_that_comes_later_reaches_in_and_goes_again(page: Page, site: FakeSite) -> None:
    shown(page, site)
    page.evaluate(
        "const one = document.head.appendChild(document.createElement('style')); one.id = 'late';"
        "one.textContent = '.hero h1 { color: rgb(4, 5, 6) }'"
    )
    page.wait_for_function(
        "getComputedStyle(document.querySelector('.hero').shadowRoot.querySelector('h1')).color === 'rgb(4, 5, 6)'"
    )
    page.evaluate("document.getElementById('late').remove()")
    page.wait_for_function(
        "getComputedStyle(document.querySelector('.hero').shadowRoot.querySelector('h1')).color === 'rgb(0, 0, 0)'"
    )


def test_a_class_that_turns_the_page_dark_turns_the_block_dark(page: Page, site: FakeSite) -> None:
    site.head = "<style>.dark h1 { color: rgb(7, 8, 9) } [data-theme=red] h1 { color: rgb(9, 0, 0) }</style>"
    shown(page, site)
    page.evaluate("document.documentElement.className = 'dark'")
    page.wait_for_function(
        "getComputedStyle(document.querySelector('.hero').shadowRoot.querySelector('h1')).color === 'rgb(7, 8, 9)'"
    )
    page.evaluate("document.documentElement.removeAttribute('class'); document.body.dataset.theme = 'red'")
    page.wait_for_function(
        "getComputedStyle(document.querySelector('.hero').shadowRoot.querySelector('h1')).color === 'rgb(9, 0, 0)'"
    )
    page.evaluate("delete document.body.dataset.theme")
    page.wait_for_function(
        "getComputedStyle(document.querySelector('.hero').shadowRoot.querySelector('h1')).color === 'rgb(0, 0, 0)'"
    )


def test_sheets_are_copied_once_for_all_slots_with_their_media_imports_and_addresses(
    page: Page, site: FakeSite
) -> None:
    def sheet(route: Route) -> None:
        css = {
            "page.css": "@import 'base.css'; @media print { h1 { color: red } } .hero h1 { background: url(pic.png) }",
            "base.css": "h1 { color: rgb(3, 2, 1) }",
            "print.css": "h1 { color: rgb(9, 9, 9) }",
        }[route.request.url.rsplit("/", 1)[1]]
        route.fulfill(body=css, content_type="text/css")

    page.route("**/css/*.css", sheet)
    site.head = "<link rel=stylesheet href=/css/page.css><link rel=stylesheet href=/css/print.css media=print>"
    shown(page, site, HERO + HERO)
    page.wait_for_function("mitate.loader.filled.size === 2")
    assert style(page, "color") == "rgb(3, 2, 1)"
    assert style(page, "backgroundImage") == f'url("{site.origin}/css/pic.png")'
    assert page.evaluate(
        "(() => { const [a, b] = [...mitate.loader.filled.keys()].map(one => one.shadowRoot.adoptedStyleSheets);"
        " return a.length > 2 && a.length === b.length && a.every((sheet, at) => sheet === b[at]) })()"
    )


def test_a_sheet_of_another_origin_that_cannot_be_read_is_linked(page: Page, site: FakeSite) -> None:
    with FakeSite() as other:
        page.route(
            f"{other.origin}/*.css",
            lambda route: route.fulfill(body="h1 { color: rgb(5, 5, 5) }", content_type="text/css"),
        )
        site.head = f'<link rel="stylesheet" href="{other.origin}/shared.css">'
        shown(page, site)
        page.wait_for_function(
            "getComputedStyle(document.querySelector('.hero').shadowRoot.querySelector('h1')).color === 'rgb(5, 5, 5)'"
        )
        assert page.evaluate("document.querySelector('.hero').shadowRoot.querySelectorAll('link').length") == 1


def test_the_strictest_policy_allows_all_of_it(page: Page, site: FakeSite, complaints: Complaints) -> None:
    site.nonce = "abc"
    site.headers = {"Content-Security-Policy": STRICT}
    page.route(
        "**/page.css", lambda route: route.fulfill(body=".hero h1 { color: rgb(1, 2, 3) }", content_type="text/css")
    )
    site.head = "<link rel=stylesheet href=/page.css>"
    site.pages["/"] = '<mitate-slot class="hero" name="hero" reserve="400px">Own</mitate-slot>'
    # The policy forbids what a browser test waits by, too: so the page itself says when all of it has come.
    with page.expect_response("**/element.js"):
        page.goto(site.url())
    expect(page.get_by_text(VARIANT)).to_be_visible()
    page.evaluate("customElements.whenDefined('mitate-slot').then(() => undefined)")
    expect(page.get_by_text(VARIANT)).to_have_css("color", "rgb(1, 2, 3)")
    assert complaints.found == []


def test_a_block_goes_with_the_content_it_stood_for_and_comes_back_with_it(page: Page, site: FakeSite) -> None:
    shown(page, site)
    page.evaluate("window.own = document.querySelector('.hero > h2'); own.remove()")
    page.wait_for_function("seen() === ''")
    page.evaluate("document.querySelector('.hero').append(' ', document.createComment('v-if'))")
    page.wait_for_function("seen() === ''")
    page.evaluate("document.querySelector('.hero').append(own)")
    page.wait_for_function(f'seen() === "{VARIANT}"')


def test_a_slot_that_was_empty_from_the_start_shows_its_block(page: Page, site: FakeSite) -> None:
    shown(page, site, '<section class="hero" data-mitate="hero">\n</section>')
    page.wait_for_function(f'seen() === "{VARIANT}"')
    page.evaluate("document.querySelector('.hero').append('now')")
    page.evaluate("document.querySelector('.hero').replaceChildren()")
    page.wait_for_function("seen() === ''")


def test_another_answer_puts_the_page_s_own_content_back(page: Page, site: FakeSite) -> None:
    shown(page, site)
    site.answer = answer({"hero": decision(reason="DISABLED", variant=None)})
    page.evaluate("mitate.refresh()")
    page.wait_for_function("words => seen() === words", arg=DEFAULT)
    site.answer = answer({"hero": decision(text="Only text")})
    page.evaluate("mitate.refresh()")
    page.wait_for_function("seen() === 'Only text'")


@pytest.mark.parametrize(
    "body",
    [
        f'<a class="hero" data-mitate="hero" href="/">{DEFAULT}</a>',
        f'<page-card class="hero" data-mitate="hero">{DEFAULT}</page-card>'
        '<script nonce="abc">customElements.define("page-card", class extends HTMLElement {'
        'constructor() { super(); this.attachShadow({mode: "open"}).innerHTML = "<slot></slot>" } })</script>',
    ],
    ids=["an element that can't have a root", "an element with a root of its own"],
)
def test_an_element_that_cannot_take_a_root_stays_as_it_is_and_says_so(page: Page, site: FakeSite, body: str) -> None:
    gate = site.gate = threading.Event()
    site.pages["/"] = body
    page.add_init_script(path=HERE / "seen.js")
    page.goto(site.url())
    page.evaluate(
        "window.errors = []; document.addEventListener('mitate:error', ({detail}) => errors.push(`${detail.code} ${detail.slot}`))"
    )
    gate.set()
    page.wait_for_function("document.querySelector('.hero').hasAttribute('data-mitate-state')")
    assert page.evaluate("seen()") == DEFAULT
    assert page.evaluate("errors")[0] == "content hero"


def test_the_element_reserves_its_height_and_is_a_block(page: Page, site: FakeSite) -> None:
    body = (HERE / "apps" / "plain" / "page.html").read_text("utf-8")
    shown(page, site, f'{body}<mitate-slot name="other" reserve="123px"></mitate-slot>')
    assert page.evaluate("seen()") == VARIANT
    assert page.evaluate("document.querySelector('[name=hero]').offsetHeight") == 300
    assert page.evaluate("document.querySelector('[name=other]').offsetHeight") == 123
    page.evaluate("document.querySelector('[name=other]').setAttribute('reserve', '2em;} body {display: none')")
    assert page.evaluate("document.querySelector('[name=other]').offsetHeight") == 0
    assert page.evaluate("getComputedStyle(document.body).display") == "block"


def test_a_tag_from_before_the_slot_was_a_framework_s_fills_it_as_soon_as_it_can(page: Page, site: FakeSite) -> None:
    newer = [{**site.slots[0], "reserve": "300px"}]
    site.slots = [{key: value for key, value in site.slots[0].items() if key != "shadow"}]
    site.slots[0]["selector"] = ".elsewhere"
    site.table = {"hash": "old"}
    table = {"site": "shoes", "endpoint": "", "deadline": 25000, "hash": "new", "of": "old", "slots": newer}
    kept = json.dumps(json.dumps({"answers": {}, "table": table}))
    page.add_init_script(f"localStorage.mitate = {kept}")
    site.pages["/"] = HERO
    page.context.add_cookies([{"name": "mitate_id", "value": VISITOR, "url": site.origin}])
    site.answer = answer(purposes=["personalization"], visitor=VISITOR)
    page.add_init_script(path=HERE / "seen.js")
    page.goto(site.url())
    page.wait_for_function("words => seen() === words", arg=VARIANT)
    assert page.evaluate("document.querySelector('.hero').shadowRoot !== null")
