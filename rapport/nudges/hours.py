"""When the digest comes: once a local day, at the owner's hour."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from rapport.dates import at_local, local_today


def next_digest(after: datetime, digest_at: str, zone: ZoneInfo) -> datetime:
    """The first instant after `after` (UTC) at which the owner's clock shows `digest_at` (HH:MM).

    An hour that a clock change skips is the first instant after the gap, one that it repeats the
    first of the two (rapport.dates.at_local).
    """
    clock = time.fromisoformat(digest_at)
    day = local_today(after, zone) - timedelta(days=1)
    while (due := at_local(day, clock, zone)) <= after:
        day += timedelta(days=1)
    return due
