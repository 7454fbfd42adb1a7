"""A little poison on the real process; the whole dose is `python -m tests.torture`."""

from __future__ import annotations

import pytest

from playground.people import Resident
from tests.torture import poison
from tests.torture.verdicts import Scale

pytestmark = pytest.mark.slow


async def test_poison_is_set_aside_and_its_neighbours_are_answered() -> None:
    verdicts = await poison.run(Scale(quick=True))
    assert [verdict for verdict in verdicts if not verdict.held] == []


def test_no_two_malformed_updates_are_alike() -> None:
    bodies = [str(poison.malformed(Resident(1, "Ada"), number)) for number in range(19)]
    assert len(set(bodies)) == len(bodies)
