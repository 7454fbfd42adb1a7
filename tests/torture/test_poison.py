"""A little poison on the real process; the whole dose is `python -m tests.torture`."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.people import Resident
from tests.torture import poison
from tests.torture.poison import A_LITTLE, WAYS


@pytest.mark.slow
async def test_poison_is_set_aside_and_its_neighbours_are_answered(
    tmp_path: Path, database_url: str
) -> None:
    webhook = not database_url.startswith("sqlite")
    verdicts = await poison.poison(tmp_path, database_url, A_LITTLE, "", webhook=webhook)
    assert [verdict for verdict in verdicts if not verdict.held] == []


def test_no_two_malformed_updates_are_alike() -> None:
    bodies = [str(poison.malformed(Resident(1, "Ada"), number)) for number in range(WAYS)]
    assert len(set(bodies)) == len(bodies)
