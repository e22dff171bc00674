"""A client's connection has limits: of a request's head, and of the time a request may take to arrive."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import pytest
import uvicorn
from uvicorn.server import ServerState

from mitate_server import connection
from mitate_server.connection import HEAD_LIMIT, Connection, Whole
from mitate_server.wire import Receive, Scope, Send, read_body, respond

Client = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def say_size(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer how many bytes the body had."""
    await respond(send, 200, [], b"%d" % len(await read_body(receive, 10**6)))


def connected(client: Client) -> None:
    """Run a client against a server."""

    async def run() -> None:
        config = uvicorn.Config(say_size, log_config=None, proxy_headers=False)
        config.load()
        state = ServerState()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Connection(config, state, {}), "127.0.0.1", 0)
        port: int = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await asyncio.wait_for(client(reader, writer), 20)
        finally:
            writer.close()
            server.close()
            for one in list(state.connections):
                one.transport.abort()

    asyncio.run(run())


async def answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Give an answer's first line and its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"content-length"))
    return head.partition(b"\r\n")[0], await reader.readexactly(length)


@pytest.mark.parametrize("header", [b"a" * 1000, b"a: " + b"b" * 1000 + b"\r\n"], ids=["one header", "many headers"])
def test_a_head_without_end_is_refused(header: bytes) -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\nx-long: ")
        sent = 0
        try:
            while not reader.at_eof() and sent < 100 * HEAD_LIMIT:
                writer.write(header * 10)
                sent += len(header) * 10
                await writer.drain()
                await asyncio.sleep(0)
        except ConnectionError:
            pass
        assert sent < 100 * HEAD_LIMIT

    connected(client)


def test_an_ordinary_head_and_a_large_body_are_read_again_and_again() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(5):
            cookie = b"c" * (HEAD_LIMIT // 2)
            writer.write(b"POST / HTTP/1.1\r\nhost: x\r\ncookie: " + cookie + b"\r\ncontent-length: 300000\r\n\r\n")
            writer.write(b"x" * 300_000)
            assert await answer(reader) == (b"HTTP/1.1 200 OK", b"300000")

    connected(client)


def test_requests_sent_without_waiting_are_all_answered() -> None:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 60000\r\n\r\n" + b"x" * 60_000
        writer.write(request * 4)
        assert [await answer(reader) for _ in range(4)] == [(b"HTTP/1.1 200 OK", b"60000")] * 4

    connected(client)


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HTTP/1.1\r\nhost:",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nx",
        b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n",
    ],
    ids=["nothing", "half a head", "half a body", "a chunk"],
)
def test_a_request_that_never_arrives_is_given_up(monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    monkeypatch.setattr(connection, "PATIENCE", 0.2)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(begun)
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""

    connected(client)


def test_a_connection_is_kept_between_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE", 0.1)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + 0.5
        while loop.time() < end:
            writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            assert await answer(reader) == (b"HTTP/1.1 200 OK", b"0")
            await asyncio.sleep(0.01)

    connected(client)


class Wire(asyncio.Transport):
    """A transport that keeps what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent.append(bytes(data))

    def close(self) -> None:
        self.sent.append(b"closed")


def test_head_and_body_of_an_answer_leave_as_one() -> None:
    async def run() -> list[bytes]:
        wire = Wire()
        whole = Whole(wire, asyncio.get_running_loop())
        whole.write(b"head")
        whole.write(b"body")
        await asyncio.sleep(0)
        whole.write(b"and later more")
        whole.close()
        await asyncio.sleep(0)
        return wire.sent

    assert asyncio.run(run()) == [b"headbody", b"and later more", b"closed"]


def test_a_large_part_of_an_answer_does_not_wait() -> None:
    async def run() -> list[int]:
        wire = Wire()
        whole = Whole(wire, asyncio.get_running_loop())
        whole.write(b"h" * 16_384)
        whole.write(b"b" * 16_385)
        return [len(one) for one in wire.sent]

    assert asyncio.run(run()) == [16_384 + 16_385]
