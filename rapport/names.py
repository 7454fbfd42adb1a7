"""How people's names are built: order, titles, particles, initials; and how names compare."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from storage.types import LONGEST_NAME


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = _words(
    "mr mrs ms miss mx dr prof professor sir madam dame lord lady rev reverend fr imam rabbi "
    "sheikh herr frau hr ing dipl-ing mag mme mlle monsieur madame sig signor signora señor "
    "señora senor senora doña capt captain col lt sgt maj shri smt"
)
PARTICLES = _words(
    "van von der den de del della di da dos das do du la le los las el al bin ibn bint ben ter "
    "ten te zu zum zur af av y e"
)
_SUFFIXES = _words("jr sr ii iii iv phd md mba esq msc bsc cpa dds ph.d m.d")
# Half of a given name: nobody answers to it alone.
_GIVEN_HALVES = _words("abd abdul abdel abu abou umm")
_VIETNAMESE_FAMILIES = _words("nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong")
_KOREAN_FAMILIES = _words(
    "kim lee park choi jung jeong kang cho yoon jang lim han oh seo shin kwon hwang ahn song yoo"
)
_TWO_LETTER_FAMILIES = _words(
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 公孙 慕容 司徒 남궁 황보 제갈 선우 독고"
)

_JOINERS = "\u200c\u200d"
_UNSEEN = _words("Cc Cf Cs Co Cn Zl Zp")
# Called letters, marks and symbols, and yet blank: a name of them alone cannot be seen.
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U00013441\U00013442\U00016fe4\U0001d159"
# A letter with two cases has no use for what follows it here: it joins no other.
_WITHOUT_USE = re.compile(rf"(?<=[^\W\d_])[{_JOINERS}]+|(?<=[{_JOINERS}])[{_JOINERS}]+")
_SELECTORS = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
_SPACES = re.compile(r"\s+")
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_HANGUL = r"\uac00-\ud7af"
_KANA = r"\u3040-\u30ff"
# Letters that come in several forms, and what says which; symbols are told by their category.
_HAS_FORMS = re.compile(
    f"[{_HAN}][\ufe00-\ufe02\U000e0100-\U000e01ef]|[\u1820-\u18aa][\u180b-\u180d\u180f]"
    "|[\u1000-\u109f\ua840-\ua87f]\ufe00"
)
_EAST_ASIAN = re.compile(f"[{_HAN}{_HANGUL}{_KANA}]+")
_HAN_OR_HANGUL = re.compile(f"[{_HAN}]+|[{_HANGUL}]+")
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+|[^\W\d_]")
_PATRONYMIC = re.compile(
    r"\w{2,40}(?:ovich|evich|ovna|evna|ichna|ович|евич|ич|овна|евна|ична)", re.IGNORECASE
)
# Letters that decompose into nothing plainer, though people type them plainer.
_PLAINER = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
_PLAIN_LETTERS = str.maketrans(_PLAINER)


def clean(typed: str) -> str:
    """The name as typed, without what nobody sees and doubled spaces, at most 120 letters.

    Joiners stay where a script needs them: Persian and Devanagari names are misspelt without
    them, and a family of emoji falls apart. What selects one of several forms stays behind what
    has them.
    """
    seen = "".join(letter for letter in _SPACES.sub(" ", typed) if _is_seen(letter))
    if not seen.isascii():
        seen = _SELECTORS.sub(_if_it_selects, seen)
        seen = _WITHOUT_USE.sub(_if_of_use, seen)
    edges = " " + _JOINERS
    return _SPACES.sub(" ", seen).strip(edges)[:LONGEST_NAME].rstrip(edges)


def _is_seen(letter: str) -> bool:
    if letter in _JOINERS:
        return True
    return unicodedata.category(letter) not in _UNSEEN and letter not in _BLANK


def _if_it_selects(found: re.Match[str]) -> str:
    """Of several selectors the first, if the letter before it has forms to select from."""
    if found.start() == 0:
        return ""
    before, selector = found.string[found.start() - 1], found.group()[0]
    if _HAS_FORMS.fullmatch(before + selector):
        return selector
    is_keycap = before in "0123456789#*" and found.string[found.end() :][:1] == "\u20e3"
    is_symbol = before in "‼⁉〰" or unicodedata.category(before) in {"So", "Sm"}
    return selector if "\ufe00" <= selector <= "\ufe0f" and (is_keycap or is_symbol) else ""


def _if_of_use(found: re.Match[str]) -> str:
    """What follows a letter, nothing if that has two cases; of several joiners the first."""
    before = found.string[found.start() - 1]
    is_plain = before in _JOINERS or before.lower() != before.upper()
    return "" if is_plain else found.group()[:1]


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """The text for comparing: one case, no accents, no punctuation, single spaces."""
    if text.isascii():
        plain = text.lower()
    else:
        # Taken apart before its case goes: 𝐀 has none until it is A, and ǽ is æ only then.
        whole = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN_LETTERS)
        apart = unicodedata.normalize("NFKD", whole)
        plain = "".join(c for c in apart if unicodedata.category(c) not in ("Mn", "Cf"))
    if not plain.isalnum():
        joined = plain.replace("'", "").replace("’", "")
        plain = " ".join("".join(c if _is_kept(c) else " " for c in joined).split())
    return unicodedata.normalize("NFC", plain)


def _is_kept(letter: str) -> bool:
    return letter.isalnum() or unicodedata.category(letter) == "Mc"


def is_title(word: str) -> bool:
    """Whether a word is a form of address such as Dr. or Frau and so no part of a name."""
    return word.lower().rstrip(".") in TITLES


def is_family_first(full: str) -> bool:
    """Whether the family name leads: in Hanzi and Hangul, and in names that show it in Latin."""
    return _parts(full).family_first


def first_name(full: str) -> str:
    """What a friend would say: the given name, or the whole name where none can be told."""
    parts = _parts(full)
    return parts.given or (address(full) if parts.family == parts.whole else parts.whole)


def address(full: str) -> str:
    """What a stranger would say: title and family name, given name and patronymic, or all of it."""
    parts = _parts(full)
    if parts.patronymic and parts.given:
        return f"{parts.given} {parts.patronymic}"
    if parts.title and parts.family:
        return f"{parts.title} {parts.family}"
    return parts.whole


def in_capitals(name: str) -> str:
    """The name as one writes it: `priya raman` and `PRIYA RAMAN` give `Priya Raman`."""
    is_plain = name.islower() or (name.isupper() and len(name) > _LONGEST_INITIALS)
    if not is_plain or not _WORDS_ALONE.fullmatch(name):
        return name
    words = (word if word in PARTICLES else _capital(word) for word in name.lower().split(" "))
    written = " ".join(words)
    return written[:1].upper() + written[1:]


def _capital(word: str) -> str:
    return re.sub(r"[^\W\d_]+", lambda part: part[0][:1].upper() + part[0][1:], word)


_WORDS_ALONE = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’-])*")
# "JJ" and "DHH" are names as they stand.
_LONGEST_INITIALS = 3

# Particles that, with a capital and in front, are somebody's first name.
_ALSO_GIVEN = frozenset(("ben", "al"))


@dataclass(frozen=True)
class _Parts:
    """A name taken apart; an empty part is one that cannot be told."""

    whole: str
    title: str = ""
    given: str = ""
    family: str = ""
    patronymic: str = ""
    family_first: bool = False


@lru_cache(maxsize=4096)
def _parts(full: str) -> _Parts:
    name = clean(full)
    before, comma, after = name.partition(",")
    if comma and after.strip() and _bare(after) not in _SUFFIXES:
        name = f"{after.strip()} {before.strip()}"
    elif comma:
        name = before
    words = name.split()
    latin = [word for word in words if not _EAST_ASIAN.fullmatch(word)]
    words = latin or words
    titles = 0
    while titles < len(words) - 1 and is_title(words[titles]):
        titles += 1
    title, words = " ".join(words[:titles]), words[titles:]
    while len(words) > 1 and _bare(words[-1]) in _SUFFIXES:
        words.pop()
    return _split(words, title) if latin else _east_asian(words)


def _east_asian(words: list[str]) -> _Parts:
    whole = " ".join(words)
    if not words or not _HAN_OR_HANGUL.fullmatch("".join(words)):
        return _Parts(whole)
    if len(words) == 1:
        family_length = 2 if whole[:2] in _TWO_LETTER_FAMILIES and len(whole) > 2 else 1
        words = [whole[:family_length], whole[family_length:]]
    family, given = words[0], words[-1]
    if len(given) not in (2, 3):
        # One letter alone is not used among friends; four are no given name.
        given = ""
    return _Parts(whole, given=given, family=family, family_first=True)


def _split(words: list[str], title: str) -> _Parts:
    whole = " ".join(words)
    if len(words) < 2 or _begins_with_family(words):
        return _Parts(whole, title, family=whole if title else "")
    if len(words) == 3 and _PATRONYMIC.fullmatch(words[2]):
        return _Parts(whole, title, words[1], words[0], words[2], family_first=True)
    if _leads_with_family(words):
        vietnamese = fold(words[0]) in _VIETNAMESE_FAMILIES
        given = words[-1] if vietnamese else " ".join(words[1:])
        return _Parts(whole, title, given, words[0], family_first=True)
    patronymic = words[1] if _PATRONYMIC.fullmatch(words[1]) else ""
    return _Parts(whole, title, _given(words), _family(words), patronymic)


def _begins_with_family(words: list[str]) -> bool:
    """ "van Gogh" is a family name alone; "Ben Okafor" is not, though a particle is spelt so."""
    first = words[0]
    if first.istitle() and first.lower() in _ALSO_GIVEN:
        return False
    return _bare(first) in PARTICLES


def _leads_with_family(words: list[str]) -> bool:
    first = fold(words[0])
    if len(words) > 2 and first in _VIETNAMESE_FAMILIES:
        return True
    return first in _KOREAN_FAMILIES and len(words) == 2 and "-" in words[1]


def _given(words: list[str]) -> str:
    initials = 0
    while initials < len(words) - 1 and _INITIALS.fullmatch(words[initials]):
        initials += 1
    if initials:
        several = initials > 1 or words[0].count(".") > 1
        between = initials < len(words) - 1
        return " ".join(words[: initials + between]) if several or between else ""
    if _bare(words[0]) in _GIVEN_HALVES and len(words) > 2:
        return " ".join(words[:2])
    return words[0]


def _family(words: list[str]) -> str:
    start = len(words) - 1
    while start > 1 and _bare(words[start - 1]) in PARTICLES:
        start -= 1
    return " ".join(words[start:])


def _bare(word: str) -> str:
    return word.lower().strip(" .")
