"""Local days and clock times across the changes of a clock, and days that return each year."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.dates import (
    QUIET,
    LeapDay,
    at_local,
    days_between,
    end_of_quiet,
    in_year,
    is_quiet,
    last_occurrence,
    local_today,
    next_occurrence,
)
from storage.types import PartialDate

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    BERLIN,
    ZoneInfo("America/New_York"),
    ZoneInfo("Australia/Lord_Howe"),
    ZoneInfo("Asia/Kathmandu"),
    ZoneInfo("Pacific/Apia"),
]


@pytest.mark.parametrize(
    ("now", "zone", "day", "why"),
    [
        ("2026-03-18T23:30+00:00", "Europe/Berlin", "2026-03-19", "already tomorrow in Berlin"),
        ("2026-03-18T03:30+00:00", "America/New_York", "2026-03-17", "still yesterday there"),
        ("2026-03-18T12:00+09:00", "UTC", "2026-03-18", "any aware moment will do"),
    ],
)
def test_today_is_the_day_where_the_owner_is(now: str, zone: str, day: str, why: str) -> None:
    assert local_today(datetime.fromisoformat(now), ZoneInfo(zone)) == date.fromisoformat(day), why


@pytest.mark.parametrize(
    ("day", "clock", "moment", "why"),
    [
        ("2026-01-10", "08:30", "2026-01-10T07:30", "winter"),
        ("2026-07-10", "08:30", "2026-07-10T06:30", "summer"),
        ("2026-03-29", "02:30", "2026-03-29T01:00", "skipped: the first moment after the gap"),
        ("2026-03-29", "02:00", "2026-03-29T01:00", "the gap's own beginning is skipped too"),
        ("2026-03-29", "03:00", "2026-03-29T01:00", "the gap's end exists"),
        ("2026-10-25", "02:30", "2026-10-25T00:30", "twice: the first"),
        ("2026-10-25", "03:00", "2026-10-25T02:00", "after the overlap"),
    ],
)
def test_a_local_clock_time_is_one_moment(day: str, clock: str, moment: str, why: str) -> None:
    found = at_local(date.fromisoformat(day), time.fromisoformat(clock), BERLIN)
    assert found == datetime.fromisoformat(moment).replace(tzinfo=UTC), why


@given(st.dates(date(2000, 1, 1), date(2035, 12, 30)), st.times(), st.sampled_from(ZONES))
def test_a_clock_time_is_never_told_before_it_is_reached(
    day: date, clock: time, zone: ZoneInfo
) -> None:
    shown = at_local(day, clock, zone).astimezone(zone).replace(tzinfo=None)
    assert timedelta(0) <= shown - datetime.combine(day, clock) <= timedelta(days=1)


BIRTHDAYS = [
    ("04-12", "2026-03-18", "2026-04-12", "2025-04-12", "later this year"),
    ("03-18", "2026-03-18", "2026-03-18", "2026-03-18", "today is both"),
    ("01-02", "2026-03-18", "2027-01-02", "2026-01-02", "gone by this year"),
    ("02-29", "2027-01-10", "2027-02-28", "2026-02-28", "kept on the 28th"),
    ("02-29", "2028-01-10", "2028-02-29", "2027-02-28", "a leap year has it"),
    ("12-31", "2026-01-01", "2026-12-31", "2025-12-31", "around new year"),
]


@pytest.mark.parametrize(("day", "today", "following", "latest", "why"), BIRTHDAYS)
def test_a_birthday_returns_each_year(
    day: str, today: str, following: str, latest: str, why: str
) -> None:
    birthday, now = PartialDate.parse(f"--{day}"), date.fromisoformat(today)
    assert next_occurrence(birthday, now) == date.fromisoformat(following), why
    assert last_occurrence(birthday, now) == date.fromisoformat(latest), why


def test_29_february_may_be_kept_on_1_march() -> None:
    leap = PartialDate(2, 29, 1996)
    assert in_year(leap, 2027, LeapDay.MARCH_1) == date(2027, 3, 1)
    assert in_year(leap, 2100, LeapDay.MARCH_1) == date(2100, 3, 1)
    assert next_occurrence(leap, date(2027, 3, 1), LeapDay.MARCH_1) == date(2027, 3, 1)


def test_days_between_counts_backwards_too() -> None:
    assert days_between(date(2026, 2, 28), date(2026, 3, 1)) == 1
    assert days_between(date(2026, 3, 1), date(2026, 2, 28)) == -1


@pytest.mark.parametrize(
    ("clock", "start", "end", "quiet", "why"),
    [
        ("23:00", "22:00", "07:00", True, "before midnight"),
        ("06:59", "22:00", "07:00", True, "after midnight"),
        ("07:00", "22:00", "07:00", False, "the end is not quiet"),
        ("13:00", "12:00", "14:00", True, "within one day"),
        ("12:00", "12:00", "12:00", False, "no hours at all"),
    ],
)
def test_quiet_hours_may_span_midnight(
    clock: str, start: str, end: str, quiet: bool, why: str
) -> None:
    hours = (time.fromisoformat(each) for each in (clock, start, end))
    assert is_quiet(*hours) is quiet, why


@pytest.mark.parametrize(
    ("now", "zone", "ends", "remark"),
    [
        ("2026-03-18T21:59", "Europe/Berlin", "2026-03-18T21:59", "it has not begun"),
        ("2026-03-18T22:00", "Europe/Berlin", "2026-03-19T07:00", "it has"),
        ("2026-03-19T06:59", "Europe/Berlin", "2026-03-19T07:00", "still the same night"),
        ("2026-03-19T07:00", "Europe/Berlin", "2026-03-19T07:00", "it is over"),
        ("2026-03-28T23:00", "Europe/Berlin", "2026-03-29T07:00", "an hour short"),
        ("2026-10-24T23:00", "Europe/Berlin", "2026-10-25T07:00", "an hour long"),
        ("2011-12-29T23:00", "Pacific/Apia", "2011-12-31T07:00", "a day that never was"),
    ],
)
def test_the_night_ends_in_the_morning(now: str, zone: str, ends: str, remark: str) -> None:
    at = [datetime.fromisoformat(each).replace(tzinfo=ZoneInfo(zone)) for each in (now, ends)]
    assert end_of_quiet(at[0], ZoneInfo(zone)) == at[1], remark


@given(st.datetimes(datetime(2009, 1, 1), datetime(2037, 1, 1)), st.sampled_from(ZONES))
def test_a_night_is_over_within_its_hours(now: datetime, zone: ZoneInfo) -> None:
    at = now.replace(tzinfo=UTC)
    ends = end_of_quiet(at, zone)
    assert timedelta(0) <= ends - at <= timedelta(hours=10)
    assert not is_quiet(ends.astimezone(zone).time(), *QUIET)
