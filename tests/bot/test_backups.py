"""The directory of backups: a new one each day, the old ones gone, the last good one never."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import logging
import os
import re
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.engine import make_url

import storage.backups
from bot import backups
from bot.backups import (
    PLAYGROUND,
    RAPPORT,
    DailyBackup,
    RestoreRefused,
    back_up,
    before_migration,
    days_held,
    expire,
    is_due,
    last_backup,
    made,
    name_of,
    restore,
    sweep,
)
from bot.cli import main
from bot.lock import nobody_at_work
from bot.settings import Settings, load_settings
from playground import Playground
from storage import schema
from storage.backups import UNFINISHED, holding
from storage.errors import StorageError
from tests.bot.processes import LISTENING, environment, open_house, running, until
from tests.builders import NOW
from tests.chat import chatting
from tests.postgres import Server
from tests.storage.any_rows import everything, fill, looking, narrowed

TOKEN = "123456789:" + "A" * 35
UNUSED = "sqlite:////nowhere/rapport.sqlite"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """An empty directory for backups."""
    (tmp_path / "shelf").mkdir()
    return tmp_path / "shelf"


def settings_of(address: str, shelf: Path, **given: Any) -> Settings:
    """A bot's settings; its backups lie on the shelf."""
    return load_settings(
        _env_file=None, token=TOKEN, database_url=address, backup_dir=str(shelf), **given
    )


@pytest.fixture
def sound(sqlite_url: str, tmp_path: Path) -> Path:
    """A backup of a database with three owners."""
    fill(sqlite_url)
    path = tmp_path / "sound.sqlite"
    storage.backups.make(make_url(sqlite_url), path)
    return path


def lay(shelf: Path, *ages: float) -> list[Path]:
    """Backups that are so many days old, in name."""
    paths = [shelf / name_of(NOW - timedelta(days=age)) for age in ages]
    for path in paths:
        path.write_bytes(b"kept")
    return paths


def half_made(place: Path, at: datetime, content: bytes = b"half") -> None:
    """What a backup or a restore that was killed then left there."""
    place.mkdir()
    (place / "new.sqlite").write_bytes(content)
    os.utime(place, (at.timestamp(), at.timestamp()))


def on(shelf: Path) -> set[str]:
    return {path.name for path in shelf.glob("*.sqlite")}


# --- names and ages -----------------------------------------------------------------------------


def test_a_name_says_when_and_before_what() -> None:
    at = datetime(2026, 3, 17, 8, 30, tzinfo=UTC)
    assert name_of(at) == "rapport-20260317T083000Z.sqlite"
    assert name_of(at, "migration0002") == "rapport-20260317T083000Z-before-migration0002.sqlite"


def test_the_last_backup_is_known_by_its_name(shelf: Path) -> None:
    assert last_backup(shelf, NOW) is None
    assert last_backup(shelf / "none", NOW) is None
    lay(shelf, 3, 1, 2)
    (shelf / name_of(NOW, "restore")).write_bytes(b"kept")
    assert last_backup(shelf, NOW) == NOW


def test_a_backup_from_the_future_is_not_the_last(shelf: Path) -> None:
    """Made under a wrong clock, it would hide for a year that none is made any more."""
    lay(shelf, -365)
    assert last_backup(shelf, NOW) is None
    lay(shelf, 3)
    assert last_backup(shelf, NOW) == NOW - timedelta(days=3)


NOT_OURS = [
    "rapport.sqlite",
    "rapport-20260317.sqlite",
    "rapport-20260231T083000Z.sqlite",
    "rapport-20260317T083000Z.sqlite.gz",
    "rapport-20260317T083000Z-mine.sqlite",
    "playground-20260317T083000Z.sqlite",
    "holiday.sqlite",
]


@pytest.mark.parametrize("name", NOT_OURS)
def test_a_file_that_is_not_named_by_us_is_none_of_ours(shelf: Path, name: str) -> None:
    (shelf / name).write_bytes(b"mine")
    lay(shelf, 0)
    expire(settings_of(UNUSED, shelf), NOW + timedelta(days=400))
    assert name in {path.name for path in shelf.iterdir()}
    assert [backup.at for backup in made(shelf)] == [NOW]


DUE = [
    # ages in days of those there, is one due, why
    ((), True, "the first"),
    ((0.9,), False, "today's is there"),
    ((1,), True, "a day is over"),
    ((0,), False, "just made"),
    ((-3,), True, "made under a clock that was ahead: it says nothing of today"),
    ((-3, 0.2), False, "and one made since"),
]


@pytest.mark.parametrize(("ages", "due", "why"), DUE)
def test_when_a_backup_is_due(shelf: Path, ages: tuple[float, ...], why: str, *, due: bool) -> None:
    lay(shelf, *ages)
    assert is_due(shelf, NOW) == due, why


NONE_DAILY = {"backup_days": 0}

EXPIRY = [
    # settings, what is there: ages in days and what it is; ages of those that are left; why
    ({}, "0 13 14 15 40", "0 13 14", "kept for a fortnight"),
    ({"backup_days": 3}, "0 3 4", "0 3", "or as it is set"),
    ({}, "20 30", "20", "a sound one stays, however old"),
    ({}, "1:damaged 20 30", "1 20", "one that is damaged is none to fall back on"),
    ({}, "15:damaged 20 30", "20", "nor need it stay"),
    ({}, "15:damaged 20:damaged", "15", "something may be got out of the last"),
    ({}, "20:replaced 30", "20", "the newest sound one is from before a migration"),
    ({}, "-400 0 3", "0 3", "from a clock that was ahead: it would be there for years"),
    ({}, "-400 20 30", "20", "and says nothing of today"),
    ({}, "-400", "-400", "but there is no other"),
    ({}, "-0.5 3", "-0.5 3", "another machine's clock is a little ahead"),
    ({}, "0", "0", "the only one"),
    ({}, "", "", "none at all"),
    (NONE_DAILY, "13:replaced 15:replaced", "13", "none newer will be made"),
    (NONE_DAILY, "15:replaced", "", "so the last of them goes as well"),
    (NONE_DAILY, "15:replaced 20 30", "20", "but not what somebody made by hand"),
    (NONE_DAILY, "15", "15", "who may make another"),
]


@pytest.mark.parametrize(("given", "there", "left", "why"), EXPIRY)
def test_what_is_too_old_is_removed(
    shelf: Path, sound: Path, given: dict[str, Any], there: str, left: str, why: str
) -> None:
    for each in there.split():
        age, _, what = each.partition(":")
        name = name_of(NOW - timedelta(days=float(age)), "restore" if what == "replaced" else "")
        shutil.copy(sound, shelf / name)
        if what == "damaged":
            (shelf / name).write_bytes(b"damaged")
    gone = expire(settings_of(UNUSED, shelf, **given), NOW)
    found = sorted((NOW - each.at) / timedelta(days=1) for each in made(shelf))
    assert found == sorted(map(float, left.split())), why
    assert len(gone) == len(there.split()) - len(left.split())


def test_only_where_something_is_to_be_removed_the_rest_is_looked_through(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_: Path) -> None:
        pytest.fail("it is looked through")

    monkeypatch.setattr(storage.backups, "check", never)
    lay(shelf, 20, 0)
    assert len(expire(settings_of(UNUSED, shelf, backup_days=20), NOW)) == 0
    (shelf / name_of(NOW)).unlink()
    assert len(expire(settings_of(UNUSED, shelf), NOW)) == 0


def test_the_playground_and_the_bot_leave_each_others_alone(shelf: Path, sound: Path) -> None:
    playground = load_settings(_env_file=None, database_url=UNUSED, backup_dir=str(shelf))
    for whose in (RAPPORT, PLAYGROUND):
        for age in (20, 30):
            shutil.copy(sound, shelf / name_of(NOW - timedelta(days=age), whose=whose))
    assert [path.name[:4] for path in expire(playground, NOW)] == ["play"]
    assert [path.name[:4] for path in expire(settings_of(UNUSED, shelf), NOW)] == ["rapp"]


def test_what_a_killed_one_left_is_removed_after_a_day(shelf: Path) -> None:
    for name, hours in (("old", 25), ("new", 1), ("ahead", -400)):
        half_made(shelf / f"{UNFINISHED}{name}", NOW - timedelta(hours=hours))
    sweep(shelf, NOW)
    assert [path.name for path in shelf.iterdir()] == [f"{UNFINISHED}new"]


# --- the daily one ------------------------------------------------------------------------------


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


async def test_a_backup_is_made_each_day_and_old_ones_go(
    sqlite_url: str, shelf: Path, sound: Path
) -> None:
    for path in lay(shelf, 15, 2):
        shutil.copy(sound, path)
    watch = Watch()
    daily = DailyBackup(settings_of(sqlite_url, shelf), watch)
    for hours in (0, 1, 23, 25):
        watch.now = NOW + timedelta(hours=hours)
        await daily.look()
    assert on(shelf) == {
        name_of(NOW - timedelta(days=2)),
        name_of(NOW),
        name_of(NOW + timedelta(hours=25)),
    }
    assert everything(f"sqlite:///{shelf / name_of(NOW)}") == everything(sqlite_url)


async def test_old_ones_go_too_where_somebody_else_makes_new_ones(
    sqlite_url: str, shelf: Path
) -> None:
    """As cron does with `python -m bot backup`, twice a day: then none is ever due here."""
    settings, watch = settings_of(sqlite_url, shelf), Watch()
    daily = DailyBackup(settings, watch)
    for hours in range(0, 24 * 20, 6):
        watch.now = NOW + timedelta(hours=hours)
        if hours % 12 == 0:
            back_up(settings, None, watch.now)
        await daily.look()
        ages = [watch.now - backup.at for backup in made(shelf)]
        assert max(ages) <= timedelta(days=14)
    assert len(ages) == 2 * 14


async def test_while_backups_fail_the_last_sound_one_stays_and_one_is_tried_each_hour(
    sqlite_url: str,
    shelf: Path,
    sound: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    tries = []

    def failing(*_: Any, **__: Any) -> None:
        tries.append(1)
        raise StorageError("No space left on device")

    monkeypatch.setattr(storage.backups, "make", failing)
    damaged, last, _ = lay(shelf, 20, 30, 40)
    shutil.copy(sound, last)
    watch = Watch()
    daily = DailyBackup(settings_of(sqlite_url, shelf), watch)
    with caplog.at_level(logging.WARNING):
        for minutes in (0, 1, 59, 61, 62):
            watch.now = NOW + timedelta(minutes=minutes)
            await daily.look()
    assert len(tries) == 2
    assert not damaged.exists()
    assert on(shelf) == {last.name}
    assert "the backup failed, and is tried again in an hour: No space left" in caplog.text


async def test_a_directory_that_cannot_be_tidied_keeps_no_backup_from_being_made(
    sqlite_url: str, shelf: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: Any) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(backups, "sweep", away)
    await DailyBackup(settings_of(sqlite_url, shelf), Watch()).look()
    assert on(shelf) == {name_of(NOW)}
    assert "old backups cannot be removed" in caplog.text


async def test_a_directory_that_cannot_be_made_is_a_failed_backup(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    with caplog.at_level(logging.WARNING):
        await DailyBackup(settings_of(sqlite_url, tmp_path / "file" / "in"), Watch()).look()
    assert "the backup failed" in caplog.text


async def test_of_several_replicas_one_makes_it(sqlite_url: str, shelf: Path) -> None:
    daily = DailyBackup(settings_of(sqlite_url, shelf), Watch())
    with (shelf / ".lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        await daily.look()
        assert on(shelf) == set()
    await daily.look()
    assert on(shelf) == {name_of(NOW)}


async def test_a_stop_does_not_wait_for_the_backup(
    sqlite_url: str, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    def endless(*_: Any, stop_asked: Any) -> None:
        while not stop_asked():
            time.sleep(0.01)
        loop.call_soon_threadsafe(ended.set)
        raise StorageError("interrupted")

    monkeypatch.setattr(storage.backups, "make", endless)
    looking = asyncio.create_task(DailyBackup(settings_of(sqlite_url, shelf), Watch()).look())
    await asyncio.sleep(0.05)
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking
    await asyncio.wait_for(ended.wait(), 2)


DAILY = [
    # settings, does the bot make backups by itself, why
    ({}, True, "SQLite: beside the database"),
    ({"backup_days": 0}, False, "switched off"),
    ({"token": None}, False, "the playground holds nothing real"),
    ({"database_url": "postgresql://h/r"}, False, "a server may have its own"),
    ({"database_url": "postgresql://h/r", "backup_dir": "x"}, True, "it was asked for"),
]


@pytest.mark.parametrize(("given", "daily", "why"), DAILY)
def test_who_makes_backups_by_itself(given: dict[str, Any], why: str, *, daily: bool) -> None:
    base = {"token": TOKEN, "database_url": "sqlite:///data/rapport.sqlite"}
    settings = load_settings(_env_file=None, **{**base, **given})
    assert settings.backs_up_daily == daily, why


def test_backups_lie_beside_the_database_file() -> None:
    settings = load_settings(_env_file=None, database_url="sqlite:////srv/r/rapport.sqlite")
    assert settings.backup_directory == Path("/srv/r/backups")


# --- what people are told -----------------------------------------------------------------------


WORD = "Zeisig"


async def days_pass(settings: Settings, begin: datetime, days: int, *, cron: bool = False) -> None:
    """The bot looks after its backups for so many days, and cron makes some as well."""
    watch = Watch()
    daily = DailyBackup(settings, watch)
    for hours in range(0, 24 * days, 6):
        watch.now = begin + timedelta(hours=hours)
        if cron and hours % 12 == 0:
            back_up(settings, None, watch.now)
        await daily.look()


def hold(home: Path, word: str) -> list[str]:
    """The files that hold the word, other than the database's own."""
    files = [path for path in home.rglob("*") if path.is_file()]
    mine = [path for path in files if not path.name.startswith("rapport.sqlite")]
    return [path.name for path in mine if word.encode() in path.read_bytes()]


PROMISES = [
    # settings, what there is when somebody erases everything, is a day named, why
    ({}, "a backup", True, "the bot makes them"),
    ({"backup_days": 3}, "a backup", True, "and keeps them for as long as it is told"),
    ({}, "cron", True, "and cron does, so that none is ever due"),
    (NONE_DAILY, "replaced", True, "made before a restore, whatever is set"),
    (NONE_DAILY, "half made", True, "a restore was killed"),
    (NONE_DAILY, "nothing", False, "there is none, and none will be made"),
]


@pytest.mark.parametrize(("given", "there", "is_named", "why"), PROMISES)
async def test_by_the_day_that_is_named_no_backup_holds_what_was_erased(
    sqlite_url: str,
    shelf: Path,
    monkeypatch: pytest.MonkeyPatch,
    given: dict[str, Any],
    there: str,
    why: str,
    *,
    is_named: bool,
) -> None:
    own = {"database_url": sqlite_url, "backup_dir": str(shelf), **given}
    settings = load_settings(_env_file=None, token=TOKEN, **own)
    async with chatting(sqlite_url, monkeypatch, **own) as chat:
        alex, at = chat.person, chat.now()
        await alex.say(f"Coffee with Ada {WORD} today")
        await alex.expect(WORD)
        if there in {"a backup", "cron"}:
            await days_pass(settings, at, 1, cron=there == "cron")
        elif there == "replaced":
            backups.make(settings, at, before="restore")
        elif there == "half made":
            half_made(shelf.parent / f"{UNFINISHED}x", at, WORD.encode())
        assert bool(hold(shelf.parent, WORD)) is is_named, "there is something to be removed"
        await alex.say("/erase")
        await alex.expect("Shall I erase everything?")
        await alex.tap("Erase everything")
        said = (await alex.expect_edit("Erased")).text
    named = re.search(r"removed by (\d+ \w+)", said)
    assert bool(named) is is_named, why
    if named is not None:
        day = timedelta(days=1)
        end = datetime.strptime(f"{named[1]} {at.year} +0000", "%d %B %Y %z") + day
        await days_pass(settings, at + day, (end - at - day).days, cron=there == "cron")
    assert hold(shelf.parent, WORD) == []


@pytest.mark.postgres
async def test_a_server_of_whose_migration_a_copy_was_kept_is_rid_of_it_too(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No backup is made daily there, so none newer ever comes."""
    monkeypatch.chdir(tmp_path)
    with postgres.database(empty=True) as address:
        schema.migrate(address, "0001")
        fill(address)
        settings = load_settings(_env_file=None, token=TOKEN, database_url=address)
        told = days_held(settings)
        assert await told() == 0
        kept = before_migration(settings, NOW)
        assert kept is not None
        await days_pass(settings, NOW, 14)
        assert kept.exists()
        assert await told() == 14
        await days_pass(settings, NOW, 15)
        assert made(tmp_path / "data" / "backups") == []
        assert await told() == 0


@pytest.mark.slow
async def test_the_real_process_removes_what_is_too_old_where_it_makes_none(
    sqlite_url: str, tmp_path: Path, shelf: Path, town: Playground
) -> None:
    almost = timedelta(days=13, hours=23)
    replaced = shelf / name_of(datetime.now(UTC) - almost, "restore")
    replaced.write_bytes(b"kept")
    settings = open_house(town, sqlite_url) | {
        "RAPPORT_BACKUP_DIR": shelf,
        "RAPPORT_BACKUP_DAYS": 0,
    }
    clock = tmp_path / "clock"
    clock.write_text("0")
    program = ("tests.torture.at_another_time", str(clock))
    async with running(tmp_path, settings, program=program) as bot:
        await bot.says(LISTENING)
        assert replaced.exists()
        clock.write_text(str(timedelta(hours=2).total_seconds()))
        await until(lambda: not replaced.exists())
        assert await bot.stopped() == 0
    assert made(shelf) == []


async def test_a_directory_that_cannot_be_looked_at_may_hold_some(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert await days_held(settings_of(UNUSED, tmp_path / "file", backup_days=0))() == 14


# --- before a migration -------------------------------------------------------------------------


@pytest.fixture
def first_url(empty_url: str) -> str:
    """A database of the first release, with rows, on each engine in turn."""
    schema.migrate(empty_url, "0001")
    fill(empty_url)
    return empty_url


def test_what_is_migrated_is_backed_up_as_it_is(first_url: str, shelf: Path) -> None:
    kept = before_migration(settings_of(first_url, shelf), NOW)
    assert kept == shelf / name_of(NOW, f"migration{schema.HEAD}")
    assert schema.current(f"sqlite:///{kept}") == "0001"
    assert everything(f"sqlite:///{kept}") == everything(first_url)


NOTHING_TO_KEEP = ["at head", "without owners", "switched off", "playground"]


@pytest.mark.parametrize("case", NOTHING_TO_KEEP)
def test_no_backup_where_there_is_nothing_to_keep(
    case: str, tmp_path: Path, sqlite_url: str, shelf: Path
) -> None:
    address, given = f"sqlite:///{tmp_path / 'old.sqlite'}", {}
    if case == "at head":
        address = sqlite_url
    else:
        schema.migrate(address, "0001")
    if case != "without owners":
        fill(address)
    if case == "switched off":
        given = {"backup_days": 0}
    settings = settings_of(address, shelf, **given)
    if case == "playground":
        settings = load_settings(_env_file=None, database_url=address, backup_dir=str(shelf))
    assert before_migration(settings, NOW) is None
    assert list(shelf.iterdir()) == []


# --- restoring ----------------------------------------------------------------------------------


def restored(settings: Settings, backup: Path, *, replace: bool = False) -> backups.Restored:
    return restore(settings, backup, NOW, replace=replace, bring_up=lambda: None)


@pytest.fixture
def a_backup(sqlite_url: str, shelf: Path) -> Path:
    """A backup of a database with three owners."""
    fill(sqlite_url)
    return backups.make(settings_of(sqlite_url, shelf), NOW - timedelta(days=1))


def test_an_empty_database_is_filled_and_nothing_kept(
    a_backup: Path, tmp_path: Path, shelf: Path
) -> None:
    settings = settings_of(f"sqlite:///{tmp_path / 'new' / 'r.sqlite'}", shelf)
    assert restored(settings, a_backup) == backups.Restored(3, None)


def test_records_are_replaced_only_when_told_to_and_kept(
    a_backup: Path, database_url: str, sqlite_url: str, shelf: Path
) -> None:
    if database_url != sqlite_url:
        fill(database_url, owners=2)
    settings = settings_of(database_url, shelf)
    before = everything(database_url)
    with pytest.raises(RestoreRefused, match="holds records already; --replace"):
        restored(settings, a_backup)
    assert everything(database_url) == before
    done = restored(settings, a_backup, replace=True)
    assert done.kept == shelf / name_of(NOW, "restore")
    assert everything(f"sqlite:///{done.kept}") == before
    assert holding(make_url(database_url)).owners == 3


@pytest.mark.parametrize("content", [b"\x07junk" * 4000, b"SQLite format 3\0" + b"\0" * 9000])
def test_a_damaged_database_is_replaced_and_kept_as_it_is(
    a_backup: Path, tmp_path: Path, shelf: Path, content: bytes
) -> None:
    file = tmp_path / "damaged.sqlite"
    file.write_bytes(content)
    Path(f"{file}-wal").write_bytes(b"its log")
    settings = settings_of(f"sqlite:///{file}", shelf)
    with pytest.raises(RestoreRefused, match="damaged; --replace"):
        restored(settings, a_backup)
    assert file.read_bytes() == content
    done = restored(settings, a_backup, replace=True)
    assert done.kept is not None
    assert done.kept.read_bytes() == content
    assert done.owners == 3
    assert len(everything(f"sqlite:///{file}")["contacts"]) == 12


def test_a_newer_database_gives_way_to_an_older_backup(
    a_backup: Path, sqlite_url: str, shelf: Path
) -> None:
    with looking(sqlite_url) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    done = restored(settings_of(sqlite_url, shelf), a_backup, replace=True)
    assert done.kept is not None
    assert schema.current(sqlite_url) == schema.HEAD


# --- the commands -------------------------------------------------------------------------------


@pytest.fixture
def command(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The operator's commands, on a database with three owners."""
    fill(sqlite_url)
    monkeypatch.chdir(tmp_path)
    return CliRunner(env={**environment({}), **at(sqlite_url)})


def at(address: str, **more: str) -> dict[str, str]:
    return {"TELEGRAM_BOT_TOKEN": TOKEN, "RAPPORT_DATABASE_URL": address, **more}


def say(command: CliRunner, *arguments: str, **env: str) -> Result:
    return command.invoke(main, list(arguments), env=env)


def test_backup_says_where_it_lies(command: CliRunner, tmp_path: Path) -> None:
    done = say(command, "backup")
    (there,) = made(tmp_path / "backups")
    assert (done.exit_code, done.output) == (0, f"{there.path}\n")
    assert say(command, "backup", "mine.sqlite").exit_code == 0
    assert (tmp_path / "mine.sqlite").exists()
    (tmp_path / "usb").mkdir()
    assert say(command, "backup", "usb").exit_code == 0
    assert len(made(tmp_path / "usb")) == 1


def test_a_backup_that_failed_says_so(command: CliRunner) -> None:
    say(command, "backup", "mine.sqlite")
    done = say(command, "backup", "mine.sqlite")
    assert done.exit_code == 1
    assert done.output == "rapport: there is no backup: mine.sqlite is there already\n"


def test_a_backup_makes_no_directory_where_one_is_named(command: CliRunner, tmp_path: Path) -> None:
    done = say(command, "backup", "not-mounted/mine.sqlite")
    assert done.exit_code == 1
    assert done.output == "rapport: there is no backup: there is no directory not-mounted\n"
    assert not (tmp_path / "not-mounted").exists()


def test_restore_says_what_it_did(command: CliRunner, sqlite_url: str) -> None:
    say(command, "backup", "mine.sqlite")
    before = everything(sqlite_url)
    refused = say(command, "restore", "mine.sqlite")
    assert refused.exit_code == 2
    assert refused.output.startswith("rapport: mine.sqlite is not restored: the database holds")
    assert everything(sqlite_url) == before
    done = say(command, "restore", "--replace", "mine.sqlite")
    assert done.exit_code == 0
    assert "Restored: 3 owners." in done.output
    assert "-before-restore.sqlite" in done.output


def test_restore_refuses_while_rapport_runs(command: CliRunner, sqlite_url: str) -> None:
    say(command, "backup", "mine.sqlite")
    with nobody_at_work(make_url(sqlite_url)):
        done = say(command, "restore", "--replace", "mine.sqlite")
    assert done.exit_code == 2
    assert done.output.startswith("rapport: RAPPORT_DATABASE_URL is in use")
    assert done.output.count("\n") == 1


def test_migrate_makes_a_backup_first(command: CliRunner, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'old.sqlite'}"
    schema.migrate(address, "0001")
    fill(address)
    before = everything(address)
    done = say(command, "migrate", RAPPORT_DATABASE_URL=address)
    assert done.exit_code == 0
    (there,) = made(tmp_path / "backups")
    assert f"migration{schema.HEAD}" in there.path.name
    assert str(there.path) in done.output
    assert everything(f"sqlite:///{there.path}") == before
    assert narrowed(everything(address), before) == before


def test_without_a_backup_nothing_is_migrated(command: CliRunner, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'old.sqlite'}"
    schema.migrate(address, "0001")
    fill(address)
    (tmp_path / "file").write_bytes(b"")
    env = at(address, RAPPORT_BACKUP_DIR="file")
    done = say(command, "migrate", **env)
    assert done.exit_code == 2
    assert "no backup can be made before" in done.output
    assert "RAPPORT_BACKUP_DAYS=0 goes without" in done.output
    assert done.output.count("\n") == 1
    assert schema.current(address) == "0001"
    assert say(command, "migrate", **env, RAPPORT_BACKUP_DAYS="0").exit_code == 0
    assert schema.current(address) == schema.HEAD


@pytest.mark.slow
async def test_two_that_migrate_at_once_both_end_well(
    first_url: str, tmp_path: Path, shelf: Path
) -> None:
    before = everything(first_url)
    settings = at(first_url, RAPPORT_BACKUP_DIR=str(shelf))
    async with (
        running(tmp_path, settings, "migrate", log="one") as one,
        running(tmp_path, settings, "migrate", log="other") as other,
    ):
        for process in (one, other):
            assert await process.ended(within=60) == 0, process.said
    assert schema.current(first_url) == schema.HEAD
    assert narrowed(everything(first_url), before) == before
    assert made(shelf)


@pytest.mark.slow
async def test_a_start_that_migrates_makes_a_backup_first(
    first_url: str, tmp_path: Path, shelf: Path, town: Playground
) -> None:
    before = everything(first_url)
    settings = open_house(town, first_url) | {"RAPPORT_BACKUP_DIR": shelf}
    async with running(tmp_path, settings) as bot:
        await bot.says(LISTENING, within=60)
        assert await bot.stopped() == 0
    (there,) = made(shelf)
    assert "migration" in there.path.name
    assert everything(f"sqlite:///{there.path}") == before
