"""What leaves the server says nothing of companies but what a block was written to say."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx2
import pytest

from mitate_server.app import Server, create_app
from mitate_server.settings import Settings

from .conftest import ORIGIN, PAGE_VIEW, SECRET, VISITOR, ask, decide, write_site

ACCOUNTS = """name,domain,cidr,industry,employees,revenue,country,technologies,tier,stage,owner,confidence,kind
Zqaname Works,zqadomain.example,203.0.113.64/26,zqaindustry,71993,71994000001,JP,zqaerp;zqacrm,zqatier,zqastage,zqaowner,0.71995,company
Zqbname Hospital,zqbdomain.example,203.0.113.128/26,zqbindustry,71996,71997000001,JP,zqbmail,zqbtier,zqbstage,zqbowner,0.71998,company
"""
PARTNERS, OFFICES = ["zqcpartner.example", "zqadomain.example"], ["203.0.113.64/26", "198.51.100.160/27"]
SPOKEN = "zqaindustry"
"""What a block was written to say."""


def live(condition: object) -> object:
    return {"and": [{">": [{"var": "live.scroll"}, 0.5]}, condition]}


def shows(name: str, slot: str, when: object, **variant: object) -> dict[str, object]:
    return {"id": name, "slot": slot, "when": when, "variants": [{"id": "a", **variant}]}


def account(name: str) -> dict[str, object]:
    return {"var": f"account.{name}"}


SITE: dict[str, Any] = {
    "format": 1,
    "site": "shop",
    "origins": [ORIGIN],
    "timezone": "Asia/Tokyo",
    "consent": {"default": "denied"},
    "lists": {"zqlpartners": PARTNERS, "zqloffices": OFFICES},
    "audiences": {
        "zqpartners": {"when": {"in_list": [account("domain"), "zqlpartners"]}},
        "zqnear": {"when": {"in_cidr": [{"var": "request.ip"}, "zqloffices"]}},
    },
    "slots": {name: {} for name in ("hero", "guide", "note", "aside", "tail")},
    "experiences": [
        shows("one", "hero", {"==": [account("name"), "Zqaname Works"]}, text="For {{account.industry|you}}"),
        shows("two", "guide", live({"audience": "zqpartners"}), text="Partners"),
        shows("three", "guide", live({"in": [{"var": "live.clicked.x"}, [True]]}), text="Clicked"),
        shows("four", "note", {"<": [{"var": "live.seconds"}, account("employees")]}, text="Later"),
        shows("five", "aside", {"if": [{"==": [account("tier"), "zqatier"]}, live(True), False]}, text="Tier"),
        shows("six", "tail", {"or": [{"audience": "zqnear"}, {"in": ["zqaerp", account("technologies")]}]}, text="Near"),
    ],
}  # fmt: skip


def entries() -> set[str]:
    """Give everything that the list of companies and the lists of the document say."""
    cells = {cell for row in list(csv.reader(io.StringIO(ACCOUNTS)))[1:] for cell in row}
    parts = {part for cell in cells for part in cell.split(";")} | set(PARTNERS) | set(OFFICES)
    names = {*SITE["lists"], *SITE["audiences"], "71993", "71996"}
    return {entry for entry in parts | names if len(entry) > 3 and entry not in ("company", "JP")}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    folder = write_site(tmp_path / "shop", SITE)
    (folder / "accounts.csv").write_text(ACCOUNTS, "utf-8")
    (folder / "pages").mkdir()
    (folder / "pages" / "index.html").write_text("<!doctype html><title>x</title><!-- mitate -->", "utf-8")
    server = create_app([folder], Settings(data=None, secret=SECRET, reload=False))
    yield server
    server.record.close()
    server.sites.close()


ADDRESSES = ("203.0.113.70", "203.0.113.130", "198.51.100.161", "192.0.2.1")
AGREED = {"consent": {"personalization": True, "analytics": True}, "visitor": VISITOR}


def text_of(answer: httpx2.Response) -> str:
    """Give all of an answer: the line of its status, its headers, its body, and the body's escapes read."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.multi_items())
    body = answer.content.decode("utf-8", "replace")
    read = re.sub(r"\\u([0-9a-fA-F]{4})", lambda escape: chr(int(escape[1], 16)), body)
    return "\n".join([str(answer.status_code), head, body, read, html.unescape(body), unquote(body)])


def leaked(answer: httpx2.Response, spoken: frozenset[str] = frozenset()) -> set[str]:
    text = text_of(answer)
    return {entry for entry in entries() if entry.lower() in text.lower()} - spoken


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "said", [{}, AGREED, {**AGREED, "email": "x@zqbdomain.example"}], ids=["silent", "agreed", "mail"]
)
def test_an_answer_says_of_companies_only_what_a_block_was_written_to_say(
    server: Server, address: str, said: Mapping[str, Any]
) -> None:
    answer = decide(server, said, client=(address, 4711))
    known = address == "203.0.113.70" and "consent" in said
    assert answer.status_code in (200, 400)
    assert leaked(answer, frozenset({SPOKEN} if known else ())) == set()
    if known and "email" not in said:
        assert answer.json()["decisions"]["hero"]["text"] == f"For {SPOKEN}"
        assert answer.json()["decisions"]["tail"]["text"] == "Near"


@pytest.mark.parametrize(
    ("address", "waiting"),
    [
        # Who is of a partner's is told of two and five, and nobody of four: the page would have to know how many work there.
        ("203.0.113.70", ["two", "three", "five"]),
        ("203.0.113.130", ["three"]),
        ("192.0.2.1", ["three"]),
    ],
)
def test_a_page_is_told_what_to_wait_for_and_not_for_whom(server: Server, address: str, waiting: list[str]) -> None:
    answer = decide(server, AGREED, client=(address, 4711)).json()
    told = [residual["decisions"] for residual in answer.get("residuals", [])]
    assert [decision["experience"] for one in told for decision in one.values()] == waiting
    rules = {json.dumps(residual["when"]) for residual in answer["residuals"]}
    clicked, far = '{"==": [{"var": "live.clicked.x"}, true]}', '{">": [{"var": "live.scroll"}, 0.5]}'
    assert rules <= {far, f'{{"and": [{clicked}, {far}]}}'}


def test_before_consent_a_page_waits_for_nothing_that_asks_who_it_is(server: Server) -> None:
    answer = decide(server, {}, client=("203.0.113.70", 4711)).json()
    assert [list(residual["decisions"]) for residual in answer["residuals"]] == [["guide"]]
    assert answer["residuals"][0]["decisions"]["guide"]["experience"] == "three"


def test_everything_else_a_stranger_or_the_owner_can_ask_for_names_no_company(server: Server) -> None:
    paths = ["/", "/?lang=ja", "/mitate.js", "/openapi.json", "/health/live", "/health/ready", "/sample/shop/"]
    paths += ["/start/start.js", "/start/start.css", "/start/icon.svg", "/sample/shop/../accounts.csv", "/nowhere"]
    paths += ["/sample/shop/%2e%2e/accounts.csv", "/sample/shop/%2e%2e%2faccounts.csv", "/start/..%2f..%2faccounts.csv"]
    for path in paths:
        here = ask(server, "GET", path, client=("127.0.0.1", 4711), base="http://127.0.0.1:8000")
        for answer in (here, ask(server, "GET", path)):
            assert (path, leaked(answer)) == (path, set())
    table = json.dumps(server.sites["shop"].mitate.slot_table("", 300))
    assert [entry for entry in entries() if entry in table] == []


def test_what_is_kept_of_a_visitor_names_no_company_that_only_their_address_told(server: Server) -> None:
    decide(server, AGREED, client=("203.0.113.70", 4711))
    secret = {"authorization": f"Bearer {SECRET}"}
    for method in ("GET", "DELETE"):
        answer = ask(server, method, f"/v1/visitors/{VISITOR}?site=shop", headers=secret)
        assert leaked(answer) == set()


BAD: list[tuple[str, str, bytes]] = [
    ("POST", "/v1/decide", b"{"),
    ("POST", "/v1/decide", b'{"site":"other"}'),
    ("POST", "/v1/decide", b'{"site":"shop","visitor":5}'),
    ("GET", "/v1/decide", b""),
    ("POST", "/v1/decide", b'{"site":"shop","traits":{"account.domain":"zq"}}'),
    ("POST", "/v1/events", b'{"site":"shop","events":[{"type":"exposure","experience":"one"}]}'),
    ("POST", "/v1/events", b"[]"),
    ("GET", "/v1/visitors/x?site=shop", b""),
]


@pytest.mark.parametrize(("method", "path", "body"), BAD)
def test_errors_name_no_company(server: Server, method: str, path: str, body: bytes) -> None:
    for headers in ({"origin": ORIGIN}, {"origin": "https://evil.example"}, {}):
        answer = ask(server, method, path, headers=headers, content=body, client=("203.0.113.70", 4711))
        assert leaked(answer) == set()


def test_a_fault_while_deciding_names_no_company(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> object:
        raise RuntimeError("Zqaname Works at zqadomain.example")

    monkeypatch.setattr(type(server.sites["shop"].mitate), "decide", fail)
    answer = decide(server, {**AGREED, "page_view": PAGE_VIEW}, client=("203.0.113.70", 4711))
    assert leaked(answer) == set()


def test_the_companies_of_the_demonstration_stay_on_the_server() -> None:
    folder = Path(str(files("mitate_server.demo") / "sites" / "nagare"))
    server = create_app([folder], Settings(data=None, secret=SECRET, reload=False))
    rows = list(csv.DictReader((folder / "accounts.csv").read_text("utf-8").splitlines()))
    secrets = {
        row[column] for row in rows for column in ("name", "domain", "cidr", "revenue", "owner") if len(row[column]) > 2
    }
    network = next(row["cidr"] for row in rows if row["cidr"])
    site = server.sites[next(iter(server.sites))].mitate.site
    origin = next(iter(site.origins), ORIGIN).replace("*.", "www.")
    try:
        body = {"site": site.name, "url": f"{origin}/", **AGREED}
        for address in (network.split("/")[0].rsplit(".", 1)[0] + ".1", "192.0.2.1"):
            answer = decide(server, body, headers={"origin": origin}, client=(address, 4711))
            assert answer.status_code == 200
            assert [entry for entry in secrets if entry in text_of(answer)] == []
        assert [entry for entry in secrets if entry in text_of(ask(server, "GET", "/mitate.js"))] == []
    finally:
        server.record.close()
        server.sites.close()
