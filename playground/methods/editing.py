"""Changing what was said: editing, deleting, pinning, reacting."""

import copy

from playground.call import Call, text_fields
from playground.chats import Chat, Json, Message
from playground.keyboards import is_inline
from playground.methods.sending import input_media, location
from playground.refusals import bad_request

_REACTIONS = frozenset(
    {
        "👍",
        "👎",
        "❤",
        "🔥",
        "🥰",
        "👏",
        "😁",
        "🤔",
        "🤯",
        "😱",
        "🤬",
        "😢",
        "🎉",
        "🤩",
        "🤮",
        "💩",
        "🙏",
        "👌",
        "🕊",
        "🤡",
        "🥱",
        "🥴",
        "😍",
        "🐳",
        "❤️‍🔥",
        "🌚",
        "🌭",
        "💯",
        "🤣",
        "⚡",
        "🍌",
        "🏆",
        "💔",
        "🤨",
        "😐",
        "🍓",
        "🍾",
        "💋",
        "🖕",
        "😈",
        "😴",
        "😭",
        "🤓",
        "👻",
        "👨‍💻",
        "👀",
        "🎃",
        "🙈",
        "😇",
        "😨",
        "🤝",
        "✍",
        "🤗",
        "🫡",
        "🎅",
        "🎄",
        "☃",
        "💅",
        "🤪",
        "🗿",
        "🆒",
        "💘",
        "🙉",
        "🦄",
        "😘",
        "💊",
        "🙊",
        "😎",
        "👾",
        "🤷‍♂️",
        "🤷",
        "🤷‍♀️",
        "😡",
    }
)
_CAPTIONED = frozenset({"photo", "document", "voice", "audio", "video", "animation", "paid_media"})
_MEDIA = _CAPTIONED | {"caption", "caption_entities", "has_media_spoiler"}


def _editable(call: Call) -> tuple[Chat, Message]:
    """The bot's own message that is to change; one with a reply keyboard cannot."""
    if call.has("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = call.chat()
    message = call.message(chat, "message to edit")
    if not message.by_bot or (message.markup and not is_inline(message.markup)):
        raise bad_request("message can't be edited")
    return chat, message


def _change(call: Call, chat: Chat, message: Message, drop: set[str], add: Json) -> Json:
    """Replaces part of a message and its keyboard, unless nothing would change."""
    before = copy.deepcopy((message.body, message.markup))
    markup = call.markup(chat)
    if markup and not is_inline(markup):
        raise bad_request("inline keyboard expected")
    for key in drop:
        message.body.pop(key, None)
    message.body.update(add)
    message.set_markup(markup)
    if (message.body, message.markup) == before:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are"
            " exactly the same as a current content and reply markup of the message"
        )
    message.edited = message.edited or bool(add)
    message.body["edit_date"] = call.world.clock.date()
    call.bot.changed(chat, message)
    return message.body


def edit_message_text(call: Call) -> Json:
    """Another text; the keyboard goes unless it comes again."""
    formatted = call.formatted_text()
    chat, message = _editable(call)
    if "text" not in message.body:
        raise bad_request("there is no text in the message to edit")
    drop = {"text", "entities", "link_preview_options"}
    options = call.structure("link_preview_options", "link preview options")
    shown = {"link_preview_options": options} if options else {}
    return _change(call, chat, message, drop, text_fields(formatted) | shown)


def edit_message_caption(call: Call) -> Json:
    """Another caption."""
    caption = call.caption()
    chat, message = _editable(call)
    if not _CAPTIONED & message.body.keys():
        raise bad_request("there is no caption in the message to edit")
    return _change(call, chat, message, {"caption", "caption_entities"}, caption)


def edit_message_reply_markup(call: Call) -> Json:
    """Another keyboard, or none."""
    chat, message = _editable(call)
    return _change(call, chat, message, set(), {})


def edit_message_media(call: Call) -> Json:
    """Another file."""
    media = call.structure("media", "input media")
    if not isinstance(media, dict) or "type" not in media:
        raise bad_request("can't parse InputMedia: type is not specified")
    chat, message = _editable(call)
    return _change(call, chat, message, {*_MEDIA, "text", "entities"}, input_media(call, media))


def edit_live_location(call: Call) -> Json:
    """A live place moves, or stands still from now on."""
    chat, message = _editable(call)
    place = message.body.get("location", {})
    if "live_period" not in place:
        raise bad_request("message can't be edited")
    moved = {**place, **location(call)} if call.has("latitude") else dict(place)
    if call.method.lower().startswith("stop"):
        moved.pop("live_period")
    return _change(call, chat, message, set(), {"location": moved})


def stop_poll(call: Call) -> Json:
    """Closes a poll."""
    chat = call.chat()
    message = call.message(chat, "message with poll to stop")
    poll = message.body.get("poll")
    if poll is None or not message.by_bot:
        raise bad_request("message with poll to stop not found")
    if poll["is_closed"]:
        raise bad_request("poll has already been closed")
    closed = {**poll, "is_closed": True}
    _change(call, chat, message, set(), {"poll": closed})
    return closed


def delete_message(call: Call) -> bool:
    """Takes one message away, if it is young enough and the bot may."""
    if not call.has("chat_id"):
        raise bad_request("chat identifier is not specified")
    if not call.integer("message_id"):
        raise bad_request("message identifier is not specified")
    chat = call.chat()
    message = call.message(chat, "message to delete")
    if not chat.is_private and not message.by_bot:
        raise bad_request("message can't be deleted")
    if not call.bot.is_deletable(message):
        raise bad_request("message can't be deleted for everyone")
    call.bot.delete(chat, message)
    return True


def delete_messages(call: Call) -> bool:
    """Takes messages away, and leaves those it cannot."""
    chat = call.chat()
    for number in call.numbers("message_ids"):
        message = chat.messages.get(number)
        if message and call.bot.is_deletable(message) and (chat.is_private or message.by_bot):
            call.bot.delete(chat, message)
    return True


def pin_chat_message(call: Call) -> bool:
    """Puts a message on top."""
    chat = call.chat()
    message = call.message(chat, "message to pin")
    if message.number in chat.pinned:
        chat.pinned.remove(message.number)
    chat.pinned.append(message.number)
    call.bot.show(chat, "pin", message_id=message.number, message=message.on_screen(), pinned=True)
    return True


def unpin_chat_message(call: Call) -> bool:
    """Takes one pinned message down, the newest unless another is named."""
    chat = call.chat()
    number = call.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise bad_request("message to unpin not found")
    _unpin(call, chat, number)
    return True


def unpin_all_chat_messages(call: Call) -> bool:
    """Takes all pinned messages down."""
    chat = call.chat()
    for number in list(chat.pinned):
        _unpin(call, chat, number)
    return True


def _unpin(call: Call, chat: Chat, number: int) -> None:
    chat.pinned.remove(number)
    call.bot.show(chat, "pin", message_id=number, pinned=False)


def set_message_reaction(call: Call) -> bool:
    """The bot's reaction to a message; a bot has one at most."""
    chat = call.chat()
    message = call.message(chat, "message to react")
    reaction = call.structure("reaction", "reaction types") or []
    if not isinstance(reaction, list):
        raise bad_request("expected an Array of ReactionType")
    for given in reaction:
        if given.get("type") == "emoji" and given.get("emoji") not in _REACTIONS:
            raise bad_request("REACTION_INVALID")
    if len(reaction) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    call.bot.show(chat, "reaction", message_id=message.number, reaction=reaction)
    return True


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "editMessageMedia": edit_message_media,
    "editMessageLiveLocation": edit_live_location,
    "stopMessageLiveLocation": edit_live_location,
    "stopPoll": stop_poll,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "pinChatMessage": pin_chat_message,
    "unpinChatMessage": unpin_chat_message,
    "unpinAllChatMessages": unpin_all_chat_messages,
    "setMessageReaction": set_message_reaction,
}
