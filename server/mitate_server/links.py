"""Where a preview link leads: a page of the site, with the token behind the `#`, where no server, log or cache sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

TOKEN: Final = "mitate="
"""What stands before the token; a page takes all that follows for it."""

_EARLIER: Final = re.compile(r"(?:^|&)mitate=.*", re.DOTALL)


def preview_link(url: str, token: str) -> str:
    """Give an address that opens a preview; a fragment it has already stays in front of the token."""
    parts = urlsplit(url)
    fragment = _EARLIER.sub("", parts.fragment)
    joined = f"{fragment}&{TOKEN}{token}" if fragment else TOKEN + token
    return urlunsplit(parts._replace(path=parts.path or "/", fragment=joined))


def first_origin(origins: Iterable[str]) -> str | None:
    """Give the first origin that is an address, not a pattern."""
    return next((origin for origin in origins if "*" not in origin), None)


def sample_page(address: str, site: str) -> str:
    """Give the address of a site's sample page on a server at this address."""
    return f"{address}/sample/{quote(site)}/"
