"""A question to what may never answer: a database that hangs, a directory on a dead mount."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")

ANSWERS_WITHIN = 3.0  # seconds; what takes longer is as good as away


class Question(Generic[T]):
    """Asked once at a time: questions that are not answered must not pile up."""

    def __init__(self, ask: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self._ask = ask
        self._asking: asyncio.Task[T] | None = None

    async def answer(self, within: float) -> T:
        """The answer, to this or to a caller before; TimeoutError if there is none in so many
        seconds."""
        asking = self._asking or asyncio.create_task(self._ask())
        self._asking = asking
        done, _ = await asyncio.wait({asking}, timeout=within)
        if not done:
            raise TimeoutError
        if self._asking is asking:
            self._asking = None
        return asking.result()

    async def drop(self) -> None:
        """Wait for no answer any more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)
