"""A bot: who it is, the chats it is in, and the updates that wait for it."""

import hashlib
import secrets
from collections import defaultdict
from typing import Any

from playground.chats import Chat, Json, Message
from playground.clock import Clock
from playground.delivery import UpdateQueue
from playground.events import Screen
from playground.keyboards import Markup, is_inline
from playground.people import People, Resident
from playground.refusals import bad_request, forbidden
from playground.webhook import Courier, Webhook

# How long Telegram waits for the answer to a tapped button or an inline query.
ANSWER_WITHIN = 900
# Beyond this age a bot cannot delete a message.
DELETABLE_FOR = 48 * 3600
_LONG_AGO = 3 * 86_400
_MOST_QUERIES = 10_000
# Always waits for an answer, so that a client can try the call.
_STANDING_QUERY = "1"


class Bot:
    """One bot in the world, with everything that Telegram keeps for it."""

    def __init__(self, token: str, people: People, clock: Clock) -> None:
        self.token = token
        self.id = int(token.partition(":")[0])
        self.username = f"playground_{self.id}_bot"
        self.updates = UpdateQueue(clock)
        self._people = people
        self._clock = clock
        self.courier: Courier | None = None
        self.chats: dict[int, Chat] = {}
        self.screens: defaultdict[int, Screen] = defaultdict(Screen)
        # Texts by (field, language) and command lists by (scope, language).
        self.texts: dict[tuple[str, str], str] = {("name", ""): "Playground"}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.menu_buttons: dict[int, Json] = {}
        self.rights: dict[bool, Json] = {}
        # When and by whom a query was asked.
        self._asked: dict[str, tuple[float, int]] = {}

    def forget(self) -> None:
        """Nothing was said yet, and nothing waits."""
        self.chats.clear()
        self.updates.clear()
        self._asked.clear()
        for screen in self.screens.values():
            screen.show("reset")

    @property
    def webhook(self) -> Webhook | None:
        """The webhook that is set, or None."""
        return self.courier.webhook if self.courier else None

    def as_user(self) -> Json:
        """The User object of this bot."""
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.texts[("name", "")],
            "username": self.username,
        }

    def me(self) -> Json:
        """What getMe answers."""
        return {
            **self.as_user(),
            "can_join_groups": True,
            # Privacy mode is off, so that tests can see what a bot does with what it reads.
            "can_read_all_group_messages": True,
            "supports_inline_queries": True,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def chat(self, chat_id: int) -> Chat:
        """The chat with this id; raises what Telegram answers where there is none."""
        if chat_id not in self.chats:
            about = self._people.chat(chat_id)
            if about is None:
                raise bad_request("chat not found")
            self.chats[chat_id] = self._opened(about)
        return self.chats[chat_id]

    def _opened(self, about: Json) -> Chat:
        """A chat begins with the /start that opened it, days ago and out of sight."""
        chat = Chat(about)
        if chat.is_private:
            body = {
                "message_id": chat.next_number(),
                "from": _sender(about),
                "chat": about,
                "date": self._clock.date() - _LONG_AGO,
                "text": "/start",
                "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
            }
            chat.keep(Message(body, by_bot=False, hidden=True))
        return chat

    def check_access(self, chat: Chat) -> None:
        """Raises the 403 of somebody who blocked the bot."""
        person = self._people.person(chat.id) if chat.is_private else None
        if person and self.id in person.blocked:
            raise forbidden("bot was blocked by the user")

    def send(self, chat: Chat, content: Json, markup: Markup | None = None) -> Message:
        """The bot says something."""
        self.check_access(chat)
        sender = {"sender_chat": chat.about} if chat.kind == "channel" else {"from": self.as_user()}
        message = self._keep(chat, {**sender, **content}, by_bot=True)
        message.set_markup(markup)
        self.show(chat, "message", message=message.on_screen())
        if markup and not is_inline(markup):
            self.show(chat, "keyboard", reply_markup=markup)
        return message

    def hear(
        self, person: Resident, content: Json, chat: Chat | None = None, *, update: bool = True
    ) -> Message:
        """Somebody says something, in private or in a group; without `update` the bot misses it."""
        chat = chat or self.chat(person.id)
        if chat.kind == "channel":
            message = self._keep(chat, {"sender_chat": chat.about, **content}, by_bot=False)
            self.updates.put("channel_post", message.body, chat.id)
            return message
        message = self._keep(chat, {"from": person.as_user(), **content}, by_bot=False)
        if update:
            self.updates.put("message", message.body, chat.id)
        self.show(chat, "message", message=message.on_screen())
        return message

    def _keep(self, chat: Chat, content: Json, *, by_bot: bool) -> Message:
        body = {
            "message_id": chat.next_number(),
            "chat": chat.about,
            "date": self._clock.date(),
            **content,
        }
        return chat.keep(Message(body, by_bot=by_bot))

    def changed(self, chat: Chat, message: Message) -> None:
        """Tells the person's screen that a message looks different now."""
        self.show(chat, "edit", message=message.on_screen())

    def delete(self, chat: Chat, message: Message) -> None:
        """Takes a message away."""
        chat.messages.pop(message.number, None)
        if message.number in chat.pinned:
            chat.pinned.remove(message.number)
        self.show(chat, "delete", message_id=message.number, message_ids=[message.number])

    def is_deletable(self, message: Message) -> bool:
        """Whether the message is young enough to be deleted by the bot."""
        return self._clock.now() - float(message.body["date"]) < DELETABLE_FOR

    def show(self, chat: Chat, kind: str, **fields: Any) -> None:
        """Shows something on the screen of a private chat."""
        if chat.is_private:
            self.screens[chat.id].show(kind, **fields)

    def ask(self, uid: int) -> str:
        """A new query of a person's, waiting for its answer."""
        query_id = str(secrets.randbelow(9 * 10**18) + 10**18)
        self._asked[query_id] = (self._clock.now(), uid)
        while len(self._asked) > _MOST_QUERIES:
            self._asked.pop(next(iter(self._asked)))
        return query_id

    def asker(self, query_id: str) -> int | None:
        """Who asked, or None for the standing query."""
        asked = self._asked.get(query_id)
        return asked[1] if asked else None

    def check_query(self, query_id: str) -> None:
        """Raises what Telegram answers to a query that is unknown or too old."""
        if query_id == _STANDING_QUERY:
            return
        asked = self._asked.get(query_id)
        if asked is None or self._clock.now() - asked[0] > ANSWER_WITHIN:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )

    def chat_instance(self, chat: Chat) -> str:
        """A number that stands for this bot's chat in callback queries."""
        digest = hashlib.blake2b(f"{self.id}/{chat.id}".encode(), digest_size=8).digest()
        return str(int.from_bytes(digest, "big", signed=True))

    def shown_commands(self, language: str) -> list[Json]:
        """The menu of a private chat: the nearest scope and language that has commands."""
        for scope in ("all_private_chats", "default"):
            for code in (language, ""):
                if commands := self.commands.get((scope, code)):
                    return commands
        return []


def _sender(about: Json) -> Json:
    """The User behind the Chat object of a private chat."""
    names = {key: value for key, value in about.items() if key not in {"id", "type"}}
    return {"id": about["id"], "is_bot": False, **names}
