"""The intake: raw updates, stored before they are confirmed to Telegram.

A row is worked on under a token and a lease. `attempts` counts how often work on it began, and
is stored before that work, so that an update which kills the process is known by its count. The
insert counts the first attempt, so a row that waited in its worker's memory has one as well.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, bindparam, func, literal_column, or_, select, true
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
    error: str | None = None
    """How the attempt failed that was made last, if one did."""


_COLUMNS = columns_of(intake, RawUpdate)
# Spelt as the index of what waits spells it: SQLite uses it for nothing else.
_IS_OPEN = intake.c.state == literal_column("'new'")
_KEY = (intake.c.bot_id == bindparam("of_bot"), intake.c.update_id == bindparam("of_update"))
_DONE = intake.update().where(*_KEY, intake.c.state == NEW).values(state=DONE, raw=None, error=None)
_DEAD = (
    intake.update()
    .where(*_KEY, intake.c.state == NEW)
    .values(state=DEAD, chat_id=bindparam("of_sender"), error=bindparam("because"))
)
_BEGIN = (
    intake.update()
    .where(*_KEY, intake.c.state == NEW)
    .values(
        attempts=intake.c.attempts + 1,
        token=bindparam("as_token"),
        lease_until=bindparam("until"),
        error=func.coalesce(bindparam("failure", type_=Text), intake.c.error),
    )
    .returning(intake.c.attempts)
)
_PASS_OVER = (
    intake.update().where(*_KEY, intake.c.state == NEW).values(attempts=bindparam("as_attempts"))
)
_STORE = {
    True: sqlite_insert(intake).on_conflict_do_nothing().returning(intake.c.update_id),
    False: postgres_insert(intake).on_conflict_do_nothing().returning(intake.c.update_id),
}


def store(
    unit: Unit,
    updates: Sequence[RawUpdate],
    token: str,
    lease_until: datetime,
    *,
    is_alone: bool = False,
) -> Sequence[RawUpdate]:
    """The updates that are this worker's to answer: the new ones, and those that are stored and
    open already, because it stored them without hearing so; where it `is_alone`, because anybody
    did. What was seen before is not stored again."""
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
        return []
    new = unit.execute(_STORE[unit.is_sqlite], rows).scalars().all()
    if len(new) == len(rows):
        return updates
    return _open_of(unit, updates, None if is_alone else token)


def _open_of(unit: Unit, updates: Sequence[RawUpdate], token: str | None) -> list[RawUpdate]:
    statement = select(*_COLUMNS).where(
        intake.c.bot_id == updates[0].bot_id,
        intake.c.update_id.in_([update.update_id for update in updates]),
        intake.c.state == NEW,
    )
    if token is not None:
        statement = statement.where(intake.c.token == token)
    return as_records(RawUpdate, unit.execute(statement.order_by(intake.c.update_id)))


def begin(
    unit: Unit, update: RawUpdate, token: str, until: datetime, failure: str | None = None
) -> int | None:
    """How many times work on the update has begun, this one included; None if it is done.
    `failure`: how the attempt before failed."""
    at = {**_at(update), "as_token": token, "until": until, "failure": failure}
    begun = unit.rows(_BEGIN, at)
    return begun[0][0] if begun else None


def done(unit: Unit, update: RawUpdate) -> None:
    """The update's effects are in this same unit; AlreadyDone if they were stored before."""
    if unit.change(_DONE, _at(update)) == 0:
        raise AlreadyDone(f"update {update.update_id}")


def dead(unit: Unit, update: RawUpdate, because: str) -> bool:
    """Whether the update was still open and now is set aside, kept for a look at it. From now on
    it lies with whoever sent it, who may erase it, and in no lane: one from a group, or one that
    shows no chat, had another."""
    values = {**_at(update), "of_sender": sender_of(update), "because": because}
    return unit.change(_DEAD, values) == 1


def sender_of(update: RawUpdate) -> int:
    """Who an update is from, as far as it can be read at all; else the lane it came in."""
    try:
        read = json.loads(update.raw)
    except (ValueError, RecursionError):
        return update.chat_id
    for part in read.values() if isinstance(read, dict) else ():
        sender = (part.get("from") or part.get("user")) if isinstance(part, dict) else None
        number = sender.get("id") if isinstance(sender, dict) else None
        if type(number) is int and abs(number) < 2**63:
            return number
    return update.chat_id


def pass_over(unit: Unit, update: RawUpdate, attempts: int) -> None:
    """The update stays stored; by its attempts, more than any has, `ahead_of` knows it."""
    unit.change(_PASS_OVER, {**_at(update), "as_attempts": attempts})


def take_over(
    unit: Unit,
    bot_id: int,
    now: datetime,
    token: str,
    until: datetime,
    *,
    after: int = -1,
    limit: int,
    everything: bool = False,
) -> list[RawUpdate]:
    """The first updates after that one whose worker died: this worker's own from now on.

    `everything`: no other worker can be alive, so that whatever is open was left by a dead one, or
    taken over by this one without its hearing so.
    """
    died = or_(intake.c.lease_until < now, intake.c.lease_until > now + LONGEST_LEASE)
    left = (
        select(intake.c.update_id)
        .where(
            intake.c.bot_id == bot_id,
            intake.c.update_id > after,
            _IS_OPEN,
            true() if everything else died,
        )
        .order_by(intake.c.update_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte()  # as a subquery PostgreSQL may run it again, and take more than the limit
    )
    statement = (
        intake.update()
        .where(intake.c.bot_id == bot_id, intake.c.update_id.in_(select(left.c.update_id)))
        .values(token=token, lease_until=until)
        .returning(*_COLUMNS)
    )
    taken = as_records(RawUpdate, unit.execute(statement))
    return sorted(taken, key=lambda update: update.update_id)


def ahead_of(unit: Unit, update: RawUpdate, *, attempts: int) -> bool:
    """Whether an earlier update of the same chat is still open, in whichever process; not one that
    was passed over, which has more than so many attempts."""
    statement = (
        select(intake.c.update_id)
        .where(
            intake.c.bot_id == update.bot_id,
            intake.c.chat_id == update.chat_id,
            intake.c.update_id < update.update_id,
            _IS_OPEN,
            intake.c.attempts <= attempts,
        )
        .limit(1)
    )
    return unit.execute(statement).first() is not None


def renew(unit: Unit, bot_id: int, updates: Collection[int], token: str, until: datetime) -> None:
    """The worker lives: what it has in hand stays its own."""
    statement = intake.update().where(
        intake.c.bot_id == bot_id,
        intake.c.update_id.in_(updates),
        _IS_OPEN,
        intake.c.token == token,
    )
    unit.execute(statement.values(lease_until=until))


def oldest_open(unit: Unit, bot_id: int) -> datetime | None:
    """When the longest waiting update came in, None if every one is answered."""
    statement = select(func.min(intake.c.received_at)).where(intake.c.bot_id == bot_id, _IS_OPEN)
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


def purge_dead(unit: Unit, before: datetime) -> int:
    """How many updates that were set aside, and came before that instant, were removed."""
    statement = intake.delete().where(intake.c.state == DEAD, intake.c.received_at < before)
    removed = unit.execute(statement).rowcount
    if removed:  # with what was said in them
        unit.erases()
    return removed


def _at(update: RawUpdate) -> dict[str, Any]:
    return {"of_bot": update.bot_id, "of_update": update.update_id}
