"""Hot reload: a thread that watches the sites' folders."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

from watchfiles import Change, DefaultFilter, watch

from .sites import Sites

log = logging.getLogger("mitate")

LOOK_AGAIN: Final = 0.5
"""Every so many seconds it is looked whether the folders are still the same ones."""

Identity = tuple[int, int] | None
"""A folder's device and number on it; None when there is no folder."""


class _SourcesOnly(DefaultFilter):
    """What a person edits: no hidden files, no databases, no editor's leftovers."""

    def __call__(self, change: Change, path: str) -> bool:
        name = Path(path).name
        if name.startswith(".") or ".mitate" in Path(path).parts or ".sqlite" in name:
            return False
        return super().__call__(change, path)


class Watch:
    """Loads a site again when something in its folder changes. Stops with `close`.

    With `keep_schemas` what editors complete from is written anew, too, where it is there.

    A folder may be deleted and come back, or be exchanged as a whole: a deployment renames folders
    or turns a symbolic link to another. The new one is loaded and watched.
    """

    def __init__(self, sites: Sites, *, keep_schemas: bool = False) -> None:
        self._sites = sites
        self._keep_schemas = keep_schemas
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mitate-watch", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        folders = {served.folder for served in self._sites.values()}
        known = _identities(folders)
        exchanged, trouble = False, ""
        while not self._stop.is_set():
            try:
                known = self._watch(known, exchanged)
            except Exception as error:
                # Such as: no more files can be watched. What is served stays, and we try again.
                if str(error) != trouble:
                    log.error("changes are not seen at the moment: %s", error, exc_info=error)
                trouble = str(error)
                self._stop.wait(LOOK_AGAIN)
            exchanged = True

    def _watch(self, known: Mapping[Path, Identity], exchanged: bool) -> dict[Path, Identity]:
        """Reload what changes, until a folder comes, goes or is exchanged; give the folders as they are then."""
        there = [folder for folder, identity in known.items() if identity is not None]
        if not there:
            self._stop.wait(LOOK_AGAIN)
            return _identities(known)
        for changes in watch(
            *there,
            watch_filter=_SourcesOnly(),
            stop_event=self._stop,
            debounce=200,
            step=50,
            rust_timeout=int(LOOK_AGAIN * 1000),
            yield_on_timeout=True,
        ):
            paths = {Path(path) for _, path in changes}
            if exchanged:  # whatever happened before we looked at the new folder
                exchanged = False
                paths.update(there)
            if paths:
                self._sites.reload(paths)
                if self._keep_schemas:
                    refresh_schemas(there, paths)
            present = _identities(known)
            if present != known:
                # The folder that went is said to be missing; the one that came is loaded once it is watched.
                self._sites.reload([folder for folder, identity in present.items() if identity is None])
                return present
        return dict(known)

    def close(self) -> None:
        """Stop watching."""
        self._stop.set()
        self._thread.join(timeout=5)


def refresh_schemas(folders: Iterable[Path], changed: Collection[Path]) -> None:
    """Let the schemas that are there say what the documents say now; new ones are `mitate schema`'s to make."""
    from mitate.editors import write_schemas

    for folder in folders:
        if any(
            path.is_relative_to(place) for path in changed for place in {folder, folder.absolute(), folder.resolve()}
        ):
            # While a document isn't JSON, what its schema said before stays.
            with contextlib.suppress(OSError, ValueError):
                write_schemas(folder, only_there=True)


def _identities(folders: Mapping[Path, object] | set[Path]) -> dict[Path, Identity]:
    return {folder: _identity(folder) for folder in folders}


def _identity(folder: Path) -> Identity:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
