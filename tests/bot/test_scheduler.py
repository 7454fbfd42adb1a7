"""The scheduler: it ticks whatever the clock does, and ends without cutting anything off."""

from __future__ import annotations

import asyncio
from datetime import UTC, timedelta

import pytest
from apscheduler.schedulers import base

from bot import scheduler as scheduler_module
from bot.scheduler import Scheduler, keep_house
from storage import intake
from storage.database import Database
from storage.unit import Unit
from tests.builders import NOW, an_update
from tests.torture.at_another_time import moved


async def test_a_job_under_way_ends_by_itself() -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def job() -> None:
        began.set()
        await asyncio.sleep(0.1)
        ended.set()

    scheduler = Scheduler()
    scheduler.every(0.01, "job", job)
    scheduler.start()
    await began.wait()
    await scheduler.stop(2)
    assert ended.is_set()


async def test_a_job_that_does_not_end_is_cancelled() -> None:
    began, cancelled = asyncio.Event(), asyncio.Event()

    async def job() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    scheduler = Scheduler()
    scheduler.every(0.01, "job", job)
    scheduler.start()
    await began.wait()
    await scheduler.stop(0.05)
    assert cancelled.is_set()


@pytest.mark.parametrize("wrong", [timedelta(days=-1), timedelta(days=1), timedelta(days=365)])
async def test_the_ticks_go_on_when_the_clock_is_set(
    monkeypatch: pytest.MonkeyPatch, wrong: timedelta
) -> None:
    offset = timedelta()
    clock = moved(lambda: offset)
    monkeypatch.setattr(scheduler_module, "WATCH", 0.02)
    monkeypatch.setattr(scheduler_module, "now", lambda: clock.now(UTC))
    monkeypatch.setattr(base, "datetime", clock)
    ticks = 0

    async def job() -> None:
        nonlocal ticks
        ticks += 1

    async def after_more(count: int) -> None:
        before = ticks
        async with asyncio.timeout(2):
            while ticks < before + count:  # noqa: ASYNC110 - the scheduler calls nobody but the job
                await asyncio.sleep(0.01)

    scheduler = Scheduler()
    scheduler.every(0.05, "job", job)
    scheduler.start()
    await after_more(1)
    offset = wrong
    await after_more(3)
    offset = timedelta()
    await after_more(3)
    await scheduler.stop(1)
    assert ticks < 60, "what was missed is not made up for"


async def test_a_clock_a_day_ahead_forgets_no_update_that_telegram_may_repeat(
    database: Database,
) -> None:
    update = an_update(received_at=NOW)

    def answered(unit: Unit) -> None:
        intake.store(unit, [update], "a", NOW)
        intake.done(unit, update)

    await database.run(answered)
    almost_a_day_later = NOW + timedelta(hours=23)
    await keep_house(database, lambda: almost_a_day_later + timedelta(days=1))
    assert await database.run(lambda unit: intake.store(unit, [update], "a", NOW)) == []
