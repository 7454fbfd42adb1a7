"""What a person's screen would show, as a numbered stream that can be picked up again."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

_KEPT = 2_000


@dataclass(frozen=True)
class Event:
    """One thing that happened; numbers grow, with gaps."""

    number: int
    body: dict[str, Any]


class Screen:
    """The events of one person's chat with one bot."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque(maxlen=_KEPT)
        self._last = 0
        self._wakes: set[asyncio.Event] = set()

    @property
    def last(self) -> int:
        """The number of the newest event."""
        return self._last

    def show(self, kind: str, **fields: Any) -> None:
        """Adds an event and wakes whoever watches."""
        self._last += 1
        self._events.append(Event(self._last, {"type": kind, **fields}))
        for wake in self._wakes:
            wake.set()

    def since(self, number: int) -> list[Event]:
        """The events after a number that are still remembered."""
        behind = self._last - number
        return list(islice(self._events, max(0, len(self._events) - behind), None))

    async def watch(self, number: int, heartbeat: float) -> AsyncIterator[list[Event]]:
        """Yields what happens after a number, and nothing at every heartbeat, without end."""
        number = min(number, self._last)  # a number of an earlier world is no promise of this one
        wake = asyncio.Event()
        self._wakes.add(wake)
        try:
            while True:
                wake.clear()
                events = self.since(number)
                if events:
                    number = events[-1].number
                yield events
                if number == self._last:
                    await _wait(wake, heartbeat)
        finally:
            self._wakes.discard(wake)


async def _wait(wake: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(wake.wait(), seconds)
    except TimeoutError:
        return
