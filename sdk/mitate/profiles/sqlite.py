"""Profiles in an SQLite file: nothing to install, several processes on one file."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence

import msgspec

from mitate.profiles.changes import Change, apply
from mitate.profiles.store import Profile
from mitate.sqlite import Database

VERSION = 1
_SCHEMA = (
    "CREATE TABLE profiles (id TEXT NOT NULL PRIMARY KEY, changed REAL NOT NULL, data BLOB NOT NULL)",
    "CREATE INDEX profiles_changed ON profiles (changed)",
)
_READ = "SELECT data FROM profiles WHERE id = ?"
_WRITE = (
    "INSERT INTO profiles (id, changed, data) VALUES (?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET changed = excluded.changed, data = excluded.data"
)

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(dict[str, object]).decode


class SQLiteProfiles:
    """Keep profiles in a file; made when absent. `clock` gives epoch seconds.

    Erased profiles are overwritten in the file. Raises StoreError when the file can't be used.
    """

    def __init__(self, path: str | os.PathLike[str], *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._database = Database(path, part="profiles", version=VERSION, schema=_SCHEMA, durability="normal")

    def read(self, id: str) -> Profile | None:  # noqa: A002
        database = self._database
        connection = database.take_reader()
        try:
            row = connection.execute(_READ, (id,)).fetchone()
        except sqlite3.Error as error:
            raise database.error(error) from error
        finally:
            database.give_back(connection)
        return None if row is None else Profile(id, _decode(row[0]))

    def apply(self, id: str, changes: Iterable[Change]) -> None:  # noqa: A002
        self.apply_batch([(id, list(changes))])

    def apply_batch(self, batch: Sequence[tuple[str, Sequence[Change]]]) -> None:
        now = self._clock()
        with self._database.transaction() as connection:
            for key, changes in batch:
                row = connection.execute(_READ, (key,)).fetchone()
                data = apply({} if row is None else _decode(row[0]), changes)
                connection.execute(_WRITE, (key, now, _encode(data)))

    def erase(self, id: str) -> None:  # noqa: A002
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM profiles WHERE id = ?", (id,))
        self._database.scrub()

    def export(self, id: str) -> dict[str, object] | None:  # noqa: A002
        known = self.read(id)
        return None if known is None else known.data

    def expire(self, before: float) -> int:
        with self._database.transaction() as connection:
            return connection.execute("DELETE FROM profiles WHERE changed < ?", (before,)).rowcount

    def close(self) -> None:
        """Close the file. Closing twice is harmless."""
        self._database.close()
