"""What a part of the torture found, and how much of it there is to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One promise: how often it was put to the test, and how often it was broken."""

    promise: str
    tries: int
    lost: int
    doubled: int
    note: str = ""

    @property
    def held(self) -> bool:
        """Whether it was tried, and nothing was lost or doubled."""
        return self.tries > 0 and not self.lost and not self.doubled


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is done: everything, or so little that it takes seconds."""

    quick: bool

    def of(self, full: T, quick: T) -> T:
        """Whichever is to be done."""
        return quick if self.quick else full
