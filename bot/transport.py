"""Telegram over aiohttp: what python-telegram-bot's HTTPXRequest does, for a quarter of the CPU.

httpx searches its whole pool for each request; with 64 calls in flight that search costs more
than everything else an update needs. The mapping of errors is HTTPXRequest's own, with two
additions: an error under which nothing was sent has an `UnsentError` as its cause, and no text
that leaves this module holds the token, which aiohttp puts into its errors as part of the URL.
"""

import asyncio
import io
import json
import re
from collections.abc import Mapping
from typing import Any, cast

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from telegram import InputFile
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter
from yarl import URL

from bot.failures import UnsentError

_JSON_HEADERS = {"Content-Type": "application/json"}

# aiohttp waits for the network only beyond 64 KiB, headers included; a shorter body cannot stall.
_STALLS_FROM = 60_000

_NEVER_LEFT = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)

_TOKEN = re.compile(r"\d{1,20}(?::|%3A)[\w-]{8,}", re.ASCII | re.IGNORECASE)
_CREDENTIALS = re.compile(r"//[^/@\s]+@")


class AiohttpRequest(BaseRequest):
    """Requests to the Bot API over one aiohttp session; timeouts are seconds, None is no limit.

    Proxies are HTTP ones, `http://user:password@host:port`; those of the environment are
    heeded only with `trust_env`.
    """

    __slots__ = (
        "_connect_timeout",
        "_default_limits",
        "_media_write_timeout",
        "_pool_size",
        "_pool_timeout",
        "_proxy",
        "_read_timeout",
        "_session",
        "_slots",
        "_trust_env",
        "_write_timeout",
    )

    def __init__(
        self,
        *,
        connection_pool_size: int = 256,
        read_timeout: float | None = 5.0,
        write_timeout: float | None = 5.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 1.0,
        media_write_timeout: float | None = 20.0,
        proxy: str | None = None,
        trust_env: bool = False,
    ) -> None:
        self._pool_size = connection_pool_size
        self._read_timeout = read_timeout
        self._write_timeout = write_timeout
        self._connect_timeout = connect_timeout
        self._pool_timeout = pool_timeout
        self._media_write_timeout = media_write_timeout
        self._proxy = _http_proxy(proxy) if proxy else None
        self._trust_env = trust_env
        self._default_limits = _client_timeout(read_timeout, connect_timeout)
        self._slots = asyncio.Semaphore(connection_pool_size)
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for the next bytes of an answer, unless a call says otherwise."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the session; again after a shutdown, also in another event loop."""
        if self._session is not None:
            return
        self._slots = asyncio.Semaphore(self._pool_size)
        self._session = aiohttp.ClientSession(
            # The slots above bound the connections, so that waiting for one has its own timeout.
            connector=aiohttp.TCPConnector(limit=0),
            timeout=self._default_limits,
            headers={"User-Agent": self.USER_AGENT},
            cookie_jar=aiohttp.DummyCookieJar(),
            proxy=self._proxy,
            trust_env=self._trust_env,
        )

    async def shutdown(self) -> None:
        """Close every connection; calls under way end with a NetworkError."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def call(
        self,
        url: str,
        parameters: Mapping[str, Any],
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> Any:
        """The result of one Bot API method called without files, as plain JSON."""
        data = cast(RequestData, _Parameters(parameters))
        return await self.post(url, data, read_timeout=read_timeout)

    async def upload(
        self, url: str, parameters: Mapping[str, Any], field: str, name: str, content: bytes
    ) -> Any:
        """The result of one Bot API method called with a file, as plain JSON."""
        parts = [RequestParameter.from_input(key, value) for key, value in parameters.items()]
        parts.append(RequestParameter.from_input(field, InputFile(content, filename=name)))
        return await self.post(url, RequestData(parts))

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and payload of one exchange; TimedOut or NetworkError when there is none."""
        body, headers = self._body(request_data, write_timeout) if request_data else (None, None)
        limits = self._limits(read_timeout, connect_timeout)
        slots = self._slots
        await _take(slots, _given(pool_timeout, self._pool_timeout))
        try:
            status, payload = await self._exchange(method, url, body, headers, limits)
        finally:
            slots.release()
        if status >= 300 or (method == "POST" and not payload.startswith(b"{")):
            # Error pages like to repeat the address asked for, and the caller logs them whole.
            payload = _without_secrets(payload.decode("utf-8", "replace")).encode()
        return status, payload

    async def _exchange(
        self,
        method: str,
        url: str,
        body: Any,
        headers: Mapping[str, str] | None,
        limits: aiohttp.ClientTimeout,
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise UnsentError("This AiohttpRequest is not initialized!")
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=limits, allow_redirects=False
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientError, OSError) as error:
            failure = _telegram_error(error)
        # Outside of the except block: inside, aiohttp's error and its URL would be the context.
        raise failure

    def _body(
        self, request: RequestData, write_timeout: ODVInput[float]
    ) -> tuple[Any, Mapping[str, str] | None]:
        if request.contains_files:
            return _Form(request, _given(write_timeout, self._media_write_timeout)), None
        text = json.dumps(request.parameters).encode()
        if len(text) < _STALLS_FROM:
            return text, _JSON_HEADERS
        return _LongJson(text, _given(write_timeout, self._write_timeout)), None

    def _limits(self, read: ODVInput[float], connect: ODVInput[float]) -> aiohttp.ClientTimeout:
        if isinstance(read, DefaultValue) and isinstance(connect, DefaultValue):
            return self._default_limits
        return _client_timeout(
            _given(read, self._read_timeout), _given(connect, self._connect_timeout)
        )


class _Parameters:
    """What `post` reads of a RequestData, around parameters that are JSON already."""

    __slots__ = ("parameters",)

    contains_files = False

    def __init__(self, parameters: Mapping[str, Any]) -> None:
        self.parameters = parameters


def _given(timeout: ODVInput[float], default: float | None) -> float | None:
    return default if isinstance(timeout, DefaultValue) else timeout


def _client_timeout(read: float | None, connect: float | None) -> aiohttp.ClientTimeout:
    # `connect` spans name resolution, TCP, a proxy's tunnel and TLS; `sock_connect` only TCP.
    return aiohttp.ClientTimeout(total=None, connect=connect, sock_read=read)


def _http_proxy(proxy: str) -> URL:
    url = URL(proxy)
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError(f"a proxy is http://host:port, not {_without_secrets(proxy)}")
    return url


async def _take(slots: asyncio.Semaphore, within: float | None) -> None:
    if not slots.locked():
        await slots.acquire()
        return
    try:
        async with asyncio.timeout(within):
            await slots.acquire()
    except TimeoutError:
        raise TimedOut(
            "Pool timeout: All connections in the connection pool are occupied. "
            "Request was *not* sent to Telegram. Consider adjusting the connection "
            "pool size or the pool timeout."
        ) from UnsentError("no connection came free")


def _telegram_error(error: Exception) -> NetworkError:
    if isinstance(error, TimeoutError):
        failure: NetworkError = TimedOut()
    else:
        failure = NetworkError(f"aiohttp.{type(error).__name__}: {_text(error)}")
    if isinstance(error, _NEVER_LEFT):
        failure.__cause__ = UnsentError("no connection was established")
    return failure


def _text(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientResponseError):
        return f"{error.status} {error.message}"
    if isinstance(error, aiohttp.InvalidURL):
        return "the address is not a valid URL"
    return _without_secrets(str(error))


def _without_secrets(text: str) -> str:
    return _CREDENTIALS.sub("//", _TOKEN.sub("<token>", text))


class _Hurried:
    """A stream writer that gives up when the network does not take a chunk in time."""

    def __init__(self, writer: AbstractStreamWriter, timeout: float | None) -> None:
        self._writer = writer
        self._timeout = timeout

    async def write(self, chunk: bytes) -> None:
        async with asyncio.timeout(self._timeout):
            await self._writer.write(chunk)


class _Form(aiohttp.MultipartWriter):
    """Parameters and files as multipart/form-data, written within a timeout per chunk."""

    def __init__(self, request: RequestData, write_timeout: float | None) -> None:
        super().__init__("form-data")
        self._write_timeout = write_timeout
        for name, value in request.json_parameters.items():
            self.append(value).set_content_disposition("form-data", name=name)
        for name, (filename, content, mimetype) in request.multipart_data.items():
            # In chunks: bytes would be written in one piece, which holds up the loop.
            source = io.BytesIO(content) if isinstance(content, bytes) else content
            part = self.append(source, {"Content-Type": mimetype})
            # Telegram shows a percent-encoded name as it is, so the name goes out in UTF-8.
            part.set_content_disposition(
                "form-data", quote_fields=False, name=name, filename=filename
            )

    async def write(self, writer: AbstractStreamWriter, close_boundary: bool = True) -> None:
        hurried = cast(AbstractStreamWriter, _Hurried(writer, self._write_timeout))
        await super().write(hurried, close_boundary)


class _LongJson(aiohttp.BytesIOPayload):
    """A JSON body too long to fit the socket's buffer, written within a timeout per chunk."""

    def __init__(self, text: bytes, write_timeout: float | None) -> None:
        super().__init__(io.BytesIO(text), content_type="application/json")
        self._write_timeout = write_timeout

    async def write_with_length(
        self, writer: AbstractStreamWriter, content_length: int | None
    ) -> None:
        hurried = cast(AbstractStreamWriter, _Hurried(writer, self._write_timeout))
        await super().write_with_length(hurried, content_length)
