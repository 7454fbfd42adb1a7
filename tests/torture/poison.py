"""Poison: updates that raise, that kill the process, that are no updates at all.

Each is to be set aside after at most three attempts, its owner told once and in plain words. Its
neighbours, in the same chat and in others, are to be answered in order as if nothing had been.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Any

from playground import Playground
from playground.people import Resident
from rapport.templating import say
from tests.bot.processes import LISTENING, Process, open_house, running, until
from tests.postgres import running_server
from tests.torture.poisoned import KILLS, RAISES, TAKEN
from tests.torture.setting import SIDE_BY_SIDE, Setting
from tests.torture.town import MARK, Town
from tests.torture.verdicts import Scale, Verdict

CHATS = 16
ATTEMPTS = 3
CALM_WITHIN = 300.0
NEIGHBOURS = 3  # texts that mean no harm, to each that does


@dataclass(frozen=True, slots=True)
class Doses:
    """How many updates of each kind are sent."""

    malformed: int
    raising: int
    killing: int


WAYS = 19  # in which an update is malformed
BEARABLE = {3, 7, 10, 13, 15, 18}  # of these: what is wrong there is read over
A_LITTLE = Doses(malformed=19, raising=1, killing=1)


async def run(scale: Scale) -> list[Verdict]:
    """Poison in each of the four settings; in a hurry in one."""
    doses = scale.of(Doses(malformed=76, raising=40, killing=4), A_LITTLE)
    verdicts: list[Verdict] = []
    with running_server() as server:

        async def torture(setting: Setting) -> list[Verdict]:
            with setting.opened(server) as (home, address):
                return await poison(home, address, doses, str(setting), webhook=setting.webhook)

        for abreast in scale.of(SIDE_BY_SIDE, (SIDE_BY_SIDE[0][:1],)):
            for found in await asyncio.gather(*map(torture, abreast)):
                verdicts += found
    return verdicts


async def poison(
    home: Path, address: str, doses: Doses, where: str, *, webhook: bool
) -> list[Verdict]:
    """What became of the poison, and of its neighbours."""
    async with Playground(webhook_retry=0.05) as playground:
        with Town(playground, address, chats=CHATS) as town:
            settings = open_house(playground, address, webhook=webhook)
            async with _restarting(home, settings) as lives:
                town.say_at_once(CHATS)  # who has said nothing yet is nobody's owner
                await town.calm(within=CALM_WITHIN)
                sent = await _administer(town, doses)
                await town.calm(within=CALM_WITHIN)
            found = _aftermath(town, _taken(home))
            tally = town.tally()
    due = due_aside(doses)
    return [
        Verdict(
            f"poison is set aside and said once, {where}",
            sent,
            found.not_aside + found.not_told + abs(due - found.aside),
            found.told_twice + found.tried_too_often,
            f"set aside: {found.aside} of {due}, told: {found.told}, lives: {len(lives)}"
            f", taken at most {found.most} times",
        ),
        Verdict(
            f"neighbours of poison are answered in order, {where}",
            tally.texts,
            tally.lost + tally.unanswered + tally.disordered + found.robbed,
            tally.doubled + tally.repeated,
            f"answered at the second attempt: {found.begun_again}",
        ),
    ]


# --- what is sent -------------------------------------------------------------------------------


async def _administer(town: Town, doses: Doses) -> int:
    """How many poisoned updates were sent, each somewhere amid texts that mean no harm."""
    dice = random.Random(doses.malformed)
    deeds = [
        *(("malformed", number) for number in range(doses.malformed)),
        *(("raising", number) for number in range(doses.raising)),
        *(("killing", number) for number in range(doses.killing)),
    ]
    dice.shuffle(deeds)
    people = list(islice(cycle(town.people), len(deeds)))
    for place, ((kind, number), person) in enumerate(zip(deeds, people, strict=True)):
        if kind == "malformed":
            town.bot.updates.push(malformed(person, number), person.id)
        else:
            poison = RAISES if kind == "raising" else KILLS
            town.bot.hear(person, {"text": f"Met Poisoned Person{number} at PyData, {poison}."})
        for neighbour in range(NEIGHBOURS):
            town.say(place + neighbour)  # the same chat first
        await asyncio.sleep(0.02)
    return len(deeds)


def due_aside(doses: Doses) -> int:
    """How many updates are to be set aside, no more and no fewer."""
    unreadable = sum(number % WAYS not in BEARABLE for number in range(doses.malformed))
    return unreadable + doses.raising + doses.killing


def malformed(person: Resident, number: int) -> dict[str, Any]:
    """An update that is none, each number in another way."""
    user, chat = person.as_user(), person.as_chat()
    whole: dict[str, Any] = {"message_id": 1, "from": user, "chat": chat, "date": 1, "text": "Hi"}
    ways: list[dict[str, Any]] = [
        {"message": {key: value for key, value in whole.items() if key != "date"}},
        {"message": {**whole, "date": "yesterday"}},
        {"message": {**whole, "date": 10**30}},
        {"message": {**whole, "message_id": [1]}},
        {"message": {**whole, "text": {"a": 1}}},
        {"message": {**whole, "entities": "bold"}},
        {"message": {**whole, "entities": [{"type": 7, "offset": "x"}]}},
        {"message": {**whole, "chat": {"id": 10**25, "type": "private"}}},
        {"message": {**whole, "chat": [person.id]}},
        {"message": {**whole, "from": person.id}},
        {"message": _nested(whole, depth=300)},
        {"message": [whole]},
        {"message": "Hi"},
        {"message": None},
        {"edited_message": {"chat": chat}},
        {"callback_query": {"id": 5, "from": user, "chat_instance": [], "data": {"a": 1}}},
        {"callback_query": {"id": "5", "from": {}, "message": whole}},
        {"my_chat_member": {"chat": chat, "from": user, "date": "now"}},
        {"never_heard_of": {"chat": chat, "value": 1e308}},
    ]
    return ways[number % WAYS]


def _nested(message: dict[str, Any], *, depth: int) -> dict[str, Any]:
    for _ in range(depth):
        message = {**message, "reply_to_message": message}
    return message


@contextlib.asynccontextmanager
async def _restarting(home: Path, settings: dict[str, object]) -> AsyncIterator[list[int]]:
    """The poisoned bot, started again whenever it dies, as an operator's service does; the lives
    that ended, by their exit status."""
    lives: list[int] = []
    current: list[Process] = []

    async def keep_up() -> None:
        while True:
            name = f"life-{len(lives)}"
            program = ("tests.torture.poisoned",)
            async with running(home, settings, log=name, program=program) as bot:
                current[:] = [bot]
                lives.append(await bot.process.wait())

    async with asyncio.TaskGroup() as group:
        keeping = group.create_task(keep_up())
        await until(lambda: bool(current))
        await current[0].says(LISTENING)
        yield lives
        keeping.cancel()


# --- what became of it --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What the intake and the chats hold in the end."""

    aside: int
    told: int
    not_aside: int
    """Updates that are neither done nor set aside."""
    not_told: int
    told_twice: int
    tried_too_often: int
    """Poison that was taken more than three times."""
    most: int
    robbed: int
    """Updates that are done, and were begun as often as one that is set aside."""
    begun_again: int


def _taken(home: Path) -> Counter[int]:
    """How often the poison of each update was taken, in whichever process."""
    logs = (path.read_text(errors="replace") for path in home.glob("life-*"))
    lines = chain.from_iterable(log.splitlines() for log in logs)
    return Counter(int(line.removeprefix(TAKEN)) for line in lines if line.startswith(TAKEN))


def _aftermath(town: Town, taken: Counter[int]) -> Aftermath:
    rows = town.rows("SELECT chat_id, state, attempts FROM intake")
    aside = [row for row in rows if row.state == "dead"]
    not_told = told_twice = told = 0
    for person in town.people:
        due = sum(row.chat_id == person.id for row in aside)
        heard, marked = _told(town, person)
        told += heard
        not_told += max(0, due - heard)
        told_twice += max(0, heard - marked - due)
    done = [row.attempts for row in rows if row.state == "done"]
    return Aftermath(
        aside=len(aside),
        told=told,
        not_aside=len(rows) - len(aside) - len(done),
        not_told=not_told,
        told_twice=told_twice,
        tried_too_often=sum(times > ATTEMPTS for times in taken.values()),
        most=max(taken.values()),
        robbed=sum(attempts >= ATTEMPTS for attempts in done),
        begun_again=sum(attempts > 1 for attempts in done),
    )


def _told(town: Town, person: Resident) -> tuple[int, int]:
    """How often somebody was told of a message put aside, and how often of these it was marked
    as a possible repeat: it was on its way when the next poison killed the process."""
    words = say("errors", "set_aside")
    said = [
        str(message.body.get("text", ""))
        for message in town.bot.chat(person.id).messages.values()
        if message.by_bot
    ]
    told = [text for text in said if text.startswith(words[:40])]
    return len(told), sum(MARK in text for text in told)
