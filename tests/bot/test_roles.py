"""Two roles on PostgreSQL: one owns the tables and migrates them, the bot works as the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from sqlalchemy import make_url

from bot.cli import main
from storage.database import Database
from tests.builders import OWNER, an_owner
from tests.postgres import BOT, Server

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
def operators(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty database's address for whom it belongs to; the bot's is set beside it."""
    with postgres.database(empty=True) as address:
        bots = make_url(address).set(username=BOT).render_as_string(hide_password=False)
        monkeypatch.setenv("RAPPORT_DATABASE_URL", bots)
        monkeypatch.setenv("RAPPORT_DATABASE_OWNER_URL", address)
        yield address


async def test_the_owner_makes_the_tables_and_lets_the_bot_in(operators: str) -> None:
    done = CliRunner().invoke(main, ["migrate"])
    assert done.exit_code == 0, done.output
    database = Database(str(make_url(operators).set(username=BOT)))
    assert (await database.run(lambda unit: an_owner(unit).owner_id)) == OWNER
    database.close()


def test_without_the_owners_address_the_bot_makes_nothing(
    operators: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RAPPORT_DATABASE_OWNER_URL")
    done = CliRunner().invoke(main, ["migrate"])
    assert done.exit_code == 2
    assert "RAPPORT_DATABASE_URL cannot be brought to" in done.output
    assert "permission denied" in done.output


def test_an_owners_address_beside_a_file_is_refused(
    operators: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("RAPPORT_DATABASE_URL", f"sqlite:///{tmp_path}/rapport.sqlite")
    done = CliRunner().invoke(main, ["migrate"])
    assert done.exit_code == 2
    assert "RAPPORT_DATABASE_OWNER_URL is for PostgreSQL" in done.output


def test_an_owners_address_that_is_out_of_reach_is_named(
    operators: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = make_url(operators).set(username="nobody", password="secret")
    address = nowhere.render_as_string(hide_password=False)
    monkeypatch.setenv("RAPPORT_DATABASE_OWNER_URL", address)
    done = CliRunner().invoke(main, ["migrate"])
    assert done.exit_code == 2
    assert "RAPPORT_DATABASE_OWNER_URL cannot be reached" in done.output
    assert "secret" not in done.output
