"""The operator lets people in, sees who is there without what they keep, and turns them away."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from bot.app import Rapport
from bot.clock import now
from bot.settings import load_settings
from handlers.context import House
from handlers.operator import WayIn, way_in
from playground import Person, Playground
from storage import invites, owners
from storage.database import Database
from storage.unit import Unit
from tests.builders import an_owner, as_the_house
from tests.manners import check_manners

COMMANDS = ("invite", "owners", "counts", "block", "unblock")


@asynccontextmanager
async def house(town: Playground, database: Database, **settings: Any) -> AsyncIterator[None]:
    """A Rapport with these rules, which does not dawdle."""
    known = load_settings(
        _env_file=None,
        token=town.token,
        api_url=town.url,
        send_per_second=0,
        send_per_chat=0,
        tick_seconds=0.1,
        **settings,
    )
    stop = asyncio.Event()
    running = asyncio.create_task(Rapport(known, town.token, town.url, database).run(stop))
    try:
        yield
    finally:
        stop.set()
        await running
        check_manners(town)


@pytest.fixture
async def town() -> AsyncIterator[Playground]:
    async with Playground() as town:
        yield town


@pytest.fixture
async def olga(town: Playground) -> AsyncIterator[Person]:
    """The operator."""
    async with await town.person("Olga") as olga:
        yield olga


@pytest.fixture
async def alex(town: Playground) -> AsyncIterator[Person]:
    async with await town.person("Alex") as alex:
        yield alex


@pytest.fixture
def book(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


async def moves_in(person: Person) -> None:
    """Somebody begins and tells of one contact."""
    await person.say("/start")
    await person.expect("Hello")
    await person.say("Met Anna Kovač at PyData")
    await person.expect("Anna")
    await person.expect("where are you")


async def test_the_operator_is_let_in_and_lets_in_by_a_link(
    town: Playground, book: Database, olga: Person, alex: Person
) -> None:
    async with house(town, book, operators=str(olga.id)):
        await olga.say("/invite")
        said = (await olga.expect("one person", "t.me/")).text
        found = re.search(r"\?start=([\w-]+)", said)
        assert found
        assert f"/start {found[1]}" in said
        await alex.say(f"/start {found[1]}")
        await alex.expect("Hello Alex")


async def test_the_operator_sees_numbers_and_nothing_that_was_said(
    town: Playground, book: Database, olga: Person, alex: Person
) -> None:
    async with house(town, book, operators=str(olga.id), allowed_users=str(alex.id)):
        await moves_in(alex)
        await olga.say("/owners")
        roll = (
            await olga.expect("2 owners", "Alex", str(alex.id), "1 contact", "on the list")
        ).text
        assert "an operator" in roll
        await olga.say("/counts")
        numbers = (await olga.expect("2 owners", "1 contact\n")).text
        for secret in ("Anna", "Kovač", "PyData"):
            assert secret not in roll + numbers


async def test_a_long_roll_is_turned_page_by_page(
    town: Playground, book: Database, olga: Person
) -> None:
    def many(unit: Unit) -> None:
        for number in range(1, 25):
            an_owner(unit, number, name=f"Owner {number:02}", created_at=now() - timedelta(days=30))
        as_the_house(unit)

    await book.run(many)
    async with house(town, book, operators=str(olga.id)):
        await olga.say("/owners")
        first = await olga.expect("25 owners", "1. Owner 01", "10. Owner 10")
        assert first.buttons == ["Next"]
        await olga.tap("Next")
        second = await olga.expect_edit("11. Owner 11", "20. Owner 20")
        assert second.buttons == ["Previous", "Next"]
        await olga.tap("Next")
        last = await olga.expect_edit("21. Owner 21", "25. Olga")
        assert last.buttons == ["Previous"]
        await olga.tap("Previous")
        await olga.expect_edit("11. Owner 11")
        await olga.tap_data(first.number, "op-owners:100")
        await olga.expect_edit("Nobody is that far")


async def test_the_blocked_are_turned_away_and_keep_what_is_theirs(
    town: Playground, book: Database, olga: Person, alex: Person
) -> None:
    async with house(town, book, operators=str(olga.id), allowed_users=str(alex.id)):
        await moves_in(alex)
        await olga.say(f"/block {alex.id}")
        await olga.expect("Block Alex", "1 contact")
        await olga.tap("Block")
        await olga.expect_edit("Alex", "is blocked")
        await alex.say("/find Anna")
        heard = await alex.expect("does not answer you any more")
        assert "Anna" not in heard.text
        await alex.say("Met Bea Stone at Finch")
        await alex.expect("does not answer you any more")
        await alex.say("/Export")
        assert [bool((await alex.expect()).raw.get("document")) for _ in range(2)] == [True, True]
        await alex.say("/erase")
        await alex.expect("rase")
        await alex.tap("Keep it")
        assert "answer you" not in (await alex.expect_edit()).text

        await olga.say(f"/block {alex.id}")
        await olga.expect("blocked already")
        await olga.say(f"/unblock {alex.id}")
        asked = await olga.expect("Let Alex")
        await olga.tap("Let back in")
        await olga.expect_edit("let in again")
        await olga.tap_data(asked.number, f"op-unblock:{alex.id}")
        await olga.expect_edit("is not blocked")
        await alex.say("/find Anna")
        await alex.expect("Anna Kovač")


@pytest.mark.parametrize("how", ["open", "listed"])
async def test_who_is_blocked_stays_so_when_they_have_erased_everything(
    town: Playground, book: Database, olga: Person, alex: Person, how: str
) -> None:
    rules: dict[str, Any] = {"open": True} if how == "open" else {"allowed_users": str(alex.id)}
    async with house(town, book, operators=str(olga.id), **rules):
        await moves_in(alex)
        await book.run(lambda unit: owners.block(unit, alex.id, now()))
        await alex.say("/erase")
        await alex.expect("rase")
        await alex.tap("Erase everything")
        erased = await alex.expect_edit("Erased", "which I still do not answer")
        assert "begin anew" not in erased.text
        for said in ("/start", "Met Bea Stone at Finch", "/export"):
            await alex.say(said)
            await alex.expect("does not answer you any more")
        assert await book.read(lambda unit: owners.find(unit, alex.id)) is None
        await olga.say(f"/unblock {alex.id}")
        await olga.expect("They keep nothing here")
        await olga.tap("Let back in")
        await olga.expect_edit("is not blocked any more")
        await alex.say("/start")
        await alex.expect("Hello Alex")


async def test_who_was_never_here_is_turned_away_too_with_a_good_code_as_well(
    town: Playground, book: Database, olga: Person, alex: Person
) -> None:
    code = await book.run(lambda unit: invites.issue(unit, now()))
    async with house(town, book, operators=str(olga.id), open=True):
        await olga.say(f"/block {alex.id}")
        await olga.expect("who keeps nothing here")
        await olga.tap("Block")
        await olga.expect_edit("is blocked")
        await olga.say(f"/block {alex.id}")
        await olga.expect("is blocked already")
        for said in ("/start", f"/start {code}"):
            await alex.say(said)
            await alex.expect("does not answer you any more")


async def test_asked_twice_the_operator_may_still_leave_it(
    town: Playground, book: Database, olga: Person, alex: Person
) -> None:
    async with house(town, book, operators=str(olga.id), open=True):
        await moves_in(alex)
        await olga.say(f"/block {alex.id}")
        await olga.expect("Block Alex")
        await olga.tap("Leave it")
        await olga.expect_edit("nothing is changed")
        await alex.say("/find Anna")
        await alex.expect("Anna Kovač")


async def test_what_cannot_be_done_is_said_kindly(
    town: Playground, book: Database, olga: Person, alex: Person
) -> None:
    async with house(town, book, operators=f"{olga.id},{alex.id}"):
        for said, heard in (
            (f"/block {olga.id}", "That is you"),
            (f"/block {alex.id}", "runs this Rapport with you"),
            ("/unblock 999", "is not blocked"),
            ("/block", "Write the id after it"),
            ("/unblock Alex", "Write the id after it"),
            ("/block " + "9" * 40, "Write the id after it"),
        ):
            await olga.say(said)
            await olga.expect(heard)


async def test_for_everybody_else_there_are_no_such_commands(
    town: Playground, book: Database, olga: Person, alex: Person
) -> None:
    async with house(town, book, operators=str(olga.id), open=True):
        await moves_in(alex)
        for name in COMMANDS:
            await alex.say(f"/{name} {olga.id}")
            await alex.expect("I do not know that command")
        card = min(alex.inbox)
        for data in ("op-owners:0", f"op-block:{olga.id}", f"op-unblock:{olga.id}", "op-leave"):
            await alex.tap_data(card, data)
            await alex.expect("no longer there")
        await alex.say("/help")
        help_ = (await alex.expect("/today")).text
        assert not [name for name in COMMANDS if f"/{name}" in help_]
        await olga.say("/help")
        await olga.expect("You run this Rapport", *(f"/{name}" for name in COMMANDS))
    bot = town.world.spoken_about(town.token)
    assert not names_of(bot.shown_commands("")) & set(COMMANDS)
    (hers,) = (menu for (scope, _), menu in bot.commands.items() if str(olga.id) in scope)
    assert names_of(hers) >= {*COMMANDS, "today"}


def names_of(menu: list[dict[str, str]]) -> set[str]:
    return {each["command"] for each in menu}


async def test_a_stranger_who_tries_codes_is_soon_not_even_looked_up(
    town: Playground, book: Database, alex: Person
) -> None:
    good = await book.run(lambda unit: invites.issue(unit, now()))
    async with house(town, book):
        for guess in ("y" * 100, "used", "unknown"):
            await alex.say(f"/start {guess}")
            await alex.expect("has been used or has run out")
        for guess in ("a", "b", "c", good):
            await alex.say(f"/start {guess}")
        await alex.expect_silence(0.5)
        assert await book.read(lambda unit: owners.find(unit, alex.id)) is None


@pytest.mark.parametrize(
    ("listed", "is_open", "invited", "expected"),
    [
        ({1}, True, True, WayIn.OPERATOR),
        ({2}, True, True, WayIn.LISTED),
        (set(), True, True, WayIn.INVITED),
        (set(), True, False, WayIn.OPEN),
        (set(), False, False, WayIn.NO_MORE),
    ],
)
async def test_how_somebody_came(
    book: Database, listed: set[int], expected: WayIn, *, is_open: bool, invited: bool
) -> None:
    owner = 1 if 1 in listed else 2
    rules = House(is_open, frozenset({2} & listed), "UTC", "08:30", frozenset({1}))
    await book.run(lambda unit: an_owner(unit, owner, invited=invited))
    found = await book.read(lambda unit: owners.find(unit, owner))
    assert found is not None
    assert way_in(found, rules) is expected
