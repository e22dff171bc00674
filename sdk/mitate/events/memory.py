"""Events in this process's memory: for tests and trials."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Lock

from mitate.events.event import Event, EventType


class MemoryEvents:
    """Keep events in a dict; gone when the process ends."""

    def __init__(self) -> None:
        self._events: dict[str, Event] = {}
        self._lock = Lock()

    def record(self, events: Sequence[Event]) -> int:
        with self._lock:
            before = len(self._events)
            for event in events:
                self._events.setdefault(event.id, event)
            return len(self._events) - before

    def read(
        self, *, site: str | None = None, visitor: str | None = None, since: float | None = None
    ) -> Iterator[Event]:
        return iter(self._select(site=site, visitor=visitor, since=since))

    def count(
        self,
        *,
        site: str | None = None,
        visitor: str | None = None,
        since: float | None = None,
        type: EventType | None = None,  # noqa: A002
        name: str | None = None,
        experience: str | None = None,
    ) -> int:
        found = self._select(site=site, visitor=visitor, since=since)
        return sum(
            (type is None or event.type == type)
            and (name is None or event.name == name)
            and (experience is None or event.experience == experience)
            for event in found
        )

    def erase(self, visitor: str) -> int:
        return self._remove([event.id for event in self._select(visitor=visitor)])

    def expire(self, before: float) -> int:
        return self._remove([event.id for event in self._select() if event.at < before])

    def close(self) -> None:
        """Keep everything: memory has nothing to let go of."""

    def _select(
        self, *, site: str | None = None, visitor: str | None = None, since: float | None = None
    ) -> list[Event]:
        with self._lock:
            events = list(self._events.values())
        found = [
            event
            for event in events
            if (site is None or event.site == site)
            and (visitor is None or event.visitor == visitor)
            and (since is None or event.at >= since)
        ]
        return sorted(found, key=lambda event: event.at)

    def _remove(self, ids: list[str]) -> int:
        with self._lock:
            return sum(self._events.pop(one, None) is not None for one in ids)
