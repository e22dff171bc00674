"""What ops.js does to a page's elements: each change once, undone exactly, and nobody's focus lost."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from typing import cast

import pytest
from playwright.sync_api import Browser, Page

from mitate.blocks import compile_operations

from .chromium import Complaints, opened

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
      ops(document.querySelector(selector), { [kind]: value }, (html) => policy.createHTML(html), true)) - 1,
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
  <picture><source srcset="wide.png"><img id="photo" src="data:image/gif,a" srcset="data:image/gif,b" alt="old"></picture>
  <ul id="list"><li id="one">1</li><li id="two"><input id="field" value="typed"></li><li id="three">3</li></ul>
  <button id="go" type="button">Go</button>
</section>
<p id="below">below</p>
"""
"""A slot as pages have them: comments, white space, inline styles, fields."""

Operation = Mapping[str, object]
Start = Callable[..., Page]


@pytest.fixture(scope="module")
def tab(chromium: Browser) -> Iterator[tuple[Page, Complaints]]:
    """One page for all tests here, which load it anew."""
    complaints = Complaints()
    with opened(chromium, complaints) as page:
        yield page, complaints


@pytest.fixture
def start(tab: tuple[Page, Complaints]) -> Iterator[Start]:
    """Give a page with this body, under a policy where one is named. Nothing it complains of is tolerated."""
    page, complaints = tab
    del complaints.found[:]
    address = "http://127.0.0.1:8801/"

    def begin(body: str = BODY, policy: str | None = None) -> Page:
        headers = {"Content-Type": "text/html"} | ({} if policy is None else {"Content-Security-Policy": policy})
        text = f'<!doctype html><meta charset="utf-8"><title>shop</title><body>{body}</body>'
        page.unroute_all()
        page.route(f"{address}**", lambda route: route.fulfill(body=text, headers=headers))
        page.goto(address)
        page.evaluate(f"window.ops = {OPS}; {HARNESS}")
        page.evaluate("document.querySelector('#field') && (document.querySelector('#field').value = 'by hand')")
        return page

    yield begin
    assert complaints.unexpected() == []


def apply(page: Page, *operations: Operation) -> None:
    """Apply operations as a document has them, by the way of the server."""
    filling, found = compile_operations(operations)
    assert [one for one in found if one.severity == "error"] == []
    page.evaluate("operations => { test.apply('operations', operations) }", filling.fill({}))


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
        {"select": "#photo", "image": {"src": "data:image/gif,c", "alt": "new"}},
        "picture",
        '<picture><source><img id="photo" src="data:image/gif,c" alt="new"></picture>',
    ),
    (
        {"select": "#photo", "image": {"srcset": "/d.gif 2x", "sizes": "9px"}},
        "#photo",
        '<img id="photo" src="data:image/gif,a" srcset="/d.gif 2x" alt="old" sizes="9px">',
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
    ({"classes": {"add": ["c"], "remove": ["a"]}}, "#slot.b.c:not(.a) #one", '<li id="one">1</li>'),
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


# -- many at once


def drawn(chance: random.Random) -> dict[str, object]:
    """Draw an operation of any kind on any elements of the body."""
    selectors = ["h1", ".price", "#photo", "li", "#list", "#two", "p", "button", "em", "*"]
    select, to = chance.choice(selectors), chance.choice(selectors)
    where = chance.choice(["before", "after", "prepend", "append"])
    value: object
    name, value = chance.choice(
        [
            ("html", "<i class=price>html</i> and <b>more</b>"),
            ("html", ""),
            ("text", "text"),
            ("attributes", {"title": "t", "class": "price x"}),
            ("classes", {"add": ["x", "price"], "remove": ["new", "a"]}),
            ("styles", {"margin": "2px", "color": "red !important", "display": "block"}),
            ("image", {"src": "/n.gif", "alt": "n"}),
            (where, "<li class=price>new</li>"),
            ("move", {where: to}),
            ("remove", True),
            ("hide", True),
        ]
    )
    return {"select": select, name: value}


@pytest.mark.parametrize("seed", range(12))
def test_any_operations_one_after_the_other_are_undone_to_the_last_node(start: Start, seed: int) -> None:
    chance = random.Random(seed)
    page = start()
    before = look(page)
    for _ in range(8):
        apply(page, *[drawn(chance) for _ in range(chance.randint(1, 8))])
        once = re.sub(r"\[\d+,", "[", look(page))
        assert page.evaluate("test.held()") is True
        page.evaluate("test.again()")
        assert re.sub(r"\[\d+,", "[", look(page)) == once
        page.evaluate("test.undo()")
        assert look(page) == before


# -- what the page does meanwhile


def test_what_the_page_changes_meanwhile_stays_when_the_rest_is_undone(start: Start) -> None:
    page = start()
    apply(
        page,
        {"select": "h1", "attributes": {"title": "ours"}},
        {"select": "h1", "classes": {"add": ["ours"], "remove": ["big"]}},
        {"select": "h1", "styles": {"color": "red", "margin": "1px"}},
    )
    page.evaluate("""() => {
      const one = document.querySelector("h1");
      one.title = "theirs";
      one.classList.add("theirs");
      one.style.padding = "2px";
      one.style.color = "green";
    }""")
    page.evaluate("test.undo()")
    assert html(page, "h1") == (
        '<h1 id="title" class="theirs big" title="theirs" style="color: green; padding: 2px;">Our <em>shoes</em></h1>'
    )


def test_what_was_taken_out_of_a_block_stays_out_and_what_came_back_is_seen(start: Start) -> None:
    page = start()
    apply(page, {"select": "h1", "html": "<b>a</b><i>b</i>"}, {"append": "<aside>c</aside>"})
    page.evaluate("document.querySelector('aside').remove()")
    page.evaluate("document.querySelector('h1 b').remove()")
    assert page.evaluate("test.held()") is True
    page.evaluate("document.querySelector('h1').textContent = 'theirs'")
    assert page.evaluate("test.held()") is False
    page.evaluate("test.undo()")
    assert html(page, "h1") == '<h1 id="title" class="big" title="old">theirs</h1>'


@pytest.mark.parametrize(
    "theirs",
    [
        "document.querySelector('h1').title = 'theirs'",
        "document.querySelector('h1').className = 'theirs'",
        "document.querySelector('h1').removeAttribute('style')",
        "document.querySelector('h1').replaceWith(document.createElement('h1'))",
        "document.querySelector('#slot').append(document.createElement('h1'))",
        "document.querySelector('#list').replaceChildren()",
        "document.querySelector('#list').prepend(document.querySelector('#three'))",
        "document.querySelector('#slot').append(document.querySelector('#one'))",
    ],
)
def test_it_is_seen_that_a_change_no_longer_stands_and_done_again(start: Start, theirs: str) -> None:
    page = start()
    apply(
        page,
        {"select": "h1", "attributes": {"title": "ours"}},
        {"select": "h1", "classes": {"add": ["ours"]}},
        {"select": "h1", "styles": {"color": "red"}},
        {"select": "#one", "move": {"append": "#list"}},
        {"select": "#list li", "text": "item"},
    )
    assert page.evaluate("test.held()") is True
    page.evaluate(theirs)
    assert page.evaluate("test.held()") is ("prepend" in theirs and None)
    page.evaluate("test.again()")
    assert page.evaluate("test.held()") is True
    assert page.evaluate("[...document.querySelectorAll('h1')].every((one) => one.title == 'ours')") is True
