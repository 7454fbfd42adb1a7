"""What an owner may choose beyond their place and hour, and what holds until they do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from rapport.dates import LeapDay
from rapport.places import clock_time
from storage.owners import Owner

CAPS = range(1, 11)


@dataclass(frozen=True)
class Preferences:
    """The choices of one owner; only those that differ from the usual are stored."""

    cap: int = 3
    """How many people a day's digest names at most."""
    leap_day: LeapDay = LeapDay.FEBRUARY_28
    """The day on which a birthday of 29 February is kept in other years."""
    sign_as: str | None = None
    """The name under a letter; None: the one Telegram gave."""
    asked_zone: bool = False
    """Whether the owner was asked where they are."""
    asks_zone: bool = False
    """Whether that question is open: it waits for its answer, whatever else is talked about."""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """The preferences kept in an owner's row."""
        usual = cls()
        return cls(
            cap=int(stored.get("cap", usual.cap)),
            leap_day=LeapDay(stored.get("leap_day", usual.leap_day)),
            sign_as=stored.get("sign_as", usual.sign_as),
            asked_zone=bool(stored.get("asked_zone", usual.asked_zone)),
            asks_zone=bool(stored.get("asks_zone", usual.asks_zone)),
        )

    def stored(self) -> dict[str, Any]:
        """What an owner's row keeps of them."""
        usual = asdict(Preferences())
        return {name: value for name, value in asdict(self).items() if value != usual[name]}


def signature(owner: Owner) -> str:
    """The name an owner's letters end with."""
    return Preferences.of(owner.preferences).sign_as or owner.name


def hour_in(words: str) -> str | None:
    """The time of day that the words name, "08:30", "7" or "9pm", as HH:MM."""
    typed = words.strip()
    clock = clock_time(f"{typed}:00" if re.fullmatch(r"\d{1,2}", typed) else typed)
    return None if clock is None else clock.strftime("%H:%M")


def cap_in(words: str) -> int | None:
    """How many people a day the words name, from one to ten."""
    typed = words.strip()
    number = int(typed) if re.fullmatch(r"\d{1,2}", typed) else 0
    return number if number in CAPS else None
