"""From a folder to a `Site`, or to everything that is wrong with it.

Loading is all-or-nothing. One pass reads and checks every part, collecting diagnostics with file,
line and column; only a folder without an error becomes a `Site`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mitate.context.accounts import Accounts
from mitate.model import Site
from mitate_rules import Diagnostic, MitateError

from .folder import Folder, Part
from .schema import SCHEMA_NAME, SITE, site_schema
from .site import SiteReader

__all__ = ["SCHEMA_NAME", "DocumentError", "Loaded", "load", "site_schema"]


class DocumentError(MitateError):
    """A site's folder can't be used. `diagnostics` holds everything that is wrong, in file order."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        errors = [one for one in self.diagnostics if one.severity == "error"]
        super().__init__("\n".join(map(str, errors)) or "the site's folder can't be used")


@dataclass(frozen=True)
class Loaded:
    """A site, the companies it knows, and what the check wants to say although nothing is wrong."""

    site: Site
    accounts: Accounts | None
    notes: tuple[Diagnostic, ...]
    files: tuple[Path, ...]


def load(path: str | Path) -> Loaded:
    """Load the site in a folder (or a lone `site.json`).

    Raises `DocumentError` with all diagnostics when there is an error among them.
    """
    path = Path(path)
    home, name = (path, "site.json") if path.is_dir() or path.suffix != ".json" else (path.parent, path.name)
    folder = Folder(home)
    read = folder.read_json(name, Part(name), hint=f"`mitate init {home}` makes a starter folder")
    if read is None:
        raise DocumentError(folder.found)
    value, root = read
    SITE.check(value, "", lambda wrong: folder.say(wrong, root))
    loaded = SiteReader(folder).read(value, root)
    folder.found.sort(key=lambda one: (one.file or "", one.line or 0, one.column or 0))
    if loaded is None:
        raise DocumentError(folder.found)
    site, accounts = loaded
    return Loaded(site, accounts, tuple(folder.found), tuple(home / file for file in folder.files))
