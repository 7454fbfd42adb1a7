"""How fast a bot may send: Telegram's limits, off until a test turns them on."""

import math
import time
from dataclasses import dataclass, field

from playground.refusals import too_many_requests


@dataclass(frozen=True)
class Rate:
    """So many messages a second, and so many at once after a pause."""

    per_second: float
    burst: float


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

    def check(self, bot_id: int, chat_id: int) -> None:
        """Counts one message; raises the 429 that Telegram answers with when it is too many."""
        buckets = []
        for where, rate in self._rates(chat_id).items():
            bucket = self._filled((bot_id, where), rate)
            if bucket.tokens < 1:
                raise too_many_requests(math.ceil((1 - bucket.tokens) / rate.per_second))
            buckets.append(bucket)
        for bucket in buckets:
            bucket.tokens -= 1

    def _rates(self, chat_id: int) -> dict[int, Rate]:
        """The limits in force for a chat, by what they count: a chat, or 0 for all of them."""
        rates = {}
        if self.overall_per_second is not None:
            rates[0] = Rate(self.overall_per_second, max(1.0, self.overall_per_second))
        if chat_id < 0 and self.group_per_minute is not None:
            rates[chat_id] = Rate(self.group_per_minute / 60, self.group_per_minute)
        elif self.chat_per_second is not None:
            rates[chat_id] = Rate(self.chat_per_second, self.chat_burst)
        return rates

    def _filled(self, key: tuple[int, int], rate: Rate) -> _Bucket:
        now = time.monotonic()
        bucket = self._buckets.setdefault(key, _Bucket(rate.burst, now))
        gained = (now - bucket.filled_at) * rate.per_second
        bucket.tokens = min(rate.burst, bucket.tokens + gained)
        bucket.filled_at = now
        return bucket
