"""Intake: every update is stored before it is confirmed, then answered, each chat in order.

Chats are worked on in parallel, a chat's updates one after the other. The update's effects, its
replies and its "done" mark are one unit of work (`handlers.context.Turn`), so a kill at any point
loses nothing and does nothing twice. An update that fails three times is set aside and its owner
told. After a restart the updates left over are worked on one at a time, so that one which kills
the process takes no neighbour's attempts with it; those that may have killed it come last.

What a death counts against: at first every update that was in memory, as the insert counts an
attempt; after that the one update left over that was under way. The third attempt is made in a
process of its own (`bot.apart`), whose death is proof, as this one's is not. Only what meets so
many deaths of this process that there is no reason to go on is set aside without proof.
"""

from __future__ import annotations

import asyncio
import json
import logging
from bisect import insort
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from bot import logs, patience
from bot.answering import Answering, UnreadableError
from bot.apart import ENDED, Apart, NoProcessError
from bot.clock import Clock
from bot.delivery import Delivery
from bot.ending import let_end
from handlers.replies import message_body
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
DEATHS = 6  # of this process, while the attempts at an update were under way
SUSPENSE = 5.0  # seconds; longer than a process lives that dies starting
LEASE = timedelta(seconds=60)
RENEWAL = 15.0  # seconds; several fit into a lease
LOOK_AGAIN = 0.05  # seconds, while another process answers the same chat
BATCH = 500  # rows taken over in one unit

_INT64 = 2**63


@dataclass(frozen=True, slots=True)
class _InHand:
    """An update that waits in its chat's lane."""

    raw: RawUpdate
    is_first: bool
    """Its first attempt was counted when it was stored, and is still to be made."""
    not_before: float
    """By the loop's clock."""

    @property
    def number(self) -> int:
        """The lane's order."""
        return self.raw.update_id


@dataclass(frozen=True, slots=True)
class _Lane:
    """A chat's updates in hand, and who answers them."""

    waiting: list[_InHand]
    worker: asyncio.Task[None]


class Intake:
    """Stores updates, and answers what is stored.

    `is_alone`: no other process answers this bot's updates, so that whatever another token has
    taken was left by a dead one. Otherwise leases tell, and a chat's earlier updates are waited
    for, in whichever process they are.
    """

    def __init__(
        self,
        answering: Answering,
        apart: Apart,
        database: Database,
        delivery: Delivery,
        bot_id: int,
        clock: Clock,
        *,
        is_alone: bool,
    ) -> None:
        self._answering = answering
        self._apart = apart
        self._database = database
        self._delivery = delivery
        self._bot_id = bot_id
        self._clock = clock
        self._is_alone = is_alone
        self._lanes: dict[int, _Lane] = {}
        self._taken: set[int] = set()  # updates in the lanes
        self._tasks: set[asyncio.Task[None]] = set()
        self._width = asyncio.Semaphore(WIDTH)
        self._left_over = asyncio.Lock()  # one at a time
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._is_stopping = asyncio.Event()

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
            lambda unit: intake.store(
                unit, raws, self._delivery.token, until, is_alone=self._is_alone
            )
        )
        for raw in mine:
            # One stored before that is not in hand was never begun: whoever stored it did not
            # hear so. But it may have been passed over.
            self._line_up(raw, is_first=raw.attempts == 1)

    async def room(self) -> None:
        """Return when more updates may be taken."""
        await self._has_room.wait()

    async def recover(self, *, everything: bool) -> None:
        """Take up what processes left that died; `everything` if none can be alive: then return
        when it is answered, one update after another.

        Chats in which an update was under way at a death are put last: they wait until the process
        has lived a while, and are not waited for. Of a process that is killed again and again
        while it starts, for whatever reason, the first update it works on would else be taken for
        the cause.
        """
        chats: set[int] = set()
        suspected: dict[int, float] = {}  # chats, and until when they wait, by the loop's clock
        after = -1
        while left := await self._patiently(partial(self._claim, after, everything=everything)):
            log.info("%d updates left over from before", len(left))
            after = left[-1].update_id
            chats |= {raw.chat_id for raw in left}
            now = asyncio.get_running_loop().time()
            for raw in left:
                if 1 < raw.attempts < DEATHS:
                    suspected.setdefault(raw.chat_id, now + SUSPENSE)
            for raw in left:
                not_before = suspected.get(raw.chat_id, 0.0)
                self._line_up(raw, is_first=False, not_before=not_before)
        unsuspected = chats - suspected.keys()
        workers = [self._lanes[chat].worker for chat in unsuspected if chat in self._lanes]
        if everything and workers:
            await asyncio.wait(workers)

    def _claim(self, after: int, unit: Unit, *, everything: bool) -> list[RawUpdate]:
        now, token = self._clock(), self._delivery.token
        return intake.take_over(
            unit,
            self._bot_id,
            now,
            token,
            now + LEASE,
            after=after,
            limit=BATCH,
            everything=everything,
        )

    async def tend(self) -> None:
        """Keep hold of the updates in the lanes, and take over from processes that died."""
        if self._is_alone:
            return
        until, in_hand = self._clock() + LEASE, list(self._taken)
        await self._database.run(
            lambda unit: intake.renew(unit, self._bot_id, in_hand, self._delivery.token, until)
        )
        await self.recover(everything=False)

    async def stop(self, seconds: float) -> None:
        """Finish the updates under way; those that wait are stored."""
        self._is_stopping.set()
        await let_end(self._tasks, seconds)
        await self._apart.close()

    def _line_up(self, raw: RawUpdate, *, is_first: bool, not_before: float = 0.0) -> None:
        if raw.update_id in self._taken:
            return
        self._taken.add(raw.update_id)
        if len(self._taken) >= ROOM:
            self._has_room.clear()
        update = _InHand(raw, is_first, not_before)
        lane = self._lanes.get(raw.chat_id)
        if lane is not None:
            insort(lane.waiting, update, key=lambda each: each.number)
            return
        worker = self._start(self._work_through(raw.chat_id))
        self._lanes[raw.chat_id] = _Lane([update], worker)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _work_through(self, chat_id: int) -> None:
        """Answer a chat's updates in order, until none waits."""
        waiting = self._lanes[chat_id].waiting
        try:
            while waiting and not self._is_stopping.is_set():
                first = waiting[0]
                if not await self._may_begin(first):
                    continue
                async with self._width if first.is_first else self._left_over:
                    # While it waited, an earlier one may have come in, or a call to stop.
                    if first is waiting[0] and not self._is_stopping.is_set():
                        del waiting[0]
                        await self._work_on(first)
        finally:
            del self._lanes[chat_id]

    async def _may_begin(self, update: _InHand) -> bool:
        """Whether its time has come, and no earlier update of the chat is open in another process;
        if not, it waited a little."""
        wait = update.not_before - asyncio.get_running_loop().time()
        if wait <= 0 and not await self._is_behind(update.raw):
            return True
        with suppress(TimeoutError):
            async with asyncio.timeout(max(wait, LOOK_AGAIN)):
                await self._is_stopping.wait()
        return False

    async def _is_behind(self, raw: RawUpdate) -> bool:
        if self._is_alone:
            return False
        return await self._patiently(lambda unit: intake.ahead_of(unit, raw, attempts=DEATHS))

    async def _work_on(self, update: _InHand) -> None:
        """Answer one update, or set it aside; whatever happens, its neighbours are answered."""
        raw = update.raw
        marker = logs.update_id.set(raw.update_id)
        try:
            failure = await self._attempt(raw, is_first=update.is_first)
            if failure is not None:
                await self._set_aside(raw, failure)
        except Exception:
            log.exception("an update could be neither answered nor set aside; it stays stored")
            await self._pass_over(raw)
        finally:
            logs.update_id.reset(marker)
        self._taken.discard(raw.update_id)
        if len(self._taken) < ROOM:
            self._has_room.set()

    async def _pass_over(self, raw: RawUpdate) -> None:
        """Have no process wait for the update; whoever takes it over sets it aside, if it can."""
        with suppress(Exception):  # then not even that can be stored of it
            await self._patiently(lambda unit: intake.pass_over(unit, raw, DEATHS + 1))

    async def _attempt(self, raw: RawUpdate, *, is_first: bool) -> str | None:
        """Answer an update, trying again where that may help; why it cannot be, else None."""
        if is_first:
            return await self._attempt_here(raw, raw.attempts)
        if raw.attempts >= ATTEMPTS and raw.error is not None:
            return raw.error
        if raw.attempts >= DEATHS:
            return ENDED
        # The first attempt is counted by the insert, every later one before it begins.
        attempts = await self._begin(raw)
        if attempts is None:
            return None
        if attempts >= ATTEMPTS:
            return await self._attempt_apart(raw)
        return await self._attempt_here(raw, attempts)

    async def _attempt_here(self, raw: RawUpdate, attempts: int | None) -> str | None:
        while attempts is not None:
            try:
                await self._answering.answer(raw)
            except AlreadyDone:
                return None
            except UnreadableError as error:
                return str(error)
            except Exception as error:
                log.exception("an update failed, attempt %d", attempts)
                failure = type(error).__name__
                if attempts >= ATTEMPTS:
                    return failure
            else:
                return None
            await asyncio.sleep(patience.PAUSES[attempts - 1])
            attempts = await self._begin(raw, failure)
        return None

    async def _attempt_apart(self, raw: RawUpdate) -> str | None:
        lane = self._delivery.open_lane(raw.chat_id)
        try:
            return await self._apart.attempt(raw)
        except NoProcessError as error:
            log.warning("no process for an update's last attempt: %s", error)
        finally:
            lane.hand_over(None)  # whatever it wrote is in the store
        return await self._attempt_here(raw, ATTEMPTS)

    async def _begin(self, raw: RawUpdate, failure: str | None = None) -> int | None:
        until = self._clock() + LEASE
        return await self._patiently(
            lambda unit: intake.begin(unit, raw, self._delivery.token, until, failure)
        )

    async def _set_aside(self, raw: RawUpdate, because: str) -> None:
        """Keep the update for a look at it, tell its owner once and the operators, go on."""
        log.error("an update is set aside: %s", because)
        sender = intake.sender_of(raw)
        lane = self._delivery.open_lane(sender)
        letters: list[Letter] | None = None

        def set_aside(unit: Unit) -> list[Letter] | None:
            if not intake.dead(unit, raw, because):
                return None  # it was before, perhaps unheard
            alerts.note(unit, alerts.SET_ASIDE, self._clock())
            if owners.find(unit, sender) is None:
                return []
            body = message_body(sender, say("errors", "set_aside"))
            outbox = Notebook(unit, sender).outbox
            until = lane.lease_until if lane.token else None
            now = self._clock()
            return [outbox.add("sendMessage", body, now=now, token=lane.token, lease_until=until)]

        try:
            letters = await self._patiently(set_aside)
        finally:
            lane.hand_over(letters)

    async def _patiently(self, work: Work[T]) -> T:
        pauses = patience.pauses()
        while True:
            try:
                return await self._database.run(work)
            except StorageUnavailable as error:
                log.warning("the database is out of reach: %s", error)
                await asyncio.sleep(next(pauses))


def number_of(update: object) -> int | None:
    """The id of an update; None for what is none, which can be neither stored nor confirmed."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if type(number) is int and 0 <= number < _INT64 else None


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
