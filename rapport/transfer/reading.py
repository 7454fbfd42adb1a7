"""A JSON text read part by part, so that a large one is never whole in memory.

Python reads JSON in one go, in which no other thread gets a word in, and takes ten times the
memory of the text for it. Here only a window of the text is looked at: of an object its names are
given one after the other, of a list its items, and whatever is read whole may be so long only.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

WINDOW = 64_000  # letters
LONGEST_PART = 4_000_000  # letters of what is read whole: a row, a nudge with hundreds of promises

_SPACE = re.compile(r"[ \t\n\r]*")


class NotJson(Exception):
    """The text is no JSON, or has longer parts than are read."""


class Parts:
    """The text, from its beginning to its end."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._window = ""
        self._at = 0
        self._is_all = False

    def begins(self, mark: str) -> bool:
        """Whether the next part is an object, `{`, or a list, `[`."""
        return self._next() == mark

    def members(self) -> Iterator[str]:
        """The names in the object that comes next; each one's value is read before the next."""
        for _ in self._listed("{", "}"):
            name = self.value()
            if not isinstance(name, str):
                raise NotJson
            self._take(":")
            yield name

    def items(self) -> Iterator[None]:
        """Once for each item of the list that comes next, which is read before the next."""
        yield from self._listed("[", "]")

    def value(self) -> Any:
        """The next part, whole."""
        self._next()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._window, self._at)
            except json.JSONDecodeError:
                if self._more():  # the rest of it was still to come
                    continue
                raise NotJson from None
            except (ValueError, RecursionError):
                raise NotJson from None
            length = end - self._at
            if end + 2 >= len(self._window) and self._more():  # a number may go on: 1|e+16
                continue
            self._at += length
            return value

    def end(self) -> None:
        """Nothing more comes."""
        if self._next():
            raise NotJson

    def _listed(self, opening: str, closing: str) -> Iterator[None]:
        self._take(opening)
        if self._next() != closing:
            yield
            while self._next() == ",":
                self._take(",")
                yield
        self._take(closing)

    def _take(self, mark: str) -> None:
        if self._next() != mark:
            raise NotJson
        self._at += 1

    def _next(self) -> str:
        """The next letter that is no space; none at the end."""
        while True:
            found = _SPACE.match(self._window, self._at)
            assert found is not None
            self._at = found.end()
            if self._at < len(self._window):
                return self._window[self._at]
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Whether the window, what was read taken out, has become longer: at least twice as long,
        lest a long part be begun too often."""
        left = self._window[self._at :]
        if self._is_all or len(left) >= LONGEST_PART:
            return False
        wanted = max(WINDOW, 2 * len(left))
        parts, length = [left], len(left)
        while length < wanted and not self._is_all:
            piece = next(self._pieces, b"")
            self._is_all = not piece
            try:
                text = self._decoder.decode(piece, final=self._is_all)
            except UnicodeDecodeError:
                raise NotJson from None
            parts.append(text)
            length += len(text)
        self._window, self._at = "".join(parts), 0
        return length > len(left)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)
