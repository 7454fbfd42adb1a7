"""How people's names are built: order, titles, particles, initials; and how names compare."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST = 120

TITLES = frozenset(
    "mr mrs ms miss mx dr prof professor sir madam dame lord lady rev reverend fr father sr "
    "sister imam rabbi sheikh herr frau hr fr dr.med dipl ing mag mme mlle monsieur madame "
    "sig signor signora señor señora senor senora don doña hon capt captain col lt sgt maj gen "
    "shri smt".split()
) - {"father", "sister", "don", "gen", "ing", "mag", "sr"}
_SUFFIXES = frozenset("jr sr ii iii iv phd md mba esq msc bsc cpa pe rn dds".split())
PARTICLES = frozenset(
    "van von der den de del della di da dos das do du la le los las el al bin ibn bint ben abu "
    "ter ten te zu zum zur af av st san y e ap mac mc o".split()
)

_KEPT_CONTROLS = "\u200c\u200d"
_SPACES = re.compile(r"\s+")
_FOLDED_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})  # fmt: skip
_FAMILY_FIRST = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003134f\u3040-\u30ff]"
)
_INITIAL = re.compile(r"(?:[^\W\d_]\.)+-?(?:[^\W\d_]\.)*|[^\W\d_]")
_HAN_TWO_LETTER_FAMILIES = frozenset(
    ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒", "歐陽", "司馬")
)
_HANGUL_TWO_LETTER_FAMILIES = frozenset(("남궁", "황보", "제갈", "선우", "독고", "사공", "서문"))


def clean(typed: str) -> str:
    """The name as typed, without invisible controls and doubled spaces, at most 120 letters.

    Joiners stay: Persian and Devanagari names are misspelt without them.
    """
    shown = "".join(
        letter
        for letter in _SPACES.sub(" ", typed)
        if letter in _KEPT_CONTROLS or unicodedata.category(letter) not in _UNSEEN
    )
    return _SPACES.sub(" ", shown)[:LONGEST].strip(" " + _KEPT_CONTROLS)


_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """The text for comparing: one case, no accents, no punctuation, single spaces."""
    if text.isascii():
        plain = text.lower()
    else:
        apart = unicodedata.normalize("NFKD", text.casefold().translate(_FOLDED_LETTERS))
        plain = "".join(c for c in apart if not unicodedata.category(c).startswith(("M", "Cf")))
    if plain.isalnum():
        return plain
    joined = plain.replace("'", "").replace("’", "")
    return " ".join("".join(c if c.isalnum() else " " for c in joined).split())


def first_name(full: str) -> str:
    """The name a friend would use: the given name, or the whole name of a mononym."""
    return full
