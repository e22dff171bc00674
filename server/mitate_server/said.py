"""What a page says of itself, made harmless: ids of their form, texts of a modest length, no halves of characters."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

import msgspec

from .problems import Problem

ID: Final = re.compile(r"[A-Za-z0-9_-]{22}").fullmatch
"""A visitor's id: 128 random bits in base64url."""

PAGE_VIEW: Final = re.compile(r"[A-Za-z0-9_-]{8,64}").fullmatch
"""A page view's id: whatever the page draws, as long as it is no text of its own."""

URL_LENGTH: Final = 2048
TEXT_LENGTH: Final = 512
"""How much of an address and of any other text is read: nothing longer is stored, remembered or sent back."""

NOT_JSON: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding raises: not JSON or of another shape, not UTF-8, nested too deep."""

_MOST_PIXELS: Final = 100_000
_ESCAPE: Final = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)

T = TypeVar("T")


class PageWords(Protocol):
    """What a page says of itself when it asks."""

    page_view: str | None
    url: str | None
    referrer: str | None
    title: str | None
    zone: str | None
    language: str | None
    screen: int | None


def read_json(decode: Callable[[bytes], T], body: bytes) -> T:
    """Read a body. Raises `Problem` (400).

    A title cut amid an emoji ends with half a character, which JSON can say and UTF-8 can't: it is
    read as U+FFFD, as every browser shows it, rather than refused with all that was said beside it.
    """
    try:
        return decode(body)
    except NOT_JSON as error:
        mended = _ESCAPE.sub(_whole, body) if b"\\u" in body else body
        if mended == body:
            raise not_json(error) from None
    try:
        return decode(mended)
    except NOT_JSON as error:
        raise not_json(error) from None


def _whole(escape: re.Match[bytes]) -> bytes:
    return escape[0] if escape[1] is None else b"\\ufffd"


def shorten(words: PageWords, size: int) -> None:
    """Cut what is too long and leave out what makes no sense; `size` is that of the body they came in."""
    if words.page_view is not None and PAGE_VIEW(words.page_view) is None:
        words.page_view = None
    if words.screen is not None and not 0 < words.screen < _MOST_PIXELS:
        words.screen = None
    if size <= TEXT_LENGTH:  # nothing in it can be too long
        return
    words.url = cut(words.url, URL_LENGTH)
    words.referrer = cut(words.referrer, URL_LENGTH)
    words.title = cut(words.title)
    words.zone = cut(words.zone)
    words.language = cut(words.language)


def cut(text: str | None, length: int = TEXT_LENGTH) -> str | None:
    """Give the beginning of a text."""
    return text[:length] if text is not None else None


def choice(said: dict[str, bool] | str | None) -> dict[str, bool] | None:
    """Give a visitor's choice by purpose; a page says it as its cookie does: "10" is yes to personalization alone."""
    if not isinstance(said, str):
        return said
    return {"personalization": said[:1] == "1", "analytics": said[1:2] == "1"} if said else None


def header(value: bytes) -> str:
    """Give a header's value as text of a modest length."""
    return value[:TEXT_LENGTH].decode("latin-1")


def not_json(error: Exception) -> Problem:
    """Give the problem of a body that is not the JSON expected; the place is in the detail."""
    match error:
        case UnicodeDecodeError():
            detail = "The body is not UTF-8."
        case RecursionError():
            detail = "The body is nested too deep."
        case _:
            detail = f"{error}."
    return Problem("not-json", detail, hint='Send a JSON object with at least "site"; any content type will do.')
