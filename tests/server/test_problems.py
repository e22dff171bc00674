"""The one error shape: every way a request can fail, in one table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from mitate_server.problems import KINDS, Problem

from .conftest import ORIGIN, SECRET, Start, ask

GOOD = json.dumps({"site": "shop"}).encode()
PAGE = {"origin": ORIGIN}

TABLE: list[tuple[str, str, str, Mapping[str, str], bytes, int, str, str]] = [
    # what is wrong, method, path, headers, body, status, kind, detail
    (
        "no JSON",
        "POST",
        "/v1/decide",
        PAGE,
        b"site=shop",
        400,
        "not-json",
        "JSON is malformed: invalid character (byte 0).",
    ),
    ("empty", "POST", "/v1/decide", PAGE, b"", 400, "not-json", "Input data was truncated."),
    ("not UTF-8", "POST", "/v1/decide", PAGE, b'{"site":"\xff"}', 400, "not-json", "The body is not UTF-8."),
    ("a list", "POST", "/v1/decide", PAGE, b"[]", 400, "not-json", "Expected `object`, got `array`."),
    ("no site", "POST", "/v1/decide", PAGE, b"{}", 400, "not-json", "Object missing required field `site`."),
    ("deep", "POST", "/v1/decide", PAGE, b'{"x":' + b"[" * 5000, 400, "not-json", "The body is nested too deep."),
    (
        "wrong type",
        "POST",
        "/v1/decide",
        PAGE,
        b'{"site":"shop","consent":{"a":1}}',
        400,
        "not-json",
        "Expected `bool`, got `int` - at `$.consent[...]`.",
    ),
    ("no events", "POST", "/v1/events", PAGE, GOOD, 400, "not-json", "Object missing required field `events`."),
    (
        "wrong event",
        "POST",
        "/v1/events",
        PAGE,
        b'{"site":"shop","events":[{"type":"x"}]}',
        400,
        "not-json",
        "Invalid enum value 'x' - at `$.events[0].type`.",
    ),
    (
        "wrong secret",
        "POST",
        "/v1/decide",
        {"authorization": "Bearer guess"},
        GOOD,
        401,
        "wrong-secret",
        "The Authorization header does not hold this server's secret.",
    ),
    (
        "wrong secret beside a good origin",
        "POST",
        "/v1/decide",
        {"authorization": "Bearer guess", **PAGE},
        GOOD,
        401,
        "wrong-secret",
        "The Authorization header does not hold this server's secret.",
    ),
    (
        "another scheme",
        "POST",
        "/v1/decide",
        {"authorization": f"Basic {SECRET}"},
        GOOD,
        401,
        "wrong-secret",
        "The Authorization header does not hold this server's secret.",
    ),
    (
        "no origin",
        "POST",
        "/v1/decide",
        {},
        GOOD,
        403,
        "origin-not-allowed",
        "The request has neither an Origin nor the site's secret.",
    ),
    (
        "null origin",
        "POST",
        "/v1/decide",
        {"origin": "null"},
        GOOD,
        403,
        "origin-not-allowed",
        "null is not among the origins of the site 'shop'.",
    ),
    (
        "foreign origin",
        "POST",
        "/v1/decide",
        {"origin": "https://evil.example"},
        GOOD,
        403,
        "origin-not-allowed",
        "https://evil.example is not among the origins of the site 'shop'.",
    ),
    (
        "another scheme of ours",
        "POST",
        "/v1/decide",
        {"origin": "http://shop.example"},
        GOOD,
        403,
        "origin-not-allowed",
        "http://shop.example is not among the origins of the site 'shop'.",
    ),
    (
        "the wildcard's own host",
        "POST",
        "/v1/decide",
        {"origin": "https://.club.example"},
        GOOD,
        403,
        "origin-not-allowed",
        "https://.club.example is not among the origins of the site 'shop'.",
    ),
    (
        "a longer host",
        "POST",
        "/v1/decide",
        {"origin": "https://shop.example.evil.example"},
        GOOD,
        403,
        "origin-not-allowed",
        "https://shop.example.evil.example is not among the origins of the site 'shop'.",
    ),
    (
        "our own name from afar",
        "POST",
        "/v1/decide",
        {"origin": "http://edge.example"},
        GOOD,
        403,
        "origin-not-allowed",
        "http://edge.example is not among the origins of the site 'shop'.",
    ),
    (
        "foreign events",
        "POST",
        "/v1/events",
        {"origin": "https://evil.example"},
        b'{"site":"shop","events":[]}',
        403,
        "origin-not-allowed",
        "https://evil.example is not among the origins of the site 'shop'.",
    ),
    (
        "foreign preflight",
        "OPTIONS",
        "/v1/decide",
        {"origin": "https://evil.example"},
        b"",
        403,
        "origin-not-allowed",
        "No site here allows this origin.",
    ),
    (
        "unknown site",
        "POST",
        "/v1/decide",
        PAGE,
        b'{"site":"shoop"}',
        404,
        "unknown-site",
        "No site 'shoop' is served here.",
    ),
    ("nothing there", "GET", "/v2/decide", {}, b"", 404, "not-found", "There is nothing at /v2/decide."),
    (
        "a stale script",
        "GET",
        "/mitate.0000000000000000.js",
        {},
        b"",
        404,
        "not-found",
        "There is nothing at /mitate.0000000000000000.js.",
    ),
    ("GET", "GET", "/v1/decide", PAGE, b"", 405, "method-not-allowed", "GET is not answered here."),
    ("DELETE", "DELETE", "/v1/events", PAGE, b"", 405, "method-not-allowed", "DELETE is not answered here."),
    ("POST to a page", "POST", "/health/live", {}, b"", 405, "method-not-allowed", "POST is not answered here."),
    (
        "too large",
        "POST",
        "/v1/decide",
        PAGE,
        b'{"site":"' + b"x" * 70_000 + b'"}',
        413,
        "too-large",
        "At most 65,536 bytes are read.",
    ),
]


@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_every_failure_has_the_one_shape(
    start: Start, row: tuple[str, str, str, Mapping[str, str], bytes, int, str, str]
) -> None:
    _, method, path, headers, content, status, kind, detail = row
    answer = ask(start(), method, path, headers=headers, content=content)
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["type"], body["detail"]) == (status, f"about:blank#{kind}", detail)
    assert (body["status"], body["title"]) == (status, KINDS[kind].title)
    assert set(body) <= {"type", "title", "status", "detail", "hint", "errors"}
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    # Only a page of the site may read what went wrong, and never with credentials.
    assert answer.headers.get("access-control-allow-origin") == (ORIGIN if PAGE.items() <= headers.items() else None)
    assert "access-control-allow-credentials" not in answer.headers


def test_what_may_be_done_is_said_in_headers(start: Start) -> None:
    assert ask(start(), "GET", "/v1/decide").headers["allow"] == "POST, OPTIONS"
    assert (
        ask(start(), "POST", "/v1/decide", headers={"authorization": "x"}, content=GOOD).headers["www-authenticate"]
        == "Bearer"
    )


def test_a_rate_is_refused_with_the_time_to_wait(start: Start) -> None:
    server = start(rate=0.1, burst=2)
    answers = [ask(server, "POST", "/v1/decide", headers=PAGE, content=GOOD) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "10"
    assert answers[2].json()["type"] == "about:blank#too-many-requests"
    assert answers[2].headers["access-control-allow-origin"] == ORIGIN
    someone_else = ask(server, "POST", "/v1/decide", headers=PAGE, content=GOOD, client=("198.51.100.10", 1))
    assert someone_else.status_code == 200


def test_a_hint_is_given_where_there_is_one(start: Start) -> None:
    answer = ask(start(secret=""), "POST", "/v1/decide", headers={"authorization": "Bearer x"}, content=GOOD)
    assert answer.json()["hint"] == "This server has none: set MITATE_SECRET."


def test_errors_are_listed_where_there_are_some() -> None:
    assert Problem("fault", "It broke.", errors=[{"line": 1}]).body() == {
        "type": "about:blank#fault",
        "title": "A fault in the server",
        "status": 500,
        "detail": "It broke.",
        "errors": [{"line": 1}],
    }
