"""The journal of one capture: what it changed, so that Undo restores exactly that.

Each entry is plain JSON: ["insert", table, id], ["update", table, id, before, after] or
["delete", table, id, row]. Undo reads it backwards. A column that was changed again since is
left alone: what came later was meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table
from sqlalchemy.exc import IntegrityError

from storage.columns import as_json, from_json
from storage.errors import CannotUndo
from storage.models import contacts, events, interaction_contacts, interactions, metadata
from storage.unit import Unit

Entry = list[Any]

# What goes with a row because it is a part of it, or because the bot, not the owner, made it.
_OF_THE_ROW_ITSELF = {
    ("contacts", "nudges"),
    ("contacts", "drafts"),
    ("interactions", "interaction_contacts"),
}


class Journal:
    """Notes the changes that collections make while it is open."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def inserted(self, table: Table, id_: int) -> None:
        """A record was added."""
        self.entries.append(["insert", table.name, id_])

    def updated(self, table: Table, id_: int, before: Row[Any], new: Mapping[str, Any]) -> None:
        """Columns of a record are about to change; a record added here needs no past."""
        if ["insert", table.name, id_] in self.entries:
            return
        old = {name: as_json(getattr(before, name)) for name in new}
        after = {name: as_json(value) for name, value in new.items()}
        if old != after:
            self.entries.append(["update", table.name, id_, old, after])

    def deleted(self, table: Table, row: Row[Any]) -> None:
        """A row is about to go; what goes with it is told before it."""
        kept = {name: as_json(value) for name, value in row._mapping.items()}
        self.entries.append(["delete", table.name, kept.get("id"), kept])


def going_with(
    unit: Unit, table: Table, owner_id: int, id_: int
) -> Iterator[tuple[Table, Row[Any]]]:
    """The rows that the database deletes along with this one, each with its table."""
    for child, column in _children(table):
        yield from ((child, row) for row in unit.execute(_referring(child, column, owner_id, id_)))


def undo(unit: Unit, owner_id: int, entries: list[Entry]) -> set[int]:
    """Put back what the journal says, newest first; the contacts whose touches it may move.

    CannotUndo, and nothing is changed, if later notes build on what would go.
    """
    touched: set[int] = set()
    with unit.all_or_nothing():
        for kind, name, id_, *rest in reversed(entries):
            table = metadata.tables[name]
            if table is interactions:
                touched |= _people(unit, owner_id, id_)
            if kind == "insert":
                _take_away(unit, table, owner_id, id_)
            elif kind == "update":
                _change_back(unit, table, owner_id, id_, *rest)
            else:
                _restore(unit, table, *rest)
                touched |= {rest[0]["contact_id"]} if table is interaction_contacts else set()
    return touched


def is_about(entries: Sequence[Entry], contact_id: int) -> bool:
    """Whether the journal tells of a contact: of their own row, or of one that was theirs."""
    return any(
        (name == contacts.name and id_ == contact_id)
        or any(row.get("contact_id") == contact_id for row in rows)
        for _, name, id_, *rows in entries
    )


def _take_away(unit: Unit, table: Table, owner_id: int, id_: int) -> None:
    for child, column in _children(table):
        if (table.name, child.name) in _OF_THE_ROW_ITSELF:
            continue
        if unit.execute(_referring(child, column, owner_id, id_)).first():
            if table is events:
                return  # others were met there too
            raise CannotUndo(f"{table.name} {id_}")
    unit.execute(table.delete().where(*_at(table, owner_id, id_)))


def _change_back(
    unit: Unit,
    table: Table,
    owner_id: int,
    id_: int,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    row = unit.execute(table.select().where(*_at(table, owner_id, id_))).first()
    untouched = {
        column: from_json(table.c[column], old)
        for column, old in before.items()
        if row is not None and as_json(getattr(row, column)) == after[column]
    }
    if untouched:
        unit.execute(table.update().where(*_at(table, owner_id, id_)).values(untouched))


def _restore(unit: Unit, table: Table, row: Mapping[str, Any]) -> None:
    values = {column: from_json(table.c[column], value) for column, value in row.items()}
    try:
        unit.execute(table.insert(), values)
    except IntegrityError as error:
        raise CannotUndo(table.name) from error


def _people(unit: Unit, owner_id: int, interaction_id: int) -> set[int]:
    links = _referring(interaction_contacts, "interaction_id", owner_id, interaction_id)
    return {row.contact_id for row in unit.execute(links)}


@cache
def _children(table: Table) -> tuple[tuple[Table, str], ...]:
    """The tables that refer to this one, and by which column besides the owner's."""
    return tuple(
        (child, column)
        for child in metadata.sorted_tables
        for reference in child.foreign_key_constraints
        for column in reference.column_keys
        if reference.referred_table is table and column != "owner_id"
    )


def _referring(child: Table, column: str, owner_id: int, id_: int) -> Select[Any]:
    return child.select().where(child.c.owner_id == owner_id, child.c[column] == id_)


def _at(table: Table, owner_id: int, id_: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.owner_id == owner_id, table.c.id == id_
