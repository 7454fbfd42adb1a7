"""Kills in mid-send, a few of them: all comes, what may be a repeat says so, buttons do once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.replies import in_mid_send
from tests.torture.town import Tally

pytestmark = pytest.mark.slow

CHATS = 6
KILLS = 3


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_what_was_in_flight_at_a_kill_comes_and_says_so(
    tmp_path: Path, database_url: str, *, webhook: bool
) -> None:
    found = await in_mid_send(tmp_path, database_url, KILLS, webhook=webhook, chats=CHATS)
    tally = found.tally
    assert tally == Tally(texts=tally.texts, reminders=tally.reminders, marked=tally.marked)
    assert (tally.reminders, found.too_often, found.undone) == (CHATS, 0, 0)
    assert tally.marked > 0
    assert found.pairs > 0
