"""The server as one ASGI application: every address it answers is on this page."""

from __future__ import annotations

import asyncio
import gc
import gzip
import logging
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import cache, partial
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import openapi, sample, snippet, visitors
from .decide import Decide
from .door import Door
from .logs import configure_logging
from .problems import Problem, send_problem
from .record import Record
from .settings import Settings
from .sites import Sites
from .start import StartPage
from .stores import open_sites, sweep_daily
from .tokens import Tokens
from .watch import Watch
from .wire import App, Receive, Scope, Send

log = logging.getLogger("mitate")

SITES_VARIABLE: Final = "MITATE_SITES"
"""The folders to serve, for worker processes; separated as in PATH."""

Endpoint = Callable[[Request], Awaitable[Response]]


class Server:
    """The application. The two addresses that every page view asks are looked up before any framework."""

    def __init__(self, sites: Sites, settings: Settings) -> None:
        self.settings = settings
        self.sites = sites
        self.door = Door(settings, sites)
        self.record = Record(self.door, Tokens(settings))
        prefix = settings.prefix
        self._raw: dict[str, App] = {
            f"{prefix}/v1/decide": Decide(settings, self.door),
            f"{prefix}/v1/events": self.record,
        }
        start = StartPage(sites, settings, self.door)
        self._others = Starlette(
            routes=[
                *script_routes(prefix),
                Route(f"{prefix}/v1/visitors/{{id}}", visitors.endpoint(sites, self.door), methods=["GET", "DELETE"]),
                Route("/health/live", live),
                Route("/health/ready", self._ready),
                Route("/openapi.json", openapi.endpoint(settings)),
                Route("/", start.page),
                Route("/start/{name}", start.file),
                Route("/sample/{site}/{path:path}", sample.endpoint(sites, settings, self.door)),
            ],
            exception_handlers={Problem: _problem, HTTPException: _http_problem, Exception: _fault},
            lifespan=self._lifespan,
        )
        self._others.router.redirect_slashes = False  # an address is right or wrong

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            endpoint = self._raw.get(scope["path"])
            if endpoint is not None:
                await endpoint(scope, receive, send)
                return
        await self._others(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncGenerator[None]:
        # Where a public address is set, a deployment owns the folders.
        keep_schemas = not self.settings.public_url
        watch = Watch(self.sites, keep_schemas=keep_schemas) if self.settings.reload else None
        sweep = asyncio.create_task(sweep_daily(self.sites, self.settings.retention))
        # What is loaded now stays for long: the garbage collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        for served in self.sites.values():
            log.info("%s: version %s serves", served.mitate.site.name, served.mitate.version)
        try:
            yield
        finally:
            sweep.cancel()
            if watch is not None:
                watch.close()
            self.record.close()
            self.sites.close()

    async def _ready(self, _: Request) -> Response:
        versions = {name: served.mitate.version for name, served in self.sites.items()}
        return JSONResponse({"status": "ok", "sites": versions}, headers={"cache-control": "no-store"})


async def live(_: Request) -> Response:
    """Answer that the process runs."""
    return JSONResponse({"status": "ok"}, headers={"cache-control": "no-store"})


def script_routes(prefix: str) -> Iterator[Route]:
    """Give the addresses of each file that pages load: its plain name, and the one with its hash."""
    for name in snippet.SCRIPTS:
        endpoint = partial(browser_script, name)
        yield Route(f"{prefix}/{name}.js", endpoint)
        yield Route(f"{prefix}/{name}.{{version}}.js", endpoint)


async def browser_script(name: str, request: Request) -> Response:
    """Serve a file that pages load: for an hour under its plain name, for ever under its hash."""
    if not snippet.is_built(name):
        raise HTTPException(404)
    script = snippet.browser_script(name)
    named = request.path_params.get("version")
    if named is not None and named != script.version:
        raise HTTPException(404)
    etag, is_packed = f'"{script.version}"', takes_gzip(request.headers.get("accept-encoding", ""))
    headers = {
        "etag": f"W/{etag}" if is_packed else etag,  # the same, in other bytes
        "vary": "accept-encoding",
        "cache-control": "public, max-age=31536000, immutable"
        if named
        else "public, max-age=3600, stale-while-revalidate=86400",
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
    }
    if etag in [known.strip().removeprefix("W/") for known in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    if is_packed:
        headers["content-encoding"] = "gzip"
    body = packed(script.source) if is_packed else script.source
    return Response(body, media_type="text/javascript; charset=utf-8", headers=headers)


def takes_gzip(accepted: str) -> bool:
    """Tell whether an ``Accept-Encoding`` names gzip, and not only to refuse it (RFC 9110, section 12.5.3)."""
    for one in accepted.lower().split(","):
        coding, _, weight = one.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


@cache
def packed(source: bytes) -> bytes:
    """Give a file's bytes gzipped, the same at every start."""
    return gzip.compress(source, 9, mtime=0)


class _ProblemResponse(Response):
    """A problem as Starlette sends it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(status_code=problem.kind.status)
        self._problem = problem

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send_problem(send, self._problem)


async def _problem(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return _ProblemResponse(problem)


async def _http_problem(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 405:
        allow = dict(getattr(error, "headers", None) or {}).get("Allow", "GET, HEAD")
        return _ProblemResponse(
            Problem(
                "method-not-allowed", f"{request.method} is not answered here.", headers=[(b"allow", allow.encode())]
            )
        )
    return _ProblemResponse(Problem("not-found", f"There is nothing at {request.url.path}."))


async def _fault(request: Request, error: Exception) -> Response:
    return _ProblemResponse(Problem("fault", "The fault is in the log."))


def create_app(folders: Sequence[Path], settings: Settings) -> Server:
    """Load the sites and give the application. Raises `mitate.DocumentError` when one has an error."""
    return Server(open_sites(folders, settings), settings)


def from_environment() -> Server:
    """Give the application as the environment describes it: how each worker process starts."""
    folders = [Path(part) for part in os.environ[SITES_VARIABLE].split(os.pathsep)]
    settings = Settings.read(os.environ)
    configure_logging(settings.log_level)
    return create_app(folders, settings)
