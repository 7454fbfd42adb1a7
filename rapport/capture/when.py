"""Dates as people text them: phrases that point back or forward, found in the words of a text.

A phrase is found first and resolved later, because "on Friday" is the last one in
"met her on Friday" and the next one in "promised it on Friday". What a phrase is made of stands
in modules of its own: `relative` (from today), `months`, `feasts`, `offsets` (from another day)
and `clocks`. Here they are put together: a day with its time, a weekday with its date, ranges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from rapport.capture import clocks
from rapport.capture.almanac import DEADLINES, LEADS, PARTS
from rapport.capture.amounts import NUMBERS
from rapport.capture.days import Direction
from rapport.capture.moments import Clock, Found, Kind, Moment, Rule
from rapport.capture.months import first_full_day
from rapport.capture.offsets import FIRST_WORDS, any_day, longest
from rapport.capture.reading import When
from rapport.capture.spans import falling_on, up_to, weekday_within
from rapport.capture.words import Line, Sort, Word


@dataclass(frozen=True)
class Phrase:
    """A date said in words `start` up to `end`."""

    start: int
    end: int
    moment: Moment

    def resolve(self, said_at: datetime, direction: Direction) -> When | None:
        """The days meant by someone who says this at a local time; None when no such day is."""
        return self.moment.resolve(said_at, direction)


def phrases(
    words: Sequence[Word], month_first: bool = False, zone: ZoneInfo | None = None
) -> list[Phrase]:
    """The date phrases among the words, longest first match, in order and not overlapping.

    The owner's zone is for times said with another one, and for what their country keeps.
    """
    line = Line(words, month_first, zone)
    found: list[Phrase] = []
    at = 0
    while at < len(words):
        if (beyond := _past_chain(line, at)) > at:
            at = beyond
            continue
        piece = _whole(line, at) if _may_begin(words[at], line.lows[at]) else None
        if piece is None:
            at += 1
            continue
        start = _with_lead(line, at, found[-1].end if found else 0)
        moment = piece.moment
        if moment.clock and not DEADLINES.isdisjoint(line.lows[start:at]):
            moment = replace(moment, is_deadline=True)
        found.append(Phrase(start, piece.end, moment))
        at = piece.end
    return found


def _past_chain(line: Line, at: int) -> int:
    """Past numbers that hang together by more than one dash: "1-2-3" is no range."""
    end = at
    while line.sort(end) is Sort.NUMBER and line.low(end + 1) == "-" and line.touches(end + 1):
        end += 2
    return end + (line.sort(end) is Sort.NUMBER) if end > at + 2 else at


def _may_begin(word: Word, low: str) -> bool:
    """Whether any date begins with this word; most words are done with here."""
    if word.sort is not Sort.WORD:
        return word.sort in _DATED_SORTS
    return low in _FIRST_WORDS or "-" in low or low[-1].isdecimal()


def month_day(
    words: Sequence[Word], month_first: bool = False
) -> tuple[int, int, int | None] | None:
    """Month, day and year of the first full date among the words, the year None if not said."""
    return first_full_day(Line(words, month_first))


def _with_lead(line: Line, start: int, floor: int) -> int:
    while start > floor and line.low(start - 1) in LEADS:
        start -= 1
    return start


# --- one piece ---------------------------------------------------------------------------------

_CLOCK_RULES: dict[str, tuple[Rule, ...]] = {
    **dict.fromkeys(NUMBERS, (clocks.spoken, clocks.bare_hour)),
    **dict.fromkeys(("half", "quarter", "a", "half-past"), (clocks.spoken,)),
    **dict.fromkeys(("noon", "midday", "midnight"), (clocks.noon,)),
    **dict.fromkeys((*PARTS, "in", "at", "during", "early", "late", "mid"), (clocks.part,)),
}
_FIRST_WORDS = FIRST_WORDS | _CLOCK_RULES.keys()
_DATED_SORTS = frozenset((Sort.NUMBER, Sort.ORDINAL, Sort.CLOCK, Sort.DATE))
_NUMBER_RULES: tuple[Rule, ...] = (clocks.spoken, clocks.noon, clocks.bare_hour)


def _piece(line: Line, at: int) -> Found | None:
    """The longest day, time or part of a day that begins here."""
    sort = line.sort(at)
    if sort is Sort.MARK or sort is None:
        return None
    found = any_day(line, at)
    rules: tuple[Rule, ...] = ()
    if sort is Sort.WORD:
        rules = _CLOCK_RULES.get(line.lows[at], ())
    elif sort is Sort.NUMBER:
        rules = _NUMBER_RULES
    elif sort is Sort.CLOCK:
        rules = (clocks.clock_token,)
    timed = longest(rules, line, at) if rules else None
    if found is None or (timed and timed.end > found.end):
        return timed
    return found


# --- pieces that belong together -----------------------------------------------------------------

_JOINTS = frozenset(
    (
        ",",
        "at",
        "on",
        "the",
        "of",
        "from",
        "around",
        "about",
        "by",
        "before",
        "after",
        "for",
        "till",
        "until",
    )
)
_MOST_JOINTS = 2
_MOST_PIECES = 5  # "from 9 to 11 on Friday, 12 March": no text is gone over more often
_DASHES = frozenset(("-", "–", "—"))
_UP_TO = frozenset(("to", "till", "til", "until", "thru", "through"))
_EITHER = frozenset(("or", "/"))
_DAYS = frozenset((Kind.DAY, Kind.NEAR, Kind.WEEKDAY, Kind.WEEK, Kind.SPAN))
_LONGEST_AROUND = 4


def _whole(line: Line, at: int) -> Found | None:
    """The piece that begins here with all that belongs to it, if it is a date at all."""
    whole = _piece(line, at)
    if whole is None:
        return None
    ranged = False
    for _ in range(_MOST_PIECES):
        longer = None if ranged else _as_range(line, at, whole)
        ranged = ranged or longer is not None
        longer = longer or _joined(line, whole)
        if longer is None:
            break
        whole = longer
    if whole.moment.kind is Kind.PART:
        return whole if whole.sure or _is_alone(line, at, whole.end) else None
    return whole if whole.sure or (whole.is_word and _is_alone(line, at, whole.end)) else None


def _is_alone(line: Line, start: int, end: int) -> bool:
    """Whether nothing else is said: an answer to "when?" may be any word that is a date."""
    if start > _LONGEST_AROUND or len(line) - end > _LONGEST_AROUND:
        return False
    return all(line.low(i) in LEADS or line.ends(i) for i in range(start)) and all(
        line.ends(i) for i in range(end, len(line))
    )


def _joined(line: Line, left: Found) -> Found | None:
    """A piece and the one that follows it, if they are about the same day."""
    at = left.end
    for _ in range(_MOST_JOINTS + 1):
        if at >= len(line):
            return None
        right = _piece(line, at)
        joint = line.lows[left.end : at]
        if right and "for" in joint and not right.moment.clock:
            return None  # "on Friday for next week"
        if right and (moment := _together(left.moment, right.moment, joint)):
            if DEADLINES.isdisjoint(joint):
                return Found(right.end, moment)
            return Found(right.end, replace(moment, is_deadline=True))
        if line.low(at) not in _JOINTS or (right and right.sure):
            return None
        at += 1
    return None


def _together(left: Moment, right: Moment, joint: list[str]) -> Moment | None:
    """One moment of two that are said side by side; None when they are two."""
    kinds = left.kind, right.kind
    if Kind.WAIT in kinds:
        return None
    if Kind.WEEKDAY in kinds and Kind.WEEK in kinds:
        return _weekday_of_week(left, right)
    if left.kind in _DAYS and right.kind in _DAYS:
        return _one_day(left, right, joint)
    if (left.clock and right.clock) or (left.part and right.part and right.kind is Kind.PART):
        return None
    dated = left if left.kind in _DAYS else right
    if dated.kind not in _DAYS and kinds == (Kind.PART, Kind.PART):
        return None
    kind = dated.kind if dated.kind in _DAYS else Kind.CLOCK
    if kind is Kind.WEEKDAY and right.clock:
        kind = Kind.NEAR  # "Friday 3pm, 12 March": nothing more is said of that Friday
    return replace(dated, kind=kind, clock=left.clock or right.clock, part=left.part or right.part)


def _weekday_of_week(left: Moment, right: Moment) -> Moment | None:
    day, week = (left, right) if left.kind is Kind.WEEKDAY else (right, left)
    if week.days is None or day.weekday is None:
        return None
    days = weekday_within(day.weekday, week.days)
    return Moment(Kind.DAY, days, day.clock, day.part, None, week.leans)


def _one_day(left: Moment, right: Moment, joint: list[str]) -> Moment | None:
    # Of "Friday 12 March" the date counts, the weekday only repeats it.
    if right.clock and left.clock:
        return None
    is_repeated = (left.kind, right.kind) in (
        (Kind.WEEKDAY, Kind.DAY),
        (Kind.DAY, Kind.WEEKDAY),
    ) or (not joint and {left.kind, right.kind} == {Kind.NEAR, Kind.WEEKDAY})
    if not is_repeated or joint not in ([], [","], ["the"], [",", "the"], ["on", "the"]):
        return None
    dated, named = (right, left) if left.kind is Kind.WEEKDAY else (left, right)
    if dated.kind is Kind.DAY and dated.days and named.weekday is not None:
        dated = replace(dated, days=falling_on(named.weekday, dated.days))
    return replace(dated, clock=left.clock or right.clock, part=left.part or right.part)


# --- ranges ------------------------------------------------------------------------------------


def _as_range(line: Line, start: int, left: Found) -> Found | None:
    """ "Mon to Wed", "9-11am", "from 5pm till 7", "Tue or Wed", "between 9 and 11"."""
    joint = line.low(left.end)
    is_between = joint == "and" and line.low(start - 1) == "between"
    if not (joint in _DASHES or joint in _UP_TO or joint in _EITHER or is_between):
        return None
    after = left.end + 1 + (line.low(left.end + 1) in ("the", "on", "at"))
    right = _piece(line, after) if after < len(line) else None
    if right is None:
        return None
    right = _joined(line, right) or right
    called = is_between or line.low(start - 1) == "from"
    kinds = left.moment.kind, right.moment.kind
    if left.moment.clock and right.moment.clock:
        return _hours(left, right, called)
    if kinds != (Kind.WEEKDAY, Kind.WEEKDAY):
        is_far = joint in _EITHER or not {*kinds} <= _DAYS
        if is_far or (Kind.NEAR in kinds and joint in _DASHES):
            return None
    first, last = left.moment.days, right.moment.days
    if first is None or last is None:
        return None
    moment = Moment(Kind.SPAN, up_to(first, last), leans=left.moment.leans or right.moment.leans)
    return Found(right.end, moment, sure=left.sure or right.sure or called)


def _hours(left: Found, right: Found, called: bool) -> Found | None:
    """A span of hours begins when it begins: its half of the day may stand at its end."""
    first, last = left.moment.clock, right.moment.clock
    if first is None or last is None or (left.moment.days and right.moment.days):
        return None
    if first.is_open and not last.is_open and right.moment.part is None:
        hour = first.hour % 12 + (12 if last.hour >= 12 else 0)
        if (hour, first.minute) > (last.hour, last.minute):
            hour = first.hour % 12
        first = Clock(hour, first.minute, zone=last.zone, home=first.home)
    elif last.zone and not first.zone:
        first = replace(first, zone=last.zone)
    days = left.moment.days or right.moment.days
    kind = Kind.DAY if days else Kind.CLOCK
    leans = left.moment.leans or right.moment.leans
    moment = Moment(kind, days, first, left.moment.part or right.moment.part, None, leans)
    sure = left.sure or right.sure or called or days is not None
    return Found(right.end, moment, sure, is_word=left.is_word and right.is_word)
