"""One call of the Bot API: its parameters, read as leniently as Telegram reads them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.bots import Bot
from playground.chats import Chat, Message
from playground.files import LARGEST_UPLOAD, StoredFile, Upload
from playground.keyboards import Markup, read_markup
from playground.refusals import Refusal, bad_request
from playground.text.formatted import Formatted
from playground.text.reading import read_caption, read_text
from playground.webhook import Reply
from playground.world import World

_TRUE = frozenset({"true", "yes", "1"})
_ATTACHED = "attach://"


@dataclass
class Call:
    """A method, its parameters (strings from forms, values from JSON) and uploaded files."""

    method: str
    bot: Bot
    world: World
    values: dict[str, Any]
    # Carries out a call that a webhook answers with.
    reply: Reply
    uploads: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the parameter is there and not empty."""
        return self.values.get(name) not in (None, "")

    def text(self, name: str) -> str:
        """The parameter as a string, empty when missing."""
        value = self.values.get(name)
        return value if isinstance(value, str) else "" if value is None else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """The parameter as a whole number; anything else counts as the default."""
        try:
            return int(self.values.get(name, default))
        except (TypeError, ValueError):
            return default

    def number(self, name: str) -> float:
        """The parameter as a number, 0 for anything else."""
        try:
            return float(self.values.get(name, 0))
        except (TypeError, ValueError):
            return 0.0

    def flag(self, name: str) -> bool:
        """Whether the parameter says yes."""
        return self.text(name).lower() in _TRUE

    def structure(self, name: str, what: str) -> Any:
        """The parameter as JSON, None when missing; `what` names it in the refusal."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None

    def picked(self, names: Sequence[str]) -> dict[str, Any]:
        """Those of the whole-number parameters that are there."""
        return {name: self.integer(name) for name in names if self.has(name)}

    def chat(self, name: str = "chat_id") -> Chat:
        """The chat that is meant."""
        chat_id = self.text(name).strip()
        if not chat_id:
            raise bad_request("chat_id is empty")
        return self.chat_of(chat_id)

    def chat_of(self, chat_id: str) -> Chat:
        """The chat with this id or public @name."""
        if chat_id.startswith("@"):
            group = self.world.people.named(chat_id.removeprefix("@"))
            if group is None:
                raise bad_request("chat not found")
            return self.bot.chat(group.id)
        try:
            return self.bot.chat(int(chat_id))
        except ValueError:
            raise bad_request("chat not found") from None

    def message(self, chat: Chat, what: str, name: str = "message_id") -> Message:
        """The message that is meant; `what` names it in the refusal."""
        message = chat.messages.get(self.integer(name))
        if message is None:
            raise bad_request(f"{what} not found")
        return message

    def numbers(self, name: str) -> list[int]:
        """A list of message ids, at most a hundred."""
        numbers = self.structure(name, "message identifiers")
        if not numbers:
            raise bad_request("message identifiers are not specified")
        if not isinstance(numbers, list):
            raise bad_request("expected an Array of message identifiers")
        if len(numbers) > 100:
            raise bad_request("too many message identifiers specified")
        try:
            return [int(number) for number in numbers]
        except (TypeError, ValueError):
            raise bad_request("message identifier must be a Number") from None

    def formatted_text(self, name: str = "text", prefix: str = "") -> Formatted:
        """The text of a message with its entities."""
        return read_text(
            self.text(name), self.text(f"{prefix}parse_mode"), self.values.get(f"{prefix}entities")
        )

    def caption(self) -> dict[str, Any]:
        """The caption fields of a message, none when it is empty."""
        entities = self.values.get("caption_entities")
        formatted = read_caption(self.text("caption"), self.text("parse_mode"), entities)
        return caption_fields(formatted)

    def markup(self, chat: Chat) -> Markup | None:
        """The keyboard that comes with the message."""
        value = self.structure("reply_markup", "reply keyboard markup")
        return read_markup(value, private=chat.is_private)

    def file(self, name: str, kind: str) -> StoredFile:
        """The file of this parameter: uploaded, attached, or sent before."""
        if upload := self.uploads.get(name):
            return self._kept(upload, kind)
        return self.file_of(self.text(name), kind)

    def file_of(self, reference: str, kind: str) -> StoredFile:
        """The file that a reference names: attach://…, or a file_id."""
        if reference.startswith(_ATTACHED):
            upload = self.uploads.get(reference.removeprefix(_ATTACHED))
            if upload is None:
                raise bad_request(f"there is no {kind} in the request")
            return self._kept(upload, kind)
        if not reference:
            raise bad_request(f"there is no {kind} in the request")
        if reference.startswith(("http://", "https://")):
            # Nothing leaves the machine, so no address of the web can be reached.
            raise bad_request("failed to get HTTP URL content")
        stored = self.world.files.find(reference)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return stored

    def _kept(self, upload: Upload, kind: str) -> StoredFile:
        if not upload.content:
            raise bad_request("file must be non-empty")
        if len(upload.content) > LARGEST_UPLOAD:
            raise Refusal(413, "Request Entity Too Large")
        return self.world.files.keep(upload, kind)


def text_fields(formatted: Formatted) -> dict[str, Any]:
    """The fields of a text message."""
    return _fields("text", "entities", formatted)


def caption_fields(formatted: Formatted) -> dict[str, Any]:
    """The fields of a caption, none when it is empty."""
    return _fields("caption", "caption_entities", formatted) if formatted.text else {}


def _fields(text: str, entities: str, formatted: Formatted) -> dict[str, Any]:
    fields: dict[str, Any] = {text: formatted.text}
    if formatted.entities:
        fields[entities] = list(formatted.entities)
    return fields
