"""Standing statements straight to SQLite's driver: compiled once, then only values travel.

An update's unit is a dozen small statements. SQLAlchemy's execution costs some 25 µs each, the
driver 5; the compiled SQL and the column types stay SQLAlchemy's own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError

from storage.unit import Standing, Unit

_Convert = Callable[[Any], Any] | None


class _Compiled:
    """The SQL of a statement, and how values go in and come out."""

    def __init__(self, statement: Standing, names: tuple[str, ...], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(names))
        self.sql = str(compiled)
        self._given = set(names)
        self._slots: list[tuple[str, _Convert, Any]] = []
        for name in compiled.positiontup or ():
            bind = compiled.binds[name]
            convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
            fixed = None if name in self._given else (convert or _same)(bind.value)
            self._slots.append((name, convert, fixed))
        self._out: list[_Convert] = [
            column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in statement.exported_columns
        ]
        self._plain = not any(self._out)

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """The parameters in the order of their places."""
        mine = self._given
        return [
            fixed if name not in mine else given[name] if convert is None else convert(given[name])
            for name, convert, fixed in self._slots
        ]

    def rows(self, found: list[tuple[Any, ...]]) -> Sequence[Sequence[Any]]:
        """The rows as the columns' types have them."""
        if self._plain:
            return found
        return [
            [
                value if convert is None else convert(value)
                for value, convert in zip(row, self._out, strict=True)
            ]
            for row in found
        ]


def _same(value: Any) -> Any:
    return value


class DirectUnit(Unit):
    """A unit on SQLite whose standing statements take the short way."""

    __slots__ = ("_compiled", "_database")

    def __init__(self, connection: Connection, database: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._database = database
        self._compiled: dict[tuple[Standing, tuple[str, ...]], _Compiled] = {}

    def change(self, statement: Standing, parameters: Mapping[str, Any]) -> int:
        """How many rows a standing statement changed."""
        compiled = self._of(statement, parameters)
        return self._run(compiled, parameters).rowcount

    def rows(self, statement: Standing, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """The rows that a standing statement selects or returns."""
        compiled = self._of(statement, parameters)
        return compiled.rows(self._run(compiled, parameters).fetchall())

    def _of(self, statement: Standing, parameters: Mapping[str, Any]) -> _Compiled:
        key = (statement, tuple(parameters))
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = _Compiled(statement, key[1], self._connection.dialect)
            self._compiled[key] = compiled
        return compiled

    def _run(self, compiled: _Compiled, parameters: Mapping[str, Any]) -> sqlite3.Cursor:
        try:
            return self._database.execute(compiled.sql, compiled.values(parameters))
        except sqlite3.Error as error:
            raise DBAPIError.instance(
                compiled.sql, None, error, sqlite3.Error, hide_parameters=True
            ) from error
