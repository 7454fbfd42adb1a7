"""The first days with Rapport, told to the real process over HTTP, by polling and by webhook."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from playground import Person, Playground
from tests.bot.processes import LISTENING, open_house, running

# Wherever it is day: what is promised for today is still due today when the digest comes.
CITIES = {"Berlin": ZoneInfo("Europe/Berlin"), "Honolulu": ZoneInfo("Pacific/Honolulu")}
DAYTIME = range(10, 23)


@pytest.mark.slow
@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_the_story_of_the_first_days(tmp_path: Path, *, webhook: bool) -> None:
    """Start, capture, undo, zone, guided log with a kill in its middle, digest, draft, sent it."""
    city, zone = next(place for place in CITIES.items() if clock(place[1]).hour in DAYTIME)
    async with Playground(webhook_retry=0.1) as town, await town.person() as alex:
        settings = open_house(town, f"sqlite:///{tmp_path / 'rapport.sqlite'}", webhook=webhook)
        async with running(tmp_path, settings) as bot:
            await bot.says(LISTENING)
            await alex.say("/start")
            await alex.expect("Met")

            await alex.say("Met Tom Weber at the airport today")
            await alex.expect("Tom Weber")
            await alex.expect("where are you?")
            await alex.say(city)
            await alex.expect(zone.key)
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

        async with running(tmp_path, settings) as bot:
            await bot.says(LISTENING)
            await choose_hour(alex, "23:59")
            await alex.expect_silence()
            await choose_hour(alex, f"{clock(zone):%H:%M}")
            digest = await alex.expect("Today", "Anna Kovač", "due today")
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


def clock(zone: ZoneInfo) -> datetime:
    """What the clocks there show."""
    return datetime.now(UTC).astimezone(zone)


async def choose_hour(alex: Person, hour: str) -> None:
    """The digest is to come at that hour."""
    await alex.say("/settings")
    await alex.expect("Your settings")
    await alex.tap("Hour")
    await alex.expect_edit("When shall the morning message come?")
    await alex.say(hour)
    await alex.expect(f"Morning message at {hour}")
