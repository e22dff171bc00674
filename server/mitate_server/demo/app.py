"""The demonstration's server: the two sites, the visitor bar, and the answers for imagined visitors.

Production never mounts this: it believes a visitor who says who they are.

A tab is known by a token. It is in the address of the first page (``?visitor=``) and is carried from
page to page by the Referer, as the language is: nothing is stored in the browser for it.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final, TypeVar
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from mitate import Reported
from mitate.model import Clock
from mitate_server.previews import PreviewAsk, PreviewDesk, asked_here, invite, joined
from mitate_server.previews import said as said_of
from mitate_server.problems import Problem
from mitate_server.proxies import is_local
from mitate_server.said import choice
from mitate_server.settings import Settings
from mitate_server.sites import Served
from mitate_server.snippet import SCRIPTS, browser_script, embed, is_built, tag

from . import pages
from .presets import presets
from .sessions import SITES, Demo, Session
from .visitors import Imagined, Language, Said

ASSETS: Final = files("mitate_server.demo") / "assets"
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}").fullmatch
BODY_LIMIT: Final = 512 * 1024
SLOW: Final = 2.0
"""How long a slow server takes to answer, in seconds: more than the loader waits."""
TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

CSP: Final = (
    "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types mitate; "
    "base-uri 'none'; object-src 'none'; frame-ancestors 'self'"
)

TITLES: Final[Mapping[str, Mapping[str, str]]] = {
    "shoes": {"ja": "ひより靴店", "en": "Hiyori Shoes"},
    "nagare": {"ja": "ナガレ", "en": "Nagare"},
}

LANGUAGES: Final[Mapping[str, Language]] = {"ja": "ja", "en": "en"}

Handler = Callable[[Request], Awaitable[Response]]
T = TypeVar("T")
Choice = dict[str, bool] | str | None


class Asked(msgspec.Struct):
    """What a page asks with; who visits is the bar's to say, so the rest of it is not read."""

    site: str
    page_view: str | None = None
    url: str | None = None
    referrer: str | None = None
    title: str | None = None
    consent: Choice = None
    preview: PreviewAsk | str | None = None


class Happened(msgspec.Struct):
    """What a page reports."""

    site: str
    events: Annotated[list[Reported], msgspec.Meta(max_length=200)]
    page_view: str | None = None
    consent: Choice = None


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """What the bar sets. `afresh` forgets what the visitor did before."""

    site: str
    visitor: Imagined
    afresh: bool = False


class Reached(msgspec.Struct, forbid_unknown_fields=True):
    """What reached the browser, to be searched for companies."""

    site: str
    answer: Annotated[str, msgspec.Meta(max_length=BODY_LIMIT)] = ""
    script: Annotated[str, msgspec.Meta(max_length=BODY_LIMIT)] = ""
    page: Annotated[str, msgspec.Meta(max_length=BODY_LIMIT)] = ""


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """A request the demo doesn't understand."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


def create_app(
    folder: Path | None = None, clock: Clock = time.time, deadline: int = 300, secret: str | None = None
) -> Starlette:
    """Make the demonstration.

    `folder` holds the sites (the packaged ones when None), `clock` gives seconds (UTC), `deadline` is
    how many milliseconds a page waits for its answer, `secret` signs previews: one for this run alone when None.
    """
    demo = Demo(folder, clock)
    demo.warm_up()
    routes = Routes(demo, deadline, secret or secrets.token_urlsafe(32))
    app = Starlette(
        routes=[
            Route("/", _plain(routes.start)),
            Route("/demo", _plain(routes.start)),
            Route("/demo/s/{token}/visitor", _plain(routes.visitor), methods=["GET", "PUT"]),
            Route("/demo/s/{token}/search", _plain(routes.search), methods=["POST"]),
            Route("/demo/s/{token}/v1/decide", _plain(routes.decide), methods=["POST"]),
            Route("/demo/s/{token}/v1/events", _plain(routes.events), methods=["POST"]),
            *(Route(f"/demo/s/{{token}}/{name}.js", _plain(partial(routes.script, name))) for name in SCRIPTS),
            Route("/{site}/assets/{name:path}", _plain(routes.asset)),
            Route("/demo/{site}", _plain(routes.outer)),
            Route("/demo/{site}/compare", _plain(routes.compare)),
            Route("/demo/{site}/preview", _plain(routes.preview)),
            Route("/{site}", _plain(routes.page)),
            Route("/{site}/{path:path}", _plain(routes.page)),
        ]
    )
    app.state.demo = demo
    return app


def _plain(handler: Handler) -> Handler:
    """Answer what is refused in plain words."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except Refused as refused:
            return PlainTextResponse(str(refused), refused.status)

    return answer


class Routes:
    """Every address of the demonstration."""

    def __init__(self, demo: Demo, deadline: int, secret: str) -> None:
        self.demo = demo
        self.deadline = deadline
        self._secret = secret
        self._previews = PreviewDesk(Settings(secret=secret))
        self._served = {
            name: Served(mitate, mitate.path, mitate.profiles, mitate.events) for name, mitate in demo.sites.items()
        }

    # -- pages -----------------------------------------------------------------------------------

    async def start(self, request: Request) -> Response:
        """List the two demonstrations."""
        language = _language(request)
        here = is_local(request.scope, dict(request.scope["headers"]))
        links = {
            site: pages.own("preview.html", site=site, lang=language, name=TITLES[site][language]) if here else ""
            for site in SITES
        }
        title = {"ja": "mitate デモ", "en": "mitate demo"}[language]
        about = pages.own("preview-about.html" if here else "preview-elsewhere.html")
        return _page("start.html", language, title=title, preview=about, **links)

    async def outer(self, request: Request) -> Response:
        """Show a site with the visitor bar beside it."""
        site, language = _site(request), _language(request)
        data = {
            "site": site,
            "language": language,
            "chosen": request.query_params.get("preset"),
            "path": _site_path(site, request.query_params.get("path")),
            "presets": [{"id": one.id, "label": one.label, "visitor": one.visitor} for one in presets()[site]],
            "interests": {name: topic.label for name, topic in self.demo.sites[site].site.interests.items()},
        }
        title = TITLES[site][language]
        return _page("bar.html", language, title=f"{title} | mitate", data=embed(data))

    async def compare(self, request: Request) -> Response:
        """Show a site to two of the presets, side by side."""
        site, language = _site(request), _language(request)
        known = [one.id for one in presets()[site]]
        asked = [request.query_params.get(side) for side in ("a", "b")]
        data = {
            "site": site,
            "language": language,
            "chosen": [one if one in known else known[number] for number, one in enumerate(asked)],
            "presets": [{"id": one.id, "label": one.label, "visitor": one.visitor} for one in presets()[site]],
        }
        title = f"{TITLES[site][language]} A | B"
        return _page("compare.html", language, title=f"{title} | mitate", data=embed(data))

    async def preview(self, request: Request) -> Response:
        """Send whoever sits at this machine to a site with the preview panel, by a link that is made now."""
        site, language = _site(request), _language(request)
        if not asked_here(request.scope, dict(request.scope["headers"])):
            raise Refused(403, "A preview is opened on the machine that runs the demo, from its start page.")
        self.demo.look_again(site)
        token = self.demo.guest(site, language)
        said = urlencode({"visitor": token, "lang": language})
        name = self.demo.sites[site].site.name
        await self._previews.prepare(self._served[site], self.demo.session(token, site).look(Said()))
        link = invite(f"/{site}/?{said}", name, self._secret, language)
        return Response(status_code=303, headers={"location": link, "cache-control": "no-store"})

    async def page(self, request: Request) -> Response:
        """Show a page of a site, with its tag."""
        site = _site(request)
        said = dict(request.query_params)
        came_from = _came_from(request)
        # The token and the language come along from the page before.
        missing = {name: came_from[name] for name in ("visitor", "lang") if name not in said and name in came_from}
        if "visitor" not in said and "visitor" not in missing:
            missing["visitor"] = secrets.token_urlsafe(16)
        if missing:
            query = urlencode([*parse_qsl(request.url.query, keep_blank_values=True), *missing.items()])
            return RedirectResponse(f"{request.url.path}?{query}", 303)
        token = _token(said["visitor"])
        path = str(request.path_params.get("path", ""))
        page = pages.find(site, path, said.get("item"))
        if page is None:
            raise Refused(404, f"{TITLES[site]['en']} has no page at /{path}")
        self.demo.look_again(site)
        language = _language(request)
        other = {"ja": "en", "en": "ja"}[language]
        nonce = secrets.token_urlsafe(16)
        body = pages.render(
            site,
            page,
            language,
            tag=tag(self.demo.sites[site].slot_table(f"/demo/s/{token}", self.deadline), nonce),
            nonce=nonce,
            other_url=f"{request.url.path}?{urlencode({**said, 'lang': other})}",
        )
        return _html(body, nonce)

    async def asset(self, request: Request) -> Response:
        """Give a style sheet, a script or a picture."""
        site, name = str(request.path_params["site"]), str(request.path_params["name"])
        folder = ASSETS / site if site in (*SITES, "demo") else None
        found = re.fullmatch(r"[a-z0-9-]+(\.[a-z]+)", name)
        file = folder / name if folder is not None and found is not None else None
        if file is None or found is None or found[1] not in TYPES or not file.is_file():
            raise Refused(404, "no such file")
        return Response(file.read_bytes(), media_type=TYPES[found[1]], headers={"cache-control": "no-cache"})

    # -- the page's own requests -----------------------------------------------------------------

    async def decide(self, request: Request) -> Response:
        """Answer a page for the visitor whom the bar imagines."""
        asked = await _read(request, Asked)
        session = self.demo.session(_token(request.path_params["token"]), _known(asked.site))
        if session.imagined.server == "down":
            session.said = Said(asked.url, asked.referrer, asked.title, asked.page_view)
            return Response(status_code=503)
        if session.imagined.server == "slow":
            await asyncio.sleep(SLOW)
        self.demo.look_again(asked.site)
        session.hear(choice(asked.consent))
        said = Said(asked.url, asked.referrer, asked.title, asked.page_view)
        if asked.preview is not None:
            answer = await self._previewed(self._served[asked.site], session, said, said_of(asked.preview))
        else:
            answer = session.answer(said).encode()
        return Response(answer, media_type="application/json", headers={"cache-control": "no-store"})

    async def _previewed(self, served: Served, session: Session, said: Said, ask: PreviewAsk) -> bytes:
        """Answer a page of a preview, counting nothing; with a link that can't be used it is as for everyone."""
        link = self._previews.invitation(served, ask)
        if isinstance(link, Mapping):
            return joined(session.answer(said).encode(), {"problem": link})
        if not (link.visitor if ask.visitor is None else ask.visitor):
            ask.facts = {**session.facts, **ask.facts}
        try:
            return await self._previews.answer(served, session.look(said), ask, link)
        except Problem as problem:
            raise Refused(problem.kind.status, problem.detail) from None

    async def events(self, request: Request) -> Response:
        """Record what a page reports."""
        happened = await _read(request, Happened)
        session = self.demo.session(_token(request.path_params["token"]), _known(happened.site))
        if session.imagined.server == "down":
            return Response(status_code=503)
        session.record(happened.events, happened.page_view)
        return Response(msgspec.json.encode({"accepted": len(happened.events)}), 202, media_type="application/json")

    async def script(self, name: str, request: Request) -> Response:
        """Give a file that pages load, as a production server does."""
        if not is_built(name):
            raise Refused(404, "no such file")
        return Response(
            browser_script(name).source, media_type="text/javascript", headers={"cache-control": "no-cache"}
        )

    # -- the bar's requests ----------------------------------------------------------------------

    async def visitor(self, request: Request) -> Response:
        """Tell the bar who visits and why they see what they see; with PUT, change who visits."""
        token = _token(request.path_params["token"])
        if request.method == "PUT":
            change = await _read(request, Change)
            self.demo.session(token, _known(change.site)).imagine(change.visitor, afresh=change.afresh)
            return Response(status_code=204)
        site = _known(request.query_params.get("site", ""))
        self.demo.look_again(site)
        session = self.demo.session(token, site)
        told = {"visitor": session.imagined, **session.told()}
        return Response(msgspec.json.encode(told), media_type="application/json", headers={"cache-control": "no-store"})

    async def search(self, request: Request) -> Response:
        """Look for the company list in what reached the browser."""
        reached = await _read(request, Reached)
        session = self.demo.session(_token(request.path_params["token"]), _known(reached.site))
        found = session.search({"answer": reached.answer, "script": reached.script, "page": reached.page})
        return Response(msgspec.json.encode(found), media_type="application/json")


async def _read(request: Request, form: type[T]) -> T:
    """Read a body of modest size. Raises `Refused` for anything else than `form`."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > BODY_LIMIT:
            raise Refused(413, "too large")
    try:
        return msgspec.json.decode(body, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused(400, str(error)) from None


def _known(site: str) -> str:
    if site not in SITES:
        raise Refused(404, f"there are {' and '.join(SITES)}")
    return site


def _site(request: Request) -> str:
    return _known(str(request.path_params["site"]))


def _token(said: object) -> str:
    if not isinstance(said, str) or TOKEN(said) is None:
        raise Refused(404, "no such visitor")
    return said


def _site_path(site: str, said: str | None) -> str:
    """Give an address inside the site: the one asked for, else its first page."""
    return said if said is not None and re.fullmatch(rf"/{site}/[a-z/]*", said) else f"/{site}/"


def _came_from(request: Request) -> dict[str, str]:
    """Give what the address of the page before carried, when it was one of ours."""
    before = urlsplit(request.headers.get("referer", ""))
    if before.netloc != request.headers.get("host"):
        return {}
    found = {name: values[0] for name, values in parse_qs(before.query).items() if name in ("visitor", "lang")}
    if TOKEN(found.get("visitor", "")) is None or not re.match(r"/(shoes|nagare)(/|$)", before.path):
        found.pop("visitor", None)
    return found


def _language(request: Request) -> Language:
    """Give the language to read in: asked for, else the first of Japanese and English the browser wants."""
    wanted = re.findall(r"(?:^|[,\s])(ja|en)\b", request.headers.get("accept-language", ""))
    first: Language = "ja" if wanted and wanted[0] == "ja" else "en"
    return LANGUAGES.get(request.query_params.get("lang", ""), first)


def _page(name: str, language: str, **values: str) -> Response:
    """Fill one of the demonstration's own pages."""
    nonce = secrets.token_urlsafe(16)
    return _html(pages.own(name, lang=language, nonce=nonce, **values), nonce)


def _html(body: str, nonce: str) -> Response:
    headers = {
        "content-security-policy": CSP.format(nonce=nonce),
        "cache-control": "no-store",
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
    }
    return HTMLResponse(body, headers=headers)
