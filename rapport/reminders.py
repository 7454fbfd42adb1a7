"""Reminders at a clock time: how late one is, and when it may come again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rapport.dates import PUNCTUAL, at_local, end_of_quiet

# A tick's delay is not worth a word.
WORTH_SAYING = timedelta(minutes=10)


@dataclass(frozen=True)
class Lateness:
    """How long after its time a reminder comes, in one unit."""

    count: int
    unit: str


def lateness(due_at: datetime, now: datetime) -> Lateness | None:
    """How late it is, None where it comes in time or nearly so."""
    late = now - due_at
    if late < WORTH_SAYING:
        return None
    for unit, size in (("day", timedelta(days=1)), ("hour", timedelta(hours=1))):
        if late >= size:
            return Lateness(late // size, unit)
    return Lateness(late // timedelta(minutes=1), "minute")


def rings_at(named_for: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """When a reminder whose time has come rings: now, or after the night that it is late in.

    Who named an hour of the night is up then, but not at another that it comes late at.
    """
    return now if now - named_for <= PUNCTUAL else end_of_quiet(now, zone)


def snoozes(now: datetime, zone: ZoneInfo) -> dict[str, datetime]:
    """When a reminder may come again: in an hour, or at this time of day on a later one."""
    minute = now.replace(second=0, microsecond=0)
    local = minute.astimezone(zone)

    def days_on(days: int) -> datetime:
        return at_local(local.date() + timedelta(days=days), local.time(), zone)

    return {
        "in_an_hour": minute + timedelta(hours=1),
        "tomorrow": days_on(1),
        "next_week": days_on(7),
    }
