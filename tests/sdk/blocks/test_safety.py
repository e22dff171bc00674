"""What a block may not have, where a place may stand, and that no value breaks out of its place."""

from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mitate.blocks import compile_attributes, compile_block

ERRORS = [
    # code in a block
    ("<script>alert(1)</script>", "1:1", "<script> in a block"),
    ("<ScRiPt src=//x.example></sCrIpT>", "1:1", "<script> in a block"),
    ("<svg><script>alert(1)</script></svg>", "1:6", "<script> in a block"),
    ("<svg><script href='x'/></svg>", "1:6", "<script> in a block"),
    ("<p onclick='x()'>x</p>", "1:4", 'the attribute "onclick" is code'),
    ("<img onerror=alert(1) src=x>", "1:6", 'the attribute "onerror" is code'),
    ("<svg ONLOAD='x'></svg>", "1:6", 'the attribute "onload" is code'),
    ("<iframe srcdoc='<script>'></iframe>", "1:9", 'the attribute "srcdoc" is a page of code'),
    ("<object data='/x'></object>", "1:1", "<object> in a block"),
    ("<embed src='/x'>", "1:1", "<embed> in a block"),
    ("<base href='https://evil.example/'>", "1:1", "<base> in a block"),
    ("<meta http-equiv=refresh content='0;url=/'>", "1:1", "<meta http-equiv> in a block"),
    ("<noscript><p title='</noscript><img src=x>'></noscript>", "1:1", "<noscript> in a block"),
    ("<math><mi>x</mi></math>", "1:1", "<math> in a block"),
    ("<svg><foreignObject></foreignObject></svg>", "1:6", "<foreignobject> in a block"),
    ("<svg><p>x</p></svg>", "1:6", "<p> inside <svg>"),
    ("<svg><desc><path/></desc></svg>", "1:12", "<path> inside <desc>"),
    ("<svg><a><animate attributeName='href' to='/x'/></a></svg>", "1:9", "<animate> that changes an address"),
    ("<svg><set attributeName='xlink:href' to='/x'/></svg>", "1:6", "<set> that changes an address"),
    ("<body class=x>", "1:1", "<body> in a block"),
    ("<template shadowrootmode=open></template>", "1:11", 'the attribute "shadowrootmode" does nothing in a block'),
    # URLs that are code
    ("<a href=javascript:alert(1)>x</a>", "1:4", 'a javascript: URL in "href"'),
    ("<a href=' JaVaScRiPt:alert(1)'>x</a>", "1:4", 'a javascript: URL in "href"'),
    ("<a href='\x01\x1fjavascript:x'>x</a>", "1:4", 'a javascript: URL in "href"'),
    ("<a href='java\nscript\t:x'>x</a>", "1:4", 'a javascript: URL in "href"'),
    ("<a href='java&Tab;script&colon;x'>x</a>", "1:4", 'a javascript: URL in "href"'),
    ("<a href='&#106;avascript&#x3a;x'>x</a>", "1:4", 'a javascript: URL in "href"'),
    ("<a href='&#0000106avascript:x'>x</a>", "1:4", 'a javascript: URL in "href"'),
    ("<a href='vbscript:x'>x</a>", "1:4", 'a vbscript: URL in "href"'),
    ("<a href='data:text/html,<b>'>x</a>", "1:4", 'a data: URL in "href"'),
    ("<iframe src='data:text/html,x'></iframe>", "1:9", 'a data: URL in "src"'),
    ("<form action='javascript:x'></form>", "1:7", 'a javascript: URL in "action"'),
    ("<button formaction='javascript:x'>x</button>", "1:9", 'a javascript: URL in "formaction"'),
    ("<svg><a xlink:href='javascript:x'>x</a></svg>", "1:9", 'a javascript: URL in "xlink:href"'),
    ("<svg><use href='data:image/svg+xml,x'/></svg>", "1:11", 'a data: URL in "href"'),
    # HTML that a browser would repair
    ("<div", "1:1", "a tag <div that never ends"),
    ("<div class='a", "1:12", 'the attribute "class" never ends'),
    ("x\n<a href=\"/x>y</a>", "2:9", 'the attribute "href" never ends'),
    ("</div", "1:1", "an end tag </div that never ends"),
    ("<p>x</p x>", "1:5", "more than a name in the end tag </p"),
    ("</ p>", "1:1", "an end tag without a plain name"),
    ("<!-- x", "1:1", "a comment that never ends"),
    ("<!--> <img src=x> -->", "1:1", "a comment that browsers end elsewhere"),
    ("<!-- --!> <b></b> -->", "1:1", "a comment that browsers end elsewhere"),
    ("<!x>", "1:1", "a comment that doesn't begin with <!--"),
    ("<!DOCTYPE html>", "1:1", "a doctype in a block"),
    ("<![CDATA[ <b> ]]>", "1:1", "a CDATA section"),
    ("<?php echo 1 ?>", "1:1", "a processing instruction in HTML"),
    ("a <", "1:3", "a < at the very end"),
    ("<p\0>x</p>", "1:3", "a NUL character"),
    ("<p class=a class=b>x</p>", "1:12", 'the attribute "class" twice'),
    ("<p class='a'id='b'>x</p>", "1:13", "no space after an attribute"),
    ("<p class=>x</p>", "1:4", 'the attribute "class" without a value'),
    ("<p class=a'b>x</p>", "1:11", "the sign ' in a value without quotes"),
    ("<img/onerror=alert(1) src=x>", "1:5", "no plain attribute name"),
    ("<p 'x'>x</p>", "1:4", "no plain attribute name"),
    ("<textarea>x", "1:1", "<textarea> that never ends"),
    ("<textarea><b></textarea>", "1:11", "markup inside <textarea>"),
    ("<select><style></select><img src=x></style>", "1:16", "markup inside <style>"),
    ("<div><b>x</b>", "1:1", "<div> is never closed"),
    ("<p><b>x</p>", "1:4", "<b> is still open at </p>"),
    ("<b><select></b>", "1:4", "<select> is still open at </b>"),
    ("x</div>", "1:2", "</div> closes nothing"),
    ("<br></br>", "1:5", "</br> closes nothing"),
    ("<div/>x", "1:1", "<div/> closes itself"),
    # places that aren't safe
    ("<script>{{a.b}}</script>", "1:9", "a filling in <script>"),
    ("<p onclick='{{a.b}}'>x</p>", "1:4", 'the attribute "onclick" is code'),
    ("<p style='color:{{a.b}}'>x</p>", "1:17", 'a filling in the attribute "style"'),
    ("<style>{{a.b}}</style>", "1:8", "a filling in <style>"),
    ("<iframe>{{a.b}}</iframe>", "1:9", "a filling in <iframe>"),
    ("<!-- {{a.b}} -->", "1:6", "a filling in a comment"),
    ("<{{a.b}}>", "1:1", "a filling right after <"),
    ("<p{{a.b}}>", "1:1", "a tag without a plain name"),
    ("<p {{a.b}}>", "1:4", "no plain attribute name"),
    ("<p a{{a.b}}='x'>", "1:4", "no plain attribute name"),
    ("<p title={{a.b}}>x</p>", "1:10", "a filling outside quotes"),
    ("<p title='x'{{a.b}}>x</p>", "1:13", "no space after an attribute"),
    ("</{{a.b}}>", "1:1", "an end tag without a plain name"),
    ("&{{a.b}};", "1:2", "a filling right after &"),
    ("&#x{{a.b}};", "1:4", "a filling right after &"),
    ("<a href='{{a.b}}'>x</a>", "1:10", "a filling where it could choose the address"),
    ("<a href=' {{a.b}}'>x</a>", "1:11", "a filling where it could choose the address"),
    ("<a href='java{{a.b}}'>x</a>", "1:14", "a filling where it could choose the address"),
    ("<a href='x/{{a.b}}'>x</a>", "1:12", "a filling where it could choose the address"),
    ("<a href='//{{a.b}}'>x</a>", "1:12", "a filling where it could choose the address"),
    ("<a href='/&#47;{{a.b}}'>x</a>", "1:16", "a filling where it could choose the address"),
    ("<a href='/&#92;{{a.b}}'>x</a>", "1:16", "a filling where it could choose the address"),
    ("<a href='/\t/{{a.b}}'>x</a>", "1:13", "a filling where it could choose the address"),
    ("<a href='//x.example/{{a.b}}'>x</a>", "1:22", "a filling where it could choose the address"),
    ("<a href='https://{{a.b}}/'>x</a>", "1:18", "a filling where it could choose the address"),
    ("<a href='https://x{{a.b}}/'>x</a>", "1:19", "a filling where it could choose the address"),
    ("<a href='https://x.example{{a.b}}/'>x</a>", "1:27", "a filling where it could choose the address"),
    ("<a href='https://x.example:{{a.b}}/'>x</a>", "1:28", "a filling where it could choose the address"),
    ("<a href='https://x@{{a.b}}/'>x</a>", "1:20", "a filling where it could choose the address"),
    ("<a href='https:{{a.b}}'>x</a>", "1:16", "a filling where it could choose the address"),
    ("<a href='mailto:{{a.b}}'>x</a>", "1:17", "a filling where it could choose the address"),
    ("<a href='/{{a.b}}{{c.d}}/x'>x</a>", "1:11", "two fillings side by side at the start of a path"),
    ("<img srcset='/{{a.b}} 2x'>", "1:15", 'a filling in the attribute "srcset"'),
    ("<a ping='/{{a.b}}'>x</a>", "1:11", 'a filling in the attribute "ping"'),
    ("<input type='{{a.b}}'>", "1:14", 'a filling in the attribute "type", which decides what the element does'),
    ("<p id='{{a.b}}'>x</p>", "1:8", 'a filling in the attribute "id", which decides what the element does'),
    ("<p @click='{{a.b}}'>x</p>", "1:12", 'a filling in the attribute "@click", which a framework may run as code'),
    ("<p x-on:click='{{a.b}}'>x</p>", "1:16", 'a filling in the attribute "x-on:click", which a framework may run as code'),
    ("<meta name=referrer content='{{a.b}}'>", "1:30", "a filling in <meta>, which may steer the whole page"),
    ("<svg><set attributeName='{{a.b}}'/></svg>", "1:26", 'a filling in the attribute "attributename" of a drawing'),
    ("<svg><path fill='{{a.b}}'/></svg>", "1:18", 'a filling in the attribute "fill" of a drawing'),
]  # fmt: skip


@pytest.mark.parametrize(("html", "place", "message"), ERRORS)
def test_an_unsafe_block_is_an_error_with_its_position(html: str, place: str, message: str) -> None:
    block, found = compile_block(html)
    errors = [one for one in found if one.severity == "error"]
    assert [one.where for one in errors if one.message.startswith(message)] == [place]
    assert all(one.hint for one in found)
    assert block.fill({"a.b": "x"}) == ""
    assert block.facts_read == frozenset()


@pytest.mark.parametrize(
    ("html", "place", "message"),
    [
        ("<style>p { color: red }</style>", "1:1", "<style> in a block"),
        ("<link rel='preload stylesheet' href=/a.css>", "1:1", "<link> in a block"),
        ("<p style='color: red'>x</p>", "1:4", 'the attribute "style" in a block'),
    ],
)
def test_what_only_may_go_wrong_is_a_warning_and_the_block_is_kept(html: str, place: str, message: str) -> None:
    block, found = compile_block(html)
    assert [(one.where, one.severity, one.message) for one in found] == [(place, "warning", message)]
    assert block.fill({}) == html


GOOD = [
    "",
    "just text, 1 < 2 & 3 > 2",
    "<h1>Hello</h1>\n<p>one<p>two<ul><li>a<li>b</ul>",
    "<table><tr><td>a<td>b</table>",
    '<img src="data:image/png;base64,AAAA" alt=""><br><input disabled value=x>',
    "<!-- a note --><a href='mailto:a@shoes.example'>mail</a>",
    '<a href="https://shoes.example/?a=1&b=2" target=_blank rel="noopener">x</a>',
    "<svg viewBox='0 0 1 1' aria-hidden=true><title>a</title><g><path d='M0 0'/></g></svg>",
    "<iframe src='https://video.example/1' title=film></iframe>",
    "<textarea>a & b</textarea><button type=button data-x=1>x</button>",
    "<my-card><span slot=a>x</span></my-card>",
]


@pytest.mark.parametrize("html", GOOD)
def test_honest_html_is_kept_to_the_letter(html: str) -> None:
    block, found = compile_block(html)
    assert found == []
    assert block.fill({}) == html


def test_all_errors_of_a_block_are_found_at_once() -> None:
    _, found = compile_block("<p onclick=x>\n<a href='{{a.b}}'>x</a>\n<script></script>{{c.d}}", facts=["a.b"])
    assert [(one.where, one.code) for one in found] == [
        ("1:4", "unsafe-attribute"),
        ("2:10", "unsafe-filling"),
        ("3:1", "unsafe-element"),
        ("3:18", "unknown-fact"),
    ]


@pytest.mark.parametrize(
    ("html", "value", "expected"),
    [
        ("<p>{{a.b|-}}</p>", "<b>&\"'", "<p>&lt;b&gt;&amp;&quot;&#39;</p>"),
        ("<p>{{a.b|Tom & Co}}</p>", None, "<p>Tom &amp; Co</p>"),
        ("<p title='{{a.b}}'>x</p>", "' onclick='x", "<p title='&#39; onclick=&#39;x'>x</p>"),
        ("<textarea>{{a.b}}</textarea>", "</textarea><b>", "<textarea>&lt;/textarea&gt;&lt;b&gt;</textarea>"),
        ("<p>{{a.b}}</p>", "a\0b", "<p>a\ufffdb</p>"),
        ("<a href='/s/{{a.b}}/x'>x</a>", "a/b?c#d&e", "<a href='/s/a%2Fb%3Fc%23d%26e/x'>x</a>"),
        ("<a href='/s/{{a.b|x}}/y'>x</a>", "..", "<a href='/s/x/y'>x</a>"),
        ("<a href='/s/{{a.b}}/y'>x</a>", ".", "<a href='/s//y'>x</a>"),
        ("<a href='/s/v1{{a.b}}/y'>x</a>", ".2", "<a href='/s/v1.2/y'>x</a>"),
        ("<a href='/{{a.b}}/evil.example'>x</a>", "", "<a href='/./evil.example'>x</a>"),
        ("<a href='/{{a.b}}/evil.example'>x</a>", "..", "<a href='/./evil.example'>x</a>"),
        ("<a href='/{{a.b}}\\evil.example'>x</a>", None, "<a href='/.\\evil.example'>x</a>"),
        ("<a href='/{{a.b|en}}/shoes'>x</a>", None, "<a href='/en/shoes'>x</a>"),
        ("<a href='/{{a.b}}'>x</a>", "/evil.example", "<a href='/%2Fevil.example'>x</a>"),
        ("<a href='/{{a.b}}'>x</a>", "\\evil.example", "<a href='/%5Cevil.example'>x</a>"),
        ("<a href='?q={{a.b}}'>x</a>", "a b&c=d", "<a href='?q=a%20b%26c%3Dd'>x</a>"),
        ("<a href='/?q={{a.b}}'>x</a>", "..", "<a href='/?q=..'>x</a>"),
        ("<a href='#{{a.b}}'>x</a>", "東京", "<a href='#%E6%9D%B1%E4%BA%AC'>x</a>"),
        ("<a href='/{{a.b}}'>x</a>", "\ud800", "<a href='/%3F'>x</a>"),
        ("<a href='https://x.example/{{a.b}}'>x</a>", "@evil", "<a href='https://x.example/%40evil'>x</a>"),
        ("<a href='HTTPS://x.example:8443?{{a.b}}'>x</a>", True, "<a href='HTTPS://x.example:8443?true'>x</a>"),
        ("<a href='/?{{a.b}}'>x</a>", ["a", 1.5], "<a href='/?a%2C1.5'>x</a>"),
    ],
)
def test_a_value_is_written_for_the_place_it_stands_in(html: str, value: object, expected: str) -> None:
    block, found = compile_block(html)
    assert found == []
    assert block.fill({"a.b": value}) == expected


def test_attributes_of_a_slot_follow_the_same_rules_without_markup() -> None:
    attributes, found = compile_attributes(
        {"title": "<{{a.b|b}}> &{{a.b}}", "href": "/s?q={{a.b}}", "class": "plain"}, facts=["a.b"]
    )
    assert found == []
    assert attributes.facts_read == {"a.b"}
    assert attributes.fill({"a.b": "x&'y"}) == {"title": "<x&'y> &x&'y", "href": "/s?q=x%26%27y", "class": "plain"}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("onclick", "x()", 'the attribute "onclick" is code'),
        ("OnClick", "x()", 'the attribute "onclick" is code'),
        ("srcdoc", "x", 'the attribute "srcdoc" is a page of code'),
        ("href", "javascript:x()", 'a javascript: URL in "href"'),
        ("href", "{{a.b}}", "a filling where it could choose the address"),
        ("style", "color: {{a.b}}", 'a filling in the attribute "style"'),
        ("a b", "x", "no attribute name"),
        ("", "x", "no attribute name"),
    ],
)
def test_an_unsafe_attribute_of_a_slot_is_an_error(name: str, value: str, message: str) -> None:
    attributes, found = compile_attributes({name: value, "lang": "ja"})
    errors = [one for one in found if one.severity == "error"]
    assert [(one.pointer, one.message) for one in errors] == [(f"/{name}", message)]
    assert attributes.fill({}) == {"lang": "ja"}


# What a visitor could send, in any fact

PAYLOADS = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
    "\" autofocus onfocus=alert(1) x=\"",
    "` onload=alert(1)",
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "&#106;avascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "https://evil.example/",
    "../../admin",
    "..",
    "-->",
    "--!><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "{{constructor.constructor('alert(1)')()}}",
    "\0<scr\0ipt>",
    "\u2028\u2029<b>",
    "<img src=x onerror=alert(1)//",
    "lt;script&gt;",
    "%3Cscript%3E",
    "\ufdd0<b>",
]  # fmt: skip

TEMPLATES = [
    "<h1>Hello {{a.b|there}}</h1>",
    "<p title=\"{{a.b|x}}\" class='c {{a.b|x}}'>{{a.b|x}}</p>",
    "<a href=\"/{{a.b|x}}\">x</a><a href='?{{a.b|x}}'>y</a><a href='#{{a.b|x}}'>z</a>",
    "<a href='https://x.example/{{a.b|x}}/y?{{c.d|x}}#{{a.b|x}}'>x</a>",
    "<form action='/s/{{a.b|x}}'><textarea>{{a.b|x}}</textarea><input value='{{a.b|x}}'></form>",
    "<svg><title>{{a.b|x}}</title><text aria-label='{{c.d|y}}'>{{a.b|x}}</text></svg>",
    "<ul><li>{{a.b|x}}<li>{{c.d|y}}</ul><!-- note -->",
    "<img src='/i/{{a.b|x}}.png' alt='{{c.d|y}}'>",
    "{{a.b|x}}{{c.d|y}}",
]


class Structure(HTMLParser):
    """The tags and attribute names of a document, as the standard library reads them, and what in it could run."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.runs: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.runs += [name for name, _ in attrs if name.startswith("on")]
        self.runs += [tag] if tag == "script" else []
        urls = [value or "" for name, value in attrs if name in ("href", "src", "action")]
        self.runs += [url for url in urls if not url.startswith(("/", "?", "#", "https://x.example/"))]
        self.runs += [url for url in urls if url.startswith(("//", "/\\"))]

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(("/" + tag, ()))

    def handle_comment(self, data: str) -> None:
        self.tags.append(("!--", (data,)))

    def handle_decl(self, decl: str) -> None:
        self.tags.append(("!", (decl,)))

    def handle_pi(self, data: str) -> None:
        self.tags.append(("?", (data,)))


def assert_nothing_changed(template: str, *values: str) -> None:
    block, found = compile_block(template)
    assert [one for one in found if one.severity == "error"] == []
    usual = Structure(block.fill({}))
    filled = Structure(block.fill(dict(zip(("a.b", "c.d"), values, strict=True))))
    assert filled.tags == usual.tags
    assert filled.runs == []


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_known_attack_changes_the_structure_of_a_block(template: str, payload: str) -> None:
    assert_nothing_changed(template, payload, payload)


_hostile = st.lists(
    st.sampled_from([*PAYLOADS, *"<>&\"'`=/\\ \t\n\r\0.:;#?%-!{}|", "script", "on", "x", "é", "\ud800"]), max_size=6
).map("".join) | st.text(max_size=20)


@given(st.sampled_from(TEMPLATES), _hostile, _hostile)
def test_no_value_changes_the_structure_of_a_block(template: str, one: str, other: str) -> None:
    assert_nothing_changed(template, one, other)


_PIECES = [
    "{{a.b|x}}",
    "{{c.d|y}}",
    "<p>",
    "</p>",
    "<b",
    "</b>",
    "<a¥href=",
    "title=",
    '"',
    "'",
    ">",
    "<",
    "/",
    "&",
    "=",
    "¥",
    "<!--",
    "-->",
    "<textarea>",
    "</textarea>",
    "<svg>",
    "</svg>",
    "<title>",
    "</title>",
    "/x",
    "?",
    "#",
    "https://x.example/",
    "<style>",
    "</style>",
    "x",
    "<select>",
    "</select>",
    "<br>",
    "onclick=",
    "javascript:",
    "script",
]
_pieces = st.sampled_from([piece.replace("¥", " ") for piece in _PIECES])


@given(st.lists(_pieces, max_size=12).map("".join), _hostile, _hostile)
@example("<a href='/{{a.b|x}}/x'></a>", "", "")
def test_whatever_template_is_accepted_no_value_changes_its_structure(template: str, one: str, other: str) -> None:
    block, found = compile_block(template)
    if any(finding.severity == "error" for finding in found):
        assert block.fill({"a.b": one, "c.d": other}) == ""
        return
    usual = Structure(block.fill({}))
    filled = Structure(block.fill({"a.b": one, "c.d": other}))
    assert filled.tags == usual.tags
    assert [
        run for run in filled.runs if run not in usual.runs and run.startswith(("on", "script", "javascript"))
    ] == []
    assert "script" not in {tag for tag, _ in filled.tags}


@given(st.text(alphabet="<>/!?-=\"'{}|&;abpsx \n\0é", max_size=30))
def test_reading_any_text_ends_with_a_block_or_an_error(html: str) -> None:
    block, found = compile_block(html)
    assert isinstance(block.fill({}), str)
    assert all(one.line is not None and one.column is not None for one in found)
