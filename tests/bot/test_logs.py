"""What the logs never hold: secrets, and the words of errors, which may quote people."""

from __future__ import annotations

import asyncio
import gc
import logging
import subprocess
import sys
import traceback
from collections.abc import Callable
from urllib.parse import quote

import pytest
from sqlalchemy.exc import IntegrityError
from telegram.error import NetworkError, TelegramError

from bot import logs
from bot.clock import now
from bot.failures import unquoted
from bot.settings import load_settings
from bot.transport import AiohttpRequest
from playground import Fault, Kind, Playground
from storage import owners
from storage.database import Database
from storage.unit import Unit
from tests.bot.processes import ROOT
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


@pytest.mark.leaks_on_purpose("the token has to be in a line to be blotted out of it")
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


@pytest.mark.parametrize("password", ["p@ss/word of the house", "%41%42%43-encoded", "plain-one"])
def test_a_secret_is_blotted_out_the_way_an_address_writes_it(password: str) -> None:
    record = logging.makeLogRecord({"msg": f"at http://rapport:{quote(password, safe='')}@host"})
    assert logs.formatter([password]).format(record).endswith("at http://rapport:<secret>@host")


@pytest.mark.parametrize(
    ("refusal", "kept"),
    [
        ("Bad Request: chat not found", "Bad Request: chat not found"),
        ('can\'t parse entities: Unsupported start tag "Nightingale" at byte offset 4', "at byte"),
        ("inline keyboard button URL 'https://Nightingale' is invalid", "URL … is invalid"),
        ('can\'t find "a"Nightingale"b" in it', "can't find … in it"),
        ('can\'t read "Night\nNightingale" in it', "can't read … in it"),
    ],
)
def test_what_telegram_quotes_in_a_refusal_is_left_out(refusal: str, kept: str) -> None:
    assert kept in unquoted(refusal)
    assert CANARY not in unquoted(refusal)


def test_only_this_program_is_heard_below_warning(logged: Callable[[], str]) -> None:
    for name in ("telegram.Bot", "aiohttp.access", "sqlalchemy.engine.Engine", "new.library"):
        logging.getLogger(name).info("heard from %s", CANARY)
        logging.getLogger(name).debug("heard from %s", CANARY)
    for name in ("bot.intake", "handlers.capture", "rapport.names", "storage.sqlite"):
        logging.getLogger(name).debug("a decision")
    assert logged().count("a decision") == 4
    assert "heard" not in logged()


async def test_a_failure_nobody_waited_for_is_logged_without_its_words(
    logged: Callable[[], str],
) -> None:
    async def fail(what: str) -> None:
        raise ValueError(what)

    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.log_failure)
    task = asyncio.create_task(fail(CANARY))
    await asyncio.wait([task])
    del task
    gc.collect()
    loop.call_soon(int, CANARY)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    loop.call_exception_handler({"message": "Task was destroyed but it is pending!"})
    assert logged().count("something nobody waited for failed") == 2
    assert logged().count("builtins.ValueError") == 2
    assert "the event loop: Task was destroyed" in logged()


BREAKING = """
import threading, warnings
from bot import logs
class Holder:
    def __del__(self): raise ValueError("Nightingale let go of")
def fail(): raise KeyError("Nightingale in a thread")
logs.configure("DEBUG")
logs.log_what_breaks()
thread = threading.Thread(target=fail); thread.start(); thread.join()
Holder()
warnings.warn("Nightingale warns", stacklevel=1)
raise LookupError("Nightingale at the end")
"""


def test_what_python_itself_would_print_is_logged_without_its_words() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", BREAKING], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "a thread failed" in ended.stderr
    assert "something being let go of failed" in ended.stderr
    assert "Python warns at <string>:11: UserWarning" in ended.stderr
    assert "the program failed" in ended.stderr
    assert "builtins.LookupError" in ended.stderr
    assert CANARY not in ended.stderr


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


@pytest.mark.parametrize("place", ["password", "sslpassword"])
def test_a_password_in_the_query_of_an_address_is_a_secret_too(place: str) -> None:
    address = f"postgresql://rapport@host/rapport?{place}={SECRET}"
    for setting in ("database_url", "database_owner_url"):
        assert SECRET in load_settings(_env_file=None, **{setting: address}).secrets(None)


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
