"""Files in the chat: every kind is kept, and goes where the owner says."""

from __future__ import annotations

import pytest

from playground import Person
from storage.attachments import Attachment
from storage.notebook import Notebook
from tests.builders import a_contact
from tests.chat import Chat


async def kept_with(chat: Chat, contact_id: int) -> list[Attachment]:
    """The files of a contact."""
    return await chat.read(lambda notebook: notebook.attachments.of(contact_id))


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("voice", "voice note"),
        ("photo", "photo"),
        ("video", "video"),
        ("audio", "recording"),
        ("document", "file"),
    ],
)
async def test_every_kind_of_file_is_kept(chat: Chat, alex: Person, kind: str, word: str) -> None:
    ada = await chat.write(a_contact)
    await alex.send_file(b"content", "talk.bin", kind)
    await alex.expect(f"I have kept the {word}. I cannot read it yet")
    await alex.tap("Ada Lovelace")
    await alex.expect_edit(f"Kept with Ada Lovelace: the {word}.")
    (attachment,) = await kept_with(chat, ada)
    assert attachment.kind == kind
    assert attachment.file_id
    assert attachment.file_name == ("talk.bin" if kind in {"video", "audio", "document"} else None)


async def test_a_file_of_nobodys_stays_kept(chat: Chat, alex: Person) -> None:
    await chat.write(a_contact)
    await alex.send_file(b"content", kind="voice")
    heard = await alex.expect("Whose is it?")
    await alex.tap("Nobody’s")
    await alex.expect_edit("I have kept it")
    assert await chat.read(lambda notebook: notebook.attachments.get(_file_of(heard.raw)))


def _file_of(raw: dict[str, object]) -> int:
    """The id that the buttons under an offer carry."""
    markup = str(raw["reply_markup"])
    return int(markup.partition("file-nobody:")[2].partition("'")[0])


async def test_the_one_on_the_screen_is_offered_first(chat: Chat, alex: Person) -> None:
    def two(notebook: Notebook) -> None:
        a_contact(notebook, "Ada")
        a_contact(notebook, "Grace")

    await chat.write(two)
    await alex.say("/find ada")
    await alex.expect("Ada")
    await alex.send_file(b"content", kind="voice")
    heard = await alex.expect("Whose is it?")
    assert heard.rows == [["Ada", "Grace"], ["Somebody else", "Nobody’s"]]


async def test_a_caption_about_two_asks_whose_the_file_is(chat: Chat, alex: Person) -> None:
    await alex.send_file(b"content", kind="photo", caption="Lunch with Anna and Tom today")
    await alex.expect("Anna")
    heard = await alex.expect("I have kept the photo")
    assert heard.rows[0] == ["Anna", "Tom"]


async def test_a_caption_that_is_unclear_asks_both(chat: Chat, alex: Person) -> None:
    def two(notebook: Notebook) -> None:
        a_contact(notebook, "Anna Kovač")
        a_contact(notebook, "Anna Schmidt")

    await chat.write(two)
    await alex.send_file(b"content", kind="photo", caption="Coffee with Anna today")
    whom = await alex.expect("You know more than one Anna")
    await alex.expect("I have kept the photo")
    await alex.tap("Anna Schmidt", whom)
    await alex.expect_edit("Anna Schmidt")


@pytest.mark.parametrize("caption", ["lol", "who do I know at Stripe?", "x" * 1024])
async def test_a_caption_that_tells_nothing_is_kept_with_the_file(
    chat: Chat, alex: Person, caption: str
) -> None:
    ada = await chat.write(a_contact)
    await alex.send_file(b"content", kind="photo", caption=caption)
    await alex.expect("I have kept the photo")
    await alex.tap("Ada Lovelace")
    await alex.expect_edit("Kept with Ada")
    (attachment,) = await kept_with(chat, ada)
    assert attachment.caption == caption[:1000]


async def test_several_of_a_name_are_offered(chat: Chat, alex: Person) -> None:
    def many(notebook: Notebook) -> list[int]:
        return [a_contact(notebook, f"Anna {number}") for number in range(6)]

    people = await chat.write(many)
    await alex.send_file(b"content", kind="voice")
    await alex.expect("Whose is it?")
    await alex.tap("Somebody else")
    await alex.expect_edit("Whose is it?")
    await chat.restart()
    await alex.say("anna")
    await alex.expect("Which of them?")
    await alex.tap("Anna 0")
    await alex.expect_edit("Kept with Anna 0")
    assert len(await kept_with(chat, people[0])) == 1
    await alex.say("haha yes")
    await alex.expect("I did not find a person")


async def test_a_file_goes_where_it_was_put_last(chat: Chat, alex: Person) -> None:
    def two(notebook: Notebook) -> tuple[int, int]:
        return a_contact(notebook, "Ada"), a_contact(notebook, "Grace")

    ada, grace = await chat.write(two)
    await alex.send_file(b"content", kind="voice")
    heard = await alex.expect("Whose is it?")
    file = _file_of(heard.raw)
    for contact_id in (ada, ada, grace):
        await alex.tap_data(heard.number, f"file:{file}:{contact_id}")
    await alex.expect_edit("Kept with Ada")
    await alex.expect_edit("Kept with Grace")
    assert not await kept_with(chat, ada)
    assert len(await kept_with(chat, grace)) == 1
