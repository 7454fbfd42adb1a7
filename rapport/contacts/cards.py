"""What a card shows: of a capture, what one message became; of a contact, what is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from storage.attachments import Attachment
from storage.captures import Capture
from storage.contacts import Contact, Handle
from storage.facts import Fact
from storage.interactions import Interaction
from storage.life_events import LifeEvent
from storage.notebook import Notebook
from storage.promises import Promise
from storage.reminders import Reminder

HISTORY = 5


@dataclass(frozen=True)
class Captured:
    """What one message became."""

    people: tuple[Contact, ...]
    new_ids: frozenset[int]
    interactions: tuple[Interaction, ...]
    promises: tuple[Promise, ...]
    reminders: tuple[Reminder, ...]
    facts: tuple[Fact, ...]
    life_events: tuple[LifeEvent, ...]
    handles: tuple[Handle, ...]

    with_birthday: tuple[Contact, ...]
    """Those whose birthday the message told."""

    def name_of(self, contact_id: int | None) -> str:
        """The name of one of the card's people, empty for nobody in particular."""
        return next((person.name for person in self.people if person.id == contact_id), "")


def captured(notebook: Notebook, capture: Capture) -> Captured:
    """What the capture's journal says was added, as it stands now."""
    people = notebook.contacts.many(capture.contacts)
    told = _birthday_told(capture)
    return Captured(
        tuple(people),
        frozenset(capture.new_contacts),
        tuple(notebook.interactions.many(capture.added("interactions"))),
        tuple(notebook.promises.many(capture.added("promises"))),
        _told_once(notebook.reminders.many(capture.added("reminders"))),
        tuple(notebook.facts.many(capture.added("facts"))),
        tuple(notebook.life_events.many(capture.added("life_events"))),
        tuple(notebook.handles.many(capture.added("handles"))),
        tuple(person for person in people if person.birthday and person.id in told),
    )


def _told_once(reminders: Iterable[Reminder]) -> tuple[Reminder, ...]:
    """The reminders without those that only differ in whom they are about."""
    told = {(each.what, each.due_on, each.due_at): each for each in reminders}
    return tuple(told.values())


def _birthday_told(capture: Capture) -> set[int]:
    """The contacts whose birthday the capture set: new ones, and those it changed it of."""
    changed = {
        change[2]
        for change in capture.changes
        if change[:2] == ["update", "contacts"] and "birthday" in change[4]
    }
    return changed.union(capture.new_contacts)


@dataclass(frozen=True)
class ContactCard:
    """What is known of a contact, newest first."""

    contact: Contact
    nicknames: tuple[str, ...]
    handles: tuple[Handle, ...]
    tags: tuple[str, ...]
    interactions: tuple[Interaction, ...]
    promises: tuple[Promise, ...]
    reminders: tuple[Reminder, ...]
    facts: tuple[Fact, ...]
    life_events: tuple[LifeEvent, ...]
    attachments: tuple[Attachment, ...]


def contact_card(notebook: Notebook, contact_id: int) -> ContactCard:
    """All that the card of a contact shows; NoSuchRecord if the owner has no such contact."""
    contact = notebook.contacts.get(contact_id)
    return ContactCard(
        contact,
        tuple(notebook.names.of_many([contact_id]).get(contact_id, ())),
        tuple(notebook.handles.of(contact_id)),
        tuple(notebook.tags.of(contact_id)),
        tuple(notebook.interactions.of(contact_id, limit=HISTORY)),
        tuple(notebook.promises.open(contact_id)),
        tuple(notebook.reminders.open(contact_id)),
        tuple(notebook.facts.of(contact_id)),
        tuple(notebook.life_events.of(contact_id)),
        tuple(notebook.attachments.of(contact_id)),
    )
