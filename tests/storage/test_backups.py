"""One backup: every row, on either engine, and back to either; whole or not there."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from storage import backups, copying, schema
from storage.backups import NotABackup, holding, make, put_in_place, unpacked
from storage.errors import StorageError
from tests.conftest import POSTGRES
from tests.storage.any_rows import Rows, everything, fill, looking


def of(path: Path) -> str:
    """The address of a SQLite file."""
    return f"sqlite:///{path}"


@pytest.fixture
def filled_url(database_url: str) -> str:
    """A database with rows in every table, on each engine in turn."""
    fill(database_url)
    return database_url


@pytest.fixture(params=["sqlite", POSTGRES])
def target_url(request: pytest.FixtureRequest, migrated_file: Path, tmp_path: Path) -> str:
    """Another database, holding nothing yet, on each engine in turn."""
    if request.param == "sqlite":
        return of(tmp_path / "other" / "rapport.sqlite")
    address: str = request.getfixturevalue("postgres_url")
    return address


def settled(rows: Rows) -> Rows:
    """The rows as a restore leaves them: every owner's counter is far ahead."""
    ahead = [{**row, "last_id": row["last_id"] + backups.IDS_AHEAD} for row in rows["owners"]]
    return {**rows, "owners": ahead}


def restore(backup: Path, address: str, home: Path) -> None:
    """What `python -m bot restore` does."""
    with unpacked(backup, home) as new:
        put_in_place(new, make_url(address))


# --- making one ---------------------------------------------------------------------------------


def test_a_backup_holds_every_row(
    filled_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "CHUNK", 3)
    path = tmp_path / "kept" / "b.sqlite"
    make(make_url(filled_url), path)
    found = everything(of(path))
    assert found == everything(filled_url)
    assert all(found.values())
    assert schema.current(of(path)) == schema.HEAD


def test_a_backup_is_one_file_for_its_owner_alone(filled_url: str, tmp_path: Path) -> None:
    path = tmp_path / "kept" / "b.sqlite"
    make(make_url(filled_url), path)
    assert [entry.name for entry in path.parent.iterdir()] == ["b.sqlite"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_an_older_revision_is_backed_up_as_it_is(empty_url: str, tmp_path: Path) -> None:
    schema.migrate(empty_url, "0001")
    fill(empty_url)
    path = tmp_path / "b.sqlite"
    make(make_url(empty_url), path)
    assert schema.current(of(path)) == "0001"
    assert everything(of(path)) == everything(empty_url)


def test_a_file_that_is_there_is_not_overwritten(sqlite_url: str, tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite"
    path.write_text("mine")
    with pytest.raises(StorageError, match="there already"):
        make(make_url(sqlite_url), path)
    assert path.read_text() == "mine"


def test_a_backup_that_is_stopped_leaves_nothing(
    filled_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "INSTRUCTIONS", 10)
    home = tmp_path / "kept"
    with pytest.raises(StorageError):
        make(make_url(filled_url), home / "b.sqlite", stop_asked=lambda: True)
    assert list(home.iterdir()) == []


def test_a_backup_that_is_not_sound_is_none(
    filled_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsound(_path: Path) -> None:
        raise NotABackup("it is damaged")

    monkeypatch.setattr(backups, "check", unsound)
    with pytest.raises(NotABackup):
        make(make_url(filled_url), tmp_path / "kept" / "b.sqlite")
    assert list((tmp_path / "kept").iterdir()) == []


def test_there_is_no_backup_of_no_database(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="unable to open"):
        make(make_url(of(tmp_path / "none.sqlite")), tmp_path / "b.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_a_writer_neither_waits_nor_is_seen_half(sqlite_url: str, tmp_path: Path) -> None:
    fill(sqlite_url)
    path = tmp_path / "b.sqlite"
    with looking(sqlite_url) as writer:
        writer.exec_driver_sql("BEGIN IMMEDIATE")
        writer.execute(text("DELETE FROM contacts"))
        make(make_url(sqlite_url), path)
        writer.exec_driver_sql("COMMIT")
    assert everything(of(path))["contacts"]
    assert not everything(sqlite_url)["contacts"]


# --- restoring it -------------------------------------------------------------------------------


def test_every_row_comes_back_on_either_engine(
    database_url: str, target_url: str, tmp_path: Path
) -> None:
    if database_url == target_url:
        database_url = of(tmp_path / "source.sqlite")
        schema.migrate(database_url)
    fill(database_url)
    path = tmp_path / "b.sqlite"
    make(make_url(database_url), path)
    restore(path, target_url, tmp_path / "work")
    assert everything(target_url) == settled(everything(database_url))
    assert list((tmp_path / "work").iterdir()) == []


def test_what_was_there_is_gone(filled_url: str, tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite"
    make(make_url(filled_url), path)
    before = everything(filled_url)
    with looking(filled_url) as connection, connection.begin():
        connection.execute(text("UPDATE contacts SET name = 'later'"))
        connection.execute(text("DELETE FROM promises"))
        connection.execute(text("INSERT INTO alerts (kind, since) VALUES ('x', '2026-03-02')"))
    restore(path, filled_url, tmp_path / "work")
    assert everything(filled_url) == settled(before)


def test_a_log_left_by_a_kill_is_not_taken_for_the_new_files(
    sqlite_url: str, tmp_path: Path
) -> None:
    fill(sqlite_url)
    backup, killed = tmp_path / "b.sqlite", tmp_path / "killed.sqlite"
    make(make_url(sqlite_url), backup)
    before = everything(sqlite_url)
    with looking(sqlite_url) as writer:
        writer.execute(text("UPDATE contacts SET name = 'later'"))
        for ending in ("", "-wal"):
            source = Path(f"{make_url(sqlite_url).database}{ending}")
            Path(f"{killed}{ending}").write_bytes(source.read_bytes())
    restore(backup, of(killed), tmp_path / "work")
    assert everything(of(killed)) == settled(before)


def test_a_restore_that_fails_half_way_leaves_the_old(
    filled_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "b.sqlite"
    make(make_url(filled_url), path)
    before = everything(filled_url)
    monkeypatch.setattr(backups, "copy_records", failing)
    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(StorageError, match="No space left"):
        restore(path, filled_url, tmp_path / "work")
    assert everything(filled_url) == before


LETTERS = [
    # state, what a restore makes of it, and whether it says that it may be a repeat
    ("pending", "pending", True),
    ("sending", "pending", True),
    ("sent", "sent", False),
    ("dead", "dead", False),
]


@pytest.mark.parametrize(("state", "after", "is_marked"), LETTERS)
def test_letters_that_waited_go_out_once_more_and_say_so(
    sqlite_url: str, tmp_path: Path, state: str, after: str, *, is_marked: bool
) -> None:
    fill(sqlite_url, owners=1, rows=1)
    with looking(sqlite_url) as connection:
        connection.execute(text(f"UPDATE outbox SET may_repeat = 0, state = '{state}'"))
    path = tmp_path / "b.sqlite"
    make(make_url(sqlite_url), path)
    restore(path, sqlite_url, tmp_path / "work")
    (letter,) = everything(sqlite_url)["outbox"]
    assert (letter["state"], letter["may_repeat"]) == (after, is_marked)
    assert (letter["token"] is None) == is_marked


def test_an_older_backup_is_brought_up_in_a_copy(target_url: str, tmp_path: Path) -> None:
    old = tmp_path / "old.sqlite"
    schema.migrate(of(old), "0001")
    fill(of(old))
    path = tmp_path / "b.sqlite"
    make(make_url(of(old)), path)
    before = path.read_bytes()
    restore(path, target_url, tmp_path / "work")
    assert path.read_bytes() == before
    assert schema.current(target_url) == schema.HEAD
    assert holding(make_url(target_url)).owners == 3


# --- what is no backup --------------------------------------------------------------------------


def junk(path: Path) -> None:
    path.write_bytes(b"\x07junk" * 4000)


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def overwritten(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8192:12288] = b"\xff" * 4096
    path.write_bytes(content)


def somebody_elses(path: Path) -> None:
    path.unlink()
    changed(path, "CREATE TABLE songs (name TEXT)")


def newer(path: Path) -> None:
    changed(path, "UPDATE alembic_version SET version_num = '9999'")


def orphaned(path: Path) -> None:
    changed(path, "DELETE FROM contacts")


def in_use(path: Path) -> None:
    path.with_name(f"{path.name}-wal").write_bytes(b"")


def changed(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(statement)


NO_BACKUPS = [
    (junk, "not a backup"),
    (nothing, "not a backup"),
    (cut_short, "damaged"),
    (overwritten, "damaged"),
    (somebody_elses, "not a backup"),
    (newer, "newer Rapport"),
    (orphaned, "damaged"),
    (in_use, "in use"),
]


@pytest.mark.parametrize(("spoil", "why"), NO_BACKUPS, ids=lambda it: getattr(it, "__name__", ""))
def test_what_is_no_sound_backup_is_refused(
    sqlite_url: str, tmp_path: Path, spoil: Callable[[Path], None], why: str
) -> None:
    fill(sqlite_url)
    path, home = tmp_path / "b.sqlite", tmp_path / "work"
    make(make_url(sqlite_url), path)
    spoil(path)
    with pytest.raises(NotABackup, match=why):
        restore(path, of(tmp_path / "never.sqlite"), home)
    assert not home.exists() or list(home.iterdir()) == []
    assert not (tmp_path / "never.sqlite").exists()
