"""Updates that Telegram may send, odd as they are: halves of letters, and people without a name."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground import Person
from storage import owners
from storage.owners import Owner
from tests.chat import Chat


def hears(chat: Chat, user: dict[str, Any], text: str) -> None:
    """The bot is sent a message as it stands."""
    message = {
        "message_id": 7,
        "from": user,
        "chat": {"id": user["id"], "type": "private", "first_name": "x"},
        "date": int(chat.now().timestamp()),
        "text": text,
    }
    chat.town.world.spoken_about(chat.town.token).updates.push({"message": message}, user["id"])


@pytest.mark.parametrize("odd", ["\ud83d", "\udc00\ud800", "\0"], ids=["half", "halves", "NUL"])
async def test_what_cannot_be_stored_is_replaced_letter_for_letter(
    chat: Chat, alex: Person, odd: str
) -> None:
    hears(chat, alex.user, f"Met Ana Beltran at Slush, she likes {odd}chess")
    await alex.expect("Ana Beltran", "· new")
    (ana,) = await chat.read(lambda notebook: notebook.contacts.recent(limit=1))
    (met,) = await chat.read(lambda notebook: notebook.interactions.of(ana.id, limit=1))
    assert met.note == "Met Ana Beltran at Slush, she likes " + "\ufffd" * len(odd) + "chess"


@pytest.mark.parametrize(
    ("about", "name", "language"),
    [
        ({"first_name": ""}, "{id}", "en"),
        ({"first_name": "\u3164", "username": "bea"}, "bea", "en"),
        ({"first_name": "\u202eBea", "last_name": "Lund\u200b"}, "Bea Lund", "en"),
        ({"first_name": "Bea", "language_code": "zh-hant-tw"}, "Bea", "zh"),
        ({"first_name": "Bea", "language_code": "pt-br"}, "Bea", "pt-br"),
    ],
)
async def test_a_new_owner_has_a_name_that_can_be_seen_and_a_language_that_fits(
    chat: Chat, about: dict[str, Any], name: str, language: str
) -> None:
    person = chat.town.world.people.settle("Bea")
    hears(chat, {"id": person.id, "is_bot": False, **about}, "/help")
    owner: Owner | None = None
    async with asyncio.timeout(10):
        while owner is None:
            await asyncio.sleep(0.02)
            owner = await chat.database.read(lambda unit: owners.find(unit, person.id))
    assert (owner.name, owner.language) == (name.format(id=person.id), language)
