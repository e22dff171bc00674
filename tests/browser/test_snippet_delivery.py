"""The slot never shows the default before the variant; and shows it by the deadline whenever no variant comes."""

from __future__ import annotations

import json
import threading
from itertools import pairwise
from typing import TypedDict

import pytest
from playwright.sync_api import Page

from .chromium import Complaints
from .fake_site import DEFAULT, VARIANT, FakeSite, Json, answer, decision, slot

pytestmark = pytest.mark.browser

PATIENT = 5000
"""A deadline that a busy machine keeps, for the tests that are not about it."""


class Frame(TypedDict):
    at: float
    shows: str


# Runs before any script of the page. Each frame notes what of the slot can be seen; the observer notes every state the DOM
# passed through, frame or not.
SAMPLER = """
(() => {
  const frames = window.frames_ = [], shows = slot => {
    if (!slot || !slot.isConnected || getComputedStyle(slot).visibility != "visible" || !slot.getClientRects().length) return "";
    const text = slot.textContent;
    return text.includes("page's own") ? "default" : text.includes("variant's") ? "variant" : text && "other";
  };
  const look = () => {
    frames.push({ at: performance.now(), shows: shows(document.querySelector('[data-mitate="hero"]')) });
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  const states = window.states_ = [];
  new MutationObserver(records => {
    for (const { type, target, addedNodes } of records) {
      if (type == "attributes") states.push(target.getAttribute("data-mitate-state"));
    }
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-mitate-state"] });
  window.shift_ = 0;
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.shift_ += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
})();
"""

SETTLED = "document.querySelector('[data-mitate-state]') && frames_.filter(frame => frame.shows).length > 5"


def visit(page: Page, site: FakeSite) -> list[Frame]:
    """Load the page, wait until the slot has settled and been shown, and give the frames."""
    page.add_init_script(SAMPLER)
    page.goto(site.url())
    page.wait_for_function(SETTLED)
    frames: list[Frame] = page.evaluate("frames_")
    return frames


def sequence(frames: list[Frame]) -> list[str]:
    """Give what was shown, each change once, without the frames that showed nothing."""
    seen = [frame["shows"] for frame in frames if frame["shows"]]
    return [one for i, one in enumerate(seen) if i == 0 or seen[i - 1] != one]


@pytest.mark.parametrize("delay", [0, 50, 200])
def test_the_variant_is_the_first_thing_the_slot_shows(page: Page, site: FakeSite, delay: int) -> None:
    site.deadline = PATIENT
    site.delay = delay / 1000
    assert sequence(visit(page, site)) == ["variant"]
    assert page.evaluate("states_") == ["variant"]
    assert page.inner_html("[data-mitate=hero]") == f"<h1>{VARIANT}</h1>"


@pytest.mark.parametrize("delay", [0, 50, 200, 290, 310])
def test_whatever_a_busy_machine_does_the_slot_never_changes_before_the_visitors_eyes(
    page: Page, site: FakeSite, delay: int
) -> None:
    site.delay = delay / 1000
    assert len(sequence(visit(page, site))) == 1
    assert len(page.evaluate("states_")) == 1


def test_the_page_does_not_shift_when_the_height_is_reserved(page: Page, site: FakeSite) -> None:
    site.deadline = PATIENT
    site.delay = 0.2
    # Margins that collapse through the slot would move the page while it is still arriving, with mitate or without.
    site.head = "<style>h1, p { margin: 0 }</style>"
    site.answer = answer({"hero": decision(html=f"<h1>{VARIANT}</h1>" + "<p>More</p>" * 4)})
    visit(page, site)
    assert page.evaluate("shift_") == 0


def test_a_slot_without_reserve_has_no_height_reserved(page: Page, site: FakeSite) -> None:
    site.slots = [slot(reserve=None)]
    site.deadline = PATIENT
    visit(page, site)
    assert page.evaluate("getComputedStyle(document.querySelector('[data-mitate=hero]')).minHeight") == "0px"


def test_only_slots_are_hidden_while_the_answer_is_awaited(page: Page, site: FakeSite) -> None:
    site.deadline = PATIENT
    site.gate = threading.Event()
    page.goto(site.url())
    assert page.is_visible("text=Below")
    assert not page.is_visible(f"text={DEFAULT}")
    assert page.evaluate("document.querySelector('[data-mitate=hero]').offsetHeight") == 300
    site.gate.set()
    page.wait_for_selector(f"text={VARIANT}")


RESETS = {
    "duration": "@media all { *, ::before { animation-duration: .01ms !important } }",
    "delay": "* { animation-delay: -1ms !important }",
    "iterations": "* { animation-iteration-count: 1 !important; scroll-behavior: auto !important }",
}


@pytest.mark.parametrize("reset", RESETS)
def test_a_reset_of_animations_in_a_layer_does_not_show_the_default_first(
    page: Page, site: FakeSite, reset: str
) -> None:
    site.deadline = PATIENT
    site.delay = 0.2
    site.head = f"<style>@layer reset {{ {RESETS[reset]} }}</style>"
    assert sequence(visit(page, site)) == ["variant"]


def test_page_code_that_replaces_its_own_style_sheets_does_not_show_the_default_first(
    page: Page, site: FakeSite
) -> None:
    site.slots = [slot(), slot("shelf")]
    site.answer = answer({name: decision(html=f"<h1>{VARIANT}</h1>") for name in ("hero", "shelf")})
    site.deadline = PATIENT
    site.delay = 0.2
    site.head = "<script>document.adoptedStyleSheets = [new CSSStyleSheet()]</script>"
    assert sequence(visit(page, site)) == ["variant"]
    page.wait_for_function(READY)
    page.evaluate("""() => {
      document.adoptedStyleSheets = [];
      const shelf = document.createElement("div");
      shelf.dataset.mitate = "shelf";
      document.body.append(shelf);
    }""")
    page.wait_for_selector("[data-mitate=shelf][data-mitate-state=variant]")


def test_what_is_shown_since_page_code_replaced_its_style_sheets_is_not_hidden_again(
    page: Page, site: FakeSite
) -> None:
    site.deadline = PATIENT
    site.gate = threading.Event()
    page.add_init_script(SAMPLER)
    page.goto(site.url())
    page.wait_for_function("performance.getEntriesByType('paint').length")
    page.evaluate("document.adoptedStyleSheets = []")
    page.wait_for_function("frames_.some(frame => frame.shows)")
    page.evaluate("document.body.append(document.createElement('p'))")
    site.gate.set()
    page.wait_for_function("mitate.decisions.hero")
    count: int = page.evaluate("frames_.length")
    page.wait_for_function("count => frames_.length > count + 5", arg=count)
    frames: list[Frame] = page.evaluate("frames_")
    first = next(i for i, frame in enumerate(frames) if frame["shows"])
    assert {frame["shows"] for frame in frames[first:]} == {"default"}


def test_a_slot_that_arrives_in_two_pieces_is_filled_when_it_is_complete(page: Page, site: FakeSite) -> None:
    site.deadline = PATIENT
    rest = threading.Event()
    site.pages["/"] = [f'<div data-mitate="hero"><h1>{DEFAULT}</h1>', rest, "<p>its second half</p></div><p>Below</p>"]
    page.add_init_script(SAMPLER)
    page.goto(site.url(), wait_until="commit")
    page.wait_for_function("window.mitate && mitate.decisions.hero && document.querySelector('h1')")
    assert page.get_attribute("[data-mitate=hero]", "data-mitate-state") is None
    rest.set()
    page.wait_for_function(SETTLED)
    assert sequence(page.evaluate("frames_")) == ["variant"]
    assert page.inner_html("[data-mitate=hero]") == f"<h1>{VARIANT}</h1>"


def test_a_slot_that_takes_longer_to_arrive_than_the_deadline_is_shown_and_then_left_alone(
    page: Page, site: FakeSite
) -> None:
    rest = threading.Event()
    site.deadline = 100
    site.pages["/"] = [f'<div data-mitate="hero"><h1>{DEFAULT}</h1>', rest, "<p>its second half</p></div>"]
    page.add_init_script(SAMPLER)
    page.goto(site.url(), wait_until="commit")
    page.wait_for_function("frames_.some(frame => frame.shows == 'default')")
    rest.set()
    page.wait_for_function(SETTLED)
    assert sequence(page.evaluate("frames_")) == ["default"]
    assert page.get_attribute("[data-mitate=hero]", "data-mitate-state") == "default"


def test_a_slot_far_down_a_slow_page_still_gets_its_variant_unseen(page: Page, site: FakeSite) -> None:
    late = threading.Event()
    site.deadline = 1000
    site.pages["/"] = ["<p>Above</p>", late, f'<div data-mitate="hero"><h1>{DEFAULT}</h1></div><p>Below</p>']
    page.add_init_script(SAMPLER)
    page.goto(site.url(), wait_until="commit")
    page.wait_for_function("window.mitate && mitate.decisions.hero && performance.now() > 1200")
    late.set()
    page.wait_for_function(SETTLED)
    assert sequence(page.evaluate("frames_")) == ["variant"]


NOT_AN_ANSWER = {
    "a web page": (200, "text/html", b"<!doctype html><h1>Welcome to the cafe's wireless network</h1>"),
    "a fault": (500, "text/html", b"<h1>Internal Server Error</h1>"),
    "a problem": (429, "application/problem+json", b'{"type":"about:blank#rate","title":"Too many","status":429}'),
    "half an answer": (200, "application/json", b'{"version":"1","purposes":["necessary"],"decisions":{"hero":{"ht'),
    "nothing": (200, "application/json", b""),
    "null": (200, "application/json", b"null"),
    "a number": (200, "application/json", b"7"),
    "no decisions": (200, "application/json", b'{"purposes":["necessary"]}'),
    "decisions that are text": (200, "application/json", b'{"purposes":["necessary"],"decisions":"all"}'),
    "decisions that are numbers": (200, "application/json", b'{"purposes":["necessary"],"decisions":{"hero":1}}'),
    "decisions that are null": (200, "application/json", b'{"purposes":["necessary"],"decisions":{"hero":null}}'),
    "no purposes": (200, "application/json", b'{"decisions":{"hero":{"html":"<b>variant\'s</b>"}}}'),
}


@pytest.mark.parametrize("kind", NOT_AN_ANSWER)
def test_an_answer_that_is_none_leaves_the_page_as_it_is_at_once(
    page: Page, site: FakeSite, complaints: Complaints, kind: str
) -> None:
    complaints.expect("status of (500|429)")
    site.deadline = PATIENT
    site.status, site.content_type, site.answer = NOT_AN_ANSWER[kind]
    frames = visit(page, site)
    assert sequence(frames) == ["default"]
    assert next(frame["at"] for frame in frames if frame["shows"]) < PATIENT
    assert page.evaluate("states_") == ["default"]
    assert page.inner_html("[data-mitate=hero]") == f"<h1>{DEFAULT}</h1>"


def test_a_refusing_server_costs_no_waiting(page: Page, site: FakeSite, complaints: Complaints) -> None:
    complaints.expect("ERR_|Failed to load")
    site.deadline = PATIENT
    site.refuse = True
    frames = visit(page, site)
    assert sequence(frames) == ["default"]
    assert next(frame["at"] for frame in frames if frame["shows"]) < PATIENT


def test_a_hanging_server_holds_the_default_back_until_the_deadline_and_not_longer(page: Page, site: FakeSite) -> None:
    site.gate = threading.Event()
    frames = visit(page, site)
    assert sequence(frames) == ["default"]
    shown = next(i for i, frame in enumerate(frames) if frame["shows"])
    asked: float = page.evaluate("performance.getEntriesByName(location.origin + '/mitate.js')[0].startTime")
    assert frames[shown]["at"] >= 300
    # The frame before it came by the deadline, however far apart a busy machine drew the two.
    assert frames[shown - 1]["at"] < asked + 300 + allowance(frames)


def allowance(frames: list[Frame]) -> float:
    """Give the milliseconds a busy machine may be late: a quarter of a second, and its own longest frame."""
    return 250 + max(later["at"] - earlier["at"] for earlier, later in pairwise(frames))


DEATHS = {
    "no timer and no answer": "window.setTimeout = () => 0; window.fetch = () => new Promise(() => {})",
    "timers throw": "window.setTimeout = () => { throw Error('dead') }",
}


@pytest.mark.parametrize("death", DEATHS)
def test_the_default_appears_by_itself_when_scripts_die_after_hiding(page: Page, site: FakeSite, death: str) -> None:
    page.add_init_script(SAMPLER)
    page.add_init_script(DEATHS[death])
    page.goto(site.url())
    page.wait_for_function("frames_.filter(frame => frame.shows).length > 5")
    frames: list[Frame] = page.evaluate("frames_")
    assert sequence(frames) == ["default"]
    assert page.get_attribute("[data-mitate=hero]", "data-mitate-state") is None
    # The animation runs from the slot's first frame, which comes no later than the first paint.
    shown = next(i for i, frame in enumerate(frames) if frame["shows"])
    painted: float = page.evaluate("performance.getEntriesByName('first-paint')[0].startTime")
    assert frames[shown - 1]["at"] < painted + 300 + allowance(frames)


def test_asking_that_throws_costs_no_waiting(page: Page, site: FakeSite) -> None:
    site.deadline = PATIENT
    page.add_init_script("window.fetch = () => { throw Error('dead') }")
    frames = visit(page, site)
    assert sequence(frames) == ["default"]
    assert next(frame["at"] for frame in frames if frame["shows"]) < PATIENT


READY = "!Array.isArray(mitate.loader)"
"""mitate.js has come."""


def test_a_late_answer_is_not_shown_but_told_and_kept_in_memory_for_the_next_ask(
    page: Page, site: FakeSite, complaints: Complaints
) -> None:
    complaints.expect("ERR_|Failed to load")
    site.gate = threading.Event()
    site.answer = answer(lasts=3600)
    page.add_init_script(
        SAMPLER + "window.late_ = []; document.addEventListener('mitate:late', e => late_.push(e.detail.version));"
    )
    page.goto(site.url())
    page.wait_for_selector("[data-mitate-state=default]")
    site.gate.set()
    page.wait_for_function("late_.length")
    page.wait_for_function(READY)
    assert page.evaluate("late_") == ["0123456789abcdef"]
    assert page.inner_html("[data-mitate=hero]") == f"<h1>{DEFAULT}</h1>"
    assert page.evaluate("mitate.decisions") == {}
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    site.refuse = True
    page.evaluate("mitate.refresh()")
    page.wait_for_selector(f"text={VARIANT}")


def keep_an_answer(page: Page, site: FakeSite, path: str = "/", lasts: int = 3600) -> None:
    """Have a visitor with consent ask once, so that their answer is kept."""
    site.answer = lambda ask: answer(
        purposes=["personalization"], visitor="v" * 22, lasts=lasts, page_view=ask["page_view"]
    )
    site.deadline = PATIENT
    page.goto(site.url(path))
    page.wait_for_selector("[data-mitate-state=variant]")
    page.wait_for_function(READY)
    page.wait_for_function("localStorage.mitate")
    site.deadline = 300


def test_the_answer_of_the_last_visit_is_there_at_once_and_refreshed_for_the_next(page: Page, site: FakeSite) -> None:
    page.add_init_script(SAMPLER)
    keep_an_answer(page, site, "/?a=1")
    gate = site.gate = threading.Event()
    site.answer = answer(
        {"hero": decision(html="<h1>The variant's new words</h1>")},
        purposes=["personalization"],
        visitor="v" * 22,
        lasts=60,
    )
    page.goto(site.url("/?a=1"))
    page.wait_for_function(SETTLED)
    assert sequence(page.evaluate("frames_")) == ["variant"]
    assert page.inner_html("[data-mitate=hero]") == f"<h1>{VARIANT}</h1>"
    gate.set()
    page.wait_for_function("localStorage.mitate.includes('new words')")
    assert page.inner_html("[data-mitate=hero]") == f"<h1>{VARIANT}</h1>"
    site.gate = threading.Event()
    page.goto(site.url("/?a=1"))
    page.wait_for_selector("text=new words")
    site.until(lambda: len(site.asked) == 3)
    assert [ask.get("visitor") for ask in site.asked] == [None, "v" * 22, "v" * 22]
    assert len({str(ask["page_view"]) for ask in site.asked}) == 3


SPOILT = {
    "path": "",
    "query": "",
    "visitor": f"document.cookie = 'mitate_id={'w' * 22};path=/'",
    "consent": "document.cookie = 'mitate_consent=01;path=/'",
    "age": "const kept = JSON.parse(localStorage.mitate); kept.answers['/'][1] -= 3600e3; localStorage.mitate = JSON.stringify(kept)",
    "garbage": "localStorage.mitate = '[{'",
    "another form": "localStorage.mitate = '7'",
    "nothing": "localStorage.mitate = 'null'",
}


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_kept_answer_serves_only_its_own_address_visitor_consent_and_time(
    page: Page, site: FakeSite, spoil: str
) -> None:
    site.pages["/other"] = site.pages["/"]
    keep_an_answer(page, site)
    page.evaluate(f"() => {{ {SPOILT[spoil]} }}")
    site.gate = threading.Event()
    page.goto(site.url({"path": "/other", "query": "/?a=1"}.get(spoil, "/")))
    page.wait_for_selector("[data-mitate-state=default]")
    assert page.inner_html("[data-mitate=hero]") == f"<h1>{DEFAULT}</h1>"


def test_an_answer_that_may_not_serve_again_is_not_kept(page: Page, site: FakeSite) -> None:
    keep_an_answer(page, site, lasts=0)
    site.gate = threading.Event()
    page.goto(site.url())
    page.wait_for_selector("[data-mitate-state=default]")


def test_only_a_few_paths_are_kept_the_latest_ones(page: Page, site: FakeSite) -> None:
    keep_an_answer(page, site)
    for number in range(9):
        page.evaluate(f"history.pushState(0, '', '/?page={number}')")
        page.wait_for_function(f"localStorage.mitate.includes('page={number}')")
    assert page.evaluate("Object.keys(JSON.parse(localStorage.mitate).answers)") == [f"/?page={n}" for n in range(9)]


def test_a_capped_experience_that_was_seen_is_not_shown_again_from_the_device(page: Page, site: FakeSite) -> None:
    capped: Json = {"hero": decision(html=f"<h1>{VARIANT}</h1>", left=1)}
    site.deadline = PATIENT
    site.answer = answer(capped, purposes=["personalization", "analytics"], visitor="v" * 22, lasts=3600)
    page.goto(site.url())
    site.until(lambda: len(site.exposures) == 1)
    site.deadline = 300
    site.gate = threading.Event()
    page.goto(site.url())
    page.wait_for_selector("[data-mitate-state=default]")


def test_a_newer_table_serves_the_next_page_and_is_told(page: Page, site: FakeSite) -> None:
    site.pages["/"] = f'<div data-mitate="hero">{DEFAULT}</div><p data-mitate="news">News</p>'
    table = {"site": "shoes", "endpoint": "", "deadline": PATIENT, "hash": "table-2", "slots": [slot(), slot("news")]}
    site.deadline = PATIENT
    both: Json = {"hero": decision(html=VARIANT), "news": decision(html="Good news")}
    known = answer(both, purposes=["personalization"], visitor="v" * 22)
    site.answer = lambda ask: {**known, "table": table} if ask["table"] == "table-1" else known
    site.head = "<script>window.told_ = []; mitate.on('error', ({ code }) => told_.push(code))</script>"
    page.goto(site.url())
    page.wait_for_function("told_.includes('old-table')")
    assert page.inner_text("[data-mitate=news]") == "News"
    page.goto(site.url())
    page.wait_for_selector("text=Good news")
    assert [ask["table"] for ask in site.asked] == ["table-1", "table-2"]
    # A tag pasted anew is newer than anything kept.
    site.table = {"hash": "table-3"}
    page.goto(site.url())
    page.wait_for_selector("[data-mitate=hero][data-mitate-state=variant]")
    assert site.asked[2]["table"] == "table-3"


def in_the_page(said: dict[str, object]) -> str:
    return f'<script type="application/json" data-mitate>{json.dumps(said)}</script>'


def test_a_decision_in_the_page_needs_no_server(page: Page, site: FakeSite) -> None:
    site.before = in_the_page({**answer(), "page_view": "a-view-of-the-backend"})
    assert sequence(visit(page, site)) == ["variant"]
    page.wait_for_function(READY)
    assert site.asked == []
    page.evaluate("mitate.refresh()")
    site.until(lambda: len(site.asked) == 1)
    assert site.asked[0]["page_view"] == "a-view-of-the-backend"


def test_a_decision_in_a_page_that_was_kept_for_many_is_used_and_the_page_view_counted(
    page: Page, site: FakeSite
) -> None:
    site.before = in_the_page(answer())
    assert sequence(visit(page, site)) == ["variant"]
    site.until(lambda: len(site.asked) == 1)


def test_a_block_that_a_backend_rendered_stays_as_it_is_and_counts(page: Page, site: FakeSite) -> None:
    site.pages["/"] = f'<div data-mitate="hero" data-mitate-state="variant"><h1 id="it">{VARIANT}</h1></div>'
    site.before = in_the_page(
        answer({"hero": decision(rendered=True)}, purposes=["analytics"], page_view="a-view-of-the-backend")
    )
    assert sequence(visit(page, site)) == ["variant"]
    site.until(lambda: len(site.exposures) == 1)
    assert page.evaluate("mitate.loader.filled.size") == 1


@pytest.mark.parametrize("said", ["{", "", "null", "7", '{"decisions": 7}'])
def test_nonsense_in_the_page_is_passed_over(page: Page, site: FakeSite, said: str) -> None:
    site.deadline = PATIENT
    site.before = f'<script type="application/json" data-mitate>{said}</script>'
    assert sequence(visit(page, site)) == ["variant"]


def test_a_thousand_slots_are_filled_unseen(page: Page, site: FakeSite) -> None:
    site.deadline = 60_000
    names = [f"slot-{i}" for i in range(1000)]
    site.slots = [slot(name, reserve=None) for name in names]
    site.pages["/"] = "".join(f'<p data-mitate="{name}">{DEFAULT} {i}</p>' for i, name in enumerate(names))
    site.answer = answer({name: decision(html=f"<b>{VARIANT} {i}</b>") for i, name in enumerate(names)})
    page.goto(site.url())
    page.wait_for_function("document.querySelectorAll('[data-mitate-state=variant]').length == 1000")
    assert page.inner_html("[data-mitate=slot-999]") == f"<b>{VARIANT} 999</b>"


def test_a_browser_without_constructable_style_sheets_sees_the_page_as_it_is(page: Page, site: FakeSite) -> None:
    page.add_init_script(
        "window.CSSStyleSheet = class { constructor() { throw Error('Illegal constructor') } };" + SAMPLER
    )
    page.goto(site.url())
    page.wait_for_function("frames_.filter(frame => frame.shows).length > 5")
    assert sequence(page.evaluate("frames_")) == ["default"]
    page.evaluate("mitate.track('still here')")
    assert site.asked == []


def test_two_copies_of_the_tag_are_one(page: Page, site: FakeSite) -> None:
    site.tags = 2
    site.deadline = PATIENT
    visit(page, site)
    page.wait_for_load_state("load")
    assert page.evaluate("[...document.scripts].filter(script => script.src).length") == 1
    assert len(site.asked) == 1
    assert page.evaluate("states_") == ["variant"]
