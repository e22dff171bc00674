"""``mitate init``: a starter folder for one's own site."""

from __future__ import annotations

import os
import re
import secrets
import shlex
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

import click

from .folder import cant_write
from .look import has_colours, paint
from .serve import ENV_FILE

EPILOG = """\b
Examples:
  mitate init shop
  mitate init shop --name hiyori --consent denied --yes
  mitate init shop --lang ja

\b
Exit codes: 0 made, 1 the folder is not empty or can't be written, 2 the command was not understood."""

NAME: Final = re.compile(r"[a-z0-9_-]{1,64}")


@click.command("init", epilog=EPILOG)
@click.argument("folder", default="site", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", help="The site's name: a-z, 0-9, _ and -. The folder's name when absent.")
@click.option(
    "--consent",
    type=click.Choice(["denied", "granted"]),
    help="What holds before a visitor chooses; denied stores nothing.",
)
@click.option("--timezone", help="The site's own clock, such as Asia/Tokyo; this machine's when absent.")
@click.option(
    "--lang", type=click.Choice(["en", "ja"]), help="Language of the sample page; your terminal's when absent."
)
@click.option("-y", "--yes", is_flag=True, help="Ask nothing; take what is absent as recommended.")
def command(
    folder: Path, name: str | None, consent: str | None, timezone: str | None, lang: str | None, yes: bool
) -> None:
    """Make a starter folder: a document, three blocks, a sample page and the first cases.

    The site's secret goes into mitate.env beside the folder, so that the folder can be published.
    """
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty. Choose another folder; nothing was changed.")
    suggested = re.sub(r"[^a-z0-9_-]+", "-", folder.resolve().name.lower()).strip("-") or "site"
    try:
        if name is None:
            name = suggested if yes else str(click.prompt("The site's name (a-z, 0-9, _ and -)", default=suggested))
        if not NAME.fullmatch(name):
            raise click.BadParameter(f"{name!r} has other signs than a-z, 0-9, _ and -", param_hint="--name")
        if consent is None:
            consent = "denied" if yes else _ask_consent()
    except click.Abort:
        click.echo("", err=True)
        raise click.ClickException("No answer, so nothing was made. With --yes nothing is asked.") from None
    zone = _zone(timezone)
    language = lang or _language()
    try:
        _write(folder, name=name, consent=consent, timezone=zone, language=language)
        env = _keep_secret(folder.resolve().parent / ENV_FILE)
    except OSError as error:
        raise cant_write(folder, error) from None
    _say_next(folder, env)


def _ask_consent() -> str:
    click.echo("Before a visitor has chosen, may visits be remembered?")
    click.echo("  denied   nothing is stored, only the request itself is used (recommended; needed in the EU)")
    click.echo("  granted  visits and interests are remembered until the visitor says no")
    return str(click.prompt("Consent before a choice", type=click.Choice(["denied", "granted"]), default="denied"))


def _zone(wanted: str | None) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

    name = wanted or _machine_zone()
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        if wanted is None:
            return "UTC"
        from mitate_rules import suggest

        near = suggest(name, available_timezones())
        raise click.BadParameter(
            f"there is no time zone {name!r} ({f'did you mean {near}?' if near else 'expected one such as Asia/Tokyo'})",
            param_hint="--timezone",
        ) from None
    return name


def _machine_zone() -> str:
    """Give this machine's time zone: TZ, else what /etc/localtime points to, else UTC."""
    if os.environ.get("TZ"):
        return os.environ["TZ"].removeprefix(":")
    try:
        return os.readlink("/etc/localtime").partition("zoneinfo/")[2] or "UTC"
    except OSError:
        return "UTC"


def _language() -> str:
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "ja" if said.startswith("ja") else "en"


def _write(folder: Path, *, name: str, consent: str, timezone: str, language: str) -> None:
    import msgspec

    from mitate.editors import write_schemas

    starter = files("mitate_server") / "starter"
    words: Mapping[str, str] = msgspec.json.decode(
        (starter / language / "words.json").read_bytes(), type=dict[str, str]
    )
    values = {**words, "name": name, "consent": consent, "timezone": timezone}

    def filled(template: str) -> str:
        # "$schema" is JSON Schema's own name and stays.
        return Template((starter / template).read_text("utf-8")).safe_substitute(values)

    content = {
        "site.json": filled("site.json"),
        "pages/index.html": filled("page.html"),
        "cases/visitors.json": (starter / language / "cases.json").read_text("utf-8"),
        **{
            f"blocks/{block.name}": block.read_text("utf-8")
            for block in sorted((starter / language / "blocks").iterdir(), key=lambda block: block.name)
        },
    }
    for path, text in content.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    write_schemas(folder)


def _keep_secret(env: Path) -> Path:
    """Make the secret, once: a file that exists keeps its own."""
    known = env.read_text("utf-8") if env.exists() else ""
    if re.search(r"^\s*MITATE_SECRET\s*=", known, re.MULTILINE):
        return env
    if not known:
        known = "# Settings of `mitate serve` for the sites beside this file. Keep it private, and out of version control.\n"
    text = known + ("" if known.endswith("\n") else "\n") + f"MITATE_SECRET={secrets.token_urlsafe(32)}\n"
    with open(os.open(env, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return env


PURPOSES: Final = {
    "site.json": "slots, rules, and the addresses of the pages that may ask",
    "mitate-site.schema.json": "lets your editor complete and underline site.json",
    "pages/index.html": "a sample page to try it on",
    "blocks/": "what fills the slots",
    "cases/": "imagined visitors, and what each must see",
}


def _say_next(folder: Path, env: Path) -> None:
    colours = has_colours(sys.stdout)
    click.echo(f"Made {paint(str(folder), colours, bold=True)}:")
    for path, what in PURPOSES.items():
        click.echo(f"  {path:<24} {what}")
    click.echo(
        f"and {paint(str(_near(env)), colours, bold=True)}, which holds the site's secret: keep it out of version control."
    )
    click.echo("")
    click.echo("Next:")
    name = shlex.quote(str(folder))
    steps = {
        f"mitate serve {name}": "open the start page, then the sample page",
        f'mitate explain {name} --visitor "iPhone in Osaka, 23:10"': "ask why",
        f"mitate check {name}": "find mistakes",
        f"mitate test {name}": "run its cases",
    }
    width = max(map(len, steps))
    for command, what in steps.items():
        click.echo(f"  {paint(command, colours, fg='green')}{' ' * (width - len(command))}   {what}")


def _near(path: Path) -> Path:
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
