"""What fills a slot, under the strictest policies, and how it is undone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from playwright.sync_api import Page

from .chromium import Complaints
from .fake_site import DEFAULT, VARIANT, FakeSite, answer, decision, slot

pytestmark = pytest.mark.browser

HERO = "[data-mitate=hero]"
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
    # It was told before the page was left; there, it is decided once more.
    site.until(lambda: len(site.batches) == 1)
    assert [(event["type"], event["experience"], event["variant"]) for event in site.batches[0].events] == [
        ("exposure", "nurse-hero", "light")
    ]
    assert site.batches[0].about["page_view"] == site.asked[1]["page_view"]
    page.go_back()
    assert page.url == site.url("/start")


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
