"""Preferences: the usual ones, and those that an owner's row keeps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rapport.dates import LeapDay
from rapport.preferences import Preferences, signature
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
