"""``/v1/events``: accepted means committed."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from mitate_server.app import Server

from .conftest import ORIGIN, PAGE_VIEW, VISITOR, ask

AGREED = {"personalization": True, "analytics": True}


def record(server: Server, events: list[dict[str, Any]], **more: Any) -> httpx2.Response:
    said = {"site": "shop", "visitor": VISITOR, "page_view": PAGE_VIEW, "consent": AGREED, "events": events, **more}
    return ask(server, "POST", "/v1/events", headers={"origin": ORIGIN}, content=json.dumps(said).encode())


def track(number: int) -> dict[str, Any]:
    return {"id": f"event-{number:016d}", "type": "track", "name": "purchase", "value": 8900, "ago": 0}


def stored(server: Server) -> list[tuple[str, str]]:
    events: Any = server.sites["shop"].mitate.export(VISITOR)["events"]
    return [(event["id"], event["name"]) for event in events]


def test_events_are_stored_before_they_are_accepted(server: Server) -> None:
    answer = record(server, [track(1), track(2)])
    assert (answer.status_code, answer.json()) == (202, {"accepted": 2})
    assert stored(server) == [("event-0000000000000001", "purchase"), ("event-0000000000000002", "purchase")]
    assert server.sites["shop"].recorded == 2
    assert answer.headers["access-control-allow-origin"] == ORIGIN


def test_an_event_that_comes_twice_is_stored_once(server: Server) -> None:
    assert [record(server, [track(1)]).status_code for _ in range(2)] == [202, 202]
    assert stored(server) == [("event-0000000000000001", "purchase")]


@pytest.mark.parametrize("more", [{"consent": None}, {"consent": {"analytics": False}}, {"gpc": True, "consent": None}])
def test_without_consent_nothing_is_stored_and_the_page_need_not_know(server: Server, more: dict[str, Any]) -> None:
    answer = record(server, [track(1)], **more)
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1})
    assert stored(server) == []


def test_an_empty_batch_is_accepted(server: Server) -> None:
    assert record(server, []).json() == {"accepted": 0}


def test_a_batch_has_a_limit(server: Server) -> None:
    event = {"type": "visit", "seconds": 1}
    assert record(server, [event] * 200).status_code == 202
    assert record(server, [event] * 201).json()["detail"] == "Expected `array` of length <= 200 - at `$.events`."


def test_events_that_could_not_be_stored_are_not_accepted(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError("no space left on device")

    monkeypatch.setattr("mitate.Mitate.record", full)
    answer = record(server, [track(1)])
    assert (answer.status_code, answer.json()["type"]) == (500, "about:blank#fault")
    assert "space" not in answer.text
    assert sum(server.sites["shop"].faults.values()) == 1
