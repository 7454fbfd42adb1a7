"""Days told from today: "yesterday", "next Friday", "in 2 weeks", "3 days ago"."""

from __future__ import annotations

from dataclasses import replace

from rapport.capture.almanac import (
    BACK,
    CLOCK_UNITS,
    MODIFIERS,
    MONTHS,
    PARTS,
    SEASONS,
    UNITS,
    WEEKDAYS,
)
from rapport.capture.amounts import amount, shift_of
from rapport.capture.days import (
    PERIODS,
    TODAY,
    Shift,
    days_away,
    from_today,
    lean,
    period,
    rest_of,
    season,
    stretch,
    whole_month,
)
from rapport.capture.moments import Found, Kind, Moment, day, span, week
from rapport.capture.months import FOLLOWERS
from rapport.capture.weekdays import modified_weekday, modified_weekend
from rapport.capture.words import Line, Sort

# --- today and its neighbours --------------------------------------------------------------

_NEAR = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1, "overmorrow": 2}


def near(line: Line, at: int) -> Found | None:
    """ "today", "tomorrow night"."""
    low = line.low(at)
    part = PARTS["night"] if low == "tonight" else None
    return Found(at + 1, Moment(Kind.NEAR, days_away(_NEAR[low]), part=part))


def now(line: Line, at: int) -> Found | None:
    """ "just now", "right now"; "now" alone."""
    low = line.low(at)
    if low in ("just", "right"):
        is_now = line.low(at + 1) == "now"
        return Found(at + 2, _NOW, sure=low == "just") if is_now else None
    return Found(at + 1, _NOW, sure=False)


_NOW = Moment(Kind.WAIT, wait=Shift())


def day_before_or_after(line: Line, at: int) -> Found | None:
    """ "day before yesterday", "day after tomorrow"."""
    two = (line.low(at + 1), line.low(at + 2))
    offset = {("before", "yesterday"): -2, ("after", "tomorrow"): 2}.get(two)
    if offset:
        return day(at + 3, days_away(offset))
    return None


def night_before_last(line: Line, at: int) -> Found | None:
    if (line.low(at + 1), line.low(at + 2)) == ("before", "last"):
        return day(at + 3, days_away(-2))
    return None


# --- this, next, last … --------------------------------------------------------------------


def modified(line: Line, at: int) -> Found | None:
    """ "this Friday", "next week", "last summer", "the past 3 days"."""
    low = line.low(at)
    shift = MODIFIERS[low]
    noun_at = at + 1
    if low == "this" and line.low(noun_at) in ("coming", "past", "next", "last", "upcoming"):
        shift, noun_at = MODIFIERS[line.low(noun_at)], noun_at + 1
        low = "coming" if shift > 0 else "last"
    noun = line.low(noun_at)
    if line.sort(noun_at) is not Sort.WORD and not noun[:1].isdecimal():
        return None
    end = noun_at + 1
    if noun in WEEKDAYS:
        return modified_weekday(end, low, shift, WEEKDAYS[noun])
    if noun in PARTS:
        return _modified_part(end, low, noun)
    if noun == "weekend":
        return span(end, modified_weekend(low), lean(shift))
    if noun in ("weekday", "workday") or (
        noun in ("working", "business") and line.low(end) == "day"
    ):
        shifted_by = Shift(workdays=shift)
        return day(end + (noun[-1] != "y"), from_today(shifted_by, shifted_by)) if shift else None
    if noun in PERIODS:
        if line.sort(end) is Sort.POSSESSIVE:
            end += 1
        found = week if noun == "week" else span
        return found(end, period(noun, shift) if shift else rest_of(noun))
    if noun == "fortnight":
        return span(end, stretch(Shift(days=14 if shift >= 0 else -14)))
    if noun in MONTHS:
        if line.sort(end) in (Sort.NUMBER, Sort.ORDINAL):
            return None
        return span(end, whole_month(MONTHS[noun]), lean(shift))
    if noun in SEASONS:
        return span(end, season(SEASONS[noun], shift))
    if shift and low != "previous" and noun not in ("a", "an", "one", "half"):
        return _last_few(line, noun_at, shift)
    return None


def _modified_part(end: int, low: str, noun: str) -> Found | None:
    if low == "this":
        return Found(end, Moment(Kind.NEAR, TODAY, part=PARTS[noun]))
    if low == "last" and noun in ("night", "evening", "nights"):
        return Found(end, Moment(Kind.NEAR, days_away(-1), part=PARTS[noun]))
    if low in ("next", "following") and noun in ("morning", "evening"):
        return Found(end, Moment(Kind.NEAR, days_away(1), part=PARTS[noun]), sure=False)
    return None


def _last_few(line: Line, at: int, shift: int) -> Found | None:
    counted = amount(line, at)
    if counted is None:
        return None
    return span(counted.end, stretch(counted.most if shift > 0 else counted.most.back))


# --- amounts ------------------------------------------------------------------------------


def away(line: Line, at: int) -> Found | None:
    """ "in 2 weeks", "within the hour", "in half an hour", "in two weeks' time"."""
    counted = amount(line, at + 1)
    if counted is None:
        return None
    end = counted.end
    if line.sort(end) is Sort.POSSESSIVE or line.low(end) in ("'", "’"):
        end += 1
    if line.low(end) == "time":
        end += 1
    elif end > counted.end or line.low(end) in ("of", "old"):
        return None
    found = _shifted(end, counted.least, counted.most, counted.is_clock)
    if counted.unit in ("week", "fortnight") and found.moment.kind is Kind.SPAN:
        return replace(found, moment=replace(found.moment, kind=Kind.WEEK))
    return found


def after_a_while(line: Line, at: int) -> Found | None:
    """ "After an hour", which says when only by itself."""
    found = away(line, at)
    return found and replace(found, sure=False)


def one_away(line: Line, at: int) -> Found | None:
    """ "The day after", "the week before", by itself."""
    unit = UNITS.get(line.low(at))
    way = {"after": 1, "before": -1}.get(line.low(at + 1))
    if unit is None or way is None or line.low(at - 1) != "the" or not line.ends(at + 2):
        return None
    shift = shift_of(way, unit)
    found = _shifted(at + 2, shift, shift, unit in CLOCK_UNITS)
    return replace(found, sure=False)


def ago(line: Line, at: int) -> Found | None:
    """ "3 days ago", "half an hour ago", "2 weeks from now", "two days later"."""
    counted = amount(line, at)
    if counted is None:
        return None
    end, two = counted.end, (line.low(counted.end), line.low(counted.end + 1))
    if two[0] in BACK or two[0] == "earlier":
        found = _shifted(end + 1, counted.most.back, counted.least.back, counted.is_clock)
        follows = line.ends(end + 1) or line.low(end + 1) in FOLLOWERS
        sure = two[0] == "ago" or (two[0] == "back" and follows)
        return found if sure else replace(found, sure=False)
    if two in (("from", "now"), ("from", "today"), ("from", "tonight")):
        return _shifted(end + 2, counted.least, counted.most, counted.is_clock)
    if two[0] in ("hence", "later"):
        found = _shifted(end + 1, counted.least, counted.most, counted.is_clock)
        return replace(found, sure=False)
    return None


def _shifted(end: int, least: Shift, most: Shift, is_clock: bool) -> Found:
    if is_clock or least.minutes:
        return Found(end, Moment(Kind.WAIT, wait=least))
    return Found(end, Moment(Kind.SPAN, from_today(least, most)))
