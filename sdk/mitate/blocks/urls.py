"""Where a URL may be filled, and which URLs a block may not have.

A browser strips spaces and controls around a URL and drops tabs and line ends within it before it looks at the
scheme, and reads a backslash as a slash (WHATWG URL, 4.4); so is it done here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from mitate.blocks.escaping import escape_first_segment, escape_path, escape_query
from mitate.blocks.template import MARK

REFUSED_SCHEMES = frozenset({"javascript", "vbscript", "livescript", "mocha", "data", "blob", "filesystem"})

_IGNORED = re.compile("[\t\n\r]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_HOST_START = re.compile(r"https?://[A-Za-z0-9](?:[A-Za-z0-9.\-]*[A-Za-z0-9])?(?::[0-9]{1,5})?[/?#]", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|avif|svg\+xml)[;,]", re.IGNORECASE)


class UrlProblem(NamedTuple):
    message: str
    hint: str


def clean(url: str) -> str:
    """Return a URL as a browser reads it."""
    return _IGNORED.sub("", url.strip("".join(map(chr, range(0x21)))))


def literal_problem(url: str, *, picture: bool = False) -> UrlProblem | None:
    """Return what is wrong with a URL's scheme; `picture` allows an image inside the URL."""
    url = clean(url)
    scheme = _SCHEME.match(url)
    if scheme is None or scheme[1].lower() not in REFUSED_SCHEMES or (picture and _PICTURE.match(url)):
        return None
    name = scheme[1].lower()
    hint = (
        "use an https: address" if name in ("data", "blob", "filesystem") else "send an event instead of running code"
    )
    return UrlProblem(f"a {name}: URL", hint)


def place_encoders(pieces: Sequence[str]) -> list[Callable[[str], str]] | UrlProblem:
    """Return how each place of a URL is written, given the (decoded) literal text around the places."""
    before = clean(pieces[0] + MARK)[:-1]
    if before[:1] in ("?", "#"):
        return [escape_query] * (len(pieces) - 1)
    if not (_HOST_START.match(before) or (before.startswith("/") and before[1:2] not in ("/", "\\"))):
        return UrlProblem(
            "a filling where it could choose the address",
            "begin the URL with https://host/, /, ? or #, and fill what comes after",
        )
    encoders: list[Callable[[str], str]] = []
    behind_path = False
    for index, piece in enumerate(pieces[:-1]):
        after = _IGNORED.sub("", pieces[index + 1])
        behind_path = behind_path or "?" in piece or "#" in piece
        if behind_path:
            encoders.append(escape_query)
        elif index == 0 and before == "/" and after[:1] in ("/", "\\"):
            encoders.append(escape_first_segment)
        elif index == 0 and before == "/" and not after and len(pieces) > 2:
            return UrlProblem("two fillings side by side at the start of a path", "put text between them")
        else:
            encoders.append(escape_path)
    return encoders


def within(url: str, origins: Collection[str]) -> UrlProblem | None:
    """Return why a redirect leaves the site: its literal start must be a path, or one of the origins or hosts."""
    start = clean(url)
    if start[:1] in ("?", "#") or (start.startswith("/") and start[1:2] not in ("/", "\\")):
        return None
    if not _HOST_START.match(start + "/") or "\\" in start.partition("?")[0]:
        return UrlProblem("a redirect that is no address of the site", "write a path such as /sale, or https://host/…")
    parts = urlsplit(start)
    origin, host = f"{parts.scheme}://{parts.netloc}".lower(), parts.netloc.lower()
    if origin in {allowed.lower().rstrip("/") for allowed in origins} or host in {
        allowed.lower() for allowed in origins
    }:
        return None
    return UrlProblem(f"a redirect to {host}, which the site doesn't name", 'add it to "origins" or "redirect_hosts"')
