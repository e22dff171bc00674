"""Everything stored about a visitor is shown and erased on a backend's word, and on nobody else's."""

from __future__ import annotations

import pytest

from mitate_server.app import Server

from .conftest import ORIGIN, PAGE_VIEW, SECRET, VISITOR, ask, decide

ALLOWED = {"personalization": True, "analytics": True}
PATH = f"/v1/visitors/{VISITOR}"


def test_a_backend_sees_everything_and_erases_it(server: Server) -> None:
    assert decide(server, {"visitor": VISITOR, "consent": ALLOWED}).status_code == 200
    shown = ask(server, "GET", PATH, headers={"authorization": f"Bearer {SECRET}"})
    assert shown.status_code == 200
    profile = shown.json()["sites"]["shop"]["profile"]
    assert profile["visits.count"] == 1
    assert profile["visit.page_view"] == PAGE_VIEW
    erased = ask(server, "DELETE", PATH, headers={"authorization": f"Bearer {SECRET}"})
    assert erased.json() == {"visitor": VISITOR, "erased_events": {"shop": 0}}
    after = ask(server, "GET", PATH, headers={"authorization": f"Bearer {SECRET}"})
    assert after.json()["sites"]["shop"] == {"visitor": VISITOR, "profile": None, "events": []}


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (PATH, {}, 403),
        (PATH, {"origin": ORIGIN}, 403),
        (PATH, {"authorization": "Bearer wrong"}, 401),
        ("/v1/visitors/short", {"authorization": f"Bearer {SECRET}"}, 404),
    ],
)
def test_nobody_else_sees_anything(server: Server, path: str, headers: dict[str, str], status: int) -> None:
    for method in ("GET", "DELETE"):
        answer = ask(server, method, path, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_another_method_is_refused(server: Server) -> None:
    assert ask(server, "POST", PATH, headers={"authorization": f"Bearer {SECRET}"}).status_code == 405
