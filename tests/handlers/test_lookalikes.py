"""A name that looks like a known one gets a line on its card, wherever it comes in."""

from __future__ import annotations

from playground import Person
from tests.builders import a_contact
from tests.chat import Chat

LINE = "This name looks like that of Anna Weber, whom you know, but is spelt with other letters."
FALSE_ANNA = "Аnna Weber"  # the first letter is Cyrillic


async def names(chat: Chat) -> list[str]:
    people = await chat.read(lambda notebook: list(notebook.contacts.changed_since(0)))
    return [person.name for person in people]


async def test_in_a_note(chat: Chat, alex: Person) -> None:
    await chat.write(lambda notebook: a_contact(notebook, "Anna Weber"))
    await alex.say(f"Met {FALSE_ANNA} at Slush")
    await alex.expect(FALSE_ANNA, "· new", LINE)
    assert await names(chat) == ["Anna Weber", FALSE_ANNA]


async def test_in_a_shared_card(chat: Chat, alex: Person) -> None:
    await chat.write(lambda notebook: a_contact(notebook, "Anna Weber"))
    await alex.send_contact("+49 170 5550143", FALSE_ANNA)
    await alex.expect(LINE)
    assert await names(chat) == ["Anna Weber", FALSE_ANNA]


async def test_when_added_piece_by_piece(chat: Chat, alex: Person) -> None:
    await chat.write(lambda notebook: a_contact(notebook, "Anna Weber"))
    await alex.say(f"/add {FALSE_ANNA}")
    question = await alex.expect("What does")
    for _ in range(5):
        await alex.tap("Skip", question)
        question = await alex.expect_edit()
    assert LINE in question.text


async def test_when_a_name_is_changed(chat: Chat, alex: Person) -> None:
    await chat.write(lambda notebook: a_contact(notebook, "Anna Weber"))
    other = await chat.write(lambda notebook: a_contact(notebook, "Bea"))
    await alex.say("/help")
    message = (await alex.expect("Just write")).number
    await alex.tap_data(message, f"edit-it:{other}:name")
    await alex.expect_edit("What is the name of Bea")
    await alex.say(FALSE_ANNA)
    await alex.expect(LINE)


async def test_the_same_name_and_another_spelling_are_let_be(chat: Chat, alex: Person) -> None:
    await chat.write(lambda notebook: a_contact(notebook, "Jana Müller"))
    await alex.say("Met Jana Mueller at Slush")
    card = await alex.expect("Jana Mueller", "· new")
    assert "letters" not in card.text


async def test_a_word_of_two_alphabets_is_asked_about(alex: Person) -> None:
    await alex.say("Met Bеa Lund at Slush")
    await alex.expect("The name Bеa Lund mixes letters of different alphabets.")
