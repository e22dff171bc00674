"""Signed words: who a visitor is, as the site's backend says it, and what a preview shows.

JSON Web Tokens (RFC 7519), HS256 with the site's secret, so that a backend in any language can make one. What they
say of a person stands in them readably: they are signed, not encrypted.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Final, TypeVar

import msgspec

from mitate_rules import MitateError

LIFETIME: Final = 3600
"""How long a token is believed where its maker doesn't say, in seconds."""
MAX_LIFETIME: Final = 86_400
"""The longest an identity may be valid: who logs out stays logged in no longer than that."""
MAX_PREVIEW: Final = 7 * 86_400
"""The longest a preview may be valid: it shows conditions that no visitor sees."""
SKEW: Final = 60
"""By how many seconds the clocks of a backend and of this machine may differ."""
MAX_LENGTH: Final = 4096
"""The longest token that is read, in characters: it travels with every question of a page."""
LEAST_SECRET: Final = 32
"""The shortest secret that signs, in bytes (RFC 7518, section 3.2): whoever sees a token could guess a shorter one."""

_MOST_KEPT: Final = 1024

SAYS: Final[Mapping[str, Mapping[str, str]]] = {
    "no-secret": {
        "en": "there is no secret to check tokens with: set MITATE_SECRET",
        "ja": "トークンを確かめるシークレットがありません。MITATE_SECRET を設定してください",
    },
    "short-secret": {
        "en": "the secret is too short to sign with: expected at least {least} bytes, got {got}",
        "ja": "シークレットが短すぎます({least}バイト以上が必要です。現在{got}バイト)",
    },
    "too-long": {
        "en": "it is too long: expected at most {most} characters, got {got}",
        "ja": "長すぎます({most}文字までです。現在{got}文字)",
    },
    "not-a-token": {"en": "it is no JSON Web Token", "ja": "JSON Web Token ではありません"},
    "wrong-algorithm": {
        "en": "it is signed otherwise than with HS256",
        "ja": "署名の方式が HS256 ではありません",
    },
    "wrong-signature": {
        "en": "its signature is not that of this site's secret",
        "ja": "署名がこのサイトのシークレットと一致しません",
    },
    "wrong-audience": {
        "en": 'it is meant for something else: expected the "aud" {expected}',
        "ja": "このサイトのこの用途のものではありません(aud は {expected} のはずです)",
    },
    "bad-claim": {"en": "what it says has another form: {fault}", "ja": "内容の形が違います({fault})"},
    "expired": {"en": "it has expired", "ja": "有効期限が切れています"},
    "not-yet": {"en": "it is not valid yet", "ja": "まだ有効になっていません"},
    "too-lasting": {
        "en": "it is valid for too long: at most {most} seconds are allowed",
        "ja": "有効期間が長すぎます({most}秒までです)",
    },
    "bad-lifetime": {
        "en": "the lifetime is expected to be from 1 to {most} seconds, got {got}",
        "ja": "有効期間は1秒から{most}秒までです(現在{got})",
    },
}
"""Why a token isn't believed, or can't be made, by a short name."""


class TokenError(MitateError):
    """A token is not believed, or can't be made; `reason` is a key of `SAYS`."""

    def __init__(self, reason: str, **values: object) -> None:
        self.reason = reason
        self._values = values
        super().__init__(self.told("en"))

    def told(self, language: str) -> str:
        """Say why, in English or Japanese."""
        row = SAYS[self.reason]
        return row.get(language.split("-")[0], row["en"]).format(**self._values)


class _Claims(msgspec.Struct, frozen=True, kw_only=True):
    aud: str | list[str]
    exp: float
    iat: float | None = None
    nbf: float | None = None


class Identity(_Claims, frozen=True, kw_only=True):
    """Who a visitor is: `sub` is their id at the backend, `traits` are facts that only a backend may say."""

    sub: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    email: Annotated[str, msgspec.Meta(max_length=254)] | None = None
    traits: dict[str, object] = {}


class Invitation(_Claims, frozen=True, kw_only=True):
    """What a preview shows: a variant for each experience named, a visitor in words, a moment; and its language."""

    visitor: str | None = None
    variants: dict[str, str] = {}
    at: str | None = None
    language: str | None = None


T = TypeVar("T", bound=_Claims)


def sign_identity(
    site: str,
    user_id: str,
    *,
    secret: str,
    email: str | None = None,
    traits: Mapping[str, object] | None = None,
    lifetime: float = LIFETIME,
    now: float | None = None,
) -> str:
    """Give a token that tells `mitate.identify` in the page who is logged in.

    `site` is the site's name, `lifetime` in seconds, at most a day. Raises `TokenError`.
    """
    said = {"sub": user_id, "email": email, "traits": dict(traits) if traits else None}
    return _sign(Identity, site, said, secret, lifetime, MAX_LIFETIME, now)


def sign_preview(
    site: str,
    *,
    secret: str,
    visitor: str | None = None,
    variants: Mapping[str, str] | None = None,
    at: str | None = None,
    language: str | None = None,
    lifetime: float = LIFETIME,
    now: float | None = None,
) -> str:
    """Give a token that opens a preview of the site: `lifetime` in seconds, at most a week. Raises `TokenError`."""
    said = {"visitor": visitor or None, "variants": dict(variants or {}) or None, "at": at, "language": language}
    return _sign(Invitation, _preview_of(site), said, secret, lifetime, MAX_PREVIEW, now)


def read_identity(token: str, site: str, secret: str, *, now: float | None = None) -> Identity:
    """Give who a token says the visitor is. Raises `TokenError` where it isn't to be believed."""
    return _read(token, Identity, site, secret, MAX_LIFETIME, now)


def read_preview(token: str, site: str, secret: str, *, now: float | None = None) -> Invitation:
    """Give what a preview is to show. Raises `TokenError` where the token isn't to be believed."""
    return _read(token, Invitation, _preview_of(site), secret, MAX_PREVIEW, now)


def is_preview(token: str, site: str, secret: str) -> bool:
    """Tell whether a token was signed for previews of the site, still valid or not."""
    try:
        meant = _decoded(_payload(token, secret), _Claims).aud
    except TokenError:
        return False
    return _preview_of(site) in ([meant] if isinstance(meant, str) else meant)


def _preview_of(site: str) -> str:
    return f"{site}:preview"


def _sign(
    claims: type[_Claims],
    audience: str,
    said: Mapping[str, object],
    secret: str,
    lifetime: float,
    longest: float,
    now: float | None,
) -> str:
    from jwt import PyJWS

    _refuse_weak(secret)
    if not 0 < lifetime <= longest:
        raise TokenError("bad-lifetime", most=f"{longest:,}", got=lifetime)
    expires = int((time.time() if now is None else now) + lifetime)
    known = {name: value for name, value in {"aud": audience, "exp": expires, **said}.items() if value is not None}
    try:
        payload = msgspec.json.encode(known)
        msgspec.json.decode(payload, type=claims)
    except (TypeError, ValueError, RecursionError) as fault:
        raise TokenError("bad-claim", fault=fault) from None
    # Links are pasted into chats: the type, which may be left out (RFC 7515, section 4.1.9), would make them longer.
    token = PyJWS().encode(payload, secret, "HS256", headers={"typ": None})
    if len(token) > MAX_LENGTH:
        raise TokenError("too-long", most=f"{MAX_LENGTH:,}", got=f"{len(token):,}")
    return token


def _read(token: str, claims: type[T], audience: str, secret: str, longest: float, now: float | None) -> T:
    payload = _payload(token, secret)
    meant = _decoded(payload, _Claims).aud
    if audience not in ([meant] if isinstance(meant, str) else meant):
        raise TokenError("wrong-audience", expected=f'"{audience}"')
    said = _decoded(payload, claims)
    at = time.time() if now is None else now
    if said.exp <= at - SKEW:
        raise TokenError("expired")
    if max(said.iat or 0.0, said.nbf or 0.0) > at + SKEW:
        raise TokenError("not-yet")
    if said.exp - (at if said.iat is None else min(at, said.iat)) > longest + SKEW:
        raise TokenError("too-lasting", most=f"{longest:,}")
    return said


def _decoded(payload: bytes, claims: type[T]) -> T:
    try:
        return msgspec.json.decode(payload, type=claims)
    except (ValueError, RecursionError) as fault:  # of another form, no JSON, or no UTF-8
        raise TokenError("bad-claim", fault=fault) from None


@lru_cache(maxsize=_MOST_KEPT)
def _payload(token: str, secret: str) -> bytes:
    """Give what a token says, its signature checked; a page sends the same one again and again."""
    from jwt import InvalidAlgorithmError, InvalidSignatureError, InvalidTokenError, PyJWS

    if not secret:
        raise TokenError("no-secret")
    _refuse_weak(secret)
    if len(token) > MAX_LENGTH:
        raise TokenError("too-long", most=f"{MAX_LENGTH:,}", got=f"{len(token):,}")
    try:
        payload: bytes = PyJWS().decode(token, secret, algorithms=["HS256"])
    except InvalidSignatureError:
        raise TokenError("wrong-signature") from None
    except InvalidAlgorithmError:
        raise TokenError("wrong-algorithm") from None
    except (InvalidTokenError, ValueError, TypeError, RecursionError):
        raise TokenError("not-a-token") from None
    return payload


def _refuse_weak(secret: str) -> None:
    size = len(secret.encode())
    if size < LEAST_SECRET:
        raise TokenError("short-secret", least=LEAST_SECRET, got=size)


__all__ = [
    "LIFETIME",
    "MAX_LIFETIME",
    "MAX_PREVIEW",
    "SAYS",
    "Identity",
    "Invitation",
    "TokenError",
    "is_preview",
    "read_identity",
    "read_preview",
    "sign_identity",
    "sign_preview",
]
