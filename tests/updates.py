"""Updates of every kind that python-telegram-bot knows, made from its own signatures.

A kind that a newer version brings is made like the others, without being listed here.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import telegram
from telegram import Update

Json = dict[str, Any]

KINDS = tuple(
    name for name in inspect.signature(Update).parameters if name not in {"update_id", "api_kwargs"}
)

DATE = 1_773_740_000
_TELLING = re.compile(r"\b(?:User|Chat|Message|MaybeInaccessibleMessage|bool|int|str)\b")
_PLAIN: Mapping[str, Any] = {
    "int": 7,
    "float": 1.5,
    "bool": True,
    "datetime": DATE,
    "dtm": DATE,
    "timedelta": 60,
    "str": "7",
}
_NOT_SENT = frozenset({"api_kwargs", "correct_option_id"})  # the latter warns that it is old
# Telegram's own shapes for what has several.
_MEMBER = {"status": "member"}
_SHAPES: Mapping[str, Json] = {
    "BackgroundType": {"type": "chat_theme", "theme_name": "7"},
    "ChatBoostSource": {"source": "premium"},
    "ReactionType": {"type": "emoji", "emoji": "👍"},
}


@dataclass(frozen=True)
class Scene:
    """Who does something, where, and what is said there."""

    user: Json
    chat: Json
    text: str
    data: str
    """What a tapped button carries."""
    envelope: Json = field(default_factory=dict)
    """What else stands in every message."""

    def update(self, kind: str) -> Json:
        """An update of the kind, without its number."""
        return {kind: self._made(_annotation(Update, kind))}

    def message(self) -> Json:
        """A message of the scene's."""
        return {
            "message_id": 7,
            "date": DATE,
            "from": self.user,
            "chat": self.chat,
            "text": self.text,
            "entities": _command_in(self.text),
            **self.envelope,
        }

    def _made(self, annotation: str) -> Any:
        """A value of the type; the first that fits, where there are several."""
        names = re.findall(r"\w+", annotation)
        if {"Sequence", "tuple", "list"} & set(names):
            return []
        for name in names:
            if name in _PLAIN:
                return _PLAIN[name]
            if (made := self._object(name)) is not None:
                return made
        raise LookupError(f"no value is known for {annotation}")

    def _object(self, name: str) -> Json | None:
        if name == "User":
            return self.user
        if name == "Chat":
            return self.chat
        if name in {"Message", "MaybeInaccessibleMessage"}:
            return self.message()
        if name == "ChatMember":
            return {**_MEMBER, "user": self.user}
        if name in _SHAPES:
            return {**_SHAPES[name], "user": self.user}
        kind = getattr(telegram, name, None)
        return None if not inspect.isclass(kind) else dict(self._fields(kind))

    def _fields(self, kind: type) -> Iterator[tuple[str, Any]]:
        """All that the type needs, and of what it may have: people, chats, messages, words,
        numbers. Some of it is needed only in the eyes of newer versions."""
        for name, parameter in inspect.signature(kind).parameters.items():
            annotation = str(parameter.annotation)
            key = "from" if name == "from_user" else name
            if name in _NOT_SENT:
                continue
            if name in {"query", "data"}:
                yield key, self.data if name == "data" else self.text
            elif parameter.default is inspect.Parameter.empty or _TELLING.search(annotation):
                yield key, self._made(annotation)


def _annotation(kind: type, name: str) -> str:
    return str(inspect.signature(kind).parameters[name].annotation)


def _command_in(text: str) -> list[Json]:
    length = len(text.split()[0]) if text.startswith("/") else 0
    return [{"type": "bot_command", "offset": 0, "length": length}] if length else []
