"""The document that holds everything an owner keeps: how it is written, and read again.

    {
    "format": "rapport",
    "version": 1,
    "owner": {"name": "Alex", …},
    "records": {
    "contacts": [
    {"id": 2, "name": "Anna Kovač", …},
    …

One row a line, in the order of ids, so that two exports can be compared line by line. Nothing in
it depends on when or by which engine it was made: what is taken in gives the same bytes again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from rapport.transfer.checking import BadDocument, checked
from storage.archive import CARRIED, Kept
from storage.columns import as_json

FORMAT = "rapport"
VERSION = 1
NAME = "rapport.json"
LARGEST = 20_000_000  # bytes; a bot can download no more


def written(kept: Kept) -> bytes:
    """The document."""
    return "\n".join(_lines(kept)).encode()


def _lines(kept: Kept) -> Iterator[str]:
    yield f'{{\n"format": "{FORMAT}",'
    yield f'"version": {VERSION},'
    yield f'"owner": {_row(kept.owner)},'
    yield '"records": {'
    tables = [table.name for table in CARRIED]
    for name in tables:
        rows = [_row(row) for row in kept.rows[name]]
        yield f'"{name}": ['
        yield from (f"{row}," for row in rows[:-1])
        yield from rows[-1:]
        yield "]" if name == tables[-1] else "],"
    yield "}}\n"


def _row(row: Mapping[str, Any]) -> str:
    plain = {column: as_json(value) for column, value in row.items()}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def is_document(content: bytes) -> bool:
    """Whether the file is meant as such a document, whole or not."""
    beginning = content[:200].decode("utf-8", "ignore").lstrip("\ufeff")
    return "".join(beginning.split()).startswith(f'{{"format":"{FORMAT}"')


def read_document(content: bytes) -> Kept:
    """What the document holds; BadDocument says what is wrong with it."""
    if len(content) > LARGEST:
        raise BadDocument("too_much")
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError):  # also what is no UTF-8
        raise BadDocument("not_json") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BadDocument("not_export")
    version = document.get("version")
    if type(version) is not int or version < 1:
        raise BadDocument("not_export")
    if version > VERSION:
        raise BadDocument("newer")
    return checked(document.get("owner"), document.get("records"))


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
