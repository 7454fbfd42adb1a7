"""The scheduler: which job runs how often. What is due, the database knows; the jobs only ask.

APScheduler runs interval ticks and nothing else: its cron loses and repeats days when clocks
change, and a job it missed is a job it drops. It goes by the wall clock: set back by a day, it
would not tick for a day. So its plan is looked at as time passes, whatever the clock says.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.clock import Clock, now
from bot.delivery import Delivery
from bot.ending import let_end
from storage import dialogues, intake, outbox
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.unit import Unit

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[object]]

# A finished update is known for two days: Telegram repeats none older than one.
KEPT_UPDATES = timedelta(days=2)
KEPT_SET_ASIDE = timedelta(days=30)  # for a look at them
# A card can be replied to for a quarter; its text is not kept, only what it was about.
KEPT_LETTERS = timedelta(days=90)

HOUR = 3600.0
WATCH = 1.0  # seconds between two looks at the plan


class _Every(BaseTrigger):  # type: ignore[misc]  # APScheduler is not typed
    """So long after the last time; what a clock set forward skipped is not counted through."""

    def __init__(self, interval: timedelta) -> None:
        self.interval = interval

    def get_next_fire_time(self, _: datetime | None, at: datetime) -> datetime:
        """When the job runs next."""
        return at + self.interval


class Scheduler:
    """Ticks while the bot runs."""

    def __init__(self) -> None:
        self._ticks = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._under_way: set[asyncio.Task[None]] = set()
        self._began = time.monotonic()
        self._done: dict[str, float] = {}  # when each job last succeeded
        self._watching: asyncio.Task[None] | None = None

    def every(self, seconds: float, name: str, job: Job) -> None:
        """Run the job at this interval, one at a time; a failure is logged and the next tick
        tries again."""

        async def tick() -> None:
            try:
                await job()
                self._done[name] = time.monotonic()
            except StorageUnavailable as error:
                log.warning("%s: the database is out of reach: %s", name, error)
            except Exception:
                log.exception("%s failed", name)

        async def see_to_it() -> None:
            task = asyncio.create_task(tick())
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            # APScheduler cancels what runs when it is shut down; the job itself goes on (`stop`).
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.shield(task)

        self._ticks.add_job(see_to_it, _Every(timedelta(seconds=seconds)), id=name)

    def since(self, names: Iterable[str]) -> float:
        """Seconds since all of the jobs had succeeded; one that has not yet counts from the
        beginning."""
        return time.monotonic() - min(self._done.get(name, self._began) for name in names)

    def start(self) -> None:
        """Begin ticking."""
        self._ticks.start()
        self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        """A tick further ahead than its interval was planned before the clock was set back."""
        while True:
            await asyncio.sleep(WATCH)
            for job in self._ticks.get_jobs():
                at = now()
                if job.next_run_time > at + job.trigger.interval:
                    log.warning("the clock was set back; %s is planned anew", job.id)
                    job.modify(next_run_time=at)

    async def stop(self, seconds: float) -> None:
        """Tick no more; a job under way has this long to end."""
        if self._watching is not None:
            self._watching.cancel()
        if self._ticks.running:
            self._ticks.shutdown(wait=False)
        await let_end(self._under_way, seconds)


def plan_jobs(
    scheduler: Scheduler,
    tick_seconds: float,
    delivery: Delivery,
    due: Mapping[str, Job],
    housekeeping: Job,
) -> None:
    """What runs when: what is due at every tick, sweeping oftener, housekeeping hourly."""
    scheduler.every(min(5.0, tick_seconds), "sweep", delivery.sweep)
    for name, job in due.items():
        scheduler.every(tick_seconds, name, job)
    scheduler.every(HOUR, "housekeeping", housekeeping)


async def keep_house(database: Database, clock: Clock) -> None:
    """Remove what nobody can ask about any more, dialogues that were left, and finished updates
    and letters, out of the files too."""
    at = clock()
    # Only a unit that acts for the owner sees their dialogue. Whoever has one wrote in the last
    # days: the update that began it is forgotten below, a day after the dialogue at the earliest.
    for owner_id in await database.read(intake.chats):
        await database.run(partial(dialogues.expire, owner_id=owner_id, now=at))

    def purge(unit: Unit) -> None:
        intake.purge(unit, at - KEPT_UPDATES)
        intake.purge_dead(unit, at - KEPT_SET_ASIDE)
        outbox.purge(unit, at - KEPT_LETTERS)

    await database.run(purge)
    await database.scrub()
