"""Operations on a page's own elements: what they may hold, and that no visitor's value breaks out of its place."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mitate.blocks import Operations, compile_operations

FACTS = ("geo.city", "cart.items")


def good(*operations: dict[str, object]) -> Operations:
    filling, found = compile_operations(operations, facts=FACTS)
    assert found == []
    return filling


def test_each_operation_reaches_the_page_in_the_form_it_takes() -> None:
    filling = good(
        {"select": ".price", "text": "{{cart.items|no}} items & more"},
        {"html": "<b>{{geo.city|here}}</b>"},
        {"attributes": {"title": "{{geo.city|here}}", "href": "/shops?city={{geo.city}}"}},
        {"select": "p", "classes": {"add": ["new", "md:w-1/2"], "remove": ["old"]}},
        {"select": "p", "styles": {"color": "red  ! IMPORTANT", "--gap": " 2px "}},
        {"select": "img", "image": {"src": "/img/{{geo.city|x}}.jpg", "alt": "{{geo.city|here}}"}},
        {"select": "img", "image": {"src": "/a.jpg", "srcset": "/a2.jpg 2x", "alt": ""}},
        {"select": "img", "image": {"alt": "same picture"}},
        {"select": "li", "after": "<li>{{geo.city}}</li>"},
        {"select": "li", "move": {"before": "li.first"}},
        {"select": "li", "remove": True},
        {"select": "li", "hide": True},
    )
    assert filling.facts_read == {"geo.city", "cart.items"}
    assert filling.fill({"geo.city": "Ōsaka & <b>", "cart.items": 2}) == [
        {"select": ".price", "text": "2 items & more"},
        {"html": "<b>Ōsaka &amp; &lt;b&gt;</b>"},
        {"attributes": {"title": "Ōsaka & <b>", "href": "/shops?city=%C5%8Csaka%20%26%20%3Cb%3E"}},
        {"select": "p", "classes": {"old": False, "new": True, "md:w-1/2": True}},
        {"select": "p", "styles": {"color": "red!important", "--gap": "2px"}},
        {
            "select": "img",
            "image": {"srcset": None, "src": "/img/%C5%8Csaka%20%26%20%3Cb%3E.jpg", "alt": "Ōsaka & <b>"},
        },
        {"select": "img", "image": {"src": "/a.jpg", "srcset": "/a2.jpg 2x", "alt": ""}},
        {"select": "img", "image": {"alt": "same picture"}},
        {"select": "li", "after": "<li>Ōsaka &amp; &lt;b&gt;</li>"},
        {"select": "li", "move": ["before", "li.first"]},
        {"select": "li", "remove": True},
        {"select": "li", "hide": True},
    ]
    assert filling.fill({})[:2] == [{"select": ".price", "text": "no items & more"}, {"html": "<b>here</b>"}]


@pytest.mark.parametrize(
    ("operation", "code", "pointer"),
    [
        ({"html": "<script>alert(1)</script>"}, "unsafe-element", "/0/html"),
        ({"append": "<li onclick=go()>"}, "unsafe-attribute", "/0/append"),
        ({"before": "<a href='javascript:go()'>x</a>"}, "unsafe-url", "/0/before"),
        ({"prepend": "<p>"}, None, None),
        ({"after": "<div>"}, "unbalanced", "/0/after"),
        ({"text": "{{geo.town}}"}, "unknown-fact", "/0/text"),
        ({"attributes": {"onclick": "go()"}}, "unsafe-attribute", "/0/attributes/onclick"),
        ({"attributes": {"href": "java\tscript:go()"}}, "unsafe-url", "/0/attributes/href"),
        ({"attributes": {"href": "{{geo.city}}"}}, "unsafe-filling", "/0/attributes/href"),
        ({"image": {"src": "javascript:go()", "alt": ""}}, "unsafe-url", "/0/image/src"),
        ({"image": {"src": "data:text/html,x", "alt": ""}}, "unsafe-url", "/0/image/src"),
        ({"image": {"src": "data:image/png;base64,aa", "alt": ""}}, None, None),
        ({"image": {"src": "//{{geo.city}}/x", "alt": ""}}, "unsafe-filling", "/0/image/src"),
        ({"image": {"srcset": "/{{geo.city}}.jpg 2x"}}, "unsafe-filling", "/0/image/srcset"),
        ({"image": {"src": "/a.jpg"}}, "image-without-alt", "/0/image"),
        ({"styles": {"color": "{{geo.city|red}}"}}, "unsafe-filling", "/0/styles/color"),
        ({"styles": {"background": "url(//evil.example/x)"}}, "unsafe-style", "/0/styles/background"),
        ({"styles": {"background": "URL ( x )"}}, "unsafe-style", "/0/styles/background"),
        ({"styles": {"background": "u\\72l(x)"}}, "unsafe-style", "/0/styles/background"),
        ({"styles": {"background": "image-set('a.png' 1x)"}}, "unsafe-style", "/0/styles/background"),
        ({"styles": {"width": "expression(go())"}}, "unsafe-style", "/0/styles/width"),
        ({"styles": {"width": "1px; position: fixed"}}, "unsafe-style", "/0/styles/width"),
        ({"styles": {"width": "1px/**/"}}, "unsafe-style", "/0/styles/width"),
        ({"styles": {"width": "1px !ie"}}, "unsafe-style", "/0/styles/width"),
        ({"styles": {"-moz-binding": "x"}}, "unsafe-style", "/0/styles/-moz-binding"),
        ({"styles": {"width": "calc(100% - var(--gap)) !important"}}, None, None),
    ],
)
def test_what_could_run_or_load_is_an_error_in_its_place(
    operation: dict[str, object], code: str | None, pointer: str | None
) -> None:
    found = compile_operations([operation], facts=FACTS)[1]
    assert [(one.code, one.pointer) for one in found] == ([] if code is None else [(code, pointer)])
    assert [one.hint for one in found if not one.hint and one.code != "unknown-fact"] == []


class _Shape(HTMLParser):
    """The tags and attributes' names of a text of HTML: what a value must not change."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, [name for name, _ in attrs]))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(tag)

    def handle_comment(self, data: str) -> None:
        self.found.append("comment")


EVERYWHERE = good(
    {"html": '<b title="{{geo.city|x}}">{{geo.city|x}}</b>'},
    {"append": '<a href="/c?q={{geo.city|x}}">{{geo.city|x}}</a>'},
    {"text": "{{geo.city|x}}"},
    {"attributes": {"title": "{{geo.city|x}}", "href": "/{{geo.city|x}}"}},
    {"image": {"src": "https://cdn.example/{{geo.city|x}}.jpg", "alt": "{{geo.city|x}}"}},
)
NASTY = st.one_of(
    st.text(),
    st.text(alphabet="<>\"'&/\\ =;:.?#{}|-!javascriptondata\t\n\0\u2028"),
    st.sampled_from(["</b><script>", '" onload="x', "javascript:alert(1)", "../..", "//evil.example", "{{geo.city}}"]),
)


@given(NASTY)
def test_no_value_changes_more_than_its_own_place(value: str) -> None:
    filled, plain = EVERYWHERE.fill({"geo.city": value}), EVERYWHERE.fill({})
    assert [one.keys() for one in filled] == [one.keys() for one in plain]
    for place, name in ((0, "html"), (1, "append")):
        assert _Shape(str(filled[place][name])).found == _Shape(str(plain[place][name])).found
    attributes = cast("dict[str, str]", filled[3]["attributes"])
    assert set(attributes) == {"title", "href"}
    href, src = attributes["href"], cast("dict[str, str]", filled[4]["image"])["src"]
    assert href.startswith("/")
    assert not href.startswith(("//", "/\\"))
    assert src.startswith("https://cdn.example/")
    assert not set(src) & set("<>\"' \n\t\\")
    assert json.loads(json.dumps(filled)) == filled
