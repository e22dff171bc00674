"""One SQLite file that many threads and processes share: opening, reading, writing, and saying what is wrong with it.

    MitateError
    └── StoreError     a store that can't be opened, read or written

The file is in WAL mode: readers never wait for the writer. Each process has one connection that writes, under a lock,
and as many that read as threads read at once. Connections don't survive a fork (SQLite forbids it); a child opens its
own when it first needs one.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Literal, TypeAlias
from weakref import WeakSet

from mitate_rules.errors import MitateError

Durability: TypeAlias = Literal["normal", "full"]
"""`normal`: what is committed survives the process (kill -9); `full`: also a power cut, at one disk flush a commit."""

BUSY_SECONDS = 10.0
"""How long to wait for another process that writes."""


PAUSE_SECONDS = 1.0
"""How long a fork waits for threads that read."""

SCRUB_SECONDS = 1.0
"""How long an erasure waits for readers, so that the log can be emptied."""


class StoreError(MitateError):
    """A store that can't be opened, read or written."""


class _Connections:
    """The connections of one process."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.writer: sqlite3.Connection | None = None
        self.readers: deque[sqlite3.Connection] = deque()
        self.returned = self.readers  # where readers go back to; `pause` takes that from those who look for one
        self.opening = Lock()
        self.opened = 0
        self.closed = False


class Database:
    """A file with one part's tables. Several parts may share a file; each has its own version of its tables."""

    def __init__(
        self, path: str | os.PathLike[str], *, part: str, version: int, schema: Sequence[str], durability: Durability
    ) -> None:
        self.path = Path(path).absolute()
        self._durability = durability
        self._connections = _Connections()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"can't make the folder {self.path.parent}: {error.strerror}") from error
        _databases.add(self)
        try:
            self._prepare(part, version, schema)
        except BaseException:
            self.close()
            raise

    def take_reader(self) -> sqlite3.Connection:
        """Borrow a connection to read with; give it back soon."""
        connections = self._connections
        try:
            return connections.readers.pop()
        except IndexError:
            if connections.closed:
                raise StoreError(f"{self.path} is closed") from None
        with connections.opening, self.explained():
            if connections.readers:
                return connections.readers.pop()
            opened = self._connect("PRAGMA query_only = ON")
            connections.opened += 1
            return opened

    def give_back(self, connection: sqlite3.Connection) -> None:
        connections = self._connections
        connections.returned.append(connection)
        if connections.closed:
            self._close_readers(connections)

    def query(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Return all rows of a query."""
        connection = self.take_reader()
        try:
            return connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise self.error(error) from error
        finally:
            self.give_back(connection)

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection, None, None]:
        """Write: all or nothing, committed at the end, one at a time among all processes."""
        connections = self._connections
        with connections.lock, self.explained():
            if connections.closed:
                raise StoreError(f"{self.path} is closed")
            connection = connections.writer
            if connection is None:
                connection = connections.writer = self._connect_writer()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def scrub(self) -> None:
        """Empty the write-ahead log, where erased rows would stay for a while; not while somebody keeps reading."""
        connections = self._connections
        with connections.lock, self.explained():
            if connections.writer is not None:
                connections.writer.execute(f"PRAGMA busy_timeout = {int(SCRUB_SECONDS * 1000)}").fetchall()
                connections.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                connections.writer.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}").fetchall()

    def close(self) -> None:
        """Close all connections of this process."""
        connections = self._connections
        connections.closed = True
        self._close_readers(connections)
        with connections.lock:
            if connections.writer is not None:
                connections.writer.close()
                connections.writer = None

    @contextmanager
    def explained(self) -> Generator[None, None, None]:
        """Turn SQLite's errors into ones that name the file and say what to do."""
        try:
            yield
        except sqlite3.Error as error:
            raise self.error(error) from error

    def error(self, error: sqlite3.Error) -> StoreError:
        """Return what SQLite says as an error that names the file and says what to do."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        return StoreError(f"{self.path}: {error}{_HINTS.get(code, '')}")

    def pause(self) -> Callable[[], None]:
        """Wait until no thread is at work in the file, and keep it so; give what ends the pause."""
        connections = self._connections
        locks = [lock for lock in (connections.lock, connections.opening) if lock.acquire(timeout=BUSY_SECONDS)]
        idle, connections.readers = connections.readers, deque()
        deadline = time.monotonic() + PAUSE_SECONDS
        while len(idle) < connections.opened and time.monotonic() < deadline:
            time.sleep(0.001)

        def go_on() -> None:
            connections.readers = idle
            if connections.closed:
                self._close_readers(connections)
            for lock in locks:
                lock.release()

        return go_on

    def forget(self) -> None:
        """In the child after a fork: leave the parent's connections alone, unclosed, and open others when needed."""
        _inherited.append(self._connections)
        closed = self._connections.closed
        self._connections = _Connections()
        self._connections.closed = closed

    def _prepare(self, part: str, version: int, schema: Sequence[str]) -> None:
        """Make the part's tables, or check that they are of our version."""
        with self.transaction() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS mitate_parts (part TEXT PRIMARY KEY, version INTEGER NOT NULL)"
            )
            known = connection.execute("SELECT version FROM mitate_parts WHERE part = ?", (part,)).fetchone()
            if known is not None and known[0] != version:
                raise StoreError(
                    f"{self.path}: expected version {version} of the {part}, got {known[0]}"
                    " (it was written by another release of mitate: use that one, or begin with a new file)"
                )
            if known is None:
                for statement in schema:
                    connection.execute(statement)
                connection.execute("INSERT INTO mitate_parts VALUES (?, ?)", (part, version))

    def _connect_writer(self) -> sqlite3.Connection:
        connection = self._connect(f"PRAGMA synchronous = {self._durability}", "PRAGMA secure_delete = ON")
        # Changing to WAL fails at once, without the usual wait, while another process does the same.
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL").fetchall()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    connection.close()
                    raise
                time.sleep(0.01)
            except sqlite3.Error:
                connection.close()
                raise
            else:
                return connection

    def _connect(self, *pragmas: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        for pragma in pragmas:
            connection.execute(pragma)
        return connection

    @staticmethod
    def _close_readers(connections: _Connections) -> None:
        while True:
            try:
                connections.readers.pop().close()
            except IndexError:
                return


_HINTS = {
    sqlite3.SQLITE_NOTADB: " (it is no database: restore it from a copy, or move it away to begin with a new one)",
    sqlite3.SQLITE_CORRUPT: " (it is damaged: restore it from a copy, or move it away to begin with a new one)",
    sqlite3.SQLITE_CANTOPEN: " (check that it is a file in a folder that this process may write)",
    sqlite3.SQLITE_READONLY: " (this process may not write it)",
    sqlite3.SQLITE_BUSY: " (another process has been writing for long: is it stuck?)",
    sqlite3.SQLITE_FULL: " (the disk is full)",
}

_databases: WeakSet[Database] = WeakSet()
_inherited: list[_Connections] = []


_paused: list[Callable[[], None]] = []


def _before_fork() -> None:
    """Wait until no thread is inside SQLite.

    It keeps in memory which files its process has locked, and guards its memory with locks of its own. A child
    inherits both as they are at that moment: it would wait for ever for threads that it doesn't have.
    """
    _paused.extend(database.pause() for database in list(_databases))


def _after_fork() -> None:
    while _paused:
        _paused.pop()()


def _after_fork_in_child() -> None:
    _after_fork()
    for database in list(_databases):
        database.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork_in_child)
