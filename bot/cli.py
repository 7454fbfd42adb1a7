"""The commands an operator gives."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Iterator

import click

from bot import logs
from bot.clock import now
from bot.settings import Settings, SettingsError, load_settings
from storage import schema
from storage.database import Database, parse_address
from storage.errors import StorageError

BAD_SETTING = 2


def stop_for(problem: str) -> None:
    """End with one line that says what is wrong, and the status of a bad setting."""
    click.echo(f"rapport: {problem}", err=True)
    raise SystemExit(BAD_SETTING)


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Bad settings end the command with one line and no traceback."""
    try:
        yield
    except SettingsError as error:
        stop_for(str(error))


@click.group()
def main() -> None:
    """Rapport: whom you met, whom to get back to, and what to write."""


@main.command()
def run() -> None:
    """Start Rapport. Without TELEGRAM_BOT_TOKEN it starts the playground too."""
    with explained():
        settings = load_settings()
        token = settings.token.get_secret_value() if settings.token else None
        secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else None
        logs.configure(settings.log_level, token, secret)
        asyncio.run(_run(settings, token))


@main.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    with explained():
        settings = load_settings()
        before = _reachable(settings)
        schema.migrate(settings.database_address)
        click.echo(f"The database is at {schema.HEAD}" + ("." if before else ", newly made."))


@main.command()
def invite() -> None:
    """Make a code that lets one person in within a week."""
    from storage import invites

    with explained():
        settings = load_settings()
        _ready(settings)

        async def issue() -> str:
            database = Database(settings.database_address)
            try:
                return await database.run(lambda unit: invites.issue(unit, now()))
            finally:
                database.close()

        click.echo(f"/start {asyncio.run(issue())}")


def _reachable(settings: Settings) -> str | None:
    """The schema the database is at; SettingsError if it cannot be reached."""
    try:
        return schema.current(settings.database_address)
    except (StorageError, OSError) as error:
        said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise SettingsError(f"RAPPORT_DATABASE_URL cannot be reached: {said}") from None


def _ready(settings: Settings) -> None:
    """The database reached and at the newest schema."""
    if _reachable(settings) != schema.HEAD:
        schema.migrate(settings.database_address)


async def _run(settings: Settings, token: str | None) -> None:
    from bot.app import Rapport

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    with _alone(settings):
        _ready(settings)
        async with _telegram(settings, token) as (used_token, api_url):
            database = Database(settings.database_address)
            try:
                await Rapport(settings, used_token, api_url, database).run(stopped)
            finally:
                database.close()


@contextlib.contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Nobody else on this SQLite file; PostgreSQL is for several."""
    from bot.lock import AlreadyRunningError, ProcessLock

    url = parse_address(settings.database_address)
    if url.get_backend_name() != "sqlite":
        yield
        return
    try:
        with ProcessLock(url):
            yield
    except AlreadyRunningError:
        raise SettingsError(
            f"RAPPORT_DATABASE_URL is in use: another Rapport works on {url.database}; "
            "stop that one first"
        ) from None
    except OSError as error:
        raise SettingsError(
            f"RAPPORT_DATABASE_URL cannot be reached: {url.database}: {error.strerror}"
        ) from None


@contextlib.asynccontextmanager
async def _telegram(settings: Settings, token: str | None) -> AsyncIterator[tuple[str, str]]:
    """The token and address of Telegram, or of the playground that stands in for it."""
    if token is not None:
        yield token, settings.api_url
        return
    from playground import Playground

    try:
        async with Playground(settings.playground_port) as town:
            click.echo(f"Rapport is ready to be texted: {town.url}/  (Ctrl+C stops it)")
            yield town.token, town.url
    except OSError as error:
        raise SettingsError(
            f"RAPPORT_PLAYGROUND_PORT cannot be listened to: {settings.playground_port}: "
            f"{error.strerror}"
        ) from None
