"""ASGI as we use it: its types, reading a body up to a limit, sending one answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Sequence[tuple[bytes, bytes]]


class TooLarge(Exception):  # noqa: N818 - an outcome, not an error of ours
    """The body is larger than the limit; the rest of it was not read."""


class Gone(Exception):  # noqa: N818
    """The client left before its request was complete."""


async def read_body(receive: Receive, limit: int) -> bytes:
    """Read the request's body, `limit` bytes at most. Raises `TooLarge` and `Gone`."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Gone
    body: bytes = message.get("body", b"")
    if len(body) > limit:
        raise TooLarge
    if not message.get("more_body", False):  # nearly always: one message
        return body
    parts, size = [body], len(body)
    while message.get("more_body", False):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)


async def respond(send: Send, status: int, headers: Headers, body: bytes = b"") -> None:
    """Send a complete answer; the length header is added here."""
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [*headers, (b"content-length", b"%d" % len(body))],
        }
    )
    await send({"type": "http.response.body", "body": body})
