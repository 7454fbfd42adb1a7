"""The database as the upper floors see it: run a unit of work, or read.

database = Database("sqlite:///data/rapport.sqlite")
card = await database.run(lambda unit: note_it(unit.notebook(owner_id)))
"""

from __future__ import annotations

import asyncio
import time
from typing import Protocol, TypeVar

from sqlalchemy import Engine, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from storage.errors import StorageUnavailable
from storage.sqlite import Scrubber, SqliteReaders, SqliteWriter, sqlite_engine
from storage.unit import Work

T = TypeVar("T")

_SECRETS = ("password", "sslpassword")  # in an address's query


class _Runner(Protocol):
    async def run(self, work: Work[T]) -> T: ...
    def close(self) -> None: ...


class Database:
    """A SQLite file or a PostgreSQL server, behind two verbs."""

    def __init__(self, address: str) -> None:
        self.url = parse_address(address)
        self.refused_at: float | None = None
        """When a unit last could not be stored, by the monotonic clock; None: never yet."""
        self._closed = False
        self._writer: _Runner
        self._readers: _Runner
        self._scrubber = Scrubber(self.url)
        if self.is_sqlite:
            self._writer, self._readers = SqliteWriter(self.url), SqliteReaders(self.url)
        else:
            from storage.postgres import PostgresWorker  # psycopg costs memory SQLite never needs

            self._writer = PostgresWorker(self.url)
            self._readers = PostgresWorker(self.url, read_only=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether one process alone works on this database."""
        return self.url.get_backend_name() == "sqlite"

    async def run(self, work: Work[T]) -> T:
        """The unit's result, once stored. The unit may be run again, so its statements and its
        result must be its only effects. StorageUnavailable: the same may succeed later."""
        self._refuse_if_closed()
        try:
            return await self._writer.run(work)
        except StorageUnavailable:
            self.refused_at = time.monotonic()
            raise

    async def read(self, work: Work[T]) -> T:
        """The result of a unit that only reads: one committed state, without waiting for a
        writer."""
        self._refuse_if_closed()
        return await self._readers.run(work)

    async def scrub(self) -> bool:
        """Whether nothing that was deleted is left in SQLite's files; busy, it is not yet so.

        A PostgreSQL server keeps remnants until it vacuums and reuses its log: nothing is done.
        """
        self._refuse_if_closed()
        return not self.is_sqlite or await asyncio.to_thread(self._scrubber.scrub)

    def close(self) -> None:
        """Finish what is under way and let go of every connection."""
        self._closed = True
        self._writer.close()
        self._readers.close()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise StorageUnavailable("the database is closed")


def parse_address(address: str) -> URL:
    """The database address as a URL; ValueError says what is wrong with it."""
    try:
        url = make_url(address)
    except ArgumentError:
        raise ValueError(
            "is not a database address; sqlite:///data/rapport.sqlite or "
            "postgresql://user:password@host/name is"
        ) from None
    backend = url.get_backend_name()
    if backend not in {"sqlite", "postgresql"}:
        raise ValueError(f"names {backend!r}; Rapport keeps its records in sqlite or postgresql")
    if backend == "sqlite" and url.database in {None, "", ":memory:"}:
        raise ValueError("names no file; sqlite:///data/rapport.sqlite does")
    return url


def shown(url: URL) -> str:
    """The address as anybody may see it."""
    return url.difference_update_query(_SECRETS).render_as_string(hide_password=True)


def secrets_of(url: URL) -> list[str]:
    """What of the address nobody may see; libpq takes a password from either place."""
    told = [value for name in _SECRETS for value in url.normalized_query.get(name, ())]
    return [str(url.password), *told] if url.password else told


def engine_for(url: URL) -> Engine:
    """A plain engine for work outside the two verbs: migrations and checks at the start."""
    if url.get_backend_name() == "sqlite":
        return sqlite_engine(url)
    from storage.postgres import postgres_engine

    return postgres_engine(url)
