"""How Alembic runs a migration here: whole or not at all, one process at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, TypeDecorator

from storage.errors import StorageError
from storage.migrations.walls import opened
from storage.models import metadata
from storage.sqlite import driver

# Any number will do, so long as every replica takes the same.
_LOCK = 0x5261_7070


@contextmanager
def _on_postgres(connection: Connection) -> Iterator[None]:
    """Replicas that start together migrate one after the other."""
    with connection.begin():
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        with opened(connection):
            yield


@contextmanager
def _on_sqlite(connection: Connection) -> Iterator[None]:
    """Altering a table rebuilds it, and with foreign keys on, dropping the old one would take
    its children along. They can only be switched off outside a transaction."""
    driver(connection).execute("PRAGMA foreign_keys = OFF")
    try:
        with connection.begin():
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield
            if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                raise StorageError(f"the migration leaves {len(broken)} rows without their parent")
    finally:
        driver(connection).execute("PRAGMA foreign_keys = ON")


def _render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Our column types as what the database has: shipped migrations must not change with them."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    if kind == "type" and isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


connection: Connection = context.config.attributes["connection"]
is_sqlite = connection.dialect.name == "sqlite"
with _on_sqlite(connection) if is_sqlite else _on_postgres(connection):
    # Told inside the transaction, Alembic leaves it alone.
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=is_sqlite,
        render_item=_render,
    )
    context.run_migrations()
