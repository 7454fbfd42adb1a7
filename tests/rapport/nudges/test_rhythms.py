"""How often, in words."""

from __future__ import annotations

import pytest

from rapport.nudges.rhythms import rhythm_in
from storage.types import Circle


@pytest.mark.parametrize(
    ("words", "rhythm"),
    [
        ("inner", Circle.INNER),
        ("The Close circle", Circle.CLOSE),
        ("two weeks", Circle.INNER),
        ("every other week", Circle.INNER),
        ("fortnightly", Circle.INNER),
        ("every 14 days", Circle.INNER),
        ("month", Circle.CLOSE),
        ("monthly please", Circle.CLOSE),
        ("once a month", Circle.CLOSE),
        ("three months", Circle.ACTIVE),
        ("every quarter", Circle.ACTIVE),
        ("four times a year", Circle.ACTIVE),
        ("4x a year", Circle.ACTIVE),
        ("6 months", Circle.WIDE),
        ("twice a year", Circle.WIDE),
        ("half-yearly", Circle.WIDE),
        ("half a year", Circle.WIDE),
        ("yearly", Circle.DORMANT),
        ("every 12 months", Circle.DORMANT),
        ("52 weeks", Circle.DORMANT),
        ("twice yearly", Circle.WIDE),
        ("weekly", 7),
        ("every six weeks", 42),
        ("once every two months", 60),
        ("four weeks", 28),
        ("every 2 years", 730),
        ("five years", 1825),
        ("ten years", None),  # nobody keeps that
        ("every 0 weeks", None),
        ("0 times a year", None),
        ("every 99999999999999999999 days", None),
        ("now and then", None),
        ("🙂", None),
        ("", None),
    ],
)
def test_how_often(words: str, rhythm: Circle | int | None) -> None:
    assert rhythm_in(words) == rhythm
