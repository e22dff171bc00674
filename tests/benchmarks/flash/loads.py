"""One load of a page in Chromium, and what was seen of it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, Protocol, cast

from flash.pages import DEADLINE, NONE, Technique
from flash.server import Site
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

SAMPLER: Final = (Path(__file__).parent / "sampler.js").read_text("utf-8")
ARGUMENTS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

IN_TIME: Final = DEADLINE - 100
"""An answer that was there by then, in ms after the tag, must be shown."""

CONTEXTS: Final = 60
"""Contexts of one browser: one that has seen hundreds of pages sometimes hangs."""


SHOWN: Final = {"variant", "default"}


PATIENCE: Final = 30
"""Seconds."""


class Load(NamedTuple):
    """What one load showed; times are milliseconds since the navigation began."""

    technique: str
    delay: int | str
    frames: list[tuple[float, str]]
    shift: float
    fcp: float
    lcp: float
    busy: float
    answered: float | None
    violations: list[str]
    errors: list[str]

    @property
    def variant_at(self) -> float | None:
        return next((at for at, shows in self.frames if shows == "variant"), None)

    @property
    def usable_at(self) -> float | None:
        """Since when something has been there to read, and stayed."""
        gone = max((at for at, shows in self.frames if shows not in SHOWN), default=-1.0)
        return next((at for at, _ in self.frames if at > gone), None)

    @property
    def flash(self) -> int:
        """Frames that showed the default before the variant; none where no variant came."""
        if self.variant_at is None:
            return 0
        return sum(shows == "default" for at, shows in self.frames if at < self.variant_at)

    @property
    def swapped(self) -> bool:
        """Whether two things were shown, one after the other, before the visitor's eyes."""
        return len({shows for _, shows in self.frames if shows in SHOWN}) > 1

    @property
    def due(self) -> bool:
        """Whether the answer came so early that the variant must be shown."""
        return self.answered is not None and self.answered <= IN_TIME


class Chromium:
    """The browser of a benchmark, started anew when it has seen many pages."""

    def __init__(self, playwright: Playwright) -> None:
        self._playwright = playwright
        self._browser: Browser | None = None
        self._seen = 0

    @contextmanager
    def page(self) -> Generator[Page]:
        """Open a page in a context of its own: no cookies, no cache, no storage."""
        if self._browser is None or self._seen >= CONTEXTS:
            self.close()
            self._browser = self._playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
            self._seen = 0
        self._seen += 1
        context = self._browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        try:
            yield page
        finally:
            # An emptied page goes with its browser; closing one whose last report is on its way can hang.
            try:
                page.goto("about:blank", timeout=5000)
            except Error:
                self._seen = CONTEXTS

    def close(self) -> None:
        """End the browser."""
        if self._browser is not None:
            self._browser.close()
            self._browser = None


@contextmanager
def chromium() -> Generator[Chromium]:
    """Give a browser that ends with the block."""
    with sync_playwright() as playwright:
        browser = Chromium(playwright)
        try:
            yield browser
        finally:
            browser.close()


def limit(technique: Technique, delay: int | str) -> int:
    """Give the milliseconds after which no variant is expected any more."""
    if delay == "hang":
        return 4500 if "anti-flicker" in technique.name else 1200
    return 1200 + (delay if isinstance(delay, int) else 0)


def load(browser: Chromium, site: Site, technique: Technique, delay: int | str, *, strict: bool = False) -> Load:
    """Load the page once, and wait until nothing more can happen to the slot."""
    with browser.page() as page:
        prepare(page, site, technique)
        site.set(technique, delay, strict=strict)
        return visit(page, site, technique, delay)


def prepare(page: Page, site: Site, technique: Technique, *, kind: str = "hero") -> None:
    """Bring the renderer up, and a returning visitor's first visit behind it."""
    page.goto(f"{site.origin}/blank")
    if technique.returning:
        page.context.add_cookies([{"name": "mitate_consent", "value": "11", "url": site.origin}])
        site.set(technique, 0, kind=kind)
        page.goto(f"{site.origin}/")
        until(page, "(localStorage.mitate || '').includes('decisions')")
        page.goto(f"{site.origin}/blank")


def visit(page: Page, site: Site, technique: Technique, delay: int | str) -> Load:
    """Load the page the site is set to, with the sampler in it."""
    page.add_init_script(SAMPLER)
    page.goto(f"{site.origin}/", wait_until="commit")
    most = limit(technique, delay)
    expected, frames = ("default", 20) if technique.name.startswith(NONE.name) else ("variant", 8)
    enough = f"flash_.frames.filter(([, shows]) => shows == '{expected}').length > {frames}"
    until(page, f"flash_.lcp && ({enough} || performance.now() > {most})")
    return noted(page, technique, delay)


def until(page: Page, condition: str) -> None:
    """Wait for a condition; asked from here, since a strict page forbids the browser to evaluate it by itself."""
    end = time.monotonic() + PATIENCE
    while not page.evaluate(condition):
        if time.monotonic() > end:
            raise TimeoutError(f"never came true in {PATIENCE} s: {condition}")
        page.wait_for_timeout(40)


def noted(page: Page, technique: Technique, delay: int | str) -> Load:
    """Take the sampler's notes."""
    found = cast(
        "dict[str, object]",
        page.evaluate("({ ...flash_, answered: flash_.answered(), lcp: flash_.lcp, fcp: flash_.fcp })"),
    )
    return Load(
        technique=technique.name,
        delay=delay,
        frames=[(float(at), str(shows)) for at, shows in cast("list[tuple[float, str]]", found["frames"])],
        shift=cast(float, found["shift"]),
        fcp=cast(float, found["fcp"]),
        lcp=cast(float, found["lcp"]),
        busy=cast(float, found["busy"]),
        answered=cast("float | None", found["answered"]),
        violations=cast("list[str]", found["violations"]),
        errors=cast("list[str]", found["errors"]),
    )


class DevTools(Protocol):
    """What of the DevTools protocol is used."""

    def send(self, method: str, params: dict[str, object] | None = None) -> object: ...
    def on(self, event: str, f: Callable[[dict[str, object]], None]) -> None: ...


def session(page: Page) -> DevTools:
    """Open the page's DevTools protocol."""
    return cast(DevTools, page.context.new_cdp_session(page))
