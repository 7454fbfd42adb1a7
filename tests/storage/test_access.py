"""Who is let in, listed and turned away, as far as the database decides it."""

from __future__ import annotations

import asyncio

from storage import invites, outbox, owners
from storage.database import Database
from storage.owners import Tally
from storage.reminders import due_at_the_clock
from storage.unit import Unit
from tests.builders import (
    A_DAY,
    ANOTHER,
    NOW,
    OWNER,
    a_contact,
    a_letter,
    a_reminder,
    an_interaction,
    an_owner,
    as_the_house,
    ids,
)
from tests.storage.rows import everything


async def test_of_many_who_come_with_one_code_at_once_one_is_let_in(database: Database) -> None:
    code = await database.run(lambda unit: invites.issue(unit, NOW))

    async def come(who: int) -> bool:
        return await database.run(lambda unit: invites.redeem(unit, code, who, NOW))

    assert sum(await asyncio.gather(*map(come, range(100, 120)))) == 1


async def test_nothing_is_due_for_the_blocked(database: Database) -> None:
    def due(unit: Unit) -> tuple[list[int], list[int]]:
        house = as_the_house(unit)
        reminders = [owner for owner, *_ in due_at_the_clock(house, NOW, limit=9)]
        return ids(owners.due_for_digest(house, NOW, limit=9)), reminders

    def work(unit: Unit) -> None:
        a_reminder(an_owner(unit, digest_due=NOW), due_at=NOW)

    await database.run(work)
    assert await database.run(due) == ([OWNER], [OWNER])
    await database.run(lambda unit: owners.block(unit, OWNER, NOW))
    assert await database.run(due) == ([], [])
    assert await database.run(lambda unit: owners.unblock(unit, OWNER))
    assert await database.run(due) == ([OWNER], [OWNER])


async def test_who_keeps_nothing_here_is_blocked_all_the_same(database: Database) -> None:
    assert not await database.run(lambda unit: owners.unblock(unit, OWNER))
    for _ in range(2):
        await database.run(lambda unit: owners.block(unit, OWNER, NOW))
    assert await database.read(lambda unit: owners.is_shut_out(unit, OWNER))
    assert await database.read(owners.shut_out) == [OWNER]
    assert not await database.read(lambda unit: owners.is_shut_out(unit, ANOTHER))
    assert await database.run(lambda unit: owners.unblock(unit, OWNER))
    assert not await database.read(lambda unit: owners.is_shut_out(unit, OWNER))


async def test_of_who_is_blocked_and_erases_all_only_that_is_kept(database: Database) -> None:
    def work(unit: Unit) -> None:
        a_contact(an_owner(unit))
        owners.block(unit, OWNER, NOW)
        owners.erase(unit, OWNER)

    await database.run(work)
    kept = {name: rows for name, rows in (await database.read(everything)).items() if rows}
    assert kept == {"blocked": [(OWNER, NOW)]}


async def test_of_who_is_not_blocked_and_erases_all_nothing_is_kept(database: Database) -> None:
    def work(unit: Unit) -> None:
        a_contact(an_owner(unit))
        owners.block(unit, OWNER, NOW)
        owners.unblock(unit, OWNER)
        owners.erase(unit, OWNER)

    await database.run(work)
    assert not any((await database.read(everything)).values())


async def test_the_roll_is_in_the_order_they_came(database: Database) -> None:
    def work(unit: Unit) -> None:
        for number in (3, 1, 2):
            an_owner(unit, number, created_at=NOW + number * A_DAY)
        owners.block(as_the_house(unit), 2, NOW)

    await database.run(work)
    assert ids(await database.read(owners.roll)) == [1, 2, 3]
    assert ids(await database.read(lambda unit: owners.roll(unit, first=1, limit=1))) == [2]
    assert await database.read(owners.count) == (3, 1)


async def test_an_owner_is_counted_without_what_others_keep(database: Database) -> None:
    def work(unit: Unit) -> None:
        for owner, people in ((OWNER, 3), (ANOTHER, 2)):
            notebook = an_owner(unit, owner)
            known = [a_contact(notebook) for _ in range(people)]
            an_interaction(notebook, *known)
        notebook.captures.add(1, NOW, known, [])

    await database.run(work)
    assert await database.read(lambda unit: owners.tally(unit, OWNER)) == Tally(3, 1, None)
    assert await database.read(lambda unit: owners.tally(unit, ANOTHER)) == Tally(2, 1, NOW)


async def test_letters_that_wait_are_counted_and_the_most_tried_is_known(
    database: Database,
) -> None:
    async def waiting() -> tuple[int, int]:
        return await database.read(lambda u: (outbox.count_waiting(u), outbox.most_attempts(u)))

    assert await waiting() == (0, 0)

    def work(unit: Unit) -> None:
        notebook = an_owner(unit)
        tried, _ = (a_letter(notebook, token="a", lease_until=NOW) for _ in range(2))
        for _ in range(3):
            outbox.claim(unit, tried, "a", NOW)
            outbox.later(unit, tried, "a", NOW, "TimedOut", may_repeat=True)

    await database.run(work)
    assert await waiting() == (2, 3)
