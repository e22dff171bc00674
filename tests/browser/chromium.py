"""One real Chromium for all browser tests, and pages that complain by themselves."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

LOCAL = {"127.0.0.1", "localhost", "::1"}


def launch(playwright: Playwright, *, whole: bool = False) -> Browser:
    """Start the system's Chromium, as a shell without windows where there is one, or else the one Playwright installed.

    The shell tells servers that it is one, by its client hints, which mitate takes for a robot's: `whole` starts none.
    """
    # The whole browser draws buttons of its own around every page, which costs four times as much and nobody sees.
    shell = None if whole else shutil.which("chromium-headless-shell")
    return playwright.chromium.launch(executable_path=shell or shutil.which("chromium"), args=ARGUMENTS)


class Browsers:
    """One browser after another: one that holds hundreds of pages slows the machine down."""

    MOST = 20

    def __init__(self, playwright: Playwright, *, whole: bool = False) -> None:
        self._playwright = playwright
        self._whole = whole
        self.browser = launch(playwright, whole=whole)

    def renew(self) -> None:
        """Start another browser when this one holds many pages, which all are done with."""
        if len(self.browser.contexts) > self.MOST:
            self.browser.close()
            self.browser = launch(self._playwright, whole=self._whole)


class Complaints:
    """What went wrong in a context's pages: console errors, exceptions, requests that left this machine."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._expected: list[re.Pattern[str]] = []

    def expect(self, pattern: str) -> None:
        """Tolerate complaints in which the pattern is found."""
        self._expected.append(re.compile(pattern))

    def watch(self, context: BrowserContext) -> Callable[[], None]:
        """Listen to a context's pages; the function that is given ends it."""
        ended: list[bool] = []

        def add(bad: bool, text: str) -> None:
            if bad and not ended:
                self.found.append(text)

        context.on("console", lambda message: add(message.type == "error", f"console: {message.text}"))
        context.on("weberror", lambda error: add(True, f"exception: {error.error}"))
        context.on("request", lambda request: add(_is_outside(request.url), f"outside: {request.url}"))
        return lambda: ended.append(True)

    def unexpected(self) -> list[str]:
        return [one for one in self.found if not any(pattern.search(one) for pattern in self._expected)]


def _is_outside(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in LOCAL


@contextmanager
def opened(browser: Browser, complaints: Complaints, **options: object) -> Generator[Page]:
    """Open a page in a context of its own, with Playwright's context options."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    end = complaints.watch(context)
    try:
        yield context.new_page()
    finally:
        end()
        # Closing a context while a page's last report is still on its way can hang for ever, with no time limit to
        # give. So its pages are emptied, and it goes with the browser.
        for page in context.pages:
            with contextlib.suppress(Error):
                page.goto("about:blank", timeout=5000)
