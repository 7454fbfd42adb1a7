"""What a bot can say: texts, files, places, people, polls, invoices."""

import secrets
from collections.abc import Callable
from typing import Any

from playground.attachments import attached
from playground.call import Call, text_fields
from playground.chats import Chat, Json, Message
from playground.refusals import bad_request
from playground.text.formatted import units

_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "record_audio",
        "upload_audio",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
_DICE = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}
_FEWEST_OPTIONS, _MOST_OPTIONS = 2, 12
_LONGEST_QUESTION, _LONGEST_OPTION = 300, 100
_ALBUM = range(2, 11)
_CURRENCY_LENGTH = 3


def say(call: Call, chat: Chat, content: Json) -> Json:
    """Sends what was made of a call, with the options that all such calls share."""
    markup = call.markup(chat)
    extra = reply_fields(call, chat)
    if call.flag("protect_content"):
        extra["has_protected_content"] = True
    if call.has("message_effect_id"):
        extra["effect_id"] = call.text("message_effect_id")
    return call.bot.send(chat, {**extra, **content}, markup).body


def reply_fields(call: Call, chat: Chat) -> Json:
    """What the message replies to."""
    given = call.structure("reply_parameters", "reply parameters")
    if given is None and call.has("reply_to_message_id"):
        given = {
            "message_id": call.integer("reply_to_message_id"),
            "allow_sending_without_reply": call.flag("allow_sending_without_reply"),
        }
    if not given:
        return {}
    if not isinstance(given, dict):
        raise bad_request("object expected as reply parameters")
    other = call.chat_of(str(given["chat_id"])) if given.get("chat_id") else chat
    target = other.messages.get(int(given.get("message_id") or 0))
    if target is None:
        if given.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    if other is not chat:
        external = {"origin": target.origin(), "chat": other.about, "message_id": target.number}
        return {"external_reply": external}
    fields: Json = {"reply_to_message": target.quoted()}
    if quote := given.get("quote"):
        fields["quote"] = _quote(target, str(quote))
    return fields


def _quote(target: Message, quote: str) -> Json:
    text = str(target.body.get("text", target.body.get("caption", "")))
    if quote not in text:
        raise bad_request("QUOTE_TEXT_INVALID")
    position = units(text[: text.index(quote)])
    return {"text": quote, "position": position, "is_manual": True}


def send_message(call: Call) -> Json:
    """A text."""
    chat = call.chat()
    content = text_fields(call.formatted_text())
    options = call.structure("link_preview_options", "link preview options")
    if call.flag("disable_web_page_preview"):
        options = {"is_disabled": True}
    if options:
        content["link_preview_options"] = options
    return say(call, chat, content)


def _send_file(kind: str) -> Callable[[Call], Json]:
    """The method that sends one kind of file."""

    def send(call: Call) -> Json:
        chat = call.chat()
        stored = call.file(kind, kind)
        content = {**attached(kind, stored, call.values), **call.caption()}
        if call.flag("has_spoiler"):
            content["has_media_spoiler"] = True
        if call.flag("show_caption_above_media"):
            content["show_caption_above_media"] = True
        return say(call, chat, content)

    send.__doc__ = f"A file of the kind {kind}."
    return send


def send_media_group(call: Call) -> list[Json]:
    """Two to ten files as an album."""
    chat = call.chat()
    media = call.structure("media", "media")
    if not isinstance(media, list):
        raise bad_request("expected an Array of InputMedia")
    if len(media) not in _ALBUM:
        raise bad_request("media group must include 2-10 items")
    album = str(secrets.randbelow(10**17))
    contents = [{"media_group_id": album, **_album_item(call, item)} for item in media]
    return [say(call, chat, content) for content in contents]


def _album_item(call: Call, item: Any) -> Json:
    kind = item.get("type") if isinstance(item, dict) else None
    if kind not in {"photo", "video", "audio", "document"}:
        raise bad_request(f'type "{kind}" can\'t be used in sendMediaGroup')
    return input_media(call, item)


def input_media(call: Call, item: Json) -> Json:
    """The fields of a message made from an InputMedia object."""
    kind = str(item["type"])
    stored = call.file_of(str(item.get("media", "")), kind)
    captioned = Call(call.method, call.bot, call.world, item, call.reply, call.uploads)
    return {**attached(kind, stored, item), **captioned.caption()}


def send_paid_media(call: Call) -> Json:
    """Files for stars."""
    chat = call.chat()
    media = call.structure("media", "paid media")
    if not isinstance(media, list) or not media:
        raise bad_request("expected an Array of InputPaidMedia")
    items = [{"type": item["type"], **_paid_item(call, item)} for item in media]
    paid = {"star_count": call.integer("star_count"), "paid_media": items}
    return say(call, chat, {"paid_media": paid, **call.caption()})


def _paid_item(call: Call, item: Json) -> Json:
    kind = str(item["type"])
    fields = attached(kind, call.file_of(str(item.get("media", "")), kind), item)
    return {kind: fields[kind]}


def send_location(call: Call) -> Json:
    """A place, or a live one."""
    chat = call.chat()
    return say(call, chat, {"location": location(call)})


def location(call: Call) -> Json:
    """The Location object of a call."""
    for name in ("latitude", "longitude"):
        if not call.has(name):
            raise bad_request(f"{name} is empty")
    place: Json = {"latitude": call.number("latitude"), "longitude": call.number("longitude")}
    if call.has("horizontal_accuracy"):
        place["horizontal_accuracy"] = call.number("horizontal_accuracy")
    return {**place, **call.picked(("live_period", "heading", "proximity_alert_radius"))}


def send_venue(call: Call) -> Json:
    """A place with a name."""
    chat = call.chat()
    place = location(call)
    venue: Json = {"location": place, "title": call.text("title"), "address": call.text("address")}
    optional = ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type")
    venue.update({name: call.text(name) for name in optional if call.has(name)})
    return say(call, chat, {"venue": venue, "location": place})


def send_contact(call: Call) -> Json:
    """Somebody's number."""
    chat = call.chat()
    if not call.has("phone_number"):
        raise bad_request("phone number can't be empty")
    if not call.has("first_name"):
        raise bad_request("first name can't be empty")
    names = ("phone_number", "first_name", "last_name", "vcard")
    return say(call, chat, {"contact": {name: call.text(name) for name in names if call.has(name)}})


def send_dice(call: Call) -> Json:
    """A die."""
    chat = call.chat()
    emoji = call.text("emoji") or "🎲"
    if emoji not in _DICE:
        raise bad_request("failed to send dice: emoji is not supported")
    return say(call, chat, {"dice": {"emoji": emoji, "value": secrets.randbelow(_DICE[emoji]) + 1}})


def send_poll(call: Call) -> Json:
    """A question with options."""
    chat = call.chat()
    question = call.formatted_text("question", "question_") if call.has("question") else None
    if question is None:
        raise bad_request("poll question must be non-empty")
    if len(question.text) > _LONGEST_QUESTION:
        raise bad_request(f"poll question length must not exceed {_LONGEST_QUESTION}")
    quiz = call.text("type") == "quiz"
    poll: Json = {
        "id": str(secrets.randbelow(10**18)),
        "question": question.text,
        "options": _options(call),
        "total_voter_count": 0,
        "is_closed": call.flag("is_closed"),
        "is_anonymous": call.flag("is_anonymous") if call.has("is_anonymous") else True,
        "type": "quiz" if quiz else "regular",
        "allows_multiple_answers": call.flag("allows_multiple_answers"),
        "allows_revoting": not quiz,
        "members_only": call.flag("members_only"),
    }
    if quiz:
        poll["correct_option_id"] = call.integer("correct_option_id")
    if call.has("explanation"):
        poll["explanation"] = call.text("explanation")
    return say(call, chat, {"poll": poll | call.picked(("open_period", "close_date"))})


def _options(call: Call) -> list[Json]:
    given = call.structure("options", "options")
    if not isinstance(given, list):
        raise bad_request("expected an Array of String as options")
    texts = [str(option["text"] if isinstance(option, dict) else option) for option in given]
    if len(texts) < _FEWEST_OPTIONS:
        raise bad_request(f"poll must have at least {_FEWEST_OPTIONS} option")
    if len(texts) > _MOST_OPTIONS:
        raise bad_request(f"poll can't have more than {_MOST_OPTIONS} options")
    if not all(texts):
        raise bad_request("poll options must be non-empty")
    if any(len(text) > _LONGEST_OPTION for text in texts):
        raise bad_request(f"poll options length must not exceed {_LONGEST_OPTION}")
    return [
        {"persistent_id": secrets.token_urlsafe(6), "text": text, "voter_count": 0}
        for text in texts
    ]


def send_invoice(call: Call) -> Json:
    """A bill."""
    chat = call.chat()
    return say(call, chat, {"invoice": invoice(call)})


def invoice(call: Call) -> Json:
    """The Invoice object of a call."""
    for name in ("title", "description", "payload", "currency"):
        if not call.has(name):
            raise bad_request(f'Parameter "{name}" is required')
    prices = call.structure("prices", "prices")
    if not isinstance(prices, list):
        raise bad_request("expected an Array of labeled prices")
    if not prices:
        raise bad_request("there must be at least one price")
    if len(call.text("currency")) != _CURRENCY_LENGTH:
        raise bad_request("CURRENCY_INVALID")
    return {
        "title": call.text("title"),
        "description": call.text("description"),
        "start_parameter": call.text("start_parameter"),
        "currency": call.text("currency"),
        "total_amount": sum(int(price["amount"]) for price in prices),
    }


def send_game(call: Call) -> Json:
    """A game by its short name."""
    chat = call.chat()
    name = call.text("game_short_name")
    if not name:
        raise bad_request("WRONG_GAME_SHORT_NAME")
    return say(call, chat, {"game": {"title": name, "description": "", "photo": []}})


def send_checklist(call: Call) -> Json:
    """A list of tasks."""
    chat = call.chat()
    checklist = call.structure("checklist", "InputChecklist")
    if not isinstance(checklist, dict) or not checklist.get("tasks"):
        raise bad_request("expected an Object as checklist")
    tasks = [{"id": task["id"], "text": task["text"]} for task in checklist["tasks"]]
    return say(call, chat, {"checklist": {"title": checklist.get("title", ""), "tasks": tasks}})


def send_chat_action(call: Call) -> bool:
    """Shows that something is coming."""
    chat = call.chat()
    action = call.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.bot.check_access(chat)
    call.bot.show(chat, "action", action=action)
    return True


METHODS: dict[str, Callable[[Call], object]] = {
    "sendMessage": send_message,
    "sendPhoto": _send_file("photo"),
    "sendLivePhoto": _send_file("live_photo"),
    "sendDocument": _send_file("document"),
    "sendVoice": _send_file("voice"),
    "sendAudio": _send_file("audio"),
    "sendVideo": _send_file("video"),
    "sendAnimation": _send_file("animation"),
    "sendVideoNote": _send_file("video_note"),
    "sendSticker": _send_file("sticker"),
    "sendMediaGroup": send_media_group,
    "sendPaidMedia": send_paid_media,
    "sendLocation": send_location,
    "sendVenue": send_venue,
    "sendContact": send_contact,
    "sendDice": send_dice,
    "sendPoll": send_poll,
    "sendInvoice": send_invoice,
    "sendGame": send_game,
    "sendChecklist": send_checklist,
    "sendChatAction": send_chat_action,
}
