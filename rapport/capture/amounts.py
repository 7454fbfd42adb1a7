"""Numbers and lengths of time in words: "twenty-five", "the 3rd", "an hour and a half"."""

from __future__ import annotations

from dataclasses import dataclass

from rapport.capture.almanac import CLOCK_UNITS, MOST, UNITS, words
from rapport.capture.days import Shift
from rapport.capture.words import Line, Sort

_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_NUMBERS = {name: number for number, name in enumerate(_ONES)} | {
    name: 10 * tens for tens, name in enumerate(_TENS, 2)
}
NUMBERS = _NUMBERS | {
    f"{ten}-{one}": _NUMBERS[ten] + _NUMBERS[one] for ten in _TENS for one in _ONES[1:10]
}
_ORDINAL_ONES = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth",
]  # fmt: skip
_ORDINALS = {name: number for number, name in enumerate(_ORDINAL_ONES, 1)} | {
    "thirtieth": 30,
    "thirty-first": 31,
    **{f"twenty-{name}": 20 + number for number, name in enumerate(_ORDINAL_ONES[:9], 1)},
}
_ROUGHLY = words("about around roughly approximately approx another exactly like maybe only just ~")
_FILLERS = words("of more other full whole good solid long short")
_WORKING = words("working business work")
_LONGEST_NUMBER = 5
_PLURAL = {"few": (3, 3), "several": (3, 5), "couple": (2, 2), "pair": (2, 2)}
_SHORT_UNITS = {"h": "hour", "m": "minute", "d": "day", "w": "week", "mo": "month", "y": "year"}
AMOUNT_WORDS = frozenset((*NUMBERS, *_PLURAL, *_ROUGHLY, "a", "an", "half", "quarter", "fortnight",
                          "half-hour", "half-day", "half-year", "three-quarters"))  # fmt: skip
ORDINAL_WORDS = frozenset((*_ORDINALS, "twenty", "thirty"))


@dataclass(frozen=True)
class Amount:
    """A length of time said up to the word `end`: least and most, and its finest unit."""

    end: int
    least: Shift
    most: Shift
    unit: str

    @property
    def is_clock(self) -> bool:
        """Whether it counts hours or less."""
        return self.unit in CLOCK_UNITS


def number(line: Line, at: int) -> tuple[int, float] | None:
    """Where a number ends and what it is: "2.5", "twelve", "twenty five"."""
    low = line.low(at)
    if low[:1].isdecimal():
        plain = low.replace(",", ".")
        whole, _, part = plain.partition(".")
        if line.sort(at) is not Sort.NUMBER or len(whole) > _LONGEST_NUMBER:
            return None
        if not whole.isascii() or not (whole + part).isdecimal() or len(part) > 1:
            return None
        return at + 1, float(plain)
    found = NUMBERS.get(low)
    if found is None:
        return None
    if found >= 20 and found % 10 == 0 and 0 < (ones := NUMBERS.get(line.low(at + 1), 0)) < 10:
        return at + 2, float(found + ones)
    return at + 1, float(found)


def ordinal(line: Line, at: int) -> tuple[int, int] | None:
    """Where an ordinal ends and which it is: "3rd", "third", "twenty first"."""
    low = line.low(at)
    if line.sort(at) is Sort.ORDINAL:
        return at + 1, int(low[:-2])
    found = _ORDINALS.get(low)
    if found:
        return at + 1, found
    if low in ("twenty", "thirty") and 0 < (ones := _ORDINALS.get(line.low(at + 1), 0)) < 10:
        return at + 2, NUMBERS[low] + ones
    return None


def amount(line: Line, at: int) -> Amount | None:
    """The length of time that begins here: "2 weeks", "a couple of days", "an hour and a half"."""
    for _ in range(2):
        at += line.low(at) in _ROUGHLY
    found = _half(line, at) or _single(line, at)
    if found is None:
        return None
    return _with_more(line, found)


def _with_more(line: Line, found: Amount) -> Amount:
    """ "… and a half", "… and 20 minutes"; "… or two", "… or so"."""
    after = found.end + (line.low(found.end) in ("and", ","))
    if after > found.end and line.lows[after : after + 2] == ["a", "half"]:
        half = shift_of(0.5, found.unit)
        least, most = found.least.plus(half), found.most.plus(half)
        return Amount(after + 2, least, most, found.unit)
    if line.low(found.end) == "or":
        return _or_more(line, found)
    more = _half(line, after) or _single(line, after)
    if more and _SIZES[more.unit] < _SIZES[found.unit]:
        least, most = found.least.plus(more.least), found.most.plus(more.most)
        return Amount(more.end, least, most, more.unit)
    return found


def _or_more(line: Line, found: Amount) -> Amount:
    following = line.low(found.end + 1)
    if following == "so":
        return Amount(found.end + 2, found.least, found.most, found.unit)
    more = number(line, found.end + 1)
    if more and more[1] > 1 and line.low(more[0]) not in UNITS:
        return Amount(more[0], found.least, shift_of(more[1], found.unit), found.unit)
    return found


_SIZES = {name: size for size, name in enumerate(MOST)}


def _half(line: Line, at: int) -> Amount | None:
    """ "half an hour", "a half hour", "half a year", "quarter of an hour"."""
    low = line.low(at)
    if low in ("half-hour", "half-day", "half-year"):
        return _whole(at + 1, 0.5, low[5:])
    if low == "a" and line.low(at + 1) in ("half", "half-hour", "quarter"):
        at, low = at + 1, line.low(at + 1)
        if low == "half-hour":
            return _whole(at + 1, 0.5, "hour")
    share = 0.5 if low == "half" else 0.25 if low == "quarter" else 0.0
    if low in ("three", "3") and line.low(at + 1) in ("quarters", "quarter"):
        share, at = 0.75, at + 1
    elif low == "three-quarters":
        share = 0.75
    if not share:
        return None
    at += 1
    if line.low(at) == "of":
        at += 1
    elif share != 0.5:
        return None
    at += line.low(at) in ("a", "an")
    unit = UNITS.get(line.low(at))
    return _whole(at + 1, share, unit) if unit in ("hour", "day", "month", "year") else None


def _whole(end: int, count: float, unit: str) -> Amount:
    shift = shift_of(count, unit)
    return Amount(end, shift, shift, "minute" if unit == "hour" and count % 1 else unit)


def _single(line: Line, at: int) -> Amount | None:
    counted = _count(line, at)
    if counted is None:
        return _fortnight(line, at)
    at, least, most = counted
    for _ in range(2):
        at += line.low(at) in _FILLERS
    is_working = line.low(at) in _WORKING and UNITS.get(line.low(at + 1)) == "day"
    unit = _unit(line, at + is_working)
    if unit is None or not 0 < most <= MOST[unit]:
        return None
    at += 1 + is_working
    if is_working:
        return Amount(at, Shift(workdays=int(least)), Shift(workdays=int(most)), "day")
    if unit in CLOCK_UNITS and least % 1:
        return Amount(at, shift_of(least, unit), shift_of(most, unit), "minute")
    return Amount(at, shift_of(least, unit), shift_of(most, unit), unit)


def _unit(line: Line, at: int) -> str | None:
    """The unit that stands here; "2d" and "2 h" are short for one where they touch the number."""
    low = line.low(at)
    unit = UNITS.get(low)
    if unit is None and line.touches(at) and line.sort(at - 1) is Sort.NUMBER:
        unit = _SHORT_UNITS.get(line.words[at].text.lower())
    return unit


def _fortnight(line: Line, at: int) -> Amount | None:
    if line.low(at) == "fortnight":
        return Amount(at + 1, Shift(days=14), Shift(days=14), "fortnight")
    low = line.low(at)
    if low[-1:] == "m" and low[:-1].isdecimal() and len(low) < _LONGEST_NUMBER:
        return _whole(at + 1, int(low[:-1]), "minute")  # "15m" is one word
    if line.sort(at) is Sort.CLOCK and "h" in low:
        hours, _, minutes = low.partition("h")
        shift = Shift(minutes=60 * int(hours) + int(minutes or 0))
        return Amount(at + 1, shift, shift, "minute")
    return None


def _count(line: Line, at: int) -> tuple[int, float, float] | None:
    """Where a count ends, its least and most: "2", "a couple", "2-3", "two or three", "a"."""
    low = line.low(at)
    if low in ("a", "an") and line.low(at + 1) in _PLURAL:
        at, low = at + 1, line.low(at + 1)
    if low in _PLURAL:
        return at + 1, float(_PLURAL[low][0]), float(_PLURAL[low][1])
    if low in ("a", "an"):
        return (at + 2, 12.0, 12.0) if line.low(at + 1) == "dozen" else (at + 1, 1.0, 1.0)
    counted = number(line, at)
    if counted is None:
        return None
    end, least = counted
    if line.lows[end : end + 3] == ["and", "a", "half"]:
        return end + 3, least + 0.5, least + 0.5
    if line.low(end) in ("-", "–", "or", "to") and (more := number(line, end + 1)):
        return more[0], least, max(least, more[1])
    return end, least, least


def shift_of(count: float, unit: str) -> Shift:
    """So many of a unit."""
    match unit:
        case "second":
            return Shift(minutes=max(1, round(count / 60)))
        case "minute":
            return Shift(minutes=round(count))
        case "hour":
            return Shift(minutes=round(60 * count))
        case "day" if count % 1:
            return Shift(minutes=round(1440 * count))
        case "day":
            return Shift(days=int(count))
        case "week":
            return Shift(days=int(7 * count))
        case "fortnight":
            return Shift(days=int(14 * count))
    months = count * {"month": 1, "quarter": 3, "year": 12}.get(unit, 120)
    return Shift(months=int(months), days=int(30 * (months % 1)))
