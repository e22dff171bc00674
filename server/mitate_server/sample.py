"""The site's sample pages, shown on this machine only: ``pages/*.html`` with the tag filled in."""

from __future__ import annotations

import mimetypes
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from . import snippet
from .door import Door
from .settings import Settings
from .sites import Served, Sites

MARK: Final = "<!-- mitate -->"
"""What a sample page has where the tag belongs; `mitate serve` puts the present tag there."""


def folder_of(served: Served) -> Path:
    """Give the folder of a site's sample pages."""
    return (served.path if served.path.is_dir() else served.path.parent) / "pages"


def has_sample(served: Served) -> bool:
    """Tell whether the site brings a sample page."""
    return (folder_of(served) / "index.html").is_file()


def endpoint(sites: Sites, settings: Settings, door: Door) -> Callable[[Request], Awaitable[Response]]:
    """Give the endpoint that shows sample pages."""

    async def page(request: Request) -> Response:
        served = sites.get(request.path_params["site"])
        if (
            settings.start_page == "never"
            or served is None
            or not door.is_local(request.scope, dict(request.scope["headers"]))
        ):
            raise HTTPException(404)
        home = folder_of(served).resolve()
        try:
            path = (home / (request.path_params["path"] or "index.html")).resolve()
            if not (path.is_relative_to(home) and path.is_file()):
                raise HTTPException(404)
        except (OSError, ValueError):  # no name that a file can have
            raise HTTPException(404) from None
        headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
        body = await anyio.Path(path).read_bytes()
        if path.suffix == ".html":
            tag = snippet.tag(served.mitate.slot_table(settings.prefix, settings.deadline))
            return Response(body.decode().replace(MARK, tag), media_type="text/html; charset=utf-8", headers=headers)
        return Response(
            body, media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream", headers=headers
        )

    return page
