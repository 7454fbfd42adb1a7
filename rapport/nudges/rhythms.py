"""How often, as people say it: "close", "every six weeks", "twice a year", "monthly"."""

from __future__ import annotations

import re

from rapport.nudges.cadence import INTERVALS
from storage.types import LONGEST_CADENCE, Circle

_UNITS = {
    "day": 1, "week": 7, "fortnight": 14, "month": 30, "quarter": 90, "year": 365,
    "daily": 1, "weekly": 7, "biweekly": 14, "fortnightly": 14, "monthly": 30, "bimonthly": 60,
    "quarterly": 90, "yearly": 365, "annually": 365,
}  # fmt: skip
_COUNTS = {
    "half": 0.5, "one": 1, "two": 2, "couple": 2, "other": 2, "second": 2, "three": 3, "third": 3,
    "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "eighteen": 18,
}  # fmt: skip
# "52 weeks" and "12 months" are a year; "four weeks" are no month.
_SAME = 0.02


def rhythm_in(words: str) -> Circle | int | None:
    """The circle that the words name or whose interval they tell, else the interval in days.

    None where they say nothing of the kind, or a time that nobody keeps.
    """
    said = re.findall(r"\d+|[a-z]+", words.lower())
    for circle in Circle:
        if circle in said:
            return circle
    days = round(_days(said))
    for circle, interval in INTERVALS.items():
        if abs(days - interval) <= interval * _SAME:
            return circle
    return days if 0 < days <= LONGEST_CADENCE else None


def _days(said: list[str]) -> float:
    """ "Every two weeks" is 14, "three times a year" a third of one; 0 without a unit."""
    at = next((at for at, word in enumerate(said) if word.removesuffix("s") in _UNITS), None)
    if at is None:
        return 0
    unit = _UNITS[said[at].removesuffix("s")]
    counts = [_count(word) for word in said[:at] if word.isdecimal() or word in _COUNTS]
    if "twice" in said[:at]:
        return unit / 2
    count = counts[-1] if counts else 1
    is_share = "times" in said[:at] or "x" in said[:at]
    return unit / count if is_share and count else unit * count


def _count(word: str) -> float:
    return float(word) if word.isdecimal() else _COUNTS[word]
