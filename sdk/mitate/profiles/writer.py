"""The one writer of a process: what is to be kept leaves through it, in batches, so that no decision waits."""

from __future__ import annotations

import atexit
import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from threading import Condition, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING
from weakref import WeakSet

from mitate.profiles.changes import Change
from mitate.profiles.store import ProfileStore
from mitate.sqlite import StoreError

if TYPE_CHECKING:
    from mitate.events import Event, EventSink

LIMIT = 100_000
"""How many changes and events may wait. Beyond that something is badly wrong with the store, and memory is next."""

DELAY = 0.02
"""Seconds to wait for more before a batch is written; what somebody waits for is written at once."""

_log = logging.getLogger("mitate.writer")


class Writer:
    """Apply changes and record events in the background, in order, in one thread per process.

    Never blocks and never raises: when `limit` are waiting, what comes is dropped and counted in `dropped`; what a
    store refuses is counted in `failed`, and each kind of failure is logged once. After a fork the child has a writer
    of its own with nothing waiting; what waited is the parent's to write.
    """

    def __init__(self, *, limit: int = LIMIT, delay: float = DELAY) -> None:
        self._limit = limit
        self._delay = delay
        self._queue = _Queue()
        self.dropped = 0
        self.failed = 0
        self._logged: set[tuple[type, type]] = set()
        _writers.add(self)

    def changes(self, store: ProfileStore, id: str, changes: Sequence[Change]) -> bool:  # noqa: A002
        """Apply changes soon; return False when they were dropped."""
        return not changes or self._put(_Changes(store, id, changes), len(changes), urgent=False)

    def events(self, sink: EventSink, events: Sequence[Event]) -> Future[None]:
        """Record events now, together with what others record; the future is done when they are committed."""
        done: Future[None] = Future()
        if not events:
            done.set_result(None)
        elif not self._put(_Events(sink, events, done), len(events), urgent=True):
            done.set_exception(StoreError(f"{len(events)} events were dropped: the writer is full or closed"))
        return done

    @property
    def waiting(self) -> int:
        """How many changes and events wait to be written."""
        return self._queue.size

    def flush(self, timeout: float | None = None) -> bool:
        """Wait until everything given so far is written; return False when `timeout` seconds were not enough."""
        queue = self._queue
        with queue.lock:
            goal = queue.given
            queue.urgent = True
            queue.work.notify()
            return queue.done.wait_for(lambda: queue.written >= goal, timeout)

    def close(self) -> None:
        """Write everything that waits, then stop; what comes later is dropped."""
        queue = self._queue
        with queue.lock:
            queue.closing = True
            queue.work.notify()
            thread = queue.thread
        if thread is not None:
            thread.join()
        atexit.unregister(self.close)

    def forget(self) -> None:
        """In the child after a fork: begin with nothing waiting."""
        closing = self._queue.closing
        self._queue = _Queue()
        self._queue.closing = closing
        self.dropped = self.failed = 0

    def _put(self, item: _Changes | _Events, size: int, *, urgent: bool) -> bool:
        queue = self._queue
        with queue.lock:
            if queue.closing or queue.size + size > self._limit:
                self.dropped += size
                return False
            queue.items.append(item)
            queue.size += size
            queue.given += 1
            if queue.thread is None:
                queue.thread = Thread(target=self._run, args=(queue,), name="mitate-writer", daemon=True)
                queue.thread.start()
                atexit.register(self.close)
            if urgent or queue.idle:
                queue.urgent = queue.urgent or urgent
                queue.work.notify()
            return True

    def _run(self, queue: _Queue) -> None:
        while True:
            with queue.lock:
                queue.idle = True
                queue.work.wait_for(lambda: queue.items or queue.closing)
                queue.idle = False
                if not queue.items:
                    return
                deadline = monotonic() + self._delay
                queue.work.wait_for(lambda: queue.urgent or queue.closing, deadline - monotonic())
                batch, queue.items, queue.size, queue.urgent = queue.items, [], 0, False
            self._write(batch)
            with queue.lock:
                queue.written += len(batch)
                queue.done.notify_all()

    def _write(self, batch: Sequence[_Changes | _Events]) -> None:
        profiles: dict[int, tuple[ProfileStore, dict[str, list[Change]]]] = {}
        sinks: dict[int, tuple[EventSink, list[_Events]]] = {}
        for item in batch:
            if isinstance(item, _Changes):
                _, by_id = profiles.setdefault(id(item.store), (item.store, {}))
                by_id.setdefault(item.id, []).extend(item.changes)
            else:
                sinks.setdefault(id(item.sink), (item.sink, []))[1].append(item)
        for store, by_id in profiles.values():
            self._apply(store, list(by_id.items()))
        for sink, items in sinks.values():
            self._record(sink, items)

    def _apply(self, store: ProfileStore, batch: list[tuple[str, list[Change]]]) -> None:
        error = _tried(partial(store.apply_batch, batch))
        if error is None:
            return
        # All or none: one profile that can't take its changes must not keep the others from theirs.
        for key, changes in batch:
            one = error if isinstance(error, StoreError) else _tried(partial(store.apply, key, changes))
            if one is not None:
                self._failed(store, one, len(changes))

    def _record(self, sink: EventSink, items: list[_Events]) -> None:
        error = _tried(partial(sink.record, [event for item in items for event in item.events]))
        for item in items:
            one = error
            if error is not None and not isinstance(error, StoreError):
                one = _tried(partial(sink.record, item.events))
            if one is not None:
                self._failed(sink, one, len(item.events))
            _settle(item.done, one)

    def _failed(self, store: object, error: Exception, count: int) -> None:
        self.failed += count
        kind = (type(store), type(error))
        if kind not in self._logged:
            self._logged.add(kind)
            _log.error(
                "could not write to %s; further failures of this kind are only counted",
                kind[0].__name__,
                exc_info=error,
            )


class _Changes:
    __slots__ = ("changes", "id", "store")

    def __init__(self, store: ProfileStore, id: str, changes: Sequence[Change]) -> None:  # noqa: A002
        self.store, self.id, self.changes = store, id, changes


class _Events:
    __slots__ = ("done", "events", "sink")

    def __init__(self, sink: EventSink, events: Sequence[Event], done: Future[None]) -> None:
        self.sink, self.events, self.done = sink, events, done


class _Queue:
    """What waits in one process, and the thread that writes it."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.work = Condition(self.lock)
        self.done = Condition(self.lock)
        self.items: list[_Changes | _Events] = []
        self.size = self.given = self.written = 0
        self.idle = self.urgent = self.closing = False
        self.thread: Thread | None = None


def _tried(write: Callable[[], object], tries: int = 2) -> Exception | None:
    """Return what went wrong; a store in trouble (busy, a full disk) is tried twice."""
    try:
        write()
    except Exception as error:
        return _tried(write, tries - 1) if isinstance(error, StoreError) and tries > 1 else error
    return None


def _settle(done: Future[None], error: Exception | None) -> None:
    if not done.set_running_or_notify_cancel():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)


_writers: WeakSet[Writer] = WeakSet()


def _after_fork() -> None:
    for writer in list(_writers):
        writer.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
