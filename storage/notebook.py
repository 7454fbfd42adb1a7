"""One owner's records: every collection, over one unit of work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy import bindparam

from storage import owners
from storage.attachments import Attachments
from storage.captures import Captures
from storage.contacts import Contacts, Handles, Names, Tags
from storage.drafts import Drafts
from storage.errors import NoSuchRecord
from storage.events import Events
from storage.facts import Facts
from storage.interactions import Interactions
from storage.journal import Journal
from storage.life_events import LifeEvents
from storage.models import owners as owners_table
from storage.nudges import Nudges
from storage.outbox import Outbox
from storage.promises import Promises
from storage.reminders import Reminders
from storage.roster_moves import RosterMoves
from storage.unit import Unit

# Ids are taken from the owner's counter in blocks: one statement for a typical unit.
_BLOCK = 16
_TAKE = (
    owners_table.update()
    .where(owners_table.c.id == bindparam("of_id"))
    .values(last_id=owners_table.c.last_id + _BLOCK)
    .returning(owners_table.c.last_id, owners_table.c.roster_stamp)
)


class Notebook:
    """Everything one owner keeps; nothing in it can reach another owner's records."""

    def __init__(self, unit: Unit, owner_id: int) -> None:
        unit.act_for(owner_id)
        self.unit = unit
        self.owner_id = owner_id
        self.journal: Journal | None = None
        self.roster = RosterMoves()
        self._next = self._last = 0

    def next_id(self) -> int:
        """An id no other record of this owner has."""
        if self._next == self._last:
            taken = self.unit.rows(_TAKE, {"of_id": self.owner_id})
            if not taken:
                raise NoSuchRecord(f"owners {self.owner_id}")
            self._last, stamp = taken[0]
            if self.roster.before is None:
                self.roster.before = stamp
            self._next = self._last - _BLOCK
        self._next += 1
        return self._next

    @contextmanager
    def journaling(self) -> Iterator[Journal]:
        """Note what changes inside the block, so that it can be undone."""
        self.journal = Journal()
        try:
            yield self.journal
        finally:
            self.journal = None

    @property
    def owner(self) -> owners.Owner:
        """The owner, as stored now."""
        found = owners.find(self.unit, self.owner_id)
        if found is None:
            raise NoSuchRecord(f"owners {self.owner_id}")
        return found

    @cached_property
    def contacts(self) -> Contacts:
        """The people."""
        return Contacts(self)

    @cached_property
    def names(self) -> Names:
        """Their other names."""
        return Names(self)

    @cached_property
    def handles(self) -> Handles:
        """How they are reached."""
        return Handles(self)

    @cached_property
    def tags(self) -> Tags:
        """The owner's words on them."""
        return Tags(self)

    @cached_property
    def interactions(self) -> Interactions:
        """What took place."""
        return Interactions(self)

    @cached_property
    def events(self) -> Events:
        """Where people were met."""
        return Events(self)

    @cached_property
    def facts(self) -> Facts:
        """What is remembered about them."""
        return Facts(self)

    @cached_property
    def promises(self) -> Promises:
        """Who owes whom what."""
        return Promises(self)

    @cached_property
    def reminders(self) -> Reminders:
        """What to come back to."""
        return Reminders(self)

    @cached_property
    def life_events(self) -> LifeEvents:
        """What happened in their lives."""
        return LifeEvents(self)

    @cached_property
    def nudges(self) -> Nudges:
        """Whom the digests named."""
        return Nudges(self)

    @cached_property
    def drafts(self) -> Drafts:
        """What was written."""
        return Drafts(self)

    @cached_property
    def captures(self) -> Captures:
        """Which message became what."""
        return Captures(self)

    @cached_property
    def attachments(self) -> Attachments:
        """What was sent that is not text."""
        return Attachments(self)

    @cached_property
    def outbox(self) -> Outbox:
        """What waits to be sent to the owner."""
        return Outbox(self)
