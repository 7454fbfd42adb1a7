"""Storage that fails under the real process: nothing is lost, and it goes on by itself."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from playground import Playground
from storage.database import Database
from storage.unit import Unit
from tests.builders import a_contact, a_promise, an_interaction, an_owner
from tests.torture import storage_faults
from tests.torture.sayings import Crowd, Records
from tests.torture.storage_faults import House, Toll
from tests.torture.verdicts import Scale

slow = pytest.mark.slow
SCALE = Scale(quick=True)


@pytest.mark.parametrize(("arrived", "lost"), [((0, 1), 0), ((0, 0, 1), 0), ((1, 0), 1), ((1,), 1)])
async def test_cards_that_came_in_another_order_are_seen(
    tmp_path: Path, sqlite_url: str, arrived: tuple[int, ...], lost: int
) -> None:
    names = ["Ada Lovelace", "Alan Turing"]
    town, toll = Playground(), Toll()
    crowd = Crowd(town, chats=1)
    person_id = crowd.people[0].id

    def keep(unit: Unit) -> None:
        notebook = an_owner(unit, person_id)
        for name in names:
            contact = a_contact(notebook, name)
            an_interaction(notebook, contact)
            a_promise(notebook, contact)

    database = Database(sqlite_url)
    await database.run(keep)
    database.close()
    bot = town.world.spoken_about(town.token)
    heard = set()
    for place in arrived:
        mark = storage_faults.MARK if place in heard else ""
        heard.add(place)
        bot.send(bot.chat(person_id), {"text": f"{names[place]} · new: send the slides {mark}"})
    house = House(tmp_path, town, crowd, Records(sqlite_url), {}, operator=0)
    house._compare(names, person_id, toll)
    assert (toll.lost, toll.doubled) == (lost, 0)


@slow
async def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    verdict = await storage_faults.full_disk(tmp_path, SCALE)
    assert verdict.held, verdict


@slow
async def test_a_locked_database_loses_nothing(tmp_path: Path) -> None:
    verdict = await storage_faults.locked_database(tmp_path, SCALE)
    assert verdict.held, verdict


@slow
async def test_a_stop_does_not_wait_for_a_lock(tmp_path: Path) -> None:
    toll = Toll()
    address = storage_faults.new_file(tmp_path / "locked")
    lock = storage_faults.locked(tmp_path / "locked" / "rapport.sqlite")
    async with storage_faults.a_house(tmp_path, address) as house:
        async with house.open() as bot, lock(bot):
            await house.crowd.talk(40, seconds=0.5)
            before = time.monotonic()
            assert await bot.stopped() == 0
            assert time.monotonic() - before < 10
            assert house.unstored() == 0
        async with house.open() as bot:
            await house.settle(bot, toll)
    assert toll.verdict("a stop under a lock loses nothing", "").held


@slow
@pytest.mark.timeout(90)
async def test_a_unit_that_fails_or_is_killed_harms_no_other(tmp_path: Path) -> None:
    verdict = await storage_faults.broken_batches(tmp_path, SCALE)
    assert verdict.held, verdict


@slow
@pytest.mark.postgres
@pytest.mark.timeout(120)
async def test_a_server_that_dies_loses_nothing(tmp_path: Path) -> None:
    for verdict in await storage_faults.dying_server(tmp_path, SCALE):
        assert verdict.held, verdict
