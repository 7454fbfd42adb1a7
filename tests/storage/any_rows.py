"""Rows in every table of a database at whatever revision, made and read by looking at it alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Date, Integer, String, Table, select
from sqlalchemy.engine import make_url

from storage.columns import Instant
from storage.copying import records
from storage.database import engine_for
from tests.builders import NOW, TODAY
from tests.postgres import as_superuser

Rows = dict[str, list[dict[str, Any]]]

FIRST_OWNER = 700_000_001
WORDS = {"status": "active", "circle": "inner", "digest_at": "08:30", "zone": "Europe/Berlin"}


def fill(address: str, *, owners: int = 3, rows: int = 4) -> None:
    """Put rows into every table: so many for each owner, each referring to its like."""
    with looking(address) as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        for table in records(connection):
            numbers = range(1, 2 if _is_single(table) else rows + 1)
            connection.execute(
                table.insert(),
                [_row(table, FIRST_OWNER + o, n) for o in range(owners) for n in numbers],
            )
        connection.exec_driver_sql("COMMIT")


def everything(address: str) -> Rows:
    """Every row there is, by table and in the order of its key."""
    with looking(address) as connection:
        return {
            table.name: [
                dict(row)
                for row in connection.execute(
                    select(table).order_by(*table.primary_key.columns)
                ).mappings()
            ]
            for table in records(connection)
        }


def narrowed(rows: Rows, to: Rows) -> Rows:
    """The rows with the tables and columns that others have: what an older revision knew."""
    return {
        name: [{column: row[column] for column in olds[0]} for row in rows[name]]
        for name, olds in to.items()
    }


@contextmanager
def looking(address: str) -> Iterator[Connection]:
    """A connection that no row-level security holds."""
    url = make_url(address)
    engine = engine_for(
        url if url.get_backend_name() == "sqlite" else make_url(as_superuser(address))
    )
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _is_single(table: Table) -> bool:
    """Whether an owner has one row at most."""
    return [column.name for column in table.primary_key] in (["id"], ["owner_id"])


def _row(table: Table, owner: int, number: int) -> Mapping[str, Any]:
    row = {column.name: _value(column, owner, number) for column in table.c}
    keys = {column.name for column in table.primary_key}
    if "owner_id" in row:
        return row | {"owner_id": owner}
    if keys == {"id"}:
        return row | {"id": owner}
    return row | {key: _value(table.c[key], owner, owner + number * 100) for key in keys}


def _value(column: Column[Any], owner: int, number: int) -> Any:
    """A value the column takes, another for another number where that is possible."""
    if column.name == "state":
        return "dead" if column.table.name in {"intake", "outbox"} else "open"
    match column.type:
        case Instant():
            return NOW
        case Date():
            return TODAY
        case Boolean():
            return number % 2 == 0
        case Integer():
            return number
        case String():
            return WORDS.get(column.name, f"ä{number}")[: column.type.length]
    return {"n": [number, "ö", None]}
