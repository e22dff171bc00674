"""The answer to a page that was opened by a preview link: decided beside what is served, and counted nowhere."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import msgspec

from .links import preview_link
from .problems import Problem
from .proxies import is_local, is_loopback_host
from .settings import Settings
from .sites import Served
from .wire import Scope

if TYPE_CHECKING:
    from mitate import Visitor
    from mitate.preview import Previews
    from mitate.tokens import Invitation


MOST_WAITING: Final = 4
"""So many previews are made, or wait, at once in a process; each may take a second of a processor."""


def asked_here(scope: Scope, headers: Mapping[bytes, bytes]) -> bool:
    """Tell whether someone at this machine asks for a preview: by our own page, or by typing the address.

    Where another site's page sends the browser is none of that person's asking.
    """
    return is_local(scope, headers) and headers.get(b"sec-fetch-site", b"none") in (b"none", b"same-origin")


def serves_the_public(settings: Settings, origins: Iterable[str]) -> bool:
    """Tell whether anything says that others than this machine's people are served.

    Then nobody gets a preview over HTTP, wherever they seem to ask from: behind a proxy that says nothing of itself
    the whole world seems to sit at this machine, and a preview tells the conditions.
    """
    return (
        not is_loopback_host(settings.host)
        or settings.start_page == "always"
        or bool(settings.public_url or settings.trusted_proxies)
        or not all(is_loopback_host(urlsplit(origin).netloc) for origin in origins)
    )


def invite(page: str, site: str, secret: str, language: str) -> str:
    """Give the address of a page with a preview that is valid from now, for an hour. Raises `TokenError`."""
    from mitate.tokens import sign_preview

    return preview_link(page, sign_preview(site, secret=secret, language=language))


class PreviewAsk(msgspec.Struct):
    """A preview's token, and what is to be otherwise than it says.

    `variants` names a variant for an experience (null takes the link's back), `audiences` says whether one holds,
    `visitor` describes another visitor in words ("" is the page's own), `at` is a moment on the site's clock or with
    an offset ("" is now), `consent` gives or denies all purposes.
    """

    token: str
    variants: dict[str, str | None] = {}
    audiences: dict[str, bool] = {}
    facts: dict[str, Any] = {}
    visitor: str | None = None
    at: str | None = None
    consent: bool | None = None
    language: str | None = None


_decode = msgspec.json.Decoder(PreviewAsk).decode


def said(preview: PreviewAsk | str) -> PreviewAsk:
    """Read what a page kept as text: a token alone, or the JSON of a `PreviewAsk`."""
    if not isinstance(preview, str):
        return preview
    try:
        return _decode(preview.encode())
    except (msgspec.DecodeError, UnicodeEncodeError):
        return PreviewAsk(token=preview)


class PreviewDesk:
    """Answers whoever holds a valid link; to others it says why theirs isn't."""

    def __init__(self, settings: Settings) -> None:
        self._secret = settings.secret
        self._waiting = 0
        self._previews: WeakKeyDictionary[Served, Previews] = WeakKeyDictionary()

    def invitation(self, served: Served, ask: PreviewAsk) -> Invitation | Mapping[str, str]:
        """Give what the link shows, or why it can't be used, by language."""
        from mitate import TokenError
        from mitate.preview import not_usable
        from mitate.tokens import read_preview

        try:
            return read_preview(ask.token, served.mitate.site.name, self._secret)
        except TokenError as error:
            served.distrust(error)
            return not_usable(error)

    async def answer(self, served: Served, visitor: Visitor, ask: PreviewAsk, link: Invitation) -> bytes:
        """Decide and encode. It may take a second, so it happens beside the event loop, and not for many at once.

        Raises `Problem` (429): a link that went around must not slow the visitors down.
        """
        if self._waiting >= MOST_WAITING:
            raise Problem(
                "too-many-requests",
                f"At most {MOST_WAITING} previews are made at once; try again in a second.",
                headers=[(b"retry-after", b"1")],
            )
        self._waiting += 1
        try:
            return await asyncio.to_thread(self._answer, served, visitor, ask, link, time.perf_counter())
        finally:
            self._waiting -= 1

    async def prepare(self, served: Served, visitor: Visitor) -> None:
        """Make what is made only once, so that the page of the first preview doesn't wait for it."""
        await asyncio.to_thread(lambda: self._of(served).show(visitor).decisions.to_dict())

    def _of(self, served: Served) -> Previews:
        from mitate.preview import Previews

        previews = self._previews.get(served)
        return self._previews.setdefault(served, Previews(served.mitate)) if previews is None else previews

    def _answer(self, served: Served, visitor: Visitor, ask: PreviewAsk, link: Invitation, began: float) -> bytes:
        from mitate.preview import Overrides, describe

        changes = {name: getattr(ask, name) for name in Overrides.__struct_fields__}
        shown = self._of(served).show(visitor, Overrides(**changes).over(link))
        told = describe(shown, link.exp)  # which takes most of the time, too
        return joined(shown.decisions.encode(), {**told, "took": round(1000 * (time.perf_counter() - began))})


def joined(answer: bytes, preview: Mapping[str, object]) -> bytes:
    """Give an answer with its member `preview`."""
    return answer[:-1] + b',"preview":' + msgspec.json.encode(preview) + b"}"
