"""Invite codes: one use each, expiring, kept only as digests."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from storage.models import invites
from storage.unit import Unit

LIFETIME = timedelta(days=7)
ENTROPY = 16  # bytes: nobody guesses one of 2**128 in a week


def _digest(code: str) -> str:
    return hashlib.sha256(code.strip().encode()).hexdigest()


def issue(unit: Unit, now: datetime) -> str:
    """A new code that lets one person in within a week."""
    code = secrets.token_urlsafe(ENTROPY)
    unit.execute(
        invites.insert(),
        {"digest": _digest(code), "created_at": now, "expires_at": now + LIFETIME},
    )
    return code


def redeem(unit: Unit, code: str, owner_id: int, now: datetime) -> bool:
    """Whether the code was good; it is used up by this."""
    statement = (
        invites.update()
        .where(
            invites.c.digest == _digest(code),
            invites.c.used_by.is_(None),
            invites.c.expires_at > now,
        )
        .values(used_by=owner_id)
    )
    return unit.execute(statement).rowcount == 1
