"""How a value is written so that it stays inside its place."""

from __future__ import annotations

import re
from urllib.parse import quote

_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\0": "\ufffd"})
_has_markup = re.compile("[&<>\"'\0]").search


def escape_html(text: str) -> str:
    """Escape for text and for quoted attribute values."""
    return text.translate(_MARKUP) if _has_markup(text) else text


def escape_query(text: str) -> str:
    """Percent-encode everything but letters, digits, `-`, `.`, `_` and `~` (RFC 3986, 2.3)."""
    return quote(text, safe="", errors="replace")


def escape_path(text: str) -> str:
    """Percent-encode for a path; a value of dots alone is dropped, since `..` would climb out of its folder."""
    return escape_query(text) if text.strip(".") else ""


def escape_first_segment(text: str) -> str:
    """Percent-encode between two slashes at the start of a path: `//` would name another host, `/./` stays here."""
    return escape_path(text) or "."


def plain(text: str) -> str:
    """Write text where no markup is read."""
    return text
