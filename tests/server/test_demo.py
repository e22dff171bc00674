"""The demonstration without a browser: what each preset sees and why, and that production has none of it."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import shutil
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from starlette.applications import Starlette

from mitate import ExplainedDecisions, check
from mitate.proof import verify
from mitate.tokens import sign_preview
from mitate_server.cli import demo as cli
from mitate_server.demo import visitors
from mitate_server.demo.app import create_app
from mitate_server.demo.presets import Preset, presets
from mitate_server.demo.sessions import SITES, Demo, Session, company_list
from mitate_server.demo.visitors import Imagined, Purchase, Said, Views

NOW = 1795219200.0  # 2026-11-21T00:00Z, a Saturday, nine in the morning in Tokyo
TOKEN = "t" * 22
FOLDER = Path(str(files("mitate_server.demo") / "sites"))
NURSE = Imagined(visits=3, away=1, views={"nurse-shoes": Views(3, 1)}, group="treatment", time="08:10")


@pytest.fixture(scope="module")
def demo() -> Demo:
    return Demo(clock=lambda: NOW)


def see(demo: Demo, site: str, imagined: Imagined, path: str = "", token: str = TOKEN) -> ExplainedDecisions:
    """Give what an imagined visitor sees on a page of a site."""
    session = demo.session(token, site)
    session.imagine(imagined, afresh=True)
    session.said = Said(url=f"http://127.0.0.1/{site}/{path}", page_view="view-of-the-whole-page")
    return session.explained()


def shown(decisions: ExplainedDecisions) -> dict[str, tuple[str | None, str]]:
    """Give slot -> (variant or None where the page's own content stays, reason)."""
    return {slot: (one.variant if one.kind else None, one.reason.value) for slot, one in decisions.items()}


EVERY_PRESET = [pytest.param(site, one, id=f"{site}-{one.id}") for site in SITES for one in presets()[site]]


@pytest.mark.parametrize(("site", "preset"), EVERY_PRESET)
def test_every_preset_sees_what_it_promises_and_can_say_why(demo: Demo, site: str, preset: Preset) -> None:
    decisions = see(demo, site, preset.visitor)
    if preset.shows:
        assert shown(decisions) == preset.shows
    for slot in decisions:
        for language in ("ja", "en"):
            assert len(decisions.why(slot, language)) > 8
            assert len(decisions.tree(slot, language)) > 8
            assert "account" not in decisions.about(slot, language)
            assert all(len(sentence) > 8 for sentence in decisions.whole(slot, language))
        assert verify(demo.sites[site].site, decisions.proof(slot)) == []


@pytest.mark.parametrize("day", ["2026-12-15", "2026-12-24", "2027-01-01", "2028-02-29", "2027-10-31"])
def test_the_presets_show_the_same_on_every_day_of_the_year(day: str) -> None:
    now = datetime.fromisoformat(f"{day}T00:30:00+00:00").timestamp()
    demo = Demo(clock=lambda: now)
    for site in SITES:
        for preset in presets()[site]:
            if preset.shows:
                assert (preset.id, shown(see(demo, site, preset.visitor))) == (preset.id, preset.shows)


def test_a_provider_is_named_by_its_kind_and_never_taken_for_a_company(demo: Demo) -> None:
    vpn, hosting, unknown = (
        see(demo, "nagare", Imagined(ip=ip)) for ip in ("192.0.2.200", "192.0.2.140", "198.51.100.200")
    )
    assert vpn.why("hero", "ja") == "標準表示です。VPN事業者の回線のため、企業とはみなしていません。"
    assert vpn.why("hero", "en") == (
        "Default. The address belongs to a VPN provider, which is not taken for the visitor's company."
    )
    assert "クラウド・ホスティング事業者の回線" in hosting.why("proof", "ja")
    assert "事業者" not in unknown.why("hero", "ja")


def test_the_presets_of_each_site_are_ten_with_names_in_both_languages() -> None:
    assert {site: len(ones) for site, ones in presets().items()} == {"shoes": 10, "nagare": 10}
    assert all(
        set(one.label) == {"ja", "en"} and all(one.label.values()) for ones in presets().values() for one in ones
    )


@pytest.mark.parametrize("site", SITES)
def test_the_example_folders_pass_the_check_without_a_single_remark(site: str) -> None:
    assert [str(one) for one in check(FOLDER / site)] == []


@pytest.mark.parametrize("site", SITES)
def test_every_block_of_the_example_folders_is_used(site: str) -> None:
    document = (FOLDER / site / "site.json").read_text("utf-8")
    assert [one.name for one in (FOLDER / site / "blocks").iterdir() if f"blocks/{one.name}" not in document] == []


# -- interests, by the numbers -------------------------------------------------------------------


def test_three_views_yesterday_are_an_interest_of_59_that_lasts_15_more_days(demo: Demo) -> None:
    sentence = see(demo, "shoes", NURSE).why("hero", "ja")
    assert "関心度が59" in sentence
    assert "基準40" in sentence
    assert "あと15日" in sentence


@pytest.mark.parametrize(("days", "variant"), [(0, "light"), (15, "light"), (16, None), (28, None), (29, "back")])
def test_travelling_forward_lets_the_interest_fade(demo: Demo, days: int, variant: str | None) -> None:
    later = msgspec.structs.replace(NURSE, travel=days)
    assert shown(see(demo, "shoes", later))["hero"][0] == variant


@pytest.mark.parametrize(("days", "variant"), [(0, "bought"), (59, "bought"), (60, None), (61, None)])
def test_care_goods_stand_on_the_shelf_for_60_days_after_buying(demo: Demo, days: int, variant: str | None) -> None:
    bought = Imagined(visits=4, away=days, purchase=Purchase("nurse-shoes", days), group="treatment")
    assert shown(see(demo, "shoes", bought))["shelf"][0] == variant


@pytest.mark.parametrize(("views", "variant"), [(0, None), (1, None), (2, "light"), (3, "light")])
def test_the_second_view_of_nurse_shoes_turns_the_hero_on_the_next_page(
    demo: Demo, views: int, variant: str | None
) -> None:
    session = demo.session("c" * 22, "shoes")
    session.imagine(Imagined(group="treatment"), afresh=True)
    for number in range(views):
        session.answer(Said(url="http://127.0.0.1/shoes/nurse/hane", page_view=f"view-number-{number:09}x"))
    home = session.answer(Said(url="http://127.0.0.1/shoes/", page_view="view-of-the-front-page"))
    assert shown(home)["hero"][0] == variant


def test_asking_twice_about_one_page_view_counts_once(demo: Demo) -> None:
    session = demo.session("d" * 22, "shoes")
    session.imagine(Imagined(group="treatment"), afresh=True)
    for _ in range(5):
        session.answer(Said(url="http://127.0.0.1/shoes/nurse/hane", page_view="the-same-view-again-00"))
    assert session.remembered["interests.nurse-shoes"] == [1.0, NOW]


def test_a_purchase_on_the_site_stops_the_offer_and_shows_care_goods(demo: Demo) -> None:
    from mitate import Reported

    session = demo.session("e" * 22, "shoes")
    session.imagine(NURSE, afresh=True)
    bought = Reported(type="track", id="e" * 22, name="purchase", value=8900, props={"category": "nurse-shoes"})
    assert session.record([bought], "view-of-the-thank-you-") == 1
    assert session.record([bought], "view-of-the-thank-you-") == 0
    assert shown(session.explained())["shelf"] == ("bought", "TARGETING_MATCH")
    assert shown(session.explained())["hero"] == (None, "SUPPRESSED")


# -- consent -------------------------------------------------------------------------------------


@pytest.mark.parametrize("consent", ["unset", "denied"])
def test_without_consent_nothing_is_remembered_and_no_id_is_set(demo: Demo, consent: str) -> None:
    session = demo.session("f" * 22, "shoes")
    session.imagine(msgspec.convert({"consent": consent}, Imagined), afresh=True)
    before = session.mitate.profiles.export("f" * 22)
    decisions = session.answer(Said(url="http://127.0.0.1/shoes/nurse/hane", page_view="view-without-consent-0"))
    assert decisions.visitor_id is None
    assert json.loads(decisions.encode())["visitor"] is None
    assert session.remembered == {}
    assert session.mitate.profiles.export("f" * 22) == before


def test_a_choice_made_on_the_page_is_taken_over(demo: Demo) -> None:
    session = demo.session("g" * 22, "shoes")
    session.imagine(Imagined(consent="unset"), afresh=True)
    said: list[str] = []
    for choice in (None, {"personalization": True, "analytics": True}, {"personalization": False, "analytics": False}):
        session.hear(choice)
        said.append(session.imagined.consent)
    assert said == ["unset", "granted", "denied"]


def test_a_choice_that_was_there_before_does_not_outvote_the_bar(demo: Demo) -> None:
    session = demo.session("h" * 22, "shoes")
    session.imagine(Imagined(consent="unset"), afresh=True)
    session.hear({"personalization": True, "analytics": True})
    assert session.imagined.consent == "unset"


# -- companies -----------------------------------------------------------------------------------

ADDRESSES = [
    ("203.0.113.0", "trail"),
    ("203.0.113.255", "trail"),
    ("198.51.100.63", "shop-floor"),
    ("198.51.100.64", "between-rounds"),
    ("198.51.100.95", "between-rounds"),
    ("198.51.100.96", "own-network"),
    ("198.51.100.128", None),
    ("192.0.2.0", None),
    ("192.0.2.128", None),
    ("192.0.2.255", None),
]


@pytest.mark.parametrize(("address", "variant"), ADDRESSES)
def test_industry_follows_the_network_and_no_hosting_or_unsure_range_is_a_company(
    demo: Demo, address: str, variant: str | None
) -> None:
    assert shown(see(demo, "nagare", Imagined(ip=address)))["hero"][0] == variant


@pytest.mark.parametrize("token", ["a" * 22, "b" * 22, "Zz09_-Zz09_-Zz09_-Zz09"])
def test_everyone_of_one_account_sees_one_arm(demo: Demo, token: str) -> None:
    arms = {
        shown(see(demo, "nagare", Imagined(ip=f"203.0.113.{host}"), token=token))["hero"] for host in range(0, 256, 15)
    }
    assert arms == {("trail", "SPLIT")}


@pytest.mark.parametrize("preset", [one for one in presets()["nagare"] if one.id != "link"], ids=lambda one: one.id)
def test_no_company_reaches_the_browser_unless_a_signed_link_names_it(demo: Demo, preset: Preset) -> None:
    answer = see(demo, "nagare", preset.visitor).encode().decode()
    session = demo.session(TOKEN, "nagare")
    assert session.search({"answer": answer}) == [
        {"where": "answer", "size": len(answer), "name": 0, "domain": 0, "cidr": 0}
    ]


def test_a_signed_link_names_its_own_company_and_no_other(demo: Demo) -> None:
    link = next(one for one in presets()["nagare"] if one.id == "link")
    answer = see(demo, "nagare", link.visitor).encode().decode()
    named = {row["name"] for row in company_list(FOLDER / "nagare") if row["name"] in answer}
    assert named == {"青葉銀行"}
    assert demo.session(TOKEN, "nagare").search({"answer": answer})[0]["cidr"] == 0


def test_an_unknown_company_matches_no_bound_on_employees(demo: Demo) -> None:
    assert shown(see(demo, "nagare", Imagined()))["proof"] == (None, "DEFAULT")


# -- the code shown for a visitor ----------------------------------------------------------------


@pytest.mark.parametrize(("site", "preset"), EVERY_PRESET)
def test_the_six_lines_shown_for_a_visitor_run_and_give_the_same_answer(demo: Demo, site: str, preset: Preset) -> None:
    decisions = see(demo, site, preset.visitor)
    code = demo.session(TOKEN, site).code()
    assert code.count("\n") == 5
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code, "shown", "exec"), {})
    expected = [
        f"{slot} {one.variant} {one.reason} {decisions.why(slot, preset.visitor.language)}"
        for slot, one in decisions.items()
    ]
    assert said.getvalue().splitlines() == expected


# -- the imagined visitor ------------------------------------------------------------------------


def test_travel_moves_the_calendar_and_not_the_hour() -> None:
    start = visitors.instant(Imagined(time="08:10"), NOW)
    assert visitors.instant(Imagined(time="08:10", travel=34), NOW) - start == 34 * 86400
    assert visitors.instant(Imagined(time="08:10"), NOW, 90) - start == 90


def test_travel_across_the_end_of_summer_time_keeps_the_local_hour() -> None:
    spring = 1792800000.0  # 2026-10-24T00:00Z; Berlin leaves summer time the next night
    berlin = Imagined(zone="Europe/Berlin", time="08:10")
    later = msgspec.structs.replace(berlin, travel=1)
    assert visitors.instant(later, spring) - visitors.instant(berlin, spring) == 25 * 3600


def test_the_demos_own_parameters_never_become_facts() -> None:
    said = Said(url="http://127.0.0.1/shoes/?visitor=abc&lang=ja&q=boots#top")
    assert visitors.visitor(Imagined(), TOKEN, said).url == "http://127.0.0.1/shoes/?q=boots"


def test_an_unknown_zone_is_tokyo() -> None:
    assert str(visitors.zone(Imagined(zone="Mars/Olympus"))) == "Asia/Tokyo"


# -- over HTTP -----------------------------------------------------------------------------------


def ask(
    app: Starlette,
    method: str,
    path: str,
    *,
    client: tuple[str, int] = ("127.0.0.1", 4711),
    base: str = "http://127.0.0.1",
    **more: Any,
) -> httpx2.Response:
    async def send() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=app, client=client)
        async with httpx2.AsyncClient(transport=transport, base_url=base) as http:
            return await http.request(method, path, **more)

    with ThreadPoolExecutor(1) as thread:  # a thread has no loop of its own yet, whatever ran before in this one
        return thread.submit(lambda: asyncio.run(send())).result()


@pytest.fixture(scope="module")
def app() -> Starlette:
    return create_app(clock=lambda: NOW)


PAGES = ["", "nurse", "nurse/hane", "walk", "walk/aruki", "care", "care/insole", "cart", "cart?item=hane", "thanks?item=hane", "size", "quiz", "display"]  # fmt: skip
NAGARE_PAGES = ["", "pricing", "cases", "security", "guide", "estimate", "contact", "setup", "display"]


@pytest.mark.parametrize("path", [f"shoes/{one}" for one in PAGES] + [f"nagare/{one}" for one in NAGARE_PAGES])
def test_every_page_is_strict_and_carries_its_tag_once(app: Starlette, path: str) -> None:
    joint = "&" if "?" in path else "?"
    answer = ask(app, "GET", f"/{path}{joint}visitor={TOKEN}&lang=ja")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "style-src 'self';" in policy
    assert "'strict-dynamic'" in policy
    assert "require-trusted-types-for 'script'; trusted-types mitate;" in policy
    assert answer.text.count(f'"endpoint":"/demo/s/{TOKEN}"') == 1
    body = answer.text.split("</head>")[1]
    assert " style=" not in body
    assert " onclick=" not in body
    assert "$" not in body
    assert '<html lang="ja">' in answer.text
    assert "set-cookie" not in answer.headers


def test_a_page_without_a_token_gets_one_and_keeps_it_and_the_language(app: Starlette) -> None:
    first = ask(app, "GET", "/shoes/")
    assert first.status_code == 303
    assert len(first.headers["location"].removeprefix("/shoes/?visitor=")) == 22
    before = f"http://127.0.0.1/shoes/?visitor={TOKEN}&lang=en"
    second = ask(app, "GET", "/shoes/nurse?q=1", headers={"referer": before})
    assert second.headers["location"] == f"/shoes/nurse?q=1&visitor={TOKEN}&lang=en"


@pytest.mark.parametrize(
    "referer", [f"http://elsewhere.example/shoes/?visitor={TOKEN}", f"http://127.0.0.1/other/?visitor={TOKEN}"]
)
def test_a_foreign_page_hands_on_no_token(app: Starlette, referer: str) -> None:
    answer = ask(app, "GET", "/shoes/", headers={"referer": referer})
    assert TOKEN not in answer.headers["location"]


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("ja", "ja"),
        ("ja-JP,en;q=0.8", "ja"),
        ("en-US,ja;q=0.5", "en"),
        ("fr-FR,ja;q=0.5", "ja"),
        ("fr", "en"),
        ("", "en"),
    ],
)
def test_the_language_is_the_first_of_ours_that_the_browser_wants(app: Starlette, wanted: str, language: str) -> None:
    answer = ask(app, "GET", f"/nagare/?visitor={TOKEN}", headers={"accept-language": wanted})
    assert f'<html lang="{language}">' in answer.text


REFUSED: list[tuple[str, str, Mapping[str, Any], int]] = [
    ("GET", "/nowhere/", {}, 404),
    ("GET", f"/shoes/nothing?visitor={TOKEN}", {}, 404),
    ("GET", "/shoes/?visitor=short", {}, 404),
    ("GET", f"/shoes/thanks?item=nothing&visitor={TOKEN}", {}, 404),
    ("GET", f"/shoes/nurse/aruki?visitor={TOKEN}", {}, 404),
    ("GET", "/shoes/assets/%2e%2e/app.py", {}, 404),
    ("GET", "/demo/assets/app.py", {}, 404),
    ("POST", f"/demo/s/{TOKEN}/v1/decide", {"content": b"not json"}, 400),
    ("POST", f"/demo/s/{TOKEN}/v1/decide", {"content": b"\xff\xfe"}, 400),
    ("POST", f"/demo/s/{TOKEN}/v1/decide", {"json": {"site": "other"}}, 404),
    ("POST", "/demo/s/short/v1/decide", {"json": {"site": "shoes"}}, 404),
    ("PUT", f"/demo/s/{TOKEN}/visitor", {"json": {"site": "shoes", "visitor": {"unknown": 1}}}, 400),
    ("PUT", f"/demo/s/{TOKEN}/visitor", {"json": {"site": "shoes", "visitor": {"time": "25:00"}}}, 400),
    ("PUT", f"/demo/s/{TOKEN}/visitor", {"json": {"site": "shoes", "visitor": {"travel": -1}}}, 400),
    ("POST", f"/demo/s/{TOKEN}/search", {"content": b"x" * 600_000}, 413),
]


@pytest.mark.parametrize(("method", "path", "more", "status"), REFUSED)
def test_what_the_demo_does_not_know_is_refused(
    app: Starlette, method: str, path: str, more: Mapping[str, Any], status: int
) -> None:
    assert ask(app, method, path, **more).status_code == status


def test_the_bar_is_told_everything_about_the_last_answer(app: Starlette) -> None:
    change = {"site": "shoes", "visitor": msgspec.to_builtins(NURSE), "afresh": True}
    assert ask(app, "PUT", f"/demo/s/{TOKEN}/visitor", json=change).status_code == 204
    page = {"site": "shoes", "url": "http://127.0.0.1/shoes/", "page_view": "view-of-the-front-page"}
    answer = ask(app, "POST", f"/demo/s/{TOKEN}/v1/decide", json=page).json()
    assert answer["decisions"]["hero"]["variant"] == "light"
    told = ask(app, "GET", f"/demo/s/{TOKEN}/visitor?site=shoes").json()
    assert [one["slot"] for one in told["slots"]] == ["announce", "hero", "shelf", "guide"]
    assert told["slots"][1]["shows"] == "一日中立つ足に、軽さを"
    (interest,) = told["interests"]
    assert (interest["scores"][0], interest["scores"][34], interest["needed"]) == (59, 21, 40)
    assert told["answer"]["decisions"] == answer["decisions"]


def test_a_server_that_is_down_answers_nothing_useful_and_the_bar_says_so(app: Starlette) -> None:
    change = {"site": "shoes", "visitor": {"server": "down"}, "afresh": True}
    ask(app, "PUT", f"/demo/s/{TOKEN}/visitor", json=change)
    assert ask(app, "POST", f"/demo/s/{TOKEN}/v1/decide", json={"site": "shoes"}).status_code == 503
    told = ask(app, "GET", f"/demo/s/{TOKEN}/visitor?site=shoes").json()
    assert {one["why"] for one in told["slots"]} == {"サーバーから返答がないため標準表示です。ページは止まりません。"}


# -- a folder that is being edited ---------------------------------------------------------------


def test_a_saved_threshold_serves_at_once_and_a_broken_document_leaves_the_good_one(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "sites")
    demo = Demo(tmp_path / "sites", clock=lambda: NOW)
    document = tmp_path / "sites" / "shoes" / "site.json"
    good = document.read_text("utf-8")
    assert shown(see(demo, "shoes", NURSE))["hero"][0] == "light"

    document.write_text(good.replace('"interests.nurse-shoes"}, 0.4', '"interests.nurse-shoes"}, 0.7'), "utf-8")
    demo.look_again("shoes")
    assert shown(see(demo, "shoes", NURSE))["hero"][0] is None
    serving = demo.sites["shoes"].version

    document.write_text(good.replace('"interests.nurse-shoes"}, 0.4', '"interests.nurse-shoe"}, 0.4'), "utf-8")
    demo.look_again("shoes")
    assert demo.sites["shoes"].version == serving
    told = demo.session(TOKEN, "shoes").told()
    assert "unknown fact" in str(told["problems"])
    assert 'did you mean "interests.nurse-shoes"' in str(told["problems"])


def test_visitors_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mitate_server.demo.sessions.MOST_SESSIONS", 2)
    demo = Demo(clock=lambda: NOW)
    sessions: list[Session] = []
    for letter in "abc":
        sessions.append(demo.session(letter * 22, "shoes"))
        sessions[-1].imagine(NURSE, afresh=True)
    demo.session("d" * 22, "shoes")
    assert [bool(one.remembered) for one in sessions] == [False, False, True]


# -- production ----------------------------------------------------------------------------------


def test_production_never_imports_the_demonstration() -> None:
    import subprocess
    import sys

    code = "import sys, mitate_server.app, mitate_server.cli.serve; print([m for m in sys.modules if 'demo' in m.split('.')])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


# -- previews ------------------------------------------------------------------------------------


def open_preview(app: Starlette, site: str = "shoes", **more: Any) -> tuple[str, str]:
    """Give the page that the start page's link opens, and the token behind it."""
    answer = ask(app, "GET", f"/demo/{site}/preview?lang=en", **more)
    assert (answer.status_code, answer.headers["cache-control"]) == (303, "no-store")
    page, _, token = answer.headers["location"].partition("#mitate=")
    return page, token


def previewed(app: Starlette, site: str = "shoes", token: str | None = None, **wish: Any) -> Any:
    """Ask as the page of a preview does; give the answer."""
    page, given = open_preview(app, site)
    visitor = page.partition("visitor=")[2].partition("&")[0]
    body = {"site": site, "url": f"http://127.0.0.1{page}", "preview": {"token": token or given, **wish}}
    answer = ask(app, "POST", f"/demo/s/{visitor}/v1/decide", content=json.dumps(body))
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.parametrize("site", SITES)
def test_the_start_page_opens_each_site_with_the_preview_panel(app: Starlette, site: str) -> None:
    start = ask(app, "GET", "/?lang=ja").text
    assert f'href="/demo/{site}/preview?lang=ja" target="_blank"' in start
    shown = previewed(app, site)["preview"]
    assert (shown["problems"], shown["visitor"], shown["now"]) == ([], None, NOW)
    assert round(shown["expires"] - time.time(), -1) == 3600
    reasons = {one["reason"] for one in shown["stories"].values()}
    assert "HOLDOUT" not in reasons


def test_a_preview_of_the_demo_flips_variant_audience_clock_and_visitor(app: Starlette) -> None:
    def hero(**wish: Any) -> tuple[str | None, str]:
        one = previewed(app, **wish)["decisions"]["hero"]
        return one.get("variant"), one["reason"]

    assert hero() == (None, "DEFAULT")
    assert hero(variants={"nurse-shoes": "light"}) == ("light", "PREVIEW")
    assert hero(audiences={"long-away": True}) == ("back", "TARGETING_MATCH")
    assert hero(visitor="iPhone in Osaka, third visit, back after 40 days") == ("back", "TARGETING_MATCH")
    assert previewed(app, at="2026-11-21T16:00")["decisions"]["announce"]["reason"] == "DEFAULT"
    assert previewed(app, at="2026-11-21T09:00")["decisions"]["announce"]["variant"] == "cut-off"


def test_another_place_in_words_outweighs_the_place_of_the_demo(app: Starlette) -> None:
    assert previewed(app)["decisions"]["announce"]["variant"] == "cut-off"
    assert previewed(app, visitor="Singapore")["decisions"]["announce"]["experience"] == "delivery-abroad"


def test_a_preview_of_the_demo_is_counted_nowhere(app: Starlette) -> None:
    mitate = app.state.demo.sites["shoes"]
    before = dict(mitate.reasons)
    page, token = open_preview(app)
    visitor = page.partition("visitor=")[2].partition("&")[0]
    for number in range(3):
        body = {
            "site": "shoes",
            "page_view": f"view-in-a-preview-{number:04}",
            "url": "http://127.0.0.1/shoes/nurse/hane",
            "preview": token,
        }
        assert ask(app, "POST", f"/demo/s/{visitor}/v1/decide", content=json.dumps(body)).status_code == 200
    assert (dict(mitate.reasons), app.state.demo.session(visitor, "shoes").remembered.get("interests.nurse-shoes")) == (
        before,
        None,
    )


def test_each_run_of_the_demo_has_a_secret_of_its_own(app: Starlette) -> None:
    token = open_preview(create_app(clock=lambda: NOW))[1]
    problem = previewed(app, token=token)["preview"]["problem"]
    assert problem["en"] == (
        "This preview link can't be used: its signature is not that of this site's secret. "
        "The start page or `mitate preview` makes a new one."
    )


def test_a_secret_that_is_set_opens_links_of_the_command_line() -> None:
    secret = "a-secret-that-is-long-enough-to-sign"
    app = create_app(clock=lambda: NOW, secret=secret)
    assert "problem" not in previewed(app, token=sign_preview("shoes", secret=secret))["preview"]


@pytest.mark.parametrize(
    "asked",
    [
        {"client": ("198.51.100.9", 4711)},
        {"base": "http://rebound.example"},
        {"headers": {"x-forwarded-for": "203.0.113.5"}},
        {"headers": {"sec-fetch-site": "cross-site"}},
    ],
)
def test_only_the_machine_itself_gets_a_preview_of_the_demo(app: Starlette, asked: dict[str, Any]) -> None:
    answer = ask(app, "GET", "/demo/shoes/preview", **asked)
    said = "A preview is opened on the machine that runs the demo, from its start page."
    assert (answer.status_code, answer.text) == (403, said)


def test_a_start_page_seen_from_elsewhere_says_where_the_panel_opens(app: Starlette) -> None:
    page = ask(app, "GET", "/?lang=en", client=("198.51.100.9", 4711)).text
    assert ("/preview?" in page, "The preview panel opens only on the machine that runs the demo." in page) == (
        False,
        True,
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [("", None), ("x" * 31, None), ("x" * 32, "x" * 32)],
)
def test_the_demo_takes_a_secret_that_can_sign_and_else_makes_one(said: str, expected: str | None) -> None:
    assert cli.signing_secret(said) == expected


def test_a_secret_too_short_to_sign_with_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    cli.signing_secret("short")
    assert capsys.readouterr().err == (
        "MITATE_SECRET is too short to sign previews with: expected at least 32 bytes, got 5. This run makes its own.\n"
    )


@pytest.mark.parametrize(
    ("host", "seen"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "[::1]"),
        ("::1", "[::1]"),
        ("192.0.2.7", None),
    ],
)
def test_the_command_line_names_an_address_that_this_machine_may_ask(host: str, seen: str | None) -> None:
    assert cli.seen_from_here(host) == seen
