"""From the frame a message should give to what each of its words stands for.

A frame says what is meant, not where it stands: names are looked for in the text, dates among the
phrases that the grammar finds, what was promised where most of its words are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein

from benchmarks.learning.exact import EMPTY
from rapport.capture.days import Direction
from rapport.capture.learned.nicknames import whole_names_of
from rapport.capture.learned.tags import OUTSIDE, Tag
from rapport.capture.message import Message
from rapport.capture.reading import When
from rapport.capture.words import words_of
from rapport.names import fold

_ENDINGS = re.compile(r"(?:ing|ed|s)$")
_LONGEST_PROMISE = 16
_LIKE_ENOUGH = 0.5


class Labels:
    """The labels of a message's words, given one after another; none is given twice."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.folded = [fold(word.text) or word.text for word in message.words]
        self.labels = [OUTSIDE] * len(self.folded)

    def put(self, start: int, end: int, tag: Tag) -> bool:
        """Whether these words were free and now stand for that."""
        if start >= end or any(label != OUTSIDE for label in self.labels[start:end]):
            return False
        self.labels[start:end] = [f"B-{tag}", *[f"I-{tag}"] * (end - start - 1)]
        return True

    def fill(self, start: int, end: int, tag: Tag) -> None:
        """Whatever is free of these words stands for that."""
        begun = False
        for at in range(start, end):
            is_free = self.labels[at] == OUTSIDE
            if is_free:
                self.labels[at] = f"I-{tag}" if begun else f"B-{tag}"
            begun = is_free

    def places_of(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """Where these words stand one after another."""
        wanted = [fold(word) or word for word in words]
        if not wanted:
            return []
        size = len(wanted)
        last = len(self.folded) - size
        return [(at, at + size) for at in range(last + 1) if self.folded[at : at + size] == wanted]


def labelled(message: Message, gold: Mapping[str, Any]) -> list[str]:
    """The label of each word, as far as the frame's values can be found in the text."""
    labels = Labels(message)
    roster = {known.name for known in message.context.roster}
    for person in gold["people"]:
        _put_name(labels, person["name"], Tag.PERSON, is_known=person["ref"] == "known")
    for name in gold["mentions"]:
        _put_name(labels, name, Tag.MENTION, is_known=name in roster)
    for person in gold["people"]:
        for key, tag in (("role", Tag.ROLE), ("company", Tag.COMPANY)):
            if person.get(key):
                _put_first(labels, labels.places_of(_words(person[key])), tag)
    if gold["where"]:
        words = _words(gold["where"])
        for number in range(len(words)):
            if _put_first(labels, labels.places_of(words[number:]), Tag.PLACE):
                break
    for phrase in message.phrases:
        _put_date(labels, phrase.start, phrase.end, partial(message.when, phrase), gold)
    for at in range(len(message)):
        if at not in message.dated:
            _put_date(labels, at, at + 1, partial(message.date_alone, at, at + 1), gold)
    for promise in gold["promises"]:
        found = _window(labels, promise["what"])
        if found:
            labels.fill(*found, Tag.MY_PROMISE if promise["by"] == "me" else Tag.THEIR_PROMISE)
    return labels.labels


def _words(text: str) -> list[str]:
    return [word.text for word in words_of(text)]


def _put_first(labels: Labels, places: Iterable[tuple[int, int]], tag: Tag) -> bool:
    return any(labels.put(start, end, tag) for start, end in places)


def _put_name(labels: Labels, name: str, tag: Tag, *, is_known: bool) -> None:
    parts = name.split()
    spellings = [_words(name)]
    if is_known:
        spellings += [_words(parts[0]), _words(parts[-1])]
        spellings += [_words(" ".join(parts[:2])), _words(" ".join(parts[1:]))]
    done = False
    for spelling in spellings:
        for start, end in labels.places_of(spelling):
            done |= labels.put(start, end, tag)
    if is_known and not done:
        at = _where_it_may_be(labels, parts)
        if at is not None:
            labels.put(at, at + 1, tag)


def _where_it_may_be(labels: Labels, parts: Sequence[str]) -> int | None:
    """The first word that may mean somebody of this name: a nickname, a slip, initials."""
    folded = [fold(part) for part in parts]
    initials = "".join(part[0] for part in re.split(r"[\s-]+", " ".join(folded)) if part)
    tests = (
        lambda word: folded[0] in whole_names_of(word),
        lambda word: (
            len(word) > 3
            and any(
                len(part) > 3 and DamerauLevenshtein.distance(word, part) <= 1 + (len(part) > 6)
                for part in folded
            )
        ),
        lambda word: len(word) > 1 and word == initials,
        lambda word: len(word) > 2 and any(part.startswith(word) for part in folded),
    )
    for is_meant in tests:
        for at, word in enumerate(labels.folded):
            if labels.labels[at] == OUTSIDE and is_meant(word):
                return at
    return None


def _put_date(
    labels: Labels,
    start: int,
    end: int,
    read: Callable[[Direction], When | None],
    gold: Mapping[str, Any],
) -> None:
    days = {
        when.first.isoformat()
        for direction in (Direction.PAST, Direction.FUTURE)
        if (when := read(direction))
    }
    if not days:
        return
    if _fits(gold["date"], days):
        labels.put(start, end, Tag.DATE)
    elif _fits(gold["follow_up"], days):
        labels.put(start, end, Tag.FOLLOW_UP)
    elif any(_fits(promise["due"], days) for promise in gold["promises"]):
        labels.put(start, end, Tag.DUE)


def _fits(wanted: str | None, days: Iterable[str]) -> bool:
    """Whether one of the days is a right one: the ruler's `a..b` is any of a span, `x|y` either."""
    spans = [(first, last or first) for first, _, last in _spans(wanted)]
    return any(first <= day <= last for day in days for first, last in spans)


def _spans(wanted: str | None) -> list[tuple[str, str, str]]:
    return [one.partition("..") for one in (wanted or "").split("|") if one and one != "null"]


def _window(labels: Labels, what: str) -> tuple[int, int] | None:
    """The shortest run of words that has most in common with what was promised."""
    wanted = {_stem(word) for word in fold(what).split() if word not in EMPTY}
    stems = [_stem(fold(word.text)) for word in labels.message.words]
    best: tuple[float, int, int] | None = None
    for start, first in enumerate(stems):
        if first not in wanted:
            continue
        for end in range(start + 1, min(len(stems), start + _LONGEST_PROMISE) + 1):
            if stems[end - 1] not in wanted:
                continue
            held = {stem for stem in stems[start:end] if stem and stem not in EMPTY}
            likeness = 2 * len(held & wanted) / (len(held) + len(wanted))
            found = (likeness, start, end)
            if best is None or (likeness, start - end) > (best[0], best[1] - best[2]):
                best = found
    return best[1:] if best and best[0] >= _LIKE_ENOUGH else None


def _stem(word: str) -> str:
    return _ENDINGS.sub("", word)
