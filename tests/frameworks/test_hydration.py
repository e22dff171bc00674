"""React, Vue and Svelte keep what is theirs, and mitate's block stands where it should."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from ..browser.fake_site import DEFAULT, VARIANT, FakeSite  # noqa: TID252
from .conftest import HERO, Show, hydrate, sees

pytestmark = pytest.mark.browser

MODES = ("development", "production")
HEROES = [
    *((f"react-{mode}", hero) for mode in MODES for hero in ("Plain", "Element", "Component")),
    *((f"vue-{mode}", hero) for mode in MODES for hero in ("Plain", "Element")),
    *((f"svelte-{mode}", hero) for mode in MODES for hero in ("Plain", "Element")),
]
"""A plain element with the slot's name, the element <mitate-slot>, and React's component for it."""

Hydrated = Callable[[str, str, bool], None]


@pytest.fixture
def hydrated(page: Page, site: FakeSite, show: Show, said: list[str]) -> Hydrated:
    """Show a hero whose block comes before or after the framework takes over, until both have happened."""

    def hydrated(framework: str, hero: str, block_first: bool) -> None:
        if not block_first:
            site.gate = threading.Event()
        show(framework, hero)
        if block_first:
            sees(page, VARIANT)
        hydrate(page)
        if site.gate is not None:
            site.gate.set()
        sees(page, VARIANT, own=DEFAULT)

    return hydrated


@pytest.mark.parametrize("block_first", [True, False], ids=["before hydration", "after hydration"])
@pytest.mark.parametrize(("framework", "hero"), HEROES)
def test_the_block_stands_whatever_the_framework_does(
    page: Page, hydrated: Hydrated, framework: str, hero: str, block_first: bool
) -> None:
    hydrated(framework, hero, block_first)

    page.evaluate("change({words: 'New words'})")  # rendered again
    page.wait_for_function(f"document.querySelector('{HERO}').textContent === 'New words'")
    sees(page, VARIANT, own="New words")

    page.evaluate(f"window.old = document.querySelector('{HERO}'); change({{key: 2}})")  # made anew
    page.wait_for_function("!old.isConnected")
    sees(page, VARIANT, own="New words")

    page.evaluate("change({words: ''})")  # its content removed, and back
    sees(page, "", own="")
    page.evaluate("change({words: 'Words again'})")
    sees(page, VARIANT, own="Words again")

    page.evaluate("change({there: false})")  # itself removed, and back
    page.wait_for_function(f"!document.querySelector('{HERO}')")
    sees(page, "")
    page.evaluate("change({there: true})")
    sees(page, VARIANT, own="Words again")

    for go in ("push", "navigateTo"):  # another page, and back
        page.evaluate(f"{go}('/other')")
        sees(page, "Another page")
        page.evaluate(f"{go}('/')")
        sees(page, VARIANT, own="Words again")

    assert page.evaluate("mounted") == 1
