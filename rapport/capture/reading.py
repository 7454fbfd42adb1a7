"""What a message can mean: the values that understanding returns, and the context it needs.

A reading holds only what the text and the context support. It widens by new members
and new fields with empty defaults; nobody who builds on it needs to change for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from rapport.capture.roster import Roster
from storage.types import FactKind, PartialDate


class Intent(StrEnum):
    """What an entry is above all; the other fields tell what else it holds."""

    NEW_CONTACT = "new_contact"
    INTERACTION = "interaction"
    LIFE_EVENT = "life_event"
    PROMISE = "promise"
    REMINDER = "reminder"
    DRAFT = "draft"
    QUERY = "query"
    CORRECTION = "correction"
    UPDATE = "update"
    NONE = "none"


class Ref(StrEnum):
    """Whom a name means: nobody known yet, one contact, or several that it fits."""

    NEW = "new"
    KNOWN = "known"
    AMBIGUOUS = "ambiguous"


class Kind(StrEnum):
    """How an interaction took place."""

    MET = "met"
    CALL = "call"
    VIDEO = "video"
    COFFEE = "coffee"
    LUNCH = "lunch"
    DINNER = "dinner"
    DRINKS = "drinks"
    BREAKFAST = "breakfast"
    EMAIL = "email"
    MESSAGE = "message"
    MEETING = "meeting"


@dataclass(frozen=True)
class When:
    """The days a phrase allows, first and last included, and the clock time if one was said."""

    first: date
    last: date
    time: time | None = None

    @property
    def day(self) -> date:
        """The one day to use: the first of a span. A deadline's span is its last day alone."""
        return self.first


@dataclass(frozen=True)
class Handle:
    """A way to reach a person: kind is email, phone, telegram, linkedin or url."""

    kind: str
    value: str


@dataclass(frozen=True)
class Person:
    """A person as the message names them; a known one carries the roster's name.

    `contact_ids` holds one id if known, all candidates if ambiguous, none if new.
    """

    name: str
    ref: Ref = Ref.NEW
    contact_ids: tuple[int, ...] = ()
    role: str | None = None
    company: str | None = None
    handles: tuple[Handle, ...] = ()
    birthday: PartialDate | None = None

    @property
    def contact_id(self) -> int | None:
        """The contact's id when exactly one is meant, else None."""
        return self.contact_ids[0] if self.ref is Ref.KNOWN else None


@dataclass(frozen=True)
class Promise:
    """Something owed between the owner and `who`; `by_me` tells who owes it."""

    by_me: bool
    who: str
    what: str
    due: When | None = None


@dataclass(frozen=True)
class Fact:
    """A detail about `who`; `topic` says what sort (interest, need, offer, plan, note, …)."""

    who: str
    kind: FactKind
    text: str
    topic: str


@dataclass(frozen=True)
class LifeEvent:
    """Something that happened to `who`: promotion, new_job, baby, moved, …; `note` says where."""

    who: str
    kind: str
    note: str | None = None


@dataclass(frozen=True)
class DraftWish:
    """A message the owner wants written."""

    to: str
    contact_ids: tuple[int, ...] = ()
    occasion: str | None = None
    about: str | None = None
    tone: str | None = None


@dataclass(frozen=True)
class Correction:
    """A field of the last entry and the value it should have had.

    Fields are date (value `YYYY-MM-DD`), name, company, role, place, person.
    """

    field: str
    value: str


@dataclass(frozen=True)
class Entry:
    """One thing a message says; `who` fields hold the name of one of its people."""

    intent: Intent
    people: tuple[Person, ...] = ()
    mentions: tuple[Person, ...] = ()
    kind: Kind | None = None
    place: str | None = None
    date: When | None = None
    follow_up: When | None = None
    task: str | None = None
    promises: tuple[Promise, ...] = ()
    topics: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    how_met: str | None = None
    life_events: tuple[LifeEvent, ...] = ()
    draft: DraftWish | None = None
    query: tuple[str, ...] = ()
    about_promises: bool = False
    correction: Correction | None = None


@dataclass(frozen=True)
class Reading:
    """All that a message says, in its own order."""

    nothing: ClassVar[Reading]

    entries: tuple[Entry, ...] = ()

    @property
    def intent(self) -> Intent:
        """The intent of the first entry, NONE when there is none."""
        return self.entries[0].intent if self.entries else Intent.NONE


Reading.nothing = Reading()


@dataclass(frozen=True)
class Context:
    """What a message is read against.

    `said_at` is the message's own time, aware: an edit or a late delivery keeps it.
    `shown` are the contacts last shown, `card` the contact whose card was replied to.
    """

    said_at: datetime
    zone: ZoneInfo
    roster: Roster = field(default_factory=Roster)
    locale: str = "en"
    preferences: Mapping[str, str] = field(default_factory=dict)
    shown: tuple[int, ...] = ()
    card: int | None = None
    question: str | None = None
