"""A site on loopback with mitate's tag in its pages, whose decision server answers, delays, refuses or lies on request."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from types import TracebackType
from typing import NamedTuple, Self, TypeAlias

import msgspec

from mitate_server import snippet
from mitate_server.decide import decode_ask
from mitate_server.record import decode_batch

STATIC = files("mitate_server") / "static"

DEFAULT = "The page's own words"
VARIANT = "The variant's words"
VISITOR = "VISITOR_of_22_letters_"

PATIENCE = 20.0
"""Seconds until a condition that never comes true fails the test."""

Json: TypeAlias = dict[str, object]


def slot(name: str = "hero", *, selector: str | None = None, reserve: str | None = "300px", **more: bool) -> Json:
    """Give one row of a slot table; `more` is live or shadow."""
    row = {"name": name, "selector": selector, "reserve": reserve, **more}
    return {key: value for key, value in row.items() if value is not None}


def decision(
    experience: str = "nurse-hero", variant: str | None = "light", reason: str = "SPLIT", **content: object
) -> Json:
    """Give one decision; without content it keeps what the page has."""
    return {"experience": experience, "variant": variant, "reason": reason, "basis": "behavior", **content}


def answer(
    decisions: Json | None = None,
    *,
    purposes: Sequence[str] = (),
    visitor: str | None = None,
    lasts: int = 0,
    **more: object,
) -> Json:
    """Give an answer; by default the hero gets its variant, nothing beyond the necessary is granted, and none is kept."""
    if decisions is None:
        decisions = {"hero": decision(html=f"<h1>{VARIANT}</h1>")}
    return {
        "version": "0123456789abcdef",
        "page_view": None,
        "visitor": visitor,
        "purposes": ["necessary", *purposes],
        "lasts": lasts,
        "decisions": decisions,
        **more,
    }


class Batch(NamedTuple):
    """One request with events: what it says of who asks, and the events."""

    about: Json
    events: list[Json]


class Server(ThreadingHTTPServer):
    # A browser opens several connections at once; the library's five would have some reset.
    request_queue_size = 64
    daemon_threads = True


class FakeSite:
    """Pages under "/", mitate's files and API beside them."""

    def __init__(self) -> None:
        self.slots: list[Json] = [slot()]
        self.table: Json = {"ops": True}
        self.deadline = 300
        self.headers: dict[str, str] = {}
        self.nonce: str | None = None
        self.tags = 1
        self.head = ""
        self.before = ""
        self.pages: dict[str, str | Sequence[str | threading.Event]] = {
            "/": f'<div data-mitate="hero"><h1>{DEFAULT}</h1></div><p>Below</p>'
        }
        self.answer: Json | bytes | Callable[[Json], Json] = answer()
        self.status = 200
        self.content_type = "application/json"
        self.delay = 0.0
        self.gate: threading.Event | None = None
        self.refuse = False
        self.events_status = 202
        self.asked: list[Json] = []
        self.batches: list[Batch] = []
        self._changed = threading.Condition()
        self._open = threading.Event()
        self._server = Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.set()
        if self.gate is not None:
            self.gate.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def url(self, path: str = "/") -> str:
        return self.origin + path

    @property
    def events(self) -> list[Json]:
        """Give the events that arrived, first to last, each once, without `visit`."""
        events = {str(event["id"]): event for batch in self.batches for event in batch.events}
        return [event for event in events.values() if event["type"] != "visit"]

    @property
    def exposures(self) -> list[Json]:
        return [event for event in self.events if event["type"] == "exposure"]

    def until(self, happened: Callable[[], bool], what: str = "what the test waits for") -> None:
        """Wait until something about the requests that arrived is true."""
        with self._changed:
            assert self._changed.wait_for(happened, PATIENCE), f"never came: {what}"

    def tag(self) -> str:
        """Give the tag, as the server makes it; `table` overrides or adds to its slot table."""
        table = {"site": "shoes", "endpoint": "", "deadline": self.deadline, "hash": "table-1", "slots": self.slots}
        return snippet.tag({**table, **self.table}, self.nonce) * self.tags

    def _document(self, body: str | Sequence[str | threading.Event]) -> Sequence[str | threading.Event]:
        """Give a page in the pieces in which it is sent: text, and what is waited for in between; a whole document as it is."""
        if isinstance(body, str) and body.startswith(("<!doctype", "<?xml")):
            return [body]
        start = f"<!doctype html><html lang=en><head><meta charset=utf-8><title>Shoes</title>{self.before}{self.tag()}{self.head}</head><body>"
        return [start, *([body] if isinstance(body, str) else body), "</body></html>"]

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def log_request(self, code: object = "-", size: object = "-") -> None:
                pass

            def send(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the page has gone
                    self.wfile.write(body)

            def do_GET(self) -> None:
                path = self.path.split("?")[0]
                if path.endswith(".js") and (STATIC / path[1:]).is_file():
                    self.send(200, "text/javascript", (STATIC / path[1:]).read_bytes())
                elif path in site.pages:
                    self.send_response(200)
                    for name, value in {"Content-Type": "text/html; charset=utf-8", **site.headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    for piece in site._document(site.pages[path]):
                        if isinstance(piece, str):
                            self.wfile.write(piece.encode())
                        else:
                            piece.wait(PATIENCE)
                else:
                    self.send(204, "text/plain", b"")

            def do_POST(self) -> None:
                said = self.rfile.read(int(self.headers["Content-Length"]))
                body = json.loads(said)
                try:
                    (decode_batch if self.path == "/v1/events" else decode_ask)(said)
                except msgspec.ValidationError as error:  # the browser complains of it, and so the test fails
                    self.send(400, "text/plain", str(error).encode())
                    return
                body["sent"] = {"content-type": self.headers["Content-Type"], "cookie": self.headers["Cookie"]}
                if self.path == "/v1/events":
                    status = site.events_status
                    if status == 202:
                        site.batches.append(Batch(body, body.pop("events")))
                        site._notify()
                    self.send(status, "application/json", b"{}")
                    return
                refuse, gate, delay, reply = site.refuse, site.gate, site.delay, site.answer
                status, kind = site.status, site.content_type
                site.asked.append(body)
                site._notify()
                if refuse:
                    self.close_connection = True
                    self.connection.close()
                    return
                if delay:
                    time.sleep(delay)
                if gate is not None:
                    gate.wait(PATIENCE)
                if callable(reply):
                    reply = reply(body)
                try:
                    self.send(status, kind, reply if isinstance(reply, bytes) else json.dumps(reply).encode())
                except OSError:
                    self.close_connection = True

        return Handler
