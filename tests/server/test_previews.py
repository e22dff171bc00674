"""A page opened by a preview link: what its answer holds, and that nobody else gets any of it."""

from __future__ import annotations

import ipaddress
import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from mitate import sign_identity
from mitate.tokens import read_preview, sign_preview
from mitate_server.app import Server

from .conftest import ORIGIN, PAGE_VIEW, SECRET, SITE, VISITOR, Start, ask, decide, write_site

AGREED = {"consent": {"personalization": True, "analytics": True}, "visitor": VISITOR}
HERE: dict[str, Any] = {"client": ("127.0.0.1", 4711), "base": "http://127.0.0.1:8000"}


def link(**changes: Any) -> str:
    said: dict[str, Any] = {"secret": SECRET, **changes}
    return sign_preview(said.pop("site", "shop"), **said)


def preview(server: Server, token: str | None = None, said: dict[str, Any] | None = None, **overrides: Any) -> Any:
    """Ask as the page of a preview does; give the answer."""
    answer = decide(server, {**(said or {}), "preview": {"token": token or link(), **overrides}})
    assert answer.status_code == 200
    return answer.json()


def test_a_link_shows_the_variants_it_names(server: Server) -> None:
    body = preview(server, link(variants={"pro": "pro"}))
    assert body["decisions"]["hero"] == {
        "reason": "PREVIEW",
        "basis": "stated",
        "experience": "pro",
        "variant": "pro",
        "text": "For the plan",
    }
    assert (body["lasts"], body["page_view"], body["version"]) == (0, PAGE_VIEW, server.sites["shop"].mitate.version)


def test_the_panel_changes_what_the_link_shows(server: Server) -> None:
    token = link(variants={"pro": "pro"}, visitor="iPhone", language="ja")
    body = preview(server, token, variants={"pro": None, "letter": "hello"}, visitor="", language="en")
    assert body["decisions"]["hero"]["variant"] == "hello"
    assert (body["preview"]["visitor"], body["preview"]["language"]) == (None, "en")
    forced = {one["id"]: one["forced"] for one in body["preview"]["experiences"]}
    assert forced == {"pro": None, "letter": "hello", "here": None}


def test_the_answer_tells_all_the_panel_shows(server: Server) -> None:
    began = time.time()
    shown = preview(server, link(lifetime=600), facts={"user.plan": "pro"}, at="2026-12-24T09:00")["preview"]
    assert 595 <= shown["expires"] - began <= 601
    assert shown["now"] == 1_798_070_400
    assert shown["version"] == server.sites["shop"].mitate.version
    assert [one["name"] for one in shown["slots"]] == ["hero", "note"]
    assert set(shown["stories"]) == {"hero", "note"}
    assert set(shown["stories"]["hero"]["why"]) == {"en", "ja"}
    assert shown["problems"] == ['The fact "user.plan" is not used: this visitor has not agreed to it.']


def test_a_preview_is_counted_nowhere(server: Server) -> None:
    served = server.sites["shop"]
    preview(server, said=AGREED)
    served.mitate.flush()
    assert (served.decided, served.recorded, dict(served.mitate.reasons)) == (0, 0, {})
    assert served.mitate.export(VISITOR)["profile"] is None
    assert (served.distrusted, served.unbelieved, served.faults) == ({}, {}, {})


def test_previews_beyond_a_few_at_once_wait_and_visitors_do_not(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mitate_server.previews.MOST_WAITING", 0)
    refused = decide(server, {"preview": {"token": link()}})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert refused.json()["detail"] == "At most 0 previews are made at once; try again in a second."
    assert decide(server, {}).status_code == 200
    assert server.sites["shop"].faults == {}
    monkeypatch.undo()
    assert "experiences" in preview(server)["preview"]


def test_who_is_logged_in_is_known_to_a_preview_too(server: Server) -> None:
    token = sign_identity("shop", "u-1", secret=SECRET, traits={"user.plan": "pro"})
    assert preview(server, said={**AGREED, "token": token})["decisions"]["hero"]["variant"] == "pro"


def test_an_older_slot_table_is_replaced_in_a_preview_too(server: Server) -> None:
    assert preview(server, said={"table": "00000000"})["table"]["site"] == "shop"


BAD = {
    "expired": ("it has expired", "有効期限が切れています"),
    "wrong-signature": (
        "its signature is not that of this site's secret",
        "署名がこのサイトのシークレットと一致しません",
    ),
    "wrong-audience": (
        'it is meant for something else: expected the "aud" "shop:preview"',
        'このサイトのこの用途のものではありません(aud は "shop:preview" のはずです)',
    ),
    "not-a-token": ("it is no JSON Web Token", "JSON Web Token ではありません"),
}


def bad(reason: str) -> str:
    match reason:
        case "expired":
            return link(now=time.time() - 4000)
        case "wrong-signature":
            return link(secret="y" * 40)
        case "wrong-audience":
            return sign_identity("shop", "u-1", secret=SECRET)
        case _:
            return "junk"


@pytest.mark.parametrize("reason", BAD)
def test_a_link_that_cant_be_used_shows_the_page_as_it_is_and_says_why(server: Server, reason: str) -> None:
    plain = decide(server).json()
    body = preview(server, bad(reason), variants={"pro": "pro"})
    english, japanese = BAD[reason]
    assert body.pop("preview") == {
        "problem": {
            "en": f"This preview link can't be used: {english}. The start page or `mitate preview` makes a new one.",
            "ja": f"このプレビューリンクは使えません({japanese})。スタートページか `mitate preview` で作り直してください。",
        }
    }
    assert body == plain
    assert {name: one.count for name, one in server.sites["shop"].distrusted.items()} == {reason: 1}


def test_a_link_to_another_site_opens_nothing(server: Server) -> None:
    assert set(preview(server, link(site="other"))["preview"]) == {"problem"}


def test_a_server_without_a_secret_has_no_previews(start: Start) -> None:
    said = preview(start(secret=""))["preview"]["problem"]["en"]
    assert "set MITATE_SECRET" in said


@pytest.mark.parametrize(
    "overrides",
    [
        {"variants": {"pro": 5}},
        {"audiences": {"x": "yes"}},
        {"facts": []},
        {"at": 5},
        {"token": None},
    ],
)
def test_what_is_no_preview_is_refused_with_its_place(server: Server, overrides: dict[str, Any]) -> None:
    answer = decide(server, {"preview": {"token": link(), **overrides}})
    assert (answer.status_code, "$.preview." in answer.json()["detail"]) == (400, True)


def test_a_fault_in_a_preview_leaves_the_page_as_it_is(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> object:
        raise RuntimeError("broken")

    monkeypatch.setattr(type(server.sites["shop"].mitate), "explain", fail)
    with caplog.at_level(logging.CRITICAL, logger="mitate"):
        body = preview(server)
    assert {one["reason"] for one in body["decisions"].values()} == {"ERROR"}
    assert "preview" not in body
    assert next(iter(server.sites["shop"].faults)).startswith("RuntimeError at ")


def test_a_preview_needs_an_allowed_page(server: Server) -> None:
    body = json.dumps({"site": "shop", "preview": {"token": link()}}).encode()
    assert (
        ask(server, "POST", "/v1/decide", headers={"origin": "https://evil.example"}, content=body).status_code == 403
    )


# -- what nobody else gets -----------------------------------------------------------------------

TOLD = ("pro", "letter", "here", "stories", "experiences", "audiences", "whole", "NO_MATCH", "user.plan", "in_cidr")


def leaked(answer: httpx2.Response) -> list[str]:
    """Give the names of experiences, conditions and explanations in what was chosen for nobody."""
    return [word for word in TOLD if f'"{word}"' in answer.text]


@pytest.mark.parametrize("token", ["", "x", "a.b.c", *map(bad, BAD)])
def test_without_a_valid_token_no_explanation_and_no_name_leaves(server: Server, token: str) -> None:
    said = {"variants": {"pro": "pro"}, "facts": {"user.plan": "pro"}, "visitor": "iPhone", "at": "2026-12-24"}
    for more in (said, {}):
        assert leaked(decide(server, {**AGREED, "preview": {"token": token, **more}})) == []
    assert leaked(decide(server, {**AGREED, "token": token})) == []
    events = json.dumps({"site": "shop", "token": token, "events": [{"type": "visit", "seconds": 1}]}).encode()
    assert leaked(ask(server, "POST", "/v1/events", headers={"origin": ORIGIN}, content=events)) == []


def test_the_same_words_do_leave_with_one(server: Server) -> None:
    answer = decide(server, {**AGREED, "preview": {"token": link()}})
    assert leaked(answer) == list(TOLD)


def test_names_beyond_the_site_are_not_made_up_from_a_problem(server: Server) -> None:
    problems = preview(server, variants={"p" * 400: "x"}, audiences={"<script>": True})["preview"]["problems"]
    assert [len(one) < 600 for one in problems] == [True, True]


# -- the start page ------------------------------------------------------------------------------


@pytest.fixture
def local(folder: Path, start: Start) -> Callable[..., Server]:
    """Start a server whose site is still at home: pages of this machine ask, unless told otherwise."""

    def begin(*origins: str, **changes: Any) -> Server:
        write_site(folder, {**SITE, "origins": origins or ["http://localhost:3000"]})
        return start(**changes)

    return begin


def opened(server: Server, headers: dict[str, str] | None = None, site: str = "shop", **more: Any) -> httpx2.Response:
    """Ask for a preview as the start page's link does."""
    return ask(server, "GET", f"/start/preview?site={site}&lang=ja", headers=headers, **{**HERE, **more})


def offers(server: Server, **more: Any) -> bool:
    """Tell whether the start page offers a preview."""
    return "/start/preview?site=shop" in ask(server, "GET", "/", **{**HERE, **more}).text


def test_who_sits_at_this_machine_opens_a_preview_that_begins_now(local: Callable[..., Server]) -> None:
    server = local()
    assert offers(server)
    answer = opened(server, {"sec-fetch-site": "same-origin"})
    page, _, token = answer.headers["location"].partition("#mitate=")
    assert (answer.status_code, page, answer.headers["cache-control"]) == (303, "http://localhost:3000/", "no-store")
    said = read_preview(token, "shop", SECRET)
    assert (round(said.exp - time.time(), -1), said.language) == (3600, "ja")


def test_a_site_without_origins_opens_its_sample_page_with_the_panel(start: Start, folder: Path) -> None:
    write_site(folder, {**SITE, "origins": []})
    server = start()
    assert opened(server).status_code == 404
    pages = server.sites["shop"].path / "pages"
    pages.mkdir()
    (pages / "index.html").write_text("<p>A sample</p>", "utf-8")
    assert opened(server).headers["location"].partition("#")[0] == "http://127.0.0.1:8000/sample/shop/"


@pytest.mark.parametrize(
    ("changes", "origins"),
    [
        ({}, ["https://shop.example"]),
        ({}, ["http://localhost:3000", "https://*.shop.example"]),
        ({"host": "0.0.0.0"}, ["http://localhost:3000"]),
        ({"public_url": "https://edge.shop.example"}, ["http://localhost:3000"]),
        ({"trusted_proxies": (ipaddress.ip_network("10.0.0.0/8"),)}, ["http://localhost:3000"]),
        ({"start_page": "always"}, ["http://localhost:3000"]),
        ({"start_page": "never"}, ["http://localhost:3000"]),
        ({"secret": ""}, ["http://localhost:3000"]),
        ({"secret": "short"}, ["http://localhost:3000"]),
    ],
)
def test_a_server_for_others_than_this_machine_gives_nobody_a_preview(
    local: Callable[..., Server], changes: dict[str, Any], origins: list[str]
) -> None:
    server = local(*origins, **changes)
    assert (offers(server), opened(server).status_code) == (False, 404)


@pytest.mark.parametrize(
    "asked",
    [
        {"client": ("198.51.100.9", 4711)},
        {"base": "http://rebound.example:8000"},
        {"headers": {"x-forwarded-for": "203.0.113.5"}},
        {"headers": {"sec-fetch-site": "cross-site"}},
        {"headers": {"sec-fetch-site": "same-site"}},
        {"site": "other"},
        {"site": ""},
    ],
)
def test_a_preview_is_opened_from_the_start_page_at_this_machine_alone(
    local: Callable[..., Server], asked: dict[str, Any]
) -> None:
    assert opened(local(), **asked).status_code == 404


def test_no_page_that_anybody_is_shown_holds_a_token(local: Callable[..., Server]) -> None:
    assert "#mitate=" not in ask(local(), "GET", "/", **HERE).text


def test_the_start_page_of_a_public_site_tells_the_command_instead(start: Start) -> None:
    server = start()
    assert f"mitate preview {server.sites['shop'].path}" in ask(server, "GET", "/", **HERE).text
