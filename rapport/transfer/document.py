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
from typing import Any

from rapport.transfer.checking import BadDocument, Rows
from rapport.transfer.reading import NotJson, Parts
from storage.archive import CARRIED, Kept
from storage.columns import as_json

FORMAT = "rapport"
VERSION = 1
NAME = "rapport.json"
PACKED = f"{NAME}.gz"
PACKED_FROM = 15_000_000  # bytes
LARGEST_SENT = 20_000_000  # bytes; a bot can download no more
LARGEST = 100_000_000  # bytes, unpacked
MOST_PARTS = 12_000_000  # twice what the most rows have
PIECE = 100_000  # bytes read at a time

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
        beginning = next(_pieces(content, 200), b"").decode("utf-8", "ignore").lstrip("\ufeff")
    except BadDocument:
        return False
    return "".join(beginning.split()).startswith(f'{{"format":"{FORMAT}"')


def read_document(content: bytes) -> Kept:
    """What the document holds; BadDocument says what is wrong with it.

    It takes seconds and holds up no other thread for more than a moment.
    """
    _measure(content)
    try:
        return _read(Parts(_pieces(content)))
    except NotJson:
        raise BadDocument("not_json") from None


def _read(parts: Parts) -> Kept:
    if not parts.begins("{"):
        parts.value()
        raise BadDocument("not_export")
    told: dict[str, Any] = {}
    rows = Rows()
    for name in parts.members():
        if name != "records":
            told[name] = parts.value()
            continue
        _is_ours(
            {"format": FORMAT, "version": VERSION, **told}
        )  # lest a newer one's rows be blamed
        _hold(parts.begins("{"))
        for table in parts.members():
            rows.begin(table)
            _hold(parts.begins("["))
            for _ in parts.items():
                rows.add(parts.value())
    parts.end()
    _is_ours(told)
    return rows.kept(told.get("owner"))


def _is_ours(told: Mapping[str, Any]) -> None:
    version = told.get("version")
    if told.get("format") != FORMAT or type(version) is not int or version < 1:
        raise BadDocument("not_export")
    if version > VERSION:
        raise BadDocument("newer")


def _hold(is_so: bool) -> None:
    if not is_so:
        raise BadDocument("not_export")


def _measure(content: bytes) -> None:
    """Nothing, if the document can be held, and ends where it should if it was packed."""
    length = parts = 0
    for piece in _pieces(content):
        length += len(piece)
        parts += 4 * piece.count(b"{") + sum(map(piece.count, (b"[", b",", b":")))
        if length > LARGEST or parts > MOST_PARTS:
            raise BadDocument("too_much")


def _pieces(content: bytes, size: int = PIECE) -> Iterator[bytes]:
    """The document piece by piece, unpacked if it was packed."""
    if not content.startswith(_PACKED_BEGINS):
        for at in range(0, len(content), size):
            yield content[at : at + size]
        return
    reader = zlib.decompressobj(_OF_GZIP)
    left = content
    try:
        while left and not reader.eof:
            yield reader.decompress(left, size)
            left = reader.unconsumed_tail
    except zlib.error:
        raise BadDocument("not_json") from None
    if not reader.eof or reader.unused_data:
        raise BadDocument("not_json")
