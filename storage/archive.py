"""Everything one owner keeps as plain rows, taken out whole and put back whole.

Every table that has an owner is carried, a new one too, but for what belongs to the conversation
with this running bot and would mean nothing, or the wrong thing, anywhere else:

outbox     calls to Telegram that wait, and the numbers of the messages that were sent
dialogues  the question that is open in the chat just now
captures   which message became what, so that Undo can take it back: a journal from a file could
           put back whatever it liked, so none is read from one

The same goes for some columns of the owner's own row: who they are to Telegram, the counters, what
is due and what is on the screen.

Taken out, ids are counted from 1; put back, from where the owner's counter stands. So a button that
is still on a screen never finds another record than the one it was shown for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Table, func, select

from storage.models import captures, contacts, dialogues, metadata, outbox, owners
from storage.notebook import Notebook

LEFT_OUT = frozenset({outbox, dialogues, captures})
CARRIED: tuple[Table, ...] = tuple(
    table
    for table in metadata.sorted_tables  # what is referred to comes first
    if "owner_id" in table.c and table not in LEFT_OUT
)
OF_THIS_BOT = frozenset(
    (
        *("id", "last_id", "roster_stamp", "roster_reset", "shown", "digest_due", "digest_day"),
        *("invited", "unreachable_since", "blocked_at"),
    )
)

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Kept:
    """What one owner keeps: the columns of their own row, and their rows by table."""

    owner: Values
    rows: Mapping[str, Sequence[Values]]


@cache
def columns_carried(table: Table) -> tuple[Column[Any], ...]:
    """The columns of a row that travel, in the schema's order."""
    if table is owners:
        return tuple(column for column in table.c if column.name not in OF_THIS_BOT)
    local = {table.c.owner_id, *({contacts.c.stamp} if table is contacts else ())}
    return tuple(column for column in table.c if column not in local)


def take_out(notebook: Notebook) -> Kept:
    """Everything the owner keeps, each table in the order of its keys."""
    own = select(*columns_carried(owners)).where(owners.c.id == notebook.owner_id)
    kept = Kept(
        dict(notebook.unit.execute(own).mappings().one()),
        {table.name: _rows(notebook, table) for table in CARRIED},
    )
    return _counted_from(1, kept)


def _rows(notebook: Notebook, table: Table) -> Sequence[Values]:
    keys = [column for column in table.primary_key if column.name != "owner_id"]
    mine = select(*columns_carried(table)).where(table.c.owner_id == notebook.owner_id)
    return [dict(row) for row in notebook.unit.execute(mine.order_by(*keys)).mappings()]


def counts(notebook: Notebook) -> Mapping[str, int]:
    """How many rows the owner keeps, by table."""
    return {table.name: _count(notebook, table) for table in CARRIED}


def _count(notebook: Notebook, table: Table) -> int:
    mine = select(func.count()).where(table.c.owner_id == notebook.owner_id)
    return int(notebook.unit.execute(mine).scalar_one())


def put_back(notebook: Notebook, kept: Kept) -> None:
    """The owner keeps this and nothing else; the rows must have been checked.

    Undo cannot reach behind this.
    """
    unit, owner_id = notebook.unit, notebook.owner_id
    for table in (dialogues, captures, *reversed(CARRIED)):
        unit.execute(table.delete().where(table.c.owner_id == owner_id))
    last = unit.execute(select(owners.c.last_id).where(owners.c.id == owner_id)).scalar_one()
    kept = _counted_from(last + 1, kept)
    last = max(_ids(kept), default=last)
    unit.execute(
        owners.update().where(owners.c.id == owner_id).values({**kept.owner, "last_id": last})
    )
    stamp = notebook.next_id()
    for table in CARRIED:
        local = {"owner_id": owner_id, **({"stamp": stamp} if table is contacts else {})}
        rows = [{**row, **local} for row in kept.rows[table.name]]
        if rows:
            unit.execute(table.insert(), rows)
    notebook.contacts.some_went()


def _counted_from(first: int, kept: Kept) -> Kept:
    """The same with other ids, the smallest of them this one; they lie as far apart as before."""
    by = first - min(_ids(kept), default=first)
    if not by:
        return kept
    return Kept(
        kept.owner,
        {
            table.name: [_moved(table, row, by) for row in kept.rows[table.name]]
            for table in CARRIED
        },
    )


def _ids(kept: Kept) -> Iterator[int]:
    """The ids of all rows."""
    for table in CARRIED:
        if "id" in table.c:
            yield from (row["id"] for row in kept.rows[table.name])


def _moved(table: Table, row: Values, by: int) -> Values:
    moved = {name: row[name] + by for name in _id_columns(table) if row[name] is not None}
    inside = {name: _moved_inside(row[name], by) for name in _json_columns(table)}
    return {**row, **moved, **inside}


@cache
def _id_columns(table: Table) -> tuple[str, ...]:
    numbers = (column.name for column in columns_carried(table) if is_number(column))
    return tuple(name for name in numbers if name != "message_id")


@cache
def _json_columns(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.c if isinstance(column.type, JSON))


def _moved_inside(value: Any, by: int) -> Any:
    """JSON in which a key that ends in `_id` has an id: what a nudge was for."""
    if isinstance(value, list):
        return [_moved_inside(each, by) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: each + by if key.endswith("_id") and type(each) is int else _moved_inside(each, by)
        for key, each in value.items()
    }


def is_number(column: Column[Any]) -> bool:
    """Whether the column holds ids: of its own rows, of others, of messages."""
    return isinstance(column.type, BigInteger)
