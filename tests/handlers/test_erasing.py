"""Forgetting and erasing, over HTTP as with Telegram: what is left, and who is told."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from bot import delivery
from playground import Fault, Kind, Person
from storage import dialogues, invites, owners
from storage.database import Database
from storage.dialogues import Dialogue
from storage.models import intake, metadata
from storage.unit import Unit
from tests.builders import A_DAY, a_contact, a_letter
from tests.chat import Chat

OWNED = [table for table in metadata.sorted_tables if "owner_id" in table.c]


async def erase(alex: Person) -> None:
    await alex.say("/erase")
    await alex.expect("Shall I erase everything?")
    await alex.tap("Erase everything")


def rows_left(unit: Unit) -> dict[str, int]:
    """How many rows there are of any owner's, by table."""
    tables = [*OWNED, metadata.tables["owners"], metadata.tables["invites"]]
    counts = {
        table.name: unit.execute(select(func.count()).select_from(table)).scalar_one()
        for table in tables
    }
    return {name: count for name, count in counts.items() if count}


async def test_nothing_is_left_and_the_update_that_asked_is_done(chat: Chat, alex: Person) -> None:
    await alex.say("Coffee with Ben Okafor today")
    await alex.expect("Ben Okafor")
    later = chat.now() + A_DAY / 4
    resting = {"now": later, "night_zone": "Europe/Berlin"}
    await chat.write(lambda notebook: a_letter(notebook, "Waits", **resting))
    await chat.database.run(
        lambda unit: dialogues.put(unit, alex.id, Dialogue("log", "who", {}, later))
    )
    await erase(alex)
    await alex.expect_edit("Erased")
    assert await chat.database.read(rows_left) == {}
    rows = await chat.database.read(lambda unit: unit.execute(select(intake)).all())
    assert {(row.state, row.raw) for row in rows} == {("done", None)}


async def test_only_who_asked_is_erased(chat: Chat, alex: Person) -> None:
    async with await chat.town.person("Berta") as berta:
        await berta.say("Coffee with Ben Okafor today")
        await berta.expect("Ben Okafor")
        await berta.expect("where are you")
        await alex.say("Coffee with Cora today")
        await alex.expect("Cora")
        await erase(alex)
        await alex.expect_edit("Erased")
        await berta.say("/find ben")
        await berta.expect("Ben Okafor")


async def test_the_answer_is_insisted_on(
    chat: Chat, alex: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "RETRIES", (0.05,) * 6)
    await alex.say("/erase")
    await alex.expect("Shall I erase everything?")
    chat.town.world.faults.add(Fault(Kind.STATUS, "editMessageText", status=502, count=2))
    await alex.tap("Erase everything")
    await alex.expect_edit("Erased")


async def test_a_second_tap_changes_nothing(chat: Chat, alex: Person) -> None:
    await alex.say("/erase")
    asked = await alex.expect("Shall I erase everything?")
    (data, _) = (
        button["callback_data"] for row in asked.markup["inline_keyboard"] for button in row
    )
    await alex.tap("Erase everything")
    await alex.expect_edit("Erased")
    await alex.tap_data(asked.number, data)
    await alex.expect_silence()
    assert await chat.database.read(rows_left) == {}


async def test_a_guest_hears_that_they_need_a_new_invitation(chat: Chat, alex: Person) -> None:
    def invite(unit: Unit) -> None:
        code = invites.issue(unit, chat.now())
        invites.redeem(unit, code, alex.id, chat.now())
        owners.change(unit, alex.id, invited=True)

    await chat.database.run(invite)
    await erase(alex)
    heard = await alex.expect_edit("If you write to me again, we begin anew.")
    assert "invitation" not in heard.text, "this house is open"
    assert await chat.database.read(rows_left) == {}


async def test_who_was_turned_away_may_still_erase(chat: Chat, alex: Person) -> None:
    await chat.write(a_contact)
    await chat.database.run(lambda unit: owners.block(unit, alex.id, chat.now()))
    await erase(alex)
    await alex.expect_edit("Erased")
    assert await chat.database.read(rows_left) == {}


async def test_what_was_forgotten_leaves_memory_too(chat: Chat, alex: Person) -> None:
    ada = await chat.write(a_contact)
    await alex.say("Coffee with Ada today")
    await alex.expect("Ada Lovelace")
    await alex.say("/forget ada lovelace")
    await alex.expect("Shall I forget Ada Lovelace?")
    await alex.tap("Forget for good")
    await alex.expect_edit("Forgotten")
    await alex.say("Lunch with Ada today")
    await alex.expect("Ada · new")
    assert await chat.read(lambda notebook: notebook.contacts.find(ada)) is None


async def test_a_busy_database_is_scrubbed_by_the_housekeeping(
    chat: Chat, alex: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(_: Database) -> bool:
        return False

    monkeypatch.setattr("handlers.erasing.PAUSES", (0.0, 0.0))
    monkeypatch.setattr(Database, "scrub", busy)
    await erase(alex)
    await alex.expect_edit("Erased")


async def test_an_old_button_reaches_nobody_who_came_after_erasing(new_chat: Chat) -> None:
    chat, alex = new_chat, new_chat.person
    await alex.say("Met Anna Kovač today")
    await alex.expect("Anna Kovač")
    await alex.expect("where are you")
    await alex.say("/forget Anna Kovač")
    sure = await alex.expect("Shall I forget")
    await erase(alex)
    await alex.expect_edit("Erased")
    chat.move_to(chat.now() + A_DAY)
    await alex.say("Met Ben Reed today")
    await alex.expect("Ben Reed")
    await alex.expect("where are you")
    await alex.tap_data(sure.number, sure.button("Forget for good")["callback_data"])
    await alex.expect("no longer there")
    people = await chat.read(lambda notebook: notebook.contacts.recent(limit=9))
    assert [one.name for one in people] == ["Ben Reed"]


async def test_what_was_set_aside_is_erased_with_whoever_sent_it_wherever_it_came_from(
    chat: Chat, alex: Person
) -> None:
    bot = chat.town.world.spoken_about(chat.town.token)
    sender = {"id": alex.id, "is_bot": False, "first_name": "Alex"}
    group = {"id": -100123, "type": "supergroup"}
    for at, where in enumerate(("no chat", group, group)):
        who = {**sender, "id": 999} if at == 2 else sender
        message = {"message_id": at, "text": "Anna Zugspitze", "from": who, "chat": where}
        bot.updates.push({"message": {**message, "date": "soon"}}, alex.id)
    raws = select(intake.c.raw).where(intake.c.state == "dead", intake.c.raw.is_not(None))

    async def kept() -> int:
        return await chat.database.read(lambda unit: len(unit.execute(raws).all()))

    async with asyncio.timeout(10):
        while await kept() < 3:  # noqa: ASYNC110 - the bot sets them aside
            await asyncio.sleep(0.02)
    await alex.say("/erase")
    while "Erase everything" not in (await alex.expect()).buttons:
        pass
    await alex.tap("Erase everything")
    await alex.expect_edit("Erased")
    assert await kept() == 1  # somebody else's
