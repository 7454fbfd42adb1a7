"""Storage that fails under the real process: nothing is lost, and it goes on by itself."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.torture import storage_faults
from tests.torture.storage_faults import Toll
from tests.torture.verdicts import Scale

pytestmark = pytest.mark.slow
SCALE = Scale(quick=True)


async def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    verdict = await storage_faults.full_disk(tmp_path, SCALE)
    assert verdict.held, verdict


async def test_a_locked_database_loses_nothing(tmp_path: Path) -> None:
    verdict = await storage_faults.locked_database(tmp_path, SCALE)
    assert verdict.held, verdict


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


@pytest.mark.timeout(90)
async def test_a_unit_that_fails_or_is_killed_harms_no_other(tmp_path: Path) -> None:
    verdict = await storage_faults.broken_batches(tmp_path, SCALE)
    assert verdict.held, verdict


@pytest.mark.postgres
@pytest.mark.timeout(120)
async def test_a_server_that_dies_loses_nothing(tmp_path: Path) -> None:
    for verdict in await storage_faults.dying_server(tmp_path, SCALE):
        assert verdict.held, verdict
