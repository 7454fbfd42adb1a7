"""What the owner does with a contact they have: keep in touch, set aside, retag, forget."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rapport.contacts.forgetting import Naming, naming, of_others, without
from rapport.names import fold
from storage.interactions import Interaction
from storage.mentions import take_out
from storage.notebook import Notebook
from storage.reminders import DROPPED
from storage.types import Circle, Status

_ALL = 1_000_000  # more than anybody lives to see


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
    """Erase a contact, and what names them elsewhere: notes about others, journals, letters."""
    whom = _naming(notebook, contact_id)
    for met in notebook.interactions.of(contact_id, limit=_ALL):
        _cut_note(notebook, met, contact_id, whom)
    notebook.captures.forget(contact_id)
    notebook.contacts.forget(contact_id)
    take_out(notebook, lambda text: without(text, whom))


def _naming(notebook: Notebook, contact_id: int) -> Naming:
    """What names the contact and nobody else whom the owner knows."""
    everybody = {row.id: row.name for row in notebook.contacts.changed_since(0)}
    aliases = notebook.names.of_many(everybody)
    name, also = everybody.pop(contact_id), aliases.pop(contact_id, [])
    others = [*everybody.values(), *(alias for names in aliases.values() for alias in names)]
    addresses = [handle.value for handle in notebook.handles.of(contact_id)]
    return naming(name, also, others, addresses)


def _cut_note(notebook: Notebook, met: Interaction, contact_id: int, whom: Naming) -> None:
    """A meeting with others too keeps its place, and what its note says of them."""
    people = notebook.contacts.many(set(notebook.interactions.people(met.id)) - {contact_id})
    if people and met.note:
        others = [naming(person.name) for person in people]
        notebook.interactions.change(met.id, note=of_others(met.note, whom, others))
