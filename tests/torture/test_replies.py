"""Kills in mid-send, a few of them: all comes, what may be a repeat says so, buttons do once."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.torture.replies import Interruptions, in_mid_send
from tests.torture.town import Tally

CHATS = 6
KILLS = 3


def test_only_what_the_living_process_sends_is_counted() -> None:
    line = Interruptions(random.Random(1))
    for _ in range(2):
        line.begin_life()
        assert not _counted(line)  # a dead one had written it
        line.strike("getMe", None)
        assert _counted(line)


def _counted(line: Interruptions) -> int:
    for _ in range(30):
        line.strike("sendMessage", 1)
    return line.held + line.cut.total()


@pytest.mark.slow
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
