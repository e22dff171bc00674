"""A small site, a server over it, and a way to ask it without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from mitate_server.app import Server, create_app
from mitate_server.settings import Settings

ORIGIN = "https://shop.example"
SECRET = "the-secret-of-these-tests-is-long-enough"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/26.0 Mobile/15E148 Safari/604.1"
)
PAGE_VIEW = "pageview-0000000000001"
VISITOR = "visitor-00000000000001"

SITE: dict[str, Any] = {
    "format": 1,
    "site": "shop",
    "origins": [ORIGIN, "https://*.club.example"],
    "timezone": "Asia/Tokyo",
    "consent": {"default": "denied"},
    "slots": {"hero": {"reserve": "10rem"}, "note": {"selector": "#note", "reserve": "2rem"}},
    "experiences": [
        {
            "id": "pro",
            "slot": "hero",
            "when": {"==": [{"var": "user.plan"}, "pro"]},
            "variants": [{"id": "pro", "text": "For the plan"}],
        },
        {
            "id": "letter",
            "slot": "hero",
            "when": {"==": [{"var": "campaign.source"}, "letter"]},
            "variants": [{"id": "hello", "block": "blocks/hello.html"}],
        },
        {
            "id": "here",
            "slot": "note",
            "when": {"in_cidr": [{"var": "request.ip"}, "203.0.113.0/24"]},
            "variants": [{"id": "near", "text": "You are near"}],
        },
    ],
}
"""`letter` reads the page's address, `here` the visitor's, `pro` what only a backend may say."""


def write_site(folder: Path, site: Mapping[str, Any] = SITE) -> Path:
    """Write a site's folder; give it."""
    (folder / "blocks").mkdir(parents=True, exist_ok=True)
    (folder / "blocks" / "hello.html").write_text("<h1>Hello, reader</h1>\n", "utf-8")
    (folder / "site.json").write_text(json.dumps(site, indent=2), "utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the small site."""
    return write_site(tmp_path / "shop")


Start = Callable[..., Server]


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    """Start servers over the small site, in memory; they are closed at the end."""
    started: list[Server] = []

    def start(**changes: Any) -> Server:
        changes = {"data": None, "secret": SECRET, "reload": False, **changes}
        started.append(create_app([folder], Settings(**changes)))
        return started[-1]

    yield start
    for server in started:
        server.record.close()
        server.sites.close()


@pytest.fixture
def server(start: Start) -> Server:
    """A server with the usual settings."""
    return start()


def ask(
    server: Server,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    client: tuple[str, int] = ("198.51.100.9", 4711),
    base: str = "http://edge.example",
) -> httpx2.Response:
    """Send one request; give the answer. `client` is who connects, `base` how they call the server."""

    async def send() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=server, client=client)
        async with httpx2.AsyncClient(transport=transport, base_url=base) as http:
            return await http.request(method, path, headers={"user-agent": PHONE, **(headers or {})}, content=content)

    return asyncio.run(send())


def decide(
    server: Server, body: Mapping[str, Any] | None = None, *, headers: Mapping[str, str] | None = None, **more: Any
) -> httpx2.Response:
    """Ask as a page of the shop does, unless told otherwise."""
    said = {"site": "shop", "page_view": PAGE_VIEW, "url": f"{ORIGIN}/", **(body or {})}
    return ask(
        server,
        "POST",
        more.pop("path", "/v1/decide"),
        headers={"origin": ORIGIN, "content-type": "text/plain", **(headers or {})},
        content=json.dumps(said).encode(),
        **more,
    )
