"""What every owner-scoped collection is made of: statements that cannot leave the owner.

A collection names its table and its record (a frozen dataclass whose fields are columns). Every
statement built here carries the owner's id; changes are noted in the notebook's journal, so that
a capture can be undone exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any, ClassVar, Generic, Protocol, TypeVar, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Delete,
    Insert,
    Row,
    Select,
    Table,
    Update,
    bindparam,
    select,
)

from storage.errors import NoSuchRecord
from storage.journal import Journal, going_with
from storage.roster_moves import RosterMoves
from storage.unit import Unit

Record = TypeVar("Record")


class Scope(Protocol):
    """What a collection needs of the notebook it belongs to."""

    unit: Unit
    owner_id: int
    journal: Journal | None
    roster: RosterMoves

    def next_id(self) -> int: ...


@cache
def _insert(table: Table) -> Insert:
    return table.insert()


@cache
def _select_one(table: Table, record: Callable[..., Any]) -> Select[Any]:
    return select(*columns_of(table, record)).where(*_key(table))


@cache
def _select_row(table: Table) -> Select[Any]:
    return select(table).where(*_key(table))


@cache
def _update(table: Table, names: tuple[str, ...]) -> Update:
    return table.update().where(*_key(table)).values({n: bindparam(f"new_{n}") for n in names})


@cache
def _delete(table: Table) -> Delete:
    return table.delete().where(*_key(table))


@cache
def _limits(table: Table) -> Mapping[str, int]:
    return {column.name: column.info["longest"] for column in table.c if column.info}


def fitted(table: Table, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values, each no longer than the table keeps it."""
    return (
        values
        if not (limits := _limits(table))
        else {
            name: value[: limits[name]].rstrip() if name in limits and value else value
            for name, value in values.items()
        }
    )


def _key(table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.owner_id == bindparam("of_owner"), table.c.id == bindparam("of_id")


@cache
def columns_of(table: Table, record: Callable[..., Any]) -> tuple[Column[Any], ...]:
    """The table's columns that the fields of a record (a dataclass) are named for, in order."""
    return tuple(table.c[field.name] for field in fields(cast(Any, record)))


def as_records(record: Callable[..., Record], rows: Iterable[Iterable[Any]]) -> list[Record]:
    """Rows selected by `columns_of`, as records."""
    return [record(*row) for row in rows]


class Collection(Generic[Record]):
    """One noun of one owner."""

    table: ClassVar[Table]
    record: Callable[..., Record]

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def get(self, id_: int) -> Record:
        """The record; NoSuchRecord if the owner has none of that id."""
        found = self.find(id_)
        if found is None:
            raise NoSuchRecord(f"{self.table.name} {id_}")
        return found

    def find(self, id_: int) -> Record | None:
        """The record, or None if the owner has none of that id."""
        rows = self._scope.unit.rows(_select_one(self.table, self.record), self._at(id_))
        return self.record(*rows[0]) if rows else None

    def many(self, ids: Iterable[int]) -> list[Record]:
        """Those of the ids that the owner has, in the order given."""
        wanted = list(dict.fromkeys(ids))
        if len(wanted) <= 1:
            return [record for id_ in wanted if (record := self.find(id_)) is not None]
        rows = self._scope.unit.execute(
            select(self.table.c.id, *columns_of(self.table, self.record)).where(
                self.table.c.owner_id == self._scope.owner_id, self.table.c.id.in_(wanted)
            )
        )
        by_id = {row[0]: self.record(*row[1:]) for row in rows}
        return [by_id[id_] for id_ in wanted if id_ in by_id]

    def _where(self, *conditions: ColumnElement[bool]) -> Select[Any]:
        """A selection of this owner's records, to be narrowed and ordered further."""
        mine = self.table.c.owner_id == self._scope.owner_id
        return select(*columns_of(self.table, self.record)).where(mine, *conditions)

    def _all(self, statement: Select[Any]) -> list[Record]:
        return as_records(self.record, self._scope.unit.execute(statement))

    def _add(self, values: Mapping[str, Any]) -> int:
        id_ = self._scope.next_id()
        row = {"owner_id": self._scope.owner_id, "id": id_, **fitted(self.table, values)}
        self._scope.unit.change(_insert(self.table), row)
        if self._scope.journal is not None:
            self._scope.journal.inserted(self.table, id_)
        return id_

    def _change(self, id_: int, values: Mapping[str, Any]) -> None:
        """Set columns of one record; NoSuchRecord if the owner has none of that id."""
        values = fitted(self.table, values)
        if self._scope.journal is not None:
            self._scope.journal.updated(self.table, id_, self._row(id_), values)
        statement = _update(self.table, tuple(values))
        new = {f"new_{name}": value for name, value in values.items()}
        if self._scope.unit.change(statement, {**self._at(id_), **new}) == 0:
            raise NoSuchRecord(f"{self.table.name} {id_}")

    def _remove(self, id_: int) -> None:
        if self._scope.journal is not None:
            row = self._row(id_)
            for child, gone in going_with(self._scope.unit, self.table, self._scope.owner_id, id_):
                self._scope.journal.deleted(child, gone)
            self._scope.journal.deleted(self.table, row)
        if self._scope.unit.change(_delete(self.table), self._at(id_)) == 0:
            raise NoSuchRecord(f"{self.table.name} {id_}")

    def _row(self, id_: int) -> Row[Any]:
        row = self._scope.unit.execute(_select_row(self.table), self._at(id_)).first()
        if row is None:
            raise NoSuchRecord(f"{self.table.name} {id_}")
        return row

    def _at(self, id_: int) -> dict[str, int]:
        return {"of_owner": self._scope.owner_id, "of_id": id_}
