"""Kills and stops of the real process under load: nothing lost, nothing doubled, order kept."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from playground import Fault, Kind, Playground
from tests.bot.processes import LISTENING, Process, open_house, running
from tests.torture.captures import LOAD, under_kills, under_stops
from tests.torture.town import Tally

pytestmark = pytest.mark.slow

CHATS = 8
KILLS = 4
STOPS = 1


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_kills_lose_nothing_double_nothing_and_keep_the_order(
    tmp_path: Path, database_url: str, *, webhook: bool
) -> None:
    tally = await under_kills(tmp_path, database_url, KILLS, webhook=webhook, chats=CHATS)
    assert tally == Tally(texts=tally.texts, marked=tally.marked)
    assert tally.texts > CHATS * KILLS


async def test_a_stop_under_load_is_prompt_and_loses_nothing(
    tmp_path: Path, sqlite_url: str
) -> None:
    tally = await under_stops(tmp_path, sqlite_url, STOPS, webhook=False, chats=CHATS)
    assert tally == Tally(texts=LOAD * STOPS)


async def test_a_second_poller_stops_and_the_first_goes_on(tmp_path: Path) -> None:
    async with Playground() as town, await town.person() as alex:
        first = open_house(town, f"sqlite:///{tmp_path / 'first.sqlite'}")
        second = open_house(town, f"sqlite:///{tmp_path / 'second.sqlite'}")
        async with running(tmp_path, first, log="1") as one:
            await one.says(LISTENING)
            await asyncio.sleep(5.5)  # it has polled for a while
            async with running(tmp_path, second, log="2") as two:
                assert await two.ended() == 2
                assert last_line(two).startswith("rapport: TELEGRAM_BOT_TOKEN is in use")
                assert "Traceback" not in two.said
            await alex.say("/start")
            await alex.expect("Met")


async def test_a_second_process_on_the_same_file_stops(tmp_path: Path) -> None:
    async with Playground() as town:
        settings = open_house(town, f"sqlite:///{tmp_path / 'rapport.sqlite'}")
        async with running(tmp_path, settings, log="1") as one:
            await one.says(LISTENING)
            async with running(tmp_path, settings, log="2") as two:
                assert await two.ended() == 2
                line = two.said.strip()
                assert line.startswith("rapport: RAPPORT_DATABASE_URL is in use")
                assert "\n" not in line
            assert one.process.returncode is None


async def test_telegram_away_at_the_start_is_waited_for(tmp_path: Path) -> None:
    town = Playground()
    await town.start()
    url, port = town.url, int(town.url.rpartition(":")[2])
    await town.stop()
    settings = open_house(town, f"sqlite:///{tmp_path / 'rapport.sqlite'}")
    async with running(tmp_path, settings | {"TELEGRAM_API_URL": url}) as bot:
        await bot.says("Telegram cannot be reached")
        await bot.says("trying again in 2 s")
        assert "Traceback" not in bot.said
        async with Playground(port):
            await bot.says(LISTENING)


async def test_a_stop_while_telegram_is_away_is_prompt(tmp_path: Path) -> None:
    settings: dict[str, object] = {
        "TELEGRAM_BOT_TOKEN": "123456789:" + "A" * 35,
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
        "RAPPORT_DATABASE_URL": f"sqlite:///{tmp_path / 'rapport.sqlite'}",
    }
    async with running(tmp_path, settings) as bot:
        await bot.says("Telegram cannot be reached")
        before = time.monotonic()
        assert await bot.stopped() == 0
        assert time.monotonic() - before < 2


async def test_a_revoked_token_ends_it_with_a_line(tmp_path: Path) -> None:
    async with Playground() as town:
        settings = open_house(town, f"sqlite:///{tmp_path / 'rapport.sqlite'}")
        async with running(tmp_path, settings) as bot:
            await bot.says(LISTENING)
            town.world.faults.add(revoked())
            await wake(town)
            assert await bot.ended() == 2
            assert last_line(bot).startswith("rapport: TELEGRAM_BOT_TOKEN is refused")
        async with running(tmp_path, settings, log="again") as bot:
            assert await bot.ended() == 2
            assert bot.said.strip().startswith("rapport: TELEGRAM_BOT_TOKEN is refused")
            assert town.token not in bot.said


def last_line(bot: Process) -> str:
    """The last line a process wrote."""
    return bot.said.strip().splitlines()[-1]


def revoked() -> Fault:
    """Telegram takes the token no more."""
    return Fault(Kind.STATUS, status=401, count=None)


async def wake(town: Playground) -> None:
    """Something happens, so that a long poll ends."""
    async with await town.person() as alex:
        await alex.say("hello")
