"""/log from a contact's card, and about somebody who is forgotten in the middle of it."""

from __future__ import annotations

from playground import Person
from tests.builders import a_contact
from tests.chat import Chat


async def _shown(alex: Person) -> int:
    """A message of the bot's with a button, which stands for a card."""
    await alex.say("/log")
    return (await alex.expect("Whom")).number


async def test_log_on_a_card_asks_below_it_how_it_was(chat: Chat, alex: Person) -> None:
    anna = await chat.write(lambda notebook: a_contact(notebook, "Anna Kovač"))
    await alex.tap_data(await _shown(alex), f"log:{anna}")
    heard = await alex.expect("Anna Kovač", "How were you in touch?")
    assert not heard.is_edit
    await alex.tap("Call")
    await alex.expect_edit("Anna Kovač · Call")


async def test_somebody_who_is_not_there_cannot_be_logged(chat: Chat, alex: Person) -> None:
    await alex.tap_data(await _shown(alex), "log:999")
    await alex.expect("no longer there")


async def test_nothing_is_kept_of_somebody_forgotten_in_the_middle(
    chat: Chat, alex: Person
) -> None:
    anna = await chat.write(lambda notebook: a_contact(notebook, "Anna Kovač"))
    await alex.say("/log Anna")
    await alex.expect("How were you in touch?")
    await chat.write(lambda notebook: notebook.contacts.forget(anna))
    for question in ("When", "about", "promised", "come back", "no longer among your contacts"):
        await alex.tap("Skip")
        await alex.expect_edit(question)
    assert await chat.read(lambda notebook: notebook.contacts.count()) == 0


async def test_long_and_strange_answers_are_kept_as_typed(chat: Chat, alex: Person) -> None:
    anna = await chat.write(lambda notebook: a_contact(notebook, "{{ 7 * 7 }} <b>"))
    await alex.say("/log {{ 7 * 7 }} <b>")
    await alex.expect("{{ 7 * 7 }} <b>", "How were you in touch?")
    await alex.tap("Met")
    await alex.expect_edit("When")
    await alex.tap("Today")
    await alex.expect_edit("about")
    await alex.say("<i>" + "שלום {% x %} " * 300)
    await alex.expect("promised")
    await alex.say("nothing")
    await alex.expect("come back")
    await alex.tap("Skip")
    await alex.expect_edit("Talked about <i>שלום {% x %}")
    (met,) = await chat.read(lambda notebook: notebook.interactions.of(anna, limit=5))
    assert met.topics is not None
    assert len(met.topics) <= 500
