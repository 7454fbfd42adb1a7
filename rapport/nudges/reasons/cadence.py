"""Due by rhythm: the time since the last touch nears or passes the interval wanted."""

from __future__ import annotations

from collections.abc import Iterator
from math import log2

from rapport.dates import days_between
from rapport.nudges.cadence import ratio
from rapport.nudges.reasons.case import Case
from rapport.nudges.state import Reason
from storage.types import Circle

KIND = "cadence"
DUE = 1.0

_NEAR = 0.85
_LATE = 1.5
_WEIGHTS = {
    Circle.INNER: 1.3,
    Circle.CLOSE: 1.15,
    Circle.ACTIVE: 1.0,
    Circle.WIDE: 0.85,
    Circle.DORMANT: 0.75,
}


def reasons(case: Case) -> Iterator[Reason]:
    """The rhythm, from shortly before it is due."""
    along = ratio(case.person, case.today)
    if along is None or along <= _NEAR:
        return
    person = case.person
    yield Reason(
        KIND,
        _points(along) * (_WEIGHTS[person.circle] if person.circle else 1.0),
        {
            "due": along >= DUE,
            "days": days_between(person.last_touch, case.today) if person.last_touch else None,
            "every": person.cadence_days,
        },
    )


def _points(along: float) -> float:
    """0 at 0.85 of the interval, 40 at the whole, 70 at one and a half, then on without bound.

    That it never stops growing is what lets the longest overdue come up in the end.
    """
    if along < DUE:
        return 40 * (along - _NEAR) / (DUE - _NEAR)
    if along < _LATE:
        return 40 + 30 * (along - DUE) / (_LATE - DUE)
    return 70 + 20 * log2(along / _LATE)
