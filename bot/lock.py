"""Who else works on this database: nobody on a SQLite file, one poller on PostgreSQL.

Two processes on a SQLite file would each take the other's work for abandoned. On PostgreSQL
several may take updates by webhook, but only one may poll for a bot. While records are replaced,
nobody works on either. The locks are let go of by the system or the server even after a kill.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from bot.settings import SettingsError
from storage.database import engine_for
from storage.errors import StorageUnavailable

# Any number will do, so long as every process takes the same; a bot's own are 64 bits long.
_RECORDS = 0x5261_7071
WAIT = "3s"  # another process that is just starting holds everything for a moment


class AlreadyRunningError(Exception):
    """Another process works on this database."""


def in_use(url: URL) -> SettingsError:
    """What the operator is told when the place is taken."""
    return SettingsError(
        f"RAPPORT_DATABASE_URL is in use: another Rapport works on {url.database}; "
        "stop that one first"
    )


class Presence(Protocol):
    """This process's place on the database, until the lock's block ends."""

    is_first: bool
    """Whether nobody else was there when it came: what is in flight was left by the dead."""
    is_alone: bool
    """Whether nobody else can come either."""

    def renew(self) -> None:
        """Take the place again if the server forgot it; AlreadyRunningError if it is taken."""


@contextlib.contextmanager
def nobody_at_work(url: URL) -> Iterator[None]:
    """Inside, no Rapport works on the database, and none can begin to; AlreadyRunningError if
    one does."""
    if url.get_backend_name() == "sqlite":
        with ProcessLock(url).held():
            yield
        return
    engine = engine_for(url).execution_options(isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            alone = text("SELECT pg_try_advisory_lock(:key)")
            if not connection.scalar(alone, {"key": _RECORDS}):
                raise AlreadyRunningError
            yield
    except DBAPIError as error:
        raise StorageUnavailable(str(error.orig)) from error
    finally:
        engine.dispose()


class ProcessLock:
    """A SQLite file's only process."""

    is_first = is_alone = True

    def __init__(self, url: URL) -> None:
        self._path = Path(f"{url.database}.lock")

    @contextlib.contextmanager
    def held(self) -> Iterator[Presence]:
        """The place, or AlreadyRunningError; OSError where the file cannot be."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunningError(str(self._path)) from None
            yield self
        finally:
            os.close(file)

    def renew(self) -> None:
        """Nothing to do: the file stays locked while the process lives."""


class BotLock:
    """A bot's poller, or one of its webhooks, on PostgreSQL: an advisory lock on a connection of
    its own, exclusive for a poller, shared by webhooks."""

    def __init__(self, url: URL, bot_id: int, *, polls: bool) -> None:
        self.is_first = False
        self.is_alone = polls
        self._engine = engine_for(url).execution_options(isolation_level="AUTOCOMMIT")
        digest = hashlib.sha256(f"rapport bot {bot_id}".encode()).digest()
        self._key = int.from_bytes(digest[:8], "big", signed=True)
        self._connection: Connection | None = None

    @contextlib.contextmanager
    def held(self) -> Iterator[Presence]:
        """The place, or AlreadyRunningError; StorageUnavailable where the server is away."""
        try:
            self._take()
            yield self
        finally:
            self._let_go()
            self._engine.dispose()

    def renew(self) -> None:
        """Take the place again if the server forgot it; AlreadyRunningError if it is taken."""
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return
        except DBAPIError:
            self._let_go()
        self._take()

    def _take(self) -> None:
        try:
            self._connection = self._engine.connect()
            self._connection.execute(text(f"SET lock_timeout = '{WAIT}'"))
            self._says("pg_advisory_lock_shared", _RECORDS)
            self.is_first = self._says("pg_try_advisory_lock", self._key)
            if not self.is_alone:
                # Held exclusively for a moment, it told that nobody else is there.
                self._says("pg_advisory_lock_shared", self._key)
                if self.is_first:
                    self._says("pg_advisory_unlock", self._key)
        except DBAPIError as error:
            self._let_go()
            if getattr(error.orig, "sqlstate", None) == "55P03":  # lock_not_available
                raise AlreadyRunningError from None
            raise StorageUnavailable(str(error.orig)) from error
        if self.is_alone and not self.is_first:
            self._let_go()
            raise AlreadyRunningError

    def _says(self, function: str, key: int) -> bool:
        assert self._connection is not None
        return bool(self._connection.scalar(text(f"SELECT {function}(:key)"), {"key": key}))

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()  # the server lets go of the lock as the connection ends
            connection.close()
