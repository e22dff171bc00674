"""The demonstration in a real browser: pages change with the visitor, say why, and stay what they promise to be."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, cast

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]
from playwright.sync_api import Browser, FrameLocator, Page, expect

import mitate_server
from mitate import Mitate, Visitor
from mitate.preview import Overrides, Previews
from mitate_server.demo.app import create_app
from mitate_server.demo.presets import presets

from .chromium import Complaints, opened

pytestmark = pytest.mark.browser

NOVEMBER = 1795219200.0  # 2026-11-21T00:00Z: no season's block is due
TOKEN = "browser-test-visitor-0"
SITES = ("shoes", "nagare")
FOLDER = Path(mitate_server.__file__).parent / "demo" / "sites"
DEFAULT_HERO = {
    "shoes": re.compile(r"^歩くほど、\s*なじむ。$"),
    "nagare": re.compile(r"^申請も承認も、\s*止まらない。$"),
}


class Serving:
    """The demonstration on a free port of this machine."""

    def __init__(self, deadline: int) -> None:
        began = time.monotonic()
        self.app = create_app(clock=lambda: NOVEMBER + time.monotonic() - began, deadline=deadline)
        listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(self.app, log_level="warning", ws="none", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._listening = listening
        self._thread = threading.Thread(target=lambda: self._server.run(sockets=[listening]))
        self._thread.start()

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._listening.close()


@pytest.fixture(scope="module")
def demo() -> Iterator[Serving]:
    """A demonstration whose pages wait long enough for any machine."""
    serving = Serving(deadline=10_000)
    yield serving
    serving.close()


@pytest.fixture
def japanese(chromium: Browser, complaints: Complaints) -> Iterator[Page]:
    with opened(chromium, complaints, viewport={"width": 1360, "height": 850}, locale="ja-JP") as page:
        yield page


def imagine(page: Page, demo: Serving, site: str, visitor: dict[str, Any], token: str = TOKEN) -> str:
    """Set who visits; give the address of the site's first page for them."""
    body = {"site": site, "visitor": visitor, "afresh": True}
    assert page.request.put(f"{demo.address}/demo/s/{token}/visitor", data=body).status == 204
    return f"{demo.address}/{site}/?visitor={token}"


def preset(site: str, name: str) -> dict[str, Any]:
    import msgspec

    (found,) = (one for one in presets()[site] if one.id == name)
    return dict(msgspec.to_builtins(found.visitor))


def settled(page: Page) -> None:
    """Wait until every slot of the page shows what it will show."""
    expect(page.locator("[data-mitate]")).to_have_count(4)
    expect(page.locator("[data-mitate]:not([data-mitate-state])")).to_have_count(0)


def open_bar(page: Page, demo: Serving, site: str, more: str = "") -> FrameLocator:
    page.goto(f"{demo.address}/demo/{site}?lang=ja{more}")
    inside = page.frame_locator("#site")
    expect(inside.locator("[data-mitate=hero]")).to_have_attribute("data-mitate-state", re.compile("variant|default"))
    return inside


# -- presets -------------------------------------------------------------------------------------


def test_a_preset_changes_the_shop_without_reloading_it(japanese: Page, demo: Serving) -> None:
    inside = open_bar(japanese, demo, "shoes")
    expect(inside.locator("h1")).to_have_text(DEFAULT_HERO["shoes"], use_inner_text=True)
    japanese.frame(name="site").evaluate("window.stayed = true")  # type: ignore[union-attr]
    japanese.get_by_role("button", name="昨日、ナースシューズを3回閲覧").click()
    expect(inside.locator("h1")).to_contain_text("一日中立つ足に")
    expect(inside.locator("[data-mitate=shelf] h2")).to_contain_text("その仲間")
    assert japanese.frame(name="site").evaluate("window.stayed") is True  # type: ignore[union-attr]
    expect(inside.locator("#mitate-demo i")).to_have_count(2)


@pytest.mark.parametrize("site", SITES)
def test_every_preset_shows_in_the_browser_what_the_server_chose(japanese: Page, demo: Serving, site: str) -> None:
    inside = open_bar(japanese, demo, site)
    for one in presets()[site]:
        if one.visitor.server == "down":
            continue
        japanese.locator(f'[data-key="preset-{one.id}"]').click()
        for slot, (variant, _) in one.shows.items():
            state = "default" if variant is None else "variant"
            expect(inside.locator(f"[data-mitate={slot}]")).to_have_attribute("data-mitate-state", state)


def test_the_chip_tells_the_marketer_the_developer_and_the_visitor(japanese: Page, demo: Serving) -> None:
    inside = open_bar(japanese, demo, "shoes", "&preset=nurse")
    inside.get_by_role("button", name="なぜ? メインビジュアル").click()
    why = japanese.locator("#why")
    expect(why.locator(".said")).to_contain_text("関心度が59(基準40以上)")
    why.get_by_role("tab", name="開発者向け").click()
    expect(why.locator("pre")).to_contain_text("interests.nurse-shoes")
    why.get_by_role("tab", name="訪問者向け").click()
    expect(why.locator(".said")).to_contain_text("ご覧になったもの")
    expect(why.locator(".said")).not_to_contain_text("59")
    japanese.keyboard.press("ArrowRight")
    expect(why.get_by_role("tab", name="コード")).to_be_focused()
    expect(why.locator("pre")).to_contain_text("site = Mitate.from_path")
    why.get_by_role("button", name="閉じる").click()
    expect(why).to_be_hidden()


def test_the_time_slider_turns_the_hero_back_on_day_16(japanese: Page, demo: Serving) -> None:
    inside = open_bar(japanese, demo, "shoes", "&preset=nurse")
    expect(inside.locator("h1")).to_contain_text("一日中立つ足に")
    slider = japanese.get_by_role("slider", name="訪問した日からの経過")
    slider.fill("15")
    expect(japanese.locator(".travel")).to_contain_text("15日後")
    expect(inside.locator("h1")).to_contain_text("一日中立つ足に")
    japanese.get_by_role("button", name="1日進める").click()
    expect(inside.locator("h1")).to_have_text(DEFAULT_HERO["shoes"], use_inner_text=True)
    slider.fill("34")
    expect(inside.locator("h1")).to_have_text("おかえりなさい。", use_inner_text=True)


def test_viewing_two_nurse_shoes_turns_the_hero_on_the_next_page(japanese: Page, demo: Serving) -> None:
    inside = open_bar(japanese, demo, "shoes")
    for shoe in ("hane", "shizuka"):
        inside.get_by_role("navigation", name="主なページ").get_by_role("link", name="ナースシューズ").click()
        expect(inside.locator(".item")).to_have_count(4)
        with japanese.expect_response("**/v1/decide"):
            inside.locator(f'main a[href="/shoes/nurse/{shoe}"]').click()
        expect(inside.locator(".product")).to_be_visible()
    inside.locator(".brand").first.click()
    expect(inside.locator("h1")).to_contain_text("一日中立つ足に")
    assert f"visitor={japanese.evaluate('sessionStorage.getItem(`mitate-demo`)')}" in japanese.frame(name="site").url  # type: ignore[union-attr]


def test_buying_on_the_site_shows_care_goods(japanese: Page, demo: Serving) -> None:
    inside = open_bar(japanese, demo, "shoes", "&preset=nurse")
    inside.locator('a[href="/shoes/nurse/hane"]').first.click()
    inside.get_by_role("button", name="カートに入れる").click()
    with japanese.expect_response(
        lambda answer: answer.url.endswith("/v1/events") and b"purchase" in (answer.request.post_data_buffer or b"")
    ):
        inside.get_by_role("button", name="注文する").click()
    inside.get_by_role("link", name="トップへ戻る").click()
    expect(inside.locator("[data-mitate=shelf] h2")).to_contain_text("お手入れと中敷き")
    expect(inside.locator("h1")).to_have_text(DEFAULT_HERO["shoes"], use_inner_text=True)


def test_the_language_the_colours_and_the_width_change_at_once(japanese: Page, demo: Serving) -> None:
    inside = open_bar(japanese, demo, "nagare", "&preset=parts")
    japanese.get_by_role("button", name="EN", exact=True).click()
    expect(inside.locator("h1")).to_have_text("From shop floor to approval, the same day.", use_inner_text=True)
    expect(japanese.locator(".shown")).to_contain_text("manufacturing")
    japanese.get_by_role("button", name="Dark").click()
    expect(inside.locator("html")).to_have_class("dark")
    japanese.get_by_role("button", name="Phone", exact=True).click()
    expect(japanese.locator(".window")).to_have_css("width", "390px")
    inside.get_by_role("link", name="Pricing").first.click()
    expect(inside.locator("h1")).to_have_text("Priced by people, nothing else.", use_inner_text=True)
    expect(inside.locator("html")).to_have_class("dark")


def test_the_network_tab_finds_no_company_in_what_reached_the_browser(japanese: Page, demo: Serving) -> None:
    open_bar(japanese, demo, "nagare", "&preset=parts")
    japanese.locator('[data-key="slot-hero"]').click()
    japanese.get_by_role("tab", name="通信").click()
    expect(japanese.locator("pre.answer")).to_contain_text('"variant": "shop-floor"')
    japanese.get_by_role("button", name="社名とIPレンジを探す").click()
    expect(japanese.locator(".said td")).to_have_text(["0件"] * 9)


def test_a_first_visitor_is_asked_once_and_the_answer_counts_at_once(japanese: Page, demo: Serving) -> None:
    inside = open_bar(japanese, demo, "nagare", "&preset=unasked")
    question = inside.get_by_role("region", name="記録の利用について")
    expect(question).to_be_visible()
    question.get_by_role("button", name="使ってよい").click()
    expect(inside.locator("h1")).to_contain_text("稟議に")
    expect(question).to_be_hidden()
    expect(japanese.get_by_label("同意", exact=True)).to_have_value("granted")
    inside.get_by_role("link", name="料金").first.click()
    expect(inside.locator("h1")).to_contain_text("料金")
    expect(question).to_be_hidden()
    # The next one has not been asked, whatever this one answered.
    japanese.locator('[data-key="preset-unasked"]').click()
    expect(question).to_be_visible()
    question.get_by_role("button", name="使わない").click()
    expect(question).to_be_hidden()
    expect(japanese.get_by_label("同意", exact=True)).to_have_value("denied")


def test_a_browser_that_sends_gpc_is_not_asked(japanese: Page, demo: Serving) -> None:
    inside = open_bar(japanese, demo, "shoes", "&preset=ad")
    expect(inside.locator("[data-consent-ask]")).to_be_visible()
    japanese.locator('[data-key="preset-gpc"]').click()
    expect(japanese.locator(".shown")).to_contain_text("追跡拒否(GPC)")
    expect(inside.locator("[data-consent-ask]")).to_be_hidden()


def test_who_has_agreed_is_not_asked(japanese: Page, demo: Serving) -> None:
    inside = open_bar(japanese, demo, "shoes", "&preset=nurse")
    expect(inside.locator("h1")).to_contain_text("一日中立つ足に")
    expect(inside.locator("[data-consent-ask]")).to_be_hidden()


def test_two_visitors_stand_side_by_side_and_what_differs_is_marked(japanese: Page, demo: Serving) -> None:
    open_bar(japanese, demo, "shoes", "&preset=nurse")
    japanese.get_by_role("link", name="2人を並べて比べる").click()
    sides = [japanese.get_by_role("region", name=f"訪問者{letter}") for letter in "AB"]
    pages = [side.locator("iframe").content_frame for side in sides]
    expect(pages[0].locator("h1")).to_contain_text("一日中立つ足に")
    expect(pages[1].locator("h1")).to_have_text(DEFAULT_HERO["shoes"], use_inner_text=True)
    expect(sides[0].locator(".differs")).to_have_count(2)
    expect(sides[1].locator(".differs")).to_have_count(2)
    sides[1].get_by_role("combobox").select_option("bought")
    expect(pages[1].locator("[data-mitate=shelf] h2")).to_contain_text("お手入れと中敷き")
    expect(sides[1].locator(".told")).to_contain_text("60日未満")
    for scheme in SCHEMES:
        japanese.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert faults(japanese) == []
    japanese.get_by_role("link", name="EN").click()
    english = japanese.get_by_role("region", name="Visitor A").locator("iframe").content_frame
    expect(english.locator("h1")).to_contain_text("Light on your feet")
    assert japanese.evaluate("document.documentElement.scrollWidth - innerWidth") == 0


def test_consent_refused_on_the_page_takes_the_history_away(japanese: Page, demo: Serving) -> None:
    inside = open_bar(japanese, demo, "shoes", "&preset=nurse")
    inside.get_by_role("link", name="この表示について").click()
    with japanese.expect_response(lambda answer: answer.url.endswith("/v1/decide")):
        inside.get_by_role("button", name="この表示をやめる").click()
    expect(inside.get_by_role("status")).to_have_text("この表示をやめ、記録を消しました。")
    inside.locator(".brand").first.click()
    expect(inside.locator("h1")).to_have_text(DEFAULT_HERO["shoes"], use_inner_text=True)
    assert "mitate_id" not in japanese.frame(name="site").evaluate("document.cookie")  # type: ignore[union-attr]


# -- loading -------------------------------------------------------------------------------------

WATCH = """
window.seen = [];
(function look() {
  for (const slot of document.querySelectorAll('[data-mitate]')) {
    const title = slot.querySelector('h1, h2, p, a');
    if (title && getComputedStyle(slot).visibility === 'visible') seen.push(slot.dataset.mitate + ': ' + slot.textContent.trim().slice(0, 40));
  }
  requestAnimationFrame(look);
})();
"""

SEEN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(seen))))"


@pytest.mark.parametrize(
    ("site", "name", "default", "chosen"),
    [
        ("shoes", "nurse", "この秋の新作", "ナースシューズ"),
        ("nagare", "parts", "申請・承認ワークフロー", "製造のワークフロー"),
    ],
)
def test_no_frame_shows_the_default_before_the_variant(
    japanese: Page, demo: Serving, site: str, name: str, default: str, chosen: str
) -> None:
    address = imagine(japanese, demo, site, preset(site, name))
    japanese.add_init_script(WATCH)
    japanese.goto(address)
    settled(japanese)
    expect(japanese.locator("[data-mitate=hero]")).to_be_visible()
    heroes: list[str] = [line for line in japanese.evaluate(SEEN) if line.startswith("hero")]
    assert heroes != []
    assert [line for line in heroes if default in line] == []
    assert all(chosen in line for line in heroes)


@pytest.mark.parametrize("site", SITES)
def test_a_server_that_is_down_leaves_the_page_as_it_is(
    chromium: Browser, complaints: Complaints, japanese: Page, demo: Serving, site: str
) -> None:
    complaints.expect("status of 503")
    japanese.goto(imagine(japanese, demo, site, {"server": "down"}))
    settled(japanese)
    expect(japanese.locator("h1")).to_have_text(DEFAULT_HERO[site], use_inner_text=True)
    expect(japanese.locator("h1")).to_be_visible()


def test_the_server_stops_while_the_page_is_open_and_the_page_goes_back_to_its_own(
    japanese: Page, demo: Serving, complaints: Complaints
) -> None:
    complaints.expect("status of 503")
    inside = open_bar(japanese, demo, "shoes", "&preset=nurse")
    expect(inside.locator("h1")).to_contain_text("一日中立つ足に")
    japanese.get_by_role("button", name="サーバー停止").click()
    expect(inside.locator("h1")).to_have_text(DEFAULT_HERO["shoes"], use_inner_text=True)
    expect(japanese.locator(".shown")).to_contain_text("ページは止まりません")


@pytest.mark.parametrize(("site", "name"), [("shoes", "ad"), ("shoes", "gpc"), ("nagare", "unasked")])
def test_before_consent_nothing_is_stored_in_the_browser(japanese: Page, demo: Serving, site: str, name: str) -> None:
    japanese.goto(imagine(japanese, demo, site, preset(site, name)))
    settled(japanese)
    japanese.get_by_role("link").first.focus()
    assert japanese.evaluate("document.cookie") == ""
    assert japanese.evaluate("localStorage.length + sessionStorage.length") == 0
    assert japanese.context.cookies() == []


# -- attacks -------------------------------------------------------------------------------------

ATTACKS = [
    "<img src=x onerror=window.hit=1>",
    '"><script>window.hit=1</script>',
    "'-window.hit=1-'</script><script>window.hit=1</script>",
    "javascript:window.hit=1",
    "{{user.plan}}${window.hit=1}",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_words_of_the_visitor_never_run(japanese: Page, demo: Serving, attack: str) -> None:
    visitor = {
        "user": {"status": "customer", "plan": attack[:80], "persona": attack[:80]},
        "campaign": {"term": f"ナースシューズ {attack}", "source": attack, "name": attack},
        "referrer": f"https://search.example/?q={attack}",
        "country": attack[:80],
        "ip": attack[:80],
        "link": attack[:80],
        "zone": attack[:80],
    }
    for site in SITES:
        address = imagine(japanese, demo, site, visitor)
        japanese.goto(address)
        japanese.evaluate(
            "attack => { document.title = attack; history.replaceState(null, '', '?visitor=' + new URLSearchParams(location.search).get('visitor') + '&q=' + encodeURIComponent(attack) + '#' + attack); mitate.refresh(); }",
            attack,
        )
        settled(japanese)
        assert japanese.evaluate("window.hit") is None
        japanese.goto(f"{address}&utm_term={attack}&lang={attack}&item={attack}")
        settled(japanese)
        assert japanese.evaluate("window.hit") is None
    if "{{" in attack or "<img" in attack:
        expect(japanese.locator("h1")).to_contain_text(attack[:30])


def test_words_of_the_visitor_never_run_in_the_bar_either(japanese: Page, demo: Serving) -> None:
    inside = open_bar(japanese, demo, "shoes")
    japanese.get_by_text("流入元", exact=True).click()
    japanese.get_by_label("広告の検索語").fill(f"ナースシューズ {ATTACKS[0]}")
    japanese.get_by_label("広告の検索語").press("Enter")
    expect(inside.locator("h1")).to_contain_text("サイズ交換は無料です")
    japanese.locator('[data-key="slot-hero"]').click()
    for tab in ("担当者向け", "開発者向け", "訪問者向け", "コード"):
        japanese.get_by_role("tab", name=tab).click()
    expect(japanese.locator("pre.code")).to_contain_text("%3Cimg")
    assert japanese.evaluate("window.hit") is None
    assert japanese.locator("img[src=x]").count() == 0


# -- with the preview panel ------------------------------------------------------------------------


def open_preview(page: Page, demo: Serving, site: str, language: str = "ja") -> Page:
    """Open a site with the panel as its owner does, from the start page; give the page that opens."""
    page.goto(f"{demo.address}/?lang={language}")
    name = {"ja": "プレビューパネル付きで開く", "en": "Open with the preview panel"}[language]
    with page.expect_popup() as popup:
        page.get_by_role("link", name=name).nth(SITES.index(site)).click()
    opened = popup.value
    expect(opened.locator("mitate-panel .bar .count")).to_contain_text("✓")
    return opened


@pytest.mark.parametrize("site", SITES)
def test_the_panel_opens_from_the_start_page_and_finds_nothing_wrong(japanese: Page, demo: Serving, site: str) -> None:
    page = open_preview(japanese, demo, site)
    expect(page.locator("mitate-panel .bar")).to_contain_text("問題は見つかりませんでした。")
    expect(page.locator("h1")).to_have_text(DEFAULT_HERO[site], use_inner_text=True)
    assert "mitate=" not in page.url


def test_an_owner_flips_a_variant_an_audience_the_clock_and_the_visitor(japanese: Page, demo: Serving) -> None:
    page = open_preview(japanese, demo, "shoes")
    hero, announce = page.locator("h1"), page.locator("[data-mitate=announce]")
    expect(announce).to_have_attribute("data-mitate-state", "variant")
    page.locator("mitate-panel .bar").click()
    page.get_by_role("tab", name="試す").click()
    page.get_by_label("ナース", exact=True).select_option("一日中立つ足に、軽さを")
    expect(hero).to_contain_text("一日中立つ足に")
    page.get_by_role("tab", name="表示枠").click()
    expect(page.get_by_role("region", name="メインビジュアル")).to_contain_text(
        "プレビューで指定したため、「ナース」のパターン「一日中立つ足に、軽さを」を表示しています。"
    )
    page.get_by_role("button", name="元に戻す").click()
    expect(hero).to_have_text(DEFAULT_HERO["shoes"], use_inner_text=True)
    page.get_by_role("tab", name="試す").click()
    page.get_by_role("group", name="30日以上ぶりの訪問").get_by_role("radio", name="該当", exact=True).check()
    expect(hero).to_contain_text("おかえりなさい")
    page.get_by_label("日時").fill("2026-11-21T16:00")
    expect(announce).to_have_attribute("data-mitate-state", "default")
    page.get_by_label("訪問者(言葉で)").fill("シンガポール・iPhone")
    page.get_by_role("button", name="表示", exact=True).click()
    expect(announce).to_contain_text("シンガポール")
    page.get_by_label("訪問者(言葉で)").fill("iPone")
    page.get_by_role("button", name="表示", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text(
        "訪問者の言葉がわからないため、実際の訪問者のまま表示しています:「iPone」(もしかして「iphone」)。"
    )
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("alert")).to_have_text(
        'The visitor is not used: not understood: "iPone" (did you mean "iphone"?). The page\'s own visitor is shown.'
    )


def test_a_preview_goes_along_from_page_to_page_until_it_is_ended(japanese: Page, demo: Serving) -> None:
    page = open_preview(japanese, demo, "shoes", "en")
    page.get_by_role("link", name="Nurse shoes").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nurse shoes", use_inner_text=True)
    page.locator("mitate-panel .bar").click()
    page.get_by_role("button", name="End preview").click()
    expect(page.locator("mitate-panel")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nurse shoes", use_inner_text=True)
    inside = open_bar(japanese, demo, "shoes")
    expect(inside.locator("mitate-panel")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1360])
@pytest.mark.parametrize("site", SITES)
def test_axe_finds_nothing_on_a_site_with_the_panel(
    chromium: Browser, complaints: Complaints, demo: Serving, site: str, width: int
) -> None:
    with opened(chromium, complaints, viewport={"width": width, "height": 850}, locale="en-GB") as first:
        page = open_preview(first, demo, site, "en")
        page.locator("mitate-panel .bar").click()
        for tab in ("Check", "Slots", "Try", "Timing"):
            page.get_by_role("tab", name=tab).click()
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                assert faults(page) == [], (tab, scheme)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0


# -- for everyone --------------------------------------------------------------------------------

LOOKS = [
    ("shoes", "nurse"), ("shoes", "later"), ("shoes", "bought"), ("shoes", "ad"),
    ("nagare", "bank"), ("nagare", "parts"), ("nagare", "link"), ("nagare", "customer"),
]  # fmt: skip
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def faults(page: Page) -> list[str]:
    """Give what axe finds, one line each."""
    found = cast(Any, Axe()).run(page).response["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary'][:200]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize(("site", "name"), LOOKS)
def test_axe_finds_nothing_on_the_sites_and_nothing_overflows_on_a_phone(
    chromium: Browser, complaints: Complaints, demo: Serving, site: str, name: str
) -> None:
    with opened(chromium, complaints, viewport={"width": 390, "height": 844}, locale="ja-JP") as page:
        page.goto(imagine(page, demo, site, preset(site, name), f"axe-{site}-{name}".ljust(22, "-")))
        settled(page)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0


def variants() -> list[tuple[str, str, str]]:
    """Give every variant of both sites: site, experience, variant."""
    documents = {site: json.loads((FOLDER / site / "site.json").read_text("utf-8")) for site in SITES}
    return [
        (site, one["id"], variant["id"])
        for site, document in documents.items()
        for one in document["experiences"]
        for variant in one["variants"]
    ]


@pytest.mark.parametrize(("site", "experience", "variant"), variants())
def test_axe_finds_nothing_on_a_page_with_any_variant(
    japanese: Page, demo: Serving, site: str, experience: str, variant: str
) -> None:
    with Mitate.from_path(FOLDER / site) as mitate:
        forced = Overrides(variants={experience: variant})
        said = Previews(mitate).show(Visitor(url=f"{demo.address}/{site}/"), forced).decisions
    # A decision to force shows what it shows to somebody; nobody needs to be imagined who would get it.
    japanese.route("**/v1/decide", lambda route: route.fulfill(body=said.encode(), content_type="application/json"))
    japanese.goto(imagine(japanese, demo, site, {}))
    settled(japanese)
    assert japanese.locator("[data-mitate-state=variant]").count() > 0
    assert experience in japanese.evaluate("Object.values(mitate.decisions).map(one => one.experience)")
    for scheme in SCHEMES:
        japanese.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert faults(japanese) == []


PATHS = ["shoes/", "nagare/", "shoes/nurse", "shoes/nurse/hane", "shoes/cart?item=hane", "shoes/thanks?item=hane", "shoes/size", "shoes/quiz", "shoes/display", "nagare/pricing", "nagare/cases", "nagare/security", "nagare/guide", "nagare/display"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_on_the_other_pages_in_english(
    chromium: Browser, complaints: Complaints, demo: Serving, path: str
) -> None:
    with opened(chromium, complaints, viewport={"width": 390, "height": 844}, locale="en-GB") as page:
        page.goto(f"{demo.address}/{path}{'&' if '?' in path else '?'}visitor={TOKEN}")
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0


@pytest.mark.parametrize(("site", "width"), [("shoes", 390), ("nagare", 1360)])
def test_axe_finds_nothing_on_the_visitor_bar(
    chromium: Browser, complaints: Complaints, demo: Serving, site: str, width: int
) -> None:
    look: dict[str, object] = {"viewport": {"width": width, "height": 850}, "locale": "ja-JP"}
    with opened(chromium, complaints, **look) as page:
        open_bar(page, demo, site)
        if width < 900:
            page.get_by_role("button", name="訪問者を変える").click()
        for summary in page.locator("summary").all():
            if summary.locator("xpath=..").get_attribute("open") is None:
                summary.click()
        page.locator('[data-key="slot-hero"]').click()
        page.get_by_role("tab", name="コード").click()
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0


def test_the_first_page_leads_to_both_and_axe_finds_nothing(japanese: Page, demo: Serving) -> None:
    japanese.goto(demo.address)
    assert faults(japanese) == []
    japanese.get_by_role("link", name=re.compile("^ナガレ")).click()
    expect(japanese.frame_locator("#site").locator("h1")).to_have_text(DEFAULT_HERO["nagare"], use_inner_text=True)


def test_everything_can_be_reached_by_keyboard(japanese: Page, demo: Serving) -> None:
    japanese.goto(imagine(japanese, demo, "shoes", {}))
    settled(japanese)
    japanese.keyboard.press("Tab")
    expect(japanese.get_by_role("link", name="本文へ")).to_be_focused()
    japanese.keyboard.press("Enter")
    assert japanese.evaluate("location.hash") == "#main"
