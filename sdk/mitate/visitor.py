"""Who asks, as this request shows them: one frozen record, and the door that lets nothing else in.

`Visitor(...)` takes what trusted code knows. `Visitor.from_request(...)` takes what came over the
wire: what isn't of the right type is ignored, what is too long is cut, so that junk is harmless.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, cast

import msgspec

URL_LENGTH: Final = 2048
TEXT_LENGTH: Final = 512

# What a page is chosen by; no cookie and no authorization ever gets further than the door.
HEADERS: Final = frozenset(
    {
        "accept-language",
        "referer",
        "sec-ch-ua",
        "sec-ch-ua-full-version-list",
        "sec-ch-ua-mobile",
        "sec-ch-ua-model",
        "sec-ch-ua-platform",
        "sec-ch-ua-platform-version",
        "sec-gpc",
        "user-agent",
    }
)
_MOST_PURPOSES: Final = 16
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}\Z")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]{1,63}\Z")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:[-_][A-Za-z0-9]{1,8}){0,5}\Z")
_PURPOSE = re.compile(r"[a-z][a-z0-9_-]{0,31}\Z")

Headers = Mapping[str, str] | Sequence[tuple[bytes, bytes]]
"""Header fields as a mapping, or as the pairs of bytes that ASGI has."""


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, now. Every field may be unknown; unknown is never taken for "no".

    `headers` has lower-case names. `consent` is the visitor's own choice by purpose, None before
    they chose. `gpc` is None where only the header can tell. `traits` are facts that only a backend
    may say (``{"user.plan": "pro"}``); `email` and `user_id` come from a backend too.
    """

    id: str | None = None
    user_id: str | None = None
    page_view: str | None = None
    ip: str | None = None
    user_agent: str | None = None
    headers: Mapping[str, str] = {}
    url: str | None = None
    referrer: str | None = None
    title: str | None = None
    zone: str | None = None
    language: str | None = None
    touch: bool | None = None
    screen_width: int | None = None
    consent: Mapping[str, bool] | None = None
    gpc: bool | None = None
    channel: str = "web"
    email: str | None = None
    traits: Mapping[str, object] = {}

    @classmethod
    def from_request(
        cls,
        headers: Headers = (),
        *,
        ip: str | None = None,
        url: str | None = None,
        said: Mapping[str, object] | None = None,
        user_id: str | None = None,
        email: str | None = None,
        channel: str = "web",
        traits: Mapping[str, object] | None = None,
    ) -> Visitor:
        """Read a visitor from a request: its headers, its address, and what the page itself said.

        `said` is the body the snippet sends (visitor, page_view, url, referrer, title, zone,
        language, touch, screen, consent, gpc); without it the request is the page view itself, and
        `url` its address. `ip` is the visitor's, proxies already accounted for. `user_id`, `email`,
        `channel` and `traits` are a backend's to say: never pass on what a browser sent.
        """
        seen = _headers(headers)
        body: Mapping[str, object] = {} if said is None else said
        return cls(
            id=identifier(body.get("visitor")),
            user_id=text(user_id, 128),
            page_view=identifier(body.get("page_view")),
            ip=text(ip, 45),
            user_agent=seen.get("user-agent"),
            headers=seen,
            url=text(body.get("url"), URL_LENGTH) or text(url, URL_LENGTH),
            referrer=text(body.get("referrer"), URL_LENGTH) if said is not None else seen.get("referer"),
            title=text(body.get("title"), TEXT_LENGTH),
            zone=_matching(_ZONE, body.get("zone")),
            language=_matching(_LANGUAGE, body.get("language")),
            touch=flag(body.get("touch")),
            screen_width=_width(body.get("screen")),
            consent=_choice(body.get("consent")),
            gpc=flag(body.get("gpc")),
            channel=channel,
            email=text(email, 254),
            traits=traits or {},
        )


def text(value: object, length: int) -> str | None:
    """Give text of at most `length` characters without control characters, or None for anything else."""
    if not isinstance(value, str):
        return None
    value = value[:length]
    if not value.isprintable():
        # Lone surrogates can't be written as UTF-8; NUL and its like have no business in any fact.
        value = "".join(c for c in value if c >= " " and c != "\x7f" and not "\ud800" <= c <= "\udfff")
    return value.strip() or None


def identifier(value: object) -> str | None:
    """Give an id made of A–Z, a–z, 0–9, _ and -, 8 to 64 of them, or None for anything else."""
    return _matching(_ID, value)


def flag(value: object) -> bool | None:
    """Give True or False, or None for anything else (1 is not True)."""
    return value if isinstance(value, bool) else None


def _matching(pattern: re.Pattern[str], value: object) -> str | None:
    return value if isinstance(value, str) and pattern.match(value) else None


def _width(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 100_000:
        return None
    return int(value) or None


def _choice(value: object) -> dict[str, bool] | None:
    if not isinstance(value, Mapping):
        return None
    choice: dict[str, bool] = {}
    for purpose, allowed in cast("Mapping[object, object]", value).items():
        if len(choice) < _MOST_PURPOSES and isinstance(allowed, bool) and (name := _matching(_PURPOSE, purpose)):
            choice[name] = allowed
    return choice


def _headers(headers: Headers) -> dict[str, str]:
    """Keep the headers that facts are made of, the first of each; names in lower case."""
    kept: dict[str, str] = {}
    for raw_name, raw_value in headers.items() if isinstance(headers, Mapping) else headers:
        name = _characters(raw_name).lower()
        length = URL_LENGTH if name == "referer" else TEXT_LENGTH
        if name in HEADERS and (cut := text(_characters(raw_value), length)):
            kept.setdefault(name, cut)
    return kept


def _characters(field: str | bytes) -> str:
    return field.decode("latin-1") if isinstance(field, bytes) else field
