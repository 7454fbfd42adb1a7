"""Chats and their messages: what was said, and how each side sees it."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from playground.keyboards import Markup, is_inline

_MOST_MESSAGES = 5_000

Json = dict[str, Any]

# What belongs to one message alone and not to its content.
_ENVELOPE = frozenset(
    {
        "message_id",
        "from",
        "sender_chat",
        "chat",
        "date",
        "edit_date",
        "reply_markup",
        "reply_to_message",
        "external_reply",
        "quote",
        "via_bot",
        "has_protected_content",
        "effect_id",
    }
)


@dataclass
class Message:
    """A message: its body as the bot sees it, and the keyboard that only the person sees."""

    body: Json
    by_bot: bool
    markup: Markup | None = None
    edited: bool = False
    # Was there before the world began: the bot can name it, the page does not show it.
    hidden: bool = False
    reaction: list[Json] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The message_id."""
        return int(self.body["message_id"])

    def set_markup(self, markup: Markup | None) -> None:
        """Puts a keyboard under the message. A bot never gets a reply keyboard back."""
        self.markup = markup
        if is_inline(markup):
            self.body["reply_markup"] = markup
        else:
            self.body.pop("reply_markup", None)

    def on_screen(self) -> Json:
        """The message as its person sees it."""
        shown = {**self.body, "outgoing": not self.by_bot}
        if self.markup:
            shown["reply_markup"] = self.markup
        if self.edited:
            shown["edited"] = True
        return shown

    def quoted(self) -> Json:
        """The message as a reply to it carries it: without the one it replied to itself."""
        return {key: value for key, value in self.body.items() if key != "reply_to_message"}

    def content(self) -> Json:
        """What the message says, whoever says it."""
        return {key: value for key, value in self.body.items() if key not in _ENVELOPE}

    def origin(self) -> Json:
        """Where the message comes from, for whoever forwards it."""
        if "forward_origin" in self.body:
            return dict(self.body["forward_origin"])
        date = self.body["date"]
        if "sender_chat" in self.body:
            chat = self.body["sender_chat"]
            return {"type": "channel", "date": date, "chat": chat, "message_id": self.number}
        return {"type": "user", "date": date, "sender_user": self.body["from"]}


@dataclass
class Chat:
    """A chat as one bot knows it. `about` is the Chat object of the Bot API."""

    about: Json
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: count(1), repr=False)

    @property
    def id(self) -> int:
        """The chat_id."""
        return int(self.about["id"])

    @property
    def kind(self) -> str:
        """private, group, supergroup or channel."""
        return str(self.about["type"])

    @property
    def is_private(self) -> bool:
        """Whether this is the chat of one person with the bot."""
        return self.kind == "private"

    def next_number(self) -> int:
        """The id for the next message."""
        return int(next(self._numbers))

    def keep(self, message: Message) -> Message:
        """Adds a message; the oldest are forgotten beyond some thousands."""
        self.messages[message.number] = message
        if len(self.messages) > _MOST_MESSAGES:
            self.messages.pop(next(iter(self.messages)))
        return message
