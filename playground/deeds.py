"""What people do: everything a test user can do in a chat with a bot."""

from typing import Any

from playground.attachments import attached
from playground.bots import Bot
from playground.call import caption_fields, text_fields
from playground.chats import Chat, Json, Message
from playground.clock import Clock
from playground.files import Files, Upload
from playground.people import Group, Resident
from playground.refusals import bad_request
from playground.text.formatted import Formatted
from playground.text.reading import read_caption, typed

_ORIGINS = {
    "user": ("sender_user",),
    "hidden_user": ("sender_user_name",),
    "chat": ("sender_chat",),
    "channel": ("chat", "message_id"),
}
_INACCESSIBLE_DATE = 0


class Deeds:
    """One person's doings in the private chat with one bot."""

    def __init__(self, person: Resident, bot: Bot, clock: Clock) -> None:
        self._person = person
        self._bot = bot
        self._clock = clock

    @property
    def _chat(self) -> Chat:
        return self._bot.chat(self._person.id)

    def say(self, content: Json, *, reply_to: int = 0, update: bool = True) -> Json:
        """Sends a message of any content; returns it as the person sees it."""
        if reply_to:
            content = {**content, "reply_to_message": self._message(reply_to).quoted()}
        return self._bot.hear(self._person, content, update=update).on_screen()

    def write(self, text: str, entities: list[Json] | None = None, **how: Any) -> Json:
        """Sends a text."""
        return self.say(_text_fields(text, entities), **how)

    def edit(self, number: int, text: str) -> Json:
        """Changes a text or caption that the person sent."""
        message = self._message(number)
        if message.by_bot:
            raise bad_request("message can't be edited")
        if "text" in message.body:
            message.body.pop("entities", None)
            message.body.update(_text_fields(text))
        else:
            message.body.pop("caption_entities", None)
            message.body.update(caption_fields(read_caption(text, "", None)))
        message.body["edit_date"] = self._clock.date()
        message.edited = True
        self._bot.updates.put("edited_message", message.body, self._chat.id)
        self._bot.changed(self._chat, message)
        return message.on_screen()

    def tap(self, number: int, data: str | None, row: int = 0, column: int = 0) -> Json:
        """Taps an inline button, found by its data or its place.

        A button that asks the bot gives the query's id, any other what the messenger would do.
        """
        if data is None:
            button = self._button(number, row, column)
            if "callback_data" not in button:
                return {key: value for key, value in button.items() if key != "text"}
            data = str(button["callback_data"])
        message = self._chat.messages.get(number)
        gone = {"chat": self._chat.about, "message_id": number, "date": _INACCESSIBLE_DATE}
        query_id = self._bot.ask(self._person.id)
        query = {
            "id": query_id,
            "from": self._person.as_user(),
            "message": message.body if message else gone,
            "chat_instance": self._bot.chat_instance(self._chat),
            "data": data,
        }
        self._bot.updates.put("callback_query", query, self._chat.id)
        return {"query_id": query_id}

    def _button(self, number: int, row: int, column: int) -> Json:
        rows = self._message(number).body.get("reply_markup", {}).get("inline_keyboard", [])
        if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
            raise bad_request("there is no such button")
        return dict(rows[row][column])

    def ask_inline(self, query: str, offset: str = "") -> Json:
        """Types @bot and a query in some chat."""
        query_id = self._bot.ask(self._person.id)
        body = {"id": query_id, "from": self._person.as_user(), "query": query, "offset": offset}
        self._bot.updates.put("inline_query", body, self._person.id)
        return {"query_id": query_id}

    def attach(self, files: Files, upload: Upload, kind: str, caption: str, **how: Any) -> Json:
        """Sends a file."""
        content = attached(kind, files.keep(upload, kind), {})
        return self.say({**content, **caption_fields(read_caption(caption, "", None))}, **how)

    def forward(self, origin: Json, text: str = "", number: int = 0, date: int = 0) -> Json:
        """Sends on what somebody wrote elsewhere, or a message of this chat."""
        if number:
            message = self._message(number)
            return self.say({**message.content(), "forward_origin": message.origin()})
        content = _text_fields(text)
        content["forward_origin"] = self._origin(origin, date)
        return self.say(content)

    def _origin(self, origin: Json, date: int) -> Json:
        kind = origin.get("type")
        if kind not in _ORIGINS or any(name not in origin for name in _ORIGINS[kind]):
            raise bad_request("can't parse the origin of the forwarded message")
        full = {"date": date or self._clock.date(), **origin}
        if kind == "user":
            full["sender_user"] = {"id": 1, "is_bot": False, **origin["sender_user"]}
        return full

    def react(self, number: int, emoji: str) -> None:
        """Reacts to a message; no emoji takes the reaction back."""
        message = self._message(number)
        reaction = [{"type": "emoji", "emoji": emoji}] if emoji else []
        body = {
            "chat": self._chat.about,
            "message_id": message.number,
            "user": self._person.as_user(),
            "date": self._clock.date(),
            "old_reaction": message.reaction,
            "new_reaction": reaction,
        }
        message.reaction = reaction
        self._bot.updates.put("message_reaction", body, self._chat.id)
        self._bot.show(self._chat, "reaction", message_id=number, reaction=reaction)

    def block(self, *, blocked: bool) -> None:
        """Blocks the bot, or takes it back."""
        was_blocked = self._bot.id in self._person.blocked
        if was_blocked == blocked:
            return
        (self._person.blocked.add if blocked else self._person.blocked.discard)(self._bot.id)
        user = {"user": self._bot.as_user()}
        standing: dict[bool, Json] = {
            True: {**user, "status": "kicked", "until_date": 0},
            False: {**user, "status": "member"},
        }
        body = {
            "chat": self._chat.about,
            "from": self._person.as_user(),
            "date": self._clock.date(),
            "old_chat_member": standing[was_blocked],
            "new_chat_member": standing[blocked],
        }
        self._bot.updates.put("my_chat_member", body, self._chat.id)

    def history(self, after: int = 0) -> list[Json]:
        """The messages of the chat as the person sees them."""
        messages = list(self._chat.messages.values())
        return [one.on_screen() for one in messages if one.number > after and not one.hidden]

    def _message(self, number: int) -> Message:
        message = self._chat.messages.get(number)
        if message is None:
            raise bad_request("message not found")
        return message


def write_in_group(bot: Bot, group: Group, person: Resident, text: str) -> Json:
    """Somebody writes in a group, or a post appears in a channel."""
    return bot.hear(person, _text_fields(text), bot.chat(group.id)).body


def enter_group(bot: Bot, group: Group, person: Resident, clock: Clock) -> None:
    """The bot is added to a group."""
    user = {"user": bot.as_user()}
    body = {
        "chat": group.as_chat(),
        "from": person.as_user(),
        "date": clock.date(),
        "old_chat_member": {**user, "status": "left"},
        "new_chat_member": {**user, "status": "member"},
    }
    bot.updates.put("my_chat_member", body, group.id)


def _text_fields(text: str, entities: list[Json] | None = None) -> Json:
    formatted: Formatted = typed(text, entities)
    if not formatted.text:
        raise bad_request("message text is empty")
    return text_fields(formatted)
