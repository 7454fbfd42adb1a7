"""Recorded phrases as one says them to the person they are about."""

from __future__ import annotations

import pytest

from rapport.english import a_an, one, owed_to_you, the, to_you, your


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("CTO", "a CTO"),
        ("engineer", "an engineer"),
        ("MBA student", "an MBA student"),  # spelt: em-bee-ay
        ("UX designer", "a UX designer"),  # spelt: you-ex
        ("NASA engineer", "a NASA engineer"),  # a word, not spelt
        ("HTML expert", "an HTML expert"),
        ("hourly call", "an hourly call"),
        ("honest view", "an honest view"),
        ("university lecturer", "a university lecturer"),
        ("uninvited guest", "an uninvited guest"),
        ("user", "a user"),
        ("European", "a European"),
        ("one-off talk", "a one-off talk"),
        ("8-week course", "an 8-week course"),
        ("11th hour", "an 11th hour"),
        ("20-minute call", "a 20-minute call"),
        ("Åland trip", "an Åland trip"),
        ("Émile fan", "an Émile fan"),
        ("张伟 fan", "a 张伟 fan"),
    ],
)
def test_the_indefinite_article_follows_the_sound(phrase: str, said: str) -> None:
    assert a_an(phrase) == said


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("short call", "a short call"),
        ("a short call", "a short call"),
        ("the deck", "the deck"),
        ("feedback on my deck", "feedback on my deck"),
        ("two hours", "two hours"),
        ("participants", "participants"),
        ("Rust developer", "a Rust developer"),
    ],
)
def test_something_asked_for_takes_an_article_only_where_one_is_missing(
    phrase: str, said: str
) -> None:
    assert one(phrase) == said


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("intro to Ana", "the intro to Ana"),
        ("the intro", "the intro"),
        ("your advice", "your advice"),
        ("reviewing my portfolio", "reviewing my portfolio"),
        ("a lovely dinner", "a lovely dinner"),
        ("Ana's number", "Ana's number"),
    ],
)
def test_a_favour_is_one_that_both_know_of(phrase: str, said: str) -> None:
    assert the(phrase) == said


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("promotion to CTO", "your promotion to CTO"),
        ("a promotion", "your promotion"),
        ("your promotion", "your promotion"),
        ("the Series A", "the Series A"),
        ("winning the cup", "winning the cup"),
    ],
)
def test_news_are_the_addressee_s_own(phrase: str, said: str) -> None:
    assert your(phrase) == said


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("vector DBs", "vector DBs"),
        ("her new book", "your new book"),
        ("their Series A", "your Series A"),
        ("what she wants", None),  # the verb would have to change too
        ("a gift for him", None),
    ],
)
def test_what_was_noted_about_a_person_is_said_to_them(phrase: str, said: str | None) -> None:
    assert to_you(phrase) == said


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("send our benchmark", "send our benchmark"),
        ("send her our benchmark", "send you our benchmark"),
        ("send Priya our benchmark", "send you our benchmark"),
        ("introduce him to Ana", "introduce you to Ana"),
        ("read his thesis", "read your thesis"),
        ("call her", "call you"),
        ("ask Ana about her boss", None),  # whose boss?
        ("send the deck to Priya", None),
        ("tell Bob that she can come", None),
    ],
)
def test_a_promise_is_said_to_the_one_it_was_made_to(deed: str, said: str | None) -> None:
    assert owed_to_you(deed, ("Priya Raman", "Priya")) == said
