"""The commands an operator gives."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NoReturn

import click

from bot import logs
from bot.clock import now
from bot.lock import AlreadyRunningError, BotLock, Presence, ProcessLock, in_use
from bot.settings import Settings, SettingsError, load_settings
from storage import schema
from storage.database import Database, parse_address
from storage.errors import StorageError, StorageUnavailable

log = logging.getLogger(__name__)

BAD_SETTING = 2
BROKEN = 1
LONGEST_ID = 18  # digits; what the databases take


def stop_for(problem: str) -> NoReturn:
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


class OwnerId(click.ParamType[int]):
    """Somebody's id with Telegram, as `owners` lists it."""

    name = "ID"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The id; one line that says what it must be."""
        if not (value.isdecimal() and len(value) <= LONGEST_ID):
            self.fail(f"{value}: ids are numbers; `owners` lists them.", param, ctx)
        return int(value)


@click.group()
def main() -> None:
    """Rapport: whom you met, whom to get back to, and what to write."""


@main.command()
def run() -> None:
    """Start Rapport. Without TELEGRAM_BOT_TOKEN it starts the playground too."""
    with explained():
        settings = load_settings()
        token = settings.token.get_secret_value() if settings.token else None
        logs.configure(settings.log_level, settings.secrets(token))
        logs.log_what_breaks()
        try:
            asyncio.run(_serve(settings, token))
        except SettingsError:
            raise
        except Exception:
            # Python itself would print the error's words, which the logs leave out.
            log.critical("Rapport ends: this should not have happened", exc_info=True)
            raise SystemExit(BROKEN) from None


@main.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    with explained():
        settings = load_settings()
        before = reachable(settings)
        _migrate(settings)
        click.echo(f"The database is at {schema.HEAD}" + ("." if before else ", newly made."))


@main.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
def backup(path: Path | None) -> None:
    """Back the records up, also while Rapport runs: into the directory of backups, or to PATH."""
    from bot.backups import back_up

    with explained():
        settings = load_settings()
        reachable(settings)
        try:
            click.echo(back_up(settings, path, now()))
        except (StorageError, OSError) as error:
            click.echo(f"rapport: there is no backup: {first_line(error)}", err=True)
            raise SystemExit(BROKEN) from None


@main.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="Also where the database holds records already.")
def restore(path: Path, replace: bool) -> None:
    """Make the records of the backup at PATH the database's. What they replace is kept."""
    from bot.backups import restore as make_the_databases
    from bot.lock import nobody_at_work

    with explained():
        settings = load_settings()
        url = parse_address(settings.database_address)
        try:
            with nobody_at_work(url):
                done = make_the_databases(
                    settings, path, now(), replace=replace, bring_up=lambda: _bring_up(settings)
                )
        except AlreadyRunningError:
            raise in_use(url) from None
        except (StorageError, OSError) as error:
            stop_for(f"{path} is not restored: {first_line(error)}")
    for line in done.report():
        click.echo(line)


@main.command()
def doctor() -> None:
    """Check the settings, the database, Telegram and the clock; say what is wrong."""
    from bot.doctor import examine

    with explained():
        settings = load_settings()
        logs.configure("ERROR", settings.secrets(None))
        findings = asyncio.run(examine(settings))
    for finding in findings:
        click.echo(f"{'ok  ' if finding.is_well else 'BAD '} {finding.words}")
    raise SystemExit(0 if all(finding.is_well for finding in findings) else BROKEN)


@main.command()
def invite() -> None:
    """Make a code that lets one person in within a week."""
    from storage import invites

    with explained():
        settings = load_settings()
        _ready(settings)

        at = now()

        async def issue() -> str:
            database = Database(settings.database_address)
            try:
                return await database.run(lambda unit: invites.issue(unit, at))
            finally:
                database.close()

        click.echo(f"/start {asyncio.run(issue())}")
        until = at + invites.LIFETIME
        click.echo(f"These words let in whoever sends them to the bot first, until {until:%d %B}.")


@main.command()
def owners() -> None:
    """List who keeps contacts here: since when, how they were let in, and how many they keep."""
    from bot.access import roll

    with explained():
        settings = load_settings()
        _ready(settings)
        found = asyncio.run(roll(settings))
    blocked = [f"{user_id:>12}  BLOCKED, keeps nothing here" for user_id in found.shut_out]
    click.echo("\n".join([*found.owners, *blocked, f"Owners: {len(found.owners)}"]))


@main.command()
@click.argument("owner_id", metavar="ID", type=OwnerId())
def block(owner_id: int) -> None:
    """Turn whoever has this Telegram id away; records of theirs stay."""
    from bot import access

    with explained():
        settings = load_settings()
        _ready(settings)
        asyncio.run(access.block(settings, owner_id, now))
    click.echo(f"{owner_id} is blocked; `unblock {owner_id}` takes it back.")


@main.command()
@click.argument("owner_id", metavar="ID", type=OwnerId())
def unblock(owner_id: int) -> None:
    """Take that back for whoever has this Telegram id."""
    from bot import access

    with explained():
        settings = load_settings()
        _ready(settings)
        asyncio.run(access.unblock(settings, owner_id))
    click.echo(f"{owner_id} is not blocked any more.")


@main.command()
def health() -> None:
    """Ask a running Rapport whether it is well; the exit status tells."""
    from bot.health import ask

    with explained():
        settings = load_settings()
        if settings.health_place is None:
            raise SettingsError("RAPPORT_HEALTH_LISTEN is not set, so nothing answers /health")
        is_well, said = asyncio.run(ask(*settings.health_place))
    click.echo(said)
    raise SystemExit(0 if is_well else BROKEN)


@main.command()
def demo() -> None:
    """Fill the playground's first person with a network of 40 invented people."""
    from bot.demo import NAME, fill

    with explained():
        settings = load_settings(token=None)
        _ready(settings)

        async def add() -> int:
            database = Database(settings.database_address)
            try:
                return await database.run(lambda unit: fill(unit, settings, now()))
            finally:
                database.close()

        click.echo(f"{NAME} knows {asyncio.run(add())} people more; /today says whom to write to.")


def reachable(settings: Settings) -> str | None:
    """The schema the database is at; SettingsError if it cannot be reached."""
    try:
        return schema.current(settings.database_address)
    except (StorageError, OSError) as error:
        is_file = parse_address(settings.database_address).get_backend_name() == "sqlite"
        is_away = isinstance(error, (StorageUnavailable, OSError)) or not is_file
        way_out = "; python -m bot restore PATH --replace puts a backup in its place"
        raise SettingsError(
            f"RAPPORT_DATABASE_URL cannot be {'reached' if is_away else 'read'}: "
            f"{first_line(error)}{'' if is_away else way_out}"
        ) from None


def first_line(error: Exception) -> str:
    """What an error says, in a line."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _ready(settings: Settings) -> None:
    """The database reached and at the newest schema."""
    if reachable(settings) != schema.HEAD:
        _migrate(settings)


def _migrate(settings: Settings) -> None:
    """The database at the newest schema; what it held is kept first, as it was."""
    from bot.backups import before_migration

    _owner_reachable(settings)
    try:
        kept = before_migration(settings, now())
    except (StorageError, OSError) as error:
        raise SettingsError(
            f"RAPPORT_BACKUP_DIR: no backup can be made before {schema.HEAD}, so nothing is "
            f"migrated: {first_line(error)} (RAPPORT_BACKUP_DAYS=0 goes without)"
        ) from None
    if kept is not None:
        click.echo(f"Before the migration to {schema.HEAD} the records are kept in {kept}")
    _bring_up(settings)


def _owner_reachable(settings: Settings) -> None:
    """Nothing, if whose tables these are can be reached; SettingsError if not."""
    if settings.database_owner_url is None:
        return
    _role(settings)
    try:
        schema.current(settings.owner_address)
    except (StorageError, OSError) as error:
        raise SettingsError(
            f"RAPPORT_DATABASE_OWNER_URL cannot be reached: {first_line(error)}"
        ) from None


def _bring_up(settings: Settings) -> None:
    role = _role(settings) if settings.database_owner_url is not None else None
    try:
        schema.migrate(settings.owner_address)
        if role is not None:
            schema.let_in(settings.owner_address, role)
    except (StorageError, OSError) as error:
        raise SettingsError(
            f"RAPPORT_DATABASE_URL cannot be brought to {schema.HEAD}: {first_line(error)}"
        ) from None


def _role(settings: Settings) -> str:
    """As whom Rapport works on the database that another role owns."""
    url = parse_address(settings.database_address)
    if url.get_backend_name() == "sqlite" or url.username is None:
        raise SettingsError(
            "RAPPORT_DATABASE_OWNER_URL is for PostgreSQL, beside a RAPPORT_DATABASE_URL that "
            "names the user Rapport works as"
        )
    return url.username


async def _serve(settings: Settings, token: str | None) -> None:
    from bot.apart import answer_what_is_asked, is_apart

    await (answer_what_is_asked(settings) if is_apart() else _run(settings, token))


async def _run(settings: Settings, token: str | None) -> None:
    from bot.app import Rapport

    if not gc.isenabled():  # `bot.__main__` turned it off while importing
        gc.freeze()
        # An update makes thousands of objects and hardly a cycle: looking for some after every
        # 700 of them costs one part in twenty of its time.
        gc.set_threshold(10_000, 20, 50)
        gc.enable()
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.log_failure)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with _telegram(settings, token) as (used_token, api_url):
        with _place(settings, used_token) as presence:
            _ready(settings)
            database = Database(settings.database_address)
            try:
                rapport = Rapport(settings, used_token, api_url, database, presence)
                if settings.is_playground:
                    click.echo(f"Rapport is ready to be texted: {api_url}/  (Ctrl+C stops it)")
                await rapport.run(stopped)
            finally:
                database.close()


@contextlib.contextmanager
def _place(settings: Settings, token: str) -> Iterator[Presence]:
    """This process's place on the database, next to nobody it would get in the way of."""
    url = parse_address(settings.database_address)
    is_file = url.get_backend_name() == "sqlite"
    bot_id = int(token.partition(":")[0])
    lock = ProcessLock(url) if is_file else BotLock(url, bot_id, polls=settings.webhook_url is None)
    with contextlib.ExitStack() as stack:
        try:
            presence = stack.enter_context(lock.held())
        except AlreadyRunningError:
            raise in_use(url) from None
        except (StorageError, OSError) as error:
            raise SettingsError(
                f"RAPPORT_DATABASE_URL cannot be reached: {first_line(error)}"
            ) from None
        yield presence


@contextlib.asynccontextmanager
async def _telegram(settings: Settings, token: str | None) -> AsyncIterator[tuple[str, str]]:
    """The token and address of Telegram, or of the playground that stands in for it."""
    if token is not None:
        yield token, settings.api_url
        return
    from playground import Playground

    town = Playground(settings.playground_port)
    try:
        await town.start()
    except OSError as error:
        raise SettingsError(
            f"RAPPORT_PLAYGROUND_PORT cannot be listened to: {settings.playground_port}: "
            f"{error.strerror}"
        ) from None
    try:
        yield town.token, town.url
    finally:
        await town.stop()
