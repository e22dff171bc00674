"""The door: what of a request becomes a visitor, and what doesn't get through."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate.visitor import TEXT_LENGTH, URL_LENGTH, Visitor, identifier, text

SAID: dict[str, object] = {
    "site": "shoes",
    "visitor": "AbCdEfGhIjKlMnOpQrStU-",
    "page_view": "0123456789abcdefghij_-",
    "url": "https://shoes.example/",
    "referrer": "https://search.example/",
    "title": "靴",
    "zone": "Asia/Tokyo",
    "language": "ja-JP",
    "touch": True,
    "screen": 390,
    "consent": {"personalization": True, "analytics": False},
    "gpc": True,
}
HEADERS = {
    "User-Agent": "UA/1",
    "Sec-CH-UA": '"x";v="1"',
    "Accept-Language": "ja",
    "Sec-GPC": "1",
    "Cookie": "session=secret",
    "Authorization": "Bearer secret",
    "Referer": "https://search.example/header",
}


def test_what_a_page_said_becomes_a_visitor() -> None:
    visitor = Visitor.from_request(HEADERS, ip="192.0.2.1", said=SAID)
    assert visitor == Visitor(
        id="AbCdEfGhIjKlMnOpQrStU-",
        page_view="0123456789abcdefghij_-",
        ip="192.0.2.1",
        user_agent="UA/1",
        headers={
            "user-agent": "UA/1",
            "sec-ch-ua": '"x";v="1"',
            "accept-language": "ja",
            "sec-gpc": "1",
            "referer": "https://search.example/header",
        },
        url="https://shoes.example/",
        referrer="https://search.example/",
        title="靴",
        zone="Asia/Tokyo",
        language="ja-JP",
        touch=True,
        screen_width=390,
        consent={"personalization": True, "analytics": False},
        gpc=True,
    )


def test_a_request_for_the_page_itself_carries_its_own_address_and_referrer() -> None:
    pairs = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
    visitor = Visitor.from_request(pairs, ip="192.0.2.1", url="https://shoes.example/a")
    assert (visitor.url, visitor.referrer, visitor.user_agent) == (
        "https://shoes.example/a",
        "https://search.example/header",
        "UA/1",
    )
    assert (visitor.id, visitor.consent, visitor.gpc) == (None, None, None)


def test_secrets_in_headers_stay_outside() -> None:
    assert {"cookie", "authorization"}.isdisjoint(Visitor.from_request(HEADERS).headers)


def test_a_browser_can_say_nothing_that_only_a_backend_may() -> None:
    said = {
        **SAID,
        "user_id": "1",
        "email": "a@aoba.example",
        "traits": {"user.plan": "pro"},
        "channel": "store",
        "ip": "8.8.8.8",
    }
    visitor = Visitor.from_request(said=said)
    assert (visitor.user_id, visitor.email, visitor.traits, visitor.channel, visitor.ip) == (
        None,
        None,
        {},
        "web",
        None,
    )


JUNK: list[object] = [
    None,
    1,
    1.5,
    True,
    [],
    {},
    ["x"],
    {"a": 1},
    "",
    " ",
    "\x00",
    "x" * 100_000,
    "<script>alert(1)</script>",
    "\ud800",
]


@pytest.mark.parametrize("junk", JUNK)
def test_junk_in_any_field_is_harmless(junk: object) -> None:
    for field in SAID:
        visitor = Visitor.from_request(said={**SAID, field: junk})
        for name in ("id", "page_view", "url", "referrer", "title", "zone", "language"):
            value = getattr(visitor, name)
            assert value is None or (isinstance(value, str) and len(value) <= URL_LENGTH and "\x00" not in value)
        assert visitor.touch in (None, True, False)
        assert visitor.screen_width is None or visitor.screen_width > 0
        msgspec.json.encode(visitor)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a" * 7, None),
        ("a" * 8, "a" * 8),
        ("a" * 64, "a" * 64),
        ("a" * 65, None),
        ("a b c d e f", None),
        ("aaaaaaaa\n", None),
        (12345678, None),
        ("ａａａａａａａａ", None),
    ],
)
def test_ids_are_8_to_64_plain_characters(value: object, expected: str | None) -> None:
    assert identifier(value) == expected


@pytest.mark.parametrize(
    ("screen", "expected"),
    [
        (390, 390),
        (390.5, 390),
        (0, None),
        (0.4, None),
        (-1, None),
        (True, None),
        ("390", None),
        (1e9, None),
        (float("nan"), None),
        (1, 1),
    ],
)
def test_screens_have_a_width_or_none(screen: object, expected: int | None) -> None:
    assert Visitor.from_request(said={"screen": screen}).screen_width == expected


@pytest.mark.parametrize(
    ("consent", "expected"),
    [
        (None, None),
        ("yes", None),
        ([], None),
        ({}, {}),
        ({"personalization": 1, "analytics": True}, {"analytics": True}),
        ({"<b>": True, "A": True, "x" * 33: True}, {}),
        ({f"p{n}": True for n in range(50)}, {f"p{n}": True for n in range(16)}),
    ],
)
def test_a_choice_is_read_purpose_by_purpose(consent: object, expected: dict[str, bool] | None) -> None:
    assert Visitor.from_request(said={"consent": consent}).consent == expected


def test_long_texts_are_cut() -> None:
    visitor = Visitor.from_request(
        {"user-agent": "x" * 9999}, said={"url": "https://a.example/" + "y" * 9999, "title": "z" * 9999}
    )
    assert visitor.user_agent == "x" * TEXT_LENGTH
    assert len(visitor.url or "") == URL_LENGTH
    assert visitor.title == "z" * TEXT_LENGTH


def test_the_first_of_repeated_headers_counts() -> None:
    assert Visitor.from_request([(b"user-agent", b"one"), (b"user-agent", b"two")]).user_agent == "one"


@given(st.text())
def test_text_is_printable_utf8_or_nothing(value: str) -> None:
    found = text(value, 100)
    assert found is None or (found == found.strip() and len(found.encode()) <= 400 and len(found) <= 100)
