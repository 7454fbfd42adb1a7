"""The scheduler's end: nothing is cut off in its middle, nothing is waited for without end."""

from __future__ import annotations

import asyncio

from bot.scheduler import Scheduler


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
