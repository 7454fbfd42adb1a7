"""The promises of one owner, both ways: who owes whom what, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storage.collection import Collection
from storage.models import contacts, promises
from storage.types import Status

OPEN, DONE, DROPPED = "open", "done", "dropped"


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment by the owner (`by_me`) or by the contact."""

    id: int
    contact_id: int
    interaction_id: int | None
    by_me: bool
    what: str
    due_on: date | None
    state: str
    settled_on: date | None
    made_on: date


class Promises(Collection[Promise]):
    """What the owner owes and is owed."""

    table = promises
    record = Promise

    def add(
        self,
        contact_id: int,
        what: str,
        *,
        by_me: bool,
        made_on: date,
        due_on: date | None = None,
        interaction_id: int | None = None,
    ) -> int:
        """The id of a new open promise."""
        return self._add(
            {
                "contact_id": contact_id,
                "interaction_id": interaction_id,
                "by_me": by_me,
                "what": what,
                "due_on": due_on,
                "state": OPEN,
                "made_on": made_on,
            }
        )

    def settle(self, id_: int, state: str, on: date) -> bool:
        """Whether the promise was not in that state yet; doing it twice changes nothing."""
        if self.get(id_).state == state:
            return False
        self._change(id_, {"state": state, "settled_on": None if state == OPEN else on})
        return True

    def change(self, id_: int, **values: object) -> None:
        """Set columns of a promise."""
        self._change(id_, values)

    def remove(self, id_: int) -> None:
        """It was never made."""
        self._remove(id_)

    def open(self, contact_id: int | None = None) -> list[Promise]:
        """The open promises, to one contact or to all who may be written to; soonest due first."""
        statement = self._where(promises.c.state == OPEN)
        if contact_id is not None:
            statement = statement.where(promises.c.contact_id == contact_id)
        else:
            statement = statement.join(
                contacts,
                (contacts.c.owner_id == promises.c.owner_id)
                & (contacts.c.id == promises.c.contact_id),
            ).where(contacts.c.status == Status.ACTIVE)
        undated_last = promises.c.due_on.is_(None)
        return self._all(statement.order_by(undated_last, promises.c.due_on, promises.c.id))
