"""Owners, their digest, their open dialogue, and the invites that let them in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import dialogues, intake, invites, models, owners
from storage.database import Database
from storage.dialogues import Dialogue
from storage.errors import NoSuchRecord
from storage.notebook import Notebook
from storage.owners import Owner
from storage.unit import Unit
from tests.builders import (
    A_DAY,
    ANOTHER,
    NOW,
    OWNER,
    TODAY,
    a_contact,
    an_owner,
    an_update,
    as_the_house,
    ids,
)


def ids_of(notebook: Notebook, count: int) -> set[int]:
    return {notebook.next_id() for _ in range(count)}


AN_HOUR = timedelta(hours=1)
AT_A_STEP = Dialogue("add", "role", {"name": "Ada"}, NOW + A_DAY)


async def test_a_stranger_is_nobody(database: Database) -> None:
    assert await database.read(lambda unit: owners.find(unit, OWNER)) is None
    assert await database.read(lambda unit: owners.find_with_dialogue(unit, OWNER)) == (None, None)
    with pytest.raises(NoSuchRecord):
        await database.run(lambda unit: a_contact(Notebook(unit, OWNER)))


async def test_a_change_is_kept(database: Database) -> None:
    def work(unit: Unit) -> Owner:
        notebook = an_owner(unit)
        owners.change(unit, OWNER, zone="Europe/Berlin", preferences={"tone": "warm"})
        return notebook.owner

    owner = await database.run(work)
    assert (owner.zone, owner.preferences) == ("Europe/Berlin", {"tone": "warm"})


async def test_ids_never_clash_between_units(database: Database) -> None:
    await database.run(an_owner)
    found: set[int] = set()
    for _ in range(3):
        found |= await database.run(lambda unit: {Notebook(unit, OWNER).next_id()})
    notebooks = await database.run(lambda unit: ids_of(Notebook(unit, OWNER), 20))
    assert len(found | notebooks) == 23


async def test_the_due_are_named_longest_waiting_first(database: Database) -> None:
    def work(unit: Unit) -> list[int]:
        an_owner(unit, 1, digest_due=NOW - AN_HOUR)
        an_owner(unit, 2, digest_due=NOW - 2 * AN_HOUR)
        an_owner(unit, 3, digest_due=NOW + AN_HOUR)
        an_owner(unit, 4)
        an_owner(unit, 5, digest_due=NOW - AN_HOUR, unreachable_since=NOW)
        return ids(owners.due_for_digest(as_the_house(unit), NOW, limit=9))

    assert await database.run(work) == [2, 1]


async def test_a_digest_is_claimed_once(database: Database) -> None:
    await database.run(lambda unit: an_owner(unit, digest_due=NOW))
    (due,) = await database.read(lambda unit: owners.due_for_digest(unit, NOW, limit=9))

    def claim(unit: Unit) -> bool:
        return owners.claim_digest(unit, due, TODAY, NOW + A_DAY)

    assert [await database.run(claim), await database.run(claim)] == [True, False]
    assert await database.read(lambda unit: owners.due_for_digest(unit, NOW, limit=9)) == []
    owner = await database.read(lambda unit: owners.find(unit, OWNER))
    assert owner is not None
    assert (owner.digest_day, owner.digest_due) == (TODAY, NOW + A_DAY)


async def test_a_chat_has_one_dialogue(database: Database) -> None:
    def work(unit: Unit) -> None:
        an_owner(unit, ANOTHER)
        an_owner(unit)
        dialogues.put(unit, OWNER, Dialogue("log", "who", {}, NOW))
        dialogues.put(unit, OWNER, AT_A_STEP)

    await database.run(work)
    find = owners.find_with_dialogue
    assert (await database.read(lambda unit: find(unit, OWNER)))[1] == AT_A_STEP
    assert (await database.read(lambda unit: find(unit, ANOTHER)))[1] is None
    await database.run(lambda unit: dialogues.close(unit, OWNER))
    owner, dialogue = await database.read(lambda unit: find(unit, OWNER))
    assert owner is not None
    assert dialogue is None


async def test_an_invite_lets_one_person_in(database: Database) -> None:
    code = await database.run(lambda unit: invites.issue(unit, NOW))

    def use(unit: Unit) -> list[bool]:
        tries = [("guessed", 1), (f" {code}\n", 2), (code, 3), (code, 2)]
        return [invites.redeem(unit, each, owner, NOW) for each, owner in tries]

    assert await database.run(use) == [False, True, False, False]


async def test_an_invite_expires(database: Database) -> None:
    code = await database.run(lambda unit: invites.issue(unit, NOW))
    late = NOW + invites.LIFETIME
    assert not await database.run(lambda unit: invites.redeem(unit, code, 1, late))
    assert await database.run(lambda unit: invites.redeem(unit, code, 1, late - AN_HOUR))


async def test_the_code_itself_is_not_kept(database: Database) -> None:
    code = await database.run(lambda unit: invites.issue(unit, NOW))
    row = await database.read(lambda unit: unit.execute(models.invites.select()).one())
    assert code not in str(row)


async def test_an_erased_owners_words_are_not_kept_in_the_intake(database: Database) -> None:
    def work(unit: Unit) -> list[str | None]:
        an_owner(unit)
        as_the_house(unit)
        mine, theirs = an_update(1), an_update(2, chat_id=ANOTHER)
        intake.store(unit, [mine, theirs], "a", NOW)
        for update in (mine, theirs):
            intake.dead(unit, update, "KeyError")
        owners.erase(unit, OWNER)
        kept = models.intake.select().order_by(models.intake.c.update_id)
        return [row.raw for row in as_the_house(unit).execute(kept)]

    assert await database.run(work) == [None, an_update(2).raw]


async def test_an_erased_owners_invite_goes_and_lets_nobody_else_in(database: Database) -> None:
    code = await database.run(lambda unit: invites.issue(unit, NOW))
    await database.run(lambda unit: invites.redeem(unit, code, OWNER, NOW))
    await database.run(an_owner)
    await database.run(lambda unit: owners.erase(unit, OWNER))
    assert not await database.run(lambda unit: invites.redeem(unit, code, ANOTHER, NOW))
    assert await database.read(lambda unit: unit.execute(models.invites.select()).all()) == []


async def test_what_an_erased_owner_said_is_purged_with_the_rest(database: Database) -> None:
    def erase(unit: Unit) -> int:
        as_the_house(an_owner(unit).unit)
        intake.store(unit, [an_update()], "a", NOW)
        intake.dead(unit, an_update(), "KeyError")
        owners.erase(unit, OWNER)
        return intake.purge(as_the_house(unit), NOW + A_DAY)

    assert await database.run(erase) == 1
