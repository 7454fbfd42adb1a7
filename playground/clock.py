"""The time of the world: the machine's, moved by as much as a test asks."""

import time
from dataclasses import dataclass


@dataclass
class Clock:
    """Wall time plus an offset in seconds."""

    offset: float = 0.0

    def now(self) -> float:
        """Seconds since the epoch, as the world counts them."""
        return time.time() + self.offset

    def date(self) -> int:
        """The same in whole seconds, as Telegram writes dates."""
        return int(self.now())
