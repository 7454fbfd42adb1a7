"""The same as sheets for a spreadsheet: a zip of CSV files, one row a thing, names for ids.

A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV
injection"): the words come from other people. What only Rapport can read, ids and JSON, is left
to the document.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import JSON, Table

from storage.archive import CARRIED, Kept, columns_carried, is_number
from storage.columns import as_json
from storage.models import interaction_contacts, interactions

NAME = "rapport-sheets.zip"

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the zip does not tell when it was made either

Row = Mapping[str, Any]
Naming = Mapping[int, str]


def sheets(kept: Kept) -> bytes:
    """The zip."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in CARRIED:
            if table is not interaction_contacts:  # told with what took place
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
    for column in columns_carried(table):
        name = column.name
        if name in referred:
            yield name.removesuffix("_id"), partial(_name_of, name, _naming(referred[name], kept))
        elif not is_number(column) and not isinstance(column.type, JSON):
            yield name.replace("_", " "), partial(_plain, name)


def _name_of(column: str, naming: Naming, row: Row) -> str:
    return naming.get(row[column], "")


def _plain(column: str, row: Row) -> Any:
    return as_json(row[column])


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
