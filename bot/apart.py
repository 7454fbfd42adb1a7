"""The last attempt at an update that may have ended the process: in a process of its own.

A death of the whole of Rapport proves nothing against the update that was under way: somebody may
have pulled the plug. The death of a process that does nothing but answer it, while the other lives
on, does. That process is Rapport started once more, with the same command line and `SIGN` in its
environment; it reads updates from its standard input, a line each, and writes there, to the
other's pipe, what is to be told to Telegram and how each attempt ended. It ends with the process
that started it, ignores the signals that stop a service, as that process sees to its end, and has
so many seconds of the processor's time for each update.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot import logs
from bot.access import house_of
from bot.answering import Answering, UnreadableError, application
from bot.clock import now
from bot.settings import Settings
from bot.transport import AiohttpRequest
from handlers.context import Lane, Post
from rapport.contacts.rosters import Rosters
from storage.database import Database
from storage.errors import AlreadyDone
from storage.intake import RawUpdate

log = logging.getLogger(__name__)

SIGN = "RAPPORT_APART"
ENDED = "it ended the process"
PROCESSOR_SECONDS = 60
IDLE_SECONDS = 3.0  # as long as it waits for another update, as a start takes long
STARTS_WITHIN = 60.0
LONGEST_LINE = 2**26


class NoProcessError(Exception):
    """The system has no process to give, or what it gave did not start."""


class Apart:
    """Attempts in another process, one at a time.

    `post` makes the calls to Telegram that no letter carries. `token` and `base`: Telegram's.
    `command`: Python's arguments, this process's own if not given.
    """

    def __init__(
        self, post: Post, token: str, base: str, command: Sequence[str] | None = None
    ) -> None:
        self._command = sys.orig_argv[1:] if command is None else command
        self._post = post
        self._hello = {"token": token, "base": base}
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._rest: asyncio.Task[None] | None = None

    async def attempt(self, raw: RawUpdate) -> str | None:
        """Why the update cannot be answered, None if it is; its letters, if any, are in the store.
        NoProcessError where it was not attempted."""
        async with self._turn:
            process, self._process = self._process, None
            if process is not None and self._rest is not None:
                self._rest.cancel()
            if process is None or process.returncode is not None:
                process = await self._started()
            try:
                outcome = await self._attempt(process, raw)
            except BaseException:
                await _end(process)
                raise
            if outcome != ENDED:
                self._process = process
                self._rest = asyncio.create_task(self._close_when_idle())
            return outcome

    async def close(self) -> None:
        """No more is attempted; the process ends."""
        process, self._process = self._process, None
        if process is not None:
            await _end(process)
        if self._rest is not None:  # it has nothing to end any more, or is about to have ended it
            if process is not None:
                self._rest.cancel()
            await asyncio.gather(self._rest, return_exceptions=True)

    async def _close_when_idle(self) -> None:
        await asyncio.sleep(IDLE_SECONDS)
        process, self._process = self._process, None
        if process is not None:
            await _end(process)

    async def _started(self) -> asyncio.subprocess.Process:
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={**os.environ, SIGN: "1"},
                start_new_session=True,  # what is sent to our group is not meant for it
                limit=LONGEST_LINE,
            )
        except OSError as error:
            raise NoProcessError(str(error)) from error
        try:
            async with asyncio.timeout(STARTS_WITHIN):
                await _tell(process, self._hello)
                if await _hear(process) != ["ready"]:
                    raise NoProcessError("it did not start")
        except BaseException as error:
            await _end(process)
            if isinstance(error, (TimeoutError, ValueError)):
                raise NoProcessError("it did not start") from error
            raise
        return process

    async def _attempt(self, process: asyncio.subprocess.Process, raw: RawUpdate) -> str | None:
        told = {**asdict(raw), "received_at": raw.received_at.isoformat()}
        await _tell(process, told)
        if await _hear(process) != ["begun"]:
            raise NoProcessError("it ended meanwhile")
        while said := await _hear(process):
            match said:
                case ["transient", method, body]:
                    self._post.transient(method, body)
                case ["insist", method, body]:
                    self._post.insist(method, body)
                case ["over", (str() | None) as outcome]:
                    return outcome
        await process.wait()
        log.error("the process that answered an update apart ended: %s", process.returncode)
        return ENDED


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()


async def _tell(process: asyncio.subprocess.Process, told: Mapping[str, Any]) -> None:
    assert process.stdin is not None
    with suppress(ConnectionError):  # it is gone, which is heard next
        process.stdin.write(json.dumps(told).encode() + b"\n")
        await process.stdin.drain()


async def _hear(process: asyncio.subprocess.Process) -> list[Any] | None:
    """What it says next; None once it has ended."""
    assert process.stdout is not None
    line = await process.stdout.readline()
    return list(json.loads(line)) if line.endswith(b"\n") else None


# --- the other process --------------------------------------------------------------------------


def is_apart() -> bool:
    """Whether this process is the other one."""
    return SIGN in os.environ


async def answer_what_is_asked(settings: Settings) -> None:
    """Attempt each update that comes, until the process that asks ends, and this with it."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    relay = _Relay(os.dup(sys.stdout.fileno()))
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what else is written there is no answer
    asked: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    threading.Thread(
        target=_listen, args=(lambda told: loop.call_soon_threadsafe(asked.put_nowait, told),)
    ).start()
    hello = await asked.get()
    logs.configure(settings.log_level, settings.secrets(hello["token"]))
    request = AiohttpRequest(connection_pool_size=1, read_timeout=20.0, proxy=settings.proxy)
    database = Database(settings.database_address)
    handling = application(hello["token"], hello["base"], request)
    answering = Answering(handling, database, relay, Rosters(), house_of(settings))
    await request.initialize()
    await handling.initialize()
    relay.say("ready")
    while True:
        told = await asked.get()
        raw = RawUpdate(**{**told, "received_at": datetime.fromisoformat(told["received_at"])})
        _allow(PROCESSOR_SECONDS)
        marker = logs.update_id.set(raw.update_id)
        relay.say("begun")
        relay.say("over", await _outcome(answering, raw))
        logs.update_id.reset(marker)


async def _outcome(answering: Answering, raw: RawUpdate) -> str | None:
    try:
        await answering.answer(raw)
    except AlreadyDone:
        return None
    except UnreadableError as error:
        return str(error)
    except Exception as error:
        log.exception("an update failed at its last attempt")
        return type(error).__name__
    return None


def _listen(hear: Callable[[dict[str, Any]], object]) -> None:
    """Hear each line; at the end, when nobody asks any more, end at once whatever is under way."""
    try:
        for line in sys.stdin.buffer:
            hear(json.loads(line))
    finally:
        os._exit(0)


def _allow(seconds: int) -> None:
    """End this process if it uses so many seconds more of the processor's time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + 1 + seconds
    _, hardest = resource.getrlimit(resource.RLIMIT_CPU)
    if hardest == resource.RLIM_INFINITY or until <= hardest:
        resource.setrlimit(resource.RLIMIT_CPU, (until, hardest))


class _Lane:
    """A way on which letters are stored, and left to the other process."""

    token: str | None = None

    def __init__(self) -> None:
        self.lease_until = now()

    def hand_over(self, letters: object) -> None:
        """Nothing: the other process looks for them."""


class _Relay:
    """A post that leaves everything to the other process (`handlers.context.Post`)."""

    def __init__(self, pipe: int) -> None:
        self._pipe = os.fdopen(pipe, "wb")

    def say(self, *said: Any) -> None:
        """Have the other process read a line."""
        self._pipe.write(json.dumps(said).encode() + b"\n")
        self._pipe.flush()

    def open_lane(self, chat_id: int) -> Lane:  # noqa: ARG002 - every way is the same
        return _Lane()

    def transient(self, method: str, body: Mapping[str, Any]) -> None:
        self.say("transient", method, body)

    def insist(self, method: str, body: Mapping[str, Any]) -> None:
        self.say("insist", method, body)
