"""One message on the way to its meaning: its words, its dates, and text cut out of it."""

from __future__ import annotations

from datetime import date, timedelta

from rapport.capture.days import Direction
from rapport.capture.lexicon import GREETINGS
from rapport.capture.reading import Context, When
from rapport.capture.when import Phrase, phrases
from rapport.capture.words import Sort, Word, words_of
from rapport.names import fold

_MONTH_FIRST = frozenset(("en-us", "en_us", "us"))
_FORGOTTEN = timedelta(days=200)
_FORESEEN = timedelta(days=100)
_CURRENCIES = "$£€¥₹"
_EDGES = ' \t\r\n,;:.!?-–—()"“”'


def _is_ahead(today: date, back: date, ahead: date) -> bool:
    """Whether the later of two readings of a date is meant: nobody logs last year's lunch."""
    return back > today or (today - back > _FORGOTTEN and ahead - today < _FORESEEN)


class Message:
    """The words of a text, read against a context. Positions count words."""

    def __init__(self, text: str, context: Context) -> None:
        self.text = text
        self.context = context
        self.said_at = context.said_at.astimezone(context.zone).replace(tzinfo=None)
        self.words: list[Word] = words_of(text)
        self.lows: list[str] = [word.low for word in self.words]
        self.month_first = context.locale.lower() in _MONTH_FIRST
        self.phrases = phrases(self.words, self.month_first, context.zone)
        self.dated: dict[int, Phrase] = {
            at: phrase for phrase in self.phrases for at in range(phrase.start, phrase.end)
        }
        letters = [word for word in self.words if word.sort is Sort.WORD and len(word.text) > 1]
        self.is_upper = len(letters) > 2 and all(word.text.isupper() for word in letters)
        # Asked for hundreds of times a message, so looked up once for each word.
        self._is_word = [
            word.sort is Sort.WORD and at not in self.dated for at, word in enumerate(self.words)
        ]
        self._marks = [
            word.text if word.sort is Sort.MARK or word.sort is Sort.BREAK else ""
            for word in self.words
        ]

    def __len__(self) -> int:
        return len(self.words)

    @property
    def today(self) -> date:
        """The day on which this was said, where the owner is."""
        return self.said_at.date()

    def low(self, at: int) -> str:
        """The plain spelling of a word, empty beyond the ends."""
        return self.lows[at] if 0 <= at < len(self.lows) else ""

    def is_word(self, at: int) -> bool:
        """Whether an ordinary word outside any date stands here."""
        return 0 <= at < len(self._is_word) and self._is_word[at]

    def is_mark(self, at: int, marks: str = "") -> bool:
        """Whether punctuation, or one of these marks, stands here."""
        mark = self._marks[at] if 0 <= at < len(self._marks) else ""
        return bool(mark) and (not marks or mark in marks)

    def cut(self, start: int, end: int) -> str:
        """The text of these words as typed, without punctuation at its ends."""
        while start < end and self.is_mark(start) and self.words[start].text not in _CURRENCIES:
            start += 1
        while end > start and self.is_mark(end - 1):
            end -= 1
        if start >= end:
            return ""
        return self._between(start, end).strip(_EDGES)

    def cut_undated(self, start: int, end: int) -> str:
        """As `cut`, with dates left out."""
        pieces: list[str] = []
        begun: int | None = None
        for at in range(start, end):
            if at in self.dated:
                if begun is not None:
                    pieces.append(self.cut(begun, at))
                    begun = None
            elif begun is None:
                begun = at
        if begun is not None:
            pieces.append(self.cut(begun, end))
        return " ".join(piece for piece in pieces if piece)

    def _between(self, start: int, end: int) -> str:
        return " ".join(self.text[self.words[start].start : self.words[end - 1].end].split())

    def folded(self, at: int) -> str:
        """One word for comparing with names."""
        word = self.words[at]
        return word.low if word.low.isascii() and word.low.isalpha() else fold(word.text)

    def when(self, phrase: Phrase, direction: Direction) -> When | None:
        """The days a phrase means in this message."""
        return phrase.resolve(self.said_at, direction)

    def date_alone(self, start: int, end: int, direction: Direction) -> When | None:
        """The date that these words are with nothing around them, where something around them
        kept them from being one: "11/3 – Teams with Ana", "a warehouse (sat)"."""
        found = phrases(self.words[start:end], self.month_first, self.context.zone)
        return self.when(found[0], direction) if found else None

    def date_in(self, start: int, end: int, direction: Direction) -> When | None:
        """The first date among these words."""
        for phrase in self.phrases:
            if direction is Direction.PAST and self._is_deadline(phrase):
                continue
            if start <= phrase.start < end and (when := self.when(phrase, direction)):
                return when
        return None

    def _is_deadline(self, phrase: Phrase) -> bool:
        """ "by Friday" never says when something was."""
        return "by" in (self.low(phrase.start), self.low(phrase.start - 1))

    def lies_ahead(self, start: int, end: int) -> bool:
        """Whether these words hold a date that even a log cannot mean in the past."""
        for phrase in self.phrases:
            if start <= phrase.start < end:
                back = self.when(phrase, Direction.PAST)
                ahead = self.when(phrase, Direction.FUTURE)
                if back and ahead and _is_ahead(self.today, back.first, ahead.first):
                    return True
        return False

    def after_greeting(self, start: int, end: int) -> int:
        """The first position that is no greeting, filler or mark."""
        while start < end and (self.low(start) in GREETINGS or self.is_mark(start)):
            start += 1
        return start
