"""The whole bot in one process, while something around it breaks."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot import app, patience, polling
from bot.app import Rapport
from bot.lock import AlreadyRunningError
from bot.settings import SettingsError, load_settings
from playground import Fault, Kind, Playground
from storage import sqlite as storage_sqlite
from storage.database import Database
from tests.bot.processes import free_port, until


@asynccontextmanager
async def bot(
    town: Playground, address: str, *, presence: Any = None, **settings: Any
) -> AsyncIterator[asyncio.Task[None]]:
    """A Rapport at work."""
    known = load_settings(_env_file=None, token=town.token, api_url=town.url, open=True, **settings)
    database = Database(address)
    stop = asyncio.Event()
    rapport = Rapport(known, town.token, town.url, database, presence)
    running = asyncio.create_task(rapport.run(stop))
    try:
        yield running
    finally:
        stop.set()
        await asyncio.gather(running, return_exceptions=True)
        database.close()


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits are short."""
    monkeypatch.setattr(storage_sqlite, "BUSY_SECONDS", 0.02)
    monkeypatch.setattr(polling, "BACK_OFF", (0.05,))
    monkeypatch.setattr(app, "BACK_OFF", (0.05,))
    monkeypatch.setattr(patience, "PAUSES", (0.05,) * 4)


@pytest.fixture
def locked(sqlite_url: str) -> sqlite3.Connection:
    """Somebody else's connection to the database, for locking it."""
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    return sqlite3.connect(path, isolation_level=None)


@pytest.mark.usefixtures("hurry")
async def test_a_database_locked_for_a_while_loses_nothing(
    town: Playground, sqlite_url: str, locked: sqlite3.Connection
) -> None:
    waiting = town.world.spoken_about(town.token).updates
    async with bot(town, sqlite_url, poll_seconds=1), await town.person() as alex:
        await alex.say("/start")
        await alex.expect("Met")
        await until(lambda: len(waiting) == 0)
        locked.execute("BEGIN IMMEDIATE")
        await alex.say("Met Anna Kovač at PyData today")
        await asyncio.sleep(0.6)
        assert len(waiting) == 1, "nothing is confirmed that is not stored"
        locked.execute("ROLLBACK")
        await alex.expect("Anna Kovač")
    rows = locked.execute("SELECT state, attempts FROM intake").fetchall()
    locked.close()
    assert rows == [("done", 1)] * 2


@pytest.mark.usefixtures("hurry")
async def test_a_database_locked_at_the_start_is_waited_for(
    town: Playground, sqlite_url: str, locked: sqlite3.Connection
) -> None:
    locked.execute("BEGIN IMMEDIATE")
    async with bot(town, sqlite_url) as running, await town.person() as alex:
        await alex.say("/start")
        await asyncio.sleep(0.4)
        assert not running.done()
        locked.execute("ROLLBACK")
        await alex.expect("Met")
    locked.close()


async def test_a_token_revoked_under_a_webhook_ends_it(town: Playground, sqlite_url: str) -> None:
    place = f"127.0.0.1:{free_port()}"
    listens = {"webhook_listen": place, "webhook_url": f"http://{place}/hook"}
    async with bot(town, sqlite_url, **listens) as running, await town.person() as alex:
        await alex.say("/start")
        await alex.expect("Met")
        town.world.faults.add(Fault(Kind.STATUS, "sendMessage", status=401))
        await alex.say("/help")
        with pytest.raises(SettingsError, match="TELEGRAM_BOT_TOKEN is refused"):
            await asyncio.wait_for(running, 5)


class Evicted:
    """A place that another process takes."""

    is_first = is_alone = True

    def renew(self) -> None:
        raise AlreadyRunningError


async def test_a_place_lost_to_another_process_ends_it(
    town: Playground, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "RENEWAL", 0.1)
    async with bot(town, sqlite_url, presence=Evicted()) as running:
        with pytest.raises(SettingsError, match="RAPPORT_DATABASE_URL is in use"):
            await asyncio.wait_for(running, 5)


async def test_a_command_menu_is_kept_up_to_date(town: Playground, sqlite_url: str) -> None:
    known = town.world.spoken_about(town.token)
    async with bot(town, sqlite_url):
        await until(lambda: bool(known.shown_commands("")))
    commands = [entry["command"] for entry in known.shown_commands("")]
    assert "help" in commands
    assert len(commands) <= 10
