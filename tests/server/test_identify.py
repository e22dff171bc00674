"""Who is logged in, as the site's backend signed it: believed from a page's hands; anything else changes nothing."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx2
import jwt
import pytest

from mitate import sign_identity
from mitate.tokens import sign_preview
from mitate_server.app import Server

from .conftest import ORIGIN, PAGE_VIEW, SECRET, VISITOR, Start, ask, decide

AGREED = {"consent": {"personalization": True, "analytics": True}, "visitor": VISITOR}
PRO = {"user.plan": "pro"}
HERE: dict[str, Any] = {"client": ("127.0.0.1", 4711), "base": "http://127.0.0.1:8000"}


def signed(**changes: Any) -> str:
    said: dict[str, Any] = {"secret": SECRET, "traits": PRO, **changes}
    return sign_identity("shop", "u-1", **said)


def hero(answer: httpx2.Response) -> str:
    assert answer.status_code == 200
    return str(answer.json()["decisions"]["hero"].get("variant"))


def test_a_page_passes_on_what_the_backend_signed(server: Server) -> None:
    assert hero(decide(server, {**AGREED, "token": signed()})) == "pro"
    assert server.sites["shop"].distrusted == {}


def test_what_the_page_says_itself_stays_unbelieved_beside_a_token(server: Server) -> None:
    said = {**AGREED, "token": signed(traits={"user.plan": "free"}), "traits": PRO, "user_id": "u-2"}
    assert hero(decide(server, said)) == "None"
    assert server.sites["shop"].unbelieved == {"traits": 1, "user_id": 1}


def test_what_a_backend_itself_says_counts_more_than_a_token(server: Server) -> None:
    secret = {"authorization": f"Bearer {SECRET}"}
    said = {**AGREED, "token": signed(), "traits": {"user.plan": "free"}}
    assert hero(decide(server, said, headers=secret)) == "None"
    assert hero(decide(server, {**AGREED, "token": signed()}, headers=secret)) == "pro"


def test_a_trait_of_another_form_than_declared_is_unknown(server: Server) -> None:
    assert hero(decide(server, {**AGREED, "token": signed(traits={"user.plan": ["pro"]})})) == "None"
    assert server.sites["shop"].mitate.misfits == {"user.plan": 1}


def test_without_consent_a_token_uses_nothing_of_a_person(server: Server) -> None:
    assert decide(server, {"token": signed()}).json()["decisions"]["hero"]["reason"] == "CONSENT"


def test_a_visitor_without_an_id_is_split_by_who_they_are(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    mitate = server.sites["shop"].mitate
    real = type(mitate).decide

    def watched(self: Any, visitor: Any, **more: Any) -> Any:
        seen.append(visitor)
        return real(self, visitor, **more)

    monkeypatch.setattr(type(mitate), "decide", watched)
    decide(server, {"token": signed(email="u@shop.example")})
    assert [(one.user_id, one.email, one.traits) for one in seen] == [("u-1", "u@shop.example", PRO)]


def expired() -> str:
    return signed(now=time.time() - 4000)


BAD: dict[str, Callable[[], str]] = {
    "expired": expired,
    "wrong-signature": lambda: signed(secret="y" * 40),
    "wrong-audience": lambda: sign_identity("other", "u-1", secret=SECRET, traits=PRO),
    "wrong-algorithm": lambda: jwt.encode({"aud": "shop", "sub": "u", "exp": time.time() + 60}, SECRET * 2, "HS512"),
    "not-a-token": lambda: "not.a.token",
    "too-long": lambda: "x" * 5000,
    "too-lasting": lambda: jwt.encode({"aud": "shop", "sub": "u", "exp": time.time() + 900_000, "traits": PRO}, SECRET),
    "bad-claim": lambda: jwt.encode({"aud": "shop", "exp": time.time() + 60, "traits": PRO}, SECRET),
}


@pytest.mark.parametrize("reason", BAD)
def test_a_token_that_is_not_to_be_believed_changes_nothing(
    server: Server, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    bare = decide(server, AGREED).json()
    token = BAD[reason]()
    with caplog.at_level(logging.WARNING, logger="mitate"):
        answers = [decide(server, {**AGREED, "token": token}).json() for _ in range(3)]
    assert answers == [bare] * 3
    assert {name: one.count for name, one in server.sites["shop"].distrusted.items()} == {reason: 3}
    assert len([one for one in caplog.records if "token is ignored" in one.getMessage()]) == 1
    assert token not in caplog.text


def test_a_server_without_a_secret_believes_no_token(start: Start) -> None:
    server = start(secret="")
    assert hero(decide(server, {**AGREED, "token": signed()})) == "None"
    assert list(server.sites["shop"].distrusted) == ["no-secret"]


def test_the_start_page_tells_which_tokens_were_ignored(server: Server) -> None:
    decide(server, {"token": expired()})
    decide(server, {"token": expired()})
    page = ask(server, "GET", "/", **HERE).text
    assert "<li>it has expired × 2</li>" in page
    assert "<li>有効期限が切れています × 2</li>" in ask(server, "GET", "/?lang=ja", **HERE).text


# -- events --------------------------------------------------------------------------------------

TRACKED = {"type": "track", "name": "sign-up"}


def record(server: Server, said: Mapping[str, Any]) -> httpx2.Response:
    body = {"site": "shop", "page_view": PAGE_VIEW, "events": [TRACKED], **AGREED, **said}
    return ask(server, "POST", "/v1/events", headers={"origin": ORIGIN}, content=json.dumps(body).encode())


def test_events_are_accepted_with_a_token_good_or_bad(server: Server) -> None:
    for token, ignored in ((signed(), []), (expired(), ["expired"])):
        answer = record(server, {"token": token})
        assert (answer.status_code, answer.json()) == (202, {"accepted": 1})
        assert list(server.sites["shop"].distrusted) == ignored
    assert len(list(server.sites["shop"].mitate.events.read(visitor=VISITOR))) == 2


@pytest.mark.parametrize("age", [0, 4000])
def test_events_of_a_preview_are_dropped_also_when_it_has_expired(server: Server, age: int) -> None:
    token = sign_preview("shop", secret=SECRET, now=time.time() - age)
    answer = record(server, {"token": token})
    assert (answer.status_code, answer.json()) == (202, {"accepted": 0, "ignored": "preview"})
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    served = server.sites["shop"]
    assert (list(served.mitate.events.read(visitor=VISITOR)), served.recorded, served.distrusted) == ([], 0, {})
    assert served.mitate.export(VISITOR)["profile"] is None


def test_a_made_up_preview_drops_no_events(server: Server) -> None:
    assert record(server, {"token": sign_preview("shop", secret="y" * 40)}).json() == {"accepted": 1}
