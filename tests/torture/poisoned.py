"""The real bot with poison in two kinds of texts: `python -m tests.torture.poisoned run`.

What such a text is answered by fails at the worst moment: its unit of work has written
everything and is not stored yet.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import TypeVar

from handlers.context import Desk, Turn

T = TypeVar("T")

RAISES, KILLS = "the poison that raises", "the poison that kills"
TAKEN = "poison taken with update "

_run = Turn.run


async def _poisoned(turn: Turn, work: Callable[[Desk], T]) -> T:
    message = turn.update.effective_message
    words = (message and message.text) or ""

    def and_then(desk: Desk) -> T:
        result = work(desk)
        if RAISES in words or KILLS in words:
            os.write(2, f"{TAKEN}{turn.update.update_id}\n".encode())
        if RAISES in words:
            raise RuntimeError("poison")
        if KILLS in words:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return await _run(turn, and_then)


if __name__ == "__main__":
    Turn.run = _poisoned  # type: ignore[method-assign, assignment]  # this is what the module is for
    from bot.cli import main

    sys.exit(main())
