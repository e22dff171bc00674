"""Names for visitors, page views and events: 128 random bits in 22 characters."""

from __future__ import annotations

import re
import secrets
from base64 import urlsafe_b64encode
from typing import Final

_ID: Final = re.compile(r"[A-Za-z0-9_-]{22}")


def new_id() -> str:
    """Draw an id: 128 random bits as 22 characters of URL-safe base64 (RFC 4648, section 5)."""
    return urlsafe_b64encode(secrets.token_bytes(16))[:22].decode("ascii")


def is_id(value: object) -> bool:
    """Tell whether `value` has the form of an id; what hasn't is ignored, never stored."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None
