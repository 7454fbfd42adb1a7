"""Whether rows from a file are such as Rapport itself would have written.

Everything is held against the schema: a table or a column that is added is checked like the rest.
The first thing that is wrong is named by its table, its place there and its column.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from itertools import chain
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
from rapport.preferences import CAPS, Preferences
from rapport.unseen import without_unseen
from storage import drafts, nudges, promises, reminders
from storage.archive import CARRIED, Kept, columns_carried, is_number
from storage.columns import Choice, Instant, PartialDateText, from_json
from storage.models import metadata, owners
from storage.types import LONGEST_CADENCE, LONGEST_NAME, YEARS, PartialDate

MOST_ROWS = 300_000  # they keep everybody else's notes waiting for some five seconds
MOST_RINGING = 1_000  # who waits longest is served first: more would hold up everybody else's
LONGEST_TEXT = 20_000
DEEPEST = 12
LARGEST_ID = 10**15  # the counter goes on from the largest for ever
MOST_PARTS = 3_000_000  # of JSON in rows; each takes some sixty bytes of memory
MOST_DAYS = 200_000  # more than the years that are believed in have
MOST_VERSIONS = 100  # of a draft; the next one is found by writing all before it

_SHAPES = {"reasons": list, "sentences": list, "about": dict, "preferences": dict}
_WORDS: Mapping[tuple[str, str], Iterable[str]] = {
    ("promises", "state"): (promises.OPEN, promises.DONE, promises.DROPPED),
    ("reminders", "state"): (reminders.OPEN, reminders.DONE, reminders.DROPPED),
    ("nudges", "state"): (nudges.OPEN, nudges.DONE, nudges.SNOOZED, nudges.SKIPPED),
    ("drafts", "state"): (drafts.OFFERED, drafts.SENT),
    ("drafts", "occasion"): OCCASIONS,
    ("drafts", "tone"): ("warm", "casual", "formal"),
    ("drafts", "channel"): ("telegram", "whatsapp", "linkedin", "email"),
    ("handles", "kind"): ("email", "phone", "telegram", "telegram_id", "linkedin", "url"),
}
# States that have their day.
_SINCE = {
    "promises": ((promises.DONE, promises.DROPPED), "settled_on"),
    "drafts": ((drafts.SENT,), "sent_on"),
}
_MOST = {"number": MOST_VERSIONS, "cadence_days": LONGEST_CADENCE}
# What the words for a reason need to know, by its kind: each is there, and of one of these types.
_TEXT, _NUMBER, _NOTHING = str, int, type(None)
_ABOUT: Mapping[str, Mapping[str, tuple[type, ...]]] = {
    "birthday": {"on": (_TEXT,), "late": (_NUMBER,)},
    "follow-up": {
        "follow_up_id": (_NUMBER,),
        "what": (_TEXT, _NOTHING),
        "on": (_TEXT,),
        "late": (_NUMBER,),
    },
    "promise-mine": {
        "promise_id": (_NUMBER,),
        "what": (_TEXT,),
        "due": (_TEXT,),
        "late": (_NUMBER,),
    },
    "promise-theirs": {
        "promise_id": (_NUMBER,),
        "what": (_TEXT,),
        "due": (_TEXT,),
        "late": (_NUMBER,),
    },
    "after-event": {"event": (_TEXT, _NOTHING), "on": (_TEXT,), "days": (_NUMBER,)},
    "cadence": {"due": (bool,), "days": (_NUMBER, _NOTHING), "every": (_NUMBER, _NOTHING)},
}

Row = dict[str, Any]


class BadDocument(Exception):
    """The file cannot be taken in; `reason` names why, `where` in which row."""

    def __init__(self, reason: str, **where: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.where = where


class Rows:
    """The rows of a document as they come in; BadDocument names the first thing that is wrong."""

    def __init__(self) -> None:
        self._rows: dict[Table, list[Row]] = {table: [] for table in CARRIED}
        self._table = CARRIED[0]
        self._count = 0
        self._parts = _Parts()

    def begin(self, name: str) -> None:
        """The rows of this table come next."""
        found = [table for table in CARRIED if table.name == name]
        if not found:
            raise BadDocument("unknown", table=name[:60])
        (self._table,) = found

    def add(self, values: object) -> None:
        """A row, its values as the columns take them from now on."""
        self._count += 1
        if self._count > MOST_ROWS:
            raise BadDocument("too_much")
        listed = self._rows[self._table]
        listed.append(_row(self._table, len(listed) + 1, values, self._parts))

    def kept(self, owner: object) -> Kept:
        """Everything, once all has come and fits together."""
        if not isinstance(owner, dict):
            raise BadDocument("not_export")
        for table in CARRIED:
            _are_distinct(table, self._rows[table])
            _refer_to_something(table, self._rows)
        if sum(map(_rings, self._rows[metadata.tables["reminders"]])) > MOST_RINGING:
            raise BadDocument("too_many_ringing")
        rows = {table.name: self._rows[table] for table in CARRIED}
        return Kept(_owner(owner, self._parts), rows)


def _rings(reminder: Row) -> bool:
    return reminder["state"] == reminders.OPEN and reminder["due_at"] is not None


def _owner(values: Row, parts: _Parts) -> Row:
    row = _row(owners, 1, values, parts)
    _hold(row["zone"] is None or is_zone(row["zone"]), owners, 1, "zone")
    is_time = re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", row["digest_at"])
    _hold(is_time is not None, owners, 1, "digest_at")
    _hold(_are_preferences(row["preferences"]), owners, 1, "preferences")
    return row


def _are_preferences(given: Mapping[str, Any]) -> bool:
    try:
        meant = Preferences.of(given)
    except (TypeError, ValueError):
        return False
    signs = meant.sign_as is None or (
        type(meant.sign_as) is str and 0 < len(meant.sign_as) <= LONGEST_NAME
    )
    return signs and meant.cap in CAPS and given.keys() <= asdict(meant).keys()


def _row(table: Table, number: int, values: object, parts: _Parts) -> Row:
    if not isinstance(values, dict):
        raise _bad(table, number, "")
    columns = {column.name: column for column in columns_carried(table)}
    for unknown in values.keys() - columns.keys():
        raise _bad(table, number, str(unknown)[:60])
    row: Row = {}
    for name, column in columns.items():
        try:
            row[name] = _value(table, column, values.get(name), parts)
        except (TypeError, ValueError, OverflowError, RecursionError):
            raise _bad(table, number, name) from None
    states, when = _SINCE.get(table.name, ((), ""))
    _hold(not states or row["state"] not in states or row[when] is not None, table, number, when)
    return row


def _value(table: Table, column: Column[Any], given: Any, parts: _Parts) -> Any:
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
            _expect(_is_plain(given, DEEPEST, parts))
            _expect(column.name not in _FITS or _FITS[column.name](given))
            given = _seen(given)
        case String(length=length):
            given = without_unseen(_text(given, LONGEST_TEXT))
            if column.name == "name":
                given = clean(given)
            _text(given, length or column.info.get("longest", LONGEST_TEXT))
            _expect(bool(given.strip()) or bool(column.nullable))
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
    year = value.year if isinstance(value, date | PartialDate) else None
    _expect(year is None or year in YEARS)
    return value


def _least(column: Column[Any]) -> int:
    return 1 if is_number(column) or column.name == "cadence_days" else 0


def _most(column: Column[Any]) -> int:
    if is_number(column):
        return LARGEST_ID
    return 2**15 - 1 if isinstance(column.type, SmallInteger) else _MOST.get(column.name, 100_000)


class _Parts:
    """How much JSON the document may still hold."""

    def __init__(self) -> None:
        self._left = MOST_PARTS

    def count(self, new: int) -> None:
        """So many more have come."""
        self._left -= new
        if self._left < 0:
            raise BadDocument("too_much")


def _is_plain(value: Any, deepest: int, parts: _Parts) -> bool:
    """Whether JSON is of a sort that both engines keep."""
    if deepest == 0:
        return False
    if isinstance(value, dict | list):
        inside = chain.from_iterable(value.items()) if isinstance(value, dict) else value
        parts.count(len(value))
        return all(_is_plain(part, deepest - 1, parts) for part in inside)
    if isinstance(value, str):
        return bool(_text(value, LONGEST_TEXT)) or not value
    return not isinstance(value, float) or math.isfinite(value)


def _seen(value: Any) -> Any:
    """JSON without what nobody sees in its texts."""
    if isinstance(value, str):
        return without_unseen(value)
    if isinstance(value, dict):
        return {name: _seen(part) for name, part in value.items()}
    return [_seen(part) for part in value] if isinstance(value, list) else value


def _are_reasons(value: Any) -> bool:
    return bool(value) and all(map(_is_reason, value))


def _is_reason(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != {"kind", "points", "about", "on"}:
        return False
    about, needed = value["about"], _ABOUT.get(str(value["kind"]))
    if needed is None or not isinstance(about, dict) or about.keys() != needed.keys():
        return False
    fits = all(type(about[name]) in types for name, types in needed.items())
    days = [about[name] for name in ("late", "days", "every") if name in about]
    near = all(abs(each) <= MOST_DAYS for each in days if each is not None)
    return fits and near and type(value["points"]) in {int, float} and _is_day_of(value)


def _is_day_of(reason: Mapping[str, Any]) -> bool:
    """Whether it has the day that its kind has; a rhythm has none."""
    if reason["kind"] == "cadence":
        return reason["on"] is None
    return isinstance(reason["on"], str) and date.fromisoformat(reason["on"]).year in YEARS


def _is_told(about: Mapping[str, Any]) -> bool:
    """Whether it is what a draft was to be about: pairs of a label and words."""
    told = about.get("told", [])
    return isinstance(told, list) and all(_is_pair(each) for each in told)


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(part) is str for part in value)


def _are_texts(value: Any) -> bool:
    return all(type(each) is str for each in value)


_FITS: Mapping[str, Callable[[Any], bool]] = {
    "reasons": _are_reasons,
    "about": _is_told,
    "sentences": _are_texts,
}


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
