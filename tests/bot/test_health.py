"""/health answers whatever happens, says what is wrong, and nothing about people."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot import watch
from bot.backups import name_of
from bot.clock import now
from bot.health import Health, ask, report
from bot.vitals import Limits, Vitals
from bot.watch import Lookout
from playground import Person, Playground
from storage import schema
from storage.database import Database
from tests.bot.processes import ROOT, Process, free_port, open_house, running, until

WELL = Vitals(True, None, 4.26, 0, 0, datetime(2026, 3, 2, 9, 0, 1, 5, tzinfo=UTC), 60)


def test_what_a_monitor_is_told() -> None:
    assert report(WELL, Limits()) == {
        "status": "well",
        "wrong": [],
        "database": "well",
        "last_tick_seconds": 4.3,
        "intake_lag_seconds": 0,
        "outbox_age_seconds": 0,
        "last_backup": "2026-03-02T09:00:01+00:00",
        "schema": schema.HEAD,
    }


def test_the_example_in_the_manual_is_what_a_monitor_is_told() -> None:
    manual = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    _, _, after = manual.partition("/health\n")
    example, _ = json.JSONDecoder().raw_decode(after.strip())
    assert list(example) == list(report(WELL, Limits()))


def test_what_cannot_be_known_is_said_to_be_unknown() -> None:
    away = replace(WELL, database_answers=False, intake_lag=None, outbox_age=None, last_backup=None)
    told = report(away, Limits())
    assert (told["status"], told["wrong"]) == ("unwell", ["database"])
    assert told["database"] == "out of reach"
    assert told["intake_lag_seconds"] is told["last_backup"] is None


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    database = Database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
async def port(database: Database) -> AsyncIterator[int]:
    """Where the health of a Rapport on that database is told."""
    lookout = Lookout(database, 1, now, since_tick=lambda: 0.0, backups=None)
    health = Health(lookout, Limits())
    port = free_port()
    await health.start("127.0.0.1", port)
    yield port
    await health.stop()


async def test_it_answers_while_the_database_hangs_and_is_well_afterwards(
    port: int, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "ANSWERS_WITHIN", 0.2)
    monkeypatch.setattr(watch, "FRESH", 0.0)
    is_well, said = await ask("127.0.0.1", port)
    assert (is_well, json.loads(said)["status"]) == (True, "well")
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for _ in range(3):
        started = time.monotonic()
        is_well, said = await ask("127.0.0.1", port)
        assert (is_well, json.loads(said)["database"]) == (False, "out of reach")
        assert time.monotonic() - started < 1.0
    other.execute("ROLLBACK")
    other.close()
    async with asyncio.timeout(5):
        while not (await ask("127.0.0.1", port))[0]:  # noqa: ASYNC110 - SQLite looks by itself
            await asyncio.sleep(0.05)


async def test_it_answers_while_the_backup_directory_is_away(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    lookout = Lookout(database, 1, now, since_tick=lambda: 0.0, backups=tmp_path / "file")
    health = Health(lookout, Limits())
    await health.start("127.0.0.1", port := free_port())
    is_well, said = await ask("127.0.0.1", port)
    await health.stop()
    assert not is_well
    told = json.loads(said)
    assert (told["wrong"], told["database"], told["last_backup"]) == (["backup"], "well", None)


async def test_asking_often_is_no_work_for_the_database(port: int, database: Database) -> None:
    looks = 0
    run = database.run

    async def counted(work: object) -> object:
        nonlocal looks
        looks += 1
        return await run(work)  # type: ignore[arg-type]  # whatever unit it is

    database.run = counted  # type: ignore[method-assign,assignment]  # counts, and asks the same
    await asyncio.gather(*(ask("127.0.0.1", port) for _ in range(50)))
    assert looks <= 2


async def test_nothing_else_is_answered(port: int) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/health/", "/owners"):
            async with session.get(f"http://127.0.0.1:{port}{path}") as answer:
                assert answer.status == 404
        async with session.post(f"http://127.0.0.1:{port}/health") as answer:
            assert answer.status == 405


async def test_where_nobody_listens_that_is_said() -> None:
    is_well, said = await ask("0.0.0.0", free_port())
    assert not is_well
    assert "nobody answers" in said


@pytest.mark.slow
async def test_the_real_process_tells_a_monitor_and_the_command_line(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with Playground() as town:
        place = f"127.0.0.1:{free_port()}"
        settings = {**open_house(town, sqlite_url), "RAPPORT_HEALTH_LISTEN": place}
        async with running(tmp_path, settings, "health", log="before") as asking:
            assert await asking.ended() == 1
        async with running(tmp_path, settings) as bot:
            await bot.says("listening to Telegram")
            async with running(tmp_path, settings, "health", log="asked") as asking:
                assert await asking.ended() == 0
                assert json.loads(asking.said)["status"] == "well"
            other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            async with running(tmp_path, settings, "health", log="locked") as asking:
                assert await asking.ended() == 1
                assert json.loads(asking.said)["wrong"] == ["database"]
            other.close()


@asynccontextmanager
async def operated(
    home: Path, address: str, *, program: Sequence[str] = ("bot",), **more: object
) -> AsyncIterator[tuple[Playground, Person, Process]]:
    """A running Rapport whose operator, who has written to it, soon hears what is wrong."""
    async with Playground() as town, await town.person("Olga") as olga:
        operators = {"RAPPORT_OPERATORS": olga.id, "RAPPORT_ALERT_SECONDS": 2}
        settings = {**open_house(town, address), **operators, **more}
        async with running(home, settings, program=program) as bot:
            await bot.says("listening to Telegram")
            await olga.say("/start")
            await olga.expect("Hello")
            yield town, olga, bot


@pytest.mark.slow
async def test_the_operator_hears_of_a_locked_database_and_of_its_end(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with operated(tmp_path, sqlite_url) as (_, olga, bot):
        other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await olga.say("Met Anna Kovač at PyData")
        await olga.expect("cannot store anything", timeout=20)
        await olga.expect_silence(3)
        other.execute("ROLLBACK")
        other.close()
        heard = {(await olga.expect(timeout=40)).text[:12] for _ in range(3)}
        assert "Rapport’s da" in heard
        assert "Anna" not in bot.said


@pytest.mark.slow
async def test_the_operator_hears_that_backups_are_made_no_more(
    tmp_path: Path, sqlite_url: str
) -> None:
    shelf, clock = tmp_path / "shelf", tmp_path / "clock"
    (shelf / ".lock").mkdir(parents=True)  # where a file is to be: none can be made
    (shelf / name_of(now())).write_bytes(b"kept")
    clock.write_text("0")
    async with operated(
        tmp_path,
        sqlite_url,
        program=("tests.torture.at_another_time", str(clock)),
        RAPPORT_BACKUP_DIR=shelf,
    ) as (_, olga, bot):
        await olga.expect_silence(3)
        clock.write_text(str(37 * 3600))
        await olga.expect("no backup of the last day and a half", timeout=20)
        assert "the backup failed, and is tried again in an hour" in bot.said
        assert len(list(shelf.glob("*.sqlite"))) == 1


@pytest.mark.slow
async def test_one_message_tells_of_a_burst_of_updates_set_aside(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with operated(tmp_path, sqlite_url) as (town, olga, bot):
        updates = town.world.spoken_about(town.token).updates
        for _ in range(3):
            updates.push({"message": {"chat": "no chat"}}, olga.id)
        await until(lambda: bot.said.count("an update is set aside") == 3)
        await olga.expect("was put aside")
        await olga.expect_silence(4)
