"""The two verbs, on either engine: what is run is stored, what is read is one committed state."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from storage import owners
from storage.database import Database, parse_address
from storage.errors import StorageUnavailable
from storage.models import owners as owners_table
from storage.unit import Unit
from tests.builders import OWNER, an_owner


async def test_what_was_run_is_read(database: Database) -> None:
    await database.run(an_owner)
    found = await database.read(lambda unit: owners.find(unit, OWNER))
    assert found is not None
    assert found.name == "Alex"


async def test_a_unit_that_raises_stores_nothing(database: Database) -> None:
    def failing(unit: Unit) -> None:
        an_owner(unit)
        raise LookupError

    with pytest.raises(LookupError):
        await database.run(failing)
    assert await database.read(lambda unit: owners.find(unit, OWNER)) is None


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StorageUnavailable):  # as if it were the database's own refusal
        await database.read(an_owner)
    await database.run(an_owner)


async def test_a_reader_sees_one_state_throughout(database: Database) -> None:
    await database.run(an_owner)
    loop = asyncio.get_running_loop()

    def twice(unit: Unit) -> list[Any]:
        name = select(owners_table.c.name)
        first = unit.execute(name).scalar()
        renaming = database.run(lambda writer: owners.change(writer, OWNER, name="Kim"))
        asyncio.run_coroutine_threadsafe(renaming, loop).result()
        return [first, unit.execute(name).scalar()]

    assert await database.read(twice) == ["Alex", "Alex"]
    assert await database.read(lambda unit: owners.find(unit, OWNER).name) == "Kim"  # type: ignore[union-attr]


async def test_a_part_can_be_undone_without_the_rest(database: Database) -> None:
    def work(unit: Unit) -> None:
        an_owner(unit, 1)
        try:
            with unit.all_or_nothing():
                an_owner(unit, 2)
                an_owner(unit, 1)
        except IntegrityError:
            an_owner(unit, 3)

    await database.run(work)
    found = await database.read(
        lambda unit: unit.execute(select(owners_table.c.id)).scalars().all()
    )
    assert sorted(found) == [1, 3]


async def test_a_closed_database_says_so(database_url: str) -> None:
    database = Database(database_url)
    await database.run(an_owner)
    database.close()
    for verb in (database.run, database.read):
        with pytest.raises(StorageUnavailable):
            await verb(lambda unit: None)


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        pytest.param("nonsense", "is not a database address", id="no URL"),
        pytest.param("mysql://localhost/rapport", "'mysql'", id="another engine"),
        pytest.param("sqlite://", "names no file", id="no file"),
        pytest.param("sqlite:///:memory:", "names no file", id="memory, gone with the process"),
    ],
)
def test_a_wrong_address_is_refused_with_what_is_wrong(address: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_address(address)
