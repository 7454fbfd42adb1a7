"""When the digest comes: once a local day, at the owner's hour or late that day, never at night.

A digest is for the day that its hour begins. One that is missed is sent later that day, by ten in
the evening; after that, tomorrow's tells everything, at its hour. Who chose an hour of the night is
up then, and for an hour more: a digest that is later than that waits for the morning too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rapport.dates import PUNCTUAL, QUIET, at_local, end_of_quiet, is_quiet, local_today

# A clock that is off by more is not believed: what it called a day is none that had its digest.
BELIEVED = timedelta(days=2)
UP_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DigestClock:
    """The hour an owner chose, and how far their digests have come."""

    digest_at: str  # local HH:MM
    zone: ZoneInfo
    due: datetime | None
    last: date | None  # the local day that had its digest last; None: none had


def next_digest(after: datetime, digest_at: str, zone: ZoneInfo) -> datetime:
    """The first instant after `after` (UTC) at which the owner's clock shows `digest_at` (HH:MM).

    An hour that a clock change skips is the first instant after the gap, one that it repeats the
    first of the two (rapport.dates.at_local).
    """
    day = local_today(after, zone) - timedelta(days=1)
    while (due := _hour_of(day, digest_at, zone)) <= after:
        day += timedelta(days=1)
    return due


def is_time(clock: DigestClock, now: datetime) -> bool:
    """Whether a digest that is due is sent now; if not, it waits for the next hour."""
    today = local_today(now, clock.zone)
    if clock.last is not None and clock.last >= today:
        return False
    late = now - _hour_of(today, clock.digest_at, clock.zone)
    if late < timedelta(0):
        return False
    chosen = time.fromisoformat(clock.digest_at)
    return late <= (UP_FOR if is_quiet(chosen, *QUIET) else PUNCTUAL) or _is_day(now, clock.zone)


def next_look(clock: DigestClock, now: datetime) -> datetime:
    """When to ask `is_time` again of a digest that was due and did not come: in the morning, where
    it is one of this night that came too late for it, or at the next hour."""
    following = next_digest(now, clock.digest_at, clock.zone)
    morning = end_of_quiet(now, clock.zone)
    return morning if now < morning < following and is_time(clock, morning) else following


def last_told(clock: DigestClock, now: datetime) -> date | None:
    """The day that had its digest last; today, where a clock since set back noted one far off."""
    today = local_today(now, clock.zone)
    if clock.last is not None and clock.last > today + BELIEVED:
        return today
    return clock.last


def moved(
    clock: DigestClock,
    now: datetime,
    *,
    digest_at: str | None = None,
    zone: ZoneInfo | None = None,
) -> DigestClock:
    """The clock when its owner has chosen another hour or has gone to another zone.

    Today's digest stays today's: where it was still to come and the hour has passed, it is due now.
    A day that has had one by the new zone's calendar gets no second. Newcomers, whose first was due
    by another's clock, have missed none by saying where they are.
    """
    new = replace(clock, digest_at=digest_at or clock.digest_at, zone=zone or clock.zone)
    new = replace(new, last=_last_day(clock, now, new.zone))
    if zone is not None and new.last is None:
        new = replace(new, due=None)
    return replace(new, due=_next_due(new, now))


def _next_due(clock: DigestClock, now: datetime) -> datetime:
    """When the clock's next digest comes; `clock.due` tells whether today's is still to come."""
    today = local_today(now, clock.zone)
    if clock.last is not None and clock.last >= today:
        return _hour_of(clock.last + timedelta(days=1), clock.digest_at, clock.zone)
    following = next_digest(now, clock.digest_at, clock.zone)
    if local_today(following, clock.zone) == today or clock.due is None:
        return following
    return now if local_today(clock.due, clock.zone) <= today else following


def _last_day(clock: DigestClock, now: datetime, zone: ZoneInfo) -> date | None:
    """The day that had its digest last, by the calendar of another zone."""
    if clock.last is None:
        return None
    came = min(_hour_of(clock.last, clock.digest_at, clock.zone), now)
    return local_today(came, zone)


def _is_day(now: datetime, zone: ZoneInfo) -> bool:
    return not is_quiet(now.astimezone(zone).time(), *QUIET)


def _hour_of(day: date, digest_at: str, zone: ZoneInfo) -> datetime:
    return at_local(day, time.fromisoformat(digest_at), zone)
