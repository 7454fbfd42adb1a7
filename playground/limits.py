"""How fast a bot may send: Telegram's limits, off until a test turns them on."""

import math
import time
from collections import defaultdict
from dataclasses import dataclass, field

from playground.refusals import too_many_requests


@dataclass
class _Bucket:
    tokens: float
    filled_at: float


@dataclass
class Limits:
    """Messages a second, overall and to one chat; None lifts a limit."""

    overall_per_second: float | None = None
    chat_per_second: float | None = None
    chat_burst: int = 3
    group_per_minute: float | None = None
    _buckets: dict[tuple[int, int], _Bucket] = field(default_factory=dict, repr=False)
    refused: dict[int, int] = field(default_factory=lambda: defaultdict(int), repr=False)

    def check(self, bot_id: int, chat_id: int) -> None:
        """Counts one message; raises the 429 that Telegram answers with when it is too many."""
        wanted = [(self._overall(), (bot_id, 0))]
        if chat_id < 0 and self.group_per_minute is not None:
            wanted.append(((self.group_per_minute / 60, self.group_per_minute), (bot_id, chat_id)))
        elif self.chat_per_second is not None:
            wanted.append(((self.chat_per_second, self.chat_burst), (bot_id, chat_id)))
        due = [(rate, key) for rate, key in wanted if rate is not None]
        waits = [self._wait(*rate, key) for rate, key in due]
        if (wait := max(waits, default=0.0)) > 0:
            self.refused[chat_id] += 1
            raise too_many_requests(math.ceil(wait))
        for _, key in due:
            self._buckets[key].tokens -= 1

    def _overall(self) -> tuple[float, float] | None:
        rate = self.overall_per_second
        return None if rate is None else (rate, max(1.0, rate))

    def _wait(self, per_second: float, burst: float, key: tuple[int, int]) -> float:
        """Seconds until the bucket holds a token again."""
        now = time.monotonic()
        bucket = self._buckets.setdefault(key, _Bucket(burst, now))
        bucket.tokens = min(burst, bucket.tokens + (now - bucket.filled_at) * per_second)
        bucket.filled_at = now
        return 0.0 if bucket.tokens >= 1 else (1 - bucket.tokens) / per_second
