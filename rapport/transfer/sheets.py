"""The same as sheets for a spreadsheet: a zip of CSV files, one row a thing, names for ids.

A person's row has their addresses and tags too, since that is the sheet most people open. Times
are the owner's own, written as spreadsheets read them; of what there is none, there is no sheet.

A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV
injection"): the words come from other people. What only Rapport can read, ids, JSON and the like,
is left to the document.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, Table

from storage.archive import CARRIED, Kept, columns_carried, is_number
from storage.columns import as_json
from storage.models import attachments, contacts, drafts, facts, interaction_contacts, interactions

NAME = "rapport-sheets.zip"

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ONLY_OURS = frozenset({attachments.c.file_id, drafts.c.number, facts.c.kind})
_TITLES = {"is_touch": "in touch", "is_private": "private"}
# Where somebody can be reached, by the kind of handle, and what the column is called.
_REACHED = {"email": "email", "phone": "phone", "telegram": "telegram", "linkedin": "linkedin"}
_REACHED |= {"url": "web"}
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the zip does not tell when it was made either

Row = Mapping[str, Any]
Naming = Mapping[int, str]


def sheets(kept: Kept) -> bytes:
    """The zip."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in CARRIED:
            is_told = table is interaction_contacts  # with what took place
            if not is_told and (kept.rows[table.name] or table is contacts):
                sheet = zipfile.ZipInfo(f"{table.name.replace('_', '-')}.csv", _LONG_AGO)
                sheet.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(sheet, _sheet(table, kept))
    return content.getvalue()


def _sheet(table: Table, kept: Kept) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    columns = list(_columns(table, kept))
    writer.writerow(title for title, _ in columns)
    for row in kept.rows[table.name]:
        writer.writerow(guarded(cell(row)) for _, cell in columns)
    return text.getvalue().encode("utf-8-sig")  # the mark tells Excel that it is UTF-8


def _columns(table: Table, kept: Kept) -> Iterator[tuple[str, Callable[[Row], Any]]]:
    """The titles of a sheet, and how a row fills the cells below them."""
    if table is interactions:
        people = _people_of_interactions(kept)
        yield "contacts", partial(_name_of, "id", people)
    referred = {
        key: reference.referred_table.name
        for reference in table.foreign_key_constraints
        for key in reference.column_keys
    }
    zone = ZoneInfo(kept.owner["zone"] or "UTC")
    for column in columns_carried(table):
        name = column.name
        if name in referred:
            yield name.removesuffix("_id"), partial(_name_of, name, _naming(referred[name], kept))
        elif not (is_number(column) or isinstance(column.type, JSON) or column in _ONLY_OURS):
            yield _TITLES.get(name, name.replace("_", " ")), partial(_plain, name, zone)
        if column is contacts.c.company:
            yield from _about_people(kept)


def _about_people(kept: Kept) -> Iterator[tuple[str, Callable[[Row], Any]]]:
    """What other tables say of a contact, in columns beside their name."""
    handles = kept.rows["handles"]
    for kind, title in _REACHED.items():
        of_kind = (row for row in handles if row["kind"] == kind)
        yield title, partial(_name_of, "id", _listed(of_kind, "value"))
    yield "also called", partial(_name_of, "id", _listed(kept.rows["names"], "name"))
    yield "tags", partial(_name_of, "id", _listed(kept.rows["tags"], "tag"))


def _listed(rows: Iterable[Row], column: str) -> Naming:
    """The values of each contact's rows, with commas between."""
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["contact_id"], []).append(row[column])
    return {contact: ", ".join(values) for contact, values in found.items()}


def _name_of(column: str, naming: Naming, row: Row) -> str:
    return naming.get(row[column], "")


def _plain(column: str, zone: ZoneInfo, row: Row) -> Any:
    match row[column]:
        case bool() as is_so:
            return "yes" if is_so else "no"
        case datetime() as at:
            return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
        case value:
            return as_json(value)


def _naming(table: str, kept: Kept) -> Naming:
    """What rows of a table are called where others refer to them."""
    rows = kept.rows[table]
    if table == interactions.name:
        return {row["id"]: f"{row['kind']} {row['happened_on']}" for row in rows}
    namesakes = Counter(row["name"] for row in rows)
    return {
        row["id"]: _told_apart(row) if namesakes[row["name"]] > 1 else row["name"] for row in rows
    }


def _told_apart(row: Row) -> str:
    return f"{row['name']} ({row.get('company') or row['id']})"


def _people_of_interactions(kept: Kept) -> Naming:
    names = _naming("contacts", kept)
    people: dict[int, list[str]] = {}
    links: Sequence[Row] = kept.rows[interaction_contacts.name]
    for link in links:
        people.setdefault(link["interaction_id"], []).append(names[link["contact_id"]])
    return {interaction: ", ".join(sorted(each)) for interaction, each in people.items()}


def guarded(value: Any) -> Any:
    """The value as a cell that no spreadsheet computes."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return value
