"""Every statement the product makes is looked at: does it stay with the owner it acts for?

In force for every test (`tests.conftest`), so that new tables and new handlers are held to it as
soon as any test reaches them. A unit that acts for an owner must name that owner for every table
of owners' rows it touches; one that acts for nobody may touch only what `storage.models.HOUSE`
names. What tests themselves ask of the database is their own business.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast
from unittest.mock import patch

from sqlalchemy import (
    CTE,
    BindParameter,
    Column,
    Executable,
    FromClause,
    Insert,
    Join,
    Select,
    Subquery,
    Table,
    TableClause,
    TextClause,
    Update,
)
from sqlalchemy.sql import operators
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList, ClauseElement, Grouping
from sqlalchemy.sql.selectable import Alias

from storage.direct import DirectUnit
from storage.models import HOUSE, blocked, intake, metadata, owners
from storage.unit import Parameters, Unit

FLOORS = ("bot", "handlers", "rapport", "storage")
OWNERS_ROWS = {
    owners,
    blocked,
    intake,
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
    name = next(name for name in ("owner_id", "chat_id", "id") if name in table.c)
    return cast("Column[Any]", source.c[name])


@lru_cache(maxsize=4096)
def reach_of(statement: Executable) -> Reach:
    """What the statement touches."""
    found = _Found()
    found.look_into(statement, frozenset(), frozenset())
    is_insert = isinstance(statement, Insert)
    touched, unbound = frozenset(map(plain, found.touched)), frozenset(map(plain, found.unbound))
    return Reach(touched, frozenset() if is_insert else unbound, tuple(found.binds), is_insert)


@dataclass
class _Found:
    """What was found in a statement and in those inside it, each looked at by itself: only what
    must hold for every row of its own counts, a part of its WHERE, or of the ON of a join."""

    touched: set[FromClause] = field(default_factory=set)
    unbound: set[FromClause] = field(default_factory=set)
    binds: list[BindParameter[Any]] = field(default_factory=list)

    def look_into(
        self, scope: Any, outer: frozenset[FromClause], outer_held: frozenset[FromClause]
    ) -> None:
        """Look at a statement; `outer` is what those around it read, and it may refer to."""
        if not isinstance(scope, Select | UpdateBase):  # several selects as one
            for each, _ in _inside(scope, refers=False):
                self.look_into(each, outer, outer_held)
            return
        froms = list(_froms(scope))
        sources = {each for each in froms if _is_owners(each)}
        own = frozenset(sources - outer if set(froms) - outer else sources)
        held = self._held(scope, outer_held)
        self.touched |= own
        self.unbound |= own - held
        for column, value in (getattr(scope, "_values", None) or {}).items():
            name = getattr(column, "name", column)
            if isinstance(scope, Update) and is_key(scope.table.c[name]):
                assert isinstance(value, BindParameter), (
                    f"whose it is to be cannot be seen: {scope}"
                )
                self.binds.append(value)
        for inner, refers in _inside(scope, refers=True):
            around = (outer | own, held | outer_held) if refers else (frozenset(), frozenset())
            self.look_into(inner, *around)

    def _held(self, scope: Any, outer_held: frozenset[FromClause]) -> frozenset[FromClause]:
        """Of what the statement reads, what has to be one owner's."""
        held, alike, keys = set(outer_held), list[tuple[FromClause, FromClause]](), Counter[Any]()
        for part, only in _conditions(scope):
            if not isinstance(part, BinaryExpression):
                continue
            if part.operator is operators.in_op and isinstance(part.left, Column):
                keys[part.left.name] += part.left.table is intake
            if part.operator is not operators.eq:
                continue
            for this, that in ((part.left, part.right), (part.right, part.left)):
                if not isinstance(this, Column) or (only is not None and this.table not in only):
                    continue
                if isinstance(that, BindParameter) and is_key(this):
                    held.add(this.table)
                    self.binds.append(that)
                elif isinstance(that, Column) and is_key(this) and is_key(that):
                    alike.append((that.table, this.table))
                elif isinstance(that, BindParameter) and this.table is intake:
                    keys[this.name] += 1
        if keys["bot_id"] and keys["update_id"]:
            held.add(intake)  # the very update that is answered
        while more := {then for first, then in alike if first in held} - held:
            held |= more  # what has the same owner as a row that is held
        return frozenset(held)


def _is_owners(source: FromClause) -> bool:
    return isinstance(source, Table | Alias) and key_of(source) is not None


def _froms(scope: Any) -> Iterator[FromClause]:
    """The tables that a statement itself reads or changes."""
    given = scope.get_final_froms() if isinstance(scope, Select) else [scope.table]
    for each in given:
        yield from _tables(each)


def _tables(source: FromClause) -> Iterator[FromClause]:
    if isinstance(source, Join):
        yield from _tables(source.left)
        yield from _tables(source.right)
    elif isinstance(source, TableClause) and not isinstance(source, Table):
        raise UnscopedError(f"whose its rows are cannot be seen: {source}")
    else:
        yield source


def _conditions(scope: Any) -> Iterator[tuple[Any, set[FromClause] | None]]:
    """What must hold for each row of a statement, and of which tables alone it does if not of
    all: the ON of an outer join narrows its right side."""
    where = getattr(scope, "whereclause", None)
    if where is not None:
        yield from ((part, None) for part in _parts(where))
    for each in scope.get_final_froms() if isinstance(scope, Select) else ():
        yield from _joined(each)


def _joined(source: FromClause) -> Iterator[tuple[Any, set[FromClause] | None]]:
    if isinstance(source, Join):
        yield from _joined(source.left)
        yield from _joined(source.right)
        assert not source.full
        only = set(_tables(source.right)) if source.isouter else None
        yield from ((part, only) for part in _parts(source.onclause))


def _parts(condition: Any) -> Iterator[Any]:
    """The parts of an AND."""
    if isinstance(condition, Grouping):
        yield from _parts(condition.element)
    elif isinstance(condition, BooleanClauseList) and condition.operator is operators.and_:
        for part in condition.clauses:
            yield from _parts(part)
    else:
        yield condition


def _inside(element: Any, *, refers: bool) -> Iterator[tuple[Any, bool]]:
    """The statements inside one, and whether each may refer to what that reads."""
    for child in element.get_children():
        if isinstance(child, TextClause):
            raise UnscopedError(f"what a text does cannot be seen: {child}")
        if isinstance(child, Select | UpdateBase):
            yield child, refers
        elif isinstance(child, ClauseElement):  # an update's values have names beside them
            yield from _inside(child, refers=refers and not isinstance(child, Subquery | CTE))


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
        if not reach.tables <= HOUSE | {intake}:
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
            key = next(name for name in ("owner_id", "chat_id", "id") if name in table.c)
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
