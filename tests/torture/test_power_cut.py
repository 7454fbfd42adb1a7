"""Power cuts: nothing confirmed is lost at synchronous=FULL, and with less it would be."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.torture import power_cut
from tests.torture.losing_vfs import DELETE, SYNC, WRITE
from tests.torture.power_cut import File
from tests.torture.verdicts import Scale


@pytest.mark.slow
async def test_power_cuts_lose_nothing_confirmed_and_the_control_does(tmp_path: Path) -> None:
    verdict = await power_cut.trial(tmp_path, Scale(quick=True))
    assert verdict.held, verdict


def test_what_was_not_synced_is_gone() -> None:
    file = File(b"old")
    file.since.append((WRITE, "", 0, b"new"))
    assert file.found(None) == b"old"
    file.sync()
    assert file.found(None) == b"new"
    file.since.append((DELETE, "", False))
    assert file.found(None) == b"new"
    file.sync()
    assert file.found(None) is None


def test_what_was_not_synced_may_be_there_in_part() -> None:
    written = bytes(range(1, 5)) * 512
    file = File(b"", [(WRITE, "-wal", 0, written)])
    found = {file.found(random.Random(seed)) for seed in range(40)}
    assert {b"", written} <= found, "nothing, or everything"
    sectors = {content[at : at + 512] for content in found if content for at in range(0, 2048, 512)}
    assert sectors <= {written[:512], bytes(512), b""}
    assert len(found) > 4


def test_a_sync_counts_what_was_written_before_it() -> None:
    file = File(None, [(WRITE, "-wal", 4, b"ab")])
    file.sync()
    assert file.safe == b"\0\0\0\0ab"
    assert file.since == []
    assert SYNC not in {entry[0] for entry in file.since}
