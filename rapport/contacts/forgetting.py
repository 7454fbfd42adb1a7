"""Which words name somebody who is to be forgotten, and what is left of a text without them.

A sentence that names them goes, the rest stays. Of a note about several people only those
sentences stay that name one of the others: "she is hiring" might be about either.

Somebody is named by all of their name, by another name or address of theirs, and by one word of
the name where no other contact has that word in theirs. A word that is also an ordinary one, as in
Will or Grace, names somebody only with its capital and not at the beginning of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from rapport.names import PARTICLES, fold, is_title

_ENDS = re.compile(r"(?<=[.!?;…。！？])\s+|\n+")
_WORD = re.compile(r"[\w'’]+")
_SHORTEST = 2
# Scripts that put no spaces between words: there a name is found wherever it stands.
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ORDINARY = _words(
    "will may mark grace hope rose bill art dean grant sue rob frank june april august summer joy "
    "faith drew penny guy page wade pat chase hunter young long king price rich white black brown "
    "green gray stone wood lane west north day bishop cook baker fisher carter best little good "
    "max an and so in on do ray gene jean ivy olive daisy lily ruby amber violet iris pearl van "
    "sunny angel star major noble bond love power case ford park hill brook banks wells "
    "rush miles mason taylor potter sky dawn eve christian norm chip buck rusty sandy misty"
)


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
        return any(word not in _ORDINARY or _is_a_name_in(sentence, word) for word in present)


def _bare(word: str) -> str:
    """The word without the s of possession, whose apostrophe is folded away."""
    return word.removesuffix("s")


def _is_a_name_in(sentence: str, word: str) -> bool:
    """Whether an ordinary word stands there with the capital of a name."""
    return any(
        found.start() > 0 and found.group()[0].isupper() and word in _forms(found.group())
        for found in _WORD.finditer(sentence.strip())
    )


def _forms(word: str) -> tuple[str, str]:
    folded = fold(word)
    return folded, _bare(folded)


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
        words |= {
            fold(word)
            for word in each.split()
            if len(word) >= _SHORTEST and not is_title(word) and word.lower() not in PARTICLES
        }
    single = {phrase for phrase in phrases if " " not in phrase}
    return Naming(
        frozenset(phrase for phrase in phrases - single if phrase),
        frozenset(word for word in (words | single) - shared if word),
    )


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
