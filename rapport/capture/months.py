"""Days and months by name and number: "12 March", "March 3-5", "the 25th", "3/14", "Q2 2026"."""

from __future__ import annotations

from rapport.capture.almanac import CALLS_FOR_DAY, DOUBTFUL, MODIFIERS, MONTHS, WEEKDAYS, words
from rapport.capture.amounts import ordinal
from rapport.capture.days import (
    Resolve,
    is_day,
    month_days,
    months_of,
    nth,
    part_of_month,
    period,
    quarter,
    weekday,
    whole_month,
    yearly,
)
from rapport.capture.days import year as whole_year
from rapport.capture.moments import Found, day, span
from rapport.capture.spans import in_year_away, nth_day_of, third_within, up_to
from rapport.capture.words import Line, Sort

Named = tuple[int, int, int, int | None]  # where it ends; month, day, year

_CALLS_FOR_MONTH = words(
    "in by until till til since before after early late mid this next last around during of from "
    "through thru for end"
)
# After these even a word that is a verb or a name is the month.
_CALLS_FOR_DOUBTFUL = words(
    "in by until till til since early late mid during of end around this next last"
)
_CALLS_FOR_NUMBER = words("on by until till til due since before from")
# What may follow "the 25th": "the 5th floor" counts floors.
FOLLOWERS = words(
    "at on in with for and but or to till til until if when so about re he she we i they it you "
    "then the because that my his her our is was will would were are has had have a an from "
    "i'll i'm he'll she'll we'll they'll we're instead latest onwards onward of by after before "
    "this next last as works please send call email ping text met meet saw remind follow let can "
    "could should ok okay between not or also due"
)
_VERBS_OF_MAY = words("be have not need also come go still want well get take join help seem i we")
_VERSIONS = words("version v ver release build python ios android : node java")
# What comes before a number that is no day: "is 1.5."
_AMOUNTS = words(
    "is are was were be been of to from than about around over under up down only just costs cost "
    "scored rated score rate ratio grew by x times multiple $ € £ = ~ < > + #"
)
_DASHES = words("- – — to until till til thru through and & or")
_SHORTEST_YEAR, _YEAR = 2, 4


# --- days with a month ------------------------------------------------------------------------


def named_day(line: Line, at: int) -> Named | None:
    """Where "12 March", "March 12th" or "12th of March 2026" ends; its month, day and year."""
    if line.low(at) in MONTHS:
        after = _past_stop(line, at + 1)
        after += line.low(after) == "the"
        numbered, month = day_number(line, after), MONTHS[line.low(at)]
        end = numbered[0] if numbered else 0
    else:
        numbered = day_number(line, at)
        if numbered is None:
            return None
        after = numbered[0]
        after += line.low(after) in ("of", "-", "in") and line.low(after + 1) in MONTHS
        month = MONTHS.get(line.low(after), 0)
        end = _past_stop(line, after + 1) if year_at(line, after + 2) else after + 1
        if line.lows[after : after + 1] == ["may"] and line.low(end) in _VERBS_OF_MAY:
            return None
    if not month or numbered is None or _counts(line, at, end):
        return None
    said = year_at(line, end + (line.low(end) in (",", "of"))) or _short_year(line, end)
    return (said[0] if said else end), month, numbered[1], said[1] if said else None


def _counts(line: Line, at: int, end: int) -> bool:
    """ "March 12 people came": after a verb in small letters, a number counts what follows."""
    if line.low(at) not in ("may", "march") or line.words[at].capital:
        return False
    is_number = line.sort(end - 1) is Sort.NUMBER and line.low(at - 1) not in CALLS_FOR_DAY
    follows = line.ends(end) or line.low(end) in FOLLOWERS or line.sort(end) is not Sort.WORD
    return is_number and not follows


def _short_year(line: Line, at: int) -> tuple[int, int] | None:
    """ "3 Aug 96", "14 April 15": two digits that can hardly be anything else."""
    at += line.low(at) == ","
    low = line.low(at)
    if len(low) != _SHORTEST_YEAR or not low.isdecimal() or line.sort(at) is not Sort.NUMBER:
        return None
    ends_there = line.ends(at + 1) and line.low(at - 1) in MONTHS
    return (at + 1, _full_year(int(low))) if ends_there or int(low) > 31 else None


def _past_stop(line: Line, at: int) -> int:
    """Past the full stop of "Feb. 12"."""
    return at + (line.low(at) == "." and line.touches(at) and len(line.low(at - 1)) <= 4)


def day_number(line: Line, at: int) -> tuple[int, int] | None:
    """Where the number of a day ends, and which it is: "12", "12th", "twelfth"."""
    if line.sort(at) is Sort.NUMBER:
        low = line.low(at)
        if not low.isdecimal() or not low.isascii() or len(low) > 2 or not 1 <= int(low) <= 31:
            return None
        return at + 1, int(low)
    found = ordinal(line, at)
    return found if found and 1 <= found[1] <= 31 else None


def year_at(line: Line, at: int) -> tuple[int, int] | None:
    """Where a year ends, and which it is: "2026", "'26"."""
    low = line.low(at)
    if len(low) == _YEAR and low.isdecimal() and low[:2] in ("19", "20"):
        return at + 1, int(low)
    following = line.low(at + 1)
    if low in ("'", "’") and line.touches(at + 1) and len(following) == _SHORTEST_YEAR:
        return (at + 2, 2000 + int(following)) if following.isdecimal() else None
    return None


def day_and_month(line: Line, at: int) -> Found | None:
    """A day of a named month, or several."""
    several = _several_days(line, at)
    if several is not None:
        return several
    named = named_day(line, at)
    if named is None:
        return None
    end, number, of_month, said = named
    if said is None and (away := years_away(line, end)) is not None:
        return day(end + 2, in_year_away(away, lambda of: yearly(number, of_month, of)))
    return day(end, yearly(number, of_month, said))


def years_away(line: Line, at: int) -> int | None:
    """How far a year is that is told from this one: "next year"."""
    return MODIFIERS.get(line.low(at)) if line.low(at + 1) == "year" else None


def _several_days(line: Line, at: int) -> Found | None:
    """ "3-5 March", "March 3-5", "the 3rd to the 5th of March"."""
    month = MONTHS.get(line.low(at))
    start = _past_stop(line, at + 1) if month else at
    first = day_number(line, start + (line.low(start) == "the"))
    if first is None or line.low(first[0]) not in _DASHES:
        return None
    if month and line.low(first[0]) == "and":
        return None  # "March 3 and 5 people"
    second_at = first[0] + 1 + (line.low(first[0] + 1) == "the")
    last = day_number(line, second_at)
    if last is None or last[1] <= first[1]:
        return None
    end = last[0]
    if month is None:
        end += line.low(end) == "of"
        month = MONTHS.get(line.low(end))
        if month is None:
            return None
        end += 1
    elif line.low(end) in MONTHS or line.low(end) in ("am", "pm"):
        return None  # "March 3 to 5 April", "March 3 to 5 pm"
    said = year_at(line, end + (line.low(end) == ","))
    days = month_days(month, first[1], last[1], said[1] if said else None)
    return span(said[0] if said else end, days)


# --- months, quarters, years ---------------------------------------------------------------


def month(line: Line, at: int) -> Found | None:
    """A month by itself, with or without its year: "in May", "March 2026"."""
    low, before = line.low(at), line.low(at - 1)
    number = MONTHS[low]
    is_numbered = line.sort(at - 1) in (Sort.NUMBER, Sort.ORDINAL) and before not in MODIFIERS
    if is_numbered and not year_at(line, at - 1):
        return None  # "32 Aug 2014"
    after = _past_stop(line, at + 1)
    said = year_at(line, after + (line.low(after) in (",", "of")))
    if said:
        return span(said[0], whole_month(number, said[1]))
    if (away := years_away(line, at + 1)) is not None:
        return span(at + 3, in_year_away(away, lambda of: whole_month(number, of)))
    if line.sort(after) in (Sort.NUMBER, Sort.ORDINAL) and not line.ends(after):
        return None  # "Aug 32"
    called = before in (_CALLS_FOR_DOUBTFUL if low in DOUBTFUL else _CALLS_FOR_MONTH)
    return span(at + 1, whole_month(number), sure=called)


def middle_of_month(line: Line, at: int) -> Found | None:
    """ "mid-March", "mid March"."""
    low = line.low(at)
    if low in ("mid", "middle"):
        after = at + 1 + (line.low(at + 1) in ("of", "-"))
        number = MONTHS.get(line.low(after))
        end = after + 1
    else:
        number, end = MONTHS.get(low.removeprefix("mid-")), at + 1
    if number is None:
        return None
    said = year_at(line, end)
    days = part_of_month(number, 11, 20, said[1] if said else None)
    return span(said[0] if said else end, days)


def quarter_or_half(line: Line, at: int) -> Found | None:
    """ "Q2", "Q3 2026", "in H1"."""
    low = line.low(at)
    said = year_at(line, at + 1 + (line.low(at + 1) in ("of", "/", ",", "-")))
    called = said is not None or line.low(at - 1) in _CALLS_FOR_MONTH
    number, of = int(low[1]), said[1] if said else None
    if said is None and (away := years_away(line, at + 1)) is not None:
        return span(at + 3, in_year_away(away, lambda year: _of_year(low[0], number, year)))
    return span(said[0] if said else at + 1, _of_year(low[0], number, of), sure=called)


def _of_year(letter: str, number: int, of: int | None) -> Resolve:
    return quarter(number, of) if letter == "q" else months_of(6 * number - 5, 6, of)


def year_first(line: Line, at: int) -> Found | None:
    """ "2026 Aug", "2026 March 18"."""
    said, of_month = year_at(line, at), MONTHS.get(line.low(at + 1))
    if said is None or of_month is None:
        return None
    numbered = day_number(line, at + 2)
    if numbered and is_day(of_month, numbered[1], said[1]):
        return day(numbered[0], yearly(of_month, numbered[1], said[1]))
    return span(at + 2, whole_month(of_month, said[1]))


def in_year(line: Line, at: int) -> Found | None:
    """ "in 2014", "since 2019": a bare year is none."""
    said = year_at(line, at)
    if said is None or line.low(at - 1) not in ("in", "since", "of", "until", "during"):
        return None
    return span(said[0], whole_year(said[1]))


# --- days without a month ------------------------------------------------------------------


def ordinal_day(line: Line, at: int) -> Found | None:
    """ "on the 25th", "the 12th of next month", "25th-27th"."""
    found = day_number(line, at)
    if found is None:
        return None
    end, number = found
    if line.sort(at) is Sort.NUMBER and line.low(end) != "of":
        return None
    of = end + (line.low(end) in ("of", "in"))
    of += line.low(of) == "the"
    is_month = line.low(of) == "month" and of == end + 2
    modified = MODIFIERS.get(line.low(of)) if line.low(of + 1) == "month" else None
    if is_month or modified is not None:
        shift = modified or 0
        return day(of + (1 if is_month else 2), nth_day_of(number, period("month", shift)))
    before = at - 1 - (line.low(at - 1) == "the")
    if line.sort(at) is not Sort.ORDINAL:
        spelled = before < at - 1 and line.low(before) in ("on", "by") and line.ends(end)
        return day(end, nth(number)) if spelled else None
    called = line.low(before) in CALLS_FOR_DAY - {"for", "and", "last", "next", "in", "every"}
    follows = line.ends(end) or line.low(end) in FOLLOWERS
    if not follows:
        return None
    return day(end, nth(number), sure=called and line.low(end) != "of")


def numeric(line: Line, at: int) -> Found | None:
    """ "12.3.", "3/14", "2026-03-14", "14-Mar-26"."""
    text = line.words[at].text
    numbered = numeric_day(line, at)
    if numbered is None:
        return _month_of_year(text, at)
    alone = line.ends(at + 1)
    called = line.low(at - 1) in CALLS_FOR_DAY
    opens = (at == 0 or line.sort(at - 1) is Sort.BREAK) and max(numbered[1:3]) > 12
    # "1.5." may end a sentence and "50/50" is a share: a short form needs something that tells.
    is_version = len(text) < len("01.02.26") and line.low(at - 1) in _VERSIONS
    full = numbered[3] is not None and not is_version
    is_number = is_version or line.month_first or line.low(at - 1) in _AMOUNTS
    pointed = text.endswith(".") and not is_number
    told = full or called or pointed or ("/" in text and alone and (at > 0 or opens))
    return day(at + 1, yearly(*numbered[1:]), sure=told)


def decimal_day(line: Line, at: int) -> Found | None:
    """ "on 12.3": a point between two numbers after a word that calls for a day."""
    if line.month_first or line.low(at - 1) not in _CALLS_FOR_NUMBER:
        return None
    first, point, second = line.low(at).partition(".")
    if not point or not (first.isdecimal() and second.isdecimal()):
        return None
    if len(first) > 2 or len(second) > 2 or not (first + second).isascii():
        return None
    if not line.ends(at + 1) and line.low(at + 1) not in FOLLOWERS:
        return None
    if line.low(at + 1) == "%" or not is_day(int(second), int(first), 2000):
        return None
    return day(at + 1, yearly(int(second), int(first), None))


def _month_of_year(text: str, at: int) -> Found | None:
    first, slash, second = text.partition("/")
    if not slash or not (first.isdecimal() and second.isdecimal()) or len(second) != _YEAR:
        return None
    number = int(first)
    if not 1 <= number <= 12 or second[:2] not in ("19", "20"):
        return None
    return span(at + 1, whole_month(number, int(second)))


def numeric_day(line: Line, at: int) -> Named | None:
    """A date in digits: where it ends; month, day and year."""
    if line.sort(at) is not Sort.DATE:
        return None
    pieces = line.words[at].text.lower().replace("-", " ").replace(".", " ").replace("/", " ")
    numbers = [MONTHS.get(piece) or int(piece) for piece in pieces.split() if _is_known(piece)]
    text = line.words[at].text
    if len(pieces.split()[0]) == _YEAR:
        year, month, day = numbers
        return (at + 1, month, day, year) if is_day(month, day, year) else None
    if len(pieces.split()[1]) == _YEAR or len(numbers) < 2:
        return None
    day, month = numbers[:2]
    is_named = not pieces.split()[1].isdecimal()
    may_swap = "." not in text and not is_named
    if "." in text and len(numbers) > 2 and month > 12:
        day, month = month, day  # "10.31.2026"
    elif may_swap and (line.month_first or month > 12) and day <= 12:
        day, month = month, day
        if line.month_first and not is_day(month, day, 2000):
            day, month = month, day
    year = numbers[2] if len(numbers) > 2 else 0
    year = _full_year(year) if 0 < year < 100 else year
    return (at + 1, month, day, year or None) if is_day(month, day, year or 2000) else None


def _is_known(piece: str) -> bool:
    return piece in MONTHS or piece.isdecimal()


def _full_year(short: int) -> int:
    return short + (2000 if short < 70 else 1900)


def first_full_day(line: Line) -> tuple[int, int, int | None] | None:
    """Month, day and year of the first full date of a line, the year None if not said."""
    for at in range(len(line)):
        named = named_day(line, at) or numeric_day(line, at)
        if named:
            return named[1:]
    return None


def hyphenated(line: Line, at: int) -> Found | None:
    """ "Mon-Wed" and "Jun-Aug" are one word each."""
    first, _, last = line.low(at).partition("-")
    if first == "mid" and len(last) == 4 and last.isdecimal() and last[:2] in ("19", "20"):
        return span(at + 1, third_within(whole_year(int(last)), 1))
    if first in WEEKDAYS and last in WEEKDAYS:
        return span(at + 1, up_to(weekday(WEEKDAYS[first]), weekday(WEEKDAYS[last])))
    if first in MONTHS and last.isdecimal():
        return _month_and_number(line, at, MONTHS[first], int(last))
    if first in MONTHS and last in MONTHS:
        said = year_at(line, at + 1)
        of = said[1] if said else None
        days = up_to(whole_month(MONTHS[first], of), whole_month(MONTHS[last], of))
        return span(said[0] if said else at + 1, days, sure=first != "may")
    return None


def _month_and_number(line: Line, at: int, number: int, said: int) -> Found | None:
    """ "Sep-2026", "Aug-10"."""
    if 1900 <= said < 2100:
        return span(at + 1, whole_month(number, said))
    of = year_at(line, at + 1 + (line.low(at + 1) == ","))
    if not is_day(number, said, 2000):
        return None
    called = of is not None or line.low(at - 1) in CALLS_FOR_DAY
    return day(of[0] if of else at + 1, yearly(number, said, of and of[1]), sure=called)


def glued(line: Line, at: int) -> Found | None:
    """ "Feb13", "oct3rd"."""
    low = line.low(at)
    name = low.rstrip("0123456789")
    if name not in MONTHS or len(low) - len(name) > 2:
        return None
    number = int(low[len(name) :])
    if not is_day(MONTHS[name], number, 2000):
        return None
    called = line.low(at - 1) in CALLS_FOR_DAY
    return day(at + 1, yearly(MONTHS[name], number, None), sure=called)
