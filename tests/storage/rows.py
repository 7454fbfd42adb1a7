"""Rows of any table, made and compared by looking at the schema alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Date, Integer, Row, Table, insert, select

from storage.columns import Choice, Instant, PartialDateText
from storage.models import metadata
from storage.types import PartialDate
from storage.unit import Unit
from tests.builders import NOW, TODAY

OWNED = [table for table in metadata.sorted_tables if "owner_id" in table.c]


def a_value(column: Column[Any], number: int) -> Any:
    """A value the column takes; another number, another value where that is possible."""
    match column.type:
        case Instant():
            return NOW
        case Choice(choices=choices):
            return next(iter(choices))
        case PartialDateText():
            return PartialDate(4, 12)
        case Date():
            return TODAY
    if column.name == "state":
        return "open" if column.table.name not in {"intake", "outbox"} else "dead"
    if isinstance(column.type, Integer) and not isinstance(column.type, BigInteger):
        return number % 30_000  # an id of a record may be larger than it takes
    kind = column.type.python_type
    if kind is str:
        return f"{number}"[-8:]  # the end is what differs
    return {int: number, bool: True}.get(kind, {"n": number})


def a_row(unit: Unit, table: Table, owner_id: int, number: int, /, **values: Any) -> dict[str, Any]:
    """A new row, with every column filled; the rows it refers to are made with it."""
    if "owner_id" in table.c:
        unit.act_for(owner_id)
    row = {column.name: a_value(column, number) for column in table.c}
    if "owner_id" in table.c:
        row["owner_id"] = owner_id
    for reference in table.foreign_key_constraints:
        parent = reference.referred_table
        if parent.name == "owners":
            continue
        (column,) = [c for c in reference.column_keys if c != "owner_id"]
        if column not in values:
            row[column] = a_row(unit, parent, owner_id, number)["id"]
    row |= values
    if unit.execute(select(table).filter_by(**_key(table, row))).first() is None:
        unit.execute(insert(table), row)
    return row


def _key(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {column.name: row[column.name] for column in table.primary_key}


def everything(unit: Unit, owner_id: int | None = None) -> dict[str, list[Row[Any]]]:
    """Every row there is, or every row of one owner, by table and in the order of its key."""
    if owner_id is not None:
        unit.act_for(owner_id)
    found: dict[str, list[Row[Any]]] = {}
    for table in metadata.sorted_tables:
        statement = select(table).order_by(*table.primary_key)
        if owner_id is not None:
            column = table.c.id if table.name == "owners" else table.c.get("owner_id")
            if column is None:
                continue
            statement = statement.where(column == owner_id)
        found[table.name] = list(unit.execute(statement).all())
    return found
