"""What a phrase means to somebody who says it now: its days, and the clock time among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from rapport.capture.almanac import Part
from rapport.capture.days import Direction, Resolve, Shift, Span
from rapport.capture.reading import When
from rapport.capture.words import Line
from storage.types import YEARS

_DAY = timedelta(days=1)
# Nobody means a bare hour outside of these, unless a part of the day says so.
_AWAKE = (time(7), time(22))
_FIRST_MORNING_HOUR = 7
_STILL_NIGHT = 6


class Kind(Enum):
    """What sort of date a phrase is, which decides what can be joined with it."""

    DAY = "a day"
    NEAR = "a day told from today"
    WEEKDAY = "a weekday"
    WEEK = "a week"
    SPAN = "several days"
    CLOCK = "a time of day"
    PART = "a part of the day"
    WAIT = "a length of time from now"


@dataclass(frozen=True)
class Clock:
    """A time as said; an open one tells neither half of the day. 24 is the midnight that ends it.

    `zone` is the zone said with it, `home` the owner's.
    """

    hour: int
    minute: int = 0
    is_open: bool = False
    zone: ZoneInfo | None = None
    home: ZoneInfo | None = None

    def hour_in(self, part: Part | None) -> int:
        """The hour of the day, by its part if one is said, else when people are about."""
        if not self.is_open:
            return self.hour
        if part is None:
            return self.hour + 12 if self.hour < _FIRST_MORNING_HOUR else self.hour
        for hour in (self.hour % 12, self.hour % 12 + 12, self.hour % 12 + 24):
            if part.first <= hour <= part.last:
                return hour
        return self.hour % 12 + (12 if part.first >= 12 else 0)

    def on(self, day: date, part: Part | None, *, is_deadline: bool = False) -> tuple[date, time]:
        """The day and time of the owner's own clock."""
        hour = self.hour_in(part)
        if hour == 24 and is_deadline:
            return day, time(23, 59)
        moment = datetime.combine(day + (hour // 24) * _DAY, time(hour % 24, self.minute))
        if self.zone and self.home:
            moment = moment.replace(tzinfo=self.zone).astimezone(self.home).replace(tzinfo=None)
        return moment.date(), moment.time()


@dataclass(frozen=True)
class Moment:
    """A date as far as it is known before anybody says when, and which way they look."""

    kind: Kind
    days: Resolve | None = None
    clock: Clock | None = None
    part: Part | None = None
    wait: Shift | None = None
    leans: Direction | None = None
    is_deadline: bool = False
    weekday: int | None = None

    def resolve(self, said_at: datetime, direction: Direction) -> When | None:
        """The days meant by someone who says this at a local time; None when no such day is."""
        when = self._resolved(said_at, self.leans or direction)
        if when is None or when.first.year not in YEARS or when.last.year not in YEARS:
            return None
        return when

    def _resolved(self, said_at: datetime, lean: Direction) -> When | None:
        try:
            if self.wait is not None:
                return _after(said_at, self.wait)
            if self.days is not None:
                span = self.days(said_at.date(), lean)
                return None if span is None else self._at_clock(span)
            if self.clock is not None:
                return self._next_clock(self.clock, said_at, lean)
            return self._part_of_today(said_at, lean)
        except (ValueError, OverflowError):  # the 31st of a shorter month, a year beyond 9999
            return None

    def _at_clock(self, span: Span) -> When:
        first, last = span
        if self.clock is None:
            return When(first, last)
        said = self.clock
        if said.hour == 24 and self.kind is Kind.DAY and not self.is_deadline and not self.part:
            said = replace(said, hour=0)  # "midnight on the 12th" begins it, "tomorrow's" ends it
        day, clock = said.on(first, self.part, is_deadline=self.is_deadline)
        return When(day, max(day, last), clock)

    def _next_clock(self, clock: Clock, said_at: datetime, direction: Direction) -> When:
        """Of a time without a day: the next one to come, or today's looking back."""
        today, now = said_at.date(), said_at.time()
        tries = [clock.on(today, self.part, is_deadline=self.is_deadline)]
        if clock.is_open and self.part is None:
            tries = [_open_at(clock, today, half) for half in (0, 12)]
        if direction is Direction.PAST:
            past = [found for found in tries if found <= (today, now)]
            day, at = (past or tries)[-1]
            return When(day, day, at)
        ahead = [found for found in tries if found >= (today, now)]
        awake = [found for found in ahead if _AWAKE[0] <= found[1] <= _AWAKE[1]]
        if awake or (ahead and (self.part or not clock.is_open)):
            day, at = (awake or ahead)[0]
        else:
            day, at = clock.on(today + _DAY, self.part, is_deadline=self.is_deadline)
        return When(day, day, at)

    def _part_of_today(self, said_at: datetime, direction: Direction) -> When | None:
        """ "In the morning" is today's before it has begun, and looking back."""
        if self.part is None:
            return None
        day = said_at.date()
        latest = max(_STILL_NIGHT, self.part.first)
        if direction is Direction.FUTURE and said_at.hour > latest:
            day += _DAY
        return When(day, day)


def _open_at(clock: Clock, day: date, half: int) -> tuple[date, time]:
    return Clock(clock.hour % 12 + half, clock.minute, zone=clock.zone, home=clock.home).on(
        day, None
    )


def _after(said_at: datetime, wait: Shift) -> When:
    whole = wait.of(said_at.date())
    moment = datetime.combine(whole, said_at.time()) + timedelta(minutes=wait.minutes)
    day = moment.date()
    return When(day, day, moment.time().replace(second=0, microsecond=0))


@dataclass(frozen=True)
class Found:
    """A moment said up to the word `end`.

    An unsure one counts only beside others, or when it is all that is said and names a date.
    """

    end: int
    moment: Moment
    sure: bool = True
    is_word: bool = True


def day(end: int, days: Resolve, leans: Direction | None = None, sure: bool = True) -> Found:
    """A day found."""
    return Found(end, Moment(Kind.DAY, days, leans=leans), sure)


def span(end: int, days: Resolve, leans: Direction | None = None, sure: bool = True) -> Found:
    """Several days found."""
    return Found(end, Moment(Kind.SPAN, days, leans=leans), sure)


def week(end: int, days: Resolve, leans: Direction | None = None) -> Found:
    """A week found: a weekday said beside it is one of its days."""
    return Found(end, Moment(Kind.WEEK, days, leans=leans))


# Looks at the words from one on for what it knows; None where that does not stand there.
Rule = Callable[[Line, int], Found | None]
