"""What is right and wrong with a set-up: settings, database, Telegram, clock."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from telegram.error import InvalidToken, TelegramError

from bot.backups import last_backup
from bot.clock import now
from bot.settings import Settings
from bot.transport import AiohttpRequest
from storage import schema
from storage.database import Database, parse_address, shown
from storage.errors import StorageError

ENV = Path(".env")  # holds the token, perhaps a password
CLOCK_MAY_DIFFER = 30.0  # seconds; a message's "yesterday" and a reminder's minute hang on it


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    is_well: bool
    words: str


async def examine(settings: Settings) -> list[Finding]:
    """Everything that can be known without starting, the wrong and the right."""
    database = await asyncio.to_thread(lambda: list(_database(settings)))
    return [*_settings(settings), *database, _backups(settings), *await _telegram(settings)]


def _settings(settings: Settings) -> Iterator[Finding]:
    yield Finding(True, "Settings: every one can be read.")
    if _is_open(ENV):
        yield Finding(False, f"Settings: others may read {ENV}; chmod 600 {ENV}")
    if settings.is_playground:
        yield Finding(True, "Access: no TELEGRAM_BOT_TOKEN, so the playground stands in, for all.")
    elif settings.open:
        yield Finding(True, "Access: RAPPORT_OPEN lets everybody in.")
    elif settings.allowed_users:
        yield Finding(True, f"Access: {len(settings.allowed_users)} users are allowed.")
    else:
        yield Finding(True, "Access: only those invited; RAPPORT_ALLOWED_USERS names nobody.")
    yield Finding(True, _operators(settings))
    local = now().astimezone(ZoneInfo(settings.zone))
    yield Finding(
        True, f"Zone: {settings.zone}, where it is {local:%H:%M}; digests at {settings.digest_at}."
    )


def _operators(settings: Settings) -> str:
    told = len(settings.operators)
    if not told:
        return "Operators: RAPPORT_OPERATORS names nobody, so the log alone says what stays wrong."
    return f"Operators: {told}, told of what stays wrong; each must have written to the bot once."


def _database(settings: Settings) -> Iterator[Finding]:
    url = parse_address(settings.database_address)
    place = shown(url)
    is_file = url.get_backend_name() == "sqlite"
    path = Path(url.database or "")
    if is_file and not path.exists():
        yield _new_file(path)
        return
    try:
        revision = schema.current(url)
    except (StorageError, OSError) as error:
        yield Finding(False, f"Database: {place} cannot be reached: {error}")
        return
    if revision is None:
        yield Finding(True, f"Database: {place} is empty; it is set up at the first start.")
        return
    yield Finding(True, f"Database: {place} is reached.")
    known = revision <= schema.HEAD
    step = "the newest" if revision == schema.HEAD else "brought up to date at the next start"
    words = step if known else "made by a newer Rapport; start that one"
    yield Finding(known, f"Schema: {revision}, {words}.")
    yield _writable(settings)
    yield _mode(path) if is_file else _held(settings)


def _new_file(path: Path) -> Finding:
    home = next(parent for parent in path.absolute().parents if parent.exists())
    if home.is_dir() and os.access(home, os.W_OK):
        return Finding(True, f"Database: {path} is not there yet; the first start makes it.")
    return Finding(False, f"Database: {path} cannot be made: {home} is not a writable directory.")


def _writable(settings: Settings) -> Finding:
    """Whether a unit can be written; it writes nothing."""

    async def write() -> None:
        database = Database(settings.database_address)
        try:
            await database.run(lambda _: None)
        finally:
            database.close()

    try:
        asyncio.run(write())
    except StorageError as error:
        return Finding(False, f"Writing: the database refuses: {error}")
    return Finding(True, "Writing: the database takes it.")


def _held(settings: Settings) -> Finding:
    """Whether PostgreSQL itself keeps one owner's records from another."""
    try:
        is_held = schema.is_held(settings.database_address)
    except StorageError as error:
        return Finding(False, f"Row-level security: the database does not say: {error}")
    if is_held:
        return Finding(True, "Row-level security: it holds the role Rapport works as.")
    return Finding(
        False,
        "Row-level security: it does not hold the role Rapport works as, a superuser or one with "
        "BYPASSRLS; name another in RAPPORT_DATABASE_URL.",
    )


def _mode(path: Path) -> Finding:
    """Whether others may read the database or the files beside it."""
    beside = (path.with_name(path.name + end) for end in ("-wal", "-shm", ".lock"))
    readable = [each for each in (path, *beside) if _is_open(each)]
    if readable:
        names = " ".join(map(str, readable))
        return Finding(False, f"File: others may read {names}; chmod 600 {names}")
    return Finding(True, f"File: {path} is for its owner alone.")


def _is_open(path: Path) -> bool:
    return path.exists() and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _backups(settings: Settings) -> Finding:
    if not settings.backs_up_daily:
        return Finding(True, "Backups: none is made by itself; `python -m bot backup` makes one.")
    directory = settings.backup_directory
    try:
        return _backups_in(directory)
    except OSError as error:
        return Finding(False, f"Backups: {directory} cannot be read: {error.strerror}.")


def _backups_in(directory: Path) -> Finding:
    home = next(place for place in (directory, *directory.absolute().parents) if place.exists())
    if not home.is_dir() or not os.access(home, os.W_OK):
        return Finding(False, f"Backups: {directory} cannot be written.")
    last = last_backup(directory, now())
    if last is None:
        return Finding(True, f"Backups: none yet; the first start makes one in {directory}.")
    days = (now() - last).days
    words = f"Backups: the last is of {last:%d %B at %H:%M} UTC, in {directory}"
    late = f", {days} days ago: see whether Rapport runs, and what its log says."
    return Finding(days < 2, words + (late if days >= 2 else "."))


async def _telegram(settings: Settings) -> list[Finding]:
    if settings.token is None:
        return [Finding(True, "Telegram: the playground stands in for it.")]
    base = f"{settings.api_url}/bot{settings.token.get_secret_value()}"
    request = AiohttpRequest(read_timeout=10.0, proxy=settings.proxy)
    try:
        async with request:
            me = await request.call(f"{base}/getMe", {})
            hook = await request.call(f"{base}/getWebhookInfo", {})
    except InvalidToken:
        return [Finding(False, "Telegram: TELEGRAM_BOT_TOKEN is refused: revoked or mistyped.")]
    except TelegramError as error:
        return [Finding(False, f"Telegram: {settings.api_url} cannot be reached: {error.message}")]
    found = [Finding(True, f"Telegram: the bot is @{me.get('username')}.")]
    return [*found, *_webhook(settings, hook), *await _clock(settings)]


def _webhook(settings: Settings, hook: dict[str, Any]) -> Iterator[Finding]:
    there = str(hook.get("url") or "")
    if settings.webhook_url is None:
        words = f"Updates: by long polling; the webhook at {there} is removed at the next start."
        yield Finding(not there, words if there else "Updates: by long polling.")
        return
    same = there.rstrip("/") == settings.webhook_url
    words = f"by webhook at {settings.webhook_url}" + (
        "" if same else f", which the next start sets; now {there or 'none'} is set"
    )
    yield Finding(same or not there, f"Updates: {words}.")
    if hook.get("last_error_message"):
        at = datetime.fromtimestamp(int(hook.get("last_error_date", 0)), UTC)
        yield Finding(
            False, f"Webhook: on {at:%d %B at %H:%M} UTC Telegram met: {hook['last_error_message']}"
        )


async def _clock(settings: Settings) -> list[Finding]:
    """This machine's clock beside the one in the server's answer; nothing, if it shows none."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session,
            session.head(settings.api_url, proxy=settings.proxy) as response,
        ):
            shown = response.headers.get("Date")
    except (aiohttp.ClientError, TimeoutError):
        return []
    if shown is None:
        return []
    off = (now() - parsedate_to_datetime(shown)).total_seconds()
    if abs(off) <= CLOCK_MAY_DIFFER:
        return [Finding(True, "Clock: it agrees with Telegram's.")]
    way = "ahead of" if off > 0 else "behind"
    return [Finding(False, f"Clock: it is {abs(off):.0f} s {way} Telegram's; set it right.")]
