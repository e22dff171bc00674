"""What is remembered of a visitor, and what every store of it promises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec

from mitate.profiles.changes import Change


class Profile(msgspec.Struct, frozen=True):
    """One visitor's fields. Read it; to change it, give changes to the store.

    Names that begin with `_` are bookkeeping (see `changes`).
    """

    id: str
    data: dict[str, object]

    def get(self, field: str, default: object = None) -> object:
        """Return a field's value, or `default` when nothing is remembered."""
        return self.data.get(field, default)


class ProfileStore(Protocol):
    """Keep profiles. Safe to share between threads; several stores on the same data lose nothing."""

    def read(self, id: str) -> Profile | None:  # noqa: A002
        """Return the profile, or None when nothing is remembered."""
        ...

    def apply(self, id: str, changes: Iterable[Change]) -> None:  # noqa: A002
        """Apply changes; committed on return. Raises TypeError when a field holds another kind of value."""
        ...

    def apply_batch(self, batch: Sequence[tuple[str, Sequence[Change]]]) -> None:
        """Apply changes to many profiles, all or none; committed on return."""
        ...

    def erase(self, id: str) -> None:  # noqa: A002
        """Forget the profile completely."""
        ...

    def export(self, id: str) -> dict[str, object] | None:  # noqa: A002
        """Return everything that is remembered, bookkeeping included, ready for JSON."""
        ...

    def expire(self, before: float) -> int:
        """Forget profiles last changed before an instant (epoch seconds); return how many."""
        ...

    def close(self) -> None:
        """Let go of files and connections. Closing twice is harmless."""
        ...
