"""The door of the API: how large, how often, from where, with what proof. The same for every raw endpoint.

An `Origin` header is the browser's word about the page that asks; without one the site's secret is
needed. That is hygiene, not proof (a program can send any header), so each address has a rate too.
"""

from __future__ import annotations

import hmac
import logging
import math
import re
import time
from typing import Final

from .limits import Rates
from .problems import Problem
from .proxies import Proxies, is_local, is_private
from .settings import Settings
from .sites import Served, Sites
from .wire import Headers, Receive, Scope, TooLarge, read_body

log = logging.getLogger("mitate")

VARY: Final = (b"vary", b"origin")

ORIGIN: Final = re.compile(r"https?://[a-z0-9.:\[\]-]{1,120}").fullmatch
MOST_REFUSED: Final = 5
"""So many refused origins are told; whoever makes up more fills no log."""


class Door:
    """What a request must show before anything is decided or recorded for it."""

    def __init__(self, settings: Settings, sites: Sites) -> None:
        self._sites = sites
        self._limit = settings.body_limit
        self._rates = Rates(settings.rate, settings.burst)
        self._proxies = Proxies(settings.trusted_proxies)
        self._secret = f"Bearer {settings.secret}".encode() if settings.secret else None
        self.refused: dict[str, str] = {}
        """Origins whose pages asked in vain, with the site they asked for: the first few."""
        self.untrusted_proxy: str | None = None
        """The private address through which forwarded requests arrive without being trusted, if any did."""

    async def enter(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> tuple[bytes, str]:
        """Give the body and the visitor's address. Raises `Problem` (405, 429, 413) and `Gone`."""
        if scope["method"] != "POST":
            raise Problem(
                "method-not-allowed",
                f"{scope['method']} is not answered here.",
                hint="Use POST.",
                headers=[(b"allow", b"POST, OPTIONS")],
            )
        address = self.address(scope, headers)
        wait = self._rates.wait(address, time.monotonic())
        if wait:
            seconds = math.ceil(wait)
            raise Problem(
                "too-many-requests",
                f"One address may send only so many requests; try again in {seconds} s.",
                hint="A server that asks for many visitors can be given a higher rate: the setting MITATE_RATE.",
                headers=[(b"retry-after", b"%d" % seconds)],
            )
        announced = headers.get(b"content-length", b"")
        if announced.isdigit() and len(announced) < 19 and int(announced) > self._limit:
            raise self._too_large()
        try:
            return await read_body(receive, self._limit), address
        except TooLarge:
            raise self._too_large() from None

    def _too_large(self) -> Problem:
        # The rest is not read, so the connection cannot be used again.
        return Problem("too-large", f"At most {self._limit:,} bytes are read.", headers=[(b"connection", b"close")])

    def site(self, name: str) -> Served:
        """Give the site of this name. Raises `Problem` (404)."""
        served = self._sites.get(name)
        if served is None:
            raise Problem(
                "unknown-site", f"No site {name[:100]!r} is served here.", hint='The name is "site" in site.json.'
            )
        return served

    def address(self, scope: Scope, headers: dict[bytes, bytes]) -> str:
        """Give the visitor's address, through trusted proxies only."""
        client = scope.get("client")
        peer: str = client[0] if client else ""
        if b"x-forwarded-for" not in headers and b"forwarded" not in headers:
            return peer
        address = self._proxies.client(peer, scope["headers"])
        if self.untrusted_proxy is None and is_private(peer) and not self._proxies.is_trusted(peer):
            self.untrusted_proxy = peer
            log.warning(
                "requests arrive through %s, which is not a trusted proxy, so every visitor's place is unknown; "
                "if it is yours, set MITATE_TRUSTED_PROXIES=%s",
                peer,
                peer,
            )
        return address

    def has_secret(self, headers: dict[bytes, bytes]) -> bool:
        """Tell whether the request shows the secret. A wrong one raises `Problem` (401), for it is never meant."""
        shown = headers.get(b"authorization")
        if shown is None:
            return False
        if self._secret is not None and hmac.compare_digest(shown, self._secret):
            return True
        raise Problem(
            "wrong-secret",
            "The Authorization header does not hold this server's secret.",
            hint=None if self._secret is not None else "This server has none: set MITATE_SECRET.",
            headers=[(b"www-authenticate", b"Bearer")],
        )

    def is_trusted(self, site: str, scope: Scope, headers: dict[bytes, bytes]) -> bool:
        """Tell a backend with the secret (True) from a page of the site (False). Raises `Problem` (401, 403) for others."""
        if b"authorization" in headers:
            return self.has_secret(headers)
        origin = headers.get(b"origin")
        if origin is not None and (self._sites.allows(site, origin) or self.is_own_page(scope, headers)):
            return False
        if origin is None:
            raise Problem(
                "origin-not-allowed",
                "The request has neither an Origin nor the site's secret.",
                hint="A page sends Origin by itself; a backend sends Authorization: Bearer and the secret.",
            )
        named = origin.decode("latin-1")
        self._tell_refused(site, named)
        raise Problem(
            "origin-not-allowed",
            f"{named} is not among the origins of the site {site!r}.",
            hint="A page opened as a file has no origin: open it through a web server."
            if named == "null"
            else 'Add it to "origins" in site.json, exactly as the browser sends it: scheme, host and port.',
        )

    def _tell_refused(self, site: str, origin: str) -> None:
        """Say once, to whoever reads the log or the start page, which page may not ask."""
        if origin in self.refused or len(self.refused) >= MOST_REFUSED or ORIGIN(origin) is None:
            return
        self.refused[origin] = site
        log.warning('%s: a page of %s asked and was refused; if it is yours, add it to "origins"', site, origin)

    def is_own_page(self, scope: Scope, headers: dict[bytes, bytes]) -> bool:
        """Tell whether a page that this server itself shows on this machine asks (start page, sample page)."""
        origin = headers.get(b"origin")
        host = headers.get(b"host", b"")
        return origin == scope.get("scheme", "http").encode() + b"://" + host and self.is_local(scope, headers)

    def is_local(self, scope: Scope, headers: dict[bytes, bytes]) -> bool:
        """Tell whether someone on this machine asks, by an address of this machine and through no proxy."""
        return is_local(scope, headers)

    def cors(self, scope: Scope, headers: dict[bytes, bytes]) -> Headers:
        """Give the headers that let an allowed page read the answer: never with credentials."""
        origin = headers.get(b"origin")
        if origin is None:
            return (VARY,)
        if self._sites.allows_any(origin) or self.is_own_page(scope, headers):
            return (
                VARY,
                (b"access-control-allow-origin", origin),
                (b"access-control-expose-headers", b"etag, retry-after"),
            )
        return (VARY,)

    def preflight(self, scope: Scope, headers: dict[bytes, bytes]) -> Headers:
        """Answer whether a page may send what needs asking first (``application/json``). Raises `Problem` (403)."""
        cors = self.cors(scope, headers)
        if len(cors) == 1:
            raise Problem(
                "origin-not-allowed", "No site here allows this origin.", hint='Add it to "origins" in site.json.'
            )
        return [
            *cors,
            (b"access-control-allow-methods", b"POST"),
            (b"access-control-allow-headers", b"content-type"),
            (b"access-control-max-age", b"7200"),
        ]
