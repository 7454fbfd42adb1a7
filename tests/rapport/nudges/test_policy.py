"""Who is picked for today."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.nudges.policy import REST_DAYS, plan
from rapport.nudges.state import FollowUp, OpenPromise, State, Tracked
from storage.types import Circle, PartialDate, Status
from tests.rapport.nudges.builders import TODAY, acquaintance, day, person, plan_for


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.ACTIVE])
def test_who_is_not_to_be_approached_is_never_nudged(status: Status) -> None:
    someone = person(status=status, birthday=PartialDate(3, 18))
    assert not plan_for(someone, promises=(OpenPromise(1, 1, True, "send the deck", TODAY),))


def test_a_snooze_lasts_until_its_day() -> None:
    assert not plan_for(person(snoozed_until=day(1)))
    assert plan_for(person(snoozed_until=TODAY))


@pytest.mark.parametrize(
    ("nudged", "picked"),
    [(0, False), (-1, False), (-2, False), (-3, True)],
)
def test_a_person_rests_for_three_days_after_a_nudge(nudged: int, picked: bool) -> None:
    assert bool(plan_for(person(last_nudged=day(nudged)))) is picked


def test_what_falls_on_this_very_day_does_not_wait() -> None:
    assert plan_for(person(last_nudged=day(-1), birthday=PartialDate(3, 18)))
    assert not plan_for(person(last_nudged=TODAY, birthday=PartialDate(3, 18)))


def test_dated_reasons_come_first_and_one_place_is_kept_for_a_rhythm() -> None:
    birthdays = [acquaintance(number, birthday=PartialDate(3, 18)) for number in range(1, 5)]
    overdue = [person(number, last_touch=day(-300)) for number in range(5, 9)]
    picked = [nudge.contact_id for nudge in plan_for(*overdue, *birthdays, cap=3)]
    assert [number <= 4 for number in picked] == [True, True, False]


def test_without_a_rhythm_due_dated_reasons_take_every_place() -> None:
    people = [acquaintance(number, birthday=PartialDate(3, 18)) for number in range(5)]
    assert len(plan_for(*people, cap=3)) == 3


def test_a_cap_of_one_goes_to_the_dated_reason() -> None:
    (nudge,) = plan_for(person(1), acquaintance(2, birthday=PartialDate(3, 18)), cap=1)
    assert nudge.contact_id == 2


def test_the_weightiest_reason_stands_first() -> None:
    (nudge,) = plan_for(
        person(birthday=PartialDate(3, 18)),
        promises=(OpenPromise(1, 1, True, "send the deck", TODAY),),
    )
    assert [reason.kind for reason in nudge.reasons] == ["birthday", "cadence", "promise-mine"]


def test_equals_take_turns_from_day_to_day() -> None:
    people = tuple(person(number, last_touch=None, tracked_since=None) for number in range(6))
    equals = tuple(FollowUp(someone.contact_id, someone.contact_id, day(-90)) for someone in people)
    first = {plan(State(people, (), equals), day(n))[0].contact_id for n in range(30)}
    assert len(first) > 1


_DAYS = st.integers(-400, 3).map(day)
_PEOPLE = st.lists(
    st.builds(
        Tracked,
        contact_id=st.integers(1, 12),
        name=st.just("Ana Silva"),
        status=st.sampled_from(Status),
        circle=st.none() | st.sampled_from(Circle),
        cadence_days=st.none() | st.integers(7, 365),
        tracked_since=st.none() | st.integers(-400, 0).map(day),
        last_touch=st.none() | st.integers(-400, 0).map(day),
        birthday=st.none()
        | st.dates(date(2000, 1, 1), date(2000, 12, 31)).map(
            lambda born: PartialDate(born.month, born.day)
        ),
        met_event_on=st.none() | st.integers(-20, 0).map(day),
        snoozed_until=st.none() | st.integers(-5, 5).map(day),
        last_nudged=st.none() | st.integers(-9, 0).map(day),
    ),
    max_size=12,
    unique_by=lambda someone: someone.contact_id,
)
_PROMISES = st.lists(
    st.builds(
        OpenPromise,
        promise_id=st.integers(1, 99),
        contact_id=st.integers(1, 12),
        by_me=st.booleans(),
        what=st.just("send the deck"),
        due=st.none() | _DAYS,
    ),
    max_size=8,
    unique_by=lambda promise: promise.promise_id,
)
_FOLLOW_UPS = st.lists(
    st.builds(FollowUp, follow_up_id=st.integers(1, 99), contact_id=st.integers(1, 12), on=_DAYS),
    max_size=8,
    unique_by=lambda follow_up: follow_up.follow_up_id,
)
_STATES = st.builds(
    State,
    people=_PEOPLE.map(tuple),
    promises=_PROMISES.map(tuple),
    follow_ups=_FOLLOW_UPS.map(tuple),
    cap=st.integers(1, 10),
)


@given(_STATES)
def test_a_plan_keeps_its_word(state: State) -> None:
    nudges = plan(state, TODAY)
    people = {someone.contact_id: someone for someone in state.people}
    picked = [nudge.contact_id for nudge in nudges]

    assert len(nudges) <= state.cap
    assert len(set(picked)) == len(picked)
    for nudge in nudges:
        someone = people[nudge.contact_id]
        assert someone.status is Status.ACTIVE
        assert someone.snoozed_until is None or someone.snoozed_until <= TODAY
        assert nudge.reasons
        assert nudge.points == sum(reason.points for reason in nudge.reasons)
        assert all(reason.points > 0 for reason in nudge.reasons)
        if someone.last_nudged is not None:
            rested = (TODAY - someone.last_nudged).days
            assert rested >= REST_DAYS or any(reason.on == TODAY for reason in nudge.reasons)
            assert rested > 0


@given(_STATES, st.randoms(use_true_random=False))
def test_the_order_of_the_records_plays_no_part(state: State, chance: random.Random) -> None:
    def shuffled(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(chance.sample(rows, len(rows)))

    other = State(
        shuffled(state.people),
        shuffled(state.promises),
        shuffled(state.follow_ups),
        state.cap,
    )
    assert plan(other, TODAY) == plan(state, TODAY)


@given(
    st.sampled_from([14, 30, 90, 180, 365]),
    st.integers(0, 364),
    st.booleans(),
)
def test_a_shorter_interval_is_never_due_later(wanted: int, ago: int, touched: bool) -> None:
    def due_on(interval: int) -> int:
        someone = person(
            cadence_days=interval,
            tracked_since=day(-ago),
            last_touch=day(-ago) if touched else None,
        )
        return next(
            days for days in range(800) if plan(State((someone,)), TODAY + timedelta(days=days))
        )

    assert due_on(wanted - 5) <= due_on(wanted)
