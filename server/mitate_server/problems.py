"""The one error shape: problem details (RFC 9457), each kind a row of one table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from .wire import Headers, Send, respond

CONTENT_TYPE: Final = b"application/problem+json"


class Kind(msgspec.Struct, frozen=True):
    """What can go wrong with a request: its name, its HTTP status, a title that never changes."""

    name: str
    status: int
    title: str


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("not-json", 400, "The body is not the JSON this address expects"),
        Kind("wrong-secret", 401, "The secret is not this site's"),
        Kind("origin-not-allowed", 403, "The request's origin is not one of the site's"),
        Kind("unknown-site", 404, "No such site here"),
        Kind("not-found", 404, "Nothing at this address"),
        Kind("method-not-allowed", 405, "This address does not answer that method"),
        Kind("too-large", 413, "The body is too large"),
        Kind("too-many-requests", 429, "Too many requests from this address"),
        Kind("fault", 500, "A fault in the server"),
        Kind("not-ready", 503, "The server is not ready"),
    )
}


class Problem(Exception):  # noqa: N818 - RFC 9457's word for it
    """A request that cannot be answered; `problem_body` shows its shape."""

    def __init__(
        self, name: str, detail: str, *, hint: str | None = None, errors: Sequence[object] = (), headers: Headers = ()
    ) -> None:
        super().__init__(detail)
        self.kind = KINDS[name]
        self.detail = detail
        self.hint = hint
        self.errors = errors
        self.headers = headers

    def body(self) -> dict[str, object]:
        """Give the JSON object: type, title, status, detail, and hint and errors where there are some."""
        shape: dict[str, object] = {
            "type": f"about:blank#{self.kind.name}",
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
        }
        if self.hint:
            shape["hint"] = self.hint
        if self.errors:
            shape["errors"] = list(self.errors)
        return shape


async def send_problem(send: Send, problem: Problem, headers: Headers = ()) -> None:
    """Answer with a problem; `headers` are added to its own (the CORS ones, mostly)."""
    own: list[tuple[bytes, bytes]] = [(b"content-type", CONTENT_TYPE), (b"cache-control", b"no-store")]
    await respond(send, problem.kind.status, [*own, *problem.headers, *headers], msgspec.json.encode(problem.body()))
