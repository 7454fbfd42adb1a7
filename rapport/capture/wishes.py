"""Messages that ask for a draft: for whom, on what occasion, about what."""

from __future__ import annotations

from rapport.capture.clauses import clauses
from rapport.capture.days import Direction
from rapport.capture.lexicon import EXCLAIMED
from rapport.capture.message import Message
from rapport.capture.naming import Somebody, person_at, referred
from rapport.capture.reading import DraftWish, Entry, Intent, Ref

_WRITE = frozenset(("draft", "write", "compose", "prepare", "word", "make", "reword", "rewrite"))
_LETTERS = frozenset(
    (
        "note", "message", "email", "mail", "text", "letter", "reply", "dm", "line", "card",
        "thank-you", "thanks", "thank", "follow-up", "follow", "congrats", "congratulation",
        "congratulations", "check-in", "outreach", "intro", "invite", "something",
        "birthday", "wishes",
    )
)  # fmt: skip
_OCCASIONS = {
    "thank-you": "thank-you", "thanks": "thank-you", "thank": "thank-you",
    "follow-up": "follow-up", "follow": "follow-up", "congrats": "congratulation",
    "congratulation": "congratulation", "congratulations": "congratulation",
    "congratulate": "congratulation", "check-in": "check-in", "outreach": "outreach",
    "checking": "check-in", "check": "check-in", "birthday": "birthday",
}  # fmt: skip
_SECOND_WORDS = {"follow": "up", "check": "in", "checking": "in", "thank": "you"}
_BETWEEN = frozenset(
    (
        "a", "an", "the", "quick", "little", "nice", "to", "you", "him", "her", "them", "happy",
        "belated",
    )
)  # fmt: skip
# What is done by writing, and the occasion if the word tells it.
_BIDS = {"congratulate": "congratulation", "thank": "thank-you", "wish": None, "say": None}
_TONES = frozenset(("formal", "casual", "warm", "friendly", "short", "brief", "funny", "polite"))


def wish(message: Message) -> Entry | None:
    """The entry for a message that asks for a text to send, else None."""
    at = message.after_greeting(0, len(message))
    if message.low(at) in _WRITE:
        return _letter(message, at)
    return _bid(message, at) if message.low(at) in _BIDS else None


def _letter(message: Message, at: int) -> Entry | None:
    """ "draft a thank-you to Ana for the intro"."""
    end = len(message)
    head_end = next((i for i in range(at + 1, end) if message.low(i) in ("to", "for")), end)
    heads = [message.low(i) for i in range(at + 1, head_end)]
    if not any(low in _LETTERS for low in heads):
        direct = person_at(message, at + 1, end) if message.low(at) != "make" else None
        if message.low(at) != "draft" and not direct:
            return None
    occasion = next((_OCCASIONS[low] for low in heads if low in _OCCASIONS), None)
    to_whom = _recipient(message, at + 1, head_end)
    if to_whom is None:
        return None
    somebody, after = to_whom
    return _entry(message, at, somebody, after, occasion)


def _bid(message: Message, at: int) -> Entry | None:
    """ "congratulate Ana on her new job", "say thanks to Raj": to do so is to write.

    On another day, or towards several people, it is a task.
    """
    end = len(message)
    occasion, start = _BIDS[message.low(at)], at + 1
    if message.low(at) == "say":
        start = next((i + 1 for i in range(at, end) if message.low(i) == "to"), end)
        heads = (message.low(i) for i in range(at, start))
        occasion = next((_OCCASIONS[low] for low in heads if low in _OCCASIONS), None)
    to_whom = _addressee(message, start, end)
    if to_whom is None or message.low(to_whom[1]) == "and":
        return None
    if len(clauses(message)) > 1 or _is_for_later(message, start, end):
        return None
    entry = _entry(message, at, *to_whom, occasion)
    return entry if entry.draft and entry.draft.occasion else None


def _addressee(message: Message, at: int, end: int) -> tuple[Somebody, int] | None:
    if message.low(at) in ("him", "her", "them"):
        somebody = referred(message)
        return (somebody, at + 1) if somebody else None
    return person_at(message, at, end) if message.low(at) not in EXCLAIMED else None


def _is_for_later(message: Message, at: int, end: int) -> bool:
    """Whether it names a day to come; "for dinner on Friday" is for last Friday's."""
    if message.lies_ahead(at, end):
        return True
    when = message.date_in(at, end, Direction.FUTURE)
    return when is not None and when.first > message.today and "for" not in message.lows


def _entry(
    message: Message, at: int, somebody: Somebody, after: int, occasion: str | None
) -> Entry:
    named, after = _named_after(message, after)
    while after in message.dated:
        after += 1
    tone = next((low for i in range(at, len(message)) if (low := message.low(i)) in _TONES), None)
    mentions = tuple(person.frozen() for person in _others(message, after, somebody))
    wanted = DraftWish(somebody.name, somebody.ids, occasion or named, _about(message, after), tone)
    return Entry(Intent.DRAFT, people=(somebody.frozen(),), mentions=mentions, draft=wanted)


def _named_after(message: Message, at: int) -> tuple[str | None, int]:
    """The occasion in "write Ben a quick thank-you for dinner", and where it ends."""
    occasion, after = None, at
    while message.is_word(at) and message.low(at) in _LETTERS | _TONES | _BETWEEN | set(_OCCASIONS):
        low = message.low(at)
        occasion = occasion or _OCCASIONS.get(low)
        at += 1 + (message.low(at + 1) == _SECOND_WORDS.get(low))
        after = after if low in _BETWEEN else at
    return occasion, after


def _recipient(message: Message, start: int, head_end: int) -> tuple[Somebody, int] | None:
    end = len(message)
    at = head_end + 1
    if message.low(at) in ("him", "her", "them"):
        somebody = referred(message)
        return (somebody, at + 1) if somebody else None
    found = person_at(message, at, end, expected=True) if at < end else None
    if found:
        return found
    for position in range(start, end):
        found = person_at(message, position, end)
        if found and found[0].ref is not Ref.NEW:
            return found
    if head_end == end and (somebody := referred(message)):
        return somebody, end
    return None


def _about(message: Message, at: int) -> str | None:
    end = len(message)
    if message.low(at) == "and":  # "between Ben and Ana"
        return None
    while at < end and (
        message.is_mark(at)
        or message.low(at) in ("for", "about", "re", "on", "from", "regarding", "to")
    ):
        at += 1
    stop = at
    while stop < end and not message.is_mark(stop, ",.!?;\n"):
        stop += 1
    if all(message.low(i) in _TONES | {"and"} for i in range(at, stop)):
        return None  # "…, short and formal"
    about = message.cut(at, stop)
    return (
        about if about and not about.lower().startswith(("keep it", "make it", "more ")) else None
    )


def _others(message: Message, start: int, besides: Somebody) -> list[Somebody]:
    found: list[Somebody] = []
    at = start
    while at < len(message):
        named = person_at(message, at, len(message))
        if named and named[0].ref is Ref.KNOWN and not named[0].is_same(besides):
            found.append(named[0])
            at = named[1]
        else:
            at += 1
    return found
