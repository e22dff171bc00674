"""What happened, and what every store of events promises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, Protocol, TypeAlias

import msgspec

EventType: TypeAlias = Literal["exposure", "track", "visit", "dismiss", "decision"]


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened on a site.

    `id` makes it count once; `at` is in epoch seconds (UTC); `version` is that of the site document it was decided
    by; `purposes` are those granted then. `props` holds JSON values.
    """

    id: str
    at: float
    site: str
    version: str
    type: EventType
    name: str = ""
    visitor: str | None = None
    page_view: str | None = None
    slot: str | None = None
    experience: str | None = None
    variant: str | None = None
    reason: str | None = None
    value: float | None = None
    props: dict[str, object] = msgspec.field(default_factory=dict[str, object])
    purposes: list[str] = msgspec.field(default_factory=list[str])


class EventSink(Protocol):
    """Keep events. Safe to share between threads and processes. Filters that are None let everything through."""

    def record(self, events: Sequence[Event]) -> int:
        """Keep events, all or none; committed on return. An id that is known is ignored. Return how many are new."""
        ...

    def read(
        self, *, site: str | None = None, visitor: str | None = None, since: float | None = None
    ) -> Iterator[Event]:
        """Give events from `since` (epoch seconds) on, oldest first."""
        ...

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
        """Return how many events there are."""
        ...

    def erase(self, visitor: str) -> int:
        """Forget a visitor's events completely; return how many."""
        ...

    def expire(self, before: float) -> int:
        """Forget what happened before an instant (epoch seconds); return how many."""
        ...

    def close(self) -> None:
        """Let go of files and connections. Closing twice is harmless."""
        ...
