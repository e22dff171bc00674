"""The tag a site owner pastes: the loader, inline, with the site's slot table in it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

import msgspec

if TYPE_CHECKING:
    from mitate.answers import Decisions

STATIC: Final = files("mitate_server") / "static"

_ESCAPES: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


_UNBLOCKED: Final = (
    "(()=>{{let s,u=()=>{{u=0;s&&s.removeAttribute('blocking')}};"
    "document.addEventListener('mitate:decided',()=>u&&u());{};"
    "s=[...document.querySelectorAll('head>script[blocking]')].pop();u?setTimeout(()=>u&&u(),{}):s&&s.removeAttribute('blocking')}})()"
)
"""The loader's call, and the end of the blocking: with the answer, else at the deadline (milliseconds)."""


def embed(value: object) -> str:
    """Give JSON that is also safe inside an inline script: nothing in it can close the element or open a comment."""
    return msgspec.json.encode(value).decode().translate(_ESCAPES)


@cache
def loader() -> str:
    """Give the built loader: one function expression."""
    return (STATIC / "loader.js").read_text("utf-8").strip().rstrip(";")


@cache
def extra(name: str) -> str:
    """Give what the loader takes along where a table needs it: one expression."""
    return (STATIC / f"{name}.js").read_text("utf-8").strip().rstrip(";")


def script(table: Mapping[str, object]) -> str:
    """Give the JavaScript of the tag for this slot table."""
    slots = cast("Iterable[Mapping[str, object]]", table.get("slots", ()))
    needed = {"ops": table.get("ops"), "shadow": any(slot.get("shadow") for slot in slots)}
    given = [embed(table), *(extra(name) if need and is_built(name) else "0" for name, need in needed.items())]
    called = f"({loader()})({','.join(given).removesuffix(',0').removesuffix(',0')})"
    attributes = cast("Mapping[str, object]", table.get("attributes", {}))
    return _UNBLOCKED.format(called, table["deadline"]) if "blocking" in attributes else called


def tag(table: Mapping[str, object], nonce: str | None = None) -> str:
    """Give the tag for a page's head. With a `nonce` (new for each page) it runs under a strict CSP."""
    allowed = f' nonce="{_quotable(nonce)}"' if nonce is not None else ""
    return f"<script{allowed}>{script(table)}</script>"


def _quotable(text: str) -> str:
    """Escape what would end an attribute; `<%= nonce %>` is left for a template to fill."""
    return text.replace("&", "&amp;").replace('"', "&quot;")


def with_script(table: Mapping[str, object], *, hashed: bool = False, blocking: bool = False) -> dict[str, object]:
    """Give the table of a tag that loads mitate.js in another way.

    `hashed`: under the name that never changes, checked by the browser (Subresource Integrity). `blocking`: nothing of
    the page is painted until there is an answer, or the deadline; in browsers that know `blocking=render`.
    """
    script = browser_script()
    attributes: dict[str, object] = {}
    if hashed:
        attributes |= {"integrity": script.integrity, "crossOrigin": "anonymous"}
    if blocking:
        attributes["blocking"] = "render"
    named = {"script": f"mitate.{script.version}.js"} if hashed else {}
    return {**table, **named, **({"attributes": attributes} if attributes else {})}


def embedded(decisions: Decisions, rendered: Collection[str] = ()) -> str:
    """Give an answer as an element of the page, to stand before the tag, which then asks nobody.

    `rendered` names the slots whose content the page has already; their elements carry ``data-mitate-state="variant"``.
    """
    said = decisions.encode(rendered).decode().translate(_ESCAPES)
    return f'<script type="application/json" data-mitate>{said}</script>'


def policy(table: Mapping[str, object], nonce: str | None = None) -> str:
    """Give what a page's Content-Security-Policy must allow for the tag, and for what it loads and asks."""
    address = urlsplit(str(table["endpoint"]))
    origin = f"{address.scheme}://{address.netloc}" if address.netloc else "'self'"
    allowed = csp_hash(table) if nonce is None else f"'nonce-{nonce}'"
    return f"script-src {allowed} {origin}; connect-src {origin}; trusted-types mitate"


def csp_hash(table: Mapping[str, object]) -> str:
    """Give the source expression that allows the tag in a Content-Security-Policy without a nonce."""
    digest = hashlib.sha256(script(table).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


# -- the files


SCRIPTS: Final = ("mitate", "live", "ops", "shadow", "panel", "forward", "element")
"""What pages load from here: ``mitate.js`` always, the others when they need them."""


@dataclass(frozen=True, slots=True)
class Script:
    """One file that pages load."""

    source: bytes
    version: str
    """The first 16 hexadecimal digits of its SHA-256: in its name as an immutable file."""
    integrity: str
    """What a page expects of it (Subresource Integrity)."""


def is_built(name: str) -> bool:
    """Tell whether there is a file of this name."""
    return (STATIC / f"{name}.js").is_file()


@cache
def browser_script(name: str = "mitate") -> Script:
    """Give one of `SCRIPTS`. Raises `FileNotFoundError` when it isn't built."""
    source = (STATIC / f"{name}.js").read_bytes()
    integrity = base64.b64encode(hashlib.sha384(source).digest()).decode()
    return Script(source, hashlib.sha256(source).hexdigest()[:16], f"sha384-{integrity}")
