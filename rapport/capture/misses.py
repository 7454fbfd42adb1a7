"""Phrases that say that nobody was reached: "no answer", "went to voicemail", "never showed up"."""

from __future__ import annotations

from enum import Enum

from rapport.capture.message import Message


class Miss(Enum):
    """Why there was no contact: nobody answered, or somebody did not come."""

    UNANSWERED = 1
    ABSENT = 2


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NOT = _set("didn't doesn't never won't wouldn't hasn't not wasn't isn't didnt")
_ANSWER = _set("answer answered answering reply replied replying respond responded responding")
_PICK = _set("pick picked picking")
_AROUND = _set("available home there around reachable")
_COME = _set("show showed shown come came coming appear appeared turn turned")
_NONE = _set("answer reply response luck pickup pick-up")
# One word that says it all, and words that need another soon after.
_ALONE = {
    **dict.fromkeys(_set("voicemail vm unreachable"), Miss.UNANSWERED),
    **dict.fromkeys(_set("no-show noshow cancelled canceled bailed flaked"), Miss.ABSENT),
}
_PAIRS = {
    "no": ((_NONE, 1, Miss.UNANSWERED), (_set("show"), 1, Miss.ABSENT)),
    "line": ((_set("busy engaged dead"), 2, Miss.UNANSWERED),),
    "rang": ((_set("out"), 1, Miss.UNANSWERED),),
    "couldn't": ((_set("through reach"), 3, Miss.UNANSWERED),),
    "nobody": ((_set("answered home there"), 2, Miss.UNANSWERED),),
    "left": ((_set("message voicemail vm"), 3, Miss.UNANSWERED),),
    "stood": ((_set("me us"), 1, Miss.ABSENT),),
    **dict.fromkeys(_NOT, ((_ANSWER | _AROUND, 1, Miss.UNANSWERED), (_COME, 1, Miss.ABSENT))),
}
_MISSES = _ALONE.keys() | _PAIRS.keys() | {"busy"}
_AFTERTHOUGHTS = _set("yet again so and but either on last today when though")
_THEM = _set("him her them me us either both anybody")
_LINES = _set("phone call calls door")
# What may stand before such a phrase in a clause of its own.
_LEADS = _set(
    "but and so yet still then he she they it there was were a the just only went goes got "
    "straight to directly her his their left line both"
)
_LONGEST_LEAD = 6
# After them it is what was talked about, or when: "called back after her voicemail".
_JOINTS = _set("about re after from on with for of before since until regarding because")


def may_miss(message: Message, start: int, end: int) -> bool:
    """Whether any of these words could belong to such a phrase."""
    return not _MISSES.isdisjoint(message.lows[start:end])


def miss_at(message: Message, at: int) -> Miss | None:
    """What the phrase that begins here says; None where its words go on to mean more."""
    low = message.low(at)
    if low == "busy":
        return Miss.UNANSWERED if _stands_alone(message, at) else None
    if low in _ALONE:
        return _ALONE[low] if _closes(message, at + 1) else None
    if low in _NOT and message.low(at + 1) in _PICK and message.low(at + 2) == "up":
        return Miss.UNANSWERED if _closes(message, at + 3) else None
    for needed, reach, miss in _PAIRS.get(low, ()):
        for position in range(at + 1, at + 1 + reach):
            if message.low(position) in needed:
                after = position + 1 + (message.low(position + 1) == "up")
                return miss if low == "left" or _closes(message, after) else None
    return None


def is_silence(message: Message, at: int) -> bool:
    """Whether "no" is the beginning of "no answer", not an objection."""
    return message.low(at) == "no" and message.low(at + 1) in _NONE | {"word", "news"}


def opens_with_miss(message: Message, at: int) -> bool:
    """Whether a clause that would begin here only says that nobody was reached."""
    for position in range(at, at + _LONGEST_LEAD):
        if miss_at(message, position):
            return True
        if message.low(position) not in _LEADS:
            break
    return False


def miss_in(message: Message, start: int, end: int) -> tuple[int, Miss] | None:
    """Where "but she went to voicemail" begins among these words, and what it says."""
    for at in range(start, end):
        if miss := miss_at(message, at):
            while at > start and message.low(at - 1) in _LEADS:
                at -= 1
            return (at, miss) if message.low(at - 1) not in _JOINTS else None
    return None


def _stands_alone(message: Message, at: int) -> bool:
    return message.is_mark(at - 1) and (message.is_mark(at + 1) or not message.low(at + 1))


def _closes(message: Message, after: int) -> bool:
    low = message.low(after)
    if not low or message.is_mark(after) or after in message.dated or low in _AFTERTHOUGHTS:
        return True
    if (low in _THEM or (low == "from" and message.low(after + 1) in _THEM)) and _closes(
        message, after + 1
    ):
        return True
    return low in ("the", "my", "his", "her", "their") and message.low(after + 1) in _LINES
