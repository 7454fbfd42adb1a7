"""Intake: every update is stored before it is confirmed, then answered, each chat in order.

Chats are worked on in parallel, a chat's updates one after the other. The update's effects, its
replies and its "done" mark are one unit of work (`handlers.context.Turn`), so a kill at any point
loses nothing and does nothing twice. An update that fails three times is set aside and its owner
told. After a restart the updates left over are worked on one at a time, so that one which kills
the process takes no neighbour's attempts with it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import chain, repeat
from typing import Any, TypeVar

from telegram import Update
from telegram.ext import Application

from bot import logs
from bot.clock import Clock
from bot.delivery import Delivery
from handlers.context import House, Turn
from handlers.replies import message_body
from rapport.contacts.rosters import Rosters
from rapport.templating import say
from storage import intake, owners
from storage.database import Database
from storage.errors import AlreadyDone, StorageUnavailable
from storage.intake import RawUpdate
from storage.notebook import Notebook
from storage.unit import Unit, Work

T = TypeVar("T")

log = logging.getLogger(__name__)

WIDTH = 64  # chats worked on at the same time
ROOM = 2_000  # updates in memory; beyond it nothing more is fetched
ATTEMPTS = 3
LEASE = timedelta(minutes=10)
PAUSES = (0.2, 1.0, 5.0, 15.0)


class UnreadableError(Exception):
    """Telegram sent something that is no update."""


class Intake:
    """Stores updates, and answers what is stored."""

    def __init__(
        self,
        application: Application[Any, Any, Any, Any, Any, Any],
        database: Database,
        delivery: Delivery,
        rosters: Rosters,
        house: House,
        bot_id: int,
        clock: Clock,
    ) -> None:
        self._application = application
        self._database = database
        self._delivery = delivery
        self._rosters = rosters
        self._house = house
        self._bot_id = bot_id
        self._clock = clock
        self._lanes: dict[int, deque[RawUpdate]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._width = asyncio.Semaphore(WIDTH)
        self._waiting = 0
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._is_stopping = asyncio.Event()

    async def accept(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Store the updates; they may be confirmed as soon as this returns."""
        now = self._clock()
        raws = [
            RawUpdate(
                self._bot_id, update["update_id"], _chat_of(update), now, json.dumps(update), 1
            )
            for update in updates
            if isinstance(
                update.get("update_id"), int
            )  # without an id it cannot be confirmed either
        ]
        until = now + LEASE
        new = await self._database.run(
            lambda unit: intake.store(unit, raws, self._delivery.token, until)
        )
        for raw in raws:
            if raw.update_id in new:
                self._line_up(raw)

    async def room(self) -> None:
        """Return when more updates may be fetched."""
        await self._has_room.wait()

    async def recover(self) -> None:
        """Work through what an earlier process left, one update at a time."""
        while not self._is_stopping.is_set():
            left = await self._left_over()
            if not left:
                return
            log.info("%d updates left over from before", len(left))
            for raw in left:
                if self._is_stopping.is_set():
                    return
                await self._work_on(raw, is_first=False)

    async def stop(self, seconds: float) -> None:
        """Finish the updates under way; those that wait are stored."""
        self._is_stopping.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _left_over(self) -> list[RawUpdate]:
        now = self._clock()
        only_me = self._delivery.token if self._database.is_sqlite else None
        return await self._database.read(
            lambda unit: intake.waiting(unit, self._bot_id, now, limit=500, all_but=only_me)
        )

    def _line_up(self, raw: RawUpdate) -> None:
        self._waiting += 1
        if self._waiting >= ROOM:
            self._has_room.clear()
        lane = self._lanes.get(raw.chat_id)
        if lane is not None:
            lane.append(raw)
            return
        self._lanes[raw.chat_id] = deque([raw])
        task = asyncio.create_task(self._work_through(raw.chat_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work_through(self, chat_id: int) -> None:
        """Answer a chat's updates in order, until none waits."""
        lane = self._lanes[chat_id]
        try:
            while lane and not self._is_stopping.is_set():
                async with self._width:
                    await self._work_on(lane.popleft(), is_first=True)
                self._waiting -= 1
                if self._waiting < ROOM:
                    self._has_room.set()
        finally:
            del self._lanes[chat_id]

    async def _work_on(self, raw: RawUpdate, *, is_first: bool) -> None:
        """Answer one update, trying again where that may help; set it aside where it does not."""
        marker = logs.update_id.set(raw.update_id)
        failure = "it ended the process each time"
        try:
            # The first attempt is counted by the insert, every later one before it begins.
            attempts = raw.attempts if is_first else await self._begin(raw)
            while attempts is not None and attempts <= ATTEMPTS:
                try:
                    return await self._answer(raw)
                except AlreadyDone:
                    return None
                except UnreadableError as error:
                    failure = str(error)
                    break
                except Exception as error:
                    log.exception("an update failed, attempt %d", attempts)
                    failure = type(error).__name__
                if attempts == ATTEMPTS:
                    break
                await asyncio.sleep(PAUSES[attempts - 1])
                attempts = await self._begin(raw)
            if attempts is not None:
                await self._set_aside(raw, failure)
        finally:
            logs.update_id.reset(marker)

    async def _begin(self, raw: RawUpdate) -> int | None:
        until = self._clock() + LEASE
        return await self._patiently(
            lambda unit: intake.begin(unit, raw, self._delivery.token, until)
        )

    async def _answer(self, raw: RawUpdate) -> None:
        update = self._parsed(raw)
        turn = Turn(
            update=update,
            chat_id=raw.chat_id,
            now=raw.received_at,
            database=self._database,
            post=self._delivery,
            rosters=self._rosters,
            house=self._house,
            raw=raw,
        )
        await self._process(turn)
        query = update.callback_query
        if query is not None:
            toast = {"text": turn.toast} if turn.toast else {}
            self._delivery.transient(
                "answerCallbackQuery", {"callback_query_id": query.id, **toast}
            )

    async def _process(self, turn: Turn) -> None:
        """Have the handlers answer; while the database is out of reach, wait and ask again."""
        for pause in _pauses():
            try:
                turn.owner, turn.dialogue = await self._database.read(
                    lambda unit: owners.find_with_dialogue(unit, turn.chat_id)
                )
                with turn:
                    await self._application.process_update(turn.update)
                if not turn.is_answered:
                    await turn.finish()
            except StorageUnavailable as error:
                log.warning("the database is out of reach: %s", error)
                await asyncio.sleep(pause)
            else:
                return

    def _parsed(self, raw: RawUpdate) -> Update:
        try:
            update = Update.de_json(json.loads(raw.raw), self._application.bot)
        except Exception as error:
            raise UnreadableError(f"unreadable: {type(error).__name__}") from error
        return update

    async def _set_aside(self, raw: RawUpdate, because: str) -> None:
        """Keep the update for a look at it, tell its owner once, go on."""
        log.error("an update is set aside: %s", because)
        now = self._clock()

        def set_aside(unit: Unit) -> bool:
            if not intake.dead(unit, raw, because):
                return False
            if owners.find(unit, raw.chat_id) is not None:
                body = message_body(raw.chat_id, say("errors", "set_aside"))
                Notebook(unit, raw.chat_id).outbox.add("sendMessage", body, now=now)
            return True

        if await self._patiently(set_aside):
            await self._delivery.sweep()

    async def _patiently(self, work: Work[T]) -> T:
        pauses = _pauses()
        while True:
            try:
                return await self._database.run(work)
            except StorageUnavailable as error:
                log.warning("the database is out of reach: %s", error)
                await asyncio.sleep(next(pauses))


def _pauses() -> Iterator[float]:
    return chain(PAUSES, repeat(PAUSES[-1]))


def _chat_of(update: Mapping[str, Any]) -> int:
    """The chat an update belongs to, 0 where there is none or it is malformed."""
    for value in update.values():
        if isinstance(value, dict):
            message = value.get("message", value)
            for holder in (message, value):
                if isinstance(holder, dict):
                    chat = holder.get("chat") or holder.get("from")
                    if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                        return int(chat["id"])
    return 0
