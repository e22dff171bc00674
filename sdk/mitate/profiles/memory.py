"""Profiles in this process's memory: for tests, trials and simulations."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from threading import Lock

from mitate.profiles.changes import Change, apply
from mitate.profiles.store import Profile


class MemoryProfiles:
    """Keep profiles in a dict; gone when the process ends. `clock` gives epoch seconds."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._profiles: dict[str, Profile] = {}
        self._changed: dict[str, float] = {}
        self._lock = Lock()

    def read(self, id: str) -> Profile | None:  # noqa: A002
        return self._profiles.get(id)

    def apply(self, id: str, changes: Iterable[Change]) -> None:  # noqa: A002
        self.apply_batch([(id, list(changes))])

    def apply_batch(self, batch: Sequence[tuple[str, Sequence[Change]]]) -> None:
        with self._lock:
            after: dict[str, dict[str, object]] = {}
            for key, changes in batch:
                known = self._profiles.get(key)
                after[key] = apply(after.get(key) or (known.data if known else {}), changes)
            now = self._clock()
            for key, data in after.items():
                self._profiles[key] = Profile(key, data)
                self._changed[key] = now

    def erase(self, id: str) -> None:  # noqa: A002
        with self._lock:
            self._profiles.pop(id, None)
            self._changed.pop(id, None)

    def export(self, id: str) -> dict[str, object] | None:  # noqa: A002
        known = self._profiles.get(id)
        return None if known is None else deepcopy(known.data)

    def expire(self, before: float) -> int:
        with self._lock:
            old = [key for key, changed in self._changed.items() if changed < before]
            for key in old:
                del self._profiles[key], self._changed[key]
            return len(old)

    def close(self) -> None:
        """Keep everything: memory has nothing to let go of."""
