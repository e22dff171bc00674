"""What a page decides by itself: facts of this moment, the rules that wait for them, and nothing when no rule does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from mitate.recording import to_name

from .chromium import Complaints, opened
from .fake_site import FakeSite, Json, answer, decision, slot

pytestmark = pytest.mark.browser

OWN = "The page's own hint"
HINT = "Need a hand?"
SECOND = 1000
"""Milliseconds, as the page's clock counts."""

LISTENS = """
  window.heard = [];
  const listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    heard.push([type, options && options.signal]);
    return listen.apply(this, arguments);
  };
"""
"""Notes who listens to what, from before any script of the page."""


def var(name: str) -> Json:
    return {"var": f"live.{name}"}


DECIDED_AGAIN = "mitate.loader.log.filter(([, type]) => type == 'decided').length == 2"


def residual(when: object, experience: str = "help", *, slot: str = "hint", html: str = HINT, **more: object) -> Json:
    """Give a rule that waits in the page, and what it brings."""
    return {"when": when, "decisions": {slot: {**decision(experience, html=html), **more}}}


def holdout(when: object, experience: str = "help") -> Json:
    held = decision(experience, variant=None, reason="HOLDOUT", exposure="decided")
    return {"when": when, "decisions": {"hint": held}}


@pytest.fixture(autouse=True)
def live(site: FakeSite) -> None:
    """A slot that may be filled while somebody looks at it."""
    site.slots = [slot("hint", reserve=None, live=True)]
    site.pages["/"] = f'<div data-mitate="hint">{OWN}</div><p id="text">Words</p>'


def add(site: FakeSite, markup: str) -> None:
    """Let the page hold more."""
    site.pages["/"] = f"{site.pages['/']}{markup}"


def left(site: FakeSite, *residuals: Json) -> None:
    """Let the server leave these rules to the page."""
    site.answer = answer({}, purposes=["personalization", "analytics"], residuals=list(residuals))


def load(page: Page, site: FakeSite) -> None:
    """Load the page and let its clock stand still but for `run`."""
    page.clock.install(time=0)
    page.clock.pause_at(SECOND)
    page.goto(site.url())
    page.wait_for_function("mitate.loader.answer")
    if page.evaluate("!!mitate.loader.answer.residuals"):
        page.wait_for_function("!!mitate.loader.read")


def run(page: Page, milliseconds: int = 50) -> None:
    """Let the browser tell what is in view, and the page's clock run."""
    page.evaluate("() => new Promise(done => new IntersectionObserver(done).observe(document.body))")
    page.clock.run_for(milliseconds)


def hint(page: Page) -> str:
    """Give what the slot shows once everything that is due has happened."""
    run(page)
    return page.inner_text("[data-mitate=hint]")


def wait(page: Page, site: FakeSite, when: object) -> None:
    """Load a page in which a rule waits, and hasn't come true."""
    left(site, residual(when))
    load(page, site)
    assert hint(page) == OWN


def fact(page: Page, name: str) -> object:
    return page.evaluate("name => mitate.loader.read(`live.${name}`)", name)


# -- time


def test_seconds_are_those_in_sight_since_the_page_view_began(page: Page, site: FakeSite) -> None:
    wait(page, site, {">=": [var("seconds"), 10]})
    begun = fact(page, "seconds")
    assert isinstance(begun, int)
    run(page, (9 - begun) * SECOND + 300)
    assert hint(page) == OWN
    run(page, SECOND)
    assert hint(page) == HINT


def test_a_second_out_of_sight_is_not_counted(page: Page, site: FakeSite) -> None:
    wait(page, site, {">=": [var("seconds"), 10]})
    # No frame is drawn while a page is hidden.
    page.evaluate("window.draw = requestAnimationFrame; window.requestAnimationFrame = () => 0")
    run(page, 60 * SECOND)
    assert hint(page) == OWN


def test_idle_is_without_pointer_key_scroll_or_touch(page: Page, site: FakeSite) -> None:
    add(site, '<div style="height: 3000px"></div>')
    wait(page, site, {">=": [var("idle"), 5]})
    acts: list[Callable[[], object]] = [
        lambda: page.mouse.move(100, 100),
        lambda: page.keyboard.press("a"),
        lambda: page.mouse.down(),
        lambda: page.evaluate("document.body.dispatchEvent(new PointerEvent('pointerdown', {pointerType: 'touch'}))"),
        lambda: page.evaluate("() => new Promise(done => (addEventListener('scroll', done), scrollTo(0, 50)))"),
    ]
    for act in acts:
        run(page, 4 * SECOND)
        act()
        assert fact(page, "idle") == 0
    assert hint(page) == OWN
    run(page, 5 * SECOND + 500)
    assert hint(page) == HINT


def test_the_page_has_no_clock_of_its_own_once_nobody_waits_for_the_time(page: Page, site: FakeSite) -> None:
    left(site, residual({">=": [var("seconds"), 3]}), residual(var("clicked.text"), "other"))
    load(page, site)
    run(page, 5 * SECOND)
    assert hint(page) == HINT
    stopped = fact(page, "seconds")
    run(page, 20 * SECOND)
    assert fact(page, "seconds") == stopped


# -- scrolling


def scroll(page: Page, to: int) -> None:
    page.evaluate("to => new Promise(done => (addEventListener('scroll', done, {once: true}), scrollTo(0, to)))", to)
    run(page)


def test_scroll_is_the_deepest_percent_of_the_page_that_was_on_the_screen(page: Page, site: FakeSite) -> None:
    """The window is 800 pixels high and the page 8,000."""
    site.pages["/"] = f'<body style="margin: 0"><div data-mitate="hint">{OWN}</div><div style="height: 9000px"></div>'
    wait(page, site, {">=": [var("scroll"), 50]})
    page.evaluate("document.body.style.cssText = 'margin: 0; height: 8000px; overflow: hidden'")
    page.evaluate("document.documentElement.style.cssText = 'overflow: auto'")
    scroll(page, 3000)
    assert (fact(page, "scroll"), hint(page)) == (48, OWN)
    scroll(page, 100)
    assert fact(page, "scroll") == 48
    scroll(page, 3200)
    assert hint(page) == HINT


def test_a_page_that_doesnt_scroll_was_seen_to_its_end(page: Page, site: FakeSite) -> None:
    wait(page, site, {">=": [var("scroll"), 100]})
    run(page, SECOND)
    assert hint(page) == HINT


def test_the_end_of_a_page_is_all_of_it(page: Page, site: FakeSite) -> None:
    add(site, '<div style="height: 2000.4px"></div>')
    wait(page, site, {"==": [var("scroll"), 100]})
    scroll(page, 99999)
    assert hint(page) == HINT


# -- elements


BELOW = '<div style="height: 2000px"></div>'


@pytest.mark.parametrize(
    "element", ['<p data-mitate-name="plans">Plans</p>', '<p id="plans">Plans</p>', '<p data-mitate="plans">Plans</p>']
)
def test_an_element_is_visible_when_half_of_it_is_in_view(page: Page, site: FakeSite, element: str) -> None:
    site.slots.append(slot("plans"))
    add(site, f"{BELOW}{element}")
    wait(page, site, var("visible.plans"))
    page.get_by_text("Plans").scroll_into_view_if_needed()
    assert hint(page) == HINT


def test_visible_is_said_of_this_moment(page: Page, site: FakeSite) -> None:
    add(site, f'{BELOW}<p id="plans">Plans</p>')
    wait(page, site, {"and": [var("visible.plans"), var("clicked.text")]})
    page.get_by_text("Plans").scroll_into_view_if_needed()
    run(page)
    assert fact(page, "visible.plans") is True
    scroll(page, 0)
    assert fact(page, "visible.plans") is False
    page.click("#text")
    assert hint(page) == OWN


def test_an_element_that_comes_later_is_seen_too(page: Page, site: FakeSite) -> None:
    wait(page, site, var("visible.plans"))
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<div><p id=plans>Plans</p></div>')")
    run(page)
    assert hint(page) == HINT


@pytest.mark.parametrize("target", ["#menu b", "[data-mitate-name=menu]", "[data-mitate=menu]"])
def test_a_click_on_or_in_an_element_counts(page: Page, site: FakeSite, target: str) -> None:
    site.slots.append(slot("menu"))
    inner = {"#menu b": "<a id=menu><b>Menu</b></a>"}.get(target, f"<a {target[1:-1]}>Menu</a>")
    add(site, inner)
    wait(page, site, var("clicked.menu"))
    page.click("#text")
    assert hint(page) == OWN
    page.click(target)
    assert hint(page) == HINT


def test_a_click_counts_although_the_page_stops_it_and_in_a_shadow_root_too(page: Page, site: FakeSite) -> None:
    add(site, "<div id=host></div>")
    wait(page, site, var("clicked.menu"))
    page.evaluate("""() => {
      const root = document.getElementById("host").attachShadow({ mode: "open" });
      root.innerHTML = "<button data-mitate-name=menu>Menu</button>";
      root.firstChild.onclick = (event) => event.stopPropagation();
    }""")
    page.click("#host button")
    assert hint(page) == HINT


# -- leaving


def leave(page: Page, y: int = -5) -> None:
    """Move the mouse out of the window."""
    page.mouse.move(300, 40)
    page.mouse.move(300, y)


def test_the_mouse_leaving_through_the_top_is_about_to_leave(page: Page, site: FakeSite) -> None:
    wait(page, site, var("exit_intent"))
    leave(page)
    assert hint(page) == HINT


def test_the_mouse_leaving_at_the_side_or_for_another_element_is_not(page: Page, site: FakeSite) -> None:
    wait(page, site, var("exit_intent"))
    page.mouse.move(10, 10)
    page.mouse.move(10, 300)
    page.mouse.move(-5, 300)
    assert hint(page) == OWN


@pytest.fixture
def phone(chromium: Browser, complaints: Complaints, site: FakeSite) -> Iterator[Page]:
    """A page on a touch screen, longer than the screen."""
    add(site, '<div style="height: 4000px"></div>')
    with opened(chromium, complaints, viewport={"width": 400, "height": 800}, has_touch=True) as page:
        yield page


def swipe(page: Page, start: int, end: int, milliseconds: int) -> None:
    """Draw a finger over the screen."""
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *heights: int) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": 200, "y": y} for y in heights]})  # pyright: ignore[reportUnknownMemberType]

    send("touchStart", start)
    page.clock.run_for(milliseconds)
    send("touchMove", end)
    send("touchEnd")


@pytest.mark.parametrize(
    ("start", "end", "milliseconds", "leaves"),
    [(200, 500, 100, True), (200, 500, 600, False), (500, 200, 100, False)],
    ids=["hurries back up", "scrolls up", "hurries down"],
)
def test_on_a_touch_screen_who_hurries_back_up_is_about_to_leave(
    phone: Page, site: FakeSite, start: int, end: int, milliseconds: int, leaves: bool
) -> None:
    wait(phone, site, var("exit_intent"))
    scroll(phone, 2000)
    swipe(phone, start, end, milliseconds)
    assert hint(phone) == (HINT if leaves else OWN)


def test_at_the_top_of_the_page_no_finger_is_about_to_leave(phone: Page, site: FakeSite) -> None:
    wait(phone, site, var("exit_intent"))
    swipe(phone, 200, 500, 100)
    assert hint(phone) == OWN


# -- anger and forms


@pytest.mark.parametrize(
    ("clicks", "pause", "angry"),
    [
        ([(300, 300), (310, 300), (300, 310)], 300, True),
        ([(300, 300), (310, 300)], 300, False),
        ([(300, 300), (310, 300), (300, 310)], 600, False),
        ([(300, 300), (340, 300), (300, 340)], 300, False),
    ],
    ids=["three at once", "two", "slow", "wide"],
)
def test_three_clicks_at_one_place_within_a_second_are_angry(
    page: Page, site: FakeSite, clicks: list[tuple[int, int]], pause: int, angry: bool
) -> None:
    # The standing clock gives an event the time at which it is first asked for it.
    page.add_init_script("addEventListener('pointerup', (event) => event.timeStamp, true)")
    wait(page, site, var("rage_click"))
    for x, y in clicks:
        page.mouse.click(x, y)
        page.clock.run_for(pause)
    assert hint(page) == (HINT if angry else OWN)


def test_a_disabled_button_makes_angry_too(page: Page, site: FakeSite) -> None:
    add(site, "<button disabled>Export</button>")
    wait(page, site, var("rage_click"))
    for _ in range(3):
        page.click("button", force=True)
    assert hint(page) == HINT


def test_three_clicks_that_select_a_paragraph_are_not(page: Page, site: FakeSite) -> None:
    wait(page, site, var("rage_click"))
    page.click("#text", click_count=3)
    assert page.evaluate("`${getSelection()}`").strip() == "Words"
    assert hint(page) == OWN


FORM = "<form><input id=mail><input id=name><button>Send</button></form><input id=search>"


@pytest.fixture
def form(page: Page, site: FakeSite) -> Page:
    """A page whose form was changed and is still being filled in."""
    add(site, FORM)
    wait(page, site, var("form_abandoned"))
    page.fill("#mail", "somebody@")
    page.focus("#name")
    run(page, 30 * SECOND)
    assert hint(page) == OWN
    return page


def test_a_form_is_abandoned_ten_seconds_after_it_was_left(form: Page) -> None:
    form.focus("#search")
    run(form, 9 * SECOND)
    assert hint(form) == OWN
    run(form, SECOND)
    assert hint(form) == HINT


def test_a_changed_form_is_abandoned_by_who_is_about_to_leave(form: Page) -> None:
    leave(form)
    assert hint(form) == HINT


def test_a_form_is_not_abandoned_by_who_comes_back_to_it(form: Page) -> None:
    form.focus("#search")
    run(form, 5 * SECOND)
    form.focus("#mail")
    run(form, 30 * SECOND)
    assert hint(form) == OWN


def test_a_form_that_was_submitted_is_not_abandoned(form: Page) -> None:
    form.evaluate("document.forms[0].onsubmit = () => false")
    form.click("button")
    form.focus("#search")
    run(form, 30 * SECOND)
    leave(form)
    assert hint(form) == OWN


def test_a_form_in_which_nothing_was_changed_is_not_abandoned(page: Page, site: FakeSite) -> None:
    add(site, FORM)
    wait(page, site, var("form_abandoned"))
    page.focus("#mail")
    page.focus("#search")
    run(page, 30 * SECOND)
    leave(page)
    assert hint(page) == OWN


# -- events


def test_a_tracked_event_counts_before_and_after_the_rule_came(page: Page, site: FakeSite) -> None:
    add(site, "<script>mitate.track('Add To Cart!')</script>")
    left(site, residual({"and": [var("event.add-to-cart"), var("event.view_cart")]}))
    load(page, site)
    assert hint(page) == OWN
    page.evaluate("mitate.track('view_cart')")
    assert hint(page) == HINT


def test_mitates_own_events_count_too(page: Page, site: FakeSite) -> None:
    left(
        site,
        residual(var("clicked.text"), html="<button data-mitate-dismiss>x</button>"),
        residual(var("event.dismiss"), "goodbye", slot="more", html="Goodbye"),
    )
    site.slots.append(slot("more", reserve=None, live=True))
    add(site, '<div data-mitate="more">More</div>')
    load(page, site)
    page.click("#text")
    run(page)
    page.click("[data-mitate-dismiss]")
    run(page)
    assert page.inner_text("[data-mitate=more]") == "Goodbye"


NAMES = ["Add To Cart", "  trimmed  ", "--a--", "foo - bar", "A/B.c:d", "UPPER_case-9", "日本語 x", "a" * 64, "été"]


def test_events_have_the_names_that_the_server_gives_them(page: Page, site: FakeSite) -> None:
    wait(page, site, var("event.other"))
    page.evaluate("names => names.forEach(name => mitate.track(name))", NAMES)
    assert [name for name in NAMES if fact(page, f"event.{to_name(name)}") is not True] == []


LAYER: dict[str, str] = {
    "an object": "dataLayer.push({event: 'sign_up', plan: 'pro'})",
    "gtag": "(function () { dataLayer.push(arguments) })('event', 'sign_up', {plan: 'pro'})",
    "several": "dataLayer.push({page: 1}, null, () => 0, {event: 'sign_up'})",
}


@pytest.mark.parametrize("how", LAYER)
def test_what_is_in_the_data_layer_already_counts(page: Page, site: FakeSite, how: str) -> None:
    site.before = f"<script>window.dataLayer = []; {LAYER[how]}</script>"
    left(site, residual(var("event.sign_up")))
    load(page, site)
    assert hint(page) == HINT


@pytest.mark.parametrize("how", LAYER)
def test_what_is_pushed_later_counts(page: Page, site: FakeSite, how: str) -> None:
    wait(page, site, var("event.sign_up"))
    page.evaluate(LAYER[how])
    assert hint(page) == HINT


TAG_MANAGER = """
  window.took = [];
  const push = dataLayer.push;
  dataLayer.push = function () {
    const all = push.apply(dataLayer, arguments);
    took.push(...arguments);
    return all > 300;
  };
"""
"""What Tag Manager does to the data layer when it has come."""


@pytest.mark.parametrize("first", [True, False])
def test_tag_manager_may_replace_push_before_or_after(page: Page, site: FakeSite, first: bool) -> None:
    site.before = f"<script>window.dataLayer = [{{event: 'gtm.js'}}]; {TAG_MANAGER if first else ''}</script>"
    wait(page, site, var("event.sign_up"))
    if not first:
        page.evaluate(f"() => {{ {TAG_MANAGER} }}")
    assert page.evaluate("dataLayer.push({event: 'other'}, {event: 'sign_up'})") is False
    assert hint(page) == HINT
    assert page.evaluate("[took.length, dataLayer.length]") == [2, 3]


def test_the_pages_own_push_gives_what_it_gave(page: Page, site: FakeSite) -> None:
    wait(page, site, var("event.sign_up"))
    assert page.evaluate("dataLayer.push({a: 1}, {b: 2})") == 2
    assert page.evaluate("dataLayer") == [{"a": 1}, {"b": 2}]


# -- the rules of one page


def test_of_rules_that_come_true_at_once_the_first_has_the_slot(page: Page, site: FakeSite) -> None:
    rules = [residual(var("clicked.text"), name, html=name) for name in ("first", "second")]
    left(site, *rules)
    load(page, site)
    page.click("#text")
    assert hint(page) == "first"


def test_what_a_visitor_got_is_not_taken_away_by_a_rule_that_comes_true_later(page: Page, site: FakeSite) -> None:
    left(
        site,
        residual({">=": [var("seconds"), 9]}, "first", html="first"),
        residual(var("clicked.text"), "second", html="second"),
    )
    load(page, site)
    page.click("#text")
    assert hint(page) == "second"
    run(page, 20 * SECOND)
    assert hint(page) == "second"


def test_a_rule_outranks_what_was_decided_for_its_slot(page: Page, site: FakeSite) -> None:
    site.answer = answer({"hint": decision("welcome", html="Welcome")}, residuals=[residual(var("clicked.text"))])
    load(page, site)
    assert hint(page) == "Welcome"
    page.click("#text")
    assert hint(page) == HINT


def test_one_experience_takes_those_of_its_slots_that_are_still_free(page: Page, site: FakeSite) -> None:
    site.slots.append(slot("more", reserve=None, live=True))
    add(site, '<div data-mitate="more">More</div>')
    both = residual({">=": [var("seconds"), 9]}, "both", html="both")
    both["decisions"] = {name: decision("both", html="both") for name in ("hint", "more")}
    left(site, both, residual(var("clicked.text")))
    load(page, site)
    page.click("#text")
    run(page, 10 * SECOND)
    assert hint(page) == HINT
    assert page.inner_text("[data-mitate=more]") == "both"


def test_a_holdout_keeps_the_pages_own_content_and_everybody_else_out(page: Page, site: FakeSite) -> None:
    left(site, holdout(var("clicked.text")), residual({">=": [var("seconds"), 9]}, "other"))
    load(page, site)
    page.click("#text")
    run(page, 20 * SECOND)
    assert hint(page) == OWN
    site.until(lambda: len(site.exposures) == 1)
    assert [(event["experience"], event["variant"], event["reason"]) for event in site.exposures] == [
        ("help", None, "HOLDOUT")
    ]


def test_what_counts_as_seen_when_decided_is_told_when_its_rule_comes_true(page: Page, site: FakeSite) -> None:
    site.pages["/"] = f'<p id="text">Words</p>{BELOW}<div data-mitate="hint">{OWN}</div>'
    left(site, residual(var("clicked.text"), exposure="decided"))
    load(page, site)
    run(page, 5 * SECOND)
    page.click("#text")
    assert hint(page) == HINT
    run(page, 5 * SECOND)
    site.until(lambda: len(site.exposures) == 1)
    assert (site.exposures[0]["experience"], site.exposures[0]["slot"]) == ("help", "hint")


@pytest.mark.parametrize(("seconds", "shows"), [(59, True), (61, False)])
def test_a_schedule_ends_in_the_page_too(page: Page, site: FakeSite, seconds: int, shows: bool) -> None:
    left(site, residual(var("clicked.text"), lasts=60))
    load(page, site)
    run(page, seconds * SECOND)
    page.click("#text")
    assert hint(page) == (HINT if shows else OWN)


@pytest.mark.parametrize(("seconds", "shows"), [(19, True), (21, False)])
def test_a_schedule_ends_no_later_for_an_answer_that_was_kept(
    page: Page, site: FakeSite, seconds: int, shows: bool
) -> None:
    site.answer = answer(
        {},
        purposes=["personalization"],
        visitor="v" * 22,
        lasts=3600,
        residuals=[residual(var("clicked.text"), lasts=60)],
    )
    load(page, site)
    page.wait_for_function("localStorage.mitate")
    run(page, 40 * SECOND)
    site.gate = threading.Event()
    page.reload()
    page.wait_for_function("!!mitate.loader.read")
    run(page, seconds * SECOND)
    page.click("#text")
    assert hint(page) == (HINT if shows else OWN)


@pytest.mark.parametrize(("cap", "again"), [(1, OWN), (2, HINT)])
def test_a_cap_holds_in_the_page_too(page: Page, site: FakeSite, cap: int, again: str) -> None:
    """The server answers a second time what it answered before it heard of the exposure."""
    left(site, residual(var("clicked.text"), exposure="decided", left=cap))
    load(page, site)
    page.click("#text")
    assert hint(page) == HINT
    page.evaluate("mitate.refresh()")
    page.wait_for_function(DECIDED_AGAIN)
    assert hint(page) == again


def test_what_was_dismissed_does_not_come_back(page: Page, site: FakeSite) -> None:
    left(site, residual(var("clicked.text"), html=f"{HINT}<button data-mitate-dismiss>x</button>"))
    load(page, site)
    page.click("#text")
    assert hint(page).startswith(HINT)
    page.click("[data-mitate-dismiss]")
    assert hint(page) == OWN
    page.evaluate("mitate.refresh()")
    page.wait_for_function(DECIDED_AGAIN)
    assert hint(page) == OWN


def test_all_of_it_works_when_the_network_is_gone_after_load(
    page: Page, site: FakeSite, complaints: Complaints
) -> None:
    complaints.expect("ERR_INTERNET_DISCONNECTED")
    stuck = {"and": [{">=": [var("seconds"), 20]}, {"or": [var("rage_click"), var("event.error-shown")]}]}
    wait(page, site, stuck)
    page.context.set_offline(True)
    page.evaluate("mitate.track('Error shown')")
    run(page, 30 * SECOND)
    assert hint(page) == HINT
    page.context.set_offline(False)
    run(page, 60 * SECOND)
    site.until(lambda: [event["type"] for event in site.events] == ["track", "exposure"])


def test_a_rule_of_a_newer_server_never_comes_true_and_is_reported(page: Page, site: FakeSite) -> None:
    newer = [residual({"!": {op: [var("seconds"), 1]}}, op) for op in ("weekday", "constructor")]
    left(site, *newer, residual({"!": var("mood")}, "mood"), residual(var("clicked.text")))
    load(page, site)
    assert hint(page) == OWN
    page.click("#text")
    assert hint(page) == HINT
    errors = "mitate.loader.log.filter(([, type]) => type == 'error').map(([, , detail]) => detail.code)"
    assert page.evaluate(errors) == ["rule"] * 3


# -- nothing for nothing


HEARD = "heard.map(([type]) => type)"


def listening(page: Page) -> list[str]:
    """Name what is listened to until it is ended."""
    found: list[str] = page.evaluate("heard.filter(([, end]) => end && !end.aborted).map(([type]) => type)")
    return sorted(found)


SIGNALS = [
    "exit_intent",
    "rage_click",
    "form_abandoned",
    "idle",
    "visible.x",
    "clicked.x",
    "event.x",
    "scroll",
    "seconds",
]


def test_a_page_without_such_rules_listens_to_nothing_and_leaves_the_data_layer_alone(
    page: Page, site: FakeSite
) -> None:
    page.add_init_script(LISTENS)
    load(page, site)
    run(page)
    live = {
        "scroll",
        "mouseout",
        "touchstart",
        "touchend",
        "pointermove",
        "pointerdown",
        "keydown",
        "input",
        "focusout",
    }
    assert live & set(listening(page)) == set()
    assert page.evaluate("window.dataLayer === undefined") is True
    assert page.evaluate("performance.getEntriesByName(`${location.origin}/live.js`)") == []


@pytest.mark.parametrize("name", SIGNALS)
def test_what_a_rule_waited_for_is_not_listened_to_any_more(page: Page, site: FakeSite, name: str) -> None:
    page.add_init_script(LISTENS)
    wait(page, site, {"or": [{"and": [var(name), False]}, var("clicked.text")]})
    assert listening(page) != []
    page.click("#text")
    assert hint(page) == HINT
    assert listening(page) == []
    run(page, 5 * SECOND)
    page.evaluate("""() => {
      window.timers = [];
      const set = setTimeout;
      window.setTimeout = (...all) => (timers.push(all[1]), set(...all));
    }""")
    run(page, 20 * SECOND)
    assert page.evaluate("timers") == []


# -- pages of an app


def test_another_page_of_an_app_begins_anew(page: Page, site: FakeSite) -> None:
    site.pages["/next"] = "unused"
    wait(page, site, {"and": [var("event.seen"), {">=": [var("seconds"), 10]}]})
    page.evaluate("mitate.track('seen')")
    run(page, 8 * SECOND)
    page.evaluate("history.pushState(null, '', '/next')")
    page.wait_for_function(DECIDED_AGAIN)
    assert (fact(page, "event.seen"), fact(page, "seconds")) == (False, 0)
    run(page, 8 * SECOND)
    page.evaluate("mitate.track('seen')")
    assert hint(page) == OWN
    run(page, 3 * SECOND)
    assert hint(page) == HINT
