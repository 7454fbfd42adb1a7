"""The intake: raw updates, stored before they are confirmed to Telegram.

A row is worked on under a token and a lease. `attempts` counts how often work on it began, and
is stored before that work, so that an update which kills the process is known by its count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.collection import as_records, columns_of
from storage.errors import AlreadyDone
from storage.models import intake
from storage.unit import Unit

NEW, DONE, DEAD = "new", "done", "dead"
# Nothing is leased for longer; what is was leased by a clock since set back.
LONGEST_LEASE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class RawUpdate:
    """An update as Telegram sent it; `chat_id` is its lane, 0 for updates without a chat."""

    bot_id: int
    update_id: int
    chat_id: int
    received_at: datetime
    raw: str
    attempts: int


_COLUMNS = columns_of(intake, RawUpdate)
_KEY = (intake.c.bot_id == bindparam("of_bot"), intake.c.update_id == bindparam("of_update"))
_DONE = intake.update().where(*_KEY, intake.c.state == NEW).values(state=DONE, raw=None, error=None)
_DEAD = (
    intake.update()
    .where(*_KEY, intake.c.state == NEW)
    .values(state=DEAD, error=bindparam("because"))
)
_BEGIN = (
    intake.update()
    .where(*_KEY, intake.c.state == NEW)
    .values(
        attempts=intake.c.attempts + 1, token=bindparam("as_token"), lease_until=bindparam("until")
    )
    .returning(intake.c.attempts)
)
_RENEW = (
    intake.update()
    .where(intake.c.token == bindparam("of_token"), intake.c.state == NEW)
    .values(lease_until=bindparam("until"))
)
_STORE = {
    True: sqlite_insert(intake).on_conflict_do_nothing().returning(intake.c.update_id),
    False: postgres_insert(intake).on_conflict_do_nothing().returning(intake.c.update_id),
}


def store(unit: Unit, updates: Sequence[RawUpdate], token: str, lease_until: datetime) -> set[int]:
    """The ids of the updates that are this worker's to answer: the new ones, and those it stored
    before, though it may not have heard so. What was seen before is not stored again."""
    rows = [
        {
            "bot_id": u.bot_id,
            "update_id": u.update_id,
            "chat_id": u.chat_id,
            "received_at": u.received_at,
            "raw": u.raw,
            "state": NEW,
            "attempts": u.attempts,
            "token": token,
            "lease_until": lease_until,
        }
        for u in updates
    ]
    if not rows:
        return set()
    new = set(unit.execute(_STORE[unit.is_sqlite], rows).scalars())
    return new if len(new) == len(rows) else new | _open_of(unit, updates, token)


def _open_of(unit: Unit, updates: Sequence[RawUpdate], token: str) -> set[int]:
    statement = select(intake.c.update_id).where(
        intake.c.bot_id == updates[0].bot_id,
        intake.c.update_id.in_([update.update_id for update in updates]),
        intake.c.state == NEW,
        intake.c.token == token,
    )
    return set(unit.execute(statement).scalars())


def begin(unit: Unit, update: RawUpdate, token: str, until: datetime) -> int | None:
    """How many times work on the update has begun, this one included; None if it is done."""
    at = {**_at(update), "as_token": token, "until": until}
    begun = unit.rows(_BEGIN, at)
    return begun[0][0] if begun else None


def done(unit: Unit, update: RawUpdate) -> None:
    """The update's effects are in this same unit; AlreadyDone if they were stored before."""
    if unit.change(_DONE, _at(update)) == 0:
        raise AlreadyDone(f"update {update.update_id}")


def dead(unit: Unit, update: RawUpdate, because: str) -> bool:
    """Whether the update was still open and now is set aside, kept for a look at it."""
    return unit.change(_DEAD, {**_at(update), "because": because}) == 1


def waiting(
    unit: Unit, bot_id: int, now: datetime, *, limit: int, all_but: str | None = None
) -> list[RawUpdate]:
    """Updates whose worker died, oldest first.

    `all_but`: the one living worker, where only one process can be alive; leases then count
    for nothing.
    """
    died = or_(intake.c.lease_until < now, intake.c.lease_until > now + LONGEST_LEASE)
    if all_but is not None:
        died = or_(died, intake.c.token != all_but)
    statement = (
        select(*_COLUMNS)
        .where(intake.c.bot_id == bot_id, intake.c.state == NEW, died)
        .order_by(intake.c.update_id)
        .limit(limit)
    )
    return as_records(RawUpdate, unit.execute(statement))


def ahead_of(unit: Unit, update: RawUpdate) -> bool:
    """Whether an earlier update of the same chat is still open, in whichever process."""
    statement = (
        select(intake.c.update_id)
        .where(
            intake.c.bot_id == update.bot_id,
            intake.c.chat_id == update.chat_id,
            intake.c.update_id < update.update_id,
            intake.c.state == NEW,
        )
        .limit(1)
    )
    return unit.execute(statement).first() is not None


def renew(unit: Unit, token: str, until: datetime) -> None:
    """The worker lives: what it has taken stays its own."""
    unit.change(_RENEW, {"of_token": token, "until": until})


def oldest_open(unit: Unit, bot_id: int) -> datetime | None:
    """When the longest waiting update came in, None if every one is answered."""
    statement = select(func.min(intake.c.received_at)).where(
        intake.c.bot_id == bot_id, intake.c.state == literal_column("'new'")
    )
    found: datetime | None = unit.execute(statement).scalar()
    return found


def chats(unit: Unit) -> set[int]:
    """The chats that updates came from, as far as they are still known."""
    return set(unit.execute(select(intake.c.chat_id).distinct()).scalars())


def count_since(unit: Unit, since: datetime) -> int:
    """How many updates came in after an instant."""
    statement = select(func.count()).select_from(intake).where(intake.c.received_at > since)
    return int(unit.execute(statement).scalar_one())


def purge(unit: Unit, before: datetime) -> int:
    """How many finished updates of before that instant were removed."""
    statement = intake.delete().where(intake.c.state == DONE, intake.c.received_at < before)
    return unit.execute(statement).rowcount


def _at(update: RawUpdate) -> dict[str, Any]:
    return {"of_bot": update.bot_id, "of_update": update.update_id}
