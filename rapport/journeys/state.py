"""The state of an owner's records, as the nudge policy is told of it.

What a skipped nudge named stays silent for one cycle: the rhythm wanted for the person, or a
month where none is. Reasons it did not name, a birthday say, come up as ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from rapport.dates import days_between
from rapport.nudges.cadence import effective_cadence
from rapport.nudges.reasons import cadence
from rapport.nudges.state import FollowUp, OpenPromise, State, Tracked
from rapport.preferences import Preferences
from storage.contacts import Contact
from storage.notebook import Notebook
from storage.nudges import Nudge

USUAL_CYCLE = 30
LONGEST_CYCLE = 365

Silent = set[tuple[int, str, int]]
"""(contact, "promise_id" or the like, its id) of what is not to be named."""

NAMED = ("promise_id", "follow_up_id")


def state_of(notebook: Notebook, today: date) -> State:
    """Everything the owner's plan of the day is made from."""
    choices = Preferences.of(notebook.owner.preferences)
    promises = notebook.promises.open()
    # One with a clock time still to come rings by itself.
    reminders = [each for each in notebook.reminders.open() if each.due_at is None]
    owed = {each.contact_id for each in promises}
    owed |= {each.contact_id for each in reminders if each.contact_id is not None}
    people = _people(notebook, owed)
    silent = _silenced(notebook, people, today)
    return State(
        people=tuple(_tracked(each, silent) for each in people.values()),
        promises=tuple(
            OpenPromise(each.id, each.contact_id, each.by_me, each.what, each.due_on)
            for each in promises
            if (each.contact_id, "promise_id", each.id) not in silent
        ),
        follow_ups=tuple(
            FollowUp(each.id, each.contact_id, each.due_on, each.what)
            for each in reminders
            if each.contact_id is not None
            and (each.contact_id, "follow_up_id", each.id) not in silent
        ),
        cap=choices.cap,
        leap_day=choices.leap_day,
    )


def wanted_rhythm(contact: Contact) -> int | None:
    """The days wanted between touches; None where the owner asked for no rhythm."""
    if contact.tracked_since is None:
        return None
    return effective_cadence(contact.circle, contact.cadence_days)


def _people(notebook: Notebook, owed: set[int]) -> dict[int, Contact]:
    """Those who may be nudged for, and those to whom something is owed."""
    people = {each.id: each for each in notebook.contacts.tracked()}
    rest = notebook.contacts.many(sorted(owed - people.keys()))
    return people | {each.id: each for each in rest}


def _silenced(notebook: Notebook, people: Mapping[int, Contact], today: date) -> Silent:
    silent: Silent = set()
    for nudge in notebook.nudges.skipped_since(today - timedelta(days=LONGEST_CYCLE)):
        contact = people.get(nudge.contact_id)
        if contact is None:
            continue
        if days_between(nudge.day, today) < (wanted_rhythm(contact) or USUAL_CYCLE):
            silent.update(_named(nudge))
    return silent


def _named(nudge: Nudge) -> Silent:
    """What a stored nudge named."""
    found: Silent = set()
    for reason in nudge.reasons:
        about: Mapping[str, Any] = reason["about"]
        found |= {(nudge.contact_id, key, about[key]) for key in NAMED if key in about}
        if reason["kind"] == cadence.KIND:
            found.add((nudge.contact_id, cadence.KIND, 0))
    return found


def _tracked(contact: Contact, silent: Silent) -> Tracked:
    is_silent = (contact.id, cadence.KIND, 0) in silent
    return Tracked(
        contact_id=contact.id,
        name=contact.name,
        status=contact.status,
        circle=contact.circle,
        cadence_days=None if is_silent else wanted_rhythm(contact),
        tracked_since=contact.tracked_since,
        last_touch=contact.last_touch,
        birthday=contact.birthday,
        met_event_on=contact.met_on if contact.met_at else None,
        event=contact.met_at,
        snoozed_until=contact.snoozed_until,
        last_nudged=contact.last_nudged,
    )
