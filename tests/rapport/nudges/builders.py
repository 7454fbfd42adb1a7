"""People who are due today unless a test says otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from rapport.nudges.policy import plan
from rapport.nudges.state import Nudge, Reason, State, Tracked
from storage.types import Circle

TODAY = date(2026, 3, 18)


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


_DUE = Tracked(
    contact_id=1,
    name="Ana Silva",
    circle=Circle.CLOSE,
    cadence_days=30,
    tracked_since=day(-200),
    last_touch=day(-30),
)


def person(contact_id: int = 1, **changes: Any) -> Tracked:
    """Somebody close, touched exactly a month ago."""
    return replace(_DUE, contact_id=contact_id, **changes)


def acquaintance(contact_id: int = 1, **changes: Any) -> Tracked:
    """Somebody for whom no rhythm is wanted."""
    return replace(person(contact_id, circle=None, cadence_days=None), **changes)


def plan_for(*people: Tracked, **changes: Any) -> tuple[Nudge, ...]:
    return plan(State(people, **changes), TODAY)


def reasons_for(someone: Tracked, **changes: Any) -> tuple[Reason, ...]:
    return tuple(reason for nudge in plan_for(someone, **changes) for reason in nudge.reasons)
