"""The intake: stored once, begun by count, done once, found again when its worker died."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
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


def received(
    *update_ids: int, token: str = "mine", is_alone: bool = False
) -> Callable[[Unit], set[int]]:
    updates = [an_update(update_id) for update_id in update_ids]

    def store(unit: Unit) -> set[int]:
        mine = intake.store(unit, updates, token, LEASE, is_alone=is_alone)
        return {update.update_id for update in mine}

    return store


def taken_over(
    minutes: int = 0,
    token: str = "heir",
    after: int = -1,
    limit: int = 10,
    *,
    everything: bool = False,
) -> Callable[[Unit], list[int]]:
    now = NOW + timedelta(minutes=minutes)
    until = now + timedelta(minutes=5)

    def take_over(unit: Unit) -> list[int]:
        found = intake.take_over(
            unit, 1, now, token, until, after=after, limit=limit, everything=everything
        )
        return [update.update_id for update in found]

    return take_over


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


async def test_what_a_dead_worker_stored_late_is_the_only_ones_to_answer(
    database: Database,
) -> None:
    await database.run(received(1, 2, token="before the restart"))
    assert await database.run(received(1, 3)) == {3}
    assert await database.run(received(1, 2, 3, is_alone=True)) == {1, 2, 3}
    await database.run(lambda unit: intake.done(unit, an_update()))
    assert await database.run(received(1, 2, is_alone=True)) == {2}


async def test_two_bots_may_receive_the_same_number(database: Database) -> None:
    def work(unit: Unit) -> None:
        for bot in (1, 2):
            updates = [an_update(7, bot_id=bot)]
            assert intake.store(unit, updates, "mine", LEASE) == updates

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
    assert await database.run(taken_over(9)) == []


async def test_what_a_worker_holds_is_taken_over_when_its_lease_has_run_out(
    database: Database,
) -> None:
    await database.run(received(2, 1))
    assert await database.run(taken_over(4)) == []
    assert await database.run(taken_over(6)) == [1, 2]


async def test_what_is_taken_over_is_one_workers_own(database: Database) -> None:
    await database.run(received(1, 2, 3))
    assert await database.run(taken_over(6, token="one", limit=2)) == [1, 2]
    assert await database.run(taken_over(6, token="other", limit=2)) == [3]
    assert await database.run(taken_over(6, token="one", limit=2)) == []


async def test_what_is_taken_over_has_its_attempts_still(database: Database) -> None:
    await database.run(received(1))
    await database.run(lambda unit: intake.begin(unit, an_update(), "mine", LEASE))
    late = LEASE + timedelta(seconds=1)
    found = await database.run(lambda unit: intake.take_over(unit, 1, late, "heir", late, limit=9))
    assert found == [replace(an_update(), attempts=2)]


async def test_a_living_worker_keeps_what_it_has_in_hand(database: Database) -> None:
    await database.run(received(1, 2))
    await database.run(received(3, token="another's"))
    later = NOW + timedelta(minutes=20)
    await database.run(lambda unit: intake.renew(unit, 1, [1, 3], "mine", later))
    assert await database.run(taken_over(6)) == [2, 3]


async def test_a_lease_of_a_clock_since_set_back_holds_nothing(database: Database) -> None:
    await database.run(received(1))
    assert await database.run(taken_over(minutes=-30)) == []
    assert await database.run(taken_over(minutes=-24 * 60)) == [1]


async def test_the_only_process_need_not_wait_for_leases_of_its_past(database: Database) -> None:
    await database.run(received(1, 2, 3, token="before the restart"))
    await database.run(lambda unit: intake.done(unit, an_update(2)))
    for _ in range(2):  # it may not have heard of the first time
        assert await database.run(taken_over(everything=True)) == [1, 3]
    assert await database.run(taken_over(after=1, everything=True)) == [3]


async def test_an_earlier_update_of_the_chat_is_ahead(database: Database) -> None:
    def ahead(unit: Unit, update_id: int, chat_id: int) -> bool:
        return intake.ahead_of(unit, an_update(update_id, chat_id=chat_id), attempts=3)

    await database.run(received(1))
    chat = an_update().chat_id
    assert await database.read(lambda unit: ahead(unit, 2, chat))
    assert not await database.read(lambda unit: ahead(unit, 1, chat))
    assert not await database.read(lambda unit: ahead(unit, 2, chat + 1))
    await database.run(lambda unit: intake.done(unit, an_update()))
    assert not await database.read(lambda unit: ahead(unit, 2, chat))


async def test_nobody_waits_for_an_update_that_was_passed_over(database: Database) -> None:
    def ahead(unit: Unit) -> bool:
        return intake.ahead_of(unit, an_update(2), attempts=3)

    await database.run(received(1, 2))
    await database.run(lambda unit: intake.pass_over(unit, an_update(1), 3))
    assert await database.read(ahead)
    await database.run(lambda unit: intake.pass_over(unit, an_update(1), 4))
    assert not await database.read(ahead)
    assert await database.run(taken_over(6)) == [1, 2]


async def test_only_what_is_finished_and_old_is_removed(database: Database) -> None:
    await database.run(received(1, 2, 3))
    await database.run(lambda unit: intake.done(unit, an_update(1)))
    await database.run(lambda unit: intake.dead(unit, an_update(2), "x"))
    assert await database.run(lambda unit: intake.purge(unit, NOW)) == 0
    assert await database.run(lambda unit: intake.purge(unit, LEASE)) == 1
    assert await database.run(received(1, 2, 3, token="another's")) == {1}


@pytest.mark.parametrize(
    ("raw", "filed"),
    [
        ('{"update_id": 1, "message": {"from": {"id": 5}, "chat": {"id": -7}}}', 5),
        ('{"update_id": 1, "callback_query": {"from": {"id": 5}}}', 5),
        ('{"update_id": 1, "poll_answer": {"user": {"id": 5}}}', 5),
        ('{"update_id": 1, "message": {"from": {"id": "x"}}}', 0),
        ('{"update_id": 1, "message": {"from": {"id": 1e30}}}', 0),
        (f'{{"update_id": 1, "message": {{"from": {{"id": {10**30}}}}}}}', 0),
        ('{"update_id": 1, "message": "x"}', 0),
        ("[]", 0),
        ("no JSON", 0),
    ],
)
async def test_an_update_set_aside_lies_with_whoever_sent_it(
    database: Database, raw: str, filed: int
) -> None:
    update = replace(an_update(chat_id=0), raw=raw)
    await database.run(lambda unit: intake.store(unit, [update], "mine", LEASE, is_alone=False))
    assert await database.run(lambda unit: intake.dead(unit, update, "KeyError"))
    row = await database.read(lambda unit: unit.execute(models.intake.select()).one())
    assert (row.chat_id, row.raw) == (filed, raw)


async def test_what_was_set_aside_is_not_kept_for_ever(database: Database) -> None:
    await database.run(received(1))
    await database.run(lambda unit: intake.dead(unit, an_update(), "KeyError"))
    assert await database.run(lambda unit: intake.purge_dead(unit, NOW)) == 0
    assert await database.run(lambda unit: intake.purge_dead(unit, LEASE)) == 1
    assert await database.read(lambda unit: unit.execute(models.intake.select()).all()) == []
