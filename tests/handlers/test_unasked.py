"""What comes unasked goes out like any answer: at once, and in the chat's order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest

from bot.clock import now
from bot.transport import AiohttpRequest
from handlers.context import Office, Writer
from handlers.reminders import send_due
from playground import Playground
from storage.database import Database
from storage.notebook import Notebook
from storage.outbox import SENT
from storage.unit import Unit, Work
from tests.bot.conftest import Office as Town
from tests.builders import a_reminder, as_the_house

T = TypeVar("T")

UTC = ZoneInfo("UTC")


@pytest.fixture
async def town(sqlite_url: str) -> AsyncIterator[Town]:
    """People, and a delivery that reaches them; nothing sweeps."""
    database = Database(sqlite_url)
    async with Playground() as playground, AiohttpRequest(read_timeout=2.0) as request:
        town = Town(playground, database, request)
        town.open()
        yield town
        await town.delivery.stop(0.5)
    database.close()


def an_office(town: Town) -> Office:
    return Office(town.database, town.delivery, now, "Europe/Berlin")


async def test_it_is_sent_without_waiting_to_be_found(town: Town) -> None:
    ada = await town.owner()

    def write(writer: Writer) -> str:
        writer.say("one")
        writer.say("two")
        return "written"

    assert await an_office(town).write(ada, write, zone=UTC) == "written"
    assert await town.settled(ada) == [SENT, SENT]
    assert town.heard(ada) == ["one", "two"]


async def test_what_fails_writes_nothing_and_leaves_the_way_free(town: Town) -> None:
    ada = await town.owner()

    def fail(writer: Writer) -> None:
        writer.say("one")
        raise ValueError("no such word")

    with pytest.raises(ValueError, match="no such word"):
        await an_office(town).write(ada, fail, zone=UTC)
    assert await town.states(ada) == []
    await town.write(ada, "two")
    assert await town.settled(ada) == [SENT]


async def test_no_later_answer_overtakes_a_reminder(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ada is answered as soon as hers is stored, while Ben's is still to come."""
    ada, ben = await town.owner("Ada"), await town.owner("Ben")

    def remind(unit: Unit) -> None:
        for person in (ada, ben):
            a_reminder(Notebook(as_the_house(unit), person), due_at=now())

    await town.database.run(remind)
    run = town.database.run
    is_answered = False

    async def answer_first(work: Work[T]) -> T:
        nonlocal is_answered
        if await town.states(ada) and not is_answered:
            is_answered = True
            await town.write(ada, "Just write.")
        return await run(work)

    with monkeypatch.context() as hasty:
        hasty.setattr(town.database, "run", answer_first)
        await send_due(an_office(town))
        await town.settled(ada)
        await town.settled(ben)
    assert is_answered
    assert [text.split()[0] for text in town.heard(ada)] == ["You", "Just"]
    assert len(town.heard(ben)) == 1
