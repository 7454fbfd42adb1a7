"""How a reply becomes a call to Telegram: keyboards, and long texts in pieces.

Replies are HTML made by the templates. Telegram takes 4096 characters, counted in UTF-16 units
after the markup is read. A longer text is cut at the end of a paragraph, else of a sentence,
else of a word; never inside a character reference, and markup that is open at a cut is closed
before it and opened again after it.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable, Sequence
from typing import Any

from handlers.buttons import Button

LIMIT = 4096

Keyboard = Sequence[Sequence[Button]]

_TOKEN = re.compile(r"<(/?)([a-z-]+)([^>]*)>|&(?:#\d+|#x[\da-f]+|[a-z]+);|[^<&]+|[<&]", re.I)
_ENDS = (re.compile(r"\n\n+"), re.compile(r"\n|(?<=[.!?…])\s+"), re.compile(r"\s+"))


def message_body(chat_id: int, html: str, keyboard: Keyboard = (), **extra: Any) -> dict[str, Any]:
    """The parameters of a message with its inline keyboard."""
    body: dict[str, Any] = {
        "chat_id": chat_id,
        "text": html,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        **extra,
    }
    rows = [[button.as_telegram() for button in row] for row in keyboard if row]
    if rows:
        body["reply_markup"] = {"inline_keyboard": rows}
    return body


def rows_of(buttons: Iterable[Button], width: int) -> list[list[Button]]:
    """The buttons in rows of at most `width`."""
    found = list(buttons)
    return [found[i : i + width] for i in range(0, len(found), width)]


def length(text: str) -> int:
    """How long Telegram finds a text, in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def plain(html: str) -> str:
    """What is left of a reply without its markup, for when Telegram cannot parse it."""
    return entities.unescape(re.sub(r"<[^>]+>", "", html))


def pieces(html: str, limit: int = LIMIT) -> list[str]:
    """The reply as messages of at most `limit`; a short one stays whole."""
    if length(html) <= limit:
        return [html]
    return _Splitter(limit).split(html)


class _Splitter:
    """Walks through markup and text, and starts a new piece whenever one is full."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._done: list[str] = []
        self._piece = ""
        self._room = limit
        self._open: list[tuple[str, str]] = []  # (name, opening tag)

    def split(self, html: str) -> list[str]:
        for token in _TOKEN.finditer(html):
            closing, name, _ = token.group(1, 2, 3)
            if name is None:
                self._text(token.group())
            else:
                self._tag(token.group(), name, is_closing=bool(closing))
        if plain(self._piece).strip():
            self._done.append(self._piece)
        return self._done

    def _tag(self, tag: str, name: str, *, is_closing: bool) -> None:
        self._piece += tag
        if is_closing:
            del self._open[-1:]  # templates close what they open; what does not, Telegram refuses
        else:
            self._open.append((name, tag))

    def _text(self, text: str) -> None:
        needed = length(entities.unescape(text))
        while needed > self._room:
            head, text = _cut(text, self._room, at_start=self._room == self._limit)
            self._piece += head.rstrip()
            self._turn_over()
            needed = length(entities.unescape(text))
        self._piece += text
        self._room -= needed

    def _turn_over(self) -> None:
        closings = "".join(f"</{name}>" for name, _ in reversed(self._open))
        if plain(self._piece).strip():
            self._done.append(self._piece + closings)
        self._piece = "".join(tag for _, tag in self._open)
        self._room = self._limit


def _cut(text: str, room: int, *, at_start: bool) -> tuple[str, str]:
    """The text in two, the first part fitting; it may be empty unless a piece starts here."""
    fitting = text[:room]
    while length(fitting) > room:
        fitting = fitting[: -max(1, (length(fitting) - room) // 2)]
    for end in _ENDS:
        found = list(end.finditer(fitting))
        if found and (found[-1].start() > room // 3 or not at_start):
            return text[: found[-1].start()], text[found[-1].end() :]
    return ("", text) if not at_start else (fitting, text[len(fitting) :])
