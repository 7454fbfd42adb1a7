"""Whatever is sent, nothing breaks and nothing takes a second.

Texts go through every verb of `rapport` that takes one; updates through the whole bot, over HTTP,
as they would come from Telegram: every kind of message, buttons that nobody made, entities that
fit nowhere. A text that breaks something is made as short as it can be and still does.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import tempfile
import traceback
import types
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from random import Random
from time import thread_time
from typing import Any

import pytest
from sqlalchemy import text as sql

from bot.answering import RapportApplication
from storage.database import Database
from storage.schema import migrate
from storage.unit import Unit
from tests.chat import Chat, chatting
from tests.handlers.test_old_buttons import anywhere, forged, inside
from tests.torture import hostile
from tests.torture.patterns import patterns, slowest
from tests.torture.verbs import Verb, verbs
from tests.torture.verdicts import Scale, Verdict

FILLS_THE_MACHINE = True
TEXTS = 70_000
UPDATES = 30_000
SEED = 2026
SLOW = 1.0  # seconds of processor time
AT_ONCE = 0.05

CHATS = 8
BATCH = 2_000  # updates that one bot answers; a screen keeps as many events
WITHIN = 120.0  # seconds for a batch

# These look through a table of cities or of zones for each text.
_SELDOM = {"rapport.places.zones_for": 20, "rapport.places.is_zone": 20}


async def run(scale: Scale) -> list[Verdict]:
    """What came of the texts, and of the updates, on a processor each."""
    with ProcessPoolExecutor(1) as other:
        of_texts = other.submit(texts, scale.of(TEXTS, 500), SEED)
        of_updates = await updates(scale.of(UPDATES, 150), SEED)
        of_expressions = expressions(scale.of(hostile.LONGEST_TEXT, 500))
        return [of_texts.result(), of_updates, of_expressions]


# --- texts --------------------------------------------------------------------------------------


def texts(count: int, seed: int) -> Verdict:
    """Each text is read as a note, and given to another verb in turn."""
    random = Random(seed)
    every = verbs()
    names = sorted(every)
    faults: dict[str, str] = {}
    broken = slow = 0
    with _unburdened():
        for number in range(count):
            words = hostile.text(random)
            for name in ("rapport.capture.understand.read", names[number % len(names)]):
                if number // len(names) % _SELDOM.get(name, 1):
                    continue
                failure, seconds = tried(every[name], words)
                slow += seconds > SLOW
                if failure:
                    broken += 1
                    faults.setdefault(failure, f"{name}({shortest(every[name], words, failure)!a})")
    note = "; ".join(f"{fault} {example}" for fault, example in faults.items())
    counted = f"{len(every)} verbs; lost: unhandled, doubled: over {SLOW:.0f} s"
    return Verdict("any text is taken", count, broken, slow, note or counted)


def tried(verb: Verb, words: str) -> tuple[str, float]:
    """What a verb raised and where, empty if nothing; and the seconds it took."""
    begun = thread_time()
    failure = ""
    try:
        verb(words, Random(len(words)))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
        at = traceback.extract_tb(error.__traceback__)[-1]
        failure = f"{type(error).__name__} at {Path(at.filename).name}:{at.lineno}"
    return failure, thread_time() - begun


def shortest(verb: Verb, words: str, failure: str) -> str:
    """As few letters of a text as still break the verb in the same place."""
    size = max(1, len(words) // 2)
    while size:
        at = 0
        while at < len(words):
            less = words[:at] + words[at + size :]
            if tried(verb, less)[0] == failure:
                words = less
            else:
                at += size
        size //= 2
    return words


def expressions(length: int) -> Verdict:
    """The text of this length that is hardest for each regular expression of the product."""
    known, _ = patterns()
    longest = [(slowest(each.pattern, length)[0], each.where) for each in known]
    slow = [where for seconds, where in longest if seconds > AT_ONCE]
    told = f"longest {max(longest)[0] * 1000:.0f} ms; doubled: over {AT_ONCE * 1000:.0f} ms"
    return Verdict(
        "regular expressions are linear", len(known), 0, len(slow), ", ".join(slow) or told
    )


# --- updates ------------------------------------------------------------------------------------


async def updates(count: int, seed: int) -> Verdict:
    """Updates of any kind, in several chats at once; each bot answers some thousands."""
    found = Findings()
    with _unburdened():
        for first in range(0, count, BATCH):
            await _batch(min(BATCH, count - first), seed + first, found)
    return found.verdict(count)


@contextlib.contextmanager
def _unburdened() -> Iterator[None]:
    """Going through all the objects that were there before is no input's work."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@dataclass
class Findings:
    """What was seen to go wrong."""

    broken: Counter[str] = field(default_factory=Counter)
    slow: int = 0
    longest: float = 0.0

    def took(self, seconds: float) -> None:
        """An update was answered in so long."""
        self.longest = max(self.longest, seconds)
        self.slow += seconds > SLOW

    def verdict(self, tries: int) -> Verdict:
        """The row of the table."""
        note = "; ".join(self.broken)
        told = f"longest {self.longest:.2f} s; lost: unhandled, doubled: over {SLOW:.0f} s"
        lost = self.broken.total()
        return Verdict("any update is answered", tries, lost, self.slow, note or told)


async def _batch(count: int, seed: int, found: Findings) -> None:
    random = Random(seed)
    known = buttons()
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        address = f"sqlite:///{home}/rapport.sqlite"
        migrate(address)
        _time_each(patch, found)
        with errors_logged() as logged:
            async with _town(address, patch, random) as (chat, people):
                queue = chat.town.world.spoken_about(chat.town.token).updates
                sent = []
                for person in people[:-1]:
                    queue.push(_settled(person), person["id"])
                for number in range(count):
                    person = people[number % len(people)]
                    date = int(chat.now().timestamp())
                    update = hostile.update(random, person, date, known)
                    sent.append(str(update))
                    queue.push(update, person["id"])
                await _calm(chat)
                await _look_for_harm(chat, found)
                await _still_answers(chat, found)
                chat.kept = "\n".join(sent)
        found.broken.update(logged)


def buttons() -> list[str]:
    """What the buttons of every route and conversation may carry."""
    patterns = [*anywhere(), *(tap for _, _, taps in inside() for tap in taps)]
    return sorted({data for pattern in patterns for data in forged(pattern)})


def _time_each(patch: pytest.MonkeyPatch, found: Findings) -> None:
    """Measure the processor time that an update takes, and not its neighbours': in the loop, in
    the threads of the database, and in any other that it is handed to."""
    answer, run, read = RapportApplication.process_update, Database.run, Database.read
    to_thread = asyncio.to_thread

    async def timed(self: RapportApplication, update: object) -> None:
        spent: list[float] = []
        marker = _SPENT.set(spent)
        try:
            await _stepped(answer(self, update), spent.append)
        finally:
            _SPENT.reset(marker)
            found.took(sum(spent))

    patch.setattr(RapportApplication, "process_update", timed)
    patch.setattr(Database, "run", lambda self, work: run(self, _clocked(work)))
    patch.setattr(Database, "read", lambda self, work: read(self, _clocked(work)))
    patch.setattr(asyncio, "to_thread", lambda work, *given: to_thread(_clocked(work), *given))


_SPENT: ContextVar[list[float] | None] = ContextVar("spent", default=None)


def _clocked(work: Callable[..., Any]) -> Callable[..., Any]:
    """The same work, whose time counts for the update that it is done for."""
    spent = _SPENT.get()
    if spent is None:
        return work

    @wraps(work)
    def clocked(*given: Any) -> Any:
        begun = thread_time()
        try:
            return work(*given)
        finally:
            spent.append(thread_time() - begun)

    return clocked


@types.coroutine
def _stepped(
    work: Coroutine[Any, Any, None], took: Callable[[float], None]
) -> Generator[Any, Any, None]:
    """The same work, whose steps are timed; what runs while it waits is not."""
    seconds, step, given = 0.0, work.send, None
    try:
        while True:
            begun = thread_time()
            try:
                waits_for = step(given)
            finally:
                seconds += thread_time() - begun
            try:
                step, given = work.send, (yield waits_for)
            except BaseException as error:  # noqa: BLE001 - it is the work's to handle
                step, given = work.throw, error
    except StopIteration:
        return
    finally:
        took(seconds)


@contextlib.asynccontextmanager
async def _town(
    address: str, patch: pytest.MonkeyPatch, random: Random
) -> AsyncIterator[tuple[Chat, list[hostile.Json]]]:
    """A town where several people text, some of whom have names that nobody should have."""
    async with chatting(address, patch) as chat:
        people = chat.town.world.people
        users = [chat.person.user]
        for number in range(1, CHATS):
            person = people.settle(f"P{number}", language_code=random.choice(_TONGUES))
            person.first_name, person.last_name = hostile.text(random, 60), hostile.text(random, 60)
            users.append(person.as_user())
        yield chat, users


def _settled(user: hostile.Json) -> hostile.Json:
    """Somebody says where they are; who never did is asked, and each word looked up as a city."""
    chat = {"id": user["id"], "type": "private", "first_name": "x"}
    question = {"message_id": 1, "date": 0, "chat": chat}
    tap = {"id": "1", "from": user, "chat_instance": "1", "data": "zone:Europe/Berlin"}
    return {"callback_query": {**tap, "message": question}}


_TONGUES = ("en", "de", "xx-yy", "", "../../etc")


async def _calm(chat: Chat) -> None:
    """Return when every update is answered and every letter is gone."""
    bot = chat.town.world.spoken_about(chat.town.token)

    def is_waiting(unit: Unit) -> bool:
        statement = sql(
            "SELECT (SELECT count(*) FROM intake WHERE state = 'new')"
            " + (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending'))"
        )
        return bool(unit.execute(statement).scalar_one())

    async with asyncio.timeout(WITHIN):
        while len(bot.updates) or await chat.database.read(is_waiting):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def _look_for_harm(chat: Chat, found: Findings) -> None:
    """Updates that were set aside, and letters that Telegram would not take."""

    def dead(unit: Unit) -> list[str]:
        rows = [
            *unit.execute(sql("SELECT 'update', error, raw FROM intake WHERE state = 'dead'")),
            *unit.execute(sql("SELECT 'letter', error, body FROM outbox WHERE state = 'dead'")),
        ]
        return [f"{kind} set aside: {error} {str(what)[:400]}" for kind, error, what in rows]

    for each in await chat.database.read(dead):
        found.broken[each] += 1


async def _still_answers(chat: Chat, found: Findings) -> None:
    await chat.person.say("/cancel")
    await chat.person.say("/help")
    await _calm(chat)
    if "Just write" not in str((await chat.person.history())[-1].get("text")):
        found.broken["it answers no more"] += 1


@contextlib.contextmanager
def errors_logged() -> Iterator[Counter[str]]:
    """What is logged as an error or with an exception meanwhile, by its first words."""
    seen: Counter[str] = Counter()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.levelno >= logging.ERROR or record.exc_info:
                said = record.getMessage()
                if record.exc_info and record.exc_info[1] is not None:
                    at = traceback.extract_tb(record.exc_info[2])[-1]
                    said += f" {record.exc_info[1]!r:.200} {Path(at.filename).name}:{at.lineno}"
                seen[said] += 1

    listener = Listener()
    logging.getLogger().addHandler(listener)
    try:
        yield seen
    finally:
        logging.getLogger().removeHandler(listener)
