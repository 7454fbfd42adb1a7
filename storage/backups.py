"""One backup: a SQLite file in Rapport's own schema, whatever the engine its records come from.

It is made beside a bot that writes, and is one committed state. Restored to SQLite it becomes the
database; restored to PostgreSQL its records are copied in, so a backup is also the way from one
engine to the other. A file appears under its name when it is whole, checked and on the disk.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from storage import schema
from storage.copying import NOT_RECORDS, Asked, copy_records, never, records
from storage.database import engine_for
from storage.errors import StorageError
from storage.models import outbox, owners
from storage.outbox import PENDING, SENDING

UNFINISHED = ".rapport-unfinished-"
BUSY_SECONDS = 10.0
INSTRUCTIONS = 100_000  # of SQLite's between two looks at whether to stop
# An id that was given out after the backup lives on in buttons on people's screens. It must never
# be given to another record, so every owner's counter goes on far beyond any of those.
IDS_AHEAD = 1_000_000


class NotABackup(StorageError):
    """The file cannot be restored, now or ever; the message says why."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What a database holds."""

    revision: str | None  # None: nothing at all
    owners: int


def file_url(path: Path) -> URL:
    """The address of a SQLite file."""
    return URL.create("sqlite", database=str(path))


def holding(url: URL) -> Holding:
    """What a database holds; StorageError if it cannot be read."""
    revision = schema.current(url)
    if revision is None:
        return Holding(None, 0)
    with _explained():
        engine = engine_for(url)
        try:
            with engine.connect() as connection:
                return Holding(
                    revision, connection.scalar(select(func.count()).select_from(owners)) or 0
                )
        finally:
            engine.dispose()


def make(url: URL, path: Path, *, stop_asked: Asked = never) -> None:
    """Back a database up to a new file; StorageError says why not, and then nothing is left."""
    if path.exists():
        raise StorageError(f"{path} is there already")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _explained(), TemporaryDirectory(prefix=UNFINISHED, dir=path.parent) as work:
        new = Path(work) / "new.sqlite"
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        copy = _vacuum if url.get_backend_name() == "sqlite" else _copy_from_server
        copy(url, new, stop_asked)
        check(new)
        _on_the_disk(new)
        new.rename(path)
        _on_the_disk(path.parent)


def _vacuum(url: URL, new: Path, stop_asked: Asked) -> None:
    """In one read transaction, which a writer does not wait for."""
    with _opened(Path(url.database or ""), "rw") as database:
        database.set_progress_handler(stop_asked, INSTRUCTIONS)
        database.execute("VACUUM INTO ?", [str(new)])


def _copy_from_server(url: URL, new: Path, stop_asked: Asked) -> None:
    """In one read-only transaction, at the revision the server's tables are at."""
    from storage.postgres import postgres_engine

    server, file = postgres_engine(url, read_only=True), engine_for(file_url(new))
    try:
        with server.connect() as source, source.begin():
            revision: str = source.scalar(text("SELECT version_num FROM alembic_version")) or ""
            schema.migrate(file_url(new), revision)
            with file.connect() as target:
                target.exec_driver_sql("BEGIN")
                copy_records(source, target, stop_asked=stop_asked)
                target.exec_driver_sql("COMMIT")
                target.exec_driver_sql("PRAGMA journal_mode = DELETE")
    finally:
        server.dispose()
        file.dispose()


def check(path: Path) -> None:
    """Nothing, if the file is a sound database of Rapport's, of whatever revision; NotABackup
    says what is wrong."""
    try:
        with _opened(path, "ro") as file:
            tables = {row[0] for row in file.execute("SELECT name FROM sqlite_master")}
            if not {"owners", "intake", *NOT_RECORDS} <= tables:
                raise NotABackup("it is not a backup of Rapport")
            (said,) = file.execute("PRAGMA integrity_check(1)").fetchone()
            if said != "ok":
                raise NotABackup(f"it is damaged: {said.splitlines()[-1]}")
            if file.execute("PRAGMA foreign_key_check").fetchone():
                raise NotABackup("it is damaged: rows have lost what they belong to")
    except sqlite3.DatabaseError as error:
        damaged = "malformed" in str(error)
        raise NotABackup(
            f"it is damaged: {error}" if damaged else f"it is not a backup of Rapport: {error}"
        ) from error


@contextlib.contextmanager
def unpacked(backup: Path, home: Path) -> Iterator[Path]:
    """A copy of the backup in that directory, ready to be restored: sound, at the newest schema,
    and its letters marked. NotABackup says why it cannot be."""
    if _beside(backup, "-wal").exists():
        raise NotABackup(f"it is a database in use: {_beside(backup, '-wal').name} belongs to it")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _explained(), TemporaryDirectory(prefix=UNFINISHED, dir=home) as work:
        copy = Path(work) / "restored.sqlite"
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        shutil.copyfile(backup, copy)
        check(copy)
        revision = schema.current(file_url(copy)) or ""
        if revision > schema.HEAD:
            raise NotABackup(f"a newer Rapport made it, at {revision}; restore it with that one")
        schema.migrate(file_url(copy))
        with _opened(copy, "rw") as file:
            _begin_anew(file)
            file.execute("PRAGMA journal_mode = DELETE")
        _on_the_disk(copy)
        yield copy


def _begin_anew(file: sqlite3.Connection) -> None:
    """Letters that waited were probably sent since, perhaps not: each goes out once more and
    says that it may be a repeat, because the one that was not sent must not be lost."""
    waited = f"state IN ('{PENDING}', '{SENDING}')"
    file.execute("BEGIN")
    file.execute(
        f"UPDATE {outbox.name} SET state = '{PENDING}', token = NULL, lease_until = NULL,"  # noqa: S608 - our own words
        f" may_repeat = 1 WHERE {waited}"
    )
    file.execute(f"UPDATE {owners.name} SET last_id = last_id + {IDS_AHEAD}")  # noqa: S608 - ours
    file.execute("COMMIT")


def put_in_place(new: Path, url: URL) -> None:
    """Make what was unpacked the database, at once or not at all; a server's tables are at the
    newest schema already."""
    with _explained():
        if url.get_backend_name() == "sqlite":
            _replace_file(new, Path(url.database or ""))
        else:
            _replace_records(new, url)


def keep_as_it_is(path: Path, beside: Path) -> None:
    """Copy a database that cannot be read any more, for a look at it."""
    for ending in ("", "-wal"):
        if _beside(path, ending).exists():
            kept = _beside(beside, ending)
            os.close(os.open(kept, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            shutil.copyfile(_beside(path, ending), kept)
            _on_the_disk(kept)


def _replace_file(new: Path, path: Path) -> None:
    """The old write-ahead log first goes into the old file: left over, it would be taken for the
    new file's."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        # A damaged one was kept as it is; what its log holds cannot be brought home.
        with contextlib.suppress(sqlite3.DatabaseError), _opened(path, "rw") as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for ending in ("-wal", "-shm"):
        _beside(path, ending).unlink(missing_ok=True)
    new.replace(path)
    _on_the_disk(path.parent)


def _replace_records(new: Path, url: URL) -> None:
    """In one transaction of the server's."""
    file, server = engine_for(file_url(new)), engine_for(url)
    try:
        with file.connect() as source, server.connect() as target, target.begin():
            for table in reversed(records(target)):
                if "owner_id" not in table.c:  # those that have one go with their owner
                    target.execute(table.delete())
            copy_records(source, target)
    finally:
        file.dispose()
        server.dispose()


@contextlib.contextmanager
def _opened(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
    )
    with contextlib.closing(database):
        yield database


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """What the drivers and the system raise, as a StorageError."""
    try:
        yield
    except DBAPIError as error:
        raise StorageError(str(error.orig)) from error
    except sqlite3.Error as error:
        raise StorageError(str(error)) from error
    except OSError as error:
        raise StorageError(f"{error.filename or 'the disk'}: {error.strerror}") from error


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _on_the_disk(path: Path) -> None:
    """A power cut cannot take the file's content, or the directory's entries, any more."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
