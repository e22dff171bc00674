"""Hakari, the example of hints in an application, as its members meet it: at once, without the server, and never too often."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, Response, expect

from ..browser.chromium import Complaints, opened  # noqa: TID252
from .showing import SOMEONE, found_by_check, missed_by_cases, printed, shown_in, started, violations

SITE = "saas/site"
SECOND = 1000
"""Milliseconds, as the page's clock counts."""

READY = """() => new Promise((done) => {
  const look = () => mitate.loader.read ? done() : setTimeout(look, 20);
  look();
})"""
WAITING = "(mitate.loader.answer.residuals || []).flatMap(({ decisions }) => Object.values(decisions)).map((one) => one.experience)"

ALL = ["export-greyed", "export-unused", "report-idle", "plans-compared", "invitation-unsent", "report-unsaved"]

Open = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The application, started as its README says."""
    with started("saas/app.py") as address:
        yield address


@pytest.fixture
def member(chromium: Browser, complaints: Complaints) -> Open:
    """Open the application's page as a member's browser; by default a wide English one."""

    def open_as(**options: object) -> AbstractContextManager[Page]:
        wide = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "user_agent": SOMEONE}
        return opened(chromium, complaints, **{**wide, **options})

    return open_as


def load(page: Page, address: str, member: str = "new") -> None:
    """Log in as somebody new, and wait until all that waits for the member waits."""
    page.clock.install()
    page.goto(f"{address}/as/{member}")
    page.evaluate(READY)


def hint(page: Page, slot: str) -> Locator:
    return page.locator(f"[data-mitate={slot}] .tip")


def rage(page: Page) -> None:
    """Click the grey button three times; Playwright would wait for it to be no longer grey."""
    for _ in range(3):
        page.click("#export", force=True)


def leave(page: Page) -> None:
    """Move the mouse out of the window, at its top."""
    page.mouse.move(300, 40)
    page.mouse.move(300, -5)


def view(page: Page, name: str) -> None:
    page.click(f"nav a[href='#{name}']")
    expect(page.locator("h1")).to_be_focused()


def end(page: Page, last: str) -> None:
    page.locator(last).scroll_into_view_if_needed()


def told(page: Page, kind: str) -> AbstractContextManager[object]:
    """Wait until the server has taken a batch with such an event."""

    def is_it(answer: Response) -> bool:
        return answer.url.endswith("/v1/events") and f'"{kind}"' in (answer.request.post_data or "")

    return page.expect_response(is_it)


# -- the site


def test_the_site_is_clean_and_its_cases_reach_all_of_its_rules() -> None:
    assert found_by_check(SITE) == []
    assert missed_by_cases(SITE) == ([], [])


@pytest.mark.parametrize(("command", "output"), shown_in("saas/README.md"))
def test_the_readme_shows_what_the_commands_print(command: str, output: str) -> None:
    if command.startswith("mitate"):
        assert printed(command) == output


# -- what a member does, and what is said to it


@pytest.mark.browser
@pytest.mark.parametrize(
    ("locale", "said"), [("en-GB", "Export starts from a saved report"), ("ja-JP", "書き出しは、保存したレポートから")]
)
def test_a_burst_of_clicks_on_the_grey_button_is_answered_at_once_and_without_the_server(
    member: Open, address: str, locale: str, said: str
) -> None:
    with member(locale=locale) as page:
        load(page, address)
        asked: list[str] = []

        def note(request: Request) -> None:
            asked.append(request.url)

        page.on("request", note)
        expect(page.locator(".tip")).to_have_count(0)
        rage(page)
        expect(hint(page, "export-tip").locator(".tip-title")).to_have_text(said, use_inner_text=True)
        assert [url for url in asked if "/v1/decide" in url] == []


@pytest.mark.browser
def test_a_hint_that_is_followed_does_it_and_goes(member: Open, address: str) -> None:
    with member() as page:
        load(page, address)
        rage(page)
        page.get_by_role("button", name="Save the report").click()
        expect(hint(page, "export-tip")).to_be_hidden()
        expect(page.locator("#report-said")).to_have_text("Saved.")
        expect(page.locator("#export")).to_have_attribute("aria-disabled", "false")
        expect(page.locator("h1")).to_be_focused()


@pytest.mark.browser
def test_at_the_totals_export_is_offered_until_the_backend_says_that_it_was_used(member: Open, address: str) -> None:
    with member() as page:
        load(page, address)
        end(page, "tfoot")
        with page.expect_download() as download, page.expect_response("**/v1/decide"):
            page.get_by_role("button", name="Save and export").click()
        assert download.value.suggested_filename == "stores.csv"
        page.reload()
        page.evaluate(READY)
        assert page.evaluate(WAITING) == ["export-greyed", "plans-compared", "invitation-unsent", "report-unsaved"]


@pytest.mark.browser
def test_who_knows_the_application_is_told_nothing_about_it(member: Open, address: str) -> None:
    with member() as page:
        load(page, address, "power")
        assert page.evaluate(WAITING) == ["export-greyed", "invitation-unsent", "report-unsaved"]
        end(page, "tfoot")
        page.clock.run_for(20 * SECOND)
        view(page, "plans")
        end(page, "#plans-end")
        page.clock.run_for(SECOND)
        expect(page.locator(".tip")).to_have_count(0)


@pytest.mark.browser
def test_a_report_left_alone_for_15_seconds_shows_its_ways_in_and_moves_nothing(member: Open, address: str) -> None:
    with member() as page:
        load(page, address)
        page.mouse.move(200, 300)
        place = page.locator("table").bounding_box()
        page.clock.run_for(13 * SECOND)
        expect(page.locator(".tip")).to_have_count(0)
        page.clock.run_for(4 * SECOND)
        expect(hint(page, "report-tip")).to_be_visible()
        assert page.locator("table").bounding_box() == place


@pytest.mark.browser
def test_an_invitation_begun_and_left_can_be_returned_to(member: Open, address: str) -> None:
    with member() as page:
        load(page, address)
        view(page, "invite")
        page.fill("#email", "mori@")
        view(page, "reports")
        page.clock.run_for(11 * SECOND)
        page.get_by_role("button", name="Back to the invitation").click()
        expect(page.locator("#email")).to_be_focused()
        expect(page.locator("#email")).to_have_value("mori@")


@pytest.mark.browser
def test_only_a_changed_report_asks_to_be_saved_before_it_is_left(member: Open, address: str) -> None:
    with member() as page:
        load(page, address)
        page.select_option("#period", "30")
        expect(page.locator(".tip")).to_have_count(0)
        leave(page)
        expect(hint(page, "corner")).to_contain_text("unsaved changes")


# -- never too often


@pytest.mark.browser
def test_what_was_dismissed_never_comes_again(member: Open, address: str) -> None:
    with member() as page:
        load(page, address)
        assert page.evaluate(WAITING) == ALL
        rage(page)
        with told(page, "dismiss"):
            hint(page, "export-tip").get_by_role("button", name="Don’t show again").click()
            expect(page.locator(".tip")).to_have_count(0)
        page.reload()
        page.evaluate(READY)
        assert "export-greyed" not in page.evaluate(WAITING)
        rage(page)
        view(page, "plans")
        end(page, "#plans-end")
        # What else the member does is still answered.
        expect(hint(page, "plans-tip")).to_be_visible()
        view(page, "reports")
        expect(hint(page, "export-tip")).to_have_count(0)


@pytest.mark.browser
def test_a_hint_rests_for_the_week_once_it_was_seen_often_enough(member: Open, address: str) -> None:
    with member() as page:
        load(page, address)
        with told(page, "exposure"):
            page.clock.run_for(17 * SECOND)
            expect(hint(page, "report-tip")).to_be_visible()
        page.reload()
        page.evaluate(READY)
        assert "report-idle" not in page.evaluate(WAITING)


@pytest.mark.browser
def test_without_consent_no_hint_is_shown_since_none_could_be_remembered(member: Open, address: str) -> None:
    with member() as page:
        load(page, address)
        with page.expect_response("**/v1/decide"):
            page.uncheck("#remember")
        page.reload()
        expect(page.locator("[data-mitate=corner]")).to_have_attribute("data-mitate-state", "default")
        rage(page)
        page.clock.run_for(SECOND)
        expect(page.locator(".tip")).to_have_count(0)
        assert page.evaluate("[document.cookie.includes('mitate_id'), localStorage.length]") == [False, 0]


# -- without the network


@pytest.mark.browser
def test_all_of_it_works_when_the_network_is_gone_and_is_told_when_it_is_back(
    member: Open, address: str, complaints: Complaints
) -> None:
    complaints.expect("ERR_INTERNET_DISCONNECTED")
    with member() as page:
        load(page, address)
        page.context.set_offline(True)
        view(page, "plans")
        end(page, "#plans-end")
        expect(hint(page, "plans-tip")).to_be_visible()
        page.get_by_role("button", name="Price by headcount").click()
        expect(page.locator("#people")).to_be_focused()
        view(page, "invite")
        page.fill("#words", "Have a look")
        view(page, "reports")
        rage(page)
        expect(hint(page, "export-tip")).to_be_visible()
        hint(page, "export-tip").get_by_role("button", name="Don’t show again").click()
        expect(hint(page, "export-tip")).to_have_count(0)
        page.clock.run_for(17 * SECOND)
        expect(hint(page, "corner")).to_contain_text("not sent yet")
        # Where the page was scrolled to by the click, less than half of the report may be in view.
        page.evaluate("scrollTo(0, 0)")
        for _ in range(20):
            if not hint(page, "report-tip").is_visible():
                page.clock.run_for(SECOND)
        expect(hint(page, "report-tip")).to_be_visible()
        with told(page, "dismiss"):
            page.context.set_offline(False)
            page.clock.run_for(60 * SECOND)
        page.reload()
        page.evaluate(READY)
        assert "export-greyed" not in page.evaluate(WAITING)


# -- for everyone


@pytest.mark.browser
@pytest.mark.parametrize(("locale", "width"), [("ja-JP", 1280), ("en-GB", 390)])
def test_axe_finds_nothing_with_every_hint_shown(member: Open, address: str, locale: str, width: int) -> None:
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    with member(locale=locale, viewport={"width": width, "height": 844}, reduced_motion="reduce") as page:
        load(page, address)
        view(page, "plans")
        end(page, "#plans-end")
        expect(hint(page, "plans-tip")).to_be_visible()
        looks = [violations(page)]
        view(page, "invite")
        page.fill("#email", "mori@")
        looks.append(violations(page))
        view(page, "reports")
        page.select_option("#period", "91")
        rage(page)
        page.clock.run_for(17 * SECOND)
        end(page, "tfoot")
        for slot in ("report-tip", "export-tip", "totals-tip", "corner"):
            expect(hint(page, slot)).to_be_visible()
        page.click("summary")
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            looks.append(violations(page))
        assert looks == [[], [], [], []]
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0


# -- and why


@pytest.mark.browser
@pytest.mark.parametrize(
    ("locale", "tab", "slot", "said"),
    [
        ("ja-JP", "表示枠", "レポートの上", "操作のない時間が15秒以上になること"),
        ("en-GB", "Slots", "Above the report", "time without activity"),
    ],
)
def test_the_link_why_opens_the_panel_that_says_what_each_hint_waits_for(
    member: Open, address: str, locale: str, tab: str, slot: str, said: str
) -> None:
    with member(locale=locale) as page:
        page.goto(f"{address}/as/new")
        page.goto(f"{address}/why")
        page.locator("mitate-panel .bar").click()
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tabpanel").get_by_role("region", name=slot)).to_contain_text(said)
