"""``mitate check``: everything that is wrong with a site's folder, for people and for CI."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .formats import FORMATS, Checked

EPILOG = """\b
Examples:
  mitate check shop
  mitate check shop --overlaps
  mitate check sites/* --strict
  mitate check shop --format github     annotations in GitHub Actions
  mitate check shop --format sarif > mitate.sarif

\b
Exit codes: 0 nothing wrong, 1 at least one error (with --strict also a warning),
2 the command was not understood."""


@click.command("check", epilog=EPILOG)
@click.argument("folders", metavar="FOLDER...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="How to say it."
)
@click.option("--overlaps", is_flag=True, help="Name experiences of one slot that share visitors, too.")
@click.option("--strict", is_flag=True, help="Let warnings fail, too.")
def command(folders: tuple[Path, ...], form: str, overlaps: bool, strict: bool) -> None:
    """Say everything that is wrong with a site's folder.

    All errors come at once, each with its file, line and column, and a hint where there is one. A site without
    errors is checked like a program: warnings name rules that nobody can meet and experiences that never show,
    with the repair. Nothing is served or changed.
    """
    from mitate import check

    checked = Checked({folder: check(folder, overlaps=overlaps) for folder in folders})
    if said := FORMATS[form](checked):
        click.echo(said)
    sys.exit(1 if checked.count("error") or (strict and checked.count("warning")) else 0)
