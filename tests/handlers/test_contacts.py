"""Contacts in the chat, where a transcript would hide what matters."""

from __future__ import annotations

import pytest

from playground import Person
from storage.notebook import Notebook
from storage.types import Status
from tests.builders import ANOTHER, a_contact, a_fact, a_promise, an_interaction, an_owner
from tests.chat import Chat


async def test_many_are_shown_a_page_at_a_time(chat: Chat, alex: Person) -> None:
    def crowd(notebook: Notebook) -> None:
        for number in range(19):
            a_contact(notebook, f"Anna {number:02}")

    await chat.write(crowd)
    await alex.say("/find anna")
    heard = await alex.expect("19 people for “anna”")
    assert heard.buttons == [*(f"Anna {number:02}" for number in range(8)), "More"]
    await alex.tap("More")
    heard = await alex.expect_edit("More for “anna”")
    assert heard.buttons[:2] == ["Anna 08", "Anna 09"]
    await chat.restart()
    await alex.tap("More")
    heard = await alex.expect_edit("More for “anna”")
    assert heard.buttons == ["Anna 16", "Anna 17", "Anna 18"]


@pytest.mark.parametrize(
    "data",
    [
        "c:{id}", "keep:{id}", "keep-more:{id}", "keep-in:{id}:inner", "keep-not:{id}", "more:{id}",
        "aside:{id}", "status:{id}:archived", "forget:{id}", "forget-yes:{id}", "edit:{id}",
        "edit-more:{id}", "edit-it:{id}:name", "file:1:{id}", "file-who:{id}",
    ],
)  # fmt: skip
async def test_anothers_contact_is_answered_like_one_that_is_gone(
    chat: Chat, alex: Person, data: str
) -> None:
    theirs = await chat.database.run(lambda unit: a_contact(an_owner(unit, ANOTHER, last_id=500)))
    number = await alex.say("/help")
    await alex.expect("Just write")
    for contact_id in (theirs, 999_999):
        await alex.tap_data(number + 1, data.format(id=contact_id))
        await alex.expect("no longer there")
    contact = await chat.database.read(lambda unit: Notebook(unit, ANOTHER).contacts.get(theirs))
    assert (contact.status, contact.circle) == (Status.ACTIVE, None)


async def test_a_card_shows_all_that_is_known(chat: Chat, alex: Person) -> None:
    today = chat.now().date()

    def told(notebook: Notebook) -> None:
        anna = a_contact(notebook, "Anna <b>K</b>", role="CTO", company="R&D {{ 7 * 7 }}")
        an_interaction(notebook, anna, on=today, kind="coffee", place="Café", topics="jazz")
        a_promise(notebook, anna, "send the slides")
        notebook.promises.add(anna, "send a book", by_me=False, made_on=today, due_on=today)
        a_fact(notebook, anna, "sailing")
        notebook.life_events.add(anna, "promotion", today)
        notebook.handles.add(anna, "telegram_id", "42")
        notebook.tags.add(anna, "chess")

    await chat.write(told)
    chat.kept = "{{ }}"
    await alex.say("/find anna")
    heard = await alex.expect()
    assert heard.text.splitlines()[0] == "Anna <b>K</b> · CTO at R&D {{ 7 * 7 }}"
    for line in (
        "Coffee today · Café · jazz",
        "You promised to send the slides",
        "They promised to send a book by today",
        "Likes: sailing",
        "Promoted today",
        "On Telegram",
        "#chess",
    ):
        assert line in heard.text.splitlines()
    assert "\n\n\n" not in heard.text


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        (Status.ACTIVE, ["Log", "Draft", "Keep in touch", "More…"]),
        (Status.ARCHIVED, ["Log", "Draft", "More…"]),
        (Status.DO_NOT_CONTACT, ["Log", "More…"]),
        (Status.DECEASED, ["More…"]),
    ],
)
async def test_a_card_offers_what_is_fitting(
    chat: Chat, alex: Person, status: Status, buttons: list[str]
) -> None:
    await chat.write(lambda notebook: a_contact(notebook, status=status))
    await alex.say("/find ada")
    assert (await alex.expect("Ada Lovelace")).buttons == buttons


async def test_a_contact_forgotten_while_edited_is_gone(chat: Chat, alex: Person) -> None:
    ada = await chat.write(a_contact)
    await alex.say("/find ada")
    await alex.expect("Ada")
    for label in ("More…", "Edit", "Name"):
        await alex.tap(label)
        await alex.expect_edit()
    await chat.write(lambda notebook: notebook.contacts.forget(ada))
    await alex.say("Ada King")
    await alex.expect("no longer there")


async def test_a_tap_repeated_changes_nothing_twice(chat: Chat, alex: Person) -> None:
    ada = await chat.write(a_contact)
    await alex.say("/find ada")
    heard = await alex.expect("Ada")
    for _ in range(2):
        await alex.tap_data(heard.number, f"keep-in:{ada}:close")
    await alex.expect_edit("In touch every month")
    await alex.expect_silence()


async def test_an_invisible_question_is_asked_again(alex: Person) -> None:
    await alex.say("/find \u200b")
    await alex.expect("Whom are you looking for?")
    await alex.say("x" * 4096)
    await alex.expect("Nobody for “xxx")
