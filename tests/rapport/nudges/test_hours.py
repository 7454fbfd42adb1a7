"""The digest's hour: once a local day, whatever the clocks and their owners do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from rapport.dates import local_today
from rapport.nudges.hours import DigestClock, is_time, last_told, moved, next_digest, next_look

BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
LISBON, LOS_ANGELES = ZoneInfo("Europe/Lisbon"), ZoneInfo("America/Los_Angeles")
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def march(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """A day of March 2026 and a clock time there."""
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=zone)


def the(day: int | None) -> date | None:
    """A day of March 2026."""
    return None if day is None else date(2026, 3, day)


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


@pytest.mark.parametrize(
    ("now", "digest_at", "last", "comes", "remark"),
    [
        ("18 08:29:59", "08:30", 17, False, "before the hour"),
        ("18 08:30:00", "08:30", 17, True, "at the hour"),
        ("18 08:30:00", "08:30", None, True, "the first there is"),
        ("18 08:30:00", "08:30", 18, False, "sent already"),
        ("18 08:30:00", "08:30", 19, False, "sent for a day that is still to come here"),
        ("18 15:00:00", "08:30", 17, True, "missed this morning"),
        ("18 15:00:00", "08:30", 12, True, "away for days"),
        ("18 21:59:59", "08:30", 17, True, "the last of the evening"),
        ("18 22:00:00", "08:30", 17, False, "the night begins: tomorrow's hour"),
        ("19 03:00:00", "08:30", 17, False, "missed yesterday: today's hour"),
        ("18 06:30:00", "06:00", 17, True, "an early riser's hour lies in the night"),
        ("18 23:30:00", "23:00", 17, True, "so does an owl's"),
        ("18 00:50:00", "00:00", 17, True, "who is up at midnight is up a little later"),
        ("18 04:30:00", "00:00", 17, False, "but sleeps at half past four"),
        ("18 07:00:00", "00:00", 17, True, "and has it in the morning"),
        ("19 03:00:00", "23:00", 17, False, "but the day it was for is over"),
        ("18 22:00:30", "21:59", 17, True, "a tick later is not late"),
        ("18 22:30:00", "21:59", 17, False, "half an hour later is"),
    ],
)
def test_when_one_that_is_due_is_sent(
    now: str, digest_at: str, last: int | None, *, comes: bool, remark: str
) -> None:
    clock = DigestClock(digest_at, BERLIN, march("17 08:30"), the(last))
    assert is_time(clock, march(now).astimezone(UTC)) is comes, remark


@pytest.mark.parametrize(
    ("now", "digest_at", "last", "looked_at", "remark"),
    [
        ("18 04:30", "00:00", 17, "18 07:00", "too late for this night: in the morning"),
        ("18 04:30", "00:00", 18, "19 00:00", "sent already"),
        ("18 04:30", "08:30", 17, "18 08:30", "woken for nothing: at its hour"),
        ("18 04:30", "05:00", 17, "18 05:00", "its hour comes before the morning"),
        ("18 22:30", "08:30", 17, "19 08:30", "missed that day: tomorrow's"),
        ("19 03:00", "23:00", 17, "19 23:00", "the day it was for is over"),
    ],
)
def test_when_one_that_did_not_come_is_looked_at_again(
    now: str, digest_at: str, last: int, looked_at: str, remark: str
) -> None:
    clock = DigestClock(digest_at, BERLIN, march("17 08:30"), the(last))
    assert next_look(clock, march(now).astimezone(UTC)) == march(looked_at), remark


@pytest.mark.parametrize(
    ("now", "to_hour", "due", "last", "moved_to", "remark"),
    [
        ("18 08:00", "07:00", "18 08:30", 17, "18 08:00", "passed, and today's not sent: now"),
        ("18 08:00", "07:00", "18 08:30", None, "18 08:00", "the same for a newcomer"),
        ("18 08:00", "21:00", "18 08:30", 17, "18 21:00", "later today"),
        ("18 10:00", "21:00", "19 08:30", 18, "19 21:00", "sent today: tomorrow"),
        ("18 10:00", "07:00", "19 08:30", 18, "19 07:00", "sent today: tomorrow"),
        ("18 10:00", "07:00", "19 08:30", None, "19 07:00", "begun after today's hour"),
        ("18 10:00", "21:00", "19 08:30", None, "18 21:00", "begun, and later today"),
        ("19 06:00", "05:00", "18 08:30", 17, "19 06:00", "away since yesterday: now"),
        ("19 03:00", "09:00", "18 08:30", 17, "19 09:00", "away since yesterday: at the hour"),
        ("18 08:00", "08:30", "18 08:30", 17, "18 08:30", "the same hour"),
        ("18 10:00", "07:00", None, None, "19 07:00", "none was due"),
    ],
)
def test_another_hour(
    now: str, to_hour: str, due: str | None, last: int | None, moved_to: str, remark: str
) -> None:
    before = DigestClock("08:30", BERLIN, march(due) if due else None, the(last))
    after = moved(before, march(now), digest_at=to_hour)
    assert after == DigestClock(to_hour, BERLIN, march(moved_to), the(last)), remark


@pytest.mark.parametrize(
    ("now", "here", "there", "due", "last", "moved_to", "last_there", "remark"),
    [
        ("18 07:00", BERLIN, LISBON, "18 08:30", 17, "18 08:30", 17, "an hour later"),
        ("18 07:00", BERLIN, TOKYO, "18 08:30", 17, "18 15:00", 17, "it is past the hour: now"),
        ("18 07:00", BERLIN, TOKYO, "18 08:30", None, "19 08:30", None, "a newcomer is asked"),
        ("18 10:00", BERLIN, TOKYO, "19 08:30", 18, "19 08:30", 18, "sent today: tomorrow"),
        ("19 07:00", BERLIN, LOS_ANGELES, "19 08:30", 18, "19 08:30", 18, "yesterday again"),
        ("19 12:00", KIRITIMATI, LOS_ANGELES, "20 08:30", 19, "19 08:30", 18, "came on the 18th"),
        ("18 11:00", LOS_ANGELES, KIRITIMATI, "19 08:30", 18, "20 08:30", 19, "came on the 19th"),
        ("18 11:00", LOS_ANGELES, KIRITIMATI, "19 08:30", None, "19 08:30", None, "never came"),
    ],
)
def test_another_zone(
    now: str,
    here: ZoneInfo,
    there: ZoneInfo,
    due: str,
    last: int | None,
    moved_to: str,
    last_there: int | None,
    remark: str,
) -> None:
    before = DigestClock("08:30", here, march(due, here), the(last))
    after = moved(before, march(now, here), zone=there)
    assert after == DigestClock("08:30", there, march(moved_to, there), the(last_there)), remark


@pytest.mark.parametrize("seed", range(5))
def test_every_day_has_one_however_often_the_hour_is_changed(seed: int) -> None:
    chance = Random(seed)
    now = utc("2026-03-10 00:00")
    clock = DigestClock("08:30", BERLIN, next_digest(now, "08:30", BERLIN), None)
    came: list[date] = []
    while now < utc("2026-04-10 22:00"):
        now += timedelta(minutes=10)
        if chance.random() < 0.02:
            clock = moved(clock, now, digest_at=f"{chance.randrange(7, 22):02}:00")
        if clock.due is not None and clock.due <= now:
            day = local_today(now, BERLIN)
            if is_time(clock, now):
                came.append(day)
                clock = replace(clock, last=day)
            clock = replace(clock, due=next_digest(now, clock.digest_at, BERLIN))
    assert came == [date(2026, 3, 10) + timedelta(days=n) for n in range(32)]


@pytest.mark.parametrize(
    ("last", "told", "remark"),
    [
        (None, None, "none had one"),
        (17, 17, "yesterday"),
        (18, 18, "today"),
        (19, 19, "a clock a day ahead had its digest; that day gets no second"),
        (20, 20, "two days ahead, with a zone in between"),
        (25, 18, "a clock a week ahead is not believed; today counts as told"),
    ],
)
def test_a_clock_that_was_far_ahead_takes_no_days_away(
    last: int | None, told: int | None, remark: str
) -> None:
    clock = DigestClock("08:30", BERLIN, None, the(last))
    assert last_told(clock, march("18T12:00")) == the(told), remark
