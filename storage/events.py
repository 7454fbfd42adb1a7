"""The events of one owner: where several people were met."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storage.collection import Collection, fitted
from storage.models import events


@dataclass(frozen=True, slots=True)
class Event:
    """A conference, meetup or party."""

    id: int
    name: str
    place: str | None
    starts_on: date | None
    ends_on: date | None


class Events(Collection[Event]):
    """Where one owner meets people."""

    table = events
    record = Event

    def on(self, name: str, day: date) -> int:
        """The id of the event of that name on that day, noted now if it is new."""
        new = fitted(events, {"name": name, "starts_on": day, "ends_on": day})
        for event in self._all(self._where(events.c.starts_on == day)):
            if event.name.casefold() == new["name"].casefold():
                return event.id
        return self._add(new)
