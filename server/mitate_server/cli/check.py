"""``mitate check``: everything that is wrong with a site's folder, for people and for CI."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .look import has_colours, paint, show_diagnostics

if TYPE_CHECKING:
    from mitate_rules import Diagnostic

EPILOG = """\b
Examples:
  mitate check shop
  mitate check shop --format json
  mitate check sites/* --strict

\b
Exit codes: 0 nothing wrong, 1 at least one error (with --strict also a warning),
2 the command was not understood."""


@click.command("check", epilog=EPILOG)
@click.argument("folders", metavar="FOLDER...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to say it."
)
@click.option("--strict", is_flag=True, help="Let warnings fail, too.")
def command(folders: tuple[Path, ...], form: str, strict: bool) -> None:
    """Say everything that is wrong with a site's folder.

    All errors come at once, each with its file, line and column, and a hint where there is one. Nothing is
    served or changed.
    """
    from mitate import check

    found = {folder: check(folder) for folder in folders}
    errors = sum(one.severity == "error" for many in found.values() for one in many)
    warnings = sum(one.severity == "warning" for many in found.values() for one in many)
    if form == "json":
        _as_json(found, errors, warnings)
    else:
        _as_text(found, errors, warnings)
    sys.exit(1 if errors or (strict and warnings) else 0)


def _as_json(found: dict[Path, list[Diagnostic]], errors: int, warnings: int) -> None:
    import msgspec

    said = {
        "ok": errors == 0,
        "errors": errors,
        "warnings": warnings,
        "diagnostics": [{"folder": str(folder), **fields(one)} for folder, many in found.items() for one in many],
    }
    click.echo(msgspec.json.format(msgspec.json.encode(said), indent=2))


def fields(one: Diagnostic) -> dict[str, object]:
    """Give a diagnostic as JSON has it."""
    names = ("code", "severity", "message", "file", "line", "column", "pointer", "expected", "got", "hint")
    return {name: getattr(one, name) for name in names}


def _as_text(found: dict[Path, list[Diagnostic]], errors: int, warnings: int) -> None:
    colours = has_colours()
    for folder, many in found.items():
        if many:
            click.echo(show_diagnostics(folder, many, colours=colours))
    counts = [_count(errors, "error"), _count(warnings, "warning")]
    said = " and ".join(count for count in counts if count)
    if errors:
        click.echo(paint(f"Found {said}.", colours, fg="red", bold=True))
    else:
        sites = "The site is" if len(found) == 1 else f"All {len(found)} sites are"
        click.echo(paint(f"{sites} good to serve{f', with {said}' if said else ''}.", colours, fg="green", bold=True))


def _count(number: int, word: str) -> str:
    return "" if not number else f"{number} {word}{'' if number == 1 else 's'}"
