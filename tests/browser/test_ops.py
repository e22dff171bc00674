"""What ops.js does to a page's elements: each change once, undone exactly, and nobody's focus lost."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import cast

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

OPS = (files("mitate_server") / "static" / "ops.js").read_text("utf-8")
HARNESS = """(() => {
  const ids = new WeakMap(), undos = [];
  let next = 0;
  const id = (node) => (ids.has(node) || ids.set(node, ++next), ids.get(node));
  const policy = window.trustedTypes ? trustedTypes.createPolicy("mitate", {createHTML: (text) => text})
    : {createHTML: (text) => text};
  // Everything that can be seen of a node and its children; attributes in no order, since they have none.
  const picture = (node) => [
    id(node), node.nodeName, node.nodeValue,
    node.attributes ? [...node.attributes].map(({name, value}) => [name, name == "style" ? node.style.cssText : value]).sort() : [],
    node.classList ? [...node.classList] : [], node.value, node.checked, node.scrollLeft,
    [...node.childNodes].map(picture),
  ];
  window.test = {
    picture: () => JSON.stringify(picture(document.body)),
    apply: (kind, value, selector = "#slot") => undos.push(
      ops(kind, document.querySelector(selector), value, (html) => policy.createHTML(html))) - 1,
    undo: (place = undos.length - 1) => undos[place](),
    held: (place = undos.length - 1) => undos[place].held(),
    again: (place = undos.length - 1) => undos[place].again(),
    skipped: (place = undos.length - 1) => undos[place].skipped,
    order: (selector = "#slot .item") => [...document.querySelectorAll(selector)].map((item) => item.id).join(" "),
  };
})()"""

BODY = """
<p id="above">above</p>
<section id="slot" class="a b" data-x="1">
  <!-- a comment -->
  <h1 id="title" class="big" title="old">Our <em>shoes</em></h1>
  <p class="price" style="color: blue; margin-left: 3px">8,900</p>
  <p class="price new" style="--gap: 1px">9,800</p>
  <picture><source srcset="wide.png"><img id="photo" src="data:,a" srcset="data:,b" alt="old"></picture>
  <ul id="list"><li id="one">1</li><li id="two"><input id="field" value="typed"></li><li id="three">3</li></ul>
  <button id="go" type="button">Go</button>
</section>
<p id="below">below</p>
"""
"""A slot as pages have them: comments, white space, inline styles, fields."""

Operation = Mapping[str, object]
Start = Callable[..., Page]


@pytest.fixture
def start(page: Page) -> Start:
    """Give a page with this body, under a policy where one is named."""

    def begin(body: str = BODY, policy: str | None = None) -> Page:
        headers = {"Content-Type": "text/html"} | ({} if policy is None else {"Content-Security-Policy": policy})
        text = f'<!doctype html><meta charset="utf-8"><title>shop</title><body>{body}</body>'
        page.route("http://127.0.0.1:9/**", lambda route: route.fulfill(body=text, headers=headers))
        page.goto("http://127.0.0.1:9/")
        page.evaluate(f"window.ops = {OPS}; {HARNESS}")
        page.evaluate("document.querySelector('#field') && (document.querySelector('#field').value = 'by hand')")
        return page

    return begin


def apply(page: Page, *operations: Operation) -> None:
    page.evaluate("operations => { test.apply('operations', operations) }", list(operations))


def look(page: Page) -> str:
    return cast(str, page.evaluate("test.picture()"))


def html(page: Page, selector: str) -> str:
    return cast(str, page.evaluate("one => document.querySelector(one).outerHTML", selector))


EACH: Sequence[tuple[Operation, str, str]] = [
    ({"select": "h1", "html": "<b>new</b>"}, "#title", '<h1 id="title" class="big" title="old"><b>new</b></h1>'),
    ({"select": "h1", "html": ""}, "#title", '<h1 id="title" class="big" title="old"></h1>'),
    ({"select": "h1", "text": "<b>"}, "#title", '<h1 id="title" class="big" title="old">&lt;b&gt;</h1>'),
    (
        {"select": "h1", "attributes": {"title": "new", "lang": "en"}},
        "#title",
        '<h1 id="title" class="big" title="new" lang="en">Our <em>shoes</em></h1>',
    ),
    (
        {"select": "h1", "classes": {"add": ["big", "x", "y"]}},
        "#title",
        '<h1 id="title" class="big x y" title="old">Our <em>shoes</em></h1>',
    ),
    (
        {"select": "h1", "classes": {"remove": ["big", "none"]}},
        "#title",
        '<h1 id="title" class="" title="old">Our <em>shoes</em></h1>',
    ),
    (
        {"select": ".price", "styles": {"margin": "1px", "--x": "2"}},
        ".price",
        '<p class="price" style="color: blue; margin: 1px; --x: 2;">8,900</p>',
    ),
    (
        {"select": ".price", "styles": {"color": "red !important"}},
        ".price.new",
        '<p class="price new" style="--gap: 1px; color: red !important;">9,800</p>',
    ),
    (
        {"select": "#list", "styles": {"columns": "2"}},
        "#two",
        '<li id="two"><input id="field" value="typed"></li>',
    ),
    (
        {"select": "#photo", "image": {"src": "data:,c", "alt": "new"}},
        "picture",
        '<picture><source><img id="photo" src="data:,c" alt="new"></picture>',
    ),
    (
        {"select": "#photo", "image": {"srcset": "data:,d 2x", "sizes": "9px"}},
        "#photo",
        '<img id="photo" src="data:,a" srcset="data:,d 2x" alt="old" sizes="9px">',
    ),
    ({"select": "#one", "before": "<li>0</li>"}, "#list li", "<li>0</li>"),
    ({"select": "#one", "after": "<li>1.5</li>"}, "#list li:nth-child(2)", "<li>1.5</li>"),
    ({"select": "#list", "prepend": "<li>0</li>"}, "#list li", "<li>0</li>"),
    ({"select": "#list", "append": "<li>4</li>"}, "#list li:nth-child(4)", "<li>4</li>"),
    ({"append": "<i>end</i>"}, "#slot > :last-child", "<i>end</i>"),
    ({"prepend": "<i>start</i>"}, "#slot > :first-child", "<i>start</i>"),
    ({"select": "#three", "move": {"before": "#one"}}, "#list li", '<li id="three">3</li>'),
    ({"select": "#one", "move": {"after": "#three"}}, "#list li:last-child", '<li id="one">1</li>'),
    ({"select": "#three", "move": {"prepend": "#list"}}, "#list li", '<li id="three">3</li>'),
    ({"select": "#one", "move": {"append": "#list"}}, "#list li:last-child", '<li id="one">1</li>'),
    ({"select": "#one", "remove": True}, "#list li", '<li id="two"><input id="field" value="typed"></li>'),
    ({"select": "#one", "hide": True}, "#one", '<li id="one" style="display: none !important;">1</li>'),
    ({"html": "<b>all</b>"}, "#slot", '<section id="slot" class="a b" data-x="1"><b>all</b></section>'),
    ({"classes": {"add": ["c"], "remove": ["a"]}, "select": ""}, "#slot.b.c:not(.a) #one", '<li id="one">1</li>'),
]


@pytest.mark.parametrize(("operation", "selector", "expected"), EACH)
def test_an_operation_does_what_it_says_and_is_undone_to_the_last_node(
    start: Start, operation: Operation, selector: str, expected: str
) -> None:
    page = start()
    before = look(page)
    apply(page, operation)
    assert html(page, selector) == expected
    assert page.evaluate("[test.held(), test.skipped()]") == [True, []]
    assert look(page) != before
    page.evaluate("test.undo()")
    assert look(page) == before
    page.evaluate("test.undo()")
    assert look(page) == before


@pytest.mark.parametrize(("operation", "selector", "expected"), EACH)
def test_twice_is_once(start: Start, operation: Operation, selector: str, expected: str) -> None:
    page = start()
    before = look(page)
    apply(page, operation)
    apply(page, operation)
    assert html(page, selector) == expected
    page.evaluate("test.undo(0)")
    assert html(page, selector) == expected
    page.evaluate("test.again()")
    assert html(page, selector) == expected
    page.evaluate("test.undo()")
    assert look(page) == before
