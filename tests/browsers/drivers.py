"""Three browsers behind one door: open a page, evaluate an expression in it, start afresh."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import IO, Protocol, cast

from playwright.sync_api import BrowserContext, Error, Page, sync_playwright

from ..browser.chromium import launch  # noqa: TID252

HERE = Path(__file__).parent

PATIENCE = 20.0
"""Seconds until a condition that never comes true fails the test."""


class DriverError(Exception):
    """A browser would not do what it was told."""


FAILURES = (DriverError, Error)


class Driver(Protocol):
    """What every browser can do."""

    def fresh(self) -> None:
        """Forget cookies, storage and cache, and open an empty page."""

    def go(self, url: str) -> None:
        """Open a page; it is parsed when this returns, its files may still be on their way."""

    def evaluate(self, expression: str) -> object:
        """Give the value of an expression in the page, as JSON has it."""


def until(driver: Driver, expression: str) -> None:
    """Wait until an expression is true in the page."""
    end = time.monotonic() + PATIENCE
    while not _holds(driver, expression):
        assert time.monotonic() < end, f"never came true: {expression}"
        time.sleep(0.03)


def _holds(driver: Driver, expression: str) -> bool:
    """Tell whether it is true by now; between two pages nothing is."""
    try:
        return driver.evaluate(f"!!({expression})") is True
    except FAILURES:
        return False


# -- Chromium


class Chromium:
    """The system's Chromium, driven by Playwright."""

    def __init__(self, page: Page) -> None:
        assert page.context.browser is not None
        self._browser = page.context.browser
        self._page = page

    def fresh(self) -> None:
        self._page.goto("about:blank")
        context: BrowserContext = self._browser.new_context(viewport={"width": 1280, "height": 800})
        self._page = context.new_page()

    def go(self, url: str) -> None:
        self._page.goto(url, wait_until="domcontentloaded")

    def evaluate(self, expression: str) -> object:
        return cast(object, self._page.evaluate(expression))


@contextmanager
def chromium() -> Generator[Driver]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield Chromium(browser.new_page())
        browser.close()


# -- Firefox


class Firefox:
    """Firefox, driven by Puppeteer over WebDriver BiDi."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._read()

    def _read(self) -> object:
        line = cast("IO[str]", self._process.stdout).readline()
        assert line, "Firefox's driver ended"
        told = json.loads(line)
        if "error" in told:
            raise DriverError(told["error"])
        return told["value"]

    def _tell(self, *command: str) -> object:
        pipe = cast("IO[str]", self._process.stdin)
        pipe.write(json.dumps(command) + "\n")
        pipe.flush()
        return self._read()

    def fresh(self) -> None:
        self._tell("fresh")

    def go(self, url: str) -> None:
        self._tell("go", url)

    def evaluate(self, expression: str) -> object:
        return self._tell("evaluate", expression)


@contextmanager
def firefox() -> Generator[Driver]:
    """Start Firefox."""
    command = ["node", "firefox.mjs", cast(str, shutil.which("firefox-esr") or shutil.which("firefox"))]
    with _process(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield Firefox(process)
        cast("IO[str]", process.stdin).close()


# -- WebKit


class WebKit:
    """WebKitGTK's own small browser, driven by plain W3C WebDriver."""

    def __init__(self, port: int, binary: str) -> None:
        self._port = port
        self._binary = binary
        self._session = ""

    def _tell(self, method: str, path: str, body: object = None) -> object:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        text = None if body is None else json.dumps(body)
        connection.request(method, path, text, {"Content-Type": "application/json"})
        response = connection.getresponse()
        told = cast("dict[str, object]", json.loads(response.read()))["value"]
        connection.close()
        if response.status != 200:
            raise DriverError(str(told))
        return told

    def fresh(self) -> None:
        self.close()
        wanted = {
            "browserName": "MiniBrowser",
            "webkitgtk:browserOptions": {"binary": self._binary, "args": ["--automation"]},
        }
        told = self._tell("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        made = cast("dict[str, str]", told)
        self._session = f"/session/{made['sessionId']}"

    def close(self) -> None:
        """End the browser, if one is open."""
        if self._session:
            self._tell("DELETE", self._session)
            self._session = ""

    def go(self, url: str) -> None:
        self._tell("POST", f"{self._session}/url", {"url": url})

    def evaluate(self, expression: str) -> object:
        return self._tell("POST", f"{self._session}/execute/sync", {"script": f"return {expression}", "args": []})


@contextmanager
def webkit() -> Generator[Driver]:
    """Start WebKitGTK on a screen of its own."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    driver = cast(str, shutil.which("WebKitWebDriver"))
    command = ["xvfb-run", "-a", "-s", "-screen 0 1280x1024x24", driver, f"--port={port}"]
    # Its sandbox needs rights that a container has not; only pages of this machine are opened.
    with _process(command, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS="1", LIBGL_ALWAYS_SOFTWARE="1"):
        _listening(port)
        browser = WebKit(port, _mini_browser())
        yield browser
        browser.close()


def _mini_browser() -> str:
    return str(next(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser")))


def _listening(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert time.monotonic() < end, "WebKit's driver never listened"
        time.sleep(0.05)


@contextmanager
def _process(
    command: Sequence[str], stdin: int | None = None, stdout: int = subprocess.DEVNULL, **environment: str
) -> Generator[subprocess.Popen[str]]:
    """Run a driver in a session of its own, and end all of it."""
    process = subprocess.Popen(
        command,
        cwd=HERE,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **environment},
        start_new_session=True,
    )
    try:
        yield process
        process.wait(0.1)
    except subprocess.TimeoutExpired:
        pass
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 15)
        process.wait(10)
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()


BROWSERS = {"chromium": chromium, "firefox": firefox, "webkit": webkit}


def missing(name: str) -> str | None:
    """Tell what a browser lacks on this machine."""
    if name == "firefox":
        if not (shutil.which("firefox-esr") or shutil.which("firefox")):
            return "Firefox is not installed (Debian: firefox-esr)"
        if not shutil.which("node") or not (HERE / "node_modules" / "puppeteer-core").is_dir():
            return "puppeteer-core is not installed (`npm ci` in tests/browsers)"
    if name == "webkit" and not (shutil.which("WebKitWebDriver") and shutil.which("xvfb-run")):
        return "WebKitGTK's driver or a screen for it is not installed (Debian: webkit2gtk-driver xvfb)"
    return None
