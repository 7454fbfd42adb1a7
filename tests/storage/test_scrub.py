"""What was deleted is gone from SQLite's files, to the byte."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage import intake, owners, sqlite
from storage.database import Database
from storage.unit import Unit
from tests.builders import NOW, OWNER, a_contact, a_fact, a_letter, an_owner, an_update

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
