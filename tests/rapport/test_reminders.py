"""How late a reminder is, and when it may come again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rapport.reminders import Lateness, lateness, rings_at, snoozes

BERLIN = ZoneInfo("Europe/Berlin")
DUE = datetime(2026, 3, 17, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (timedelta(0), None),
        (timedelta(minutes=9), None),  # a tick or two
        (timedelta(minutes=10), Lateness(10, "minute")),
        (timedelta(minutes=59), Lateness(59, "minute")),
        (timedelta(hours=1), Lateness(1, "hour")),
        (timedelta(hours=47), Lateness(1, "day")),
        (timedelta(days=3), Lateness(3, "day")),
    ],
)
def test_lateness_is_told_in_one_unit(late: timedelta, said: Lateness | None) -> None:
    assert lateness(DUE, DUE + late) == said


@pytest.mark.parametrize(
    ("named_for", "now", "rings", "remark"),
    [
        ("17T15:00", "17T15:00", "17T15:00", "in time, by day"),
        ("17T15:00", "17T21:59", "17T21:59", "late, by day"),
        ("17T15:00", "17T22:00", "18T07:00", "late, and the night has begun"),
        ("17T15:00", "18T00:30", "18T07:00", "late, after midnight"),
        ("17T15:00", "18T07:00", "18T07:00", "late, and the night is over"),
        ("17T23:40", "17T23:40", "17T23:40", "at the hour of the night they named"),
        ("17T23:40", "17T23:45", "17T23:45", "nearly so"),
        ("17T23:40", "17T23:46", "18T07:00", "at another hour of the night than they named"),
        ("17T21:59", "17T22:01", "17T22:01", "a tick later, into the night"),
        ("10T15:00", "17T03:00", "17T07:00", "after a week away"),
    ],
)
def test_what_comes_late_waits_for_the_morning(
    named_for: str, now: str, rings: str, remark: str
) -> None:
    days = (datetime.fromisoformat(f"2026-03-{each}") for each in (named_for, now, rings))
    at = [day.replace(tzinfo=BERLIN) for day in days]
    assert rings_at(at[0], at[1], BERLIN) == at[2], remark


def test_a_snoozed_reminder_comes_at_the_same_time_of_day_on_a_later_day() -> None:
    choices = snoozes(datetime(2026, 3, 17, 14, 0, 42, tzinfo=UTC), BERLIN)
    local = {key: instant.astimezone(BERLIN) for key, instant in choices.items()}
    assert local == {
        "in_an_hour": datetime(2026, 3, 17, 16, 0, tzinfo=BERLIN),
        "tomorrow": datetime(2026, 3, 18, 15, 0, tzinfo=BERLIN),
        "next_week": datetime(2026, 3, 24, 15, 0, tzinfo=BERLIN),
    }


def test_the_time_of_day_stays_when_the_clocks_change() -> None:
    before = datetime(2026, 3, 28, 15, 0, tzinfo=BERLIN)  # summer time begins that night
    tomorrow = snoozes(before.astimezone(UTC), BERLIN)["tomorrow"]
    assert tomorrow.astimezone(BERLIN).hour == 15
    assert tomorrow - before.astimezone(UTC) == timedelta(hours=23)
