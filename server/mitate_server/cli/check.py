"""``mitate check``: everything that is wrong with a site's folder, for people and for CI."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .folder import SiteFolder
from .formats import FORMATS, Checked

if TYPE_CHECKING:
    from mitate_rules import Diagnostic

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
@click.argument("folders", metavar="FOLDER...", nargs=-1, required=True, type=SiteFolder())
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="How to say it."
)
@click.option("--overlaps", is_flag=True, help="Name experiences of one slot that share visitors, too.")
@click.option("--strict", is_flag=True, help="Let warnings fail, too.")
def command(folders: tuple[Path, ...], form: str, overlaps: bool, strict: bool) -> None:
    """Say everything that is wrong with a site's folder.

    All errors come at once, each with its file, line and column, and a hint where there is one. A site without
    errors is checked like a program: warnings name rules that nobody can meet and experiences that never show,
    with the repair. Mistakes in its cases come with them. Nothing is served or changed.
    """
    checked = Checked({folder: _found(folder, overlaps) for folder in folders})
    if said := FORMATS[form](checked):
        click.echo(said)
    sys.exit(1 if checked.count("error") or (strict and checked.count("warning")) else 0)


def _found(folder: Path, overlaps: bool) -> list[Diagnostic]:
    """Give the findings of a site and, where it has no error itself, those of its cases."""
    from mitate import DocumentError, check
    from mitate.cases import load

    found = check(folder, overlaps=overlaps)
    if any(one.severity == "error" for one in found):
        return found
    try:
        load(folder)
    except DocumentError as error:
        found += error.diagnostics
    return found
