"""What every browser's test shares: the browser, and a site whose pages note what each frame shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ..browser.fake_site import FakeSite  # noqa: TID252
from .drivers import BROWSERS, Driver, missing

SAMPLER = (Path(__file__).parent / "sampler.js").read_text("utf-8")


@pytest.fixture(scope="module", params=list(BROWSERS))
def driver(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """Each browser in turn, started once."""
    name: str = request.param
    if lacks := missing(name):
        pytest.skip(lacks)
    with BROWSERS[name]() as driver:
        yield driver


@pytest.fixture
def browser(driver: Driver) -> Driver:
    """The browser, with nothing in it of another test."""
    driver.fresh()
    return driver


@pytest.fixture
def site() -> Iterator[FakeSite]:
    """A site with the sampler before mitate's tag."""
    with FakeSite() as site:
        site.before = f"<script>{SAMPLER}</script>"
        yield site
