"""A newspaper whose news stands in the order of the topics a reader opens, below the top news.

    python examples/news/app.py             then open http://127.0.0.1:8101/

The paper tells mitate nothing: topics are learned from the addresses of the articles that are opened, once the reader has
agreed. mitate's own server runs beside the paper, under /mitate.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from dataclasses import replace
from html import escape
from pathlib import Path
from string import Template

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from mitate import Visitor, new_id
from mitate.tokens import sign_preview
from mitate_server import snippet
from mitate_server.app import Server, create_app
from mitate_server.settings import Settings
from mitate_server.wire import Receive, Scope, Send

HERE = Path(__file__).parent
FRAME = Template((HERE / "pages" / "frame.html").read_text("utf-8"))
DAY = 86_400


class Story(msgspec.Struct):
    """One article, and the part of the front page it stands in."""

    id: str
    topic: str
    part: str
    title: dict[str, str]
    text: dict[str, str]


class Words(msgspec.Struct):
    """What the paper says in one language."""

    language: str
    other: str
    other_name: str
    paper: str
    skip: str
    example: str
    why_title: str
    panel: str
    motto: str
    latest: str
    three: str
    front: str
    footer: str
    ask: str
    ask_name: str
    yes: str
    no: str
    aside: str
    topics: dict[str, str]
    readers: dict[str, str]


STORIES = msgspec.json.decode((HERE / "stories.json").read_bytes(), type=list[Story])
WORDS = msgspec.json.decode((HERE / "words.json").read_bytes(), type=dict[str, Words])
READERS = {
    "new": [],
    "stars": [("science/comet", 1), ("science/deep-sea", 1)],
    "table": [("food/miso", 7), ("food/broth", 7), ("food/persimmon", 6), ("culture/museum", 6), ("culture/loom", 5)],
    "faded": [("science/comet", 30), ("science/deep-sea", 30)],
}
"""What the readers of the bar opened before: an article, and how many days ago."""


class Paper:
    """The paper's pages, with mitate's tag in each."""

    def __init__(self) -> None:
        self.secret = secrets.token_urlsafe(32)
        # Profiles and events live as long as this process; a laptop that has just started it may need some patience.
        settings = Settings.read({"MITATE_DATA": "", "MITATE_DEADLINE": "1000", **os.environ})
        self.server: Server = create_app([HERE / "site"], replace(settings, prefix="/mitate", secret=self.secret))
        self.mitate = self.server.sites["news"].mitate
        self.deadline = settings.deadline

    # -- the bar of this example

    async def read_as(self, request: Request) -> Response:
        """Become a reader of the bar: somebody new, who agreed and opened these articles on these days."""
        reader, words = request.path_params["reader"], _words(request)
        response = RedirectResponse(f"/{words.language}/", 303)
        articles = READERS.get(reader, [])
        someone = new_id()
        for path, days in articles:
            address = f"{request.base_url}{words.language}/{path}"
            seen = Visitor.from_request(
                dict(request.headers), url=address, said=_said(someone, agreed=True, page_view=new_id(), url=address)
            )
            self.mitate.decide(seen, now=time.time() - days * DAY)
        known = {"reader": reader, "mitate_id": someone, "mitate_consent": "11"} if articles else {}
        for name in ("reader", "mitate_id", "mitate_consent"):
            response.set_cookie(name, known.get(name, ""), max_age=DAY if known else 0, samesite="lax")
        return response

    def why(self, request: Request, language: str) -> str:
        """Say why the news stands as it does: what `mitate explain` would say of this request."""
        agreed = request.cookies.get("mitate_consent", "").startswith("1")
        said = _said(request.cookies.get("mitate_id"), agreed=agreed, url=str(request.url))
        return self.mitate.explain(Visitor.from_request(dict(request.headers), said=said)).why("latest", language)

    # -- the pages

    async def front(self, request: Request) -> Response:
        """Show the front page: everybody's, in the editors' order."""
        words = _words(request)
        latest = "".join(_story(one, words, "story") for one in STORIES if one.part == "latest")
        three = "".join(_story(one, words, "pick") for one in STORIES if one.part == "three")
        main = (
            f'<div class=front><section><h1>{words.latest}</h1><ol class=stories data-mitate="latest">{latest}</ol></section>'
            f'<aside aria-label="{words.aside}"><h2 data-mitate="three-title">{words.three}</h2>'
            f'<ol class=three data-mitate="three">{three}</ol></aside></div>'
        )
        return self.page(request, words, words.front, main)

    async def article(self, request: Request) -> Response:
        """Show one article."""
        words, named = _words(request), (request.path_params["topic"], request.path_params["id"])
        one = next((one for one in STORIES if (one.topic, one.id) == named), None)
        if one is None:
            raise HTTPException(404)
        title, text = one.title[words.language], one.text[words.language]
        back = f'<p class=end><a href="/{words.language}/">{words.front}</a></p>'
        topic = f"<p class=topic>{words.topics[one.topic]}</p>"
        return self.page(
            request, words, title, f"<article class=article>{topic}<h1>{title}</h1><p>{text}</p>{back}</article>"
        )

    def page(self, request: Request, words: Words, title: str, main: str) -> Response:
        """Put a page together."""
        nonce, table = secrets.token_urlsafe(12), self.mitate.slot_table("/mitate", self.deadline)
        preview = sign_preview("news", secret=self.secret, language=words.language)
        text = FRAME.substitute(
            msgspec.structs.asdict(words),
            title=title,
            main=main,
            nonce=nonce,
            asked=" hidden" if "mitate_consent" in request.cookies else "",
            tag=snippet.tag(table, nonce),
            readers_="".join(_reader(one, words, request.cookies.get("reader")) for one in words.readers),
            other_path=f"/{words.other}{request.url.path.removeprefix('/' + words.language)}",
            why=escape(self.why(request, words.language)),
            # A link that differs in what follows the # alone would not load the page again.
            preview=f"/{words.language}/?why#mitate={preview}",
        )
        policy = snippet.policy(table, nonce)
        csp = f"default-src 'self'; base-uri 'none'; {policy}; require-trusted-types-for 'script'"
        return HTMLResponse(text, headers={"content-security-policy": csp, "cache-control": "no-store"})

    async def start(self, request: Request) -> Response:
        """Lead to the front page, in the browser's language."""
        japanese = request.headers.get("accept-language", "").startswith("ja")
        return RedirectResponse("/ja/" if japanese else "/en/")


def _said(visitor: str | None, *, agreed: bool, **more: str) -> dict[str, object]:
    """Give what the page would say of a reader."""
    consent = {"personalization": agreed, "analytics": agreed}
    return {"visitor": visitor, "consent": consent if visitor else None, **more}


def _words(request: Request) -> Words:
    words = WORDS.get(request.path_params["language"])
    if words is None:
        raise HTTPException(404)
    return words


def _story(one: Story, words: Words, kind: str) -> str:
    title, text = one.title[words.language], one.text[words.language]
    link = f'<a href="/{words.language}/{one.topic}/{one.id}">{title}</a>'
    topic = f"<p class=topic>{words.topics[one.topic]}</p>"
    level = "h2" if kind == "story" else "h3"
    return f'<li class="{kind}" data-topic="{one.topic}">{topic}<{level}>{link}</{level}><p>{text}</p></li>'


def _reader(reader: str, words: Words, now: str | None) -> str:
    current = ' aria-current="true"' if reader == now else ""
    return f'<li><a href="/{words.language}/as/{reader}"{current}>{words.readers[reader]}</a></li>'


class App:
    """The paper, and mitate's server under /mitate, at one address."""

    def __init__(self) -> None:
        self.paper = Paper()
        self.pages = Starlette(
            routes=[
                Route("/", self.paper.start),
                Mount("/assets", StaticFiles(directory=HERE / "assets")),
                Route("/{language}/", self.paper.front),
                Route("/{language}/as/{reader}", self.paper.read_as),
                Route("/{language}/{topic}/{id}", self.paper.article),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # mitate's server also watches the site's folder, from start to end (lifespan).
        is_page = scope["type"] == "http" and not scope["path"].startswith("/mitate/")
        await (self.pages if is_page else self.paper.server)(scope, receive, send)


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8101
    print(f"The Hoshimi Herald: http://127.0.0.1:{port}/   (stop with Ctrl+C)")
    uvicorn.run(App(), port=port, log_level="warning")
