"""The short form: a kill of each kind leaves the old schema or the new one."""

from __future__ import annotations

import pytest

from tests.torture.migrations import run
from tests.torture.verdicts import Scale


@pytest.mark.slow
@pytest.mark.postgres
async def test_a_killed_migration_leaves_the_old_or_the_new() -> None:
    verdicts = await run(Scale(quick=True))
    assert [verdict for verdict in verdicts if not verdict.held] == []
