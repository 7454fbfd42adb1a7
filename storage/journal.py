"""The journal of one capture: what it changed, so that Undo restores exactly that.

Each entry is plain JSON: ["insert", table, id], ["update", table, id, before, after] or
["delete", table, id, row]. Undo reads it backwards. A column that was changed again since is
left alone: what came later was meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Row, Table
from sqlalchemy.exc import IntegrityError

from storage.columns import Instant, PartialDateText
from storage.errors import CannotUndo
from storage.models import interaction_contacts, metadata
from storage.types import PartialDate
from storage.unit import Unit

Entry = list[Any]


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
        old = {name: _plain(getattr(before, name)) for name in new}
        after = {name: _plain(value) for name, value in new.items()}
        if old != after:
            self.entries.append(["update", table.name, id_, old, after])

    def deleted(self, table: Table, id_: int, row: Row[Any]) -> None:
        """A record is about to go."""
        self.entries.append(
            ["delete", table.name, id_, {k: _plain(v) for k, v in row._mapping.items()}]
        )


def undo(unit: Unit, owner_id: int, entries: list[Entry]) -> None:
    """Put back what the journal says, newest first; CannotUndo if later notes build on it."""
    for kind, name, id_, *rest in reversed(entries):
        table = metadata.tables[name]
        at = (table.c.owner_id == owner_id) & (table.c.id == id_)
        if kind == "insert":
            _refuse_if_built_on(unit, table, owner_id, id_)
            unit.execute(table.delete().where(at))
        elif kind == "update":
            row = unit.execute(table.select().where(at)).first()
            if row is None:
                continue
            before, after = rest
            untouched = {
                column: _typed(table, column, before[column])
                for column in before
                if _plain(getattr(row, column)) == after[column]
            }
            if untouched:
                unit.execute(table.update().where(at).values(untouched))
        else:
            values = {column: _typed(table, column, value) for column, value in rest[0].items()}
            try:
                unit.execute(table.insert(), values)
            except IntegrityError as error:
                raise CannotUndo(f"{name} {id_}") from error


def _refuse_if_built_on(unit: Unit, table: Table, owner_id: int, id_: int) -> None:
    """A contact whom later notes mention stays: deleting would take those notes along."""
    if table.name != "contacts":
        return
    for child in metadata.tables.values():
        if "contact_id" not in child.c or child is interaction_contacts:
            continue
        at = (child.c.owner_id == owner_id) & (child.c.contact_id == id_)
        if (
            child.name not in {"nudges", "drafts"}
            and unit.execute(child.select().where(at)).first()
        ):
            raise CannotUndo(f"contacts {id_}")
    links = interaction_contacts
    at = (links.c.owner_id == owner_id) & (links.c.contact_id == id_)
    if unit.execute(links.select().where(at)).first():
        raise CannotUndo(f"contacts {id_}")


def _plain(value: Any) -> Any:
    """The value as JSON keeps it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, PartialDate):
        return str(value)
    return value


def _typed(table: Table, column: str, value: Any) -> Any:
    """The JSON value as the column takes it."""
    if value is None:
        return None
    match table.c[column].type:
        case Instant():
            return datetime.fromisoformat(value)
        case Date():
            return date.fromisoformat(value)
        case PartialDateText():
            return PartialDate.parse(value)
    return value
