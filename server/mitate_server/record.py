"""``POST /v1/events``: a batch of what happened on a page; 202 only when it is committed."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from mitate import Reported

from .door import Door
from .problems import Problem, send_problem
from .said import ID, PAGE_VIEW, choice, header, read_json
from .tokens import Tokens
from .wire import Gone, Receive, Scope, Send, respond

if TYPE_CHECKING:
    from mitate import Visitor


class Batch(msgspec.Struct):
    """Who, and what happened."""

    site: str
    events: Annotated[list[Reported], msgspec.Meta(max_length=200)]
    page_view: str | None = None
    visitor: str | None = None
    consent: dict[str, bool] | str | None = None
    gpc: bool = False
    token: str | None = None


IGNORED: Final = b'{"accepted":0,"ignored":"preview"}'
"""What is said to the page of a preview, which sends no events: they are never counted."""

decode_batch = msgspec.json.Decoder(Batch).decode


class Record:
    """Accepts events. A commit may wait for the disk, so it happens beside the event loop, one at a time."""

    def __init__(self, door: Door, tokens: Tokens) -> None:
        from mitate import Visitor

        self._door = door
        self._tokens = tokens
        self._visitor = Visitor
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="mitate-record")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        door = self._door
        try:
            if scope["method"] == "OPTIONS":
                await respond(send, 204, door.preflight(scope, headers))
                return
            body, address = await door.enter(scope, headers, receive)
            batch = read_json(decode_batch, body)
            served = door.site(batch.site)
            believed = door.is_trusted(batch.site, scope, headers)
            visitor = self._read(batch, headers, address)
            if batch.token is not None:
                if self._tokens.is_of_preview(served, batch.token):
                    await self._accept(send, scope, headers, IGNORED)
                    return
                visitor = self._tokens.known(served, visitor, batch.token)
            try:
                accepted = await asyncio.get_running_loop().run_in_executor(
                    self._thread, partial(served.mitate.record, visitor, batch.events, from_browser=not believed)
                )
            except Exception as error:
                served.fault(error, "recording events")
                raise Problem("fault", "The events were not recorded; send them again later.") from None
            served.recorded += accepted
        except Problem as problem:
            await send_problem(send, problem, door.cors(scope, headers))
            return
        except Gone:
            return
        await self._accept(send, scope, headers, b'{"accepted":%d}' % len(batch.events))

    async def _accept(self, send: Send, scope: Scope, headers: dict[bytes, bytes], body: bytes) -> None:
        kind = (b"content-type", b"application/json"), (b"cache-control", b"no-store")
        await respond(send, 202, [*kind, *self._door.cors(scope, headers)], body)

    def _read(self, batch: Batch, headers: dict[bytes, bytes], address: str) -> Visitor:
        visitor_id = batch.visitor
        if visitor_id is not None and ID(visitor_id) is None:
            visitor_id = None
        page_view = batch.page_view
        if page_view is not None and PAGE_VIEW(page_view) is None:
            page_view = None  # it is stored with every event
        agent = headers.get(b"user-agent")
        gpc = headers.get(b"sec-gpc")
        return self._visitor(
            id=visitor_id,
            page_view=page_view,
            ip=address,
            user_agent=header(agent) if agent is not None else None,
            headers={"sec-gpc": header(gpc)} if gpc is not None else {},
            consent=choice(batch.consent),
            gpc=True if batch.gpc else None,
        )

    def close(self) -> None:
        """Finish what was begun."""
        self._thread.shutdown(wait=True)
