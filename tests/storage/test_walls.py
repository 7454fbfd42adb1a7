"""PostgreSQL's own wall around every owner's rows, as the role that the bot works as meets it."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import Column, Table, select, text
from sqlalchemy.exc import ProgrammingError

from storage.database import Database, engine_for, parse_address
from storage.errors import WrongOwner
from storage.models import HOUSE, blocked, metadata, owners
from storage.notebook import Notebook
from storage.unit import Unit
from tests.builders import ANOTHER, OWNER, an_owner
from tests.conftest import POSTGRES
from tests.storage.rows import OWNED, a_row, everything

WALLED = [*OWNED, owners, blocked, metadata.tables["intake"]]

on_postgres = pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)


async def two_owners(database: Database) -> None:
    """Everything there can be, of one and of the other."""
    for owner_id in (OWNER, ANOTHER):
        await database.run(partial(filled, owner_id=owner_id))


def filled(unit: Unit, owner_id: int) -> None:
    an_owner(unit, owner_id, last_id=100)
    for table in OWNED:
        a_row(unit, table, owner_id, 1)
    a_row(unit, blocked, owner_id, 1, id=owner_id)


@on_postgres
async def test_every_table_with_an_owner_has_a_wall_that_holds_even_its_owner(
    database_url: str,
) -> None:
    engine = engine_for(parse_address(database_url))
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        )
        walled = set(rows.scalars())
        me = connection.execute(
            text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        ).scalar_one()
        mine = connection.execute(
            text("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        ).scalar_one()
    engine.dispose()
    assert walled == {table.name for table in WALLED}
    assert (me, mine) == (False, 0)


@on_postgres
async def test_a_unit_sees_the_rows_of_whom_it_acts_for_whatever_it_asks(
    database: Database,
) -> None:
    await two_owners(database)

    def unfiltered(unit: Unit) -> dict[str, set[int]]:
        unit.act_for(OWNER)
        return {table.name: set(unit.execute(select(key(table))).scalars()) for table in WALLED}

    seen = await database.read(unfiltered)
    assert seen == {table.name: {OWNER} if table.name != "intake" else set() for table in WALLED}


def key(table: Table) -> Column[int]:
    """The column that says whose a row is."""
    name = {"owners": "id", "blocked": "id", "intake": "chat_id"}.get(table.name, "owner_id")
    return table.c[name]


@on_postgres
async def test_the_house_sees_what_is_due_and_what_waits_and_nothing_of_the_people(
    database: Database,
) -> None:
    await two_owners(database)
    seen = await database.read(everything)
    for table in OWNED:
        assert bool(seen[table.name]) is (table in HOUSE), table.name


@on_postgres
async def test_nothing_of_anothers_is_changed_by_unfiltered_statements(database: Database) -> None:
    await two_owners(database)
    before = await database.read(lambda unit: everything(unit, ANOTHER))

    def work(unit: Unit) -> None:
        unit.act_for(OWNER)
        for table in reversed(OWNED):  # children first
            unit.execute(table.update().values(owner_id=OWNER))
            unit.execute(table.delete())
        unit.execute(owners.delete())

    await database.run(work)
    assert not any((await database.read(lambda unit: everything(unit, OWNER))).values())
    assert await database.read(lambda unit: everything(unit, ANOTHER)) == before


@on_postgres
@pytest.mark.parametrize("table", [pytest.param(t, id=t.name) for t in OWNED])
async def test_nothing_is_written_into_anothers_records(database: Database, table: Table) -> None:
    await database.run(lambda unit: an_owner(unit, ANOTHER, last_id=100))
    row = await database.run(lambda unit: a_row(unit, table, ANOTHER, 1))
    await database.run(lambda unit: an_owner(unit, OWNER))

    def work(unit: Unit) -> None:
        unit.act_for(OWNER)
        unit.execute(table.insert(), {**row, **({"id": 2} if "id" in table.c else {})})

    with pytest.raises(ProgrammingError, match="row-level security"):
        await database.run(work)


async def test_a_unit_acts_for_one_owner_only(database: Database) -> None:
    def work(unit: Unit) -> None:
        Notebook(unit, OWNER)
        Notebook(unit, ANOTHER)

    with pytest.raises(WrongOwner):
        await database.run(work)
    assert await database.run(lambda unit: Notebook(unit, ANOTHER).owner_id) == ANOTHER


@on_postgres
async def test_the_next_unit_on_the_same_connection_acts_for_nobody(database: Database) -> None:
    await two_owners(database)
    setting = text("SELECT current_setting('rapport.owner', true)")
    for _ in range(8):  # more than there are connections
        await database.run(lambda unit: unit.act_for(OWNER))
        assert not await database.run(lambda unit: unit.execute(setting).scalar())


@on_postgres
async def test_a_part_that_is_undone_does_not_take_the_owner_along(database: Database) -> None:
    await two_owners(database)

    def work(unit: Unit) -> int:
        try:
            with unit.all_or_nothing():
                unit.act_for(OWNER)
                raise LookupError
        except LookupError:
            unit.act_for(ANOTHER)
        return len(Notebook(unit, ANOTHER).contacts.recent(limit=9))

    assert await database.run(work) == 1
