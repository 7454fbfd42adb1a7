"""Servers that misbehave in the ways networks do, on a free port of this machine."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(behaviour: Behaviour) -> AsyncIterator[str]:
    """The address of a server that treats each connection so."""
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await behaviour(reader, writer)
        finally:
            connections.discard(task)
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        host, port = server.sockets[0].getsockname()
        yield f"http://{host}:{port}"
    finally:
        server.close()
        for task in list(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


@contextmanager
def deaf() -> Iterator[str]:
    """The address of a server whose queue of connections is full: none is ever established."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        queued = [socket.socket() for _ in range(4)]
        try:
            for waiting in queued:
                waiting.setblocking(False)
                with suppress(BlockingIOError):
                    waiting.connect(listener.getsockname())
            yield "http://{}:{}".format(*listener.getsockname())
        finally:
            for waiting in queued:
                waiting.close()


def refusing() -> str:
    """An address where nothing listens."""
    with socket.socket() as once:
        once.bind(("127.0.0.1", 0))
        return "http://{}:{}".format(*once.getsockname())


async def read_request(reader: asyncio.StreamReader) -> tuple[str, dict[str, str], bytes]:
    """The request line, the headers (names in lower case) and the body of one request."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
    headers = {
        name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:-1])
    }
    return head[0], headers, await reader.readexactly(int(headers.get("content-length", 0)))


def http_answer(status: int, body: bytes, *headers: str) -> bytes:
    """A whole answer, with its true length."""
    lines = [f"HTTP/1.1 {status} Said So", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def answering(status: int, body: bytes | dict[str, Any], *headers: str) -> Behaviour:
    """Takes every request of a connection and answers each the same."""
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not reader.at_eof():
            await read_request(reader)
            writer.write(http_answer(status, payload, *headers))

    return behave


async def closing_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hangs up without reading."""


async def closing_after_the_request(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Takes the request and hangs up."""
    await read_request(reader)


async def half_closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes the request, says that no answer will come, and goes on listening."""
    await read_request(reader)
    writer.write_eof()
    await reader.read()


async def never_answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes everything and says nothing."""
    await reader.read()


async def never_reading(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Lets the request pile up in the sockets' buffers."""
    writer.transport.pause_reading()  # type: ignore[attr-defined]  # a read transport as well
    await asyncio.Event().wait()


async def stalling_in_the_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Begins an answer and never ends it."""
    await read_request(reader)
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"ok":')
    await reader.read()


async def truncating(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hangs up in the middle of the answer."""
    await read_request(reader)
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"ok":')
    await writer.drain()


async def babbling(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers, but not in HTTP."""
    await read_request(reader)
    writer.write(b"220 mail.example.org ESMTP\r\n\r\n")
    await writer.drain()


async def speaking_first(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speaks plain HTTP whatever the other side says."""
    await reader.read(1)
    writer.write(http_answer(400, b""))
    await writer.drain()
