"""One real Chromium for all browser tests, and pages that complain by themselves."""

from __future__ import annotations

import re
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

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


def launch(playwright: Playwright) -> Browser:
    """Start the system's Chromium, or the one Playwright installed."""
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)


class Complaints:
    """What went wrong in a context's pages: console errors, exceptions, requests that left this machine."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._expected: list[re.Pattern[str]] = []

    def expect(self, pattern: str) -> None:
        """Tolerate complaints in which the pattern is found."""
        self._expected.append(re.compile(pattern))

    def watch(self, context: BrowserContext) -> None:
        context.on("console", lambda message: self._add(message.type == "error", f"console: {message.text}"))
        context.on("weberror", lambda error: self._add(True, f"exception: {error.error}"))
        context.on("request", lambda request: self._add(_is_outside(request.url), f"outside: {request.url}"))

    def _add(self, bad: bool, text: str) -> None:
        if bad:
            self.found.append(text)

    def unexpected(self) -> list[str]:
        return [one for one in self.found if not any(pattern.search(one) for pattern in self._expected)]


def _is_outside(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in LOCAL


@contextmanager
def opened(browser: Browser, complaints: Complaints, **options: object) -> Generator[Page]:
    """Open a page in a context of its own, with Playwright's context options."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    complaints.watch(context)
    try:
        yield context.new_page()
    finally:
        context.close()
