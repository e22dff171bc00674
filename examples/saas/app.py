"""Hakari, an invented reporting tool whose hints come from what a member is doing right now. Run it, then try it.

    python examples/saas/app.py

The application knows who is logged in, and says so in a token that it signs: what each member has used, and their plan.
The rest happens in the page. mitate's own server is mounted under /mitate, as it would stand on an address of its own.
"""

from __future__ import annotations

import argparse
import os
import secrets
from pathlib import Path
from string import Template
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mitate.tokens import sign_identity, sign_preview
from mitate_server.app import create_app
from mitate_server.links import preview_link
from mitate_server.settings import Settings
from mitate_server.snippet import tag

HERE: Final = Path(__file__).parent
PREFIX: Final = "/mitate"
SITE: Final = "hakari"
DEADLINE: Final = 300
"""Milliseconds. No page waits for its hints: their slots are `live`, so nothing of it is hidden."""

MEMBERS: Final = {
    "new": {"user.plan": "free", "features.export.used": False},
    "power": {"user.plan": "team", "features.export.used": True},
}
"""What a real application would read from its database."""

CSP: Final = (
    "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; img-src 'self' data:; "
    "require-trusted-types-for 'script'; trusted-types mitate; base-uri 'none'; object-src 'none'"
)


class Hakari:
    """The application: one page, who is logged in, and mitate beside it."""

    def __init__(self, deadline: int = DEADLINE) -> None:
        self.deadline = deadline
        self.secret = secrets.token_hex(32)
        self.exported: set[str] = set()
        self.mitate = create_app([HERE / "site"], Settings(prefix=PREFIX, data=None, secret=self.secret))
        self.pages = Starlette(
            routes=[
                Route("/", self.page),
                Route("/as/{member}", self.log_in),
                Route("/why", self.why),
                Route("/exported", self.note_export, methods=["POST"]),
                Route("/{name}", self.file),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] == "http" and not scope["path"].startswith(f"{PREFIX}/")
        app: ASGIApp = self.pages if ours else self.mitate
        await app(scope, receive, send)

    def token(self, user: str) -> str:
        """Say who is logged in, in words that only this backend can sign."""
        facts: dict[str, object] = dict(MEMBERS[user.split("-")[0]])
        if user in self.exported:
            facts["features.export.used"] = True
        return sign_identity(SITE, user, secret=self.secret, traits=facts)

    async def page(self, request: Request) -> Response:
        """Show the application. It has one page; what follows "#" is the view, and changes without a request."""
        user = _user(request)
        if user is None:
            return RedirectResponse("/as/new", 303)
        language, nonce = _language(request), secrets.token_urlsafe(16)
        table = self.mitate.sites[SITE].mitate.slot_table(PREFIX, self.deadline)
        filled = Template((HERE / "pages" / "index.html").read_text("utf-8")).substitute(
            lang=language,
            member=user.split("-")[0],
            nonce=nonce,
            tag=tag({**table, "token": self.token(user)}, nonce),
        )
        headers = {"content-security-policy": CSP.format(nonce=nonce), "cache-control": "no-store"}
        response = HTMLResponse(filled, headers=headers)
        response.set_cookie("hakari_lang", language, samesite="lax")
        return response

    async def log_in(self, request: Request) -> Response:
        """Log in as somebody whom nobody has seen yet. Members agreed to be remembered when they signed up."""
        member = request.path_params["member"]
        if member not in MEMBERS:
            return Response(status_code=404)
        response = RedirectResponse("/", 303)
        response.set_cookie("hakari", f"{member}-{secrets.token_hex(8)}", httponly=True, samesite="lax")
        response.set_cookie("mitate_consent", "11", samesite="lax")
        response.delete_cookie("mitate_id")
        return response

    async def note_export(self, request: Request) -> Response:
        """Remember that the member has used the export; the new token says so."""
        user = _user(request)
        if user is None:
            return Response(status_code=404)
        self.exported.add(user)
        return JSONResponse({"token": self.token(user)})

    async def why(self, request: Request) -> Response:
        """Open a preview: the same page, with the panel that says why each slot shows what it shows."""
        token = sign_preview(SITE, secret=self.secret, language=_language(request))
        return RedirectResponse(preview_link(str(request.url_for("page")), token), 303)

    async def file(self, request: Request) -> Response:
        """Give a style sheet, a script or a picture."""
        file = HERE / "pages" / request.path_params["name"]
        if file.suffix not in (".js", ".css", ".svg") or not file.is_file():
            return Response(status_code=404)
        return FileResponse(file, headers={"cache-control": "no-cache"})


def _user(request: Request) -> str | None:
    user = request.cookies.get("hakari", "")
    return user if user.split("-")[0] in MEMBERS else None


def _language(request: Request) -> str:
    """Give the language to read in: the one chosen, else the browser's."""
    said = request.query_params.get("lang") or request.cookies.get("hakari_lang")
    if said in ("en", "ja"):
        return said
    return "ja" if request.headers.get("accept-language", "").startswith("ja") else "en"


def main() -> None:
    """Serve until Ctrl+C."""
    parser = argparse.ArgumentParser(description="Hakari: hints from what a member is doing right now.")
    parser.add_argument("port", type=int, nargs="?", default=8005)
    port = parser.parse_args().port
    print(f"http://127.0.0.1:{port}/       the application: the bar at its foot says what to try")
    print(f"http://127.0.0.1:{port}/why    the same, with the panel that says why", flush=True)
    deadline = int(os.environ.get("MITATE_DEADLINE", DEADLINE))
    uvicorn.run(Hakari(deadline), host="127.0.0.1", port=port, log_level="warning", ws="none")


if __name__ == "__main__":
    main()
