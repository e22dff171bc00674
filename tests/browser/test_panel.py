"""The panel of a preview, in a real browser: what it says, how it is used, and that it stays in its own layer."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from .chromium import Complaints, opened
from .panel_page import ORIGIN, STATIC, STRICT, Json, Stub, answer, labels

pytestmark = pytest.mark.browser

EXAMPLE = Path(__file__).with_name("panel_answer.json")


@pytest.fixture
def stub() -> Stub:
    return Stub()


def open_panel(stub: Stub, page: Page, tab: str | None = None) -> Locator:
    """Open the page and its panel, and give the part that is shown."""
    stub.open(page)
    page.locator("mitate-panel .bar").click()
    if tab is not None:
        page.get_by_role("tab", name=tab).click()
    return page.get_by_role("tabpanel")


def warnings(page: Page) -> list[str]:
    """Give what the panel complains of: the slot and the sentence."""
    return page.locator("[role=tabpanel] .warning").all_inner_texts()


def asked(page: Page) -> list[Json]:
    return cast("list[Json]", page.evaluate("asked"))


def focused(page: Page) -> str:
    """Name what has the focus in the panel, or in the page."""
    return str(
        page.evaluate(
            """() => {
              const root = document.querySelector("mitate-panel").shadowRoot;
              const element = root.activeElement || document.activeElement;
              return element.id || element.textContent.trim() || element.localName;
            }"""
        )
    )


def told(stub: Stub, member: str) -> list[Json]:
    """Give a list of the answer's preview, to be changed."""
    return cast("list[Json]", stub.preview_answer[member])


def decisions(stub: Stub) -> dict[str, Json]:
    assert stub.answer is not None
    return cast("dict[str, Json]", stub.answer["decisions"])


def rows(stub: Stub) -> list[Json]:
    return cast("list[Json]", stub.table["slots"])


# -- the bar -------------------------------------------------------------------------------------------


def test_the_bar_says_that_nothing_counts_and_until_when(stub: Stub, page: Page) -> None:
    stub.open(page)
    expect(page.locator("mitate-panel .bar")).to_have_text(
        re.compile(r"^Preview · not counted · ends at \d\d:\d\d✓Nothing to complain about\.$")
    )


def test_the_panel_starts_closed_and_takes_no_focus(stub: Stub, page: Page) -> None:
    stub.body += '<input id="own" autofocus>'
    stub.open(page)
    expect(page.locator("mitate-panel .bar")).to_have_attribute("aria-expanded", "false")
    assert page.evaluate("document.activeElement.id") == "own"


def test_the_bar_counts_what_is_wrong(stub: Stub, page: Page) -> None:
    told(stub, "experiences")[1]["status"] = "paused"
    stub.open(page)
    expect(page.locator("mitate-panel .bar .count")).to_have_text("11 thing to look at")


# -- slots ---------------------------------------------------------------------------------------------


def test_each_slot_says_what_it_shows_and_why(stub: Stub, page: Page) -> None:
    part = open_panel(stub, page, "Slots")
    hero, shelf = part.get_by_role("region", name="Hero"), part.get_by_role("region", name="Shelf")
    expect(hero).to_contain_text("Nurse / Light soles")
    expect(hero).to_contain_text("Split of an A/B test")
    expect(hero).to_contain_text("interest in nurse shoes is 62 (40 is needed)")
    expect(shelf).to_contain_text("The page's own content")
    expect(shelf).to_contain_text("Only 7 days since the last visit; 30 are needed.")


def test_every_experience_says_what_it_would_need(stub: Stub, page: Page) -> None:
    shelf = open_panel(stub, page, "Slots").get_by_role("region", name="Shelf")
    needs = shelf.get_by_text('"Welcome back" would need time since the last visit at least 30 days (now 7 days).')
    expect(needs).to_be_hidden()
    shelf.get_by_text("Every experience, and what it would need").click()
    expect(needs).to_be_visible()


def test_developers_see_the_rule_with_what_it_read(stub: Stub, page: Page) -> None:
    hero = open_panel(stub, page, "Slots").get_by_role("region", name="Hero")
    hero.get_by_text("For developers").click()
    expect(hero.locator("pre")).to_have_text("nurse-hero: Split of an A/B test\n  ✓ >= interests.nurse-shoes = 0.62")
    expect(hero.locator("dl")).to_contain_text('[data-mitate="hero"]')
    expect(hero).to_contain_text("Filled 141 ms after the page began")


def test_a_slot_that_is_looked_at_is_outlined_where_it_stands(stub: Stub, page: Page) -> None:
    hero = open_panel(stub, page, "Slots").get_by_role("region", name="Hero")
    hero.hover()
    frame = page.locator("mitate-panel .outline")
    expect(frame).to_have_text("Hero")
    box, own = frame.bounding_box(), page.locator("#hero").bounding_box()
    assert box is not None
    assert own is not None
    assert box == {"x": own["x"] - 4, "y": own["y"] - 4, "width": own["width"] + 8, "height": own["height"] + 8}
    page.mouse.move(5, 5)
    expect(frame).to_have_count(0)


def test_the_outline_stays_with_its_element_as_the_page_scrolls(stub: Stub, page: Page) -> None:
    stub.body += '<div style="height:3000px"></div>'
    hero = open_panel(stub, page, "Slots").get_by_role("region", name="Hero")
    hero.get_by_role("button", name="Scroll to it: Hero").focus()
    page.evaluate("scrollTo(0, 60)")
    frame = page.locator("mitate-panel .outline")
    expect(frame).to_have_count(1)
    page.wait_for_function(
        """() => {
          const frame = document.querySelector("mitate-panel").shadowRoot.querySelector(".outline");
          return frame.getBoundingClientRect().top == document.querySelector("#hero").getBoundingClientRect().top - 4;
        }"""
    )


def test_a_slot_can_be_scrolled_to(stub: Stub, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    stub.body = '<div style="height:3000px"></div>' + stub.body
    part = open_panel(stub, page, "Slots")
    part.get_by_role("button", name="Scroll to it: Shelf").click()
    expect(page.locator("#shelf")).to_be_in_viewport()


def test_the_example_of_a_real_answer_is_told(stub: Stub, page: Page) -> None:
    example = json.loads(EXAMPLE.read_text("utf-8"))
    stub.answer = example
    stub.table["slots"] = [{"name": one["name"], "reserve": one["reserve"]} for one in example["preview"]["slots"]]
    stub.body = "".join(f'<div data-mitate="{name}">Own content</div>' for name in example["preview"]["stories"])
    part = open_panel(stub, page, "Slots")
    for one in example["preview"]["slots"]:
        name = one["name"]
        region = part.get_by_role("region", name=one["label"]["en"], exact=True)
        expect(region).to_contain_text(example["preview"]["stories"][name]["why"]["en"])
    page.get_by_role("tab", name="Try").click()
    expect(part.get_by_label("Visitor, in words")).to_have_value(example["preview"]["visitor"])
    expect(part.get_by_role("alert")).to_have_text(example["preview"]["problems"][0])


# -- complaints ----------------------------------------------------------------------------------------


def test_nothing_to_complain_about_is_said_as_well(stub: Stub, page: Page) -> None:
    part = open_panel(stub, page, "Check")
    expect(part).to_have_text(
        "Nothing to complain about.Every slot of this page got its answer in time, and nothing was refused."
    )


def _missing(stub: Stub) -> None:
    stub.body = stub.body.replace('data-mitate="hero"', "")


def _broken(stub: Stub) -> None:
    told(stub, "slots").append({"name": "guide", "label": labels("Guide", "ガイド"), "selector": "#guide["})


def _unseen(stub: Stub) -> None:
    stub.style += "#hero { display: none; }"


def _slow_element(stub: Stub) -> None:
    stub.options = {"kept": True, "slow": 420}


def _seen_already(stub: Stub) -> None:
    stub.options = {"kept": True}


def _unreserved(stub: Stub) -> None:
    told(stub, "slots")[1]["reserve"] = None
    del rows(stub)[1]["reserve"]
    stub.style += "#shelf { height: 180px; box-sizing: border-box; }"


def _late(stub: Stub) -> None:
    late, stub.answer = answer(), None
    stub.events = [("late", late, 480.0)]


def _status(status: str) -> Callable[[Stub], None]:
    def change(stub: Stub) -> None:
        told(stub, "experiences")[1]["status"] = status

    return change


def _schedule(stub: Stub) -> None:
    told(stub, "experiences")[1].update(ending="DISABLED", schedule="2026-12-01 09:00 – 2026-12-26 00:00 (Asia/Tokyo)")


def _consent(stub: Stub) -> None:
    for one in told(stub, "experiences"):
        one["ending"] = "CONSENT"


def _old_table(stub: Stub) -> None:
    assert stub.answer is not None
    stub.answer["table"] = stub.table


def _twice(stub: Stub) -> None:
    tag = '<script nonce="test">(() => "mitate_preview")({"endpoint":""})</script>'
    stub.body += tag + tag


def _skipped(why: str) -> Callable[[Stub], None]:
    def change(stub: Stub) -> None:
        decisions(stub)["hero"]["operations"] = [{"do": "hide", "select": ".old"}]
        stub.options = {"skipped": [[0, why]]}

    return change


def _no_ops(stub: Stub) -> None:
    decisions(stub)["hero"] = {**decisions(stub)["hero"], "operations": [{"do": "hide"}]}
    del decisions(stub)["hero"]["text"]
    stub.options = {"noOps": True}


def _error(code: str, **more: object) -> Callable[[Stub], None]:
    def change(stub: Stub) -> None:
        stub.events = [("error", {"code": code, **more}, 300.0)]

    return change


def _ask(ok: str, status: int, kind: str) -> Callable[[Stub], None]:
    """The server answers with this; `ok` is JavaScript's boolean."""

    def change(stub: Stub) -> None:
        stub.script = (
            f'mitate.loader.emit("error", {{ code: "ask", response: {{ ok: {ok}, status: {status}, '
            f'headers: new Headers({{ "content-type": "{kind}" }}) }} }}, 300);'
        )

    return change


def _ended(stub: Stub) -> None:
    stub.answer = answer(minutes=-1)


def _link(stub: Stub) -> None:
    why = "This preview link can't be used: it is of another site. `mitate preview` makes a new one."
    assert stub.answer is not None
    stub.answer["preview"] = {"problem": labels(why, "使えません")}


def _words(stub: Stub) -> None:
    stub.preview_answer["problems"] = ['The visitor is not used: "iFone" is not known (did you mean "iPhone"?).']


KEPT = "so the page keeps its own content"

COMPLAINTS: dict[str, tuple[Callable[[Stub], None], str, str]] = {
    "missing": (_missing, "Hero", 'Nothing on this page matches [data-mitate="hero"], so "Nurse" cannot be shown'),
    "broken": (_broken, "Guide", "The selector #guide[ is not valid, so the slot is never found"),
    "unseen": (_unseen, "Hero", "It is filled but takes no room on the page, so nobody can see it"),
    "slow-element": (_slow_element, "Hero", "The element appeared 420 ms after the decision was in use"),
    "seen-already": (_seen_already, "Hero", "The decision came when visitors could already see the element"),
    "unreserved": (_unreserved, "Shelf", 'give the slot "reserve": "180px", which is what it takes now'),
    "late": (_late, "The page", "The answer came 160 ms after the deadline of 300 ms"),
    "paused": (_status("paused"), "Shelf", '"Welcome back" is paused, so no visitor sees it'),
    "draft": (_status("draft"), "Shelf", '"Welcome back" is a draft, so no visitor sees it'),
    "schedule": (_schedule, "Shelf", "outside its schedule (2026-12-01 09:00 – 2026-12-26 00:00 (Asia/Tokyo))"),
    "consent": (_consent, "The page", 'Without consent to personalization, "Nurse", "Welcome back" cannot be decided'),
    "old-table": (_old_table, "The page", "The tag of this page is older than the site's document"),
    "twice": (_twice, "The page", "The tag stands in this page more than once"),
    "skipped": (_skipped("missing"), "Hero", 'The operation {"do":"hide","select":".old"} found nothing to change'),
    "focus": (_skipped("focus"), "Hero", "it would have taken away what somebody is using"),
    "ops": (_no_ops, "Hero", "ops.js has not come"),
    "refused": (_error("ask"), "The page", f"could not be reached, {KEPT}"),
    "status": (_ask("false", 503, "application/problem+json"), "The page", f"answered with an error 503, {KEPT}"),
    "not-json": (_ask("true", 200, "text/html"), "The page", f"is a page, not mitate, {KEPT}"),
    "no-answer": (_ask("true", 200, "application/json"), "The page", f"not one this tag understands, {KEPT}"),
    "policy": (_error("policy"), "The page", 'does not allow the Trusted Types policy "mitate"'),
    "content": (_error("content", slot="hero", error="boom"), "Hero", 'Filling it failed (boom), so the page\'s own'),
    "fight": (_error("fight", slot="hero"), "Hero", "Something in the page keeps undoing the change"),
    "storage": (_error("storage"), "The page", "The browser allows no storage here"),
    "other": (_error("beyond", error="what?"), "The page", "Something failed (what?), and the page goes on"),
    "ended": (_ended, "The page", "This preview has ended, so what you change here has no effect"),
    "link": (_link, "The page", "it is of another site. `mitate preview` makes a new one."),
    "words": (_words, "The page", 'did you mean "iPhone"?'),
}  # fmt: skip


@pytest.mark.parametrize("name", COMPLAINTS)
def test_what_would_go_unnoticed_is_said_aloud(stub: Stub, page: Page, name: str) -> None:
    change, where, sentence = COMPLAINTS[name]
    change(stub)
    open_panel(stub, page, "Check")
    found = [text for text in warnings(page) if sentence in text]
    assert len(found) == 1, warnings(page)
    assert found[0].startswith(where)
    assert found[0].endswith(".")


def test_a_late_answer_still_says_what_would_have_been_shown(stub: Stub, page: Page) -> None:
    _late(stub)
    part = open_panel(stub, page, "Slots")
    expect(part.get_by_role("region", name="Hero")).to_contain_text("interest in nurse shoes is 62")
    page.get_by_role("tab", name="Timing").click()
    expect(part).to_contain_text("too late, after 460 ms")


def test_what_came_too_late_for_visitors_is_shown_to_the_owner(stub: Stub, page: Page) -> None:
    _late(stub)
    stub.script = f"reply = {json.dumps(answer())};"
    open_panel(stub, page, "Check")
    expect(page.locator("#hero")).to_have_text("Shoes for the night shift")
    assert asked(page) == [{"token": "TOKEN"}]
    assert [text.split(":")[0] for text in warnings(page)] == [
        "The page The answer came 160 ms after the deadline of 300 ms, not counting what only a preview takes, "
        "so the page kept its own content"
    ]


@pytest.mark.parametrize(("took", "alarm"), [(0, True), (159, True), (160, False), (400, False)])
def test_what_only_making_a_preview_takes_is_no_alarm(stub: Stub, page: Page, took: int, alarm: bool) -> None:
    assert stub.answer is not None
    stub.preview_answer["took"] = took
    stub.events = [("late", stub.answer, 480.0)]
    stub.open(page)
    expect(page.locator("mitate-panel .bar .count")).to_have_text(
        "11 thing to look at" if alarm else "✓Nothing to complain about."
    )
    page.locator("mitate-panel .bar").click()
    page.get_by_role("tab", name="Check").click()
    said = (
        f"The answer came {160 - took} ms after the deadline of 300 ms, not counting"
        if alarm
        else f"The preview came 160 ms after the deadline of 300 ms, and the page asked again: making it took {took} ms"
    )
    assert [said in text for text in warnings(page)] == [True]


def test_figures_and_happenings_are_told_in_japanese(stub: Stub, page: Page) -> None:
    stub.lang = "ja"
    stub.preview_answer["took"] = 42
    stub.events = [("ready", None, 150.0)]
    part = open_panel(stub, page, "時間")
    expect(part).to_contain_text("期限300ミリ秒")
    expect(part).to_contain_text("プレビューの作成時間42ミリ秒")
    expect(part).to_contain_text("パーソナライズ, 分析")
    expect(part).to_contain_text("準備完了")
    assert re.findall(r"necessary|personalization|analytics|ready| ms", part.inner_text()) == []


def test_what_the_server_finds_wrong_is_asked_for_again_in_the_other_language(stub: Stub, page: Page) -> None:
    stub.preview_answer["problems"] = ["The visitor is not used."]
    part = open_panel(stub, page, "Try")
    expect(part.get_by_role("alert")).to_have_text("The visitor is not used.")
    page.get_by_role("button", name="日本語").click()
    expect(page.get_by_role("tab", name="試す")).to_be_visible()
    assert [one.get("language") for one in asked(page)] == ["ja"]


def test_slots_that_belong_to_other_pages_are_no_alarm(stub: Stub, page: Page) -> None:
    told(stub, "slots").append({"name": "guide", "label": labels("Guide", "ガイド"), "selector": "#guide"})
    stub.open(page)
    expect(page.locator("mitate-panel .bar .count")).to_have_text("✓Nothing to complain about.")
    page.locator("mitate-panel .bar").click()
    page.get_by_role("tab", name="Check").click()
    assert warnings(page) == ["The page Not on this page, and nothing would be shown there for this visitor: Guide."]


def test_a_fault_that_a_later_answer_made_good_is_forgotten(stub: Stub, page: Page) -> None:
    stub.events = [("error", {"code": "ask"}, 60.0)]
    open_panel(stub, page, "Check")
    assert warnings(page) == []


def test_what_the_pages_policy_refuses_is_told_with_what_to_add(stub: Stub, page: Page, complaints: Complaints) -> None:
    complaints.expect("Content Security Policy|violates the following")
    decisions(stub)["hero"]["html"] = f'<img src="{ORIGIN}/light.png">'
    stub.policy = STRICT
    stub.body += f'<img src="{ORIGIN}/light.png" alt=""><p style="color:red">Red</p>'
    open_panel(stub, page, "Check")
    expect(page.locator("[role=tabpanel] .warning.bad")).to_have_text(
        f"The page The page's security policy (img-src) refused {ORIGIN}/light.png, so that part of mitate did not work: "
        f"add {ORIGIN} to img-src."
    )
    expect(page.locator("[role=tabpanel] .warning.note")).to_have_text(
        "The page The page's security policy refused 1 more of its own, which is not mitate's doing: style-src-attr."
    )


def test_a_style_in_a_block_that_the_policy_drops_is_told(stub: Stub, page: Page, complaints: Complaints) -> None:
    complaints.expect("Content Security Policy|violates the following")
    stub.policy = STRICT
    open_panel(stub, page, "Check")
    page.evaluate("document.querySelector('#shelf p').setAttribute('style', 'color:red')")
    expect(page.locator("[role=tabpanel] .warning.bad")).to_contain_text(
        "(style-src-attr) dropped a style written in the block"
    )


# -- trying --------------------------------------------------------------------------------------------


def last_asked(page: Page, **expected: object) -> None:
    """Wait until the page has asked for this, beside the token."""
    expect(page.get_by_role("status")).to_have_text("The page has followed.")
    assert asked(page)[-1] == {"token": "TOKEN", **expected}
    assert json.loads(page.evaluate("sessionStorage.mitate_preview")) == {"token": "TOKEN", **expected}


def test_an_imagined_visitor_is_asked_for_and_the_page_follows(stub: Stub, page: Page) -> None:
    part = open_panel(stub, page, "Try")
    page.evaluate(
        "reply.decisions.shelf = { reason: 'TARGETING_MATCH', experience: 'welcome-back', variant: 'gift', text: 'A gift' }"
    )
    part.get_by_label("Visitor, in words").fill("iPhone in Osaka, 23:10, third visit")
    page.keyboard.press("Enter")
    last_asked(page, visitor="iPhone in Osaka, 23:10, third visit")
    expect(page.locator("#shelf")).to_have_text("A gift")
    expect(page.locator("mitate-panel .asif")).to_contain_text("Shown as if: iPhone in Osaka, 23:10, third visit")


def test_the_examples_are_one_key_away(stub: Stub, page: Page) -> None:
    part = open_panel(stub, page, "Try")
    part.get_by_role("button", name="Windows in London, first visit").click()
    last_asked(page, visitor="Windows in London, first visit")
    expect(part.get_by_label("Visitor, in words")).to_have_value("Windows in London, first visit")


def test_time_travel_goes_on_the_sites_clock_and_back(stub: Stub, page: Page) -> None:
    stub.preview_answer["now"] = 1_795_000_000
    part = open_panel(stub, page, "Try")
    expect(part.get_by_label("Time")).to_have_value("2026-11-18T20:06")
    expect(part).to_contain_text("On the site's clock (Asia/Tokyo).")
    part.get_by_label("Time").fill("2026-12-24T09:00")
    last_asked(page, at="2026-12-24T09:00")
    part.get_by_role("button", name="Now").click()
    page.wait_for_function("asked.length == 2")
    last_asked(page, at="")


@pytest.mark.parametrize(("choice", "expected"), [("Given", {"consent": True}), ("Not given", {"consent": False})])
def test_consent_is_switched_for_the_preview_alone(
    stub: Stub, page: Page, choice: str, expected: dict[str, bool]
) -> None:
    part = open_panel(stub, page, "Try")
    part.get_by_role("group", name="Consent").get_by_label(choice, exact=True).check()
    last_asked(page, **expected)
    assert [cookie.get("name") for cookie in page.context.cookies()] == ["mitate_preview"]


def test_an_audience_is_flipped_and_flipped_back(stub: Stub, page: Page) -> None:
    part = open_panel(stub, page, "Try")
    nurses = part.get_by_role("group", name="interested in nurse shoes")
    expect(nurses).to_contain_text("holds now")
    nurses.get_by_label("Doesn't hold").check()
    last_asked(page, audiences={"nurses": False})
    nurses.get_by_label("As decided").check()
    page.wait_for_function("asked.length == 2")
    last_asked(page)


def test_a_variant_is_chosen_for_an_experience(stub: Stub, page: Page) -> None:
    part = open_panel(stub, page, "Try")
    part.get_by_label("Nurse", exact=True).select_option("As the page is")
    last_asked(page, variants={"nurse-hero": "page"})
    part.get_by_label("Nurse", exact=True).select_option("As decided")
    page.wait_for_function("asked.length == 2")
    last_asked(page)


def test_what_the_link_chose_can_be_taken_back(stub: Stub, page: Page) -> None:
    told(stub, "experiences")[0]["forced"] = "light"
    part = open_panel(stub, page, "Try")
    expect(part.get_by_label("Nurse", exact=True)).to_have_value("light")
    part.get_by_label("Nurse", exact=True).select_option("As decided")
    last_asked(page, variants={"nurse-hero": None})


def test_everything_is_reset_at_once(stub: Stub, page: Page) -> None:
    stub.preview = json.dumps(
        {
            "token": "TOKEN",
            "visitor": "iPhone",
            "audiences": {"nurses": False},
            "consent": False,
            "at": "2026-12-24T09:00",
        }
    )
    open_panel(stub, page, "Try")
    expect(page.locator("mitate-panel .asif p")).to_have_text(
        "Shown as if: iPhone · 2026-12-24 09:00 · Consent: Not given · interested in nurse shoes: Doesn't hold"
    )
    page.get_by_role("button", name="Reset").click()
    last_asked(page)
    expect(page.locator("mitate-panel .asif")).to_have_count(0)
    assert focused(page) == "tab-try"


def test_no_answer_to_a_change_is_said(stub: Stub, page: Page) -> None:
    part = open_panel(stub, page, "Try")
    page.evaluate("reply = undefined")
    part.get_by_role("button", name="before consent").click()
    expect(page.get_by_role("status")).to_have_text("No answer; the page is as it was.")


def test_a_half_typed_visitor_survives_what_happens_meanwhile(stub: Stub, page: Page) -> None:
    part = open_panel(stub, page, "Try")
    field = part.get_by_label("Visitor, in words")
    field.press_sequentially("iPhone in")
    page.evaluate("mitate.loader.emit('exposed', { slot: 'hero' })")
    page.evaluate("new Promise(requestAnimationFrame)")
    field.press_sequentially(" Osaka")
    expect(field).to_have_value("iPhone in Osaka")
    expect(field).to_be_focused()


def test_the_end_forgets_the_token_and_shows_the_page_to_its_visitor(stub: Stub, page: Page) -> None:
    stub.open(page, "/?a=1")
    page.locator("mitate-panel .bar").click()
    stub.panel = False
    with page.expect_navigation():
        page.get_by_role("button", name="End preview").click()
    assert page.url == f"{ORIGIN}/?a=1"
    assert page.evaluate("Object.keys(sessionStorage)") == []


def test_the_token_is_kept_for_the_tab_and_leaves_the_address(stub: Stub, page: Page) -> None:
    stub.open(page, "/?a=1#top&mitate=TOKEN")
    expect(page.locator("mitate-panel .bar")).to_be_visible()
    assert page.url == f"{ORIGIN}/?a=1#top"
    assert json.loads(page.evaluate("sessionStorage.mitate_preview")) == {"token": "TOKEN"}


# -- timing --------------------------------------------------------------------------------------------


def test_the_times_are_told(stub: Stub, page: Page) -> None:
    part = open_panel(stub, page, "Timing")
    pairs = dict(text.split("\n") for text in part.locator("dl").first.locator("div").all_inner_texts())
    assert pairs == {
        "Answer from": "the network",
        "Asked": "at 20 ms",
        "Answered": "after 120 ms",
        "Deadline": "300 ms",
        "Granted": "necessary, personalization, analytics",
        "Version of the site": "0123456789abcdef",
        "Slot table of the tag": "1a2b3c4d",
    }


def test_an_answer_without_a_question_was_on_the_device_or_in_the_page(stub: Stub, page: Page) -> None:
    stub.asked = None
    part = open_panel(stub, page, "Timing")
    expect(part).to_contain_text("this device (kept from an earlier visit)")
    stub.body += '<script type="application/json" data-mitate>{}</script>'
    page.reload()
    expect(part).to_contain_text("the page itself")


def test_what_waits_for_the_page_says_for_what(stub: Stub, page: Page) -> None:
    assert stub.answer is not None
    rule = {"and": [{">=": [{"var": "live.scroll"}, 50]}, {"!": [{"var": "live.clicked.hero"}]}]}
    stub.answer["residuals"] = [
        {"when": rule, "decisions": {"shelf": {"experience": "welcome-back", "reason": "SPLIT"}}}
    ]
    stub.options = {"live": {"live.scroll": 20.4, "live.clicked.hero": False}}
    part = open_panel(stub, page, "Timing")
    expect(part).to_contain_text("Welcome back when scrolled (%) is at least 50 and not (hero clicked)")
    expect(part.locator("dl").nth(1)).to_have_text("scrolled (%)20hero clickedno")


# -- with a real server --------------------------------------------------------------------------------

# Headless Chromium calls itself a robot, and robots see the page's own content.
SOMEONE = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The address of `mitate serve` over a fresh starter."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MITATE_")}
    program = [sys.executable, "-m", "mitate_server"]
    words = ["init", "shop", "--yes", "--lang", "en", "--timezone", "Asia/Tokyo"]
    subprocess.run([*program, *words], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL, env=environment)
    process = subprocess.Popen(
        [*program, "serve", "shop", "--port", "0"], cwd=tmp_path, stderr=subprocess.PIPE, text=True, env=environment
    )
    assert process.stderr is not None
    try:
        found = re.search(r"Start page: (http://\S+)", process.stderr.readline())
        assert found is not None
        yield found.group(1).rstrip("/")
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def link(folder: Path, url: str, *words: str) -> str:
    """Give what `mitate preview` prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MITATE_")}
    program = [sys.executable, "-m", "mitate_server", "preview", "shop", "--url", url, *words]
    done = subprocess.run(program, cwd=folder, check=True, capture_output=True, text=True, env=environment)
    return done.stdout.strip()


def test_a_link_of_mitate_preview_opens_the_panel_and_the_page_follows_it(
    chromium: Browser, complaints: Complaints, address: str, tmp_path: Path
) -> None:
    sample = f"{address}/sample/shop/"
    with opened(chromium, complaints, user_agent=SOMEONE, locale="en-GB") as page:
        page.goto(link(tmp_path, sample))
        page.locator("mitate-panel .bar").click(timeout=20_000)
        assert page.url == sample
        # Hidden text is no text.
        expect(page.locator("h1")).to_be_visible()
        own = page.locator("h1").inner_text()
        page.get_by_role("tab", name="Try").click()
        select = page.get_by_role("tabpanel").locator("select").first
        variant = select.locator("option").last.get_attribute("value")
        assert variant is not None
        select.select_option(variant)
        expect(page.locator("h1")).not_to_have_text(own)
        expect(page.get_by_role("status")).to_have_text("The page has followed.")
        page.get_by_role("tab", name="Slots").click()
        expect(page.get_by_role("tabpanel")).to_contain_text("Chosen in this preview")
        page.reload()
        expect(page.locator("h1")).not_to_have_text(own)
        expect(page.get_by_role("tabpanel")).to_contain_text("Chosen in this preview")
        page.get_by_role("button", name="End preview").click()
        expect(page.locator("h1")).to_have_text(own)
        expect(page.locator("mitate-panel")).to_have_count(0)
        assert page.context.cookies() == []


def test_a_visitor_without_a_link_loads_no_panel(chromium: Browser, complaints: Complaints, address: str) -> None:
    with opened(chromium, complaints, user_agent=SOMEONE, locale="en-GB") as page:
        loaded: list[str] = []
        page.on("request", lambda request: loaded.append(request.url))
        page.goto(f"{address}/sample/shop/", wait_until="networkidle")
        assert [url for url in loaded if "/mitate." in url] != []
        assert [url for url in loaded if "panel" in url] == []


# -- keyboard ------------------------------------------------------------------------------------------


def test_everything_is_reached_with_the_keyboard_alone(stub: Stub, page: Page) -> None:
    stub.open(page)
    keys = page.keyboard
    keys.press("Tab")
    assert focused(page) == "bar"
    keys.press("Enter")
    assert focused(page) == "tab-slots"
    keys.press("ArrowRight")
    assert focused(page) == "tab-try"
    expect(page.get_by_role("tab", name="Try")).to_have_attribute("aria-selected", "true")
    keys.press("End")
    assert focused(page) == "tab-times"
    keys.press("ArrowRight")
    assert focused(page) == "tab-checks"
    keys.press("ArrowLeft")
    keys.press("ArrowLeft")
    assert focused(page) == "tab-try"
    keys.press("Tab")
    assert focused(page) == "part"
    keys.press("Tab")
    assert focused(page) == "visitor"
    keys.type("before consent")
    keys.press("Enter")
    last_asked(page, visitor="before consent")
    assert focused(page) == "visitor"
    keys.press("Escape")
    assert focused(page) == "bar"
    expect(page.get_by_role("tablist")).to_have_count(0)


def test_a_shortcut_leads_to_the_panel_and_back_from_anywhere(stub: Stub, page: Page) -> None:
    stub.body += '<input id="own">'
    stub.open(page)
    page.locator("#own").focus()
    page.keyboard.press("Alt+Shift+KeyM")
    assert focused(page) == "tab-slots"
    page.keyboard.press("Alt+Shift+KeyM")
    assert focused(page) == "bar"


def test_what_is_typed_here_is_no_shortcut_of_the_page(stub: Stub, page: Page) -> None:
    stub.script = "window.heard = []; document.addEventListener('keydown', ({ key }) => heard.push(key));"
    part = open_panel(stub, page, "Try")
    part.get_by_label("Visitor, in words").press_sequentially("ab")
    assert page.evaluate("heard") == []


# -- language ------------------------------------------------------------------------------------------


def test_the_panel_speaks_the_pages_language_and_switches(stub: Stub, page: Page) -> None:
    stub.lang = "ja"
    part = open_panel(stub, page, "表示枠")
    hero = part.get_by_role("region", name="メインビジュアル")
    expect(hero).to_contain_text("ナース / 軽いソール")
    expect(hero).to_contain_text("ナースシューズへの関心度が62(基準40以上)のため")
    expect(page.locator("mitate-panel aside")).to_have_attribute("lang", "ja")
    page.get_by_role("button", name="English").click()
    expect(part.get_by_role("region", name="Hero")).to_be_visible()
    page.reload()
    expect(part.get_by_role("region", name="Hero")).to_be_visible()


@pytest.mark.parametrize("name", COMPLAINTS)
def test_each_complaint_is_said_in_japanese(stub: Stub, page: Page, name: str) -> None:
    if name == "words":
        pytest.skip("the server's own words")
    change, _, _ = COMPLAINTS[name]
    change(stub)
    stub.lang = "ja"
    open_panel(stub, page, "確認")
    assert warnings(page) != []
    for text in warnings(page):
        assert re.search(r"(。|:\S+|使えません)$", text), text
        assert "{" not in text.replace('{"do":"hide","select":".old"}', ""), text


# -- its own layer -------------------------------------------------------------------------------------


def test_the_strictest_policy_is_met_without_a_complaint(stub: Stub, page: Page) -> None:
    stub.policy = STRICT
    part = open_panel(stub, page)
    for tab in ("Check", "Slots", "Try", "Timing"):
        page.get_by_role("tab", name=tab).click()
        expect(part).to_be_visible()
    page.get_by_role("tab", name="Slots").click()
    part.get_by_role("region", name="Hero").hover()
    expect(page.locator("mitate-panel .outline")).to_be_visible()
    page.get_by_role("tab", name="Check").click()
    assert warnings(page) == []
    assert page.locator("mitate-panel .panel").evaluate("panel => getComputedStyle(panel).borderRadius") == "14px"


LOOKS = """() => {
  const root = document.querySelector("mitate-panel").shadowRoot;
  return [...root.querySelectorAll("*")].map((element) => {
    const { color, display, fontSize, fontFamily, padding, position } = getComputedStyle(element);
    const { width, height } = element.getBoundingClientRect();
    return [element.localName, color, display, fontSize, fontFamily, padding, position, width, height].join();
  });
}"""


def test_the_pages_styles_do_not_reach_in(stub: Stub, page: Page) -> None:
    open_panel(stub, page, "Slots")
    page.mouse.move(5, 5)
    own = page.evaluate(LOOKS)
    stub.style += """
      html { font-size: 40px !important; line-height: 3; --paper: red; --ink: red; letter-spacing: 9px; }
      :root > :not(head, body), mitate-panel { display: none !important; color: red !important; zoom: 2 !important;
        --paper: red !important; position: static !important; visibility: hidden !important; opacity: 0 !important;
        font: 50px cursive !important; direction: rtl !important; transform: rotate(9deg) !important; }
      :not(main, main *, html, body, head) { padding: 50px !important; font: 50px cursive !important; }
    """
    page.reload()
    expect(page.locator("mitate-panel .bar")).to_be_visible()
    assert page.evaluate(LOOKS) == own


PAGE = """() => [...document.querySelectorAll("body, body *")].map((element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return [element.outerHTML.length, x, y, width, height, getComputedStyle(element).cssText].join();
})"""


def test_the_panels_styles_and_marks_do_not_reach_out(stub: Stub, page: Page) -> None:
    stub.panel = False
    stub.open(page)
    own = page.evaluate(PAGE)
    stub.panel = True
    page.reload()
    page.locator("mitate-panel .bar").click()
    page.get_by_role("tab", name="Slots").click()
    page.get_by_role("region", name="Hero").hover()
    expect(page.locator("mitate-panel .outline")).to_be_visible()
    page.evaluate("document.querySelector('script[src]').remove()")
    assert page.evaluate(PAGE)[1:] == own[1:]
    assert page.evaluate("document.adoptedStyleSheets.length") == 0


def test_the_panel_stands_above_what_the_page_lifts_highest(stub: Stub, page: Page) -> None:
    stub.body += '<div id="cover"></div>'
    stub.style += (
        "#cover { position: fixed; inset: 0; z-index: 2147483647; background: #000; } html { transform: scale(1); }"
    )
    stub.open(page)
    page.locator("mitate-panel .bar").click()
    expect(page.get_by_role("tabpanel")).to_be_visible()


def test_a_page_that_clears_itself_away_keeps_the_panel(stub: Stub, page: Page) -> None:
    stub.open(page)
    expect(page.locator("mitate-panel")).to_have_count(1)
    page.evaluate("document.querySelector('mitate-panel').remove()")
    expect(page.locator("mitate-panel .bar")).to_be_visible()


def test_the_file_that_comes_again_with_each_answer_makes_no_second_panel(stub: Stub, page: Page) -> None:
    stub.open(page)
    page.add_script_tag(url="/panel.js")
    expect(page.locator("mitate-panel")).to_have_count(1)


def test_a_page_without_the_snippet_is_left_alone(stub: Stub, page: Page) -> None:
    stub.script = "delete window.mitate;"
    stub.open(page)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("mitate-panel")).to_have_count(0)


def test_the_panel_is_remembered_as_it_was_left(stub: Stub, page: Page) -> None:
    open_panel(stub, page, "Timing")
    page.get_by_role("button", name="Move to the other side").click()
    page.reload()
    expect(page.get_by_role("tab", name="Timing")).to_have_attribute("aria-selected", "true")
    expect(page.locator("mitate-panel .dock")).to_have_class("dock left")
    assert page.evaluate("document.activeElement.localName") == "body"


def test_storage_that_is_denied_is_done_without(stub: Stub, page: Page) -> None:
    stub.script = (
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    part = open_panel(stub, page, "Try")
    part.get_by_role("button", name="before consent").click()
    expect(page.get_by_role("status")).to_have_text("The page has followed.")


def test_on_a_phone_the_page_stays_in_view(stub: Stub, chromium: Browser, complaints: Complaints) -> None:
    with opened(chromium, complaints, viewport={"width": 360, "height": 740}) as page:
        part = open_panel(stub, page, "Slots")
        panel, bar = (
            page.locator("mitate-panel .panel").bounding_box(),
            page.locator("mitate-panel .bar").bounding_box(),
        )
        assert panel is not None
        assert bar is not None
        assert panel["height"] <= 0.58 * 740
        assert panel["x"] >= 0
        assert panel["x"] + panel["width"] <= 360
        assert bar["height"] <= 48
        assert part.evaluate("part => part.scrollWidth <= part.clientWidth")
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        page.keyboard.press("Escape")
        expect(page.locator("mitate-panel .panel")).to_be_hidden()


# -- accessible ----------------------------------------------------------------------------------------


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """Give what axe finds against WCAG and its best practices: the rule and the elements."""
    source = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    page.evaluate(source)
    found = page.evaluate(
        "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))"
    )
    return [(str(rule), [str(target) for target in targets]) for rule, targets in found]


TABS = {"en": ("Check", "Slots", "Try", "Timing"), "ja": ("確認", "表示枠", "試す", "時間")}


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing(
    stub: Stub, chromium: Browser, complaints: Complaints, language: str, scheme: str, width: int
) -> None:
    stub.lang = language
    _unreserved(stub)
    _late_beside(stub)
    with opened(chromium, complaints, viewport={"width": width, "height": 800}, color_scheme=scheme) as page:
        stub.open(page)
        assert violations(page) == []
        page.locator("mitate-panel .bar").click()
        for tab in TABS[language]:
            page.get_by_role("tab", name=tab).click()
            for summary in page.locator("[role=tabpanel] summary").all():
                summary.click()
            assert violations(page) == [], tab


def _late_beside(stub: Stub) -> None:
    """Complain of all levels, and wait for something."""
    assert stub.answer is not None
    stub.events = [("late", stub.answer, 480.0), ("error", {"code": "storage"}, 490.0)]
    rule = {">=": [{"var": "live.scroll"}, 50]}
    stub.answer["residuals"] = [
        {"when": rule, "decisions": {"shelf": {"experience": "welcome-back", "reason": "SPLIT"}}}
    ]
    stub.preview_answer["problems"] = ["The visitor is not used."]
    stub.preview = json.dumps({"token": "TOKEN", "visitor": "iPhone"})


def test_focus_is_always_seen(stub: Stub, page: Page) -> None:
    open_panel(stub, page, "Try")
    page.get_by_role("tab", name="Try").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        width = page.evaluate(
            """() => {
              const element = document.querySelector("mitate-panel").shadowRoot.activeElement;
              const shown = element.type == "radio" ? element.nextSibling : element;
              return parseFloat(getComputedStyle(shown).outlineWidth);
            }"""
        )
        assert width >= 2


# -- the file ------------------------------------------------------------------------------------------


def test_the_file_is_below_20_kb_and_plain_ascii() -> None:
    code = (STATIC / "panel.js").read_bytes()
    assert len(gzip.compress(code, 9)) < 20_000
    assert code.isascii()
    assert b"innerHTML" not in code
