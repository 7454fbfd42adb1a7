"""Weeks to years, and parts of them: "the week after next", "end of Q2", "first Monday of June"."""

from __future__ import annotations

from rapport.capture.almanac import CALLS_FOR_DAY, MODIFIERS, MONTHS, SEASONS, WEEKDAYS, words
from rapport.capture.amounts import ordinal
from rapport.capture.days import (
    PERIODS,
    TODAY,
    Direction,
    Resolve,
    end_of,
    lean,
    period,
    quarter,
    rest_of,
    season,
    start_of,
    third_of,
    weekend_away,
    whole_month,
)
from rapport.capture.days import year as whole_year
from rapport.capture.moments import Found, day, span, week
from rapport.capture.months import FOLLOWERS, year_at, years_away
from rapport.capture.spans import (
    half_of,
    in_year_away,
    last_day_of,
    nth_day_of,
    nth_week_of,
    nth_weekday_of,
    nth_weekend_of,
    nth_workday_of,
    third_within,
)
from rapport.capture.words import Line

_LASTS = words("last final")


# Which days of a period are meant: its end, its beginning, or one of its thirds.
_EDGES = {
    "end": "end", "close": "end", "start": "start", "beginning": "start", "begining": "start",
    "middle": "middle", "mid": "middle", "early": "early", "late": "late", "later": "later",
    "rest": "later", "remainder": "later", "earlier": "early",
}  # fmt: skip


_THIRDS = {"early": 0, "middle": 1, "late": 2}


_SHORT_ENDS = {"eow": "week", "eom": "month", "eoq": "quarter", "eoy": "year"}


def after_next(line: Line, at: int) -> Found | None:
    """ "week after next", "month before last", "weekend after next"."""
    noun, two = line.low(at), (line.low(at + 1), line.low(at + 2))
    shift = {("after", "next"): 2, ("before", "last"): -2}.get(two)
    if shift is None:
        return None
    if noun == "weekend":
        return span(at + 3, weekend_away(shift))
    return (week if noun == "week" else span)(at + 3, period(noun, shift))


def bare_season(line: Line, at: int) -> Found | None:
    """ "in the summer", "summer 2027", "by spring"."""
    name = SEASONS[line.low(at)]
    said = year_at(line, at + 1 + (line.low(at + 1) in (",", "of")))
    if said and line.low(at) != "fall":
        return span(said[0], season(name, of=said[1]))
    before = at - 1 - (line.low(at - 1) == "the")
    called = line.low(before) in ("in", "by", "until", "till", "since", "before", "during")
    follows = line.ends(at + 1) or line.low(at + 1) in FOLLOWERS
    if line.low(at) == "fall" and before == at - 1 and line.low(before) not in ("in", "by"):
        return None
    return span(at + 1, season(name), sure=called and follows)


def period_at(line: Line, at: int) -> tuple[int, Resolve, str] | None:
    """A period in the place of a noun: where it ends, its days, and its unit."""
    at += line.low(at) in ("the", "this") and line.low(at + 1) not in ("the", "this")
    shift = 0
    if line.low(at) in MODIFIERS:
        shift, at = MODIFIERS[line.low(at)], at + 1
    low = line.low(at)
    if low in PERIODS:
        if line.low(at + 1) in ("after", "before") and (found := after_next(line, at)):
            days = found.moment.days
            return (found.end, days, low) if days else None
        return at + 1, period(low, shift), low
    return _named_period(line, at, shift)


def _named_period(line: Line, at: int, shift: int) -> tuple[int, Resolve, str] | None:
    low = line.low(at)
    said = year_at(line, at + 1 + (line.low(at + 1) in (",", "of")))
    end, of = said if said else (at + 1, None)
    if said is None and not shift and (away := years_away(line, at + 1)) is not None:
        return _of_year(line, at, away)
    if low in MONTHS:
        return end, _leaning(whole_month(MONTHS[low], of), lean(shift)), "month"
    if low in SEASONS:
        if shift:
            return at + 1, season(SEASONS[low], shift), "season"
        return end, season(SEASONS[low], of=of), "season"
    if len(low) == 2 and low[0] == "q" and low[1] in "1234":
        return end, quarter(int(low[1]), of), "quarter"
    if (numbered := ordinal(line, at)) and line.low(numbered[0]) == "quarter":
        said = year_at(line, numbered[0] + 1 + (line.low(numbered[0] + 1) == "of"))
        number = min(numbered[1], 4)
        return (said[0] if said else numbered[0] + 1), quarter(number, said and said[1]), "quarter"
    if said := year_at(line, at):
        return said[0], whole_year(said[1]), "year"
    return None


def _of_year(line: Line, at: int, away: int) -> tuple[int, Resolve, str] | None:
    """A month, quarter or season of a year that is told from this one: "Q1 next year"."""
    low = line.low(at)
    if low in MONTHS:
        return at + 3, in_year_away(away, lambda of: whole_month(MONTHS[low], of)), "month"
    if low in SEASONS:
        return at + 3, in_year_away(away, lambda of: season(SEASONS[low], of=of)), "season"
    if len(low) == 2 and low[0] == "q" and low[1] in "1234":
        return at + 3, in_year_away(away, lambda of: quarter(int(low[1]), of)), "quarter"
    return None


def _leaning(days: Resolve, leans: Direction | None) -> Resolve:
    return days if leans is None else lambda today, _direction: days(today, leans)


def edge(line: Line, at: int) -> Found | None:
    """End, start or middle of a week, month, quarter, year or named month."""
    part = _EDGES.get(line.low(at), "")
    after = at + 1
    if line.low(after) in ("of", "-") or (part == "later" and line.low(after) == "in"):
        after += 1
    elif part == "start" or line.low(at) in ("close", "rest", "remainder", "middle"):
        return None
    if part == "later" and line.low(after) in ("today", "tonight"):
        return day(after + 1, TODAY)
    noun_at = after + (line.low(after) in ("the", "this"))
    if part == "end" and line.low(noun_at) in ("day", "play", "business"):
        return day(noun_at + 1, TODAY)
    found = period_at(line, after)
    if found is None:
        return None
    end, days, unit = found
    if part == "later" or (part == "early" and line.low(at) == "earlier"):
        is_this = unit in PERIODS and line.low(after) in ("this", "the")
        return span(end, rest_of(unit)) if is_this else None
    shift = _shift_said(line, after)
    if unit in PERIODS and shift is not None:
        return span(end, _edge_of_period(part, unit, shift))
    if part == "end":
        return day(end, last_day_of(days))
    return span(end, third_within(days, _THIRDS.get(part, 0)))


def _shift_said(line: Line, at: int) -> int | None:
    """How far away a period is: 0 for "the week", None for one that is named."""
    at += line.low(at) == "the"
    if line.low(at) in PERIODS:
        return 0 if line.low(at + 1) not in ("after", "before") else None
    return MODIFIERS.get(line.low(at)) if line.low(at + 1) in PERIODS else None


def _edge_of_period(part: str, unit: str, shift: int) -> Resolve:
    if part == "end":
        return end_of(unit, shift)
    if part == "start":
        return start_of(unit, shift)
    return third_of(unit, shift, _THIRDS[part])


def short_end(line: Line, at: int) -> Found | None:
    """ "EOD", "EOW", "COB", "month end", "end-of-quarter"."""
    low = line.low(at)
    if low in PERIODS:
        is_end = line.low(at + 1) == "end" or line.lows[at + 1 : at + 3] == ["-", "end"]
        end = at + (2 if line.low(at + 1) == "end" else 3)
        return day(end, end_of(low, 0), sure=line.low(at - 1) in CALLS_FOR_DAY) if is_end else None
    if low in _SHORT_ENDS:
        return day(at + 1, end_of(_SHORT_ENDS[low], 0))
    for unit in ("week", "month", "quarter", "year", "day"):
        if low in (f"end-of-{unit}", f"{unit}-end"):
            return day(at + 1, TODAY if unit == "day" else end_of(unit, 0))
    return day(at + 1, TODAY) if low in ("eod", "cob", "eob", "cop", "end-of-day") else None


def nth(line: Line, at: int) -> Found | None:
    """ "first Monday of June", "last Friday in May", "third week of next month", "last day of"."""
    if line.low(at) in _LASTS:
        after, number = at + 1, -1
    elif numbered := ordinal(line, at):
        after, number = numbered
    else:
        return None
    noun = line.low(after)
    is_working = noun in ("working", "business") and line.low(after + 1) == "day"
    if is_working:
        after, noun = after + 1, "day"
    if noun not in WEEKDAYS and noun not in ("day", "week", "weekend", "half", "month", "quarter"):
        return None
    if line.low(after + 1) not in ("of", "in"):
        return _bare_quarter(line, after, number) if noun == "quarter" else None
    if noun == "quarter":
        return _bare_quarter(line, after, number)
    found = period_at(line, after + 2)
    if found is None or number > 31:
        return None
    end, days, unit = found
    if noun in WEEKDAYS:
        return day(end, nth_weekday_of(number, WEEKDAYS[noun], days))
    if noun == "week":
        return week(end, nth_week_of(number, days)) if unit != "week" else None
    if noun == "weekend":
        return span(end, nth_weekend_of(number, days)) if unit != "week" else None
    if noun == "half" and number in (1, 2):
        return span(end, half_of(number, days))
    if is_working:
        return day(end, nth_workday_of(number, days))
    if noun == "day":
        return day(end, last_day_of(days) if number < 0 else nth_day_of(number, days))
    return None


def _bare_quarter(line: Line, at: int, number: int) -> Found | None:
    """ "first quarter of 2026"."""
    said = year_at(line, at + 1 + (line.low(at + 1) == "of"))
    if not 1 <= number <= 4:
        return None
    if said is None:
        return span(at + 1, quarter(number), sure=False)
    return span(said[0], quarter(number, said[1]))
