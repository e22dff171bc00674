"""The newspaper: topics that were opened move up below the top news, and a share stays for the unexpected."""

from __future__ import annotations

import re
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

SITE = "news/site"
TOP = ["bridge", "budget", "snow"]
EDITORS = [*TOP, "marathon", "museum", "miso", "comet", "library", "volley", "deep-sea", "piano", "persimmon"]
EDITORS_THREE = ["clock", "ferry", "goalie"]
MARKED = ".story.mitate-preferred"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 375, "height": 740}


@pytest.fixture(scope="module")
def paper() -> Iterator[str]:
    """The paper, started as its README says."""
    with started("news/app.py") as address:
        yield address


@pytest.fixture
def page(chromium: Browser, complaints: Complaints) -> Iterator[Page]:
    with opened(chromium, complaints, user_agent=SOMEONE, locale="en-GB", viewport=WIDE) as page:
        page.add_init_script(SHIFTS)
        yield page


def three(page: Page) -> list[str]:
    """Give the articles that the box shows."""
    return [one for one, seen in zip(order(page, ".pick"), shown(page), strict=True) if seen]


def shown(page: Page) -> list[bool]:
    return [pick.is_visible() for pick in page.locator(".pick").all()]


def test_the_site_is_checked_and_its_cases_reach_every_rule() -> None:
    assert found_by_check(SITE) == []
    assert missed_by_cases(SITE) == ([], [])


def test_the_readme_shows_what_the_commands_print() -> None:
    shown = shown_in("news/README.md")
    assert len(shown) == 2
    assert [printed(command) for command, _ in shown] == [output for _, output in shown]


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "ja"])
def test_topics_that_were_opened_move_up_below_the_top_news(page: Page, paper: str, language: str) -> None:
    page.goto(f"{paper}/{language}/as/stars")
    assert decided(page, "latest") == "ranked TARGETING_MATCH"
    others = [one for one in EDITORS if one not in (*TOP, "comet", "deep-sea")]
    assert order(page, ".story") == [*TOP, "comet", "deep-sea", *others]
    label = {"en": "Often read topic", "ja": "よく読む話題"}[language]
    expect(page.locator(".story .mitate-preferred-label")).to_have_text([label] * 3)
    expect(page.locator(".why")).to_contain_text(
        {"en": "interest in science is 49 (40 or more)", "ja": "科学への関心度が49(基準40以上)"}[language]
    )


@pytest.mark.browser
def test_a_third_of_the_places_is_kept_for_the_unexpected(page: Page, paper: str) -> None:
    page.goto(f"{paper}/en/as/table")
    assert decided(page, "latest") == "ranked TARGETING_MATCH"
    below = order(page, ".story")[len(TOP) :]
    # The stronger topic first; every third place has something else, as long as there is something liked for the others.
    assert below[:6] == ["miso", "persimmon", "marathon", "museum", "piano", "comet"]
    assert sorted(below) == sorted(EDITORS[len(TOP) :])


@pytest.mark.browser
@pytest.mark.parametrize(
    ("reader", "picked"), [("stars", ["frost", "moss", "clock"]), ("table", ["broth", "noodle", "clock"])]
)
def test_the_box_shows_two_often_read_and_one_unexpected(
    page: Page, paper: str, reader: str, picked: list[str]
) -> None:
    page.goto(f"{paper}/en/as/{reader}")
    assert decided(page, "three") == "by-topic TARGETING_MATCH"
    assert three(page) == picked
    expect(page.get_by_role("heading", name="Two often read, one surprise")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize("reader", ["faded", "new"])
def test_others_see_the_editors_page(page: Page, paper: str, reader: str) -> None:
    page.goto(f"{paper}/en/as/{reader}")
    assert decided(page, "latest").endswith({"faded": "DEFAULT", "new": "CONSENT"}[reader])
    assert (order(page, ".story"), three(page), order(page, MARKED)) == (EDITORS, EDITORS_THREE, [])


@pytest.mark.browser
def test_who_agrees_and_opens_two_articles_of_a_topic_finds_it_first_the_next_time(page: Page, paper: str) -> None:
    page.goto(f"{paper}/en/")
    decided(page, "latest")
    page.get_by_role("button", name="Yes").click()
    page.wait_for_function("() => mitate.decisions.latest.reason == 'DEFAULT'")
    for name in ("Hoshimi High in the volleyball final", "Harbour half marathon draws 4,000 runners"):
        page.get_by_role("link", name=name).click()
        page.wait_for_url("**/sport/*")
        page.wait_for_function("() => window.mitate && mitate.decisions.latest")
        page.get_by_role("link", name="Front page").click()
        page.wait_for_url(re.compile("/en/$"))
        decided(page, "latest")
    # The page was there at once, as it was; behind it the answer for the next time has come.
    page.wait_for_function("() => localStorage.mitate.includes('weights')")
    page.reload()
    assert decided(page, "latest") == "ranked TARGETING_MATCH"
    assert order(page, ".story")[:5] == [*TOP, "marathon", "volley"]
    expect(page.locator(".why")).to_contain_text("interest in sport is 50")


@pytest.mark.browser
def test_who_says_no_is_not_remembered(page: Page, paper: str) -> None:
    page.goto(f"{paper}/ja/")
    decided(page, "latest")
    page.get_by_role("button", name="いいえ").click()
    expect(page.locator(".ask")).to_be_hidden()
    for path in ("science/comet", "science/deep-sea", ""):
        page.goto(f"{paper}/ja/{path}")
        page.wait_for_function("() => window.mitate && mitate.decisions.latest")
    assert decided(page, "latest").endswith("CONSENT")
    assert order(page, ".story") == EDITORS
    assert "mitate_id" not in [one.get("name") for one in page.context.cookies()]


@pytest.mark.browser
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("reader", ["new", "stars", "table"])
def test_nothing_jumps(page: Page, paper: str, reader: str, viewport: dict[str, int]) -> None:
    page.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
    page.goto(f"{paper}/en/as/{reader}")
    decided(page, "latest")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("shifts") == []
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]


@pytest.mark.browser
def test_the_editors_page_is_there_when_mitate_is_gone(page: Page, paper: str, complaints: Complaints) -> None:
    complaints.expect("ERR_FAILED")
    page.route("**/mitate/**", lambda route: route.abort())
    page.goto(f"{paper}/en/as/stars")
    page.wait_for_selector("[data-mitate=latest][data-mitate-state=default]")
    expect(page.locator(".story").first).to_be_visible()
    assert (order(page, ".story"), three(page)) == (EDITORS, EDITORS_THREE)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_whoever_reads(chromium: Browser, complaints: Complaints, paper: str, scheme: str) -> None:
    with opened(
        chromium, complaints, user_agent=SOMEONE, locale="ja-JP", viewport=WIDE, color_scheme=scheme, bypass_csp=True
    ) as page:
        for path in ("ja/as/new", "ja/as/stars", "en/as/table", "en/as/faded", "en/science/comet"):
            page.goto(f"{paper}/{path}")
            page.wait_for_function("() => window.mitate && mitate.decisions.latest")
            assert (path, violations(page)) == (path, [])
