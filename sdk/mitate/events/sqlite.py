"""Events in an SQLite file: append-only, several processes on one file, readable by every analysis tool."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import msgspec

from mitate.events.event import Event, EventType
from mitate.sqlite import Database, Durability

VERSION = 1
_COLUMNS = Event.__struct_fields__
_SCHEMA = (
    "CREATE TABLE events (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at REAL NOT NULL, site TEXT NOT NULL,"
    " version TEXT NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL, visitor TEXT, page_view TEXT, slot TEXT,"
    " experience TEXT, variant TEXT, reason TEXT, value REAL, props TEXT NOT NULL, purposes TEXT NOT NULL)",
    "CREATE INDEX events_at ON events (at)",
    "CREATE INDEX events_visitor ON events (visitor, at) WHERE visitor IS NOT NULL",
)
_INSERT = (
    f"INSERT INTO events ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) ON CONFLICT (id) DO NOTHING"
)
_PAGE = 1000

_encode = msgspec.json.Encoder().encode


class SQLiteEvents:
    """Keep events in a file; made when absent. `props` and `purposes` are JSON texts in it.

    With durability "normal" what was recorded survives the process (kill -9), with "full" also a power cut. Raises
    StoreError when the file can't be used.
    """

    def __init__(self, path: str | os.PathLike[str], *, durability: Durability = "normal") -> None:
        self._database = Database(path, part="events", version=VERSION, schema=_SCHEMA, durability=durability)

    def record(self, events: Sequence[Event]) -> int:
        if not events:
            return 0
        rows = [_row(event) for event in events]
        with self._database.transaction() as connection:
            return connection.executemany(_INSERT, rows).rowcount

    def read(
        self, *, site: str | None = None, visitor: str | None = None, since: float | None = None
    ) -> Iterator[Event]:
        # Page by page, so that a slow reader holds no snapshot of the file open.
        filters, values = _where(site=site, visitor=visitor, since=since)
        last: tuple[object, ...] = ()
        while True:
            page = self._database.query(
                f"SELECT seq, {', '.join(_COLUMNS)} FROM events WHERE {filters}"
                f"{' AND (at, seq) > (?, ?)' if last else ''} ORDER BY at, seq LIMIT {_PAGE}",
                (*values, *last),
            )
            for row in page:
                yield _event(row[1:])
            if len(page) < _PAGE:
                return
            last = (page[-1][2], page[-1][0])

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
        filters, values = _where(site=site, visitor=visitor, since=since, type=type, name=name, experience=experience)
        found = self._database.query(f"SELECT count(*) FROM events WHERE {filters}", values)[0][0]
        return msgspec.convert(found, int)

    def erase(self, visitor: str) -> int:
        with self._database.transaction() as connection:
            erased = connection.execute("DELETE FROM events WHERE visitor = ?", (visitor,)).rowcount
        self._database.scrub()
        return erased

    def expire(self, before: float) -> int:
        with self._database.transaction() as connection:
            return connection.execute("DELETE FROM events WHERE at < ?", (before,)).rowcount

    def close(self) -> None:
        """Close the file. Closing twice is harmless."""
        self._database.close()


def _where(*, since: float | None, **equal: str | None) -> tuple[str, list[object]]:
    given = {column: value for column, value in equal.items() if value is not None}
    filters = ["1", *(f"{column} = ?" for column in given), *(["at >= ?"] if since is not None else [])]
    return " AND ".join(filters), [*given.values(), *([since] if since is not None else [])]


def _row(event: Event) -> tuple[object, ...]:
    values = [getattr(event, column) for column in _COLUMNS[:-2]]
    return (*values, _encode(event.props).decode(), _encode(event.purposes).decode())


def _event(row: tuple[object, ...]) -> Event:
    values = dict(zip(_COLUMNS, row, strict=True))
    values["props"] = msgspec.json.decode(msgspec.convert(values["props"], str))
    values["purposes"] = msgspec.json.decode(msgspec.convert(values["purposes"], str))
    return msgspec.convert(values, Event)
