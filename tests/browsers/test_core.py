"""What must hold in Chromium, Firefox and WebKit alike: the same cases, on the same site."""

from __future__ import annotations

import json
import threading
from itertools import pairwise
from typing import cast

import pytest

from ..browser.fake_site import DEFAULT, VARIANT, VISITOR, FakeSite, answer, decision, slot  # noqa: TID252
from .conftest import SAMPLER
from .drivers import Driver, until

PATIENT = 5000
"""A deadline that a busy machine keeps, for what is not about it."""

HERO = "document.querySelector('[data-mitate=hero]')"
SETTLED = "window.mitate && frames_.filter(([, shows]) => shows).length > 5"
"""What is shown is settled: nothing is, before."""

Frame = tuple[float, str]


def visit(browser: Driver, site: FakeSite, path: str = "/") -> list[Frame]:
    """Load the page, wait until the slot has settled and been shown, and give the frames."""
    browser.go(site.url(path))
    until(browser, SETTLED)
    return frames(browser)


def frames(browser: Driver) -> list[Frame]:
    return [(at, shows) for at, shows in cast("list[Frame]", browser.evaluate("frames_"))]


def sequence(frames: list[Frame]) -> list[str]:
    """Give what was shown, each change once, without the frames that showed nothing."""
    seen = [shows for _, shows in frames if shows]
    return [one for number, one in enumerate(seen) if number == 0 or seen[number - 1] != one]


@pytest.mark.parametrize("delay", [0, 50, 200])
def test_the_variant_is_the_first_thing_the_slot_shows(browser: Driver, site: FakeSite, delay: int) -> None:
    site.deadline = PATIENT
    site.delay = delay / 1000
    assert sequence(visit(browser, site)) == ["variant"]
    assert browser.evaluate(f"{HERO}.innerHTML") == f"<h1>{VARIANT}</h1>"


def test_a_decision_in_the_page_is_shown_without_asking(browser: Driver, site: FakeSite) -> None:
    site.gate = threading.Event()
    site.before += embedded(answer())
    assert sequence(visit(browser, site)) == ["variant"]


def embedded(told: dict[str, object]) -> str:
    """Give an answer as it stands in a page."""
    text = json.dumps(told).replace("<", "\\u003c")
    return f'<script type="application/json" data-mitate>{text}</script>'


def test_a_hanging_server_holds_the_default_back_until_the_deadline_and_not_longer(
    browser: Driver, site: FakeSite
) -> None:
    site.gate = threading.Event()
    seen = visit(browser, site)
    assert sequence(seen) == ["default"]
    shown = next(number for number, (_, shows) in enumerate(seen) if shows)
    assert seen[shown][0] >= 300
    # The frame before it came by the deadline, however far apart a busy machine drew the two.
    longest = max(late - early for (early, _), (late, _) in pairwise(seen))
    started = seen[0][0]
    assert seen[shown - 1][0] < started + 300 + 250 + longest


def test_a_refusing_server_costs_no_waiting(browser: Driver, site: FakeSite) -> None:
    site.deadline = PATIENT
    site.refuse = True
    seen = visit(browser, site)
    assert sequence(seen) == ["default"]
    assert next(at for at, shows in seen if shows) < PATIENT


POLICY = (
    "script-src 'nonce-n0nce' 'strict-dynamic'; style-src 'self'; object-src 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types mitate"
)


def test_the_strictest_policy_is_kept(browser: Driver, site: FakeSite) -> None:
    site.deadline = PATIENT
    site.nonce = "n0nce"
    site.headers = {"Content-Security-Policy": POLICY}
    site.answer = answer(purposes=["analytics"])
    site.before = f'<script nonce="n0nce">{SAMPLER}</script>'
    assert sequence(visit(browser, site)) == ["variant"]
    browser.evaluate("mitate.track('ready'), 0")
    site.until(lambda: len(site.batches) > 0, "mitate.js, which the tag loads")
    assert browser.evaluate("violations_") == []


def test_consent_sets_the_cookies_and_its_denial_takes_the_id_away(browser: Driver, site: FakeSite) -> None:
    site.deadline = PATIENT
    site.answer = lambda body: (
        answer(purposes=["personalization", "analytics"], visitor=VISITOR) if body.get("consent") == "11" else answer()
    )
    visit(browser, site)
    assert browser.evaluate("document.cookie") == ""
    browser.evaluate("mitate.consent({ personalization: true, analytics: true }), 0")
    until(browser, f"document.cookie.includes('mitate_id={VISITOR}')")
    assert "mitate_consent=11" in cast(str, browser.evaluate("document.cookie"))
    browser.evaluate("mitate.consent({}), 0")
    until(browser, "document.cookie.includes('mitate_consent=00')")
    assert "mitate_id" not in cast(str, browser.evaluate("document.cookie"))


def test_what_is_seen_and_done_reaches_the_server(browser: Driver, site: FakeSite) -> None:
    site.deadline = PATIENT
    site.answer = answer(purposes=["personalization", "analytics"], visitor=VISITOR)
    visit(browser, site)
    browser.evaluate("mitate.track('purchase', { value: 12.5, item: 'clog' }), 0")
    site.until(lambda: len(site.events) >= 2, "the exposure and the purchase")
    told = {str(event["type"]): event for event in site.events}
    assert told["exposure"]["experience"] == "nurse-hero"
    assert (told["track"]["name"], told["track"]["value"], told["track"]["props"]) == (
        "purchase",
        12.5,
        {"item": "clog"},
    )


ROUTER = """<template><div data-mitate=hero><h1>The page's own words</h1></div></template><script>
window.travel = () => {
  history.pushState(null, "", "/new");
  const main = document.createElement("main");
  main.append(document.querySelector("template").content.cloneNode(true));
  document.querySelector("main").replaceWith(main);
  frames_.length = 0;
};
</script>"""


def test_a_route_change_brings_the_new_route_s_variant_first(browser: Driver, site: FakeSite) -> None:
    site.deadline = PATIENT
    site.delay = 0.05
    site.answer = lambda body: answer(None if str(body["url"]).endswith("/new") else {})
    site.pages["/"] = f'<main><div data-mitate="hero"><h1>{DEFAULT}</h1></div></main>{ROUTER}'
    assert sequence(visit(browser, site)) == ["default"]
    browser.evaluate("travel(), 0")
    until(browser, "frames_.filter(([, shows]) => shows).length > 5")
    assert sequence(frames(browser)) == ["variant"]


def test_a_slot_of_a_framework_is_filled_beside_the_framework_s_own_nodes(browser: Driver, site: FakeSite) -> None:
    site.deadline = PATIENT
    site.slots = [slot(shadow=True)]
    assert sequence(visit(browser, site)) == ["variant"]
    assert browser.evaluate(f"{HERO}.innerHTML") == f"<h1>{DEFAULT}</h1>"
    assert browser.evaluate(f"{HERO}.shadowRoot.querySelector('h1').textContent") == VARIANT


def test_what_hangs_on_the_page_fills_its_slot_when_it_comes_true(browser: Driver, site: FakeSite) -> None:
    site.deadline = PATIENT
    site.slots = [slot(live=True)]
    content = decision(html=f"<h1>{VARIANT}</h1>", exposure="decided")
    waits = {"when": {"var": "live.event.ping"}, "decisions": {"hero": content}}
    site.answer = answer({}, purposes=["personalization", "analytics"], residuals=[waits])
    assert sequence(visit(browser, site)) == ["default"]
    browser.evaluate("mitate.track('ping'), 0")
    until(browser, f'{HERO}.textContent.includes("variant\'s")')


def test_coming_back_finds_the_page_as_it_was_left(browser: Driver, site: FakeSite) -> None:
    site.deadline = PATIENT
    site.pages["/next"] = "<p>Next</p>"
    visit(browser, site)
    browser.go(site.url("/next"))
    browser.evaluate("history.back(), 0")
    until(browser, f"location.pathname == '/' && {HERO} && {SETTLED}")
    assert set(sequence(frames(browser))) == {"variant"}
    browser.evaluate("mitate.track('back'), 0")
