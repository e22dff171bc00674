"""The real server as a process: what it accepted survives its end, whatever ends it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import httpx2
import pytest

from mitate.events import SQLiteEvents
from mitate.profiles import SQLiteProfiles

from .conftest import ORIGIN, PAGE_VIEW, PHONE, SITE, VISITOR, write_site

AGREED = {"personalization": True, "analytics": True}
PATIENCE = 20.0
"""Seconds to wait for a condition before the test fails."""


class Running:
    """A server process, its address and what it said."""

    def __init__(self, process: subprocess.Popen[str], lines: IO[str]) -> None:
        self.process = process
        self.said: list[str] = []
        self._heard = threading.Condition()
        self._reader = threading.Thread(target=self._read, args=(lines,), daemon=True)
        self._reader.start()
        self.address = self.wait_for(r"Start page: (http://\S+)/").group(1)

    def _read(self, lines: IO[str]) -> None:
        for line in lines:
            with self._heard:
                self.said.append(line.rstrip())
                self._heard.notify_all()
        with self._heard:
            self._heard.notify_all()

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Wait for a line of its log."""
        end = time.monotonic() + PATIENCE
        with self._heard:
            while True:
                for line in self.said:
                    if found := re.search(pattern, line):
                        return found
                if self.process.poll() is not None or not self._heard.wait(end - time.monotonic()):
                    raise AssertionError(f"no line matches {pattern}:\n" + "\n".join(self.said))

    def post(self, path: str, body: dict[str, Any]) -> httpx2.Response:
        headers = {"origin": ORIGIN, "user-agent": PHONE}
        return httpx2.post(self.address + path, content=json.dumps(body), headers=headers, timeout=PATIENCE)

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code


@contextmanager
def serving(folder: Path, *options: str) -> Generator[Running]:
    """Run `mitate serve` on a free port."""
    program = [sys.executable, "-m", "mitate_server", "serve", str(folder), "--port", "0", "--rate", "0", *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MITATE_")}
    process = subprocess.Popen(program, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True)
    assert process.stderr is not None
    try:
        yield Running(process, process.stderr)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
        process.stderr.close()


def event(number: int) -> dict[str, Any]:
    return {"id": f"event-{number:016d}", "type": "track", "name": "purchase", "ago": 0}


def batch(*numbers: int) -> dict[str, Any]:
    events = [event(number) for number in numbers]
    return {"site": "shop", "visitor": VISITOR, "page_view": PAGE_VIEW, "consent": AGREED, "events": events}


def stored(folder: Path) -> set[str]:
    sink = SQLiteEvents(folder.parent / ".mitate" / "shop.events.sqlite")
    try:
        return {one.id for one in sink.read(site="shop")}
    finally:
        sink.close()


def post_until_gone(server: Running, end: Callable[[], None]) -> set[str]:
    """Post events from several threads, end the server amid it; give the ids it had accepted."""
    accepted: set[str] = set()
    enough = threading.Event()

    def post(first: int) -> None:
        with httpx2.Client(headers={"origin": ORIGIN, "user-agent": PHONE}, timeout=PATIENCE) as http:
            for number in range(first, first + 100_000, 2):
                content = json.dumps(batch(number, number + 1))
                try:
                    answer = http.post(server.address + "/v1/events", content=content)
                except httpx2.HTTPError:
                    return
                if answer.status_code != 202:
                    return
                accepted.update(event(one)["id"] for one in (number, number + 1))
                if len(accepted) > 100:
                    enough.set()

    threads = [threading.Thread(target=post, args=(number * 1_000_000,)) for number in range(4)]
    for thread in threads:
        thread.start()
    assert enough.wait(PATIENCE)
    end()
    for thread in threads:
        thread.join(PATIENCE)
    return accepted


@pytest.mark.parametrize("durability", ["normal", "full"])
def test_every_accepted_event_survives_kill_9(folder: Path, durability: str) -> None:
    with serving(folder, "--durability", durability) as server:
        accepted = post_until_gone(server, lambda: server.process.send_signal(signal.SIGKILL))
        assert server.process.wait(PATIENCE) == -signal.SIGKILL
    assert len(accepted) > 100
    assert accepted <= stored(folder)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_graceful_stop_under_load_loses_no_accepted_event(folder: Path, workers: str) -> None:
    with serving(folder, "--workers", workers) as server:
        accepted = post_until_gone(server, lambda: server.process.send_signal(signal.SIGTERM))
        assert server.process.wait(PATIENCE) == 0
    assert len(accepted) > 100
    assert accepted <= stored(folder)


def test_a_graceful_stop_writes_what_was_learned_of_visitors(folder: Path) -> None:
    with serving(folder) as server:
        ask = {"site": "shop", "visitor": VISITOR, "page_view": PAGE_VIEW, "consent": AGREED, "url": ORIGIN}
        assert server.post("/v1/decide", ask).json()["visitor"] == VISITOR
        assert server.end(signal.SIGINT) == 0
    profiles = SQLiteProfiles(folder.parent / ".mitate" / "shop.profiles.sqlite")
    try:
        profile = profiles.read(VISITOR)
    finally:
        profiles.close()
    assert profile is not None
    assert profile.get("visits.count") == 1


def test_several_processes_serve_one_database(folder: Path) -> None:
    with serving(folder, "--workers", "2") as server:
        server.wait_for("serves")
        for number in range(20):
            assert server.post("/v1/events", batch(number)).status_code == 202
        assert server.end(signal.SIGTERM) == 0
    assert stored(folder) == {event(number)["id"] for number in range(20)}


def test_a_saved_change_is_served_and_an_error_is_logged_with_its_place(folder: Path) -> None:
    with serving(folder) as server:
        version = server.wait_for(r"shop: version (\w+) serves").group(1)
        (folder / "blocks" / "hello.html").write_text("<h1>Changed</h1>", "utf-8")
        changed = server.wait_for(rf"shop: version (\w+) serves \(was {version}\)").group(1)
        write_site(folder, json.loads(json.dumps(SITE).replace("campaign.source", "campaign.sauce")))
        server.wait_for(rf"shop: not loaded, version {changed} keeps serving:")
        server.wait_for(r'site\.json:\d+:\d+ unknown fact "campaign\.sauce" \(did you mean "campaign\.source"\?\)')
        answer = server.post("/v1/decide", {"site": "shop", "url": f"{ORIGIN}/?utm_source=letter"}).json()
        assert (answer["version"], answer["decisions"]["hero"]["html"]) == (changed, "<h1>Changed</h1>")


def test_a_large_body_is_refused_before_it_is_sent(folder: Path) -> None:
    import socket

    with serving(folder) as server:
        host, port = server.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), PATIENCE) as connection:
            connection.sendall(b"POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n{")
            answer = b""
            while part := connection.recv(65536):
                answer += part
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"type":"about:blank#too-large"' in answer


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--data", "broken"], "it is no database: restore it from a copy, or move it away to begin with a new one"),
        (["--data", "broken/shop.profiles.sqlite"], "can't make the folder"),
        (["--city-file", "broken/shop.profiles.sqlite"], "expected a geo file in MMDB format"),
        (["--city-file", "nowhere.mmdb"], "expected a geo file in MMDB format"),
    ],
    ids=["no database", "no folder", "no geo file", "nothing"],
)
def test_a_file_that_cannot_be_used_is_said_without_a_trace(
    folder: Path, options: list[str], said: str, workers: str
) -> None:
    (folder.parent / "broken").mkdir()
    (folder.parent / "broken" / "shop.profiles.sqlite").write_text("this is no database" * 100)
    program = [sys.executable, "-m", "mitate_server", "serve", str(folder), "--port", "0", "--workers", workers]
    done = subprocess.run(
        [*program, *options], capture_output=True, text=True, timeout=PATIENCE, check=False, cwd=folder.parent
    )
    assert done.returncode == 1
    assert said in done.stderr
    assert "The server was not started." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_said_with_a_way_out(folder: Path) -> None:
    with serving(folder) as server:
        port = server.address.rpartition(":")[2]
        program = [sys.executable, "-m", "mitate_server", "serve", str(folder), "--port", port]
        second = subprocess.run(program, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert second.returncode == 1
    assert (
        second.stderr
        == f"Error: Port {port} is taken by another program. Stop it, or choose another: --port {int(port) + 1}\n"
    )


def test_a_site_with_errors_is_not_served(folder: Path) -> None:
    write_site(folder, {**SITE, "orgins": []})
    program = [sys.executable, "-m", "mitate_server", "serve", str(folder), "--port", "0", "--workers", "2"]
    done = subprocess.run(program, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1
    assert 'did you mean "origins"?' in done.stderr
    assert "The server was not started: a site has errors." in done.stderr
