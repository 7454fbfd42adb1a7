"""The webhook: what it answers, and that 200 means stored."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import io
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, TypeAlias, cast
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot import webhook as webhook_module
from bot.app import Rapport
from bot.intake import Intake
from bot.polling import ALLOWED_UPDATES
from bot.settings import load_settings
from bot.webhook import LARGEST, SECRET_HEADER, Webhook
from playground import Playground
from storage.database import Database
from storage.errors import StorageUnavailable
from tests.bot.processes import free_port, until

Stream: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]

SECRET = "a-secret_of-the-test"
UPDATE = json.dumps({"update_id": 7}).encode()


class Shelf:
    """An intake that keeps what it is given, unless told otherwise."""

    def __init__(self) -> None:
        self.kept: list[Mapping[str, Any]] = []
        self.is_away = False
        self.is_open = asyncio.Event()
        self.is_open.set()

    async def accept(self, updates: Sequence[Mapping[str, Any]]) -> None:
        if self.is_away:
            raise StorageUnavailable("locked")
        self.kept.extend(updates)

    async def room(self) -> None:
        await self.is_open.wait()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def address(shelf: Shelf) -> AsyncIterator[str]:
    """Where a webhook listens."""
    webhook = Webhook(cast(Intake, shelf), "/hook", SECRET)
    port = free_port()
    await webhook.start("127.0.0.1", port)
    yield f"http://127.0.0.1:{port}/hook"
    await webhook.stop()


async def post(address: str, body: bytes, secret: str | None = SECRET) -> int:
    """The status of a post."""
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, data=io.BytesIO(body), headers=headers) as response,
    ):
        return response.status


ANSWERS = [
    ("an update", UPDATE, SECRET, 200, 1),
    ("no secret", UPDATE, None, 403, 0),
    ("another's secret", UPDATE, "another", 403, 0),
    ("the secret's beginning", UPDATE, SECRET[:-1], 403, 0),
    ("the secret and more", UPDATE, SECRET + "x", 403, 0),
    ("the secret in capitals", UPDATE, SECRET.upper(), 403, 0),
    ("an empty secret", UPDATE, "", 403, 0),
    ("a secret that is no ASCII", UPDATE, "sécret", 403, 0),
    ("a very long secret", UPDATE, "x" * 7_000, 403, 0),
    ("no JSON", b"hello", SECRET, 400, 0),
    ("half of it", UPDATE[:-1], SECRET, 400, 0),
    ("no UTF-8", b'{"update_id": 7, "x": "\xff"}', SECRET, 400, 0),
    ("a list", b"[]", SECRET, 400, 0),
    ("an update without an id", b'{"message": {}}', SECRET, 400, 0),
    ("nested without end", b"[" * 100_000, SECRET, 400, 0),
    ("nothing", b"", SECRET, 400, 0),
    ("too much", b" " * (LARGEST + 1), SECRET, 413, 0),
]


@pytest.mark.parametrize(
    ("body", "secret", "status", "kept"),
    [case[1:] for case in ANSWERS],
    ids=[case[0].replace(" ", "_") for case in ANSWERS],
)
async def test_what_the_webhook_answers(
    shelf: Shelf, address: str, body: bytes, secret: str | None, status: int, kept: int
) -> None:
    assert await post(address, body, secret) == status
    assert len(shelf.kept) == kept


@contextlib.asynccontextmanager
async def speaking(address: str, *headers: str) -> AsyncIterator[Stream]:
    """A connection on which the beginning of a post was said, and nothing of its body."""
    url = urlsplit(address)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    lines = (f"POST {url.path} HTTP/1.1", "Host: here", "Content-Length: 1000000", *headers)
    writer.write("".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1"))
    await writer.drain()
    try:
        yield reader, writer
    finally:
        writer.close()


@pytest.mark.parametrize(
    "header",
    ["X-Other: x", f"{SECRET_HEADER}: wrong", f"{SECRET_HEADER}: \xff\xfe", f"{SECRET_HEADER}:"],
    ids=["none", "wrong", "bytes", "empty"],
)
async def test_without_the_secret_no_body_is_waited_for(
    shelf: Shelf, address: str, header: str
) -> None:
    async with speaking(address, header) as (reader, _), asyncio.timeout(5):
        assert b" 403 " in await reader.readline()


async def test_a_body_that_comes_slowly_is_given_up(
    shelf: Shelf, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_module, "READ_WITHIN", 0.3)
    async with speaking(address, f"{SECRET_HEADER}: {SECRET}") as (reader, writer):
        dripping = asyncio.create_task(drip(writer))
        async with asyncio.timeout(5):
            assert b" 408 " in await reader.readline()
        dripping.cancel()
        await asyncio.gather(dripping, return_exceptions=True)
    assert shelf.kept == []


async def drip(writer: asyncio.StreamWriter) -> None:
    """A byte now and then."""
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


async def test_many_that_say_nothing_keep_nobody_waiting(shelf: Shelf, address: str) -> None:
    async with contextlib.AsyncExitStack() as stack:
        for secret in (SECRET, "wrong") * 100:
            await stack.enter_async_context(speaking(address, f"{SECRET_HEADER}: {secret}"))
        async with asyncio.timeout(2):
            assert await post(address, UPDATE) == 200
    assert len(shelf.kept) == 1


async def test_other_addresses_answer_nothing(address: str) -> None:
    assert await post(address + "/x", UPDATE) == 404
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        assert response.status == 405


async def test_with_the_database_away_telegram_is_asked_to_come_again(
    shelf: Shelf, address: str
) -> None:
    shelf.is_away = True
    assert await post(address, UPDATE) == 503
    shelf.is_away = False
    assert await post(address, UPDATE) == 200


async def test_without_room_the_answer_waits(shelf: Shelf, address: str) -> None:
    shelf.is_open.clear()
    posting = asyncio.create_task(post(address, UPDATE))
    await asyncio.sleep(0.1)
    assert not posting.done()
    shelf.is_open.set()
    assert await posting == 200


async def test_the_secret_is_compared_in_constant_time(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return one == other

    monkeypatch.setattr(hmac, "compare_digest", compare)
    await post(address, UPDATE, "wrong")
    assert compared == [(b"wrong", SECRET.encode())]


async def test_telegram_is_told_where_what_and_the_secret(
    town: Playground, sqlite_url: str
) -> None:
    place = f"127.0.0.1:{free_port()}"
    settings = load_settings(
        _env_file=None,
        token=town.token,
        api_url=town.url,
        open=True,
        webhook_url=f"http://{place}/hook",
        webhook_listen=place,
        webhook_secret=SECRET,
    )
    database = Database(sqlite_url)
    stop = asyncio.Event()
    running = asyncio.create_task(Rapport(settings, town.token, town.url, database).run(stop))
    bot = town.world.spoken_about(town.token)
    try:
        async with await town.person() as alex:
            await alex.say("/start")
            await alex.expect("Met")
        assert bot.webhook is not None
        assert bot.webhook.secret == SECRET
        assert bot.webhook.url == f"http://{place}/hook"
        assert bot.updates.allowed == list(ALLOWED_UPDATES)
    finally:
        stop.set()
        await running
        database.close()

    # Polling later takes the webhook away; nothing that waits is dropped.
    polls = load_settings(_env_file=None, token=town.token, api_url=town.url, open=True)
    database = Database(sqlite_url)
    stop = asyncio.Event()
    async with await town.person() as alex:
        await alex.say("/start")
        running = asyncio.create_task(Rapport(polls, town.token, town.url, database).run(stop))
        try:
            await until(lambda: bot.webhook is None)
            await alex.expect("Met")
        finally:
            stop.set()
            await running
            database.close()
