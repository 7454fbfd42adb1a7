"""A whole Rapport in a town of its own, and a person who talks with it, all in one process.

Everything goes over HTTP as it does with Telegram. The bot goes by the town's clock, which starts
on a Tuesday morning, so that "yesterday" and "Friday" mean the same in every run.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest

from bot import app
from bot.settings import load_settings
from playground import Person, Playground
from rapport.nudges.hours import next_digest
from storage import owners
from storage.database import Database
from storage.notebook import Notebook
from storage.unit import Unit
from tests.manners import check_manners

T = TypeVar("T")

ZONE = ZoneInfo("Europe/Berlin")
MORNING = datetime(2026, 3, 17, 10, 0, tzinfo=ZONE)
DIGEST_AT = "08:30"
TICK = 0.1


@dataclass
class Chat:
    """Alex's chat with the bot."""

    town: Playground
    person: Person
    address: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    kept: str = ""
    """What a test kept behind the bot's back, where it looks like a slip of the bot's."""
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _running: asyncio.Task[None] | None = None
    _database: Database | None = None

    @property
    def database(self) -> Database:
        """The database the bot works on."""
        assert self._database is not None, "the bot is not running"
        return self._database

    def now(self) -> datetime:
        """This instant in the town."""
        return datetime.fromtimestamp(self.town.world.clock.now(), UTC)

    def move_to(self, moment: datetime) -> None:
        """Set the town's clock, and so the bot's."""
        clock = self.town.world.clock
        clock.offset += moment.timestamp() - clock.now()

    async def read(self, question: Callable[[Notebook], T]) -> T:
        """What the person's notebook answers."""
        return await self.database.read(lambda unit: question(Notebook(unit, self.person.id)))

    async def write(self, work: Callable[[Notebook], T]) -> T:
        """What a change of the person's notebook gives, made behind the bot's back."""
        return await self.database.run(lambda unit: work(Notebook(unit, self.person.id)))

    async def settle_in(self) -> None:
        """The person has said before who and where they are; without this they are new."""

        def known(unit: Unit) -> None:
            now = self.now()
            name = str(self.person.user["first_name"])
            owners.add(unit, self.person.id, name=name, language="en", digest_at=DIGEST_AT, now=now)
            due = next_digest(now, DIGEST_AT, ZONE)
            owners.change(unit, self.person.id, zone=ZONE.key, digest_due=due)

        await self.database.run(known)

    async def start(self) -> None:
        """The bot runs from now on."""
        settings = load_settings(
            _env_file=None,
            token=self.town.token,
            api_url=self.town.url,
            open=True,
            send_per_second=0,
            send_per_chat=0,
            tick_seconds=TICK,
            **self.settings,
        )
        self._stop.clear()
        self._database = Database(self.address)
        rapport = app.Rapport(settings, self.town.token, self.town.url, self._database)
        self._running = asyncio.create_task(rapport.run(self._stop))

    async def stop(self) -> None:
        """The bot ends as it does on SIGTERM; what broke in it meanwhile is raised."""
        self._stop.set()
        if self._running is not None:
            running, self._running = self._running, None
            await running
        if self._database is not None:
            self._database.close()

    async def restart(self) -> None:
        """The bot ends, and another takes its place on the same database."""
        await self.stop()
        await self.start()


@contextlib.asynccontextmanager
async def chatting(
    address: str, patch: pytest.MonkeyPatch, *, is_new: bool = False, **settings: Any
) -> AsyncIterator[Chat]:
    """A chat with a bot that runs on a migrated database; a new person is asked for their zone.

    At its end everything that the bot said is held against `tests.manners`.
    """
    async with Playground() as town, await town.person() as person:
        chat = Chat(town, person, address, settings)
        chat.move_to(MORNING)
        patch.setattr(app, "now", chat.now)
        await chat.start()
        try:
            if not is_new:
                await chat.settle_in()
            yield chat
        finally:
            await chat.stop()
        check_manners(town, chat.kept)
