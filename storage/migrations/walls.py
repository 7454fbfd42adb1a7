"""Row-level security on PostgreSQL: the second wall around every owner's rows.

A unit of work says for whom it acts by the transaction-local setting `rapport.owner`
(`storage.unit.Unit.act_for`). Rows of others are then neither seen nor written, whatever a
statement asks for; where nothing is set, only the tables that the house needs are open. The wall
holds the tables' owner too (FORCE), but no superuser.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

_ACTING = "NULLIF(current_setting('rapport.owner', true), '')::bigint"
_WALLED = text("SELECT oid::regclass::text FROM pg_class WHERE relrowsecurity ORDER BY 1")


def wall_in(table: str, key: str = "owner_id", *, house: str | None = None) -> list[str]:
    """The statements that let only the acting owner at a table's rows; `house` is what a unit
    that acts for nobody may do to all of them: ALL, SELECT, or nothing."""
    own = f"CREATE POLICY owners_own ON {table} USING ({key} = {_ACTING})"
    houses = f"CREATE POLICY houses ON {table} FOR {house} USING ({_ACTING} IS NULL)"
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        own,
        *([houses] if house else []),
    ]


def tear_down(table: str) -> list[str]:
    """The statements that take a table's wall away."""
    return [
        f"DROP POLICY IF EXISTS houses ON {table}",
        f"DROP POLICY owners_own ON {table}",
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    ]


@contextmanager
def opened(connection: Connection) -> Iterator[None]:
    """A migration changes every owner's rows: inside, the walls do not hold the tables' owner."""
    _force(connection, "NO FORCE")
    yield
    _force(connection, "FORCE")


def _force(connection: Connection, how: str) -> None:
    for table in connection.scalars(_WALLED).all():
        connection.exec_driver_sql(f"ALTER TABLE {table} {how} ROW LEVEL SECURITY")
