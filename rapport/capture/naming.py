"""Who is named in a message: the bounds of a name, and whom of the roster it means."""

from __future__ import annotations

from dataclasses import dataclass, field

from rapport.capture.lexicon import (
    FAMILY,
    OPENERS,
    ORDINARY,
    PERSON_NOUNS,
    ROLE_WORDS,
    STOP,
    WORDS_FIRST,
)
from rapport.capture.message import Message
from rapport.capture.reading import Handle, Person, Ref
from rapport.names import PARTICLES, clean, fold, is_title
from storage.types import PartialDate

_LONGEST_NAME = 6
_LONGEST_LOWER_NAME = 3
_DETERMINERS = frozenset(("a", "an", "this", "that", "the", "my", "our", "old", "some"))
_INTRODUCTIONS = _DETERMINERS | PERSON_NOUNS


@dataclass(eq=False)
class Somebody:
    """A person while the message is still being read."""

    name: str
    ref: Ref = Ref.NEW
    ids: tuple[int, ...] = ()
    role: str | None = None
    company: str | None = None
    handles: list[Handle] = field(default_factory=list)
    birthday: PartialDate | None = None

    def frozen(self) -> Person:
        """The person as the reading holds them."""
        return Person(
            self.name,
            self.ref,
            self.ids,
            self.role,
            self.company,
            tuple(dict.fromkeys(self.handles)),
            self.birthday,
        )

    def is_same(self, other: Somebody) -> bool:
        """Whether both name one person."""
        return self.ids == other.ids if self.ids else fold(self.name) == fold(other.name)


def known(message: Message, contact_id: int) -> Somebody | None:
    """A contact by id, as the roster names them."""
    contact = message.context.roster.get(contact_id)
    return Somebody(contact.name, Ref.KNOWN, (contact_id,)) if contact else None


def referred(message: Message) -> Somebody | None:
    """Whom "her" means in a message that names nobody: the card's or the last shown contact."""
    context = message.context
    if context.card is not None:
        return known(message, context.card)
    return known(message, context.shown[0]) if len(context.shown) == 1 else None


def person_at(
    message: Message, at: int, end: int, expected: bool = False
) -> tuple[Somebody, int] | None:
    """The person named from here on and where the name ends.

    Where a person is `expected`, as after "met", an unknown name may be in lower case.
    """
    if message.low(at) in _INTRODUCTIONS:
        at = _past_introduction(message, at, end)
    begin = at
    while at < end - 1 and message.is_word(at) and is_title(message.words[at].text):
        at += 2 if message.is_mark(at + 1, ".") else 1
    if at >= end or not message.is_word(at):
        return None
    return (
        known_at(message, at, end, expected)
        or (_by_family_name(message, at, end) if at > begin else None)
        or _new_person(message, at, end, expected)
    )


def _by_family_name(message: Message, at: int, end: int) -> tuple[Somebody, int] | None:
    """ "Prof. Narayanan", of whom the whole name is known; only where nothing follows it."""
    ids = message.context.roster.with_word(message.words[at].text)
    if not ids or (at + 1 < end and is_name_word(message, at + 1)):
        return None
    if len(ids) > 1:
        return Somebody(message.cut(at, at + 1), Ref.AMBIGUOUS, tuple(sorted(ids))), at + 1
    found = known(message, ids[0])
    return (found, at + 1) if found else None


def known_at(
    message: Message, at: int, end: int, expected: bool = False
) -> tuple[Somebody, int] | None:
    """The roster's person, or several alike, named by the words from here on."""
    roster = message.context.roster
    if not message.is_word(at) or not roster.knows(message.folded(at)):
        return None
    words, key, after = "", "", at
    for last in range(at, min(end, at + _LONGEST_NAME)):
        if not message.is_word(last):
            break
        words = f"{words} {message.folded(last)}".strip()
        if roster.knows(words):
            key, after = words, last + 1
    if after == at + 1:
        word = message.words[at]
        is_word_first = word.low in WORDS_FIRST or word.low in STOP
        if is_word_first and not (word.capital or expected):
            return None
        if _has_surname(message, at, after, end):
            return None
    ids = roster.matching(key)
    if not ids:
        return None
    if len(ids) > 1:
        return Somebody(message.cut(at, after), Ref.AMBIGUOUS, ids), after
    found = known(message, ids[0])
    return (found, after) if found else None


def is_name_word(message: Message, at: int) -> bool:
    """Whether a word looks like part of a name: a capital, an initial, a script without case."""
    if not message.is_word(at):
        return False
    word = message.words[at]
    if word.capital:
        return True
    if not word.text[0].isascii() and word.text[0].upper() == word.text[0]:
        return True  # Hanzi, Hangul, Arabic, Devanagari
    before, joint, after = word.text.partition("-")
    return bool(joint) and before in PARTICLES and after[:1].isupper()  # "al-Otaibi"


def _past_introduction(message: Message, at: int, end: int) -> int:
    """Past "a guy called", "someone named", "my friend"."""
    start = at
    while at < end and message.low(at) in _DETERMINERS:
        at += 1
    if message.low(at) in PERSON_NOUNS and at + 1 < end:
        if message.low(at + 1) in ("called", "named"):
            return at + 2
        if at > start and message.words[at + 1].capital:
            return at + 1
    return _past_acquaintance(message, start, end)


def _past_acquaintance(message: Message, start: int, end: int) -> int:
    """Past "my old boss", as long as a name follows."""
    if message.low(start) not in ("my", "our"):
        return start
    for at in range(start + 1, min(end, start + 5)):
        if message.words[at].capital and message.is_word(at):
            return at
        if not message.is_word(at) or message.low(at) in STOP or message.low(at) in FAMILY:
            break
    return start


def _has_surname(message: Message, at: int, after: int, end: int) -> bool:
    """Whether a first name goes on, so that somebody else of that first name is meant."""
    if after >= end or not message.is_word(after):
        return False
    if message.low(after) in STOP or message.low(after) in OPENERS:
        return False
    if message.words[at].capital and not message.is_upper:
        return is_name_word(message, after) or (_past_particles(message, after, end) is not None)
    return _may_be_lower_surname(message, after, end)


def _may_be_lower_surname(message: Message, at: int, end: int) -> bool:
    low = message.low(at)
    ordinary = (
        low in ORDINARY or low in ROLE_WORDS or low in FAMILY or low.endswith(("ly", "ing", "ed"))
    )
    closed = at + 1 >= end or not message.is_word(at + 1) or message.low(at + 1) in STOP
    return not ordinary and closed and len(low) > 2


def _new_person(message: Message, at: int, end: int, expected: bool) -> tuple[Somebody, int] | None:
    after = _name_end(message, at, end, expected)
    if after == at:
        return None
    name = clean(message.cut(at, after))
    if not fold(name):
        return None
    if message.words[after - 1].text.endswith(".") and not name.endswith("."):
        name += "."  # the initial of "Ramesh K." keeps its point
    while (
        after < end and message.is_word(after) and _is_other_script(name, message.words[after].text)
    ):
        after += 1  # the same name once more: "Xu Li 李旭"
    return Somebody(name), after


def _name_end(message: Message, at: int, end: int, expected: bool) -> int:
    word = message.words[at]
    if word.low in STOP and not (word.capital and expected and word.low in ("will", "may", "an")):
        return at
    if is_name_word(message, at) and not message.is_upper:
        return _capital_name_end(message, at, end)
    if not expected or word.low in ORDINARY or word.low in OPENERS or word.low in WORDS_FIRST:
        return at
    after = at + 1
    limit = min(end, at + _LONGEST_LOWER_NAME)
    while after < limit and message.is_word(after) and _goes_on_in_lower(message, after):
        after += 2 if message.low(after) in PARTICLES and after + 1 < end else 1
    return min(after, end)


def _goes_on_in_lower(message: Message, at: int) -> bool:
    low = message.low(at)
    if low in PARTICLES:
        return message.is_word(at + 1) and message.low(at + 1) not in STOP
    return (
        low not in STOP and low not in OPENERS and low not in ROLE_WORDS and not low.endswith("ly")
    )


def _capital_name_end(message: Message, at: int, end: int) -> int:
    word = message.words[at]
    after = at + 1
    while after < min(end, at + _LONGEST_NAME) and message.is_word(after):
        low = message.low(after)
        if _is_other_script(word.text, message.words[after].text):
            break  # "Xu Li 李旭" says one name twice
        if is_name_word(message, after) and (
            low not in STOP or message.words[after].text.endswith(".")
        ):
            after += 1
        elif beyond := _past_particles(message, after, end):
            after = beyond
        else:
            break
    if (
        after == at + 1
        and len(word.text) > 1
        and word.text.isupper()
        and word.text.isalpha()
        and word.text.isascii()
    ):
        return at  # "with IBM": letters are an organisation's
    return after


def _past_particles(message: Message, at: int, end: int) -> int | None:
    """Past "van der Berg", which goes on a name in lower case and ends it with a capital."""
    position = at
    while position < end and message.is_word(position) and message.low(position) in PARTICLES:
        position += 1
    if position == at or position >= end or not is_name_word(message, position):
        return None
    return position + 1


def _is_other_script(first: str, other: str) -> bool:
    return first[0].upper() != first[0].lower() and other[0].upper() == other[0].lower()
