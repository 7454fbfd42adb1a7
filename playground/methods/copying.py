"""Saying again what was said: forwarding, with the origin shown, and copying, without."""

from playground.call import Call
from playground.chats import Chat, Json, Message
from playground.methods.sending import say
from playground.refusals import bad_request

_UNCOPYABLE = frozenset({"invoice", "paid_media", "dice", "game"})


def forward_message(call: Call) -> Json:
    """One message, with its origin."""
    chat, source = call.chat(), call.chat("from_chat_id")
    return _forward(call, chat, call.message(source, "message to forward"))


def forward_messages(call: Call) -> list[Json]:
    """Those of the messages that there are, in their order."""
    return [_numbered(_forward(call, chat, message)) for chat, message in _each(call, "forward")]


def copy_message(call: Call) -> Json:
    """One message as the bot's own, perhaps with another caption."""
    chat, source = call.chat(), call.chat("from_chat_id")
    return _numbered(_copy(call, chat, call.message(source, "message to copy")))


def copy_messages(call: Call) -> list[Json]:
    """Those of the messages that there are, as the bot's own."""
    return [_numbered(_copy(call, chat, message)) for chat, message in _each(call, "copy")]


def _each(call: Call, verb: str) -> list[tuple[Chat, Message]]:
    chat, source = call.chat(), call.chat("from_chat_id")
    numbers = call.numbers("message_ids")
    found = [(chat, source.messages[number]) for number in numbers if number in source.messages]
    if not found:
        raise bad_request(f"there are no messages to {verb}")
    return found


def _numbered(message: Json) -> Json:
    return {"message_id": message["message_id"]}


def _forward(call: Call, chat: Chat, message: Message) -> Json:
    if message.body.get("has_protected_content"):
        raise bad_request("message can't be forwarded")
    return say(call, chat, {**message.content(), "forward_origin": message.origin()})


def _copy(call: Call, chat: Chat, message: Message) -> Json:
    content = message.content()
    if _UNCOPYABLE & content.keys() or message.body.get("has_protected_content"):
        raise bad_request("message can't be copied")
    content.pop("forward_origin", None)
    recaptioned = "caption" in call.values or call.flag("remove_caption")
    if recaptioned and "text" not in content:
        for key in ("caption", "caption_entities"):
            content.pop(key, None)
        content.update(call.caption())
    return say(call, chat, content)


METHODS = {
    "forwardMessage": forward_message,
    "forwardMessages": forward_messages,
    "copyMessage": copy_message,
    "copyMessages": copy_messages,
}
