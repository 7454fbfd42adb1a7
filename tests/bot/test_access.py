"""Owners are listed, turned away and let in again from the command line."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from storage.database import Database
from storage.unit import Unit
from tests.builders import OWNER, a_contact, an_owner


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str) -> None:
    """An empty directory, and the database the only setting."""
    for name in list(os.environ):
        if name.startswith(("TELEGRAM_", "RAPPORT_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAPPORT_DATABASE_URL", sqlite_url)


@pytest.fixture
async def somebody(sqlite_url: str) -> None:
    """An owner with a contact."""

    def work(unit: Unit) -> None:
        a_contact(an_owner(unit, invited=True), "Anna Kovač")

    database = Database(sqlite_url)
    await database.run(work)
    database.close()


def bot(*words: str) -> Result:
    return CliRunner().invoke(main, words)


@pytest.mark.usefixtures("somebody")
def test_an_owner_is_listed_with_numbers_and_without_names_of_theirs() -> None:
    said = bot("owners").output
    for words in (str(OWNER), "since 2026-03-02", "no note yet", "contacts 1 ", "invited", "Alex"):
        assert words in said
    assert said.endswith("Owners: 1\n")
    assert "Anna" not in said


@pytest.mark.usefixtures("somebody")
def test_the_blocked_are_shown_as_such_until_they_are_let_in_again() -> None:
    assert "ids are numbers" in bot("block", "mara").output
    assert "ids are numbers" in bot("block", "9" * 30).output
    assert bot("block", str(OWNER)).exit_code == 0
    assert "BLOCKED" in bot("owners").output
    assert bot("unblock", str(OWNER)).exit_code == 0
    assert "BLOCKED" not in bot("owners").output


def test_an_invite_says_what_it_is_good_for() -> None:
    code, words = bot("invite").output.splitlines()
    assert re.fullmatch(r"/start [\w-]{22}", code)
    assert "first, until" in words


def test_who_keeps_nothing_here_is_blocked_all_the_same_and_listed() -> None:
    refused = bot("unblock", "999")
    assert refused.exit_code == 2
    assert "999 is not blocked" in refused.output
    assert bot("block", "999").exit_code == 0
    assert "999  BLOCKED, keeps nothing here\nOwners: 0\n" in bot("owners").output
    assert bot("unblock", "999").exit_code == 0
    assert bot("owners").output == "Owners: 0\n"


@pytest.mark.usefixtures("somebody")
def test_an_operator_is_not_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_OPERATORS", f"{OWNER}")
    result = bot("block", str(OWNER))
    assert result.exit_code == 2
    assert "RAPPORT_OPERATORS names" in result.output
    assert "BLOCKED" not in bot("owners").output


def test_health_cannot_be_asked_where_it_is_off() -> None:
    result = bot("health")
    assert result.exit_code == 2
    assert "RAPPORT_HEALTH_LISTEN is not set" in result.output
