"""Read the HTML of a block into tokens, strictly.

The states are those of the HTML standard (13.2.5) that can occur in a fragment. Where the standard repairs what it
reads, this reader reports a problem instead, because a repair depends on who inserts the block: on the parser's
scripting flag, on the elements around, on what comes after. What is left reads the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from mitate.blocks.template import MARK

RAW_ELEMENTS = frozenset({"script", "style", "textarea", "title", "iframe"})
"""Elements whose content is text up to their end tag. No markup may stand in it: inside <svg> or <select> a browser
would read it as markup after all."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute; `value` is as written, references and marks included, and None when there is no `=`."""

    name: str
    value: str | None
    offset: int
    value_offset: int


@dataclass(frozen=True, slots=True)
class StartTag:
    name: str
    attributes: tuple[Attribute, ...]
    closes_itself: bool
    offset: int


@dataclass(frozen=True, slots=True)
class EndTag:
    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class Text:
    """Text; `raw` names the element when it is the content of one of the RAW_ELEMENTS."""

    text: str
    offset: int
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a browser would repair, or that never ends."""

    message: str
    hint: str
    offset: int


Token: TypeAlias = StartTag | EndTag | Text | Comment | Problem

_SPACE = re.compile(r"[\t\n\f\r ]*")
_TAG_OPEN = re.compile(rf"<(?=[A-Za-z/!?{MARK}]|\Z)")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9:._\-]*(?=[\t\n\f\r />]|\Z)")
_ATTRIBUTE_NAME = re.compile(rf"[^\t\n\f\r \"'<>/=\0{MARK}]+(?=[\t\n\f\r />=]|\Z)")
_UNQUOTED = re.compile(r"[^\t\n\f\r >]+")
_UNFIT_UNQUOTED = re.compile("[\"'<=`]")
_BRACES_HINT = r"close it, or write &lt; for a less-than sign"


def tokens(text: str) -> Iterator[Token]:
    """Read a fragment. After a problem reading goes on behind the next `>`, so that all problems are found."""
    at = 0
    for match in re.finditer("\0", text):
        yield Problem("a NUL character", "remove it", match.start())
    while at < len(text):
        found = _TAG_OPEN.search(text, at)
        start = found.start() if found else len(text)
        if start > at:
            yield Text(text[at:start], at)
        if found is None:
            return
        after = text[start + 1 : start + 2]
        if after == "!":
            token, at = _comment(text, start)
            yield token
        elif after == "/":
            token, at = _end_tag(text, start)
            yield token
        elif after.isalpha():
            tag, at = _start_tag(text, start)
            yield tag
            if isinstance(tag, StartTag) and tag.name in RAW_ELEMENTS:
                content, at = _raw_content(text, at, tag.name, start)
                yield content
        elif after == "?":
            yield Problem("a processing instruction in HTML", "remove it: a browser makes a comment of it", start)
            at = _behind(text, start)
        else:
            what = "a filling right after <" if after else "a < at the very end"
            yield Problem(what, "write &lt; for a less-than sign; a tag's name can't be filled", start)
            at = start + 1


def is_attribute_name(name: str) -> bool:
    """Tell whether a text can be the name of an attribute."""
    return _ATTRIBUTE_NAME.fullmatch(name) is not None


def _behind(text: str, start: int) -> int:
    end = text.find(">", start)
    return len(text) if end < 0 else end + 1


def _comment(text: str, start: int) -> tuple[Token, int]:
    if not text.startswith("<!--", start):
        if text[start + 2 : start + 9].lower() == "doctype":
            return Problem("a doctype in a block", "a block is a part of a page: remove it", start), _behind(
                text, start
            )
        if text.startswith("<![CDATA[", start):
            end = text.find("]]>", start)
            problem = Problem("a CDATA section", "write &lt; and &amp; instead: HTML has none", start)
            return problem, len(text) if end < 0 else end + 3
        return Problem("a comment that doesn't begin with <!--", "write <!-- … -->", start), _behind(text, start)
    end = text.find("-->", start + 4)
    if end < 0:
        return Problem("a comment that never ends", "close it with -->", start), len(text)
    content = text[start + 4 : end]
    if content.startswith((">", "->")) or "--!>" in content or "<!--" in content or content.endswith("<!-"):
        return Problem(
            "a comment that browsers end elsewhere", "leave out --!>, <!-- and a > at its start", start
        ), end + 3
    return Comment(content, start), end + 3


def _end_tag(text: str, start: int) -> tuple[Token, int]:
    name = _NAME.match(text, start + 2)
    if name is None:
        return Problem("an end tag without a plain name", "write </name>", start), _behind(text, start)
    at = _skip_space(text, name.end())
    if at >= len(text):
        return Problem(f"an end tag </{name[0]} that never ends", _BRACES_HINT, start), at
    if text[at] != ">":
        return Problem(f"more than a name in the end tag </{name[0]}", f"write </{name[0]}>", start), _behind(text, at)
    return EndTag(name[0].lower(), start), at + 1


def _start_tag(text: str, start: int) -> tuple[StartTag | Problem, int]:
    name = _NAME.match(text, start + 1)
    if name is None:
        problem = Problem(
            "a tag without a plain name", "write &lt; for a less-than sign; a name can't be filled", start
        )
        return problem, _behind(text, start)
    attributes: dict[str, Attribute] = {}
    at = name.end()
    while True:
        at = _skip_space(text, at)
        if at >= len(text):
            return Problem(f"a tag <{name[0]} that never ends", _BRACES_HINT, start), at
        if text[at] == ">":
            return StartTag(name[0].lower(), tuple(attributes.values()), False, start), at + 1
        if text.startswith("/>", at):
            return StartTag(name[0].lower(), tuple(attributes.values()), True, start), at + 2
        read = _attribute(text, at)
        if isinstance(read, Problem):
            return read, _behind(text, read.offset)
        attribute, at = read
        if attribute.name in attributes:
            hint = "a browser keeps the first and drops the others: remove one"
            return Problem(f'the attribute "{attribute.name}" twice', hint, attribute.offset), _behind(text, at)
        attributes[attribute.name] = attribute


def _attribute(text: str, start: int) -> tuple[Attribute, int] | Problem:
    name = _ATTRIBUTE_NAME.match(text, start)
    if name is None:
        hint = 'write name="value", with a space before it; a name can\'t be filled'
        return Problem("no plain attribute name", hint, start)
    at = _skip_space(text, name.end())
    if text[at : at + 1] != "=":
        return Attribute(name[0].lower(), None, start, start), name.end()
    at = _skip_space(text, at + 1)
    quote = text[at : at + 1]
    if quote in ("", ">"):
        return Problem(f'the attribute "{name[0]}" without a value', 'write name="value"', start)
    if quote not in ('"', "'"):
        return _unquoted(text, name[0].lower(), start, at)
    end = text.find(quote, at + 1)
    if end < 0:
        return Problem(f'the attribute "{name[0]}" never ends', f"close it with {quote}", at)
    if text[end + 1 : end + 2] not in ("", ">", "/", *"\t\n\f\r "):
        return Problem("no space after an attribute", "put a space, and check the quotes before it", end + 1)
    return Attribute(name[0].lower(), text[at + 1 : end], start, at + 1), end + 1


def _unquoted(text: str, name: str, start: int, at: int) -> tuple[Attribute, int] | Problem:
    found = _UNQUOTED.match(text, at)
    value = found[0] if found else ""
    if MARK in value:
        return Problem("a filling outside quotes", f'write {name}="…"', at + value.index(MARK))
    if unfit := _UNFIT_UNQUOTED.search(value):
        return Problem(f"the sign {unfit[0]} in a value without quotes", f'write {name}="…"', at + unfit.start())
    return Attribute(name, value, start, at), at + len(value)


def _raw_content(text: str, at: int, name: str, start: int) -> tuple[Token, int]:
    end = re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE).search(text, at)
    if end is None:
        return Problem(f"<{name}> that never ends", f"close it with </{name}>", start), len(text)
    content = text[at : end.start()]
    if name != "script" and (markup := _TAG_OPEN.search(content + " ")):
        hint = "write &lt; for a less-than sign" if name in ("textarea", "title") else "leave it empty of markup"
        return Problem(f"markup inside <{name}>", hint, at + markup.start()), end.start()
    return Text(content, at, name), end.start()


def _skip_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
