"""How often something may be done: so many times within a while, or one at a time.

It is kept in memory, of people for those heard last: it saves work, it guards no secret.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

REMEMBERED = 1_000


@dataclass
class Bound:
    """At most `times` within `while_` for each person."""

    times: int
    while_: timedelta
    _seen: OrderedDict[int, deque[datetime]] = field(default_factory=OrderedDict, init=False)

    def allows(self, person: int, now: datetime) -> bool:
        """Whether they may once more; if so, it counts."""
        seen = self._seen.setdefault(person, deque())
        self._seen.move_to_end(person)
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        while seen and now - seen[0] >= self.while_:
            seen.popleft()
        if len(seen) >= self.times:
            return False
        seen.append(now)
        return True


class BusyError(Exception):
    """Too many wait for the same already."""


class OneByOne:
    """One at a time; a few more wait, and who comes then is told that it is busy."""

    def __init__(self, waiting: int) -> None:
        self._most = 1 + waiting
        self._here = 0
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Inside, nobody else is; BusyError where too many wait."""
        if self._here >= self._most:
            raise BusyError
        self._here += 1
        try:
            async with self._lock:
                yield
        finally:
            self._here -= 1
