"""Times of day as people say them: "5pm", "quarter past five", "half 8", "at 5ish", "noon"."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from zoneinfo import ZoneInfo

from rapport.capture.almanac import MEALS, MONTHS, PARTS, WEEKDAYS, Part, words
from rapport.capture.amounts import NUMBERS, number
from rapport.capture.moments import Clock, Found, Kind, Moment
from rapport.capture.words import Line, Sort

_HALVES = {"am": 0, "a.m": 0, "a.m.": 0, "pm": 12, "p.m": 12, "p.m.": 12}
_OCLOCK = words("o'clock oclock o'clk")
_ROUND = words("sharp ish exactly")
_PAST, _BEFORE = words("past after"), words("to till til before of")
# A bare number after one of these may be an hour.
_AT = words("at around about by until till til before after from since between circa")
# What may follow an hour that is a bare number: anything else is counted by it.
_MAY_FOLLOW = (
    words(
        "on today tomorrow tonight yesterday this next in with for and but or to till til until "
        "if when so at sharp ish about re he she we i they then the because cos latest my his her"
    )
    | WEEKDAYS.keys()
    | MONTHS.keys()
    | {"a", "p", "o", "-", "–"}
)
_ZONES = {
    "America/New_York": "est edt et", "America/Chicago": "cst cdt ct",
    "America/Denver": "mst mdt mt", "America/Los_Angeles": "pst pdt pt", "UTC": "utc gmt z",
    "Europe/London": "bst", "Europe/Paris": "cet cest", "Europe/Athens": "eet eest",
    "Europe/Lisbon": "wet west", "Europe/Moscow": "msk", "Asia/Kolkata": "ist",
    "Asia/Tokyo": "jst", "Asia/Seoul": "kst", "Asia/Singapore": "sgt", "Asia/Hong_Kong": "hkt",
    "Australia/Sydney": "aest aedt", "Australia/Perth": "awst", "Pacific/Auckland": "nzst nzdt",
    "America/Sao_Paulo": "brt",
}  # fmt: skip
_ZONE_OF = {short: zone for zone, shorts in _ZONES.items() for short in shorts.split()}


def clock_token(line: Line, at: int) -> Found | None:
    """ "5pm", "17:00", "5.30 pm", "17h30", and the clock of an ISO timestamp."""
    low = line.low(at)
    digits = "".join(c if c.isdecimal() and c.isascii() else " " for c in low).split()
    if not digits:
        return None
    hour, minute = int(digits[0]), int(digits[1]) if len(digits) > 1 else 0
    half = 12 if "p" in low else 0 if "a" in low else None
    if low[0] == "t":
        return _stamp(line, at, hour, minute)
    is_open = half is None and "h" not in low and low[0] != "0"
    return _clock(line, at + 1, hour, minute, half, is_open=is_open)


def _stamp(line: Line, at: int, hour: int, minute: int) -> Found | None:
    # "+02:00" and the like are the writer's own zone: what the clock shows there is what they mean.
    zone = ZoneInfo("UTC") if line.low(at).endswith("z") else None
    if hour > 23 or minute > 59:
        return None
    return Found(at + 1, Moment(Kind.CLOCK, clock=Clock(hour, minute, False, zone, line.zone)))


def bare_hour(line: Line, at: int) -> Found | None:
    """ "at 5", "5 o'clock", "5ish", "730 pm", "at 1730": a number that a word makes a time."""
    counted = number(line, at)
    if counted is None or counted[1] % 1:
        return None
    end, low = counted[0], line.low(at)
    hour, minute = int(counted[1]), 0
    is_digits = low.isdecimal()
    is_military = is_digits and len(low) in (3, 4) and line.sort(at) is Sort.NUMBER
    if is_military:
        hour, minute = divmod(int(low), 100)
    elif is_digits and len(low) > 2:
        return None
    elif not is_digits and (said := _minutes_after(line, end)):
        end, minute = said
    after = end + (line.low(end) in _OCLOCK) + 2 * (line.lows[end : end + 2] == ["o", "clock"])
    if after > end and not minute:
        half = _HALVES.get(line.low(after))
        return _clock(line, after + (half is not None), hour, 0, half)
    half = _HALVES.get(line.low(end))
    letter = line.low(end).removesuffix(".")
    if half is None and is_digits and line.touches(end) and letter in ("a", "p"):
        half = 12 if letter == "p" else 0
        return _hint(_clock(line, end + 1, hour, minute, half), line.low(at - 1) == "at")
    if line.low(at - 1) == "at" and is_digits and (digits := _two_digits(line, end)):
        return _hint(_clock(line, end + 1, hour, digits, None), hour <= 12)
    if half is not None:
        is_spoken = line.words[end].end - line.words[end].start > 1
        return _clock(line, end + 1, hour, minute, half) if is_spoken else None
    return _called(line, at, end, hour, minute, is_military=is_military)


def _called(
    line: Line, at: int, end: int, hour: int, minute: int, *, is_military: bool
) -> Found | None:
    """An hour of which only the words around it tell that it is one."""
    before = line.low(at - 1)
    if is_military:
        is_hours = line.low(end) in ("h", "hours", "hrs", "hour")
        if before != "at" or (not is_hours and not _may_follow(line, end)):
            return None
        if line.low(end) == "-" and line.touches(end):
            return None  # a telephone number
        return _clock(line, end + is_hours, hour, minute, None, is_open=line.low(at)[0] != "0")
    if hour > 23 or not (1 <= hour <= 12 or before == "at"):
        return None
    is_ish = _ish(line, end) > end
    if not is_ish and not _may_follow(line, end):
        return None
    found = _clock(line, end, hour, minute, None)
    if before == "at" and line.low(at) != "one" and line.low(at - 2) not in _STANDING:
        return _hint(found, hour <= 12)
    return _hint(found, is_ish and before in _AT)


# "I'm at 10" tells how far somebody is.
_STANDING = words("i'm we're you're they're he's she's i am")


def _two_digits(line: Line, at: int) -> int | None:
    """The minutes of "at 3 15"."""
    low = line.low(at)
    is_minutes = len(low) == 2 and low.isdecimal() and "10" <= low < "60"
    return int(low) if is_minutes and _may_follow(line, at + 1) else None


def _may_follow(line: Line, at: int) -> bool:
    if line.sort(at) is Sort.MARK:
        return line.low(at) in ",.!?;:)-–—"
    return line.ends(at) or line.low(at) in _MAY_FOLLOW or line.sort(at) is Sort.DATE


def _minutes_after(line: Line, at: int) -> tuple[int, int] | None:
    """ "five thirty", "nine oh five": where the minutes end."""
    if line.low(at) in ("oh", "o") and 0 < (ones := NUMBERS.get(line.low(at + 1), 0)) < 10:
        return at + 2, ones
    said = number(line, at) if line.sort(at) is Sort.WORD else None
    return (said[0], int(said[1])) if said and 10 <= said[1] < 60 else None


def spoken(line: Line, at: int) -> Found | None:
    """ "quarter past five", "half 8", "ten to six", "20 past 3"."""
    start = at
    if line.low(at) == "a" and line.low(at + 1) == "quarter":
        at += 1
    low = line.low(at)
    if low == "half" or (low == "half-past" and start == at):
        return _half(line, at)
    minutes = 15 if low == "quarter" else None
    if minutes is None:
        said = number(line, at)
        if said is None or not 1 <= said[1] < 60 or said[1] % 1:
            return None
        at, minutes = said[0] - 1, int(said[1])
        at += line.low(at + 1) in ("minutes", "mins", "minute")
    way = line.low(at + 1)
    if line.sort(at + 2) is Sort.CLOCK:
        return _beside_clock(line, at, minutes, way)
    hour = number(line, at + 2) if way in _PAST or way in _BEFORE else None
    if hour is None or not 1 <= hour[1] <= 12 or hour[1] % 1:
        return _to_noon(line, at, minutes, way)
    if minutes > 30 or line.low(start - 1) in ("from", "between"):
        return None
    if way in _BEFORE and not _is_minutes(line, at, minutes, int(hour[1]) % 12):
        return None
    told = low == "quarter" or (line.low(start - 1) == "at" and minutes % 5 == 0)
    counted = low[0].isdecimal() or minutes % 5
    if way in ("of", "before", "after") and not told:
        return None
    if not _may_follow(line, hour[0]) and line.low(hour[0]) not in _HALVES:
        return None
    return _unsure(
        _around(line, hour[0], int(hour[1]), minutes if way in _PAST else -minutes),
        sure=told or (not counted and way not in ("to", "of")),
    )


def _beside_clock(line: Line, at: int, minutes: int, way: str) -> Found | None:
    """ "20 past 3pm", "15 minutes before 11:30"."""
    found = clock_token(line, at + 2) if way in _PAST or way in _BEFORE or way == "from" else None
    if found is None or found.moment.clock is None:
        return None
    clock = found.moment.clock
    if way in _BEFORE and not _is_minutes(line, at, minutes, clock.hour % 12):
        return None
    later = minutes if way in _PAST or way == "from" else -minutes
    total = 60 * clock.hour + clock.minute + later
    if not 0 <= total < 24 * 60:
        return None
    clock = replace(clock, hour=total // 60, minute=total % 60)
    return Found(found.end, replace(found.moment, clock=clock))


def _is_minutes(line: Line, at: int, minutes: int, hour: int) -> bool:
    """Whether "10 to 9" tells minutes: "7 to 9" is a span of hours."""
    if not line.low(at)[:1].isdecimal() or minutes > 12:
        return True
    return minutes % 5 == 0 and minutes > hour


def _to_noon(line: Line, at: int, minutes: int, way: str) -> Found | None:
    """ "ten to noon", "quarter past midnight"."""
    hour = {"noon": 12, "midday": 12, "midnight": 24}.get(line.low(at + 2))
    if hour is None or (way not in _PAST and way not in _BEFORE):
        return None
    total = 60 * hour + (minutes if way in _PAST else -minutes)
    return _clock(line, at + 3, total // 60, total % 60, None, is_open=False)


def _half(line: Line, at: int) -> Found | None:
    is_past = line.low(at + 1) == "past" and line.low(at) == "half"
    after = at + 1 + is_past
    if is_past or line.low(at) == "half-past":
        if (hour := {"noon": 12, "midnight": 24}.get(line.low(after))) is not None:
            return _clock(line, after + 1, hour, 30, None, is_open=False)
        if line.sort(after) is Sort.CLOCK:
            return _beside_clock(line, after - 2, 30, "past")
        said = number(line, after)
        if said is None or not 1 <= said[1] <= 12 or said[1] % 1:
            return None
        return _around(line, said[0], int(said[1]), 30)
    said = number(line, after)
    if said is None or not 1 <= said[1] <= 12 or said[1] % 1 or not _may_follow(line, said[0]):
        return None
    # British: "half 8" is half past; "half 5 and half 6" divides.
    called = line.low(at - 1) in _AT or line.low(said[0]) in _OCLOCK
    return _unsure(_around(line, said[0], int(said[1]), 30), sure=called)


def _around(line: Line, end: int, hour: int, minutes: int) -> Found | None:
    half = _HALVES.get(line.low(end))
    hour, minute = (hour + minutes // 60 - 1) % 12 + 1, minutes % 60
    return _clock(line, end + (half is not None), hour, minute, half)


def noon(line: Line, at: int) -> Found | None:
    """ "noon", "midday", "midnight", "12 noon"."""
    after = at + 1 if line.low(at) in ("noon", "midday", "midnight") else at + 2
    hour = 24 if line.low(after - 1) == "midnight" else 12
    if after == at + 2 and line.low(at + 1) not in ("noon", "midday", "midnight"):
        return None
    before = line.low(at - 1)
    called = before in _AT or after == at + 2 or (line.ends(after) and before in _IS)
    return _unsure(_clock(line, after, hour, 0, None, is_open=False), sure=called)


_IS = words("is was be it's today tomorrow")


def _clock(
    line: Line, end: int, hour: int, minute: int, half: int | None, *, is_open: bool = True
) -> Found | None:
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + half
    if hour > 24 or minute > 59 or (hour == 24 and minute and is_open):
        return None
    end = _ish(line, end)
    end, zone = _zone(line, end)
    is_open = is_open and half is None and 1 <= hour <= 12
    return Found(end, Moment(Kind.CLOCK, clock=Clock(hour, minute, is_open, zone, line.zone)))


def _ish(line: Line, at: int) -> int:
    """Where "sharp", "ish", "-ish", "on the dot" after a time end."""
    if line.low(at) in _ROUND:
        return at + 1
    if line.low(at) == "-" and line.low(at + 1) == "ish":
        return at + 2
    if line.lows[at : at + 3] == ["on", "the", "dot"]:
        return at + 3
    return at


def _zone(line: Line, at: int) -> tuple[int, ZoneInfo | None]:
    """Where a zone after a time ends, and which it is."""
    bracket = line.low(at) == "(" and line.low(at + 2) == ")"
    name = _ZONE_OF.get(line.low(at + bracket))
    if name is None:
        return at, None
    return at + 1 + 2 * bracket, _zone_named(name)


@cache
def _zone_named(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _unsure(found: Found | None, sure: bool = False) -> Found | None:
    return found and replace(found, sure=sure)


def _hint(found: Found | None, sure: bool) -> Found | None:
    """A number that is a time only beside other words: never when it stands alone."""
    return found and replace(found, sure=sure, is_word=False)


def part(line: Line, at: int) -> Found | None:
    """ "in the morning", "at night", "first thing": a part of a day said nearby."""
    low = line.low(at)
    if low in ("in", "during") and line.low(at + 1) == "the":
        found = _PARTS_IN.get(line.low(at + 2))
        after = at + 3
    elif low == "at":
        found = PARTS.get(line.low(at + 1)) if line.low(at + 1) in _AT_PARTS else None
        after = at + 2
    elif low in _EARLY and line.low(at + 1) in PARTS:
        found, after = PARTS[line.low(at + 1)], at + 2
    else:
        found, after = (None if low in MEALS else PARTS.get(low)), at + 1
    if found is None:
        return None
    return Found(after, Moment(Kind.PART, part=found), sure=False)


_PARTS_IN = {**PARTS, "am": PARTS["morning"], "pm": Part(12, 24)}
_AT_PARTS = words("night lunchtime lunch breakfast dinner")
_EARLY = words("early late mid")
