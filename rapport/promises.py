"""Where promises stand on a day: which of the owner's are late, due or later, and what is owed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from rapport.dates import days_between
from storage.promises import Promise

SOON = 7


class Standing(StrEnum):
    """What a promise asks of the owner now, most pressing first."""

    LATE = "late"
    DUE = "due"
    LATER = "later"
    THEIRS = "theirs"


def standing(promise: Promise, today: date) -> Standing:
    """How an open promise stands; one without a day is for later."""
    if not promise.by_me:
        return Standing.THEIRS
    if promise.due_on is None:
        return Standing.LATER
    left = days_between(today, promise.due_on)
    if left < 0:
        return Standing.LATE
    return Standing.DUE if left <= SOON else Standing.LATER


def by_standing(promises: Iterable[Promise], today: date) -> list[tuple[Standing, Promise]]:
    """The promises, most pressing first; of equals, in the order given."""
    pressing = list(Standing)
    pairs = [(standing(promise, today), promise) for promise in promises]
    return sorted(pairs, key=lambda pair: pressing.index(pair[0]))
