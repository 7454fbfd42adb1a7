"""Shared contacts in the chat."""

from __future__ import annotations

from playground import Person
from storage.notebook import Notebook
from tests.builders import a_contact
from tests.chat import Chat

VCARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Anna\nORG:Brightlane\nTITLE:CTO\nEND:VCARD"


async def test_what_the_vcard_says_is_on_the_card(alex: Person) -> None:
    await alex.send_contact("491701234567", "Anna", last_name="Kovač", user_id=4242, vcard=VCARD)
    heard = await alex.expect("Anna Kovač · CTO at Brightlane", "+491701234567", "On Telegram")
    assert heard.buttons == ["Log", "Keep in touch", "More…", "Undo"]
    (link,) = [one for one in heard.entities if one["type"] in {"text_link", "text_mention"}]
    assert "4242" in str(link)


async def test_two_of_one_number_are_a_question(chat: Chat, alex: Person) -> None:
    def two(notebook: Notebook) -> None:
        for name in ("Reception", "Tom Brandt"):
            notebook.handles.add(a_contact(notebook, name), "phone", "+49301234567")

    await chat.write(two)
    await alex.send_contact("+49 30 1234567", "Anna")
    heard = await alex.expect("Whose card is this?")
    assert heard.buttons == ["Reception", "Tom Brandt", "Someone new"]
    await chat.restart()
    await alex.tap("Someone new")
    await alex.expect_edit("Anna", "+49301234567")
    await alex.tap_data(heard.number, str(heard.button("Tom Brandt")["callback_data"]))
    await alex.expect_edit("out of date")
    assert await chat.read(lambda notebook: notebook.contacts.count()) == 3


async def test_a_candidate_who_is_gone_leaves_the_question_open(chat: Chat, alex: Person) -> None:
    anna = await chat.write(lambda notebook: a_contact(notebook, "Anna Kovač"))
    await alex.send_contact("+49 170 1234567", "Anna", last_name="Kovač")
    heard = await alex.expect("Whose card is this?")
    await chat.write(lambda notebook: notebook.contacts.forget(anna))
    await alex.tap("Anna Kovač")
    await alex.expect_edit("out of date")
    await alex.tap_data(heard.number, str(heard.button("Someone new")["callback_data"]))
    await alex.expect_edit("Anna Kovač", "+491701234567")


async def test_a_name_of_markup_is_shown_as_it_is(alex: Person) -> None:
    await alex.send_contact("+49 170 1234567", "<b>{{ 7 * 7 }}</b>")
    await alex.expect("<b>{{ 7 * 7 }}</b>\n+491701234567")


async def test_who_has_no_name_that_can_be_seen_goes_by_what_reaches_them(alex: Person) -> None:
    await alex.send_contact("+49 30 1234567", "\u3164")
    await alex.expect("493012345")
    await alex.send_contact("-", "\u3164", vcard="EMAIL:ana@finch.io")
    await alex.expect("ana@finch.io")


async def test_nobody_is_made_of_a_card_that_says_nothing(chat: Chat, alex: Person) -> None:
    await alex.send_contact("-", "\u3164")
    await alex.expect("I do not know whom you mean")
    assert await chat.read(lambda notebook: notebook.contacts.count()) == 0
