"""Weekdays and weekends: "Friday", "Monday week", "two Thursdays ago", "at the weekend"."""

from __future__ import annotations

from rapport.capture.almanac import (
    BACK,
    CALLS_FOR_DAY,
    DOUBTFUL,
    MODIFIERS,
    MOST,
    PARTS,
    WEEKDAYS,
    words,
)
from rapport.capture.amounts import number
from rapport.capture.days import (
    Direction,
    Resolve,
    Shift,
    lean,
    weekday,
    weekday_after_next,
    weekday_before_last,
    weekday_next_week,
    weekend,
    weekend_away,
)
from rapport.capture.moments import Found, Kind, Moment, day, span
from rapport.capture.months import FOLLOWERS
from rapport.capture.spans import shifted
from rapport.capture.words import Line, Sort

# "Black Friday" and the like are no weekday; where one is meant, its own rule finds it.
_NAMED_FOR = words(
    "black good easter ash palm fat cyber giving shrove maundy pancake whit holy bloody super rose"
)


def bare_weekday(line: Line, at: int) -> Found | None:
    """ "Friday", "Monday week", "Friday after next"; a word that may be another one is unsure."""
    low = line.low(at)
    which = WEEKDAYS[low]
    if line.low(at - 1) in _NAMED_FOR or _is_name(line, at):
        return None
    end = at + 1
    is_short = line.low(end) == "." and line.touches(end) and len(low) < len("sunday")
    if is_short and line.low(end + 1)[:1].isdecimal():
        end += 1  # "Tues. 12 March"
    two = (line.low(at + 1), line.low(at + 2))
    if two == ("after", "next"):
        return _weekday(at + 3, weekday_after_next(which), which)
    if two == ("before", "last"):
        return _weekday(at + 3, weekday_before_last(which), which)
    if two[0] in ("week", "fortnight") and two[1] not in MODIFIERS:
        later = Shift(days=7 if two[0] == "week" else 14)
        return day(at + 2, shifted(weekday(which), later, later), Direction.FUTURE)
    if two[0] in ("next", "last", "gone") and (line.ends(at + 2) or two[1] == "at"):
        days = weekday_next_week(which) if two[0] == "next" else weekday(which)
        leans = Direction.FUTURE if two[0] == "next" else Direction.PAST
        return _weekday(at + 2, days, which, leans)
    return _weekday(end, weekday(which), which, sure=low not in DOUBTFUL or _is_called(line, at))


def _weekday(
    end: int, days: Resolve, number: int, leans: Direction | None = None, sure: bool = True
) -> Found:
    return Found(end, Moment(Kind.WEEKDAY, days, leans=leans, weekday=number), sure)


def _is_called(line: Line, at: int) -> bool:
    """Whether a word that may be another one is a weekday here."""
    if line.low(at - 1) in CALLS_FOR_DAY or line.low(at + 1) in PARTS:
        return True
    # At the end of a clause "fri" is a day, but "we sat" is not, nor is a sentence "Sun.".
    at_end = line.ends(at + 1) or line.sort(at + 1) is Sort.CLOCK
    return at_end and line.low(at - 1) not in _NO_DAY_AFTER and not line.ends(at - 1)


_NO_DAY_AFTER = words(
    "i we he she they the it who you a an some more of full hot into in love just and then have "
    "had all my our his her their got no little much lots enough was were had's she's he's been"
)


def _is_name(line: Line, at: int) -> bool:
    """ "A dog named Friday"; but Raj may have called on one."""
    before = line.low(at - 1)
    if before in ("named", "with") or (before == "called" and line.low(at - 2) in _BEING):
        return True
    return before in _KIN and line.low(at + 1) in _BEING


_BEING = words("is are was were be been has it's he's she's that's")


_KIN = words(
    "wife husband daughter son sister brother mother mum mom father dad aunt uncle niece nephew "
    "cousin friend girlfriend boyfriend partner baby dog cat colleague cofounder assistant"
)


def modified_weekday(end: int, low: str, shift: int, number: int) -> Found:
    if shift < 0:
        return _weekday(end, weekday(number), number, Direction.PAST)
    if low in ("next", "nxt", "following"):
        return _weekday(end, weekday_next_week(number), number)
    return _weekday(end, weekday(number), number, lean(shift))


def counted_weekdays(line: Line, at: int) -> Found | None:
    """ "3 Fridays from now", "two Thursdays ago"."""
    counted = number(line, at)
    if counted is None or counted[1] % 1 or not 1 <= counted[1] <= MOST["week"]:
        return None
    end, count = counted[0], int(counted[1])
    of = WEEKDAYS.get(line.low(end))
    if of is None:
        return None
    shift = Shift(days=7 * (count - 1))
    if line.low(end + 1) in BACK:
        return day(end + 2, shifted(weekday(of), shift.back, shift.back), Direction.PAST)
    if (line.low(end + 1), line.low(end + 2)) in (("from", "now"), ("from", "today")):
        return day(end + 3, shifted(weekday(of), shift, shift), Direction.FUTURE)
    return None


def the_weekend(line: Line, at: int) -> Found | None:
    """ "at the weekend", "over the weekend"."""
    before = at - 1 - (line.low(at - 1) in ("the", "a"))
    called = line.low(before) in words("on at over by before after until till this during for from")
    if line.low(before) == "for" and line.low(at - 1) == "a":
        called = False
    follows = line.ends(at + 1) or line.low(at + 1) in FOLLOWERS
    return span(at + 1, weekend, sure=called and follows)


def modified_weekend(low: str) -> Resolve:
    if low in ("next", "nxt", "following"):
        return weekend_away(1)
    return weekend
