"""What the models see of a message: for each word its spelling, shape, groups and neighbours.

A feature is a short string. A model knows only those that told it something in training; of the
others none is made, and what depends on a word alone is made once for each word.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from functools import lru_cache

from rapport.capture import lexicon
from rapport.capture.learned.nicknames import whole_names_of
from rapport.capture.learned.vocabulary import vocabulary
from rapport.capture.message import Message
from rapport.capture.words import Sort, Word
from rapport.english import ORDINARY
from rapport.names import fold

LEXICON: dict[str, tuple[str, ...]] = {}
for _name in (
    "LOG_VERBS", "LOG_PHRASES", "LOG_NOUNS", "APPROACHES", "PLANS", "TASKS", "ROLE_WORDS",
    "ROLES_OF", "ROLE_HELPERS", "NEEDS", "LIKES", "STOP", "FAMILY", "PRONOUNS", "PERSON_NOUNS",
    "OWED_BY_ME",
):  # fmt: skip
    for _word in getattr(lexicon, _name):
        LEXICON[_word] = (*LEXICON.get(_word, ()), f"lx={_name}")

_NEAR = ("l=", "lx", "c0", "c1", "cap", "giv", "fam", "ord", "c=", "sort", "up")
_FAR = ("l=", "lx", "c1")
_NEIGHBOURS = (-2, -1, 1, 2)
_FARTHER = (-3, 3)
_LETTERS, _CAPITALS, _DIGITS = re.compile("[a-z]+"), re.compile("[A-Z]+"), re.compile(r"\d+")
_LONGEST_SHAPE = 8
_LINE_ENDS = "¶"


class _Everything:
    """Contains whatever it is asked about."""

    def __contains__(self, _: object) -> bool:
        return True


EVERYTHING = _Everything()


class Describer:
    """Describes messages by the features that a model knows."""

    def __init__(self, known: Container[str] = EVERYTHING) -> None:
        self._known = known
        self._told = lru_cache(maxsize=8192)(self._tell)

    def of(self, message: Message) -> list[list[str]]:
        """The features of each word."""
        known = self._known
        words = message.words
        lows = [_LINE_ENDS if word.sort is Sort.BREAK else word.low for word in words]
        told = [
            self._told(word.text, low, word.sort, word.capital)
            for word, low in zip(words, lows, strict=True)
        ]
        marks = roster_marks(message)
        flags = [flag for flag in _flags(message) if flag in known]
        last = len(words) - 1
        described: list[list[str]] = []
        for at in range(len(words)):
            features = list(told[at][0])
            features += flags
            features += _kept(marks[at], known)
            for distance in _NEIGHBOURS:
                there = at + distance
                if 0 <= there <= last:
                    features += told[there][distance]
                    if marks[there]:
                        features += _kept([f"{distance}:{mark}" for mark in marks[there]], known)
            for distance in _FARTHER:
                if 0 <= at + distance <= last:
                    features += told[at + distance][distance]
            edges = []
            if at == 0:
                edges.append("BOS")
            if at == last:
                edges.append("EOS")
            if at > 0:
                edges.append(f"bg={lows[at - 1]}|{lows[at]}")
                if at < last:
                    edges.append(f"b={lows[at - 1]}|{lows[at + 1]}")
            features += _kept(edges, known)
            described.append(features)
        return described

    def _tell(self, text: str, low: str, sort: Sort, capital: bool) -> dict[int, tuple[str, ...]]:
        """What depends on a word alone, by the distance it is seen from."""
        own = _own(text, low, sort, capital)
        near = [feature for feature in own if feature.startswith(_NEAR)]
        far = [feature for feature in own if feature.startswith(_FAR)]
        return {
            0: tuple(_kept(own, self._known)),
            **{
                distance: tuple(_kept([f"{distance}:{one}" for one in seen], self._known))
                for distances, seen in ((_NEIGHBOURS, near), (_FARTHER, far))
                for distance in distances
            },
        }


def _kept(features: Iterable[str], known: Container[str]) -> list[str]:
    return [feature for feature in features if feature in known]


def _own(text: str, low: str, sort: Sort, capital: bool) -> list[str]:
    features = [f"l={low}", f"s={_shape(text.strip())}", f"sort={sort.name}"]
    if capital:
        features.append("cap")
    if text.isupper() and len(text) > 1:
        features.append("up")
    if len(low) > 3:
        features += [f"suf={low[-3:]}", f"pre={low[:3]}", f"suf2={low[-2:]}"]
    features += LEXICON.get(low, ())
    if low in ORDINARY:
        features.append("ord")
    known = vocabulary()
    groups = known.groups_of(low)
    features += groups
    if not groups and sort is Sort.WORD:
        features.append("c=rare")
    folded = fold(text)
    if folded in known.given:
        features.append("giv")
    if folded in known.family:
        features.append("fam")
    return features


def _shape(text: str) -> str:
    plain = _CAPITALS.sub("X", text)
    return _DIGITS.sub("d", _LETTERS.sub("x", plain))[:_LONGEST_SHAPE]


def _flags(message: Message) -> list[str]:
    flags = []
    if message.is_upper:
        flags.append("ALLUP")
    if message.text == message.text.lower():
        flags.append("ALLLOW")
    return flags


def roster_marks(message: Message) -> list[list[str]]:
    """For each word whether it is of a date, and whether somebody known is called so."""
    marks: list[list[str]] = []
    for at, word in enumerate(message.words):
        found = ["date"] if at in message.dated else []
        if word.sort is Sort.WORD or word.sort is Sort.AT_NAME:
            found += _known_by(message, word)
        marks.append(found)
    return marks


def _known_by(message: Message, word: Word) -> Sequence[str]:
    roster = message.context.roster
    folded = fold(word.text)
    if roster.knows(folded):
        return ("ros1",)
    if roster.with_word(folded):
        return ("ros",)
    if any(roster.knows(name) for name in whole_names_of(folded)):
        return ("nick",)
    return ()
