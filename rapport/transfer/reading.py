"""A JSON text read part by part, so that a large one is never whole in memory.

Python's own reader takes it in one go, in which no other thread gets a word in, and ten times the
memory of the text for it. Here (ijson) of an object its names are given one after the other, of a
list its items, and what is read whole may be so large only.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from typing import Any

import ijson
from ijson.common import JSONError, ObjectBuilder

LARGEST_PART = 1_000_000  # letters and values read whole: a row, a nudge with hundreds of promises

_BEGINNINGS = {"{": "start_map", "[": "start_array"}


class NotJson(Exception):
    """The text is no JSON, or has larger parts than are read."""


class Parts:
    """The text, from its beginning to its end."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        source = ijson.from_iter(_without_mark(pieces))
        self._events: Iterator[tuple[str, Any]] = ijson.basic_parse(source, use_float=True)
        self._ahead: tuple[str, Any] | None = None

    def begins(self, mark: str) -> bool:
        """Whether the next part is an object, `{`, or a list, `[`."""
        return self._peek()[0] == _BEGINNINGS[mark]

    def members(self) -> Iterator[str]:
        """The names in the object that comes next; each one's value is read before the next."""
        self._take("start_map")
        while self._peek()[0] != "end_map":
            yield str(self._take("map_key"))
        self._take("end_map")

    def items(self) -> Iterator[None]:
        """Once for each item of the list that comes next, which is read before the next."""
        self._take("start_array")
        while self._peek()[0] != "end_array":
            yield
        self._take("end_array")

    def value(self) -> Any:
        """The next part, whole."""
        builder, depth, size = ObjectBuilder(), 0, 0
        while True:
            event, value = self._next()
            builder.event(event, value)
            depth += event.startswith("start") - event.startswith("end")
            size += 1 + (len(value) if isinstance(value, str) else 0)
            if size > LARGEST_PART:
                raise NotJson
            if not depth:
                return builder.value

    def end(self) -> None:
        """Nothing more comes."""
        try:
            extra = next(self._events, None)
        except JSONError:
            raise NotJson from None
        if extra is not None or self._ahead is not None:
            raise NotJson

    def _take(self, event: str) -> Any:
        found, value = self._next()
        if found != event:
            raise NotJson
        return value

    def _next(self) -> tuple[str, Any]:
        found = self._peek()
        self._ahead = None
        return found

    def _peek(self) -> tuple[str, Any]:
        if self._ahead is None:
            try:
                self._ahead = next(self._events, ("nothing", None))
            except JSONError:
                raise NotJson from None
        return self._ahead


def _without_mark(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The text without the mark that some editors put in front of it."""
    begun = b""
    pieces = iter(pieces)
    while len(begun) < len(codecs.BOM_UTF8) and (piece := next(pieces, b"")):
        begun += piece
    yield begun.removeprefix(codecs.BOM_UTF8)
    yield from pieces
