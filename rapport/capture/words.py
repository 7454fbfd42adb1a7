"""A message as words: where each one stands, and the plain spelling that rules look at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from zoneinfo import ZoneInfo

LONGEST = 4096


class Sort(IntEnum):
    """What a stretch of text is."""

    WORD = 1
    NUMBER = 2
    ORDINAL = 3
    CLOCK = 4
    DATE = 5
    EMAIL = 6
    URL = 7
    AT_NAME = 8
    PHONE = 9
    POSSESSIVE = 10
    MARK = 11
    BREAK = 12


class Word:
    """One stretch of text; `low` is its plain spelling, `capital` whether it begins so."""

    __slots__ = ("capital", "end", "low", "sort", "start", "text")

    def __init__(self, text: str, sort: Sort, start: int, end: int) -> None:
        low = text.lower()
        if "’" in low:
            low = low.replace("’", "'")
        self.text = text
        self.sort = sort
        self.start = start
        self.end = end
        self.low = _SPELLINGS.get(low, low)
        self.capital = text[0] != low[0]


def _not_drawn_out(low: str) -> str:
    """ "octoberrr" is October."""
    if low[-1:] * 3 != low[-3:] or not low[-1].isalpha():
        return low
    return low.rstrip(low[-1]) + low[-1]


class Line:
    """The words of a text as rules look at them: plain spellings, nothing beyond the ends."""

    __slots__ = ("lows", "month_first", "words", "zone")

    def __init__(
        self, words: Sequence[Word], month_first: bool = False, zone: ZoneInfo | None = None
    ) -> None:
        self.words = words
        self.lows = [_not_drawn_out(word.low) for word in words]
        self.month_first = month_first
        self.zone = zone

    def __len__(self) -> int:
        return len(self.words)

    def low(self, at: int) -> str:
        """The plain spelling of a word, empty beyond the ends."""
        return self.lows[at] if 0 <= at < len(self.lows) else ""

    def sort(self, at: int) -> Sort | None:
        """What stands here, None beyond the ends."""
        return self.words[at].sort if 0 <= at < len(self.words) else None

    def touches(self, at: int) -> bool:
        """Whether nothing lies between this word and the one before."""
        return 0 < at < len(self.words) and self.words[at - 1].end == self.words[at].start

    def ends(self, at: int) -> bool:
        """Whether a clause ends before this position."""
        return self.sort(at) in (None, Sort.MARK, Sort.BREAK)


def words_of(text: str) -> list[Word]:
    """The words of a message, invisible characters and all but the first 4096 letters left out."""
    return [
        Word(found.group(), _SORTS[found.lastgroup or "mark"], found.start(), found.end())
        for found in _PIECES.finditer(text[:LONGEST])
    ]


# What thumbs write for what rules know. Keys and values are lower case.
_SPELLINGS = {
    "w/": "with", "w": "with", "@": "at", "&": "and", "+": "and", "n": "and", "nd": "and",
    "u": "you", "r": "are", "ur": "your", "im": "i'm", "ive": "i've", "ill": "i'll", "id": "i'd",
    "ppl": "people", "mtg": "meeting", "mt": "met", "bfast": "breakfast", "brekkie": "breakfast",
    "yday": "yesterday", "ystrday": "yesterday", "yest": "yesterday", "yesterday's": "yesterday",
    "tmrw": "tomorrow", "tmr": "tomorrow", "tomo": "tomorrow", "tmw": "tomorrow",
    "tommorow": "tomorrow", "tomorow": "tomorrow", "tommorrow": "tomorrow", "tmmrw": "tomorrow",
    "2mrw": "tomorrow", "2morrow": "tomorrow", "tomoz": "tomorrow", "tomorro": "tomorrow",
    "yesterdy": "yesterday", "yesturday": "yesterday", "tonigt": "tonight", "2nite": "tonight",
    "2night": "tonight", "2day": "today", "2moro": "tomorrow", "tonite": "tonight", "nite": "night",
    "wk": "week", "wks": "weeks", "mth": "month", "mths": "months", "mos": "months",
    "hr": "hour", "hrs": "hours", "min": "minute", "mins": "minutes", "yr": "year", "yrs": "years",
    "wkend": "weekend", "wknd": "weekend", "week-end": "weekend", "weeknd": "weekend",
    "w/e": "weekend", "qtr": "quarter", "qtrs": "quarters", "bday": "birthday",
    "b-day": "birthday", "gonna": "going", "wanna": "want",
    "pls": "please", "plz": "please", "thx": "thanks", "sry": "sorry",
    "1-1": "1:1", "1on1": "1:1", "1-on-1": "1:1", "one-on-one": "1:1",
    "followup": "follow-up", "followed-up": "followed", "ml": "email", "e-mail": "email",
    "e-mailed": "emailed", "abt": "about", "bc": "because", "intro'd": "introduced",
}  # fmt: skip

# Letters with the marks that some scripts write apart from them.
_LETTER = (
    "(?:[^\\W\\d_]|[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u0900-\u0963\u0981-\u0e4e\u1000-\u109f\u200c\u200d])"
)
_MONTH_NAMES = (
    "(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DOMAIN_ENDS = "com|io|ai|org|net|dev|app|co|de|eu|uk|fr|in|me|tech|tv|xyz"

# Every repetition that is followed by something required is bounded, so that no text
# of 4096 letters is gone over more than a few dozen times.
_PIECES = re.compile(
    rf"""
      (?P<word_0>[A-Za-z]{{2,40}}(?=[ ,)]))
    | (?P<break>\n)
    | (?P<email>[\w.+-]{{1,64}}@(?:[\w-]{{1,63}}\.){{1,4}}[^\W\d_]{{2,20}})
    | (?P<url>(?:https?://|www\.)[^\s<>"]{{1,500}}
        | (?:[\w-]{{1,40}}\.){{1,3}}(?:{_DOMAIN_ENDS})/[^\s<>"]{{1,300}})
    | (?P<at_name>(?<!\w)@[A-Za-z]\w{{3,31}})
    | (?P<phone>\+\d[\d\ ()/-]{{5,20}}\d | (?<![\d./-])0\d{{2,4}}[\ /-]?\d[\d\ -]{{4,12}}\d(?!\w))
    | (?P<word_1>1[:-]1\b | 24/7 | [wW]/[cC]\b | [12]-on-1\b | [wW]/(?=[\s\w])
        | 2(?:day|moro|mrw|morrow|nite|night)\b | \dnd-hand)
    | (?P<date>(?<![\d/])\d{{4}}[-/](?:\d{{1,2}}|{_MONTH_NAMES})[-/]\d{{1,2}}
          (?:(?=[Tt]\d\d:)|(?!\w))
        | \d{{1,2}}\.\d{{1,2}}\.(?:\d{{4}}|\d{{2}})?(?!\w)
        | (?<![\d/])\d{{1,2}}/\d{{1,2}}(?:/(?:\d{{4}}|\d{{2}}))?(?![\w/])
        | \d{{1,2}}-\d{{1,2}}-(?:\d{{4}}|\d{{2}})(?![\w-])
        | \d{{1,2}}/\d{{4}}(?![\w/-])
        | \d{{1,2}}[-/](?:{_MONTH_NAMES})[-/](?:\d{{4}}|\d{{2}})(?![\w-]))
    | (?P<clock_0>(?<=\d)[Tt]\d\d:\d\d(?::\d\d(?:\.\d{{1,6}})?)?
        (?:Z\b|[+-]\d\d:?\d\d\b)?)
    | (?P<clock>\d{{1,2}}(?:[:.]\d{{2}})?\s?[aApP]\.?[mM]\b\.?
        | \d{{1,2}}:\d{{2}}(?:[ap]\b|(?::\d{{2}})?(?![\w:]))
        | \d{{1,2}}[hH](?:\d{{2}})?\b)
    | (?P<ordinal>\d{{1,2}}(?:st|nd|rd|th|ST|ND|RD|TH)\b)
    | (?P<number>\d{{1,20}}(?:[.,]\d{{1,20}}){{0,5}}(?:[kKmM]\b)?)
    | (?P<word_2>(?:[\w-]{{1,40}}\.){{1,3}}(?:{_DOMAIN_ENDS})(?!\w))
    | (?P<word_3>(?:[^\W\d_]\.){{1,4}}(?=\W|$)(?<!\b[Ii]\.)
        | (?:[Dd]r|[Pp]rof|[Mm]rs?|[Mm]s|[Ss]t|[Jj]r|[Ss]r|[Ii]nc|[Ll]td|[Dd]ipl|[Ii]ng)\.(?=\W))
    | (?P<possessive>(?<=\w)['’][sS]\b)
    | (?P<word>{_LETTER}(?:{_LETTER}|\d|_)*
        (?:(?:['’](?![sS]\b)|[-&](?=\w))(?:{_LETTER}|\d)+)*)
    | (?P<mark>[^\s\w\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe0f\ufeff])
    """,
    re.VERBOSE,
)

_SORTS = {
    name: Sort[name.partition("_")[0].upper() if name[-1:].isdigit() else name.upper()]
    for name in _PIECES.groupindex
}
