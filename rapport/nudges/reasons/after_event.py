"""After an event: within a day or two is when a first message is remembered best."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from rapport.dates import days_between
from rapport.nudges.reasons.case import Case
from rapport.nudges.state import Reason

KIND = "after-event"

_POINTS = 55
_BEST_UNTIL = 2
_OVER = 14


def reasons(case: Case) -> Iterator[Reason]:
    """The meeting, from the next day on for two weeks; said once, and not after another touch."""
    met = case.person.met_event_on
    if met is None:
        return
    ago = days_between(met, case.today)
    next_day = met + timedelta(days=1)
    if not 0 < ago < _OVER or case.touched_since(next_day) or case.nudged_since(next_day):
        return
    fading = min(1.0, (_OVER - ago) / (_OVER - _BEST_UNTIL))
    about = {"event": case.person.event, "on": met.isoformat(), "days": ago}
    yield Reason(KIND, _POINTS * fading, about, on=next_day)
