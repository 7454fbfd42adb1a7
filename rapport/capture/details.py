"""Direct answers about a person: how they are reached, when they were born, where you met."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rapport.capture.days import Direction, is_day
from rapport.capture.guided import Said
from rapport.capture.handles import handle_at
from rapport.capture.message import Message
from rapport.capture.reading import Context, Handle
from rapport.capture.when import month_day
from storage.types import PartialDate

_LEAP_YEAR = 2000
_AT = frozenset(("at", "in", "on"))
_LEAD = frozenset(("i", "we", "met", "him", "her", "them", "up"))
_THROUGH = frozenset(("through", "via", "introduced", "thanks", "by"))


@dataclass(frozen=True)
class Met:
    """Where and when somebody was met, or through whom."""

    place: str | None = None
    day: date | None = None
    through: str | None = None


def handles_in(words: str, said: Said) -> tuple[Handle, ...]:
    """Every address, number and @name in the words, in their order."""
    message = _message(words, said)
    found = (handle_at(message, at) for at in range(len(message)))
    return tuple(dict.fromkeys(handle for handle in found if handle is not None))


def birthday_in(words: str, said: Said) -> PartialDate | None:
    """The day of the year that the words name, with its year if that is said."""
    message = _message(words, said)
    found = month_day(message.words, message.month_first)
    if found is None or not is_day(found[0], found[1], found[2] or _LEAP_YEAR):
        return None
    return PartialDate(*found)


def met_in(words: str, said: Said) -> Met:
    """ "PyData Berlin last night", "through Ben"; what is no date is the place."""
    message = _message(words, said)
    when = message.date_in(0, len(message), Direction.PAST)
    day = when.day if when is not None and when.day <= message.today else None
    start = 0
    while message.low(start) in _LEAD:
        start += 1
    start += message.low(start) in _AT
    rest = message.cut_undated(start, len(message)) or None
    if message.low(start) in _THROUGH:
        return Met(day=day, through=rest)
    return Met(place=rest, day=day)


def _message(words: str, said: Said) -> Message:
    return Message(words, Context(said_at=said.at, zone=said.zone, locale=said.locale))
