"""The invented network is worth looking at, whatever day it is."""

from __future__ import annotations

from datetime import date

import pytest

from rapport.dates import next_occurrence
from rapport.demo import DemoPerson, network
from rapport.nudges.cadence import effective_cadence
from rapport.nudges.policy import plan
from rapport.nudges.state import FollowUp, OpenPromise, State, Tracked
from storage.types import PartialDate

DAYS = (date(2026, 3, 18), date(2028, 2, 28), date(2026, 12, 31))


def _state(people: tuple[DemoPerson, ...], cap: int) -> State:
    promises = [
        (number, promise) for number, someone in enumerate(people) for promise in someone.promises
    ]
    return State(
        people=tuple(_tracked(number, someone) for number, someone in enumerate(people)),
        promises=tuple(
            OpenPromise(promise_id, number, promise.by_me, promise.what, promise.due_on)
            for promise_id, (number, promise) in enumerate(promises)
        ),
        follow_ups=tuple(
            FollowUp(number, number, someone.follow_up.on, someone.follow_up.what)
            for number, someone in enumerate(people)
            if someone.follow_up
        ),
        cap=cap,
    )


def _tracked(number: int, someone: DemoPerson) -> Tracked:
    events = [each.happened_on for each in someone.interactions if each.event]
    return Tracked(
        contact_id=number,
        name=someone.name,
        circle=someone.circle,
        cadence_days=effective_cadence(someone.circle, None),
        last_touch=max(each.happened_on for each in someone.interactions),
        birthday=someone.birthday,
        met_event_on=max(events, default=None),
    )


@pytest.mark.parametrize("today", DAYS)
def test_forty_people_with_names_and_addresses_of_their_own(today: date) -> None:
    people = network(today)
    assert len(people) == 40
    assert len({someone.name for someone in people}) == 40
    assert len({someone.email for someone in people}) == 40
    assert all(someone.email.endswith("@example.com") for someone in people)


@pytest.mark.parametrize("today", DAYS)
def test_what_happened_lies_back_and_newest_first(today: date) -> None:
    for someone in network(today):
        days = [each.happened_on for each in someone.interactions]
        assert days == sorted(days, reverse=True)
        assert all(on <= today for on in days)
        assert all(promise.made_on <= promise.due_on for promise in someone.promises)


@pytest.mark.parametrize("today", DAYS)
def test_birthdays_are_near_without_a_year_and_on_29_february(today: date) -> None:
    born = [someone.birthday for someone in network(today) if someone.birthday]
    ahead = [(next_occurrence(day, today) - today).days for day in born]
    assert set(range(4)) <= set(ahead)
    assert {day.year is None for day in born} == {True, False}
    assert PartialDate(2, 29) in born


@pytest.mark.parametrize("today", DAYS)
def test_every_reason_to_get_in_touch_occurs(today: date) -> None:
    nudges = plan(_state(network(today), cap=40), today)
    kinds = {reason.kind for nudge in nudges for reason in nudge.reasons}
    assert kinds == {
        "after-event",
        "birthday",
        "cadence",
        "follow-up",
        "promise-mine",
        "promise-theirs",
    }
    assert len(nudges) < 20, "most of the network is well looked after"
