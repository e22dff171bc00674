"""From `cases/*.json` to cases, or to everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from mitate.document import DocumentError
from mitate.document import load as load_site
from mitate.document.folder import Folder, Part
from mitate.document.raw import as_object
from mitate.model import Site
from mitate_rules import Diagnostic

from .case import Case
from .expecting import read_expected
from .form import FILE
from .imagining import read_visitor
from .unfolding import Single, check_form, say_once, unfold

FOLDER = "cases"


def load(path: str | Path, site: Site | None = None) -> list[Case]:
    """Load the cases beside a site, file by file in the order of their names.

    `path` is the site's folder (or its `site.json`); the site is loaded from there when it isn't given. Raises
    `DocumentError` with everything that is wrong with them, or with the site.
    """
    home = home_of(path)
    site = load_site(path).site if site is None else site
    folder = Folder(home)
    cases = [case for name in names(home) for case in _read(folder, name, site)]
    if folder.failed:
        folder.found.sort(key=lambda one: (one.file or "", one.line or 0, one.column or 0))
        raise DocumentError(folder.found)
    return cases


def home_of(path: str | Path) -> Path:
    """Give the folder of a site that may be named by its document."""
    path = Path(path)
    return path.parent if path.suffix == ".json" and not path.is_dir() else path


def names(home: Path) -> list[str]:
    """Name the files of cases in a site's folder, relative to it."""
    found = (home / FOLDER).glob("*.json")
    return sorted(f"{FOLDER}/{one.name}" for one in found if not one.name.endswith(".schema.json"))


def _read(folder: Folder, name: str, site: Site) -> Iterator[Case]:
    read = folder.read_json(name, Part(name))
    if read is None:
        return
    value, root = read
    seen: set[tuple[str, str]] = set()

    def say(found: Diagnostic) -> None:
        say_once(found, folder, root, seen)

    FILE.check(value, "", say)
    for number, single in enumerate(unfold(as_object(value) or {}, root, say), 1):
        if check_form(single, folder, root, seen):
            yield case_of(single, site, say, number)


def _nothing(found: Diagnostic) -> None:
    """Say nothing."""


def case_of(single: Single, site: Site, say: Callable[[Diagnostic], None] = _nothing, number: int = 1) -> Case:
    """Read a single case whose form is right; what the site doesn't know is said."""

    def wrong(found: Diagnostic) -> None:
        say(single.placed(found))

    raw, positions = single.raw, single.part.positions
    visitor = read_visitor(raw, site, wrong)
    expect = read_expected(raw, site, wrong)
    line = None if positions is None else positions.nearest(single.part.at)[0]
    suggested = raw.get("suggested")
    return Case(
        name=str(raw.get("name") or raw.get("visitor") or f"case {number}") + single.suffix,
        file=single.part.file,
        line=line,
        visitor=visitor.visitor,
        now=visitor.now,
        expect=expect,
        bucket=visitor.bucket,
        facts=visitor.facts,
        profile=visitor.profile,
        history=visitor.history,
        language=visitor.language,
        suggested=suggested if isinstance(suggested, str) else None,
    )
