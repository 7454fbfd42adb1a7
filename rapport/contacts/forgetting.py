"""Which words name somebody who is to be forgotten, and what is left of a text without them.

A sentence that names them goes, the rest stays. Of a note about several people only those
sentences stay that name one of the others: "she is hiring" might be about either.

Somebody is named by all of their name, by another name or address of theirs, and by one word of
the name where no other contact has that word in theirs; by no initial, and by no word that the
name itself has in lower case, as in Joe the plumber. A word that is also an ordinary one, as in
Will or Grace, names somebody only with its capital and not at the beginning of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from rapport.english import ORDINARY
from rapport.names import PARTICLES, fold, is_title

_ENDS = re.compile(r"(?<=[.!?;…。！？])\s+|\n+")
_WORD = re.compile(r"[\w'’]+")
# Scripts that put no spaces between words: there a name is found wherever it stands.
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True)
class Naming:
    """The words that name somebody: folded, those of several words with single spaces."""

    phrases: frozenset[str]
    words: frozenset[str]

    @cached_property
    def _begins(self) -> frozenset[str]:
        return self.words | {phrase.partition(" ")[0] for phrase in self.phrases}

    def may_be_in(self, text: str) -> bool:
        """Whether it is worth a closer look: most of what an owner keeps is about others."""
        if not text.isascii():
            return True
        plain = text.lower().replace("'", "")
        return any(word in plain for word in self._begins)

    def names(self, sentence: str) -> bool:
        """Whether the sentence names them."""
        folded = fold(sentence)
        spaced = f" {folded} "
        if any(f" {each} " in spaced or f" {each}s " in spaced for each in self.phrases):
            return True
        if any(each in folded for each in self.phrases | self.words if _UNSPACED.search(each)):
            return True
        forms = {form for word in folded.split() for form in _forms(word)}
        present = self.words & forms
        return any(word not in ORDINARY or _is_a_name_in(sentence, word) for word in present)


def _is_a_name_in(sentence: str, word: str) -> bool:
    """Whether an ordinary word stands there with the capital of a name."""
    return any(
        found.start() > 0 and found.group()[0].isupper() and word in _forms(found.group())
        for found in _WORD.finditer(sentence.strip())
    )


def _forms(word: str) -> tuple[str, str]:
    """The word, and what it is without the s of possession, whose apostrophe is folded away."""
    folded = fold(word)
    return folded, folded if folded in ORDINARY else folded.removesuffix("s")


def naming(
    name: str, also: Iterable[str] = (), others: Iterable[str] = (), addresses: Iterable[str] = ()
) -> Naming:
    """What names somebody of this name; `others` are all names of everybody else."""
    theirs = {fold(other) for other in others}
    shared = {word for other in theirs for word in other.split()}
    phrases, words = set(map(fold, addresses)), set[str]()
    for each in (name, *also):
        whole = fold(each)
        if whole not in theirs:
            phrases.add(whole)
        words |= set(map(fold, _naming_words(each)))
    single = {phrase for phrase in phrases if " " not in phrase}
    compound = {word for word in words if " " in word}  # Jean-Luc
    return Naming(
        frozenset(phrases - single | {each for each in compound if not _is_in(each, theirs)}),
        frozenset(word for word in (words - compound | single) - shared if word),
    )


def _naming_words(name: str) -> Iterator[str]:
    """The words of a name that name somebody by themselves."""
    is_lower = name == name.lower()
    for word in name.split():
        is_initial = len(fold(word)) < 2 and not _UNSPACED.search(word)
        is_described = not is_lower and word[0].islower()
        if not (is_initial or is_described or is_title(word) or word.lower() in PARTICLES):
            yield word


def _is_in(words: str, names: Iterable[str]) -> bool:
    """Whether one of the names has these words, one after the other."""
    return any(f" {words} " in f" {name} " for name in names)


def without(text: str, whom: Naming) -> str | None:
    """The text without the sentences that name them; None if nothing is left."""
    if not whom.may_be_in(text):
        return text
    kept = [sentence for sentence in _ENDS.split(text) if not whom.names(sentence)]
    if len(kept) == len(_ENDS.split(text)):
        return text
    return " ".join(filter(None, map(str.strip, kept))) or None


def of_others(text: str, whom: Naming, others: Iterable[Naming]) -> str | None:
    """What a note about several people says of the others; None if nothing surely is."""
    rest = list(others)
    kept = [
        sentence.strip()
        for sentence in _ENDS.split(text)
        if not whom.names(sentence) and any(other.names(sentence) for other in rest)
    ]
    return " ".join(kept) or None
