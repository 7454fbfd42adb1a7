"""The first days with Rapport, told to the real process over HTTP, by polling and by webhook."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from playground import Playground
from tests.bot.processes import LISTENING, open_house, running


@pytest.mark.slow
@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_the_story_of_the_first_days(tmp_path: Path, *, webhook: bool) -> None:
    """Start, capture, undo, zone, guided log with a kill in its middle, digest, draft, sent it."""
    path = tmp_path / "rapport.sqlite"
    async with Playground(webhook_retry=0.1) as town, await town.person() as alex:
        settings = open_house(town, f"sqlite:///{path}", webhook=webhook)
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
            await alex.expect_edit("Taken back")
            await alex.say("/find Tom")
            assert "Tom Weber" not in (await alex.expect()).buttons

            await alex.say(
                "Met Anna Kovač, CTO at Brightlane, at PyData Berlin last night. "
                "Talked vector DBs. Promised to send our benchmark today."
            )
            card = await alex.expect("Anna Kovač · CTO at Brightlane", "send our benchmark")
            assert card.buttons == ["Draft follow-up", "Fix", "Undo"]

            await alex.say("/log Omar Haddad")
            await alex.expect("Omar Haddad")
            await alex.tap("Add them")
            await alex.expect("How were you in touch?")
            await alex.tap("Call")
            await alex.expect("When was it?")
            await bot.killed()

        # What was written while Rapport was away is answered first thing when it is back.
        await alex.say("yesterday")
        bot.log.write_text("")
        async with running(tmp_path, settings) as bot:
            await bot.says(LISTENING)
            await alex.expect("Omar Haddad", "What was it about?")
            await alex.say("vector DBs")
            await alex.expect("promised")
            await alex.tap("Skip")
            await alex.expect("come back to it?")
            await alex.tap("Skip")
            await alex.expect("Call yesterday", "Talked about vector DBs")
            assert await bot.stopped() == 0

        morning_has_come(path)
        async with running(tmp_path, settings) as bot:
            await bot.says(LISTENING)
            digest = await alex.expect("Anna Kovač")
            await alex.tap("Anna Kovač", digest)
            await alex.expect_edit("send our benchmark")
            await alex.tap("Draft")
            draft = await alex.expect("Hi Anna", "benchmark")
            await alex.tap("Sent it", draft)
            await alex.expect("Anna")
            await alex.expect_silence()
            assert await bot.stopped() == 0
        assert "Traceback" not in bot.said
        assert "ERROR" not in bot.said


def morning_has_come(path: Path) -> None:
    """The digest is due: the time stored is the truth."""
    due = (datetime.now(UTC) - timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE owners SET digest_due = ?", [due])
