"""Value types that are stored: closed choices kept as words, and dates that may lack a year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

# The years in which a day is believed to be meant; what lies beyond is a slip, or a joke.
YEARS = range(1900, 2200)
LONGEST_CADENCE = 5 * 365  # days
LONGEST_NAME = 120  # letters

_PARTIAL = re.compile(r"(?:(\d{4})|-)-(\d{2})-(\d{2})")
_LEAP_YEAR = 2000


class Status(StrEnum):
    """Whether a contact is still to be approached at all."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    DECEASED = "deceased"
    DO_NOT_CONTACT = "do-not-contact"


class Circle(StrEnum):
    """How close a contact is to be kept; never a judgement of the person."""

    INNER = "inner"
    CLOSE = "close"
    ACTIVE = "active"
    WIDE = "wide"
    DORMANT = "dormant"


class FactKind(StrEnum):
    """What a fact is grammatically, and so where in a sentence it may stand."""

    NP = "np"
    CLAUSE = "clause"
    QUOTE = "quote"
    DATE = "date"
    URL = "url"
    NAME = "name"


@dataclass(frozen=True, order=True)
class PartialDate:
    """A day of the year whose year may be unknown, as birthdays often are."""

    month: int
    day: int
    year: int | None = None

    def __post_init__(self) -> None:
        date(self.year or _LEAP_YEAR, self.month, self.day)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The value of `1990-04-12` or `--04-12`; ValueError for anything else."""
        found = _PARTIAL.fullmatch(text)
        if not found:
            raise ValueError(f"not a date with or without a year: {text!r}")
        year, month, day = found.groups()
        return cls(int(month), int(day), int(year) if year else None)

    def __str__(self) -> str:
        year = f"{self.year:04d}" if self.year else "-"
        return f"{year}-{self.month:02d}-{self.day:02d}"
