"""Direct answers about a person."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from rapport.capture.details import Met, birthday_in, handles_in, met_in
from rapport.capture.guided import Said
from storage.types import PartialDate

# A Tuesday.
SAID = Said(datetime(2026, 3, 17, 9, 0, tzinfo=UTC), ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("anna@finch.io", [("email", "anna@finch.io")]),
        ("+49 170 123 45 67", [("phone", "+491701234567")]),
        ("0170 1234567", [("phone", "01701234567")]),
        ("@annak", [("telegram", "annak")]),
        ("https://www.linkedin.com/in/anna-k/", [("linkedin", "anna-k")]),
        ("https://finch.io", [("url", "https://finch.io")]),
        ("mail: a@finch.io, cell +49 170 1234567\n@annak", ["email", "phone", "telegram"]),
        ("a@finch.io a@finch.io", [("email", "a@finch.io")]),
        ("ask her assistant", []),
        ("", []),
    ],
)
def test_handles_are_found_in_words(words: str, found: list[tuple[str, str] | str]) -> None:
    handles = handles_in(words, SAID)
    kinds = found and isinstance(found[0], str)
    assert [h.kind if kinds else (h.kind, h.value) for h in handles] == found


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("12 April", PartialDate(4, 12)),
        ("April 12th, 1990", PartialDate(4, 12, 1990)),
        ("12.4.1990", PartialDate(4, 12, 1990)),
        ("1990-04-12", PartialDate(4, 12, 1990)),
        ("it is on 29 February", PartialDate(2, 29)),
        ("30 February", None),
        ("12.4.1899", None),
        ("2200-04-12", None),
        ("in spring", None),
        ("", None),
    ],
)
def test_a_birthday_may_lack_its_year(words: str, day: PartialDate | None) -> None:
    assert birthday_in(words, SAID) == day


@pytest.mark.parametrize(
    ("words", "met"),
    [
        ("PyData Berlin", Met("PyData Berlin")),
        ("at PyData Berlin last night", Met("PyData Berlin", date(2026, 3, 16))),
        ("yesterday", Met(None, date(2026, 3, 16))),
        ("on Friday in Lisbon", Met("in Lisbon", date(2026, 3, 13))),
        ("through Ben", Met(through="through Ben")),
        ("introduced by Ben Okafor", Met(through="introduced by Ben Okafor")),
        ("tomorrow", Met()),
        ("…", Met()),
    ],
)
def test_where_and_when_somebody_was_met(words: str, met: Met) -> None:
    assert met_in(words, SAID) == met
