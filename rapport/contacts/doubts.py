"""What is odd about the spelling of a name: it looks like another's, or mixes alphabets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapport.capture.roster import Roster
from rapport.lookalikes import mixes_alphabets
from storage.contacts import Contact


@dataclass(frozen=True)
class Doubt:
    """A name that may not be what it seems."""

    name: str
    like: str | None
    """The name it looks like; None where it only mixes alphabets."""


def doubts(roster: Roster, people: Iterable[Contact]) -> list[Doubt]:
    """One for each name that looks like that of somebody else known, or that mixes alphabets."""
    found = []
    for person in people:
        others = (known for known in roster.looking_like(person.name) if known.id != person.id)
        like = next((known.name for known in others), None)
        if like is not None or mixes_alphabets(person.name):
            found.append(Doubt(person.name, like))
    return found
