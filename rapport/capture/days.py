"""What incomplete dates mean: each rule makes a function of today and of a direction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

from storage.types import YEARS


class Direction(StrEnum):
    """Where an incomplete date lies: a log looks back, a promise or a reminder forward."""

    PAST = "past"
    FUTURE = "future"


Span = tuple[date, date]
Resolve = Callable[[date, Direction], Span | None]

PERIODS = frozenset(("week", "month", "quarter", "year"))


def days_away(days: int) -> Resolve:
    def resolve(today: date, _direction: Direction) -> Span:
        day = today + timedelta(days=days)
        return day, day

    return resolve


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
        day = _monday(today) + timedelta(days=7 + number)
        return day, day

    return resolve


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def weekend(today: date, direction: Direction) -> Span:
    saturday = _monday(today) + timedelta(days=5)
    if direction is Direction.PAST and saturday >= today:
        saturday -= timedelta(days=7)
    return saturday, saturday + timedelta(days=1)


def next_weekend(today: date, _direction: Direction) -> Span:
    saturday = _monday(today) + timedelta(days=12)
    return saturday, saturday + timedelta(days=1)


def _span_of(period: str, today: date, shift: int) -> Span:
    if period == "week":
        first = _monday(today) + timedelta(weeks=shift)
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


def from_today(least: int, most: int, unit: str) -> Resolve:
    return lambda today, _direction: (_shifted(today, least, unit), _shifted(today, most, unit))


def _shifted(today: date, count: int, unit: str) -> date:
    days = {"day": 1, "week": 7, "fortnight": 14}.get(unit)
    if days:
        return today + timedelta(days=count * days)
    index = today.year * 12 + today.month - 1 + count * (12 if unit == "year" else 1)
    first = date(index // 12, index % 12 + 1, 1)
    last = _span_of("month", first, 0)[1]
    return first.replace(day=min(today.day, last.day))


def is_day(month: int, day: int, year: int) -> bool:
    """Whether there is such a day, in a year that somebody may mean."""
    try:
        return date(year, month, day).year in YEARS
    except ValueError:
        return False
