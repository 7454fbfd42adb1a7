"""Dates as people text them: a small grammar whose phrases point back or forward.

A phrase is found first and resolved later, because "on Friday" is the last one in
"met her on Friday" and the next one in "promised it on Friday".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from rapport.capture.days import (
    PERIODS,
    Direction,
    Resolve,
    days_away,
    end_of,
    from_today,
    is_day,
    next_weekend,
    nth,
    part_of_month,
    period,
    rest_of,
    start_of,
    weekday,
    weekday_next_week,
    weekend,
    whole_month,
    yearly,
)
from rapport.capture.reading import When
from rapport.capture.words import Sort, Word
from storage.types import YEARS


@dataclass(frozen=True)
class Phrase:
    """A date found in words `start` up to `end`; with a clock time, or nothing else but one."""

    start: int
    end: int
    days: Resolve | None = None
    clock: time | None = None
    wait: timedelta | None = None
    leans: Direction | None = None

    def resolve(self, said_at: datetime, direction: Direction) -> When | None:
        """The days meant by someone who says this at a local time; None when no such day is."""
        if self.wait is not None:
            moment = said_at + self.wait
            return When(
                moment.date(), moment.date(), moment.time().replace(second=0, microsecond=0)
            )
        today = said_at.date()
        if self.days is None:
            return _at_clock(said_at, self.clock, direction)
        try:
            span = self.days(today, self.leans or direction)
        except (ValueError, OverflowError):  # the 31st of a shorter month, a year beyond 9999
            return None
        if span is None or not all(day.year in YEARS for day in span):
            return None
        return When(span[0], span[1], self.clock)


def phrases(words: Sequence[Word], month_first: bool = False) -> list[Phrase]:
    """The date phrases among the words, longest first match, in order and not overlapping."""
    found: list[Phrase] = []
    at = 0
    while at < len(words):
        phrase = _phrase(words, at, month_first)
        if phrase is None:
            at += 1
            continue
        phrase = _with_lead(words, phrase, found[-1].end if found else 0)
        if found and _is_joint(words, found[-1], phrase):
            phrase = _joined(found.pop(), phrase)
        found.append(phrase)
        at = phrase.end
    return found


def month_day(
    words: Sequence[Word], month_first: bool = False
) -> tuple[int, int, int | None] | None:
    """Month, day and year of the first full date among the words, the year None if not said."""
    for at in range(len(words)):
        named = _named_day(words, at) or _numeric_day(words, at, month_first)
        if named:
            return named[1:]
    return None


# --- words ---------------------------------------------------------------------------------

_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            ("monday", "mon", "mondays"),
            ("tuesday", "tue", "tues"),
            ("wednesday", "wed", "weds"),
            ("thursday", "thu", "thur", "thurs"),
            ("friday", "fri"),
            ("saturday", "sat"),
            ("sunday", "sun"),
        )
    )
    for name in names
}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb", "febr"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# These are words or names first: they are dates only where something calls for a date.
_DOUBTFUL = _set("sat sun mon wed fri may march mar jan april june august sep dec")
_CALLS_FOR_DAY = _set(
    "on by until till til before after since from due for this last next coming past every "
    "early late mid and in"
)
# Words that belong to the date after them and to nothing else.
_LEADS = _set("on by until till til before due since from for the at around this in")
_PARTS_OF_DAY = frozenset(("morning", "afternoon", "evening", "night", "lunchtime", "noon"))
_COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "couple": 2,
}  # fmt: skip
_UNITS = {
    "day": "day", "days": "day", "week": "week", "weeks": "week", "fortnight": "fortnight",
    "fortnights": "fortnight", "month": "month", "months": "month", "year": "year",
    "years": "year", "minute": "minute", "minutes": "minute", "hour": "hour", "hours": "hour",
}  # fmt: skip
_MOST = {
    "day": 3660, "week": 520, "fortnight": 260, "month": 120, "year": 60, "hour": 240,
    "minute": 14400,
}  # fmt: skip


def _low(words: Sequence[Word], at: int) -> str:
    return words[at].low if 0 <= at < len(words) else ""


def _phrase(words: Sequence[Word], at: int, month_first: bool) -> Phrase | None:
    word = words[at]
    if word.sort is Sort.WORD:
        rule = _RULES.get(word.low)
        return rule(words, at) if rule else None
    if word.sort is Sort.NUMBER:
        return _ago(words, at) or _day_of_month(words, at)
    if word.sort is Sort.CLOCK:
        return _clock(words, at)
    if word.sort is Sort.ORDINAL:
        return _day_of_month(words, at) or _ordinal_day(words, at)
    if word.sort is Sort.DATE:
        return _numeric(words, at, month_first)
    return None


def _with_lead(words: Sequence[Word], phrase: Phrase, floor: int) -> Phrase:
    start = phrase.start
    while start > floor and words[start - 1].low in _LEADS:
        start -= 1
    return replace(phrase, start=start)


def _is_joint(words: Sequence[Word], left: Phrase, right: Phrase) -> bool:
    between = [word.low for word in words[left.end : right.start]]
    if between not in ([], [","]):
        return False
    one_day = left.days is None or right.days is None
    weekday_and_date = between in ([], [","]) and _is_weekday(words, left) and right.clock is None
    return left.wait is right.wait is None and (
        (one_day and (left.clock is None or right.clock is None)) or weekday_and_date
    )


def _is_weekday(words: Sequence[Word], phrase: Phrase) -> bool:
    return _low(words, phrase.end - 1) in _WEEKDAYS


def _joined(left: Phrase, right: Phrase) -> Phrase:
    # Of "Friday 12 March" the date counts, the weekday only repeats it.
    days = right.days or left.days
    leans = right.leans if right.days else left.leans
    return Phrase(left.start, right.end, days, left.clock or right.clock, None, leans)


# --- rules: each takes the words and where its first one stands -------------------------------


def _fixed(offset: int) -> Callable[[Sequence[Word], int], Phrase]:
    def rule(words: Sequence[Word], at: int) -> Phrase:
        end = at + 1
        if _low(words, end) in _PARTS_OF_DAY:
            end += 1
        return Phrase(at, end, days_away(offset))

    return rule


def _just(words: Sequence[Word], at: int) -> Phrase | None:
    return Phrase(at, at + 2, days_away(0)) if _low(words, at + 1) == "now" else None


def _this(words: Sequence[Word], at: int) -> Phrase | None:
    following = _low(words, at + 1)
    if following in _PARTS_OF_DAY:
        return Phrase(at, at + 2, days_away(0))
    if following in _WEEKDAYS:
        return Phrase(at, at + 2, weekday(_WEEKDAYS[following]))
    if following == "weekend":
        return Phrase(at, at + 2, weekend)
    if following in PERIODS:
        return Phrase(at, at + 2, rest_of(following))
    return None


def _last(words: Sequence[Word], at: int) -> Phrase | None:
    following = _low(words, at + 1)
    if following in ("night", "evening"):
        return Phrase(at, at + 2, days_away(-1))
    if following in _WEEKDAYS:
        end = at + 3 if _low(words, at + 2) in _PARTS_OF_DAY else at + 2
        return Phrase(at, end, weekday(_WEEKDAYS[following]), leans=Direction.PAST)
    if following == "weekend":
        return Phrase(at, at + 2, weekend, leans=Direction.PAST)
    if following in PERIODS:
        return Phrase(at, at + 2, period(following, -1))
    if following in _MONTHS:
        return Phrase(at, at + 2, whole_month(_MONTHS[following]), leans=Direction.PAST)
    return None


def _next(words: Sequence[Word], at: int) -> Phrase | None:
    following = _low(words, at + 1)
    if following in _WEEKDAYS:
        end = at + 3 if _low(words, at + 2) in _PARTS_OF_DAY else at + 2
        return Phrase(at, end, weekday_next_week(_WEEKDAYS[following]))
    if following == "weekend":
        return Phrase(at, at + 2, next_weekend)
    if following in PERIODS:
        return Phrase(at, at + 2, period(following, 1))
    if following in _MONTHS:
        return Phrase(at, at + 2, whole_month(_MONTHS[following]), leans=Direction.FUTURE)
    return None


def _day_before_or_after(words: Sequence[Word], at: int) -> Phrase | None:
    offsets = {("before", "yesterday"): -2, ("after", "tomorrow"): 2}
    offset = offsets.get((_low(words, at + 1), _low(words, at + 2)))
    return Phrase(at, at + 3, days_away(offset)) if offset else None


def _the(words: Sequence[Word], at: int) -> Phrase | None:
    following = _low(words, at + 1)
    if following == "day":
        inner = _day_before_or_after(words, at + 1)
        if inner:
            return Phrase(at, inner.end, inner.days)
        if _low(words, at + 2) == "other" or following != "day":
            return None
    if following == "week" and (_low(words, at + 2), _low(words, at + 3)) == ("after", "next"):
        return Phrase(at, at + 4, period("week", 2))
    if following == "weekend":
        return Phrase(at, at + 2, weekend) if _low(words, at - 1) in ("on", "at", "over") else None
    if following in ("end", "beginning", "start", "middle"):
        inner = _edge(words, at + 1)
        return Phrase(at, inner.end, inner.days) if inner else None
    return None


def _weekday_rule(words: Sequence[Word], at: int) -> Phrase | None:
    low = words[at].low
    if low in _DOUBTFUL and not _is_called_for(words, at):
        return None
    end = at + 1
    if _low(words, end) in _PARTS_OF_DAY:
        end += 1
    return Phrase(at, end, weekday(_WEEKDAYS[low]))


def _is_called_for(words: Sequence[Word], at: int) -> bool:
    if _low(words, at - 1) in _CALLS_FOR_DAY or _low(words, at + 1) in _PARTS_OF_DAY:
        return True
    # At the end of a clause "fri" is a day, but "we sat" is not, nor is a sentence "Sun.".
    at_end = at + 1 == len(words) or words[at + 1].sort in (Sort.MARK, Sort.BREAK, Sort.CLOCK)
    pronoun = _low(words, at - 1) in ("", "i", "we", "he", "she", "they", "the", "it", "who")
    return at_end and not pronoun and words[at].low in _WEEKDAYS


def _month_rule(words: Sequence[Word], at: int) -> Phrase | None:
    named = _named_day(words, at)
    if named:
        return Phrase(at, named[0], yearly(*named[1:]))
    month = _MONTHS[words[at].low]
    if _low(words, at - 1) in ("in", "by", "until", "till", "since", "before", "early", "late"):
        year = _year(words, at + 1)
        return Phrase(at, at + 2 if year else at + 1, whole_month(month, year))
    return None


def _mid_month(words: Sequence[Word], at: int) -> Phrase:
    return Phrase(at, at + 1, part_of_month(_MONTHS[words[at].low[4:]], 11, 20))


def _mid(words: Sequence[Word], at: int) -> Phrase | None:
    month = _MONTHS.get(_low(words, at + 1))
    return Phrase(at, at + 2, part_of_month(month, 11, 20)) if month else None


def _in(words: Sequence[Word], at: int) -> Phrase | None:
    counted = _counted(words, at + 1)
    if counted:
        end, count, most, unit = counted
        if (_low(words, end), _low(words, end + 1)) == ("or", "so"):
            end += 2
        if unit in ("hour", "minute"):
            return Phrase(at, end, wait=timedelta(**{f"{unit}s": count}))
        return Phrase(at, end, from_today(count, most, unit))
    year = _year(words, at + 1)
    if year:
        return Phrase(at, at + 2, lambda _today, _direction: (date(year, 1, 1), date(year, 12, 31)))
    return None


def _ago(words: Sequence[Word], at: int) -> Phrase | None:
    counted = _counted(words, at)
    if counted is None:
        return None
    end, count, most, unit = counted
    if _low(words, end) == "ago":
        if unit in ("hour", "minute"):
            return Phrase(at, end + 1, days_away(0))
        return Phrase(at, end + 1, from_today(-most, -count, unit))
    if (_low(words, end), _low(words, end + 1)) in (("from", "now"), ("from", "today")):
        return Phrase(at, end + 2, from_today(count, most, unit))
    return None


def _counted(words: Sequence[Word], at: int) -> tuple[int, int, int, str] | None:
    """Where "2 weeks", "a couple of days" or "2-3 weeks" ends, least and most, and the unit."""
    low = _low(words, at)
    if low == "the":
        return None
    if low == "fortnight" or (low == "a" and _low(words, at + 1) == "fortnight"):
        return at + (1 if low == "fortnight" else 2), 1, 1, "fortnight"
    if low in ("a", "an") and _low(words, at + 1) in ("couple", "few"):
        at, low = at + 1, _low(words, at + 1)
    least = _count(words, at)
    most = least
    if low in ("few", "several"):
        least, most = 3, 4
    if least is None or most is None:
        return None
    at += 1
    if _low(words, at) == "of":
        at += 1
    if _low(words, at) in ("-", "–", "or", "to") and (more := _count(words, at + 1)):
        most, at = max(least, more), at + 2
    unit = _UNITS.get(_low(words, at))
    if unit is None or not 0 < most <= _MOST[unit]:
        return None
    return at + 1, least, most, unit


def _count(words: Sequence[Word], at: int) -> int | None:
    low = _low(words, at)
    if low.isdecimal() and len(low) <= 4:
        return int(low)
    return _COUNTS.get(low)


def _edge(words: Sequence[Word], at: int) -> Phrase | None:
    """End, start or middle of a week, month, quarter or named month."""
    part = words[at].low
    if part in ("eod", "cob") and at + 1 < len(words):
        inner = _phrase(words, at + 1, month_first=False)
        if inner and inner.days:
            return replace(inner, start=at)
    if part in ("eow", "eom", "eod", "cob", "eoy", "eoq"):
        periods = {"w": "week", "m": "month", "y": "year", "q": "quarter"}
        period = periods.get(part[-1])
        return Phrase(at, at + 1, end_of(period, 0) if period else days_away(0))
    after = at + 1
    if _low(words, after) == "of":
        after += 1
    elif part not in ("end", "early", "late"):
        return None
    shift = 0
    if _low(words, after) in ("the", "this"):
        after += 1
    elif _low(words, after) == "next":
        shift, after = 1, after + 1
    noun = _low(words, after)
    if noun == "day" and part == "end":
        return Phrase(at, after + 1, days_away(0))
    if noun in PERIODS:
        if part == "end":
            return Phrase(at, after + 1, end_of(noun, shift))
        return Phrase(at, after + 1, start_of(noun, shift)) if part != "middle" else None
    if noun in _MONTHS:
        first, last = {"end": (31, 31), "late": (21, 31), "middle": (11, 20)}.get(part, (1, 10))
        return Phrase(at, after + 1, part_of_month(_MONTHS[noun], first, last))
    if len(noun) == 2 and noun[0] == "q" and noun[1] in "1234" and part == "end":
        return Phrase(at, after + 1, part_of_month(3 * int(noun[1]), 31, 31))
    return None


def _clock(words: Sequence[Word], at: int) -> Phrase | None:
    clock = _time_of(words[at].low)
    return Phrase(at, at + 1, clock=clock) if clock else None


def _time_of(low: str) -> time | None:
    half = "p" if "p" in low else "a" if "a" in low else ""
    digits = "".join(c if c.isdigit() else " " for c in low).split()
    hour, minute = int(digits[0]), int(digits[1]) if len(digits) > 1 else 0
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _noon(words: Sequence[Word], at: int) -> Phrase | None:
    if _low(words, at - 1) not in ("at", "by", "until", "before", "tomorrow", "today"):
        return None
    return Phrase(
        at, at + 1, clock=time(12) if words[at].low in ("noon", "midday") else time(23, 59)
    )


def _day_of_month(words: Sequence[Word], at: int) -> Phrase | None:
    named = _named_day(words, at)
    return Phrase(at, named[0], yearly(*named[1:])) if named else None


def _ordinal_day(words: Sequence[Word], at: int) -> Phrase | None:
    number = int("".join(c for c in words[at].low if c.isdigit()))
    before = at - 1 if _low(words, at - 1) == "the" else at
    if not 1 <= number <= 31 or _low(words, before - 1) not in _CALLS_FOR_DAY - {"for", "and"}:
        return None
    return Phrase(before, at + 1, nth(number))


def _numeric(words: Sequence[Word], at: int, month_first: bool) -> Phrase | None:
    text = words[at].text
    numeric = _numeric_day(words, at, month_first)
    if numeric is None:
        return None
    full_year = numeric[3] is not None
    alone = at + 1 == len(words) or words[at + 1].sort in (Sort.MARK, Sort.BREAK)
    called = _low(words, at - 1) in _CALLS_FOR_DAY
    # "1.5." may end a sentence and "50/50" is a share: a short form needs a word that calls for it.
    if full_year or called or ("/" in text and alone and at):
        return Phrase(at, at + 1, yearly(*numeric[1:]))
    return None


def _named_day(words: Sequence[Word], at: int) -> tuple[int, int, int, int | None] | None:
    """Where "12 March", "March 12th" or "12th of March 2026" ends; its month, day and year."""
    word = words[at]
    if word.sort in (Sort.NUMBER, Sort.ORDINAL):
        after = at + 1 + (_low(words, at + 1) == "of")
        month, day = _MONTHS.get(_low(words, after)), _day_number(words, at)
    elif word.sort is Sort.WORD and word.low in _MONTHS:
        after = at + 1 + (_low(words, at + 1) == "the")
        month, day = _MONTHS[word.low], _day_number(words, after)
    else:
        return None
    if month is None or day is None:
        return None
    end = after + 1
    year_at = end + (_low(words, end) == ",")
    year = _year(words, year_at)
    return (year_at + 1 if year else end), month, day, year


def _day_number(words: Sequence[Word], at: int) -> int | None:
    if at >= len(words) or words[at].sort not in (Sort.NUMBER, Sort.ORDINAL):
        return None
    low = words[at].low
    digits = low if words[at].sort is Sort.NUMBER else low[:-2]
    if not digits.isdecimal() or len(digits) > 2 or not 1 <= int(digits) <= 31:
        return None
    # "March 12 people came" counts people; "12:30" is another sort of word.
    return int(digits)


def _year(words: Sequence[Word], at: int) -> int | None:
    low = _low(words, at)
    return int(low) if len(low) == 4 and low.isdecimal() and low[:2] in ("19", "20") else None


def _numeric_day(
    words: Sequence[Word], at: int, month_first: bool
) -> tuple[int, int, int, int | None] | None:
    if words[at].sort is not Sort.DATE:
        return None
    text = words[at].text
    numbers = [
        int(part) for part in text.replace("-", " ").replace(".", " ").replace("/", " ").split()
    ]
    if "-" in text:
        year, month, day = numbers
        return (at + 1, month, day, year) if is_day(month, day, year) else None
    day, month = numbers[:2]
    if "/" in text and (month_first or month > 12) and day <= 12:
        day, month = month, day
    year = numbers[2] if len(numbers) > 2 else 0
    year = year + 2000 if 0 < year < 100 else year
    return (at + 1, month, day, year or None) if is_day(month, day, year or 2000) else None


def _at_clock(said_at: datetime, clock: time | None, direction: Direction) -> When | None:
    if clock is None:
        return None
    day = said_at.date()
    if direction is Direction.FUTURE and clock <= said_at.time():
        day += timedelta(days=1)
    return When(day, day, clock)


_RULES: dict[str, Callable[[Sequence[Word], int], Phrase | None]] = {
    "today": _fixed(0), "tonight": _fixed(0), "yesterday": _fixed(-1), "tomorrow": _fixed(1),
    "just": _just, "this": _this, "coming": _this, "last": _last, "past": _last, "next": _next,
    "day": _day_before_or_after, "the": _the, "mid": _mid, "in": _in, "within": _in,
    "end": _edge, "beginning": _edge, "start": _edge, "middle": _edge, "early": _edge,
    "late": _edge, "eow": _edge, "eom": _edge, "eod": _edge, "cob": _edge, "eoy": _edge,
    "eoq": _edge, "noon": _noon, "midday": _noon, "midnight": _noon, "few": _ago,
    "fortnight": _ago,
    **dict.fromkeys(_COUNTS, _ago),
    **dict.fromkeys(_WEEKDAYS, _weekday_rule),
    **dict.fromkeys(_MONTHS, _month_rule),
    **{f"mid-{month}": _mid_month for month in _MONTHS},
}  # fmt: skip
