"""A unit of work: what an update's work may do to the database.

A unit has no commit and no rollback: it shares its transaction with others (storage.sqlite), and
ending that would confirm or lose their work. It may be run again from the start, so it must have
no effect but its statements and its return value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Executable, Select, bindparam, func, select
from sqlalchemy.sql.dml import UpdateBase

from storage.errors import WrongOwner

T = TypeVar("T")

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
# A statement that is built once and used for ever: it is compiled once too.
Standing = Select[Any] | UpdateBase


# SQLite's user_version counts the erasures since the file was last written anew, and says by this
# that there was none. A file that never was has 0.
NO_REMNANTS = -1

# Row-level security (migration 0002) goes by this, until the transaction ends.
_ACT_FOR = select(func.set_config("rapport.owner", bindparam("of_owner"), True))


class Unit:
    """The statements of one piece of work, inside a transaction that somebody else ends."""

    __slots__ = ("_connection", "owner_id")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.owner_id: int | None = None

    def act_for(self, owner_id: int) -> None:
        """From here on the unit is one owner's; WrongOwner if it is another's already."""
        if self.owner_id == owner_id:
            return
        if self.owner_id is not None:
            raise WrongOwner(f"a unit of {self.owner_id} was to act for {owner_id}")
        self.owner_id = owner_id
        if not self.is_sqlite:
            self.execute(_ACT_FOR, {"of_owner": str(owner_id)})

    def erases(self) -> None:
        """What this unit deletes must leave the files as well: `Database.scrub` sees to that, even
        if the process is killed in between."""
        if self.is_sqlite:
            before = self._connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            self._connection.exec_driver_sql(f"PRAGMA user_version = {before + 1}")

    @property
    def is_sqlite(self) -> bool:
        """Whether the engine underneath is SQLite, for the few statements that must differ."""
        return self._connection.dialect.name == "sqlite"

    def execute(self, statement: Executable, parameters: Parameters = None) -> CursorResult[Any]:
        """The result of one statement."""
        return self._connection.execute(statement, parameters)

    def change(self, statement: Standing, parameters: Mapping[str, Any]) -> int:
        """How many rows a standing statement changed."""
        return self.execute(statement, parameters).rowcount

    def rows(self, statement: Standing, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """The rows that a standing statement selects or returns."""
        return self.execute(statement, parameters).all()

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """A part of the unit that is undone if it raises, even where the error is caught.

        Take no new id inside: the owner's counter would go back, the notebook would not know.
        """
        before = self.owner_id
        try:
            with self._connection.begin_nested():
                yield
        except BaseException:
            self.owner_id = before  # the setting goes back with the savepoint
            raise


Work = Callable[[Unit], T]


def result_of(work: Work[T], unit: Unit) -> T:
    """What the work returns; a StopIteration, which no future can hold, becomes a RuntimeError."""
    unit.owner_id = None
    try:
        return work(unit)
    except StopIteration as error:
        raise RuntimeError("a unit of work raised StopIteration") from error
