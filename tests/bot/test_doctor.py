"""What the doctor says of set-ups that are well, and of each that is not."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import doctor
from bot.backups import name_of
from bot.doctor import examine
from bot.settings import load_settings
from playground import Fault, Kind, Playground
from tests.bot.processes import open_house, running
from tests.bot.servers import refusing
from tests.conftest import POSTGRES


def of(address: str) -> Path:
    """The file of a SQLite address."""
    return Path(address.removeprefix("sqlite:///"))


@pytest.fixture
def sqlite_url(sqlite_url: str) -> str:
    """A database as Rapport makes it: for its owner alone."""
    of(sqlite_url).chmod(0o600)
    return sqlite_url


@pytest.fixture
def open_url(sqlite_url: str) -> str:
    """A database that everybody may read."""
    of(sqlite_url).chmod(0o644)
    return sqlite_url


async def findings(**settings: Any) -> tuple[list[str], list[str]]:
    """What is well and what is wrong."""
    found = await examine(load_settings(_env_file=None, **settings))
    well = [finding.words for finding in found if finding.is_well]
    return well, [finding.words for finding in found if not finding.is_well]


def at(town: Playground, address: str) -> dict[str, Any]:
    """The settings of a bot in the town."""
    return {"token": town.token, "api_url": town.url, "database_url": address, "open": True}


async def test_a_good_set_up_has_nothing_wrong(town: Playground, sqlite_url: str) -> None:
    well, wrong = await findings(**at(town, sqlite_url), zone="Asia/Tokyo")
    assert wrong == []
    text = "\n".join(well)
    for words in ("Asia/Tokyo", "is reached", "the newest", "takes it", "long polling", "agrees"):
        assert words in text
    assert "for its owner alone" in text


async def test_a_postgres_set_up_is_examined_too(town: Playground, database_url: str) -> None:
    _, wrong = await findings(**at(town, database_url))
    assert wrong == []


async def test_a_first_start_has_nothing_wrong(tmp_path: Path) -> None:
    well, wrong = await findings(database_url=f"sqlite:///{tmp_path / 'new' / 'r.sqlite'}")
    assert wrong == []
    assert any("the first start makes it" in words for words in well)
    assert not (tmp_path / "new").exists(), "looking makes nothing"


async def test_others_that_may_read_the_file_are_named(town: Playground, open_url: str) -> None:
    _, (wrong,) = await findings(**at(town, open_url))
    assert wrong.startswith("File: others may read")


@pytest.mark.parametrize("end", ["-wal", "-shm", ".lock"])
async def test_others_that_may_read_what_lies_beside_it_are_named(
    town: Playground, sqlite_url: str, end: str
) -> None:
    beside = of(sqlite_url + end)
    with closing(sqlite3.connect(of(sqlite_url))) as open_elsewhere:
        open_elsewhere.execute("PRAGMA user_version = 1")  # makes -wal and -shm
        beside.touch()
        beside.chmod(0o640)
        _, (wrong,) = await findings(**at(town, sqlite_url))
    assert wrong == f"File: others may read {beside}; chmod 600 {beside}"


async def test_others_that_may_read_the_settings_are_named(
    town: Playground, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").touch(mode=0o600)
    assert (await findings(**at(town, sqlite_url)))[1] == []
    (tmp_path / ".env").chmod(0o644)
    _, (wrong,) = await findings(**at(town, sqlite_url))
    assert wrong == "Settings: others may read .env; chmod 600 .env"


async def test_a_file_that_is_no_database_is_named(town: Playground, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no database at all, and long enough to be looked into")
    _, (wrong,) = await findings(**at(town, f"sqlite:///{tmp_path / 'file'}"))
    assert wrong.startswith("Database: ")


async def test_a_place_where_no_file_can_be_is_named(town: Playground, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    _, (wrong, _) = await findings(**at(town, f"sqlite:///{tmp_path / 'file' / 'r.sqlite'}"))
    assert "cannot be made" in wrong


async def test_a_newer_schema_is_named(town: Playground, sqlite_url: str) -> None:
    with sqlite3.connect(of(sqlite_url)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    _, wrong = await findings(**at(town, sqlite_url))
    assert wrong == ["Schema: 9999, made by a newer Rapport; start that one."]


async def test_a_locked_database_is_named(
    town: Playground, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storage import sqlite as storage_sqlite

    monkeypatch.setattr(storage_sqlite, "BUSY_SECONDS", 0.05)
    holder = sqlite3.connect(of(sqlite_url), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        _, (wrong,) = await findings(**at(town, sqlite_url))
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    assert wrong.startswith("Writing: the database refuses")


@pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
async def test_a_role_that_no_wall_holds_is_named(town: Playground, unwalled_url: str) -> None:
    _, (wrong,) = await findings(**at(town, unwalled_url))
    assert wrong.startswith("Row-level security: it does not hold the role")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://rapport:pass-of-the-test@127.0.0.1:9/rapport",
        "postgresql://rapport@127.0.0.1:9/rapport?password=pass-of-the-test",
        "postgresql://rapport@127.0.0.1:9/rapport?sslpassword=pass-of-the-test&sslmode=allow",
    ],
)
async def test_a_postgres_that_is_away_is_named_without_its_password(
    town: Playground, address: str
) -> None:
    _, (wrong,) = await findings(**at(town, address))
    assert wrong.startswith("Database: ")
    assert "pass-of-the-test" not in wrong


async def test_a_telegram_that_is_away_is_named(tmp_path: Path) -> None:
    _, (wrong,) = await findings(
        token="123456789:" + "A" * 35,
        api_url=refusing(),
        database_url=f"sqlite:///{tmp_path / 'r.sqlite'}",
    )
    assert "cannot be reached" in wrong
    assert "AAAA" not in wrong


async def test_a_refused_token_is_named(town: Playground, tmp_path: Path) -> None:
    town.world.faults.add(Fault(Kind.STATUS, "getMe", status=401))
    _, (wrong,) = await findings(**at(town, f"sqlite:///{tmp_path / 'r.sqlite'}"))
    assert "TELEGRAM_BOT_TOKEN is refused" in wrong


async def test_a_webhook_in_the_way_of_polling_is_named(town: Playground, tmp_path: Path) -> None:
    import aiohttp

    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{town.url}/bot{town.token}/setWebhook", json={"url": "https://x.org/h"}),
    ):
        pass
    address = f"sqlite:///{tmp_path / 'r.sqlite'}"
    _, (wrong,) = await findings(**at(town, address))
    assert "https://x.org/h is removed at the next start" in wrong
    _, (wrong,) = await findings(**at(town, address), webhook_url="https://y.org/h")
    assert "now https://x.org/h is set" in wrong
    _, wrong_ones = await findings(**at(town, address), webhook_url="https://x.org/h")
    assert wrong_ones == []


async def test_a_clock_that_is_off_is_named(
    town: Playground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from bot.clock import now

    monkeypatch.setattr(doctor, "now", lambda: now() - timedelta(minutes=5))
    _, (wrong,) = await findings(**at(town, f"sqlite:///{tmp_path / 'r.sqlite'}"))
    assert wrong.startswith("Clock: it is 300 s behind") or "299 s behind" in wrong


@pytest.mark.slow
async def test_the_command_says_so_and_its_status_tells(town: Playground, tmp_path: Path) -> None:
    settings = open_house(town, f"sqlite:///{tmp_path / 'r.sqlite'}")
    async with running(tmp_path, settings, "doctor") as well:
        assert await well.ended() == 0
        assert "BAD" not in well.said
    bad = settings | {"TELEGRAM_API_URL": refusing()}
    async with running(tmp_path, bad, "doctor", log="bad") as ill:
        assert await ill.ended() == 1
        assert "BAD  Telegram: " in ill.said
        assert "Traceback" not in ill.said


LAST_BACKUPS = [
    # how old the last is, is it well, what is said
    (None, True, "none yet"),
    (timedelta(hours=30), True, "the last is of"),
    (timedelta(days=3), False, "3 days ago"),
]


@pytest.mark.parametrize(("age", "is_well", "words"), LAST_BACKUPS)
async def test_the_last_backup_is_looked_at(
    town: Playground, sqlite_url: str, age: timedelta | None, words: str, *, is_well: bool
) -> None:
    if age is not None:
        shelf = of(sqlite_url).parent / "backups"
        shelf.mkdir()
        (shelf / name_of(datetime.now(UTC) - age)).write_bytes(b"kept")
    well, wrong = await findings(**at(town, sqlite_url))
    (found,) = [line for line in (*well, *wrong) if line.startswith("Backups: ")]
    assert words in found
    assert (found in well) == is_well


async def test_a_directory_for_backups_that_is_none_is_seen(
    town: Playground, sqlite_url: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    _, wrong = await findings(**at(town, sqlite_url), backup_dir=str(tmp_path / "file"))
    assert [line for line in wrong if "cannot be written" in line]


async def test_a_directory_for_backups_on_a_dead_mount_is_seen(
    town: Playground, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(directory: Path, _: datetime) -> None:
        raise OSError(errno.EIO, "Input/output error", str(directory))

    monkeypatch.setattr(doctor, "last_backup", away)
    _, wrong = await findings(**at(town, sqlite_url))
    assert [line for line in wrong if line.endswith("cannot be read: Input/output error.")]
