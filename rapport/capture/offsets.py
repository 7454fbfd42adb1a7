"""Days told from another one: "a week on Thursday", "the day after Easter", "EOD Friday"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from rapport.capture import feasts, months, periods, relative, weekdays
from rapport.capture.almanac import MODIFIERS, MONTHS, PARTS, SEASONS, UNITS, WEEKDAYS, words
from rapport.capture.amounts import AMOUNT_WORDS, NUMBERS, ORDINAL_WORDS, Amount, amount
from rapport.capture.days import PERIODS, Direction, Resolve, Shift, Span
from rapport.capture.moments import Found, Kind, Moment, Rule, span
from rapport.capture.spans import shifted, week_following, week_of, weekend_of
from rapport.capture.words import Line, Sort

_AFTER = words("from after on past following")
_BEGINNING = words("of commencing beginning starting from")
_WEEK_UNITS = words("week fortnight")
_FEW = 2


# --- days that stand for themselves ----------------------------------------------------------

_PLAIN: dict[str, tuple[Rule, ...]] = {}
_PLAIN_SORTS: dict[Sort, tuple[Rule, ...]] = {
    Sort.NUMBER: (
        months.day_and_month,
        months.decimal_day,
        months.in_year,
        months.year_first,
        months.ordinal_day,
        relative.ago,
        weekdays.counted_weekdays,
    ),
    Sort.ORDINAL: (months.day_and_month, months.ordinal_day, periods.nth),
    Sort.DATE: (months.numeric,),
    Sort.CLOCK: (relative.ago,),
}


def _add(rule: Rule, *names: str) -> None:
    for name in names:
        _PLAIN[name] = (*_PLAIN.get(name, ()), rule)


_add(relative.near, "today", "tonight", "yesterday", "tomorrow", "overmorrow")
_add(relative.now, "just", "right", "now")
_add(relative.day_before_or_after, "day")
_add(relative.night_before_last, "night")
_add(weekdays.bare_weekday, *WEEKDAYS)
_add(relative.modified, *MODIFIERS)
_add(periods.after_next, *PERIODS, "weekend")
_add(weekdays.the_weekend, "weekend")
_add(periods.bare_season, *SEASONS)
_add(
    periods.edge, "end", "close", "start", "beginning", "begining", "middle", "mid", "early",
    "late", "later", "rest", "remainder", "earlier",
)  # fmt: skip
_add(
    periods.short_end, "eod", "eow", "eom", "eoq", "eoy", "cob", "eob", "cop", *PERIODS,
    *(f"end-of-{unit}" for unit in (*PERIODS, "day")), *(f"{unit}-end" for unit in PERIODS),
)  # fmt: skip
_add(periods.nth, "last", "final", *ORDINAL_WORDS)
_add(relative.away, "in", "within")
_add(relative.after_a_while, "after")
_add(relative.one_away, *UNITS)
_add(relative.ago, *AMOUNT_WORDS)
_add(months.day_and_month, *MONTHS, *ORDINAL_WORDS)
_add(weekdays.counted_weekdays, *NUMBERS)
_add(months.ordinal_day, *ORDINAL_WORDS)
_add(months.month, *MONTHS)
_add(months.middle_of_month, "mid", "middle", *(f"mid-{month}" for month in MONTHS))
_add(months.quarter_or_half, "q1", "q2", "q3", "q4", "h1", "h2")
_add(feasts.feast, *feasts.FIRST_WORDS)


def plain_day(line: Line, at: int) -> Found | None:
    """The longest day or days that begin here and are told from no other."""
    word, low = line.words[at], line.lows[at]
    if word.sort is Sort.WORD:
        rules = _PLAIN.get(low)
        if rules is None:
            if "-" in low:
                return months.hyphenated(line, at)
            return months.glued(line, at) if low[-1:].isdecimal() else None
        return longest(rules, line, at)
    return longest(_PLAIN_SORTS.get(word.sort, ()), line, at)


def longest(rules: tuple[Rule, ...], line: Line, at: int) -> Found | None:
    """What the rule says that takes up most; of equals, the first."""
    best: Found | None = None
    for rule in rules:
        found = rule(line, at)
        if found and (best is None or found.end > best.end):
            best = found
    return best


def _inner(line: Line, at: int) -> Found | None:
    """A day in the place of a noun, with or without its article."""
    at += line.low(at) == "the"
    found = plain_day(line, at) if at < len(line) else None
    return found if found and found.moment.days and found.moment.kind is not Kind.WAIT else None


# --- days told from them -----------------------------------------------------------------------


def from_day(line: Line, at: int) -> Found | None:
    """ "2 weeks from tomorrow", "a week on Thursday", "3 days before Christmas"."""
    counted = amount(line, at)
    if counted is None or counted.is_clock:
        return None
    after, sign = counted.end, 1
    is_weeks = counted.unit in _WEEK_UNITS
    joint = line.low(after)
    if joint == "ago" and is_weeks:
        return _weeks_ago(line, counted)
    if joint == "before":
        sign, after = -1, after + 1
    elif joint in _AFTER and (joint not in ("on", "past") or is_weeks):
        after += 1
    elif not is_weeks or joint not in _NEXT_TO_WEEKS:
        return None
    found = _inner(line, after)
    if found is None or found.moment.days is None or found.moment.kind not in _SINGLE:
        return None
    least, most = (counted.least, counted.most) if sign > 0 else (counted.most, counted.least)
    if sign < 0:
        least, most = least.back, most.back
    days = shifted(found.moment.days, least, most)
    return Found(found.end, Moment(Kind.DAY, days, leans=found.moment.leans or Direction.FUTURE))


_SINGLE = frozenset((Kind.DAY, Kind.NEAR, Kind.WEEKDAY))
_DAYS_BESIDE = _SINGLE | {Kind.SPAN}
_NEXT_TO_WEEKS = words("today tomorrow next this") | (WEEKDAYS.keys() - {"sat", "may"})


def _weeks_ago(line: Line, counted: Amount) -> Found | None:
    """ "A week ago Friday", "two weeks ago on Monday"."""
    after = counted.end + 1 + (line.low(counted.end + 1) in ("on", "last"))
    found = _inner(line, after)
    if found is None or found.moment.kind is not Kind.WEEKDAY or found.moment.days is None:
        return None
    days = shifted(found.moment.days, counted.most.back, counted.least.back)
    return Found(found.end, Moment(Kind.DAY, days, leans=Direction.PAST))


def beside_day(line: Line, at: int) -> Found | None:
    """ "Day after Easter", "weekend before Christmas", "Monday after the 12th", "week of 6 May"."""
    noun, joint = line.low(at), line.low(at + 1)
    if noun in ("w/c", "wc") or (noun == "week" and joint in _BEGINNING):
        return _week_of(line, at + 1 + (joint in _BEGINNING))
    if joint == "of" and (noun == "weekend" or noun in PARTS):
        return _of_day(line, at)
    if joint not in ("after", "before", "following"):
        return None
    found = _inner(line, at + 2)
    if found is None or found.moment.days is None or found.moment.kind not in _DAYS_BESIDE:
        return None
    sign = -1 if joint == "before" else 1
    if noun in WEEKDAYS:
        days = _weekday_beside(WEEKDAYS[noun], sign, found.moment.days)
        return Found(found.end, _told(found, days))
    if noun == "day":
        shift = Shift(days=sign)
        return Found(found.end, _told(found, shifted(found.moment.days, shift, shift)))
    if noun in ("week", "weekend"):
        around = week_of if noun == "week" else weekend_of
        shift = Shift(days=7 * sign)
        days = around(shifted(found.moment.days, shift, shift))
        return Found(found.end, replace(_told(found, days), kind=Kind.WEEK))
    return None


def _told(found: Found, days: Resolve) -> Moment:
    return Moment(Kind.DAY, days, leans=found.moment.leans)


def _weekday_beside(number: int, sign: int, of: Resolve) -> Resolve:
    def resolve(today: date, direction: Direction) -> Span | None:
        found = of(today, direction)
        if found is None:
            return None
        edge = found[1] if sign > 0 else found[0]
        away = (sign * (number - edge.weekday()) - 1) % 7 + 1
        day = edge + timedelta(days=sign * away)
        return day, day

    return resolve


def _week_of(line: Line, at: int) -> Found | None:
    at += line.low(at) in ("on", "from")
    found = _inner(line, at)
    if found is None or found.moment.kind not in _SINGLE or found.moment.days is None:
        return None
    return Found(found.end, Moment(Kind.WEEK, week_of(found.moment.days), leans=found.moment.leans))


def _of_day(line: Line, at: int) -> Found | None:
    found = _inner(line, at + 2)
    if found is None or found.moment.kind not in _SINGLE or found.moment.days is None:
        return None
    if line.low(at) == "weekend":
        return span(found.end, weekend_of(found.moment.days), found.moment.leans)
    return Found(found.end, replace(found.moment, part=PARTS[line.low(at)]))


def after_it(line: Line, at: int) -> Found | None:
    """ "After Easter", "after the weekend", "after next week": the week that begins then."""
    found = _inner(line, at + 1)
    if found is None or found.moment.days is None or not found.sure:
        return None
    following = line.low(at + 1 + (line.low(at + 1) == "the"))
    is_feast = found.moment.kind is Kind.DAY and following in feasts.FIRST_WORDS
    if not is_feast and found.moment.kind not in (Kind.SPAN, Kind.WEEK):
        return None
    if (
        UNITS.get(line.low(found.end - 1))
        and line.low(at + 1) not in MODIFIERS
        and (following not in (*PERIODS, "weekend"))
    ):
        return None
    return span(found.end, week_following(found.moment.days), found.moment.leans)


def some_time_of(line: Line, at: int) -> Found | None:
    """ "EOD tomorrow", "first thing Monday", "late Friday", "end of day on the 5th"."""
    after = at + 1
    if line.low(at) == "first":
        if line.low(after) != "thing":
            return None
        if line.lows[after + 1 : after + 4] == ["in", "the", "morning"]:
            return Found(after + 4, Moment(Kind.PART, part=PARTS["morning"]))
        after += 1
    elif line.low(at) in ("end", "close") and line.low(after) in ("of", "the"):
        after += 1 + (line.low(after + 1) == "the")
        if line.low(after) not in ("day", "play", "business"):
            return None
        after += 1
    after += line.low(after) in ("on", "of", ",", "this")
    found = _inner(line, after)
    if found is None or found.moment.kind not in _SINGLE:
        return None
    return found


_RULES: dict[str, tuple[Rule, ...]] = {
    **dict.fromkeys(AMOUNT_WORDS, (from_day,)),
    **dict.fromkeys((*PARTS, *WEEKDAYS, "day", "week", "weekend", "w/c", "wc"), (beside_day,)),
    **dict.fromkeys(
        ("eod", "cob", "eob", "cop", "first", "end", "close", "early", "late", "later", "mid"),
        (some_time_of,),
    ),
    "after": (after_it,),
}  # fmt: skip
_NUMBER_RULES: tuple[Rule, ...] = (from_day,)


FIRST_WORDS = frozenset((*_PLAIN, *_RULES))


def any_day(line: Line, at: int) -> Found | None:
    """The longest day or days that begin here."""
    word, low = line.words[at], line.lows[at]
    told: Found | None = None
    if word.sort is Sort.WORD:
        rules = _RULES.get(low)
        told = longest(rules, line, at) if rules else None
    elif word.sort is Sort.NUMBER:
        told = longest(_NUMBER_RULES, line, at)
    found = plain_day(line, at)
    return told if told and (found is None or told.end > found.end) else found
