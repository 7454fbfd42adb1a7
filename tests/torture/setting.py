"""Where the real process is tried: how its updates come in, and what they are stored in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.schema import migrate
from tests.postgres import Server


@dataclass(frozen=True, slots=True)
class Setting:
    """One of the four pairs of polling or webhook with SQLite or PostgreSQL."""

    webhook: bool
    postgres: bool

    def __str__(self) -> str:
        how = "webhook" if self.webhook else "polling"
        return f"{how} on {'PostgreSQL' if self.postgres else 'SQLite'}"

    @contextmanager
    def opened(self, server: Server) -> Iterator[tuple[Path, str]]:
        """A directory for a process, and the address of its migrated database, until the end."""
        with tempfile.TemporaryDirectory(prefix="rapport-torture-") as directory:
            home = Path(directory)
            if self.postgres:
                with server.database() as address:
                    yield home, address
            else:
                address = f"sqlite:///{home / 'rapport.sqlite'}"
                migrate(address)
                yield home, address


# Each in turn beside one that works the other way on the other engine.
SIDE_BY_SIDE = (
    (Setting(webhook=False, postgres=False), Setting(webhook=True, postgres=True)),
    (Setting(webhook=True, postgres=False), Setting(webhook=False, postgres=True)),
)
SETTINGS = [setting for pair in SIDE_BY_SIDE for setting in pair]
