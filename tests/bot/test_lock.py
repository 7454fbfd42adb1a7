"""Who may work on one database at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.lock import AlreadyRunningError, BotLock, ProcessLock, nobody_at_work
from storage.database import engine_for
from storage.errors import StorageUnavailable

BOT = 123456789


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What was locked is let go of when the test ends."""
    with ExitStack() as stack:
        yield stack


def test_a_file_has_one_process(sqlite_url: str, stack: ExitStack) -> None:
    url = make_url(sqlite_url)
    with ProcessLock(url).held() as place:
        assert place.is_first
        assert place.is_alone
        with pytest.raises(AlreadyRunningError):
            stack.enter_context(ProcessLock(url).held())
    stack.enter_context(ProcessLock(url).held())


def test_while_a_files_records_are_replaced_nobody_works_on_it(
    sqlite_url: str, stack: ExitStack
) -> None:
    url = make_url(sqlite_url)
    with nobody_at_work(url), pytest.raises(AlreadyRunningError):
        stack.enter_context(ProcessLock(url).held())
    with ProcessLock(url).held(), pytest.raises(AlreadyRunningError):
        stack.enter_context(nobody_at_work(url))


@pytest.mark.slow
@pytest.mark.postgres
class TestPostgres:
    """Advisory locks on a real server."""

    @pytest.mark.parametrize("polls", [True, False])
    def test_while_records_are_replaced_no_bot_works_on_them(
        self, postgres_url: str, stack: ExitStack, *, polls: bool
    ) -> None:
        url = make_url(postgres_url)
        with BotLock(url, BOT, polls=polls).held(), pytest.raises(AlreadyRunningError):
            stack.enter_context(nobody_at_work(url))
        with nobody_at_work(url), pytest.raises(AlreadyRunningError):
            stack.enter_context(BotLock(url, BOT, polls=polls).held())
        stack.enter_context(BotLock(url, BOT, polls=polls).held())

    def test_a_bot_has_one_poller(self, postgres_url: str, stack: ExitStack) -> None:
        url = make_url(postgres_url)
        with BotLock(url, BOT, polls=True).held() as place:
            assert place.is_first
            assert place.is_alone
            for polls in (True, False):
                with pytest.raises(AlreadyRunningError):
                    stack.enter_context(BotLock(url, BOT, polls=polls).held())
            stack.enter_context(BotLock(url, BOT + 1, polls=True).held())
        stack.enter_context(BotLock(url, BOT, polls=True).held())

    def test_webhooks_share_and_the_first_knows_it(
        self, postgres_url: str, stack: ExitStack
    ) -> None:
        url = make_url(postgres_url)
        with BotLock(url, BOT, polls=False).held() as one:
            other = stack.enter_context(BotLock(url, BOT, polls=False).held())
            assert (one.is_first, other.is_first) == (True, False)
            assert not one.is_alone
            with pytest.raises(AlreadyRunningError):
                stack.enter_context(BotLock(url, BOT, polls=True).held())
        third = stack.enter_context(BotLock(url, BOT, polls=False).held())
        assert not third.is_first, "the other still lives"

    def test_a_lost_place_is_taken_again(self, postgres_url: str, stack: ExitStack) -> None:
        url = make_url(postgres_url)
        place = stack.enter_context(BotLock(url, BOT, polls=True).held())
        end_all_connections(postgres_url)
        place.renew()
        with pytest.raises(AlreadyRunningError):
            stack.enter_context(BotLock(url, BOT, polls=True).held())

    def test_a_place_another_took_meanwhile_is_gone(
        self, postgres_url: str, stack: ExitStack
    ) -> None:
        url = make_url(postgres_url)
        place = stack.enter_context(BotLock(url, BOT, polls=True).held())
        end_all_connections(postgres_url)
        stack.enter_context(BotLock(url, BOT, polls=True).held())
        with pytest.raises(AlreadyRunningError):
            place.renew()


def test_a_server_that_is_away_is_no_other_process(stack: ExitStack) -> None:
    url = make_url("postgresql://rapport@127.0.0.1:9/rapport")
    with pytest.raises(StorageUnavailable):
        stack.enter_context(BotLock(url, BOT, polls=True).held())


def end_all_connections(address: str) -> None:
    """The server forgets everybody, as at a restart."""
    engine = engine_for(make_url(address))
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()
