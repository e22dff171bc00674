"""``/v1/decide``: what a page gets, whom the server believes, and that deciding never fails a page."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from mitate import Decisions, Visitor
from mitate_server.app import Server

from .conftest import ORIGIN, PAGE_VIEW, PHONE, SECRET, SITE, VISITOR, Start, ask, decide, write_site

BACKEND = {"authorization": f"Bearer {SECRET}"}
FROM_LETTER = {"url": f"{ORIGIN}/?utm_source=letter"}


def test_a_page_gets_the_block_that_was_chosen(server: Server) -> None:
    answer = decide(server, FROM_LETTER)
    body = answer.json()
    assert answer.status_code == 200
    assert body["decisions"] == {
        "hero": {
            "reason": "TARGETING_MATCH",
            "basis": "situation",
            "experience": "letter",
            "variant": "hello",
            "html": "<h1>Hello, reader</h1>\n",
        },
        "note": {"reason": "DEFAULT", "basis": "everyone"},
    }
    assert (body["version"], body["page_view"], body["visitor"]) == (
        server.sites["shop"].mitate.version,
        PAGE_VIEW,
        None,
    )
    assert body["purposes"] == ["necessary"]
    assert "table" not in body


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "application/x-www-form-urlencoded", ""])
def test_the_body_is_json_whatever_its_content_type(server: Server, kind: str) -> None:
    assert decide(server, FROM_LETTER, headers={"content-type": kind}).json()["decisions"]["hero"]["variant"] == "hello"


def test_an_allowed_page_may_read_the_answer_without_credentials(server: Server) -> None:
    answer = decide(server)
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["vary"] == "origin"
    assert "etag" in answer.headers["access-control-expose-headers"]
    assert answer.headers["cache-control"] == "no-store"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", ["https://www.club.example", "https://a.b.club.example"])
def test_a_wildcard_origin_stands_for_the_hosts_below(server: Server, origin: str) -> None:
    assert decide(server, headers={"origin": origin}).headers["access-control-allow-origin"] == origin


def test_cookies_are_neither_read_nor_set(server: Server) -> None:
    agreed = {"consent": {"personalization": True, "analytics": True}}
    answer = decide(server, agreed, headers={"cookie": f"mitate_id={VISITOR}"})
    assert answer.json()["visitor"] != VISITOR
    assert "set-cookie" not in answer.headers


def test_a_preflight_is_answered_for_senders_of_json(server: Server) -> None:
    asked = {
        "origin": ORIGIN,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    answer = ask(server, "OPTIONS", "/v1/decide", headers=asked)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert answer.headers["access-control-allow-headers"] == "content-type"
    assert answer.headers["access-control-allow-origin"] == ORIGIN


def test_the_path_has_the_prefix_of_the_settings(start: Start) -> None:
    server = start(prefix="/px")
    assert decide(server, path="/px/v1/decide").status_code == 200
    assert decide(server, path="/v1/decide").status_code == 404
    assert ask(server, "GET", "/px/mitate.js").status_code == 200


def test_an_id_is_drawn_with_consent_and_kept(server: Server) -> None:
    agreed = {"consent": {"personalization": True, "analytics": True}}
    drawn = decide(server, agreed).json()["visitor"]
    assert len(drawn) == 22
    assert decide(server, {**agreed, "visitor": drawn}).json()["visitor"] == drawn


@pytest.mark.parametrize("damaged", ["", "short", "x" * 23, "visitor 0000000000 001", "<script>alert(1)</scri"])
def test_a_damaged_id_makes_its_owner_someone_new(server: Server, damaged: str) -> None:
    answer = decide(server, {"visitor": damaged, "consent": {"personalization": True}})
    assert answer.status_code == 200
    assert answer.json()["visitor"] != damaged
    assert len(answer.json()["visitor"]) == 22


def test_an_id_without_consent_is_ignored(server: Server) -> None:
    assert decide(server, {"visitor": VISITOR}).json()["visitor"] is None


def test_a_page_with_an_older_table_gets_the_new_one(start: Start) -> None:
    server = start(deadline=250, prefix="/px")
    table = decide(server, {"table": "00000000"}, path="/px/v1/decide").json()["table"]
    assert table["slots"] == [
        {"name": "hero", "reserve": "10rem"},
        {"name": "note", "selector": "#note", "reserve": "2rem"},
    ]
    assert (table["endpoint"], table["deadline"], table["site"]) == ("https://edge.example/px", 250, "shop")
    assert "table" not in decide(server, {"table": table["hash"]}, path="/px/v1/decide").json()


@pytest.mark.parametrize(
    ("origin", "base", "endpoint"),
    [
        # TLS ended at a proxy: the page could not have asked without it.
        ("https://shop.example", "http://edge.example:8443", "https://edge.example:8443"),
        ("https://shop.example", "http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://shop.example", "http://localhost", "http://localhost"),
        ("http://localhost:3000", "http://edge.example", "http://edge.example"),
    ],
)
def test_the_table_names_the_address_that_the_page_reached(
    start: Start, folder: Path, origin: str, base: str, endpoint: str
) -> None:
    write_site(folder, {**SITE, "origins": [origin]})
    answer = decide(start(), {"table": "00000000"}, headers={"origin": origin}, base=base)
    assert answer.json()["table"]["endpoint"] == endpoint


def test_the_public_address_is_in_the_table(start: Start) -> None:
    server = start(public_url="https://edge.shop.example")
    assert decide(server, {"table": ""}).json()["table"]["endpoint"] == "https://edge.shop.example"


# -- whom the server believes -----------------------------------------------------------------------

CLAIMS: dict[str, Any] = {
    "user_id": "u1",
    "email": "a@bank.example",
    "traits": {"user.plan": "pro"},
    "ip": "203.0.113.7",
    "user_agent": "Googlebot/2.1",
    "headers": {"sec-gpc": "1"},
    "channel": "email",
    "consent": {"personalization": True, "analytics": True},
}


def test_a_page_is_not_believed_what_only_a_backend_may_say(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    body = decide(server, CLAIMS).json()
    assert body["decisions"] == {
        "hero": {"reason": "DEFAULT", "basis": "everyone"},
        "note": {"reason": "DEFAULT", "basis": "everyone"},
    }
    decide(server, CLAIMS)
    assert server.sites["shop"].unbelieved == dict.fromkeys(
        ["user_id", "email", "traits", "ip", "user_agent", "headers", "channel"], 2
    )
    assert len([record for record in caplog.records if "a page sent" in record.message]) == 7


def test_a_backend_with_the_secret_speaks_for_its_visitor(server: Server) -> None:
    claims = {key: value for key, value in CLAIMS.items() if key not in ("user_agent", "headers")}
    decisions = decide(server, {**claims, "user_agent": PHONE}, headers={**BACKEND, "origin": ""}).json()["decisions"]
    assert (decisions["hero"]["experience"], decisions["hero"]["text"]) == ("pro", "For the plan")
    assert decisions["note"]["experience"] == "here"


def test_a_backends_own_address_and_browser_are_not_its_visitors(server: Server) -> None:
    answer = decide(server, headers={**BACKEND, "user-agent": "Googlebot/2.1"}, client=("203.0.113.7", 1))
    assert answer.json()["decisions"]["note"] == {"reason": "DEFAULT", "basis": "everyone"}


@pytest.mark.parametrize(
    "body",
    [
        {"facts": {"user.plan": "pro"}},
        {"overrides": {"user.plan": "pro"}},
        {"now": 0},
        {"user.plan": "pro"},
        {"group": "treatment"},
    ],
)
def test_nothing_in_a_pages_body_replaces_a_fact(server: Server, body: dict[str, Any]) -> None:
    assert (
        decide(server, {**body, "consent": {"personalization": True}}).json()["decisions"]["hero"]["reason"]
        == "DEFAULT"
    )


def test_the_address_is_the_connections_own(server: Server) -> None:
    near = decide(server, client=("203.0.113.7", 1))
    assert near.json()["decisions"]["note"]["experience"] == "here"
    forged = decide(server, headers={"x-forwarded-for": "203.0.113.7"})
    assert forged.json()["decisions"]["note"]["reason"] == "DEFAULT"


def test_a_trusted_proxy_is_believed_and_an_untrusted_one_is_said_once(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    from mitate_server.settings import Settings

    def ask_through(server: Server) -> str:
        answer = decide(server, headers={"x-forwarded-for": "203.0.113.7"}, client=("10.0.0.5", 1))
        return str(answer.json()["decisions"]["note"]["reason"])

    untrusting = start()
    for _ in range(2):
        assert ask_through(untrusting) == "DEFAULT"
    assert untrusting.door.untrusted_proxy == "10.0.0.5"
    said = [record.message for record in caplog.records if "not a trusted proxy" in record.message]
    assert said == [
        "requests arrive through 10.0.0.5, which is not a trusted proxy, so every visitor's place is unknown; "
        "if it is yours, set MITATE_TRUSTED_PROXIES=10.0.0.5"
    ]
    trusting = start(trusted_proxies=Settings.read({"MITATE_TRUSTED_PROXIES": "10.0.0.0/8"}).trusted_proxies)
    assert ask_through(trusting) == "TARGETING_MATCH"
    assert trusting.door.untrusted_proxy is None


@pytest.mark.parametrize(
    ("client", "base", "headers", "status"),
    [
        ("127.0.0.1", "http://localhost:8000", {}, 200),
        ("::1", "http://[::1]:8000", {}, 200),
        # From another machine, or by a name that merely resolves to this one, its own origin counts for nothing.
        ("192.168.1.7", "http://localhost:8000", {}, 403),
        ("127.0.0.1", "http://evil.example:8000", {}, 403),
        ("127.0.0.1", "http://localhost:8000", {"x-forwarded-for": "203.0.113.7"}, 403),
        ("127.0.0.1", "http://localhost:8000", {"origin": "http://localhost:9000"}, 403),
    ],
)
def test_a_page_this_server_shows_on_this_machine_may_ask(
    server: Server, client: str, base: str, headers: dict[str, str], status: int
) -> None:
    answer = decide(server, headers={"origin": base, **headers}, client=(client, 1), base=base)
    assert answer.status_code == status


# -- deciding never fails a page --------------------------------------------------------------------


def test_a_fault_gives_every_slot_its_own_content_and_is_said_once(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: object, visitor: Visitor, **_: object) -> Decisions:
        raise ZeroDivisionError("seven by nought")

    monkeypatch.setattr("mitate.Mitate.decide", broken)
    agreed = {"visitor": VISITOR, "consent": {"personalization": True, "analytics": False}}
    answers = [decide(server, agreed) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert answers[2].json() == {
        "version": server.sites["shop"].mitate.version,
        "page_view": PAGE_VIEW,
        "visitor": VISITOR,
        "purposes": ["necessary", "personalization"],
        "lasts": 0,
        "decisions": {name: {"reason": "ERROR", "basis": "everyone"} for name in ("hero", "note")},
    }
    (kind, count), *others = server.sites["shop"].faults.items()
    assert (kind.split(" at ")[0], count, others) == ("ZeroDivisionError", 3, [])
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 1
    assert errors[0].exc_info is not None
    refused = decide(server, {"visitor": VISITOR}).json()
    assert (refused["visitor"], refused["purposes"]) == (None, ["necessary"])


def test_an_answer_that_cannot_be_encoded_is_a_fault_too(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Decisions) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr("mitate.Decisions.encode", broken)
    assert decide(server).json()["decisions"]["hero"] == {"reason": "ERROR", "basis": "everyone"}


JUNK: list[dict[str, Any]] = [
    {"url": "http://[::1"},
    {"url": "x" * 60_000},
    {"zone": "../../etc/passwd", "language": "\u0000", "referrer": "\U0001f9ff" * 3000},
    {"screen": -1, "page_view": "\u0000", "title": "\u202e"},
    {"zone": "", "url": "", "referrer": "", "language": "", "title": "", "page_view": ""},
    {"screen": 2**62, "consent": {}},
    {"consent": {str(number): True for number in range(3000)}},
]


@pytest.mark.parametrize("junk", JUNK, ids=[str(number) for number in range(len(JUNK))])
def test_junk_in_a_body_is_harmless(server: Server, junk: dict[str, Any]) -> None:
    agreed = {"consent": {"personalization": True}}
    answer = decide(server, {**agreed, **junk})
    assert answer.status_code == 200
    assert answer.json()["decisions"]["hero"]["reason"] in ("DEFAULT", "CONSENT")


# -- the document changes ----------------------------------------------------------------------------


def test_a_change_is_served_and_an_error_keeps_the_last_good_version(
    server: Server, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = decide(server, FROM_LETTER).json()
    (folder / "blocks" / "hello.html").write_text("<h1>Hello again</h1>", "utf-8")
    caplog.set_level(logging.INFO, "mitate")
    server.sites.reload([folder / "blocks" / "hello.html"])
    after = decide(server, FROM_LETTER).json()
    assert after["decisions"]["hero"]["html"] == "<h1>Hello again</h1>"
    assert caplog.messages == [f"shop: version {after['version']} serves (was {before['version']})"]

    caplog.clear()
    broken = json.loads(json.dumps(SITE).replace("campaign.source", "campaign.sauce").replace("10rem", "10 apples"))
    write_site(folder, broken)
    (folder / "blocks" / "hello.html").write_text("<h1>Hello again</h1>", "utf-8")
    server.sites.reload([folder / "site.json"])
    assert decide(server, FROM_LETTER).json() == after
    assert caplog.messages[0] == f"shop: not loaded, version {after['version']} keeps serving:"
    places = [message.split()[0] for message in caplog.messages[1:]]
    assert all(place.startswith("site.json:") for place in places)
    assert len(places) == 2


def test_a_change_elsewhere_loads_nothing(server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "mitate")
    server.sites.reload([tmp_path / "elsewhere" / "site.json"])
    assert caplog.messages == []


def test_origins_change_with_the_document(server: Server, folder: Path) -> None:
    write_site(folder, {**SITE, "origins": ["https://new.example"]})
    server.sites.reload([folder / "site.json"])
    assert decide(server).status_code == 403
    assert decide(server, headers={"origin": "https://new.example"}).status_code == 200


def test_an_answer_says_for_how_long_a_device_may_reuse_it(start: Start, folder: Path) -> None:
    assert decide(start(), FROM_LETTER).json()["lasts"] == 86_400  # the site reads no clock
    at = {"when": {"<": [{"var": "time.minute"}, 30]}}
    write_site(folder, {**SITE, "experiences": [{**one, **at} for one in SITE["experiences"]]})
    assert 0 <= decide(start(), FROM_LETTER).json()["lasts"] <= 60
