"""What these tests share: `built`, the pages of each framework, and `show`, which shows one of them with mitate's tag."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Page, Route

from ..browser.conftest import browsers, chromium, complaints, page  # noqa: TID252
from ..browser.fake_site import FakeSite, slot  # noqa: TID252

__all__ = [
    "HERO",
    "Show",
    "browsers",
    "built",
    "chromium",
    "complaints",
    "hydrate",
    "page",
    "rendered",
    "said",
    "sees",
    "show",
    "site",
]

HERE = Path(__file__).parent

HERO = ".hero:not([data-mitate-twin])"


class Show(Protocol):
    """Shows a hero of a framework, in these pieces or as its server rendered it whole."""

    def __call__(self, framework: str, hero: str, pieces: Sequence[str | threading.Event] = ()) -> None: ...


@pytest.fixture
def site() -> Iterator[FakeSite]:
    """A site whose hero is a framework's, and a decision server whose answers the test chooses."""
    with FakeSite() as site:
        site.slots = [slot(reserve="300px", shadow=True)]
        site.deadline = 20_000  # on a crowded machine, too, the block comes in time
        yield site


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build every page as its framework's users do."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules").is_dir():
        pytest.skip("needs Node, and `npm ci` in tests/frameworks")
    folder = tmp_path_factory.mktemp("frameworks")
    run = subprocess.run([node, "build.mjs", folder], cwd=HERE, capture_output=True, text=True, check=False)
    assert (run.stdout + run.stderr, run.returncode) == ("", 0)
    return folder


@pytest.fixture(scope="session")
def rendered(built: Path) -> Mapping[str, Mapping[str, str]]:
    """Give what the servers rendered, by framework with mode, and hero."""
    pages: dict[str, dict[str, str]] = json.loads((built / "pages.json").read_text("utf-8"))
    return pages


@pytest.fixture
def show(page: Page, site: FakeSite, built: Path, rendered: Mapping[str, Mapping[str, str]]) -> Show:
    """Show a hero of a framework: what its server rendered, and the script that waits for `hydrate()`."""

    def file(route: Route) -> None:
        route.fulfill(path=built / route.request.url.rsplit("/", 1)[1], content_type="text/javascript")

    def show(framework: str, hero: str, pieces: Sequence[str | threading.Event] = ()) -> None:
        page.add_init_script(path=HERE / "seen.js")
        page.route("**/files/*.js", file)
        site.pages["/"] = [
            f'<div id="app" data-hero="{hero}">',
            *(pieces or [rendered[framework][hero]]),
            f'</div><script type="module" src="/files/{framework}.js"></script>',
        ]
        page.goto(site.url(), wait_until="commit")

    return show


@pytest.fixture
def said(page: Page) -> Iterator[list[str]]:
    """What the page's console says that isn't for its information; nothing of it is right."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(f"exception: {error}"))
    yield said
    assert said == []


def sees(page: Page, words: str, *, own: str | None = None) -> None:
    """Wait until these words are all that is seen of the page, and these the slot's own content."""
    page.wait_for_function("words => seen() === words", arg=words)
    if own is not None:
        assert page.evaluate(f"document.querySelector('{HERO}').textContent") == own


def hydrate(page: Page) -> None:
    """Let the framework take over, and wait until it has."""
    page.wait_for_function("() => 'hydrate' in window")
    page.evaluate("() => window.hydrate()")
    page.wait_for_function("() => window.mounted === 1")
