"""Signed words: any backend's token is read, and nothing that isn't signed, meant for here and still valid is believed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
import sys

import jwt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mitate import TokenError, sign_identity
from mitate.tokens import MAX_LENGTH, MAX_LIFETIME, MAX_PREVIEW, SAYS, SKEW, read_identity, read_preview, sign_preview

SECRET = "a-secret-of-more-than-thirty-two-bytes"
NOW = 1_800_000_000.0


def reason(token: str, *, site: str = "shop", secret: str = SECRET, now: float = NOW) -> str:
    """Give why a token isn't believed."""
    with pytest.raises(TokenError) as refused:
        read_identity(token, site, secret, now=now)
    return refused.value.reason


def made(claims: object, *, header: object = None, secret: str = SECRET) -> str:
    """Make a token by hand, as a backend without any library could."""

    def part(value: object) -> bytes:
        text = value if isinstance(value, bytes) else json.dumps(value).encode()
        return base64.urlsafe_b64encode(text).rstrip(b"=")

    signed = part(header or {"alg": "HS256"}) + b"." + part(claims)
    return (signed + b"." + part(hmac.digest(secret.encode(), signed, hashlib.sha256))).decode()


def claims(**changes: object) -> dict[str, object]:
    said: dict[str, object] = {"aud": "shop", "sub": "u-1", "exp": NOW + 600, **changes}
    return {name: value for name, value in said.items() if value is not ...}


def test_what_a_backend_signs_is_read_back() -> None:
    token = sign_identity(
        "shop", "u-1", secret=SECRET, email="u@shop.example", traits={"user.plan": "pro", "user.age": 40}, now=NOW
    )
    known = read_identity(token, "shop", SECRET, now=NOW)
    assert (known.sub, known.email, known.traits) == ("u-1", "u@shop.example", {"user.plan": "pro", "user.age": 40})
    assert known.exp == NOW + 3600


def test_what_a_preview_shows_is_read_back() -> None:
    token = sign_preview(
        "shop", secret=SECRET, visitor="大阪・iPhone", variants={"letter": "hello"}, language="ja", now=NOW
    )
    shown = read_preview(token, "shop", SECRET, now=NOW)
    assert (shown.visitor, shown.variants, shown.language) == ("大阪・iPhone", {"letter": "hello"}, "ja")


def test_a_link_is_short_enough_for_a_chat() -> None:
    assert len(sign_preview("shoes", secret=SECRET, variants={"nurse-hero": "light"}, now=NOW)) < 170


def test_a_token_made_by_pyjwt_or_by_hand_is_read() -> None:
    said = {"aud": ["other", "shop"], "sub": "u-1", "exp": int(NOW) + 600, "iat": int(NOW), "role": "admin"}
    assert read_identity(jwt.encode(said, SECRET, "HS256"), "shop", SECRET, now=NOW).sub == "u-1"
    assert read_identity(made(claims(jti="x")), "shop", SECRET, now=NOW).sub == "u-1"


def test_pyjwt_reads_ours() -> None:
    token = sign_identity("shop", "u-1", secret=SECRET)
    assert jwt.decode(token, SECRET, ["HS256"], audience="shop")["sub"] == "u-1"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"exp": NOW - SKEW + 1}, None),
        ({"exp": NOW - SKEW}, "expired"),
        ({"exp": 0}, "expired"),
        ({"exp": -1}, "expired"),
        ({"exp": NOW + MAX_LIFETIME + SKEW}, None),
        ({"exp": NOW + MAX_LIFETIME + SKEW + 1}, "too-lasting"),
        ({"iat": NOW - MAX_LIFETIME, "exp": NOW + SKEW}, None),
        ({"iat": NOW - MAX_LIFETIME, "exp": NOW + SKEW + 1}, "too-lasting"),
        ({"iat": NOW + SKEW}, None),
        ({"iat": NOW + SKEW + 1}, "not-yet"),
        ({"nbf": NOW + SKEW}, None),
        ({"nbf": NOW + SKEW + 1}, "not-yet"),
        ({"aud": "other"}, "wrong-audience"),
        ({"aud": "shop:preview"}, "wrong-audience"),
        ({"aud": []}, "wrong-audience"),
        ({"aud": ...}, "bad-claim"),
        ({"exp": ...}, "bad-claim"),
        ({"exp": None}, "bad-claim"),
        ({"exp": True}, "bad-claim"),
        ({"exp": "1800000600"}, "bad-claim"),
        ({"exp": float("nan")}, "bad-claim"),
        ({"exp": float("inf")}, "bad-claim"),
        ({"sub": ...}, "bad-claim"),
        ({"sub": ""}, "bad-claim"),
        ({"sub": 7}, "bad-claim"),
        ({"sub": "u" * 128}, None),
        ({"sub": "u" * 129}, "bad-claim"),
        ({"email": 7}, "bad-claim"),
        ({"traits": ["user.plan"]}, "bad-claim"),
    ],
)
def test_each_claim_has_its_bounds(changes: dict[str, object], expected: str | None) -> None:
    token = made(claims(**changes))
    if expected is None:
        assert read_identity(token, "shop", SECRET, now=NOW).aud == "shop"
    else:
        assert reason(token) == expected


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("", "not-a-token"),
        ("..", "not-a-token"),
        ("a.b.c", "not-a-token"),
        ("null", "not-a-token"),
        ("é.é.é", "not-a-token"),
        ("\ud800.a.b", "not-a-token"),
        ("a" * MAX_LENGTH, "not-a-token"),
        ("a" * (MAX_LENGTH + 1), "too-long"),
        (made(claims(), secret=SECRET + "x"), "wrong-signature"),
        (made(claims())[:-1], "not-a-token"),
        (made(claims()).rpartition(".")[0] + ".", "wrong-signature"),
        (made(claims(), header={"alg": "none"}), "wrong-algorithm"),
        (made(claims(), header={"alg": "HS512"}), "wrong-algorithm"),
        (made(claims(), header={"alg": "RS256"}), "wrong-algorithm"),
        (made(claims(), header={"alg": "HS256", "crit": ["b64"], "b64": False}), "not-a-token"),
        (made(claims(), header=b"[" * 2900), "not-a-token"),
        (made(b"[" * 2900), "bad-claim"),
        (made(b"\xff"), "bad-claim"),
        (made([1]), "bad-claim"),
    ],
)
def test_what_is_no_signed_token_of_this_site_is_refused(token: str, expected: str) -> None:
    assert reason(token) == expected


def test_the_signature_is_asked_before_what_is_said() -> None:
    assert reason(made(claims(aud="other", exp=0), secret="y" * 40)) == "wrong-signature"


def test_an_identity_opens_no_preview_and_a_preview_is_no_identity() -> None:
    assert reason(sign_preview("shop", secret=SECRET, now=NOW)) == "wrong-audience"
    with pytest.raises(TokenError) as refused:
        read_preview(sign_identity("shop", "u-1", secret=SECRET, now=NOW), "shop", SECRET, now=NOW)
    assert refused.value.reason == "wrong-audience"


def test_an_expired_token_is_refused_however_often_it_was_believed() -> None:
    token = sign_identity("shop", "u-1", secret=SECRET, lifetime=10, now=NOW)
    assert [read_identity(token, "shop", SECRET, now=NOW + at).sub for at in (0, 10, 10 + SKEW - 1)] == ["u-1"] * 3
    assert reason(token, now=NOW + 10 + SKEW) == "expired"


@pytest.mark.parametrize(("secret", "expected"), [("", "no-secret"), ("s" * 31, "short-secret")])
def test_without_a_good_secret_nothing_is_believed(secret: str, expected: str) -> None:
    assert reason(made(claims(), secret=secret or "x"), secret=secret) == expected


@pytest.mark.parametrize("lifetime", [0, -1, MAX_LIFETIME + 1, float("nan"), float("inf")])
def test_a_lifetime_of_nothing_or_of_more_than_a_day_is_refused(lifetime: float) -> None:
    with pytest.raises(TokenError, match="expected to be from 1 to 86,400 seconds"):
        sign_identity("shop", "u-1", secret=SECRET, lifetime=lifetime)


def test_a_preview_may_last_a_week() -> None:
    token = sign_preview("shop", secret=SECRET, lifetime=MAX_PREVIEW, now=NOW)
    assert read_preview(token, "shop", SECRET, now=NOW).exp == NOW + MAX_PREVIEW
    with pytest.raises(TokenError, match="from 1 to 604,800 seconds"):
        sign_preview("shop", secret=SECRET, lifetime=MAX_PREVIEW + 1)


def test_what_can_not_be_signed_is_said() -> None:
    with pytest.raises(TokenError, match="expected at least 32 bytes, got 5"):
        sign_identity("shop", "u-1", secret="short")
    with pytest.raises(TokenError, match=r"expected at most 4,096 characters, got 5,\d\d\d"):
        sign_identity("shop", "u-1", secret=SECRET, traits={"user.note": "x" * 4000})
    with pytest.raises(TokenError, match=r"what it says has another form"):
        sign_identity("shop", "", secret=SECRET)
    with pytest.raises(TokenError, match=r"what it says has another form"):
        sign_identity("shop", "u-1", secret=SECRET, traits={"user.note": object()})


@example("shop", "user:日本")
@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_any_name_and_user_come_back_as_they_were(site: str, user: str) -> None:
    token = sign_identity(site, user, secret=SECRET, now=NOW)
    assert read_identity(token, site, SECRET, now=NOW).sub == user
    assert reason(token, site=site + "x") == "wrong-audience"


@given(st.data())
def test_no_changed_character_is_overlooked(data: st.DataObject) -> None:
    token = sign_identity("shop", "u-1", secret=SECRET, now=NOW)
    at = data.draw(st.integers(0, len(token) - 2))  # the last one holds bits that mean nothing
    other = data.draw(st.sampled_from([c for c in "Az09_-.=" if c != token[at]]))
    assert reason(token[:at] + other + token[at + 1 :]) in ("wrong-signature", "not-a-token", "wrong-algorithm")


def test_every_reason_is_said_in_both_languages() -> None:
    assert [name for name, row in SAYS.items() if set(row) != {"en", "ja"}] == []
    assert TokenError("expired").told("ja-JP") == "有効期限が切れています"
    assert TokenError("expired").told("fr") == str(TokenError("expired")) == "it has expired"


def test_the_library_is_loaded_only_where_a_token_is() -> None:
    asked = "import sys, mitate; sys.exit('jwt' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
