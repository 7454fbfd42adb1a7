"""A unit of work: what an update's work may do to the database.

A unit has no commit and no rollback: it shares its transaction with others (storage.writer), and
ending that would confirm or lose their work. It may be run again from the start, so it must have
no effect but its statements and its return value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Executable

T = TypeVar("T")

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


class Unit:
    """The statements of one piece of work, inside a transaction that somebody else ends."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def is_sqlite(self) -> bool:
        """Whether the engine underneath is SQLite, for the few statements that must differ."""
        return self._connection.dialect.name == "sqlite"

    def execute(self, statement: Executable, parameters: Parameters = None) -> CursorResult[Any]:
        """The result of one statement."""
        return self._connection.execute(statement, parameters)


Work = Callable[[Unit], T]
