"""What a page says is made harmless before anything keeps it or says it again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mitate_server.app import Server
from mitate_server.decide import Ask, decode_ask
from mitate_server.problems import Problem
from mitate_server.said import read_json, shorten

from .conftest import ORIGIN, PAGE_VIEW, VISITOR, Start, ask, decide

AGREED = {"personalization": True, "analytics": True}


def read(body: str) -> Ask:
    return read_json(decode_ask, body.encode())


@pytest.mark.parametrize(
    ("said", "title"),
    [
        (r"Shoes \ud83d", "Shoes \ufffd"),
        (r"\udc5f Shoes", "\ufffd Shoes"),
        (r"\ud83d\ud83d\udc5f", "\ufffd\U0001f45f"),
        (r"\uD83D\uDC5F\uDEAD", "\U0001f45f\ufffd"),
        # An escaped backslash before letters that look like an escape: nothing to mend in it.
        (r"\\ud83d \ud83d", "\\ud83d \ufffd"),
        (r"\\\ud83d\n", "\\\ufffd\n"),
    ],
)
def test_half_a_character_is_read_as_browsers_show_it(said: str, title: str) -> None:
    assert read(f'{{"site":"shop","title":"{said}"}}').title == title


def test_what_is_broken_otherwise_stays_refused() -> None:
    with pytest.raises(Problem, match="JSON is malformed"):
        read(r'{"site":"shop","title":"\ud83d",}')


def shortened(**said: Any) -> Ask:
    body = json.dumps({"site": "shop", **said}).encode()
    words = decode_ask(body)
    shorten(words, len(body))
    return words


@pytest.mark.parametrize(
    ("name", "length"), [("url", 2048), ("referrer", 2048), ("title", 512), ("zone", 512), ("language", 512)]
)
def test_only_the_beginning_of_a_long_text_is_read(name: str, length: int) -> None:
    assert getattr(shortened(**{name: "x" * length}), name) == "x" * length
    assert getattr(shortened(**{name: "x" * (length + 1)}), name) == "x" * length


@pytest.mark.parametrize(
    ("page_view", "kept"),
    [("x" * 8, True), ("x" * 64, True), ("x" * 7, False), ("x" * 65, False), ("", False), ("12345678\n", False)],
)
def test_a_page_views_id_has_its_form_or_is_none(page_view: str, kept: bool) -> None:
    assert shortened(page_view=page_view).page_view == (page_view if kept else None)


@pytest.mark.parametrize(("screen", "kept"), [(0, False), (1, True), (99_999, True), (100_000, False), (-1, False)])
def test_a_screen_has_a_size_that_screens_have(screen: int, kept: bool) -> None:
    assert shortened(screen=screen).screen == (screen if kept else None)


def test_nothing_long_is_remembered_or_said_again(server: Server) -> None:
    long = "x" * 20_000
    said = {"visitor": VISITOR, "consent": AGREED, "page_view": PAGE_VIEW, "url": f"{ORIGIN}/{long}", "title": long}
    assert decide(server, said).status_code == 200
    assert len(decide(server, {"page_view": long}).content) < 1000
    for name, value in (("page_view", long), ("visitor", long)):
        events = [{"type": "track", "name": "n", "props": {"p": long}} for _ in range(2)]
        body = {"site": "shop", "visitor": VISITOR, "consent": AGREED, "events": events, name: value}
        assert (
            ask(server, "POST", "/v1/events", headers={"origin": ORIGIN}, content=json.dumps(body).encode()).status_code
            == 202
        )
    kept = json.dumps(server.sites["shop"].mitate.export(VISITOR))
    assert "x" * 2000 in kept  # where the visit began
    assert "x" * 2049 not in kept
    assert len(kept) < 10_000


def test_a_long_header_is_read_in_part(start: Start) -> None:
    server = start()
    seen: list[Any] = []
    mitate = server.sites["shop"].mitate
    decide_as_usual = mitate.decide

    def watch(visitor: Any) -> Any:
        seen.append(visitor)
        return decide_as_usual(visitor)

    mitate.decide = watch  # type: ignore[method-assign, assignment]
    decide(server, headers={"user-agent": "x" * 9000, "accept-language": "y" * 9000})
    assert (seen[0].user_agent, seen[0].headers["accept-language"]) == ("x" * 512, "y" * 512)
