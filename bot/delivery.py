"""Delivery: what the outbox holds goes to Telegram, each chat in order, chats in parallel.

Claim, send, settle. A unit of work that writes to an idle chat has its first letter claimed by
its own insert, so the usual reply costs no claim of its own; at most one letter a chat is in
flight. When the sender dies, that one letter is sent again and says that it may be a repeat.

What a failure means is `bot.failures`: refused for its markup, a letter goes out plain; for
anything else, its words alone; those refused too, it is set aside; blocked, the owner is marked
unreachable; anything else is tried again, marked where it may have arrived.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.clock import Clock
from bot.ending import let_end
from bot.failures import Outcome, outcome, unquoted
from bot.pace import Pace
from bot.transport import AiohttpRequest
from handlers.replies import CAPTION_LIMIT, LIMIT, length, plain
from rapport.dates import PUNCTUAL, end_of_quiet
from rapport.templating import say
from storage import alerts, outbox, owners
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.outbox import Letter
from storage.unit import Unit, Work

T = TypeVar("T")

# Makes a file for a chat when it is sent, so that it never lies in the outbox: its name and bytes.
Maker = Callable[[int], Awaitable[tuple[str, bytes]]]

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)  # longer than any call may take, database outage included
LONGEST_HOLD = 10.0  # seconds a claimed letter may wait for its turn
SWEEP = 1000
RETRIES = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
# Who named an hour of the night is up then: so many tries, and not later than that, are in time.
PROMPT = sum(1 for tries in range(len(RETRIES)) if sum(RETRIES[:tries]) <= PUNCTUAL.total_seconds())
ATTEMPTS = 3  # at a letter that cannot even be made, which is nothing that passes
# What became of a call is stored as soon as the database is back: the chat waits for it, and so
# does whoever would take the letter for abandoned.
SETTLING = (0.2, 1.0, 2.0, *(5.0,) * 75)
LOOK_AGAIN = 1.0  # seconds, while another process sends to the same chat


@dataclass(eq=False)
class _Way:
    """The way to one chat: what waits there, who walks it, who may yet put letters on it."""

    chat_id: int
    from_store: bool
    """Older letters may wait in the store: all are taken from there, so that order holds."""
    letters: deque[Letter] = field(default_factory=deque)
    claimed: int | None = None
    """The letter that is ours since it was written."""
    holds: int = 0
    is_pledged: bool = False
    """A unit under way may claim its first letter, and no other is to be in flight beside it."""
    is_walked: bool = False


class _Hold:
    """A unit of work's hold on the way to its chat (`handlers.context.Lane`)."""

    def __init__(self, delivery: Delivery, way: _Way, token: str | None, until: datetime) -> None:
        self.token = token
        self.lease_until = until
        self._delivery = delivery
        self._way = way
        way.holds += 1
        way.is_pledged |= token is not None

    def hand_over(self, letters: Sequence[Letter] | None) -> None:
        """The unit is over: send what it wrote; None where nobody knows whether it wrote anything:
        it failed, or the connection was lost at its COMMIT."""
        way = self._way
        way.holds -= 1
        if self.token is not None:
            way.is_pledged = False
        if letters is None:
            self._delivery.doubt(way)
        elif letters:
            way.letters.extend(letters)
            if self.token is not None:
                way.claimed = letters[0].id
        self._delivery.walk(way)


class Delivery:
    """Sends the letters of the outbox.

    `is_alone`: no other process sends from this database, so that whatever is in flight under
    another token was left by a dead one. `makers`: the files that a letter may name as `made`.
    """

    def __init__(
        self,
        database: Database,
        request: AiohttpRequest,
        base_url: str,
        pace: Pace,
        clock: Clock,
        *,
        is_alone: bool,
        makers: Mapping[str, Maker] | None = None,
    ) -> None:
        self.token = uuid4().hex
        self.revoked = asyncio.Event()
        self._database = database
        self._request = request
        self._base_url = base_url
        self._pace = pace
        self._clock = clock
        self._is_alone = is_alone
        self._makers = makers or {}
        self._ways: dict[int, _Way] = {}
        self._behind: set[int] = set()  # chats with letters in the store that no way knows
        # Chats in which a letter or a claim may be stored that nobody heard of.
        self._in_doubt: set[int] = set()
        self._in_flight: dict[int, int] = {}  # by chat, the letter that may have arrived
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_stopping = asyncio.Event()

    def open_lane(self, chat_id: int) -> _Hold:
        """A hold on the way to the chat; with the token if nothing waits there."""
        way = self._ways.get(chat_id)
        token = None
        if way is None:
            way = self._ways[chat_id] = _Way(chat_id, from_store=chat_id in self._behind)
            token = None if way.from_store else self.token
        return _Hold(self, way, token, self._clock() + LEASE)

    def transient(self, method: str, body: Mapping[str, Any]) -> None:
        """Make a call whose loss would harm nobody: typing, acknowledging a tap."""
        self._start(self._call_once(method, body))

    def insist(self, method: str, body: Mapping[str, Any]) -> None:
        """Make a call that no letter can carry, as nothing of its owner is left; doing it twice
        must be the same as once. It is made again for some minutes, until it is answered."""
        self._start(self._call_until_answered(method, body))

    def walk(self, way: _Way) -> None:
        """See that what waits on the way is sent; nobody waiting, it is closed."""
        if way.is_walked or way.is_pledged:
            return
        if way.letters or way.from_store:
            # Units that ran at the same time may have handed over in another order.
            way.letters = deque(sorted(way.letters, key=lambda letter: letter.id))
            way.is_walked = True
            self._start(self._walk(way))
        elif not way.holds:
            self._ways.pop(way.chat_id, None)

    def doubt(self, way: _Way) -> None:
        """A letter may be written, and claimed by this process, without its knowing: the store is
        asked."""
        self._in_doubt.add(way.chat_id)
        way.from_store = True

    async def take_over(self, *, everything: bool) -> None:
        """Begin with what an earlier process left; `everything` if none can be alive."""
        now = self._clock()
        all_but = self.token if everything else None

        def find(unit: Unit) -> set[int]:
            outbox.release_dead_senders(unit, now, all_but=all_but)
            return outbox.chats_waiting(unit)

        self._behind |= await self._database.run(find)
        await self.sweep()

    async def sweep(self) -> None:
        """Take up what no process is sending: after a restart, or when a pause is over."""
        now = self._clock()
        all_but = self.token if self._is_alone else None

        def find(unit: Unit) -> list[Letter]:
            outbox.release_dead_senders(unit, now, all_but=all_but)
            return outbox.waiting(unit, now, limit=SWEEP)

        chats = [letter.chat_id for letter in await self._database.run(find)]
        for chat_id in {*chats, *self._in_doubt}:
            if chat_id not in self._ways and not self._is_stopping.is_set():
                self._behind.add(chat_id)
                way = self._ways[chat_id] = _Way(chat_id, from_store=True)
                self.walk(way)

    async def stop(self, seconds: float) -> None:
        """Finish what is in flight; what waits is in the database."""
        self._is_stopping.set()
        await let_end(self._tasks, seconds)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _call_once(self, method: str, body: Mapping[str, Any]) -> None:
        try:
            await self._call(method, body)
        except TelegramError as error:
            log.info("%s did not arrive: %s", method, type(error).__name__)

    async def _call_until_answered(self, method: str, body: Mapping[str, Any]) -> None:
        for pause in RETRIES:
            try:
                await self._call_or_say_plainer(method, body)
            except TelegramError as error:
                meaning = outcome(error)
                log.info("%s did not arrive (%s)", method, meaning.name)
                if meaning in {Outcome.REFUSED, Outcome.BLOCKED, Outcome.REVOKED}:
                    return
                await self._sleep(seconds_of(error) if isinstance(error, RetryAfter) else pause)
            else:
                return

    async def _call(self, method: str, body: Mapping[str, Any]) -> Any:
        if "made" in body:
            return await self._upload(method, body)
        return await self._request.call(f"{self._base_url}/{method}", body)

    async def _upload(self, method: str, body: Mapping[str, Any]) -> Any:
        """Send a file that is made just now, from what is stored."""
        chat_id = body["chat_id"]
        self.transient("sendChatAction", {"chat_id": chat_id, "action": "upload_document"})
        name, content = await self._makers[body["made"]](chat_id)
        parameters = {key: value for key, value in body.items() if key != "made"}
        return await self._request.upload(
            f"{self._base_url}/{method}", parameters, "document", name, content
        )

    async def _walk(self, way: _Way) -> None:
        try:
            while letter := await self._next(way):
                if await self._rests(way, letter) or not await self._its_turn(way, letter):
                    return
                if letter.id == way.claimed:
                    way.claimed = None
                elif not await self._claim(way, letter):
                    continue
                self._in_flight[way.chat_id] = letter.id
                retry = await self._deliver(way, letter)
                del self._in_flight[way.chat_id]
                if self._is_stopping.is_set():
                    if way.letters:
                        await self._put_back(way, way.letters[0])
                    return
                if retry is not None:
                    again, seconds = retry
                    way.letters.appendleft(again)
                    if not await self._sleep(seconds):
                        return
            self._behind.discard(way.chat_id)
        except StorageUnavailable as error:
            log.warning("the outbox is out of reach: %s", error)
            self._fall_behind(way)
        except Exception:
            log.exception("a letter could not be handled; it waits in the outbox")
            self._fall_behind(way)
        finally:
            way.is_walked = False
            if not way.holds:
                self._ways.pop(way.chat_id, None)

    def _fall_behind(self, way: _Way) -> None:
        way.from_store = True
        self._behind.add(way.chat_id)

    async def _next(self, way: _Way) -> Letter | None:
        """The chat's next letter. Where it is in memory, nothing may run between finding none
        and closing the way, so this then does not wait."""
        while way.from_store and not self._is_stopping.is_set():
            way.letters.clear()  # handed over meanwhile: they are in the store as well
            if way.chat_id in self._in_doubt:
                await self._let_go(way)
            first = await self._database.read(lambda unit: outbox.first_of(unit, way.chat_id))
            if first is not None:
                letter, is_in_flight = first
                wait = letter.wait(self._clock()).total_seconds()
                if not is_in_flight and (not wait or self._morning(letter) is not None):
                    return letter
                await self._sleep(wait or LOOK_AGAIN)
            elif not way.letters and way.chat_id not in self._in_doubt:
                return None
        return way.letters.popleft() if way.letters and not way.from_store else None

    async def _let_go(self, way: _Way) -> None:
        """Nothing of this chat's is in mid-send here: what is claimed was never sent, but for a
        letter of which it could not be stored what became of it."""
        self._in_doubt.discard(way.chat_id)  # a unit may fail while this one is under way
        way.claimed = None
        sent = self._in_flight.get(way.chat_id)
        await self._or_doubt(way, lambda unit: outbox.let_go(unit, way.chat_id, self.token, sent))

    async def _or_doubt(self, way: _Way, work: Work[T]) -> T:
        try:
            return await self._database.run(work)
        except BaseException:
            self._in_doubt.add(way.chat_id)
            raise

    def _morning(self, letter: Letter) -> datetime | None:
        """When the night is over that the letter leaves in peace; None by day, and for what was
        written just now."""
        now = self._clock()
        is_prompt = timedelta(0) <= now - letter.not_before <= PUNCTUAL
        if letter.night_zone is None or (is_prompt and letter.attempts < PROMPT):
            return None
        morning = end_of_quiet(now, ZoneInfo(letter.night_zone))
        return morning if morning > now else None

    async def _rests(self, way: _Way, letter: Letter) -> bool:
        """Whether the letter is left for the morning; not if its owner is up, and others follow."""
        morning = self._morning(letter)
        if morning is None:
            return False
        self._fall_behind(way)
        if letter.id == way.claimed:
            way.claimed = None
        rests = await self._settle(lambda unit: outbox.rest(unit, letter, self.token, morning))
        return rests and not way.letters

    async def _its_turn(self, way: _Way, letter: Letter) -> bool:
        """Whether the limits let the letter go now; if not, it waits in the store."""
        delay = self._pace.delay(letter.chat_id)
        if not delay:
            return True
        if delay > LONGEST_HOLD:
            await self._put_back(way, letter)
        if await self._sleep(delay):
            return True
        await self._put_back(way, letter)
        return False

    async def _put_back(self, way: _Way, letter: Letter) -> None:
        if letter.id == way.claimed:
            way.claimed = None
            await self._settle(lambda unit: outbox.unclaim(unit, letter, self.token))

    async def _claim(self, way: _Way, letter: Letter) -> bool:
        """Whether the letter is ours; one behind it that was so from its writing then is no more:
        only what is in flight is to be in doubt at a death."""
        until = self._clock() + LEASE
        behind, way.claimed = way.claimed, None

        def claim(unit: Unit) -> bool:
            if behind is not None:
                outbox.let_go(unit, way.chat_id, self.token)
            return outbox.claim(unit, letter, self.token, until)

        return await self._or_doubt(way, claim)

    async def _sleep(self, seconds: float) -> bool:
        """Whether the time passed without a call to stop."""
        try:
            async with asyncio.timeout(seconds):
                await self._is_stopping.wait()
        except TimeoutError:
            return True
        return False

    async def _deliver(self, way: _Way, letter: Letter) -> tuple[Letter, float] | None:
        """Send and settle; the letter to try again and after how long, where that is needed.

        The letter that follows at once is claimed by the unit that settles this one.
        """
        began = self._clock()
        try:
            answer = await self._post(letter)
        except TelegramError as error:
            return await self._failed(letter, error, began)
        except StorageUnavailable:
            raise
        except Exception as error:
            log.exception("a letter could not be made, attempt %d", letter.attempts + 1)
            return await self._unmade(letter, type(error).__name__)
        message_id = answer.get("message_id") if isinstance(answer, dict) else None
        log.debug("letter %d went out: %s, message %s", letter.id, letter.method, message_id)
        following = way.letters[0] if way.letters and not way.from_store else None
        until = self._clock() + LEASE

        def settle(unit: Unit) -> bool:
            outbox.sent(unit, letter, self.token, message_id)
            return following is not None and outbox.claim(unit, following, self.token, until)

        if await self._settle(settle) and following is not None:
            way.claimed = following.id
        return None

    async def _post(self, letter: Letter) -> Any:
        body = dict(letter.body)
        if letter.may_repeat and letter.method in {"sendMessage", "sendDocument"}:
            await self._mark(body)
        return await self._call_or_say_plainer(letter.method, body)

    async def _call_or_say_plainer(self, method: str, body: Mapping[str, Any]) -> Any:
        try:
            return await self._call(method, body)
        except TelegramError as error:
            second = _second_try(method, body, error)
            if second is None:
                raise
            plainer, body = second
            return await self._call(plainer, body) if plainer else None

    async def _mark(self, body: dict[str, Any]) -> None:
        """Say that the letter may be a repeat: under it, or ahead of it where it has no room."""
        mark = say("delivery", "may_repeat")
        words, limit = ("text", LIMIT) if "text" in body else ("caption", CAPTION_LIMIT)
        marked = f"{body[words]}\n\n{mark}"
        if length(plain(marked)) <= limit:
            body[words] = marked
        else:
            await self._call(
                "sendMessage", {"chat_id": body["chat_id"], "text": mark, "parse_mode": "HTML"}
            )

    async def _failed(
        self, letter: Letter, error: TelegramError, began: datetime
    ) -> tuple[Letter, float] | None:
        meaning = outcome(error)
        because = f"{type(error).__name__}: {error.message}"[:500]
        log.info("a letter did not go out (%s): %s", meaning.name, type(error).__name__)
        if meaning is Outcome.REFUSED:
            log.error("Telegram refuses a letter for good: %s", unquoted(error.message))
            await self._settle(lambda unit: self._refused(unit, letter, because))
            return None
        if meaning is Outcome.BLOCKED:
            await self._give_up(letter, because, began)
            return None
        if meaning is Outcome.REVOKED:
            self.revoked.set()
        seconds = _pause_after(letter)
        if isinstance(error, RetryAfter):
            seconds = seconds_of(error)
            self._pace.pause(seconds)
        return await self._later(
            letter, seconds, because, may_repeat=meaning is Outcome.UNKNOWN or letter.may_repeat
        )

    async def _unmade(self, letter: Letter, because: str) -> tuple[Letter, float] | None:
        """Nothing was sent: what makes the letter broke. It must not hold up its chat for ever."""
        if letter.attempts + 1 >= ATTEMPTS:
            await self._settle(lambda unit: self._refused(unit, letter, because))
            return None
        return await self._later(
            letter, _pause_after(letter), because, may_repeat=letter.may_repeat
        )

    async def _later(
        self, letter: Letter, seconds: float, because: str, *, may_repeat: bool
    ) -> tuple[Letter, float]:
        at = self._clock() + min(timedelta(seconds=seconds), outbox.LONGEST_WAIT)
        await self._settle(
            lambda unit: outbox.later(unit, letter, self.token, at, because, may_repeat=may_repeat)
        )
        again = replace(letter, attempts=letter.attempts + 1, may_repeat=may_repeat)
        return again, seconds

    def _refused(self, unit: Unit, letter: Letter, because: str) -> None:
        """It will never go out; the operators are to hear of it."""
        outbox.dead(unit, letter, self.token, because)
        alerts.note(unit, alerts.REFUSED, self._clock())

    async def _give_up(self, letter: Letter, because: str, began: datetime) -> None:
        """The owner blocked the bot: nothing more until they write again. What was written since
        the call began may answer them as they come back, and is tried for itself."""
        now = self._clock()

        def give_up(unit: Unit) -> None:
            outbox.dead(unit, letter, self.token, because)
            outbox.hold_of(unit, letter.owner_id, began)
            if outbox.first_of(unit, letter.owner_id) is None:
                owners.change(unit, letter.owner_id, unreachable_since=now)

        await self._settle(give_up)

    async def _settle(self, work: Work[T]) -> T:
        """Store what became of a call; as long as that fails, it would be sent again."""
        for pause in SETTLING:
            try:
                return await self._database.run(work)
            except StorageUnavailable:
                await asyncio.sleep(pause)
        return await self._database.run(work)


def _pause_after(letter: Letter) -> float:
    """Seconds until the letter is tried again."""
    return RETRIES[min(letter.attempts, len(RETRIES) - 1)]


def _second_try(
    method: str, body: Mapping[str, Any], error: TelegramError
) -> tuple[str | None, dict[str, Any]] | None:
    """The call that says the same in a way Telegram takes; no method: nothing is left to do."""
    if not isinstance(error, BadRequest) or outcome(error) is not Outcome.REFUSED:
        return None
    said = error.message.lower()
    if "message is not modified" in said:
        return None, {}
    if "can't parse entities" in said and body.get("parse_mode"):
        unmarked = {key: value for key, value in body.items() if key != "parse_mode"}
        words = "caption" if "caption" in body else "text"
        return method, {**unmarked, words: plain(body[words])}
    if method == "editMessageText" and (
        "message to edit not found" in said or "message can't be edited" in said
    ):
        return "sendMessage", {k: v for k, v in body.items() if k != "message_id"}
    bare = _bare(body)
    return None if bare == body else (method, bare)


def _bare(body: Mapping[str, Any]) -> dict[str, Any]:
    """The words alone, where there are any: whatever is wrong with the rest, they are said."""
    if "text" not in body:
        return dict(body)
    words = plain(body["text"]) if body.get("parse_mode") else body["text"]
    place = {key: body[key] for key in ("chat_id", "message_id") if key in body}
    return {**place, "text": words}


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
