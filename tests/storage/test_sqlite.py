"""SQLite: units commit together, fail alone, and nobody hears "done" too early."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import owners, sqlite
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.models import owners as owners_table
from storage.sqlite import driver
from storage.unit import Unit, Work
from tests.builders import NOW, an_owner


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def path(sqlite_url: str) -> str:
    return sqlite_url.removeprefix("sqlite:///")


def adding(owner_id: int) -> Work[int]:
    def work(unit: Unit) -> int:
        an_owner(unit, owner_id)
        return owner_id

    return work


def stored(path: str) -> list[int]:
    """What another process would find."""
    with sqlite3.connect(path) as connection:
        found = [row[0] for row in connection.execute("SELECT id FROM owners ORDER BY id")]
    connection.close()
    return found


class Batch:
    """Holds the writer up until every unit of one batch is queued."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held = threading.Event()
        self._go = threading.Event()

    async def __aenter__(self) -> Batch:
        self._first = asyncio.ensure_future(self._database.run(self._hold))
        await asyncio.to_thread(self._held.wait)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._go.set()
        await self._first

    async def queue(self, *works: Work[object]) -> list[asyncio.Task[object]]:
        """The callers of the units, each waiting for its answer."""
        callers = [asyncio.ensure_future(self._database.run(work)) for work in works]
        await asyncio.sleep(0)
        return callers

    def _hold(self, unit: Unit) -> None:
        self._held.set()
        self._go.wait()


async def outcomes(database: Database, *works: Work[object]) -> list[object]:
    """What each unit of one batch answered, or raised."""
    async with Batch(database) as batch:
        callers = await batch.queue(*works)
    return await asyncio.gather(*callers, return_exceptions=True)


@contextmanager
def locked(path: str) -> Iterator[None]:
    """Another process holds the write lock."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.execute("ROLLBACK")
    connection.close()


async def test_units_queued_together_share_one_commit(database: Database, path: str) -> None:
    statements: list[str] = []
    await database.run(lambda unit: driver(unit._connection).set_trace_callback(statements.append))
    statements.clear()
    assert await outcomes(database, *(adding(n) for n in range(1, 21))) == list(range(1, 21))
    await database.run(lambda unit: driver(unit._connection).set_trace_callback(None))
    commits = [number for number, said in enumerate(statements) if said == "COMMIT"]
    inserts = [number for number, said in enumerate(statements) if said.startswith("INSERT")]
    assert len(inserts) == 20
    assert len([at for at in commits if at > inserts[0]]) == 1


async def test_a_failing_unit_is_undone_alone(database: Database, path: str) -> None:
    def failing(unit: Unit) -> None:
        an_owner(unit, 2)
        raise LookupError("two")

    first, failed, last = await outcomes(database, adding(1), failing, adding(3))
    assert (first, last) == (1, 3)
    assert isinstance(failed, LookupError)
    assert stored(path) == [1, 3]


async def test_a_unit_that_the_schema_refuses_is_undone_alone(
    database: Database, path: str
) -> None:
    def clashing(unit: Unit) -> None:
        an_owner(unit, 2)
        an_owner(unit, 1)

    answers = await outcomes(database, adding(1), clashing, adding(3))
    assert isinstance(answers[1], IntegrityError)
    assert stored(path) == [1, 3]


async def test_no_caller_is_told_before_the_commit(database: Database, path: str) -> None:
    go_on = threading.Event()

    def slow(unit: Unit) -> None:
        go_on.wait()
        assert stored(path) == []

    async with Batch(database) as batch:
        first, second = await batch.queue(adding(1), slow)
    await asyncio.sleep(0.05)
    assert not first.done()
    assert stored(path) == []
    go_on.set()
    assert await first == 1
    assert stored(path) == [1]
    await second


def gives_everything_up(unit: Unit) -> None:
    """What SQLite does by itself when the disk is full."""
    driver(unit._connection).rollback()


async def test_a_lost_transaction_is_run_again_unit_by_unit(database: Database, path: str) -> None:
    answers = await outcomes(database, adding(1), gives_everything_up, adding(3), adding(4))
    assert [answers[0], *answers[2:]] == [1, 3, 4]
    assert isinstance(answers[1], StorageUnavailable)
    assert stored(path) == [1, 3, 4]
    assert await database.run(adding(5)) == 5


async def test_a_full_disk_costs_only_the_unit_that_met_it(database: Database, path: str) -> None:
    def no_more_room(unit: Unit) -> None:
        raw = driver(unit._connection)
        (pages,) = raw.execute("PRAGMA page_count").fetchone()
        raw.execute(f"PRAGMA max_page_count = {pages + 30}")

    def huge(unit: Unit) -> None:
        owners.add(unit, 9, name="x" * 1_000_000, language="en", digest_at="08:30", now=NOW)

    await database.run(no_more_room)
    answers = await outcomes(database, adding(1), huge, adding(3))
    assert [answers[0], answers[2]] == [1, 3]
    assert isinstance(answers[1], StorageUnavailable)
    assert stored(path) == [1, 3]
    assert await database.run(adding(4)) == 4


async def test_a_lock_held_too_long_is_told_and_then_forgotten(
    sqlite_url: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.01)
    database = Database(sqlite_url)
    with locked(path):
        answers = await asyncio.gather(
            database.run(adding(1)), database.run(adding(2)), return_exceptions=True
        )
    assert [type(answer) for answer in answers] == [StorageUnavailable] * 2
    assert await database.run(adding(3)) == 3
    assert stored(path) == [3]
    database.close()


async def test_a_lock_held_for_a_moment_is_waited_for(
    sqlite_url: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "ASK_AGAIN", 0.01)
    database = Database(sqlite_url)
    with locked(path):
        waiting = asyncio.ensure_future(database.run(adding(1)))
        await asyncio.sleep(0.04)
        assert not waiting.done()
    assert await waiting == 1
    database.close()


async def test_who_stops_does_not_wait_for_a_lock(sqlite_url: str, path: str) -> None:
    database = Database(sqlite_url)
    with locked(path):
        waiting = [asyncio.ensure_future(database.run(adding(n))) for n in range(100)]
        await asyncio.sleep(0.05)
        before = time.monotonic()
        await asyncio.to_thread(database.close)
        assert time.monotonic() - before < 2
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(answer) for answer in answers} == {StorageUnavailable}


async def test_a_lost_batch_that_then_finds_a_lock_waits_for_it_once(
    sqlite_url: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.3)
    database = Database(sqlite_url)
    intruder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    def gives_up_and_is_locked_out(unit: Unit) -> None:
        gives_everything_up(unit)
        intruder.execute("BEGIN IMMEDIATE")

    before = time.monotonic()
    answers = await outcomes(
        database, *(adding(n) for n in range(1, 20)), gives_up_and_is_locked_out
    )
    assert time.monotonic() - before < 2
    assert {type(answer) for answer in answers} == {StorageUnavailable}
    intruder.execute("ROLLBACK")
    intruder.close()
    assert await database.run(adding(1)) == 1
    database.close()


async def test_a_file_that_cannot_be_opened_at_first_is_opened_later(
    sqlite_url: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.01)
    only_one = sqlite3.connect(path, isolation_level=None)
    only_one.execute("PRAGMA locking_mode = EXCLUSIVE")
    only_one.execute("PRAGMA journal_mode = WAL")
    only_one.execute("BEGIN IMMEDIATE")
    only_one.execute("COMMIT")
    database = Database(sqlite_url)
    async with asyncio.timeout(5):
        with pytest.raises(StorageUnavailable):
            await database.run(adding(1))
    only_one.close()
    assert await database.run(adding(2)) == 2
    assert await database.read(lambda unit: owners.find(unit, 2)) is not None
    database.close()


async def test_a_cancelled_caller_breaks_nobody_else(database: Database, path: str) -> None:
    async with Batch(database) as batch:
        callers = await batch.queue(adding(1), adding(2), adding(3))
        callers[1].cancel()
    first, second, third = await asyncio.gather(*callers, return_exceptions=True)
    assert (first, third) == (1, 3)
    assert isinstance(second, asyncio.CancelledError)
    assert stored(path) == [1, 2, 3]


async def test_closing_finishes_what_is_queued(database: Database, path: str) -> None:
    tasks = [asyncio.ensure_future(database.run(adding(n))) for n in range(1, 101)]
    await asyncio.sleep(0)
    database.close()
    assert await asyncio.gather(*tasks) == list(range(1, 101))
    assert len(stored(path)) == 100


@pytest.mark.parametrize("error", [StopIteration(), SystemExit(3), KeyError("x")])
async def test_whatever_a_unit_raises_the_writer_lives_on(
    database: Database, error: BaseException
) -> None:
    def raising(unit: Unit) -> None:
        raise error

    with pytest.raises((RuntimeError, SystemExit, KeyError)):
        await database.run(raising)
    assert await database.run(adding(1)) == 1


async def test_a_file_that_may_only_be_read_just_now_is_a_passing_trouble(
    database: Database,
) -> None:
    raw = await database.run(lambda unit: driver(unit._connection))
    raw.execute("PRAGMA query_only = ON")
    with pytest.raises(StorageUnavailable):
        await database.run(adding(1))
    raw.execute("PRAGMA query_only = OFF")
    assert await database.run(adding(1)) == 1


async def test_a_wrong_statement_is_no_passing_trouble(database: Database) -> None:
    wrong = text("SELECT nonsense FROM nowhere")
    for verb in (database.run, database.read):
        with pytest.raises(DBAPIError):
            await verb(lambda unit: unit.execute(wrong).all())


async def test_reading_does_not_wait_for_a_long_write(database: Database) -> None:
    go_on = threading.Event()

    def long(unit: Unit) -> None:
        an_owner(unit, 1)
        go_on.wait()

    count = select(func.count()).select_from(owners_table)
    writing = asyncio.ensure_future(database.run(long))
    await asyncio.sleep(0.02)
    assert await database.read(lambda unit: unit.execute(count).scalar()) == 0
    go_on.set()
    await writing
    assert await database.read(lambda unit: unit.execute(count).scalar()) == 1
