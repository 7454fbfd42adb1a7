"""The owners: who they are, where they live, and when their next digest is due.

An owner's row is also their counter: ids of all their records come from it, and it carries the
stamp that tells whether anybody's names have changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select

from storage.collection import as_records, columns_of
from storage.dialogues import Dialogue
from storage.models import (
    blocked,
    captures,
    contacts,
    dialogues,
    intake,
    interactions,
    invites,
    owners,
)
from storage.unit import Unit

# Where the ids of a new owner's records begin: past all that a notebook could have given out which
# was erased before, and whose buttons are still on their screen.
_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
_IDS_A_SECOND = 1_000
# No digest is planned further ahead; one that is was planned by a clock since set back.
FARTHEST = timedelta(days=1)


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


@dataclass(frozen=True, slots=True)
class Tally:
    """How much an owner keeps, in numbers; `last_note` is None before the first."""

    contacts: int
    interactions: int
    last_note: datetime | None


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


_SHUT_OUT = select(blocked.c.id).where(blocked.c.id == bindparam("of_id"))


def find(unit: Unit, owner_id: int) -> Owner | None:
    """The owner, or None for somebody who keeps nothing here."""
    unit.act_for(owner_id)
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
    unit.act_for(owner_id)
    unit.execute(
        owners.insert(),
        {
            "id": owner_id,
            "name": name,
            "language": language,
            "digest_at": digest_at,
            "digest_due": digest_due,
            "preferences": {},
            "last_id": max(0, int((now - _BEGINNING).total_seconds()) * _IDS_A_SECOND),
            "roster_stamp": 0,
            "roster_reset": 0,
            "shown": [],
            "invited": invited,
            "created_at": now,
        },
    )


def change(unit: Unit, owner_id: int, **values: Any) -> None:
    """Set columns of the owner's row."""
    unit.act_for(owner_id)
    unit.execute(owners.update().where(owners.c.id == owner_id).values(values))


def show(unit: Unit, owner_id: int, contact_ids: Sequence[int]) -> None:
    """These contacts are on the owner's screen now."""
    unit.act_for(owner_id)
    unit.change(_SHOW, {"of_id": owner_id, "now_shown": list(contact_ids)})


def block(unit: Unit, user_id: int, at: datetime) -> None:
    """From now on they are turned away, and nothing comes to them unasked. Records of theirs stay;
    of whoever keeps none, the id is kept."""
    unit.act_for(user_id)
    statement = owners.update().where(owners.c.id == user_id).values(blocked_at=at)
    if unit.execute(statement).rowcount == 0 and not is_shut_out(unit, user_id):
        unit.execute(blocked.insert(), {"id": user_id, "blocked_at": at})


def unblock(unit: Unit, user_id: int) -> bool:
    """Whether they were turned away; they are no more."""
    unit.act_for(user_id)
    theirs = (owners.c.id == user_id, owners.c.blocked_at.is_not(None))
    freed = unit.execute(owners.update().where(*theirs).values(blocked_at=None)).rowcount
    freed += unit.execute(blocked.delete().where(blocked.c.id == user_id)).rowcount
    return freed > 0


def is_shut_out(unit: Unit, user_id: int) -> bool:
    """Whether somebody who keeps nothing here is turned away."""
    unit.act_for(user_id)
    return bool(unit.rows(_SHUT_OUT, {"of_id": user_id}))


def shut_out(unit: Unit) -> list[int]:
    """The ids of those who keep nothing here and are turned away."""
    return list(unit.execute(select(blocked.c.id).order_by(blocked.c.blocked_at)).scalars())


def roll(unit: Unit, *, first: int = 0, limit: int | None = None) -> list[Owner]:
    """The owners in the order they came, from the one at place `first` on."""
    statement = select(*_COLUMNS).order_by(owners.c.created_at, owners.c.id)
    return as_records(Owner, unit.execute(statement.offset(first).limit(limit)))


def count(unit: Unit) -> tuple[int, int]:
    """How many owners there are, and how many of them are blocked."""
    statement = select(func.count(), func.count(owners.c.blocked_at)).select_from(owners)
    row: Sequence[Any] = unit.execute(statement).one()
    return row[0], row[1]


def tally(unit: Unit, owner_id: int) -> Tally:
    """How much the owner keeps; the unit is theirs from then on, as nobody else may count it."""
    unit.act_for(owner_id)
    people = select(func.count()).where(contacts.c.owner_id == owner_id)
    meetings = select(func.count()).where(interactions.c.owner_id == owner_id)
    newest = select(func.max(captures.c.said_at)).where(captures.c.owner_id == owner_id)
    questions = (each.scalar_subquery() for each in (people, meetings, newest))
    row: Sequence[Any] = unit.execute(select(*questions)).one()
    return Tally(row[0], row[1], row[2])


def erase(unit: Unit, owner_id: int) -> None:
    """Remove the owner, every record of theirs by cascade, what they said from the intake, and the
    invite that let them in. The numbers of their updates stay until the intake is purged, so that
    none is answered twice. Who is blocked stays so."""
    unit.act_for(owner_id)
    unit.erases()
    owner = find(unit, owner_id)
    unit.execute(owners.delete().where(owners.c.id == owner_id))
    if owner is not None and owner.blocked_at is not None:
        block(unit, owner_id, owner.blocked_at)
    unit.execute(invites.delete().where(invites.c.used_by == owner_id))
    set_aside = (intake.c.chat_id == owner_id) & (intake.c.state == "dead")
    unit.execute(intake.update().where(set_aside).values(state="done", raw=None, error=None))


def due_for_digest(unit: Unit, now: datetime, *, limit: int) -> list[Owner]:
    """The owners whose digest is due, or was planned by a clock since set back, longest waiting
    first; the unreachable and the blocked wait."""
    statement = (
        select(*_COLUMNS)
        .where(
            or_(owners.c.digest_due <= now, owners.c.digest_due > now + FARTHEST),
            owners.c.unreachable_since.is_(None),
            owners.c.blocked_at.is_(None),
        )
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
