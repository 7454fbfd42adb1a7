"""Somebody else's canaries, looked for on the real process; all of it is in the torture."""

from __future__ import annotations

import pytest

from tests.postgres import Server
from tests.torture.setting import Setting
from tests.torture.tenancy import NAME, Try, done_to, say, tap, tenancy
from tests.torture.verdicts import Scale

pytestmark = pytest.mark.slow

SQLITE, POSTGRES = (Setting(webhook=False, postgres=postgres) for postgres in (False, True))


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("setting", "blind"),
    [
        pytest.param(SQLITE, False, id="sqlite"),
        pytest.param(POSTGRES, False, id="postgres"),
        pytest.param(POSTGRES, True, id="postgres, its walls alone"),
    ],
)
async def test_nobody_sees_anothers_people(
    postgres: Server, setting: Setting, *, blind: bool
) -> None:
    verdict = await tenancy(postgres, setting, Scale(quick=True), blind=blind)
    assert verdict.held, verdict


@pytest.mark.postgres
async def test_with_neither_filter_nor_walls_they_would(postgres: Server) -> None:
    tries = [Try(say(f"/find {NAME}")), Try(say(f"forget {NAME}")), *[Try(tap("forget-yes:2"))] * 9]
    with POSTGRES.opened(postgres) as (home, address):
        out, changed = await done_to(home, address, tries, walls=False, blind=True)
    assert out
    assert changed
