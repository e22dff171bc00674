"""What these tests share: `built`, the pages of each framework, and `show`, which shows one of them with mitate's tag."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest
from playwright.sync_api import Page, Route

from mitate_server.snippet import STATIC, script

from ..browser.conftest import chromium, complaints, page
from ..browser.fake_site import FakeSite

__all__ = ["Show", "Site", "built", "chromium", "complaints", "page", "show", "site"]

HERE = Path(__file__).parent

Show: TypeAlias = Callable[[str, str], None]


class Site(FakeSite):
    """A site whose hero is a framework's."""

    def tag(self) -> str:
        """Give the tag as `mitate snippet` prints it for this table."""
        table = {"site": "shoes", "endpoint": "", "deadline": self.deadline, "hash": "table-1", "slots": self.slots}
        return f"<script>{script(table)}</script>"


@pytest.fixture
def site() -> Iterator[Site]:
    """A site with mitate's tag in its pages, and a decision server whose answers the test chooses."""
    with Site() as site:
        site.slots = [{"name": "hero", "reserve": "300px", "shadow": True}]
        site.deadline = 5000
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
def show(page: Page, site: Site, built: Path, rendered: Mapping[str, Mapping[str, str]]) -> Show:
    """Show a hero of a framework: what its server rendered, and the script that waits for `hydrate()`."""

    def file(route: Route) -> None:
        name = route.request.url.rsplit("/", 1)[1]
        where = built / name if (built / name).exists() else Path(str(STATIC / name))
        route.fulfill(path=where, content_type="text/javascript")

    def show(framework: str, hero: str) -> None:
        page.add_init_script(path=HERE / "seen.js")
        page.route("**/files/*.js", file)
        site.pages["/"] = (
            f'<div id="app" data-hero="{hero}">{rendered[framework][hero]}</div>'
            f'<script type="module" src="/files/{framework}.js"></script>'
        )
        page.goto(site.url())
        page.wait_for_function("() => window.hydrate")

    return show
