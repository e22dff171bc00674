"""The benchmark's site on loopback: pages with one technique's tag in them, and what the techniques ask.

The delay of an answer stands in the address that is asked (`/200/v1/decide`), so that requests of an earlier page never
meet the setting of a later one. `hang` never answers; `refused` is a port where nobody listens.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from flash.pages import DEADLINE, NONE, PATIENT, Place, Technique, page
from flash.scripts import NAIVE, STATIC, growthbook, payload

SCRIPT_DELAY = 0.02
"""Seconds for a file of scripts, whoever's: nothing comes at once."""

STRICT = (
    "script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; object-src 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types mitate"
)


class Server(ThreadingHTTPServer):
    request_queue_size = 64
    daemon_threads = True


class Site:
    """Gives pages of the technique and delay it is set to."""

    def __init__(self) -> None:
        self.place = Place()
        self.technique = NONE
        self._server = Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._gone = threading.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._gone.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def set(self, technique: Technique, delay: int | str = 0, *, strict: bool = False, kind: str = "hero") -> None:
        """Choose what the next page has."""
        self.technique = technique
        self.place = Place(
            origin=self.origin,
            endpoint=_nobody() if delay == "refused" else f"{self.origin}/{delay}",
            nonce="n0nce" if strict else None,
            kind=kind,
            deadline=PATIENT if strict or kind != "hero" else DEADLINE,
        )

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_request(self, code: object = "-", size: object = "-") -> None:
                pass

            def send(self, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
                self.send_response(200)
                headers = {"Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": "no-store"} | (
                    headers or {}
                )
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the page has gone
                    self.wfile.write(body)

            def do_GET(self) -> None:
                path = self.path.split("?")[0]
                wait, _, name = path.removeprefix("/").partition("/")
                if name.endswith(".js"):
                    self.wait(wait if wait == "hang" else None)
                    self.send("text/javascript", _script(name))
                elif name.startswith("api/features/"):
                    self.wait(wait)
                    self.send("application/json", payload(site.place.kind))
                elif path == "/blank":
                    self.send("text/html", b"<!doctype html><title>Blank</title><p>Blank")
                elif path == "/style.css":
                    self.send("text/css", (Path(__file__).parent / "style.css").read_bytes())
                elif path in {"/", "/new"}:
                    place = site.place
                    headers = {"Content-Security-Policy": STRICT.format(nonce=place.nonce)} if place.nonce else {}
                    self.send("text/html; charset=utf-8", page(site.technique, place).encode(), headers)
                else:
                    self.send("text/plain", b"")

            def do_POST(self) -> None:
                wait, _, name = self.path.removeprefix("/").partition("/")
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if name == "v1/decide":
                    self.wait(wait)
                    self.send("application/json", json.dumps(site.place.answer(body)).encode())
                else:
                    self.send("application/json", b"{}")

            def wait(self, named: str | None) -> None:
                if named == "hang":
                    site._gone.wait(60)
                else:
                    time.sleep(SCRIPT_DELAY if named is None else int(named) / 1000)

        return Handler


@cache  # one run measures one state of the files
def _script(name: str) -> bytes:
    """Give a file of scripts by its name."""
    if name == "naive.js":
        return NAIVE.encode()
    return growthbook() if name == "growthbook.js" else (STATIC / name).read_bytes()


def _nobody() -> str:
    """Give an address at which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{one.getsockname()[1]}"
