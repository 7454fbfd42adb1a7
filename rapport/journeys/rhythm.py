"""When the rhythm of a contact next comes round."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil

from rapport.chance import share
from rapport.nudges.cadence import effective_cadence
from storage.contacts import Contact
from storage.types import Status


def next_turn(contact: Contact, today: date) -> date | None:
    """The day from which the rhythm speaks for them, today if it has come; None without one."""
    wanted = effective_cadence(contact.circle, contact.cadence_days)
    if wanted is None or contact.tracked_since is None or contact.status is not Status.ACTIVE:
        return None
    if contact.last_touch is not None:
        due = contact.last_touch + timedelta(days=wanted)
    else:
        # As in `rapport.nudges.cadence.ratio`: people never touched come round one by one.
        due = contact.tracked_since + timedelta(days=ceil(wanted * share(contact.id)))
    return max(due, contact.snoozed_until or due, today)
