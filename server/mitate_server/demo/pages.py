"""The sites' own pages: plain HTML files with a few ``$names`` in them, filled on each request.

A page carries the tag as any site's page would; nothing in it knows of the visitor bar.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from string import Template
from typing import Final

import msgspec

Language = str
FOLDER: Final = files("mitate_server.demo") / "pages"

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "ja": {
        "nav": "主なページ",
        "shop": "商品",
        "product": "製品",
        "help": "ご案内",
        "consent": "記録の利用について",
        "other": "en",
        "other_name": "English",
    },
    "en": {
        "nav": "Main",
        "shop": "Shop",
        "product": "Product",
        "help": "Help",
        "consent": "Use of history",
        "other": "ja",
        "other_name": "日本語",
    },
}
RANGES: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "walk": (
        "歩く靴",
        "Walking shoes",
        "履きはじめから軽く、百日目にはもっと軽い靴。",
        "Light on the first day, lighter on the hundredth.",
    ),
    "nurse": (
        "ナースシューズ",
        "Nurse shoes",
        "静かで、軽くて、拭ける。立つ・歩く・しゃがむを一日くり返す足に。",
        "Quiet, light and wipe-clean, for a day of standing, walking and kneeling.",
    ),
    "care": ("お手入れと中敷き", "Care and insoles", "一足を長く履くための道具。", "Tools that make one pair last."),
}
CATEGORIES: Final = {"walk": "walking-shoes", "nurse": "nurse-shoes", "care": "care"}


class Product(msgspec.Struct, frozen=True):
    """A thing the shop sells. Texts are by language; `price` is in yen."""

    slug: str
    range: str
    tile: str
    price: int
    name: dict[str, str]
    line: dict[str, str]
    more: dict[str, str]
    points: list[dict[str, str]]


@cache
def products() -> Mapping[str, Product]:
    """Give the shop's goods by slug, in the order in which they stand on the shelf."""
    data = (FOLDER / "shoes" / "products.json").read_bytes()
    return {one.slug: one for one in msgspec.json.decode(data, type=list[Product])}


class Page(msgspec.Struct, frozen=True):
    """One page: its title by language, and what goes between header and footer."""

    title: dict[str, str]
    main: str


def find(site: str, path: str, item: str | None = None) -> Page | None:
    """Give the page at `path` (without the site's name), or None. `item` is what is being bought."""
    return SITES[site](path.strip("/"), item)


def render(site: str, page: Page, language: Language, *, tag: str, nonce: str, other_url: str) -> str:
    """Give the whole document."""
    words = WORDS[language]
    name = {"shoes": {"ja": "ひより靴店", "en": "Hiyori Shoes"}, "nagare": {"ja": "ナガレ", "en": "Nagare"}}[site][
        language
    ]
    title = page.title[language]
    return _template(f"{site}/layout.html").substitute(
        lang=language,
        title=html.escape(f"{title} | {name}" if title else name),
        description=html.escape(
            {
                "shoes": {"ja": "歩くほど、なじむ靴。", "en": "Shoes that settle in as you walk."},
                "nagare": {"ja": "申請も承認も、止まらない。", "en": "Requests that never get stuck."},
            }[site][language]
        ),
        tag=tag,
        nonce=html.escape(nonce),
        main=page.main,
        other_url=html.escape(other_url),
        other_lang=words["other"],
        other_name=words["other_name"],
        nav_label=words["nav"],
        shop_label=words["shop"],
        product_label=words["product"],
        help_label=words["help"],
        consent_label=words["consent"],
    )


def own(name: str, /, **values: str) -> str:
    """Give one of the demonstration's own pages."""
    return _fill(f"demo/{name}", **values)


def both(texts: Mapping[str, str]) -> str:
    """Give a text in both languages, side by side; the style sheet shows the one being read."""
    return f'<span lang="ja">{html.escape(texts["ja"])}</span><span lang="en">{html.escape(texts["en"])}</span>'


@cache
def _template(name: str) -> Template:
    return Template((FOLDER / name).read_text("utf-8"))


def _fill(name: str, /, **values: str) -> str:
    return _template(name).substitute(values)


# -- the shop ------------------------------------------------------------------------------------

_SHOE_PAGES: Final = {
    "": ("", ""),
    "cart": ("カート", "Cart"),
    "size": ("足のサイズの測り方", "How to measure your foot"),
    "quiz": ("お仕事の靴", "Your work shoe"),
    "display": ("この表示について", "About this display"),
}


def _shoes(path: str, item: str | None) -> Page | None:
    range_, _, slug = path.partition("/")
    bought = products().get(item or "")
    if range_ in RANGES:
        return _range(range_) if not slug else _product(range_, slug)
    if path == "thanks" and bought is not None:
        values = {"slug": bought.slug, "value": str(bought.price), "category": CATEGORIES[bought.range]}
        names = {f"name_{language}": html.escape(text) for language, text in bought.name.items()}
        return Page({"ja": "ありがとうございます", "en": "Thank you"}, _fill("shoes/thanks.html", **values, **names))
    if path not in _SHOE_PAGES:
        return None
    ja, en = _SHOE_PAGES[path]
    title: dict[str, str] = {"ja": ja, "en": en}
    if path == "cart":
        filled = bought and {"slug": bought.slug, "name": both(bought.name), "price": yen(bought.price)}
        return Page(title, _fill("shoes/cart.html", **filled) if filled else _fill("shoes/empty.html"))
    if path == "":
        return Page(title, _fill("shoes/home.html", walk_cards=cards(["aruki", "asagiri", "komichi", "ame"])))
    return Page(title, _fill(f"shoes/{path}.html"))


def _range(name: str) -> Page:
    ja, en, lead_ja, lead_en = RANGES[name]
    listed = cards([one.slug for one in products().values() if one.range == name], "h2")
    texts = {"name": both({"ja": ja, "en": en}), "lead": both({"ja": lead_ja, "en": lead_en})}
    return Page({"ja": ja, "en": en}, _fill("shoes/list.html", **texts, cards=listed))


def _product(range_: str, slug: str) -> Page | None:
    one = products().get(slug)
    if one is None or one.range != range_:
        return None
    main = _fill(
        "shoes/product.html",
        slug=one.slug,
        art=one.slug,
        tile=one.tile,
        range=range_,
        range_name=both({"ja": RANGES[range_][0], "en": RANGES[range_][1]}),
        name=both(one.name),
        price=yen(one.price),
        more=both(one.more),
        points="".join(f"<li>{both(point)}</li>" for point in one.points),
    )
    return Page(one.name, main)


def cards(slugs: list[str], heading: str = "h3") -> str:
    """Give the cards of these products, as the shelf's own blocks have them."""
    return "\n".join(
        f'<li class="item"><div class="pic {one.tile}"><img src="/shoes/assets/{one.slug}.svg" alt="" width="320" height="220"></div>'
        f'<{heading}><a href="/shoes/{one.range}/{one.slug}">{both(one.name)}</a></{heading}><p>{both(one.line)}</p><p class="price">{yen(one.price)}</p></li>'
        for one in (products()[slug] for slug in slugs)
    )


def yen(amount: int) -> str:
    """Give an amount as people read it."""
    return f"¥{amount:,}"


# -- the software company ------------------------------------------------------------------------

_NAGARE_PAGES: Final = {
    "": ("home", "", ""),
    "pricing": ("pricing", "料金", "Pricing"),
    "cases": ("cases", "導入事例", "Customers"),
    "security": ("security", "セキュリティ", "Security"),
    "guide": ("guide", "資料", "Guide"),
    "estimate": ("estimate", "料金の試算", "Estimate"),
    "contact": ("contact", "ご相談", "Contact"),
    "setup": ("setup", "設定ガイド", "Set-up guide"),
    "display": ("display", "この表示について", "About this display"),
}


def _nagare(path: str, _item: str | None) -> Page | None:
    if path not in _NAGARE_PAGES:
        return None
    name, ja, en = _NAGARE_PAGES[path]
    return Page({"ja": ja, "en": en}, _fill(f"nagare/{name}.html"))


SITES: Final[Mapping[str, Callable[[str, str | None], Page | None]]] = {"shoes": _shoes, "nagare": _nagare}
