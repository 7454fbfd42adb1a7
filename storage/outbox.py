"""The outbox: calls to Telegram that wait, written in the unit of work that caused them.

Claim, send, settle: a row is `sending` under a token and a lease while its call is in flight.
When the sender dies, the lease runs out and the row is sent again, marked as a possible repeat.
Rows of one chat go out in the order of their ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Update,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)

from storage.collection import Collection, as_records, columns_of
from storage.models import outbox
from storage.unit import Unit

PENDING, SENDING, SENT, DEAD = "pending", "sending", "sent", "dead"
# Nothing is put off or leased for longer; what is was written by a clock since set back.
LONGEST_WAIT = timedelta(hours=1)
LONGEST_NIGHT = timedelta(hours=12)  # but for what waits for the morning


@dataclass(frozen=True, slots=True)
class Letter:
    """One call to Telegram for one owner."""

    owner_id: int
    id: int
    chat_id: int
    method: str
    body: Mapping[str, Any]
    not_before: datetime
    attempts: int
    may_repeat: bool
    night_zone: str | None = None

    def wait(self, now: datetime) -> timedelta:
        """How long it is still put off: a letter that was tried, or that waits for the morning."""
        early, nothing = self.not_before - now, timedelta(0)
        if self.night_zone is not None:
            return early if nothing < early <= LONGEST_NIGHT else nothing
        return early if self.attempts > 0 and nothing < early <= LONGEST_WAIT else nothing


_LETTER = columns_of(outbox, Letter)


def _unsettled(letters: FromClause) -> ColumnElement[bool]:
    """Spelt as the indexes of what waits spell it: SQLite uses them for nothing else."""
    return letters.c.state.in_([literal_column("'pending'"), literal_column("'sending'")])


def _one(statement: Any) -> Any:
    return statement.where(
        outbox.c.owner_id == bindparam("of_owner"),
        outbox.c.id == bindparam("of_id"),
        outbox.c.token == bindparam("of_token"),
    )


# Settled by who sent it, even where its lease ran out meanwhile, unless another took it over.
_SENT = (
    outbox.update()
    .where(
        outbox.c.owner_id == bindparam("of_owner"),
        outbox.c.id == bindparam("of_id"),
        or_(outbox.c.token == bindparam("of_token"), outbox.c.state == PENDING),
    )
    .values(state=SENT, body=None, error=None, lease_until=None, message_id=bindparam("sent_as"))
)
_DEAD = _one(outbox.update()).values(
    state=DEAD, body=None, lease_until=None, error=bindparam("because")
)
_LATER = _one(outbox.update()).values(
    state=PENDING,
    token=None,
    lease_until=None,
    not_before=bindparam("at"),
    attempts=outbox.c.attempts + 1,
    may_repeat=bindparam("repeat"),
    error=bindparam("because"),
)
_UNCLAIM = _one(outbox.update()).values(state=PENDING, token=None, lease_until=None)
_CLAIM = (
    outbox.update()
    .where(
        outbox.c.owner_id == bindparam("of_owner"),
        outbox.c.id == bindparam("of_id"),
        # Its own already where a claim was stored and the answer lost.
        or_(
            outbox.c.state == PENDING,
            (outbox.c.state == SENDING) & (outbox.c.token == bindparam("as_token")),
        ),
    )
    .values(state=SENDING, token=bindparam("as_token"), lease_until=bindparam("until"))
)


class Outbox(Collection[Letter]):
    """What waits to be sent to one owner."""

    table = outbox
    record = Letter

    def add(
        self,
        method: str,
        body: Mapping[str, Any],
        *,
        now: datetime,
        about: Mapping[str, Any] | None = None,
        token: str | None = None,
        lease_until: datetime | None = None,
        night_zone: str | None = None,
    ) -> Letter:
        """The letter; with a token it is claimed by that sender from the start, with a zone it
        waits for the morning where it could not be sent in time."""
        id_ = self._scope.next_id()
        owner = self._scope.owner_id
        values = {
            "owner_id": owner,
            "id": id_,
            "chat_id": owner,
            "method": method,
            "body": body,
            "about": about,
            "state": SENDING if token else PENDING,
            "token": token,
            "lease_until": lease_until,
            "not_before": now,
            "attempts": 0,
            "may_repeat": False,
            "night_zone": night_zone,
        }
        self._scope.unit.change(_INSERT, values)
        return Letter(owner, id_, owner, method, body, now, 0, False, night_zone)

    def about(self, message_id: int) -> Mapping[str, Any] | None:
        """What a message of the bot's is about, as it was sent; None if nothing in particular."""
        statement = select(outbox.c.about).where(
            outbox.c.owner_id == self._scope.owner_id,
            outbox.c.message_id == message_id,
            outbox.c.about.is_not(None),
        )
        found: Mapping[str, Any] | None = self._scope.unit.execute(
            statement.order_by(outbox.c.id.desc()).limit(1)
        ).scalar()
        return found

    def message_of(self, letter_id: int) -> int | None:
        """The id of the message a letter became, None while it waits."""
        statement = select(outbox.c.message_id).where(
            outbox.c.owner_id == self._scope.owner_id, outbox.c.id == letter_id
        )
        message_id: int | None = self._scope.unit.execute(statement).scalar()
        return message_id


_INSERT = outbox.insert()


def claim(unit: Unit, letter: Letter, token: str, until: datetime) -> bool:
    """Whether this sender, and nobody else, now sends the letter."""
    unit.act_for(letter.owner_id)
    at = {"of_owner": letter.owner_id, "of_id": letter.id}
    return unit.change(_CLAIM, {**at, "as_token": token, "until": until}) == 1


def unclaim(unit: Unit, letter: Letter, token: str) -> None:
    """The letter was not sent after all and waits again."""
    unit.act_for(letter.owner_id)
    unit.change(_UNCLAIM, _at(letter, token))


def sent(unit: Unit, letter: Letter, token: str, message_id: int | None) -> None:
    """The call was answered; its text is kept no longer."""
    unit.act_for(letter.owner_id)
    unit.change(_SENT, {**_at(letter, token), "sent_as": message_id})


def dead(unit: Unit, letter: Letter, token: str, because: str) -> None:
    """The call can never succeed."""
    unit.act_for(letter.owner_id)
    unit.change(_DEAD, {**_at(letter, token), "because": because})


def later(
    unit: Unit, letter: Letter, token: str, at: datetime, because: str, *, may_repeat: bool
) -> None:
    """The call is to be tried again; `may_repeat` if this try may have arrived."""
    unit.act_for(letter.owner_id)
    values = {"at": at, "because": because, "repeat": may_repeat or letter.may_repeat}
    unit.change(_LATER, {**_at(letter, token), **values})


def waiting(unit: Unit, now: datetime, *, limit: int) -> list[Letter]:
    """The first waiting letter of each chat, if its time has come; none for a chat in mid-send."""
    ahead = outbox.alias()
    behind_another = (
        select(ahead.c.id)
        .where(
            ahead.c.owner_id == outbox.c.owner_id,
            ahead.c.id < outbox.c.id,
            _unsettled(ahead),
        )
        .exists()
    )
    statement = (
        select(*_LETTER)
        .where(
            _unsettled(outbox),
            outbox.c.state == PENDING,
            or_(
                outbox.c.not_before <= now,
                outbox.c.night_zone.is_(None)
                & or_(outbox.c.attempts == 0, outbox.c.not_before > now + LONGEST_WAIT),
                outbox.c.not_before > now + LONGEST_NIGHT,
            ),
            ~behind_another,
        )
        .order_by(outbox.c.not_before)
        .limit(limit)
    )
    return as_records(Letter, unit.execute(statement))


def chats_waiting(unit: Unit) -> set[int]:
    """The chats in which letters wait, whether or not their time has come."""
    statement = (
        select(outbox.c.chat_id).where(_unsettled(outbox), outbox.c.state == PENDING).distinct()
    )
    return set(unit.execute(statement).scalars())


def first_of(unit: Unit, owner_id: int) -> tuple[Letter, bool] | None:
    """The owner's first unsettled letter, and whether it is in mid-send; None if none is left."""
    unit.act_for(owner_id)
    statement = (
        select(*_LETTER, outbox.c.state)
        .where(outbox.c.owner_id == owner_id, _unsettled(outbox))
        .order_by(outbox.c.id)
        .limit(1)
    )
    row = unit.execute(statement).first()
    if row is None:
        return None
    (letter,) = as_records(Letter, [row[:-1]])
    return letter, row.state == SENDING


def rest(unit: Unit, letter: Letter, token: str, until: datetime) -> bool:
    """Whether the letter now waits until then; not if it is followed by another: whoever writes
    at night is up."""
    unit.act_for(letter.owner_id)
    behind = outbox.alias()
    followed = select(behind.c.id).where(
        behind.c.owner_id == letter.owner_id, behind.c.id > letter.id, _unsettled(behind)
    )
    statement = (
        outbox.update()
        .where(
            outbox.c.owner_id == letter.owner_id,
            outbox.c.id == letter.id,
            or_(outbox.c.state == PENDING, outbox.c.token == token),
            ~followed.exists(),
        )
        # What it was tried in the evening says nothing of how long it waits in the morning.
        .values(state=PENDING, token=None, lease_until=None, not_before=until, attempts=0)
    )
    return unit.execute(statement).rowcount == 1


def release_dead_senders(unit: Unit, now: datetime, *, all_but: str | None = None) -> int:
    """How many letters were in flight when their sender died; they go out again, marked.

    `all_but`: the one living sender, where only one process can be alive; leases then count
    for nothing.
    """
    died = or_(outbox.c.lease_until < now, outbox.c.lease_until > now + LONGEST_WAIT)
    if all_but is not None:
        died = or_(died, outbox.c.token != all_but)
    statement = (
        outbox.update()
        .where(_unsettled(outbox), outbox.c.state == SENDING, died)
        .values(state=PENDING, token=None, lease_until=None, may_repeat=True)
    )
    return unit.execute(statement).rowcount


def _unsettled_of(owner_id: int, state: str) -> Update:
    """A change of those letters of the owner's that are in one of the two unsettled states."""
    return outbox.update().where(
        outbox.c.owner_id == owner_id, _unsettled(outbox), outbox.c.state == state
    )


def let_go(unit: Unit, owner_id: int, token: str, all_but: int | None = None) -> None:
    """What this sender claimed for the owner was never sent after all, and waits again; but for
    one letter, which was."""
    unit.act_for(owner_id)
    claimed = _unsettled_of(owner_id, SENDING).where(outbox.c.token == token)
    if all_but is not None:
        claimed = claimed.where(outbox.c.id != all_but)
    unit.execute(claimed.values(state=PENDING, token=None, lease_until=None))


def hold_of(unit: Unit, owner_id: int, until: datetime) -> None:
    """The owner blocked the bot: nothing of up to that instant waits for them any more."""
    unit.act_for(owner_id)
    waiting_then = _unsettled_of(owner_id, PENDING).where(outbox.c.not_before <= until)
    unit.execute(waiting_then.values(state=DEAD, body=None, error="unreachable"))


def oldest_waiting(unit: Unit) -> datetime | None:
    """Since when the longest waiting letter waits."""
    statement = select(func.min(outbox.c.not_before)).where(_unsettled(outbox))
    found: datetime | None = unit.execute(statement).scalar()
    return found


def most_attempts(unit: Unit) -> int:
    """How often the most tried of the waiting letters was tried in vain."""
    statement = select(func.max(outbox.c.attempts)).where(_unsettled(outbox))
    return unit.execute(statement).scalar() or 0


def count_waiting(unit: Unit) -> int:
    """How many letters wait."""
    statement = select(func.count()).select_from(outbox).where(_unsettled(outbox))
    return int(unit.execute(statement).scalar_one())


def purge(unit: Unit, before: datetime) -> int:
    """How many settled letters of before that instant were removed; their text went earlier."""
    statement = outbox.delete().where(
        outbox.c.state.in_((SENT, DEAD)), outbox.c.not_before < before
    )
    return unit.execute(statement).rowcount


def _at(letter: Letter, token: str) -> dict[str, Any]:
    return {"of_owner": letter.owner_id, "of_id": letter.id, "of_token": token}
