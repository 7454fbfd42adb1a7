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
CAPTION_LIMIT = 1024

Keyboard = Sequence[Sequence[Button]]

_TOKEN = re.compile(r"<(/?)([a-z-]{1,20})([^<>]*)>|&(?:#\d+|#x[\da-f]+|[a-z]+);|[^<&]+|[<&]", re.I)
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


def document_body(chat_id: int, made: str, caption: str) -> dict[str, Any]:
    """The parameters of a message with a file that is made only when it is sent."""
    return {"chat_id": chat_id, "made": made, "caption": caption, "parse_mode": "HTML"}


def rows_of(buttons: Iterable[Button], width: int) -> list[list[Button]]:
    """The buttons in rows of at most `width`."""
    found = list(buttons)
    return [found[i : i + width] for i in range(0, len(found), width)]


def length(text: str) -> int:
    """How long Telegram finds a text, in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def plain(html: str) -> str:
    """What is left of a reply without its markup, for when Telegram cannot parse it."""
    return entities.unescape(re.sub(r"<[^<>]+>", "", html))


def pieces(html: str, limit: int = LIMIT) -> list[str]:
    """The reply as messages of at most `limit`; a short one stays whole."""
    if length(html) <= limit:
        return [html]
    tokens = [(token.group(), token.group(1), token.group(2)) for token in _TOKEN.finditer(html)]
    shown = "".join(entities.unescape(raw) for raw, _, name in tokens if name is None)
    writer = _Writer(_spans(shown, limit))
    for raw, closing, name in tokens:
        if name is None:
            writer.text(raw)
        elif closing:
            writer.close(raw)
        else:
            writer.open(raw, name)
    return writer.pieces()


def _spans(text: str, limit: int) -> list[tuple[int, int]]:
    """From where to where each message shows the text; between them is only white space."""
    spans = []
    at = _next_word(text, 0)
    while at < len(text):
        end = _end(text, at, limit)
        spans.append((at, at + len(text[at:end].rstrip())))
        at = _next_word(text, end)
    return spans or [(0, 0)]


def _end(text: str, at: int, limit: int) -> int:
    """Where a message that begins here ends: the best place that still fits."""
    fitting = text[at : at + limit]
    while length(fitting) > limit:
        fitting = fitting[: -max(1, (length(fitting) - limit) // 2)]
    size = len(fitting)
    if at + size == len(text):
        return len(text)
    for end in _ENDS:
        found = [place.start() for place in end.finditer(text, at, at + size + 1)]
        if found and found[-1] - at > size // 3:
            return found[-1]
    return at + size


def _next_word(text: str, at: int) -> int:
    """Where the next thing to see stands, the text's end if there is none."""
    return len(text) - len(text[at:].lstrip())


class _Writer:
    """Writes markup into messages; what is open at a cut is closed and opened again."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._spans = spans
        self._written = [""]
        self._at = 0
        self._open: list[tuple[str, str]] = []  # (name, opening tag)

    def pieces(self) -> list[str]:
        """The messages."""
        return self._written

    def open(self, tag: str, name: str) -> None:
        self._turn_over()
        self._open.append((name, tag))
        self._written[-1] += tag

    def close(self, tag: str) -> None:
        del self._open[-1:]  # templates close what they open; what does not, Telegram refuses
        self._written[-1] += tag

    def text(self, raw: str) -> None:
        """Words, or one character reference, which is not cut."""
        shown = entities.unescape(raw)
        begin, end = self._at, self._at + len(shown)
        while self._at < end:
            self._turn_over()
            first, last = self._span
            start, stop = max(self._at, first), min(end, last)
            if start < stop:
                self._written[-1] += raw[start - begin : stop - begin] if raw == shown else raw
            # Behind the last message there is only white space.
            self._at = stop if self._at < last else end

    @property
    def _span(self) -> tuple[int, int]:
        return self._spans[len(self._written) - 1]

    def _turn_over(self) -> None:
        """Begin the next message, if this one has all it can hold."""
        if len(self._written) < len(self._spans) and self._at >= self._span[1]:
            self._written[-1] += "".join(f"</{name}>" for name, _ in reversed(self._open))
            self._written.append("".join(tag for _, tag in self._open))
