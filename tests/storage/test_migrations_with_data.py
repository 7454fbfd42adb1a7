"""Migrations of a database that holds something: every row is the same afterwards, each way."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage import schema
from storage.errors import StorageError
from tests.storage.any_rows import everything, fill, looking, narrowed

ROOT = Path(__file__).parents[2]
FIRST = "0001"


@pytest.fixture
def first_url(empty_url: str) -> str:
    """A database of the first release with rows in every table, on each engine in turn."""
    schema.migrate(empty_url, FIRST)
    fill(empty_url)
    return empty_url


def revisions(connection: Connection) -> list[str]:
    """Every revision there is, oldest first."""
    scripts = ScriptDirectory.from_config(schema.alembic_config(connection))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def assert_whole(address: str) -> None:
    """Nothing is damaged, and no row has lost what it belongs to."""
    if address.startswith("sqlite"):
        with looking(address) as connection:
            assert connection.scalars(text("PRAGMA integrity_check")).all() == ["ok"]
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def test_up_down_and_up_again_every_row_is_the_same(first_url: str) -> None:
    before = everything(first_url)
    assert all(before.values())
    schema.migrate(first_url)
    assert narrowed(everything(first_url), before) == before
    assert_whole(first_url)
    schema.downgrade(first_url, FIRST)
    assert everything(first_url) == before
    assert_whole(first_url)
    schema.migrate(first_url)
    assert narrowed(everything(first_url), before) == before
    assert_whole(first_url)


def test_each_step_keeps_what_the_one_before_knew(first_url: str) -> None:
    with looking(first_url) as connection:
        steps = revisions(connection)
    assert steps[0] == FIRST
    for up in steps[1:]:
        before = everything(first_url)
        schema.migrate(first_url, up)
        assert narrowed(everything(first_url), before) == before


def test_down_from_rows_in_every_newest_column(database_url: str) -> None:
    from tests.postgres import as_operator

    fill(database_url)
    newest = everything(database_url)
    is_file = database_url.startswith("sqlite")
    schema.downgrade(database_url if is_file else as_operator(database_url), FIRST)
    oldest = everything(database_url)
    assert all(oldest.values())
    assert narrowed(newest, oldest) == oldest
    assert_whole(database_url)


def test_two_at_once_migrate_it_once(first_url: str) -> None:
    before = everything(first_url)
    program = "import sys; from storage.schema import migrate; migrate(sys.argv[1])"
    both = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", program, first_url],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in both:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
    assert schema.current(first_url) == schema.HEAD
    assert narrowed(everything(first_url), before) == before


def test_a_migration_waits_for_a_writer_and_sees_what_it_wrote(first_url: str) -> None:
    with looking(first_url) as writer:
        if first_url.startswith("sqlite"):
            writer.exec_driver_sql("BEGIN IMMEDIATE")
        writer.execute(text("UPDATE owners SET name = 'changed'"))
        migration = threading.Thread(target=schema.migrate, args=(first_url,))
        migration.start()
        migration.join(1.0)
        assert migration.is_alive()
        if first_url.startswith("sqlite"):
            writer.exec_driver_sql("COMMIT")
        else:
            writer.commit()
        migration.join(30.0)
    assert schema.current(first_url) == schema.HEAD
    assert {row["name"] for row in everything(first_url)["owners"]} == {"changed"}


def test_a_revision_nobody_knows_is_left_alone(first_url: str) -> None:
    with looking(first_url) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = everything(first_url)
    with pytest.raises(StorageError, match="9999"):
        schema.migrate(first_url)
    assert everything(first_url) == before
