"""What a unit of work changed about who is known by which name.

A roster kept in memory that was complete before the unit can learn of new contacts from this,
without reading them back.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from storage.types import Status


@dataclass(frozen=True, slots=True)
class Known:
    """What the roster holds of a contact."""

    id: int
    name: str
    role: str | None
    company: str | None
    status: Status
    stamp: int


@dataclass(slots=True)
class RosterMoves:
    """The roster's stamp before the unit and after it, and the contacts it added."""

    before: int | None = None
    after: int | None = None
    added: list[Known] = field(default_factory=list)
    is_more_than_added: bool = False
    """Somebody was renamed or went: the roster must be read again."""
