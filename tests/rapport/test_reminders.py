"""How late a reminder is, and when it may come again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rapport.reminders import Lateness, lateness, snoozes

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
