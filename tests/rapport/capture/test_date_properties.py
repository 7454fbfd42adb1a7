"""Whatever is put together of the words of dates: it means days in order, or none at all."""

import subprocess
import sys
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.capture.days import Direction
from rapport.capture.when import phrases
from rapport.capture.words import words_of
from tests.rapport.capture.builders import BERLIN

PIECES = [
    "today", "tomorrow", "tonight", "now", "Friday", "sat", "next", "last", "this", "coming",
    "week", "weekend", "month", "quarter", "year", "the", "of", "on", "at", "by", "in", "after",
    "before", "from", "to", "till", "between", "and", "or", "-", "–", "/", ",", ".", "'", "'s",
    "first", "2nd", "31st", "thirty", "first thing", "second", "half", "quarter", "past", "ago",
    "a", "an", "couple", "few", "3", "12", "29", "31", "99", "2026", "1899", "24", "30 Feb",
    "February", "may", "mid-March", "Q2", "H3", "end", "early", "late", "EOD", "EOY", "noon",
    "midnight", "5pm", "12:30", "25:99", "24:00", "17h", "T12:00Z", "o'clock", "am", "ish", "ET",
    "3/14", "12.3.", "2026-02-30", "2026-03-01", "0.0.", "0/0", "00:00", "days", "hours", "mins",
    "fortnight", "decades", "9999", "working days", "Easter", "Christmas Eve", "eve", "summer",
    "morning", "evening", "w/c", "later", "hence", "time", "٣", "Feb13", "Mon-Wed", "Jun-Aug",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map(" ".join)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1))


@settings(deadline=None, max_examples=1500)
@given(TEXTS, MOMENTS, st.booleans())
def test_a_phrase_is_made_of_words_and_means_days_in_order(
    text: str, said_at: datetime, month_first: bool
) -> None:
    words = words_of(text)
    end = 0
    for phrase in phrases(words, month_first, BERLIN):
        assert end <= phrase.start < phrase.end <= len(words)
        end = phrase.end
        for direction in Direction:
            when = phrase.resolve(said_at, direction)
            assert when is None or when.first <= when.last


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(["tomorrow", "on Friday", "in 2 weeks", "on 12 April"]), MOMENTS)
def test_what_looks_ahead_lies_ahead(text: str, said_at: datetime) -> None:
    (phrase,) = phrases(words_of(text))
    when = phrase.resolve(said_at, Direction.FUTURE)
    assert when is not None
    assert when.first >= said_at.date()


def test_feasts_are_looked_up_only_when_one_is_named() -> None:
    code = "import sys, rapport.capture.understand; print('holidays' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
