"""The HTTP peers, as applications for uvicorn: a bare echo, a JSON echo on Starlette, fast-feature with one flag."""

from __future__ import annotations

import msgspec
from fast_feature.core import Flag
from fast_feature.core.types import JsonValue
from fast_feature.ofrep import OfrepRouter
from fast_feature.storage.inmemory import InMemoryFlagRepository
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mitate_server.wire import App, Receive, Scope, Send


def bare() -> App:
    """Send the body back as it is: what the HTTP server costs that all of us stand on."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise NotImplementedError
        body = (await receive())["body"]
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


async def _echo(request: Request) -> Response:
    said = msgspec.json.decode(await request.body())
    return Response(msgspec.json.encode(said), media_type="application/json")


def echo() -> Starlette:
    """Decode a JSON body and send it back encoded."""
    return Starlette(routes=[Route("/echo", _echo, methods=["POST"])])


def ofrep() -> FastAPI:
    """Serve one flag with one rule over OFREP, from memory."""
    rule: JsonValue = {"and": [{">=": [{"var": "interest"}, 0.4]}, {"in": [{"var": "device"}, ["phone", "desktop"]]}]}
    targeting: dict[str, JsonValue] = {"if": [rule, "light", "page"]}
    flag = Flag("hero", {"light": {"html": "<h2>…</h2>"}, "page": None}, "page", targeting=targeting)
    application = FastAPI()
    application.include_router(OfrepRouter.build(InMemoryFlagRepository([flag])))
    return application
