"""Preferences: the usual ones, and those that an owner's row keeps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rapport.dates import LeapDay
from rapport.preferences import Preferences, cap_in, hour_in, signature
from storage.database import Database
from storage.owners import find
from storage.unit import Unit
from tests.builders import OWNER, an_owner

CHOSEN = Preferences(cap=5, leap_day=LeapDay.MARCH_1, sign_as="Lex", asked_zone=True)


def test_an_owner_who_chose_nothing_has_the_usual_ones() -> None:
    assert Preferences.of({}) == Preferences()
    assert Preferences().stored() == {}


@pytest.mark.parametrize(
    "chosen",
    [
        CHOSEN,
        Preferences(cap=1),
        replace(CHOSEN, leap_day=LeapDay.FEBRUARY_28),
        replace(CHOSEN, sign_as=None),
    ],
)
def test_what_was_chosen_is_read_as_it_was_kept(chosen: Preferences) -> None:
    assert Preferences.of(chosen.stored()) == chosen


@pytest.mark.parametrize(
    ("stored", "name"),
    [({}, "Alex"), ({"sign_as": "Lex"}, "Lex")],
)
async def test_letters_are_signed_with_the_chosen_name(
    database: Database, stored: dict[str, str], name: str
) -> None:
    def sign(unit: Unit) -> str:
        an_owner(unit, preferences=stored)
        owner = find(unit, OWNER)
        assert owner is not None
        return signature(owner)

    assert await database.run(sign) == name


@pytest.mark.parametrize(
    ("words", "hour"),
    [
        ("08:30", "08:30"),
        ("8.30", "08:30"),
        (" 7 ", "07:00"),
        ("9pm", "21:00"),
        ("12 am", "00:00"),
        ("24", None),
        ("13pm", None),
        ("whenever", None),
        ("", None),
    ],
)
def test_an_hour_in_words(words: str, hour: str | None) -> None:
    assert hour_in(words) == hour


@pytest.mark.parametrize(
    ("words", "cap"),
    [("1", 1), (" 10 ", 10), ("0", None), ("11", None), ("-3", None), ("three", None), ("³", None)],
)
def test_how_many_people_a_day(words: str, cap: int | None) -> None:
    assert cap_in(words) == cap
