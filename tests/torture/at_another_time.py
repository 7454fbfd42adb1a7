"""The real bot by another clock: `python -m tests.torture.at_another_time <file> run`.

The file holds by how many seconds the clock is wrong; what is written there holds at once. All
that reads the wall clock is moved, the bot's own and the scheduler's, and time still passes as it
does: what waits for so many seconds waits for so many seconds.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from apscheduler.executors import base as executors
from apscheduler.schedulers import base as schedulers
from apscheduler.triggers import interval as triggers

from bot import clock

Offset = Callable[[], timedelta]


def moved(offset: Offset) -> type[datetime]:
    """A `datetime` whose now is off by so much."""

    class Moved(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Moved:
            there = datetime.now(tz) + offset()
            return cls.fromtimestamp(there.timestamp(), tz)

    return Moved


def written_in(file: Path) -> Offset:
    """What the file says, the last thing it said while it is being written."""
    known = timedelta()

    def offset() -> timedelta:
        nonlocal known
        with contextlib.suppress(ValueError):
            known = timedelta(seconds=float(file.read_text(encoding="ascii")))
        return known

    return offset


def live_by(offset: Offset) -> None:
    """Everything that reads the wall clock reads it moved, from here on."""
    for module in (schedulers, executors, triggers):
        module.datetime = moved(offset)
    clock.now = lambda: datetime.now(UTC) + offset()


if __name__ == "__main__":
    live_by(written_in(Path(sys.argv.pop(1))))
    from bot.cli import main  # whatever it imports takes the clock as it is now

    sys.exit(main())
