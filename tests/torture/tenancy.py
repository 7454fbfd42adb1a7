"""Tenancy: whatever there is to say, tap or send, it shows nobody another owner's people.

Ada's rows hold a canary in every text of every table. A crowd of others, who keep notebooks of
their own, then does to the real process all that can be done to it: every command, every pattern
of every button with ids of Ada's, every step of every conversation with her ids among the
answers, every kind of update, replies to and edits of messages that have her messages' numbers.
Everything the bot calls Telegram for is searched for the canary, and Ada's rows are compared.

It is done on SQLite, on PostgreSQL, and on PostgreSQL with the owner's condition taken out of
every statement (`without_filter`), where row-level security stands alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import String, Table, Text, func, make_url, select
from sqlalchemy.types import JSON

from bot.clock import now
from handlers.routes import all_routes
from playground import Playground
from playground.call import Call
from playground.gateway import Gateway
from playground.people import Resident
from storage import dialogues, owners
from storage.database import Database, engine_for
from storage.dialogues import Dialogue
from storage.models import intake, metadata, outbox
from storage.models import owners as owners_table
from storage.notebook import Notebook
from storage.unit import Unit
from tests.bot.processes import LISTENING, open_house, running
from tests.builders import a_contact, a_promise, an_interaction
from tests.handlers.test_old_buttons import ANSWERS, anywhere, forged, inside
from tests.postgres import Server, as_superuser, running_server
from tests.storage.rows import OWNED, a_row
from tests.torture.setting import Setting
from tests.torture.verdicts import Scale, Verdict
from tests.updates import KINDS, Json, Scene

ADA = "Ada"
NAME = "Zanzibar"  # what others may ask for; it finds Ada's people, were they to be found
CANARY = "quetzal"  # what nobody but Ada has ever written
IDS = range(1, 12)
TAPPED = ("1", "2", "7", "11")  # of these: all of them would be tapped in all pairs
OWN = 5_000  # where the others' own ids begin
CROWD = 100
CALM_WITHIN = 120.0

SAID = (
    f"Met {NAME} at PyData, promised to send the slides by Friday",
    f"who is {NAME}?",
    f"{NAME} got promoted",
    f"Coffee with {NAME} yesterday, talked about sailing",
    f"draft a thank-you to {NAME}",
    f"draft a follow-up to {NAME}",
    f"remind me tomorrow at 9am to call {NAME}",
    f"forget {NAME}",
    f"introduce {NAME} to {NAME}",
    "she got a new job",
    "who do I owe something?",
    "what did I promise?",
    "yes",
    "2",
)

Attempt = Callable[[Resident], Json]


@dataclass(frozen=True)
class Try:
    """Something to do, and where in a conversation somebody stands who does it."""

    made: Attempt
    standing: tuple[str, str] | None = None


async def run(scale: Scale) -> list[Verdict]:
    """On each engine, and with PostgreSQL's walls alone."""
    with running_server() as server:
        each = scale.of(
            [(False, False), (True, False), (True, True)], [(False, False), (True, True)]
        )
        return [
            await tenancy(server, Setting(webhook=False, postgres=postgres), scale, blind=blind)
            for postgres, blind in each
        ]


async def tenancy(server: Server, setting: Setting, scale: Scale, *, blind: bool) -> Verdict:
    """Everything is tried; lost are rows of Ada's that changed, doubled are words that got out."""
    tries = list(everything_to_try())[:: scale.of(1, 17)]
    with setting.opened(server) as (home, address):
        out, changed = await done_to(home, address, tries, walls=True, blind=blind)
    where = f"{setting}, without owners in statements" if blind else f"{setting}"
    note = "; ".join(out[:3])
    return Verdict(f"nobody sees another's people ({where})", len(tries), changed, len(out), note)


async def done_to(
    home: Path, address: str, tries: Sequence[Try], *, walls: bool, blind: bool
) -> tuple[list[str], int]:
    """The calls in which the canary got out, and how many tables of Ada's changed; what the bot
    could not answer at all counts as one.

    Without `walls` the bot works as somebody whom PostgreSQL's row-level security does not hold;
    nothing is then sure to be answered, so it is not waited for.
    """
    async with Playground() as town:
        everyones = as_superuser(address) if address.startswith("postgresql") else address
        said: list[str] = []
        crowd = [town.world.people.settle(f"Other {n}") for n in range(CROWD)]
        resident = town.world.people.settle(ADA)
        ada = resident.id
        with patch.object(Gateway, "_carry_out", heard(said, ada)):
            database = Database(everyones)
            try:
                await database.run(lambda unit: canaries(unit, ada))
                for other in crowd:
                    await database.run(partial(settled, person=other))
                settings = open_house(town, address if walls else everyones)
                program = ["tests.torture.without_filter" if blind else "bot"]
                async with running(home, settings, program=program) as bot:
                    await bot.says(LISTENING)
                    with contextlib.suppress(*[] if walls else [TimeoutError]):
                        await she_talks(town, database, resident)
                    await database.run(lambda unit: owners.change(unit, ada, **ASLEEP))
                    before = rows_of(everyones, ada)
                    broken = -len(IDS)  # set aside before
                    with contextlib.suppress(*[] if walls else [TimeoutError]):
                        await carried_out(town, database, crowd, tries, CALM_WITHIN if walls else 5)
                    assert await bot.stopped() == 0
                after = rows_of(everyones, ada)
                broken += await database.run(set_aside)
            finally:
                database.close()
    changed = sum(after[name] != rows for name, rows in before.items())
    return [call for call in said if CANARY in call.casefold()], changed + broken


def heard(said: list[str], ada: int) -> Callable[[Gateway, Call], Any]:
    """The town's answer to a call, which is written down first, with what is in its files; what
    comes to her alone is hers."""
    carry_out = Gateway._carry_out

    async def hear(gateway: Gateway, call: Call) -> object:
        if str(call.values.get("chat_id")) != str(ada):
            said.append(f"{call.method} {json.dumps(call.values, default=str)}")
            said.extend(words for each in call.uploads.values() for words in unpacked(each.content))
        return await carry_out(gateway, call)

    return hear


def unpacked(content: bytes) -> Iterator[str]:
    """What a file says, and what the files in it say."""
    yield content.decode(errors="replace")
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from (packed.read(name).decode(errors="replace") for name in packed.namelist())


# --- whose rows there are -----------------------------------------------------------------------


def canaries(unit: Unit, owner_id: int) -> None:
    """An owner with rows of every id in every table, the canary in every text of them."""
    owners.add(unit, owner_id, name=f"{ADA} {CANARY}", language="en", digest_at="08:30", now=now())
    owners.change(unit, owner_id, last_id=100, zone="Europe/Berlin", **ASLEEP)
    for number in IDS:
        for table in OWNED:
            a_row(unit, table, owner_id, number, **words(table, number))
        known = {"bot_id": 1, "update_id": number, "chat_id": owner_id, "state": "dead"}
        a_row(unit, intake, owner_id, number, **known, raw=f'"{NAME} {CANARY} {number}"')


# Nothing comes to her by itself while the others try: it would change what is hers.
ASLEEP = {"unreachable_since": datetime(2026, 1, 1, tzinfo=UTC)}

HERS = (
    "Met Zoe Quetzal at the Quetzal Club, promised to send the quetzal by Friday",
    f"who is {NAME}?",
    f"/find {NAME}",
    "/find quetzl",
    "/today",
    "/promises",
    "draft a follow-up to Zoe Quetzal",
    "who do I know at Quetzal?",
)


async def she_talks(town: Playground, database: Database, ada: Resident) -> None:
    """She looks at what is hers, so that the process has it in memory while the others try."""
    bot = town.world.spoken_about(town.token)
    for made in (*map(say, HERS), *(tap(f"c:{number}") for number in IDS)):
        bot.updates.push(made(ada), ada.id)
    async with asyncio.timeout(CALM_WITHIN):
        while len(bot.updates) or await database.run(unsettled):  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.02)


def words(table: Table, number: int) -> dict[str, Any]:
    """A value with the canary for every column that takes one."""
    keys = {column for key in table.foreign_key_constraints for column in key.column_keys}
    found: dict[str, Any] = {}
    for column in table.c:
        if column.name in keys:
            continue
        if isinstance(column.type, Text) or (type(column.type) is String and column.name == "name"):
            found[column.name] = f"{NAME} {CANARY} {number}"[: getattr(column.type, "length", None)]
        elif isinstance(column.type, JSON):
            found[column.name] = {"text": f"{NAME} {CANARY}", "contacts": [number]}
    return found


def settled(unit: Unit, person: Resident) -> None:
    """Somebody who keeps a notebook of their own, with other ids than Ada's."""
    name = person.first_name
    owners.add(unit, person.id, name=name, language="en", digest_at="08:30", now=now())
    owners.change(unit, person.id, zone="Europe/Berlin", last_id=OWN)
    notebook = Notebook(unit, person.id)
    met = an_interaction(notebook, a_contact(notebook, f"Olive {NAME}"), topics="olives")
    a_promise(notebook, a_contact(notebook, "Oscar"), "an olive", interaction_id=met)


def rows_of(address: str, owner_id: int) -> dict[str, list[str]]:
    """Every row of somebody's, by table, as anybody would see them who sees everything."""
    found: dict[str, list[str]] = {}
    engine = engine_for(make_url(address))
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            column = table.c.id if table is owners_table else table.c.get("owner_id")
            if table is intake:
                column = table.c.chat_id
            if column is not None:
                mine = [each for each in table.c if each.name != "unreachable_since"]
                rows = connection.execute(select(*mine).where(column == owner_id)).all()
                found[table.name] = sorted(map(repr, rows))
    engine.dispose()
    return found


# --- what is tried ------------------------------------------------------------------------------


def everything_to_try() -> Iterator[Try]:
    """All there is: it follows the routes and the kinds of updates; free texts alone are listed."""
    buttons = {data for pattern in anywhere() for data in forged(pattern, TAPPED)}
    yield from (Try(tap(data)) for data in sorted(buttons))
    for name, step, taps in inside():
        yield from (Try(tap(data), (name, step)) for each in taps for data in forged(each, TAPPED))
        yield from (Try(say(text), (name, step)) for text in (NAME, "2", "yes", "skip"))
    commands = sorted({route.command for route in all_routes() if route.command})
    for command in commands:
        yield from (Try(say(f"/{command} {rest}".strip())) for rest in ("", NAME, "2"))
    for text in SAID:
        yield Try(say(text))
        yield from (Try(say(text, reply_to=number)) for number in IDS)
        yield from (Try(say(text, kind="edited_message", number=number)) for number in IDS)
    for kind in KINDS:
        yield Try(scene(kind))


def scene(kind: str) -> Attempt:
    """An update of some kind, as a person makes it in their own chat."""
    return lambda who: Scene(who.as_user(), chat_of(who), f"who is {NAME}?", "c:2").update(kind)


def tap(data: str) -> Attempt:
    """A button."""
    return lambda who: Scene(who.as_user(), chat_of(who), "", data).update("callback_query")


def say(
    text: str, *, kind: str = "message", reply_to: int | None = None, number: int = 900
) -> Attempt:
    """Some words, perhaps in reply to a message, perhaps in place of those of an earlier one."""

    def made(who: Resident) -> Json:
        update = Scene(who.as_user(), chat_of(who), text, "").update(kind)
        message = update[kind]
        message["message_id"] = number
        if reply_to is not None:
            theirs = {"message_id": reply_to, "date": message["date"], "chat": message["chat"]}
            message["reply_to_message"] = {**theirs, "text": "Noted."}
        return update

    return made


def chat_of(who: Resident) -> Json:
    """A person's own chat with the bot."""
    return {"id": who.id, "type": "private", "first_name": who.first_name}


async def carried_out(
    town: Playground,
    database: Database,
    crowd: Sequence[Resident],
    tries: Sequence[Try],
    within: float,
) -> None:
    """Each of the crowd does one thing at a time, all of them together, until all is done."""
    bot = town.world.spoken_about(town.token)
    for start in range(0, len(tries), len(crowd)):
        wave = list(zip(crowd, tries[start : start + len(crowd)], strict=False))
        for person, each in wave:
            await database.run(partial(standing, owner_id=person.id, where=each.standing))
        for line, (person, each) in enumerate(wave):
            bot.updates.push(each.made(person), line)
        async with asyncio.timeout(within):
            while len(bot.updates) or await database.run(unsettled):  # noqa: ASYNC110 - in another process
                await asyncio.sleep(0.02)


def unsettled(unit: Unit) -> int:
    """How many updates are not answered, and letters not sent."""
    updates = select(func.count()).where(intake.c.state == "new")
    letters = select(func.count()).where(outbox.c.state.in_(("pending", "sending")))
    return sum(unit.execute(found).scalar_one() for found in (updates, letters))


def set_aside(unit: Unit) -> int:
    """How many updates the bot could not answer."""
    found: int = unit.execute(select(func.count()).where(intake.c.state == "dead")).scalar_one()
    return found


def standing(unit: Unit, owner_id: int, where: tuple[str, str] | None) -> None:
    """Somebody in the middle of a conversation, with ids of Ada's among the answers."""
    dialogues.close(unit, owner_id)
    if where is not None:
        name, step = where
        expires = now() + timedelta(hours=1)
        dialogues.put(unit, owner_id, Dialogue(name, step, ANSWERS[name], expires))
