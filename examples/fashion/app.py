"""A fashion shop whose search results mark the colour a customer often chooses.

    python examples/fashion/app.py          then open http://127.0.0.1:8100/

The shop knows its customers' colours and brands from what they bought. It signs that into a token, which the tag in its
pages hands to mitate; a browser could make up none of it. mitate's own server runs beside the shop, under /mitate.
"""

from __future__ import annotations

import os
import secrets
import sys
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

from mitate import Visitor, sign_identity
from mitate.tokens import sign_preview
from mitate_server import snippet
from mitate_server.app import Server, create_app
from mitate_server.settings import Settings
from mitate_server.wire import Receive, Scope, Send

HERE = Path(__file__).parent
FRAME = Template((HERE / "pages" / "frame.html").read_text("utf-8"))


class Goods(msgspec.Struct):
    """One article of the shop."""

    id: str
    name: dict[str, str]
    brand: str
    color: str
    shape: str
    price: int


class Words(msgspec.Struct):
    """What the shop says in one language."""

    language: str
    other: str
    other_name: str
    shop: str
    skip: str
    example: str
    why_title: str
    panel: str
    search: str
    query: str
    footer: str
    found: str
    count: str
    back: str
    bag: str
    done: str
    brands: dict[str, str]
    colors: dict[str, str]
    customers: dict[str, str]


class Customer(msgspec.Struct):
    """A customer: the browser they always use, and what their purchases say (shares of the last year's)."""

    browser: str
    affinities: dict[str, float]


GOODS = msgspec.json.decode((HERE / "goods.json").read_bytes(), type=list[Goods])
WORDS = msgspec.json.decode((HERE / "words.json").read_bytes(), type=dict[str, Words])
# Which arm somebody falls into hangs on the id in their browser: these fall where the bar says.
CUSTOMERS = {
    "aoi": Customer("the-browser-of-aoi-000", {"affinity.color.black": 0.72, "affinity.color.red": 0.08}),
    "ren": Customer("the-browser-of-ren-008", {"affinity.color.navy": 0.64, "affinity.brand.minato": 0.55}),
    "mio": Customer("the-browser-of-mio-001", {"affinity.color.red": 0.58}),
    "sora": Customer("the-browser-of-sora-00", {"affinity.color.green": 0.3, "affinity.brand.tomarigi": 0.66}),
}


class Shop:
    """The shop's pages, with mitate's tag in each."""

    def __init__(self) -> None:
        self.secret = secrets.token_urlsafe(32)
        # Profiles and events live as long as this process; a laptop that has just started it may need some patience.
        settings = Settings.read({"MITATE_DATA": "", "MITATE_DEADLINE": "1000", **os.environ})
        self.server: Server = create_app([HERE / "site"], replace(settings, prefix="/mitate", secret=self.secret))
        self.mitate = self.server.sites["fashion"].mitate

    # -- what mitate needs of the shop

    def tag(self, customer: str | None, nonce: str) -> str:
        """Give the tag for a page; of who is logged in it carries a signed token."""
        table = self.mitate.slot_table("/mitate", self.server.settings.deadline)
        if customer is not None:
            affinities = CUSTOMERS[customer].affinities
            table["token"] = sign_identity("fashion", customer, secret=self.secret, traits=affinities)
        return snippet.tag(table, nonce)

    def why(self, request: Request, customer: str | None, language: str) -> str:
        """Say why the results look as they do: what `mitate explain` would say of this request."""
        visitor = Visitor.from_request(
            dict(request.headers),
            url=str(request.url),
            said={"visitor": request.cookies.get("mitate_id"), "consent": {"personalization": customer is not None}},
            user_id=customer,
            traits=None if customer is None else CUSTOMERS[customer].affinities,
        )
        return self.mitate.explain(visitor).why("results", language)

    # -- the pages

    async def search(self, request: Request) -> Response:
        """Show what was found: always the same twelve, newest first."""
        words = _words(request)
        cards = "".join(f"<li {_data(one)}>{_card(one, words)}</li>" for one in GOODS)
        main = f"<h1>{words.found}</h1><p class=count>{words.count}</p>"
        return self.page(request, words, words.found, f'{main}<ul class="cards" data-mitate="results">{cards}</ul>')

    async def item(self, request: Request) -> Response:
        """Show one article."""
        words = _words(request)
        one = next((one for one in GOODS if one.id == request.path_params["id"]), None)
        if one is None:
            raise HTTPException(404)
        back = f'<p><a href="/{words.language}/search">{words.back}</a></p>'
        button = f'<button data-bag="{one.price}" data-done="{words.done}">{words.bag}</button>'
        text = (
            f"<h1>{one.name[words.language]}</h1>{_text(one, words)}<p class=buy>{button} <span role=status></span></p>"
        )
        return self.page(
            request, words, one.name[words.language], f"{back}<div class=item>{_picture(one)}<div>{text}</div></div>"
        )

    def page(self, request: Request, words: Words, title: str, main: str) -> Response:
        """Put a page together."""
        nonce, customer = secrets.token_urlsafe(12), _customer(request)
        here = request.url.path.removeprefix(f"/{words.language}")
        preview = sign_preview("fashion", secret=self.secret, language=words.language)
        text = FRAME.substitute(
            msgspec.structs.asdict(words),
            title=title,
            main=main,
            nonce=nonce,
            tag=self.tag(customer, nonce),
            visitors="".join(_visitor(one, words, customer) for one in words.customers),
            other_path=f"/{words.other}{here}",
            why=escape(self.why(request, customer, words.language)),
            # A link that differs in what follows the # alone would not load the page again.
            preview=f"/{words.language}/search?why#mitate={preview}",
        )
        policy = snippet.policy(self.mitate.slot_table("/mitate"), nonce)
        csp = f"default-src 'self'; base-uri 'none'; {policy}; require-trusted-types-for 'script'"
        return HTMLResponse(text, headers={"content-security-policy": csp, "cache-control": "no-store"})

    async def visit(self, request: Request) -> Response:
        """Log a customer in, on the browser they always use; or out, as somebody new who has agreed to nothing yet."""
        customer, back = CUSTOMERS.get(request.path_params["customer"]), f"/{_words(request).language}/search"
        response = RedirectResponse(back, 303)
        known = {
            "customer": request.path_params["customer"] if customer else "",
            "mitate_id": customer.browser if customer else "",
            # Customers agreed when they signed up.
            "mitate_consent": "11" if customer else "",
        }
        for name, value in known.items():
            response.set_cookie(name, value, max_age=86_400 if value else 0, samesite="lax")
        return response

    async def start(self, request: Request) -> Response:
        """Lead to the results, in the browser's language."""
        japanese = request.headers.get("accept-language", "").startswith("ja")
        return RedirectResponse("/ja/search" if japanese else "/en/search")


def _words(request: Request) -> Words:
    words = WORDS.get(request.path_params["language"])
    if words is None:
        raise HTTPException(404)
    return words


def _customer(request: Request) -> str | None:
    named = request.cookies.get("customer")
    return named if named in CUSTOMERS else None


def _data(one: Goods) -> str:
    return f'class="card" data-color="{one.color}" data-brand="{one.brand}"'


def _card(one: Goods, words: Words) -> str:
    link = f'<a href="/{words.language}/item/{one.id}">{one.name[words.language]}</a>'
    return f"{_picture(one)}<div class=text><h2>{link}</h2>{_text(one, words)}</div>"


def _picture(one: Goods) -> str:
    shape = f'<use href="/assets/knits.svg#{one.shape}"/>'
    return f'<span class="pic {one.color}"><svg viewBox="0 0 160 150" aria-hidden="true">{shape}</svg></span>'


def _text(one: Goods, words: Words) -> str:
    said = f"{words.brands[one.brand]} · {words.colors[one.color]}"
    return f'<p>{said}</p><p class="price">¥{one.price:,}</p>'


def _visitor(customer: str, words: Words, now: str | None) -> str:
    current = ' aria-current="true"' if customer == (now or "guest") else ""
    return f'<li><a href="/{words.language}/as/{customer}"{current}>{words.customers[customer]}</a></li>'


class App:
    """The shop, and mitate's server under /mitate, at one address."""

    def __init__(self) -> None:
        self.shop = Shop()
        self.pages = Starlette(
            routes=[
                Route("/", self.shop.start),
                Route("/{language}/search", self.shop.search),
                Route("/{language}/item/{id}", self.shop.item),
                Route("/{language}/as/{customer}", self.shop.visit),
                Mount("/assets", StaticFiles(directory=HERE / "assets")),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # mitate's server also watches the site's folder, from start to end (lifespan).
        is_page = scope["type"] == "http" and not scope["path"].startswith("/mitate/")
        await (self.pages if is_page else self.shop.server)(scope, receive, send)


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8100
    print(f"Nagisa Clothing: http://127.0.0.1:{port}/   (stop with Ctrl+C)")
    uvicorn.run(App(), port=port, log_level="warning")
