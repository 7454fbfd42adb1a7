"""What incomplete dates mean: each rule makes a function of today and of a direction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from storage.types import YEARS


class Direction(StrEnum):
    """Where an incomplete date lies: a log looks back, a promise or a reminder forward."""

    PAST = "past"
    FUTURE = "future"


def lean(shift: int) -> Direction | None:
    """Which way a shift from now leads, None for none."""
    return Direction.PAST if shift < 0 else Direction.FUTURE if shift > 0 else None


Span = tuple[date, date]
Resolve = Callable[[date, Direction], Span | None]

PERIODS = frozenset(("week", "month", "quarter", "year"))
FRIDAY = 4


def days_away(days: int) -> Resolve:
    def resolve(today: date, _direction: Direction) -> Span:
        day = today + timedelta(days=days)
        return day, day

    return resolve


TODAY = days_away(0)


def weekday(number: int) -> Resolve:
    def resolve(today: date, direction: Direction) -> Span:
        ahead = (number - today.weekday() - 1) % 7 + 1
        day = today + timedelta(days=ahead if direction is Direction.FUTURE else _back(ahead))
        return day, day

    return resolve


def _back(ahead: int) -> int:
    return ahead - 7 if ahead < 7 else -7


def weekday_next_week(number: int) -> Resolve:
    def resolve(today: date, _direction: Direction) -> Span:
        day = monday_of(today) + timedelta(days=7 + number)
        return day, day

    return resolve


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def weekday_after_next(number: int) -> Resolve:
    """The second one from today: "the Friday after next"."""

    def resolve(today: date, _direction: Direction) -> Span:
        return one_day(today + timedelta(days=(number - today.weekday() - 1) % 7 + 8))

    return resolve


def weekday_before_last(number: int) -> Resolve:
    def resolve(today: date, _direction: Direction) -> Span:
        return one_day(today - timedelta(days=(today.weekday() - number - 1) % 7 + 8))

    return resolve


def one_day(day: date) -> Span:
    return day, day


def weekend(today: date, direction: Direction) -> Span:
    saturday = monday_of(today) + timedelta(days=5)
    if direction is Direction.PAST and saturday >= today:
        saturday -= timedelta(days=7)
    return saturday, saturday + timedelta(days=1)


def weekend_away(weeks: int) -> Resolve:
    def resolve(today: date, _direction: Direction) -> Span:
        saturday = monday_of(today) + timedelta(days=5, weeks=weeks)
        return saturday, saturday + timedelta(days=1)

    return resolve


def _span_of(period: str, today: date, shift: int) -> Span:
    if period == "week":
        first = monday_of(today) + timedelta(weeks=shift)
        return first, first + timedelta(days=6)
    months = {"month": 1, "quarter": 3, "year": 12}[period]
    index = (today.year * 12 + today.month - 1) // months * months + shift * months
    first = date(index // 12, index % 12 + 1, 1)
    after = index + months
    return first, date(after // 12, after % 12 + 1, 1) - timedelta(days=1)


def period(period: str, shift: int) -> Resolve:
    return lambda today, _direction: _span_of(period, today, shift)


def rest_of(period: str) -> Resolve:
    def resolve(today: date, direction: Direction) -> Span:
        first, last = _span_of(period, today, 0)
        return (first, today) if direction is Direction.PAST else (today, last)

    return resolve


def end_of(period: str, shift: int) -> Resolve:
    def resolve(today: date, _direction: Direction) -> Span:
        last = _span_of(period, today, shift)[1]
        if period == "week":
            # A working week ends on Friday.
            friday = last - timedelta(days=2)
            last = friday if friday >= today else last
        return last, last

    return resolve


def start_of(period: str, shift: int) -> Resolve:
    def resolve(today: date, _direction: Direction) -> Span:
        first = _span_of(period, today, shift)[0]
        return first, first + timedelta(days=1 if period == "week" else 6)

    return resolve


def third_of(period: str, shift: int, which: int) -> Resolve:
    """The early, middle or late days of a period, counted 0, 1, 2."""

    def resolve(today: date, _direction: Direction) -> Span:
        first, last = _span_of(period, today, shift)
        if period == "week":  # a working one: Monday and Tuesday, Wednesday, Thursday and Friday
            from_, to = ((0, 1), (2, 2), (3, 4))[which]
            return first + timedelta(days=from_), first + timedelta(days=to)
        return third(first, last, which)

    return resolve


def third(first: date, last: date, which: int) -> Span:
    length = (last - first).days + 1
    return (
        first + timedelta(days=length * which // 3),
        first + timedelta(days=length * (which + 1) // 3 - 1),
    )


def week_around(day: date) -> Span:
    return monday_of(day), monday_of(day) + timedelta(days=6)


def year(number: int) -> Resolve:
    return lambda _today, _direction: (date(number, 1, 1), date(number, 12, 31))


def quarter(number: int, of: int | None = None) -> Resolve:
    """A quarter of a year, of the one that fits the direction if none is said."""
    return months_of(3 * number - 2, 3, of)


def months_of(first: int, count: int, of: int | None = None) -> Resolve:
    """So many months from one on; those that are not over, or that have begun."""

    def resolve(today: date, direction: Direction) -> Span:
        chosen = of or today.year
        if of is None and direction is Direction.FUTURE and first + count - 1 < today.month:
            chosen += 1
        elif of is None and direction is Direction.PAST and first > today.month:
            chosen -= 1
        last = _span_of("month", date(chosen, first + count - 1, 1), 0)[1]
        return date(chosen, first, 1), last

    return resolve


# The day on which a season begins, and the first after it. Winter ends in the next year.
_SEASONS = {
    "spring": ((3, 20), (6, 21)),
    "summer": ((6, 21), (9, 23)),
    "autumn": ((9, 23), (12, 21)),
    "winter": ((12, 21), (3, 20)),
}


def season(name: str, shift: int | None = None, of: int | None = None) -> Resolve:
    """A season: of a year, or so many from the one that is now or comes next (0), or either."""

    def in_year(number: int) -> Span:
        begins, ends = _SEASONS[name]
        after = date(number + (ends < begins), *ends)
        return date(number, *begins), after - timedelta(days=1)

    def resolve(today: date, direction: Direction) -> Span:
        if of is not None:
            return in_year(of)
        spans = [in_year(today.year + step) for step in (-2, -1, 0, 1, 2)]
        if shift is not None and shift < 0:
            return [span for span in spans if span[1] < today][-1]
        if shift is not None and shift > 0:
            return next(span for span in spans if span[0] > today)
        if direction is Direction.PAST and shift is None:
            return [span for span in spans if span[0] <= today][-1]
        return next(span for span in spans if span[1] >= today)

    return resolve


def month_days(month: int, first: int, last: int, of: int | None) -> Resolve:
    """ "3–5 March"."""
    begin = yearly(month, first, of)

    def resolve(today: date, direction: Direction) -> Span | None:
        found = begin(today, direction)
        if found is None or not is_day(month, last, found[0].year):
            return None
        return found[0], found[0].replace(day=last)

    return resolve


def whole_month(month: int, year: int | None = None) -> Resolve:
    return part_of_month(month, 1, 31, year)


def part_of_month(month: int, first: int, last: int, year: int | None = None) -> Resolve:
    def resolve(today: date, direction: Direction) -> Span:
        chosen = year or today.year
        if year is None and direction is Direction.FUTURE and month < today.month:
            chosen += 1
        elif year is None and direction is Direction.PAST and month > today.month:
            chosen -= 1
        final = _span_of("month", date(chosen, month, 1), 0)[1]
        return final.replace(day=min(first, final.day)), final.replace(day=min(last, final.day))

    return resolve


def yearly(month: int, day: int, year: int | None) -> Resolve:
    def resolve(today: date, direction: Direction) -> Span | None:
        if year is not None:
            return date(year, month, day), date(year, month, day)
        step = 1 if direction is Direction.FUTURE else -1
        for chosen in range(today.year, today.year + 9 * step, step):
            if is_day(month, day, chosen):
                found = date(chosen, month, day)
                if (found >= today) if step > 0 else (found <= today):
                    return found, found
        return None

    return resolve


def nth(day: int) -> Resolve:
    def resolve(today: date, direction: Direction) -> Span | None:
        step = 1 if direction is Direction.FUTURE else -1
        for months in range(4):
            first = _span_of("month", today, months * step)[0]
            if is_day(first.month, day, first.year):
                found = first.replace(day=day)
                if (found >= today) if step > 0 else (found <= today):
                    return found, found
        return None

    return resolve


class Shift(NamedTuple):
    """A length of time as the calendar counts it."""

    months: int = 0
    days: int = 0
    minutes: int = 0
    workdays: int = 0

    def plus(self, other: Shift, sign: int = 1) -> Shift:
        return Shift(*(one + sign * two for one, two in zip(self, other, strict=True)))

    @property
    def back(self) -> Shift:
        return Shift().plus(self, -1)

    def of(self, day: date) -> date:
        """The day so much later; hours and minutes do not count."""
        return workdays_after(_months(day, self.months) + timedelta(days=self.days), self.workdays)


def _months(day: date, count: int) -> date:
    if not count:
        return day
    index = day.year * 12 + day.month - 1 + count
    first = date(index // 12, index % 12 + 1, 1)
    last = _span_of("month", first, 0)[1]
    return first.replace(day=min(day.day, last.day))


def workdays_after(day: date, count: int) -> date:
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while day.weekday() > FRIDAY:
            day += step
    return day


def from_today(least: Shift, most: Shift) -> Resolve:
    return lambda today, _direction: (least.of(today), most.of(today))


def stretch(shift: Shift) -> Resolve:
    """The days from now on up to a length of time away: "the next 3 days", "the last 2 weeks"."""

    def resolve(today: date, _direction: Direction) -> Span:
        other = shift.of(today)
        if other > today:
            return today + timedelta(days=1), other
        return other, max(other, today - timedelta(days=1))

    return resolve


def is_day(month: int, day: int, year: int) -> bool:
    """Whether there is such a day, in a year that somebody may mean."""
    try:
        return date(year, month, day).year in YEARS
    except ValueError:
        return False
