"""The real bot, in which answering never ends: `python -m tests.bot.spinning run`."""

from __future__ import annotations

import sys

from bot import apart
from handlers.context import Turn


async def _spin(*_: object) -> None:
    while True:
        pass


if __name__ == "__main__":
    Turn.run = _spin  # type: ignore[method-assign, assignment]  # this is what the module is for
    apart.PROCESSOR_SECONDS = 1
    from bot.cli import main

    sys.exit(main())
