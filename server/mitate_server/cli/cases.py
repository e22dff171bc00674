"""``mitate cases``: write the cases that are missing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .folder import SiteFolder, cant_write
from .look import has_colours, show_diagnostics

if TYPE_CHECKING:
    from mitate.cases import Suggestions

EPILOG = """\b
Examples:
  mitate cases suggest shop            writes shop/cases/suggested.json
  mitate cases suggest shop --stdout
  mitate cases suggest shop --check    in CI: is there anything left to suggest?

\b
Exit codes: 0 done, 1 the site has errors (with --check also: cases are missing),
2 the command was not understood."""


@click.group("cases", epilog=EPILOG)
def command() -> None:
    """Write the cases that are missing, from visitors found for the rules no case reaches."""


@command.command("suggest", epilog=EPILOG, short_help="Find a visitor for each thing that no case reaches.")
@click.argument("folder", metavar="FOLDER", type=SiteFolder())
@click.option("--stdout", "to_stdout", is_flag=True, help="Show them instead of writing the file.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; fail when cases are missing.")
def suggest_cases(folder: Path, to_stdout: bool, only_check: bool) -> None:
    """Find a visitor for each variant, ending and condition that no case reaches.

    They go into cases/suggested.json, which is written anew each time; your own files stay as they are.
    What each slot shows today is written down as expected: read it, and move what is right into a file of yours.
    """
    from mitate import DocumentError, Mitate
    from mitate.cases import SUGGESTED, load, suggest

    home = folder if folder.is_dir() else folder.parent
    try:
        with Mitate.from_path(folder) as mitate:
            own = [case for case in load(folder, mitate.site) if only_check or case.file != SUGGESTED]
            found = suggest(mitate, own)
    except DocumentError as error:
        click.echo(show_diagnostics(folder, error.diagnostics, colours=has_colours(sys.stderr)), err=True)
        sys.exit(1)
    if to_stdout:
        click.echo(str(found), nl=False)
    elif not only_check:
        _write(home / SUGGESTED, found)
    _say(found, home / SUGGESTED, to_stdout=to_stdout, only_check=only_check)
    sys.exit(1 if only_check and found.cases else 0)


def _write(file: Path, found: Suggestions) -> None:
    """Write the suggestions; a file without any is taken away, one with a person's cases stays."""
    if file.exists() and not _is_ours(file):
        raise click.ClickException(
            f"{file} has cases that were not suggested. Move them to another file of the folder; nothing was changed."
        )
    try:
        if found.cases:
            file.parent.mkdir(exist_ok=True)
            file.write_text(str(found), "utf-8")
        else:
            file.unlink(missing_ok=True)
    except OSError as error:
        raise cant_write(file, error) from None


def _is_ours(file: Path) -> bool:
    """Tell whether every case in a file is marked as suggested."""
    import json

    try:
        document: object = json.loads(file.read_text("utf-8"))
    except ValueError:
        return False
    cases = document.get("cases") if isinstance(document, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return isinstance(cases, list) and all(isinstance(one, dict) and "suggested" in one for one in cases)  # pyright: ignore[reportUnknownVariableType]


def _say(found: Suggestions, file: Path, *, to_stdout: bool, only_check: bool) -> None:
    """Say what was done, on stderr where the cases themselves go to stdout."""
    count = f"{len(found)} case" if len(found) == 1 else f"{len(found)} cases"
    if not found.cases:
        click.echo("Nothing to suggest: cases reach all that a visitor was found for.", err=to_stdout)
    elif only_check:
        click.echo(f"{count} missing; the first reaches: {found.cases[0].suggested}")
    elif not to_stdout:
        click.echo(f"Wrote {count} to {file}. What each expects is what it shows today: read, then keep what is right.")
    for point in found.left:
        click.echo(f"No visitor found for: {found.texts[point]}", err=to_stdout)
