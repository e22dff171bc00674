"""A site checked like a program: what never shows, what is always taken earlier, what says nothing; each with a visitor.

The engine analyses rules; here they compete: for slots, in time, through experiments. Serving never pays for it.
"""

from __future__ import annotations

import time
from os import PathLike
from pathlib import Path

from mitate.document import DocumentError, Loaded, load
from mitate.document.places import Places
from mitate_rules import Diagnostic

from .plain import plain_findings
from .rules import rule_findings
from .saying import Saying
from .telling import told_findings

__all__ = ["analyse", "check"]


def check(path: str | PathLike[str], *, overlaps: bool = False, now: float | None = None) -> list[Diagnostic]:
    """Give everything there is to say about a site's folder: errors, warnings and notes, in file order.

    Without an error among them the site is analysed, too; see `analyse`.
    """
    try:
        loaded = load(Path(path))
    except DocumentError as error:
        return list(error.diagnostics)
    return sorted([*loaded.notes, *analyse(loaded, overlaps=overlaps, now=now)], key=_in_file)


def analyse(
    site: Loaded | str | PathLike[str], *, overlaps: bool = False, now: float | None = None
) -> list[Diagnostic]:
    """Give what a site's rules, schedules and experiments do together and probably shouldn't.

    Warnings: rules nobody can meet, experiences that never get their slot, conditions no page can be told. Notes: what ended, what nobody uses, what
    couldn't be decided; with `overlaps` also which experiences share visitors. `witness` has the facts of a visitor
    who shows it, `patch` the repair. `now` is in seconds (UTC), the present when absent. Raises `DocumentError` for a
    folder with errors.
    """
    loaded = site if isinstance(site, Loaded) else load(Path(site))
    say = Saying(Places(loaded.files[0]), loaded.site, time.time() if now is None else now)
    plain_findings(say)
    told_findings(say)
    rule_findings(say, overlaps=overlaps)
    return sorted(say.found, key=_in_file)


def _in_file(one: Diagnostic) -> tuple[str, int, int]:
    return one.file or "", one.line or 0, one.column or 0
