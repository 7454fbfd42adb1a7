"""The daily pick: of all who could be nudged today, the few who will be.

1. Who may be nudged at all: active, not snoozed, not nudged within the last days.
2. What speaks for them: every reason in force, its points added up.
3. Dated reasons come first, one place is kept for a rhythm, the rest goes by points.

The same state and day always give the same plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol, TypeVar

from rapport.chance import share
from rapport.dates import days_between
from rapport.nudges.reasons import IN_FORCE, cadence
from rapport.nudges.reasons.case import Case
from rapport.nudges.state import Nudge, Reason, State, Tracked
from storage.types import Status

REST_DAYS = 3


def plan(state: State, today: date) -> tuple[Nudge, ...]:
    """Today's nudges in the order to show them, at most the cap, each person once."""
    dated: list[Nudge] = []
    rhythm: list[Nudge] = []
    for case in _cases(state, today):
        nudge = _nudge(case)
        if _is_dated(nudge):
            dated.append(nudge)
        elif _is_due(nudge):
            rhythm.append(nudge)
    return _pick(_ranked(dated, today), _ranked(rhythm, today), state.cap)


def _cases(state: State, today: date) -> Iterator[Case]:
    promises = _by_contact(sorted(state.promises, key=lambda promise: promise.promise_id))
    follow_ups = _by_contact(sorted(state.follow_ups, key=lambda row: row.follow_up_id))
    for person in state.people:
        if _may_be_nudged(person, today):
            yield Case(
                person,
                today,
                tuple(promises[person.contact_id]),
                tuple(follow_ups[person.contact_id]),
                state.leap_day,
            )


def _may_be_nudged(person: Tracked, today: date) -> bool:
    if person.status is not Status.ACTIVE:
        return False
    if person.snoozed_until is not None and today < person.snoozed_until:
        return False
    return person.last_nudged is None or person.last_nudged < today


def _nudge(case: Case) -> Nudge:
    found = [reason for rule in IN_FORCE for reason in rule(case)]
    if _rests(case.person, case.today):
        # What falls on this very day does not wait: tomorrow it would be late.
        found = found if any(reason.on == case.today for reason in found) else []
    return Nudge(case.person.contact_id, tuple(sorted(found, key=_weightiest_first)))


def _weightiest_first(reason: Reason) -> float:
    return -reason.points


def _rests(person: Tracked, today: date) -> bool:
    return person.last_nudged is not None and (days_between(person.last_nudged, today) < REST_DAYS)


def _is_dated(nudge: Nudge) -> bool:
    return any(reason.on is not None for reason in nudge.reasons)


def _is_due(nudge: Nudge) -> bool:
    return any(_is_due_rhythm(reason) for reason in nudge.reasons)


def _is_due_rhythm(reason: Reason) -> bool:
    return reason.kind == cadence.KIND and bool(reason.about["due"])


def _ranked(nudges: Iterable[Nudge], today: date) -> list[Nudge]:
    def key(nudge: Nudge) -> tuple[float, float, int]:
        return (-nudge.points, share(nudge.contact_id, today.toordinal()), nudge.contact_id)

    return sorted(nudges, key=key)


def _pick(dated: list[Nudge], rhythm: list[Nudge], cap: int) -> tuple[Nudge, ...]:
    """Dated ones first; with more than one place, the last is kept for a rhythm."""
    kept = 1 if rhythm and cap > 1 else 0
    first = dated[: cap - kept]
    return (*first, *rhythm[: cap - len(first)])


class _OfContact(Protocol):
    @property
    def contact_id(self) -> int: ...


_T = TypeVar("_T", bound=_OfContact)


def _by_contact(rows: Iterable[_T]) -> defaultdict[int, list[_T]]:
    sorted_out: defaultdict[int, list[_T]] = defaultdict(list)
    for row in rows:
        sorted_out[row.contact_id].append(row)
    return sorted_out
