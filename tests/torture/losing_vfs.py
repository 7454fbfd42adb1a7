"""Rapport on a disk that keeps a diary: what was written, what was synced, what was confirmed.

    python -m tests.torture.losing_vfs diary FULL run

is `python -m bot run` with SQLite's files on a VFS of apsw's. Python's own sqlite3 links another
SQLite, which knows nothing of that VFS; so a connection of apsw's wears the face of sqlite3's, and
the product's own storage runs over it unchanged. The diary tells `tests.torture.power_cut` what a
power cut at any moment would have left.
"""

from __future__ import annotations

import pickle
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import apsw
from sqlalchemy import Engine, event

from bot.cli import main
from bot.intake import Intake

VFS = "diary"
CHECKPOINT = 40  # pages: a short log, so that the database itself is written often too

# Entries: (WRITE, file, offset, bytes), (TRUNCATE, file, size), (SYNC, file),
# (DELETE, file, whether the directory is synced too), (CONFIRMED, [(update id, chat id, text)]).
WRITE, TRUNCATE, SYNC, DELETE, CONFIRMED = range(5)
Entry = tuple[Any, ...]


class Diary:
    """What happened on the disk, in order."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._lock = threading.Lock()

    def note(self, *entry: Any) -> None:
        """One more entry."""
        with self._lock:
            pickle.dump(entry, self._file, pickle.HIGHEST_PROTOCOL)

    def close(self) -> None:
        """It is complete."""
        self._file.close()


def read(path: Path) -> Iterable[Entry]:
    """The entries of a diary, in order."""
    with path.open("rb") as file:
        while file.peek(1):
            yield pickle.load(file)


class DiaryVFS(apsw.VFS):
    """The disk of this machine, with a diary. Nothing is truly synced: the power stays on."""

    def __init__(self, diary: Diary) -> None:
        self._diary = diary
        super().__init__(VFS, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> DiaryFile:  # noqa: N802
        """A file, written to in view of the diary."""
        return DiaryFile(self._diary, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        """The file goes; for good, if the directory is synced."""
        self._diary.note(DELETE, suffix(filename), syncdir)
        super().xDelete(filename, syncdir)


class DiaryFile(apsw.VFSFile):
    """The database or one of its logs."""

    def __init__(self, diary: Diary, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        self._note = diary.note
        self._suffix = suffix(name.filename() if isinstance(name, apsw.URIFilename) else name)
        super().__init__("", name, flags)

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802
        """These bytes, there."""
        self._note(WRITE, self._suffix, offset, bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        """No longer than this."""
        self._note(TRUNCATE, self._suffix, newsize)
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        """What was written so far would survive; what is written meanwhile need not."""
        self._note(SYNC, self._suffix)


def suffix(name: str | None) -> str:
    """Which of a database's files it is: "", "-wal" or "-journal"."""
    assert name is not None, "nothing temporary is kept on disk"
    return next((end for end in ("-wal", "-journal") if name.endswith(end)), "")


@contextmanager
def _errors() -> Any:
    """apsw's errors as sqlite3 raises them."""
    try:
        yield
    except apsw.Error as error:
        kind = sqlite3.OperationalError
        if isinstance(error, apsw.ConstraintError):
            kind = sqlite3.IntegrityError  # type: ignore[assignment]  # its sibling
        raised = kind(str(error))
        raised.sqlite_errorcode = getattr(error, "extendedresult", 0)
        raise raised from error


class Cursor(sqlite3.Cursor):
    """One statement's answer, read to its end at once."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._apsw = connection.apsw
        self._rows: list[Any] = []
        self._description: Any = None
        self._rowcount = -1

    def execute(self, sql: str, parameters: Any = ()) -> Self:
        """Run a statement."""
        return self._run(lambda cursor: cursor.execute(sql, _bindings(parameters)))

    def executemany(self, sql: str, parameters: Iterable[Any]) -> Self:
        """Run a statement for each of them."""
        return self._run(lambda cursor: cursor.executemany(sql, map(_bindings, parameters)))

    def _run(self, run: Callable[[apsw.Cursor], Iterable[Any]]) -> Self:
        before = self._apsw.total_changes()
        cursor = self._apsw.cursor()
        cursor.exec_trace = self._describe
        with _errors():
            self._rows = list(run(cursor))
        changed = self._apsw.total_changes() != before
        self._rowcount = self._apsw.changes() if changed else 0
        return self

    def _describe(self, cursor: apsw.Cursor, sql: str, bindings: Any) -> bool:
        columns = [(name, *(None,) * 6) for name, _ in cursor.get_description()]
        self._description = tuple(columns) or None
        return True

    @property
    def description(self) -> Any:
        """The columns; None for a statement that answers nothing."""
        return self._description

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._rowcount

    @property
    def lastrowid(self) -> int:
        """The row that came last."""
        return self._apsw.last_insert_rowid()

    def fetchall(self) -> list[Any]:
        """What is left of the rows."""
        rows, self._rows = self._rows, []
        return rows

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        """So many of the rows."""
        some, self._rows = self._rows[:size], self._rows[size:]
        return some

    def fetchone(self) -> Any:
        """The next row."""
        return self._rows.pop(0) if self._rows else None

    def close(self) -> None:
        """Nothing is held open."""


def _bindings(parameters: Any) -> Any:
    return parameters if isinstance(parameters, Mapping) else tuple(parameters)


class Connection(sqlite3.Connection):
    """A connection of apsw's behind the face of sqlite3's, so far as Rapport looks at it."""

    def __init__(self, path: str, synchronous: str) -> None:
        super().__init__(":memory:", check_same_thread=False)
        self._synchronous = synchronous
        self.apsw = apsw.Connection(path, vfs=VFS)
        self.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT}")

    def execute(self, sql: str, parameters: Any = ()) -> Cursor:
        """Run a statement; the one about syncing says what this run of the torture says."""
        if sql.startswith("PRAGMA synchronous"):
            sql = f"PRAGMA synchronous = {self._synchronous}"
        return Cursor(self).execute(sql, parameters)

    def cursor(self, *_: Any) -> Any:
        """Where statements are run."""
        return Cursor(self)

    @property
    def in_transaction(self) -> bool:
        """Whether one is open."""
        return self.apsw.in_transaction

    def commit(self) -> None:
        """End the open transaction well."""
        if self.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        """End the open transaction undone."""
        if self.in_transaction:
            self.execute("ROLLBACK")

    def create_function(self, name: str, narg: int, func: Any, **about: bool) -> None:
        """A function of Python's, for SQL."""
        self.apsw.create_scalar_function(name, func, narg, **about)

    def close(self) -> None:
        """Let go of the files."""
        self.apsw.close()
        super().close()


def _on_the_diary(synchronous: str) -> Callable[..., Connection]:
    def connect(_dialect: Any, _record: Any, arguments: Sequence[str], _: Any) -> Connection:
        return Connection(arguments[0], synchronous)

    return connect


def _confirming(diary: Diary) -> None:
    """Note what may be confirmed to Telegram, the moment it may."""
    accept = Intake.accept

    async def accept_and_note(intake: Intake, updates: Sequence[Mapping[str, Any]]) -> None:
        await accept(intake, updates)
        texts = [update["message"] for update in updates]
        numbers = [update["update_id"] for update in updates]
        diary.note(
            CONFIRMED,
            [(n, m["chat"]["id"], m["text"]) for n, m in zip(numbers, texts, strict=True)],
        )

    Intake.accept = accept_and_note  # type: ignore[method-assign,assignment]  # the diary looks on


if __name__ == "__main__":
    _, path, level, *command = sys.argv
    diary = Diary(Path(path))
    vfs = DiaryVFS(diary)
    event.listen(Engine, "do_connect", _on_the_diary(level))
    _confirming(diary)
    try:
        main(command)
    finally:
        diary.close()
