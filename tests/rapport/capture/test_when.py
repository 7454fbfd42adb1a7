"""Date phrases: what they mean on a Wednesday, looking back and looking forward."""

from datetime import date, datetime, time

import pytest

from rapport.capture.days import Direction
from rapport.capture.when import phrases
from rapport.capture.words import words_of

SAID_AT = datetime(2026, 3, 18, 9, 30)


def days(text: str, direction: Direction, month_first: bool = False) -> str:
    """The first phrase's days as `first` or `first..last`, empty when there is none."""
    found = phrases(words_of(text), month_first)
    when = found[0].resolve(SAID_AT, direction) if found else None
    if when is None:
        return ""
    first, last = when.first.isoformat(), when.last.isoformat()
    return first if first == last else f"{first}..{last}"


BOTH_WAYS = [
    ("on Friday", "2026-03-13", "2026-03-20", "a bare weekday"),
    ("on Wednesday", "2026-03-11", "2026-03-25", "today's weekday is never today"),
    ("by thurs", "2026-03-12", "2026-03-19", "short"),
    ("on sat with Kofi", "2026-03-14", "2026-03-21", "a doubtful word after on"),
    ("sunday nite", "2026-03-15", "2026-03-22", "with a part of the day"),
    ("this weekend", "2026-03-14..2026-03-15", "2026-03-21..2026-03-22", "a weekend"),
    ("on 12 March", "2026-03-12", "2027-03-12", "a date without a year"),
    ("April 10", "2025-04-10", "2026-04-10", "the month first"),
    ("the 20th of April", "2025-04-20", "2026-04-20", "an ordinal"),
    ("by the 25th", "2026-02-25", "2026-03-25", "a day of some month"),
    ("on the 31st", "2026-01-31", "2026-03-31", "months without it are passed over"),
    ("29 Feb", "2024-02-29", "2028-02-29", "years without it too"),
    ("in may", "2025-05-01..2025-05-31", "2026-05-01..2026-05-31", "a month after in"),
    ("on 12.3.", "2026-03-12", "2027-03-12", "day first"),
    ("due 25/3", "2025-03-25", "2026-03-25", "with a slash"),
    ("met 3/14", "2026-03-14", "2027-03-14", "there is no fourteenth month"),
    ("end of april", "2025-04-30", "2026-04-30", "of a named month"),
    ("this week", "2026-03-16..2026-03-18", "2026-03-18..2026-03-22", "what of it fits"),
]
ONE_WAY = [
    ("today", "2026-03-18", "now"),
    ("this morning", "2026-03-18", "now"),
    ("last night", "2026-03-17", "the evening before"),
    ("yday", "2026-03-17", "as thumbs write"),
    ("tmrw", "2026-03-19", "as thumbs write"),
    ("the day before yesterday", "2026-03-16", "two back"),
    ("the day after tomorrow", "2026-03-20", "two ahead"),
    ("3 days ago", "2026-03-15", "counted"),
    ("two weeks ago", "2026-03-04", "counted in words"),
    ("a couple of weeks ago", "2026-03-04", "a couple is two"),
    ("in 2 weeks", "2026-04-01", "ahead"),
    ("in a fortnight", "2026-04-01", "British"),
    ("in a month or so", "2026-04-18", "or so"),
    ("in 2-3 weeks", "2026-04-01..2026-04-08", "a range"),
    ("in 11 months", "2027-02-18", "into another year"),
    ("last Thursday", "2026-03-12", "back, whoever says it"),
    ("next Friday", "2026-03-27", "of next week"),
    ("next week", "2026-03-23..2026-03-29", "Monday to Sunday"),
    ("the week after next", "2026-03-30..2026-04-05", "one further"),
    ("next month", "2026-04-01..2026-04-30", "whole"),
    ("end of month", "2026-03-31", "its last day"),
    ("end of next week", "2026-03-27", "a working week"),
    ("EOD tomorrow", "2026-03-19", "the day counts"),
    ("2026-03-12", "2026-03-12", "ISO"),
    ("1900-01-01", "1900-01-01", "as long ago as anybody means"),
    ("2199-12-31", "2199-12-31", "as far ahead"),
    ("12.03.2025", "2025-03-12", "with its year"),
    ("March 12th, 2025", "2025-03-12", "in words, with its year"),
    ("Friday 12 March 2027", "2027-03-12", "the date counts, not the weekday"),
]


@pytest.mark.parametrize(("text", "past", "future", "why"), BOTH_WAYS)
def test_an_incomplete_date_lies_where_the_clause_looks(
    text: str, past: str, future: str, why: str
) -> None:
    assert days(text, Direction.PAST) == past, why
    assert days(text, Direction.FUTURE) == future, why


@pytest.mark.parametrize(("text", "day", "why"), ONE_WAY)
@pytest.mark.parametrize("direction", Direction)
def test_a_complete_date_is_the_same_both_ways(
    text: str, day: str, why: str, direction: Direction
) -> None:
    assert days(text, direction) == day, why


NO_DATES = [
    "we sat down",
    "I may call",
    "April Lindgren",
    "Monday.com",
    "available 24/7",
    "version 1.5.2",
    "it costs 12.3.",
    "the second one",
    "room 12",
    "March on",
    "500 seats",
    "50/50 split",
    "at 5 percent",
    "may the best win",
    "on the 32nd",
    "30 February",
    "in 99999 weeks",
    "25:99",
    "5/5/5000",
    "9999-12-31",
    "0950-03-12",
    "12.03.1899",
    "2200-01-01",
]


@pytest.mark.parametrize("text", NO_DATES)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert days(text, Direction.PAST) == ""
    assert days(text, Direction.FUTURE) == ""


@pytest.mark.parametrize(
    ("text", "month_first", "day"),
    [
        ("by 5/4", False, "2026-04-05"),
        ("by 5/4", True, "2026-05-04"),
        ("by 25/4", True, "2026-04-25"),
    ],
)
def test_a_slash_is_read_by_the_locale(text: str, month_first: bool, day: str) -> None:
    assert days(text, Direction.FUTURE, month_first) == day


@pytest.mark.parametrize(
    ("text", "day", "clock", "why"),
    [
        ("next friday at 12:30", date(2026, 3, 27), time(12, 30), "a day and a time"),
        ("9am tmrw", date(2026, 3, 19), time(9), "the time first"),
        ("Tuesday at noon", date(2026, 3, 24), time(12), "noon"),
        ("at 3pm", date(2026, 3, 18), time(15), "still to come today"),
        ("at 8am", date(2026, 3, 19), time(8), "gone by today"),
        ("in 20 minutes", date(2026, 3, 18), time(9, 50), "a wait"),
        ("in 20 hours", date(2026, 3, 19), time(5, 30), "a wait past midnight"),
    ],
)
def test_a_clock_time_belongs_to_its_day(text: str, day: date, clock: time, why: str) -> None:
    when = phrases(words_of(text))[0].resolve(SAID_AT, Direction.FUTURE)
    assert when is not None
    assert (when.day, when.time) == (day, clock), why
