"""Long polling: what is stored is confirmed, what is not stored is fetched again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from telegram.error import InvalidToken

from bot import polling
from bot.intake import Intake
from bot.polling import ALLOWED_UPDATES, Poller, SecondPollerError
from bot.transport import AiohttpRequest
from playground import Fault, Kind, Playground
from storage.errors import StorageUnavailable
from tests.bot.processes import until
from tests.bot.servers import answering, serving


class Shelf:
    """An intake that keeps what it is given, unless told otherwise."""

    def __init__(self) -> None:
        self.kept: list[Mapping[str, Any]] = []
        self.failures: list[Exception] = []
        self.is_open = asyncio.Event()
        self.is_open.set()

    async def accept(self, updates: Sequence[Mapping[str, Any]]) -> None:
        await asyncio.sleep(0)
        if self.failures:
            raise self.failures.pop()
        self.kept.extend(updates)

    async def room(self) -> None:
        await self.is_open.wait()

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.kept]


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "BACK_OFF", (0.02, 0.05))


@asynccontextmanager
async def polls(url: str, token: str, shelf: Shelf) -> AsyncIterator[asyncio.Task[None]]:
    """A poller at work."""
    async with AiohttpRequest() as request:
        first = asyncio.Event()
        poller = Poller(
            request, f"{url}/bot{token}", cast(Intake, shelf), 5, on_first_poll=first.set
        )
        task = asyncio.create_task(poller.run())
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def pending(town: Playground) -> int:
    """Updates Telegram still holds."""
    return len(town.world.spoken_about(town.token).updates)


async def test_an_update_is_confirmed_once_it_is_stored(town: Playground) -> None:
    shelf = Shelf()
    async with await town.person() as alex, polls(town.url, town.token, shelf):
        await alex.say("one")
        await until(lambda: shelf.texts() == ["one"])
        await until(lambda: pending(town) == 0)


async def test_what_cannot_be_stored_is_not_confirmed_but_fetched_again(town: Playground) -> None:
    shelf = Shelf()
    shelf.failures = [StorageUnavailable("locked"), StorageUnavailable("full")]
    async with await town.person() as alex, polls(town.url, town.token, shelf):
        await alex.say("one")
        await until(lambda: len(shelf.failures) < 2)
        assert pending(town) == 1
        await until(lambda: shelf.texts() == ["one"])


async def test_nothing_is_fetched_while_there_is_no_room(town: Playground) -> None:
    shelf = Shelf()
    shelf.is_open.clear()
    async with await town.person() as alex, polls(town.url, town.token, shelf):
        await alex.say("one")
        await asyncio.sleep(0.1)
        assert pending(town) == 1
        shelf.is_open.set()
        await until(lambda: shelf.texts() == ["one"])


async def test_what_telegram_sends_is_said_at_every_start(town: Playground) -> None:
    async with polls(town.url, town.token, Shelf()):
        queue = town.world.spoken_about(town.token).updates
        await until(lambda: queue.allowed == list(ALLOWED_UPDATES))


TROUBLES = [
    Fault(Kind.STATUS, "getUpdates", status=502, body="<h1>Bad Gateway</h1>"),
    Fault(Kind.STATUS, "getUpdates", status=500, count=3),
    Fault(Kind.STATUS, "getUpdates", status=429, retry_after=1),
    Fault(Kind.CUT_BEFORE, "getUpdates", count=3),
    Fault(Kind.CUT_AFTER, "getUpdates"),
]


@pytest.mark.parametrize("fault", TROUBLES, ids=lambda fault: f"{fault.kind}-{fault.status}")
async def test_troubles_pass(town: Playground, fault: Fault) -> None:
    shelf = Shelf()
    town.world.faults.add(Fault(**vars(fault)))
    async with await town.person() as alex, polls(town.url, town.token, shelf):
        await alex.say("one")
        await until(lambda: "one" in shelf.texts())


NONSENSE: list[Any] = [
    {"ok": True, "result": {"update_id": 1}},
    {"ok": True, "result": [{"message": {}}]},
    {"ok": True, "result": ["update"]},
    {"ok": True, "result": [{"update_id": "1"}]},
    b'{"ok": true, "result": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
]


@pytest.mark.parametrize(
    "answer", NONSENSE, ids=["no_list", "no_id", "a_word", "a_words_id", "deeper_than_is_read"]
)
async def test_nonsense_is_not_stored_and_not_asked_for_without_pause(
    answer: dict[str, Any] | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = Shelf()
    async with (
        serving(answering(200, answer, "Content-Type: application/json")) as url,
        polls(url, "123:abc", shelf) as task,
    ):
        await asyncio.sleep(0.2)
        assert not task.done()
    assert shelf.kept == []
    assert 2 <= len(caplog.records) <= 12


async def test_a_revoked_token_ends_it(town: Playground) -> None:
    async with polls(town.url, town.token, Shelf()) as task:
        town.world.faults.add(Fault(Kind.STATUS, "getUpdates", status=401, count=None))
        with pytest.raises(InvalidToken):
            await asyncio.wait_for(task, 6)


async def test_who_came_second_stops_and_who_was_first_stays(
    town: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "SETTLED_AFTER", 2.0)
    shelf = Shelf()
    async with polls(town.url, town.token, shelf) as first:
        await asyncio.sleep(2.1)
        async with polls(town.url, town.token, Shelf()) as second:
            with pytest.raises(SecondPollerError):
                await asyncio.wait_for(second, 5)
        assert not first.done()
        async with await town.person() as alex:
            await alex.say("still here")
            await until(lambda: "still here" in shelf.texts())
