"""PostgreSQL: a pool of threads, one transaction a unit, run again when a connection is lost.

Running again is safe although a COMMIT's outcome may be unknown: an update's unit marks its
intake row first and finds it already marked, every other unit is idempotent by its keys. Letters
that such a unit wrote unheard are found in the outbox (`bot.delivery`). The server is not asked
what became of the transaction: after a crash its number may have been given to another one.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import psycopg
from psycopg.errors import ProgramLimitExceeded, ReadOnlySqlTransaction
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError

from storage.errors import StorageUnavailable
from storage.unit import Unit, Work, result_of

T = TypeVar("T")

WRITERS = 4
READERS = 2
TRIES = 3
CONNECT_SECONDS = 10


def postgres_engine(url: URL, *, connections: int = 1, read_only: bool = False) -> Engine:
    """An engine on a few connections; one that was cut is found out by the retry, not by a
    question before every unit."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,  # errors are logged; what people said is not
        connect_args={"connect_timeout": CONNECT_SECONDS},
        # A unit that reads sees one snapshot throughout, as it does on SQLite.
        isolation_level="REPEATABLE READ" if read_only else "READ COMMITTED",
    )
    if read_only:
        event.listen(engine, "connect", _forbid_writing)
    return engine


def _forbid_writing(connection: psycopg.Connection[Any], _record: object) -> None:
    connection.read_only = True


class PostgresWorker:
    """Threads that run units, each on a connection of its own."""

    def __init__(self, url: URL, *, read_only: bool = False) -> None:
        threads = READERS if read_only else WRITERS
        self._engine = postgres_engine(url, connections=threads, read_only=read_only)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="rapport-storage")

    async def run(self, work: Work[T]) -> T:
        """The unit's result, once it is durably stored; its own exception if it raised."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._transact, work)

    def close(self) -> None:
        """Finish what is running, then stop."""
        self._pool.shutdown()
        self._engine.dispose()

    def _transact(self, work: Work[T]) -> T:
        for left in reversed(range(TRIES)):
            try:
                with self._engine.begin() as connection:
                    return result_of(work, Unit(connection))
            except DBAPIError as error:
                if not _is_passing(error):
                    raise
                if isinstance(error.orig, ReadOnlySqlTransaction):
                    self._engine.dispose()  # another connection may lead to a server that writes
                if not left:
                    raise StorageUnavailable(str(error.orig)) from error
                time.sleep(0.1 * (TRIES - left))
        raise AssertionError  # the loop returns or raises


def _is_passing(error: DBAPIError) -> bool:
    """Whether the same work may succeed when tried again: lost connection, deadlock, full disk,
    or a server that only reads, as some do when their disk is full or another takes over.

    Not so where the work itself is beyond the server: a word that is too long for its index."""
    if isinstance(error.orig, ProgramLimitExceeded):
        return False
    return (
        error.connection_invalidated
        or isinstance(error, OperationalError)
        or isinstance(error.orig, ReadOnlySqlTransaction)
    )
