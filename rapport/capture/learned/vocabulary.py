"""Words as a large corpus knows them: which others they resemble, and which are people's names.

`data/words.txt.gz` has 40,000 words, a line each, and `data/groups.bin.gz` the numbers of the
groups of similar words each belongs to, two bytes for each: of 40, of 200 and of 1,000 groups.
`data/given.txt.gz` and `data/family.txt.gz` have the names of many countries.
"""

from __future__ import annotations

import gzip
import sys
from array import array
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("data")
GRAINS = 3


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is known of words, in their plain spelling, and of names, folded."""

    places: dict[str, int]
    """Where a word stands among the others, the most frequent first."""
    numbers: array[int]
    given: frozenset[str]
    family: frozenset[str]

    def groups_of(self, word: str) -> tuple[str, ...]:
        """The names of the groups a word belongs to, the coarsest first; none if it is rare."""
        place = self.places.get(word)
        if place is None:
            return ()
        at = place * GRAINS
        return tuple(f"c{grain}={self.numbers[at + grain]}" for grain in range(GRAINS))


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary, read when first asked for: some 30 ms."""
    words = lines_of(DATA / "words.txt.gz")
    numbers = array("H", gzip.decompress((DATA / "groups.bin.gz").read_bytes()))
    if sys.byteorder == "big":
        numbers.byteswap()
    return Vocabulary(
        dict(zip(words, range(len(words)), strict=True)),
        numbers,
        frozenset(lines_of(DATA / "given.txt.gz")),
        frozenset(lines_of(DATA / "family.txt.gz")),
    )


def lines_of(path: Path) -> list[str]:
    """The lines of a compressed file."""
    return gzip.decompress(path.read_bytes()).decode("utf-8").split("\n")


def packed(lines: list[str]) -> bytes:
    """What `lines_of` reads; the same lines make the same bytes."""
    return gzip.compress("\n".join(lines).encode(), mtime=0)
