"""Names that look like one another and are not: Latin "Anna" and "Аnna" with a Cyrillic А.

Unicode's Technical Standard 39 calls what is left of how a text is spelt its skeleton: texts that
look alike have the same one. Its table of letters comes with a library
([decision 10](../docs/decisions/0010-look-alike-names.md)).
"""

from __future__ import annotations

import json
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

from rapport.names import fold

# Alphabets that share shapes; a word of two of them is a slip or a trick. Japanese and Korean
# names mix scripts by nature.
_ALPHABETS = frozenset(("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"))


def looks(name: str) -> frozenset[str]:
    """How a name looks as it is written, and how in small letters."""
    return frozenset((_skeleton(name), _skeleton(name.lower())))


def is_another(name: str, other: str) -> bool:
    """Whether two names that look alike are different ones: not one name in another case or
    accent, and not a Stern and a Stem, whose rn and m only a poor print confuses."""
    if (name + other).isascii() and len(name) != len(other):
        return False
    return fold(name) != fold(other)


@lru_cache(maxsize=1024)
def mixes_alphabets(name: str) -> bool:
    """Whether one word of the name has letters of two alphabets that are easily confused."""
    return any(len(_alphabets(word)) > 1 for word in name.replace("-", " ").split())


def _alphabets(word: str) -> set[str]:
    if word.isascii():
        return set()
    return {unicodedata.name(letter, "").partition(" ")[0] for letter in word} & _ALPHABETS


def _skeleton(text: str) -> str:
    spelt = text if text.isascii() else unicodedata.normalize("NFD", text)
    # Twice: "m" is drawn as "rn", and each of these may stand for other letters.
    table = _prototypes()
    drawn = spelt.translate(table).translate(table)
    return drawn if drawn.isascii() else unicodedata.normalize("NFD", drawn)


@cache
def _prototypes() -> dict[int, str]:
    """What each letter looks like, read at the first name and as small as it can be kept.

    In the table each letter has the list of its likes. The one that they all stand for has the
    longest list; where two have each other alone, either will do.
    """
    path = files("confusable_homoglyphs") / "confusables.json"
    alike: dict[str, list[dict[str, str]]] = json.loads(path.read_text("utf-8"))
    drawn = {}
    for letter, others in alike.items():
        shape = others[0]["c"]
        is_leaf = len(others) == 1 and (len(alike.get(shape, ())) > 1 or len(shape) > 1)
        if len(letter) == 1 and (is_leaf or (len(others) == 1 and shape < letter)):
            # Left-to-right marks around Hebrew and Arabic letters are how the table shows them.
            drawn[ord(letter)] = shape.strip("\u200e")
    # What nobody sees makes no difference to how a name looks.
    return drawn | dict.fromkeys(map(ord, "\u200c\u200d\ufe0e\ufe0f"), "")
