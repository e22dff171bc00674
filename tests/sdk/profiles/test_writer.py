"""The writer: nothing is lost, nobody waits, trouble is counted."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event as Signal

import pytest

from mitate.events import Event, MemoryEvents
from mitate.profiles import Add, Change, Latest, MemoryProfiles, SQLiteProfiles, Writer
from mitate.sqlite import StoreError

WAIT = 30.0
"""Seconds a test waits for another thread before it gives up."""


class HeldProfiles(MemoryProfiles):
    """Profiles that take nothing until they are released, and count their batches."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.released = Signal(), Signal()
        self.batches: list[int] = []

    def apply_batch(self, batch: Sequence[tuple[str, Sequence[Change]]]) -> None:
        self.entered.set()
        assert self.released.wait(WAIT)
        self.batches.append(len(batch))
        super().apply_batch(batch)


class BrokenProfiles(MemoryProfiles):
    """Profiles whose disk is full; they count how often that was found out."""

    tries = 0

    def apply_batch(self, batch: Sequence[tuple[str, Sequence[Change]]]) -> None:
        self.tries += 1
        raise StoreError("the disk is full")


class BrokenEvents(MemoryEvents):
    def record(self, events: Sequence[Event]) -> int:
        raise StoreError("the disk is full")


def event(name: str) -> Event:
    return Event(id=name, at=1.0, site="shoes", version="v", type="track", name="x")


@pytest.fixture
def writer() -> Iterator[Writer]:
    made = Writer(delay=0.0)
    yield made
    made.close()


def test_what_was_given_is_there_after_a_flush(writer: Writer) -> None:
    store = MemoryProfiles()
    for number in range(1000):
        assert writer.changes(store, f"v{number % 10}", [Add("n", 1, str(number))]) is True
    assert writer.flush(WAIT) is True
    assert [profile.data["n"] for number in range(10) if (profile := store.read(f"v{number}"))] == [100] * 10
    assert (writer.dropped, writer.failed, writer.waiting) == (0, 0, 0)


def test_what_was_given_is_there_after_closing_and_what_comes_later_is_dropped_and_counted() -> None:
    store, sink, writer = MemoryProfiles(), MemoryEvents(), Writer(delay=60.0)
    writer.changes(store, "v", [Add("n", 1, "a")])
    writer.close()
    profile = store.read("v")
    assert profile is not None
    assert profile.data["n"] == 1
    assert writer.changes(store, "v", [Add("n", 1, "b"), Add("n", 1, "c")]) is False
    assert isinstance(writer.events(sink, [event("a")]).exception(), StoreError)
    assert writer.dropped == 3
    writer.close()
    assert writer.flush(WAIT) is True


def test_an_unused_writer_flushes_and_closes_at_once() -> None:
    writer = Writer()
    assert writer.flush(WAIT) is True
    writer.close()


def test_an_empty_list_is_nothing_to_write(writer: Writer) -> None:
    assert writer.changes(MemoryProfiles(), "v", []) is True
    assert writer.events(MemoryEvents(), []).done() is True
    assert writer.waiting == 0


def test_events_are_recorded_when_their_future_is_done() -> None:
    writer, sink = Writer(delay=60.0), MemoryEvents()
    futures = [writer.events(sink, [event(f"a{number}"), event(f"b{number}")]) for number in range(50)]
    assert [future.result(WAIT) for future in futures] == [None] * 50
    assert sink.count() == 100
    writer.close()


def test_changes_that_come_while_one_batch_is_written_leave_together(writer: Writer) -> None:
    store = HeldProfiles()
    writer.changes(store, "first", [Add("n", 1, "x")])
    assert store.entered.wait(WAIT)
    for number in range(20):
        writer.changes(store, f"v{number % 5}", [Add("n", 1, str(number))])
    store.released.set()
    assert writer.flush(WAIT) is True
    assert store.batches == [1, 5]


def test_a_full_queue_drops_and_counts_and_never_waits() -> None:
    writer, store = Writer(limit=3, delay=0.0), HeldProfiles()
    writer.changes(store, "first", [Add("n", 1, "x")])
    assert store.entered.wait(WAIT)
    change = [Add("n", 1, "a")]
    assert [writer.changes(store, "v", change) for _ in range(4)] == [True, True, True, False]
    assert writer.waiting == 3
    assert writer.dropped == 1
    assert isinstance(writer.events(MemoryEvents(), [event("a")]).exception(), StoreError)
    assert writer.dropped == 2
    assert writer.flush(0.0) is False
    store.released.set()
    writer.close()


def test_a_profile_that_takes_no_changes_keeps_nobody_else_from_theirs(
    writer: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    store = MemoryProfiles()
    store.apply("bad", [Latest("n", "text", 1.0)])
    with caplog.at_level(logging.ERROR, "mitate.writer"):
        for name in ("good", "bad", "fine", "bad"):
            writer.changes(store, name, [Add("n", 1, f"a-{name}")])
        assert writer.flush(WAIT) is True
        writer.changes(store, "bad", [Add("n", 1, "b")])
        assert writer.flush(WAIT) is True
    assert [profile.data["n"] for name in ("good", "fine") if (profile := store.read(name))] == [1, 1]
    assert writer.failed == 3
    assert [record.getMessage() for record in caplog.records] == [
        "could not write to MemoryProfiles; further failures of this kind are only counted"
    ]


def test_a_store_in_trouble_is_tried_twice_and_then_counted(writer: Writer, caplog: pytest.LogCaptureFixture) -> None:
    store = BrokenProfiles()
    for name in ("a", "b", "c"):
        writer.changes(store, name, [Add("n", 1, "a")])
    future = writer.events(BrokenEvents(), [event("a"), event("b")])
    assert str(future.exception(WAIT)) == "the disk is full"
    assert writer.flush(WAIT) is True
    assert writer.failed == 5
    assert store.tries in (2, 4, 6)
    assert len(caplog.records) == 2


def test_a_future_nobody_wants_any_more_is_recorded_all_the_same(writer: Writer) -> None:
    held, sink = HeldProfiles(), MemoryEvents()
    writer.changes(held, "v", [Add("n", 1, "a")])
    assert held.entered.wait(WAIT)
    future = writer.events(sink, [event("a")])
    assert future.cancel() is True
    held.released.set()
    assert writer.flush(WAIT) is True
    assert sink.count() == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_child_writes_its_own_and_leaves_the_parents_to_the_parent(tmp_path: Path) -> None:
    writer, held = Writer(delay=0.0), HeldProfiles()
    store = SQLiteProfiles(tmp_path / "profiles.db")
    writer.changes(held, "v", [Add("n", 1, "a")])
    assert held.entered.wait(WAIT)
    writer.changes(store, "v", [Add("n", 1, "parent")])
    child = os.fork()
    if child == 0:
        try:
            empty = writer.waiting == 0
            writer.changes(store, "v", [Add("n", 1, "child")])
            flushed = writer.flush(WAIT)
            profile = store.read("v")
            os._exit(0 if empty and flushed and profile is not None and profile.data["n"] == 1 else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    held.released.set()
    writer.close()
    profile = store.read("v")
    store.close()
    assert profile is not None
    assert profile.data["n"] == 2


def test_what_waits_at_the_end_of_the_program_is_written(tmp_path: Path) -> None:
    path = tmp_path / "profiles.db"
    program = (
        "import sys; from mitate.profiles import Add, SQLiteProfiles, Writer\n"
        "store, writer = SQLiteProfiles(sys.argv[1]), Writer(delay=60.0)\n"
        "writer.changes(store, 'v', [Add('n', 1, 'a')])\n"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=True, timeout=WAIT)
    store = SQLiteProfiles(path)
    profile = store.read("v")
    store.close()
    assert profile is not None
    assert profile.data["n"] == 1
