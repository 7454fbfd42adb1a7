"""Being in touch, as a button tells it: one interaction, and all that it answers."""

from __future__ import annotations

from datetime import date, datetime

from storage import nudges, reminders
from storage.notebook import Notebook


def in_touch(notebook: Notebook, contact_id: int, kind: str, today: date, now: datetime) -> None:
    """Log a touch of today: the clock restarts, and what waited for it waits no longer."""
    notebook.interactions.add([contact_id], kind, today, now=now)
    notebook.nudges.settle_open_of(contact_id, nudges.DONE)
    for reminder in notebook.reminders.open(contact_id):
        # One with a clock time still to come is about something else: "call her at three".
        if reminder.due_on <= today and reminder.due_at is None:
            notebook.reminders.settle(reminder.id, reminders.DONE)
