"""What the logs never hold: secrets, and the words of errors, which may quote people."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable

import pytest
from sqlalchemy.exc import IntegrityError
from telegram.error import NetworkError, TelegramError

from bot import logs
from bot.clock import now
from bot.settings import load_settings
from bot.transport import AiohttpRequest
from playground import Fault, Kind, Playground
from storage import owners
from storage.database import Database
from storage.unit import Unit
from tests.bot.servers import answering, refusing, serving

SECRET = "s3cret-of-the-test"
TOKEN = "123456789:AAF-this_is_never-to-be_seen_anywhere"
CANARY = "Nightingale"

log = logging.getLogger("bot.test")


def test_a_secret_is_blotted_out_wherever_it_stands(logged: Callable[[], str]) -> None:
    log.info("calling https://host/bot%s/getMe", SECRET)
    try:
        raise TypeError(f"bad {SECRET}")
    except TypeError:
        log.exception("failed with %s", SECRET)
    assert SECRET not in logged()
    assert logged().count("<secret>") == 3


def test_half_a_token_is_a_secret_too(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    level = root.level
    logs.configure("INFO", [TOKEN])
    (handler,) = root.handlers
    log.info("asking for bot123456789%%3A%s", TOKEN.partition(":")[2])
    root.removeHandler(handler)
    root.setLevel(level)
    line = capsys.readouterr().err
    assert "asking for" in line
    assert "never-to-be_seen" not in line


def test_an_errors_words_are_left_out_and_its_causes_named(logged: Callable[[], str]) -> None:
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as error:
            raise ValueError(f"no such {CANARY}") from error
    except ValueError:
        log.exception("broken")
    assert CANARY not in logged()
    assert "builtins.ValueError\nwhich came of\n" in logged()
    assert "builtins.KeyError" in logged()
    assert "test_logs.py" in logged()


def test_an_error_of_the_code_says_what_it_is(logged: Callable[[], str]) -> None:
    try:
        object().missing  # type: ignore[attr-defined]  # noqa: B018 - the error is what is wanted
    except AttributeError:
        log.exception("broken")
    assert "has no attribute 'missing'" in logged()


def test_a_line_names_the_update_being_answered(logged: Callable[[], str]) -> None:
    marker = logs.update_id.set(77)
    log.info("thinking")
    logs.update_id.reset(marker)
    log.info("idle")
    first, second = logged().splitlines()
    assert "[update 77]: thinking" in first
    assert "update" not in second


@pytest.mark.parametrize("body", [b"<p>Nightingale", b'{"ok":false,"description":"Nightingale'])
async def test_an_unreadable_answer_is_not_quoted(logged: Callable[[], str], body: bytes) -> None:
    async with serving(answering(200, body)) as url, AiohttpRequest() as request:
        with pytest.raises(TelegramError):
            await request.call(f"{url}/bot{TOKEN}/getMe", {})
    assert CANARY not in logged()


async def test_an_unreachable_telegram_tells_no_token(logged: Callable[[], str]) -> None:
    async with AiohttpRequest() as request:
        with pytest.raises(NetworkError) as caught:
            await request.call(f"{refusing()}/bot{TOKEN}/getMe", {})
    log.error("away: %s", caught.value, exc_info=caught.value)
    assert "never-to-be" not in "".join(traceback.format_exception(caught.value))
    assert "never-to-be" not in logged()


async def test_a_failing_statement_shows_no_values(database: Database) -> None:
    def add(unit: Unit) -> None:
        owners.add(unit, 1, name=CANARY, language="en", digest_at="08:30", now=now())

    await database.run(add)
    with pytest.raises(IntegrityError) as caught:
        await database.run(add)
    assert CANARY not in str(caught.value)


def test_settings_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings(
        _env_file=None,
        token=TOKEN,
        webhook_secret=SECRET,
        database_url=f"postgresql://rapport:{SECRET}@host/rapport",
        proxy=f"http://user:{SECRET}@proxy:3128",
    )
    assert SECRET not in repr(settings)
    assert "never-to-be" not in repr(settings)
    assert {TOKEN, SECRET} <= set(settings.secrets(TOKEN))


async def test_a_whole_bot_at_debug_says_nothing_of_what_was_said(
    logged: Callable[[], str], town: Playground, sqlite_url: str
) -> None:
    from bot.app import Rapport

    settings = load_settings(_env_file=None, token=town.token, api_url=town.url, open=True)
    database = Database(sqlite_url)
    stop = asyncio.Event()
    running = asyncio.create_task(Rapport(settings, town.token, town.url, database).run(stop))
    try:
        async with await town.person() as alex:
            await alex.say(f"Met {CANARY} Weber at PyData. Promised to send the slides.")
            await alex.expect(CANARY)
            await alex.expect("where are you?")
            town.world.faults.add(Fault(Kind.STATUS, "sendMessage", status=502, body="<p>no</p>"))
            town.world.faults.add(Fault(Kind.CUT_AFTER, "getUpdates"))
            await alex.say(f"Coffee with {CANARY} today")
            await alex.expect(CANARY)
    finally:
        stop.set()
        await running
        database.close()
    assert CANARY not in logged()
    assert town.token.partition(":")[2] not in logged()
    assert "listening to Telegram" in logged()
