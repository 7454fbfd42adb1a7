"""The watch: looks whether Rapport is well, and tells the operators once if something stays wrong.

What is told goes straight to Telegram, not through the outbox: most of it is told because the
database, or the outbox, is not as it should be. What was told is remembered in the database, so
that a restart tells nothing twice; for as long as that is out of reach, in memory.

Replicas share that memory: whoever notes a trouble first tells of it. What happens once (an update
set aside) is noted in the unit of work that it happens in, so it is told even if the process dies;
two replicas that look in the same second may then both tell.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from telegram.error import TelegramError

from bot import delivery
from bot.backups import last_backup
from bot.clock import Clock
from bot.failures import Outcome, outcome
from bot.question import ANSWERS_WITHIN, Question
from bot.vitals import (
    HAPPENS_ONCE,
    SAID_TO_BE_OVER,
    Condition,
    Course,
    Limits,
    News,
    Trouble,
    Vitals,
    condition,
    news_of,
    troubles,
    waited,
)
from handlers.replies import message_body
from rapport.templating import say
from storage import alerts, intake, outbox, owners
from storage.alerts import Alert
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.unit import Unit

log = logging.getLogger(__name__)

FRESH = 1.0  # seconds for which a look is good, so that asking often is no work
LOOKS = 15.0  # seconds between two looks, at most
TRIES = (0.0, 1.0, 4.0)  # seconds before each try to reach an operator

Call = Callable[[str, Mapping[str, Any]], Awaitable[Any]]


class Lookout:
    """Takes the vital signs, also of a database that does not answer."""

    def __init__(
        self,
        database: Database,
        bot_id: int,
        clock: Clock,
        *,
        since_tick: Callable[[], float],
        backups: Path | None,
    ) -> None:
        self._database = database
        self._bot_id = bot_id
        self._clock = clock
        self._since_tick = since_tick
        self._newest = (
            None
            if backups is None
            else Question(lambda: asyncio.to_thread(last_backup, backups, clock()))
        )
        self._waits = Question(lambda: database.run(self._waiting))
        self._first = Question(lambda: database.read(lambda unit: owners.roll(unit, limit=1)))
        self._last: tuple[float, Vitals] | None = None

    async def look(self) -> Vitals:
        """The signs as they are, or were a second ago."""
        if self._last is None or time.monotonic() - self._last[0] >= FRESH:
            vitals = await self._look()
            self._last = time.monotonic(), vitals
        return self._last[1]

    async def stop(self) -> None:
        """Wait for no answer any more."""
        await asyncio.gather(self._waits.drop(), self._first.drop())
        if self._newest is not None:
            await self._newest.drop()

    async def _look(self) -> Vitals:
        (made, age), waiting = await asyncio.gather(self._backup(), self._what_waits())
        lag, outbox_age = waiting or (None, None)
        refused = self._database.refused_at
        return Vitals(
            waiting is not None,
            None if refused is None else time.monotonic() - refused,
            self._since_tick(),
            lag,
            outbox_age,
            made,
            age,
        )

    async def _what_waits(self) -> tuple[float, float] | None:
        """How long the longest waiting update and letter wait; None if the database does not
        answer."""
        try:
            return await self._waits.answer(ANSWERS_WITHIN)
        except (StorageUnavailable, TimeoutError):
            return None

    def _waiting(self, unit: Unit) -> tuple[float, float]:
        """The same, as a unit that could write."""
        update, letter = intake.oldest_open(unit, self._bot_id), outbox.oldest_waiting(unit)
        tried = waited(outbox.most_attempts(unit), delivery.RETRIES)
        return self._age(update), max(self._age(letter), tried)

    def _age(self, since: datetime | None) -> float:
        return 0.0 if since is None else max(0.0, (self._clock() - since).total_seconds())

    async def _backup(self) -> tuple[datetime | None, float | None]:
        """When the last backup was made, and how old it is. The first one has time from when
        somebody first kept something here, whatever was restarted since."""
        if self._newest is None:
            return None, None
        try:
            made = await self._newest.answer(ANSWERS_WITHIN)
        except OSError:  # a disk that is away, or hangs, holds no backup that could be restored
            return None, math.inf
        if made is not None:
            return made, self._age(made)
        try:
            first = await self._first.answer(ANSWERS_WITHIN)
        except (StorageUnavailable, TimeoutError):
            return None, None
        return None, self._age(first[0].created_at if first else None)


class Watch:
    """Follows each trouble, and tells what is worth telling."""

    def __init__(
        self,
        lookout: Lookout,
        limits: Limits,
        database: Database,
        operators: Operators,
        clock: Clock,
        patience: float,
    ) -> None:
        self._lookout = lookout
        # One that is refused again and again within this time stays wrong.
        self._limits = replace(limits, refusal=patience)
        self._database = database
        self._operators = operators
        self._clock = clock
        self._patience = patience
        self._courses: defaultdict[Trouble, Course] = defaultdict(Course)
        self._is_reminded = False  # of what an earlier process told

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            try:
                await self.look()
            except StorageUnavailable as error:
                log.warning("the watch cannot use the database: %s", error)
            except Exception:
                log.exception("the watch failed")
            await asyncio.sleep(min(LOOKS, self._patience / 4))

    async def look(self) -> None:
        """Look once, and tell what is to be told."""
        vitals = await self._lookout.look()
        is_database_well = condition(vitals, self._limits) is Condition.WELL
        noted = await self._database.read(alerts.standing) if is_database_well else []
        if is_database_well and not self._is_reminded:
            await self._remember(noted)
        for trouble, is_wrong in troubles(vitals, self._limits).items():
            await self._follow(trouble, is_wrong=is_wrong)
        for trouble, what in news_of(noted, self._clock()):
            if what is News.OVER:
                await self._lift(trouble)
            elif await self._tell(trouble, what):
                await self._mark(trouble)
                self._operators.forget(trouble)

    async def _remember(self, noted: list[Alert]) -> None:
        """Go on where an earlier process ended; what it had only noted is anybody's to tell."""
        for alert in noted:
            if alert.kind in HAPPENS_ONCE:
                continue
            if alert.told_at is None:
                await self._lift(alert.kind)
            else:
                self._courses[Trouble(alert.kind)] = Course(time.monotonic(), is_told=True)
                self._operators.know(Trouble(alert.kind))
        self._is_reminded = True

    async def _follow(self, trouble: Trouble, *, is_wrong: bool) -> None:
        at = time.monotonic()
        course = self._courses[trouble].seen(is_wrong=is_wrong, at=at)
        self._courses[trouble] = course
        what = course.news(at, self._patience)
        if is_wrong and course.is_told and not self._operators.all_know(trouble):
            what = News.WRONG  # somebody could not be reached yet
        if what is None:
            return
        bring = self._begin if what is News.WRONG else self._end
        if await bring(trouble):
            self._courses[trouble] = course.told(what)

    async def _begin(self, trouble: Trouble) -> bool:
        """Whether an operator knows now, from this process or from another."""
        if trouble is Trouble.DATABASE:
            await self._tell(trouble, News.WRONG)
            return self._operators.is_known(trouble)
        since = self._clock()
        if not await self._database.run(lambda unit: alerts.note(unit, trouble, since)):
            self._operators.know(trouble)
        elif await self._tell(trouble, News.WRONG):
            await self._mark(trouble)
        else:
            await self._lift(trouble)
        return self._operators.is_known(trouble)

    async def _end(self, trouble: Trouble) -> bool:
        """Whether that is known to be over, by those who are to know."""
        if trouble is Trouble.DATABASE:
            return await self._tell(trouble, News.OVER)
        # It stays noted only where all could be told.
        is_ours = await self._lift(trouble) or not self._operators.all_know(trouble)
        if is_ours and trouble in SAID_TO_BE_OVER:
            await self._tell(trouble, News.OVER)
        self._operators.forget(trouble)
        return True

    async def _lift(self, kind: str) -> bool:
        return await self._database.run(lambda unit: alerts.lift(unit, kind))

    async def _mark(self, trouble: Trouble) -> None:
        at = self._clock()
        await self._database.run(lambda unit: alerts.told(unit, trouble, at))

    async def _tell(self, trouble: Trouble, what: News) -> bool:
        if what is News.WRONG:
            log.error("%s: it stays wrong", trouble)
        else:
            log.info("%s: well again", trouble)
        return await self._operators.hear(trouble, what)


class Operators:
    """Those who run this Rapport, reached past the outbox, and who of them knows what is wrong."""

    def __init__(self, ids: frozenset[int], call: Call) -> None:
        self._ids = ids
        self._call = call
        self._know: defaultdict[Trouble, set[int]] = defaultdict(set)
        self._out_of_reach: set[int] = set()

    async def hear(self, trouble: Trouble, what: News) -> bool:
        """Whether all have it who are to hear it and can be reached; if not, say it again. Nobody
        hears a thing twice, nor that something is over of which they do not know."""
        know = self._know[trouble]
        to_hear = list(self._ids - know if what is News.WRONG else know)
        block = f"{what.name.lower()}_{trouble.replace('-', '_')}"
        have_heard = await asyncio.gather(*(self._tell(each, block) for each in to_hear))
        know ^= {each for each, has in zip(to_hear, have_heard, strict=True) if has}
        return all(have_heard)

    def know(self, trouble: Trouble) -> None:
        """Another process, or an earlier one, has told them all."""
        self._know[trouble] = set(self._ids)

    def forget(self, trouble: Trouble) -> None:
        """What they know of is past; the next time is another."""
        self._know.pop(trouble, None)

    def all_know(self, trouble: Trouble) -> bool:
        """Whether there is nobody left to tell."""
        return self._ids <= self._know[trouble]

    def is_known(self, trouble: Trouble) -> bool:
        """Whether anybody knows; where there is nobody to tell, the log does."""
        return bool(self._know[trouble]) or not self._ids

    async def _tell(self, operator: int, block: str) -> bool:
        body = message_body(operator, say("operator", block))
        for pause in TRIES:
            await asyncio.sleep(pause)
            try:
                await self._call("sendMessage", body)
            except TelegramError as error:
                if outcome(error) not in {Outcome.BLOCKED, Outcome.REFUSED}:
                    continue
                self._give_up(operator)
            return True
        log.warning("an operator could not be told; it is tried again")
        return False

    def _give_up(self, operator: int) -> None:
        if operator not in self._out_of_reach:
            self._out_of_reach.add(operator)
            log.error(
                "operator %d cannot be told anything: they must write to the bot first", operator
            )
