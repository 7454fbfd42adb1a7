"""What is known of English: its ordinary words, and what it needs to put a recorded phrase into a
sentence to the person it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from rapport.names import fold

# What people write in lower case without naming anybody, whoever is called so as well.
ORDINARY = frozenset((Path(__file__).with_name("words.txt")).read_text("utf-8").split())

_VOWEL_LETTERS = frozenset("AEFHILMNORSX")
# Said letter by letter: X, UX, MBA, HTML, but not NASA.
_SPELT = re.compile(r"[A-Z]{1,3}s?|[A-Z][B-DF-HJ-NP-TV-Z][A-Z]{2}")
_VOWEL_SOUND = re.compile(
    r"(?:a|e(?!u|we)|i|o(?!ne\b|nce\b|ne-)|u(?!ni(?!n|m)|s[aeiu]|ti|ri|ra|bi|k\b|top)"
    r"|hour|honest|honou?r|heir)",
    re.I,
)
_DIGIT_VOWEL_SOUND = re.compile(r"8|1[18](?!\d)")
_POSSESSIVE = re.compile(r"\b(?:his|her|their)\b", re.I)
_THIRD_PERSON = re.compile(
    r"\b(?:he|she|they|him|her|them|his|hers|their|theirs|himself|herself|themselves)(?:'\w+)?\b",
    re.I,
)
# "her" is an object before one of these and a possessive before anything else: "send her the deck".
_AFTER_OBJECT = (
    r"(?=\s+(?:a|an|the|my|our|some|about|to|back|when|that|this|with|on|by|for|in)\b|$)"
)
# Needs no article: it has a determiner or an owner, or it names a doing ("reviewing my deck").
_COMPLETE = re.compile(
    r"(?:the|your|my|our|this|that|these|those|how|all)\b|\w{1,40}(?:'s|’s|ing)\b", re.I
)
_UNCOUNTED = re.compile(
    r"^(?:\w+ )?(?:advice|feedback|help|time|input|support|\w{3,}[^s\W]s)\b", re.I
)
_ARTICLE = re.compile(r"(?:a|an)\s+", re.I)


def a_an(phrase: str) -> str:
    """The phrase with the indefinite article its sound asks for: `a CTO`, `an MBA`."""
    word = re.split(r"[\s-]", phrase, maxsplit=1)[0]
    if word[:1].isdigit():
        vowel = bool(_DIGIT_VOWEL_SOUND.match(word))
    elif _SPELT.fullmatch(word):
        vowel = word[0] in _VOWEL_LETTERS
    else:
        vowel = bool(_VOWEL_SOUND.match(fold(word)))
    return f"{'an' if vowel else 'a'} {phrase}"


def one(phrase: str) -> str:
    """The phrase as something asked for: `short call` gives `a short call`, `feedback` stays."""
    if _COMPLETE.match(phrase) or _ARTICLE.match(phrase) or _UNCOUNTED.search(phrase):
        return phrase
    return a_an(phrase)


def the(phrase: str) -> str:
    """The phrase as something both know of: `intro to Ana` gives `the intro to Ana`."""
    if _COMPLETE.match(phrase) or _ARTICLE.match(phrase):
        return phrase
    return f"the {phrase}"


def your(phrase: str) -> str:
    """The phrase as the addressee's own: `promotion` and `a promotion` give `your promotion`."""
    return phrase if _COMPLETE.match(phrase) else f"your {_ARTICLE.sub('', phrase, count=1)}"


def to_you(phrase: str) -> str | None:
    """A noun phrase noted about the addressee, as one says it to them: `her book`, `your book`.

    None when it speaks of them in a way that cannot be turned.
    """
    turned = _POSSESSIVE.sub("your", phrase)
    return None if _THIRD_PERSON.search(turned) else turned


def owed_to_you(deed: str, names: Iterable[str]) -> str | None:
    """What was promised to the addressee, as one says it to them: `send her the deck`.

    None when it names them in a place where `you` may not be what was meant.
    """
    called = "|".join(re.escape(name) for name in names if name)
    objects = rf"him|them|her{_AFTER_OBJECT}" + (f"|(?:{called})(?!')" if called else "")
    turned = re.sub(
        rf"^(\w+(?:\s+to)?)\s+(?:{objects})(?!\w)", r"\1 you", deed, count=1, flags=re.I
    )
    turned = re.sub(r"^(\w+)\s+(?:his|her|their)\s", r"\1 your ", turned, count=1, flags=re.I)
    if _THIRD_PERSON.search(turned) or (called and re.search(rf"\b(?:{called})\b", turned, re.I)):
        return None
    return turned


FILTERS: dict[str, Callable[[str], str]] = {"a_an": a_an, "one": one, "the": the, "your": your}
