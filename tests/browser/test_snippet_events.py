"""What is reported: seen means half in view for a second, once, the same for every arm; and leaving loses nothing."""

from __future__ import annotations

import json
import re
import threading

import pytest
from playwright.sync_api import Page, Route

from .chromium import Complaints
from .fake_site import DEFAULT, FakeSite, Json, answer, decision, slot

pytestmark = pytest.mark.browser

ID = "abcdefghijklmnopqrst_-"
READY = "!Array.isArray(mitate.loader)"


def granted(decisions: Json) -> Json:
    return answer(decisions, purposes=["personalization", "analytics"], visitor=ID)


@pytest.fixture(autouse=True)
def patient(site: FakeSite) -> None:
    """A busy machine keeps this deadline; without an answer by the deadline nothing is exposed."""
    site.deadline = 5000
    site.answer = granted({"hero": decision(html="<h1>New</h1>")})


def load(page: Page, site: FakeSite) -> None:
    page.goto(site.url())
    page.wait_for_function(READY)


def freeze(page: Page) -> None:
    """Let the page's clock stand still but for `page.clock.run_for`."""
    page.clock.install(time=0)
    page.clock.pause_at(1000)


def without(event: Json, *names: str) -> Json:
    return {name: value for name, value in event.items() if name not in names}


ARMS = {
    "variant": decision(html="<h1>New</h1>"),
    "control": decision(variant="page"),
    "holdout": decision(variant=None, reason="HOLDOUT"),
}


@pytest.mark.parametrize("arm", ARMS)
def test_every_arm_is_exposed_by_the_same_test(page: Page, site: FakeSite, arm: str) -> None:
    site.answer = granted({"hero": ARMS[arm]})
    load(page, site)
    site.until(lambda: len(site.exposures) == 1, "the exposure")
    (event,) = site.exposures
    assert without(event, "id", "ago") == {
        "type": "exposure",
        "slot": "hero",
        "experience": "nurse-hero",
        "variant": ARMS[arm]["variant"],
        "reason": ARMS[arm]["reason"],
    }
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", str(event["id"]))
    (batch,) = site.batches
    assert without(batch.about, "sent") == {"site": "shoes", "visitor": ID, "page_view": site.asked[0]["page_view"]}
    assert batch.about["sent"] == {"content-type": "text/plain;charset=UTF-8", "cookie": None}


@pytest.mark.parametrize("arm", ARMS)
def test_an_element_whose_default_may_have_been_seen_first_is_no_exposure_of_any_arm(
    page: Page, site: FakeSite, arm: str
) -> None:
    site.slots = [slot("hero"), slot("mark", reserve=None)]
    site.pages["/"] = f'<div data-mitate="hero">{DEFAULT}</div><div data-mitate="mark">mark</div>'
    site.head = "<style>@layer reset { [data-mitate=hero] { animation: none !important } }</style>"
    site.answer = granted({"hero": ARMS[arm], "mark": decision("surely")})
    load(page, site)
    site.until(lambda: len(site.exposures) == 1)
    assert [event["experience"] for event in site.exposures] == ["surely"]
    assert page.inner_text("[data-mitate=hero]") == DEFAULT


def test_a_page_of_an_app_that_has_no_answer_yet_exposes_nothing_of_the_last(page: Page, site: FakeSite) -> None:
    site.slots = [slot("hero"), slot("tip", live=True)]
    site.answer = granted({"hero": decision(html="New"), "tip": decision("tip", exposure="decided")})
    freeze(page)
    load(page, site)
    page.evaluate("() => new Promise(done => new IntersectionObserver(done).observe(document.body))")
    page.clock.run_for(3000)
    site.until(lambda: len(site.exposures) == 2)
    site.gate = threading.Event()
    page.evaluate("mitate.loader.table().deadline = 50; history.pushState(null, '', '/b')")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.evaluate("() => new Promise(done => new IntersectionObserver(done).observe(document.body))")
    page.clock.run_for(3000)
    page.evaluate("mitate.track('last')")
    page.clock.run_for(3000)
    site.until(lambda: len(site.events) == 3)
    assert [event["type"] for event in site.events] == ["exposure", "exposure", "track"]
    assert page.inner_text("[data-mitate=hero]") == "New"


def test_what_nobody_scrolled_to_is_not_exposed_until_somebody_does(page: Page, site: FakeSite) -> None:
    site.slots = [slot("hero"), slot("shelf")]
    site.pages["/"] = (
        '<div data-mitate="hero">hero</div><div style="height: 3000px"></div><div data-mitate="shelf">shelf</div>'
    )
    site.answer = granted({"hero": decision("first"), "shelf": decision("second")})
    load(page, site)
    # Were the shelf seen too, its second would have ended with the hero's, and the same batch would bring it.
    site.until(lambda: len(site.exposures) == 1)
    assert [event["experience"] for event in site.exposures] == ["first"]
    page.evaluate("document.querySelector('[data-mitate=shelf]').scrollIntoView()")
    site.until(lambda: len(site.exposures) == 2)
    assert [event["experience"] for event in site.exposures] == ["first", "second"]


@pytest.mark.parametrize(("top", "seen"), [(649, True), (655, False)])
def test_half_of_the_slot_has_to_be_in_view(page: Page, site: FakeSite, top: int, seen: bool) -> None:
    """The window is 800 pixels high and the slot 300: half of it is in view down to 650."""
    site.slots = [slot("hero"), slot("mark", reserve=None)]
    place = "position: absolute; left: 0; width: 200px; margin: 0;"
    site.pages["/"] = (
        f'<div data-mitate="hero" style="{place} top: {top}px; height: 300px">hero</div>'
        f'<div data-mitate="mark" style="{place} top: 0">mark</div>'
    )
    site.answer = granted({"hero": decision("tried"), "mark": decision("surely")})
    load(page, site)
    site.until(lambda: "surely" in [event["experience"] for event in site.exposures])
    assert ("tried" in [event["experience"] for event in site.exposures]) is seen


@pytest.mark.parametrize("arm", [{"html": ""}, {"variant": "page"}, {"variant": None, "reason": "HOLDOUT"}])
def test_every_arm_counts_where_one_removes_a_banner(page: Page, site: FakeSite, arm: Json) -> None:
    """Nothing is left to see of an empty slot whose page hides it: there, what the page has counts, not what is seen."""
    removal = decision("removal", **arm, exposure="applied")  # type: ignore[arg-type]
    site.slots = [slot("banner", reserve=None), slot("elsewhere"), slot("mark", reserve=None)]
    site.pages["/"] = (
        "<style>[data-mitate=banner]:empty { display: none }</style>"
        '<p data-mitate="mark">mark</p><div style="height: 3000px"></div><div data-mitate="banner">Sale!</div>'
    )
    missing = decision("missing", exposure="applied")
    site.answer = granted({"banner": removal, "elsewhere": missing, "mark": decision("surely")})
    load(page, site)
    site.until(lambda: "surely" in [event["experience"] for event in site.exposures])
    assert page.inner_text("[data-mitate=banner]") == ("" if "html" in arm else "Sale!")
    assert [(event["slot"], event["experience"], event["variant"], event["reason"]) for event in site.exposures] == [
        ("banner", "removal", removal["variant"], removal["reason"]),
        ("mark", "surely", "light", "SPLIT"),
    ]


@pytest.mark.parametrize("screens", [3, 12, 22, 50])
@pytest.mark.parametrize(("filled", "seen"), [(0.35, False), (0.65, True)])
def test_a_slot_taller_than_two_screens_is_seen_when_it_fills_half_of_one(
    page: Page, site: FakeSite, screens: int, filled: float, seen: bool
) -> None:
    """The window is 800 pixels high; what is above the slot leaves it so much of the screen, once somebody scrolled there."""
    site.slots = [slot("hero"), slot("mark", reserve=None)]
    site.pages["/"] = (
        f'<div style="height: 1000px"></div><div data-mitate="hero" style="height: {800 * screens}px">tall</div>'
        '<div data-mitate="mark" style="position: fixed; top: 0">mark</div>'
    )
    site.answer = granted({"hero": decision("tried")})
    load(page, site)
    page.evaluate(f"scrollTo(0, document.querySelector('[data-mitate=hero]').offsetTop - {800 * (1 - filled)})")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    # Settled anew, it is looked at after the other one.
    site.answer = granted({"hero": decision("tried"), "mark": decision("surely")})
    page.evaluate("mitate.refresh()")
    site.until(lambda: "surely" in [event["experience"] for event in site.exposures])
    assert ("tried" in [event["experience"] for event in site.exposures]) is seen


def test_a_long_slot_is_seen_by_somebody_who_never_stops_scrolling(page: Page, site: FakeSite) -> None:
    site.pages["/"] = f'<div data-mitate="hero" style="height: {800 * 12}px">tall</div>'
    site.answer = granted({"hero": decision()})
    load(page, site)
    page.evaluate("""() => {
      let step = 40;
      const on = () => {
        scrollBy(0, step);
        if (scrollY < 400 || scrollY > 8000) step = -step;
        requestAnimationFrame(on);
      };
      scrollTo(0, 1000);
      requestAnimationFrame(on);
    }""")
    site.until(lambda: len(site.exposures) == 1)


def test_a_glance_shorter_than_a_second_is_no_exposure(page: Page, site: FakeSite) -> None:
    freeze(page)
    site.answer = granted({"hero": decision()})
    load(page, site)
    page.clock.run_for(900)
    page.evaluate("document.querySelector('[data-mitate=hero]').style.display = 'none'")
    page.evaluate("() => new Promise(done => new IntersectionObserver(done).observe(document.body))")
    page.clock.run_for(5000)
    page.evaluate("mitate.track('last')")
    page.clock.run_for(5000)
    site.until(lambda: len(site.events) == 1)
    assert [event["type"] for event in site.events] == ["track"]


def test_an_experience_is_exposed_once_however_many_slots_it_fills_and_however_often_it_is_asked(
    page: Page, site: FakeSite
) -> None:
    site.slots = [slot("hero"), slot("cta", reserve=None)]
    site.pages["/"] = '<div data-mitate="hero">hero</div><div data-mitate="cta">cta</div>'
    site.answer = granted({"hero": decision(html="a"), "cta": decision(html="b")})
    load(page, site)
    site.until(lambda: len(site.exposures) == 1)
    site.answer = granted({"hero": decision(html="c"), "cta": decision("other", html="d")})
    page.evaluate("mitate.refresh()")
    site.until(lambda: len(site.exposures) == 2)
    assert [event["experience"] for event in site.exposures] == ["nurse-hero", "other"]


def test_no_exposure_is_claimed_when_the_answer_came_too_late(page: Page, site: FakeSite) -> None:
    site.deadline = 50
    gate = site.gate = threading.Event()
    freeze(page)
    page.goto(site.url())
    page.clock.run_for(100)
    page.wait_for_selector("[data-mitate-state=default]")
    gate.set()
    page.wait_for_function("document.cookie.includes('mitate_id')")
    page.wait_for_function(READY)
    page.clock.run_for(3000)
    page.evaluate("mitate.track('last')")
    page.clock.run_for(3000)
    site.until(lambda: len(site.events) == 1)
    assert [event["type"] for event in site.events] == ["track"]


def test_a_default_that_no_experience_chose_is_no_exposure(page: Page, site: FakeSite) -> None:
    site.slots = [slot("hero"), slot("mark", reserve=None)]
    site.pages["/"] = '<div data-mitate="hero">hero</div><div data-mitate="mark">mark</div>'
    site.answer = granted({"hero": {"reason": "DEFAULT", "basis": "everyone"}, "mark": decision("surely")})
    load(page, site)
    site.until(lambda: len(site.exposures) == 1)
    assert [event["slot"] for event in site.exposures] == ["mark"]


def test_tracking_and_leaving_in_the_same_breath_loses_nothing(page: Page, site: FakeSite) -> None:
    site.pages["/thanks"] = "<p>Thanks</p>"
    load(page, site)
    page.evaluate("mitate.track('purchase', { value: 8900, items: ['a', 'b'], gift: true }); location.href = '/thanks'")
    site.until(lambda: len(site.events) == 1, "the event of a page that is gone")
    (event,) = site.events
    assert without(event, "id", "ago") == {
        "type": "track",
        "name": "purchase",
        "value": 8900,
        "props": {"items": ["a", "b"], "gift": True},
    }


def test_reports_may_outlive_the_page_unless_they_are_too_long_for_that(page: Page, site: FakeSite) -> None:
    page.add_init_script("""
      window.sent_ = [];
      const { fetch } = window;
      window.fetch = (url, options) => { sent_.push([url, !!options.keepalive]); return fetch(url, options); };
    """)
    site.answer = granted({})
    load(page, site)
    page.evaluate("mitate.track('short')")
    site.until(lambda: len(site.events) == 1)
    page.evaluate("mitate.track('long', { text: 'あ'.repeat(30000) })")
    site.until(lambda: len(site.events) == 2)
    assert page.evaluate("sent_") == [["/v1/decide", False], ["/v1/events", True], ["/v1/events", False]]


def test_closing_the_page_loses_nothing(page: Page, site: FakeSite) -> None:
    site.pages["/start"] = "<p>Start</p>"
    page.goto(site.url("/start"))
    with page.expect_popup() as opening:
        page.evaluate("window.open('/')")
    opening.value.wait_for_function(READY)
    opening.value.evaluate("setTimeout(() => { mitate.track('bye'); close(); })")
    site.until(lambda: "bye" in [event.get("name") for event in site.events])


def test_hundreds_of_events_leave_together(page: Page, site: FakeSite) -> None:
    site.pages["/thanks"] = "<p>Thanks</p>"
    load(page, site)
    page.evaluate("for (let i = 0; i < 300; i++) mitate.track('step', { i }); location.href = '/thanks'")
    site.until(lambda: len(site.events) == 300)
    assert all(len(batch.events) <= 50 for batch in site.batches)


def test_calls_made_before_mitate_js_has_come_are_answered_in_order(page: Page, site: FakeSite) -> None:
    site.head = "<script>mitate.track('one'); const { track } = mitate; track('two', { value: 1.5 }); addEventListener('load', () => track('three'))</script>"
    load(page, site)
    site.until(lambda: len([event for event in site.events if event["type"] == "track"]) == 3)
    tracked = [event for event in site.events if event["type"] == "track"]
    assert [(event["name"], event.get("value")) for event in tracked] == [("one", None), ("two", 1.5), ("three", None)]


def test_a_failed_batch_is_sent_again_with_the_same_ids_and_its_true_age(
    page: Page, site: FakeSite, complaints: Complaints
) -> None:
    complaints.expect("status of 503")
    freeze(page)
    page.add_init_script("Math.random = () => 0.5")
    site.events_status = 503
    site.answer = granted({})
    load(page, site)
    page.evaluate("mitate.track('once')")
    with page.expect_response("**/v1/events") as refused:
        page.clock.run_for(1000)
    sent = json.loads(refused.value.request.post_data or "")["events"]
    refused.value.finished()
    site.events_status = 202
    page.evaluate("() => Promise.resolve()")
    page.clock.run_for(4000)
    site.until(lambda: len(site.events) == 1)
    assert site.events[0]["id"] == sent[0]["id"]
    assert sent[0]["ago"] == 1000
    assert site.events[0]["ago"] == 3000


def test_where_events_never_arrive_they_are_tried_ever_more_seldom_whatever_the_visitor_does(
    page: Page, site: FakeSite, complaints: Complaints
) -> None:
    complaints.expect("ERR_FAILED|Failed to load")
    freeze(page)
    tried: list[str] = []

    def block(route: Route) -> None:
        tried.append(route.request.url)
        route.abort()

    page.route("**/v1/events", block)
    site.answer = granted({})
    load(page, site)
    for view in range(10):
        with page.expect_request_finished(lambda request: request.url.endswith("/v1/decide")):
            page.evaluate(f"history.pushState(0, '', '/?{view}'); mitate.track('viewed')")
        page.clock.run_for(1000)
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    before = len(tried)
    for _ in range(60):
        page.clock.run_for(10_000)
        page.evaluate(
            "() => new Promise((done) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = done; port2.postMessage(0); })"
        )
    # Ten minutes at no more than twice a minute, and not given up.
    assert 3 <= len(tried) - before <= 21
    page.unroute("**/v1/events")
    page.clock.run_for(120_000)
    site.until(lambda: len([event for event in site.events if event["type"] == "track"]) == 10)


def test_a_page_that_tracks_all_the_time_is_heard_all_the_time(page: Page, site: FakeSite) -> None:
    freeze(page)
    site.answer = granted({})
    load(page, site)
    for second in range(5):
        page.evaluate("mitate.track('progress')")
        page.clock.run_for(600)
        page.evaluate("mitate.track('progress')")
        page.clock.run_for(600)
        site.until(lambda: len(site.events) > second)  # noqa: B023 - called at once
    assert len(site.batches) >= 5


def test_an_event_is_of_the_visitor_who_did_it(page: Page, site: FakeSite) -> None:
    freeze(page)
    site.answer = granted({})
    load(page, site)
    page.evaluate("mitate.identify('ALICE')")
    page.evaluate(
        "mitate.track('buy'); mitate.identify('BOB'); mitate.track('look'); mitate.identify(null); mitate.track('leave')"
    )
    page.clock.run_for(1000)
    site.until(lambda: len(site.events) == 3)
    of = [(batch.events[0]["name"], batch.about.get("token")) for batch in site.batches]
    assert of == [("buy", "ALICE"), ("look", "BOB"), ("leave", None)]


def test_what_a_page_does_not_hold_when_it_is_left_is_sent_by_the_next(page: Page, site: FakeSite) -> None:
    site.pages["/thanks"] = "<p>Thanks</p>"
    site.answer = granted({})
    load(page, site)
    page.evaluate(
        "for (let i = 0; i < 200; i++) mitate.track('step', { i, text: 'あ'.repeat(220) }); location.href = '/thanks'"
    )
    site.until(lambda: len(site.events) == 200)
    assert sorted(int(str(event["props"]["i"])) for event in site.events) == list(range(200))  # type: ignore[index]


def test_a_batch_the_server_refuses_for_good_is_not_sent_again(
    page: Page, site: FakeSite, complaints: Complaints
) -> None:
    complaints.expect("status of 400")
    freeze(page)
    site.events_status = 400
    site.answer = granted({})
    load(page, site)
    page.evaluate("mitate.track('bad')")
    with page.expect_response("**/v1/events"):
        page.clock.run_for(1000)
    site.events_status = 202
    page.clock.run_for(60_000)
    page.evaluate("mitate.track('good')")
    page.clock.run_for(1000)
    site.until(lambda: len(site.events) == 1)
    assert site.events[0]["name"] == "good"


@pytest.mark.parametrize(
    "call",
    [
        "mitate.track('circle', (() => { const a = {}; a.a = a; return a })())",
        "mitate.track(Symbol('s'))",
        "mitate.consent()",
        "mitate.consent(null)",
        "mitate.track('big', { n: 1n })",
    ],
)
def test_a_mistaken_call_harms_neither_page_nor_other_events(page: Page, site: FakeSite, call: str) -> None:
    site.answer = granted({})
    load(page, site)
    page.evaluate(f"() => {{ {call} }}")
    page.evaluate("mitate.track('good', { value: 'not a number' })")
    site.until(lambda: len(site.events) == 1)
    assert without(site.events[0], "id", "ago") == {"type": "track", "name": "good", "value": None, "props": {}}


def test_the_seconds_a_page_was_in_sight_are_told_when_it_goes(page: Page, site: FakeSite) -> None:
    site.pages["/thanks"] = "<p>Thanks</p>"
    freeze(page)
    site.answer = granted({})
    load(page, site)
    page.clock.run_for(41_000)
    page.goto(site.url("/thanks"))
    site.until(lambda: bool(site.batches))
    (batch,) = site.batches
    assert [(event["type"], event["seconds"]) for event in batch.events] == [("visit", 41)]


def test_a_page_out_of_sight_exposes_nothing_until_it_is_shown(page: Page, site: FakeSite) -> None:
    page.add_init_script("""
      window.hidden_ = true;
      Object.defineProperty(document, "hidden", { get: () => hidden_ });
      window.show_ = () => { hidden_ = false; document.dispatchEvent(new Event("visibilitychange")); };
    """)
    freeze(page)
    load(page, site)
    page.clock.run_for(5000)
    page.evaluate("mitate.track('still hidden')")
    page.clock.run_for(2000)
    site.until(lambda: len(site.events) == 1)
    assert site.exposures == []
    page.evaluate("show_()")
    page.evaluate("() => new Promise(done => new IntersectionObserver(done).observe(document.body))")
    page.clock.run_for(1000)
    page.clock.run_for(1000)
    site.until(lambda: len(site.exposures) == 1)


def test_a_prerendered_page_is_counted_and_exposed_only_when_it_is_shown(page: Page, site: FakeSite) -> None:
    page.add_init_script("""
      window.waiting_ = true;
      Object.defineProperty(document, "prerendering", { get: () => waiting_ });
      Object.defineProperty(document, "hidden", { get: () => waiting_ });
      window.show_ = () => {
        waiting_ = false;
        for (const type of ["prerenderingchange", "visibilitychange"]) document.dispatchEvent(new Event(type));
      };
    """)
    load(page, site)
    page.wait_for_selector("[data-mitate-state=variant]", state="attached")
    assert "page_view" not in site.asked[0]
    page.evaluate("show_()")
    site.until(lambda: len(site.asked) == 2)
    assert re.fullmatch(r"[0-9]{8,}", str(site.asked[1]["page_view"]))
    site.until(lambda: len(site.exposures) == 1)


def test_a_page_without_mitate_js_is_personalized_and_its_calls_do_no_harm(
    page: Page, site: FakeSite, complaints: Complaints
) -> None:
    complaints.expect("ERR_FAILED|ERR_BLOCKED")
    page.route("**/mitate.js", lambda route: route.abort())
    page.goto(site.url())
    page.wait_for_selector("text=New")
    page.evaluate("mitate.track('x'); mitate.refresh(); mitate.consent({})")
    assert DEFAULT not in page.inner_text("body")
