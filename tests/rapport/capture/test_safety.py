"""Whatever is texted: nothing breaks, nothing is invented, nothing takes long."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.capture.reading import Entry, Person
from rapport.capture.roster import Known, Roster
from rapport.capture.understand import read
from rapport.names import fold
from tests.rapport.capture.builders import PEOPLE, context
from tests.timing import seconds

PIECES = [
    "Met", "met", "coffee with", "call", "called", "Ana", "Tom", "Priya Nair", "李旭",
    "van der Berg", "CTO at Finch", "(head of data, Klarwerk)", "at Slush", "@", "w/", "and",
    ",", ".", "\n", "-", "(", ")", "yesterday", "on Friday", "by 12.3.", "3/14", "30 Feb",
    "in 2 weeks", "next week", "at 3pm", "promised to send the deck", "she'll send it", "owe",
    "remind me to", "follow up", "she's hiring", "into climbing", "'s", "birthday is 12 April",
    "29 Feb", "ana@finch.io", "+49 170 5550143", "@anabel", "linkedin.com/in/ana",
    "got promoted", "moved to Lisbon", "draft a note to", "who do I know", "?", "no, it was",
    "not Finch, Fitch", "her", "🎉", "talked", "his wife", "both from Acme", "0", "99999",
]  # fmt: skip
MESSAGES = st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)


def said(entry: Entry) -> Iterator[str]:
    """Every free text of an entry."""
    for person in (*entry.people, *entry.mentions):
        yield from _of(person)
    yield from (text for text in (entry.place, entry.task, entry.how_met) if text)
    yield from entry.topics
    yield from (each.what for each in entry.promises)
    yield from (each.text for each in entry.facts)
    yield from whose(entry)
    yield from entry.query
    if entry.draft:
        yield from (text for text in (entry.draft.to, entry.draft.about) if text)
    if entry.correction and entry.correction.field != "date":
        yield entry.correction.value


def whose(entry: Entry) -> Iterator[str]:
    """Everyone of whom an entry says something."""
    yield from (promise.who for promise in entry.promises)
    yield from (fact.who for fact in entry.facts)
    yield from (event.who for event in entry.life_events)


def _of(person: Person) -> Iterator[str]:
    yield person.name
    yield from (text for text in (person.role, person.company) if text)
    yield from (handle.value for handle in person.handles)


def is_supported(text: str, message: str) -> bool:
    """Whether each word stands in the message or names somebody in the roster."""
    words = set(fold(message).split()) | {word for name in PEOPLE for word in fold(name).split()}
    digits = re.sub(r"\D", "", message)
    return all(
        word in words or word in fold(message) or word.lstrip("+") in digits
        for word in fold(text).split()
    )


@settings(deadline=None, max_examples=400)
@given(MESSAGES)
def test_everything_read_stands_in_the_message(message: str) -> None:
    for entry in read(message, context()).entries:
        for text in said(entry):
            assert text.strip(), "an empty text is none"
            assert is_supported(text, message), text
        names = {person.name for person in (*entry.people, *entry.mentions)}
        assert set(whose(entry)) <= names


@settings(deadline=None, max_examples=300)
@given(MESSAGES)
def test_dates_are_those_of_the_message(message: str) -> None:
    dated = re.search(r"yesterday|Friday|\d|week|\dpm", message)
    for entry in read(message, context()).entries:
        whens = [entry.date, entry.follow_up, *(each.due for each in entry.promises)]
        for when in whens:
            assert when is None or (dated and when.first <= when.last)
        for person in entry.people:
            assert person.birthday is None or "birthday" in message


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=300))
def test_any_text_is_read(message: str) -> None:
    for entry in read(message, context(shown=(1,))).entries:
        assert entry.people or entry.intent


@given(st.sampled_from(["Met {} at Slush", "coffee with {}", "add {}"]), st.text(max_size=60))
def test_any_name_is_read(form: str, name: str) -> None:
    read(form.format(name), context())


ROSTER = Roster.of(Known(number, f"Ana{number % 900} Sur{number}") for number in range(1, 5001))
HOSTILE = [
    "a" * 4096, "met " * 1024, "Met Ana " * 512, "Met " + "A, " * 1360,
    "Met " + "Ana1 Bel, " * 400, "met " + "ana1 and " * 450, "(" * 4096, "Met Ana (" * 455,
    "friday " * 585, "12.3. " * 682, "in 2 " * 819, "." * 4096, "at " * 1365,
    "coffee with " * 341, "😀" * 4096, "1 " * 2048, "A " * 2048, "a." * 2048, "a-" * 2048,
    "+1 " * 1365, "a.b+" * 1024, "@" * 4096, "'s " * 1365, "head of " * 512, "he said " * 512,
    "who " * 1024, "no, " * 1365, "draft " * 682, "\u0301" * 4096, "promised Ana1 and " * 220,
    "I'll send Ana1 it by Friday. " * 130, "met ana1\n" * 455,
    "3 days before " * 292, "first Monday of " * 256, "between 9 and " * 292, "2-" * 2048,
    "half past " * 409, "EOD " * 1024, "from Mon to " * 341, "Christmas " * 409, "May " * 1024,
    "the week of " * 341, "1:1" * 1365, "a couple of " * 341, "next " * 819, "2026-" * 819,
    "quarter to " * 372, "new year's " * 372, "10 to 9, " * 455, "on the " * 585,
    "promised her " + "and " * 1020,
    "met Ana1 no answer " + "and " * 1019, "Met Ana1" + ", Bo will" * 454, "no answer. " * 372,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12].strip())
def test_the_longest_message_is_read_at_once(text: str) -> None:
    crowd = replace(context(), roster=ROSTER)
    assert seconds(lambda: read(text, crowd)) < 0.25


def test_a_typical_message_takes_a_fraction_of_a_millisecond() -> None:
    crowd = replace(context(), roster=ROSTER)
    text = (
        "Met Priya Nair, CTO at Finch, at PyData Berlin last night. Talked vector DBs. "
        "Promised to send our benchmark by Friday."
    )
    assert seconds(lambda: [read(text, crowd) for _ in range(100)]) / 100 < 0.002


@pytest.mark.parametrize(
    "text", ["who \u200d a", "congratulate \u200c \u0131", "met \u2060 \u2060"]
)
def test_a_word_that_nobody_sees_is_no_name(text: str) -> None:
    assert not any(entry.people for entry in read(text, context()).entries if entry.kind)


@pytest.mark.parametrize("text", ["remind\nx", "@inch\na", "She is hiring.\nhis wife"])
def test_somebody_whose_name_has_no_letters_is_spoken_of_like_others(text: str) -> None:
    people = Roster.of([Known(1, "🌸"), Known(2, "Ana Beltran")])
    read(text, replace(context(), roster=people, shown=(1,)))
