"""The real `python -m bot`, in a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playground import Playground

ROOT = Path(__file__).parents[2]
LISTENING = "listening to Telegram"

# What the processes of this test wrote; `tests.logged` looks at it afterwards.
told: list[str] = []


def free_port() -> int:
    """A port nobody listens to."""
    with socket.socket() as once:
        once.bind(("127.0.0.1", 0))
        return int(once.getsockname()[1])


async def until(is_so: Callable[[], bool], *, within: float = 10.0) -> None:
    """Return when it is so."""
    async with asyncio.timeout(within):
        while not is_so():  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(0.02)


def environment(settings: Mapping[str, object]) -> dict[str, str]:
    """What a process is given: these settings, and nothing of this machine's."""
    own = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    told = {"PYTHONPATH": str(ROOT), "RAPPORT_LOG_LEVEL": "DEBUG"}
    return {**own, **told, **{k: str(v) for k, v in settings.items()}}


def open_house(town: Playground, address: str, *, webhook: bool = False) -> dict[str, object]:
    """The settings of a Rapport in a town, with no limits on its sending."""
    settings: dict[str, object] = {
        "TELEGRAM_BOT_TOKEN": town.token,
        "TELEGRAM_API_URL": town.url,
        "RAPPORT_DATABASE_URL": address,
        "RAPPORT_OPEN": "true",
        "RAPPORT_SEND_PER_SECOND": 0,
        "RAPPORT_SEND_PER_CHAT": 0,
        "RAPPORT_TICK_SECONDS": 0.2,
    }
    if webhook:
        place = f"127.0.0.1:{free_port()}"
        settings |= {
            "RAPPORT_WEBHOOK_LISTEN": place,
            "RAPPORT_WEBHOOK_URL": f"http://{place}/hook",
        }
    return settings


@dataclass
class Process:
    """A running `python -m bot`."""

    process: asyncio.subprocess.Process
    log: Path

    @property
    def said(self) -> str:
        """What it wrote so far, to standard output and error."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    async def says(self, words: str, *, within: float = 15.0) -> None:
        """Return when it has written the words."""
        await until(
            lambda: words in self.said or self.process.returncode is not None, within=within
        )
        assert words in self.said, self.said

    async def ended(self, *, within: float = 12.0) -> int:
        """Its exit status."""
        async with asyncio.timeout(within):
            return await self.process.wait()

    async def killed(self) -> None:
        """It is gone, without having been told."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    async def stopped(self) -> int:
        """Its exit status after a SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        return await self.ended()


@asynccontextmanager
async def running(
    home: Path,
    settings: Mapping[str, object],
    *arguments: str,
    log: str = "log",
    program: Sequence[str] = ("bot",),
) -> AsyncIterator[Process]:
    """`python -m bot` with these arguments (`run` by default), killed when the block ends;
    `program` is another module that ends up as that, with arguments of its own."""
    path = home / log
    with path.open("ab") as output:
        started = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-W", "error", "-m", *program),
            *(arguments or ("run",)),
            cwd=home,
            env=environment(settings),
            stdout=output,
            stderr=output,
        )
    process = Process(started, path)
    try:
        yield process
    finally:
        await process.killed()
        told.append(process.said)  # now: the directory may go before the test ends
