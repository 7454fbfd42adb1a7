"""The reminders of one owner: days to get back to somebody, some at a clock time they named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from storage.collection import Collection, as_records, columns_of
from storage.models import owners, reminders
from storage.unit import Unit

OPEN, DONE, DROPPED = "open", "done", "dropped"


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something to do on a local day; `due_at` is set only where a clock time was named.

    `named_at`: the time that was named, where it rings later than that, else None.
    """

    id: int
    contact_id: int | None
    what: str | None
    due_on: date
    due_at: datetime | None
    named_at: datetime | None
    state: str

    @property
    def named_for(self) -> datetime | None:
        """The clock time that the owner named."""
        return self.named_at or self.due_at


class Reminders(Collection[Reminder]):
    """What the owner asked to be reminded of."""

    table = reminders
    record = Reminder

    def add(
        self,
        contact_id: int | None,
        what: str | None,
        due_on: date,
        *,
        now: datetime,
        due_at: datetime | None = None,
    ) -> int:
        """The id of a new open reminder."""
        return self._add(
            {
                "contact_id": contact_id,
                "what": what,
                "due_on": due_on,
                "due_at": due_at,
                "state": OPEN,
                "created_at": now,
            }
        )

    def open(self, contact_id: int | None = None) -> list[Reminder]:
        """The open reminders, of one contact or all, soonest first."""
        statement = self._where(reminders.c.state == OPEN)
        if contact_id is not None:
            statement = statement.where(reminders.c.contact_id == contact_id)
        return self._all(statement.order_by(reminders.c.due_on, reminders.c.id))

    def settle(self, id_: int, state: str) -> bool:
        """Whether the reminder was not in that state yet; doing it twice changes nothing."""
        if self.get(id_).state == state:
            return False
        self._change(id_, {"state": state})
        return True

    def change(self, id_: int, **values: object) -> None:
        """Set columns of a reminder."""
        self._change(id_, values)

    def remove(self, id_: int) -> None:
        """It was never asked for."""
        self._remove(id_)

    def hold(self, reminder: Reminder, until: datetime) -> None:
        """It rings later than it was named for, and remembers for when that was."""
        self._change(reminder.id, {"due_at": until, "named_at": reminder.named_for})

    def ring(self, id_: int) -> bool:
        """Whether this caller, and nobody else, sends the reminder at its clock time."""
        statement = (
            reminders.update()
            .where(
                reminders.c.owner_id == self._scope.owner_id,
                reminders.c.id == id_,
                reminders.c.state == OPEN,
                reminders.c.due_at.is_not(None),
            )
            .values(due_at=None, named_at=None)
        )
        return self._scope.unit.execute(statement).rowcount == 1


def due_at_the_clock(
    unit: Unit, now: datetime, *, limit: int
) -> list[tuple[int, str | None, Reminder]]:
    """(owner id, their zone, reminder) where its clock time has come, longest waiting first."""
    statement = (
        select(reminders.c.owner_id, owners.c.zone, *columns_of(reminders, Reminder))
        .join(owners, owners.c.id == reminders.c.owner_id)
        .where(
            reminders.c.due_at.is_not(None),
            reminders.c.state == OPEN,
            reminders.c.due_at <= now,
            owners.c.unreachable_since.is_(None),
            owners.c.blocked_at.is_(None),
        )
        .order_by(reminders.c.due_at)
        .limit(limit)
    )
    rows: Sequence[Any] = unit.execute(statement).all()
    found = as_records(Reminder, (row[2:] for row in rows))
    return [(row[0], row[1], reminder) for row, reminder in zip(rows, found, strict=True)]
