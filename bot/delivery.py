"""Delivery: what the outbox holds goes to Telegram, each chat in order, chats in parallel.

Claim, send, settle. A unit of work that writes to an idle chat has its first letter claimed by
its own insert, so the usual reply costs no claim of its own; at most one letter a chat is in
flight. When the sender dies, that one letter is sent again and says that it may be a repeat.

What a failure means is `bot.failures`: refused for its markup, a letter goes out plain; refused
for good, it is set aside; blocked, the owner is marked unreachable; anything else is tried again,
marked where it may have arrived.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from telegram.error import RetryAfter, TelegramError

from bot.clock import Clock
from bot.failures import Outcome, outcome
from bot.pace import Pace
from bot.transport import AiohttpRequest
from handlers.replies import plain
from rapport.templating import say
from storage import outbox, owners
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.outbox import Letter
from storage.unit import Unit

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)  # longer than any call may take, database outage included
SWEEP = 100
RETRIES = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)


@dataclass(eq=False)
class _Way:
    """The way to one chat: what waits there in memory, and whether somebody walks it."""

    chat_id: int
    letters: deque[Letter]
    is_open: bool = True
    ask_store: bool = False


class _Hold:
    """A unit of work's hold on the way to its chat (`handlers.context.Lane`)."""

    def __init__(self, delivery: Delivery, way: _Way, token: str | None, until: datetime) -> None:
        self.token = token
        self.lease_until = until
        self._delivery = delivery
        self._way = way

    def hand_over(self, letters: Sequence[Letter]) -> None:
        """The unit is over: send what it wrote; nothing, if it failed."""
        if self.token is not None:
            self._way.letters.extendleft(reversed(letters))
            self._delivery.walk(self._way, is_claimed=bool(letters))
        else:
            self._delivery.line_up(self._way.chat_id, letters)


class Delivery:
    """Sends the letters of the outbox."""

    def __init__(
        self,
        database: Database,
        request: AiohttpRequest,
        base_url: str,
        pace: Pace,
        clock: Clock,
    ) -> None:
        self.token = uuid4().hex
        self._database = database
        self._request = request
        self._base_url = base_url
        self._pace = pace
        self._clock = clock
        self._ways: dict[int, _Way] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_stopping = asyncio.Event()

    def open_lane(self, chat_id: int) -> _Hold:
        """A hold on the way to the chat; with the token if nobody walks it."""
        way = self._ways.get(chat_id)
        until = self._clock() + LEASE
        if way is not None:
            return _Hold(self, way, None, until)
        way = self._ways[chat_id] = _Way(chat_id, deque())
        return _Hold(self, way, self.token, until)

    def transient(self, method: str, body: Mapping[str, Any]) -> None:
        """Make a call whose loss would harm nobody: typing, acknowledging a tap."""
        self._start(self._call_once(method, body))

    def line_up(self, chat_id: int, letters: Sequence[Letter]) -> None:
        """Send the letters after what is on the way already; that way may have ended meanwhile."""
        way = self._ways.get(chat_id)
        if way is not None:
            way.letters.extend(letters)
        elif letters:
            way = self._ways[chat_id] = _Way(chat_id, deque(letters))
            self.walk(way, is_claimed=False)

    def walk(self, way: _Way, *, is_claimed: bool) -> None:
        """Send what waits on the way, then close it."""
        if way.letters:
            self._start(self._walk(way, is_claimed=is_claimed))
        else:
            self._ways.pop(way.chat_id, None)

    async def sweep(self) -> None:
        """Take up what no process is sending: after a restart, or when a pause is over."""
        now = self._clock()
        only_me = self.token if self._database.is_sqlite else None

        def find(unit: Unit) -> list[Letter]:
            outbox.release_dead_senders(unit, now, all_but=only_me)
            return outbox.waiting(unit, now, limit=SWEEP)

        for letter in await self._database.run(find):
            if letter.chat_id not in self._ways:
                way = _Way(letter.chat_id, deque([letter]), ask_store=True)
                self._ways[letter.chat_id] = way
                self.walk(way, is_claimed=False)

    async def stop(self, seconds: float) -> None:
        """Finish what is in flight; what waits is in the database."""
        self._is_stopping.set()
        tasks = list(self._tasks)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _call_once(self, method: str, body: Mapping[str, Any]) -> None:
        try:
            await self._call(method, body)
        except TelegramError as error:
            log.info("%s did not arrive: %s", method, type(error).__name__)

    async def _call(self, method: str, body: Mapping[str, Any]) -> Any:
        return await self._request.call(f"{self._base_url}/{method}", body)

    async def _walk(self, way: _Way, *, is_claimed: bool) -> None:
        try:
            while way.letters or await self._more(way):
                letter = way.letters.popleft()
                if not is_claimed and not await self._claim(letter):
                    continue
                is_claimed = False
                retry = await self._deliver(letter)
                if retry is not None:
                    again, seconds = retry
                    way.letters.appendleft(again)
                    if not await self._sleep(seconds):
                        return
                if self._is_stopping.is_set():
                    return
        except StorageUnavailable as error:
            log.warning("the outbox is out of reach: %s", error)
        finally:
            self._ways.pop(way.chat_id, None)

    async def _more(self, way: _Way) -> bool:
        if way.ask_store:
            now = self._clock()
            found = await self._database.read(lambda unit: outbox.next_of(unit, way.chat_id, now))
            if found is not None and not way.letters:
                way.letters.append(found)
        return bool(way.letters)

    async def _claim(self, letter: Letter) -> bool:
        until = self._clock() + LEASE
        return await self._database.run(lambda unit: outbox.claim(unit, letter, self.token, until))

    async def _sleep(self, seconds: float) -> bool:
        """Whether the time passed without a call to stop."""
        try:
            async with asyncio.timeout(seconds):
                await self._is_stopping.wait()
        except TimeoutError:
            return True
        return False

    async def _deliver(self, letter: Letter) -> tuple[Letter, float] | None:
        """Send and settle; the letter to try again and after how long, where that is needed."""
        delay = self._pace.delay(letter.chat_id)
        if delay:
            await asyncio.sleep(delay)
        try:
            answer = await self._post(letter)
        except TelegramError as error:
            return await self._failed(letter, error)
        message_id = answer.get("message_id") if isinstance(answer, dict) else None
        await self._settle(lambda unit: outbox.sent(unit, letter, self.token, message_id))
        return None

    async def _post(self, letter: Letter) -> Any:
        body = dict(letter.body)
        if letter.may_repeat and letter.method == "sendMessage":
            body["text"] += "\n\n" + say("delivery", "may_repeat")
        try:
            return await self._call(letter.method, body)
        except TelegramError as error:
            second = _second_try(letter.method, body, str(error))
            if second is None:
                raise
            method, body = second
            return await self._call(method, body) if method else None

    async def _failed(self, letter: Letter, error: TelegramError) -> tuple[Letter, float] | None:
        meaning = outcome(error)
        because = f"{type(error).__name__}: {error.message}"[:500]
        log.info("a letter did not go out (%s): %s", meaning.name, type(error).__name__)
        if meaning is Outcome.REFUSED:
            log.error("Telegram refuses a letter for good: %s", error.message)
            await self._settle(lambda unit: outbox.dead(unit, letter, self.token, because))
            return None
        if meaning is Outcome.BLOCKED:
            now = self._clock()

            def give_up(unit: Unit) -> None:
                outbox.dead(unit, letter, self.token, because)
                outbox.hold_of(unit, letter.owner_id)
                owners.change(unit, letter.owner_id, unreachable_since=now)

            await self._settle(give_up)
            return None
        seconds = RETRIES[min(letter.attempts, len(RETRIES) - 1)]
        if isinstance(error, RetryAfter):
            seconds = seconds_of(error)
            self._pace.pause(seconds)
        may_repeat = meaning is Outcome.UNKNOWN or letter.may_repeat
        at = self._clock() + timedelta(seconds=seconds)
        await self._settle(
            lambda unit: outbox.later(unit, letter, self.token, at, because, may_repeat=may_repeat)
        )
        again = replace(letter, attempts=letter.attempts + 1, may_repeat=may_repeat)
        return again, seconds

    async def _settle(self, work: Callable[[Unit], None]) -> None:
        """Store what became of a call; as long as that fails, it would be sent again."""
        for pause in (*RETRIES, None):
            try:
                return await self._database.run(work)
            except StorageUnavailable:
                if pause is None:
                    raise
                await asyncio.sleep(pause)
        return None


def _second_try(
    method: str, body: Mapping[str, Any], refusal: str
) -> tuple[str | None, dict[str, Any]] | None:
    """The call that says the same in a way Telegram takes; no method: nothing is left to do."""
    said = refusal.lower()
    if "message is not modified" in said:
        return None, {}
    if "can't parse entities" in said and body.get("parse_mode"):
        return method, {
            **{key: value for key, value in body.items() if key != "parse_mode"},
            "text": plain(body["text"]),
        }
    if method == "editMessageText" and (
        "message to edit not found" in said or "message can't be edited" in said
    ):
        return "sendMessage", {k: v for k, v in body.items() if k != "message_id"}
    return None


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
