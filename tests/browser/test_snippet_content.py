"""What fills a slot, under the strictest policies, and how it is undone."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest
from playwright.sync_api import Page

from .chromium import Complaints
from .fake_site import DEFAULT, VARIANT, VISITOR, FakeSite, Json, answer, decision, slot

pytestmark = pytest.mark.browser

HERO = "[data-mitate=hero]"
READY = "!Array.isArray(mitate.loader)"
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "';alert(1);//",
    "{{constructor.constructor('alert(1)')()}}",
    "</title></textarea></style></script><script>alert(1)</script>",
    "\u2028alert(1)\u2029\x00",
]


def shown(page: Page, site: FakeSite, hero: Mapping[str, object], body: str | None = None) -> None:
    """Show a page whose hero has this decision, and wait until it is settled."""
    if body is not None:
        site.pages["/"] = body
    site.deadline = 5000
    site.answer = answer({"hero": dict(hero)})
    page.add_init_script("window.alert = () => { throw Error('the attack ran') }")
    page.goto(site.url())
    page.wait_for_selector(f"{HERO}[data-mitate-state]", state="attached")


@pytest.mark.parametrize("attack", HOSTILE)
def test_text_is_text_whatever_it_says(page: Page, site: FakeSite, attack: str) -> None:
    shown(page, site, decision(text=attack))
    assert page.evaluate(f"document.querySelector('{HERO}').textContent") == attack
    assert page.evaluate(f"document.querySelector('{HERO}').childElementCount") == 0


@pytest.mark.parametrize("attack", HOSTILE)
def test_an_attribute_is_an_attribute_whatever_it_says(page: Page, site: FakeSite, attack: str) -> None:
    shown(page, site, decision(attributes={"title": attack, "alt": attack}))
    assert page.get_attribute(HERO, "title") == attack
    assert page.get_attribute(HERO, "alt") == attack
    assert page.inner_text(HERO).strip() == DEFAULT


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("onclick", "alert(1)"),
        ("ONFOCUS", "alert(1)"),
        ("srcdoc", "<script>alert(1)</script>"),
        ("href", "javascript:alert(1)"),
        ("href", " \x01JaVa\tsc\nript:alert(1)"),
        ("xlink:href", "javascript:alert(1)"),
    ],
)
def test_an_attribute_that_could_run_code_is_left_out(page: Page, site: FakeSite, name: str, value: str) -> None:
    shown(page, site, decision(attributes={name: value, "title": "stays"}), f'<a data-mitate="hero">{DEFAULT}</a>')
    assert page.get_attribute(HERO, name) is None
    assert page.get_attribute(HERO, "title") == "stays"


def test_an_attribute_that_cannot_be_set_leaves_the_slot_as_it_is(page: Page, site: FakeSite) -> None:
    shown(page, site, decision(attributes={"1 <": "x"}))
    assert page.get_attribute(HERO, "data-mitate-state") == "default"
    assert page.inner_text(HERO).strip() == DEFAULT


def test_an_empty_block_empties_the_slot(page: Page, site: FakeSite) -> None:
    shown(page, site, decision(html=""))
    assert page.inner_html(HERO) == ""
    assert page.get_attribute(HERO, "data-mitate-state") == "variant"


def test_html_may_be_rows_of_a_table(page: Page, site: FakeSite) -> None:
    body = '<table><tbody data-mitate="hero"><tr><td>old</table>'
    shown(page, site, decision(html="<tr><td>new</td></tr>"), body)
    assert page.inner_html(HERO) == "<tr><td>new</td></tr>"


@pytest.mark.parametrize("content", [{}, {"reason": "HOLDOUT", "variant": None}, {"none": True}])
def test_a_decision_without_content_keeps_the_pages_own(page: Page, site: FakeSite, content: dict[str, object]) -> None:
    shown(page, site, {**decision(), **content})
    assert page.inner_html(HERO) == f"<h1>{DEFAULT}</h1>"
    assert page.get_attribute(HERO, "data-mitate-state") == "default"


def test_json_is_told_to_the_page_and_changes_nothing_in_it(page: Page, site: FakeSite) -> None:
    site.head = "<script>window.told_ = []; mitate.on('applied', one => told_.push([one.slot, one.state, one.decision.json]))</script>"
    shown(page, site, decision(json={"columns": 3, "items": [1, None]}))
    assert page.evaluate("told_") == [["hero", "variant", {"columns": 3, "items": [1, None]}]]
    assert page.inner_html(HERO) == f"<h1>{DEFAULT}</h1>"


def test_every_element_that_a_selector_finds_is_filled(page: Page, site: FakeSite) -> None:
    site.slots = [slot("hero", selector=".hero, #banner")]
    site.pages["/"] = '<p class="hero">a</p><p class="hero">b</p><p id="banner">c</p><p data-mitate="hero">d</p>'
    site.answer = answer({"hero": decision(text="new")})
    site.deadline = 5000
    page.goto(site.url())
    page.wait_for_selector("#banner[data-mitate-state=variant]")
    assert page.inner_text("body").split() == ["new", "new", "new", "d"]


def test_a_slot_named_like_an_object_s_own_method_is_a_slot_like_any_other(page: Page, site: FakeSite) -> None:
    site.slots = [slot("constructor"), slot("__proto__"), slot("hero")]
    shown(
        page,
        site,
        decision(text="new"),
        '<i data-mitate="constructor">a</i><i data-mitate="__proto__">b</i><p data-mitate="hero">c</p>',
    )
    assert page.inner_text("body").split() == ["ab", "new"]


def test_refresh_brings_the_pages_own_nodes_back_with_their_listeners(page: Page, site: FakeSite) -> None:
    shown(page, site, decision(html=f"<h1>{VARIANT}</h1>"))
    site.answer = answer({"hero": {"reason": "DEFAULT", "basis": "everyone"}})
    # The observer on the page's own node proves that it is the same node, and that nothing was shown in between.
    page.evaluate("mitate.refresh()")
    page.wait_for_selector(f"{HERO}[data-mitate-state=default]")
    assert page.inner_html(HERO) == f"<h1>{DEFAULT}</h1>"


def test_what_was_filled_is_undone_to_the_same_nodes(page: Page, site: FakeSite) -> None:
    site.head = """<script>
      addEventListener("DOMContentLoaded", () => {}, true);
      new MutationObserver((_, observer) => {
        const own = document.querySelector("h1");
        if (own && !window.own_) { window.own_ = own; own.addEventListener("click", () => document.title = "clicked"); }
      }).observe(document, { childList: true, subtree: true });
    </script>"""
    site.deadline = 5000
    site.delay = 0.1
    site.answer = answer({"hero": decision(html=f"<h1>{VARIANT}</h1>")})
    page.goto(site.url())
    page.wait_for_selector(f"{HERO}[data-mitate-state=variant]")
    site.answer = answer({})
    page.evaluate("mitate.refresh()")
    page.wait_for_selector(f"{HERO}[data-mitate-state=default]")
    assert page.evaluate("own_ == document.querySelector('h1')") is True
    page.click("h1")
    assert page.title() == "clicked"


def test_attributes_are_undone_to_what_they_were(page: Page, site: FakeSite) -> None:
    body = f'<p data-mitate="hero" class="old" lang="">{DEFAULT}</p>'
    shown(page, site, decision(attributes={"class": "new", "lang": "ja", "title": "new"}), body)
    assert page.get_attribute(HERO, "class") == "new"
    site.answer = answer({})
    page.evaluate("mitate.refresh()")
    page.wait_for_selector(f"{HERO}[data-mitate-state=default]")
    assert [page.get_attribute(HERO, name) for name in ("class", "lang", "title")] == ["old", "", None]


def test_refresh_replaces_one_variant_with_another_and_shows_nothing_in_between(page: Page, site: FakeSite) -> None:
    shown(page, site, decision(html=f"<h1>{VARIANT}</h1>"))
    page.evaluate(f"""() => {{
      window.seen_ = [];
      const look = () => {{ seen_.push(document.querySelector('{HERO}').textContent); requestAnimationFrame(look) }};
      look();
    }}""")
    site.answer = answer({"hero": decision(html="<h1>Another</h1>")})
    page.evaluate("mitate.refresh()")
    page.wait_for_function("seen_.includes('Another')")
    assert page.evaluate("[...new Set(seen_)]") == [VARIANT, "Another"]


def test_refresh_does_not_touch_what_stays_the_same(page: Page, site: FakeSite) -> None:
    shown(page, site, decision(html="<input>"))
    page.fill("input", "half a sentence")
    page.evaluate(
        "window.answers_ = 0; document.addEventListener('mitate:decided', () => answers_++); mitate.refresh()"
    )
    page.wait_for_function("answers_ == 1")
    assert page.input_value("input") == "half a sentence"


def test_a_failed_refresh_leaves_no_variant_behind(page: Page, site: FakeSite, complaints: Complaints) -> None:
    complaints.expect("ERR_|Failed to load")
    shown(page, site, decision(html=f"<h1>{VARIANT}</h1>"))
    site.refuse = True
    page.evaluate("mitate.refresh()")
    page.wait_for_selector(f"{HERO}[data-mitate-state=default]")
    assert page.inner_html(HERO) == f"<h1>{DEFAULT}</h1>"


def test_a_redirect_leaves_no_history_entry_and_ends(page: Page, site: FakeSite) -> None:
    site.pages["/b"] = f'<div data-mitate="hero"><h1>{DEFAULT}</h1></div>'
    site.pages["/start"] = "<p>start</p>"
    site.deadline = 5000
    with page.expect_response("**/v1/decide") as asked:
        page.goto(site.url("/start"))
    asked.value.finished()
    # The server sends everybody to /b: from /b there is nowhere to go.
    sent = decision(redirect="/b#top", exposure="decided")
    site.answer = answer({"hero": sent}, purposes=["analytics"])
    page.goto(site.url("/?a=1"))
    page.wait_for_url("**/b#top")
    page.wait_for_selector(f"{HERO}[data-mitate-state=default]")
    assert page.url == site.url("/b#top")
    assert [str(ask["url"]) for ask in site.asked] == [site.url("/start"), site.url("/?a=1"), site.url("/b#top")]
    # It was told before the page was left; there it is decided once more, and says nothing new.
    page.wait_for_function(READY)
    page.evaluate("mitate.track('end')")
    site.until(lambda: len(site.events) == 2)
    assert told(site) == [("nurse-hero", "light", site.asked[1]["page_view"])]
    page.go_back()
    assert page.url == site.url("/start")


ARMS = {
    "redirect": decision(redirect="/new", exposure="decided"),
    "control": decision(variant="page", exposure="decided"),
    "holdout": decision(variant=None, reason="HOLDOUT", exposure="decided"),
}
arms = pytest.mark.parametrize("arm", ARMS)


def redirecting(site: FakeSite, arm: str, **more: Any) -> None:
    """Let the site decide one arm on its first page, and nothing elsewhere."""
    site.deadline = 5000
    site.pages["/new"] = "<p>new</p>"
    more = {"purposes": ["personalization", "analytics"], "visitor": VISITOR, **more}
    site.answer = lambda ask: answer({} if "new" in str(ask["url"]) else {"hero": ARMS[arm]}, **more)


def told(site: FakeSite) -> list[tuple[object, object, object]]:
    """Give each exposure as it was sent: whose, and of which page view."""
    return [
        (event["experience"], event["variant"], batch.about["page_view"])
        for batch in site.batches
        for event in batch.events
        if event["type"] == "exposure"
    ]


def ended(page: Page, site: FakeSite, arm: str) -> None:
    """Wait until the page where the visitor ends up has told all that it tells."""
    page.wait_for_url(site.url("/new" if arm == "redirect" else "/"))
    page.wait_for_function(READY)
    page.evaluate("mitate.track('end')")
    site.until(lambda: "track" in [event["type"] for event in site.events])


@arms
def test_every_arm_of_a_redirect_is_told_once(page: Page, site: FakeSite, arm: str) -> None:
    redirecting(site, arm)
    page.goto(site.url())
    ended(page, site, arm)
    first = site.asked[0]["page_view"]
    assert told(site) == [("nurse-hero", ARMS[arm]["variant"], first)]
    (event,) = site.exposures
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", str(event["id"]))
    assert {key: event[key] for key in ("slot", "reason")} == {"slot": "hero", "reason": ARMS[arm]["reason"]}
    if arm == "redirect":
        return
    # Asked again, it says nothing new; another page of the app does.
    asked = len(site.asked)
    page.evaluate("mitate.refresh()")
    site.until(lambda: len(site.asked) > asked)
    page.evaluate("history.pushState(0, '', '/other')")
    site.until(lambda: len(site.exposures) == 2)
    assert told(site)[1:] == [("nurse-hero", ARMS[arm]["variant"], site.asked[-1]["page_view"])]
    assert site.asked[-1]["page_view"] != first


@arms
@pytest.mark.parametrize("blocked", [True, False])
def test_every_arm_of_a_redirect_is_told_whatever_becomes_of_mitate_js(
    page: Page, site: FakeSite, complaints: Complaints, arm: str, blocked: bool
) -> None:
    """Blocked, or so slow that the visitor has gone before it came."""
    complaints.expect("ERR_FAILED|ERR_ABORTED")
    redirecting(site, arm)
    page.route("**/mitate.js", lambda route: route.abort() if blocked else None)
    page.goto(site.url(), wait_until="commit")
    if arm == "redirect":
        page.wait_for_url("**/new", wait_until="commit")
    else:
        page.wait_for_selector(f"{HERO}[data-mitate-state=default]")
    page.goto("about:blank")
    site.until(lambda: len(site.exposures) == 1)
    assert told(site) == [("nurse-hero", ARMS[arm]["variant"], site.asked[0]["page_view"])]


@arms
def test_every_arm_of_a_redirect_is_told_in_a_tab_that_nobody_looks_at(page: Page, site: FakeSite, arm: str) -> None:
    page.add_init_script("Object.defineProperty(document, 'hidden', { get: () => window.hidden_ ?? true })")
    redirecting(site, arm)
    page.goto(site.url())
    ended(page, site, arm)
    assert told(site) == [("nurse-hero", ARMS[arm]["variant"], site.asked[0]["page_view"])]
    # Nor is there more to tell when somebody does.
    page.evaluate("hidden_ = false; document.dispatchEvent(new Event('visibilitychange')); mitate.track('look')")
    site.until(lambda: len([event for event in site.events if event["type"] == "track"]) == 2)
    assert len(told(site)) == 1


@arms
@pytest.mark.parametrize(
    ("more", "start"), [({"purposes": [], "visitor": None}, "/"), ({"preview": {}}, "/#mitate=token")]
)
def test_no_arm_of_a_redirect_is_told_of_without_consent_or_in_a_preview(
    page: Page, site: FakeSite, arm: str, more: dict[str, Any], start: str
) -> None:
    redirecting(site, arm, **more)
    page.goto(site.url(start))
    page.wait_for_url(site.url("/new" if arm == "redirect" else "/"))
    page.wait_for_function(READY)
    # By the time this is asked, an event of the first page would have arrived.
    asked = len(site.asked)
    page.evaluate("mitate.refresh()")
    site.until(lambda: len(site.asked) > asked)
    assert told(site) == []


@arms
def test_a_prerendered_page_tells_of_a_redirect_and_follows_it_when_it_is_shown(
    page: Page, site: FakeSite, arm: str
) -> None:
    page.add_init_script("""if (location.pathname == "/") {
      window.waiting_ = true;
      Object.defineProperty(document, "prerendering", { get: () => waiting_ });
      Object.defineProperty(document, "hidden", { get: () => waiting_ });
      window.show_ = () => {
        waiting_ = false;
        for (const type of ["prerenderingchange", "visibilitychange"]) document.dispatchEvent(new Event(type));
      };
    }""")
    redirecting(site, arm)
    page.goto(site.url())
    page.wait_for_function(READY)
    page.evaluate("mitate.track('waiting')")
    site.until(lambda: len(site.events) == 1)
    assert (told(site), page.url) == ([], site.url())
    page.evaluate("show_()")
    site.until(lambda: len(site.exposures) == 1)
    page.wait_for_url(site.url("/new" if arm == "redirect" else "/"))
    page.wait_for_function(READY)
    page.evaluate("mitate.track('end')")
    site.until(lambda: len(site.events) == 3)
    assert [one[:2] for one in told(site)] == [("nurse-hero", ARMS[arm]["variant"])]
    assert re.fullmatch(r"[0-9]{8,}", str(told(site)[0][2]))


@arms
@pytest.mark.parametrize("choice", [None, {"personalization": True, "analytics": True}])
def test_every_arm_of_a_redirect_stays_the_visitor_it_is_told_of(
    page: Page, site: FakeSite, complaints: Complaints, arm: str, choice: dict[str, bool] | None
) -> None:
    """Whom nobody knew before that answer, by the site's default or by a choice that was made in the page's head."""
    complaints.expect("ERR_FAILED")
    page.route("**/mitate.js", lambda route: route.abort())
    if choice:
        site.head = f"<script>if (location.pathname == '/') mitate.consent({json.dumps(choice)})</script>"
    redirecting(site, arm)
    page.goto(site.url())
    page.wait_for_url(site.url("/new" if arm == "redirect" else "/"))
    site.until(lambda: len(site.exposures) == 1)
    assert [batch.about["visitor"] for batch in site.batches] == [VISITOR]
    page.goto(site.url("/new?again"))
    site.until(lambda: str(site.asked[-1]["url"]).endswith("again"))
    assert site.asked[-1]["visitor"] == VISITOR
    assert site.asked[-1].get("consent") == ("11" if choice else None)
    expected = {"mitate_id": VISITOR, **({"mitate_consent": "11"} if choice else {})}
    assert {str(one.get("name")): str(one.get("value")) for one in page.context.cookies()} == expected


@arms
def test_a_redirect_remembers_nobody_who_has_denied_it_meanwhile(page: Page, site: FakeSite, arm: str) -> None:
    redirecting(site, arm)
    reply = cast("Callable[[Json], Json]", site.answer)
    denial = {"name": "mitate_consent", "value": "00", "url": site.url()}
    site.gate = threading.Event()
    page.goto(site.url(), wait_until="commit")
    site.until(lambda: len(site.asked) == 1)
    # Another tab's.
    page.context.add_cookies([denial])  # type: ignore[list-item]
    site.answer = lambda ask: reply(ask) if ask["url"] == site.url() else answer({})
    site.gate.set()
    page.wait_for_url(site.url("/new" if arm == "redirect" else "/"))
    page.wait_for_function(READY)
    assert [one.get("name") for one in page.context.cookies()] == ["mitate_consent"]


@arms
def test_a_redirect_that_a_backend_decided_leaves_it_to_the_backend_who_the_visitor_is(
    page: Page, site: FakeSite, arm: str
) -> None:
    page.context.add_cookies([{"name": "mitate_id", "value": VISITOR, "url": site.url()}])
    redirecting(site, arm)
    # As a page may say that was kept for many.
    said = answer({"hero": ARMS[arm]}, purposes=["analytics"], visitor="SOMEBODY_else_22_chars", page_view="view-1")
    site.before = f'<script type="application/json" data-mitate>{json.dumps(said)}</script>'
    page.goto(site.url())
    site.until(lambda: len(site.exposures) == 1)
    assert [batch.about["visitor"] for batch in site.batches] == [VISITOR]
    assert [str(one.get("value")) for one in page.context.cookies() if one.get("name") == "mitate_id"] == [VISITOR]


def test_of_two_redirects_the_first_is_followed_and_what_comes_behind_it_not_told(page: Page, site: FakeSite) -> None:
    site.slots = [slot("hero"), slot("first"), slot("second")]
    site.pages["/new"] = "<p>new</p>"
    site.deadline = 5000
    decisions: Json = {
        "hero": decision("stays", variant="page", exposure="decided"),
        "first": decision("first", redirect="/new", exposure="decided"),
        "second": decision("second", redirect="/nowhere", exposure="decided"),
    }
    site.answer = lambda ask: answer({} if "new" in str(ask["url"]) else decisions, purposes=["analytics"])
    page.goto(site.url())
    ended(page, site, "redirect")
    assert [one[0] for one in told(site)] == ["stays", "first"]


@pytest.mark.parametrize("ring", [["/", "/b"], ["/", "/b", "/c"]])
def test_pages_that_redirect_to_each_other_come_to_rest(page: Page, site: FakeSite, ring: list[str]) -> None:
    for path in ring:
        site.pages[path] = site.pages["/"]
    after = dict(zip(ring, [*ring[1:], ring[0]], strict=True))
    site.deadline = 5000
    site.answer = lambda ask: answer({"hero": decision(redirect=after[str(ask["url"]).removeprefix(site.origin)])})
    page.goto(site.url())
    page.wait_for_url("**/b")
    page.wait_for_selector(f"{HERO}[data-mitate-state=default]")
    assert page.url == site.url("/b")
    assert [str(ask["url"]) for ask in site.asked] == [site.url("/"), site.url("/b")]


def test_a_redirect_whose_file_the_tag_lacks_is_not_followed(page: Page, site: FakeSite) -> None:
    site.table = {}
    site.pages["/b"] = site.pages["/"]
    shown(page, site, decision(redirect="/b"))
    assert page.url == site.url()


@pytest.mark.parametrize("to", ["javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "http://", "/"])
def test_a_redirect_that_leads_nowhere_good_is_not_followed(page: Page, site: FakeSite, to: str) -> None:
    shown(page, site, decision(redirect=to))
    assert page.url == site.url()
    assert page.inner_html(HERO) == f"<h1>{DEFAULT}</h1>"


STRICT = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; require-trusted-types-for 'script'; trusted-types {policies}"
)
VIOLATIONS = """
window.violations_ = [];
document.addEventListener("securitypolicyviolation", event => violations_.push(event.violatedDirective));
"""


def test_the_strictest_policy_sees_no_violation(page: Page, site: FakeSite) -> None:
    site.nonce = "n0nce-for-this-page"
    site.headers["Content-Security-Policy"] = STRICT.format(nonce=site.nonce, policies="mitate")
    page.add_init_script(VIOLATIONS)
    shown(page, site, decision(html=f"<h1 class=big>{VARIANT}</h1>"))
    assert page.inner_html(HERO) == f'<h1 class="big">{VARIANT}</h1>'
    assert page.evaluate(f"document.querySelector('{HERO}').offsetHeight") == 300
    page.evaluate("mitate.track('read')")
    page.evaluate("mitate.consent({ personalization: true, analytics: true })")
    site.until(lambda: len(site.asked) == 2, "the second ask, which mitate.js sends")
    assert page.evaluate("violations_") == []


def test_a_policy_that_does_not_know_mitate_keeps_the_page_as_it_is(
    page: Page, site: FakeSite, complaints: Complaints
) -> None:
    complaints.expect("TrustedTypePolicy|Trusted Type|trusted-types")
    site.nonce = "n0nce-for-this-page"
    site.headers["Content-Security-Policy"] = STRICT.format(nonce=site.nonce, policies="other")
    page.goto(site.url())
    assert page.inner_text(HERO).strip() == DEFAULT
    assert page.is_visible(HERO)
    page.evaluate("mitate.track('harmless')")


def test_a_policy_that_allows_no_requests_keeps_the_page_as_it_is(
    page: Page, site: FakeSite, complaints: Complaints
) -> None:
    complaints.expect("Content Security Policy|Refused to connect")
    site.nonce = "n0nce-for-this-page"
    site.headers["Content-Security-Policy"] = f"connect-src 'none'; script-src 'nonce-{site.nonce}'"
    page.goto(site.url())
    page.wait_for_selector(f"{HERO}[data-mitate-state=default]")
    assert page.is_visible(HERO)
