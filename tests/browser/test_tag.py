"""The tag as it is printed, in a real browser: allowed by its policy, checked, blocking, with the answer beside it."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mitate import Decisions, Mitate, Visitor, new_id
from mitate_server import snippet

from .fake_site import DEFAULT, VARIANT, FakeSite, answer

pytestmark = pytest.mark.browser

PATIENT = 9000
"""A deadline that a busy machine keeps, for the tests that are not about it."""

STRICT = "default-src 'none'; base-uri 'none'; style-src 'self'; require-trusted-types-for 'script'"
BLOCKS = "document.querySelector('script[blocking]') != null"
BLOCKING: dict[str, object] = {"attributes": {"blocking": "render"}}
HERO = '[data-mitate="hero"]'


def table(site: FakeSite) -> dict[str, object]:
    """Give the table that the page's tag carries."""
    whole = {"site": "shoes", "endpoint": "", "deadline": site.deadline, "hash": "table-1", "slots": site.slots}
    return {**whole, **site.table}


@pytest.fixture
def decided(tmp_path: Path) -> Decisions:
    """What a backend decided for a page that it is about to serve."""
    light = {"id": "a", "slot": "hero", "variants": [{"id": "light", "html": f"<h1>{VARIANT}</h1>"}]}
    slots = {"hero": {"reserve": "300px"}}
    document = {"format": 1, "site": "shoes", "timezone": "UTC", "slots": slots, "experiences": [light]}
    (tmp_path / "site.json").write_text(json.dumps(document), "utf-8")
    with Mitate.from_path(tmp_path) as mitate:
        return mitate.decide(Visitor(page_view=new_id()))


def sends_events(page: Page, site: FakeSite) -> None:
    """Check that mitate.js is there."""
    page.evaluate("mitate.track('clicked')")
    site.until(lambda: "track" in [event["type"] for event in site.events], "an event by mitate.js")


@pytest.mark.parametrize("nonce", [None, "r4nd0m"])
def test_the_policy_that_is_printed_allows_the_tag_and_all_it_does(
    page: Page, site: FakeSite, nonce: str | None
) -> None:
    site.deadline, site.nonce, site.answer = PATIENT, nonce, answer(purposes=["analytics"])
    policy = f"{STRICT}; {snippet.policy(table(site), nonce)}"
    site.headers["content-security-policy"] = policy
    page.goto(site.url())
    expect(page.locator(HERO)).to_have_text(VARIANT)
    sends_events(page, site)


def test_a_checked_script_runs_only_as_it_was_when_the_tag_was_printed(page: Page, site: FakeSite) -> None:
    attributes = snippet.with_script(table(site), hashed=True)["attributes"]
    site.deadline, site.table, site.answer = PATIENT, {"attributes": attributes}, answer(purposes=["analytics"])
    page.goto(site.url())
    sends_events(page, site)


def test_a_blocking_tag_lets_the_page_be_painted_when_the_answer_comes(page: Page, site: FakeSite) -> None:
    site.deadline, site.gate, site.table = PATIENT, threading.Event(), BLOCKING
    page.goto(site.url(), wait_until="commit")
    page.wait_for_function(BLOCKS, polling=20)
    site.gate.set()
    page.wait_for_function(f"!({BLOCKS})", polling=20)
    expect(page.locator(HERO)).to_have_text(VARIANT)


def test_a_blocking_tag_lets_the_page_be_painted_at_the_deadline(page: Page, site: FakeSite) -> None:
    site.gate, site.table = threading.Event(), BLOCKING
    page.goto(site.url(), wait_until="commit")
    page.wait_for_function(f"document.querySelector('{HERO}') && !({BLOCKS})", polling=20)
    expect(page.locator(HERO)).to_have_text(DEFAULT)
    assert page.evaluate("performance.now()") >= site.deadline


def test_a_page_with_its_answer_in_it_asks_nobody(page: Page, site: FakeSite, decided: Decisions) -> None:
    site.before, site.refuse = snippet.embedded(decided), True
    page.goto(site.url())
    expect(page.locator(HERO)).to_have_text(VARIANT)
    assert site.asked == []


def test_a_slot_that_the_backend_filled_stays_as_it_is(page: Page, site: FakeSite, decided: Decisions) -> None:
    site.before, site.refuse = snippet.embedded(decided, rendered=["hero"]), True
    site.pages["/"] = f'<div data-mitate="hero" data-mitate-state="variant">{decided["hero"].value}</div>'
    page.goto(site.url())
    expect(page.locator(HERO)).to_have_text(VARIANT)
    assert page.evaluate("mitate.decisions.hero.rendered") is True
    assert site.asked == []
