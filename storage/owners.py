"""The owners: who they are, where they live, and when their next digest is due.

An owner's row is also their counter: ids of all their records come from it, and it carries the
stamp that tells whether anybody's names have changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, select

from storage.collection import as_records, columns_of
from storage.dialogues import Dialogue
from storage.models import dialogues, intake, owners
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Owner:
    """One person who keeps contacts here; `id` is their Telegram user id and private chat."""

    id: int
    name: str
    language: str
    zone: str | None  # None: not said yet
    digest_at: str  # local HH:MM
    digest_due: datetime | None
    digest_day: date | None
    preferences: Mapping[str, Any]
    roster_stamp: int
    roster_reset: int
    shown: Sequence[int]
    invited: bool
    unreachable_since: datetime | None
    blocked_at: datetime | None
    created_at: datetime


_COLUMNS = columns_of(owners, Owner)
_ONE = select(*_COLUMNS).where(owners.c.id == bindparam("of_id"))
_DIALOGUE = columns_of(dialogues, Dialogue)
_WITH_DIALOGUE: Select[Any] = (
    select(*_COLUMNS, *_DIALOGUE)
    .select_from(owners.outerjoin(dialogues, dialogues.c.owner_id == owners.c.id))
    .where(owners.c.id == bindparam("of_id"))
)


_SHOW = (
    owners.update().where(owners.c.id == bindparam("of_id")).values(shown=bindparam("now_shown"))
)


def find(unit: Unit, owner_id: int) -> Owner | None:
    """The owner, or None for somebody who keeps nothing here."""
    found = as_records(Owner, unit.rows(_ONE, {"of_id": owner_id}))
    return found[0] if found else None


def find_with_dialogue(unit: Unit, owner_id: int) -> tuple[Owner | None, Dialogue | None]:
    """The owner and the dialogue they are in the middle of, in one reading."""
    unit.act_for(owner_id)
    rows = unit.rows(_WITH_DIALOGUE, {"of_id": owner_id})
    if not rows:
        return None, None
    row, split = rows[0], len(_COLUMNS)
    name = row[split]
    return Owner(*row[:split]), None if name is None else Dialogue(*row[split:])


def add(
    unit: Unit,
    owner_id: int,
    *,
    name: str,
    language: str,
    digest_at: str,
    now: datetime,
    digest_due: datetime | None = None,
    invited: bool = False,
) -> None:
    """Begin keeping records for somebody."""
    unit.execute(
        owners.insert(),
        {
            "id": owner_id,
            "name": name,
            "language": language,
            "digest_at": digest_at,
            "digest_due": digest_due,
            "preferences": {},
            "last_id": 0,
            "roster_stamp": 0,
            "roster_reset": 0,
            "shown": [],
            "invited": invited,
            "created_at": now,
        },
    )


def change(unit: Unit, owner_id: int, **values: Any) -> None:
    """Set columns of the owner's row."""
    unit.execute(owners.update().where(owners.c.id == owner_id).values(values))


def show(unit: Unit, owner_id: int, contact_ids: Sequence[int]) -> None:
    """These contacts are on the owner's screen now."""
    unit.change(_SHOW, {"of_id": owner_id, "now_shown": list(contact_ids)})


def erase(unit: Unit, owner_id: int) -> None:
    """Remove the owner, every record of theirs by cascade, and what they said from the intake."""
    unit.execute(owners.delete().where(owners.c.id == owner_id))
    set_aside = (intake.c.chat_id == owner_id) & (intake.c.state == "dead")
    unit.execute(intake.update().where(set_aside).values(raw=None, error=None))


def due_for_digest(unit: Unit, now: datetime, *, limit: int) -> list[Owner]:
    """The owners whose digest is due, longest waiting first; the unreachable wait."""
    statement = (
        select(*_COLUMNS)
        .where(owners.c.digest_due <= now, owners.c.unreachable_since.is_(None))
        .order_by(owners.c.digest_due)
        .limit(limit)
    )
    return as_records(Owner, unit.execute(statement))


def claim_digest(unit: Unit, owner: Owner, day: date | None, next_due: datetime | None) -> bool:
    """Whether this caller, and nobody else, moves the owner's digests on: `day` had the last."""
    statement = (
        owners.update()
        .where(owners.c.id == owner.id, owners.c.digest_due == owner.digest_due)
        .values(digest_due=next_due, digest_day=day)
    )
    return unit.execute(statement).rowcount == 1
