"""What the policy is told about an owner's people, and the nudges it answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from rapport.dates import LeapDay
from storage.types import Circle, PartialDate, Status

Plain: TypeAlias = str | int | None


@dataclass(frozen=True)
class Tracked:
    """A contact as the policy sees one. `cadence_days` None: no rhythm is wanted."""

    contact_id: int
    name: str
    status: Status = Status.ACTIVE
    circle: Circle | None = None
    cadence_days: int | None = None
    tracked_since: date | None = None
    last_touch: date | None = None
    birthday: PartialDate | None = None
    met_event_on: date | None = None
    """The last day the owner met them at an event."""
    event: str | None = None
    snoozed_until: date | None = None
    """Silent before this day."""
    last_nudged: date | None = None


@dataclass(frozen=True)
class OpenPromise:
    """A promise not yet kept, by the owner or to the owner."""

    promise_id: int
    contact_id: int
    by_me: bool
    what: str
    due: date | None = None


@dataclass(frozen=True)
class FollowUp:
    """A day on which the owner wanted to get back to somebody."""

    follow_up_id: int
    contact_id: int
    on: date
    what: str | None = None


@dataclass(frozen=True)
class State:
    """Everything one owner's plan is made from; the order of the rows plays no part."""

    people: tuple[Tracked, ...]
    promises: tuple[OpenPromise, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    cap: int = 3
    leap_day: LeapDay = LeapDay.FEBRUARY_28


@dataclass(frozen=True)
class Reason:
    """One reason to get in touch, its share of the points, and what the words need to know."""

    kind: str
    points: float
    about: Mapping[str, Plain]
    on: date | None = None
    """The day it belongs to; None for a rhythm, which belongs to no day."""


@dataclass(frozen=True)
class Nudge:
    """A person to get back to today, and why, weightiest reason first."""

    contact_id: int
    reasons: tuple[Reason, ...]

    @property
    def points(self) -> float:
        """How much speaks for today: what the reasons add up to."""
        return sum(reason.points for reason in self.reasons)
