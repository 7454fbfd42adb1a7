"""Days as people mean them: local today, local clock times, and days that return each year."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from storage.types import PartialDate

QUIET = (time(22), time(7))  # the owner's night: nothing comes in it unasked
# The scheduler ticks, and others are served first: that does not make anything late.
PUNCTUAL = timedelta(minutes=5)


class LeapDay(StrEnum):
    """The day on which 29 February is kept in years that lack it."""

    FEBRUARY_28 = "28 Feb"
    MARCH_1 = "1 Mar"


def local_today(now: datetime, zone: ZoneInfo) -> date:
    """The day it is in the zone at this aware moment."""
    return now.astimezone(zone).date()


def at_local(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The UTC moment at which the zone's clocks show this time on this day.

    A time that occurs twice means its first occurrence; one that is skipped means the
    first moment after the gap.
    """
    wall = datetime.combine(day, clock.replace(tzinfo=None, fold=0), zone)
    moment = wall.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    return _end_of_gap(wall)


def _end_of_gap(wall: datetime) -> datetime:
    # Inside a gap, fold=1 reads the clock by the new offset and so lands before the change,
    # fold=0 by the old one and lands after it; the change itself lies between, on a second.
    wall = wall.replace(microsecond=0)
    before = wall.replace(fold=1).astimezone(UTC)
    after = wall.replace(fold=0).astimezone(UTC)
    zone = wall.tzinfo
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def days_between(first: date, last: date) -> int:
    """How many days lie from the first to the last, negative when it is earlier."""
    return (last - first).days


def in_year(day: PartialDate, year: int, leap_day: LeapDay = LeapDay.FEBRUARY_28) -> date:
    """The date on which this day of the year is kept in a year; its own year plays no part."""
    if (day.month, day.day) == (2, 29) and not _has_leap_day(year):
        return date(year, 2, 28) if leap_day is LeapDay.FEBRUARY_28 else date(year, 3, 1)
    return date(year, day.month, day.day)


def next_occurrence(day: PartialDate, today: date, leap_day: LeapDay = LeapDay.FEBRUARY_28) -> date:
    """The nearest date from today on, today included, on which this day is kept."""
    this_year = in_year(day, today.year, leap_day)
    return this_year if this_year >= today else in_year(day, today.year + 1, leap_day)


def last_occurrence(day: PartialDate, today: date, leap_day: LeapDay = LeapDay.FEBRUARY_28) -> date:
    """The nearest date up to today, today included, on which this day was kept."""
    this_year = in_year(day, today.year, leap_day)
    return this_year if this_year <= today else in_year(day, today.year - 1, leap_day)


def is_quiet(clock: time, start: time, end: time) -> bool:
    """Whether the clock stands within the quiet hours, which may span midnight."""
    if start <= end:
        return start <= clock < end
    return clock >= start or clock < end


def end_of_quiet(now: datetime, zone: ZoneInfo) -> datetime:
    """The first instant from now on that lies in no owner's night."""
    start, end = QUIET
    moment, day = now, local_today(now, zone)
    # A clock change that skips the morning, or the whole day, leads to the next one.
    while moment < now or is_quiet(moment.astimezone(zone).time(), start, end):
        moment, day = at_local(day, end, zone), day + timedelta(days=1)
    return moment


def _has_leap_day(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
