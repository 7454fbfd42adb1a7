"""The captures of one owner: which message became which records, so that Undo restores exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, select

from storage import journal
from storage.collection import Collection
from storage.contacts import Contacts
from storage.models import captures

ASKED, ANSWERED, KEPT, UNDONE = "asked", "answered", "kept", "undone"


@dataclass(frozen=True, slots=True)
class Capture:
    """What one message of the owner changed; `changes` is its journal."""

    id: int
    message_id: int
    card_id: int | None
    said_at: datetime
    contacts: Sequence[int]
    changes: Sequence[Any]
    state: str
    text: str | None
    choices: Mapping[str, int]

    def added(self, table: str) -> list[int]:
        """Ids of the records it added to a table, in their order."""
        return [change[2] for change in self.changes if change[:2] == ["insert", table]]

    @property
    def new_contacts(self) -> list[int]:
        """The contacts it made known."""
        return self.added("contacts")


_SHOW = (
    captures.update()
    .where(captures.c.owner_id == bindparam("of_owner"), captures.c.id == bindparam("of_id"))
    .values(card_id=bindparam("letter"))
)


class Captures(Collection[Capture]):
    """What one owner's messages became."""

    table = captures
    record = Capture

    def add(
        self,
        message_id: int,
        said_at: datetime,
        contact_ids: Sequence[int],
        changes: Sequence[Any],
    ) -> int:
        """The id of a new capture; the journal should hold all that the message changed."""
        return self._add(
            {
                "message_id": message_id,
                "said_at": said_at,
                "contacts": list(contact_ids),
                "changes": list(changes),
                "state": KEPT,
                "choices": {},
            }
        )

    def ask(self, message_id: int, said_at: datetime, text: str, choices: Mapping[str, int]) -> int:
        """The id of a message that cannot be read before the owner says whom it means."""
        return self._add(
            {
                "message_id": message_id,
                "said_at": said_at,
                "contacts": [],
                "changes": [],
                "state": ASKED,
                "text": text,
                "choices": dict(choices),
            }
        )

    def answered(self, id_: int) -> None:
        """The owner has said whom the message means: nothing is asked or kept of it here."""
        self._change(id_, {"state": ANSWERED, "text": None, "choices": {}})

    def drop(self, id_: int) -> None:
        """The question is answered; what the message became is a capture of its own."""
        self._remove(id_)

    def forget(self, contact_id: int) -> None:
        """Erase what messages about a contact changed: undone, they would bring them back."""
        mine = captures.c.owner_id == self._scope.owner_id
        columns = (captures.c.id, captures.c.contacts, captures.c.changes)
        statement: Select[Any] = select(*columns).where(mine)
        for row in self._scope.unit.execute(statement).all():
            if contact_id in row.contacts or journal.is_about(row.changes, contact_id):
                self._remove(row.id)

    def extend(self, capture: Capture, contact_ids: Sequence[int], changes: Sequence[Any]) -> None:
        """A fix changed more: Undo must take that back too."""
        people = list(dict.fromkeys([*capture.contacts, *contact_ids]))
        self._change(capture.id, {"contacts": people, "changes": [*capture.changes, *changes]})

    def undo(self, capture: Capture) -> bool:
        """Whether there was something to take back; CannotUndo if later notes build on it."""
        if capture.state == UNDONE:
            return False
        scope = self._scope
        touched = journal.undo(scope.unit, scope.owner_id, list(capture.changes))
        contacts = Contacts(scope)
        contacts.recount_touches(touched.union(capture.contacts))
        contacts.some_went()
        self._change(capture.id, {"state": UNDONE, "changes": []})
        return True

    def of_message(self, message_id: int, said_at: datetime) -> Capture | None:
        """What became of an owner's message, newest reading first."""
        return self._newest(
            and_(captures.c.message_id == message_id, captures.c.said_at == said_at)
        )

    def of_card(self, card_id: int) -> Capture | None:
        """The capture that a letter in the outbox shows."""
        return self._newest(captures.c.card_id == card_id)

    def latest(self) -> Capture | None:
        """The newest capture that still stands."""
        return self._newest(captures.c.state == KEPT)

    def show_on(self, id_: int, card_id: int) -> None:
        """The capture's card is this letter in the outbox."""
        self._scope.unit.execute(_SHOW, {**self._at(id_), "letter": card_id})

    def _newest(self, condition: Any) -> Capture | None:
        found = self._all(self._where(condition).order_by(captures.c.id.desc()).limit(1))
        return found[0] if found else None
