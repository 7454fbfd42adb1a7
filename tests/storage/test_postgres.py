"""PostgreSQL: a lost connection costs a retry, a lost server is told as such."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Sequence

import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from storage import intake, owners, postgres
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.intake import RawUpdate
from storage.models import events
from storage.notebook import Notebook
from storage.unit import Unit
from tests.builders import NOW, OWNER, an_owner, an_update
from tests.postgres import as_superuser

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url)
    yield database
    database.close()


class Interrupted:
    """A unit whose connection the server ends in the middle, the first few times."""

    def __init__(self, address: str, times: int) -> None:
        self.tries = 0
        self._address, self._times = address, times

    def __call__(self, unit: Unit) -> None:
        self.tries += 1
        an_owner(unit)
        if self.tries <= self._times:
            mine = unit.execute(text("SELECT pg_backend_pid()")).scalar()
            with psycopg.connect(self._address, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", [mine])
        unit.execute(text("SELECT 1"))


async def test_a_unit_is_run_again_when_its_connection_is_lost(
    database: Database, postgres_url: str
) -> None:
    work = Interrupted(postgres_url, times=1)
    await database.run(work)
    assert work.tries == 2
    assert await database.read(lambda unit: owners.find(unit, OWNER)) is not None


async def test_a_server_that_stays_away_is_unavailable(
    database: Database, postgres_url: str
) -> None:
    work = Interrupted(postgres_url, times=postgres.TRIES)
    with pytest.raises(StorageUnavailable):
        await database.run(work)
    assert work.tries == postgres.TRIES
    await database.run(an_owner)


async def test_a_commit_that_a_dead_process_left_under_way_is_waited_for(
    database: Database, postgres_url: str
) -> None:
    def store(unit: Unit, token: str) -> Sequence[RawUpdate]:
        return intake.store(unit, [an_update()], token, NOW, is_alone=True)

    engine = postgres.postgres_engine(make_url(postgres_url))
    with engine.connect() as left_behind:
        store(Unit(left_behind), "dead")
        storing = asyncio.create_task(database.run(lambda unit: store(unit, "mine")))
        await asyncio.sleep(0.2)
        assert not storing.done()
        left_behind.commit()
        assert await storing == [an_update()]
    engine.dispose()


async def test_an_idle_connection_that_was_cut_is_replaced(
    database: Database, postgres_url: str
) -> None:
    await database.run(an_owner)
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert await database.read(lambda unit: owners.find(unit, OWNER)) is not None


async def test_a_server_that_only_reads_just_now_is_unavailable(postgres_url: str) -> None:
    name = make_url(postgres_url).database
    read_only = f"ALTER DATABASE {name} SET default_transaction_read_only"
    with psycopg.connect(as_superuser(postgres_url), autocommit=True) as server:
        server.execute(f"{read_only} = on".encode())
        database = Database(postgres_url)
        with pytest.raises(StorageUnavailable):
            await database.run(an_owner)
        server.execute(f"{read_only} = off".encode())
    await database.run(an_owner)
    database.close()


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(StorageUnavailable):
        await database.read(lambda unit: None)
    database.close()


async def test_a_wrong_statement_is_no_passing_trouble(database: Database) -> None:
    with pytest.raises(ProgrammingError):
        await database.run(lambda unit: unit.execute(text("SELECT nonsense FROM nowhere")))


async def test_what_the_server_can_never_keep_is_no_passing_trouble(database: Database) -> None:
    """It would be tried for ever, and its chat and the operators with it."""
    dice = random.Random(1)
    endless = "".join(chr(dice.randrange(0x4E00, 0x9F00)) for _ in range(3900))
    with pytest.raises(OperationalError, match="index row"):
        await database.run(lambda unit: too_long(an_owner(unit), endless))


def too_long(notebook: Notebook, name: str) -> None:
    """A name that no collection would store, as it keeps to the schema's lengths."""
    row = {"owner_id": notebook.owner_id, "id": 1, "name": name, "starts_on": NOW.date()}
    notebook.unit.execute(events.insert(), row)
