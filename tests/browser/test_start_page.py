"""The start page and the starter's sample page, in a real browser: from `mitate init` to a personalized slot."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from .chromium import Complaints, opened

pytestmark = pytest.mark.browser

# Headless Chromium calls itself a robot, and robots see the page's own content.
SOMEONE = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A fresh starter folder."""
    words = ["init", "shop", "--yes", "--lang", "en", "--timezone", "Asia/Tokyo"]
    subprocess.run([sys.executable, "-m", "mitate_server", *words], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    return tmp_path / "shop"


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """The address of `mitate serve` over it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MITATE_")}
    program = [sys.executable, "-m", "mitate_server", "serve", str(folder), "--port", "0"]
    process = subprocess.Popen(program, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stderr is not None
    try:
        found = re.search(r"Start page: (http://\S+)", process.stderr.readline())
        assert found is not None
        yield found.group(1)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


@pytest.fixture
def visitor(chromium: Browser, complaints: Complaints) -> Iterator[Page]:
    """A person's page, which may use the clipboard."""
    with opened(
        chromium, complaints, user_agent=SOMEONE, locale="en-GB", permissions=["clipboard-read", "clipboard-write"]
    ) as page:
        yield page


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """Give what axe finds against WCAG: the rule and the elements."""
    source = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    page.evaluate(source)
    found = page.evaluate(
        "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target.join())]))"
    )
    return [(str(rule), [str(target) for target in targets]) for rule, targets in found]


def test_the_tag_to_paste_can_be_copied(visitor: Page, address: str) -> None:
    visitor.goto(address)
    expect(visitor.get_by_role("heading", level=1)).to_have_text("mitate is running")
    visitor.get_by_role("button", name="Copy").first.click()
    expect(visitor.get_by_role("button", name="Copied")).to_be_visible()
    tag = visitor.evaluate("navigator.clipboard.readText()")
    assert tag.startswith("<script>(")
    assert tag.endswith("</script>")
    assert f'"endpoint":"{address.rstrip("/")}"' in tag


def test_an_error_appears_by_itself_with_its_place_and_goes_when_corrected(
    visitor: Page, address: str, folder: Path
) -> None:
    visitor.goto(address)
    expect(visitor.get_by_text("Serving", exact=True)).to_be_visible()
    document = folder / "site.json"
    good = document.read_text("utf-8")
    document.write_text(good.replace("campaign.source", "campaign.sauce"), "utf-8")
    expect(visitor.get_by_text("Last good version is serving")).to_be_visible(timeout=20_000)
    line = next(number for number, text in enumerate(good.splitlines(), 1) if "campaign.source" in text)
    expect(visitor.get_by_text(re.compile(rf"site\.json:{line}:\d+"))).to_be_visible()
    expect(visitor.get_by_text('did you mean "campaign.source"?')).to_be_visible()
    document.write_text(good, "utf-8")
    expect(visitor.get_by_text("Serving", exact=True)).to_be_visible(timeout=20_000)
    expect(visitor.get_by_text("Last good version is serving")).to_have_count(0)


def test_from_the_start_page_to_a_personalized_slot(visitor: Page, address: str) -> None:
    visitor.goto(address)
    with visitor.expect_popup() as popup:
        visitor.get_by_role("link", name="Open the sample page").click()
    sample = popup.value
    sample.get_by_role("link", name="Come from the newsletter").click()
    expect(sample.get_by_role("heading", level=1)).to_have_text("What the newsletter promised, right here.")
    expect(sample.locator('[data-mitate="hero"]')).to_have_attribute("data-mitate-state", "variant")
    expect(visitor.get_by_text("Matched its conditions")).to_be_visible(timeout=20_000)


@pytest.mark.parametrize(
    ("language", "name", "bar"),
    [("en", "Open with the preview panel", "Preview"), ("ja", "プレビューパネル付きで開く", "プレビュー")],
)
def test_the_start_page_opens_the_sample_with_the_preview_panel(
    visitor: Page, address: str, language: str, name: str, bar: str
) -> None:
    visitor.goto(f"{address}?lang={language}")
    with visitor.expect_popup() as popup:
        visitor.get_by_role("link", name=name).click()
    sample = popup.value
    expect(sample.locator("mitate-panel .bar b")).to_have_text(bar)
    expect(sample.locator("mitate-panel .bar .count")).not_to_be_empty()
    assert (sample.url, sample.context.cookies()[0].get("name")) == (f"{address}sample/shop/", "mitate_preview")


def test_nothing_is_remembered_before_a_yes(visitor: Page, address: str) -> None:
    visitor.goto(f"{address}sample/shop/")
    expect(visitor.locator('[data-mitate="hero"]')).to_have_attribute("data-mitate-state", re.compile("."))
    assert visitor.context.cookies() == []
    visitor.get_by_role("button", name="Yes").click()
    visitor.wait_for_function("document.cookie.includes('mitate_id=')")
    assert {cookie.get("name") for cookie in visitor.context.cookies()} == {"mitate_id", "mitate_consent"}


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_start_page_is_accessible_and_fits(
    chromium: Browser, complaints: Complaints, address: str, language: str, scheme: str, width: int
) -> None:
    options = {
        "user_agent": SOMEONE,
        "locale": language,
        "color_scheme": scheme,
        "viewport": {"width": width, "height": 800},
    }
    with opened(chromium, complaints, **options) as page:
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert violations(page) == []


def test_the_languages_link_to_each_other(visitor: Page, address: str) -> None:
    visitor.goto(address)
    visitor.get_by_role("link", name="日本語").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("mitate は動作中です")
    visitor.get_by_role("link", name="English").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("mitate is running")


def test_the_start_page_works_without_javascript(chromium: Browser, complaints: Complaints, address: str) -> None:
    with opened(chromium, complaints, java_script_enabled=False, locale="en") as page:
        page.goto(address)
        expect(page.get_by_role("heading", level=2)).to_have_text("shop")
        assert json.dumps({"site": "shop"})[1:-1].replace(" ", "") in page.locator(".tag code").inner_text()
