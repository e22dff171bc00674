"""What the page tells mitate reaches the site's analytics in their own words: once, with consent, and not back again."""

from __future__ import annotations

import gzip
from collections.abc import Sequence

import pytest
from playwright.sync_api import Page

from .fake_site import STATIC, FakeSite, Json, answer, decision

pytestmark = pytest.mark.browser

LIMIT = 600
"""Bytes of forward.js, compressed with gzip -9."""

SEGMENT = "<script>window.told = []; window.analytics = { track: (...all) => told.push(all) }</script>"
GTAG = "<script>window.dataLayer = []; function gtag() { dataLayer.push(arguments) }</script>"
EXPERIMENT: Json = {"experiment_id": "nurse-hero", "variation_id": "light"}


def load(page: Page, site: FakeSite, to: Sequence[str], *, purposes: Sequence[str] = ("analytics",)) -> None:
    """Load a page whose slot is seen, and wait until its exposure was told."""
    site.deadline = 5000
    site.table = {"forward": list(to)}
    site.answer = answer({"hero": decision(html="New")}, purposes=purposes)
    page.goto(site.url())
    page.wait_for_function("mitate.loader.log && performance.getEntriesByName(`${location.origin}/forward.js`)[0]")
    if purposes:
        site.until(lambda: len(site.exposures) == 1)


def layer(page: Page) -> list[object]:
    """Give what is in the data layer, arguments as a list."""
    found: list[object] = page.evaluate("[...dataLayer].map((one) => one.length ? [...one] : one)")
    return found


def test_forwarding_weighs_at_most_600_bytes_compressed() -> None:
    assert len(gzip.compress((STATIC / "forward.js").read_bytes(), 9, mtime=0)) <= LIMIT


def test_tag_manager_gets_exposures_and_tracked_events_with_ga4s_names(page: Page, site: FakeSite) -> None:
    load(page, site, ["ga4"])
    page.wait_for_function("window.dataLayer")
    page.evaluate("mitate.track('Add To Cart', {value: 30, sku: 'N1'}); mitate.track('looked')")
    assert layer(page) == [
        {
            "event": "experience_impression",
            "exp_variant_string": "mitate-nurse-hero-light",
            **EXPERIMENT,
            "mitate": True,
        },
        {"event": "Add_To_Cart", "sku": "N1", "value": 30, "mitate": True},
        {"event": "looked", "mitate": True},
    ]


def test_gtag_gets_them_as_its_arguments(page: Page, site: FakeSite) -> None:
    site.before = GTAG
    load(page, site, ["ga4"])
    page.wait_for_function("dataLayer[0]")
    told = {"exp_variant_string": "mitate-nurse-hero-light", **EXPERIMENT}
    assert layer(page) == [["event", "experience_impression", told]]
    assert page.evaluate("`${dataLayer[0]}`") == "[object Arguments]"


def test_segment_gets_them_by_its_specification(page: Page, site: FakeSite) -> None:
    site.before = SEGMENT
    load(page, site, ["segment"])
    page.wait_for_function("told[0]")
    page.evaluate("mitate.track('Add To Cart', {value: 0, sku: 'N1'})")
    names = {"experiment_name": "nurse-hero", "variation_name": "light"}
    assert page.evaluate("told") == [
        ["Experiment Viewed", {**EXPERIMENT, **names}],
        ["Add To Cart", {"sku": "N1", "value": 0}],
    ]
    assert page.evaluate("window.dataLayer === undefined") is True


def test_what_happened_before_it_came_is_passed_on_too(page: Page, site: FakeSite) -> None:
    site.before = SEGMENT
    site.pages["/"] = "<script>mitate.track('early')</script><div data-mitate=hero>Own</div>"
    load(page, site, ["segment", "ga4"])
    page.wait_for_function("told[1]")
    assert sorted(name for name, _ in page.evaluate("told")) == ["Experiment Viewed", "early"]
    assert sorted(one["event"] for one in page.evaluate("dataLayer")) == ["early", "experience_impression"]


def test_a_holdout_is_a_variation_of_its_own(page: Page, site: FakeSite) -> None:
    site.before = SEGMENT
    site.deadline = 5000
    site.table = {"forward": ["segment"]}
    held = decision(variant=None, reason="HOLDOUT")
    site.answer = answer({"hero": held}, purposes=["analytics"])
    page.goto(site.url())
    page.wait_for_function("told[0]")
    assert page.evaluate("told[0][1].variation_id") == "holdout"


@pytest.mark.parametrize("purposes", [(), ("personalization",)])
def test_without_consent_to_analytics_nothing_is_passed_on(
    page: Page, site: FakeSite, purposes: tuple[str, ...]
) -> None:
    site.before = SEGMENT
    load(page, site, ["segment", "ga4"], purposes=purposes)
    page.evaluate("mitate.track('looked')")
    assert page.evaluate("[told, window.dataLayer]") == [[], None]


@pytest.mark.parametrize("before", ["", GTAG])
def test_what_was_passed_on_is_not_read_back(page: Page, site: FakeSite, before: str) -> None:
    site.before = before
    site.deadline = 5000
    site.table = {"forward": ["ga4"]}
    waits = {
        "when": {"var": "live.event.experience_impression"},
        "decisions": {"hero": decision("other", html="Other")},
    }
    site.answer = answer({"hero": decision(html="New")}, purposes=["analytics"], residuals=[waits])
    page.goto(site.url())
    page.wait_for_function("window.dataLayer && dataLayer[0]")
    assert page.evaluate("mitate.loader.read('live.event.experience_impression')") is False
    page.evaluate("dataLayer.push({event: 'experience_impression'})")
    assert page.evaluate("mitate.loader.read('live.event.experience_impression')") is True


def test_what_the_page_itself_tells_one_of_them_is_not_told_to_the_other(page: Page, site: FakeSite) -> None:
    site.before = SEGMENT
    load(page, site, ["segment", "ga4"])
    page.wait_for_function("told[0]")
    page.evaluate("dataLayer.push({event: 'sign_up'}); analytics.track('Signed Up', {})")
    page.evaluate("mitate.track('last')")
    assert [name for name, _ in page.evaluate("told")] == ["Experiment Viewed", "Signed Up", "last"]
    assert [one["event"] for one in page.evaluate("dataLayer")] == ["experience_impression", "sign_up", "last"]


def test_analytics_that_fail_disturb_nobody(page: Page, site: FakeSite) -> None:
    site.before = "<script>window.analytics = { track() { throw Error('no') } }</script>"
    load(page, site, ["segment", "ga4", "unknown"])
    page.wait_for_function("window.dataLayer && dataLayer[0]")
    assert page.inner_text("[data-mitate=hero]") == "New"
