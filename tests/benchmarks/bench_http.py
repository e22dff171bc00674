"""Server CPU for one request: our full decision, fast-feature's OFREP answer for one flag, and a JSON echo.

The first row is the floor: what the HTTP server itself costs. What a row has above it is its own part.

Each server runs alone in a process of its own (uvicorn with uvloop and httptools, one worker, no access log). A client
keeps a few connections busy; what counts is the CPU time of the server's process, so the client's cost doesn't matter.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench_decision import PHONE, SITE, visitors
from timing import table

HERE = Path(__file__).parent
CONNECTIONS = 4

FLOOR = "bare ASGI: the body sent back"
ECHO = "Starlette + uvicorn: JSON echo"
PEER = "fast-feature: OFREP, one flag"
OURS = "mitate: /v1/decide"
OURS_STORED = "mitate: the same, each page view new and kept in SQLite"


class Server:
    """A server process, and the CPU time it has used."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.pid = process.pid
        self.port = port
        self.numbers = itertools.count()
        """Numbers the requests of its whole life, so that none comes twice."""

    def cpu_microseconds(self) -> float:
        """Give the CPU time of all its threads, in µs."""
        threads = Path(f"/proc/{self.pid}/task")
        return sum(int((one / "schedstat").read_text().split()[0]) for one in threads.iterdir()) / 1000


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def running(command: list[str], port: int) -> Generator[Server]:
    """Run a server until it answers, and end it afterwards."""
    environment = {**os.environ, "PYTHONPATH": str(HERE), "MITATE_RATE": "1000000", "MITATE_BURST": "1000000"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"the server did not start: {' '.join(command)}") from None
                time.sleep(0.05)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(10)


def request(path: str, body: object, headers: dict[str, str]) -> bytes:
    """Give an HTTP request as bytes."""
    text = json.dumps(body).encode()
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(text)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + text


def ask(connection: socket.socket, asked: bytes) -> None:
    """Send one request and read its answer whole."""
    connection.sendall(asked)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536)
    head, _, rest = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), answer[:500]
    found = re.search(rb"content-length: (\d+)", head.lower())
    assert found is not None
    left = int(found[1]) - len(rest)
    while left > 0:
        left -= len(connection.recv(65536))


def send(server: Server, asked: list[bytes], count: int) -> float:
    """Send requests over a few connections; give the server's CPU for one, in µs."""
    numbers = server.numbers
    before = server.cpu_microseconds()

    def work() -> None:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            for _ in range(count // CONNECTIONS):
                ask(connection, asked[next(numbers) % len(asked)])

    workers = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return (server.cpu_microseconds() - before) / (count // CONNECTIONS * CONNECTIONS)


def decisions(page_views: int) -> list[bytes]:
    """Give what pages of 200 visitors from all over the world ask; a trusted proxy names their address."""
    everyone = visitors(200)
    return [
        request(
            "/v1/decide",
            {
                "site": "bench",
                "page_view": f"p{number:021d}",
                "visitor": one.id,
                "url": one.url,
                "zone": one.zone,
                "language": one.language,
                "touch": True,
                "screen": 390,
            },
            {
                "Origin": "https://bench.example",
                "User-Agent": PHONE,
                "X-Forwarded-For": str(one.ip),
                "Content-Type": "text/plain",
            },
        )
        for number, one in ((number, everyone[number % 200]) for number in range(page_views))
    ]


def main(argv: list[str] | None = None) -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="only prove that it runs")
    tiny = parser.parse_args(argv).tiny

    json_type = {"Content-Type": "application/json"}
    context = {"targetingKey": "x", "interest": 0.59, "device": "phone"}
    body = json.loads(decisions(1)[0].partition(b"\r\n\r\n")[2])
    asked = {
        FLOOR: decisions(200),
        ECHO: [request("/echo", body, json_type)],
        PEER: [request("/ofrep/v1/evaluate/flags/hero", {"context": context}, json_type)],
        OURS: decisions(200),
        OURS_STORED: decisions(20_000),
    }
    ports = {name: free_port() for name in asked}
    uvicorn = [sys.executable, "-m", "uvicorn", "--factory", "--no-access-log", "--log-level", "warning", "--port"]
    serve = [str(Path(sys.executable).parent / "mitate"), "serve", str(SITE), "--trusted-proxies", "127.0.0.1"]
    serve += ["--no-reload", "--port"]
    with ExitStack() as stack, tempfile.TemporaryDirectory() as data:
        commands = {
            FLOOR: [*uvicorn, str(ports[FLOOR]), "peers:bare"],
            ECHO: [*uvicorn, str(ports[ECHO]), "peers:echo"],
            PEER: [*uvicorn, str(ports[PEER]), "peers:ofrep"],
            OURS: [*serve, str(ports[OURS]), "--data", ""],
            OURS_STORED: [*serve, str(ports[OURS_STORED]), "--data", data],
        }
        servers = {name: stack.enter_context(running(commands[name], ports[name])) for name in asked}
        rounds, count = (3, 40) if tiny else (15, 2000)
        taken: dict[str, list[float]] = {name: [] for name in asked}
        for name in asked:
            send(servers[name], asked[name], count // 2)
        for _ in range(rounds):
            for name in asked:
                taken[name].append(send(servers[name], asked[name], count))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    print(
        table(
            "One request, server CPU",
            medians,
            OURS,
            goal="fast-feature at least 3x dearer (stretch 4x); at most 1.5x the echo (stretch 1.3x)",
        )
    )


if __name__ == "__main__":
    main()
