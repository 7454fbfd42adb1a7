"""Where one statement of a message ends and the next begins."""

from __future__ import annotations

from rapport.capture.lexicon import (
    ACTS,
    CONTRACTED,
    FOLLOW_UPS,
    LOG_NOUNS,
    LOG_PHRASES,
    LOG_VERBS,
    NEEDS,
    OPENERS,
    OWED_BY_ME,
    STOP,
    SUBJECTS,
    WEAK_OPENERS,
)
from rapport.capture.message import Message
from rapport.capture.misses import may_miss, opens_with_miss
from rapport.capture.words import Sort

_ENDS = ".!?;…\n"
_DASHES = "—–-"
_LONGEST_BEFORE = 20
_GOES_ON = NEEDS | SUBJECTS | CONTRACTED | {"i'll", "we'll"}
# Verbs of a promise that somebody named makes, and words after which more is promised.
_PLEDGES = frozenset(("promised", "promises", "will", "owes", "offered", "agreed"))
_PLEDGING = OWED_BY_ME | {"promises", "will", "i'll", "we'll", "he'll", "she'll", "they'll"}


def clauses(message: Message) -> list[tuple[int, int]]:
    """The statements as ranges of words, in order; what stands in brackets is not divided."""
    found: list[tuple[int, int]] = []
    start = 0
    depth_end = -1
    bracketed = ")" in message.text
    misses = may_miss(message, 0, len(message))
    for at in range(len(message)):
        if at <= depth_end or at < start:
            continue
        is_mark = message.is_mark(at)
        if bracketed and is_mark and message.is_mark(at, "("):
            depth_end = _closing(message, at)
        elif misses and opens_with_miss(message, at + 1):
            continue  # "called Ana - no answer" tells one thing
        elif is_mark and _ends(message, at):
            found.append((start, at))
            start = at + 1
        elif at > start and at not in message.dated and _opens(message, start, at):
            found.append((start, at))
            start = at
    found.append((start, len(message)))
    return [(first, last) for first, last in found if first < last]


def _closing(message: Message, at: int) -> int:
    for position in range(at, min(len(message), at + 30)):
        if message.is_mark(position, ")"):
            return position
    return at


def _ends(message: Message, at: int) -> bool:
    return message.is_mark(at, _ENDS) or _is_dash(message, at) or _tells_more(message, at)


def _is_dash(message: Message, at: int) -> bool:
    return message.is_mark(at, _DASHES) and at + 1 < len(message) and at not in message.dated


def _tells_more(message: Message, at: int) -> bool:
    """ "Call with Ana: wants a quote": after the colon it goes on about her."""
    return message.is_mark(at, ":") and message.low(at + 1) in _GOES_ON


def _opens(message: Message, start: int, at: int) -> bool:
    """Whether a comma or an "and" here is followed by a statement of its own."""
    word = message.words[at]
    if word.sort is Sort.MARK and word.text == ",":
        after = at + 1 + (message.low(at + 1) in ("and", "but", "so"))
        return _is_opener(message, after) or _is_promiser(message, after)
    if word.low in ("and", "but", "so", "then", "because"):
        goes_on = message.low(at + 1) in ("is", "has", "was", "into")
        if goes_on or (word.low == "and" and _is_owed_too(message, start, at + 1)):
            return goes_on
        return _is_opener(message, at + 1) or (
            _says_something(message, start, at) and _is_promiser(message, at + 1)
        )
    return False


def _is_owed_too(message: Message, start: int, at: int) -> bool:
    """Whether "and send the deck" goes on with what was promised."""
    return message.low(at) in ACTS - FOLLOW_UPS and not _PLEDGING.isdisjoint(
        message.lows[max(start, at - _LONGEST_BEFORE) : at]
    )


def _is_promiser(message: Message, at: int) -> bool:
    """ ", Ben promised to call": whoever is named before such a verb."""
    if not message.is_word(at) or message.low(at) in STOP:
        return False
    word = message.words[at]
    after = at + 1 + (message.is_word(at + 1) and message.words[at + 1].capital)
    if message.low(after) not in _PLEDGES:
        return False
    return (
        word.capital
        or message.context.roster.knows(message.folded(at))
        or word.low in message.lows[:at]
    )


def _says_something(message: Message, start: int, end: int) -> bool:
    """Whether there is more before an "and" than names: "Ana and Ben promised …" is of both."""
    return any(
        low in LOG_VERBS or low in LOG_NOUNS or low in LOG_PHRASES or low in OPENERS
        for low in message.lows[max(start, end - _LONGEST_BEFORE) : end]
    )


def _is_opener(message: Message, at: int) -> bool:
    low = message.low(at)
    if low in LOG_NOUNS and message.low(at + 1) in ("with", "from"):
        return True
    if low in LOG_VERBS or low in LOG_PHRASES:
        return True
    return low in OPENERS and low not in WEAK_OPENERS and not _is_relative(message, at)


def _is_relative(message: Message, at: int) -> bool:
    """ "and his wife Abena" goes on with the list of people."""
    if message.low(at) not in ("his", "her", "their"):
        return message.low(at) == "who"
    return at + 2 < len(message) and (
        message.words[at + 2].capital or message.low(at + 2) in ("and", "called", "named")
    )
