"""Every way a call to Telegram can end, over real sockets, beside what HTTPXRequest makes of it."""

import asyncio
import gc
import json
import logging
import traceback
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot, InputFile
from telegram._utils.types import ODVInput
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, HTTPXRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.failures import Outcome, outcome
from bot.transport import AiohttpRequest
from tests.bot import servers
from tests.bot.servers import answering, serving

TOKEN = "123456789:AAF-this_is_never-to-be_seen_anywhere"
SHORT = 0.2
APACHE = f"<p>The requested URL /bot{TOKEN}/sendMessage was not found here.</p>".encode()

Server = Callable[[], AbstractAsyncContextManager[str]]


def call(**parameters: object) -> RequestData:
    """What a Bot method hands to its request."""
    return RequestData([RequestParameter.from_input(name, v) for name, v in parameters.items()])


def refusal(description: str, **parameters: int) -> dict[str, Any]:
    """A Bot API answer that says no."""
    answer = {"ok": False, "description": description}
    return answer | {"parameters": parameters} if parameters else answer


@asynccontextmanager
async def deaf() -> AsyncIterator[str]:
    with servers.deaf() as address:
        yield address


@asynccontextmanager
async def nobody() -> AsyncIterator[str]:
    yield servers.refusing()


@asynccontextmanager
async def over_tls(behaviour: servers.Behaviour) -> AsyncIterator[str]:
    async with serving(behaviour) as address:
        yield address.replace("http:", "https:")


@dataclass(frozen=True)
class Fault:
    """A server that fails, the error its failure becomes, and what that means."""

    remark: str
    server: Server
    error: type[TelegramError]
    text: str
    meaning: Outcome
    parameters: RequestData | None = None


def answer(
    remark: str,
    status: int,
    body: bytes | dict[str, Any],
    error: type[TelegramError],
    text: str,
    meaning: Outcome,
) -> Fault:
    return Fault(remark, partial(serving, answering(status, body)), error, text, meaning)


def fault(
    remark: str,
    behaviour: servers.Behaviour,
    error: type[TelegramError],
    text: str,
    meaning: Outcome,
    parameters: RequestData | None = None,
) -> Fault:
    return Fault(remark, partial(serving, behaviour), error, text, meaning, parameters)


MIGRATED = refusal("Bad Request: group chat was upgraded", migrate_to_chat_id=-100)
LIMITED = refusal("Too Many Requests: retry after 9", retry_after=9)
BLOCKED = refusal("Forbidden: bot was blocked by the user")
SECOND = refusal("Conflict: terminated by other getUpdates request")
LONG = call(text="x" * 8_000_000)
FILE = call(document=InputFile(b"x" * 8_000_000))

NO, MAYBE, NEVER = Outcome.NOT_SENT, Outcome.UNKNOWN, Outcome.REFUSED
LATE = "Timed out"
TLS_SILENCE = partial(over_tls, servers.never_answering)
NO_TLS = partial(over_tls, servers.speaking_first)

# fmt: off
FAULTS = [
    answer("no such chat", 400, refusal("Bad Request: no chat"), BadRequest, "No chat", NEVER),
    answer("a chat that moved", 400, MIGRATED, ChatMigrated, "-100", NEVER),
    answer("revoked", 401, refusal("Unauthorized"), InvalidToken, "Unauth", Outcome.REVOKED),
    answer("blocked", 403, BLOCKED, Forbidden, "bot was blocked by the user", Outcome.BLOCKED),
    answer("malformed", 404, refusal("Not Found"), InvalidToken, "Not Found", Outcome.REVOKED),
    answer("a page with the address", 404, APACHE, InvalidToken, "requested", MAYBE),
    answer("a second poller", 409, SECOND, Conflict, "terminated by other", NO),
    answer("a file too large", 413, b"<html>", NetworkError, "Request Entity Too Large", NEVER),
    answer("a limit that says how long", 429, LIMITED, RetryAfter, "9", Outcome.LIMITED),
    answer("a limit", 429, refusal("Too Many Requests"), NetworkError, "Too Many Requests", NO),
    answer("a gateway's limit", 429, b"<html>", NetworkError, "Too Many Requests (429)", NO),
    answer("a redirect, not followed", 302, b"", NetworkError, "Found (302)", MAYBE),
    answer("trouble inside", 500, refusal("Internal"), NetworkError, "Internal", MAYBE),
    answer("a gateway's page", 502, b"<html>gone", NetworkError, "Bad Gateway (502)", MAYBE),
    answer("a page for an answer", 200, APACHE, TelegramError, "Invalid server", MAYBE),
    Fault("nobody listens", nobody, NetworkError, "Connect", NO),
    Fault("never accepted", deaf, TimedOut, LATE, NO),
    Fault("silent in the TLS handshake", TLS_SILENCE, TimedOut, LATE, NO),
    Fault("plain HTTP spoken to TLS", NO_TLS, NetworkError, "Connect", NO),
    fault("never answered", servers.never_answering, TimedOut, LATE, MAYBE),
    fault("stalled in the answer", servers.stalling_in_the_body, TimedOut, LATE, MAYBE),
    fault("a file never read", servers.never_reading, TimedOut, LATE, MAYBE, FILE),
    fault("a long text never read", servers.never_reading, TimedOut, LATE, MAYBE, LONG),
    fault("cut at once", servers.closing_at_once, NetworkError, "", MAYBE),
    fault("cut after the request", servers.closing_after_the_request, NetworkError, "", MAYBE),
    fault("cut in the middle of a file", servers.closing_at_once, NetworkError, "", MAYBE, FILE),
    fault("half closed", servers.half_closing, NetworkError, "", MAYBE),
    fault("cut in the answer", servers.truncating, NetworkError, "", MAYBE),
    fault("not HTTP", servers.babbling, NetworkError, "", MAYBE),
]
# fmt: on


@pytest.fixture(autouse=True)
def _waits_are_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


def remark(fault: Fault) -> str:
    return fault.remark


def hurried(kind: type[AiohttpRequest | HTTPXRequest] = AiohttpRequest) -> BaseRequest:
    """A request whose timeouts are all short."""
    return kind(
        read_timeout=SHORT,
        write_timeout=SHORT,
        connect_timeout=SHORT,
        pool_timeout=SHORT,
        media_write_timeout=SHORT,
    )


async def failure(request: BaseRequest, fault: Fault) -> TelegramError:
    """The error that this request makes of the fault."""
    async with fault.server() as address, request:
        with pytest.raises(TelegramError) as caught:
            await request.post(
                f"{address}/bot{TOKEN}/sendMessage", fault.parameters or call(chat_id=1, text="Hi")
            )
    return caught.value


def chain(error: BaseException | None) -> list[BaseException]:
    """The error with all that stands behind it, shown in tracebacks or not."""
    if error is None:
        return []
    return [error, *chain(error.__cause__), *chain(error.__context__)]


@pytest.mark.parametrize("fault", FAULTS, ids=remark)
async def test_a_failure_becomes_the_error_that_httpx_would_give(fault: Fault) -> None:
    ours = await failure(hurried(AiohttpRequest), fault)
    theirs = await failure(hurried(HTTPXRequest), fault)
    assert type(ours) is type(theirs) is fault.error
    assert fault.text.lower() in str(ours).lower()


@pytest.mark.parametrize("fault", FAULTS, ids=remark)
async def test_a_failure_says_what_became_of_the_message(fault: Fault) -> None:
    assert outcome(await failure(hurried(), fault)) is fault.meaning


@pytest.mark.parametrize("fault", FAULTS, ids=remark)
async def test_no_failure_tells_the_token(fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    error = await failure(hurried(), fault)
    told = caplog.text + "".join(traceback.format_exception(error))
    told += "".join(f"{each!s}{each!r}{each.args!r}" for each in chain(error))
    assert TOKEN.partition(":")[2] not in told


async def test_no_free_connection_is_a_timeout_under_which_nothing_was_sent() -> None:
    texts = []
    for request in (
        AiohttpRequest(connection_pool_size=1, pool_timeout=SHORT),
        HTTPXRequest(connection_pool_size=1, pool_timeout=SHORT),
    ):
        async with serving(servers.never_answering) as address, request:
            first = asyncio.create_task(request.post(address))
            await asyncio.sleep(SHORT / 2)
            with pytest.raises(TimedOut, match="Pool timeout") as caught:
                await request.post(address)
            first.cancel()
        texts.append(str(caught.value))
        if isinstance(request, AiohttpRequest):
            assert outcome(caught.value) is Outcome.NOT_SENT
    assert texts[0] == texts[1]


async def test_a_connection_given_up_is_free_for_the_next_call() -> None:
    request = AiohttpRequest(connection_pool_size=1, read_timeout=SHORT)
    async with serving(servers.never_answering) as address, request:
        for _ in range(3):
            with pytest.raises(TimedOut, match="Timed out"):
                await request.post(address)


async def test_many_calls_share_few_connections() -> None:
    connections = 0

    async def counting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await answering(200, {"ok": True, "result": True})(reader, writer)

    async with serving(counting) as address, AiohttpRequest(connection_pool_size=3) as request:
        answers = await asyncio.gather(*(request.post(address) for _ in range(30)))
    assert answers == [True] * 30
    assert connections <= 3


@pytest.mark.parametrize(
    ("default", "given", "late"),
    [
        (SHORT, BaseRequest.DEFAULT_NONE, True),
        (SHORT, 5, False),
        (SHORT, None, False),
        (5, SHORT, True),
    ],
)
async def test_a_call_may_have_a_timeout_of_its_own(
    default: float, given: ODVInput[float], late: bool
) -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await servers.read_request(reader)
        await asyncio.sleep(SHORT * 2)
        writer.write(servers.http_answer(200, b'{"ok": true, "result": true}'))
        await writer.drain()

    async with serving(slow) as address, AiohttpRequest(read_timeout=default) as request:
        assert request.read_timeout == default
        with pytest.raises(TimedOut) if late else nullcontext():
            assert await request.post(address, read_timeout=given) is True


async def test_a_file_has_more_time_than_a_text() -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(SHORT * 2)
        await servers.read_request(reader)
        answer = servers.http_answer(200, b'{"ok": true, "result": true}', "Connection: close")
        writer.write(answer)
        await writer.drain()

    request = AiohttpRequest(write_timeout=SHORT, media_write_timeout=5)
    async with serving(slow) as address, request:
        assert await request.post(address, FILE) is True
        with pytest.raises(TimedOut):
            await request.post(address, LONG)
        with pytest.raises(TimedOut):
            await request.post(address, FILE, write_timeout=SHORT)


async def test_nothing_is_sent_before_initialize_or_after_shutdown() -> None:
    request = AiohttpRequest()
    for _ in range(2):
        with pytest.raises(NetworkError, match="not initialized") as caught:
            await request.post(servers.refusing())
        assert outcome(caught.value) is Outcome.NOT_SENT
        await request.initialize()
        await request.shutdown()
        await request.shutdown()


async def test_a_shutdown_ends_the_calls_under_way() -> None:
    async with serving(servers.never_answering) as address:
        request = AiohttpRequest(read_timeout=None)
        await request.initialize()
        under_way = asyncio.create_task(request.post(address))
        await asyncio.sleep(SHORT)
        await request.shutdown()
        with pytest.raises(NetworkError) as caught:
            await asyncio.wait_for(under_way, 5)
        assert outcome(caught.value) is Outcome.UNKNOWN


def test_a_request_serves_one_loop_after_another_and_leaves_nothing_open() -> None:
    request = AiohttpRequest()

    async def life() -> None:
        async with serving(answering(200, {"ok": True, "result": 42})) as address, request:
            assert await request.post(address, call(chat_id=1)) == 42

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(2):
            asyncio.run(life(), debug=True)
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


@asynccontextmanager
async def recording(result: Any) -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
    """A Bot API server that answers `result` and keeps what it was told."""
    told: list[dict[str, Any]] = []

    async def take(request: web.Request) -> web.Response:
        if request.content_type == "application/json":
            told.append(await request.json())
        else:
            told.append(
                {
                    name: (value.filename, value.content_type, value.file.read())
                    if isinstance(value, web.FileField)
                    else value
                    for name, value in (await request.post()).items()
                }
            )
        return web.json_response({"ok": True, "result": result})

    app = web.Application(client_max_size=2**25)
    app.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0]
        yield f"http://{host}:{port}", told
    finally:
        await runner.cleanup()


MESSAGE = {"message_id": 7, "date": 1_700_000_000, "chat": {"id": 1, "type": "private"}}


async def test_parameters_go_out_as_json() -> None:
    async with recording(MESSAGE) as (address, told), AiohttpRequest() as request:
        await request.post(address, call(chat_id=1, text="Zoë \ud83d", buttons=[{"a": 1.5}]))
    assert told == [{"chat_id": 1, "text": "Zoë \ud83d", "buttons": [{"a": 1.5}]}]


async def test_files_go_out_beside_the_parameters(tmp_path: Path) -> None:
    path = tmp_path / "open.bin"
    path.write_bytes(b"from a handle")
    async with recording(True) as (address, told), AiohttpRequest() as request:
        with path.open("rb") as handle:
            await request.post(
                address,
                call(
                    chat_id=1,
                    caption='"Zoë" & <co>',
                    document=InputFile(b"x" * 2_000_000, filename='Резюме "2".pdf'),
                    media=[InputFile(handle, attach=True, read_file_handle=False)],
                ),
            )
    [fields] = told
    [attached] = json.loads(fields.pop("media"))
    assert fields == {
        "chat_id": "1",
        "caption": '"Zoë" & <co>',
        "document": ('Резюме "2".pdf', "application/pdf", b"x" * 2_000_000),
        attached.removeprefix("attach://"): (
            "open.bin",
            "application/octet-stream",
            b"from a handle",
        ),
    }


async def test_a_bot_sends_and_uploads_over_it() -> None:
    async with recording(MESSAGE) as (address, told), AiohttpRequest() as request:
        bot = Bot(TOKEN, f"{address}/bot", request=request)
        assert (await bot.send_message(1, "Hi")).message_id == 7
        assert (await bot.send_document(1, b"content", filename="a.txt")).message_id == 7
    assert told == [
        {"chat_id": 1, "text": "Hi"},
        {"chat_id": "1", "document": ("a.txt", "text/plain", b"content")},
    ]


async def test_a_download_arrives_byte_for_byte() -> None:
    content = bytes(range(256)) * 4096 + TOKEN.encode()
    async with serving(answering(200, content)) as address, AiohttpRequest() as request:
        assert await request.retrieve(f"{address}/file/bot{TOKEN}/a.bin") == content


async def test_a_file_that_is_gone_does_not_tell_the_token() -> None:
    async with serving(answering(404, APACHE)) as address, AiohttpRequest() as request:
        with pytest.raises(InvalidToken) as caught:
            await request.retrieve(f"{address}/file/bot{TOKEN}/a.bin")
    assert TOKEN not in "".join(map(repr, chain(caught.value)))


@asynccontextmanager
async def proxying(status: int) -> AsyncIterator[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """A proxy with a password that answers everything itself."""
    asked: list[tuple[str, dict[str, str]]] = []

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line, headers, _ = await servers.read_request(reader)
        asked.append((line, headers))
        writer.write(servers.http_answer(status, b'{"ok": true, "result": 42}'))
        await writer.drain()

    async with serving(behave) as address:
        yield address.replace("//", "//user:sesame@"), asked


async def test_a_proxy_is_asked_with_its_password() -> None:
    async with proxying(200) as (proxy, asked), AiohttpRequest(proxy=proxy) as request:
        assert await request.post("http://telegram.test/x") == 42
    [(line, headers)] = asked
    assert line == "POST http://telegram.test/x HTTP/1.1"
    assert headers["proxy-authorization"] == "Basic dXNlcjpzZXNhbWU="


async def test_a_tunnel_refused_is_a_message_not_sent() -> None:
    async with proxying(407) as (proxy, asked), AiohttpRequest(proxy=proxy) as request:
        with pytest.raises(NetworkError, match="407") as caught:
            await request.post(f"https://telegram.test/bot{TOKEN}/getMe")
    assert asked[0][0] == "CONNECT telegram.test:443 HTTP/1.1"
    assert outcome(caught.value) is Outcome.NOT_SENT
    told = "".join(map(repr, chain(caught.value)))
    assert TOKEN not in told
    assert "sesame" not in told


async def test_the_proxies_of_the_environment_count_only_when_trusted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with (
        proxying(200) as (proxy, asked),
        serving(answering(200, {"ok": True, "result": 1})) as address,
    ):
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.delenv("no_proxy", raising=False)
        async with AiohttpRequest() as request:
            assert await request.post(address) == 1
        async with AiohttpRequest(trust_env=True) as request:
            assert await request.post(address) == 42
    assert len(asked) == 1


@pytest.mark.parametrize("proxy", ["socks5://user:sesame@127.0.0.1:1080", "127.0.0.1:3128", "http"])
def test_what_is_no_http_proxy_is_refused_without_its_password(proxy: str) -> None:
    with pytest.raises(ValueError, match="http://host:port") as caught:
        AiohttpRequest(proxy=proxy)
    assert "sesame" not in str(caught.value)


async def test_an_address_that_is_none_is_not_sent_and_not_told() -> None:
    async with AiohttpRequest() as request:
        for address in (f"http:///bot{TOKEN}/getMe", f"ftp://host/bot{TOKEN}/getMe"):
            with pytest.raises(NetworkError) as caught:
                await request.post(address)
            assert outcome(caught.value) is Outcome.NOT_SENT
            assert TOKEN not in "".join(map(repr, chain(caught.value)))
