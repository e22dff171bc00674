"""``mitate test``: a site's cases, run; what differs, and what no case reaches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .folder import SiteFolder, cant_write
from .look import has_colours, paint, show_diagnostics

if TYPE_CHECKING:
    from mitate import Diagnostic
    from mitate.cases import Case, Report, Result

EPILOG = """\b
Examples:
  mitate test shop
  mitate test shop --coverage --min-coverage 90
  mitate test shop --only "nurse*" --watch
  mitate test sites/* --junit results.xml

\b
A case, in shop/cases/hero.json:
  {"at": "2026-11-21T21:10", "cases": [
    {"name": "Who looked at nurse shoes sees them",
     "visitor": "iPhone in Osaka, third visit",
     "facts": {"interests.nurse-shoes": 0.59},
     "expect": {"hero": "light", "guide": "page"}}]}

\b
Exit codes: 0 all cases passed, 1 a case failed, too little is reached or the site has errors,
2 the command was not understood."""


@dataclass(frozen=True)
class Ran:
    """One folder's cases, run; or what kept them from being run."""

    folder: Path
    report: Report | None
    errors: Sequence[Diagnostic] = ()


@click.command("test", epilog=EPILOG)
@click.argument("folders", metavar="FOLDER...", nargs=-1, required=True, type=SiteFolder())
@click.option("--only", metavar="PATTERN", help="Only cases whose name or file has this in it; * and ? as in a shell.")
@click.option("--coverage", is_flag=True, help="List the variants, endings and conditions that no case reaches.")
@click.option(
    "--min-coverage",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Fail when less of the rules is reached than this.",
)
@click.option(
    "--junit", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the results as JUnit XML."
)
@click.option("--watch", is_flag=True, help="Run again whenever a file of the site changes. Stop with Ctrl-C.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to say it."
)
def command(
    folders: tuple[Path, ...],
    only: str | None,
    coverage: bool,
    min_coverage: float | None,
    junit: Path | None,
    watch: bool,
    form: str,
) -> None:
    """Run the cases beside a site: cases/*.json say who visits and what each slot must show.

    The clock and the place in every experiment are fixed, nobody's profile is read, nothing is stored.
    """

    def once() -> bool:
        ran = [_run(folder, only) for folder in folders]
        if junit is not None:
            _write_junit(junit, ran)
        if form == "json":
            _as_json(ran, min_coverage)
        else:
            _as_text(ran, only, coverage=coverage, least=min_coverage)
        return all(_passed(one, min_coverage) for one in ran)

    if watch:
        keep_running(once, changes(folders, but=junit))
    else:
        sys.exit(0 if once() else 1)


def _run(folder: Path, only: str | None) -> Ran:
    from mitate import DocumentError, Mitate
    from mitate.cases import load, run

    try:
        with Mitate.from_path(folder) as mitate:
            cases = [case for case in load(folder, mitate.site) if only is None or matches(case, only)]
            return Ran(folder, run(mitate, cases))
    except DocumentError as error:
        return Ran(folder, None, [one for one in error.diagnostics if one.severity == "error"])


def matches(case: Case, pattern: str) -> bool:
    """Tell whether a case is meant: the pattern is part of its name or of its file, in any case of letters."""
    wanted = f"*{pattern.casefold()}*"
    return any(fnmatchcase(text.casefold(), wanted) for text in (case.name, case.file))


def _passed(one: Ran, least: float | None) -> bool:
    if one.report is None or not one.report.results:
        return False
    return one.report.ok and (least is None or one.report.coverage.percent >= least)


# -- for people ----------------------------------------------------------------------------------


def _as_text(ran: Sequence[Ran], only: str | None, *, coverage: bool, least: float | None) -> None:
    colours = has_colours()
    for one in ran:
        if one.report is None:
            click.echo(show_diagnostics(one.folder, one.errors, colours=colours))
        elif not one.report.results:
            click.echo(_no_cases(one.folder, only))
        else:
            _show_report(one.folder, one.report, colours=colours, coverage=coverage, least=least)
    reports = [one.report for one in ran if one.report is not None]
    failed, passed = sum(len(one.failed) for one in reports), sum(len(one.passed) for one in reports)
    if failed:
        click.echo(paint(f"{_count(failed)} failed, {passed} passed.", colours, fg="red", bold=True))
    elif any(one.report is None for one in ran):
        click.echo(paint("Nothing was run where there are errors.", colours, fg="red", bold=True))
    elif passed:
        click.echo(paint(f"{_count(passed)} passed.", colours, fg="green", bold=True))


def _no_cases(folder: Path, only: str | None) -> str:
    if only is not None:
        return f"{folder}: no case has {only!r} in its name or file."
    return f"{folder}: no cases yet. `mitate cases suggest {folder}` writes some; then say what should be so."


def _show_report(folder: Path, report: Report, *, colours: bool, coverage: bool, least: float | None) -> None:
    for file, many in groupby(report.results, key=lambda one: one.case.file):
        _show_file(folder / file, list(many), colours)
    covered = report.coverage
    low = least is not None and covered.percent < least
    count = len(covered.points) - len(covered.missing)
    said = f"{covered.percent:.0f} % of the rules reached ({count} of {len(covered.points)})"
    more = f"; at least {least:g} % are asked for" if low else ""
    click.echo(paint(said + more, colours, fg="red" if low else None, dim=not low))
    if covered.missing and (coverage or low):
        click.echo("No case reaches:")
        for point in covered.missing:
            click.echo(f"  {covered.texts[point]}")
        click.echo(paint(f"`mitate cases suggest {folder}` writes cases for these.", colours, dim=True))


def _show_file(file: Path, results: Sequence[Result], colours: bool) -> None:
    seconds = sum(one.seconds for one in results)
    failed = [one for one in results if not one.passed]
    mark = paint("✗", colours, fg="red", bold=True) if failed else paint("✓", colours, fg="green")
    said = f"{len(failed)} of {_count(len(results))} failed" if failed else _count(len(results))
    click.echo(f"{mark} {file}  {paint(f'{said}, {seconds * 1000:.0f} ms', colours, dim=True)}")
    for one in failed:
        _show_failure(file, one, colours)


_COLOURS = {"expected": "green", "got": "red"}


def _show_failure(file: Path, result: Result, colours: bool) -> None:
    from mitate.cases.running import lines

    place = str(file) if result.case.line is None else f"{file}:{result.case.line}"
    click.echo("")
    click.echo(f"  {paint(result.case.name, colours, bold=True)}  {paint(place, colours, dim=True)}")
    for difference in result.differences:
        for line in lines(difference):
            colour = next(
                (colour for word, colour in _COLOURS.items() if line[len(difference.slot) + 2 :].startswith(word)), None
            )
            click.echo(f"    {paint(line, colours, fg=colour)}")
    click.echo("")


def _count(number: int) -> str:
    return f"{number} case" if number == 1 else f"{number} cases"


# -- for programs --------------------------------------------------------------------------------


def _as_json(ran: Sequence[Ran], least: float | None) -> None:
    import msgspec

    said = {"ok": all(_passed(one, least) for one in ran), "sites": [_site(one, least) for one in ran]}
    click.echo(msgspec.json.format(msgspec.json.encode(said), indent=2))


def _site(one: Ran, least: float | None) -> dict[str, object]:
    said: dict[str, object] = {"folder": str(one.folder), "ok": _passed(one, least)}
    if one.report is None:
        return {**said, "errors": [error.to_dict() for error in one.errors]}
    return {
        **said,
        "passed": len(one.report.passed),
        "failed": len(one.report.failed),
        "cases": [_case(result) for result in one.report.results],
        "coverage": one.report.coverage.to_dict(),
    }


def _case(result: Result) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "name": result.case.name,
        "file": result.case.file,
        "line": result.case.line,
        "ok": result.passed,
        "seconds": round(result.seconds, 6),
        "differences": [asdict(one) for one in result.differences],
    }


def _write_junit(file: Path, ran: Iterable[Ran]) -> None:
    from mitate.cases.junit import Suite, junit

    suites = [
        Suite(one.folder.name or str(one.folder), () if one.report is None else one.report.results, one.errors)
        for one in ran
    ]
    try:
        file.write_text(junit(suites), "utf-8")
    except OSError as error:
        raise cant_write(file, error) from None


# -- again and again -----------------------------------------------------------------------------


def changes(folders: Iterable[Path], *, but: Path | None = None) -> Iterable[object]:
    """Give something whenever a file of the sites changes, `but` for one; several changes at once count as one."""
    from watchfiles import Change, DefaultFilter, watch

    written = None if but is None else str(but.resolve())
    ordinary = DefaultFilter()

    def matters(change: Change, path: str) -> bool:
        return path != written and ordinary(change, path)

    homes = [(folder if folder.is_dir() else folder.parent).resolve() for folder in folders]
    return watch(*homes, watch_filter=matters, debounce=200, step=50, raise_interrupt=False)


def keep_running(once: Callable[[], object], changed: Iterable[object]) -> None:
    """Run now and at each change, until Ctrl-C, whenever it comes; a terminal is cleared before."""
    with suppress(KeyboardInterrupt):
        _fresh(once)
        for _ in changed:
            _fresh(once)


def _fresh(once: Callable[[], object]) -> None:
    if has_colours():
        click.clear()
    once()
    click.echo("Waiting for a change. Ctrl-C stops.")
