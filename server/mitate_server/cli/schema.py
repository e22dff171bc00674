"""``mitate schema``: what editors need to complete and explain a site's files."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .folder import SiteFolder
from .look import has_colours, paint

EPILOG = """\b
Examples:
  mitate schema shop
  mitate schema sites/* --check         in CI: fails when one is out of date

\b
While `mitate serve` runs without a public address, schemas that are there are
kept fresh as you edit.

\b
Exit codes: 0 written (or fresh), 1 a document can't be read, or with --check a
schema is out of date, 2 the command was not understood."""


@click.command("schema", epilog=EPILOG)
@click.argument(
    "folders",
    metavar="FOLDER...",
    nargs=-1,
    required=True,
    type=SiteFolder(only_folder=True),
)
@click.option("--check", is_flag=True, help="Write nothing; fail when a schema is missing or out of date.")
def command(folders: tuple[Path, ...], check: bool) -> None:
    """Write the JSON Schemas with which editors complete a site's files.

    They know every operator and fact, and this site's own facts, audiences, slots, goals, lists, blocks and
    variants, each explained on hover. Run it again when names change.
    """
    done = [_check(folder) if check else _write(folder) for folder in folders]
    sys.exit(0 if all(done) else 1)


def _write(folder: Path) -> bool:
    from mitate.editors import schemas, write_schemas

    try:
        written = write_schemas(folder)
        names = list(schemas(folder))
    except (OSError, ValueError, RecursionError) as error:
        return _refuse(folder, error)
    for name in names:
        file = folder / name
        click.echo(f"{'Wrote' if file in written else 'Fresh:'} {file}")
    _say_unnamed(folder, names[0])
    return True


def _check(folder: Path) -> bool:
    from mitate.editors import schemas

    try:
        found = schemas(folder)
    except (OSError, ValueError, RecursionError) as error:
        return _refuse(folder, error)
    stale = [name for name, text in found.items() if _text(folder / name) != text]
    for name in stale:
        what = "is out of date" if (folder / name).is_file() else "is missing"
        click.echo(f"{folder / name} {what}. Run: mitate schema {folder}", err=True)
    return not stale


def _text(file: Path) -> str | None:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _refuse(folder: Path, error: Exception) -> bool:
    why = error.strerror if isinstance(error, OSError) else "it is not JSON"
    said = f"{folder / 'site.json'} can't be read: {why}. Nothing was written; `mitate check {folder}` says more."
    click.echo(paint(said, has_colours(sys.stderr), fg="red"), err=True)
    return False


def _say_unnamed(folder: Path, name: str) -> None:
    """Say how an editor finds the schema, where the document doesn't name it."""
    import json

    document: object = json.loads((folder / "site.json").read_text("utf-8-sig"))
    if isinstance(document, dict) and "$schema" not in document:
        click.echo(f'To use it, begin {folder / "site.json"} with "$schema": "{name}".')
