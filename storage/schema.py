"""The schema's revision: which one a database is at, and how it gets to the newest.

Alembic costs time and memory at every start, so it is imported only where there is something
to migrate: what a database is at is read without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, OperationalError

from storage.database import engine_for, parse_address
from storage.errors import StorageError, StorageUnavailable

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0005"
MIGRATIONS = Path(__file__).parent / "migrations"


def current(address: str | URL) -> str | None:
    """The revision a database is at; None for one that holds nothing yet."""
    url = _url(address)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return None
    with _connected(url) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def migrate(address: str | URL, to: str = "head") -> None:
    """Bring a database, new or old, to a revision; nothing happens if it is there already."""
    if current(address) != (HEAD if to == "head" else to):
        from alembic import command

        _alembic(address, lambda config: command.upgrade(config, to))


def let_in(address: str | URL, role: str) -> None:
    """Let another role work on a PostgreSQL database's records; row-level security holds it."""
    with _connected(_url(address)) as connection, connection.begin():
        quoted = connection.dialect.identifier_preparer.quote_identifier(role)
        connection.exec_driver_sql(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}"
        )


def is_held(address: str | URL) -> bool:
    """Whether PostgreSQL's row-level security holds the role that connects; no superuser is."""
    with _connected(_url(address)) as connection:
        passes = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        return not connection.scalar(passes)


def downgrade(address: str | URL, to: str) -> None:
    """Take a database back to an earlier revision, or to `base`: nothing at all."""
    from alembic import command

    _alembic(address, lambda config: command.downgrade(config, to))


def alembic_config(connection: Connection) -> Config:
    """What Alembic needs to know; there is no alembic.ini."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _alembic(address: str | URL, command: Callable[[Config], None]) -> None:
    from alembic.util import CommandError

    with _connected(_url(address)) as connection:
        try:
            command(alembic_config(connection))
        except CommandError as error:
            raise StorageError(str(error)) from error


@contextmanager
def _connected(url: URL) -> Iterator[Connection]:
    engine = engine_for(url)
    try:
        with engine.connect() as connection:
            yield connection
    except OperationalError as error:
        raise StorageUnavailable(str(error.orig)) from error
    except DatabaseError as error:  # a file that is no database, a server that is another's
        raise StorageError(str(error.orig)) from error
    finally:
        engine.dispose()


def _url(address: str | URL) -> URL:
    return parse_address(address) if isinstance(address, str) else address
