"""Contact that was tried and not made: kept as a note, for nobody was reached."""

from __future__ import annotations

from rapport.capture.lexicon import LOG_NOUNS, LOG_PHRASES, LOG_VERBS, PRONOUNS, SUBJECTS
from rapport.capture.logs import log
from rapport.capture.message import Message
from rapport.capture.misses import Miss, is_silence, may_miss, miss_in
from rapport.capture.naming import Somebody
from rapport.capture.reading import Kind, Ref
from rapport.capture.story import Story
from storage.types import FactKind

ATTEMPT = "attempt"
"""The sort of fact that such a note is."""
_WRITTEN = frozenset((Kind.EMAIL, Kind.MESSAGE))
_SPOKEN = frozenset((Kind.CALL, Kind.VIDEO))
# The word that says at once that it came to nothing, and one of the words it needs.
_HEADS: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("tried", "attempted", "missed", "skipped", "cancelled", "canceled", "couldn't", "failed"),
        frozenset(),
    ),
    "left": frozenset(("voicemail", "vm", "message")),
    "got": frozenset(("voicemail", "vm")),
    "voicemail": frozenset(("from", "for")),
    "lost": frozenset(("touch", "contact")),
    "haven't": frozenset(("heard",)),
    "never": frozenset(("heard",)),
    "didn't": frozenset(("reach", "catch", "manage", "see", "meet", "find", "get")),
    **dict.fromkeys(("can't", "cannot"), frozenset(("reach",))),
    "unable": frozenset(("to",)),
}
_BEFORE_NAMES = frozenset(("from", "with", "for", "to", "of", "reach", "call", "calling", "see"))


def attempt(story: Story, at: int, end: int) -> bool:
    """ "tried Ana, voicemail", "called Ana, no answer", "lost touch with Ana"."""
    message = story.message
    while message.low(at) in ("i", "we", "still", "just", "also"):
        at += 1
    needed = _HEADS.get(message.low(at))
    fails = needed is not None and (not needed or not needed.isdisjoint(message.lows[at:end]))
    if fails or is_silence(message, at):
        somebody = _whom(story, at + 1, end)
        if somebody is not None:
            return _note(story, somebody, at, end)
    return may_miss(message, at, end) and _missed(story, at, end)


def _missed(story: Story, at: int, end: int) -> bool:
    """ "called Ana, no answer", "Ana was a no-show"; a message was sent whoever answers it."""
    message = story.message
    found = miss_in(message, at, end)
    if found is None:
        return False
    begin, miss = found
    kind = _kind(message, at, begin)
    if kind is None:
        return _absent(story, at, begin, end)
    if kind in _WRITTEN or (miss is Miss.UNANSWERED and kind not in _SPOKEN):
        told = log(story, at, begin)
        somebody = story.subject
        return told and somebody is not None and _note(story, somebody, begin, end)
    somebody = _whom(story, at, begin)
    return somebody is not None and _note(story, somebody, at, end)


def _kind(message: Message, at: int, end: int) -> Kind | None:
    """How somebody was to be reached, according to the first word that tells."""
    for low in message.lows[at:end]:
        if low in LOG_PHRASES:
            return LOG_PHRASES[low][1]
        if kind := LOG_VERBS.get(low) or LOG_NOUNS.get(low):
            return kind
    return None


def _absent(story: Story, at: int, begin: int, end: int) -> bool:
    """ "Ana was a no-show": said of whom it names."""
    if story.message.low(begin) in SUBJECTS:
        somebody = story.person()
    elif (found := story.person_at(at, end)) and found[1] == begin:
        somebody = found[0]
    else:
        somebody = story.subject if begin == at else None
    return somebody is not None and _note(story, somebody, begin, end)


def _note(story: Story, somebody: Somebody, at: int, end: int) -> bool:
    return story.add_fact(somebody, FactKind.CLAUSE, at, end, ATTEMPT)


def _whom(story: Story, at: int, end: int) -> Somebody | None:
    """Whom these words name; somebody new only where a name is to be expected."""
    message = story.message
    for position in range(at, end):
        found = story.person_at(position, end)
        before = message.low(position - 1)
        if found and (
            found[0].ref is not Ref.NEW
            or position == at
            or before in _BEFORE_NAMES
            or before in LOG_VERBS
        ):
            return found[0]
        if message.low(position) in PRONOUNS and (somebody := story.person()):
            return somebody
    return None
