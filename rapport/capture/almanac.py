"""The words of the calendar: weekdays, months, parts of the day, units and their spellings.

Each table maps a plain spelling to what it stands for; what thumbs make of a word stands beside it.
"""

from __future__ import annotations

from typing import NamedTuple


def _numbered(*groups: str, start: int = 0) -> dict[str, int]:
    return {name: at for at, names in enumerate(groups, start) for name in names.split()}


def words(text: str) -> frozenset[str]:
    """A set of words written in one string."""
    return frozenset(text.split())


WEEKDAYS = _numbered(
    "monday mon mondays munday",
    "tuesday tue tues tuesdays teusday tuseday",
    "wednesday wed weds wednesdays wensday wednsday wendsday wedensday wednesdy",
    "thursday thu thur thurs thursdays thrusday thusday thirsday thursdy",
    "friday fri fridays firday frday",
    "saturday sat saturdays saterday satuday saturdy",
    "sunday sun sundays suday",
)
MONTHS = _numbered(
    "january jan janurary januray",
    "february feb febr febuary feburary",
    "march mar",
    "april apr",
    "may",
    "june jun",
    "july jul",
    "august aug",
    "september sep sept septmber",
    "october oct",
    "november nov",
    "december dec",
    start=1,
)
# These are words or names first: they are dates only where something calls for a date.
DOUBTFUL = words("sat sun mon wed fri may march mar jan april june august sep dec jun")
CALLS_FOR_DAY = words(
    "on by until till til before after since from due for this last next coming past every "
    "early late mid and in upcoming previous following between"
)
# Words that belong to the date after them and to nothing else.
LEADS = words(
    "on by until till til before due since from for the at around this in sometime about early "
    "late later earlier during over between circa approx approximately exactly no than"
)
# Of these, those that stand before a date only together with a word of the set above.
WEAK_LEADS = words("early late later earlier about no than exactly approx approximately over")
DEADLINES = words("by until till til before")


class Part(NamedTuple):
    """A part of the day: the hours in which a bare clock time can lie."""

    first: int
    last: int


_MORNING, _AFTERNOON = Part(0, 11), Part(12, 18)
_EVENING, _NIGHT = Part(16, 24), Part(18, 29)
PARTS = {
    "morning": _MORNING, "mornings": _MORNING, "morn": _MORNING, "mornin": _MORNING,
    "afternoon": _AFTERNOON, "afternoons": _AFTERNOON, "arvo": _AFTERNOON, "aft": _AFTERNOON,
    "evening": _EVENING, "evenings": _EVENING, "eve": _EVENING, "eves": _EVENING,
    "evng": _EVENING, "night": _NIGHT, "nights": _NIGHT, "lunchtime": Part(11, 15),
    "lunch": Part(11, 15), "breakfast": _MORNING, "dinner": _EVENING,
}  # fmt: skip
MEALS = words("lunch breakfast dinner")

UNITS = {
    "second": "second", "seconds": "second", "sec": "second", "secs": "second",
    "minute": "minute", "minutes": "minute", "min": "minute", "mins": "minute",
    "hour": "hour", "hours": "hour", "hr": "hour", "hrs": "hour",
    "day": "day", "days": "day", "dayz": "day", "night": "day", "nights": "day",
    "week": "week", "weeks": "week", "wk": "week", "wks": "week", "weekend": "week",
    "weekends": "week", "fortnight": "fortnight", "fortnights": "fortnight",
    "month": "month", "months": "month", "mth": "month", "mths": "month",
    "quarter": "quarter", "quarters": "quarter",
    "year": "year", "years": "year", "yr": "year", "yrs": "year",
    "decade": "decade", "decades": "decade",
}  # fmt: skip
CLOCK_UNITS = words("second minute hour")
# So many of a unit and no more: what is further away is a mistake, or an attack.
MOST = {
    "second": 86400, "minute": 14400, "hour": 2400, "day": 3660, "week": 520, "fortnight": 260,
    "month": 240, "quarter": 80, "year": 100, "decade": 10,
}  # fmt: skip

SEASONS = {
    "spring": "spring", "springtime": "spring", "summer": "summer", "summertime": "summer",
    "autumn": "autumn", "fall": "autumn", "winter": "winter", "wintertime": "winter",
}  # fmt: skip

# What stands before a unit, a weekday or a month, and by how many of them it shifts.
MODIFIERS = {
    "this": 0, "current": 0, "next": 1, "nxt": 1, "following": 1, "coming": 1, "upcoming": 1,
    "last": -1, "past": -1, "previous": -1, "prev": -1, "prior": -1, "lst": -1,
}  # fmt: skip
# What points back after an amount: "3 days ago".
BACK = words("ago back")
