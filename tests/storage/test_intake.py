"""The intake: stored once, begun by count, done once, found again when its worker died."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest

from storage import intake, models
from storage.database import Database
from storage.errors import AlreadyDone
from storage.unit import Unit
from tests.builders import NOW, an_owner, an_update

T = TypeVar("T")
LEASE = NOW + timedelta(minutes=5)


def received(*update_ids: int, token: str = "mine") -> Callable[[Unit], set[int]]:
    updates = [an_update(update_id) for update_id in update_ids]
    return lambda unit: intake.store(unit, updates, token, LEASE)


def waiting(unit: Unit, minutes: int = 0, **values: str) -> list[int]:
    found = intake.waiting(unit, 1, NOW + timedelta(minutes=minutes), limit=10, **values)
    return [update.update_id for update in found]


async def test_an_update_seen_before_is_not_stored_again(database: Database) -> None:
    assert await database.run(received(1, 2)) == {1, 2}
    assert await database.run(received(2, 3, token="another's")) == {3}
    assert await database.run(received(1, 2, 3, token="a third's")) == set()
    assert await database.run(received()) == set()


async def test_what_was_stored_without_being_heard_of_is_still_to_be_answered(
    database: Database,
) -> None:
    await database.run(received(1, 2))
    assert await database.run(received(1, 2, 3)) == {1, 2, 3}
    await database.run(lambda unit: intake.done(unit, an_update()))
    assert await database.run(received(1, 2)) == {2}


async def test_two_bots_may_receive_the_same_number(database: Database) -> None:
    def work(unit: Unit) -> None:
        for bot in (1, 2):
            assert intake.store(unit, [an_update(7, bot_id=bot)], "mine", LEASE) == {7}

    await database.run(work)


async def test_a_hundred_updates_are_stored_at_once(database: Database) -> None:
    assert await database.run(received(*range(100))) == set(range(100))


async def test_each_beginning_is_counted(database: Database) -> None:
    await database.run(received(1))
    for attempt in (2, 3):
        begun = await database.run(lambda unit: intake.begin(unit, an_update(), "mine", LEASE))
        assert begun == attempt


async def test_an_update_is_done_once_and_its_text_is_kept_no_longer(database: Database) -> None:
    await database.run(received(1))
    await database.run(lambda unit: intake.done(unit, an_update()))
    with pytest.raises(AlreadyDone):
        await database.run(lambda unit: intake.done(unit, an_update()))
    assert await database.run(lambda unit: intake.begin(unit, an_update(), "x", LEASE)) is None
    assert await database.read(lambda unit: unit.execute(models.intake.select()).one().raw) is None


async def test_effects_of_work_that_was_done_before_are_not_stored(database: Database) -> None:
    def work(unit: Unit) -> None:
        an_owner(unit, 5)
        intake.done(unit, an_update())

    await database.run(received(1))
    await database.run(lambda unit: intake.done(unit, an_update()))
    with pytest.raises(AlreadyDone):
        await database.run(work)
    await database.run(lambda unit: an_owner(unit, 5))


async def test_an_update_set_aside_keeps_its_text_and_waits_no_more(database: Database) -> None:
    await database.run(received(1))
    assert await database.run(lambda unit: intake.dead(unit, an_update(), "KeyError"))
    assert not await database.run(lambda unit: intake.dead(unit, an_update(), "again"))
    with pytest.raises(AlreadyDone):
        await database.run(lambda unit: intake.done(unit, an_update()))
    row = await database.read(lambda unit: unit.execute(models.intake.select()).one())
    assert (row.raw, row.error) == (an_update().raw, "KeyError")
    assert await database.read(lambda unit: waiting(unit, 9)) == []


async def test_what_a_worker_holds_waits_until_its_lease_runs_out(database: Database) -> None:
    await database.run(received(2, 1))
    assert await database.read(lambda unit: waiting(unit, 4)) == []
    assert await database.read(lambda unit: waiting(unit, 6)) == [1, 2]


async def test_a_living_worker_keeps_its_lease(database: Database) -> None:
    await database.run(received(1))
    await database.run(received(2, token="another's"))
    later = NOW + timedelta(minutes=20)
    await database.run(lambda unit: intake.renew(unit, "mine", later))
    assert await database.read(lambda unit: waiting(unit, 6)) == [2]


async def test_a_lease_of_a_clock_since_set_back_holds_nothing(database: Database) -> None:
    await database.run(received(1))
    assert await database.read(lambda unit: waiting(unit, minutes=-30)) == []
    assert await database.read(lambda unit: waiting(unit, minutes=-24 * 60)) == [1]


async def test_the_only_process_need_not_wait_for_leases_of_its_past(database: Database) -> None:
    await database.run(received(1, token="before the restart"))
    await database.run(received(2, token="now"))
    assert await database.read(lambda unit: waiting(unit, all_but="now")) == [1]


async def test_an_earlier_update_of_the_chat_is_ahead(database: Database) -> None:
    def ahead(unit: Unit, update_id: int, chat_id: int) -> bool:
        return intake.ahead_of(unit, an_update(update_id, chat_id=chat_id))

    await database.run(received(1))
    chat = an_update().chat_id
    assert await database.read(lambda unit: ahead(unit, 2, chat))
    assert not await database.read(lambda unit: ahead(unit, 1, chat))
    assert not await database.read(lambda unit: ahead(unit, 2, chat + 1))
    await database.run(lambda unit: intake.done(unit, an_update()))
    assert not await database.read(lambda unit: ahead(unit, 2, chat))


async def test_only_what_is_finished_and_old_is_removed(database: Database) -> None:
    await database.run(received(1, 2, 3))
    await database.run(lambda unit: intake.done(unit, an_update(1)))
    await database.run(lambda unit: intake.dead(unit, an_update(2), "x"))
    assert await database.run(lambda unit: intake.purge(unit, NOW)) == 0
    assert await database.run(lambda unit: intake.purge(unit, LEASE)) == 1
    assert await database.run(received(1, 2, 3, token="another's")) == {1}
