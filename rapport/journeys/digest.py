"""The digest: whom to get back to on a day, why, and what is good to know before writing.

1. `picked` plans the day from the record; it only reads, so it can run beside other work.
2. `note_down` keeps the picks as the day's nudges, topped up later but never beyond the cap.
3. `digest` reads the nudges of a day back as lines, together with how they stand by now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from rapport.journeys.state import state_of
from rapport.journeys.touch import in_touch
from rapport.nudges.policy import plan
from rapport.nudges.reasons import after_event, birthday, cadence, follow_up, promises
from rapport.nudges.state import Nudge, Reason
from rapport.preferences import Preferences
from storage import promises as promises_table
from storage.contacts import Contact
from storage.interactions import Interaction
from storage.notebook import Notebook
from storage.nudges import DONE, OPEN, SKIPPED, SNOOZED
from storage.nudges import Nudge as StoredNudge
from storage.promises import Promise
from storage.reminders import Reminder
from storage.types import Status

SNOOZE = timedelta(days=7)

_OCCASIONS = {
    birthday.KIND: "birthday",
    follow_up.KIND: "follow-up",
    after_event.KIND: "follow-up",
    promises.MINE: "follow-up",
    promises.THEIRS: "check-in",
    cadence.KIND: "check-in",
}


@dataclass(frozen=True)
class Line:
    """A person in a digest. `state` is open, done, snoozed or skipped."""

    nudge_id: int
    contact: Contact
    reasons: tuple[Reason, ...]
    state: str
    last: Interaction | None
    """The last time the two talked about something, if that is on record."""
    needs: tuple[str, ...]
    owed: tuple[Promise, ...]
    """What the owner has promised them and not done, named as a reason or not."""

    @property
    def occasion(self) -> str:
        """The occasion on which a message would be written: what has a day before a rhythm."""
        dated = [reason for reason in self.reasons if reason.on is not None]
        occasion = _OCCASIONS[(dated or self.reasons)[0].kind]
        is_first = occasion == "check-in" and self.contact.last_touch is None
        return "outreach" if is_first else occasion

    @property
    def also_owed(self) -> tuple[Promise, ...]:
        """What was promised beyond what the reasons say."""
        said = {reason.about.get("promise_id") for reason in self.reasons}
        return tuple(promise for promise in self.owed if promise.id not in said)


@dataclass(frozen=True)
class Digest:
    """What one local day asks for: people, and things to do that concern nobody in particular."""

    day: date
    lines: tuple[Line, ...]
    also_due: tuple[tuple[Promise, Contact], ...]
    """What was promised for this very day to people for whom the day had no room."""
    tasks: tuple[Reminder, ...]

    @property
    def waiting(self) -> tuple[Line, ...]:
        """The people who have not been seen to."""
        return tuple(line for line in self.lines if line.state == OPEN)

    @property
    def is_empty(self) -> bool:
        """Whether nobody and nothing waits."""
        return not self.waiting and not self.tasks


# --- planning -----------------------------------------------------------------------------------


def picked(notebook: Notebook, today: date) -> tuple[Nudge, ...]:
    """Whom the policy would name today, besides those it has named; nothing is changed."""
    return plan(state_of(notebook, today), today)


def note_down(notebook: Notebook, picks: Iterable[Nudge], today: date) -> None:
    """Keep the picks as today's nudges, as far as the day's cap has room for them."""
    named = notebook.nudges.on(today)
    known = {nudge.contact_id for nudge in named}
    room = Preferences.of(notebook.owner.preferences).cap - len(named)
    new = [pick for pick in picks if pick.contact_id not in known]
    for position, pick in enumerate(new[: max(room, 0)], start=len(named)):
        if notebook.contacts.find(pick.contact_id) is not None:
            notebook.nudges.add(pick.contact_id, today, position, _stored(pick.reasons))


def _stored(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    return [
        {
            "kind": reason.kind,
            "points": round(reason.points, 2),
            "about": dict(reason.about),
            "on": reason.on.isoformat() if reason.on else None,
        }
        for reason in reasons
    ]


def _reason(stored: Mapping[str, Any]) -> Reason:
    on = stored["on"]
    return Reason(
        stored["kind"], stored["points"], stored["about"], date.fromisoformat(on) if on else None
    )


# --- reading ------------------------------------------------------------------------------------


def digest(notebook: Notebook, day: date) -> Digest:
    """The nudges named on a day, as they stand now."""
    named = notebook.nudges.on(day)
    people = {each.id: each for each in notebook.contacts.many(each.contact_id for each in named)}
    return Digest(
        day,
        tuple(
            _line(notebook, nudge, people[nudge.contact_id])
            for nudge in named
            if people[nudge.contact_id].status is Status.ACTIVE
        ),
        tuple(_also_due(notebook, day, people)),
        tuple(
            each
            for each in notebook.reminders.open()
            if each.contact_id is None and each.due_on <= day and each.due_at is None
        ),
    )


def _also_due(
    notebook: Notebook, day: date, named: Mapping[int, Contact]
) -> Iterator[tuple[Promise, Contact]]:
    due = [
        promise
        for promise in notebook.promises.open()
        if promise.by_me and promise.due_on == day and promise.contact_id not in named
    ]
    people = {each.id: each for each in notebook.contacts.many(each.contact_id for each in due)}
    for promise in due:
        contact = people[promise.contact_id]
        if contact.snoozed_until is None or contact.snoozed_until <= day:
            yield promise, contact


def line_of(notebook: Notebook, nudge_id: int) -> Line:
    """One nudge as it stands now; NoSuchRecord if the owner has none of that id."""
    nudge = notebook.nudges.get(nudge_id)
    return _line(notebook, nudge, notebook.contacts.get(nudge.contact_id))


def _line(notebook: Notebook, nudge: StoredNudge, contact: Contact) -> Line:
    reasons = tuple(map(_reason, nudge.reasons))
    recent = notebook.interactions.of(contact.id, limit=5)
    return Line(
        nudge.id,
        contact,
        reasons,
        DONE if nudge.state == OPEN and _is_answered(nudge, reasons, recent) else nudge.state,
        next((each for each in recent if each.topics), None),
        tuple(
            fact.text
            for fact in notebook.facts.of(contact.id)
            if fact.label == "need" and not fact.is_private
        ),
        tuple(promise for promise in notebook.promises.open(contact.id) if promise.by_me),
    )


def _is_answered(
    nudge: StoredNudge, reasons: Iterable[Reason], recent: Iterable[Interaction]
) -> bool:
    """Whether a touch told since the nudge leaves none of its reasons standing.

    Ids rise with time: what is newer than the nudge was told after it.
    """
    touched = [each.happened_on for each in recent if each.is_touch and each.id > nudge.id]
    if not touched:
        return False
    return all(reason.on is None or reason.on <= max(touched) for reason in reasons)


# --- answering ----------------------------------------------------------------------------------


def done(notebook: Notebook, line: Line, today: date, now: datetime) -> None:
    """They were in touch today, and the promises that were named are kept; once."""
    if line.state != OPEN:
        return
    in_touch(notebook, line.contact.id, "message", today, now)
    for reason in line.reasons:
        if reason.kind == promises.MINE:
            _keep(notebook, reason.about["promise_id"], today)


def _keep(notebook: Notebook, promise_id: Any, today: date) -> None:
    promise = notebook.promises.find(promise_id)
    if promise is not None and promise.state == promises_table.OPEN:
        notebook.promises.settle(promise.id, promises_table.DONE, today)


def snooze(notebook: Notebook, line: Line, today: date) -> None:
    """Nothing is said of them for a week; once."""
    if line.state == OPEN:
        notebook.nudges.settle(line.nudge_id, SNOOZED)
        notebook.contacts.change(line.contact.id, snoozed_until=today + SNOOZE)


def skip(notebook: Notebook, line: Line) -> None:
    """What the nudge named is not named again for a cycle (rapport.journeys.state); once."""
    if line.state == OPEN:
        notebook.nudges.settle(line.nudge_id, SKIPPED)
