"""Every statement the product makes is looked at: does it stay with the owner it acts for?

In force for every test (`tests.conftest`), so that new tables and new handlers are held to it as
soon as any test reaches them. A unit that acts for an owner must name that owner for every table
of owners' rows it touches; one that acts for nobody may touch only what `storage.models.HOUSE`
names. What tests themselves ask of the database is their own business.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast
from unittest.mock import patch

from sqlalchemy import BindParameter, Column, Executable, FromClause, Insert, Table, TextClause
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression
from sqlalchemy.sql.selectable import Alias
from sqlalchemy.sql.visitors import ExternallyTraversible

from storage.direct import DirectUnit
from storage.models import HOUSE, blocked, metadata, owners
from storage.unit import Parameters, Unit

FLOORS = ("bot", "handlers", "rapport", "storage")
OWNERS_ROWS = {
    owners,
    blocked,
    *(table for table in metadata.sorted_tables if "owner_id" in table.c),
}


class UnscopedError(AssertionError):
    """A statement reaches beyond the owner it acts for."""


@dataclass(frozen=True)
class Reach:
    """What a statement touches, and how far it binds itself to an owner."""

    tables: frozenset[Table]
    unbound: frozenset[Table]
    owners: tuple[BindParameter[Any], ...]
    """What stands for the owner's id."""
    is_insert: bool


def key_of(source: FromClause) -> Column[Any] | None:
    """The column that says whose a row is; None where rows are nobody's."""
    table = source.element if isinstance(source, Alias) else source
    if table not in OWNERS_ROWS:
        return None
    name = "owner_id" if "owner_id" in table.c else "id"
    return cast("Column[Any]", source.c[name])


@lru_cache(maxsize=4096)
def reach_of(statement: Executable) -> Reach:
    """What the statement touches."""
    touched: set[FromClause] = set()
    held: set[FromClause] = set()
    alike: list[set[FromClause]] = []
    binds: list[BindParameter[Any]] = []
    for element in visitors.iterate(cast("ExternallyTraversible", statement)):
        source = element.table if isinstance(element, Column) else element
        if isinstance(source, Table | Alias) and key_of(source) is not None:
            touched.add(source)
        if isinstance(element, BinaryExpression) and element.operator is operators.eq:
            sides = (element.left, element.right)
            sources: set[FromClause] = {
                side.table for side in sides if isinstance(side, Column) and is_key(side)
            }
            given = [side for side in sides if isinstance(side, BindParameter)]
            if sources and given:
                held |= sources
                binds += given
            elif len(sources) > 1:
                alike.append(sources)
    while more := [pair for pair in alike if pair & held and not pair <= held]:
        held = held.union(*more)  # what has the same owner as a row that is held
    is_insert = isinstance(statement, Insert)
    unbound = frozenset() if is_insert else frozenset(plain(s) for s in touched - held)
    return Reach(frozenset(map(plain, touched)), unbound, tuple(binds), is_insert)


def is_key(column: Column[Any]) -> bool:
    """Whether the column says whose a row is."""
    return column.table is not None and key_of(column.table) is column


def plain(source: FromClause) -> Table:
    """The table itself."""
    table = source.element if isinstance(source, Alias) else source
    assert isinstance(table, Table)
    return table


def check(unit: Unit, statement: Executable, parameters: Parameters) -> None:
    """Raise UnscopedError where the statement reaches further than it may."""
    if isinstance(statement, TextClause):
        raise UnscopedError(f"what a text does cannot be seen: {statement}")
    reach = reach_of(statement)
    if not reach.tables:
        return
    if unit.owner_id is None:
        if not reach.tables <= HOUSE:
            raise UnscopedError(f"the house has no business there: {statement}")
        return
    if reach.unbound:
        names = sorted(table.name for table in reach.unbound)
        raise UnscopedError(f"{', '.join(names)} of every owner: {statement}")
    for value in values_of(statement, reach, parameters):
        if value != unit.owner_id:
            raise UnscopedError(f"{value} where the unit acts for {unit.owner_id}: {statement}")


def values_of(statement: Executable, reach: Reach, parameters: Parameters) -> Iterator[Any]:
    """The owners' ids that the statement is given."""
    rows: list[Mapping[str, Any]] = (
        [parameters] if isinstance(parameters, Mapping) else list(parameters or [{}])
    )
    for row in rows:
        if reach.is_insert:
            (table,) = reach.tables
            key = "owner_id" if "owner_id" in table.c else "id"
            yield row[key] if key in row else statement.compile().params[key]  # type: ignore[attr-defined]
        for bind in reach.owners:
            yield row.get(bind.key, bind.value)


def is_ours() -> bool:
    """Whether the product asks: the nearest caller outside of the unit is on one of its floors."""
    frame = sys._getframe(2)
    while frame.f_globals.get("__name__") in {__name__, "storage.unit"} and frame.f_back:
        frame = frame.f_back
    name = str(frame.f_globals.get("__name__"))
    return name.partition(".")[0] in FLOORS


def watched(method: Callable[..., Any]) -> Callable[..., Any]:
    """The same method of a unit, its statement looked at first."""

    def look(self: Unit, statement: Executable, parameters: Parameters = None) -> Any:
        if is_ours():
            check(self, statement, parameters)
        return method(self, statement, parameters)

    return look


@contextmanager
def in_force() -> Iterator[None]:
    """Every unit's statements are looked at."""
    with (
        patch.object(Unit, "execute", watched(Unit.execute)),
        patch.object(DirectUnit, "change", watched(DirectUnit.change)),
        patch.object(DirectUnit, "rows", watched(DirectUnit.rows)),
    ):
        yield
