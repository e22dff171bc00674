"""What every store of events promises, asked of each; and that what a file acknowledged survives kill -9."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mitate.events import Event, EventSink, MemoryEvents, SQLiteEvents
from mitate.profiles import Add, SQLiteProfiles
from mitate.sqlite import Database, Durability, StoreError


@pytest.fixture(params=["memory", "sqlite"])
def sink(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventSink]:
    makers: dict[str, Callable[[], EventSink]] = {
        "memory": MemoryEvents,
        "sqlite": lambda: SQLiteEvents(tmp_path / "events.db"),
    }
    made = makers[request.param]()
    yield made
    made.close()


def track(id: str, at: float = 1.0, *, site: str = "shoes", visitor: str | None = "v", name: str = "buy") -> Event:  # noqa: A002
    return Event(id=id, at=at, site=site, version="0123456789abcdef", type="track", name=name, visitor=visitor)


FULL = Event(
    id="e1",
    at=1_764_000_000.25,
    site="shoes",
    version="0123456789abcdef",
    type="exposure",
    name="",
    visitor="v",
    page_view="p",
    slot="hero",
    experience="nurse-hero",
    variant="light",
    reason="SPLIT",
    value=-0.5,
    props={"text": "東京 \0 '\"", "n": 1, "list": [None, True, 0.5], "deep": {"a": {}}},
    purposes=["necessary", "analytics"],
)


def test_an_event_comes_back_as_it_was(sink: EventSink) -> None:
    assert sink.record([FULL, track("e2", 2_000_000_000.0)]) == 2
    assert list(sink.read()) == [FULL, track("e2", 2_000_000_000.0)]


def test_an_event_counts_once(sink: EventSink) -> None:
    assert sink.record([track("a"), track("a"), track("b")]) == 2
    assert sink.record([track("b", 9.0), track("c")]) == 1
    assert [(event.id, event.at) for event in sink.read()] == [("a", 1.0), ("b", 1.0), ("c", 1.0)]
    assert sink.record([]) == 0


def test_events_are_read_oldest_first(sink: EventSink) -> None:
    sink.record([track("late", 3.0), track("early", 1.0), track("middle", 2.0), track("also-early", 1.0)])
    assert [event.id for event in sink.read()] == ["early", "also-early", "middle", "late"]


def test_events_are_read_by_site_visitor_and_time(sink: EventSink) -> None:
    sink.record(
        [track("a", 1.0), track("b", 2.0, site="nagare"), track("c", 3.0, visitor="w"), track("d", 4.0, visitor=None)]
    )
    assert [event.id for event in sink.read(site="shoes")] == ["a", "c", "d"]
    assert [event.id for event in sink.read(visitor="v")] == ["a", "b"]
    assert [event.id for event in sink.read(since=3.0)] == ["c", "d"]
    assert [event.id for event in sink.read(site="shoes", visitor="v", since=1.0)] == ["a"]
    assert list(sink.read(site="")) == []


def test_events_are_counted(sink: EventSink) -> None:
    sink.record([FULL, track("a", 1.0), track("b", 2.0, name="like"), track("c", 3.0, visitor="w")])
    assert sink.count() == 4
    assert sink.count(site="shoes", type="track") == 3
    assert sink.count(type="visit") == 0
    assert sink.count(name="buy") == 2
    assert sink.count(experience="nurse-hero") == 1
    assert sink.count(visitor="v", since=2.0) == 2


def test_an_erased_visitors_events_are_gone_and_others_stay(sink: EventSink) -> None:
    sink.record([track("a"), track("b"), track("c", visitor="w"), track("d", visitor=None)])
    assert sink.erase("v") == 2
    assert sink.erase("v") == 0
    assert [event.id for event in sink.read()] == ["c", "d"]


def test_old_events_expire(sink: EventSink) -> None:
    sink.record([track("a", 1.0), track("b", 2.0), track("c", 3.0)])
    assert sink.expire(1.0) == 0
    assert sink.expire(3.0) == 2
    assert [event.id for event in sink.read()] == ["c"]


def test_many_threads_lose_nothing_and_count_each_event_once(sink: EventSink) -> None:
    def record(thread: int) -> int:
        return sum(sink.record([track(f"{thread}-{number}"), track(f"shared-{number}")]) for number in range(25))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(record, range(4))) == 4 * 25 + 25
    assert sink.count() == 125


def test_more_events_than_fit_on_a_page_are_all_read_while_others_are_written(sink: EventSink) -> None:
    sink.record([track(f"{number}", float(number // 7)) for number in range(2500)])
    read: list[str] = []
    for event in sink.read():
        if not read:
            sink.record([track("later", 1e9)])
        read.append(event.id)
    assert read[:2500] == [str(number) for number in range(2500)]
    assert read[2500:] in ([], ["later"])


# Files

_WRITE = """
import sys
from mitate.events import Event, SQLiteEvents
sink = SQLiteEvents(sys.argv[1], durability=sys.argv[2])
number = 0
while True:
    ids = [f"{number}-{part}" for part in range(3)]
    sink.record([Event(id=id, at=1.0, site="shoes", version="v", type="track", name="buy") for id in ids])
    print(*ids, flush=True)
    number += 1
"""


@pytest.mark.parametrize("durability", ["normal", "full"])
def test_every_acknowledged_event_is_there_after_kill_9(tmp_path: Path, durability: str) -> None:
    path = tmp_path / "events.db"
    process = subprocess.Popen([sys.executable, "-c", _WRITE, str(path), durability], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(50)]
    os.kill(process.pid, signal.SIGKILL)
    lines += process.stdout.readlines()
    process.stdout.close()
    assert process.wait(timeout=30) == -signal.SIGKILL
    # The last line may be cut; whole ones are acknowledgements.
    acknowledged = {name for line in lines if line.endswith("\n") for name in line.split()}
    sink = SQLiteEvents(path)
    kept = [event.id for event in sink.read()]
    sink.close()
    assert len(acknowledged) >= 150
    assert acknowledged <= set(kept)
    assert len(kept) == len(set(kept))
    assert len(kept) % 3 == 0


@pytest.mark.parametrize(("durability", "level"), [("normal", 1), ("full", 2)])
def test_durability_is_sqlites_synchronous_setting(tmp_path: Path, durability: Durability, level: int) -> None:
    database = Database(tmp_path / "x.db", part="x", version=1, schema=(), durability=durability)
    with database.transaction() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (level,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    database.close()


def test_profiles_and_events_may_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mitate.db"
    profiles, sink = SQLiteProfiles(path), SQLiteEvents(path)
    profiles.apply("v", [Add("n", 1, "a")])
    sink.record([track("a")])
    profiles.close()
    sink.close()
    profiles, sink = SQLiteProfiles(path), SQLiteEvents(path)
    assert profiles.read("v") is not None
    assert sink.count() == 1
    profiles.close()
    sink.close()


def test_nothing_of_an_erased_visitor_stays_in_the_files(tmp_path: Path) -> None:
    sink = SQLiteEvents(tmp_path / "events.db")
    secret = "a-very-rare-visitor"
    sink.record([track(str(number), visitor=secret) for number in range(500)])
    assert any(secret.encode() in file.read_bytes() for file in tmp_path.iterdir())
    assert sink.erase(secret) == 500
    assert [file.name for file in tmp_path.iterdir() if secret.encode() in file.read_bytes()] == []
    sink.close()


def test_other_tools_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    sink = SQLiteEvents(path)
    sink.record([FULL])
    sink.close()
    connection = sqlite3.connect(path)
    row = connection.execute(
        "SELECT experience, variant, json_extract(props, '$.n'), json_extract(purposes, '$[1]') FROM events"
    ).fetchone()
    connection.close()
    assert row == ("nurse-hero", "light", 1, "analytics")


def test_a_file_that_is_no_database_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    path.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(StoreError, match=r"events\.db: file is not a database \(it is no database: restore it"):
        SQLiteEvents(path)


def test_a_closed_sink_says_so(tmp_path: Path) -> None:
    sink = SQLiteEvents(tmp_path / "events.db")
    sink.close()
    with pytest.raises(StoreError, match="is closed"):
        sink.record([track("a")])
    with pytest.raises(StoreError, match="is closed"):
        list(sink.read())
