"""What the snippet tells of a visitor, and what it leaves on their machine."""

from __future__ import annotations

import re
import threading

import pytest
from playwright.sync_api import Browser, Page

from .chromium import Complaints, opened
from .fake_site import DEFAULT, VARIANT, FakeSite, answer, decision

pytestmark = pytest.mark.browser

HERO = "[data-mitate=hero]"
ID = "abcdefghijklmnopqrst_-"
ALL = ["personalization", "analytics"]
READY = "!Array.isArray(mitate.loader)"
"""mitate.js has come and answers calls itself."""


@pytest.fixture(autouse=True)
def patient(site: FakeSite) -> None:
    """A busy machine keeps this deadline."""
    site.deadline = 5000


def cookies(page: Page) -> dict[str, str]:
    return {
        str(cookie["name"]): str(cookie["value"])
        for cookie in page.context.cookies()
        if "name" in cookie and "value" in cookie
    }


def stored(page: Page) -> int:
    count: int = page.evaluate("localStorage.length + sessionStorage.length")
    return count


def settle(page: Page, site: FakeSite, path: str = "/") -> None:
    page.goto(site.url(path))
    page.wait_for_selector(f"{HERO}[data-mitate-state]")
    page.wait_for_function(READY)


def test_the_question_says_what_the_contract_names_and_no_more(
    chromium: Browser, site: FakeSite, complaints: Complaints
) -> None:
    with opened(
        chromium,
        complaints,
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        viewport={"width": 390, "height": 800},
        has_touch=True,
    ) as page:
        settle(page, site, "/?utm_source=mail")
    (asked,) = site.asked
    sent = asked.pop("sent")
    view = asked.pop("page_view")
    assert asked == {
        "site": "shoes",
        "url": site.url("/?utm_source=mail"),
        "referrer": "",
        "title": "Shoes",
        "zone": "Asia/Tokyo",
        "language": "en",
        "touch": True,
        "screen": 390,
        "table": "table-1",
    }
    assert re.fullmatch(r"[0-9]{8,}", str(view))
    assert sent == {"content-type": "text/plain;charset=UTF-8", "cookie": None}


def test_without_consent_nothing_is_left_on_the_machine_and_nothing_reported(page: Page, site: FakeSite) -> None:
    settle(page, site)
    assert page.inner_text(HERO).strip() == VARIANT
    page.evaluate("mitate.track('looked')")
    page.goto(site.url("/"))
    page.wait_for_selector(f"{HERO}[data-mitate-state]")
    assert cookies(page) == {}
    assert stored(page) == 0
    assert site.batches == []
    assert site.asked[0]["page_view"] != site.asked[1]["page_view"]


def test_the_id_the_server_draws_is_kept_for_a_year_and_comes_back_in_the_body_alone(
    page: Page, site: FakeSite
) -> None:
    site.answer = answer(purposes=ALL, visitor=ID)
    settle(page, site)
    (cookie,) = page.context.cookies()
    assert (cookie.get("name"), cookie.get("value"), cookie.get("sameSite"), cookie.get("secure"), cookie.get("path")) == (
        "mitate_id", ID, "Lax", False, "/",
    )  # fmt: skip
    days = (cookie.get("expires", 0) - page.evaluate("Date.now() / 1000")) / 86400
    assert 364 < days <= 365
    settle(page, site)
    assert site.asked[1]["visitor"] == ID
    assert site.asked[1]["sent"] == {"content-type": "text/plain;charset=UTF-8", "cookie": None}


def test_an_answer_without_a_visitor_deletes_the_id(page: Page, site: FakeSite) -> None:
    site.answer = answer(purposes=ALL, visitor=ID)
    settle(page, site)
    site.answer = answer()
    settle(page, site)
    assert cookies(page) == {}


def test_consent_is_remembered_and_the_page_asks_again_and_applies(page: Page, site: FakeSite) -> None:
    site.answer = answer({"hero": {"reason": "CONSENT", "basis": "everyone"}})
    settle(page, site)
    assert page.inner_text(HERO).strip() == DEFAULT
    site.answer = answer(purposes=ALL, visitor=ID)
    page.evaluate("mitate.consent({ personalization: true, analytics: true })")
    page.wait_for_selector(f"text={VARIANT}")
    assert "consent" not in site.asked[0]
    assert site.asked[1]["consent"] == "11"
    assert site.asked[1]["page_view"] == site.asked[0]["page_view"]
    assert cookies(page) == {"mitate_consent": "11", "mitate_id": ID}
    settle(page, site)
    assert site.asked[2]["consent"] == "11"


def test_consent_given_before_mitate_js_has_come_is_not_lost(page: Page, site: FakeSite) -> None:
    site.head = "<script>mitate.consent({ analytics: true })</script>"
    settle(page, site)
    site.until(lambda: len(site.asked) == 2)
    assert site.asked[1]["consent"] == "01"


def test_a_banner_that_repeats_the_choice_on_every_page_asks_nothing_new(page: Page, site: FakeSite) -> None:
    page.context.add_cookies([{"name": "mitate_consent", "value": "10", "url": site.origin}])
    site.head = "<script>mitate.consent({ personalization: true })</script>"
    settle(page, site)
    settle(page, site)
    assert len(site.asked) == 2


def test_denial_deletes_the_id_at_once_even_when_the_server_is_down(
    page: Page, site: FakeSite, complaints: Complaints
) -> None:
    complaints.expect("ERR_|Failed to load")
    site.answer = answer(purposes=ALL, visitor=ID)
    settle(page, site)
    site.refuse = True
    page.evaluate("mitate.consent({ personalization: false, analytics: false })")
    assert cookies(page) == {"mitate_consent": "00"}
    page.wait_for_selector(f"{HERO}[data-mitate-state=default]")
    assert page.inner_text(HERO).strip() == DEFAULT
    assert site.asked[1].get("visitor") is None


def test_an_answer_to_the_choice_before_leaves_nothing_behind(page: Page, site: FakeSite) -> None:
    site.answer = answer()
    settle(page, site)
    gate = site.gate = threading.Event()
    site.answer = answer(purposes=ALL, visitor=ID)
    page.evaluate("mitate.consent({ personalization: true, analytics: true })")
    site.until(lambda: len(site.asked) == 2)
    site.gate = None
    site.answer = answer({})
    page.evaluate("mitate.consent({})")
    page.wait_for_selector(f"{HERO}[data-mitate-state=default]")
    with page.expect_response("**/v1/decide"):
        gate.set()
    page.evaluate("() => new Promise(done => setTimeout(done))")
    assert cookies(page) == {"mitate_consent": "00"}
    assert page.inner_text(HERO).strip() == DEFAULT


@pytest.mark.parametrize("signal", [True, False])
def test_global_privacy_control_is_told(page: Page, site: FakeSite, signal: bool) -> None:
    page.add_init_script(
        f"Object.defineProperty(navigator, 'globalPrivacyControl', {{ value: {str(signal).lower()} }})"
    )
    settle(page, site)
    assert site.asked[0]["gpc"] is signal


@pytest.mark.parametrize("value", ["%00", "{}", "null", "1", "21"])
def test_a_consent_cookie_of_another_make_grants_nothing_it_does_not_say(
    page: Page, site: FakeSite, value: str
) -> None:
    page.context.add_cookies([{"name": "mitate_consent", "value": value, "url": site.origin}])
    settle(page, site)
    assert site.asked[0]["consent"] == value


def test_a_cookie_whose_name_ends_like_ours_is_not_ours(page: Page, site: FakeSite) -> None:
    page.context.add_cookies([{"name": "not_mitate_id", "value": "x" * 22, "url": site.origin}])
    settle(page, site)
    assert site.asked[0].get("visitor") is None


def test_with_storage_denied_the_page_is_personalized_all_the_same(page: Page, site: FakeSite) -> None:
    page.add_init_script("""
      for (const name of ["localStorage", "sessionStorage"]) {
        Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError") } });
      }
      Object.defineProperty(Document.prototype, "cookie", { get: () => "", set: () => {} });
    """)
    site.answer = answer(purposes=ALL, visitor=ID)
    settle(page, site)
    assert page.inner_text(HERO).strip() == VARIANT
    page.evaluate("mitate.consent({ personalization: true })")
    site.until(lambda: len(site.asked) == 2)
    assert site.asked[1]["consent"] == "10"
    assert site.asked[1]["visitor"] == ID


def test_in_a_sandboxed_frame_the_page_is_as_it_is(page: Page, site: FakeSite) -> None:
    site.pages["/frame"] = '<iframe sandbox="allow-scripts" src="/"></iframe>'
    page.goto(site.url("/frame"))
    frame = page.frame_locator("iframe")
    frame.locator(f"text={DEFAULT}").wait_for(state="visible")


def test_a_late_answer_is_not_written_down_without_consent_to_personalization(page: Page, site: FakeSite) -> None:
    site.deadline = 50
    gate = site.gate = threading.Event()
    site.answer = answer(purposes=["analytics"], visitor=ID)
    page.add_init_script("document.addEventListener('mitate:late', () => window.late_ = true)")
    page.goto(site.url())
    page.wait_for_selector(f"{HERO}[data-mitate-state=default]")
    gate.set()
    page.wait_for_function("window.late_")
    assert stored(page) == 0


def test_listeners_hear_what_was_decided_and_applied(page: Page, site: FakeSite, complaints: Complaints) -> None:
    complaints.expect("a mistake of the page's own")
    site.deadline = 5000
    site.head = """<script>
      window.heard_ = [];
      mitate.on("decided", answer => heard_.push(["decided", answer.version]));
      mitate.on("applied", one => heard_.push(["applied", one.slot, one.state, one.element.id]));
      mitate.on("applied", () => { throw Error("a mistake of the page's own") });
    </script>"""
    site.pages["/"] = f'<div data-mitate="hero" id="it">{DEFAULT}</div>'
    site.answer = answer({"hero": decision(text=VARIANT)})
    page.goto(site.url())
    page.wait_for_selector(f"{HERO}[data-mitate-state=variant]")
    assert page.evaluate("heard_") == [["decided", "0123456789abcdef"], ["applied", "hero", "variant", "it"]]
    assert page.evaluate("mitate.decisions.hero.variant") == "light"
