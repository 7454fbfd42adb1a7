"""One person on one day, with everything open between them and the owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rapport.dates import LeapDay
from rapport.nudges.state import FollowUp, OpenPromise, Tracked


@dataclass(frozen=True)
class Case:
    """What a rule looks at."""

    person: Tracked
    today: date
    promises: tuple[OpenPromise, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    leap_day: LeapDay = LeapDay.FEBRUARY_28

    def touched_since(self, day: date) -> bool:
        """Whether they were in touch on that day or later."""
        return self.person.last_touch is not None and self.person.last_touch >= day

    def nudged_since(self, day: date) -> bool:
        """Whether the owner was nudged about them on that day or later."""
        return self.person.last_nudged is not None and self.person.last_nudged >= day
