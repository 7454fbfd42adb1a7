"""The scheduler: it ticks whatever the clock does, and ends without cutting anything off."""

from __future__ import annotations

import asyncio
from datetime import UTC, timedelta
from functools import partial

import pytest
from apscheduler.schedulers import base

from bot import scheduler as scheduler_module
from bot.scheduler import Scheduler, keep_house
from storage import dialogues, intake, owners
from storage.database import Database
from storage.dialogues import Dialogue
from storage.unit import Unit
from tests.builders import NOW, OWNER, an_owner, an_update, as_the_house
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


LEFT = [
    # how long ago somebody last wrote, how long ago their dialogue expired; is it kept; why
    (timedelta(hours=1), -timedelta(hours=23), True, "they may still answer"),
    (timedelta(hours=25), timedelta(hours=1), False, "they did not"),
    (timedelta(days=9), timedelta(days=8), False, "nobody was there to forget it"),
]


async def test_a_dialogue_that_was_left_is_forgotten_after_its_day(database: Database) -> None:
    def settle(unit: Unit) -> None:
        for number, (wrote, expired, *_) in enumerate(LEFT):
            update = an_update(number, chat_id=OWNER + number, received_at=NOW - wrote)
            intake.store(as_the_house(unit), [update], "a", NOW)
            intake.done(unit, update)
            an_owner(unit, OWNER + number)
            dialogue = Dialogue("add", "name", {"name": "Zeisig"}, NOW - expired)
            dialogues.put(unit, OWNER + number, dialogue)

    await database.run(settle)
    await keep_house(database, lambda: NOW)
    for number, (*_, is_kept, why) in enumerate(LEFT):
        found = await database.read(partial(owners.find_with_dialogue, owner_id=OWNER + number))
        assert (found[1] is not None) is is_kept, why


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
