"""``mitate preview``: a link that shows chosen variants or an imagined visitor on the real site, for a while."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import click

from mitate_server.links import first_origin, preview_link, sample_page

from .folder import SiteFolder
from .look import has_colours, paint, show_diagnostics
from .verify import site_secret

if TYPE_CHECKING:
    from mitate.model import Site

EPILOG = """\b
Examples:
  mitate preview shop
  mitate preview shop --variant nurse-hero=light --expires 2d
  mitate preview shop --url https://shop.example/sale --visitor "iPhone in Osaka, third visit"
  mitate preview shop --at 2026-12-24T09:00 --lang ja

\b
Whoever opens the link sees the panel, too: every slot, why it shows what it shows, and
switches for variants, audiences, the visitor and the clock. Nothing is remembered or
counted. Anyone who has the link can open it until it ends; it can't be called back.

\b
Exit codes: 0 done, 1 the site has errors or no secret, 2 the command was not understood."""

SAYS: Final[Mapping[str, Mapping[str, str]]] = {
    "until": {"en": "Valid until {when}.", "ja": "有効期限:{when}"},
    "shows": {"en": "Shows {what}.", "ja": "表示内容:{what}"},
    "variant": {"en": '"{label}" in the variant "{variant}"', "ja": "「{label}」のパターン「{variant}」"},
    "visitor": {"en": 'what a visitor sees: "{words}"', "ja": "訪問者「{words}」への表示"},
    "moment": {"en": "the site on {at}", "ja": "{at}の時点"},
    "own": {"en": "what whoever opens it would see, and why", "ja": "開いた人への表示と、その理由"},
    "uncounted": {
        "en": "It is counted nowhere. Whoever has the link can open it.",
        "ja": "集計には含みません。リンクを知っている人は誰でも開けます。",
    },
}
"""What is said beside the link, to whoever reads it on a terminal."""

_UNITS: Final = {"m": 60, "h": 3600, "d": 86_400}


class Lifetime(click.ParamType[int]):
    """How long a link is valid: ``30m``, ``1h``, ``2d``; at most a week."""

    name = "DURATION"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Give it in seconds."""
        from mitate.tokens import MAX_PREVIEW

        if isinstance(value, int):
            return value
        found = re.fullmatch(r"(\d{1,6})([mhd])", value.strip())
        seconds = int(found[1]) * _UNITS[found[2]] if found else 0
        if not 0 < seconds <= MAX_PREVIEW:
            self.fail(f"expected a duration such as 30m, 1h or 2d, at most 7d, got {value!r}", param, ctx)
        return seconds


@click.command("preview", epilog=EPILOG)
@click.argument("folder", type=SiteFolder())
@click.option("--url", help="The page to open: an address, or a path of the site.")
@click.option("--variant", "variants", metavar="EXPERIENCE=VARIANT", multiple=True, help="Show this. May be repeated.")
@click.option("--visitor", "words", metavar="WORDS", default="", help="Who visits, in words, English or Japanese.")
@click.option("--at", metavar="TIME", help='When: "2026-12-24T09:00", on the site\'s clock unless it has an offset.')
@click.option("--expires", "lifetime", type=Lifetime(), default="1h", show_default=True, help="How long it is valid.")
@click.option("--lang", type=click.Choice(["en", "ja"]), help="Language of the panel; the page's, when absent.")
def command(
    folder: Path,
    url: str | None,
    variants: tuple[str, ...],
    words: str,
    at: str | None,
    lifetime: int,
    lang: str | None,
) -> None:
    """Print a link that shows chosen variants, or a chosen visitor, on the real site."""
    from mitate import TokenError
    from mitate.document import DocumentError, load
    from mitate.tokens import sign_preview

    secret = site_secret(folder)
    if secret is None:
        raise click.ClickException(
            "there is no secret to sign the link with. Set MITATE_SECRET, in the environment or in mitate.env beside "
            "the folder, for this command and for the server alike; `mitate init` makes one."
        )
    try:
        site = load(folder).site
    except DocumentError as error:
        click.echo(show_diagnostics(folder, error.diagnostics, colours=has_colours(sys.stderr)), err=True)
        sys.exit(1)
    chosen = dict(_variant(text, site) for text in variants)
    _check_words(words)
    _check_moment(at, site)
    page = _page(url, site, folder)
    now = time.time()
    try:
        token = sign_preview(
            site.name, secret=secret, visitor=words, variants=chosen, at=at, language=lang, lifetime=lifetime, now=now
        )
    except TokenError as error:
        raise click.ClickException(f"the link can't be signed: {error}") from None
    click.echo(preview_link(page, token))
    for line in _warnings(site, page, chosen):
        click.echo(paint(line, has_colours(sys.stderr), fg="yellow"), err=True)
    if sys.stdout.isatty():
        for line in describe(site, chosen, words, at, now + lifetime, lang or _language(words)):
            click.echo(line, err=True)


def _language(words: str) -> str:
    from .explain import language_of

    return language_of(words)


def _variant(text: str, site: Site) -> tuple[str, str]:
    """Read ``EXPERIENCE=VARIANT``; one that the site doesn't have ends the command with what was meant."""
    name, equals, variant = (part.strip() for part in text.partition("="))
    if name not in site.experiences:
        raise _unknown("experience", name, site.experiences)
    known = [one.id for one in site.experiences[name].variants]
    if not equals:
        said = f"expected EXPERIENCE=VARIANT, such as {name}={known[-1]}, got {text!r}"
        raise click.BadParameter(said, param_hint="--variant")
    if variant not in known:
        raise _unknown(f"variant of {name!r}", variant, known)
    return name, variant


def _unknown(kind: str, name: str, known: Iterable[str]) -> click.BadParameter:
    from mitate_rules import suggest

    near = suggest(name, known)
    more = f"did you mean {near!r}?" if near else f"known: {', '.join(list(known)[:8])}"
    return click.BadParameter(f"there is no {kind} {name!r} ({more})", param_hint="--variant")


def _check_words(words: str) -> None:
    from mitate.imagine import UnknownWordsError, imagine

    try:
        imagine(words)
    except UnknownWordsError as error:
        raise click.BadParameter(str(error), param_hint="--visitor") from None


def _check_moment(at: str | None, site: Site) -> None:
    from mitate.preview import moment

    if at is not None and moment(at, site) is None:
        said = f"expected a time such as 2026-12-24T09:00, from 1970 to 2199, got {at!r}"
        raise click.BadParameter(said, param_hint="--at")


def _page(url: str | None, site: Site, folder: Path) -> str:
    """Give the page to open: an address, or a path of the first origin; the sample page of a site without origins."""
    origin = first_origin(site.origins)
    if url is None:
        return f"{origin}/" if origin is not None else sample_page(_server(folder), site.name)
    if url.startswith("/") and not url.startswith("//"):
        if origin is None:
            said = f'expected an address, since the site names no "origins" to which {url!r} could belong'
            raise click.BadParameter(said, param_hint="--url")
        return origin + url
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        said = f"expected an address such as https://shop.example/ or a path such as /sale, got {url!r}"
        raise click.BadParameter(said, param_hint="--url")
    return url


def _server(folder: Path) -> str:
    """Give the address of `mitate serve` on this machine."""
    from mitate_server.settings import SettingError

    from .serve import read_settings

    try:
        return f"http://127.0.0.1:{read_settings((folder,), None, {}).port}"
    except SettingError as error:
        raise click.UsageError(str(error)) from None


def _warnings(site: Site, page: str, chosen: Mapping[str, str]) -> list[str]:
    """Say what will surprise whoever opens the link."""
    from mitate_server.proxies import is_loopback_host
    from mitate_server.sites import Origins

    said: list[str] = []
    parts = urlsplit(page)
    origin = f"{parts.scheme}://{parts.netloc}"
    if origin.encode() not in Origins(site.origins) and not is_loopback_host(parts.netloc):
        said.append(f'Pages of {origin} may not ask: add it to "origins" in site.json.')
    taken: dict[str, list[str]] = {}
    for name, one in site.experiences.items():
        for slot in one.slots if name in chosen else ():
            taken.setdefault(slot, []).append(name)
    return said + [
        f"{', '.join(others)} is not shown in the slot {slot}: {first} was chosen there, too, and comes first."
        for slot, (first, *others) in taken.items()
        if others
    ]


def describe(
    site: Site, chosen: Mapping[str, str], words: str, at: str | None, expires: float, language: str
) -> list[str]:
    """Say until when a link is valid, what it shows, and that it is counted nowhere."""

    def say(name: str, **values: object) -> str:
        return SAYS[name][language].format(**values)

    what: list[str] = []
    for name, variant in chosen.items():
        experience = site.experiences[name]
        shown = next(one for one in experience.variants if one.id == variant)
        label = experience.label.get(language, name), shown.label.get(language, variant)
        what.append(say("variant", label=label[0], variant=label[1]))
    what += [say("visitor", words=words)] if words else []
    what += [say("moment", at=at)] if at else []
    when = datetime.fromtimestamp(expires).astimezone()
    joined = ("、" if language == "ja" else "; ").join(what or [say("own")])
    return [say("until", when=f"{when:%Y-%m-%d %H:%M %Z}".strip()), say("shows", what=joined), say("uncounted")]
