"""Outside of its owner's private chat the bot tells nothing, whatever kind of update asks.

Every kind that python-telegram-bot knows is brought from every place that is not the owner's own
chat, by the owner, by somebody else who keeps a notebook, and by nobody in particular. Every call
the bot makes is looked at, whatever its method and wherever it goes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Select, func, select
from telegram import Update

from playground.call import Call
from playground.gateway import Gateway
from playground.person import Person
from rapport.templating import say
from storage.models import intake, metadata, outbox
from tests.chat import Chat, chatting
from tests.handlers.test_old_buttons import anywhere, forged
from tests.updates import KINDS, Json, Scene

CANARY = "Nightingale"
NOTE = f"Met {CANARY} Weber at PyData, works at Klarwerk. Promised to send the slides by Friday."
ASKED = ("/start", f"/find {CANARY}", "/export", f"who is {CANARY}?", f"Coffee with {CANARY}")
PEOPLE = ("Alex", "Ben", "an anonymous admin")
PLACES = (
    "group", "supergroup", "channel", "a topic", "a quotation", "a group's own voice",
    "another bot's help", "a forward", "Ben's chat", "a customer's chat",
)  # fmt: skip
UNTOLD = frozenset({"getUpdates", "deleteWebhook", "getMe", "setMyCommands"})


@dataclass
class House:
    """A Rapport of two owners, one of whom has told it something, and all calls it makes."""

    chat: Chat
    ben: Person
    calls: list[Call] = field(default_factory=list)

    @property
    def alex(self) -> Person:
        """Whose people are asked for."""
        return self.chat.person

    async def take(self, updates: list[Json]) -> list[Call]:
        """The calls the bot makes until it is done with the updates."""
        self.calls.clear()
        bot = self.chat.town.world.spoken_about(self.chat.town.token)
        for number, update in enumerate(updates):
            bot.updates.push(update, number)
        await self.calm()
        await asyncio.sleep(0.1)  # for lines that nobody waits for
        return list(self.calls)

    async def calm(self) -> None:
        """Every update is answered, and every letter is known to have arrived."""
        bot = self.chat.town.world.spoken_about(self.chat.town.token)
        undone = select(func.count()).where(intake.c.state != "done")
        unsettled = select(func.count()).where(outbox.c.state != "sent")
        async with asyncio.timeout(60):
            while (  # noqa: ASYNC110 - the bot says nothing
                bot.updates.waiting() or await self._count(undone) or await self._count(unsettled)
            ):
                await asyncio.sleep(0.02)

    async def _count(self, found: Select[int]) -> int:
        return await self.chat.database.read(lambda unit: unit.execute(found).scalar_one())

    async def rows(self) -> dict[str, list[Any]]:
        """All that is kept, but for the updates themselves and how far letters have come."""
        kept = {table.name: select(table) for table in metadata.sorted_tables}
        del kept["intake"]
        kept["outbox"] = select(outbox.c.id, outbox.c.body)
        return await self.chat.database.read(
            lambda unit: {
                name: sorted(map(repr, unit.execute(all_of_it).all()))
                for name, all_of_it in kept.items()
            }
        )


@pytest.fixture
async def house(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """Alex has met somebody, Ben has begun, and what the bot calls from now on is heard."""
    carry_out = Gateway._carry_out
    async with chatting(sqlite_url, monkeypatch) as chat, await chat.town.person("Ben") as ben:
        house = House(chat, ben)

        async def heard(gateway: Gateway, call: Call) -> object:
            if call.method not in UNTOLD:
                house.calls.append(call)
            return await carry_out(gateway, call)

        await ben.say("/start")
        await ben.expect("Met")
        await chat.person.say(NOTE)
        await chat.person.expect(CANARY)
        await house.calm()
        monkeypatch.setattr(Gateway, "_carry_out", heard)
        yield house


def people(house: House) -> dict[str, Json]:
    """Who may do something."""
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    return dict(zip(PEOPLE, (house.alex.user, house.ben.user, anonymous), strict=True))


def places(house: House) -> dict[str, tuple[Json, Json]]:
    """Where it may happen, and what messages there carry: nowhere is Alex alone with the bot."""
    found = house.chat.town.world.people.found
    alex, ben = house.alex.id, house.ben.id
    kinds = ("group", "supergroup", "channel")
    rooms = {kind: found(f"A {kind}", [alex, ben], kind=kind).as_chat() for kind in kinds}
    forum = {**found("A forum", [alex, ben]).as_chat(), "is_forum": True}
    card = {
        "message_id": 4,
        "date": 1_773_740_000,
        "chat": {"id": alex, "type": "private", "first_name": "Alex"},
        "from": house.chat.town.world.spoken_about(house.chat.town.token).as_user(),
        "text": f"{CANARY} Weber, Klarwerk",
    }
    return {
        **{kind: (chat, {}) for kind, chat in rooms.items()},
        "a topic": (forum, {"message_thread_id": 5, "is_topic_message": True}),
        "a quotation": (
            rooms["supergroup"],
            {"reply_to_message": card, "quote": {"text": CANARY, "position": 0}},
        ),
        "a group's own voice": (rooms["supergroup"], {"sender_chat": rooms["supergroup"]}),
        "another bot's help": (rooms["group"], {"via_bot": card["from"]}),
        "a forward": (
            rooms["group"],
            {"forward_origin": {"type": "user", "date": 7, "sender_user": card["from"]}},
        ),
        "Ben's chat": ({"id": ben, "type": "private", "first_name": "Ben"}, {}),
        "a customer's chat": (
            {"id": 4711, "type": "private", "first_name": "Cy"},
            {"business_connection_id": "7"},
        ),
    }


def unprivate(calls: list[Call], line: str) -> list[Call]:
    """The calls that tell nothing: the fixed line in a group, and "the tap was heard"."""
    return [
        call
        for call in calls
        if (call.method == "sendMessage" and call.values["text"] == line)
        or (call.method == "answerCallbackQuery" and set(call.values) == {"callback_query_id"})
    ]


def told(calls: list[Call]) -> Iterator[str]:
    """What each call says, and how."""
    yield from (f"{call.method}: {json.dumps(call.values)}" for call in calls)


@pytest.mark.parametrize(
    ("place", "who"), [each for each in product(PLACES, PEOPLE) if each != ("Ben's chat", "Ben")]
)
async def test_nothing_is_told_elsewhere(house: House, place: str, who: str) -> None:
    chat, envelope = places(house)[place]
    user = people(house)[who]
    scenes = [Scene(user, chat, text, "c:2", envelope) for text in ASKED]
    updates = [scene.update(kind) for scene in scenes for kind in KINDS]
    before = await house.rows()
    calls = await house.take(updates)
    line = say("guard", "private_only", language="en")
    assert list(told([call for call in calls if call not in unprivate(calls, line)])) == []
    lines = [call for call in calls if call.method == "sendMessage"]
    assert {call.values["chat_id"] for call in lines} <= {chat["id"]}
    assert len(lines) == int(chat["type"] != "private"), "one message in it said /start"
    assert await house.rows() == before


async def test_no_button_works_outside_of_its_chat(house: House) -> None:
    """The owner taps whatever may be forged: in a group, and where a message is of no chat."""
    chat, _ = places(house)["supergroup"]
    data = [each for pattern in anywhere() for each in forged(pattern)]
    taps = [Scene(house.alex.user, chat, "", each).update("callback_query") for each in data]
    nowhere = [
        {"callback_query": {k: v for k, v in tap["callback_query"].items() if k != "message"}}
        for tap in taps
    ]
    inaccessible = {"chat": chat, "message_id": 7, "date": 0}
    gone = [{"callback_query": {**tap["callback_query"], "message": inaccessible}} for tap in taps]
    before = await house.rows()
    calls = await house.take([*taps, *nowhere, *gone])
    assert list(told([call for call in calls if call not in unprivate(calls, "")])) == []
    assert len(calls) == 3 * len(data)
    assert await house.rows() == before


async def test_an_owner_is_told_in_their_own_chat(house: House) -> None:
    """What the tests above would hear: the calls are heard, and the words are there to be told."""
    alex = house.alex.user
    chat = {"id": house.alex.id, "type": "private", "first_name": "Alex"}
    calls = await house.take([Scene(alex, chat, f"/find {CANARY}", "").update("message")])
    assert [call.values["chat_id"] for call in calls] == [house.alex.id]
    assert CANARY in calls[0].values["text"]


def test_every_kind_of_update_is_made_and_read() -> None:
    scene = Scene(
        {"id": 5, "is_bot": False, "first_name": "Alex"},
        {"id": -5, "type": "supergroup", "title": "Club"},
        "/start",
        "c:2",
    )
    for kind in KINDS:
        update = Update.de_json({"update_id": 1, **scene.update(kind)}, None)
        assert getattr(update, kind) is not None
    assert set(Update.ALL_TYPES) <= set(KINDS)
