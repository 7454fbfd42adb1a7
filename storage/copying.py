"""Copying: every record of one database into another, whichever engines the two are.

Tables and columns are read from the databases themselves, so that a table added later is copied
without being listed here, and an older revision is copied as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import JSON, Connection, DateTime, MetaData, Table, event, inspect, select

from storage.columns import Instant
from storage.errors import StorageUnavailable
from storage.models import Json
from storage.unit import Unit

CHUNK = 500  # rows in memory at a time
NOT_RECORDS = {"alembic_version"}

Asked = Callable[[], bool]


def never() -> bool:
    """Nobody asks to stop."""
    return False


def records(connection: Connection) -> list[Table]:
    """The tables there are, parents first, with columns that both engines keep alike."""
    found = MetaData()
    event.listen(found, "column_reflect", _as_ours)
    names = [name for name in inspect(connection).get_table_names() if name not in NOT_RECORDS]
    found.reflect(connection, only=names)
    return found.sorted_tables


def _as_ours(_inspector: object, _table: object, column: Any) -> None:
    if isinstance(column["type"], DateTime):
        column["type"] = Instant()
    elif isinstance(column["type"], JSON):
        column["type"] = Json


def copy_records(source: Connection, target: Connection, *, stop_asked: Asked = never) -> None:
    """Copy everything into a target of the same revision that holds nothing yet.

    Both connections are in a transaction that the caller ends. Owners come one after the other:
    row-level security shows a connection the records of one at a time.
    """
    into = {table.name: table for table in records(target)}
    tables = records(source)
    owned = [table for table in tables if "owner_id" in table.c]
    owners = next(table for table in tables if table.name == "owners")
    for table in tables:
        if table not in owned:
            _pour(source, target, table, into[table.name], None, stop_asked)
    for owner_id in source.scalars(select(owners.c.id).order_by(owners.c.id)).all():
        for connection in (source, target):
            Unit(connection).act_for(owner_id)
        for table in owned:
            _pour(source, target, table, into[table.name], owner_id, stop_asked)


def _pour(
    source: Connection,
    target: Connection,
    table: Table,
    into: Table,
    owner_id: int | None,
    stop_asked: Asked,
) -> None:
    statement = select(table).execution_options(yield_per=CHUNK)
    if owner_id is not None:
        statement = statement.where(table.c.owner_id == owner_id)
    with source.execute(statement) as streamed:
        for rows in streamed.mappings().partitions():
            if stop_asked():
                raise StorageUnavailable("stopped in the middle of a copy")
            target.execute(into.insert(), [dict(row) for row in rows])
