"""/promises: long lists, names that come twice, and taps that come twice."""

from __future__ import annotations

from playground import Person
from storage.notebook import Notebook
from storage.promises import DONE
from storage.types import Status
from tests.builders import a_contact, a_promise
from tests.chat import Chat


async def test_a_long_list_is_read_page_by_page(chat: Chat, alex: Person) -> None:
    def owe(notebook: Notebook) -> None:
        for number in range(12):
            a_promise(notebook, a_contact(notebook, f"Person {number:02}"))

    await chat.write(owe)
    await alex.say("/promises")
    first = await alex.expect("Person 00", "Person 09")
    assert "Person 10" not in first.text
    assert first.rows[-1] == ["Next"]
    await alex.tap("Next")
    second = await alex.expect_edit("Person 10", "Person 11")
    assert second.rows == [["Person 10", "Person 11"], ["Previous"]]
    await alex.tap("Previous")
    await alex.expect_edit("Person 00")


async def test_a_name_that_comes_twice_is_told_apart_by_what_was_promised(
    chat: Chat, alex: Person
) -> None:
    def owe(notebook: Notebook) -> None:
        anna = a_contact(notebook, "Anna <i>")
        a_promise(notebook, anna, "send <b>slides</b>")
        a_promise(notebook, anna, "call")

    await chat.write(owe)
    await alex.say("/promises")
    heard = await alex.expect("Anna <i>: send <b>slides</b>")
    assert heard.rows == [["send <b>slides</b> · An…", "call · Anna <i>"]]


async def test_nothing_is_asked_about_people_who_are_not_written_to(
    chat: Chat, alex: Person
) -> None:
    def owe(notebook: Notebook) -> None:
        a_promise(notebook, a_contact(notebook, "Ada", status=Status.DECEASED))

    await chat.write(owe)
    await alex.say("/promises")
    await alex.expect("No promises are open")


async def test_done_twice_is_done_once(chat: Chat, alex: Person) -> None:
    promise = await chat.write(lambda notebook: a_promise(notebook, a_contact(notebook, "Anna")))
    await alex.say("/promises")
    heard = await alex.expect("Anna")
    await alex.tap_data(heard.number, f"promise-done:{promise}")
    await alex.expect_edit("Kept today")
    await alex.tap_data(heard.number, f"promise-done:{promise}")
    await alex.expect_silence()
    kept = await chat.read(lambda notebook: notebook.promises.get(promise))
    assert kept.state == DONE
