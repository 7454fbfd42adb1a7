"""SQLite: one writer thread that commits queued units together, and readers of their own.

Why a thread of our own: committing costs an fsync (synchronous=FULL), so units that wait at the
same time share one. Each runs in its own savepoint; a failing one is undone alone. Two traps
shape this page. SQLite may roll the *whole* transaction back inside one unit (disk full): then
every unit of the batch is run again, singly. And no caller hears "done" before COMMIT has
succeeded.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from storage.direct import DirectUnit
from storage.errors import StorageUnavailable
from storage.unit import Unit, Work, result_of

T = TypeVar("T")

BATCH = 64
BUSY_SECONDS = 10.0
BEGIN_TRIES = 3
READERS = 2

# Result codes that the same work may not meet again; a wrong statement is met every time.
_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}


def _configure(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun and ended here, explicitly
    for pragma in (
        f"busy_timeout = {int(BUSY_SECONDS * 1000)}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")
    # SQLite's own lower() knows ASCII alone, and would not find "ökologie" in "Ökologie".
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _forbid_writing(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only = ON")


def sqlite_engine(url: URL, *, read_only: bool = False) -> Engine:
    """An engine on one connection with the pragmas set; its file is made 0600 if it is new."""
    path = Path(url.database or "")
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    engine = create_engine(
        url,
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,  # errors are logged; what people said is not
    )
    event.listen(engine, "connect", _configure)
    if read_only:
        event.listen(engine, "connect", _forbid_writing)
    return engine


def driver(connection: Connection) -> sqlite3.Connection:
    """The sqlite3 connection underneath, for transaction control without SQLAlchemy's cost."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


@dataclass(slots=True)
class _Job:
    work: Work[Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class _TransactionLostError(Exception):
    """SQLite ended the transaction by itself; nothing of this batch is stored."""


class SqliteWriter:
    """The one thread that writes; `run` queues a unit and answers after its COMMIT."""

    def __init__(self, url: URL) -> None:
        self._engine = sqlite_engine(url)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="rapport-writer", daemon=True)
        self._thread.start()

    async def run(self, work: Work[T]) -> T:
        """The unit's result, once it is durably stored; its own exception if it raised."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put(_Job(work, loop, future))
        return await future

    def close(self) -> None:
        """Finish what is queued, then stop."""
        self._jobs.put(None)
        self._thread.join()
        self._engine.dispose()

    def _work(self) -> None:
        with self._engine.connect() as connection:
            database = driver(connection)
            unit = DirectUnit(connection, database)
            for batch in self._batches():
                try:
                    _commit_together(database, unit, batch)
                except _TransactionLostError:
                    for job in batch:
                        _commit_alone(database, unit, job)
                except sqlite3.Error as error:
                    _end(database)
                    _fail(batch, error)
                _answer(batch)

    def _batches(self) -> Iterator[list[_Job]]:
        while True:
            job = self._jobs.get()
            if job is None:
                return
            batch = [job]
            stopping = False
            with contextlib.suppress(queue.Empty):
                while len(batch) < BATCH:
                    following = self._jobs.get_nowait()
                    if following is None:
                        stopping = True
                        break
                    batch.append(following)
            yield batch
            if stopping:
                return


def _commit_together(database: sqlite3.Connection, unit: Unit, batch: list[_Job]) -> None:
    _begin(database)
    for job in batch:
        database.execute("SAVEPOINT unit")
        try:
            job.result, job.error = result_of(job.work, unit), None
        except BaseException as error:  # noqa: BLE001 - whatever it is, the caller gets it
            job.result, job.error = None, error
            if database.in_transaction:
                database.execute("ROLLBACK TO unit")
        if not database.in_transaction:
            raise _TransactionLostError
        database.execute("RELEASE unit")
    try:
        database.execute("COMMIT")
    except sqlite3.Error as error:
        _end(database)
        raise _TransactionLostError from error


def _commit_alone(database: sqlite3.Connection, unit: Unit, job: _Job) -> None:
    try:
        _begin(database)
        job.result, job.error = result_of(job.work, unit), None
        if not database.in_transaction:
            raise StorageUnavailable("SQLite gave the transaction up")
        database.execute("COMMIT")
    except BaseException as error:  # noqa: BLE001 - whatever it is, the caller gets it
        job.result, job.error = None, error
        _end(database)


def _begin(database: sqlite3.Connection) -> None:
    """BEGIN IMMEDIATE, tried a few times: another process may hold the lock past the timeout."""
    for left in reversed(range(BEGIN_TRIES)):
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            if not left:
                raise
            time.sleep(0.05 * (BEGIN_TRIES - left))
        else:
            return


def _end(database: sqlite3.Connection) -> None:
    if database.in_transaction:
        database.execute("ROLLBACK")


def _fail(batch: list[_Job], error: sqlite3.Error) -> None:
    for job in batch:
        job.result, job.error = None, error


def _answer(batch: list[_Job]) -> None:
    """Wake the callers; one hop into each loop for the whole batch."""
    for loop in {job.loop for job in batch}:
        jobs = [job for job in batch if job.loop is loop]
        with contextlib.suppress(RuntimeError):  # the loop has closed: nobody is waiting
            loop.call_soon_threadsafe(_settle, jobs)


def _settle(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.done():  # the caller was cancelled; the work is stored all the same
            continue
        if job.error is None:
            job.future.set_result(job.result)
        else:
            job.future.set_exception(passing(job.error))


def passing(error: BaseException) -> BaseException:
    """The same error, or StorageUnavailable where the database was merely out of reach."""
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, sqlite3.Error) and _code(original) in _PASSING:
        return StorageUnavailable(str(original))
    return error


def _code(error: sqlite3.Error) -> int:
    """The primary result code; an error of Python's own has none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


class SqliteReaders:
    """Threads that read beside the writer (WAL), each on a connection of its own."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._local = threading.local()
        self._engines: list[Engine] = []
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="rapport-reader")

    async def run(self, work: Work[T]) -> T:
        """The result of a unit that only reads, on the newest committed state."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._read, work)

    def close(self) -> None:
        """Finish what is being read, then stop."""
        self._pool.shutdown()
        for engine in self._engines:
            engine.dispose()

    def _read(self, work: Work[T]) -> T:
        try:
            unit, database = self._own_connection()
            database.execute("BEGIN")  # one snapshot for the whole unit
            try:
                return result_of(work, unit)
            finally:
                _end(database)
        except (DBAPIError, sqlite3.Error) as error:
            if (told := passing(error)) is error:
                raise
            raise told from error

    def _own_connection(self) -> tuple[Unit, sqlite3.Connection]:
        own: tuple[Unit, sqlite3.Connection] | None = getattr(self._local, "own", None)
        if own is None:
            engine = sqlite_engine(self._url, read_only=True)
            self._engines.append(engine)
            connection = engine.connect()
            database = driver(connection)
            own = self._local.own = DirectUnit(connection, database), database
        return own
