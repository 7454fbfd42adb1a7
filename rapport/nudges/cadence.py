"""The rhythm wanted for a contact, and how far along it the contact is."""

from __future__ import annotations

from datetime import date

from rapport.chance import share
from rapport.dates import days_between
from rapport.nudges.state import Tracked
from storage.types import Circle

INTERVALS = {
    Circle.INNER: 14,
    Circle.CLOSE: 30,
    Circle.ACTIVE: 90,
    Circle.WIDE: 180,
    Circle.DORMANT: 365,
}


def effective_cadence(circle: Circle | None, own_days: int | None) -> int | None:
    """The interval wanted between touches, in days: the contact's own before the circle's.

    None when neither says one: then no rhythm is wanted.
    """
    if own_days is not None:
        return own_days
    return INTERVALS[circle] if circle is not None else None


def ratio(person: Tracked, today: date) -> float | None:
    """The time since the last touch as a share of the interval; None without a rhythm.

    A contact never touched counts from the day tracking began, as if touched at a moment
    within the interval before it: a thousand imported people do not fall due at once.
    """
    wanted = person.cadence_days
    if wanted is None:
        return None
    if person.last_touch is not None:
        return days_between(person.last_touch, today) / wanted
    if person.tracked_since is None:
        return None
    return days_between(person.tracked_since, today) / wanted + 1 - share(person.contact_id)
