"""Dates as people text them, read on Wednesday 18 March 2026 at half past nine in Berlin.

What is said looks ahead, except where it stands under `LOOKING_BACK`. A row is the text, what
its first date means (days, then a clock time if one was said), and what it is an example of.
"""

from dataclasses import replace
from zoneinfo import ZoneInfo

import holidays
import pytest

from rapport.capture.days import Direction
from rapport.capture.message import Message
from tests.rapport.capture.builders import context


def meant(text: str, direction: Direction, locale: str = "en-GB", zone: str = "") -> str:
    """The first date of a text: `first`, `first..last`, and ` 17:00` with a time; empty if none."""
    said = context(locale=locale)
    message = Message(text, replace(said, zone=ZoneInfo(zone)) if zone else said)
    when = message.date_in(0, len(message), direction)
    if when is None:
        return ""
    days = f"{when.first}" if when.first == when.last else f"{when.first}..{when.last}"
    return days + (f" {when.time:%H:%M}" if when.time else "")


DAYS = [
    ("call her today", "2026-03-18", "today"),
    ("ping Ana later today", "2026-03-18", "some time today"),
    ("dinner tonight with Raj", "2026-03-18", "tonight"),
    ("see him tomorrow", "2026-03-19", "tomorrow"),
    ("send it 2moro", "2026-03-19", "a thumb's tomorrow"),
    ("tomorow we talk", "2026-03-19", "a slip of the thumb"),
    ("tomorrow evening drinks", "2026-03-19", "with a part of the day"),
    ("day after tomorrow", "2026-03-20", "two ahead"),
    ("early tomorrow I'll call", "2026-03-19", "early"),
    ("first thing tomorrow: the deck", "2026-03-19", "first thing"),
    ("EOD tomorrow", "2026-03-19", "the end of a day"),
    ("by end of day Friday", "2026-03-20", "the end of a weekday"),
    ("send it by COB", "2026-03-18", "close of business"),
    ("it's due end of business tomorrow", "2026-03-19", "end of business"),
]
WEEKDAYS = [
    ("on Friday", "2026-03-20", "a bare weekday"),
    ("lunch Fri", "2026-03-20", "short, ending a clause"),
    ("sun arvo with Kofi", "2026-03-22", "Australian"),
    ("this Friday", "2026-03-20", "this"),
    ("this coming Monday", "2026-03-23", "this coming"),
    ("coming Tuesday", "2026-03-24", "coming"),
    ("next Friday", "2026-03-27", "of next week"),
    ("nxt tues", "2026-03-24", "as thumbs write"),
    ("Friday next week", "2026-03-27", "the week after its day"),
    ("next week Friday", "2026-03-27", "the week before its day"),
    ("on Tuesday of next week", "2026-03-24", "of"),
    ("next week on Thursday", "2026-03-26", "on"),
    ("Monday the week after next", "2026-03-30", "of the week after next"),
    ("Thursday week", "2026-03-26", "British"),
    ("Monday fortnight", "2026-04-06", "British, further"),
    ("a week on Thursday", "2026-03-26", "British, another way"),
    ("two weeks on Monday", "2026-04-06", "two of them"),
    ("a week from Friday", "2026-03-27", "American"),
    ("a week tomorrow", "2026-03-26", "a week from a near day"),
    ("a week today", "2026-03-25", "a week from now"),
    ("the Friday after next", "2026-03-27", "the second one from now"),
    ("in two weeks on Tuesday", "2026-03-31", "a weekday of that week"),
    ("on Mon or Tue", "2026-03-23..2026-03-24", "either"),
    ("Mon to Wed", "2026-03-23..2026-03-25", "a range"),
    ("thurs–sat in Lisbon", "2026-03-19..2026-03-21", "a dash"),
    ("from Monday until Thursday", "2026-03-23..2026-03-26", "from, until"),
    ("Fri-Sun", "2026-03-20..2026-03-22", "no spaces"),
    ("tomorrow till Sunday", "2026-03-19..2026-03-22", "from a near day"),
    ("Wensday at the latest", "2026-03-25", "a slip"),
    ("late Friday", "2026-03-20", "late"),
    ("see you sundayyy", "2026-03-22", "drawn out"),
]
WEEKS = [
    ("next week", "2026-03-23..2026-03-29", "the whole of it"),
    ("this week", "2026-03-18..2026-03-22", "the rest of it"),
    ("later this week", "2026-03-18..2026-03-22", "later"),
    ("sometime next week", "2026-03-23..2026-03-29", "sometime"),
    ("the week after next", "2026-03-30..2026-04-05", "one further"),
    ("early next week", "2026-03-23..2026-03-24", "its early days"),
    ("mid next week", "2026-03-25..2026-03-25", "its middle"),
    ("late next week", "2026-03-26..2026-03-27", "its late days"),
    ("beginning of next week", "2026-03-23..2026-03-24", "its beginning"),
    ("by the end of the week", "2026-03-20", "Friday"),
    ("EOW", "2026-03-20", "in three letters"),
    ("end of next week", "2026-03-27", "a working week"),
    ("this weekend", "2026-03-21..2026-03-22", "a weekend"),
    ("at the weekend", "2026-03-21..2026-03-22", "British"),
    ("over the weekend", "2026-03-21..2026-03-22", "over"),
    ("next weekend", "2026-03-28..2026-03-29", "of next week"),
    ("the weekend after next", "2026-04-04..2026-04-05", "one further"),
    ("after the weekend", "2026-03-23..2026-03-29", "the week that follows"),
    ("week of April 6", "2026-04-06..2026-04-12", "a week by a day of it"),
    ("w/c 13 April", "2026-04-13..2026-04-19", "week commencing"),
    ("the first week of May", "2026-05-04..2026-05-10", "of a month"),
    ("last weekend of June", "2026-06-27..2026-06-28", "of a month"),
    ("after next week", "2026-03-30..2026-04-05", "what follows"),
]
AWAY = [
    ("in 2 weeks", "2026-04-01", "counted"),
    ("in two weeks' time", "2026-04-01", "British"),
    ("in a week's time", "2026-03-25", "one week"),
    ("in a fortnight", "2026-04-01", "fourteen nights"),
    ("in ten days", "2026-03-28", "in words"),
    ("in twenty-one days", "2026-04-08", "with a hyphen"),
    ("in thirty five days", "2026-04-22", "without one"),
    ("in a couple of weeks", "2026-04-01", "a couple"),
    ("in a few days", "2026-03-21", "a few is three"),
    ("in several days", "2026-03-21..2026-03-23", "several stays a range"),
    ("in 2-3 weeks", "2026-04-01..2026-04-08", "a range"),
    ("in two or three months", "2026-05-18..2026-06-18", "or"),
    ("in a week or two", "2026-03-25..2026-04-01", "one or two"),
    ("in about a month", "2026-04-18", "about"),
    ("in a month or so", "2026-04-18", "or so"),
    ("in half a year", "2026-09-18", "half"),
    ("in a year and a half", "2027-09-18", "and a half"),
    ("in another 3 days", "2026-03-21", "another"),
    ("in 2wks", "2026-04-01", "no space"),
    ("in 3 working days", "2026-03-23", "the weekend does not count"),
    ("within 10 business days", "2026-04-01", "neither here"),
    ("in 1 month and 2 weeks", "2026-05-02", "two units"),
    ("in half an hour", "2026-03-18 10:00", "half an hour"),
    ("in an hour", "2026-03-18 10:30", "one hour"),
    ("in 90 mins", "2026-03-18 11:00", "minutes"),
    ("in 2 and a half hours", "2026-03-18 12:00", "and a half"),
    ("in 2.5 hours", "2026-03-18 12:00", "a decimal"),
    ("in an hour and a half", "2026-03-18 11:00", "one and a half"),
    ("in 1 hour 15 min", "2026-03-18 10:45", "hours and minutes"),
    ("in 5h", "2026-03-18 14:30", "a letter"),
    ("in 20m", "2026-03-18 09:50", "a letter that is mostly a million"),
    ("in a quarter of an hour", "2026-03-18 09:45", "a quarter"),
    ("in three quarters of an hour", "2026-03-18 10:15", "three"),
    ("3 days from now", "2026-03-21", "from now"),
    ("two weeks from tomorrow", "2026-04-02", "from a near day"),
    ("ten days from Friday", "2026-03-30", "from a weekday"),
    ("45 minutes from now", "2026-03-18 10:15", "minutes from now"),
    ("in the next 2 weeks", "2026-03-19..2026-04-01", "a stretch"),
    ("over the next few days", "2026-03-19..2026-03-21", "a stretch of a few"),
    ("the coming three weeks", "2026-03-19..2026-04-08", "coming"),
]
MONTH_DAYS = [
    ("14 Mar 2026", "2026-03-14", "day, month, year"),
    ("on 12 April", "2026-04-12", "no year"),
    ("12th of April", "2026-04-12", "of"),
    ("the twelfth of April", "2026-04-12", "in words"),
    ("April twenty-third", "2026-04-23", "in words, month first"),
    ("April the 3rd", "2026-04-03", "with an article"),
    ("Apr. 12", "2026-04-12", "with a full stop"),
    ("Sept 5th, 2027", "2027-09-05", "with a comma"),
    ("5 oct '27", "2027-10-05", "a short year"),
    ("May 4 next year", "2027-05-04", "next year"),
    ("Tuesday 7 April", "2026-04-07", "a weekday first"),
    ("Tue, Apr 7", "2026-04-07", "with a comma"),
    ("Tuesday the 7th", "2026-04-07", "without a month"),
    ("on the 25th", "2026-03-25", "a day of this month"),
    ("by the 5th", "2026-04-05", "of the next"),
    ("the 12th of next month", "2026-04-12", "of next month"),
    ("3-5 April", "2026-04-03..2026-04-05", "a range"),
    ("April 3–5", "2026-04-03..2026-04-05", "month first"),
    ("from the 3rd to the 5th of April", "2026-04-03..2026-04-05", "ordinals"),
    ("April 3 to 5, 2027", "2027-04-03..2027-04-05", "with a year"),
    ("30 March - 2 April", "2026-03-30..2026-04-02", "over the month's end"),
    ("Dec 28 to Jan 4", "2026-12-28..2027-01-04", "over the year's end"),
    ("2026-04-01", "2026-04-01", "ISO"),
    ("2026/04/01", "2026-04-01", "with slashes"),
    ("on 12.4.", "2026-04-12", "continental"),
    ("12.04.2027", "2027-04-12", "with its year"),
    ("on 12.4", "2026-04-12", "without its last point"),
    ("due 14/4", "2026-04-14", "day first"),
    ("by 3/4/27", "2027-04-03", "day first with a year"),
    ("14-Apr-2026", "2026-04-14", "as a spreadsheet has it"),
    ("10-31-2026", "2026-10-31", "there is no month 31"),
    ("ides of nothing, 29 Feb", "2028-02-29", "the next leap year"),
]
MONTHS = [
    ("in May", "2026-05-01..2026-05-31", "a month"),
    ("in january", "2027-01-01..2027-01-31", "the next one"),
    ("by October 2027", "2027-10-01..2027-10-31", "with its year"),
    ("next month", "2026-04-01..2026-04-30", "next"),
    ("the month after next", "2026-05-01..2026-05-31", "one further"),
    ("mid-April", "2026-04-11..2026-04-20", "mid"),
    ("in mid May", "2026-05-11..2026-05-20", "mid, apart"),
    ("early April", "2026-04-01..2026-04-10", "early"),
    ("late June", "2026-06-21..2026-06-30", "late"),
    ("end of April", "2026-04-30", "its end"),
    ("by the end of next month", "2026-04-30", "of next month"),
    ("EOM", "2026-03-31", "in three letters"),
    ("at month end", "2026-03-31", "the other way round"),
    ("beginning of May", "2026-05-01..2026-05-10", "its beginning"),
    ("middle of next month", "2026-04-11..2026-04-20", "its middle"),
    ("first Monday of June", "2026-06-01", "a weekday by its number"),
    ("the last Friday in May", "2026-05-29", "the last"),
    ("second Tuesday of next month", "2026-04-14", "of next month"),
    ("last day of the month", "2026-03-31", "the last day"),
    ("first half of April", "2026-04-01..2026-04-15", "half"),
    ("June to August", "2026-06-01..2026-08-31", "a range"),
    ("rest of the month", "2026-03-18..2026-03-31", "what is left"),
]
LONGER = [
    ("in Q2", "2026-04-01..2026-06-30", "a quarter"),
    ("Q3 2027", "2027-07-01..2027-09-30", "with its year"),
    ("end of Q2", "2026-06-30", "its end"),
    ("last day of the quarter", "2026-03-31", "of this one"),
    ("next quarter", "2026-04-01..2026-06-30", "next"),
    ("EOQ", "2026-03-31", "in three letters"),
    ("second quarter of 2027", "2027-04-01..2027-06-30", "in words"),
    ("in H2", "2026-07-01..2026-12-31", "a half"),
    ("next year", "2027-01-01..2027-12-31", "a year"),
    ("by the end of the year", "2026-12-31", "its end"),
    ("EOY", "2026-12-31", "in three letters"),
    ("early next year", "2027-01-01..2027-05-01", "its first third"),
    ("in 2028", "2028-01-01..2028-12-31", "by its number"),
    ("in the summer", "2026-06-21..2026-09-22", "a season"),
    ("this autumn", "2026-09-23..2026-12-20", "this"),
    ("next winter", "2026-12-21..2027-03-19", "next"),
    ("in the fall", "2026-09-23..2026-12-20", "American"),
    ("summer 2027", "2027-06-21..2027-09-22", "with its year"),
]
FEASTS = [
    ("after Easter", "2026-04-06..2026-04-12", "the week that follows"),
    ("on Easter Monday", "2026-04-06", "hangs on Easter"),
    ("on Good Friday", "2026-04-03", "before it"),
    ("before Christmas", "2026-12-25", "a fixed day"),
    ("drinks on Christmas Eve", "2026-12-24", "the eve"),
    ("by New Year's Eve", "2026-12-31", "with an apostrophe"),
    ("on Valentine's Day", "2027-02-14", "next year's"),
    ("over Christmas 2027", "2027-12-25", "with a year"),
    ("at Halloween", "2026-10-31", "a fixed day"),
    ("the day after Easter", "2026-04-06", "from a feast"),
    ("the weekend before Easter", "2026-03-28..2026-03-29", "a weekend from it"),
    ("3 days before Christmas", "2026-12-22", "counted from it"),
    ("around Diwali", "2026-11-08", "the moon's"),
    ("before Passover", "2026-04-02", "the moon's"),
    ("after Ramadan", "2026-03-21..2026-03-27", "a month of days"),
    ("on Mother's Day", "2026-05-10", "the German one"),
]
CLOCKS = [
    ("at 3pm", "2026-03-18 15:00", "still to come"),
    ("at 8am", "2026-03-19 08:00", "gone by"),
    ("tomorrow at 17:30", "2026-03-19 17:30", "four digits"),
    ("Friday 3pm", "2026-03-20 15:00", "side by side"),
    ("3pm on Friday", "2026-03-20 15:00", "the time first"),
    ("at 5", "2026-03-18 17:00", "when people are about"),
    ("tomorrow at 9", "2026-03-19 09:00", "the same in the morning"),
    ("tomorrow at 9 in the evening", "2026-03-19 21:00", "a part of the day decides"),
    ("tonight at 8", "2026-03-18 20:00", "so does tonight"),
    ("at 8 tonight", "2026-03-18 20:00", "the time first"),
    ("tomorrow morning at half past 8", "2026-03-19 08:30", "half past"),
    ("half 8 tomorrow evening", "2026-03-19 20:30", "British: half past"),
    ("quarter past five", "2026-03-18 17:15", "quarter past"),
    ("Friday at quarter to ten", "2026-03-20 09:45", "quarter to"),
    ("at ten to six", "2026-03-18 17:50", "minutes to"),
    ("twenty past three", "2026-03-18 15:20", "minutes past"),
    ("around 5ish", "2026-03-18 17:00", "about that"),
    ("Monday, 5-ish", "2026-03-23 17:00", "with a hyphen"),
    ("at five o'clock", "2026-03-18 17:00", "o'clock"),
    ("at five thirty tomorrow", "2026-03-19 17:30", "in words"),
    ("tomorrow at 730pm", "2026-03-19 19:30", "three digits"),
    ("at 1730", "2026-03-18 17:30", "as soldiers say"),
    ("tomorrow 17h30", "2026-03-19 17:30", "French"),
    ("Tuesday noon", "2026-03-24 12:00", "noon"),
    ("tomorrow at midnight", "2026-03-20 00:00", "the end of the day"),
    ("by midnight", "2026-03-18 23:59", "a deadline is before it"),
    ("12 noon on Friday", "2026-03-20 12:00", "twelve noon"),
    ("between 9 and 11 tomorrow", "2026-03-19 09:00", "begins when it begins"),
    ("Friday 9-11am", "2026-03-20 09:00", "the half at the end"),
    ("from 5pm till 7 on Monday", "2026-03-23 17:00", "from, till"),
    ("Thursday 11-1pm", "2026-03-19 11:00", "over noon"),
    ("tomorrow by 4", "2026-03-19 16:00", "by"),
    ("on 12 April at 6.30pm", "2026-04-12 18:30", "with a point"),
    ("2026-04-01T14:00", "2026-04-01 14:00", "a timestamp"),
    ("tomorrow 4pm GMT", "2026-03-19 17:00", "another zone's time"),
    ("Friday at 10am ET", "2026-03-20 15:00", "New York is on summer time already"),
    ("6 in the evening tomorrow", "2026-03-19 18:00", "a bare number with a part"),
    ("next Friday at 12:30", "2026-03-27 12:30", "a day further"),
]
LOOKING_BACK = [
    ("met her on Friday", "2026-03-13", "the last one"),
    ("saw him yesterday", "2026-03-17", "yesterday"),
    ("yest evening", "2026-03-17", "short"),
    ("day before yesterday", "2026-03-16", "two back"),
    ("last night", "2026-03-17", "last night"),
    ("the night before last", "2026-03-16", "the one before"),
    ("this morning", "2026-03-18", "today"),
    ("last Monday", "2026-03-16", "last"),
    ("this past Sunday", "2026-03-15", "this past"),
    ("Tuesday last week", "2026-03-10", "of last week"),
    ("last week Tuesday", "2026-03-10", "the week first"),
    ("the week before last", "2026-03-02..2026-03-08", "one further back"),
    ("over the weekend", "2026-03-14..2026-03-15", "the last one"),
    ("last weekend", "2026-03-14..2026-03-15", "last"),
    ("3 days ago", "2026-03-15", "counted"),
    ("a couple of weeks ago", "2026-03-04", "a couple"),
    ("a few days ago", "2026-03-15", "a few"),
    ("a year and a half ago", "2024-09-18", "and a half"),
    ("half an hour ago", "2026-03-18 09:00", "half"),
    ("20 mins ago", "2026-03-18 09:10", "minutes"),
    ("a week ago Friday", "2026-03-06", "a week before that"),
    ("in the last two weeks", "2026-03-04..2026-03-17", "a stretch"),
    ("the past few days", "2026-03-15..2026-03-17", "the past"),
    ("met in May", "2025-05-01..2025-05-31", "the last May"),
    ("on 12 April", "2025-04-12", "the last one"),
    ("met on the 31st", "2026-01-31", "of the last month that has one"),
    ("last month", "2026-02-01..2026-02-28", "last"),
    ("end of last month", "2026-02-28", "its end"),
    ("last quarter", "2025-10-01..2025-12-31", "last"),
    ("last summer", "2025-06-21..2025-09-22", "a season gone by"),
    ("back in 2019", "2019-01-01..2019-12-31", "a year gone by"),
    ("at Christmas", "2025-12-25", "the last one"),
    ("Mon to Tue", "2026-03-16..2026-03-17", "a range gone by"),
    ("just now", "2026-03-18 09:30", "now"),
    ("at 8:15", "2026-03-18 08:15", "earlier today"),
    ("late last week", "2026-03-12..2026-03-13", "late"),
    ("earlier this week", "2026-03-16..2026-03-18", "earlier"),
]
AHEAD = [*DAYS, *WEEKDAYS, *WEEKS, *AWAY, *MONTH_DAYS, *MONTHS, *LONGER, *FEASTS, *CLOCKS]


@pytest.mark.parametrize(
    "text", ["Met Ana 12.3.", "Met Ana 12.3., talked", "12.3. coffee with Ana"]
)
def test_a_day_and_a_month_with_their_points_need_no_word_before_them(text: str) -> None:
    assert meant(text, Direction.PAST) == "2026-03-12"
    assert not meant(text, Direction.PAST, locale="en-US")


@pytest.mark.parametrize(("text", "days", "why"), AHEAD, ids=lambda text: text[:30])
def test_a_date_looks_ahead(text: str, days: str, why: str) -> None:
    first, _, last = days.partition("..")
    assert meant(text, Direction.FUTURE) == (first if first == last else days), why


@pytest.mark.parametrize(("text", "days", "why"), LOOKING_BACK, ids=lambda text: text[:30])
def test_a_date_looks_back(text: str, days: str, why: str) -> None:
    assert meant(text, Direction.PAST) == days, why


@pytest.mark.parametrize(
    ("text", "locale", "day", "why"),
    [
        ("by 5/4", "en-GB", "2026-04-05", "day first"),
        ("by 5/4", "en-US", "2026-05-04", "month first"),
        ("by 3/14", "en-GB", "2027-03-14", "there is no fourteenth month"),
        ("by 25/4", "en-US", "2026-04-25", "nor a twenty-fifth"),
        ("5-4-2026", "en-GB", "2026-04-05", "dashes, day first"),
        ("5-4-2026", "en-US", "2026-05-04", "dashes, month first"),
        ("12.4.", "en-US", "2026-04-12", "points are day first everywhere"),
    ],
)
def test_numbers_are_read_by_the_locale(text: str, locale: str, day: str, why: str) -> None:
    assert meant(text, Direction.FUTURE, locale) == day, why


@pytest.mark.parametrize(
    ("text", "zone", "day", "why"),
    [
        ("by Thanksgiving", "America/Chicago", "2026-11-26", "the fourth Thursday of November"),
        ("by Thanksgiving", "America/Toronto", "2026-10-12", "the second Monday of October"),
        ("on Mother's Day", "Europe/London", "2027-03-07", "in Lent, and gone by"),
        ("on Labour Day", "Europe/Berlin", "2026-05-01", "the first of May"),
        ("on Labor Day", "America/New_York", "2026-09-07", "in September"),
        ("on Independence Day", "America/New_York", "2026-07-04", "of the owner's country"),
        ("on Independence Day", "Asia/Kolkata", "2026-08-15", "of another one"),
        ("on Canada Day", "Europe/Berlin", "2026-07-01", "of the country in its name"),
        ("on National Day", "Antarctica/Troll", "", "of a country that keeps no feasts"),
    ],
)
def test_a_feast_is_the_one_of_the_country(text: str, zone: str, day: str, why: str) -> None:
    assert meant(text, Direction.FUTURE, zone=zone) == day, why


def test_a_fault_of_the_package_passes_for_no_unknown_country(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(**_: object) -> None:
        raise AttributeError("a fault")

    monkeypatch.setattr(holidays, "IS", broken, raising=False)
    with pytest.raises(AttributeError, match="a fault"):
        meant("on National Day", Direction.FUTURE, zone="Atlantic/Reykjavik")
