"""Buttons: what they say comes from the templates, what they do fits Telegram's 64 bytes.

Data is `verb:number:number:word`, so that a button outlives a restart and carries no content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from rapport.templating import label

LIMIT = 64


@dataclass(frozen=True, slots=True)
class Button:
    """One button: a callback (`data`), a link (`url`) or a text to copy (`copy`)."""

    label: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None

    def as_telegram(self) -> dict[str, Any]:
        """The button as the Bot API takes it."""
        if self.url is not None:
            return {"text": self.label, "url": self.url}
        if self.copy is not None:
            return {"text": self.label, "copy_text": {"text": self.copy}}
        return {"text": self.label, "callback_data": self.data}


def button(key: str, verb: str, *arguments: int | str, language: str = "en") -> Button:
    """A button whose words are the template's `key` and whose tap says `verb:arguments`."""
    return named(label(key, language), verb, *arguments)


def named(words: str, verb: str, *arguments: int | str) -> Button:
    """A button that carries somebody's name or another word of the owner's own."""
    return Button(shorten(words), data(verb, *arguments))


def data(verb: str, *arguments: int | str) -> str:
    """What a tap says; ValueError beyond 64 bytes, which only a programming error can reach."""
    said = ":".join((verb, *map(str, arguments)))
    if len(said.encode()) > LIMIT:
        raise ValueError(f"a button holds {LIMIT} bytes: {verb}")
    return said


def says(verb: str, *arguments: str) -> re.Pattern[str]:
    """The pattern of a tap; arguments are `int` or a regular expression of a word."""
    parts = ("([0-9]{1,18})" if argument == "int" else f"({argument})" for argument in arguments)
    return re.compile("^" + ":".join((re.escape(verb), *parts)) + r"\Z")


def shorten(words: str, limit: int = 24) -> str:
    """A name that fits a button."""
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"
