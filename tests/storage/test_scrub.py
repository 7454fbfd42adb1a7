"""What was deleted is gone from SQLite's files, to the byte."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from storage import intake, owners, sqlite
from storage.database import Database
from storage.models import handles
from storage.notebook import Notebook
from storage.unit import Unit
from tests.builders import (
    NOW,
    OWNER,
    a_contact,
    a_fact,
    a_letter,
    an_owner,
    an_update,
    as_the_house,
)

WORD = "Zugspitzengipfel"


def in_files(address: str) -> int:
    """How often the word stands in the database, its log and its index."""
    path = Path(address.removeprefix("sqlite:///"))
    files = [path, *path.parent.glob(f"{path.name}-*")]
    return sum(file.read_bytes().count(WORD.encode()) for file in files)


def keep_much(unit: Unit) -> None:
    """So many rows that pages split, and the word in one of three."""
    notebook = an_owner(unit)
    for number in range(300):
        word = WORD if number % 3 == 0 else "x" * len(WORD)
        contact = a_contact(notebook, f"{word} {number}", note=word * (number % 40))
        a_fact(notebook, contact, f"{word} {number}")
        a_letter(notebook, word * 30)
    updates = [an_update(number, raw=WORD * 40) for number in range(100)]
    intake.store(unit, updates, "a", NOW)


async def test_nothing_of_what_was_erased_is_left(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.run(keep_much)
    assert in_files(sqlite_url) > 300

    def erase(unit: Unit) -> None:
        for number in range(100):
            intake.done(unit, an_update(number))
        owners.erase(unit, OWNER)

    await database.run(erase)
    assert await database.scrub()
    assert in_files(sqlite_url) == 0
    database.close()


def keep_among_others(unit: Unit, seed: int) -> None:
    """Owners whose rows of many lengths come one among the other: pages split again and again,
    and what a row leaves behind when it moves to another page is not overwritten."""
    dice = random.Random(seed)
    house = range(OWNER, OWNER + 12)
    contacts = {owner: a_contact(an_owner(unit, owner)) for owner in house}
    for _ in range(1500):
        owner = dice.choice(house)
        notebook = Notebook(as_the_house(unit), owner)
        word = WORD if owner == OWNER else "x" * len(WORD)
        number = notebook.next_id()
        value = f"{dice.randrange(1000)}{word * dice.randrange(1, 12)}{number}"
        row = {"owner_id": owner, "id": number, "contact_id": contacts[owner]}
        unit.execute(handles.insert(), {**row, "kind": "email", "value": value})


@pytest.mark.parametrize("seed", [1, 2])
async def test_nothing_is_left_on_the_pages_of_others(sqlite_url: str, seed: int) -> None:
    database = Database(sqlite_url)
    await database.run(lambda unit: keep_among_others(unit, seed))
    await database.run(lambda unit: owners.erase(unit, OWNER))
    assert await database.scrub()
    assert in_files(sqlite_url) == 0
    database.close()


async def test_nothing_is_left_of_what_was_deleted_without_being_overwritten(
    sqlite_url: str,
) -> None:
    """As a Rapport before this one did."""
    database = Database(sqlite_url)
    await database.run(an_owner)
    path = sqlite_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as earlier:
        earlier.execute("PRAGMA secure_delete = OFF")
        earlier.execute("UPDATE owners SET name = ?", [WORD * 20])
        earlier.execute("UPDATE owners SET name = 'Alex'")
    await database.scrub()
    assert in_files(sqlite_url) == 0
    database.close()


async def test_what_is_erased_while_the_file_is_written_anew_waits_for_the_next_time(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(sqlite_url)
    await database.run(an_owner)
    written: list[int] = []
    vacuum = sqlite._write_anew

    def erased_meanwhile(connection: sqlite3.Connection) -> None:
        vacuum(connection)
        written.append(1)
        if len(written) == 1:
            with closing(sqlite3.connect(path, isolation_level=None)) as other:
                other.execute("PRAGMA user_version = 7")

    path = sqlite_url.removeprefix("sqlite:///")
    monkeypatch.setattr(sqlite, "_write_anew", erased_meanwhile)
    monkeypatch.setattr(sqlite, "RESTS", 0)
    for _ in range(3):
        await database.scrub()
    assert len(written) == 2
    database.close()


async def test_who_erases_often_does_not_keep_the_file_being_written_anew(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = [100.0]
    vacuum = sqlite._write_anew

    def long(connection: sqlite3.Connection) -> None:
        vacuum(connection)
        at[0] += 3

    monkeypatch.setattr(sqlite, "_write_anew", long)
    database = Database(sqlite_url)
    scrubber = sqlite.Scrubber(make_url(sqlite_url), lambda: at[0])

    async def erases(passed: float) -> bool:
        await database.run(keep_much)
        await database.run(lambda unit: owners.erase(unit, OWNER))
        at[0] += passed
        return scrubber.scrub()

    assert await erases(passed=0)  # the first is not put off
    assert not await erases(passed=29)
    at[0] += 2
    assert scrubber.scrub()
    assert not await erases(passed=29)
    assert await erases(passed=2)
    database.close()


async def test_a_busy_reader_is_not_waited_for_long(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "SCRUB_SECONDS", 0.05)
    database = Database(sqlite_url)
    await database.run(an_owner)
    path = sqlite_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM owners").fetchall()
        assert not await database.scrub()
        reader.execute("COMMIT")
        assert await database.scrub()
    database.close()


async def test_a_writer_in_mid_transaction_makes_it_busy(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "SCRUB_SECONDS", 0.05)
    database = Database(sqlite_url)
    path = sqlite_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM owners")
        assert not await database.scrub()
        writer.execute("ROLLBACK")
    assert await database.scrub()
    database.close()
