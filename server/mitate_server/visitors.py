"""``GET`` and ``DELETE /v1/visitors/{id}``: everything stored about one visitor, shown or erased. For backends only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from .door import Door
from .problems import Problem
from .said import ID
from .sites import Sites


def endpoint(sites: Sites, door: Door) -> Callable[[Request], Awaitable[Response]]:
    """Make the endpoint. A visitor may be known to several sites; each is answered for."""

    async def visitor(request: Request) -> Response:
        if not door.has_secret(dict(request.scope["headers"])):
            raise Problem(
                "origin-not-allowed",
                "What is stored about a visitor is shown to backends only.",
                hint="Send Authorization: Bearer and the site's secret.",
            )
        visitor_id = request.path_params["id"]
        if ID(visitor_id) is None:
            raise Problem("not-found", "A visitor's id has 22 characters: a-z, A-Z, 0-9, - and _.")
        if request.method == "DELETE":
            erased = {name: await run_in_threadpool(one.mitate.erase, visitor_id) for name, one in sites.items()}
            return _json({"visitor": visitor_id, "erased_events": erased})
        stored = {name: await run_in_threadpool(one.mitate.export, visitor_id) for name, one in sites.items()}
        return _json({"visitor": visitor_id, "sites": stored})

    return visitor


def _json(body: object) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json", headers={"cache-control": "no-store"})
