"""``mitate snippet``: the tag to paste into the pages of a site."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mitate_server.settings import SettingError, Settings

from .folder import SiteFolder
from .look import has_colours, paint, show_diagnostics
from .serve import read_settings

if TYPE_CHECKING:
    from mitate import Mitate

EPILOG = """\b
Examples:
  mitate snippet shop --url https://edge.shop.example
  mitate snippet shop > head.html
  mitate snippet shop --nonce "{{ nonce }}"     your template fills in the nonce
  mitate snippet shop --csp                     what your policy must allow

\b
The tag carries the slots that live experiences can change. Pages with an older
one keep working: new slots then show only after the answer. Print it anew when
slots or their selectors change, and when you update mitate.

\b
Exit codes: 0 printed, 1 the site has errors, 2 the command was not understood."""


@click.command("snippet", epilog=EPILOG)
@click.argument("folder", metavar="FOLDER", type=SiteFolder())
@click.option(
    "--url",
    metavar="ADDRESS",
    help="Address visitors reach the server at [default: MITATE_PUBLIC_URL, else host and port].",
)
@click.option("--nonce", metavar="TEXT", help="The nonce of your policy, or what your template writes in its place.")
@click.option(
    "--csp", is_flag=True, help="Print what a Content-Security-Policy must allow for the tag that these options print."
)
@click.option("--hashed", is_flag=True, help="Load mitate.js under its hash, checked by the browser (SRI).")
@click.option("--blocking", is_flag=True, help="Paint nothing before the answer or the deadline (blocking=render).")
@click.option(
    "--deadline", metavar="MS", help="Milliseconds a page waits for its answer [default: 300] [MITATE_DEADLINE]."
)
@click.option(
    "--env-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A settings file; mitate.env beside the folder when absent.",
)
def command(
    folder: Path,
    url: str | None,
    nonce: str | None,
    csp: bool,
    hashed: bool,
    blocking: bool,
    deadline: str | None,
    env_file: Path | None,
) -> None:
    """Print the tag to paste into a site's pages.

    It is inline, hides nothing but the slots that live experiences can change, and never longer than the deadline;
    the rest of mitate loads after it. Address and deadline are read from the settings, as `mitate serve` does.
    """
    from mitate_server import snippet

    try:
        settings = read_settings((folder,), env_file, {"public_url": url, "deadline": deadline})
    except SettingError as error:
        raise click.UsageError(str(error).replace("--public-url", "--url")) from None
    table = snippet.with_script(_table(folder, settings), hashed=hashed, blocking=blocking)
    if csp:
        click.echo(f"Content-Security-Policy: {snippet.policy(table, nonce)}")
    else:
        click.echo(snippet.tag(table, nonce))
    for hint in _hints(table, settings, csp=csp):
        click.echo(hint, err=True)


def _table(folder: Path, settings: Settings) -> dict[str, object]:
    """Load the site and give its slot table; with an error in the folder the command ends."""
    from mitate import DocumentError, Mitate

    try:
        mitate: Mitate = Mitate.from_path(folder)
    except DocumentError as error:
        click.echo(show_diagnostics(folder, error.diagnostics, colours=has_colours(sys.stderr)), err=True)
        click.echo("No tag was printed: the site has errors.", err=True)
        sys.exit(1)
    with mitate:
        return mitate.slot_table(address(settings), settings.deadline)


def address(settings: Settings) -> str:
    """Give the address that pages ask: the public one, else where the server listens."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return (settings.public_url or f"http://{host}:{settings.port}") + settings.prefix


def _hints(table: dict[str, object], settings: Settings, *, csp: bool) -> list[str]:
    """Say what to do with what was printed, to whoever sees it."""
    warn: list[str] = []
    if not settings.public_url:
        said = f"The tag asks {table['endpoint']}: where your visitors don't reach that, say --url https://YOUR-SERVER."
        warn.append(said)
    if not table["slots"]:
        warn.append("No live experience changes a slot, so the tag hides nothing.")
    if not sys.stderr.isatty():
        return warn
    told = (
        "Add these to the directives your policy has. style-src needs nothing; with 'strict-dynamic' the address in "
        "script-src isn't needed."
        if csp
        else 'Paste it into <head>, before style sheets; mark slots with data-mitate="NAME".'
    )
    return [paint(line, has_colours(sys.stderr), dim=True) for line in (told, *warn)]
