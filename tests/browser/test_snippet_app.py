"""Pages that live long: apps that change their page, frameworks that render anew, visitors who dismiss, log in and go offline."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import cast

import pytest
from playwright.sync_api import Page, Route

from .chromium import Complaints
from .fake_site import DEFAULT, VARIANT, FakeSite, Json, answer, decision, slot

pytestmark = pytest.mark.browser

HERO = "[data-mitate=hero]"
READY = "!Array.isArray(mitate.loader)"
ALL = ["personalization", "analytics"]
ID = "abcdefghijklmnopqrst_-"

# Every frame notes what the slot shows; the observer of the page's own never sleeps.
SAMPLER = """
(() => {
  const seen = window.seen_ = [];
  const look = () => {
    const slot = document.querySelector("[data-mitate=hero]");
    const shown = slot && getComputedStyle(slot).visibility == "visible" ? slot.innerText.trim() : "";
    if (shown && seen[seen.length - 1] != shown) seen.push(shown);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""


def by_path(ask: Json) -> Json:
    """Give each page of an app a hero of its own; /plain keeps the page's."""
    path = "/" + str(ask["url"]).split("/", 3)[3]
    return answer({"hero": decision(path.strip("/") or "home", html=f"Variant of {path}")} if path != "/plain" else {})


def load(page: Page, site: FakeSite, path: str = "/") -> None:
    page.add_init_script(SAMPLER)
    site.deadline = 5000
    page.goto(site.url(path))
    page.wait_for_selector(f"{HERO}[data-mitate-state]", state="attached")
    page.wait_for_function(READY)


def go(page: Page, path: str) -> None:
    """Change the page as an app does: the address first, then its part of the document."""
    page.evaluate(
        """path => {
          history.pushState(null, "", path);
          const slot = document.createElement("div");
          slot.dataset.mitate = "hero";
          slot.textContent = `Default of ${path}`;
          document.querySelector("[data-mitate=hero]").replaceWith(slot);
        }""",
        path,
    )


def without_the_navigation_api(page: Page) -> None:
    page.add_init_script("delete window.navigation; Object.defineProperty(window, 'navigation', { value: undefined })")


NAVIGATIONS = ["the Navigation API", "the History API"]


@pytest.mark.parametrize("navigation", NAVIGATIONS)
@pytest.mark.parametrize("delay", [0, 0.1])
def test_an_apps_next_page_never_shows_its_default_first(
    page: Page, site: FakeSite, delay: float, navigation: str
) -> None:
    if navigation == "the History API":
        without_the_navigation_api(page)
    site.answer = by_path
    load(page, site)
    # What stands in the document is not on the screen before the next frame, and the test may be faster than that.
    page.wait_for_function("seen_.at(-1) == 'Variant of /'")
    site.delay = delay
    for path in ("/a", "/b"):
        go(page, path)
        page.wait_for_function(f"seen_.at(-1) == 'Variant of {path}'")
    page.evaluate("""() => {
      addEventListener("popstate", () => document.querySelector("p").textContent = "Below, once more");
      history.back();
    }""")
    page.wait_for_function("seen_.at(-1) == 'Variant of /a'")
    # On a busy machine whole pages pass without a frame.
    assert [shown for shown in page.evaluate("seen_") if not shown.startswith("Variant of ")] == []
    views = [str(ask["page_view"]) for ask in site.asked]
    assert len(set(views)) == 4
    assert [str(ask["referrer"]).removeprefix(site.origin) for ask in site.asked] == ["", "/", "/a", "/b"]


def test_a_page_of_an_app_without_an_answer_in_time_shows_its_own(page: Page, site: FakeSite) -> None:
    site.answer = by_path
    load(page, site)
    site.gate = threading.Event()
    page.evaluate("mitate.loader.table().deadline = 50")
    go(page, "/a")
    page.wait_for_function(f"document.querySelector('{HERO}').dataset.mitateState == 'default'")
    assert page.inner_text(HERO) == "Default of /a"


def test_what_stands_on_every_page_of_an_app_is_not_touched_while_its_decision_stays(
    page: Page, site: FakeSite
) -> None:
    site.answer = answer({"hero": decision(html="<input>")})
    load(page, site)
    page.fill("input", "half a sentence")
    page.evaluate("history.pushState(null, '', '/a')")
    site.until(lambda: len(site.asked) == 2)
    page.wait_for_function("mitate.loader.log.filter(([, type]) => type == 'decided').length == 2")
    assert page.input_value("input") == "half a sentence"


def test_what_the_visitor_is_using_is_not_taken_away(page: Page, site: FakeSite) -> None:
    site.answer = answer({"hero": decision(html="<input>")})
    load(page, site)
    page.focus("input")
    site.answer = answer({"hero": decision(html="Another")})
    page.evaluate("mitate.refresh()")
    page.wait_for_function("mitate.loader.log.filter(([, type]) => type == 'decided').length == 2")
    page.keyboard.type("on and on")
    assert page.input_value("input") == "on and on"


CHANGES = {
    "replaceState(null, '', '?sort=price')": 0,
    "replaceState(null, '', '#reviews')": 0,
    "replaceState(null, '', '/?sort=price#reviews')": 0,
    "replaceState(null, '', '/sorted')": 1,
    "replaceState(null, '', '#/sorted')": 1,
    "pushState(null, '', '#reviews')": 0,
    "pushState(null, '', '?sort=price')": 1,
}
"""What an app does to its address, and how many page views that begins."""


@pytest.mark.parametrize("navigation", NAVIGATIONS)
@pytest.mark.parametrize("change", CHANGES)
def test_only_another_page_asks_again(page: Page, site: FakeSite, change: str, navigation: str) -> None:
    if navigation == "the History API":
        without_the_navigation_api(page)
    site.answer = by_path
    load(page, site)
    page.evaluate(f"history.{change}")
    page.evaluate("history.pushState(null, '', '/a')")
    site.until(lambda: str(site.asked[-1]["url"]).endswith("/a"))
    assert len(site.asked) == 2 + CHANGES[change]


def test_a_search_field_that_writes_itself_into_the_address_is_one_page_view(page: Page, site: FakeSite) -> None:
    site.answer = by_path
    load(page, site)
    page.evaluate("for (const word of ['s', 'sh', 'shoe']) history.replaceState(null, '', `?q=${word}`)")
    page.evaluate("history.pushState(null, '', '/a')")
    site.until(lambda: str(site.asked[-1]["url"]).endswith("/a"))
    assert len(site.asked) == 2
    # Where the visitor comes from is the address as it was.
    assert site.asked[1]["referrer"] == site.url("/?q=shoe")


def test_a_page_behind_a_hash_is_a_page(page: Page, site: FakeSite) -> None:
    load(page, site)
    page.evaluate("location.hash = '#/cart'")
    site.until(lambda: len(site.asked) == 2)
    assert site.asked[1]["url"] == site.url("/#/cart")


def test_an_app_that_moves_before_mitate_js_has_come_is_followed(page: Page, site: FakeSite) -> None:
    site.answer = by_path
    site.pages["/"] = f'<div data-mitate="hero">{DEFAULT}</div><script>history.replaceState(null, "", "/en")</script>'
    load(page, site)
    site.until(lambda: str(site.asked[-1]["url"]).endswith("/en"))


def test_a_page_out_of_the_browsers_memory_is_seen_once_more(page: Page, site: FakeSite) -> None:
    load(page, site)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    site.until(lambda: len(site.asked) == 2)
    assert site.asked[0]["page_view"] != site.asked[1]["page_view"]
    assert page.inner_text(HERO) == VARIANT


# Every frame notes what is shown on which page; a page's number is its body's.
PAGES = """
(() => {
  const seen = window.pages_ = [];
  const look = () => {
    const slot = document.querySelector("[data-mitate=hero]");
    const shown = slot && getComputedStyle(slot).visibility == "visible" ? slot.innerText.trim() : "";
    const now = `${document.body && document.body.dataset.page || ""}|${shown}`;
    if (shown && seen[seen.length - 1] != now) seen.push(now);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  window.body_ = hero => {
    const body = document.createElement("body");
    body.dataset.page = "next";
    body.innerHTML = `<div data-mitate=hero>${hero}</div><p data-mitate=mark>Mark</p>`;
    document.body.replaceWith(body);
  };
  window.frames_ = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
})();
"""


def layout(ask: Json) -> Json:
    """Give each page a hero of its own, and all the same mark, whose exposure tells that a second has passed."""
    path = "/" + str(ask["url"]).split("/", 3)[3]
    hero = decision(path.strip("/") or "home", html=f"Variant of {path}")
    return answer({"hero": hero, "mark": decision("mark")}, purposes=ALL, visitor=ID)


def load_layout(page: Page, site: FakeSite) -> None:
    page.add_init_script(PAGES)
    site.slots = [slot(), slot("mark", reserve=None)]
    site.pages["/"] = f"<h2>One</h2><div data-mitate=hero>{DEFAULT}</div><p data-mitate=mark>Mark</p>"
    site.answer = layout
    load(page, site)
    site.until(lambda: len(site.exposures) == 2)


def exposed(site: FakeSite) -> list[list[str]]:
    """Give the experiences that were exposed, page view by page view, as they were asked for."""
    return [
        sorted(
            str(event["experience"])
            for batch in site.batches
            for event in batch.events
            if batch.about["page_view"] == ask["page_view"] and event["type"] == "exposure"
        )
        for ask in site.asked
    ]


def test_an_app_that_changes_its_address_before_its_page_keeps_the_old_page_as_it_is(
    page: Page, site: FakeSite
) -> None:
    load_layout(page, site)
    page.evaluate("history.pushState(null, '', '/b')")
    # All that stays the same counts for the new page view, and the old page's hero does not.
    site.until(lambda: len(site.exposures) == 3)
    assert exposed(site) == [["home", "mark"], ["mark"]]
    page.evaluate("body_('Default of /b')")
    site.until(lambda: len(site.exposures) == 4)
    assert exposed(site) == [["home", "mark"], ["b", "mark"]]
    assert page.evaluate("pages_") == ["|Variant of /", "next|Variant of /b"]


def test_what_an_old_page_has_below_the_screen_is_told_apart_from_what_was_seen(page: Page, site: FakeSite) -> None:
    load_layout(page, site)
    page.evaluate("""() => {
      const slot = document.createElement("div");
      slot.dataset.mitate = "hero";
      slot.style.marginTop = "3000px";
      document.body.append(slot);
    }""")
    page.wait_for_function("mitate.loader.filled.size == 3")
    page.evaluate("history.pushState(null, '', '/b')")
    page.wait_for_function(f"document.querySelectorAll('{HERO}')[1].innerText == 'Variant of /b'")
    assert page.inner_text(HERO) == "Variant of /"


@pytest.mark.parametrize(
    "change",
    [
        "document.body.append(document.createElement('main'))",
        "document.querySelector('h2').textContent = 'Another'",
        "document.querySelector('h2').firstChild.data = 'Another'",
    ],
)
def test_what_stands_on_every_page_changes_with_the_page_around_it(page: Page, site: FakeSite, change: str) -> None:
    load_layout(page, site)
    page.evaluate("history.pushState(null, '', '/b')")
    page.wait_for_function("mitate.decisions.hero.experience == 'b'")
    page.evaluate("document.head.append(document.createElement('meta')); frames_()")
    page.evaluate("document.querySelector('[data-mitate=mark]').append('text')")
    page.evaluate("frames_()")
    assert page.inner_text(HERO) == "Variant of /"
    page.evaluate(f"() => {{ {change} }}")
    page.wait_for_function(f"document.querySelector('{HERO}').innerText == 'Variant of /b'")
    site.until(lambda: len(site.exposures) == 4)
    assert exposed(site) == [["home", "mark"], ["b", "mark"]]


@pytest.mark.parametrize("answers", ["in time", "never"])
def test_an_app_that_changes_its_page_before_its_address_never_shows_the_old_pages_variant_in_it(
    page: Page, site: FakeSite, answers: str, complaints: Complaints
) -> None:
    complaints.expect("ERR_|Failed to load")
    load_layout(page, site)
    site.delay = 0.1
    site.refuse = answers == "never"
    page.evaluate("async () => { body_('Default of /b'); await null; history.pushState(null, '', '/b') }")
    if answers == "never":
        page.wait_for_function(f"document.querySelector('{HERO}').dataset.mitateState == 'default'")
        page.evaluate("frames_()")
        assert page.evaluate("pages_") == ["|Variant of /", "next|Default of /b"]
    else:
        site.until(lambda: len(site.exposures) == 4)
        assert exposed(site) == [["home", "mark"], ["b", "mark"]]
        assert page.evaluate("pages_") == ["|Variant of /", "next|Variant of /b"]


# -- frameworks that render anew


def test_a_slot_that_is_rendered_anew_gets_its_variant_back_before_the_next_frame(page: Page, site: FakeSite) -> None:
    load(page, site)
    page.wait_for_function("seen_.length")
    for number in range(3):
        page.evaluate(f"document.querySelector('{HERO}').innerHTML = '<h1>Rendered {number}</h1>'")
        page.wait_for_function(f"document.querySelector('{HERO}').innerText == \"{VARIANT}\"")
    assert page.evaluate("seen_") == [VARIANT]


def test_a_fight_with_a_framework_ends_in_favour_of_the_page_and_is_told(page: Page, site: FakeSite) -> None:
    site.head = "<script>window.told_ = []; mitate.on('error', ({ code, slot }) => told_.push([code, slot]))</script>"
    load(page, site)
    page.evaluate(
        f"""() => {{
          const slot = document.querySelector('{HERO}');
          window.rounds_ = 0;
          new MutationObserver(() => {{
            if (slot.innerText != "Mine" && rounds_++ < 1000) slot.innerHTML = "Mine";
          }}).observe(slot, {{ childList: true }});
          slot.innerHTML = "Mine";
        }}"""
    )
    page.wait_for_function("told_.length")
    assert page.evaluate("told_") == [["fight", "hero"]]
    page.wait_for_function(f"document.querySelector('{HERO}').innerText == 'Mine'")
    assert page.evaluate("rounds_") < 20
    assert page.is_visible(HERO)


def test_an_attribute_that_a_framework_resets_is_set_again(page: Page, site: FakeSite) -> None:
    site.answer = answer({"hero": decision(attributes={"title": "ours"})})
    load(page, site)
    page.evaluate(f"document.querySelector('{HERO}').title = 'theirs'")
    page.wait_for_function(f"document.querySelector('{HERO}').title == 'ours'")


def test_a_copy_of_a_filled_slot_is_filled_itself(page: Page, site: FakeSite) -> None:
    load(page, site)
    page.evaluate(f"document.body.append(document.querySelector('{HERO}').cloneNode(true))")
    page.wait_for_function("mitate.loader.filled.size == 2")
    assert page.locator(HERO).all_inner_texts() == [VARIANT, VARIANT]


def test_a_copy_of_a_filled_slot_has_the_pages_own_words_back_when_it_is_dismissed(page: Page, site: FakeSite) -> None:
    load(page, site)
    page.evaluate(f"document.body.append(document.querySelector('{HERO}').cloneNode(true))")
    page.wait_for_function("mitate.loader.filled.size == 2")
    page.evaluate("mitate.dismiss('hero')")
    assert page.locator(HERO).all_inner_texts() == [DEFAULT, DEFAULT]


def test_an_element_that_becomes_another_slot_gets_that_ones_variant(page: Page, site: FakeSite) -> None:
    site.slots = [slot(), slot("promo", reserve=None), slot("tip", live=True, reserve=None)]
    site.answer = answer({"hero": decision(html=VARIANT), "promo": decision("promo", html="Promo")}, purposes=ALL)
    load(page, site)
    for name, shown in [("promo", "Promo"), ("other", DEFAULT), ("hero", VARIANT), ("tip", DEFAULT)]:
        page.evaluate("name => document.querySelector('[data-mitate]').dataset.mitate = name", name)
        page.wait_for_function("shown => document.querySelector('[data-mitate]').innerText == shown", arg=shown)
    assert page.is_visible(f"text={DEFAULT}")
    assert page.evaluate("[...mitate.loader.filled.values()].map(({ slot }) => slot)") == ["tip"]


def test_an_element_that_is_renamed_and_rendered_anew_keeps_what_it_was_given(page: Page, site: FakeSite) -> None:
    site.slots = [slot(), slot("promo", reserve=None), slot("foot", selector=".foot", reserve=None)]
    site.pages["/"] = f"<div data-mitate=hero>{DEFAULT}</div><p class=foot>own</p>"
    site.answer = answer({name: decision(name, html=f"<b>{name}</b>") for name in ("hero", "promo", "foot")})
    load(page, site)
    page.wait_for_function("mitate.loader.filled.size == 2")
    page.evaluate("""() => {
      const [hero, foot] = [document.querySelector("[data-mitate]"), document.querySelector(".foot")];
      foot.innerHTML = "rendered";
      hero.dataset.mitate = "none";
      hero.innerHTML = "given";
    }""")
    page.wait_for_function("document.querySelector('.foot').innerText == 'foot'")
    assert page.inner_text("[data-mitate]") == "given"
    assert page.is_visible("text=given")
    # By a class, which nobody is told of.
    page.evaluate("""() => {
      const foot = document.querySelector(".foot");
      foot.className = "";
      foot.innerHTML = "again";
      document.querySelector("[data-mitate]").dataset.mitate = "promo";
    }""")
    page.wait_for_function("document.querySelector('[data-mitate]').innerText == 'promo'")
    assert page.is_visible("text=again")


def test_slots_that_come_later_are_filled_unseen(page: Page, site: FakeSite) -> None:
    site.slots = [slot("hero"), slot("shelf")]
    site.answer = answer({"hero": decision(html="a"), "shelf": decision(html="b")})
    load(page, site)
    page.evaluate("""() => {
      const shelf = document.createElement("div");
      shelf.dataset.mitate = "shelf";
      shelf.textContent = "default";
      document.body.append(shelf);
    }""")
    page.wait_for_selector("[data-mitate=shelf][data-mitate-state=variant]")
    assert page.inner_text("[data-mitate=shelf]") == "b"


def test_slots_come_in_whatever_the_page_adds_them_with_and_in_any_order(page: Page, site: FakeSite) -> None:
    names = ["hero", "shelf", "foot"]
    site.slots = [slot("hero"), slot("shelf"), slot("foot", selector="main > .foot, .none")]
    site.answer = answer({name: decision(name, html=name) for name in names})
    load(page, site)
    page.evaluate("""() => {
      const main = document.createElement("main");
      document.body.append("text", main);
      main.innerHTML = "<section><p data-mitate=shelf>own</p></section><p class=foot>own</p><mitate-slot name=other></mitate-slot>";
      document.body.append(main.querySelector("section"));
      main.append(main.firstChild);
    }""")
    page.wait_for_function("mitate.loader.filled.size == 3")
    assert page.inner_text("[data-mitate=shelf]") == "shelf"
    assert page.inner_text(".foot") == "foot"


def test_what_the_page_changes_without_adding_slots_never_makes_all_of_it_be_searched(
    page: Page, site: FakeSite
) -> None:
    load(page, site)
    page.wait_for_function("document.readyState == 'complete'")
    searched = page.evaluate("""async () => {
      let times = 0;
      const all = Document.prototype.querySelectorAll;
      Document.prototype.querySelectorAll = function (what) {
        times++;
        return all.call(this, what);
      };
      for (let i = 0; i < 3; i++) {
        document.querySelector("p").textContent = i;
        document.body.append(document.createElement("p"));
        await new Promise((done) => setTimeout(done));
      }
      return times;
    }""")
    assert searched == 0


@pytest.mark.parametrize(
    "change",
    [
        # Deep in what comes as one.
        "add('<section><p><span class=box><b data-mitate=shelf>own</b></span></p></section>')",
        # In an element that was added before.
        "add('<section></section>').append(shelf())",
        # What was around it becomes what its selector asks for.
        "const wrap = add('<main></main>'); wrap.append(foot)",
        # It goes before anybody has looked, and comes back.
        "const lost = add('<div data-mitate=shelf>own</div>'); lost.remove(); await frame(); document.body.append(lost)",
        # It goes with what it is in, and comes back elsewhere.
        "const section = add('<section></section>'); section.append(shelf()); section.remove(); await frame();"
        "document.body.prepend(section)",
        # A copy of what was filled, with its mark, in something else.
        "add('<section></section>').append(document.querySelector('[data-mitate=hero]').cloneNode(true))",
        # Nothing comes: an element becomes a slot by an attribute, or by what is beside it.
        "const named = add('<div>own</div>'); await frame(); named.dataset.mitate = 'shelf'",
        "add('<div class=side>own</div>'); await frame(); document.body.lastChild.before(document.createElement('hr'))",
    ],
)
def test_whatever_makes_an_element_a_slot_it_is_filled(page: Page, site: FakeSite, change: str) -> None:
    site.pages["/"] = f'<div data-mitate="hero">{DEFAULT}</div><p class="foot">own</p>'
    site.slots = [slot(), slot("shelf"), slot("foot", selector="main > .foot"), slot("side", selector="hr + .side")]
    site.answer = answer({name: decision(name, html=VARIANT) for name in ("hero", "shelf", "foot", "side")})
    load(page, site)
    page.wait_for_function("document.readyState == 'complete'")
    page.evaluate(
        """change => {
          const tools = {
            add(html) {
              document.body.insertAdjacentHTML("beforeend", html);
              return document.body.lastElementChild;
            },
            shelf() {
              const element = document.createElement("div");
              element.dataset.mitate = "shelf";
              element.textContent = "own";
              return element;
            },
            frame: () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
            foot: document.querySelector(".foot"),
          };
          const Async = (async () => {}).constructor;
          return new Async(...Object.keys(tools), change)(...Object.values(tools));
        }""",
        change,
    )
    page.wait_for_function("mitate.loader.filled.size == 2")
    states = page.evaluate("[...mitate.loader.filled.values()].map(({ element, state }) => [state, element.innerText])")
    assert states == [["variant", VARIANT]] * 2


def test_a_custom_element_that_comes_later_in_something_else_is_filled(page: Page, site: FakeSite) -> None:
    site.slots = [slot(), slot("shelf", shadow=True)]
    site.answer = answer({"hero": decision(html=VARIANT), "shelf": decision(html=VARIANT)})
    load(page, site)
    page.wait_for_function("document.readyState == 'complete'")
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<main><p>own</p><mitate-slot name=shelf>own</mitate-slot></main>')"
    )
    page.wait_for_function("mitate.loader.filled.size == 2")
    assert page.evaluate("document.querySelector('mitate-slot').shadowRoot.textContent") == VARIANT


def test_the_last_slot_of_a_page_does_not_wait_for_the_pages_own_scripts(page: Page, site: FakeSite) -> None:
    held: list[Route] = []
    page.route("**/slow.js", lambda route: held.append(route))
    site.head = "<script defer src=/slow.js></script>"
    site.pages["/"] = f"<div data-mitate=hero>{DEFAULT}"
    site.deadline = 5000
    page.goto(site.url(), wait_until="commit")
    page.wait_for_selector(f"{HERO}[data-mitate-state=variant]")
    assert page.evaluate("document.readyState") == "interactive"
    for route in held:
        route.fulfill(body="", content_type="text/javascript")


# -- apps that live long


def test_an_app_that_renders_a_slot_a_thousand_times_is_no_larger_for_it(page: Page, site: FakeSite) -> None:
    load(page, site)
    page.wait_for_function("document.readyState == 'complete'")
    devtools = page.context.new_cdp_session(page)
    send = cast("Callable[[str], dict[str, list[Json]]]", devtools.send)  # pyright: ignore[reportUnknownMemberType]
    send("Performance.enable")

    def count(name: str) -> int:
        for _ in range(2):
            send("HeapProfiler.collectGarbage")
        return int(str(next(one["value"] for one in send("Performance.getMetrics")["metrics"] if one["name"] == name)))

    nodes, listeners = count("Nodes"), count("JSEventListeners")
    page.evaluate("""async () => {
      for (let i = 0; i < 1000; i++) {
        document.querySelector("main")?.remove();
        const main = document.createElement("main");
        main.innerHTML = "<div data-mitate=hero><ul>" + "<li>x</li>".repeat(50) + "</ul></div>";
        document.body.append(main);
        mitate.decide("hero");
        await new Promise(done => setTimeout(done));
      }
    }""")
    assert page.evaluate("mitate.loader.filled.size") == 2
    assert page.evaluate("mitate.loader.log.length") < 300
    # Each that stayed would be a hundred nodes.
    assert count("Nodes") - nodes < 20_000
    assert count("JSEventListeners") - listeners < 300


def test_a_block_that_is_taken_away_and_brought_back_can_still_be_dismissed(page: Page, site: FakeSite) -> None:
    load(page, site)
    page.evaluate(f"window.hero_ = document.querySelector('{HERO}'); hero_.remove()")
    page.wait_for_function("mitate.loader.filled.size == 0")
    page.evaluate("document.body.append(hero_)")
    page.wait_for_function("mitate.loader.filled.size == 1")
    assert page.inner_text(HERO) == VARIANT
    page.evaluate("mitate.dismiss('hero')")
    assert page.inner_text(HERO) == DEFAULT


def test_a_block_that_is_brought_back_to_another_page_shows_that_ones_variant(page: Page, site: FakeSite) -> None:
    site.answer = by_path
    load(page, site)
    page.evaluate(f"window.hero_ = document.querySelector('{HERO}'); hero_.remove()")
    page.wait_for_function("mitate.loader.filled.size == 0")
    page.evaluate("history.pushState(null, '', '/a')")
    page.wait_for_function("mitate.decisions.hero.experience == 'a'")
    page.evaluate("document.body.append(hero_)")
    page.wait_for_function(f"document.querySelector('{HERO}').innerText == 'Variant of /a'")
    page.evaluate("mitate.dismiss('hero')")
    assert page.inner_text(HERO) == DEFAULT


# -- visitors


@pytest.mark.parametrize("way", ["click", "Enter", "call"])
def test_a_dismissed_block_goes_is_told_and_does_not_come_back(page: Page, site: FakeSite, way: str) -> None:
    block = decision("tip", html="<p>Tip</p><button data-mitate-dismiss><b>No, thanks</b></button>")
    site.answer = answer({"hero": block}, purposes=ALL, visitor=ID, lasts=3600)
    load(page, site)
    match way:
        case "click":
            page.click(f"{HERO} button b")
        case "Enter":
            page.focus("button")
            page.keyboard.press("Enter")
            assert page.evaluate(f"document.activeElement == document.querySelector('{HERO}')")
        case _:
            page.evaluate("mitate.dismiss('hero')")
    assert page.inner_text(HERO) == DEFAULT
    site.until(lambda: any(event["type"] == "dismiss" for event in site.events))
    (event,) = [event for event in site.events if event["type"] == "dismiss"]
    assert (event["slot"], event["experience"], event["variant"]) == ("hero", "tip", "light")
    # Not by an answer that knows nothing of it yet, nor from the device.
    page.evaluate("mitate.refresh()")
    page.wait_for_function("mitate.loader.log.filter(([, type]) => type == 'decided').length == 2")
    assert page.inner_text(HERO) == DEFAULT


def test_who_logs_in_is_told_by_the_backends_token_and_asked_for_again(page: Page, site: FakeSite) -> None:
    load(page, site)
    page.evaluate("mitate.identify('head.claims.signature'); mitate.identify('head.claims.signature')")
    site.until(lambda: len(site.asked) == 2)
    page.evaluate("mitate.identify(null)")
    site.until(lambda: len(site.asked) == 3)
    assert [ask.get("token") for ask in site.asked] == [None, "head.claims.signature", None]


def test_a_token_in_the_tag_is_there_from_the_first_question(page: Page, site: FakeSite) -> None:
    site.table["token"] = "head.claims.signature"
    load(page, site)
    assert site.asked[0]["token"] == "head.claims.signature"


def test_events_that_could_not_be_sent_are_sent_when_the_network_is_back(
    page: Page, site: FakeSite, complaints: Complaints
) -> None:
    complaints.expect("ERR_INTERNET_DISCONNECTED")
    site.answer = answer({}, purposes=ALL, visitor=ID)
    load(page, site)
    page.context.set_offline(True)
    with page.expect_event("requestfailed"):
        page.evaluate("mitate.track('offline')")
    page.context.set_offline(False)
    site.until(lambda: len(site.events) == 1)
    assert site.events[0]["name"] == "offline"


def test_events_that_a_page_could_not_send_are_sent_by_the_next_with_its_page_view(
    page: Page, site: FakeSite, complaints: Complaints
) -> None:
    complaints.expect("status of 503")
    site.answer = answer({}, purposes=ALL, visitor=ID)
    site.pages["/thanks"] = "<p>Thanks</p>"
    load(page, site)
    site.events_status = 503
    with page.expect_response("**/v1/events") as refused:
        page.evaluate("mitate.track('first')")
    refused.value.finished()
    page.evaluate("() => new Promise(done => setTimeout(done))")
    page.goto(site.url("/thanks"))
    site.events_status = 202
    page.goto(site.url("/thanks"))
    site.until(lambda: len(site.events) == 1)
    assert site.events[0]["name"] == "first"
    (batch,) = [batch for batch in site.batches if any(event["type"] == "track" for event in batch.events)]
    assert batch.about["page_view"] == site.asked[0]["page_view"]


def test_a_decision_is_given_to_the_pages_own_code_as_soon_as_it_is_there(page: Page, site: FakeSite) -> None:
    site.head = "<script>window.given_ = []; mitate.decide('hero').then(one => given_.push(one.json.columns))</script>"
    site.answer = answer({"hero": decision(json={"columns": 3})}, purposes=ALL, visitor=ID)
    site.pages["/"] = f"<p>{DEFAULT}</p>"
    site.deadline = 5000
    page.goto(site.url())
    page.wait_for_function("given_.length")
    assert page.evaluate("given_") == [3]
    page.wait_for_function(READY)
    page.evaluate("mitate.expose('hero')")
    site.until(lambda: len(site.exposures) == 1)


def test_without_an_answer_the_pages_own_code_hears_so_at_the_deadline(
    page: Page, site: FakeSite, complaints: Complaints
) -> None:
    complaints.expect("ERR_FAILED")
    site.gate = threading.Event()
    page.route("**/mitate.js", lambda route: route.abort())
    site.head = "<script>mitate.decide('hero').then(one => window.given_ = String(one))</script>"
    page.goto(site.url())
    page.wait_for_function("window.given_")
    assert page.evaluate("given_") == "undefined"


def test_a_server_that_hangs_does_not_keep_the_page_from_having_loaded(
    page: Page, site: FakeSite, complaints: Complaints
) -> None:
    complaints.expect("ERR_FAILED")
    site.gate = threading.Event()
    page.route("**/mitate.js", lambda route: None)
    page.goto(site.url(), wait_until="load")
    page.wait_for_selector(f"{HERO}[data-mitate-state=default]")
