"""Hot reload: a thread that watches the sites' folders."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from watchfiles import Change, DefaultFilter, watch

from .sites import Sites

log = logging.getLogger("mitate")


class _SourcesOnly(DefaultFilter):
    """What a person edits: no hidden files, no databases, no editor's leftovers."""

    def __call__(self, change: Change, path: str) -> bool:
        name = Path(path).name
        if name.startswith(".") or ".mitate" in Path(path).parts or ".sqlite" in name:
            return False
        return super().__call__(change, path)


class Watch:
    """Loads a site again when something in its folder changes. Stops with `close`."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mitate-watch", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        folders = {served.path if served.path.is_dir() else served.path.parent for served in self._sites.values()}
        try:
            for changes in watch(
                *folders,
                watch_filter=_SourcesOnly(),
                stop_event=self._stop,
                debounce=200,
                step=50,
                rust_timeout=500,
                yield_on_timeout=False,
            ):
                self._sites.reload({Path(path) for _, path in changes})
        except Exception as error:
            log.error("changes are no longer watched: %s", error, exc_info=error)

    def close(self) -> None:
        """Stop watching."""
        self._stop.set()
        self._thread.join(timeout=5)
