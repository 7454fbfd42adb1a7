"""The nudges of one owner: who was named in which day's digest, why, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import update

from storage.collection import Collection
from storage.models import contacts, nudges

OPEN, DONE, SNOOZED, SKIPPED = "open", "done", "snoozed", "skipped"


@dataclass(frozen=True, slots=True)
class Nudge:
    """A reason to get in touch, as it stood in the digest of a local day."""

    id: int
    contact_id: int
    day: date
    position: int
    reasons: Sequence[Any]
    state: str


class Nudges(Collection[Nudge]):
    """Whom one owner was nudged about."""

    table = nudges
    record = Nudge

    def add(self, contact_id: int, day: date, position: int, reasons: Sequence[Any]) -> int:
        """The id of a new open nudge; the contact is not named again for a few days."""
        id_ = self._add(
            {
                "contact_id": contact_id,
                "day": day,
                "position": position,
                "reasons": list(reasons),
                "state": OPEN,
            }
        )
        self._scope.unit.execute(
            update(contacts)
            .where(contacts.c.owner_id == self._scope.owner_id, contacts.c.id == contact_id)
            .values(last_nudged=day)
        )
        return id_

    def on(self, day: date) -> list[Nudge]:
        """The nudges of a day, in the order they were named."""
        return self._all(self._where(nudges.c.day == day).order_by(nudges.c.position))

    def skipped_since(self, day: date) -> list[Nudge]:
        """The nudges of a day and later that the owner let pass."""
        return self._all(self._where(nudges.c.day >= day, nudges.c.state == SKIPPED))

    def settle(self, id_: int, state: str) -> bool:
        """Whether the nudge was not in that state yet; doing it twice changes nothing."""
        if self.get(id_).state == state:
            return False
        self._change(id_, {"state": state})
        return True

    def settle_open_of(self, contact_id: int, state: str) -> None:
        """Every open nudge about a contact is answered, whatever day named it."""
        for nudge in self._all(
            self._where(nudges.c.contact_id == contact_id, nudges.c.state == OPEN)
        ):
            self.settle(nudge.id, state)
