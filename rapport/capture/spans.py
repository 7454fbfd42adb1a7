"""Days told from other days: the last Friday of a month, the week after a feast, ranges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from rapport.capture.days import (
    Direction,
    Resolve,
    Shift,
    Span,
    monday_of,
    one_day,
    third,
    week_around,
    workdays_after,
)


def weekday_within(number: int, span: Resolve) -> Resolve:
    """That weekday in the week where the span begins: "Tuesday of next week"."""

    def resolve(today: date, direction: Direction) -> Span | None:
        found = span(today, direction)
        return found and one_day(monday_of(found[0]) + timedelta(days=number))

    return resolve


def falling_on(weekday: int, of: Resolve) -> Resolve:
    """The day that falls on a weekday, of those that a date without a year may mean.

    "Sunday, Feb 10" was two days ago, said on a Tuesday, whichever way one looks.
    """

    def resolve(today: date, direction: Direction) -> Span | None:
        for way, furthest in ((direction, _YEARS_OFF), (_OTHER[direction], _JUST_MISSED)):
            found = _first_on(weekday, of, today, way)
            if found and abs(found - today) < furthest:
                return one_day(found)
        return of(today, direction)  # one of the two is a slip: the date counts

    return resolve


_YEARS_OFF, _JUST_MISSED = timedelta(days=800), timedelta(days=60)


_OTHER = {Direction.PAST: Direction.FUTURE, Direction.FUTURE: Direction.PAST}


_TRIES = 12


def _first_on(weekday: int, of: Resolve, today: date, direction: Direction) -> date | None:
    step = timedelta(days=1 if direction is Direction.FUTURE else -1)
    start = today
    for _ in range(_TRIES):
        found = of(start, direction)
        if found is None or (start != today and (found[0] - start) * step.days < timedelta(0)):
            return None
        if found[0].weekday() == weekday:
            return found[0]
        start = found[0] + step
    return None


def last_day_of(span: Resolve) -> Resolve:
    def resolve(today: date, direction: Direction) -> Span | None:
        found = span(today, direction)
        return found and one_day(found[1])

    return resolve


def nth_day_of(number: int, span: Resolve) -> Resolve:
    """ "The 12th of next month"; no day where the span is too short."""

    def resolve(today: date, direction: Direction) -> Span | None:
        found = span(today, direction)
        if found is None or found[0] + timedelta(days=number - 1) > found[1]:
            return None
        return one_day(found[0] + timedelta(days=number - 1))

    return resolve


def nth_weekday_of(number: int, weekday: int, span: Resolve) -> Resolve:
    """The first, second, … such weekday of a month, quarter or year; the last one as -1."""

    def resolve(today: date, direction: Direction) -> Span | None:
        found = span(today, direction)
        if found is None:
            return None
        first, last = found
        if number < 0:
            return one_day(last - timedelta(days=(last.weekday() - weekday) % 7))
        day = first + timedelta(days=(weekday - first.weekday()) % 7, weeks=number - 1)
        return one_day(day) if day <= last else None

    return resolve


def nth_workday_of(number: int, span: Resolve) -> Resolve:
    """The first, second, … working day of a period; the last one is -1."""

    def resolve(today: date, direction: Direction) -> Span | None:
        found = span(today, direction)
        if found is None:
            return None
        before = found[1] + timedelta(days=1) if number < 0 else found[0] - timedelta(days=1)
        return one_day(workdays_after(before, number))

    return resolve


def nth_week_of(number: int, span: Resolve) -> Resolve:
    """Weeks belong where their Thursday lies; the last one is -1."""

    def resolve(today: date, direction: Direction) -> Span | None:
        thursday = nth_weekday_of(number, 3, span)(today, direction)
        return None if thursday is None else week_around(thursday[0])

    return resolve


def nth_weekend_of(number: int, span: Resolve) -> Resolve:
    def resolve(today: date, direction: Direction) -> Span | None:
        saturday = nth_weekday_of(number, 5, span)(today, direction)
        return saturday and (saturday[0], saturday[0] + timedelta(days=1))

    return resolve


def third_within(span: Resolve, which: int) -> Resolve:
    def resolve(today: date, direction: Direction) -> Span | None:
        found = span(today, direction)
        return found and third(*found, which)

    return resolve


def half_of(number: int, span: Resolve) -> Resolve:
    """The first half of a period, or the second."""

    def resolve(today: date, direction: Direction) -> Span | None:
        found = span(today, direction)
        if found is None:
            return None
        length = (found[1] - found[0]).days + 1
        # A year's halves are of six months each.
        middle = found[0] + timedelta(days=181 + length - 365 if length >= 365 else length // 2)
        return (found[0], middle - timedelta(days=1)) if number == 1 else (middle, found[1])

    return resolve


def week_of(span: Resolve) -> Resolve:
    """ "The week of the 6th"."""

    def resolve(today: date, direction: Direction) -> Span | None:
        found = span(today, direction)
        return found and week_around(found[0])

    return resolve


def weekend_of(span: Resolve) -> Resolve:
    def resolve(today: date, direction: Direction) -> Span | None:
        found = span(today, direction)
        if found is None:
            return None
        saturday = monday_of(found[0]) + timedelta(days=5)
        return saturday, saturday + timedelta(days=1)

    return resolve


def week_following(span: Resolve) -> Resolve:
    """ "After Easter", "after the weekend": the week that begins then."""

    def resolve(today: date, direction: Direction) -> Span | None:
        found = span(today, direction)
        return found and (found[1] + timedelta(days=1), found[1] + timedelta(days=7))

    return resolve


def shifted(span: Resolve, least: Shift, most: Shift) -> Resolve:
    """So much after a day, or before it: "two weeks from Friday"."""

    def resolve(today: date, direction: Direction) -> Span | None:
        found = span(today, direction)
        return found and (least.of(found[0]), most.of(found[1]))

    return resolve


_A_YEAR = timedelta(days=366)


def up_to(first: Resolve, last: Resolve) -> Resolve:
    """From one day to another, which comes after it."""

    def resolve(today: date, direction: Direction) -> Span | None:
        begin, end = first(today, direction), last(today, direction)
        if begin is None or end is None:
            return None
        if end[1] < begin[0]:
            if direction is Direction.FUTURE:
                end = last(begin[0], Direction.FUTURE)
            else:
                begin = first(end[0], Direction.PAST)
        if begin and end and (end[1] < begin[0] or end[1] - begin[0] > _A_YEAR):
            begin = first(end[1], Direction.PAST)  # the year is said once, at the end
        if begin is None or end is None or end[1] < begin[0]:
            return None
        return begin[0], end[1]

    return resolve


def in_year_away(shift: int, of: Callable[[int], Resolve]) -> Resolve:
    """Days of the year so many from this one: "May next year"."""
    return lambda today, direction: of(today.year + shift)(today, direction)
