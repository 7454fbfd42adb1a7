"""Intake: every update is stored before it is confirmed, then answered, each chat in order.

Chats are worked on in parallel, a chat's updates one after the other. The update's effects, its
replies and its "done" mark are one unit of work (`handlers.context.Turn`), so a kill at any point
loses nothing and does nothing twice. An update that fails three times is set aside and its owner
told. After a restart the updates left over are worked on one at a time, so that one which kills
the process takes no neighbour's attempts with it; those that may have killed it come last.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import chain, repeat
from typing import Any, TypeVar

from telegram import Update
from telegram.ext import Application

from bot import logs
from bot.clock import Clock
from bot.delivery import Delivery
from bot.ending import let_end
from handlers.context import House, Turn
from handlers.replies import message_body
from rapport.contacts.rosters import Rosters
from rapport.templating import say
from storage import alerts, intake, owners
from storage.database import Database
from storage.errors import AlreadyDone, StorageUnavailable
from storage.intake import RawUpdate
from storage.notebook import Notebook
from storage.outbox import Letter
from storage.unit import Unit, Work

T = TypeVar("T")

log = logging.getLogger(__name__)

WIDTH = 64  # chats worked on at the same time
ROOM = 2_000  # updates in memory; beyond it nothing more is fetched
ATTEMPTS = 3
SUSPENSE = 5.0  # seconds; longer than one round of a process that dies while it starts
ENDED = "it ended the process each time"
LEASE = timedelta(seconds=60)
RENEWAL = 15.0  # seconds; several fit into a lease
PAUSES = (0.2, 1.0, 5.0, 15.0)
LOOK_AGAIN = 0.05  # seconds, while another process answers the same chat
BATCH = 500

_INT64 = 2**63


class UnreadableError(Exception):
    """Telegram sent something that is no update."""


class Intake:
    """Stores updates, and answers what is stored.

    `is_alone`: no other process answers this bot's updates, so that whatever another token has
    taken was left by a dead one. Otherwise leases tell, and a chat's earlier updates are waited
    for, in whichever process they are.
    """

    def __init__(
        self,
        application: Application[Any, Any, Any, Any, Any, Any],
        database: Database,
        delivery: Delivery,
        rosters: Rosters,
        house: House,
        bot_id: int,
        clock: Clock,
        *,
        is_alone: bool,
    ) -> None:
        self._application = application
        self._database = database
        self._delivery = delivery
        self._rosters = rosters
        self._house = house
        self._bot_id = bot_id
        self._clock = clock
        self._is_alone = is_alone
        self._lanes: dict[int, deque[RawUpdate]] = {}
        self._taken: set[int] = set()  # updates in the lanes, and those put last
        self._suspected: set[int] = set()  # chats whose updates were put last
        self._tasks: set[asyncio.Task[None]] = set()
        self._width = asyncio.Semaphore(WIDTH)
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._is_stopping = asyncio.Event()
        self._recovering = asyncio.Lock()

    async def accept(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Store the updates; they may be confirmed as soon as this returns."""
        now = self._clock()
        raws = [
            RawUpdate(self._bot_id, number, _chat_of(update), now, json.dumps(update), 1)
            for update in updates
            if (number := number_of(update)) is not None
        ]
        until = now + LEASE
        mine = await self._database.run(
            lambda unit: intake.store(unit, raws, self._delivery.token, until)
        )
        for raw in raws:
            if raw.update_id in mine and raw.update_id not in self._taken:
                mine.discard(raw.update_id)
                self._line_up(raw)

    async def room(self) -> None:
        """Return when more updates may be taken."""
        await self._has_room.wait()

    async def recover(self, *, everything: bool) -> None:
        """Work through what an earlier process left, one update at a time; `everything` if none
        can be alive."""
        async with self._recovering:
            await self._work_off(everything=everything)

    async def _work_off(self, *, everything: bool) -> None:
        while not self._is_stopping.is_set():
            found = await self._patiently(lambda unit: self._left_over(unit, everything=everything))
            left = [raw for raw in found if raw.update_id not in self._taken]
            if not left:
                return
            log.info("%d updates left over from before", len(left))
            self._suspected |= {raw.chat_id for raw in left if 1 < raw.attempts < ATTEMPTS}
            for raw in left:
                if self._is_stopping.is_set():
                    return
                if raw.chat_id not in self._suspected:
                    await self._work_on(raw, is_first=False)
            if last := [raw for raw in left if raw.chat_id in self._suspected]:
                self._put_last(last, everything=everything)

    def _put_last(self, left: Sequence[RawUpdate], *, everything: bool) -> None:
        """Work off the chats in which an update was under way at a death, once the process has
        lived a while; everybody else is answered meanwhile.

        Of a process that is killed again and again while it starts, for whatever reason, the
        first update it works on would else be taken for the cause.
        """
        self._taken.update(raw.update_id for raw in left)
        task = asyncio.create_task(self._work_off_last(left, everything=everything))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work_off_last(self, left: Sequence[RawUpdate], *, everything: bool) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(SUSPENSE):
                await self._is_stopping.wait()
        for raw in left:
            await self._its_turn(raw)
            if self._is_stopping.is_set():
                return
            await self._work_on(raw, is_first=False)
            self._taken.discard(raw.update_id)
        await self.recover(everything=everything)  # there may have been more than a batch

    async def tend(self) -> None:
        """Keep hold of the updates in the lanes, and take over from processes that died."""
        if self._is_alone:
            return
        until = self._clock() + LEASE
        await self._database.run(lambda unit: intake.renew(unit, self._delivery.token, until))
        if not self._recovering.locked():  # else what is found now is in hand already
            await self.recover(everything=False)

    async def stop(self, seconds: float) -> None:
        """Finish the updates under way; those that wait are stored."""
        self._is_stopping.set()
        await let_end(self._tasks, seconds)

    def _left_over(self, unit: Unit, *, everything: bool) -> list[RawUpdate]:
        all_but = self._delivery.token if everything else None
        return intake.waiting(unit, self._bot_id, self._clock(), limit=BATCH, all_but=all_but)

    def _line_up(self, raw: RawUpdate) -> None:
        self._taken.add(raw.update_id)
        if len(self._taken) >= ROOM:
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
                raw = lane.popleft()
                if not self._is_alone or raw.chat_id in self._suspected:
                    await self._its_turn(raw)
                    if self._is_stopping.is_set():
                        return
                async with self._width:
                    await self._work_on(raw, is_first=True)
                self._taken.discard(raw.update_id)
                if len(self._taken) < ROOM:
                    self._has_room.set()
        finally:
            del self._lanes[chat_id]

    async def _its_turn(self, raw: RawUpdate) -> None:
        """Return when no earlier update of the same chat is open, here or in another process, or
        when the process is to stop."""
        while await self._patiently(lambda unit: intake.ahead_of(unit, raw)):
            if self._is_stopping.is_set():
                return
            await asyncio.sleep(LOOK_AGAIN)

    async def _work_on(self, raw: RawUpdate, *, is_first: bool) -> None:
        """Answer one update, or set it aside; whatever happens, its neighbours are answered."""
        marker = logs.update_id.set(raw.update_id)
        try:
            failure = await self._attempt(raw, is_first=is_first)
            if failure is not None:
                await self._set_aside(raw, failure)
        except Exception:
            log.exception("an update could be neither answered nor set aside; it stays stored")
        finally:
            logs.update_id.reset(marker)

    async def _attempt(self, raw: RawUpdate, *, is_first: bool) -> str | None:
        """Answer an update, trying again where that may help; why it cannot be, else None."""
        if not is_first and raw.attempts >= ATTEMPTS:
            return ENDED
        # The first attempt is counted by the insert, every later one before it begins.
        attempts = raw.attempts if is_first else await self._begin(raw)
        while attempts is not None and attempts <= ATTEMPTS:
            try:
                await self._answer(raw)
            except AlreadyDone:
                return None
            except UnreadableError as error:
                return str(error)
            except Exception as error:
                log.exception("an update failed, attempt %d", attempts)
                if attempts == ATTEMPTS:
                    return type(error).__name__
            else:
                return None
            await asyncio.sleep(PAUSES[attempts - 1])
            attempts = await self._begin(raw)
        return None if attempts is None else ENDED

    async def _begin(self, raw: RawUpdate) -> int | None:
        until = self._clock() + LEASE
        return await self._patiently(
            lambda unit: intake.begin(unit, raw, self._delivery.token, until)
        )

    async def _answer(self, raw: RawUpdate) -> None:
        update = self._parsed(raw)
        if log.isEnabledFor(logging.DEBUG):
            log.debug("a %s of chat %d is answered", _kind_of(update), raw.chat_id)
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
                if turn.dialogue is not None and turn.dialogue.expires_at < turn.now:
                    turn.dialogue = None
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
            update = Update.de_json(_legible(json.loads(raw.raw)), self._application.bot)
        except Exception as error:
            raise UnreadableError(f"unreadable: {type(error).__name__}") from error
        return update

    async def _set_aside(self, raw: RawUpdate, because: str) -> None:
        """Keep the update for a look at it, tell its owner once and the operators, go on."""
        log.error("an update is set aside: %s", because)
        lane = self._delivery.open_lane(raw.chat_id)
        letters: list[Letter] = []

        def set_aside(unit: Unit) -> list[Letter]:
            if not intake.dead(unit, raw, because):
                return []
            alerts.note(unit, alerts.SET_ASIDE, self._clock())
            if owners.find(unit, raw.chat_id) is None:
                return []
            body = message_body(raw.chat_id, say("errors", "set_aside"))
            outbox = Notebook(unit, raw.chat_id).outbox
            until = lane.lease_until if lane.token else None
            now = self._clock()
            return [outbox.add("sendMessage", body, now=now, token=lane.token, lease_until=until)]

        try:
            letters = await self._patiently(set_aside)
        finally:
            lane.hand_over(letters)

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


def number_of(update: object) -> int | None:
    """The id of an update; None for what is none, which can be neither stored nor confirmed."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if type(number) is int and 0 <= number < _INT64 else None


def _kind_of(update: Update) -> str:
    kinds = (kind for kind in Update.ALL_TYPES if getattr(update, kind) is not None)
    return next(kinds, "kind unknown")


def _legible(value: Any) -> Any:
    """The JSON value, every half of a letter and every NUL in it replaced by U+FFFD.

    JSON may hold them; UTF-8 cannot, and PostgreSQL takes no NUL. A letter for a letter, so that
    entities keep their places.
    """
    if isinstance(value, str):
        if value.isascii():
            return value.replace("\0", "\ufffd")
        whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return whole.replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {key: _legible(each) for key, each in value.items()}
    return [_legible(each) for each in value] if isinstance(value, list) else value


def _chat_of(update: Mapping[str, Any]) -> int:
    """The chat an update belongs to, 0 where there is none or it is malformed."""
    for value in update.values():
        if isinstance(value, dict):
            message = value.get("message", value)
            for holder in (message, value):
                if isinstance(holder, dict):
                    chat = holder.get("chat") or holder.get("from")
                    if isinstance(chat, dict) and _is_id(chat.get("id")):
                        return int(chat["id"])
    return 0


def _is_id(value: object) -> bool:
    return type(value) is int and -_INT64 <= value < _INT64
