"""The life events of one owner's contacts: promotions, new jobs, babies, losses, …"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storage.collection import Collection
from storage.models import life_events


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """Something that happened in a contact's life."""

    id: int
    contact_id: int
    kind: str
    happened_on: date
    note: str | None


class LifeEvents(Collection[LifeEvent]):
    """What happened in the lives of one owner's people."""

    table = life_events
    record = LifeEvent

    def add(self, contact_id: int, kind: str, happened_on: date, note: str | None = None) -> int:
        """The id of a new life event."""
        return self._add(
            {"contact_id": contact_id, "kind": kind, "happened_on": happened_on, "note": note}
        )

    def of(self, contact_id: int) -> list[LifeEvent]:
        """A contact's life events, newest first."""
        return self._all(
            self._where(life_events.c.contact_id == contact_id).order_by(
                life_events.c.happened_on.desc(), life_events.c.id.desc()
            )
        )

    def since(self, day: date) -> list[LifeEvent]:
        """Everybody's life events since a day, newest first."""
        return self._all(
            self._where(life_events.c.happened_on >= day).order_by(
                life_events.c.happened_on.desc(), life_events.c.id.desc()
            )
        )
