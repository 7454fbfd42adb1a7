"""SQLite: one writer thread that commits queued units together, and readers of their own.

Why a thread of our own: committing costs an fsync (synchronous=FULL), so units that wait at the
same time share one. Each runs in its own savepoint; a failing one is undone alone. Two traps
shape this page. SQLite may roll the *whole* transaction back inside one unit (disk full): then
every unit of the batch is run again, singly. And no caller hears "done" before COMMIT has
succeeded.
"""

from __future__ import annotations

import contextlib
import math
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from storage.direct import DirectUnit
from storage.errors import StorageUnavailable
from storage.jobs import Job, JobQueue, answer
from storage.unit import NO_REMNANTS, Unit, Work, result_of

T = TypeVar("T")

BATCH = 64
BUSY_SECONDS = 10.0
ASK_AGAIN = 0.25  # seconds; who stops waits no longer than that for another program's lock
SCRUB_SECONDS = 1.0
RESTS = 10  # times as long as it took, before the file is written anew once more
READERS = 2
READ_TOGETHER = 16  # so that one long question holds up few others

# Result codes that the same work may not meet again; a wrong statement is met every time.
_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
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
        "secure_delete = ON",  # what is deleted is overwritten: erased means gone from the file
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


class Scrubber:
    """What sees to it that the words that were erased leave the file and its write-ahead log."""

    def __init__(self, url: URL, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._rests_until = -math.inf

    def scrub(self) -> bool:
        """Whether no such words are left.

        On a connection of its own: who writes meanwhile waits for the lock.
        """
        path = self._url.database or ""
        connection = sqlite3.connect(path, isolation_level=None, timeout=SCRUB_SECONDS)
        try:
            is_clean = self._rid_of_remnants(connection)
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:  # locked for longer, or the disk is full: another time
            return False
        finally:
            connection.close()
        return is_clean and not busy

    def _rid_of_remnants(self, connection: sqlite3.Connection) -> bool:
        """Whether the file was written anew since something was last erased.

        What is deleted is overwritten, but not what its row left behind when it moved to another
        page as pages split; nor what was deleted by a Rapport that did not overwrite yet.
        """
        erasures = _erasures(connection)
        if erasures == NO_REMNANTS:
            return True
        if self._clock() < self._rests_until:
            return False
        with contextlib.suppress(sqlite3.OperationalError):  # the log can be emptied all the same
            self._write_anew(connection)
            connection.execute("BEGIN IMMEDIATE")
            is_clean = _erasures(connection) == erasures  # nothing was erased meanwhile
            if is_clean:
                connection.execute(f"PRAGMA user_version = {NO_REMNANTS}")
            connection.execute("COMMIT")
            return is_clean
        return False

    def _write_anew(self, connection: sqlite3.Connection) -> None:
        """Nobody can write meanwhile, so whoever erases often must not bring it about each time."""
        begun = self._clock()
        _write_anew(connection)
        ended = self._clock()
        self._rests_until = ended + RESTS * (ended - begun)


def _write_anew(connection: sqlite3.Connection) -> None:
    connection.execute("VACUUM")


def _erasures(connection: sqlite3.Connection) -> int:
    (erasures,) = connection.execute("PRAGMA user_version").fetchone()
    return int(erasures)


class _TransactionLostError(Exception):
    """SQLite ended the transaction by itself; nothing of this batch is stored."""


class SqliteWriter:
    """The one thread that writes; `run` queues a unit and answers after its COMMIT."""

    def __init__(self, url: URL) -> None:
        self._engine = sqlite_engine(url)
        self._jobs = JobQueue()
        self._is_closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="rapport-writer", daemon=True)
        self._thread.start()

    async def run(self, work: Work[T]) -> T:
        """The unit's result, once it is durably stored; its own exception if it raised."""
        return await self._jobs.run(work)

    def close(self) -> None:
        """Finish what is queued, then stop; what another program's lock keeps out is refused."""
        self._is_closing.set()
        self._jobs.close(1)
        self._thread.join()
        self._engine.dispose()

    def _work(self) -> None:
        own: tuple[sqlite3.Connection, Unit] | None = None
        for batch in self._jobs.batches(BATCH):
            try:
                own = own or self._connected()
                self._commit(*own, batch)
            except (DBAPIError, sqlite3.Error) as error:
                _fail(batch, error)
            answer(batch, passing)

    def _connected(self) -> tuple[sqlite3.Connection, Unit]:
        database, unit = _connected(self._engine)
        database.execute(f"PRAGMA busy_timeout = {int(ASK_AGAIN * 1000)}")
        return database, unit

    def _commit(self, database: sqlite3.Connection, unit: Unit, batch: list[Job]) -> None:
        try:
            self._begin(database)
            _commit_together(database, unit, batch)
        except _TransactionLostError:
            for number, job in enumerate(batch):
                try:
                    self._begin(database)
                except sqlite3.Error as error:
                    _fail(batch[number:], error)
                    return
                _commit_alone(database, unit, job)

    def _begin(self, database: sqlite3.Connection) -> None:
        """BEGIN IMMEDIATE, asked for again while another program holds the lock."""
        until = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                database.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                is_over = self._is_closing.is_set() or time.monotonic() > until
                if is_over or _code(error) != sqlite3.SQLITE_BUSY:
                    raise
            else:
                return


def _commit_together(database: sqlite3.Connection, unit: Unit, batch: list[Job]) -> None:
    """Each unit in a savepoint of the open transaction, then the one COMMIT."""
    try:
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
        database.execute("COMMIT")
    except sqlite3.Error as error:
        _end(database)
        raise _TransactionLostError from error


def _commit_alone(database: sqlite3.Connection, unit: Unit, job: Job) -> None:
    """The unit in the open transaction, which is its own."""
    try:
        job.result, job.error = result_of(job.work, unit), None
        if not database.in_transaction:
            raise StorageUnavailable("SQLite gave the transaction up")
        database.execute("COMMIT")
    except BaseException as error:  # noqa: BLE001 - whatever it is, the caller gets it
        job.result, job.error = None, error
        _end(database)


def _end(database: sqlite3.Connection) -> None:
    if database.in_transaction:
        database.execute("ROLLBACK")


def _fail(batch: list[Job], error: Exception) -> None:
    for job in batch:
        job.result, job.error = None, error


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
        self._jobs = JobQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"rapport-reader-{number}", daemon=True)
            for number in range(READERS)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, work: Work[T]) -> T:
        """The result of a unit that only reads, on the newest committed state."""
        return await self._jobs.run(work)

    def close(self) -> None:
        """Finish what is being read, then stop."""
        self._jobs.close(READERS)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        engine = sqlite_engine(self._url, read_only=True)
        own: tuple[sqlite3.Connection, Unit] | None = None
        for batch in self._jobs.batches(READ_TOGETHER):
            try:
                own = own or _connected(engine)
            except (DBAPIError, sqlite3.Error) as error:
                _fail(batch, error)
            else:
                _read_together(*own, batch)
            answer(batch, passing)
        engine.dispose()


def _connected(engine: Engine) -> tuple[sqlite3.Connection, Unit]:
    connection = engine.connect()
    database = driver(connection)
    return database, DirectUnit(connection, database)


def _read_together(database: sqlite3.Connection, unit: Unit, batch: list[Job]) -> None:
    """Answer units on one snapshot, taken after the last of them was asked."""
    try:
        database.execute("BEGIN")
    except sqlite3.Error as error:
        _fail(batch, error)
        return
    for job in batch:
        try:
            job.result = result_of(job.work, unit)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the caller gets it
            job.error = error
    _end(database)
