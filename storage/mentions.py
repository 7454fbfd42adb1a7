"""Taking out what names somebody, wherever it stands among one owner's rows.

Found by the schema: an owner's words are in columns of Text and JSON, machine words in those of
String(n). What others are called and how they are reached stays theirs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import JSON, Column, Row, Table, Text, select

from storage.models import (
    captures,
    contacts,
    dialogues,
    drafts,
    events,
    handles,
    intake,
    interactions,
    metadata,
    names,
    outbox,
)
from storage.notebook import Notebook

Rest = Callable[[str], str | None]

# Half of what is in these makes no sense: a letter, a question, an answer so far.
_WHOLE = frozenset({captures, dialogues, drafts, outbox})
_OF_OTHERS = frozenset({contacts.c.name, names.c.name, handles.c.value})


def take_out(notebook: Notebook, rest: Rest) -> None:
    """Leave of every text what `rest` leaves, None being nothing. A row that needs the text goes
    with it; so does one that says nothing any more and is nobody's."""
    notebook.unit.erases()
    for table in metadata.sorted_tables:
        if "owner_id" in table.c:
            for row, left in _touched(notebook, table, rest):
                _settle(notebook, table, row, left)
    _from_the_intake(notebook, rest)


def _touched(
    notebook: Notebook, table: Table, rest: Rest
) -> Iterator[tuple[Row[Any], dict[str, Any] | None]]:
    """The rows in which something is taken out, and their new texts; None: the row goes."""
    words = [column for column in table.c if _holds_words(column)]
    if not words:
        return
    statement = select(*(column for column in table.c if _is_needed(column))).where(
        table.c.owner_id == notebook.owner_id
    )
    for row in notebook.unit.execute(statement).all():
        left = {
            column.name: _rest_of(row._mapping[column.name], rest)
            for column in words
            if row._mapping[column.name] is not None
        }
        changed = {name: text for name, text in left.items() if text != row._mapping[name]}
        if changed:
            yield row, None if _goes(table, row, changed, left) else changed


def _holds_words(column: Column[Any]) -> bool:
    return isinstance(column.type, Text | JSON) and column not in _OF_OTHERS


def _is_needed(column: Column[Any]) -> bool:
    return column.primary_key or column.name == "contact_id" or _holds_words(column)


def _rest_of(value: Any, rest: Rest) -> Any:
    """What is left of a text; JSON is left whole or not at all."""
    if isinstance(value, str):
        return rest(value)
    return value if all(rest(text) == text for text in _texts(value)) else None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _texts(list(pair))
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _goes(table: Table, row: Row[Any], changed: dict[str, Any], left: dict[str, Any]) -> bool:
    if table in _WHOLE:
        return True
    if any(text is None and not table.c[name].nullable for name, text in changed.items()):
        return True
    is_nobodys = "contact_id" in table.c and row.contact_id is None
    return is_nobodys and not any(left.values())


def _settle(notebook: Notebook, table: Table, row: Row[Any], left: dict[str, Any] | None) -> None:
    unit = notebook.unit
    this = [column == row._mapping[column.name] for column in table.primary_key]
    if left is not None:
        unit.execute(table.update().where(*this).values(left))
        return
    if table is events:  # what took place there did take place
        unit.execute(
            interactions.update()
            .where(interactions.c.owner_id == notebook.owner_id, interactions.c.event_id == row.id)
            .values(event_id=None)
        )
    unit.execute(table.delete().where(*this))


def _from_the_intake(notebook: Notebook, rest: Rest) -> None:
    """An update that was set aside is kept for a look at it, but not if it names them."""
    dead = (intake.c.chat_id == notebook.owner_id, intake.c.state == "dead")
    statement = select(intake).where(*dead, intake.c.raw.is_not(None))
    for row in notebook.unit.execute(statement).all():
        if _rest_of(_read(row.raw), rest) is None:
            this = [column == row._mapping[column.name] for column in intake.primary_key]
            notebook.unit.execute(intake.update().where(*this).values(raw=None))


def _read(raw: str) -> Any:
    """The update; JSON spells most alphabets in escapes, in which no name can be found."""
    try:
        return json.loads(raw)
    except ValueError:
        return [raw]
