"""One client's connection: how much of a request's head is kept, how long it may take to arrive, how an answer leaves.

uvicorn limits neither head nor time, so that one client could fill the memory with headers, or hold
connections by the thousand by sending a byte a minute. How large a body may be is the door's to say.
"""

from __future__ import annotations

import asyncio
from typing import Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT: Final = 65_536
"""Bytes of a request's line and headers that are read; browsers and proxies send less than a quarter of it."""

PATIENCE: Final = 30.0
"""Seconds in which a request has to be complete, from its first byte (or the connection's beginning) on."""

_LARGE: Final = 16_384

_TOO_LARGE: Final = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Whole:
    """A transport that sends together what is written together, as one packet: uvicorn writes head and body apart.

    What is written waits for the loop's next turn, so that what an application sends without waiting goes out at once
    and a stream still flows.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._waiting: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._waiting:
            self._loop.call_soon(self._send)
        self._waiting.append(data)
        if len(data) > _LARGE:  # the transport says when it has enough of a stream
            self._send()

    def close(self) -> None:
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self._transport.write(b"".join(waiting))

    def __getattr__(self, name: str) -> object:
        return getattr(self._transport, name)


class Connection(HttpToolsProtocol):
    """Reads requests as uvicorn does, within limits."""

    _head: int | None = 0
    """Bytes of the head read so far; None while no head is being read."""
    _since: float | None = None
    """When the request began that is not complete; None when there is none."""
    _look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast(asyncio.Transport, Whole(transport, self.loop)))
        self._since = self.loop.time()
        self._look = self.loop.call_later(PATIENCE, self._end_what_takes_too_long)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        begun = self._head is not None  # what came with a body before it is not counted
        super().data_received(data)
        if begun and self._head is not None:
            self._head += len(data)
            if self._head > HEAD_LIMIT and not self.transport.is_closing():
                self.transport.write(_TOO_LARGE)
                self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0
        self._since = self.loop.time()

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._head = None

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._since = None

    def _end_what_takes_too_long(self) -> None:
        now, since = self.loop.time(), self._since
        if since is not None and now - since >= PATIENCE:
            self.transport.abort()
        else:
            wait = PATIENCE if since is None else since + PATIENCE - now
            self._look = self.loop.call_later(wait, self._end_what_takes_too_long)
