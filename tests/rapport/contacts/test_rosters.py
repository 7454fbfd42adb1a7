"""Rosters are kept up to date by difference, whoever made the change."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from rapport.capture.roster import Roster
from rapport.contacts import rosters
from rapport.contacts.rosters import Rosters
from storage.database import Database
from storage.notebook import Notebook
from storage.owners import Owner
from storage.unit import Unit
from tests.builders import ANOTHER, OWNER, a_contact, an_owner


async def change(
    database: Database, kept: Rosters, work: Callable[[Notebook], Any], owner: int = OWNER
) -> Any:
    """Run a unit as a turn does: what it added is learned afterwards."""

    def unit_of_work(unit: Unit) -> tuple[Any, Notebook]:
        notebook = Notebook(unit, owner)
        return work(notebook), notebook

    result, notebook = await database.run(unit_of_work)
    kept.learn(owner, notebook.roster)
    return result


async def elsewhere(database: Database, work: Callable[[Notebook], Any]) -> Any:
    """Run a unit as another process does."""
    return await database.run(lambda unit: work(Notebook(unit, OWNER)))


async def roster_of(database: Database, kept: Rosters, owner_id: int = OWNER) -> Roster:
    """The owner's roster as a turn gets it."""
    owner = await database.read(lambda unit: Notebook(unit, owner_id).owner)
    found = kept.fresh(owner)
    if found is None:
        read = await database.read(lambda unit: kept.read(Notebook(unit, owner_id), owner))
        kept.keep(owner_id, read)
        found = read.roster
    return found


@pytest.fixture
async def kept(database: Database) -> Rosters:
    """No roster kept yet; two owners who know nobody."""
    await database.run(lambda unit: an_owner(unit))
    await database.run(lambda unit: an_owner(unit, ANOTHER))
    return Rosters()


async def test_a_contact_added_here_is_known_without_reading(
    database: Database, kept: Rosters
) -> None:
    ada = await change(database, kept, a_contact)
    await roster_of(database, kept)
    bob = await change(database, kept, lambda n: a_contact(n, "Bob Stone", company="Finch"))
    owner = await database.read(lambda unit: Notebook(unit, OWNER).owner)
    roster = kept.fresh(owner)
    assert roster is not None
    assert (roster.named("Ada"), roster.named("bob stone")) == ((ada,), (bob,))


async def test_a_contact_added_elsewhere_is_read(database: Database, kept: Rosters) -> None:
    await roster_of(database, kept)
    ada = await elsewhere(database, a_contact)
    assert (await roster_of(database, kept)).named("Ada") == (ada,)


async def test_one_added_here_does_not_hide_one_added_elsewhere(
    database: Database, kept: Rosters
) -> None:
    await roster_of(database, kept)
    ada = await elsewhere(database, a_contact)
    bob = await change(database, kept, lambda n: a_contact(n, "Bob Stone"))
    roster = await roster_of(database, kept)
    assert (roster.named("Ada"), roster.named("Bob")) == ((ada,), (bob,))


async def test_a_new_name_replaces_the_old(database: Database, kept: Rosters) -> None:
    ada = await change(database, kept, a_contact)
    await roster_of(database, kept)
    await change(database, kept, lambda n: n.contacts.change(ada, name="Augusta King"))
    roster = await roster_of(database, kept)
    assert (roster.named("Ada"), roster.named("Augusta")) == ((), (ada,))


async def test_a_nickname_is_heard_of(database: Database, kept: Rosters) -> None:
    ada = await change(database, kept, a_contact)
    await roster_of(database, kept)
    await change(database, kept, lambda n: n.names.add(ada, "Addie", "nickname"))
    assert (await roster_of(database, kept)).named("Addie") == (ada,)


async def test_somebody_forgotten_is_gone(database: Database, kept: Rosters) -> None:
    ada = await change(database, kept, a_contact)
    await roster_of(database, kept)
    await change(database, kept, lambda n: n.contacts.forget(ada))
    assert (await roster_of(database, kept)).named("Ada") == ()


async def test_owners_do_not_share_a_roster(database: Database, kept: Rosters) -> None:
    await change(database, kept, a_contact)
    await roster_of(database, kept)
    assert (await roster_of(database, kept, ANOTHER)).named("Ada") == ()


def owner_of(unit: Unit, owner_id: int) -> Owner:
    return Notebook(unit, owner_id).owner


async def test_the_longest_unused_roster_is_dropped_when_there_are_too_many_people(
    database: Database, kept: Rosters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rosters, "KEPT_PEOPLE", 2)
    for owner_id in (OWNER, ANOTHER):
        await change(database, kept, a_contact, owner_id)
        await change(database, kept, lambda n: a_contact(n, "Bob Stone"), owner_id)
        await roster_of(database, kept, owner_id)
    first, second = [
        await database.read(partial(owner_of, owner_id=owner_id)) for owner_id in (OWNER, ANOTHER)
    ]
    assert kept.fresh(first) is None
    assert kept.fresh(second) is not None


async def test_a_roster_told_to_be_forgotten_is_read_again(
    database: Database, kept: Rosters
) -> None:
    await change(database, kept, a_contact)
    await roster_of(database, kept)
    kept.forget(OWNER)
    owner = await database.read(lambda unit: Notebook(unit, OWNER).owner)
    assert kept.fresh(owner) is None
