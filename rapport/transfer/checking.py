"""Whether rows from a file are such as Rapport itself would have written.

Everything is held against the schema: a table or a column that is added is checked like the rest.
The first thing that is wrong is named by its table, its place there and its column.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

from rapport.names import clean
from rapport.occasions import OCCASIONS
from rapport.places import is_zone
from rapport.preferences import Preferences
from storage import drafts, nudges, promises, reminders
from storage.archive import CARRIED, Kept, columns_carried, is_number
from storage.columns import Choice, Instant, PartialDateText, from_json
from storage.models import metadata, owners

MOST_ROWS = 300_000  # they keep everybody else's notes waiting for some five seconds
MOST_RINGING = 1_000  # who waits longest is served first: more would hold up everybody else's
LONGEST_TEXT = 20_000
DEEPEST = 12
LARGEST_ID = 10**15  # the counter goes on from the largest for ever
YEARS = range(1000, 3000)  # a rhythm counted from a day beyond would leave the calendar

_SHAPES = {"reasons": list, "sentences": list, "about": dict, "preferences": dict}
_WORDS: Mapping[tuple[str, str], Iterable[str]] = {
    ("promises", "state"): (promises.OPEN, promises.DONE, promises.DROPPED),
    ("reminders", "state"): (reminders.OPEN, reminders.DONE, reminders.DROPPED),
    ("nudges", "state"): (nudges.OPEN, nudges.DONE, nudges.SNOOZED, nudges.SKIPPED),
    ("drafts", "state"): (drafts.OFFERED, drafts.SENT),
    ("drafts", "occasion"): OCCASIONS,
}

Row = dict[str, Any]


class BadDocument(Exception):
    """The file cannot be taken in; `reason` names why, `where` in which row."""

    def __init__(self, reason: str, **where: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.where = where


def checked(owner: object, records: object) -> Kept:
    """The rows with their values as the columns take them; BadDocument names what is wrong."""
    if not isinstance(owner, dict) or not isinstance(records, dict):
        raise BadDocument("not_export")
    unknown = records.keys() - {table.name for table in CARRIED}
    if unknown:
        raise BadDocument("unknown", table=sorted(map(str, unknown))[0][:60])
    given = {table: records.get(table.name, []) for table in CARRIED}
    if not all(isinstance(rows, list) for rows in given.values()):
        raise BadDocument("not_export")
    if sum(map(len, given.values())) > MOST_ROWS:
        raise BadDocument("too_much")
    rows = {
        table: [_row(table, number, row) for number, row in enumerate(listed, 1)]
        for table, listed in given.items()
    }
    for table in CARRIED:
        _are_distinct(table, rows[table])
        _refer_to_something(table, rows)
    if sum(map(_rings, rows[metadata.tables["reminders"]])) > MOST_RINGING:
        raise BadDocument("too_many_ringing")
    return Kept(_owner(owner), {table.name: rows[table] for table in CARRIED})


def _rings(reminder: Row) -> bool:
    return reminder["state"] == reminders.OPEN and reminder["due_at"] is not None


def _owner(values: Row) -> Row:
    row = _row(owners, 1, values)
    _hold(row["zone"] is None or is_zone(row["zone"]), owners, 1, "zone")
    is_time = re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", row["digest_at"])
    _hold(is_time is not None, owners, 1, "digest_at")
    try:
        Preferences.of(row["preferences"])
    except (TypeError, ValueError):
        raise _bad(owners, 1, "preferences") from None
    return row


def _row(table: Table, number: int, values: object) -> Row:
    if not isinstance(values, dict):
        raise _bad(table, number, "")
    columns = {column.name: column for column in columns_carried(table)}
    for unknown in values.keys() - columns.keys():
        raise _bad(table, number, str(unknown)[:60])
    row: Row = {}
    for name, column in columns.items():
        try:
            row[name] = _value(table, column, values.get(name))
        except (TypeError, ValueError, OverflowError, RecursionError):
            raise _bad(table, number, name) from None
    return row


def _value(table: Table, column: Column[Any], given: Any) -> Any:
    """The value as the column takes it; an error of whatever kind if it is no such value."""
    if given is None:
        _expect(bool(column.nullable))
        return None
    match column.type:
        case Instant() | Date() | PartialDateText() | Choice():
            return _within_years(from_json(column, _text(given, 40)))
        case Boolean():
            _expect(type(given) is bool)
        case Integer():
            _expect(type(given) is int and _least(column) <= given <= _most(column))
        case JSON():
            _expect(isinstance(given, _SHAPES.get(column.name, object)))
            _expect(_is_plain(given, DEEPEST))
            _expect(column.name != "reasons" or all(map(_is_reason, given)))
        case String(length=length):
            _text(given, length or LONGEST_TEXT)
            if column.name == "name":
                given = clean(given)
                _expect(given != "")
    _expect(given in _WORDS.get((table.name, column.name), [given]))
    return given


def _expect(is_so: bool) -> None:
    if not is_so:
        raise ValueError


def _text(given: Any, longest: int) -> str:
    _expect(isinstance(given, str) and len(given) <= longest and "\0" not in given)
    str(given).encode()  # half of a surrogate pair is no text
    return str(given)


def _within_years(value: Any) -> Any:
    if isinstance(value, datetime):
        _expect(value.tzinfo is not None)
        value = value.astimezone(UTC)
    _expect(not isinstance(value, date) or value.year in YEARS)
    return value


def _least(column: Column[Any]) -> int:
    return 1 if is_number(column) else 0


def _most(column: Column[Any]) -> int:
    if is_number(column):
        return LARGEST_ID
    return 2**15 - 1 if isinstance(column.type, SmallInteger) else 100_000


def _is_plain(value: Any, deepest: int) -> bool:
    """Whether JSON is of a sort that both engines keep."""
    if deepest == 0:
        return False
    if isinstance(value, dict):
        return all(_is_plain(part, deepest - 1) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return all(_is_plain(part, deepest - 1) for part in value)
    if isinstance(value, str):
        return bool(_text(value, LONGEST_TEXT)) or not value
    return not isinstance(value, float) or math.isfinite(value)


def _is_reason(value: Any) -> bool:
    return isinstance(value, dict) and "kind" in value and isinstance(value.get("about"), dict)


# --- what stands between rows -------------------------------------------------------------------


def _are_distinct(table: Table, rows: Sequence[Row]) -> None:
    for columns in _keys(table):
        seen: set[tuple[Any, ...]] = set()
        for number, row in enumerate(rows, 1):
            key = tuple(row[name] for name in columns)
            _hold(key not in seen, table, number, columns[-1])
            if None not in key:
                seen.add(key)


def _keys(table: Table) -> Iterator[list[str]]:
    """The columns that no two rows of an owner have in common."""
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) or constraint is table.primary_key:
            yield [column.name for column in constraint.columns if column.name != "owner_id"]


def _refer_to_something(table: Table, rows: Mapping[Table, Sequence[Row]]) -> None:
    for reference in _references(table):
        (name,) = [key for key in reference.column_keys if key != "owner_id"]
        known = {row["id"] for row in rows[reference.referred_table]}
        for number, row in enumerate(rows[table], 1):
            _hold(row[name] is None or row[name] in known, table, number, name)


def _references(table: Table) -> Iterator[ForeignKeyConstraint]:
    for reference in table.foreign_key_constraints:
        if reference.referred_table is not metadata.tables["owners"]:
            yield reference


def _hold(is_so: bool, table: Table, number: int, column: str) -> None:
    if not is_so:
        raise _bad(table, number, column)


def _bad(table: Table, number: int, column: str) -> BadDocument:
    return BadDocument("row", table=table.name, number=number, column=column)
