"""Birthdays: on the day, and for three days after it for those who missed it."""

from __future__ import annotations

from collections.abc import Iterator

from rapport.dates import days_between, last_occurrence
from rapport.nudges.reasons.case import Case
from rapport.nudges.state import Reason

KIND = "birthday"

_POINTS = (60, 30, 20, 10)


def reasons(case: Case) -> Iterator[Reason]:
    """The last birthday, unless it is long past, was nudged for, or they were in touch since."""
    born = case.person.birthday
    if born is None:
        return
    day = last_occurrence(born, case.today, case.leap_day)
    late = days_between(day, case.today)
    if late >= len(_POINTS) or case.touched_since(day) or case.nudged_since(day):
        return
    yield Reason(KIND, _POINTS[late], {"on": day.isoformat(), "late": late}, on=day)
