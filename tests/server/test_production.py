"""What a server in production gives away and what it keeps: no company, no address, nothing without consent, no demo."""

from __future__ import annotations

import ipaddress
import json
import secrets
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

from mitate_server.app import Server, create_app
from mitate_server.demo.presets import Preset, presets
from mitate_server.demo.sessions import SITES, company_list
from mitate_server.settings import Settings
from mitate_server.snippet import tag

from .conftest import ORIGIN, PAGE_VIEW, PHONE, SITE, VISITOR, ask, write_site

SHIPPED = Path(str(files("mitate_server.demo") / "sites"))
AGREED = {"personalization": True, "analytics": True}
PROXY = ("10.0.0.5", 4711)
"""Trusted in these tests."""
LOCAL = ("127.0.0.1", 4711)
OWN_PAGE = {"origin": "http://127.0.0.1:8000"}


@contextmanager
def serving(*folders: Path, data: Path | None = None) -> Generator[Server]:
    trusted = (ipaddress.ip_network("10.0.0.0/8"),)
    settings = Settings(data=data, reload=False, trusted_proxies=trusted, rate=0.0)
    server = create_app(folders, settings)
    try:
        yield server
    finally:
        server.record.close()
        server.sites.close()


def post(server: Server, path: str, body: Mapping[str, Any], *, ip: str, **headers: str) -> httpx2.Response:
    return ask(
        server,
        "POST",
        path,
        headers={"origin": ORIGIN, "x-forwarded-for": ip, **headers},
        content=json.dumps(body).encode(),
        client=PROXY,
    )


# -- companies -------------------------------------------------------------------------------------------

COMPANIES = company_list(SHIPPED / "nagare")
PLACES = [str(next(ipaddress.ip_network(one["cidr"]).hosts())) for one in COMPANIES]
PAGES = ("", "pricing", "cases", "security", "guide", "contact", "nowhere")


@pytest.fixture(scope="module")
def nagare(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """The software company's site as its owner would serve it."""
    folder = tmp_path_factory.mktemp("nagare")
    for file in (SHIPPED / "nagare").rglob("*"):
        if file.is_file():
            target = folder / file.relative_to(SHIPPED / "nagare")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    document = json.loads((folder / "site.json").read_text("utf-8"))
    (folder / "site.json").write_text(json.dumps({**document, "origins": [ORIGIN]}), "utf-8")
    with serving(folder) as server:
        yield server


def given_away(text: str) -> set[str]:
    """Give what of the company list is in a text."""
    words = {
        word
        for company in COMPANIES
        for column in ("name", "domain", "owner", "cidr", "revenue", "technologies")
        for word in (company[column], json.dumps(company[column])[1:-1], company[column].partition("/")[0])
    }
    return {word for word in words if len(word) > 1 and word in text}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("consent", [AGREED, {"personalization": False}, None], ids=["agreed", "refused", "unasked"])
def test_no_answer_names_a_company_a_network_or_who_looks_after_it(
    nagare: Server, place: str, consent: dict[str, bool] | None
) -> None:
    seen: set[str | None] = set()
    for page in PAGES:
        for visitor in (VISITOR, "another-visitor-000001", secrets.token_urlsafe(16), None):
            said = {"site": "nagare", "url": f"{ORIGIN}/{page}", "consent": consent, "visitor": visitor, "table": "old"}
            answer = post(nagare, "/v1/decide", {**said, "page_view": PAGE_VIEW}, ip=place)
            assert given_away(answer.text) == set()
            seen |= {decision.get("variant") for decision in answer.json()["decisions"].values()}
    assert (seen != {None}) is (consent is AGREED and place not in PLACES[4:])


def test_nothing_else_that_is_public_names_a_company(nagare: Server) -> None:
    mitate = nagare.sites["nagare"].mitate
    assert given_away(tag(mitate.slot_table("https://edge.example"))) == set()
    for path in (
        "/mitate.js",
        "/health/ready",
        "/openapi.json",
        "/",
        "/v1/decide",
        "/v1/visitors/x",
        "/sample/nagare/",
    ):
        assert given_away(ask(nagare, "GET", path).text) == set()
    for body in ({"site": "nagare", "consent": 1}, {"site": "nagare", "events": [{"type": "x"}]}, {"site": "x"}):
        assert given_away(post(nagare, "/v1/events", body, ip=PLACES[0]).text) == set()


# -- the demonstration -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def both() -> Generator[Server]:
    """The demonstration's own folders in production."""
    with serving(SHIPPED / "shoes", SHIPPED / "nagare") as server:
        yield server


@pytest.mark.parametrize(
    "path",
    [
        "/demo",
        "/demo/shoes",
        "/demo/nagare",
        "/shoes/",
        "/nagare/",
        "/demo/assets/bar.js",
        f"/demo/s/{'t' * 22}/visitor?site=shoes",
        f"/demo/s/{'t' * 22}/v1/decide",
        f"/demo/s/{'t' * 22}/mitate.js",
    ],
)
def test_production_has_no_address_of_the_demonstration(both: Server, path: str) -> None:
    for method in ("GET", "PUT", "POST"):
        assert ask(both, method, path, headers=OWN_PAGE, content=b"{}", client=LOCAL).status_code == 404


def decided(server: Server, said: Mapping[str, Any], query: str = "", **headers: str) -> Any:
    answer = ask(
        server,
        "POST",
        f"/v1/decide{query}",
        headers={**OWN_PAGE, **headers},
        content=json.dumps(said).encode(),
        client=LOCAL,
        base="http://127.0.0.1:8000",
    )
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.parametrize(
    ("site", "preset"), [pytest.param(site, one, id=f"{site}-{one.id}") for site in SITES for one in presets()[site]]
)
def test_production_believes_no_page_that_says_who_visits(both: Server, site: str, preset: Preset) -> None:
    url = f"http://127.0.0.1:8000/{site}/"
    said = {"site": site, "page_view": PAGE_VIEW, "url": url}
    imagined: dict[str, Any] = msgspec.to_builtins(preset.visitor)
    expected = decided(both, said)
    for parameters in (
        {"imagined": imagined, "preset": preset.id},
        {name: value for name, value in imagined.items() if name not in ("consent", "language")},
        {"facts": {"visits.count": 9}, "now": 1, "time": "03:00", "group": "treatment", "profile": {"visits.count": 9}},
    ):
        assert decided(both, {**parameters, **said}) == expected
    assert decided(both, said, f"?preset={preset.id}&visitor={'t' * 22}&group=treatment&now=1") == expected
    assert decided(both, said, referer=f"{url}?visitor={'t' * 22}&preset={preset.id}") == expected


# -- what is kept ----------------------------------------------------------------------------------------

ADDRESS = "203.0.113.77"
"""In the network that the small site's experience `here` asks about."""
TRACES = {"address": ADDRESS, "agent": "iPhone", "title": "A-title-to-remember", "query": "words-searched-for"}


def kept(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def visit(server: Server, consent: dict[str, bool] | None, **headers: str) -> None:
    """Ask, and report everything that can be reported."""
    page = {
        "site": "shop",
        "page_view": PAGE_VIEW,
        "visitor": VISITOR,
        "url": f"{ORIGIN}/landing?q=words-searched-for&utm_source=letter",
        "title": TRACES["title"],
        "consent": consent,
    }
    assert post(server, "/v1/decide", page, ip=ADDRESS, **headers).json()["decisions"]["note"]["variant"] == "near"
    events = [
        {"type": "exposure", "slot": "hero", "experience": "letter", "variant": "hello", "reason": "TARGETING_MATCH"},
        {"type": "track", "name": "tracked-event", "props": {"p": "q"}},
        {"type": "visit", "seconds": 5},
    ]
    batch = {"site": "shop", "visitor": VISITOR, "page_view": PAGE_VIEW, "consent": consent, "events": events}
    assert post(server, "/v1/events", batch, ip=ADDRESS, **headers).status_code == 202


@pytest.mark.parametrize(
    ("default", "consent", "headers"),
    [
        ("denied", None, {}),
        ("denied", {}, {}),
        ("denied", {"personalization": False, "analytics": False}, {}),
        ("granted", {"personalization": False, "analytics": False}, {}),
        ("granted", {"marketing": True}, {}),
        ("granted", None, {"sec-gpc": "1"}),
        ("granted", AGREED, {"user-agent": "Googlebot/2.1 (+http://www.google.com/bot.html) iPhone"}),
    ],
)
def test_without_consent_not_a_byte_is_kept(
    tmp_path: Path, default: str, consent: dict[str, bool] | None, headers: dict[str, str]
) -> None:
    site = json.loads(json.dumps(SITE))
    site["consent"] = {"default": default}
    if "user-agent" in headers:
        site["experiences"][2]["when"] = True
    folder = write_site(tmp_path / "shop", site)
    with serving(folder, data=tmp_path / "data"):
        pass
    before = kept(tmp_path / "data")
    with serving(folder, data=tmp_path / "data") as server:
        if "user-agent" in headers:
            post(server, "/v1/decide", {"site": "shop", "visitor": VISITOR, "consent": consent}, ip=ADDRESS, **headers)
            batch = {
                "site": "shop",
                "visitor": VISITOR,
                "consent": consent,
                "events": [{"type": "visit", "seconds": 5}],
            }
            post(server, "/v1/events", batch, ip=ADDRESS, **headers)
        else:
            visit(server, consent, **headers)
    assert kept(tmp_path / "data") == before


def test_with_consent_neither_address_nor_browser_nor_words_are_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with serving(write_site(tmp_path / "shop"), data=tmp_path / "data") as server:
        visit(server, AGREED)
    everything = kept(tmp_path / "data")
    assert VISITOR.encode() in everything
    assert b"tracked-event" in everything
    assert b"/landing" in everything
    packed = ipaddress.ip_address(ADDRESS).packed
    found = {name for name, trace in TRACES.items() if trace.encode() in everything}
    assert (found, packed in everything, PHONE.encode() in everything) == (set(), False, False)
    assert ADDRESS not in caplog.text
    assert VISITOR not in caplog.text
