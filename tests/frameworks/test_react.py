"""What only React has: streamed content that waits, and decisions as values."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import pytest
from playwright.sync_api import Page

from ..browser.fake_site import DEFAULT, VARIANT, FakeSite, answer, decision  # noqa: TID252
from .conftest import Show, hydrate, sees

pytestmark = pytest.mark.browser

MODES = ["react-development", "react-production"]


@pytest.mark.parametrize("framework", MODES)
@pytest.mark.usefixtures("said")
def test_a_block_stands_while_the_content_beside_it_is_still_being_streamed(
    page: Page, site: FakeSite, show: Show, rendered: Mapping[str, Mapping[str, str]], framework: str
) -> None:
    first, later = rendered[framework]["Streamed"].split("<!--later-->")
    rest = threading.Event()
    show(framework, "Streamed", [first, rest, later])
    sees(page, VARIANT)
    assert page.evaluate("document.readyState") == "loading"
    rest.set()
    hydrate(page)
    page.wait_for_function(f"""document.querySelector('.hero').textContent === "{DEFAULT}" """)
    sees(page, VARIANT)


@pytest.mark.parametrize("framework", MODES)
@pytest.mark.usefixtures("said")
def test_a_decision_is_a_value_that_renders(page: Page, site: FakeSite, show: Show, framework: str) -> None:
    site.answer = answer({"hero": decision(json={"title": "From the decision"})})
    show(framework, "Json")
    sees(page, DEFAULT)
    hydrate(page)
    sees(page, "From the decision")
    site.answer = answer({"hero": decision(json={"title": "Decided anew"})})
    page.evaluate("mitate.refresh()")
    sees(page, "Decided anew")
    site.answer = answer({"hero": decision(variant=None, reason="HOLDOUT")})
    page.evaluate("mitate.refresh()")
    sees(page, DEFAULT)
    assert page.evaluate("mounted") == 1


@pytest.mark.usefixtures("said")
def test_the_fallback_stands_where_mitate_is_not(page: Page, site: FakeSite, show: Show) -> None:
    site.tags = 0
    show("react-development", "Json")
    hydrate(page)
    sees(page, DEFAULT)
