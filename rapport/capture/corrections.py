"""Messages that correct what was understood before."""

from __future__ import annotations

from rapport.capture.days import Direction
from rapport.capture.lexicon import OBJECTIONS
from rapport.capture.message import Message
from rapport.capture.naming import Somebody, known, person_at
from rapport.capture.reading import Correction, Entry, Intent, Ref


def correction(message: Message) -> Entry | None:
    """The entry for an objection that says what would have been right, else None."""
    end = len(message)
    at = 0
    objected = False
    while at < end and (message.is_mark(at) or message.low(at) in OBJECTIONS):
        objected = objected or message.low(at) in OBJECTIONS
        at += 1
    meant = message.low(at) == "i" and message.low(at + 1) in ("meant", "mean")
    if meant:
        at += 2
    negated = message.low(at) == "not"
    if not (objected or meant or negated) or at >= end:
        return None
    return (
        _renamed(message, at)
        or _replaced(message, at, negated, certain=meant)
        or (_redated(message, at) if objected or meant else None)
        or (_relocated(message, at) if objected else None)
    )


def _entry(
    field: str, value: str, people: tuple[Somebody, ...] = (), mentions: tuple[Somebody, ...] = ()
) -> Entry:
    return Entry(
        Intent.CORRECTION,
        people=tuple(somebody.frozen() for somebody in people),
        mentions=tuple(somebody.frozen() for somebody in mentions),
        correction=Correction(field, value),
    )


def _redated(message: Message, at: int) -> Entry | None:
    """ "no, it was Tuesday": nothing but a date after "it was"."""
    while message.low(at) in ("it", "that", "was", "is", "on", "it's", "we", "met", "happened") or (
        at < len(message) and message.is_mark(at)
    ):
        at += 1
    phrase = message.dated.get(at)
    if phrase is None or any(message.is_word(i) for i in range(phrase.end, len(message))):
        return None
    when = message.when(phrase, Direction.PAST)
    if when is None:
        return None
    frozen = _entry("date", when.day.isoformat())
    return Entry(frozen.intent, date=when, correction=frozen.correction)


def _renamed(message: Message, at: int) -> Entry | None:
    """ "her name is spelled Katarzyna", "it's spelled Brightlane"."""
    end = len(message)
    for position in range(at, min(end, at + 6)):
        if message.low(position) not in ("name", "spelled", "spelt", "called"):
            continue
        after = position + 1
        while message.low(after) in ("is", "was", "spelled", "spelt", "actually", "with") or (
            after < end and message.words[after].text in ("'s", "’s", ":")
        ):
            after += 1
        value = message.cut(after, _value_end(message, after))
        return _entry("name", value) if value else None
    return None


def _value_end(message: Message, at: int) -> int:
    while (
        at < len(message)
        and not message.is_mark(at, ",.!?;")
        and message.low(at) not in ("with", "not", "without")
    ):
        at += 1
    return at


def _replaced(message: Message, at: int, negated: bool, certain: bool) -> Entry | None:
    """ "not Finch, Fitch" and "Tom Brandt not okafor"."""
    end = len(message)
    while message.low(at) in ("it", "was", "it's", "that", "with"):
        at += 1
    if negated:
        right = _value_end(message, at + 1)
        if not message.is_mark(right, ",") and message.low(right) != "but":
            return None
        wrong, wanted_at = message.cut(at + 1, right), right + 1
        wrong_at = at + 1
    else:
        wanted_at = at
        right = _value_end(message, at)
        if message.low(right + message.is_mark(right)) != "not":
            if not certain:
                return None
            wrong_at = end
            wrong = ""
        else:
            wrong_at = right + message.is_mark(right) + 1
            wrong = message.cut(wrong_at, end)
    value = message.cut(wanted_at, _value_end(message, wanted_at))
    if not value:
        return None
    named = person_at(message, wanted_at, end)
    if named and named[0].ref is Ref.KNOWN:
        other = _named_among(message, wrong_at, named[0])
        return _entry("person", named[0].name, (named[0],), (other,) if other else ())
    return _entry(_field_of(message, wrong), value)


def _named_among(message: Message, at: int, besides: Somebody) -> Somebody | None:
    """Whom a wrong name meant: by any part of a known name."""
    if at >= len(message):
        return None
    for contact_id in message.context.roster.with_word(message.words[at].text):
        if contact_id not in besides.ids:
            return known(message, contact_id)
    return None


def _field_of(message: Message, wrong: str) -> str:
    if message.context.roster.named(wrong):
        return "person"
    return "company" if wrong[:1].isupper() else "other"


def _relocated(message: Message, at: int) -> Entry | None:
    """ "no, it was at Slush"."""
    while message.low(at) in ("it", "was", "we", "met"):
        at += 1
    if message.low(at) not in ("at", "in"):
        return None
    value = message.cut(at + 1, _value_end(message, at + 1))
    return _entry("place", value) if value else None
