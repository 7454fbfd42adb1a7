"""The first days with Rapport, told to the real process over HTTP, by polling and by webhook."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground import Playground
from tests.bot.processes import LISTENING, open_house, running


@pytest.mark.slow
@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_the_story_of_the_first_days(tmp_path: Path, *, webhook: bool) -> None:
    """Start, capture, undo, zone, a restart, today, draft, sent it."""
    address = f"sqlite:///{tmp_path / 'rapport.sqlite'}"
    async with Playground(webhook_retry=0.1) as town, await town.person() as alex:
        settings = open_house(town, address, webhook=webhook)
        async with running(tmp_path, settings) as bot:
            await bot.says(LISTENING)
            await alex.say("/start")
            await alex.expect("Met")

            await alex.say("Met Tom Weber at the airport today")
            await alex.expect("Tom Weber")
            await alex.expect("where are you?")
            await alex.say("Berlin")
            await alex.expect("Europe/Berlin")
            await alex.tap("Undo")
            await alex.expect_edit()
            await alex.say("/find Tom")
            assert "Tom Weber" not in (await alex.expect()).buttons

            await alex.say(
                "Met Anna Kovač, CTO at Brightlane, at PyData Berlin last night. "
                "Talked vector DBs. Promised to send our benchmark today."
            )
            card = await alex.expect("Anna Kovač · CTO at Brightlane", "send our benchmark")
            assert card.buttons == ["Draft follow-up", "Fix", "Undo"]
            assert await bot.stopped() == 0

        # What was written while Rapport was away is answered first thing when it is back.
        await alex.say("Coffee with Anna today")
        async with running(tmp_path, settings) as bot:
            await bot.says(LISTENING)
            await alex.expect("Anna Kovač", "Coffee today")

            await alex.say("/today")
            await alex.expect("Anna")

            await alex.tap("Draft follow-up", card)
            draft = await alex.expect("Hi Anna")
            assert "Brightlane" not in draft.text or "vector DBs" in draft.text
            await alex.tap("Sent it", draft)
            await alex.expect("Anna")
            assert await bot.stopped() == 0
        assert "Traceback" not in bot.said
        assert "ERROR" not in bot.said
