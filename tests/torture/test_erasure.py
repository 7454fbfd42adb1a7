"""One person forgets somebody and erases everything; the torture has twenty on each engine."""

from __future__ import annotations

import pytest

from tests.torture import erasure
from tests.torture.verdicts import Scale


@pytest.mark.slow
async def test_what_was_asked_to_go_is_in_no_file() -> None:
    verdicts = await erasure.run(Scale(quick=True))
    assert [verdict for verdict in verdicts if not verdict.held] == []
    assert all(verdict.tries > 15 for verdict in verdicts)
