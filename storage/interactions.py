"""The interactions of one owner: what took place, when, where, and with whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import select

from storage.collection import Collection
from storage.contacts import Contacts
from storage.models import interaction_contacts, interactions

_LINK = interaction_contacts.insert()


@dataclass(frozen=True, slots=True)
class Interaction:
    """Something that took place with one or more contacts."""

    id: int
    kind: str
    happened_on: date
    place: str | None
    event_id: int | None
    topics: str | None
    note: str | None
    is_touch: bool
    created_at: datetime


class Interactions(Collection[Interaction]):
    """What took place; adding one restarts the cadence clocks of those it was with."""

    table = interactions
    record = Interaction

    @cached_property
    def _contacts(self) -> Contacts:
        return Contacts(self._scope)

    def add(
        self,
        contact_ids: Iterable[int],
        kind: str,
        happened_on: date,
        *,
        now: datetime,
        place: str | None = None,
        event_id: int | None = None,
        topics: str | None = None,
        note: str | None = None,
        is_touch: bool = True,
    ) -> int:
        """The id of a new interaction with the contacts."""
        people = list(dict.fromkeys(contact_ids))
        id_ = self._add(
            {
                "kind": kind,
                "happened_on": happened_on,
                "place": place,
                "event_id": event_id,
                "topics": topics,
                "note": note,
                "is_touch": is_touch,
                "created_at": now,
            }
        )
        owner = self._scope.owner_id
        for person in people:
            link = {"owner_id": owner, "interaction_id": id_, "contact_id": person}
            self._scope.unit.change(_LINK, link)
        if is_touch:
            self._contacts.touched(people, happened_on)
        return id_

    def move(self, id_: int, happened_on: date) -> None:
        """It took place on another day."""
        self._change(id_, {"happened_on": happened_on})
        self._contacts.recount_touches(self.people(id_))

    def change(self, id_: int, **values: object) -> None:
        """Set columns that move no clock."""
        self._change(id_, values)

    def remove(self, id_: int) -> None:
        """It did not take place."""
        people = self.people(id_)
        self._remove(id_)
        self._contacts.recount_touches(people)

    def people(self, id_: int) -> list[int]:
        """Ids of the contacts it was with."""
        statement = select(interaction_contacts.c.contact_id).where(
            interaction_contacts.c.owner_id == self._scope.owner_id,
            interaction_contacts.c.interaction_id == id_,
        )
        return list(self._scope.unit.execute(statement).scalars())

    def of(self, contact_id: int, *, limit: int) -> list[Interaction]:
        """A contact's interactions, newest first."""
        statement = (
            self._where(interaction_contacts.c.contact_id == contact_id)
            .join(
                interaction_contacts,
                (interactions.c.owner_id == interaction_contacts.c.owner_id)
                & (interactions.c.id == interaction_contacts.c.interaction_id),
            )
            .order_by(interactions.c.happened_on.desc(), interactions.c.id.desc())
            .limit(limit)
        )
        return self._all(statement)
