"""Follow-ups: the day the owner named for getting back to somebody."""

from __future__ import annotations

from collections.abc import Iterator

from rapport.dates import days_between
from rapport.nudges.reasons.case import Case
from rapport.nudges.state import Reason

KIND = "follow-up"

_ON_THE_DAY = 50
_LESS_PER_DAY = 10
# The owner asked for it: it fades, but it is not forgotten.
_ALWAYS = 10


def reasons(case: Case) -> Iterator[Reason]:
    """One reason for each day named that has come, until they are in touch."""
    for follow_up in case.follow_ups:
        late = days_between(follow_up.on, case.today)
        if late < 0 or case.touched_since(follow_up.on):
            continue
        yield Reason(
            KIND,
            max(_ON_THE_DAY - _LESS_PER_DAY * late, _ALWAYS),
            {
                "follow_up_id": follow_up.follow_up_id,
                "what": follow_up.what,
                "on": follow_up.on.isoformat(),
                "late": late,
            },
            on=follow_up.on,
        )
