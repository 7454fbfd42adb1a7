"""/export and what is made of its file, over HTTP as with Telegram."""

from __future__ import annotations

import gzip
import io
import json
import time
import zipfile
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from sqlalchemy import select

from handlers import transfer
from handlers.bounds import BusyError, OneByOne
from playground import Fault, Kind, Person
from rapport.transfer import document
from rapport.transfer.document import NAME, PACKED, read_document, written
from storage import archive
from storage.models import outbox
from storage.notebook import Notebook
from tests.builders import a_contact, a_fact, a_promise, an_interaction
from tests.chat import Chat


def some_people(notebook: Notebook) -> None:
    anna, ben = a_contact(notebook, "Anna Kovač"), a_contact(notebook, "Ben")
    a_promise(notebook, anna, interaction_id=an_interaction(notebook, anna, ben))
    a_fact(notebook, ben, "sails")


async def exported(alex: Person, name: str = NAME) -> bytes:
    """The document that /export sends; the sheets come after it."""
    await alex.say("/export")
    whole = await alex.expect("Everything I keep for you")
    tables = await alex.expect("as tables")
    assert whole.raw["document"]["file_name"] == name
    assert tables.raw["document"]["file_name"].endswith(".zip")
    with zipfile.ZipFile(io.BytesIO(await alex.download(tables))) as sheets:
        assert "contacts.csv" in sheets.namelist()
    return await alex.download(whole)


async def test_everything_is_given_and_nothing_of_it_lies_in_the_outbox(
    chat: Chat, alex: Person
) -> None:
    await chat.write(some_people)
    kept = read_document(await exported(alex))
    assert [row["name"] for row in kept.rows["contacts"]] == ["Anna Kovač", "Ben"]
    assert "upload_document" in alex.actions
    bodies = await chat.database.read(lambda unit: unit.execute(select(outbox.c.body)).all())
    assert "Anna" not in str(bodies)


async def test_it_can_be_asked_for_in_words(chat: Chat, alex: Person) -> None:
    await chat.write(some_people)
    await alex.say("Export everything, please")
    await alex.expect("Everything I keep for you")
    await alex.expect("as tables")


async def test_an_old_button_reaches_nobody_who_came_with_a_file(chat: Chat, alex: Person) -> None:
    await chat.write(lambda notebook: a_contact(notebook, "Anna Kovač"))
    content = await exported(alex)
    await alex.say("/forget Anna Kovač")
    sure = await alex.expect("Shall I forget")
    await alex.send_file(content.replace("Anna Kovač".encode(), b"Ben Reed"), NAME)
    await alex.expect("This file holds 1 person")
    await alex.tap("Replace")
    await alex.expect_edit("Imported")
    await alex.tap_data(sure.number, sure.button("Forget for good")["callback_data"])
    await alex.expect("no longer there")
    assert b"Ben Reed" in await exported(alex)


async def test_what_was_exported_replaces_what_is_here(chat: Chat, alex: Person) -> None:
    await chat.write(some_people)
    content = await exported(alex)
    await chat.write(lambda notebook: a_contact(notebook, "Somebody later"))
    await alex.send_file(content, NAME)
    asked = await alex.expect(
        "This file holds 2 people, 1 meeting or call, 1 note and 1 promise.",
        "Importing it replaces what is here: 3 people, 1 meeting or call, 1 note and 1 promise, "
        "and your settings, but not your name.",
    )
    assert asked.rows == [["Replace", "Leave it"]]
    await chat.restart()
    await alex.tap("Replace")
    await alex.expect_edit("Imported: 2 people")
    assert await exported(alex) == content
    await alex.say("/find somebody later")
    await alex.expect("Nobody")
    await alex.say("Coffee with Anna today")
    await alex.expect("Anna Kovač")


async def test_an_empty_notebook_is_filled(chat: Chat, alex: Person) -> None:
    await chat.write(some_people)
    content = await exported(alex)
    await alex.say("/erase")
    await alex.expect("Shall I erase everything?")
    await alex.tap("Erase everything")
    await alex.expect_edit("Erased")
    await alex.send_file(content, NAME)
    asked = await alex.expect("This file holds 2 people", "Shall I import it?")
    assert asked.rows == [["Import", "Leave it"]]
    await alex.tap("Import")
    await alex.expect_edit("Imported: 2 people")
    assert await exported(alex) == content


async def test_it_can_be_left(chat: Chat, alex: Person) -> None:
    await chat.write(some_people)
    content = await exported(alex)
    await chat.write(lambda notebook: a_contact(notebook, "Somebody later"))
    asked_at = await alex.send_file(content, "anything.json")
    asked = await alex.expect("Importing it replaces")
    await alex.tap("Leave it")
    await alex.expect_edit("Left as it is.")
    await alex.tap_data(asked.number, "import-yes")
    await alex.expect("no longer there")
    assert asked_at
    assert await chat.read(lambda notebook: notebook.contacts.count()) == 3


def changed(content: bytes, table: str, **values: Any) -> bytes:
    whole = json.loads(content)
    whole["records"][table][0].update(values)
    return json.dumps(whole).encode()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (NAME, b"\x89PNG", "damaged or cut off"),
        ("x.json", b'{"format": "rapport", "version": 1, "owner"', "damaged or cut off"),
        (NAME, b'{"name": "another"}', "no export of mine"),
        (NAME, b'{"format": "rapport", "version": 99}', "newer Rapport made this"),
        (NAME, b" " * 2_000, "too large"),
        (PACKED, gzip.compress(b" " * 2_000, mtime=0), "too large"),
        (PACKED, gzip.compress(b"[]", mtime=0)[:-1], "damaged or cut off"),
        (
            "x.gz",
            gzip.compress(b'{"format": "rapport", "version": 99}', mtime=0),
            "newer Rapport made this",
        ),
    ],
)
async def test_a_bad_file_is_explained_and_changes_nothing(
    chat: Chat,
    alex: Person,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    content: bytes,
    words: str,
) -> None:
    monkeypatch.setattr(document, "LARGEST", 1_000)
    await chat.write(some_people)
    before = await chat.read(archive.take_out)
    await alex.send_file(content, name)
    heard = await alex.expect(words)
    assert not heard.rows
    assert await chat.read(archive.take_out) == before


def reminders(count: int) -> bytes:
    row = {"what": "ring", "due_on": "2026-03-01", "state": "open"}
    row |= {"due_at": "2026-03-01T09:00:00+00:00", "created_at": "2026-03-01T09:00:00+00:00"}
    return ",".join(json.dumps({**row, "id": 5_000 + each}) for each in range(count)).encode()


async def test_a_broken_row_is_named(chat: Chat, alex: Person) -> None:
    await chat.write(some_people)
    content = written(await chat.read(archive.take_out))
    chat.kept = "None"
    await alex.send_file(changed(content, "promises", contact_id=999), NAME)
    await alex.expect("In “promises”, row 1, “contact_id” is not as I write it")
    ringing = content.replace(b'"reminders": [', b'"reminders": [' + reminders(1_001))
    await alex.send_file(ringing, NAME)
    await alex.expect("more than 1,000 open reminders with a time")
    unknown = content.replace(b'"promises": [', b'"vows": [')
    await alex.send_file(unknown, NAME)
    await alex.expect("a part that I do not know, “vows”")


async def test_another_json_file_is_a_file_like_any_other(alex: Person) -> None:
    await alex.send_file(b'{"name": "package"}', "package.json")
    await alex.expect("I have kept the file")


@pytest.mark.parametrize(
    "content", [gzip.compress(b"photos", mtime=0), b"\x1f\x8b", gzip.compress(b"[]", mtime=0)]
)
async def test_another_packed_file_is_a_file_like_any_other(alex: Person, content: bytes) -> None:
    await alex.send_file(content, "photos.gz")
    await alex.expect("I have kept the file")


async def test_a_large_export_goes_out_packed_and_is_taken_in(
    chat: Chat, alex: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "PACKED_FROM", 100)
    await chat.write(some_people)
    content = await exported(alex, PACKED)
    await chat.write(lambda notebook: a_contact(notebook, "Somebody later"))
    await alex.send_file(content, "rapport.json (1).gz")
    await alex.expect("This file holds 2 people")
    await alex.tap("Replace")
    await alex.expect_edit("Imported: 2 people")
    assert await exported(alex, PACKED) == content


async def test_more_than_telegram_hands_over_is_not_asked_for(
    chat: Chat, alex: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "LARGEST_SENT", 1_000)
    chat.town.world.faults.add(Fault(Kind.STATUS, "getFile", status=500))
    await alex.send_file(b" " * 1_001, NAME)
    await alex.expect("too large")


@pytest.mark.parametrize("name", ["rapport-sheets.zip", "rapport-sheets (1).zip"])
async def test_the_tables_are_not_what_can_be_taken_in(alex: Person, name: str) -> None:
    await alex.send_file(b"PK", name)
    await alex.expect("the tables for a spreadsheet", "rapport.json")
    await alex.send_file(b"PK", "photos.zip")
    await alex.expect("I have kept the file")


@pytest.mark.parametrize(("is_empty", "name"), [(False, "Alex"), (True, "Sascha")])
async def test_who_keeps_people_here_keeps_their_own_name(
    chat: Chat, alex: Person, *, is_empty: bool, name: str
) -> None:
    await chat.write(some_people if not is_empty else lambda notebook: notebook.owner)
    whole = json.loads(await exported(alex))
    whole["owner"] |= {"name": "Sascha", "digest_at": "07:00"}
    await alex.send_file(json.dumps(whole).encode(), NAME)
    await alex.expect("Shall I")
    await alex.tap("Import" if is_empty else "Replace")
    await alex.expect_edit("Imported")
    owner = await chat.read(lambda notebook: notebook.owner)
    assert (owner.name, owner.digest_at) == (name, "07:00")


@pytest.mark.parametrize("method", ["getFile", "file"])
async def test_a_file_that_telegram_does_not_hand_over(
    chat: Chat, alex: Person, method: str
) -> None:
    await chat.write(some_people)
    content = await exported(alex)
    chat.town.world.faults.add(Fault(Kind.STATUS, method, status=500))
    await alex.send_file(content, NAME)
    await alex.expect("Telegram did not hand me the file")
    await alex.send_file(content, NAME)
    await alex.expect("Shall I?")
    chat.town.world.faults.add(Fault(Kind.STATUS, method, status=500))
    await alex.tap("Replace")
    await alex.expect_edit("Telegram did not hand me the file")


async def test_the_digest_goes_by_the_clock_that_was_imported(chat: Chat, alex: Person) -> None:
    await chat.write(some_people)
    whole = json.loads(await exported(alex))
    whole["owner"] |= {"zone": "America/New_York", "digest_at": "07:00"}
    await alex.send_file(json.dumps(whole).encode(), NAME)
    await alex.expect("Shall I?")
    await alex.tap("Replace")
    await alex.expect_edit("Imported")
    owner = await chat.read(lambda notebook: notebook.owner)
    assert owner.zone == "America/New_York"
    assert owner.digest_due is not None
    assert owner.digest_due.isoformat() == "2026-03-17T11:00:00+00:00"


async def test_files_are_read_one_at_a_time_whoever_sends_them(
    chat: Chat, alex: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await chat.write(some_people)
    content = await exported(alex)
    at_once: list[int] = [0]
    most: list[int] = []
    read = document.read_document

    def slowly(given: bytes) -> archive.Kept:
        at_once[0] += 1
        most.append(at_once[0])
        time.sleep(0.2)
        at_once[0] -= 1
        return read(given)

    monkeypatch.setattr(document, "read_document", slowly)
    monkeypatch.setattr(transfer, "WAITING", 1)
    async with await chat.town.person("Bea") as bea, await chat.town.person("Carl") as carl:
        for person in (bea, carl):
            await person.say("/start")
            await person.expect("Hello")
        for person in (alex, bea, carl):
            await person.send_file(content, NAME)
        heard = [(await person.expect()).text for person in (alex, bea, carl)]
        assert sorted("Others are importing" in text for text in heard) == [False, False, True]
        assert most == [1, 1]
        assert "typing" in alex.actions


async def test_while_others_import_the_question_stays_open(
    chat: Chat, alex: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await chat.write(some_people)
    content = await exported(alex)
    await alex.send_file(content, NAME)
    await alex.expect("Shall I?")
    with monkeypatch.context() as patch:
        patch.setattr(OneByOne, "turn", busy)
        await alex.tap("Replace")
        await alex.expect("Others are importing")
    await alex.tap("Replace")
    await alex.expect_edit("Imported: 2 people")


def busy(_: OneByOne) -> AbstractAsyncContextManager[None]:
    raise BusyError
