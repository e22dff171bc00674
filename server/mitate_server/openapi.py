"""The API's description, made from the very types that read the requests (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from importlib.metadata import version
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from .decide import Ask
from .problems import KINDS
from .record import Batch
from .settings import Settings

FAILURES: Final = (
    "not-json",
    "wrong-secret",
    "origin-not-allowed",
    "unknown-site",
    "method-not-allowed",
    "too-large",
    "too-many-requests",
)
"""The kinds of problem these addresses answer with."""


class ProblemDetails(msgspec.Struct):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    hint: str | None = None
    errors: list[dict[str, Any]] | None = None


class SlotDecision(msgspec.Struct, omit_defaults=True):
    """What one slot shows. With no content (html, text …) the page keeps its own."""

    reason: str
    basis: str
    experience: str | None = None
    variant: str | None = None
    html: str | None = None
    text: str | None = None
    attributes: dict[str, str] | None = None
    json: Any = None
    redirect: str | None = None
    operations: list[dict[str, Any]] | None = None
    order: dict[str, Any] | None = None
    exposure: str | None = None
    """When the page tells that it was exposed, where that isn't when the slot was seen: `decided`."""
    left: int | None = None
    """How many exposures its cap leaves in this period."""
    lasts: int | None = None
    """Seconds until its schedule ends, when that is within a day."""
    rendered: bool | None = None
    """The slot holds it already; a decision in a page has no content then."""


class Waiting(msgspec.Struct):
    """What an experience shows as soon as `when` holds: a rule over what happens in the page."""

    when: dict[str, Any]
    decisions: dict[str, SlotDecision]


class Answer(msgspec.Struct):
    """What every slot of the page shows to this visitor."""

    version: str
    page_view: str
    visitor: str | None
    purposes: list[str]
    decisions: dict[str, SlotDecision]
    lasts: int = 0
    """For how many seconds a device may reuse the answer."""
    residuals: list[Waiting] | None = None
    """What could still come true in the page, in priority order: each outranks the decisions of its slots."""
    table: dict[str, Any] | None = None
    preview: dict[str, Any] | None = None
    """With a preview's token: its audiences, experiences, slots and stories, or the `problem` with the token."""


class Accepted(msgspec.Struct):
    """How many events are committed."""

    accepted: int
    ignored: str | None = None
    """Why none of them counts: the page shows a preview."""


def _anything(kind: type) -> dict[str, Any]:
    if kind is object:
        return {"description": "Any JSON value"}
    raise NotImplementedError


@cache
def describe(prefix: str) -> bytes:
    """Give the description as JSON."""
    shapes, components = msgspec.json.schema_components(
        [Ask, Answer, Batch, Accepted, ProblemDetails],
        ref_template="#/components/schemas/{name}",
        schema_hook=_anything,
    )
    ask, answer, batch, accepted, problem = shapes
    failures: dict[str, object] = {
        str(KINDS[name].status): {
            "description": KINDS[name].title,
            "content": {"application/problem+json": {"schema": problem}},
        }
        for name in FAILURES
    }

    def post(summary: str, body: object, status: str, result: object) -> dict[str, object]:
        done: object = {"description": "Done", "content": {"application/json": {"schema": result}}}
        responses: dict[str, object] = {status: done, **failures}
        return {
            "post": {
                "summary": summary,
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": body}, "text/plain": {"schema": body}},
                },
                "responses": responses,
                "security": [{}, {"secret": []}],
            }
        }

    def about_visitor(summary: str) -> dict[str, object]:
        done: object = {"description": "Done", "content": {"application/json": {"schema": {"type": "object"}}}}
        kept = {status: failure for status, failure in failures.items() if status in ("401", "403", "404")}
        return {"summary": summary, "responses": {"200": done, **kept}, "security": [{"secret": []}]}

    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "mitate", "version": version("mitate"), "summary": "Chooses what each visitor sees."},
            "paths": {
                f"{prefix}/v1/decide": post("Decide what each slot of a page shows", ask, "200", answer),
                f"{prefix}/v1/events": post("Record what happened on a page", batch, "202", accepted),
                f"{prefix}/v1/visitors/{{id}}": {
                    "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                    "get": about_visitor("Show everything stored about a visitor"),
                    "delete": about_visitor("Erase everything stored about a visitor"),
                },
            },
            "components": {
                "schemas": components,
                "securitySchemes": {
                    "secret": {
                        "type": "http",
                        "scheme": "bearer",
                        "description": "The site's secret; pages need none, they send Origin.",
                    }
                },
            },
        }
    )


def endpoint(settings: Settings) -> Callable[[Request], Awaitable[Response]]:
    """Give the endpoint that serves the description."""

    async def description(_: Request) -> Response:
        return Response(
            describe(settings.prefix), media_type="application/json", headers={"access-control-allow-origin": "*"}
        )

    return description
