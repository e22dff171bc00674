"""What a block may not have, and how each of its places is filled.

A block does the same whoever inserts it: a server that prints it, a browser that parses it, with or without a strict
Content-Security-Policy. And no value of a fact changes more than the text of its own place.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from mitate.blocks import urls
from mitate.blocks.escaping import escape_html, plain
from mitate.blocks.html import Attribute, Comment, EndTag, StartTag, Text, tokens
from mitate.blocks.template import MARK, Template
from mitate_rules.errors import Diagnostic


class Writing(NamedTuple):
    """How the value of one place is written."""

    escape: Callable[[str], str]
    for_people: bool = True


_PART_OF_A_PAGE = "a block is a part of a page"
_READ_TWO_WAYS = "browsers read its content in two ways"
REFUSED_ELEMENTS = {
    "script": "use events: mitate.track(…), or a listener in the page's own script",
    "base": "it would turn every link of the page",
    "object": "use <img>, <video> or <iframe>",
    "embed": "use <img>, <video> or <iframe>",
    "applet": "use <img>, <video> or <iframe>",
    "noscript": _READ_TWO_WAYS,
    "noembed": _READ_TWO_WAYS,
    "noframes": _READ_TWO_WAYS,
    "xmp": "use <pre>",
    "listing": "use <pre>",
    "plaintext": "use <pre>",
    "math": "use MathML in the page itself",
    "foreignobject": "put the HTML beside the <svg>",
    **dict.fromkeys(("html", "head", "body", "frameset", "frame"), _PART_OF_A_PAGE),
}

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
OPTIONAL_END = frozenset(
    [
        "li",
        "p",
        "dt",
        "dd",
        "td",
        "th",
        "tr",
        "tbody",
        "thead",
        "tfoot",
        "option",
        "optgroup",
        "colgroup",
        "caption",
        "rt",
        "rp",
    ]
)

URL_ATTRIBUTES = frozenset(["href", "xlink:href", "src", "action", "formaction", "poster", "cite", "background"])
"""A place may stand in these after a literal address."""
URL_ATTRIBUTES_UNFILLED = frozenset(
    [
        "data",
        "srcset",
        "imagesrcset",
        "ping",
        "manifest",
        "longdesc",
        "usemap",
        "archive",
        "codebase",
        "classid",
        "dynsrc",
        "lowsrc",
        "xml:base",
    ]
)
_PICTURES = frozenset({("img", "src"), ("input", "src"), ("video", "poster"), ("source", "src")})
_SVG_PICTURES = frozenset({("image", "href"), ("image", "xlink:href"), ("feimage", "href")})

DECIDING_ATTRIBUTES = frozenset(
    [
        "allow",
        "as",
        "attributename",
        "crossorigin",
        "download",
        "enctype",
        "for",
        "form",
        "formenctype",
        "formmethod",
        "formtarget",
        "http-equiv",
        "id",
        "integrity",
        "is",
        "itemref",
        "list",
        "method",
        "name",
        "nonce",
        "popovertarget",
        "referrerpolicy",
        "rel",
        "sandbox",
        "shadowrootmode",
        "slot",
        "target",
        "type",
        "commandfor",
        "command",
        "part",
    ]
)
"""What these say decides what an element does or which it is (an `id` even what a script's variable is)."""
_FRAMEWORK_CODE = re.compile(r"[@:*#(\[]|(?:data-)?(?:x|v|ng|hx)-|data-(?:bind|action|on)\b")
"""Attributes that widespread frameworks run as code: @click, :href, v-html, x-on:click, ng-click, hx-get, data-bind."""

SVG_ELEMENTS = frozenset(
    [
        "svg",
        "g",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "textpath",
        "defs",
        "use",
        "symbol",
        "lineargradient",
        "radialgradient",
        "stop",
        "clippath",
        "mask",
        "pattern",
        "image",
        "title",
        "desc",
        "marker",
        "filter",
        "style",
        "a",
        "switch",
        "view",
        "metadata",
        "animate",
        "animatetransform",
        "animatemotion",
        "set",
        "mpath",
        "feblend",
        "fecolormatrix",
        "fecomponenttransfer",
        "fecomposite",
        "feconvolvematrix",
        "fediffuselighting",
        "fedisplacementmap",
        "fedistantlight",
        "fedropshadow",
        "feflood",
        "fefunca",
        "fefuncb",
        "fefuncg",
        "fefuncr",
        "fegaussianblur",
        "feimage",
        "femerge",
        "femergenode",
        "femorphology",
        "feoffset",
        "fepointlight",
        "fespecularlighting",
        "fespotlight",
        "fetile",
        "feturbulence",
    ]
)
_ANIMATIONS = frozenset({"animate", "animatetransform", "animatemotion", "set"})
_SVG_DRAWING = frozenset(
    [
        "fill",
        "stroke",
        "filter",
        "mask",
        "clip-path",
        "marker",
        "marker-start",
        "marker-mid",
        "marker-end",
        "cursor",
        "color-profile",
    ]
)
"""Presentation attributes take url(…), as a style does."""

_UNFINISHED_REFERENCE = re.compile(r"&(?:#[xX]?[0-9A-Fa-f]*|[A-Za-z0-9]*)")


class Check:
    """One reading of a block: findings, and how each place is written, in the order of the places."""

    def __init__(self, template: Template, *, markup: bool = True) -> None:
        """With `markup=False` values stand as they are, as in `setAttribute`: no references, nothing to escape."""
        self._template = template
        self._markup = markup
        self._text_writing = Writing(escape_html if markup else plain)
        self._open: list[StartTag] = []
        self._open_names: Counter[str] = Counter()
        self.found: list[Diagnostic] = []
        self.writings: dict[int, Writing] = {}
        """By the offset of the place's mark."""

    def run(self) -> Check:
        for token in tokens(self._template.text):
            if isinstance(token, StartTag):
                self._start(token)
            elif isinstance(token, EndTag):
                self._end(token)
            elif isinstance(token, Text):
                self._text(token)
            elif isinstance(token, Comment):
                self._unfilled(token.text, token.offset + len("<!--"), "a comment")
            else:
                self._say(token.offset, "broken-html", token.message, token.hint)
        for tag in self._open:
            if tag.name not in OPTIONAL_END:
                hint = f"close it with </{tag.name}>, or it would take in what follows the block"
                self._say(tag.offset, "unbalanced", f"<{tag.name}> is never closed", hint)
        return self

    # Elements

    def _start(self, tag: StartTag) -> None:
        self._element(tag)
        for attribute in tag.attributes:
            self.attribute(tag.name, attribute)
        if tag.closes_itself and not self._in_svg and tag.name not in (*VOID, "svg"):
            hint = f"HTML doesn't close it there: write <{tag.name}></{tag.name}>"
            self._say(tag.offset, "unbalanced", f"<{tag.name}/> closes itself", hint)
        elif not (tag.name in VOID and not self._in_svg) and not tag.closes_itself:
            self._open.append(tag)
            self._open_names[tag.name] += 1

    def _element(self, tag: StartTag) -> None:
        name = tag.name
        values = {attribute.name: html.unescape(attribute.value or "").strip().lower() for attribute in tag.attributes}
        if name in REFUSED_ELEMENTS:
            self._say(tag.offset, "unsafe-element", f"<{name}> in a block", REFUSED_ELEMENTS[name])
        elif self._in_svg and name not in SVG_ELEMENTS:
            self._say(tag.offset, "unsafe-element", f"<{name}> inside <svg>", "put HTML beside the <svg>")
        elif self._in_svg and self._open[-1].name in ("title", "desc", "style"):
            self._say(tag.offset, "unsafe-element", f"<{name}> inside <{self._open[-1].name}>", "write text only")
        elif name == "meta" and "http-equiv" in values:
            self._say(tag.offset, "unsafe-element", "<meta http-equiv> in a block", "it would steer the whole page")
        elif name in _ANIMATIONS and values.get("attributename", "").removeprefix("xlink:") in ("href", "style"):
            self._say(tag.offset, "unsafe-element", f"<{name}> that changes an address", "animate something else")
        elif name == "style" or (name == "link" and "stylesheet" in values.get("rel", "").split()):
            self._warn(
                tag.offset, f"<{name}> in a block", "a strict Content-Security-Policy drops it: style in the page"
            )

    def _end(self, tag: EndTag) -> None:
        if tag.name in VOID or not self._open_names[tag.name]:
            hint = "remove it" if tag.name in VOID else "remove it, or it could close the page's own element"
            self._say(tag.offset, "unbalanced", f"</{tag.name}> closes nothing", hint)
            return
        while (left := self._close_last()).name != tag.name:
            if left.name not in OPTIONAL_END:
                # Browsers repair this by moving elements, some of them beyond the end of the block.
                hint = f"close it with </{left.name}> before"
                self._say(left.offset, "unbalanced", f"<{left.name}> is still open at </{tag.name}>", hint)

    def _close_last(self) -> StartTag:
        tag = self._open.pop()
        self._open_names[tag.name] -= 1
        return tag

    @property
    def _in_svg(self) -> bool:
        return self._open_names["svg"] > 0

    # Places

    def _text(self, token: Text) -> None:
        if token.raw in ("style", "script", "iframe"):
            self._unfilled(token.text, token.offset, f"<{token.raw}>")
        else:
            self._fill(token.text, token.offset, [self._text_writing] * token.text.count(MARK))

    def attribute(self, element: str, attribute: Attribute) -> None:
        """Check one attribute; `element` is empty when it isn't known."""
        name, value, offset = attribute.name, attribute.value or "", attribute.value_offset
        if why := _why_refused(name):
            self._say(attribute.offset, "unsafe-attribute", f'the attribute "{name}" {why[0]}', why[1])
            self._settle(value, offset)
        elif name in URL_ATTRIBUTES or name in URL_ATTRIBUTES_UNFILLED:
            self._url(element, attribute)
        else:
            if name == "style":
                hint = "a strict Content-Security-Policy drops it: use a class"
                self._warn(attribute.offset, 'the attribute "style" in a block', hint)
            if MARK in value and (what := self._why_unfilled(element, name)):
                self._unfilled(value, offset, what)
            else:
                self._fill(value, offset, [self._text_writing] * value.count(MARK))

    def _why_unfilled(self, element: str, name: str) -> str | None:
        if name == "style":
            return 'the attribute "style"'
        if element == "meta":
            return "<meta>, which may steer the whole page"
        if element in _ANIMATIONS or (name in _SVG_DRAWING and self._in_svg):
            return f'the attribute "{name}" of a drawing'
        if name in DECIDING_ATTRIBUTES or name.startswith("xmlns"):
            return f'the attribute "{name}", which decides what the element does'
        if _FRAMEWORK_CODE.match(name):
            return f'the attribute "{name}", which a framework may run as code'
        return None

    def _url(self, element: str, attribute: Attribute) -> None:
        name, value, offset = attribute.name, attribute.value or "", attribute.value_offset
        pieces = [html.unescape(piece) if self._markup else piece for piece in value.split(MARK)]
        picture = (element, name) in _PICTURES or (element, name) in _SVG_PICTURES
        if problem := urls.literal_problem(pieces[0], picture=picture and len(pieces) == 1):
            self._say(attribute.offset, "unsafe-url", f'{problem.message} in "{name}"', problem.hint)
            self._settle(value, offset)
        elif len(pieces) > 1 and name in URL_ATTRIBUTES_UNFILLED:
            self._unfilled(value, offset, f'the attribute "{name}"')
        elif len(pieces) > 1:
            encoders = urls.place_encoders(pieces)
            if isinstance(encoders, urls.UrlProblem):
                self._say(offset + value.index(MARK), "unsafe-filling", encoders.message, encoders.hint)
                self._settle(value, offset)
            else:
                self._fill(value, offset, [Writing(encoder, for_people=False) for encoder in encoders])

    def _fill(self, text: str, offset: int, writings: list[Writing]) -> None:
        at = -1
        for writing in writings:
            at = text.index(MARK, at + 1)
            ampersand = text.rfind("&", 0, at)
            if self._markup and ampersand >= 0 and _UNFINISHED_REFERENCE.fullmatch(text, ampersand, at):
                self._say(offset + at, "unsafe-filling", "a filling right after &", "write &amp; for an ampersand")
            self.writings[offset + at] = writing

    def _unfilled(self, text: str, offset: int, what: str) -> None:
        """Complain about places where none may stand."""
        for match in re.finditer(MARK, text):
            hint = "fill text, or a quoted attribute that is neither code, style nor srcdoc"
            self._say(offset + match.start(), "unsafe-filling", f"a filling in {what}", hint)
        self._settle(text, offset)

    def _settle(self, text: str, offset: int) -> None:
        for match in re.finditer(MARK, text):
            self.writings[offset + match.start()] = self._text_writing

    def _say(self, offset: int, code: str, message: str, hint: str) -> None:
        self.found.append(self._template.finding(offset, code, message, hint=hint))

    def _warn(self, offset: int, message: str, hint: str) -> None:
        self.found.append(self._template.finding(offset, "style", message, severity="warning", hint=hint))


def _why_refused(name: str) -> tuple[str, str] | None:
    if name.startswith("on"):
        return "is code", "use events: mitate.track(…), or a listener in the page's own script"
    if name == "srcdoc":
        return "is a page of code", "use src"
    if name == "shadowrootmode":
        return "does nothing in a block that a script inserts", "leave it out"
    return None
