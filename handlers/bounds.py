"""How often somebody may do something: so many times within a while, and then not.

It is kept in memory, for the people heard last: it saves work, it guards no secret.
"""

from __future__ import annotations

from collections import OrderedDict, deque
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
