"""A guided conversation stands where the database says: in another process, and for each owner."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from handlers.context import DIALOGUE_LIFETIME
from playground import Person
from storage import dialogues
from storage.dialogues import Dialogue
from storage.models import dialogues as table
from tests.chat import Chat

STORY = "Met Anna Kovač, CTO at Brightlane, at PyData today"


async def begin_fixing(alex: Person) -> None:
    """A card, and the question what its company should be."""
    await alex.say(STORY)
    await alex.expect("Anna Kovač")
    await alex.tap("Fix")
    await alex.expect()
    await alex.tap("Work")
    await alex.expect()


async def test_a_conversation_goes_on_after_a_restart(chat: Chat, alex: Person) -> None:
    await begin_fixing(alex)
    await chat.restart()
    await alex.say("CFO at Northwind")
    await alex.expect("Northwind")


async def test_the_state_of_a_conversation_is_in_the_database_alone(
    chat: Chat, alex: Person
) -> None:
    """It fails where python-telegram-bot keeps states in another place than `_conversations`."""
    await begin_fixing(alex)
    await chat.database.run(lambda unit: dialogues.close(unit, alex.id))
    await alex.say("CFO at Northwind")
    heard = await alex.expect()
    assert "Anna Kovač · CFO" not in heard.text

    later = chat.now() + timedelta(hours=1)
    captures = await chat.read(lambda notebook: notebook.captures.latest())
    assert captures is not None
    stands = Dialogue("fix", "answer", {"capture": captures.id, "field": "work"}, later)
    await chat.database.run(lambda unit: dialogues.put(unit, alex.id, stands))
    await alex.say("CFO at Northwind")
    await alex.expect("Northwind")


async def test_a_conversation_left_alone_expires(chat: Chat, alex: Person) -> None:
    await begin_fixing(alex)
    chat.move_to(chat.now() + DIALOGUE_LIFETIME + timedelta(minutes=1))
    await alex.expect("met at PyData yesterday")  # the digest of that day
    await alex.say("Coffee with Anna today")
    await alex.expect("Coffee")


async def test_cancel_ends_a_conversation(chat: Chat, alex: Person) -> None:
    await begin_fixing(alex)
    await alex.say("/cancel")
    await alex.expect()
    left = await chat.database.read(lambda unit: unit.execute(select(table)).all())
    assert left == []


async def test_two_owners_do_not_mix(chat: Chat, alex: Person) -> None:
    async with await chat.town.person("Bea") as bea:
        await begin_fixing(alex)
        await bea.say("CFO at Northwind")
        heard = await bea.expect()
        assert "Kovač" not in heard.text
        await bea.say("Met Tom Weber, engineer at Kite, at PyData today")
        await bea.expect("Tom Weber")
        await alex.say("CFO at Northwind")
        await alex.expect("Anna Kovač", "Northwind")
