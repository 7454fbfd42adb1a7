"""Whom of the roster a name in a message means: by part, nickname, initials, slip."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rapport.capture.learned.nicknames import whole_names_of
from rapport.capture.learned.vocabulary import vocabulary
from rapport.capture.message import Message
from rapport.capture.naming import Somebody, known
from rapport.capture.reading import Ref
from rapport.capture.roster import Roster
from rapport.capture.words import Sort
from rapport.names import clean, fold

_SHORTEST_BEGINNING = 3
_SHORTEST_SLIP = 4


def named(message: Message, start: int, end: int) -> Somebody | None:
    """The person whose name these words are; None where no name is left of them."""
    name = clean(message.cut(start, end))
    if not fold(name):
        return None
    words = [
        message.folded(at) for at in range(start, end) if message.words[at].sort is not Sort.MARK
    ]
    ids = _meant(message.context.roster, words)
    if len(ids) == 1:
        return known(message, ids[0]) or Somebody(name)
    return Somebody(name, Ref.AMBIGUOUS, ids) if ids else Somebody(name)


def _meant(roster: Roster, words: list[str]) -> tuple[int, ...]:
    whole = " ".join(words)
    found = roster.matching(whole)
    if found:
        return found
    ways = _WAYS_OF_ONE if len(words) == 1 else _WAYS_OF_SEVERAL
    for way in ways:
        found = tuple(sorted(set(way(roster, words))))
        if found:
            return found
    return ()


def _by_any_part(roster: Roster, words: list[str]) -> Iterable[int]:
    return roster.with_word(words[0])


def _by_nickname(roster: Roster, words: list[str]) -> Iterable[int]:
    return (contact_id for name in whole_names_of(words[0]) for contact_id in roster.matching(name))


def _by_beginning(roster: Roster, words: list[str]) -> Iterable[int]:
    (word,) = words
    is_a_name = word in vocabulary().given
    if len(word) < _SHORTEST_BEGINNING + is_a_name:
        return ()
    return roster.beginning_with(word)


def _by_slip(roster: Roster, words: list[str]) -> Iterable[int]:
    (word,) = words
    if len(word) < _SHORTEST_SLIP or word in vocabulary().given:
        return ()
    return roster.misspelt(word)


def _by_initials(roster: Roster, words: list[str]) -> Iterable[int]:
    return roster.with_initials(words[0])


def _by_parts(roster: Roster, words: list[str]) -> Iterable[int]:
    """Every word is a part of the name, or its beginning, or a slip or short form of one."""
    first, *_, last = words
    candidates = set(roster.with_word(last)) | set(roster.with_word(first))
    candidates |= set(_by_nickname(roster, [first])) | set(roster.misspelt(last))
    return (contact_id for contact_id in candidates if _fits(roster, contact_id, words))


def _fits(roster: Roster, contact_id: int, words: list[str]) -> bool:
    contact = roster.get(contact_id)
    if contact is None:
        return False
    parts = fold(contact.name).split()
    first, *_, last = words
    if set(words) <= set(parts):
        return True
    is_initial = len(last) == 1 and any(part[0] == last for part in parts[1:])
    if not (is_initial or _is_alike(last, parts[-1])):
        return False
    return _is_alike(first, parts[0]) or parts[0] in whole_names_of(first)


def _is_alike(word: str, part: str) -> bool:
    from rapidfuzz.distance import DamerauLevenshtein

    if word == part or (len(word) == 1 and part.startswith(word)):
        return True
    return len(word) >= _SHORTEST_SLIP and DamerauLevenshtein.distance(word, part) <= 1


_Way = Callable[[Roster, list[str]], Iterable[int]]
_WAYS_OF_ONE: tuple[_Way, ...] = (
    _by_any_part,
    _by_nickname,
    _by_beginning,
    _by_initials,
    _by_slip,
)
_WAYS_OF_SEVERAL: tuple[_Way, ...] = (_by_parts,)
