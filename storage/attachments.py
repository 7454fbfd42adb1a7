"""The attachments of one owner: voice notes, photos and files, kept though not yet read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.collection import Collection
from storage.models import attachments


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that Telegram holds for the owner; `contact_id` is None until they said whose."""

    id: int
    contact_id: int | None
    kind: str
    file_id: str
    file_name: str | None
    caption: str | None
    message_id: int
    created_at: datetime


class Attachments(Collection[Attachment]):
    """What one owner sent that is not text."""

    table = attachments
    record = Attachment

    def add(
        self,
        kind: str,
        file_id: str,
        message_id: int,
        *,
        now: datetime,
        file_name: str | None = None,
        caption: str | None = None,
    ) -> int:
        """The id of a newly kept attachment, not yet anybody's."""
        return self._add(
            {
                "kind": kind,
                "file_id": file_id,
                "message_id": message_id,
                "file_name": file_name,
                "caption": caption,
                "created_at": now,
            }
        )

    def attach(self, id_: int, contact_id: int) -> None:
        """The attachment belongs to a contact."""
        self._change(id_, {"contact_id": contact_id})

    def of(self, contact_id: int) -> list[Attachment]:
        """A contact's attachments, newest first."""
        return self._all(
            self._where(attachments.c.contact_id == contact_id).order_by(attachments.c.id.desc())
        )
