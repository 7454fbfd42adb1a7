"""Who is let in, and what everybody else hears."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.app import Rapport
from bot.clock import now
from bot.settings import load_settings
from handlers import guard
from playground import Person, Playground
from storage import invites, owners
from storage.database import Database
from storage.notebook import Notebook


@asynccontextmanager
async def house(town: Playground, database: Database, **settings: Any) -> AsyncIterator[None]:
    """A Rapport with these rules."""
    known = load_settings(_env_file=None, token=town.token, api_url=town.url, **settings)
    stop = asyncio.Event()
    running = asyncio.create_task(Rapport(known, town.token, town.url, database).run(stop))
    try:
        yield
    finally:
        stop.set()
        await running


@pytest.fixture
async def town() -> AsyncIterator[Playground]:
    async with Playground() as town:
        yield town


@pytest.fixture
async def alex(town: Playground) -> AsyncIterator[Person]:
    async with await town.person() as alex:
        yield alex


@pytest.fixture
def book(sqlite_url: str) -> AsyncIterator[Database]:  # type: ignore[misc]  # a plain generator
    database = Database(sqlite_url)
    yield database
    database.close()


async def keeps_a_notebook(database: Database, person: int) -> bool:
    return await database.read(lambda unit: owners.find(unit, person)) is not None


async def test_an_open_house_lets_everybody_in(
    town: Playground, book: Database, alex: Person
) -> None:
    async with house(town, book, open=True):
        await alex.say("/start")
        await alex.expect("Met")
        assert await keeps_a_notebook(book, alex.id)


async def test_a_stranger_hears_how_to_be_let_in_and_leaves_nothing(
    town: Playground, book: Database, alex: Person
) -> None:
    async with house(town, book):
        await alex.say("Met Anna Kovač at PyData")
        await alex.expect(f"RAPPORT_ALLOWED_USERS={alex.id}")
        assert not await keeps_a_notebook(book, alex.id)


async def test_who_is_allowed_is_let_in(town: Playground, book: Database, alex: Person) -> None:
    async with house(town, book, allowed_users=str(alex.id)):
        await alex.say("/start")
        await alex.expect("Met")


async def test_who_is_allowed_no_more_is_shut_out(
    town: Playground, book: Database, alex: Person
) -> None:
    async with house(town, book, open=True):
        await alex.say("Met Anna Kovač at PyData")
        await alex.expect("Anna")
        await alex.expect("where are you")
    async with house(town, book):
        await alex.say("/find Anna")
        heard = await alex.expect("private")
        assert "Anna" not in heard.text


async def test_an_invite_lets_one_person_in_once(
    town: Playground, book: Database, alex: Person
) -> None:
    code = await book.run(lambda unit: invites.issue(unit, now()))
    async with house(town, book), await town.person("Bea") as bea:
        await alex.say(f"/start {code}")
        await alex.expect("Met")
        await bea.say(f"/start {code}")
        await bea.expect("used or has run out")
        await bea.say("hello")
        await bea.expect("private")
        await alex.say("Met Anna Kovač at PyData")
        await alex.expect("Anna")


async def test_a_stranger_who_blocks_or_edits_is_not_answered(
    town: Playground, book: Database, alex: Person
) -> None:
    async with house(town, book, open=True):
        number = await alex.say("hello", update=False)
        await alex.edit(number, "Met Anna Kovač at PyData")
        await alex.block()
        await alex.block(blocked=False)
        await alex.expect_silence(0.4)
        assert not await keeps_a_notebook(book, alex.id)


async def test_groups_hear_one_line_and_only_when_they_ask(
    town: Playground, book: Database, alex: Person
) -> None:
    world = town.world
    async with house(town, book, open=True):
        await alex.say("Met Anna Kovač at PyData")
        await alex.expect("Anna")
        await alex.expect("where are you")
        group = world.people.found("Club", [alex.id])
        bot = world.spoken_about(town.token)
        resident = world.people.residents[alex.id]
        for text in ("who is Anna?", "/find Anna", "/start"):
            bot.hear(resident, {"text": text}, bot.chat(group.id))
        await said(lambda: any(message.by_bot for message in bot.chat(group.id).messages.values()))
        answers = [m.body["text"] for m in bot.chat(group.id).messages.values() if m.by_bot]
        assert len(answers) == 1
        assert "private chat" in answers[0]
        assert "Anna" not in answers[0]


async def said(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 - the bot says it over HTTP
            await asyncio.sleep(0.02)


async def test_an_unreachable_owner_is_reachable_again_once_they_write(
    town: Playground, book: Database, alex: Person
) -> None:
    async with house(town, book, open=True):
        await alex.say("/start")
        await alex.expect("Met")
        await book.run(lambda unit: owners.change(unit, alex.id, unreachable_since=now()))
        await alex.say("/help")
        await alex.expect()
    owner = await book.read(lambda unit: owners.find(unit, alex.id))
    assert owner is not None
    assert owner.unreachable_since is None


@pytest.mark.parametrize("text", ["hello", "/start no-such-code"])
async def test_a_stranger_who_writes_without_end_is_not_answered_without_end(
    town: Playground, book: Database, alex: Person, text: str
) -> None:
    async with house(town, book):
        for _ in range(50):
            await alex.say(text)
        await said(lambda: not town.world.spoken_about(town.token).updates.waiting())
        await asyncio.sleep(0.3)
        answers = [each for each in await alex.history() if not each["outgoing"]]
        assert len(answers) == guard.LINES


async def test_a_group_that_asks_without_end_is_not_answered_without_end(
    town: Playground, book: Database, alex: Person
) -> None:
    bot = town.world.spoken_about(town.token)
    group = bot.chat(town.world.people.found("Club", [alex.id]).id)
    async with house(town, book, open=True):
        for _ in range(50):
            bot.hear(town.world.people.residents[alex.id], {"text": "/start"}, group)
        await said(lambda: not bot.updates.waiting())
        await asyncio.sleep(0.3)
        assert sum(message.by_bot for message in group.messages.values()) == guard.LINES


@pytest.mark.parametrize("command", ["/export", "/erase"])
@pytest.mark.parametrize("look", ["code", "pre", "bold", None])
async def test_what_only_looks_like_a_command_gets_no_blocked_owner_in(
    town: Playground, book: Database, alex: Person, command: str, look: str | None
) -> None:
    text = f"{command} Met Bea Stone at Finch"
    entities = [{"type": look, "offset": 0, "length": len(text)}] if look else []
    async with house(town, book, open=True):
        await alex.say("/start")
        await alex.expect("Met")
        await book.run(lambda unit: owners.block(unit, alex.id, now()))
        await said_by(town, alex, text=text, entities=entities)
        await alex.expect("does not answer you any more")
    people = await book.read(lambda unit: Notebook(unit, alex.id).contacts.count())
    assert people == 0


async def said_by(town: Playground, person: Person, **parts: Any) -> None:
    """A message whose parts are as a client of its own making sends them."""
    message = {
        "message_id": 900,
        "date": int(now().timestamp()),
        "from": person.user,
        "chat": {"id": person.id, "type": "private", "first_name": "Alex"},
        **parts,
    }
    town.world.spoken_about(town.token).updates.push({"message": message}, person.id)
