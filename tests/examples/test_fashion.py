"""The fashion shop: results are marked with their reason and keep their order; another arm moves them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from ..browser.chromium import Complaints, opened  # noqa: TID252
from .showing import (
    SHIFTS,
    SOMEONE,
    decided,
    found_by_check,
    missed_by_cases,
    order,
    printed,
    shown_in,
    started,
    violations,
)

SITE = "fashion/site"
OWN_ORDER = [
    "hamabe",
    "yoake",
    "tomoshibi",
    "sumi",
    "komorebi",
    "minamo",
    "yoru",
    "kinako",
    "akane",
    "kage",
    "matsu",
    "shirasu",
]
MARKED = ".card.mitate-preferred"
REASON = {"en": "The colour you often choose", "ja": "よく選ばれる色です"}
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 375, "height": 740}


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    """The shop, started as its README says."""
    with started("fashion/app.py") as address:
        yield address


@pytest.fixture
def page(chromium: Browser, complaints: Complaints) -> Iterator[Page]:
    with opened(chromium, complaints, user_agent=SOMEONE, locale="en-GB", viewport=WIDE) as page:
        page.add_init_script(SHIFTS)
        yield page


def test_the_site_is_checked_and_its_cases_reach_every_rule() -> None:
    assert found_by_check(SITE) == []
    assert missed_by_cases(SITE) == ([], [])


def test_the_readme_shows_what_the_commands_print() -> None:
    shown = shown_in("fashion/README.md")
    assert len(shown) == 2
    assert [printed(command) for command, _ in shown] == [output for _, output in shown]


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_colour_often_chosen_is_marked_with_the_reason_and_nothing_moves(
    page: Page, shop: str, language: str
) -> None:
    page.goto(f"{shop}/{language}/as/aoi")
    assert decided(page, "results") == "highlight SPLIT"
    assert order(page, ".card") == OWN_ORDER
    assert order(page, MARKED) == ["sumi", "yoru", "kage"]
    labels = page.locator(".mitate-preferred-label")
    expect(labels).to_have_text([REASON[language]] * 3)
    expect(labels.first).to_be_visible()
    expect(page.locator(".why")).to_contain_text({"en": "affinity for black is 72", "ja": "黒を選ぶ傾向が72"}[language])


@pytest.mark.browser
def test_the_second_arm_moves_them_to_the_front_and_leaves_the_rest_in_order(page: Page, shop: str) -> None:
    page.goto(f"{shop}/en/as/ren")
    assert decided(page, "results") == "first SPLIT"
    assert order(page, MARKED) == ["yoake", "minamo"]
    assert order(page, ".card") == ["yoake", "minamo", *[one for one in OWN_ORDER if one not in ("yoake", "minamo")]]


@pytest.mark.browser
def test_a_brand_is_marked_where_no_colour_is_chosen_often(page: Page, shop: str) -> None:
    page.goto(f"{shop}/en/as/sora")
    assert decided(page, "results") == "highlight TARGETING_MATCH"
    assert order(page, MARKED) == ["tomoshibi", "minamo", "kage", "matsu"]
    expect(page.locator(".mitate-preferred-label").first).to_have_text("A brand you often choose")


@pytest.mark.browser
@pytest.mark.parametrize(("customer", "said"), [("mio", "undefined HOLDOUT"), ("guest", "undefined CONSENT")])
def test_the_comparison_group_and_strangers_see_the_shops_own_page(
    page: Page, shop: str, customer: str, said: str
) -> None:
    page.goto(f"{shop}/en/as/{customer}")
    assert decided(page, "results").replace("null", "undefined") == said
    assert order(page, ".card") == OWN_ORDER
    assert order(page, MARKED) == []


@pytest.mark.browser
def test_a_page_cannot_make_itself_a_customer(page: Page, shop: str) -> None:
    page.goto(f"{shop}/en/as/guest")
    decided(page, "results")
    page.evaluate("mitate.consent({ personalization: true }); mitate.identify('aoi')")
    page.wait_for_function("() => mitate.decisions.results.reason == 'DEFAULT'")
    assert order(page, MARKED) == []


@pytest.mark.browser
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("customer", ["aoi", "ren", "sora"])
def test_nothing_jumps(page: Page, shop: str, customer: str, viewport: dict[str, int]) -> None:
    page.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
    page.goto(f"{shop}/en/as/{customer}")
    decided(page, "results")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("shifts") == []
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]


@pytest.mark.browser
def test_the_shops_own_order_is_there_when_mitate_is_gone(page: Page, shop: str, complaints: Complaints) -> None:
    complaints.expect("ERR_FAILED")
    page.route("**/mitate/**", lambda route: route.abort())
    page.goto(f"{shop}/en/as/aoi")
    expect(page.locator(".card").first).to_be_visible()
    page.wait_for_selector("[data-mitate=results][data-mitate-state=default]")
    assert order(page, ".card") == OWN_ORDER
    assert order(page, MARKED) == []


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_whoever_visits(chromium: Browser, complaints: Complaints, shop: str, scheme: str) -> None:
    with opened(
        chromium, complaints, user_agent=SOMEONE, locale="ja-JP", viewport=WIDE, color_scheme=scheme, bypass_csp=True
    ) as page:
        for path in ("ja/as/guest", "ja/as/aoi", "en/as/ren", "en/as/sora", "en/item/sumi"):
            page.goto(f"{shop}/{path}")
            page.wait_for_function("() => window.mitate && mitate.decisions.results")
            assert (path, violations(page)) == (path, [])


@pytest.mark.browser
def test_the_panel_opens_from_the_bar_and_says_why(page: Page, shop: str) -> None:
    page.goto(f"{shop}/ja/as/aoi")
    page.get_by_role("link", name="くわしく見る").click()
    page.get_by_role("button", name="プレビュー").click()
    expect(page.locator("mitate-panel").get_by_text("黒を選ぶ傾向が72").first).to_be_visible()
    assert order(page, MARKED) == ["sumi", "yoru", "kage"]


@pytest.mark.browser
def test_what_is_put_into_the_bag_is_told(page: Page, shop: str) -> None:
    page.goto(f"{shop}/en/as/aoi")
    page.goto(f"{shop}/en/item/sumi")
    page.wait_for_function("() => window.mitate && mitate.decisions.results")
    with page.expect_request("**/mitate/v1/events") as sent:
        page.get_by_role("button", name="Add to bag").click()
        expect(page.get_by_role("status")).to_have_text("It is in your bag.")
    assert '"add_to_bag"' in str(sent.value.post_data)
