"""What anybody may send: words that people type, mixed with what nobody should.

Everything is drawn from a `Random`, so that a seed tells it all again, and Hypothesis, which has
one of its own, can make a failing example shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

Json = dict[str, Any]

LONGEST_TEXT = 4096  # of a message, in UTF-16 units
LONGEST_CAPTION = 1024
LONGEST_DATA = 64  # bytes of a button

TYPED = (
    "Met", "met", "coffee with", "call", "called", "Ana", "Ana Beltran", "Tom", "Priya Nair",
    "李旭", "van der Berg", "Nguyễn Thị Mai", "O'Leary", "CTO at Finch", "(head of data, Klarwerk)",
    "at Slush", "in Lisbon", "@", "w/", "and", "&", ",", ".", "\n", "-", "–", "(", ")", ":", ";",
    "yesterday", "on Friday", "by 12.3.", "3/14", "30 Feb", "29 Feb", "in 2 weeks", "next week",
    "at 3pm", "at 25:99", "31.12.9999", "1 January 0001", "in 99999 years", "in 0 days",
    "promised to send the deck", "she'll send it", "I owe her", "remind me to", "remind me",
    "follow up", "she's hiring", "into climbing", "'s", "birthday is 12 April", "born 31/02/1990",
    "ana@finch.io", "+49 170 5550143", "@anabel", "linkedin.com/in/ana", "got promoted", "died",
    "moved to Lisbon", "draft a note to", "congratulate", "who do I know", "who", "?", "!",
    "no, it was", "not Finch, Fitch", "her", "him", "them", "his wife", "both from Acme", "🎉",
    "talked about", "0", "99999", "half past", "noon", "Berlin", "UTC+25", "every six weeks",
    "twice a year", "inner circle", "every 0 days", "tag:", "#vc", "nothing", "skip", "yes", "no",
    "lol thanks", "what do I owe", "she lent me", "wants", "needs", "likes", "allergic to",
)  # fmt: skip

COMMANDS = (
    "/start", "/start invite", "/help", "/add", "/add Ana Beltran", "/log", "/today", "/find",
    "/find Ana", "/draft", "/draft Ana", "/promises", "/reminders", "/settings", "/cancel",
    "/contacts", "/undo", "/nothing", "/", "//", "/add@nobody_bot x", "/start " + "x" * 300,
)  # fmt: skip

HOSTILE = (
    "\0", "\x1b[31m", "\x7f", "\ud800", "\udfff", "\udc00\ud800", "\ufffe", "\U0010ffff", "\ufeff",
    "\u202e", "\u202a\u2066", "\u2069", "\u200b", "\u200c", "\u200d", "\u2060", "\u00ad", "\u3164",
    "\u115f", "\u2800", "\u034f", "\u180e", "\u2028", "\u2029", "\x85", "\xa0", "\u3000", "\r",
    "👩‍👩‍👧‍👦", "🏴\U000e0067\U000e0062\U000e007f", "❤\ufe0f", "1\ufe0f⃣", "e" + "\u0301" * 40,
    "\t", "Z̸̢̛͓a̷͖͘l̶g̵o",
    "\u0301", "ﷺ", "ǆ", "İ", "ı", "ß", "ﬃ", "𝐀𝐧𝐧𝐚", "Аnna", "می‌خواهم", "क्‍ष", "ฏ๎๎๎๎๎๎", "ᄀᄀᄀ각ᆨᆨ",
    "²³", "٣٤", "Ⅷ", "½", "৪", "㊿", "𝟙𝟚", "−1", "1e999", "0x10", "NaN", "-0", "∞", "1_000",
    "<b>", "</b>", "<a href='x'>", "<script>alert(1)</script>", "&lt;", "&#0;", "&#xD800;", "&amp;",
    "{{ 7*7 }}", "{% for x in y %}", "{#", "${x}", "%s%n", "%(x)s", "{0}", "{x!r}", "\\", "\\u0000",
    "'; DROP TABLE contacts; --", "\" OR 1=1", "`", "```", "*_[]()~>#+-=|{}.!", "%00", "../../etc",
    "=cmd|' /C calc'!A0", "\\N", "null", "None", "undefined", "tg://user?id=1",
    "https://" + "a" * 60,
    "a" * 500, "9" * 400, "1" * 19, "(" * 300, ")" * 99, "[" * 99, '"' * 99, "'" * 99, "." * 300,
    "," * 200, "-" * 200, "@" * 99, "#" * 99, "a." * 150, "a@a." * 60, "+1" * 99, "a-" * 150,
    "\n" * 120, " " * 300, "and " * 80, "at " * 80, "on Friday " * 30, "Ana " * 80, "Ana, " * 80,
)  # fmt: skip

_PLANES = ((0, 0x7F), (0x80, 0x24F), (0x370, 0x6FF), (0x900, 0xDFF), (0x2000, 0x2BFF),
           (0x3000, 0xD7A3), (0xD800, 0xDFFF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF))  # fmt: skip


def text(random: Random, longest: int = LONGEST_TEXT) -> str:
    """A message: mostly words, some of it hostile, now and then as long as may be."""
    kind = random.random()
    if kind < 0.05:
        words = random.choice(HOSTILE + TYPED) * random.randint(1, longest)
    elif kind < 0.15:
        words = "".join(_letter(random) for _ in range(random.randint(0, 60)))
    else:
        most = 300 if kind > 0.985 else 14
        words = _joined(random, random.randint(0, most))
    if random.random() < 0.03:
        words = f"{random.choice(COMMANDS)} {words}"
    return _cut(words, longest)


def _joined(random: Random, count: int) -> str:
    pieces = (
        random.choice(HOSTILE if random.random() < 0.2 else TYPED)
        if random.random() < 0.95
        else _letter(random)
        for _ in range(count)
    )
    return random.choice((" ", " ", " ", "", ", ", "\n")).join(pieces)


def _letter(random: Random) -> str:
    return chr(random.randint(*random.choice(_PLANES)))


def _cut(words: str, longest: int) -> str:
    """At most so many UTF-16 units of it."""
    return (
        words[:longest]
        .encode("utf-16-le", "surrogatepass")[: 2 * longest]
        .decode("utf-16-le", "surrogatepass" if len(words) < longest else "ignore")
    )


def data(random: Random, known: Iterable[str]) -> str:
    """What a button carries: what one of ours might, with other numbers, or anything."""
    kind = random.random()
    forged = random.choice(tuple(known))
    if kind < 0.6:
        return forged
    if kind < 0.8:
        verb, *rest = forged.split(":")
        return ":".join([verb, *(_number(random) for _ in rest)])[:LONGEST_DATA]
    return (
        text(random, LONGEST_DATA // 2)
        .encode(errors="replace")[:LONGEST_DATA]
        .decode(errors="ignore")
    )


def _number(random: Random) -> str:
    return random.choice(
        (
            "0",
            "1",
            "2",
            "-1",
            "007",
            "9" * 18,
            "9" * 19,
            str(2**63),
            "٣",
            "²",
            "",
            " 1",
            "1\n",
            "1e3",
        )
    )


# --- updates ------------------------------------------------------------------------------------


def update(random: Random, user: Json, date: int, known_data: Iterable[str]) -> Json:
    """One update of somebody's private chat, without its number."""
    kind = random.random()
    if kind < 0.60:
        return {"message": message(random, user, date)}
    if kind < 0.68:
        changed = {**message(random, user, date), "edit_date": date + random.randint(0, 9)}
        return {"edited_message": changed}
    if kind < 0.97:
        return {"callback_query": _tap(random, user, date, known_data)}
    return random.choice(_ODD)(random, user, date)


def message(random: Random, user: Json, date: int) -> Json:
    """A message of any kind that Telegram has."""
    body = _head(random, user, date)
    kind = random.random()
    if kind < 0.72:
        body["text"] = text(random) or "."
        body |= _entities(random, "entities", body["text"])
    else:
        body |= random.choice(_KINDS)(random)
    if random.random() < 0.15:
        body["reply_to_message"] = _head(random, user, date) | {"text": text(random, 200)}
    if random.random() < 0.05:
        body["quote"] = {"text": text(random, 200), "position": _int(random)}
    if random.random() < 0.05:
        body["forward_origin"] = random.choice(
            (
                {"type": "hidden_user", "date": date, "sender_user_name": text(random, 60)},
                {"type": "user", "date": date, "sender_user": user},
                {"type": "something_new", "date": date},
            )
        )
    return body


def _head(random: Random, user: Json, date: int) -> Json:
    names = {key: value for key, value in user.items() if key in ("first_name", "last_name")}
    day = date if random.random() < 0.97 else random.choice((0, 1, 86_399, 2**31 - 1, 2**32 + 5))
    return {
        "message_id": random.choice((1, 2, 3, random.randint(1, 500), random.randint(1, 2**31))),
        "from": user,
        "chat": {"id": user["id"], "type": "private", **names},
        "date": day,
    }


def _entities(random: Random, field: str, words: str) -> Json:
    """Entities that do not fit the text: negative, beyond it, inside of a pair, of no kind."""
    if random.random() < 0.6:
        return {}
    kinds = ("bold", "url", "text_link", "mention", "text_mention", "bot_command", "code", "new")
    return {
        field: [
            {
                "type": random.choice(kinds),
                "offset": random.choice((0, 1, _int(random), len(words))),
                "length": random.choice((1, 3, len(words), _int(random))),
            }
            for _ in range(random.randint(1, 4))
        ]
    }


def _seconds(random: Random) -> int:
    return random.choice((0, 1, 59, 86_400, 2**31 - 1))


def _int(random: Random) -> int:
    return random.choice((0, 1, -1, 7, 4095, 4096, 2**31 - 1, -(2**31), 2**52))


def _tap(random: Random, user: Json, date: int, known_data: Iterable[str]) -> Json:
    query: Json = {
        "id": str(random.randint(1, 2**60)),
        "from": user,
        "chat_instance": str(random.randint(-(2**60), 2**60)),
        "data": data(random, known_data),
    }
    at = random.random()
    if at < 0.85:
        query["message"] = _head(random, user, date) | {"text": text(random, 100)}
    elif at < 0.95:
        # Too old for Telegram to say what it was.
        query["message"] = _head(random, user, date) | {"date": 0}
    else:
        query["inline_message_id"] = "x" * 27
    if random.random() < 0.05:
        del query["data"]
        query["game_short_name"] = text(random, 20)
    return query


def _file(random: Random, **more: Any) -> Json:
    sizes = (0, 1, 10**9, 2**52, 30_000)
    return {
        "file_id": text(random, 90) or "f",
        "file_unique_id": text(random, 30) or "u",
        "file_size": random.choice(sizes),
        **more,
    }


def _captioned(random: Random, content: Json) -> Json:
    if random.random() < 0.4:
        return content
    caption = text(random, LONGEST_CAPTION)
    return content | {"caption": caption} | _entities(random, "caption_entities", caption)


def _contact(random: Random) -> Json:
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{text(random, 80)}"]
    fields = ("EMAIL;TYPE=home", "item1.EMAIL", "ORG", "TITLE", "NOTE", "BDAY", "ORG;X" * 9)
    lines += [f"{field}:{text(random, 200)}" for field in fields]
    shared: Json = {
        "phone_number": random.choice(("", "+", "+49 170 5550143", text(random, 40), "0" * 500)),
        "first_name": text(random, 64),
    }
    optional = {
        "last_name": text(random, 64),
        "user_id": random.choice((1001, 2**52, 0, 5)),
        "vcard": random.choice(("\r\n", "\n", "")).join(lines)[:2048],
    }
    return {"contact": shared | {k: v for k, v in optional.items() if random.random() < 0.6}}


def _location(random: Random) -> Json:
    return {
        "latitude": random.choice((0.0, 90.0, -90.0, 52.5, -0.0, random.uniform(-90, 90))),
        "longitude": random.choice((0.0, 180.0, -180.0, 13.4, random.uniform(-180, 180))),
        **random.choice(({}, {"horizontal_accuracy": 1500.0, "live_period": 60, "heading": 360})),
    }


_Make = Callable[[Random], Json]


def _size(random: Random) -> Json:
    return {"width": _int(random), "height": _int(random)}


def _poll(random: Random) -> Json:
    return {
        "id": "1", "question": text(random, 300), "type": "quiz", "total_voter_count": 0,
        "options": [{"text": text(random, 100), "voter_count": 0, "persistent_id": "1"}],
        "is_closed": False, "is_anonymous": True, "allows_multiple_answers": False,
        "allows_revoting": False, "members_only": False,
    }  # fmt: skip


def _gift(random: Random) -> Json:
    sticker = _file(random, type="regular", is_animated=False, is_video=False, **_size(random))
    return {"gift": {"gift": {"id": "1", "sticker": sticker, "star_count": 15}}}


def _refund(random: Random) -> Json:
    return {
        "currency": "XTR", "total_amount": 1, "invoice_payload": text(random, 9),
        "telegram_payment_charge_id": "1",
    }  # fmt: skip


_A_CHAT = {"id": 1, "type": "private", "first_name": "x"}

_MEDIA: tuple[_Make, ...] = (
    lambda r: {"photo": [_file(r, **_size(r)) for _ in range(r.randint(0, 3))]},
    lambda r: {"voice": _file(r, duration=_seconds(r), mime_type=text(r, 20))},
    lambda r: {"audio": _file(r, duration=_seconds(r), title=text(r, 50), performer=text(r, 50))},
    lambda r: {"video": _file(r, duration=_seconds(r), **_size(r))},
    lambda r: {"animation": _file(r, duration=_seconds(r), **_size(r))},
    lambda r: {"document": _file(r, file_name=text(r, 200), mime_type=text(r, 40))},
    lambda r: {"paid_media": {"star_count": 1, "paid_media": []}},
    lambda r: {"media_group_id": text(r, 20), "photo": [_file(r, **_size(r))]},
)

_KINDS: tuple[_Make, ...] = (
    *(lambda r, make=make: _captioned(r, make(r)) for make in _MEDIA),
    _contact,
    _contact,
    lambda r: {"location": _location(r)},
    lambda r: {"venue": {"location": _location(r), "title": text(r, 90), "address": text(r, 90)}},
    lambda r: {"video_note": _file(r, duration=_seconds(r), length=_int(r))},
    lambda r: {"sticker": _file(r, type="regular", is_animated=False, is_video=False, **_size(r))},
    lambda r: {"dice": {"emoji": r.choice(("🎲", "")), "value": _int(r)}},
    lambda r: {"poll": _poll(r)},
    lambda r: {"game": {"title": text(r, 60), "description": text(r, 60), "photo": []}},
    lambda r: {"story": {"id": 1, "chat": {"id": -1, "type": "channel", "title": text(r, 60)}}},
    _gift,
    lambda r: {"pinned_message": {"message_id": 3, "date": 0, "chat": _A_CHAT}},
    lambda r: {"message_auto_delete_timer_changed": {"message_auto_delete_time": _seconds(r)}},
    lambda r: {"users_shared": {"request_id": 1, "users": [{"user_id": 1}]}},
    lambda r: {"connected_website": text(r, 60)},
    lambda r: {"web_app_data": {"data": text(r, 200), "button_text": text(r, 60)}},
    lambda r: {"write_access_allowed": {}},
    lambda r: {"boost_added": {"boost_count": 1}},
    lambda r: {"refunded_payment": _refund(r)},
    lambda r: {"chat_background_set": {"type": {"type": "chat_theme", "theme_name": text(r, 9)}}},
    lambda r: {"checklist": {"title": text(r, 90), "tasks": []}},
    lambda r: {"something_new": {"deep": [text(r, 30)]}},
    lambda r: {},
)  # fmt: skip


def _blocked(random: Random, user: Json, date: int) -> Json:
    def status(name: str) -> Json:
        return {
            "user": {"id": 7, "is_bot": True, "first_name": "B"},
            "status": name,
            "until_date": 0,
        }

    chat = {"id": user["id"], "type": "private", "first_name": "x"}
    said = {"chat": chat, "from": user, "date": date}
    return {
        "my_chat_member": said
        | {"old_chat_member": status("kicked"), "new_chat_member": status("member")}
    }


def _inline(random: Random, user: Json, _: int) -> Json:
    asked = {"id": "1", "from": user, "query": text(random, 200), "offset": ""}
    return {"inline_query": asked}


_ODD: tuple[Callable[[Random, Json, int], Json], ...] = (
    _blocked,
    _inline,
    lambda r, user, _: {"poll_answer": {"poll_id": "1", "user": user, "option_ids": [_int(r)],
                                        "option_persistent_ids": []}},
    lambda r, user, date: {"message_reaction": {"chat": {"id": user["id"], "type": "private"},
                           "message_id": _int(r), "user": user, "date": date,
                           "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]}},
    lambda r, user, date: {"channel_post": {"message_id": 1, "date": date, "text": text(r, 90),
                           "chat": {"id": -1_000_000_000_077, "type": "channel", "title": "c"}}},
    lambda r, user, date: {"something_new": {"from": user, "date": date, "what": text(r, 90)}},
)  # fmt: skip
