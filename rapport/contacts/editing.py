"""What the owner does with a contact they have: keep in touch, set aside, retag, forget."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rapport.names import first_name, fold
from storage.notebook import Notebook
from storage.reminders import DROPPED
from storage.types import Circle, Status


def keep_in_touch(notebook: Notebook, contact_id: int, circle: Circle, today: date) -> None:
    """The rhythm of a circle from now on, instead of any other."""
    contact = notebook.contacts.get(contact_id)
    notebook.contacts.change(
        contact_id,
        circle=circle,
        cadence_days=None,
        tracked_since=contact.tracked_since or today,
    )


def let_be(notebook: Notebook, contact_id: int) -> None:
    """No rhythm any more; birthdays and promises still count."""
    notebook.contacts.change(contact_id, circle=None, cadence_days=None, tracked_since=None)


def set_status(notebook: Notebook, contact_id: int, status: Status) -> None:
    """Whether the contact is to be approached; who is not to be, is not reminded of either."""
    notebook.contacts.change(contact_id, status=status)
    if status in {Status.DECEASED, Status.DO_NOT_CONTACT}:
        for reminder in notebook.reminders.open(contact_id):
            notebook.reminders.settle(reminder.id, DROPPED)


def switch_tags(notebook: Notebook, contact_id: int, tags: Iterable[str]) -> None:
    """Each tag is put on, or taken off where it was on."""
    notebook.contacts.get(contact_id)
    on = {fold(tag): tag for tag in notebook.tags.of(contact_id)}
    for tag in tags:
        known = on.pop(fold(tag), None)
        if known is None:
            notebook.tags.add(contact_id, tag)
        else:
            notebook.tags.remove(contact_id, known)


def switch_handles(notebook: Notebook, contact_id: int, handles: Iterable[tuple[str, str]]) -> None:
    """Each (kind, value) is added, or taken away where it was there."""
    notebook.contacts.get(contact_id)
    there = {(handle.kind, handle.value): handle.id for handle in notebook.handles.of(contact_id)}
    for kind, value in handles:
        known = there.pop((kind, value), None)
        if known is None:
            notebook.handles.add(contact_id, kind, value)
        else:
            notebook.handles.remove(known)


def forget(notebook: Notebook, contact_id: int) -> None:
    """Erase a contact and whatever else names them: journals, and messages not yet understood."""
    name = notebook.contacts.get(contact_id).name
    notebook.captures.forget(contact_id)
    for question in notebook.captures.open_questions():
        if fold(first_name(name)) in fold(question.text or ""):
            notebook.captures.drop(question.id)
    notebook.contacts.forget(contact_id)
