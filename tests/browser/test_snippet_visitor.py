"""What the snippet tells of a visitor, and what it leaves on their machine."""

from __future__ import annotations

import json
import re
import threading
import time

import pytest
from playwright.sync_api import Browser, Page, Route

from .chromium import Complaints, opened
from .fake_site import DEFAULT, VARIANT, FakeSite, Json, answer, decision

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
    # Both questions are on their way at the same time, and either may arrive first.
    assert {ask.get("consent") for ask in site.asked} == {None, "01"}


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


def agree(page: Page, site: FakeSite, **more: object) -> None:
    """Have a visitor who allows everything come to the page, and be answered by what they allow from then on."""
    page.context.add_cookies([
        {"name": "mitate_consent", "value": "11", "url": site.origin},
        {"name": "mitate_id", "value": ID, "url": site.origin},
    ])  # fmt: skip
    allowed = answer({"hero": decision(html=f"<h1>{VARIANT}</h1>", left=3)}, purposes=ALL, visitor=ID, **more)  # type: ignore[arg-type]
    site.answer = lambda ask: allowed if ask.get("consent") == "11" else answer({})
    settle(page, site)


KEPT = "Object.keys(localStorage)"


def test_nothing_done_after_a_withdrawal_is_kept_even_when_no_server_answers(
    page: Page, site: FakeSite, complaints: Complaints
) -> None:
    complaints.expect("ERR_|Failed to load")
    agree(page, site, lasts=3600)
    site.events_status = 503
    site.refuse = True
    page.context.set_offline(True)
    page.evaluate("mitate.consent({}), mitate.track('looked'), dispatchEvent(new Event('pagehide'))")
    assert page.evaluate(KEPT) == []
    assert cookies(page) == {"mitate_consent": "00"}


def tracked(site: FakeSite) -> list[object]:
    """Give the names of the events that arrived, once the last one, "end", has."""
    site.until(lambda: any(event.get("name") == "end" for event in site.events))
    return [event["name"] for event in site.events if event["type"] == "track"]


def test_what_waits_to_be_told_is_forgotten_when_analytics_are_denied(page: Page, site: FakeSite) -> None:
    agree(page, site)
    page.evaluate("""
      mitate.track("looked");
      mitate.consent({ personalization: true });
      mitate.consent({ personalization: true, analytics: true });
      mitate.track("end");
    """)
    assert tracked(site) == ["end"]


def test_what_an_earlier_page_left_to_be_told_is_forgotten_when_analytics_are_denied_since(
    page: Page, site: FakeSite
) -> None:
    site.pages["/plain"] = "<!doctype html><p>Plain"
    page.goto(site.url("/plain"))
    left = [{"at": 1, "of": "{}", "size": 90, "event": {"id": ID, "type": "track", "name": "looked"}}]
    page.evaluate("left => { localStorage.mitate_events = JSON.stringify(left) }", left)
    page.context.add_cookies([{"name": "mitate_consent", "value": "10", "url": site.origin}])
    site.answer = answer(purposes=["personalization"], visitor=ID)
    settle(page, site)
    page.evaluate("mitate.track('end')")
    assert tracked(site) == ["end"]
    assert page.evaluate(KEPT) == ["mitate"]


def test_a_withdrawal_in_another_tab_holds_in_this_one(page: Page, site: FakeSite) -> None:
    agree(page, site, lasts=3600)
    other = page.context.new_page()
    settle(other, site)
    other.evaluate("mitate.consent({})")
    other.wait_for_selector(f"{HERO}[data-mitate-state=default]")
    page.evaluate("mitate.expose('hero')")
    assert page.evaluate(KEPT) == []
    assert cookies(page) == {"mitate_consent": "00"}


def test_an_answer_that_was_on_its_way_during_a_withdrawal_in_another_tab_is_not_used(
    page: Page, site: FakeSite
) -> None:
    agree(page, site, lasts=3600)
    other = page.context.new_page()
    settle(other, site)
    gate = site.gate = threading.Event()
    page.evaluate("mitate.refresh()")
    site.until(lambda: len(site.asked) == 3)
    site.gate = None
    other.evaluate("mitate.consent({})")
    other.wait_for_selector(f"{HERO}[data-mitate-state=default]")
    gate.set()
    page.wait_for_selector(f"{HERO}[data-mitate-state=default]")
    assert page.evaluate(KEPT) == []
    assert cookies(page) == {"mitate_consent": "00"}


def test_a_visitor_who_clears_their_browser_is_someone_new_in_open_tabs_too(page: Page, site: FakeSite) -> None:
    site.answer = answer({})
    settle(page, site)
    allowed = answer(purposes=ALL, visitor=ID, lasts=3600)
    site.answer = lambda ask: allowed if ask.get("consent") == "11" else answer({})
    page.evaluate("mitate.consent({ personalization: true, analytics: true })")
    page.wait_for_selector(f"text={VARIANT}")
    page.context.clear_cookies()
    page.evaluate("localStorage.clear(), history.pushState(0, '', '/b')")
    page.wait_for_function("!mitate.decisions.hero")
    assert (site.asked[2].get("visitor"), site.asked[2].get("consent")) == (None, None)
    assert cookies(page) == {}
    assert page.evaluate(KEPT) == []


@pytest.mark.parametrize(
    ("choice", "purposes", "used"),
    [
        (None, ALL, True),
        ("11", ALL, True),
        ("10", ["personalization"], True),
        ("01", [], True),
        ("00", ALL, False),
        ("00", ["analytics"], False),
        ("10", ALL, False),
        ("01", ["personalization"], False),
    ],
)
def test_an_answer_in_the_page_is_used_unless_it_claims_what_the_visitor_has_denied(
    page: Page, site: FakeSite, choice: str | None, purposes: list[str], used: bool
) -> None:
    if choice:
        page.context.add_cookies([{"name": "mitate_consent", "value": choice, "url": site.origin}])
    said = json.dumps({**answer(purposes=purposes), "page_view": "a-view-of-the-backend"})
    site.before = f'<script type="application/json" data-mitate>{said}</script>'
    site.answer = answer({})
    settle(page, site)
    assert page.inner_text(HERO).strip() == (VARIANT if used else DEFAULT)
    assert len(site.asked) == (0 if used else 1)
    assert cookies(page) == ({"mitate_consent": choice} if choice else {})


def test_a_choice_lasts_a_year_from_the_last_visit_not_from_when_it_was_made(page: Page, site: FakeSite) -> None:
    page.context.add_cookies([
        {"name": "mitate_consent", "value": "10", "url": site.origin, "expires": time.time() + 86400},
    ])  # fmt: skip
    site.answer = answer(purposes=["personalization"], visitor=ID)
    settle(page, site)
    days = {
        str(cookie.get("name")): (cookie.get("expires", 0) - time.time()) / 86400 for cookie in page.context.cookies()
    }
    assert {name: round(left) for name, left in days.items()} == {"mitate_consent": 365, "mitate_id": 365}


NOTES = """
  window.states_ = [];
  new MutationObserver(changes => changes.forEach(({ target }) => states_.push(target.innerText.trim())))
    .observe(document, { attributes: true, attributeFilter: ["data-mitate-state"], subtree: true });
"""
"""Notes what the slot shows whenever it is settled."""

SAID: list[tuple[str, str, str]] = [
    ("mitate.consent({ personalization: true, analytics: true })", "consent", "11"),
    ("mitate.identify('a.signed.token')", "token", "a.signed.token"),
]


@pytest.mark.parametrize(("call", "name", "value"), SAID)
def test_what_is_said_of_the_visitor_right_behind_the_tag_is_part_of_the_first_answer(
    page: Page, site: FakeSite, call: str, name: str, value: str
) -> None:
    others = answer({"hero": decision(html="For somebody else")})
    site.answer = lambda ask: answer(purposes=ALL, visitor=ID) if ask.get(name) == value else others
    site.head = f"<script>{call}</script>"
    page.context.add_cookies([{"name": "mitate_id", "value": ID, "url": site.origin}])
    page.add_init_script(NOTES)
    settle(page, site)
    assert page.evaluate("states_") == [VARIANT]
    site.until(lambda: len(site.asked) == 2)
    assert {(ask.get(name), ask.get("visitor")) for ask in site.asked} == {(None, ID), (value, ID)}
    chosen = {"mitate_consent": value} if name == "consent" else {}
    assert cookies(page) == {"mitate_id": ID, **chosen}


def test_a_banner_that_denies_first_and_then_says_what_was_chosen_is_taken_at_its_last_word(
    page: Page, site: FakeSite
) -> None:
    site.head = "<script>mitate.consent({}); mitate.consent({ personalization: true })</script>"
    site.answer = lambda ask: answer({}) if ask.get("consent") != "10" else answer(visitor=ID, purposes=ALL[:1])
    page.add_init_script(NOTES)
    settle(page, site)
    assert page.evaluate("states_") == [VARIANT]
    # All are on their way at the same time, and arrive in any order.
    assert sorted(str(ask.get("consent")) for ask in site.asked) == ["00", "10", "None"]
    assert cookies(page) == {"mitate_consent": "10", "mitate_id": ID}


def test_whoever_chooses_again_after_the_choice_was_lost_keeps_their_id(page: Page, site: FakeSite) -> None:
    page.context.add_cookies([{"name": "mitate_id", "value": ID, "url": site.origin}])
    held: list[Route] = []
    page.route("**/mitate.js", lambda route: held.append(route))
    site.answer = lambda ask: answer(purposes=ALL, visitor=ID) if ask.get("consent") == "11" else answer({})
    with page.expect_request("**/mitate.js"):
        page.goto(site.url(), wait_until="commit")
    page.wait_for_selector(f"{HERO}[data-mitate-state=default]")
    page.evaluate("mitate.consent({ personalization: true, analytics: true })")
    held[0].continue_()
    page.wait_for_selector(f"text={VARIANT}")
    assert [ask.get("visitor") for ask in site.asked] == [ID, ID]
    assert cookies(page) == {"mitate_consent": "11", "mitate_id": ID}


def test_what_was_dismissed_in_another_tab_does_not_come_back_from_the_device(page: Page, site: FakeSite) -> None:
    site.pages["/other"] = site.pages["/"]
    agree(page, site, lasts=3600)
    other = page.context.new_page()
    settle(other, site)
    other.evaluate("mitate.dismiss('hero')")
    page.evaluate("history.pushState(0, '', '/other')")
    page.wait_for_function("localStorage.mitate.includes('/other')")
    assert page.evaluate("Object.keys(JSON.parse(localStorage.mitate).answers)") == ["/other"]
    site.gate = threading.Event()
    site.deadline = 300
    other.goto(site.url())
    other.wait_for_selector(f"{HERO}[data-mitate-state=default]")


def test_the_next_page_of_an_app_uses_no_kept_answer_that_another_tab_has_let_go_of(page: Page, site: FakeSite) -> None:
    site.deadline = 300
    agree(page, site, lasts=3600)
    page.evaluate("history.pushState(0, '', '/other')")
    page.wait_for_function("localStorage.mitate.includes('/other')")
    page.evaluate("localStorage.mitate = '{}'")
    site.gate = threading.Event()
    page.evaluate("history.pushState(0, '', '/')")
    page.wait_for_function("mitate.loader.settled")
    assert page.evaluate("mitate.decisions") == {}


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


# -- previews


ENDED: Json = {"problem": {"en": "This link has ended.", "ja": "このリンクは期限切れです。"}}
BAR = "mitate-panel .bar"


def test_a_link_that_anybody_made_leaves_nothing_on_the_machine(page: Page, site: FakeSite) -> None:
    site.answer = answer(preview=ENDED)
    settle(page, site, "/#mitate=garbage")
    page.locator(BAR).click(timeout=20_000)
    page.wait_for_selector("text=This link has ended.")
    page.get_by_role("tab").nth(1).click()
    assert cookies(page) == {}
    assert stored(page) == 0
    site.answer = answer()
    settle(page, site)
    assert [ask.get("preview") for ask in site.asked] == ["garbage", None]
    assert page.locator(BAR).count() == 0


def test_no_other_script_finds_a_previews_token_in_the_address(page: Page, site: FakeSite) -> None:
    site.answer = answer(preview=ENDED)
    site.head = "<script>window.read_ = location.href</script>"
    settle(page, site, "/?a=1&b#top&mitate=to.k.en")
    assert page.evaluate("read_") == site.url("/?a=1&b#top")
    assert page.url == site.url("/?a=1&b#top")
    assert (site.asked[0]["url"], site.asked[0]["preview"]) == (site.url("/?a=1&b#top"), "to.k.en")


def test_a_preview_stays_with_its_tab_until_the_server_says_that_its_link_has_ended(page: Page, site: FakeSite) -> None:
    site.answer = answer(preview={"expires": 4e9, "now": 1e9, "problems": []})
    settle(page, site, "/#mitate=to.k.en")
    page.wait_for_function("sessionStorage.mitate_preview")
    assert cookies(page) == {"mitate_preview": "1"}
    site.answer = answer(preview=ENDED)
    settle(page, site)
    assert json.loads(str(site.asked[1]["preview"])) == {"token": "to.k.en"}
    page.wait_for_function("!sessionStorage.mitate_preview")
    assert cookies(page) == {}
    site.answer = answer()
    settle(page, site)
    assert site.asked[2].get("preview") is None
