"""What every store of profiles promises, asked of each; and what only a file has."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mitate.profiles import (
    Add,
    Append,
    Change,
    First,
    Latest,
    MemoryProfiles,
    Merge,
    Profile,
    ProfileStore,
    SQLiteProfiles,
)
from mitate.sqlite import StoreError


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[ProfileStore]:
    makers: dict[str, Callable[[], ProfileStore]] = {
        "memory": lambda: MemoryProfiles(clock=clock),
        "sqlite": lambda: SQLiteProfiles(tmp_path / "profiles.db", clock=clock),
    }
    made = makers[request.param]()
    yield made
    made.close()


def test_nothing_is_remembered_of_an_unknown_visitor(store: ProfileStore) -> None:
    assert store.read("nobody") is None
    assert store.export("nobody") is None
    store.erase("nobody")


def test_changes_are_there_after_they_were_applied(store: ProfileStore) -> None:
    store.apply("v", [Add("visits.count", 1, "a"), Latest("zone", "Asia/Tokyo", 1.0)])
    store.apply("v", [Add("visits.count", 1, "b"), Add("visits.count", 1, "a")])
    profile = store.read("v")
    assert profile is not None
    assert profile.id == "v"
    assert profile.get("visits.count") == 2
    assert profile.get("zone") == "Asia/Tokyo"
    assert profile.get("key") is None
    assert profile.get("key", "none") == "none"


def test_every_json_value_comes_back_as_it_was(store: ProfileStore) -> None:
    value: dict[str, object] = {"text": "東京 \0", "list": [1, -1, 0.5, 2**63, True, None], "deep": {"a": {}}}
    store.apply("日本 '\"", [Latest("x", value, 1.0)])
    profile = store.read("日本 '\"")
    assert profile is not None
    assert profile.data["x"] == value


def test_a_batch_is_applied_to_all_profiles_in_order(store: ProfileStore) -> None:
    store.apply_batch(
        [("a", [Add("n", 1, "x")]), ("b", [Add("n", 5, "x")]), ("a", [Add("n", 1, "y"), Add("n", 1, "x")])]
    )
    assert [profile.data["n"] for profile in (store.read("a"), store.read("b")) if profile] == [2, 5]
    store.apply_batch([])


def test_a_batch_with_an_error_changes_nothing(store: ProfileStore) -> None:
    store.apply("b", [Latest("n", "text", 1.0)])
    with pytest.raises(TypeError):
        store.apply_batch([("a", [Add("n", 1, "x")]), ("b", [Add("n", 1, "x")])])
    assert store.read("a") is None
    store.apply("a", [Add("n", 1, "x")])
    assert store.read("a") is not None


def test_an_erased_profile_is_gone_completely(store: ProfileStore) -> None:
    store.apply("v", [Add("n", 1, "x")])
    store.apply("w", [Add("n", 1, "x")])
    store.erase("v")
    assert store.read("v") is None
    assert store.export("v") is None
    assert store.read("w") is not None
    store.apply("v", [Add("n", 1, "x")])
    profile = store.read("v")
    assert profile is not None
    assert profile.get("n") == 1


def test_an_export_has_everything_ready_for_json(store: ProfileStore) -> None:
    changes: list[Change] = [Add("n", 1, "x"), First("key", "k", 1.0), Append("l", 2, "y"), Merge({"m": 3}, "o"),
               Add("i", 1, "z", at=2.0, half_life=float("inf"))]  # fmt: skip
    store.apply("v", changes)
    exported = store.export("v")
    assert exported is not None
    profile = store.read("v")
    assert profile is not None
    assert exported == profile.data
    assert {"n", "key", "l", "m", "i", "_ids", "_first", "_half_lives"} == exported.keys()
    assert json.loads(json.dumps(exported, allow_nan=False)) == exported


def test_what_an_export_is_used_for_changes_nothing(store: ProfileStore) -> None:
    store.apply("v", [Append("l", 2, "y")])
    exported = store.export("v")
    assert exported is not None
    exported["l"] = []
    assert store.export("v") != exported


def test_profiles_not_changed_for_long_expire(store: ProfileStore, clock: Clock) -> None:
    store.apply("old", [Add("n", 1, "x")])
    clock.now = 2000.0
    store.apply("new", [Add("n", 1, "x")])
    assert store.expire(1000.0) == 0
    assert store.expire(2000.0) == 1
    assert store.read("old") is None
    assert store.read("new") is not None


def test_many_threads_lose_nothing(store: ProfileStore) -> None:
    def count(thread: int) -> None:
        for number in range(50):
            store.apply("v", [Add("n", 1, f"{thread}-{number}")])
            assert store.read("v") is not None

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))
    assert store.read("v") == Profile("v", {**(store.export("v") or {}), "n": 200})


def test_closing_twice_is_harmless(store: ProfileStore) -> None:
    store.close()
    store.close()


# Files

_COUNT = """
import sys
from mitate.profiles import Add, Append, SQLiteProfiles
store = SQLiteProfiles(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    store.apply("v", [Add("n", 1, f"{sys.argv[2]}-{number}"), Add("n", 1, f"shared-{number}"), Append("l", number, f"{sys.argv[2]}-{number}", keep=1000)])
store.close()
"""


def test_two_processes_on_one_file_lose_nothing_and_count_what_both_saw_once(tmp_path: Path) -> None:
    path = tmp_path / "profiles.db"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _COUNT, str(path), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for name in ("a", "b")
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    outputs = [process.communicate("go\n", timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    store = SQLiteProfiles(path)
    profile = store.read("v")
    store.close()
    assert profile is not None
    assert profile.data["l"] == sorted([*range(40), *range(40)])
    assert profile.data["n"] == 40 + 40 + 40


def test_profiles_stay_when_the_file_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "profiles.db"
    first = SQLiteProfiles(path)
    first.apply("v", [Add("n", 1, "x")])
    second = SQLiteProfiles(path)
    second.apply("v", [Add("n", 1, "y"), Add("n", 1, "x")])
    assert first.read("v") == second.read("v")
    first.close()
    second.close()
    third = SQLiteProfiles(path)
    profile = third.read("v")
    third.close()
    assert profile is not None
    assert profile.data["n"] == 2


def test_nothing_of_an_erased_profile_stays_in_the_files(tmp_path: Path) -> None:
    store = SQLiteProfiles(tmp_path / "profiles.db")
    secret = "a-very-rare-word"
    for number in range(50):
        store.apply("v", [Latest("x", secret * (number + 1) * 40, float(number))])
    assert any(secret.encode() in file.read_bytes() for file in tmp_path.iterdir())
    store.erase("v")
    assert [file.name for file in tmp_path.iterdir() if secret.encode() in file.read_bytes()] == []
    store.close()


def test_a_file_that_is_no_database_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "profiles.db"
    path.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(StoreError) as raised:
        SQLiteProfiles(path)
    assert str(raised.value) == (
        f"{path}: file is not a database (it is no database: restore it from a copy, or move it away to begin with a new one)"
    )


def test_a_damaged_file_is_a_clear_error_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "profiles.db"
    store = SQLiteProfiles(path)
    store.apply_batch([(f"v{number}", [Latest("x", "y" * 500, 1.0)]) for number in range(200)])
    store.close()
    content = bytearray(path.read_bytes())
    content[4096 * 8 :] = b"\xff" * (len(content) - 4096 * 8)
    path.write_bytes(content)
    store = SQLiteProfiles(path)
    with pytest.raises(StoreError) as raised:
        assert [store.read(f"v{number}") for number in range(200)] == []
    store.close()
    assert str(raised.value).startswith(f"{path}: ")
    assert str(raised.value).endswith(
        "(it is damaged: restore it from a copy, or move it away to begin with a new one)"
    )


def test_a_folder_in_place_of_the_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="check that it is a file in a folder that this process may write"):
        SQLiteProfiles(tmp_path)


def test_a_file_in_place_of_the_folder_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="can't make the folder"):
        SQLiteProfiles(tmp_path / "file" / "profiles.db")


def test_a_file_of_another_release_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "profiles.db"
    SQLiteProfiles(path).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE mitate_parts SET version = 99")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="expected version 1 of the profiles, got 99"):
        SQLiteProfiles(path)


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = SQLiteProfiles(tmp_path / "profiles.db")
    store.close()
    with pytest.raises(StoreError, match="is closed"):
        store.read("v")
    with pytest.raises(StoreError, match="is closed"):
        store.apply("v", [])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_child_reads_and_writes_with_connections_of_its_own(tmp_path: Path) -> None:
    store = SQLiteProfiles(tmp_path / "profiles.db")
    store.apply("v", [Add("n", 1, "parent")])
    assert store.read("v") is not None
    child = os.fork()
    if child == 0:
        try:
            store.apply("v", [Add("n", 1, "child")])
            profile = store.read("v")
            store.close()
            os._exit(0 if profile is not None and profile.data["n"] == 2 else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    store.apply("v", [Add("n", 1, "parent again")])
    profile = store.read("v")
    store.close()
    assert profile is not None
    assert profile.data["n"] == 3


FORKING = """
import os, sys, threading
from mitate.profiles import Add, SQLiteProfiles

store = SQLiteProfiles(sys.argv[1])
done = threading.Event()

def write(name):
    number = 0
    while not done.is_set():
        number += 1
        store.apply(name, [Add("n", 1, f"{name}{number}")])

def read():
    while not done.is_set():
        store.read("a")

threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
threads += [threading.Thread(target=read) for _ in range(3)]
for thread in threads:
    thread.start()
for number in range(20):
    child = os.fork()
    if child == 0:
        try:
            store.apply("child", [Add("n", 1, str(number))])
            os._exit(0 if store.read("child") is not None else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
done.set()
for thread in threads:
    thread.join()
print(store.read("child").data["n"])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_forked_amid_the_work_of_other_threads_is_not_stuck(tmp_path: Path) -> None:
    program = [sys.executable, "-W", "ignore", "-c", FORKING, str(tmp_path / "profiles.db")]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, start_new_session=True) as forking:
        try:
            said, _ = forking.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(forking.pid, signal.SIGKILL)
            raise
    assert (forking.returncode, said) == (0, "20\n")
