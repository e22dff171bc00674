"""``POST /v1/decide``: a raw ASGI endpoint, since a framework's request and response objects cost half of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from .door import Door
from .previews import PreviewAsk, PreviewDesk, joined, said
from .problems import Problem, send_problem
from .proxies import is_loopback_host
from .said import ID, TEXT_LENGTH, choice, cut, header, read_json, shorten
from .settings import Settings
from .sites import Served
from .tokens import Tokens
from .wire import Gone, Receive, Scope, Send, respond

if TYPE_CHECKING:
    from mitate import Visitor

PASSED_ON: Final = tuple(
    (name.encode(), name)
    for name in (
        "accept-language",
        "sec-ch-ua",
        "sec-ch-ua-full-version-list",
        "sec-ch-ua-mobile",
        "sec-ch-ua-model",
        "sec-ch-ua-platform",
        "sec-ch-ua-platform-version",
        "sec-gpc",
    )
)
"""The request headers that facts are read from, beside User-Agent."""


class Ask(msgspec.Struct):
    """What a page says of itself and of its visitor; the second half only a backend with the secret may say."""

    site: str
    page_view: str | None = None
    visitor: str | None = None
    url: str | None = None
    referrer: str | None = None
    title: str | None = None
    zone: str | None = None
    language: str | None = None
    touch: bool | None = None
    screen: int | None = None
    consent: dict[str, bool] | str | None = None
    gpc: bool = False
    table: str | None = None
    token: str | None = None
    preview: PreviewAsk | str | None = None
    """A preview's token, or with what is to be otherwise; a page may send what it kept, as text."""

    user_id: str | None = None
    email: str | None = None
    traits: dict[str, Any] | None = None
    ip: str | None = None
    user_agent: str | None = None
    headers: dict[str, str] | None = None
    channel: str | None = None


BACKEND_ONLY: Final = ("user_id", "email", "traits", "ip", "user_agent", "headers", "channel")

_backends_words = attrgetter(*BACKEND_ONLY)
_NO_WORDS: Final = (None,) * len(BACKEND_ONLY)

decode_ask = msgspec.json.Decoder(Ask).decode


class Decide:
    """Answers what each slot of a page shows to its visitor."""

    def __init__(self, settings: Settings, door: Door) -> None:
        from mitate import Visitor

        self._door = door
        self._public_url = settings.public_url
        self._prefix = settings.prefix
        self._deadline = settings.deadline
        self._visitor = Visitor
        self._tokens = Tokens(settings)
        self._previews = PreviewDesk(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        door = self._door
        try:
            if scope["method"] == "OPTIONS":
                await respond(send, 204, door.preflight(scope, headers))
                return
            body, address = await door.enter(scope, headers, receive)
            ask = read_json(decode_ask, body)
            shorten(ask, len(body))
            served = door.site(ask.site)
            believed = door.is_trusted(ask.site, scope, headers)
            visitor = self._read(served, ask, headers, address, believed)
            if ask.token is not None:
                visitor = self._tokens.known(served, visitor, ask.token)
            if ask.preview is not None:
                answer = await self._preview(served, visitor, ask, said(ask.preview), scope, headers)
            else:
                answer = self._decide(served, visitor, ask.table, scope, headers)
        except Problem as problem:
            await send_problem(send, problem, door.cors(scope, headers))
            return
        except Gone:
            return
        await respond(
            send,
            200,
            [(b"content-type", b"application/json"), (b"cache-control", b"no-store"), *door.cors(scope, headers)],
            answer,
        )

    def _read(self, served: Served, ask: Ask, headers: dict[bytes, bytes], address: str, believed: bool) -> Visitor:
        """Read the request as values; what a page may not say is left out and counted."""
        visitor_id = ask.visitor
        if visitor_id is not None and ID(visitor_id) is None:
            visitor_id = None  # a damaged cookie: its owner is someone new
        hints = {text: header(headers[name]) for name, text in PASSED_ON if name in headers}
        agent = headers.get(b"user-agent")
        if not believed:
            if _backends_words(ask) != _NO_WORDS:  # hardly ever: one comparison, not seven
                served.disbelieve([name for name in BACKEND_ONLY if getattr(ask, name) is not None])
            return self._visitor(
                id=visitor_id,
                page_view=ask.page_view,
                ip=address,
                user_agent=header(agent) if agent is not None else None,
                headers=hints,
                url=ask.url,
                referrer=ask.referrer,
                title=ask.title,
                zone=ask.zone,
                language=ask.language,
                touch=ask.touch,
                screen_width=ask.screen,
                consent=choice(ask.consent),
                gpc=True if ask.gpc else None,
            )
        # A backend speaks for its visitor: its own address and browser would be taken for the visitor's.
        return self._visitor(
            id=visitor_id,
            user_id=ask.user_id,
            page_view=ask.page_view,
            ip=ask.ip,
            user_agent=cut(ask.user_agent),
            headers={name.lower(): value[:TEXT_LENGTH] for name, value in (ask.headers or {}).items()},
            url=ask.url,
            referrer=ask.referrer,
            title=ask.title,
            zone=ask.zone,
            language=ask.language,
            touch=ask.touch,
            screen_width=ask.screen,
            consent=choice(ask.consent),
            gpc=True if ask.gpc else None,
            channel=ask.channel or "web",
            email=ask.email,
            traits=ask.traits or {},
        )

    def _decide(
        self, served: Served, visitor: Visitor, known: str | None, scope: Scope, headers: dict[bytes, bytes]
    ) -> bytes:
        """Decide and encode. Whatever goes wrong, the page gets its own content, and we learn of it."""
        try:
            answer = served.mitate.decide(visitor).encode()
            served.decided += 1
            return self._with_table(served, answer, known, scope, headers)
        except Exception as error:
            served.fault(error, "deciding")
            return defaults(served, visitor)

    async def _preview(
        self,
        served: Served,
        visitor: Visitor,
        ask: Ask,
        preview: PreviewAsk,
        scope: Scope,
        headers: dict[bytes, bytes],
    ) -> bytes:
        """Answer as the link says, counting nothing; with one that can't be used the page is as for everyone."""
        link = self._previews.invitation(served, preview)
        if isinstance(link, Mapping):
            return joined(self._decide(served, visitor, ask.table, scope, headers), {"problem": link})
        try:
            answer = await self._previews.answer(served, visitor, preview, link)
            return self._with_table(served, answer, ask.table, scope, headers)
        except Problem:
            raise
        except Exception as error:
            served.fault(error, "showing a preview")
            return defaults(served, visitor)

    def _with_table(
        self, served: Served, answer: bytes, known: str | None, scope: Scope, headers: dict[bytes, bytes]
    ) -> bytes:
        """Add the slot table where the page knows an older one."""
        if known is None:
            return answer
        table = served.newer_table(
            known, (self._public_url or _asked_at(scope, headers)) + self._prefix, self._deadline
        )
        return answer if table is None else answer[:-1] + b',"table":' + table + b"}"


def _asked_at(scope: Scope, headers: dict[bytes, bytes]) -> str:
    """Give the address at which a page asked, as a browser has it.

    A page served over TLS reaches nobody without it but its own machine, so a proxy must have taken the TLS away.
    """
    host = headers.get(b"host", b"").decode("latin-1")
    secure = headers.get(b"origin", b"").startswith(b"https:") and not is_loopback_host(host)
    return f"{'https' if secure else scope.get('scheme', 'http')}://{host}"


def defaults(served: Served, visitor: Visitor) -> bytes:
    """Give the answer that leaves the page as it is: every slot its own content, for `ERROR`.

    A fault takes nobody's consent away, nor the id in their browser, and gives neither.
    """
    from mitate.consent import PURPOSES, granted, may_remember

    purposes = granted(visitor, served.mitate.site.consent)
    return msgspec.json.encode(
        {
            "version": served.mitate.version,
            "page_view": visitor.page_view,
            "visitor": visitor.id if may_remember(purposes) else None,
            "purposes": [one for one in PURPOSES if one in purposes],
            "lasts": 0,
            "decisions": {name: {"reason": "ERROR", "basis": "everyone"} for name in served.mitate.site.slots},
        }
    )
