"""Gold frames become labels, and frames are told right from wrong as the ruler does."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.frames import frame
from benchmarks.learning.exact import is_exact
from benchmarks.learning.labelling import labelled
from benchmarks.learning.variants import variants
from rapport.capture.message import Message
from rapport.capture.reading import Reading
from rapport.names import fold
from tests.rapport.capture.builders import context

NOTHING: dict[str, Any] = frame(Reading.nothing)


def gold(**fields: Any) -> dict[str, Any]:
    """A frame that holds these fields, and nothing else."""
    return NOTHING | fields


def person(name: str, ref: str = "new", **more: str) -> dict[str, str]:
    """Somebody in a frame."""
    return {"name": name, "ref": ref, **more}


def labels_of(text: str, **fields: Any) -> list[tuple[str, str]]:
    """The words of a text that stand for something, with their labels."""
    message = Message(text, context())
    found = labelled(message, gold(**fields))
    words = [word.text for word in message.words]
    return [(word, label) for word, label in zip(words, found, strict=True) if label != "O"]


def test_names_roles_companies_and_places_are_found_where_they_stand() -> None:
    found = labels_of(
        "Met Priya Nair, head of data at Klarwerk, at Slush",
        people=[person("Priya Nair", role="head of data", company="Klarwerk")],
        where="Slush",
    )
    assert found == [
        *[("Priya", "B-P"), ("Nair", "I-P")],
        *[("head", "B-R"), ("of", "I-R"), ("data", "I-R")],
        *[("Klarwerk", "B-C"), ("Slush", "B-L")],
    ]


@pytest.mark.parametrize("called", ["Ana", "ana", "Beltran", "Beltrna", "AB"])
def test_somebody_known_is_found_by_what_they_are_called(called: str) -> None:
    found = labels_of(f"lunch with {called}", people=[person("Ana Beltran", "known")])
    assert found == [(called, "B-P")]


def test_dates_are_told_apart_by_what_they_are_for() -> None:
    found = labels_of(
        "call with Ana yesterday, owe her the deck by Friday",
        people=[person("Ana Beltran", "known")],
        date="2026-03-17",
        promises=[{"by": "me", "to": "Ana Beltran", "what": "the deck", "due": "2026-03-20"}],
    )
    assert [each for each in found if each[0] in ("yesterday", "Friday", "deck")] == [
        ("yesterday", "B-D"),
        ("deck", "B-V"),
        ("Friday", "I-U"),
    ]


FOUND = gold(
    intent="interaction",
    people=[person("Ana Beltran", "known")],
    kind="coffee",
    where="Slush",
    date="2026-03-17",
)
ACCEPTED = FOUND | {"intent": "interaction|update", "date": "2026-03-16..2026-03-20"}


@pytest.mark.parametrize("wanted", [FOUND, ACCEPTED])
def test_a_frame_that_holds_what_counts_is_right(wanted: dict[str, Any]) -> None:
    assert is_exact(wanted, FOUND)
    assert is_exact(wanted, FOUND | {"where": "the Slush", "topics": ["sailing"]})


@pytest.mark.parametrize(
    "wrong",
    [
        {"intent": "promise"},
        {"people": []},
        {"people": [person("Ana Beltran", "new")]},
        {"people": [person("Ana Beltran", "known", role="CTO")]},
        {"people": [person("Ana Beltran", "known", email="ana@finch.io")]},
        {"mentions": ["Tom Okafor"]},
        {"kind": "call"},
        {"kind": None},
        {"where": None},
        {"where": "Berlin"},
        {"date": "2026-03-25"},
        {"date": None},
        {"follow_up": "2026-03-20"},
        {"follow_up_time": "15:00"},
        {"promises": [{"by": "me", "to": "Ana Beltran", "what": "the deck", "due": None}]},
        {"life_event": [{"who": "Ana Beltran", "type": "baby"}]},
    ],
    ids=str,
)
def test_a_frame_with_anything_wrong_is_wrong(wrong: dict[str, Any]) -> None:
    assert not is_exact(ACCEPTED, FOUND | wrong)


def test_what_is_optional_is_neither_missed_nor_wrong() -> None:
    wanted = FOUND | {"people": [person("Ana Beltran", "known", company_opt="Finch")]}
    assert is_exact(wanted, FOUND)
    assert is_exact(wanted, FOUND | {"people": [person("Ana Beltran", "known", company="Finch")]})


def test_variants_of_a_message_say_the_same_in_other_words() -> None:
    text = "Met Priya Nair, head of data at Klarwerk, at Slush. She'll send the deck by Friday."
    wanted = gold(
        intent="new_contact",
        people=[person("Priya Nair", company="Klarwerk", role="head of data")],
        promises=[{"by": "Priya Nair", "to": "me", "what": "the deck", "due": "2026-03-20"}],
    )
    (itself, _), (lower, _), (other, other_gold) = variants(text, wanted)
    assert (itself, lower) == (text, text.lower())
    (renamed,) = other_gold["people"]
    assert renamed["name"] not in ("Priya Nair", "priya nair")
    assert fold(renamed["name"]) in fold(other)
    assert other_gold["promises"][0]["by"] == renamed["name"]
    assert list(variants(text, wanted)) == list(variants(text, wanted)), "the same every time"
    assert wanted["people"][0]["name"] == "Priya Nair"
