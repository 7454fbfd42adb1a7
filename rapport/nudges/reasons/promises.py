"""Promises: the owner's own from the day they are due, the others' once they are late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rapport.dates import days_between
from rapport.nudges.reasons.case import Case
from rapport.nudges.state import OpenPromise, Plain, Reason

MINE = "promise-mine"
THEIRS = "promise-theirs"

_DUE = 45
_PER_DAY_LATE = 5
_MOST_FOR_LATENESS = 25
_THEIRS_LATE = 20


def reasons(case: Case) -> Iterator[Reason]:
    """One reason for each promise that has come due."""
    for promise in case.promises:
        if promise.due is None:
            continue
        late = days_between(promise.due, case.today)
        if promise.by_me and late >= 0:
            points = _DUE + min(_PER_DAY_LATE * late, _MOST_FOR_LATENESS)
            yield _reason(MINE, points, promise, promise.due, late)
        elif not promise.by_me and late > 0:
            yield _reason(THEIRS, _THEIRS_LATE, promise, promise.due, late)


def _reason(kind: str, points: float, promise: OpenPromise, due: date, late: int) -> Reason:
    about: dict[str, Plain] = {
        "promise_id": promise.promise_id,
        "what": promise.what,
        "due": due.isoformat(),
        "late": late,
    }
    return Reason(kind, points, about, on=due)
