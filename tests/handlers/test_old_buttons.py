"""Buttons that nobody made, or that an older Rapport did: each is answered, and breaks nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from telegram.ext import CallbackQueryHandler

from handlers.dialogues import Conversation
from handlers.interactions import ANY_ANSWER
from handlers.routes import all_routes
from handlers.routing import Handler
from playground import Person
from rapport.capture.guided import Log
from rapport.contacts.adding import NewContact
from storage import dialogues, owners
from storage.dialogues import Dialogue
from storage.notebook import Notebook
from tests.builders import a_contact
from tests.chat import Chat

ADA = 2  # her id, so that forged buttons name somebody
NUMBERS = (str(ADA), "1", "9" * 18)
WORDS = ("zzz", "zz-zz", "Zz/Zz", "9999-99-99", "0001-01-01", "9999-12-31")
INT = "([0-9]{1,18})"

# What was answered so far, where somebody stands in a conversation.
ANSWERS: Mapping[str, dict[str, Any]] = {
    "add": NewContact("Ada").stored(),
    "attach": {"attachment": ADA},
    "draft": {"contact": ADA, "occasion": "outreach", "tone": "warm", "wanted": "np"},
    "edit": {"contact": ADA, "field": "role"},
    "find": {},
    "fix": {"capture": 1, "field": "work"},
    "forget": {},
    "import": {"file": "gone"},
    "log": Log("Ada", ADA).stored(),
    "settings": {},
}


def conversations() -> list[Conversation]:
    """All of them."""
    found = (route.handler for route in all_routes())
    return [handler for handler in found if isinstance(handler, Conversation)]


def patterns(handlers: list[Handler]) -> list[re.Pattern[str]]:
    """What the buttons among the handlers say; the fallback takes whatever is left."""
    found = [each.pattern for each in handlers if isinstance(each, CallbackQueryHandler)]
    return [each for each in found if isinstance(each, re.Pattern)]


def anywhere() -> list[re.Pattern[str]]:
    """The buttons that are answered wherever the owner stands."""
    entries = [each for conversation in conversations() for each in conversation.entry_points]
    return patterns([*(route.handler for route in all_routes()), *entries])


def inside() -> list[tuple[str, str, list[re.Pattern[str]]]]:
    """Every step of every conversation, and the buttons that are answered there."""
    return [
        (str(each.name), str(step), patterns([*handlers, *each.fallbacks]))
        for each in conversations()
        for step, handlers in each.states.items()
    ]


def forged(pattern: re.Pattern[str], numbers: Sequence[str] = NUMBERS) -> Iterator[str]:
    """Data that the pattern takes, whatever it means."""
    if pattern is ANY_ANSWER:
        yield "log-zzz"
        return
    verb, *arguments = pattern.pattern.removeprefix("^").removesuffix(r"\Z").split(":")
    choices = [
        numbers if each == INT else (*WORDS, *each.strip("()").split("|")) for each in arguments
    ]
    for chosen in product([re.sub(r"\\(.)", r"\1", verb)], *choices):
        data = ":".join(chosen)
        if pattern.match(data):
            yield data


async def check_each(chat: Chat, alex: Person, data: list[str], stands: Dialogue | None) -> None:
    """Tap them all; a tap is acknowledged once its update was answered."""
    await alex.say("/help")
    message = (await alex.expect("Just write")).number
    for each in data:
        if stands is not None:
            await chat.database.run(lambda unit: dialogues.put(unit, alex.id, stands))
        await alex.tap_data(message, each)
        try:
            await alex.expect_answer(timeout=2)
        except AssertionError:
            raise AssertionError(f"{each!r} was not answered") from None
    said = [str(each.get("text")) for each in await alex.history()]
    assert not [text for text in said if "Something in me broke" in text]


def test_every_pattern_can_be_forged() -> None:
    found = [*anywhere(), *(each for _, _, taps in inside() for each in taps)]
    assert len(found) > 60
    for pattern in found:
        assert list(forged(pattern)), f"no data fits {pattern.pattern}"


def ada(notebook: Notebook) -> None:
    """She is kept, under that id."""
    owners.change(notebook.unit, notebook.owner_id, last_id=0)
    assert a_contact(notebook) == ADA


async def test_a_forged_button_is_answered_kindly(chat: Chat, alex: Person) -> None:
    await chat.write(ada)
    data = [each for pattern in anywhere() for each in forged(pattern)]
    data.sort(key=lambda each: each.startswith("forget-yes"))  # until then Ada is there
    await check_each(chat, alex, data, None)


@pytest.mark.parametrize(
    ("name", "step", "taps"),
    [pytest.param(*each, id=f"{each[0]}-{each[1]}") for each in inside() if each[2]],
)
async def test_a_forged_button_is_answered_kindly_in_the_middle_of_a_conversation(
    chat: Chat, alex: Person, name: str, step: str, taps: list[re.Pattern[str]]
) -> None:
    await chat.write(ada)
    stands = Dialogue(name, step, ANSWERS[name], chat.now() + timedelta(hours=1))
    await check_each(chat, alex, [each for tap in taps for each in forged(tap)], stands)


@pytest.mark.parametrize(
    "data", ["zone:Mars/Base", "fix-it:1:zzz", "log-how:zzz", "draft:zzz:1", "c:999999999999999999"]
)
async def test_a_forged_word_is_answered_like_an_old_button(alex: Person, data: str) -> None:
    await alex.say("/help")
    message = (await alex.expect("Just write")).number
    await alex.tap_data(message, data)
    await alex.expect("That button belongs to something that is no longer there")
