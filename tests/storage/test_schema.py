"""The schema's history: up from nothing, the same as models.py, and back."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from storage import schema
from storage.database import engine_for, parse_address
from storage.errors import StorageError, StorageUnavailable
from storage.models import metadata

REBUILD_CONTACTS = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{head}"


def upgrade() -> None:
    with op.batch_alter_table("contacts") as contacts:
        contacts.add_column(sa.Column("pronoun", sa.Text()))
        contacts.alter_column("how_met", type_=sa.String(900), existing_type=sa.Text())
"""


@contextmanager
def connected(address: str) -> Iterator[Connection]:
    engine = engine_for(parse_address(address))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def tables(address: str) -> set[str]:
    with connected(address) as connection:
        return set(inspect(connection).get_table_names())


def test_a_database_that_holds_nothing_has_no_revision(empty_url: str) -> None:
    assert schema.current(empty_url) is None


def test_asking_for_the_revision_makes_no_file(tmp_path: Path) -> None:
    schema.current(f"sqlite:///{tmp_path / 'none.sqlite'}")
    assert not list(tmp_path.iterdir())


def test_from_nothing_up_to_the_newest_revision(empty_url: str) -> None:
    schema.migrate(empty_url)
    assert schema.current(empty_url) == schema.HEAD
    assert tables(empty_url) == {*metadata.tables, "alembic_version"}


def test_the_migrations_make_exactly_what_the_models_say(database_url: str) -> None:
    with connected(database_url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_up_down_and_up_again(empty_url: str) -> None:
    schema.migrate(empty_url)
    schema.downgrade(empty_url, "base")
    assert schema.current(empty_url) is None
    assert tables(empty_url) == {"alembic_version"}
    schema.migrate(empty_url)
    assert schema.current(empty_url) == schema.HEAD


def test_migrating_twice_does_not_even_ask_alembic(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "_alembic", None)
    schema.migrate(database_url)


def test_alembic_is_imported_only_to_migrate(sqlite_url: str) -> None:
    program = (
        "import sys; from storage import schema; schema.migrate(sys.argv[1]);"
        "print([m for m in ('alembic', 'mako', 'psycopg') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, sqlite_url], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_head_is_the_newest_migration(sqlite_url: str) -> None:
    with connected(sqlite_url) as connection:
        scripts = ScriptDirectory.from_config(schema.alembic_config(connection))
        assert scripts.get_heads() == [schema.HEAD]


def test_a_database_from_a_newer_version_is_refused(operator_url: str) -> None:
    with connected(operator_url) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="9999"):
        schema.migrate(operator_url)


def test_a_server_that_cannot_be_reached_is_unavailable() -> None:
    with pytest.raises(StorageUnavailable):
        schema.current("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2")


def test_a_new_file_and_its_directory_are_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "rapport.sqlite"
    schema.migrate(f"sqlite:///{path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def with_a_later_migration(address: str, folder: Path, body: str) -> None:
    (folder / "next.py").write_text(body.format(head=schema.HEAD))
    with connected(address) as connection:
        config = schema.alembic_config(connection)
        places = [str(schema.MIGRATIONS / "versions"), str(folder)]
        config.set_main_option("version_locations", ":".join(places))
        command.upgrade(config, "head")


CHILD = [
    "INSERT INTO owners (id, name, language, digest_at, preferences, last_id, roster_stamp,"
    " roster_reset, shown, invited, created_at) VALUES (1, 'A', 'en', '08:30', '{}', 2, 0, 0,"
    " '[]', false, '2026-03-02 09:00')",
    "INSERT INTO contacts (owner_id, id, name, status, stamp, created_at)"
    " VALUES (1, 1, 'Ada', 'active', 1, '2026-03-02 09:00')",
    "INSERT INTO tags (owner_id, id, contact_id, tag) VALUES (1, 2, 1, 'kept')",
]


def test_rebuilding_a_table_keeps_what_refers_to_it(
    operator_url: str, unwalled_url: str, tmp_path: Path
) -> None:
    with connected(unwalled_url) as connection, connection.begin():
        for row in CHILD:
            connection.exec_driver_sql(row)
    folder = tmp_path / "later"
    folder.mkdir()
    with_a_later_migration(operator_url, folder, REBUILD_CONTACTS)
    with connected(unwalled_url) as connection:
        assert connection.scalars(text("SELECT tag FROM tags")).all() == ["kept"]
        assert connection.scalars(text("SELECT pronoun FROM contacts")).all() == [None]


def test_a_migration_that_fails_half_way_leaves_nothing_behind(
    operator_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "later"
    folder.mkdir()
    body = REBUILD_CONTACTS + "    raise RuntimeError\n"
    with pytest.raises(RuntimeError):
        with_a_later_migration(operator_url, folder, body)
    assert schema.current(operator_url) == schema.HEAD
    with connected(operator_url) as connection:
        columns = {column["name"] for column in inspect(connection).get_columns("contacts")}
    assert "pronoun" not in columns


def test_a_migration_that_orphans_rows_is_taken_back(sqlite_url: str, tmp_path: Path) -> None:
    with connected(sqlite_url) as connection, connection.begin():
        for row in CHILD:
            connection.exec_driver_sql(row)
    folder = tmp_path / "later"
    folder.mkdir()
    body = REBUILD_CONTACTS + '    op.execute("DELETE FROM contacts")\n'
    with pytest.raises(StorageError, match="without their parent"):
        with_a_later_migration(sqlite_url, folder, body)
    assert schema.current(sqlite_url) == schema.HEAD
