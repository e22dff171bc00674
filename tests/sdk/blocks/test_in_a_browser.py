"""What a real browser makes of accepted blocks: the same elements whatever the facts say, and nothing that runs.

Blocks are made at random from pieces that are hard to read, with a fixed seed; only those that the check accepts are
put to the browser, both as a script inserts them and as a parser reads them within a page.
"""

import json
import random
import shutil
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from playwright.sync_api import sync_playwright

from mitate.blocks import compile_block

ELEMENTS = [
    "p",
    "b",
    "a",
    "div",
    "svg",
    "math",
    "style",
    "title",
    "textarea",
    "select",
    "option",
    "table",
    "td",
    "tr",
    "template",
    "form",
    "desc",
    "path",
    "g",
    "text",
    "iframe",
    "video",
    "ul",
    "li",
    "h1",
    "noscript",
    "foreignObject",
    "animate",
    "set",
    "button",
    "br",
    "img",
    "input",
    "hr",
    "meta",
    "link",
]
VOID = ("br", "img", "input", "hr", "meta", "link")
NAMES = [
    "href",
    "src",
    "title",
    "class",
    "xlink:href",
    "action",
    "onclick",
    "style",
    "alt",
    "data-x",
    "id",
    "attributeName",
    "values",
    "to",
    "type",
]
VALUES = [
    "x", "/x", "{{a.b|x}}", "/{{a.b|x}}", "/{{a.b|x}}/y", "?{{a.b|y}}", "https://x.example/{{a.b|x}}", "//x.example",
    "javascript:alert(1)", "java&Tab;script:alert(1)", "&#1;javascript:1", "\x0bjavascript:1", "a&{{a.b|x}}",
    "data:text/html,<script>alert(1)</script>", "/&#9;/{{a.b}}",
]  # fmt: skip
TEXTS = ["{{a.b|x}}", "text", "&amp;", "a < b", " & ", "<!-- c -->", "<!-- <img src=x onerror=alert(1)> -->", "<", "&"]
FACTS = [
    "<script>alert(1)</script>", "</textarea><img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "//evil.example",
    "' onmouseover='alert(1)", "javascript:alert(1)", "/\\evil.example", "\\\\evil.example", "..", "-->", "&#106;", "",
]  # fmt: skip

READ = """blocks => blocks.map(block => {
  const runs = [];
  const shape = (parent) => [...parent.children].map(element => {
    if (element.localName === 'script') runs.push('script');
    for (const {name, value} of element.attributes) {
      if (name.startsWith('on') || name === 'srcdoc') runs.push(name);
      if (['href', 'src', 'action', 'formaction', 'xlink:href'].includes(name)) {
        const url = URL.parse(value, 'https://shoes.example/a/b');
        if (url && !(url.protocol === 'https:' && ['shoes.example', 'x.example'].includes(url.host))) runs.push(value);
      }
    }
    return [element.namespaceURI, element.localName, [...element.attributes].map(({name}) => name),
            shape(element), element.content ? shape(element.content) : []];
  });
  const shapes = block.map(html => {
    const inserted = document.implementation.createHTMLDocument('').createElement('div');
    inserted.innerHTML = html;
    const page = new DOMParser().parseFromString(
      '<!doctype html><body><div id=slot>' + html + '</div><i id=after></i>', 'text/html');
    if (page.getElementById('after')?.parentNode !== page.body) runs.push('the page after the block');
    return JSON.stringify([shape(inserted), shape(page.body)]);
  });
  return {same: shapes[0] === shapes[1], runs};
})"""


class Reading(msgspec.Struct):
    """What a browser makes of a block: the same elements with both contents, and what would run or leave the site."""

    same: bool
    runs: list[str]


def make(draw: random.Random, depth: int = 0) -> str:
    if draw.random() < 0.2:
        return draw.choice(TEXTS)
    if draw.random() < 0.1:
        return f"</{draw.choice(ELEMENTS)}>"
    name = draw.choice(ELEMENTS)
    attributes = ""
    for _ in range(draw.choice([0, 0, 1, 1, 2])):
        quote = draw.choice(["'", '"', ""])
        attributes += f" {draw.choice(NAMES)}={quote}{draw.choice(VALUES)}{quote}"
    inside = "".join(make(draw, depth + 1) for _ in range(draw.choice([0, 1, 1, 2]))) if depth < 4 else ""
    end = "" if name in VOID or draw.random() < 0.1 else f"</{name}>"
    return f"<{name}{attributes}>{inside if name not in VOID else ''}{end}"


def accepted(draw: random.Random, wanted: int) -> list[tuple[str, str]]:
    """Make blocks until enough are accepted; give each with its default texts and with a hostile fact."""
    blocks: list[tuple[str, str]] = []
    while len(blocks) < wanted:
        html = "".join(make(draw) for _ in range(draw.choice([1, 1, 2, 3])))
        block, found = compile_block(html)
        if "<" in html and not any(one.severity == "error" for one in found):
            blocks.append((block.fill({}), block.fill({"a.b": draw.choice(FACTS)})))
    return blocks


def read(chromium: str, blocks: list[tuple[str, str]]) -> list[Reading]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        answer = browser.new_page().evaluate(f"JSON.stringify(({READ})({json.dumps(blocks)}))")
        browser.close()
    return msgspec.json.decode(answer, type=list[Reading])


@pytest.mark.browser
def test_in_a_browser_facts_change_no_element_and_nothing_runs() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    blocks = accepted(random.Random(20261121), 1000)
    # In a thread of its own: one thread can't have two Playwrights, and other tests keep theirs open.
    with ThreadPoolExecutor(1) as thread:
        readings = thread.submit(read, chromium, blocks).result()
    assert len(readings) == 1000
    wrong = [
        (block, reading) for block, reading in zip(blocks, readings, strict=True) if not reading.same or reading.runs
    ]
    assert wrong == []
