"""The operators hear once what stays wrong, straight from Telegram, whatever the database does."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from telegram.error import BadRequest, Forbidden, TelegramError, TimedOut

from bot import watch as watch_module
from bot.backups import name_of
from bot.clock import now
from bot.vitals import Limits
from bot.watch import Lookout, Operators, Watch
from playground import Fault, Kind
from storage import alerts, intake, outbox, owners
from storage.database import Database
from storage.notebook import Notebook
from storage.unit import Unit
from tests.bot.conftest import Office
from tests.bot.processes import free_port
from tests.builders import OWNER, a_letter, an_owner, an_update

OPERATOR, SECOND = 11, 12
BOT = 1


@dataclass
class Telegram:
    """Takes messages, or fails as it is told to."""

    heard: list[tuple[int, str]] = field(default_factory=list)
    fails: dict[int, TelegramError] = field(default_factory=dict)
    tries: int = 0

    async def call(self, method: str, body: Mapping[str, Any]) -> None:
        assert method == "sendMessage"
        self.tries += 1
        if error := self.fails.get(body["chat_id"]):
            raise error
        self.heard.append((body["chat_id"], body["text"]))

    @property
    def said(self) -> list[str]:
        """The first words of each message, to whomever."""
        return [text.removeprefix("<b>")[:24] for _, text in self.heard]


@dataclass
class Station:
    """A watch and what it watches; `since_tick` is what the scheduler says."""

    database: Database
    telegram: Telegram
    backups: Path | None = None
    since_tick: float = 0.0
    operators: frozenset[int] = frozenset({OPERATOR})

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Another process takes over."""
        lookout = Lookout(
            self.database, BOT, now, since_tick=lambda: self.since_tick, backups=self.backups
        )
        operators = Operators(self.operators, self.telegram.call)
        self.watch = Watch(lookout, Limits(), self.database, operators, now, 0.0)

    async def look(self, times: int = 2) -> list[str]:
        """What the operators heard so far, after so many looks more."""
        for _ in range(times):
            await self.watch.look()
        return self.telegram.said


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """No look is kept, and no try waits."""
    monkeypatch.setattr(watch_module, "FRESH", 0.0)
    monkeypatch.setattr(watch_module, "TRIES", (0.0, 0.0))


@pytest.fixture
def station(database: Database) -> Station:
    return Station(database, Telegram())


@pytest.fixture
def on_sqlite(sqlite_url: str) -> Iterator[Station]:
    database = Database(sqlite_url)
    yield Station(database, Telegram())
    database.close()


def an_old_update(unit: Unit) -> None:
    old = an_update(received_at=now() - timedelta(minutes=6), bot_id=BOT)
    intake.store(unit, [old], "somebody", now())


def an_old_letter(unit: Unit) -> None:
    is_new = owners.find(unit, OWNER) is None
    a_letter(an_owner(unit) if is_new else Notebook(unit, OWNER), now=now() - timedelta(minutes=16))


def it_goes_out(unit: Unit) -> None:
    Notebook(unit, OWNER)
    outbox.hold_of(unit, OWNER, now())


def a_letter_tried_for_long(unit: Unit) -> None:
    letter = a_letter(an_owner(unit), token="a", lease_until=now())
    for _ in range(9):
        outbox.claim(unit, letter, "a", now())
        outbox.later(unit, letter, "a", now() + timedelta(minutes=5), "", may_repeat=False)


async def test_while_all_is_well_nobody_hears_anything(station: Station) -> None:
    assert await station.look(3) == []


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (an_old_update, "Messages wait too long"),
        (an_old_letter, "Answers do not get out"),
        # Each try moves the time it is due, so that no letter looks old.
        (a_letter_tried_for_long, "Answers do not get out"),
    ],
)
async def test_what_stays_wrong_is_told_once_also_after_a_restart(
    station: Station, cause: Callable[[Unit], None], words: str
) -> None:
    await station.database.run(cause)
    (said,) = await station.look(3)
    assert words.startswith(said[:20])
    station.restart()
    assert len(await station.look(3)) == 1


async def test_a_letter_that_waits_for_the_morning_is_not_stuck(station: Station) -> None:
    """Tried in vain all evening, it is not tried at night."""
    await station.database.run(a_letter_tried_for_long)
    assert len(await station.look()) == 1

    def night_begins(unit: Unit) -> None:
        unit.act_for(OWNER)
        (letter, _) = outbox.first_of(unit, OWNER) or pytest.fail("it is gone")
        assert outbox.rest(unit, letter, "a", now() + timedelta(hours=9))

    await station.database.run(night_begins)
    assert await station.database.read(outbox.most_attempts) == 0
    assert (await station.look(3))[1:] == ["No answer is stuck any m"]


async def test_letters_that_get_out_again_are_told_of_and_tidied_up(station: Station) -> None:
    await station.database.run(an_old_letter)
    assert len(await station.look()) == 1
    await station.database.run(it_goes_out)
    station.restart()
    assert (await station.look(3))[1:] == ["No answer is stuck any m"]
    assert await station.database.read(alerts.standing) == []


async def test_a_late_tick_is_told(station: Station) -> None:
    station.since_tick = 301
    assert await station.look(3) == ["Reminders and digests ar"]


async def test_an_old_backup_is_told_and_a_new_one_ends_it(
    station: Station, tmp_path: Path
) -> None:
    station.backups = tmp_path
    (tmp_path / name_of(now() - timedelta(hours=35))).touch()
    station.restart()
    assert await station.look() == []
    (tmp_path / name_of(now() - timedelta(hours=35))).unlink()
    (tmp_path / name_of(now() - timedelta(hours=37))).touch()
    assert await station.look(3) == ["I can find no backup of "]
    (tmp_path / name_of(now())).touch()
    assert len(await station.look(3)) == 1
    assert await station.database.read(alerts.standing) == []


def since(hours: int) -> Callable[[Unit], None]:
    """Somebody has kept notes here for so long."""

    def came(unit: Unit) -> None:
        at = now() - timedelta(hours=hours)
        owners.add(unit, OWNER, name="Alex", language="en", digest_at="08:30", now=at)

    return came


NEVER_ANY = [
    # since when somebody keeps notes here, is it told that there is no backup at all
    (None, False),
    (35, False),
    (37, True),
]


@pytest.mark.parametrize(("hours", "told"), NEVER_ANY)
async def test_the_first_backup_has_time_from_the_first_note_on_however_often_it_starts(
    station: Station, tmp_path: Path, hours: int | None, *, told: bool
) -> None:
    if hours is not None:
        await station.database.run(since(hours))
    station.backups = tmp_path / "none"
    station.restart()
    assert bool(await station.look()) is told


@pytest.mark.parametrize("hangs", [True, False])
async def test_a_backup_directory_that_does_not_answer_is_told_and_hides_nothing(
    station: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, hangs: bool
) -> None:
    asked: list[Path] = []
    is_over = threading.Event()

    def last_backup(directory: Path, _: datetime) -> None:
        asked.append(directory)
        if hangs:
            is_over.wait()
        raise OSError(errno.ENOTCONN, "Transport endpoint is not connected", str(directory))

    monkeypatch.setattr(watch_module, "ANSWERS_WITHIN", 0.3)
    monkeypatch.setattr(watch_module, "last_backup", last_backup)
    station.backups = tmp_path
    station.since_tick = 301
    station.restart()
    assert sorted(await station.look(3)) == ["I can find no backup of ", "Reminders and digests ar"]
    assert len(asked) == (1 if hangs else 3), "what is not answered is not asked again"
    is_over.set()


async def test_a_file_in_the_directorys_place_is_no_backup(
    station: Station, tmp_path: Path
) -> None:
    station.backups = tmp_path / "file"
    station.backups.write_bytes(b"")
    station.restart()
    assert await station.look() == ["I can find no backup of "]


async def test_a_letter_refused_for_good_is_noted_for_the_operators(office: Office) -> None:
    refused = Fault(Kind.STATUS, "sendMessage", status=400, count=2)
    office.town.world.faults.add(refused)
    ada = await office.owner()
    await office.write(ada, "Hello")
    assert await office.settled(ada) == ["dead"]
    (noted,) = await office.database.read(alerts.standing)
    assert (noted.kind, noted.told_at) == (alerts.REFUSED, None)
    assert await Station(office.database, telegram := Telegram()).look() == telegram.said
    assert telegram.said == ["An answer can never be s"]


async def test_a_burst_of_updates_set_aside_is_one_message_a_day(station: Station) -> None:
    for _ in range(3):
        await station.database.run(lambda unit: alerts.note(unit, alerts.SET_ASIDE, now()))
        await station.look(1)
    station.restart()
    await station.look()
    assert station.telegram.said == ["A message could not be a"]
    a_day_ago = now() - timedelta(days=1)
    await station.database.run(lambda unit: alerts.told(unit, alerts.SET_ASIDE, a_day_ago))
    await station.look(1)
    await station.database.run(lambda unit: alerts.note(unit, alerts.SET_ASIDE, now()))
    assert len(await station.look(2)) == 2


async def test_a_locked_database_is_told_while_it_lasts_and_when_it_is_over(
    on_sqlite: Station, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = on_sqlite
    monkeypatch.setattr(watch_module, "ANSWERS_WITHIN", 0.2)
    assert await station.look(1) == []
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert await station.look(3) == ["Rapport cannot store any"]
    other.execute("ROLLBACK")
    other.close()
    async with asyncio.timeout(5):
        while len(station.telegram.said) < 2:
            await asyncio.sleep(0.05)
            await station.look(1)
    assert station.telegram.said[1] == "Rapport’s database is we"


async def test_a_server_that_is_away_is_told() -> None:
    database = Database(f"postgresql://rapport@127.0.0.1:{free_port()}/rapport")
    assert await Station(database, telegram := Telegram()).look(3) == telegram.said
    assert telegram.said == ["Rapport cannot store any"]
    database.close()


async def test_what_did_not_arrive_is_tried_again_for_those_who_have_not_heard(
    station: Station,
) -> None:
    station.operators = frozenset({OPERATOR, SECOND})
    station.restart()
    station.since_tick = 301
    station.telegram.fails = {SECOND: TimedOut()}
    await station.look(2)
    assert await station.database.read(alerts.standing) == []
    station.telegram.fails = {}
    await station.look(3)
    assert sorted(who for who, _ in station.telegram.heard) == [OPERATOR, SECOND]


async def test_a_trouble_that_ended_before_all_heard_of_it_is_over_for_those_who_did(
    station: Station,
) -> None:
    station.operators = frozenset({OPERATOR, SECOND})
    station.restart()
    for _ in range(2):
        station.telegram.heard.clear()
        station.telegram.fails = {SECOND: TimedOut()}
        await station.database.run(an_old_letter)
        assert len(await station.look(3)) == 1
        await station.database.run(it_goes_out)
        await station.look(3)
        assert [who for who, _ in station.telegram.heard] == [OPERATOR, OPERATOR]
    station.telegram.heard.clear()
    station.telegram.fails = {}
    await station.database.run(an_old_letter)
    await station.look(3)
    assert sorted(who for who, _ in station.telegram.heard) == [OPERATOR, SECOND]


async def test_who_could_not_be_told_that_it_is_over_is_told_later(
    on_sqlite: Station, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = on_sqlite
    station.operators = frozenset({OPERATOR, SECOND})
    station.restart()
    monkeypatch.setattr(watch_module, "ANSWERS_WITHIN", 0.2)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert len(await station.look(3)) == 2
    station.telegram.fails = {SECOND: TimedOut()}
    other.execute("ROLLBACK")
    other.close()
    async with asyncio.timeout(5):
        while len(station.telegram.said) < 3:
            await asyncio.sleep(0.05)
            await station.look(1)
    station.telegram.fails = {}
    await station.look(3)
    assert [who for who, _ in station.telegram.heard[2:]] == [OPERATOR, SECOND]


@pytest.mark.parametrize("error", [Forbidden("blocked"), BadRequest("Chat not found")])
async def test_an_operator_who_never_wrote_is_logged_once(
    station: Station, caplog: pytest.LogCaptureFixture, error: TelegramError
) -> None:
    station.telegram.fails = {OPERATOR: error}
    station.since_tick = 301
    await station.database.run(an_old_update)
    await station.look(3)
    assert station.telegram.tries == 2  # one for each trouble
    assert caplog.text.count("must write to the bot first") == 1


async def test_without_operators_the_log_alone_tells(
    station: Station, caplog: pytest.LogCaptureFixture
) -> None:
    station.operators = frozenset()
    station.restart()
    station.since_tick = 301
    assert await station.look(4) == []
    assert caplog.text.count("tick: it stays wrong") == 1


async def test_two_processes_on_one_database_tell_once(station: Station) -> None:
    await station.database.run(an_old_letter)
    other = Station(station.database, station.telegram)
    await station.look()
    await other.look()
    await station.look()
    assert len(station.telegram.said) == 1


@pytest.fixture
async def running(station: Station) -> AsyncIterator[None]:
    station.watch._patience = 0.08
    task = asyncio.create_task(station.watch.run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_the_watch_goes_on_whatever_breaks_in_it(
    station: Station, running: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(station, "since_tick", "not a number")
        await asyncio.sleep(0.1)
    station.since_tick = 301
    async with asyncio.timeout(5):
        while not station.telegram.said:  # noqa: ASYNC110 - the watch looks by itself
            await asyncio.sleep(0.02)
