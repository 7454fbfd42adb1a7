"""Adding a contact by hand, piece by piece."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Self

from rapport.names import clean
from storage.notebook import Notebook
from storage.types import Circle


@dataclass(frozen=True)
class NewContact:
    """What was told of somebody; None and nothing for what was skipped."""

    name: str = ""
    role: str | None = None
    company: str | None = None
    met_at: str | None = None
    met_on: date | None = None
    how_met: str | None = None
    handles: tuple[tuple[str, str], ...] = ()
    circle: Circle | None = None
    cadence_days: int | None = None
    """A rhythm of their own; None: that of the circle."""

    def stored(self) -> dict[str, Any]:
        """The same as plain values, to be remembered between two questions."""
        return {**asdict(self), "met_on": self.met_on and self.met_on.isoformat()}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """What was remembered."""
        return cls(
            **{
                **stored,
                "met_on": stored["met_on"] and date.fromisoformat(stored["met_on"]),
                "handles": tuple((kind, value) for kind, value in stored["handles"]),
                "circle": stored["circle"] and Circle(stored["circle"]),
            }
        )


def as_name(words: str) -> str | None:
    """The name as typed; None where no letter is in it."""
    name = clean(words)
    return name if any(letter.isalpha() for letter in name) else None


def add(notebook: Notebook, new: NewContact, *, now: datetime, today: date) -> int:
    """The id of the contact; a circle or a rhythm of their own is wanted from today on."""
    contact_id = notebook.contacts.add(
        new.name,
        now=now,
        role=new.role,
        company=new.company,
        met_at=new.met_at,
        met_on=new.met_on,
        how_met=new.how_met,
        circle=new.circle,
        cadence_days=new.cadence_days,
        tracked_since=today if new.circle or new.cadence_days else None,
    )
    for kind, value in new.handles:
        notebook.handles.add(contact_id, kind, value)
    return contact_id
