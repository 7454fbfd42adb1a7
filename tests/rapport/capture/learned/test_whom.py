"""Whom of the roster words mean that somebody tagged as a name."""

import pytest

from rapport.capture.learned.whom import named
from rapport.capture.message import Message
from rapport.capture.reading import Ref
from rapport.capture.roster import Known, Roster
from tests.rapport.capture.builders import context

PEOPLE = (
    "Thomas Okafor",
    "Elizabeth Hargreaves",
    "Tomasz Zielinski",
    "Ana Beltran",
    "Ana Costa",
    "Siddharth Menon",
    "Maria del Carmen Ruiz",
    "Bartosz Nowak",
    "Jean-Luc Martin",
)
ROSTER = Roster.of(Known(number, name) for number, name in enumerate(PEOPLE, start=1))


def meant(words: str) -> tuple[str, Ref]:
    """The name and what it refers to."""
    message = Message(words, context(roster=ROSTER))
    found = named(message, 0, len(message))
    assert found is not None
    return found.name, found.ref


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Thomas Okafor", "Thomas Okafor"),
        ("okafor", "Thomas Okafor"),
        ("Tom", "Thomas Okafor"),
        ("liz", "Elizabeth Hargreaves"),
        ("Tomek", "Tomasz Zielinski"),
        ("Sid", "Siddharth Menon"),
        ("Liz Hargreaves", "Elizabeth Hargreaves"),
        ("Elizabeth H", "Elizabeth Hargreaves"),
        ("Eliz", "Elizabeth Hargreaves"),
        ("Bartsoz", "Bartosz Nowak"),
        ("Thomas Okafar", "Thomas Okafor"),
        ("Carmen Ruiz", "Maria del Carmen Ruiz"),
        ("EH", "Elizabeth Hargreaves"),
    ],
)
def test_a_known_person_is_known_by_what_they_are_called(words: str, name: str) -> None:
    assert meant(words) == (name, Ref.KNOWN)


@pytest.mark.parametrize(
    "words",
    [
        "Thomas Brandt",
        "Priya",
        "Anna Schmidt",
        "Tomoko",
        "Liz Okafor-Smith",
        "Jean-Paul",
        "Bart Simpson",
    ],
)
def test_who_bears_another_name_is_new(words: str) -> None:
    assert meant(words) == (words, Ref.NEW)


def test_a_name_that_fits_two_is_a_question() -> None:
    assert meant("Ana") == ("Ana", Ref.AMBIGUOUS)


def test_a_name_of_nothing_is_nobody() -> None:
    message = Message("…", context())
    assert named(message, 0, len(message)) is None
