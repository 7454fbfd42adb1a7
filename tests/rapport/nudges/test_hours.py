"""The digest's hour: once a local day, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rapport.dates import local_today
from rapport.nudges.hours import next_digest


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "digest_at", "zone", "due", "remark"),
    [
        ("2026-03-18 06:00", "08:30", "Europe/Berlin", "2026-03-18 07:30", "later today"),
        ("2026-03-18 07:30", "08:30", "Europe/Berlin", "2026-03-19 07:30", "at the hour: tomorrow"),
        ("2026-03-18 23:30", "08:30", "America/New_York", "2026-03-19 12:30", "west of Greenwich"),
        ("2026-03-18 20:00", "08:30", "Pacific/Apia", "2026-03-19 19:30", "a day ahead"),
        ("2026-03-29 00:00", "02:30", "Europe/Berlin", "2026-03-29 01:00", "an hour skipped"),
        ("2026-10-25 00:00", "02:30", "Europe/Berlin", "2026-10-25 00:30", "an hour twice"),
        ("2026-10-25 00:30", "02:30", "Europe/Berlin", "2026-10-26 01:30", "but only one digest"),
    ],
)  # fmt: skip
def test_the_next_digest(after: str, digest_at: str, zone: str, due: str, remark: str) -> None:
    assert next_digest(utc(after), digest_at, ZoneInfo(zone)) == utc(due), remark


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe"])
@pytest.mark.parametrize("digest_at", ["00:00", "02:15", "08:30", "23:59"])
def test_every_local_day_of_a_year_has_one(zone: str, digest_at: str) -> None:
    due = next_digest(utc("2026-01-01 00:00"), digest_at, ZoneInfo(zone))
    for _ in range(400):
        following = next_digest(due, digest_at, ZoneInfo(zone))
        day, next_day = (local_today(at, ZoneInfo(zone)) for at in (due, following))
        assert next_day - day == timedelta(days=1)
        due = following
