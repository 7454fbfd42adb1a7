"""The scheduler: which job runs how often. What is due, the database knows; the jobs only ask.

APScheduler runs interval ticks and nothing else: its cron loses and repeats days when clocks
change, and a job it missed is a job it drops.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.delivery import Delivery
from bot.ending import let_end
from storage import intake, outbox
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.unit import Unit

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[object]]

# A finished update is known for two days: Telegram repeats none older than one.
KEPT_UPDATES = timedelta(days=2)
# A card can be replied to for a quarter; its text is not kept, only what it was about.
KEPT_LETTERS = timedelta(days=90)

HOUR = 3600.0


class Scheduler:
    """Ticks while the bot runs."""

    def __init__(self) -> None:
        self._ticks = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._under_way: set[asyncio.Task[None]] = set()

    def every(self, seconds: float, name: str, job: Job) -> None:
        """Run the job at this interval, one at a time; a failure is logged and the next tick
        tries again."""

        async def tick() -> None:
            try:
                await job()
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

        self._ticks.add_job(see_to_it, "interval", seconds=seconds, id=name)

    def start(self) -> None:
        """Begin ticking."""
        self._ticks.start()

    async def stop(self, seconds: float) -> None:
        """Tick no more; a job under way has this long to end."""
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
    """Remove updates and letters that nobody can ask about any more."""
    now = clock()

    def purge(unit: Unit) -> None:
        intake.purge(unit, now - KEPT_UPDATES)
        outbox.purge(unit, now - KEPT_LETTERS)

    await database.run(purge)
