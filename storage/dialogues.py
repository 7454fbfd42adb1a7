"""The dialogue an owner is in the middle of: one a chat, small, typed above, and expiring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from storage.models import dialogues
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Where an owner stands in a guided conversation, and what they have answered so far."""

    name: str
    step: str
    answers: Mapping[str, Any]
    expires_at: datetime


def put(unit: Unit, owner_id: int, dialogue: Dialogue) -> None:
    """Remember where the owner stands; an older dialogue of theirs is over."""
    close(unit, owner_id)
    unit.execute(
        dialogues.insert(),
        {
            "owner_id": owner_id,
            "name": dialogue.name,
            "step": dialogue.step,
            "answers": dict(dialogue.answers),
            "expires_at": dialogue.expires_at,
        },
    )


def expire(unit: Unit, owner_id: int, now: datetime) -> None:
    """Forget what the owner has left unfinished for too long."""
    unit.act_for(owner_id)
    unit.execute(
        delete(dialogues).where(dialogues.c.owner_id == owner_id, dialogues.c.expires_at < now)
    )


def close(unit: Unit, owner_id: int) -> None:
    """The owner is in no dialogue any more."""
    unit.act_for(owner_id)
    unit.execute(delete(dialogues).where(dialogues.c.owner_id == owner_id))
