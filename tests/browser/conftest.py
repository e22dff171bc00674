"""What browser tests share: `chromium`, `page`, `complaints`; and `site`, a server that does what a test tells it to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from .chromium import Browsers, Complaints, opened
from .fake_site import FakeSite

WHOLE = {"test_start_page.py"}
"""Files whose pages a real server must take for a visitor's."""


@pytest.fixture(scope="module")
def browsers(request: pytest.FixtureRequest) -> Iterator[Browsers]:
    """The browser of a file of tests, with another in its place when it holds many pages."""
    with sync_playwright() as playwright:
        browsers = Browsers(playwright, whole=request.path.name in WHOLE)
        yield browsers
        browsers.browser.close()


@pytest.fixture
def chromium(browsers: Browsers) -> Iterator[Browser]:
    """A browser; its pages stay until it goes, since closing one by one sometimes hangs."""
    yield browsers.browser
    browsers.renew()


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What the test's pages complain of; anything that wasn't expected fails the test."""
    complaints = Complaints()
    yield complaints
    assert complaints.unexpected() == []


@pytest.fixture
def page(chromium: Browser, complaints: Complaints) -> Iterator[Page]:
    """A page in a context of its own: no cookies, no cache, no memory of another test."""
    with opened(chromium, complaints, viewport={"width": 1280, "height": 800}) as page:
        yield page


@pytest.fixture
def site() -> Iterator[FakeSite]:
    """A site with mitate's tag in its pages, and a decision server whose answers the test chooses."""
    with FakeSite() as site:
        yield site
