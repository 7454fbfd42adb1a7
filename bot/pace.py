"""How fast messages may go out: so many a second overall, so many to one chat.

Telegram names no exact limits: about 30 a second overall and one a second to a chat, with
bursts. Each limit is a bucket that fills at its rate; 0 is no limit.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable

_KEPT = 4096


class Bucket:
    """Tokens that come back at a rate; taking one too many says how long to wait."""

    __slots__ = ("_at", "_rate", "_size", "_tokens")

    def __init__(self, rate: float, size: float, at: float) -> None:
        self._rate = rate
        self._size = size
        self._tokens = size
        self._at = at

    def take(self, at: float) -> float:
        """Seconds to wait before acting; the token is taken already."""
        self._tokens = min(self._size, self._tokens + (at - self._at) * self._rate) - 1
        self._at = at
        return max(0.0, -self._tokens / self._rate)


class Pace:
    """The limits of one bot, and the pause Telegram asked for."""

    def __init__(
        self,
        per_second: float,
        per_chat: float,
        burst: int,
        *,
        time: Callable[[], float] | None = None,
    ) -> None:
        self._time = time or asyncio.get_running_loop().time
        self._per_chat = per_chat
        self._burst = burst
        self._overall = (
            Bucket(per_second, max(1.0, per_second), self._time()) if per_second else None
        )
        self._chats: OrderedDict[int, Bucket] = OrderedDict()
        self._paused_until = 0.0

    def delay(self, chat_id: int) -> float:
        """Seconds to wait before the next message to the chat, which is counted by this."""
        at = self._time()
        waits = [self._paused_until - at, 0.0]
        if self._per_chat:
            waits.append(self._chat(chat_id, at).take(at))
        if self._overall is not None:
            waits.append(self._overall.take(at))
        return max(waits)

    def pause(self, seconds: float) -> None:
        """Nothing goes out for so long."""
        self._paused_until = max(self._paused_until, self._time() + seconds)

    def _chat(self, chat_id: int, at: float) -> Bucket:
        bucket = self._chats.get(chat_id)
        if bucket is None:
            bucket = self._chats[chat_id] = Bucket(self._per_chat, self._burst, at)
            if len(self._chats) > _KEPT:
                self._chats.popitem(last=False)
        self._chats.move_to_end(chat_id)
        return bucket
