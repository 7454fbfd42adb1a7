"""The drafts of one owner: what was proposed, what was sent, and which sentences are used up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from storage.collection import Collection
from storage.models import drafts

OFFERED, SENT = "offered", "sent"


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A message proposed to the owner."""

    id: int
    contact_id: int
    occasion: str
    tone: str
    channel: str
    language: str
    number: int
    subject: str | None
    text: str
    sentences: Sequence[str]
    about: Mapping[str, Any]
    state: str
    sent_on: date | None
    created_at: datetime


class Drafts(Collection[StoredDraft]):
    """What was written to one owner's people."""

    table = drafts
    record = StoredDraft

    def add(self, contact_id: int, *, now: datetime, **values: Any) -> int:
        """The id of a newly offered draft; `values` are the other columns."""
        return self._add({"contact_id": contact_id, "state": OFFERED, "created_at": now, **values})

    def change(self, id_: int, **values: Any) -> None:
        """Set columns of a draft."""
        self._change(id_, values)

    def sent(self, id_: int, on: date) -> bool:
        """Whether the draft was not marked sent before; doing it twice changes nothing."""
        if self.get(id_).state == SENT:
            return False
        self._change(id_, {"state": SENT, "sent_on": on})
        return True

    def used_sentences(self, contact_id: int) -> frozenset[str]:
        """Hashes of all sentences that were sent to a contact."""
        sent = self._all(self._where(drafts.c.contact_id == contact_id, drafts.c.state == SENT))
        return frozenset(sentence for draft in sent for sentence in draft.sentences)
