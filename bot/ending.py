"""How work under way ends when the bot stops: by itself, or cancelled when its time is up."""

from __future__ import annotations

import asyncio
from collections.abc import Collection


async def let_end(tasks: Collection[asyncio.Task[None]], seconds: float) -> None:
    """Return when every task has ended; those that take longer are cancelled."""
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
