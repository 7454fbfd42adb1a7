"""The short form: a backup under load comes back whole, and killed ones leave nothing half."""

from __future__ import annotations

import pytest

from tests.torture.backups import run
from tests.torture.verdicts import Scale


@pytest.mark.slow
@pytest.mark.postgres
async def test_backups_under_load_and_under_kills() -> None:
    verdicts = await run(Scale(quick=True))
    assert [verdict for verdict in verdicts if not verdict.held] == []
