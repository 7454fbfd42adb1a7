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

A large one is packed, as a bot may send 50 MB but take no more than 20 MB back.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from rapport.transfer.checking import BadDocument, checked
from storage.archive import CARRIED, Kept
from storage.columns import as_json

FORMAT = "rapport"
VERSION = 1
NAME = "rapport.json"
PACKED = f"{NAME}.gz"
PACKED_FROM = 15_000_000  # bytes
LARGEST_SENT = 20_000_000  # bytes; a bot can download no more
LARGEST = 100_000_000  # bytes, unpacked
MOST_PARTS = 12_000_000  # twice what the most rows have; with more, Python needs gigabytes

_PACKED_BEGINS = b"\x1f\x8b"
_OF_GZIP = 16 + zlib.MAX_WBITS
_LEVEL = 6  # half the time of 9, and no larger to speak of


def made(kept: Kept) -> tuple[str, bytes]:
    """The file's name, and what is in it."""
    plain = written(kept)
    if len(plain) <= PACKED_FROM:
        return NAME, plain
    return PACKED, gzip.compress(plain, _LEVEL, mtime=0)


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
    try:
        plain, _ = _unpacked(content, 200)
    except zlib.error:
        return False
    beginning = plain.decode("utf-8", "ignore").lstrip("\ufeff")
    return "".join(beginning.split()).startswith(f'{{"format":"{FORMAT}"')


def read_document(content: bytes) -> Kept:
    """What the document holds; BadDocument says what is wrong with it."""
    plain = _whole(content)
    parts = 4 * plain.count(b"{") + sum(map(plain.count, (b"[", b",", b":")))
    if parts > MOST_PARTS:
        raise BadDocument("too_much")
    try:
        document = json.loads(plain.decode("utf-8-sig"), parse_constant=_refuse)
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


def _whole(content: bytes) -> bytes:
    """The document unpacked, if it was packed."""
    try:
        plain, is_whole = _unpacked(content, LARGEST + 1)
    except zlib.error:
        raise BadDocument("not_json") from None
    if len(plain) > LARGEST:
        raise BadDocument("too_much")
    if not is_whole:
        raise BadDocument("not_json")
    return plain


def _unpacked(content: bytes, most: int) -> tuple[bytes, bool]:
    """That many bytes of what is in the file, and whether it ends there as it should."""
    if not content.startswith(_PACKED_BEGINS):
        return content[:most], len(content) <= most
    reader = zlib.decompressobj(_OF_GZIP)
    plain = reader.decompress(content, most)
    return plain, reader.eof and not reader.unused_data


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
