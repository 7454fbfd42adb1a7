"""A town, a database and a delivery between them, without the rest of the bot."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from bot import delivery as delivery_module
from bot import logs
from bot.clock import now
from bot.delivery import Delivery
from bot.pace import Pace
from bot.transport import AiohttpRequest
from handlers.context import Lane
from handlers.replies import message_body
from playground import Playground
from storage import owners
from storage.database import Database
from storage.models import outbox
from storage.notebook import Notebook
from storage.outbox import Letter
from storage.unit import Unit


@dataclass
class Office:
    """Everything between a unit of work that writes letters and the people who get them."""

    town: Playground
    database: Database
    request: AiohttpRequest
    deliveries: list[Delivery] = field(default_factory=list)

    @property
    def delivery(self) -> Delivery:
        """The delivery; a dead process's is followed by another."""
        return self.deliveries[-1]

    def open(self, *, is_alone: bool = True, pace: Pace | None = None) -> Delivery:
        """A delivery as a new process has one."""
        base = f"{self.town.url}/bot{self.town.token}"
        pace = pace or Pace(0, 0, 1)
        fresh = Delivery(self.database, self.request, base, pace, now, is_alone=is_alone)
        self.deliveries.append(fresh)
        return fresh

    async def owner(self, name: str = "Ada") -> int:
        """Somebody in the town who keeps a notebook."""
        person = self.town.world.people.settle(name).id
        settings = {"name": name, "language": "en", "digest_at": "08:30", "now": now()}
        await self.database.run(lambda unit: owners.add(unit, person, **settings))  # type: ignore[arg-type]  # one dict of several types
        return person

    async def write(self, owner_id: int, *texts: str, lane: Lane | None = None) -> list[Letter]:
        """One unit of work that writes these letters, and its handing over."""
        bodies = [("sendMessage", message_body(owner_id, text)) for text in texts]
        return await self.calls(owner_id, *bodies, lane=lane)

    async def write_unheard(self, owner_id: int, *texts: str, lane: Lane | None = None) -> None:
        """One unit of work that writes these letters, of which nobody hears: the connection was
        lost at its COMMIT."""
        lane = lane or self.delivery.open_lane(owner_id)
        bodies = [("sendMessage", message_body(owner_id, text)) for text in texts]
        await self.store(owner_id, *bodies, lane=lane)
        lane.hand_over(None)

    async def calls(
        self, owner_id: int, *calls: tuple[str, dict[str, Any]], lane: Lane | None = None
    ) -> list[Letter]:
        """One unit of work that has these calls made."""
        lane = lane or self.delivery.open_lane(owner_id)
        letters = await self.store(owner_id, *calls, lane=lane)
        lane.hand_over(letters)
        return letters

    async def store(
        self, owner_id: int, *calls: tuple[str, dict[str, Any]], lane: Lane | None = None
    ) -> list[Letter]:
        """The unit of work alone: whoever wrote it dies before handing over."""
        token = lane.token if lane is not None else None
        until = lane.lease_until if lane is not None and token else None

        def write(unit: Unit) -> list[Letter]:
            box = Notebook(unit, owner_id).outbox
            first, *rest = calls
            claimed = box.add(*first, now=now(), token=token, lease_until=until)
            return [claimed, *(box.add(*call, now=now()) for call in rest)]

        return await self.database.run(write)

    def heard(self, owner_id: int) -> list[str]:
        """What the bot said to somebody, in order."""
        return [message["text"] for message in self.messages(owner_id)]

    def messages(self, owner_id: int) -> list[dict[str, Any]]:
        """The bot's messages to somebody, in order."""
        chat = self.town.world.spoken_about(self.town.token).chat(owner_id)
        return [message.body for message in chat.messages.values() if message.by_bot]

    async def states(self, owner_id: int) -> list[str]:
        """What became of each letter, in the order written."""
        statement = select(outbox.c.state).where(outbox.c.owner_id == owner_id)
        return await self.database.read(
            lambda unit: list(unit.execute(statement.order_by(outbox.c.id)).scalars())
        )

    async def settled(self, owner_id: int, within: float = 5.0) -> list[str]:
        """The states once nothing waits or is in flight."""
        async with asyncio.timeout(within):
            while not set(await self.states(owner_id)) <= {"sent", "dead"}:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return await self.states(owner_id)


@pytest.fixture
def logged() -> Iterator[Callable[[], str]]:
    """The log as an operator has it, at DEBUG, up to now."""
    root = logging.getLogger()
    level = root.level
    logs.configure("DEBUG", ["s3cret-of-the-test"])
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    text = io.StringIO()
    handler.setStream(text)
    yield text.getvalue
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
async def town() -> AsyncIterator[Playground]:
    """A Telegram of the test's own."""
    async with Playground() as town:
        yield town


@pytest.fixture
async def office(
    town: Playground, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    """A delivery whose retries come soon, on SQLite."""
    monkeypatch.setattr(delivery_module, "RETRIES", (0.05,) * 6)
    monkeypatch.setattr(delivery_module, "LOOK_AGAIN", 0.02)
    database = Database(sqlite_url)
    async with AiohttpRequest(read_timeout=0.5) as request:
        office = Office(town, database, request)
        office.open()
        yield office
        for delivery in office.deliveries:
            await delivery.stop(0.5)
    database.close()
