"""Kills and stops of the real process under load: nothing lost, nothing doubled, order kept."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, text
from sqlalchemy.engine import make_url

from playground import Fault, Kind, Playground
from storage.database import engine_for
from tests.bot.processes import LISTENING, Process, open_house, running, until

pytestmark = pytest.mark.slow

CHATS = 8
UPDATES = 320
KILLS = 4


class Town:
    """A town whose people all text at once, and what became of what they said."""

    def __init__(self, playground: Playground, address: str) -> None:
        self.playground = playground
        self.people = [playground.world.people.settle(f"P{n}") for n in range(CHATS)]
        self._engine = engine_for(make_url(address))
        self._bot = playground.world.spoken_about(playground.token)
        self._said: Counter[int] = Counter()

    def say(self, number: int) -> None:
        """The next thing somebody says; each names somebody new."""
        person = self.people[number % CHATS]
        said = self._said[person.id]
        self._said[person.id] += 1
        words = f"Met {_name(said)} at PyData. Promised to send the slides by Friday."
        self._bot.hear(person, {"text": words})

    async def talk(self, texts: int, seconds: float) -> None:
        """So many texts, spread over the time."""
        for number in range(texts):
            self.say(number)
            await asyncio.sleep(seconds / texts)

    async def calm(self, within: float) -> None:
        """Return when everything said is stored as done and every reply is sent."""
        await until(lambda: len(self._bot.updates) <= 1 and not self.waiting(), within=within)

    def waiting(self) -> int:
        """Updates and letters that are not settled."""
        return self._count(
            "SELECT (SELECT count(*) FROM intake WHERE state <> 'done')"
            " + (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending'))"
        )

    def done(self) -> int:
        """Updates that were answered."""
        return self._count("SELECT count(*) FROM intake WHERE state = 'done'")

    def told(self, person_id: int) -> list[str]:
        """The names in the cards somebody was sent, in the order of sending; repeats that say
        that they may be one are left out."""
        chat = self._bot.chat(person_id)
        cards = [m.body["text"] for m in chat.messages.values() if m.by_bot]
        names = [" ".join(card.split()[:2]) for card in cards if "slides" in card]
        once = dict.fromkeys(names)
        repeats = [card for card in cards if "may have had this message" in card]
        assert len(names) - len(once) <= len(repeats)
        return list(once)

    def said(self, person_id: int) -> list[str]:
        """The names somebody told the bot of, in order."""
        return [_name(number) for number in range(self._said[person_id])]

    def kept(self, person_id: int) -> tuple[list[str], int, int]:
        """The contacts' names, and how many interactions and promises there are, as stored."""
        names = f"SELECT name FROM contacts WHERE owner_id = {person_id} ORDER BY id"
        interactions, promises = (
            self._rows(f"SELECT count(*) FROM {table} WHERE owner_id = {person_id}")[0][0]
            for table in ("interactions", "promises")
        )
        return [row[0] for row in self._rows(names)], interactions, promises

    def _count(self, statement: str) -> int:
        return int(self._rows(statement)[0][0])

    def _rows(self, statement: str) -> Sequence[Row[Any]]:
        with self._engine.connect() as connection:
            return connection.execute(text(statement)).all()

    def close(self) -> None:
        """The database is looked at no more."""
        self._engine.dispose()

    def assert_all_is_kept_once(self) -> None:
        """Every update has its contact, interaction and promise, once and in order."""
        for person in self.people:
            said = self.said(person.id)
            assert self.kept(person.id) == (said, len(said), len(said))
            assert self.told(person.id) == said


def _name(number: int) -> str:
    """A name that resembles no other."""
    dice = random.Random(number)
    letters = [dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(8)]
    return f"{''.join(letters[:4]).title()} {''.join(letters[4:]).title()}"


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_kills_lose_nothing_double_nothing_and_keep_the_order(
    tmp_path: Path, database_url: str, *, webhook: bool
) -> None:
    async with Playground(webhook_retry=0.05) as playground:
        town = Town(playground, database_url)
        settings = open_house(playground, database_url, webhook=webhook)
        dice = random.Random(7)
        talking = asyncio.create_task(town.talk(UPDATES, seconds=KILLS * 1.3))
        for _ in range(KILLS):
            async with running(tmp_path, settings) as bot:
                await bot.says(LISTENING)
                bot.log.write_text("")
                await asyncio.sleep(dice.uniform(0.05, 0.5))
                await bot.killed()
        async with running(tmp_path, settings) as bot:
            await talking
            await bot.says(LISTENING)
            await town.calm(within=30)
            assert await bot.stopped() == 0
        town.assert_all_is_kept_once()
        town.close()


async def test_a_stop_under_load_is_prompt_and_loses_nothing(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with Playground() as playground:
        town = Town(playground, sqlite_url)
        settings = open_house(playground, sqlite_url)
        async with running(tmp_path, settings) as bot:
            await bot.says(LISTENING)
            for number in range(UPDATES):
                town.say(number)
            await asyncio.sleep(0.1)
            before = time.monotonic()
            assert await bot.stopped() == 0
            assert time.monotonic() - before < 10
        assert town.done() < UPDATES, "the stop came after the load"
        async with running(tmp_path, settings):
            await town.calm(within=30)
        town.assert_all_is_kept_once()
        marked = [m for p in town.people for m in texts(town, p.id) if "may have had" in m]
        assert not marked, "a graceful stop leaves no send in doubt"
        town.close()


def texts(town: Town, person_id: int) -> list[str]:
    """Everything the bot said to somebody."""
    chat = town.playground.world.spoken_about(town.playground.token).chat(person_id)
    return [message.body["text"] for message in chat.messages.values() if message.by_bot]


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
